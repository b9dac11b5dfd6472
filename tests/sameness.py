"""The same answers wherever and however they are asked for: what every command says, as hashes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import DAY, LARK, ROOT

PROJECTS = ROOT / "data" / "projects"
CHILD = """
import hashlib, json, sys
from click.testing import CliRunner
from aiact.cli import main
for command in json.loads(sys.argv[1]):
    found = CliRunner().invoke(main, command)
    said = found.stdout_bytes
    print(json.dumps([" ".join(command), found.exit_code, len(said), hashlib.sha256(said).hexdigest()]))
"""


@dataclass(frozen=True)
class Setting:
    """Where and how a command is run: the seed of hashes, the time zone, the locale, the folder, the Python."""

    seed: str = "0"
    zone: str = "UTC"
    locale: str = "C.UTF-8"
    folder: str = "here"
    python: str = sys.executable

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.zone}, {self.locale}, {Path(self.folder).name}, {self.python}"


SETTINGS = [
    Setting(),
    Setting("1", "Pacific/Kiritimati", "C", "a folder with another name"),
    Setting("2", "America/Anchorage", "fr_FR.UTF-8", "été"),
]


def commands(forms: list[str]) -> list[list[str]]:
    """Every command that answers, in every form of answer and in both languages; the day is always told."""
    on = ["--on", DAY]
    found = [["check", "lark.yaml", *on, "--format", form] for form in forms]
    found += [["check", "lark.yaml", *on, *more] for more in (["--all"], ["--explain-commentary"])]
    found += [["check", "lark.yaml", *on, "--what-if", "model.monetisation=[paid_api]"]]
    found += [["rules", *on], ["rules", "--coverage"], ["explain", "art. 53 par. 2", *on], ["plan", "lark.yaml", *on]]
    found += [["diff", "lark.yaml", *on, "--and-on", "2027-08-02"]]
    found += [["query", name, *on] for name in ("how-definitions-of-open-source-compare", "how-numbers-are-computed")]
    found += [["schema"], ["init"], ["text", "search", "open-source licence"]]
    both = [[*command, "--lang", language] for command in found for language in ("en", "fr")]
    return both + [["convert", "lark.yaml", *on, "--to", form] for form in ("yaml", "json", "jsonld", "ttl")]


def of_projects() -> list[list[str]]:
    """Every worked project as JSON, and the first question that it leaves to ask."""
    on = ["--on", DAY]
    return [
        command
        for name in sorted(path.name for path in PROJECTS.iterdir())
        for command in (["check", name, *on, "--format", "json"], ["ask", name, *on, "--output", f"asked-{name}.yaml"])
    ]


def said(setting: Setting, asked: list[list[str]], place: Path) -> dict[str, tuple[int, int, str]]:
    """Exit code, length and hash of what each command says; the knowledge is built anew under the setting."""
    folder = place / setting.folder
    folder.mkdir(parents=True, exist_ok=True)
    for kept in folder.glob("asked-*"):  # which another setting wrote, and nothing writes over
        kept.unlink()
    shutil.copytree(PROJECTS, folder, dirs_exist_ok=True)
    (folder / "lark.yaml").write_text(LARK, encoding="utf-8")
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    environment |= {
        "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": setting.seed, "TZ": setting.zone, "LC_ALL": setting.locale,
        "LANG": setting.locale, "XDG_CACHE_HOME": str(folder / "cache"), "AIACT_TEXTS": str(folder / "texts"),
    }  # fmt: skip
    command = [setting.python, "-c", CHILD, json.dumps(asked)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{setting}: {done.stderr}")
    rows = (json.loads(line) for line in done.stdout.splitlines())
    return {name: (code, length, digest) for name, code, length, digest in rows}


def differing(several: dict[Setting, dict[str, tuple]]) -> list[str]:
    """What is not the same, byte for byte, as under the first setting."""
    (_, first), *others = several.items()
    return [
        f"{command}: {answer[1]} bytes under {setting}, {first[command][1]} under the first"
        for setting, answers in others
        for command, answer in answers.items()
        if answer != first[command]
    ]
