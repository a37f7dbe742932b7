"""Files of an analyst's own in data/own: the same path everywhere, hashed, marked on the page, looked at by check."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pyreadstat
import pytest
from nbclient import NotebookClient

import shipped
from evalbook.approval import own_files
from evalbook.approval.notebook_cells import CodeCell
from evalbook.review import advice

MARK = "Egne tal: ikke gennemset for små tal."
READ = 'import pandas as pd\nmine = pd.read_csv("data/own/udlejning.csv")'
SHOW = 'figures.show(mine.plot(x="kvartal", y="ledige"), title="Ledige boliger", alt="Fra 7 til 9 ledige boliger.")'
ROWS = "kvartal,ledige\n1,7\n2,9\n"


def evalkit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evalbook", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def with_cells(root: Path, *sources: str) -> Path:
    """The area notebook with an analyst's cells at its end."""
    path = root / "notebooks/area_year.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"mine-{i}") for i, source in enumerate(sources)]
    nbformat.write(notebook, path)
    return path


def own_file(root: Path, name: str = "udlejning.csv", text: str = ROWS) -> Path:
    path = root / "data/own" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workbook whose area notebook reads an own file, and a run of it."""
    root = shipped.write_workbook(tmp_path_factory.mktemp("own"))
    book = with_cells(root, READ, SHOW, "mine = mine.head(1)", "cards.title(report)")
    notebook = nbformat.read(book, as_version=4)
    notebook.cells[-4].metadata["tags"] = ["remove-cell"]  # a reader need not see how it is read
    nbformat.write(notebook, book)
    own_file(root)
    done = evalkit(root, "run", "--year", "2018", "--area", "ringparken", "--area", "plan")
    assert done.returncode == 0, done.stderr
    return root


def outputs(notebook: nbformat.NotebookNode) -> list[object]:
    """What the analyst's cells show."""
    cells = {cell.id: cell for cell in notebook.cells}
    return [output.data for i in range(4) for output in cells[f"mine-{i}"].outputs]


def test_the_page_says_under_what_is_made_from_it_that_it_was_not_looked_through(made):
    # the cells stand under the last heading, which is one of the annex
    page = "".join((made / f"output/ringparken/2018{end}.html").read_text("utf-8") for end in ("", "-bilag"))
    assert page.count(MARK) == 1
    assert page.index("Fra 7 til 9 ledige boliger") < page.index(MARK)
    assert "From own files" not in page and "Fra egne filer, ikke gennemset for små tal: celle mine-1" in page
    assert MARK not in (made / "output/plan/2018.html").read_text("utf-8")


def test_the_same_path_holds_for_plain_papermill_and_beside_the_notebook(made, tmp_path):
    ran = nbformat.read(made / "output/ringparken/2018.ipynb", as_version=4)
    command = [sys.executable, "-m", "papermill", "notebooks/area_year.ipynb", str(tmp_path / "out.ipynb")]
    subprocess.run(command, cwd=made, check=True, capture_output=True, timeout=300)
    assert outputs(nbformat.read(tmp_path / "out.ipynb", as_version=4)) == outputs(ran)
    notebook = nbformat.read(made / "notebooks/area_year.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(made / "notebooks")}}).execute()
    assert outputs(notebook) == outputs(ran)


def test_the_ledger_tells_nobody_the_hash_of_its_contents(made):
    ledger = (made / "output/run.json").read_text("utf-8")
    assert "data/own" in ledger
    assert hashlib.sha256(ROWS.encode()).hexdigest() not in ledger


def test_a_changed_file_makes_the_reports_run_again_that_read_it(made):
    own_file(made, text=ROWS + "3,8\n")
    try:
        done = evalkit(made, "run", "--year", "2018", "--area", "ringparken", "--area", "plan", "--why")
        lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.count("/2018")}
        assert "own files changed" in lines["ringparken/2018"]
        assert "skipped" in lines["plan/2018"]
    finally:
        own_file(made)


@pytest.mark.parametrize("command", [("run", "--area", "ringparken", "--year", "2018"), ("check",)])
def test_personal_data_in_it_stops_the_run(workbook, command):
    own_file(workbook, "lejere.csv", "afdeling,kontakt\n1,010170-1234\n")
    done = evalkit(workbook, *command)
    assert done.returncode == 2 if command[0] == "run" else done.returncode != 0
    said = done.stdout + done.stderr
    assert "data/own/lejere.csv" in said and "row 2, column B" in said and "010170" not in said


