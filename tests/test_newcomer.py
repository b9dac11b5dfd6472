"""A newcomer adds a provision by writing one file, and every part of the tool picks it up."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import DAY, ROOT

ARTICLE_78_1 = """
@prefix act: <https://w3id.org/aiact/act/> .
@prefix aiact: <https://w3id.org/aiact/ns/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rule: <https://w3id.org/aiact/rule/> .
@prefix sanction: <https://w3id.org/aiact/sanction/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# Article 78(1): whoever is involved in applying the Regulation keeps confidential what it learns by it.

rule:art-78-1 a aiact:Obligation , sh:NodeShape ;
    skos:prefLabel "confidentiality of what is learnt"@en , "confidentialité de ce qui est appris"@fr ;
    skos:definition "A provider keeps confidential what it learns when the Regulation is applied."@en ;
    skos:definition "Le fournisseur garde confidentiel ce qu’il apprend lors de l’application du règlement."@fr ;
    dcterms:source act:art_78_par_1 ;
    aiact:reviewedOn "2026-11-22"^^xsd:date ;
    aiact:bearer aiact:ModelProvider ;
    aiact:sanction sanction:general-purpose-models ;
    aiact:imposes rule:art-78-1.duty ;
    sh:targetClass aiact:Model ;
    sh:node rule:art-3-63 .

rule:art-78-1.duty a aiact:Duty ;
    skos:definition "Keep the information confidential."@en ;
    skos:definition "Garder les informations confidentielles."@fr .

rule:art-78-1.example-1 a aiact:Example ;
    skos:prefLabel "a general-purpose model"@en , "un modèle à usage général"@fr ;
    aiact:given "model: {generality: general}" ;
    aiact:expects aiact:holds .

rule:art-78-1.example-2 a aiact:Example ;
    skos:prefLabel "a narrow model"@en , "un modèle étroit"@fr ;
    aiact:given "model: {generality: narrow}" ;
    aiact:expects aiact:fails .
"""
PROJECT = """
provider: {name: Acme}
model: {generality: general, placed_on_union_market: 2026-01-01}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs Python in a copy of the project to which one file was added."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("src", "ontology", "shapes", "data", "queries", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "shapes" / "art-078-1-confidentiality.ttl").write_text(ARTICLE_78_1, encoding="utf-8")
    (copy / "project.yaml").write_text(PROJECT, encoding="utf-8")
    here = {"PYTHONPATH": str(copy / "src"), "XDG_CACHE_HOME": str(copy / "cache")}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=copy, env=os.environ | here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_its_examples_become_tests(run):
    ran = run("pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "78-1", "tests/test_rules.py", "-v")
    assert "example_an_example" not in ran
    own = [line for line in ran.splitlines() if "[art-78-1." in line or "[art-78-1]" in line]
    assert len(own) == 3  # two examples, and that there is one that holds and one that does not
    assert all("PASSED" in line for line in own)


@pytest.mark.parametrize(("language", "label"), [("en", "confidentiality of"), ("fr", "confidentialité de")])
def test_reports_explanations_and_lists_show_it_in_both_languages(run, language, label):
    assert label in run("aiact", "check", "project.yaml", "--on", DAY, "--lang", language)
    assert label in run("aiact", "explain", "78(1)", "--lang", language)
    assert label in run("aiact", "rules", "--on", DAY, "--lang", language)


def test_its_date_bearer_and_sanction_follow(run):
    found = json.loads(run("aiact", "check", "project.yaml", "--on", DAY, "--format", "json"))["findings"]
    (finding,) = [each for each in found if each["rule"] == "art-78-1"]
    assert (finding["status"], finding["provision"], finding["bearer"]) == ("applies", "art_78_par_1", "provider")
    assert finding["due"] == "2026-01-01"
    assert finding["from"] == "2025-08-02"
    assert finding["sanction"]["provision"] == "art_101_par_1"


def test_the_export_and_the_questions_know_it(run):
    assert "rule/art-78-1" in run("aiact", "shapes", "--on", DAY)
    assert "art-78-1" in run("aiact", "query", "what-survives-the-open-source-exemption")
