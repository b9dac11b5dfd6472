"""The bill of materials says what the package is made of: every package of the lock, every file of the knowledge."""

import importlib.util
import json
import re

import pytest
from conftest import ROOT
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("bill", ROOT / "requirements" / "bill.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def text(module) -> str:
    return module.text()


@pytest.fixture(scope="module")
def bill(text) -> dict:
    return json.loads(text)


def test_the_bill_is_valid_cyclonedx(text):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_lists_each_package_of_the_lock_with_version_and_hashes(bill):
    lock = (ROOT / "requirements" / "run.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE))
    listed = {each["name"]: each["version"] for each in bill["components"] if each["type"] == "library"}
    assert listed == pinned
    hashes = [
        digest["content"]
        for each in bill["components"]
        for reference in each.get("externalReferences", ())
        for digest in reference["hashes"]
    ]
    assert sorted(hashes) == sorted(re.findall(r"sha256:(\w{64})", lock))


def test_what_every_command_needs_is_required_and_the_server_is_not(bill):
    scope = {each["name"]: each.get("scope") for each in bill["components"]}
    assert {scope[name] for name in ("click", "pyoxigraph", "rdflib", "pyshacl", "html5rdf")} == {"required"}
    assert {scope[name] for name in ("starlette", "mcp", "jinja2", "hatchling")} == {"optional"}


def test_it_lists_the_knowledge_file_by_file_and_what_depends_on_what(bill, base):
    (law,) = [each for each in bill["components"] if each["type"] == "data"]
    assert law["version"] == base.release
    names = {each["name"] for each in law["components"]}
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "shapes").glob("*.ttl")} <= names
    edges = {each["ref"]: set(each.get("dependsOn", ())) for each in bill["dependencies"]}
    assert "aiact-knowledge" in edges["aiact"]
    assert any(ref.startswith("pkg:pypi/rdflib@") for ref in edges["aiact"])


def test_it_is_the_same_each_time_and_has_no_time_of_its_own(module, text):
    assert module.text() == text
    assert "timestamp" not in json.loads(text)["metadata"]


def test_the_time_that_is_given_and_the_hash_of_the_wheel_go_in(module, tmp_path, monkeypatch):
    (tmp_path / "a.whl").write_bytes(b"")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    about = json.loads(module.text(tmp_path / "a.whl"))["metadata"]
    assert about["timestamp"].startswith("2023-11-14")
    assert about["component"]["hashes"][0]["content"].startswith("e3b0c442")
