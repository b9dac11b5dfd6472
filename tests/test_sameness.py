"""The same question has the same answer, byte for byte: under any seed of hashes, zone, locale and folder."""

import pytest
from sameness import SETTINGS, Setting, commands, differing, said

from aiact.writers import forms


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    place, asked = tmp_path_factory.mktemp("settings"), commands(forms())
    return {setting: said(setting, asked, place) for setting in SETTINGS}


def test_every_command_answers_in_the_same_bytes_under_every_setting(several):
    first = several[SETTINGS[0]]
    assert len(first) == len(commands(forms())) >= 50
    assert {code for code, _, _ in first.values()} == {0}, first
    assert all(length for _, length, _ in first.values())
    assert not differing(several)


def test_a_difference_of_one_byte_is_told():
    odd = {Setting(): {"check": (0, 10, "aa")}, Setting("1"): {"check": (0, 11, "ab")}}
    (told,) = differing(odd)
    assert told.startswith("check: 11 bytes under seed 1")
