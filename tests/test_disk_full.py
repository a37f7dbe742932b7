"""A full disk ends a command with one line that names the file and what helps; half a file is never left behind.

/dev/full is the disk: whatever is written to it finds no room. tests/faults has the whole run on a small disk.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalbook.run.files import copy_folder
from evalkit.errors import system_error

FULL = Path("/dev/full")
HELPS = "Make room there, or choose a folder on another disk."
linux = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


def evalkit(*arguments: str | Path, cwd: Path, out: Path) -> list[str]:
    """The lines on stderr of a command that must fail; its own output goes to `out`."""
    with out.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "evalbook", *arguments],
            cwd=cwd,
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2, done.stderr
    return done.stderr.splitlines()


@linux
def test_a_check_whose_output_finds_no_room(root):
    for form in ("text", "json"):
        said = evalkit("check", "--format", form, cwd=root, out=FULL)
        assert said == [f"No space left on device. {HELPS}"]


@linux
@pytest.mark.parametrize(
    "full", ["comparators.csv", "records/comparators.yml", "mappings/comparators.yml", "dataset.yml"]
)
def test_an_import_without_room_for_one_of_its_files_writes_none(full, root, tmp_path):
    into = tmp_path / "local"
    file = into / full
    file.parent.mkdir(parents=True)
    file.with_name(f".{file.name}.part").symlink_to(FULL)
    source = root / "data" / "demo" / "comparators.csv"
    arguments = ("--as", "comparators", "--into", into, "--supplied-by", "x")
    said = evalkit("import", source, *arguments, cwd=root, out=tmp_path / "said.txt")
    assert said == [f"{file}: No space left on device. {HELPS}"]
    assert [path for path in into.rglob("*") if path.is_file() or path.is_symlink()] == []


@linux
def test_a_template_without_room_is_not_left_half(root, tmp_path):
    into = tmp_path / "forms"
    into.mkdir()
    (into / ".benefits.xlsx.part").symlink_to(FULL)
    said = evalkit("template", "benefits", "--into", into, cwd=root, out=tmp_path / "said.txt")
    assert said == [f"{into / 'benefits.xlsx'}: No space left on device. {HELPS}"]
    assert list(into.iterdir()) == []


def test_a_copied_folder_stops_at_the_file_that_finds_no_room(tmp_path, monkeypatch):
    flushed = []

    def fsync(number: int) -> None:
        flushed.append(number)
        if len(flushed) == 2:  # of the second file, as a full disk does it: without a name
            raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name in ("a.csv", "b.csv", "c.csv", "inner/d.csv"):
        (folder / name).write_text(name)
    copy_folder(folder, tmp_path / "whole")
    assert (tmp_path / "whole" / "inner" / "d.csv").read_text() == "inner/d.csv"
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left") as caught:
        copy_folder(folder, tmp_path / "copy")
    assert system_error(caught.value) == f"{tmp_path / 'copy' / 'b.csv'}: No space left on device. {HELPS}"
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["a.csv", "b.csv"]


def test_another_failure_of_the_system_is_told_without_that_advice():
    assert (
        system_error(PermissionError(errno.EACCES, "Permission denied", "x.csv"))
        == "x.csv: Permission denied."
    )
    assert system_error(OSError("odd"), "output") == "output: odd."
