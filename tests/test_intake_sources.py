"""The shipped example sources give the demo data set back, and show every form that they promise."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

from evalbook.intake.batch import import_listed
from evalbook.intake.importing import Import
from evalkit.data import dataset as datasets
from evalkit.errors import ProblemsFound
from evalkit.schema import TABLES
from intake_files import PLAN, ROOT, TODAY

SOURCES = ROOT / "examples" / "sources"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, imported."""
    folder = tmp_path_factory.mktemp("data") / "local"
    import_listed(SOURCES / "sources.yml", Import(folder, PLAN, today=TODAY))
    return folder


@pytest.fixture(scope="module")
def both(local: Path) -> tuple[datasets.DataSet, datasets.DataSet]:
    """The imported data set and the demo, read and checked."""
    return datasets.read(local, PLAN), datasets.read(ROOT / "data" / "demo", PLAN)


@pytest.mark.parametrize("table", TABLES)
def test_the_examples_give_the_demo_tables_back(
    table: str, both: tuple[datasets.DataSet, datasets.DataSet]
) -> None:
    """Equal tables give equal reports: the evaluation sees nothing else but the description below."""
    mine, demo = both
    pd.testing.assert_frame_equal(
        mine.tables[table].reset_index(drop=True), demo.tables[table].reset_index(drop=True)
    )


def test_the_data_set_is_described_and_marked_as_the_demo_is(
    both: tuple[datasets.DataSet, datasets.DataSet],
) -> None:
    mine, demo = both
    assert mine.synthetic
    assert mine.meta == demo.meta


def test_every_example_says_that_it_is_made_up() -> None:
    listed = yaml.safe_load((SOURCES / "sources.yml").read_text(encoding="utf-8"))
    names = {name for table in listed["tables"].values() for name in table["files"]}
    assert names == {path.name for path in SOURCES.glob("*.*") if path.suffix in (".csv", ".xlsx")}
    assert all(name.startswith(("opdigtet_", "opdigtede_")) for name in names)
    assert set(listed["tables"]) == set(TABLES) - {"shares"}  # it stands for others that are there


def test_a_list_with_a_fault_tells_all_faults_and_keeps_what_could_be_read(tmp_path: Path) -> None:
    (tmp_path / "liste.yml").write_text(
        "supplied_by: test\nperiod: {start: 2017-10-01, end: 2021-09-30}\ntables:\n"
        "  turnover: {files: [ikke_her.csv]}\n  education: {files: [heller_ikke.csv]}\n"
        f"  comparators: {{files: ['{SOURCES / 'opdigtet_skema_comparators.xlsx'}']}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemsFound) as told:
        import_listed(tmp_path / "liste.yml", Import(tmp_path / "local", PLAN))
    assert {problem.file for problem in told.value.problems} == {"ikke_her.csv", "heller_ikke.csv"}
    assert (tmp_path / "local" / "comparators.csv").is_file()


def _digests(folder: Path) -> dict[str, str]:
    """Hash of every file; of a workbook the parts, because compression differs between systems."""
    found = {}
    for path in folder.rglob("*.*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(name.encode() + book.read(name) for name in sorted(book.namelist()))
        else:
            content = path.read_bytes()
        found[path.name] = hashlib.sha256(content).hexdigest()
    return found


def test_the_examples_are_what_the_script_writes(tmp_path: Path) -> None:
    """Made anew in a copy, so that a fault never spoils the shipped ones."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'examples')!r}); import make_sources as m; from pathlib import Path; m.SOURCES = Path({str(tmp_path)!r}); m.main()"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
    shipped = {name: digest for name, digest in _digests(SOURCES).items() if name != "README.md"}
    assert _digests(tmp_path) == shipped, "run `python examples/make_sources.py`"
