"""The package that users install: the wheel carries the knowledge, and works far from the checkout."""

import os
import subprocess
import sys
import zipfile

import pytest
from conftest import DAY, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", build, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return folder / done.stdout.strip().splitlines()[-1]


def test_the_wheel_carries_every_file_of_the_knowledge(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("ontology", "shapes", "data", "queries"):
        for path in (ROOT / folder).rglob("*.*"):
            assert f"aiact/kb/{path.relative_to(ROOT).as_posix()}" in packed
    assert not [name for name in packed if name.startswith(("tests", "aiact/kb/tests")) or "__pycache__" in name]


@pytest.mark.parametrize(("language", "word"), [("en", "applies"), ("fr", "s’applique")])
def test_an_installed_package_answers_from_another_folder(wheel, tmp_path, language, word):
    """Unpacked as pip would put it, with nothing of the checkout on the path."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    project = tmp_path / "kb" / "data" / "project.yaml"  # a folder with a name that the package uses too
    project.parent.mkdir(parents=True)
    project.write_text("provider: {name: Acme}\nmodel: {generality: general, placed_on_union_market: 2026-01-01}\n")
    command = [sys.executable, "-m", "aiact", "check", "project.yaml", "--on", DAY, "--lang", language]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment |= {"PYTHONIOENCODING": "utf-8"}
    for _ in range(2):  # the second time from the cache
        done = subprocess.run(command, cwd=project.parent, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert f"  {word} " in done.stdout.decode()
    assert not [path for path in (tmp_path / "site" / "aiact" / "kb").rglob("*") if path.suffix == ".pickle"]


def test_a_folder_that_cannot_be_written_to_costs_time_and_nothing_else(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "file").write_text("not a folder")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "XDG_CACHE_HOME": str(tmp_path / "file")}
    command = [sys.executable, "-m", "aiact", "rules", "--on", DAY]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "53(2)" in done.stdout