@pytest.mark.skipif(os.name != "posix", reason="links need a right of their own on Windows")
def test_a_link_out_of_the_folder_is_refused(workbook, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "hemmelig.csv"
    outside.write_text(ROWS)
    (workbook / "data/own").mkdir()
    (workbook / "data/own/udlejning.csv").symlink_to(outside)
    done = evalkit(workbook, "run", "--area", "ringparken", "--year", "2018")
    assert done.returncode == 2
    assert "data/own/udlejning.csv: is a link. Copy what it leads to into data/own itself." in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="links need a right of their own on Windows")
def test_a_folder_that_is_a_link_is_one_problem(workbook, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere")
    for name in "abc":
        (outside / f"{name}.csv").write_text(ROWS)
    (workbook / "data/own").symlink_to(outside)
    assert [str(one) for one in own_files.outside(workbook)] == [
        "data/own: is a link. Make it a folder, and copy the files themselves into it."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Område;År;Sager\nringparken;2018;4\n", "row 2, column 'Sager'"),
        (
            "area,year,cases\nsydbyen,2018,17\nsydbyen,2019,1\nsydbyen,2020,2\n",
            "row 3 and 1 more, column 'cases'",
        ),
        ("Område;År;Sager\nringparken;2018;5\n", ""),  # the threshold is shown
        ("Område;År;Sager\nringparken;2018;0\n", ""),
        ("Område;År;Andel\nringparken;2018;4.5\n", ""),  # no count
        ("kvartal,ledige\n1,3\n", ""),  # of no area
    ],
)
def test_check_names_counts_that_the_reports_would_hide(workbook, text, said):
    own_file(workbook, text=text)
    advised = [str(one) for one in advice.of_workbook(workbook)]
    if said:
        assert any("data/own/udlejning.csv" in line and said in line for line in advised)
    else:
        assert not advised


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "ods", "sav"])
def test_check_looks_into_tables_of_other_programs_too(workbook, suffix):
    (workbook / "data/own").mkdir(parents=True, exist_ok=True)
    if suffix == "sav":
        frame = pd.DataFrame({"area": ["sydbyen"] * 2, "year": [2018.0, 2019.0], "cases": [17.0, 1.0]})
        pyreadstat.write_sav(frame, workbook / "data/own/a.sav")
    else:
        shutil.copy(Path(__file__).parent / f"formats/smaa_tal.{suffix}", workbook / f"data/own/a.{suffix}")
    (said,) = map(str, advice.of_workbook(workbook))
    assert f"data/own/a.{suffix}" in said and "row 3, column 'cases'" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("udlejning.csv", b""),
        ("udlejning.xls", b"\xd0\xcf\x11\xe0 cut off"),
        ("udlejning.sav", b"$FL2 cut off"),
        ("udlejning.csv", b"\x00\x01PK\xff\xfe\n\n"),
        ("udlejning.xlsx", b""),
        ("udlejning.xlsx", b"PK\x03\x04 cut off"),
    ],
)
def test_check_says_of_a_table_that_cannot_be_read_that_nobody_looked(workbook, name, content):
    own_file(workbook, name, "")
    (workbook / "data/own" / name).write_bytes(content)
    (said,) = map(str, advice.of_workbook(workbook))
    assert f"data/own/{name}" in said and "could not be read as a table" in said


@pytest.mark.parametrize(
    ("sources", "made_from"),
    [
        (["x = 1", "x"], []),
        (["a = open('data/own/a.csv')", "b = a.read()", "b", "c = 2"], ["0", "1", "2"]),
        ([r"a = pd.read_csv('data\\own\\a.csv')", "print(1)"], ["0"]),
        (["def read():\n    return open('data/own/a')", "read()"], ["0", "1"]),
        (["frame = {}", "frame['x'] = open('data/own/a')", "frame"], ["1", "2"]),
        (
            ["table = []", "own = open('data/own/a')", "table.append(own)", "table", "plt.show()"],
            ["1", "2", "3"],
        ),
        (["class C: ...\nc = C()", "own = open('data/own/a')", "c.x = own", "c"], ["1", "2", "3"]),
        (
            [
                "import cards\nreport = 1",
                "own = open('data/own/a')",
                "cards.show(own, report)",
                "cards.title(report)",
            ],
            ["1", "2"],
        ),
        (["a = Path('data') / 'own' / 'x.csv'", "a"], ["0", "1"]),
        (
            ["a = os.path.join('data', 'own', 'x.csv')", "lines = !cat {a}", "lines", "%timeit -o a", "own?"],
            ["0", "1", "2", "3"],
        ),
        (["async def read():\n    return open('data/own/a')", "await read()"], ["0", "1"]),
        (["%%time\na = open('data/own/a')", "!ls data/own", "a"], ["0", "1", "2"]),
    ],
)
def test_cells_made_from_own_files_are_found_by_the_names_they_use(sources, made_from):
    cells = [CodeCell(str(i), source, True) for i, source in enumerate(sources)]
    assert own_files.made_from(cells) == made_from
