"""The table of promises is made by running them: a command that fails is a promise that is not kept, and is told so."""

import importlib.util
import sys

import pytest
from conftest import ROOT


@pytest.fixture
def prove(monkeypatch):
    spec = importlib.util.spec_from_file_location("prove", ROOT / "benchmarks" / "prove.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def a_proof(code: str, **more) -> dict:
    return {
        "promise": {"en": "it holds", "fr": "cela tient"},
        "how": {"en": "so", "fr": "ainsi"},
        "run": ["-c", code],
    } | more


def table(prove, monkeypatch, capsys, proofs: list[dict], *words: str) -> tuple[int, list[str]]:
    monkeypatch.setattr(prove, "proofs", lambda _word: proofs)
    monkeypatch.setattr(sys, "argv", ["prove", *words])
    code = prove.main()
    return code, capsys.readouterr().out.splitlines()


def test_every_promise_is_told_in_both_languages_and_its_command_is_there(prove):
    found = prove.proofs()
    assert len(found) >= 10
    for proof in found:
        assert proof["promise"]["en"] != proof["promise"]["fr"]
        assert proof["how"]["en"] != proof["how"]["fr"]
        for command in (proof["run"], proof.get("full", [])):
            assert "-q" not in command, "a second -q takes away the figure that pytest prints"
            for word in command:
                if word.endswith(".py"):
                    assert (ROOT / word).is_file(), word


def test_the_figure_is_what_the_command_said(prove, monkeypatch, capsys):
    code, lines = table(prove, monkeypatch, capsys, [a_proof("print('some'); print('7 kills, 0 torn')")])
    assert code == 0
    assert lines[-1].startswith("| it holds | so | 7 kills, 0 torn | ")
    code, lines = table(
        prove, monkeypatch, capsys, [a_proof("print('x 1'); print('y')", figure="^x .*$")], "--lang", "fr"
    )
    assert lines[-1].startswith("| cela tient | ainsi | x 1 | ")


def test_a_promise_that_is_broken_is_told_and_fails(prove, monkeypatch, capsys):
    proofs = [a_proof("print('1 difference'); raise SystemExit(1)"), a_proof("print('fine')")]
    code, lines = table(prove, monkeypatch, capsys, proofs)
    assert code == 1
    assert "**BROKEN** 1 difference" in lines[-2]
    assert "BROKEN" not in lines[-1]


def test_nothing_proved_is_no_success(prove, monkeypatch, capsys):
    assert table(prove, monkeypatch, capsys, [])[0] == 1


def test_the_full_proof_is_run_when_asked_for(prove, monkeypatch, capsys):
    proof = a_proof("print('a share')", full=["-c", "print('the whole')"])
    assert "a share" in table(prove, monkeypatch, capsys, [proof])[1][-1]
    assert "the whole" in table(prove, monkeypatch, capsys, [proof], "--full")[1][-1]


def test_of_the_tests_it_is_told_how_many_came_out_how(prove):
    assert prove.figure("...\n== 12 passed, 3 deselected in 1.20s ==\n") == "12 passed"
    assert prove.figure("F\n1 failed, 2 passed in 3s\n") == "1 failed, 2 passed"
    assert prove.figure("") == "–"
