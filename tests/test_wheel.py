"""The wheel, installed into an empty environment on each Python that is promised, from an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from needed import python, uv
from running_standins import tree

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [name.split()[-1] for name in PROJECT["classifiers"] if ":: Python :: 3." in name]
ONE = ("--area", "nordparken", "--year", "2023", "--data", "data/demo")
CLUSTER = "from distributed import LocalCluster\nif __name__ == '__main__':\n    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as one:\n        print(one.scheduler_address, flush=True)\n        input()\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture
def install(wheel, tmp_path):
    """Install the wheel with what it is locked to; gives a function that calls a program of the new environment."""

    def installed(version: str):
        uv("venv", "--python", python(version), tmp_path / "venv")
        to = ("--python", tmp_path / "venv/bin/python", "-c", ROOT / "requirements.lock")
        uv("pip", "install", *to, f"evalbook[cluster] @ {wheel.as_uri()}")
        bare = {"PATH": os.defpath, "TMPDIR": os.environ.get("TMPDIR", "/tmp")}  # no HOME, no locale

        def call(*words: str, cwd: Path, status: int = 0) -> str:
            line = [tmp_path / "venv/bin" / words[0], *words[1:]]
            done = subprocess.run(
                line, cwd=cwd, env=bare, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            assert done.returncode == status, done.stdout + done.stderr
            return done.stdout

        return call

    return installed


@pytest.mark.parametrize("version", PYTHONS)
def test_from_an_empty_folder_to_a_report(version, install, tmp_path):
    call = install(version)
    call("evalkit", "new", "plan", "--areas", "Nordparken", "--years", "2023-2024", cwd=tmp_path)
    plan = tmp_path / "plan"
    call("evalkit", "demo", cwd=plan)
    said = call("evalkit", "run", *ONE, cwd=plan)
    assert "2 made, 0 up to date, 0 failed" in said and (plan / "output/nordparken/2023.html").is_file()
    if version != f"3.{sys.version_info.minor}":
        return
    made = tree(plan / "output")
    in_parts = ("--out", str(tmp_path / "parts"))
    keys = call("evalkit", "run", "--list", *ONE, *in_parts, cwd=plan).split()
    assert keys == ["nordparken/2023", "en/nordparken/2023"]
    for key in keys:
        call("evalkit", "run", "--only", key, "--data", "data/demo", *in_parts, cwd=plan)
    said = call("evalkit", "site", "--data", "data/demo", *in_parts, cwd=plan, status=1)
    assert "0 made, 2 up to date, 8 missing, 0 failed" in said
    assert published(tree(tmp_path / "parts")) == published(made)
    (tmp_path / "cluster.py").write_text(CLUSTER)
    words = [tmp_path / "venv/bin/python", tmp_path / "cluster.py"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        address = ("--cluster", running.stdout.readline().strip())
        said = call("evalkit", "run", *ONE, *address, "--out", str(tmp_path / "dask"), cwd=plan)
        running.communicate("\n")
    assert "2 made" in said and published(tree(tmp_path / "dask")) == published(made)


def published(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if not name.startswith(".evalkit")}


def test_it_brings_the_readme_with_its_picture_and_the_files_of_the_tutorial(wheel, tmp_path):
    shutil.unpack_archive(wheel, tmp_path, "zip")
    share = next(tmp_path.glob("*.data/data/share/doc/evalbook"))
    readme = (share / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?:docs|examples)/[^)#]+)\)", readme):
        assert (share / target).is_file(), target
    assert (share / "docs/haervaerk.svg").is_file()
    for path in (ROOT / "examples/sources").glob("*.*"):
        assert (share / "examples/sources" / path.name).read_bytes() == path.read_bytes()
