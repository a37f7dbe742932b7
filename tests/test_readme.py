"""The README is true: its commands exist as written, its figure and sentence are what the library makes."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evalbook.approval.signoffs import notebook_name

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.split("#")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, flags=re.S)
    for line in block.splitlines()
    if line.strip()
]


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_has_the_target(line):
    target = shlex.split(line)[1]
    assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)


@pytest.mark.parametrize("line", sorted({line for line in LINES if line.startswith("evalkit ")}))
def test_evalkit_has_the_command_and_its_options(line):
    words = shlex.split(line)
    command = [sys.executable, "-m", "evalbook", words[1], "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    for option in [word for word in words if word.startswith("--")]:
        assert option in done.stdout


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:params|notebooks|data|src|examples)/[\w./-]+)`", README)))
)
def test_named_files_and_folders_are_there(path):
    assert (ROOT / path).exists() or path in ("data/local", "data/own") or path.startswith("data/local")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target):
    assert (ROOT / target).is_file()


def test_the_named_commands_of_the_analyst_work_in_a_fresh_copy(workbook):
    def evalkit(*arguments: str) -> str:
        command = [sys.executable, "-m", "evalbook", *arguments]
        return subprocess.run(
            command, cwd=workbook, capture_output=True, text=True, check=True, timeout=300
        ).stdout

    assert "Nothing wrong" in evalkit("check")
    evalkit("template", "population")
    assert (workbook / "data" / "local" / "templates" / "population.xlsx").is_file()


@pytest.mark.skipif(not (Path(sys.prefix) / "bin" / "activate").is_file(), reason="no virtual environment")
def test_the_activated_environment_has_the_named_commands(tmp_path):
    (tmp_path / ".venv").symlink_to(sys.prefix)
    activate = next(line for line in LINES if line.endswith(".venv/bin/activate"))
    named = {line.split()[0] for line in LINES} & {"evalkit", "papermill"}
    assert len(named) == 2
    for name in named:
        done = subprocess.run(
            ["bash", "-c", f"{activate} && command -v {name}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.defpath},
        )
        assert done.stdout.strip() == f"{sys.prefix}/bin/{name}"


def test_windows_is_set_up_as_make_does_it():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").replace(" --quiet", "")
    for line in LINES:
        if line.startswith("python -m pip install"):
            assert f"$(BIN)/{line}" in recipe
    assert ".venv\\Scripts\\activate" in LINES


def test_figure_and_sentence_are_what_the_library_makes_of_the_demo_data():
    svg, finding = runpy.run_path(str(ROOT / "docs" / "figure.py"))["figure"]()
    assert (ROOT / "docs" / "haervaerk.svg").read_text(encoding="utf-8") == svg, "run python docs/figure.py"
    assert f"**{finding}.**" in README


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell's loop")
def test_the_loop_gives_every_report_its_notebook():
    (loop,) = re.findall(r"```bash\n(for .*?)```", README, flags=re.S)
    script = f"papermill() {{ echo $1 $4; }}\n{loop}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = {
        f"notebooks/{notebook_name(path.parent.name, path.stem)} {path.relative_to(ROOT).as_posix()}"
        for path in ROOT.glob("params/*/*.yml")
    }
    assert set(done.stdout.splitlines()) == wanted and len(wanted) > 20
