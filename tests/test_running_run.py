"""A run of the small workbook: what is made, what is skipped and why, and what a reader finds."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import running_standins as standins
from evalbook.run import evaluation_cache
from evalbook.run.files import Ledger, sole_run
from evalbook.run.processes import SUPPORTED
from evalbook.run.staleness import input_files
from evalkit.errors import EvalkitError, MissingFile, ProblemsFound, UnknownName

ALL = [f"{area}/{year}" for area in standins.AREAS for year in standins.YEARS]
WEST = ["west/2018", "west/2019"]
OLDER = "Siden er ældre end data."


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workbook and its finished output; copied by tests that change them."""
    root = standins.write_workbook(tmp_path_factory.mktemp("workbook"))
    out = tmp_path_factory.mktemp("made") / "output"
    assert standins.go(root, out, jobs=2) == 0
    return root, out


@pytest.fixture
def workbook(made, tmp_path):
    """A copy of the finished workbook, to be changed."""
    import shutil

    for source, name in zip(made, ("workbook", "output"), strict=True):
        shutil.copytree(source, tmp_path / name)
    return tmp_path / "workbook", tmp_path / "output"


def reasons(root, out, capsys, **options):
    """Which reports a run made or skipped, and why."""
    capsys.readouterr()
    standins.go(root, out, why=True, jobs=2, **options)
    lines = [line.split(None, 2) for line in capsys.readouterr().out.splitlines()]
    return {
        line[0]: " ".join(line[1:])
        for line in lines
        if len(line) == 3 and line[1] in ("runs:", "renders:", "skipped:")
    }


def runs(told):
    return sorted(key for key, reason in told.items() if reason.startswith("runs"))


def test_a_run_makes_every_report_and_an_index_that_links_them(made):
    _, out = made
    index = (out / "index.html").read_text()
    for key in ALL:
        assert (out / f"{key}.html").read_text().startswith(f"<h1>{key}</h1>")
        assert f'href="{key}.html"' in index
    ledger = json.loads((out / "run.json").read_text())
    assert sorted(ledger["reports"]) == ALL
    assert ledger["run"]["status"] == "made"


def test_a_run_leaves_no_unfinished_file(made):
    _, out = made
    names = {path.name for path in out.rglob("*")}
    assert not any(name.endswith(".new") or name == "work" for name in names)


def test_executed_notebooks_hold_no_path_of_this_machine_and_no_time(made):
    root, out = made
    for path in out.rglob("*.ipynb"):
        text = path.read_text()
        assert str(root) not in text and str(out) not in text and "/tmp" not in text
        for cell in nbformat.reads(text, as_version=4).cells:
            assert not {"papermill", "execution"} & set(cell.metadata)


def test_nothing_changed_runs_nothing_and_imports_neither_pandas_nor_papermill(made):
    root, out = made
    before = standins.tree(out)
    code = (
        "import sys, running_standins as s; from pathlib import Path;"
        "assert s.go(Path(sys.argv[1]), Path(sys.argv[2])) == 0;"
        "sys.exit(bool({'pandas', 'papermill', 'numpy', 'matplotlib', 'ipykernel'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, root, out], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed: 6 up to date" in done.stdout
    assert standins.tree(out) == before


def test_new_data_runs_the_reports_whose_rows_moved_and_no_others(workbook, capsys):
    root, out = workbook
    counts = {(area, year): 10 + len(area) + year % 10 for area in standins.AREAS for year in standins.YEARS}
    standins.write_data(root, counts | {("north", 2019): 99})  # of 99 + 24 + 23
    told = reasons(root, out, capsys)
    assert runs(told) == ["north/2019", "south/2019", "west/2019"]
    assert told["south/2019"] == "runs: published rows changed"
    assert "north 2019 0.678082" in (out / "north/2019.html").read_text()


def test_new_data_with_the_same_rows_runs_nothing(workbook, capsys):
    root, out = workbook
    (root / "data" / "demo" / "counts.csv").open("a").write("\n")
    assert runs(reasons(root, out, capsys)) == []
    assert "Nothing has changed" in say(root, out, capsys)


def say(root, out, capsys, **options):
    capsys.readouterr()
    standins.go(root, out, **options)
    return capsys.readouterr().out


def said_of(root, name, text):
    path = root / "params" / "reviews" / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_a_review_that_moves_on_is_rendered_and_runs_no_notebook(workbook, capsys, monkeypatch):
    root, out = workbook
    before = standins.tree(out)
    said_of(root, "west-2018", "signed")
    with monkeypatch.context() as patched:
        patched.setattr("evalbook.run.pool.Pool._start", lambda *_: pytest.fail("a process was started"))
        told = reasons(root, out, capsys)
    assert runs(told) == [] and told["west/2018"] == "renders: review changed"
    now = standins.tree(out)
    assert {name for name in now if now[name] != before.get(name)} == {"west/2018.html", "west/2018.ipynb"}
    assert b"<p>signed</p>" in now["west/2018.html"]
    assert "Nothing has changed: 6 up to date" in say(root, out, capsys)
    assert standins.go(root, out.parent / "clean", jobs=2) == 0
    assert standins.tree(out.parent / "clean") == now


def test_only_the_notebook_whose_own_words_changed_runs_where_another_was_signed(workbook, capsys):
    root, out = workbook
    said_of(root, "west-2018", "signed")
    path = root / "params" / "north" / "2019.json"
    path.write_text(path.read_text().replace("2019", "2018"))
    (out / "index.html").unlink()
    told = reasons(root, out, capsys)
    assert runs(told) == ["north/2019"] and told["west/2018"] == "renders: review changed"
    assert standins.go(root, out.parent / "clean", jobs=2) == 0
    assert standins.tree(out.parent / "clean") == standins.tree(out)


def test_a_signature_beside_a_lost_page_or_index_makes_them_anew(workbook, capsys):
    root, out = workbook
    said_of(root, "west-2018", "signed")
    (out / "index.html").unlink()
    (out / "north/2018.html").unlink()
    told = reasons(root, out, capsys)
    assert runs(told) == ["north/2018"] and told["west/2018"] == "renders: review changed"
    assert "west/2018" in (out / "index.html").read_text() and (out / "north/2018.html").is_file()


def test_a_run_limited_to_one_area_leaves_the_other_areas_reviews_for_the_next(workbook, capsys):
    root, out = workbook
    said_of(root, "west-2018", "signed")
    said_of(root, "north-2018", "signed")
    told = reasons(root, out, capsys, areas=("west",))
    assert told == {"west/2018": "renders: review changed", "west/2019": told["west/2019"]}
    assert "signed" not in (out / "north/2018.html").read_text()
    assert "1 rendered again, 5 up to date" in say(root, out, capsys)
    assert "signed" in (out / "north/2018.html").read_text()


def test_a_params_file_runs_its_report_and_the_plan_runs_all(workbook, capsys):
    root, out = workbook
    path = root / "params" / "west" / "2018.json"
    path.write_text(path.read_text().replace("2018", "2019"))
    assert runs(reasons(root, out, capsys)) == ["west/2018"]
    (root / "params" / "plan.yml").write_text("name: another\n")
    told = reasons(root, out, capsys, areas=("west",))
    assert runs(told) == WEST and told["west/2019"] == "runs: params changed"


def test_a_new_notebook_runs_all(workbook, capsys):
    root, out = workbook
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", standins.CELLS[:3])
    told = reasons(root, out, capsys, areas=("west",))
    assert runs(told) == WEST and told["west/2019"] == "runs: notebook changed"


def test_a_page_changed_or_lost_is_made_again(workbook, capsys):
    root, out = workbook
    before = standins.tree(out)
    (out / "west/2019.html").unlink()
    (out / "south/2019.html").write_text("mine")
    told = reasons(root, out, capsys)
    assert told["west/2019"] == "runs: west/2019.html is missing"
    assert told["south/2019"] == "runs: south/2019.html was changed by hand"
    assert runs(told) == ["south/2019", "west/2019"]
    assert standins.tree(out) == before


def test_a_lost_index_is_built_again_without_running_a_report(workbook, capsys):
    root, out = workbook
    before = standins.tree(out)
    (out / "index.html").unlink()
    assert runs(reasons(root, out, capsys)) == []
    assert standins.tree(out) == before


def test_force_runs_all_and_gives_the_same_bytes(workbook, capsys):
    root, out = workbook
    before = standins.tree(out)
    assert runs(reasons(root, out, capsys, force=True, areas=("west",))) == WEST
    assert standins.tree(out) == before


def test_an_area_that_has_no_report_in_the_years_asked_for_is_told():
    from evalbook.run.tasks import Options

    keys = ["west/2018", "west/2019", "plan/final"]
    with pytest.raises(UnknownName, match=r"there is no report west/final\. Known: plan/final\."):
        Options(areas=("west",), years=("final",)).check(keys)
    Options(areas=("west", "plan"), years=("2019",)).check(keys)


def older(out):
    """The reports that the ledger knows to be made from something that has changed since."""
    return sorted(key for key, record in Ledger.read(out).records.items() if record.older)


def test_areas_and_years_limit_a_run_and_the_ledger_says_what_is_older(workbook, capsys):
    root, out = workbook
    (root / "params" / "plan.yml").write_text("name: another\n")
    assert runs(reasons(root, out, capsys, areas=("west",), years=("2019",))) == ["west/2019"]
    assert older(out) == [key for key in ALL if key != "west/2019"]
    assert "Nothing has changed: 1 up to date" in say(root, out, capsys, areas=("west",), years=("2019",))
    assert "5 made, 1 up to date" in say(root, out, capsys)


@pytest.mark.parametrize(
    ("spoil", "options", "error", "message"),
    [
        (
            lambda root: None,
            {"areas": ("nort",)},
            UnknownName,
            "--area nort: the plan has no such area. Did you mean 'north'?",
        ),
        (
            lambda root: None,
            {"years": ("1999",)},
            UnknownName,
            "--year 1999: the plan has no such year. Known: 2018, 2019.",
        ),
        (
            lambda root: (root / "params/west/2018.json").write_text('{"area": "west", "yaer": 2018}'),
            {},
            UnknownName,
            "params/west/2018.json: area_year.ipynb has no parameter 'yaer'. Did you mean 'year'?",
        ),
        (
            lambda root: (root / "params/west/2018.json").write_text('{"area": "west"}'),
            {},
            UnknownName,
            "params/west/2018.json: the parameter 'year' of area_year.ipynb is missing.",
        ),
        (
            lambda root: (root / "data/demo/counts.csv").write_text("area,year,count\nwest,2018,many\n"),
            {},
            ProblemsFound,
            "data/demo/counts.csv, area west, year 2018: is not a number.",
        ),
        (
            lambda root: (root / "notebooks/area_year.ipynb").unlink(),
            {},
            MissingFile,
            "area_year.ipynb: there is no such notebook",
        ),
    ],
)
def test_bad_input_stops_before_anything_is_touched(workbook, spoil, options, error, message):
    root, out = workbook
    before = standins.tree(out), (out / "run.json").read_bytes()
    spoil(root)
    with pytest.raises(error) as raised:
        standins.go(root, out, force=True, **options)
    assert message in str(raised.value)
    assert (standins.tree(out), (out / "run.json").read_bytes()) == before
    with pytest.raises(error):
        standins.go(root, out.parent / "never", **options)
    assert not (out.parent / "never").exists()


def test_a_missing_data_folder_is_named_with_those_that_exist(workbook):
    root, out = workbook
    (root / "data" / "demo").rename(root / "data" / "other")
    with pytest.raises(MissingFile, match="Known: data/other"):
        standins.go(root, out)


def test_a_failed_report_keeps_the_last_good_one_marked_and_the_others_go_on(workbook, capsys):
    root, out = workbook
    good = (out / "west/2018.ipynb").read_bytes()
    broken = (*standins.CELLS, "assert (area, year) != ('west', 2018), 'no such luck'")
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", broken)
    assert standins.go(root, out, jobs=2, areas=("west",)) == 1
    told = capsys.readouterr().out
    assert "west/2018  failed" in told and "AssertionError: no such luck" in told and "1 made" in told
    assert (out / "west/2018.ipynb").read_bytes() == good
    assert OLDER not in (out / "west/2018.html").read_text()  # the rows are as they were
    assert "west/2018" in older(out)
    assert "no such luck" in (out / "failed/west/2018.txt").read_text()
    assert "no such luck" in (out / "failed/west/2018.ipynb").read_text()
    assert str(root) not in (out / "failed/west/2018.txt").read_text()

    standins.write_notebook(root / "notebooks" / "area_year.ipynb")
    assert standins.go(root, out, jobs=2) == 0
    assert "ældre" not in (out / "west/2018.html").read_text() and older(out) == []
    assert not list((out / "failed").rglob("*.*"))


@pytest.fixture
def both(workbook):
    """The finished workbook with the English edition beside it."""
    root, out = workbook
    (root / "notebooks" / "en").mkdir()
    (root / "notebooks" / "en" / "area_year.yml").write_text("{}")
    assert standins.go(root, out, jobs=2) == 0
    return root, out


def test_one_run_makes_both_languages_and_one_of_them_alone_when_asked(both, capsys):
    root, out = both
    english = [f"en/{key}" for key in ALL]
    assert sorted(Ledger.read(out).records) == sorted(ALL + english)
    assert (out / "en/west/2018.html").is_file() and (out / "en/index.html").is_file()
    told = reasons(root, out, capsys, force=True, areas=("west",), language="en")
    assert runs(told) == ["en/west/2018", "en/west/2019"] == sorted(told)
    with pytest.raises(UnknownName, match="--language sv: choose da or en"):
        standins.go(root, out, language="sv")


def test_a_page_says_that_it_is_older_than_the_rows_until_it_is_made_anew_or_the_rows_are_as_they_were(
    both, capsys
):
    root, out = both
    counts = {(area, year): 10 + len(area) + year % 10 for area in standins.AREAS for year in standins.YEARS}
    clean = {name: made for name, made in standins.tree(out).items() if ".evalkit" not in name}

    def say_so() -> list[str]:
        pages = {name: path for name, path in pages_of(out).items() if ' class="stale"' in path.read_text()}
        return sorted(name.removesuffix(".html") for name in pages)

    standins.write_data(root, counts | {("north", 2019): 99})
    told = say(root, out, capsys, areas=("west",), years=("2019",), language="da")
    assert "1 made, 0 up to date" in told
    english = ["en/north/2019", "en/south/2019", "en/west/2019"]
    assert say_so() == [*english, "north/2019", "south/2019"]  # those of 2018 have the same rows
    assert OLDER in (out / "north/2019.html").read_text()
    assert "This page is older than the data." in (out / "en/west/2019.html").read_text()
    told = say(root, out, capsys, areas=("south",), language="da")
    assert "1 made, 1 up to date" in told  # the line is no change by hand
    assert say_so() == [*english, "north/2019"]
    broken = (*standins.CELLS, "assert area != 'north'")
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", broken)
    assert standins.go(root, out, jobs=2) == 1
    last_good = ["en/north/2019", "north/2019"]  # those of 2018 are not older than their rows
    assert say_so() == last_good

    standins.write_notebook(root / "notebooks" / "area_year.ipynb")
    standins.write_data(root, counts)
    said_of(root, "north-2019", "signed")
    assert standins.go(root, out, jobs=2, areas=("south",)) == 0
    assert say_so() == ["en/west/2019", "west/2019"]
    said_of(root, "north-2019", "no word")
    assert standins.go(root, out, jobs=2) == 0
    assert {name: now for name, now in standins.tree(out).items() if ".evalkit" not in name} == clean


def pages_of(out):
    return {
        path.relative_to(out).as_posix(): path for path in out.glob("**/*.html") if "failed" not in str(path)
    }


def test_an_annex_that_only_one_language_has_leads_to_a_page_that_says_so(both):
    root, out = both
    book = nbformat.read(root / "notebooks/area_year.ipynb", as_version=4)
    book.cells[-1].metadata["tags"] = ["annex"]
    nbformat.write(book, root / "notebooks/area_year.ipynb")
    assert standins.go(root, out, jobs=2, areas=("west",), language="da") == 0
    assert (out / "west/2018-bilag.html").is_file()
    assert (out / "en/west/2018-bilag.html").read_text() == "not made"
    assert standins.go(root, out, jobs=2, areas=("west",), language="en") == 0
    assert "not made" not in (out / "en/west/2018-bilag.html").read_text()


def test_a_report_that_never_was_whole_is_not_in_the_index(workbook):
    root, out = workbook
    broken = (*standins.CELLS, "assert (area, year) != ('west', 2018)")
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", broken)
    new = out.parent / "new"
    assert standins.go(root, new, jobs=2, areas=("west",)) == 1
    assert (new / "index.html").read_text() == '<a href="west/2019.html">west/2019</a>\n'
    assert not (new / "west/2018.html").exists()


def test_a_failed_report_is_tried_again_though_nothing_changed(workbook, capsys):
    root, out = workbook
    standins.write_notebook(
        root / "notebooks" / "area_year.ipynb", ("assert (area, year) != ('west', 2018)",)
    )
    standins.go(root, out, jobs=2, areas=("west",))
    assert reasons(root, out, capsys, areas=("west",))["west/2018"] == "runs: failed last time"


def test_a_report_that_the_plan_no_longer_has_is_removed(workbook):
    root, out = workbook
    for path in (root / "params" / "west").iterdir():
        path.unlink()
    assert standins.go(root, out) == 0
    assert not (out / "west").exists() and "west" not in (out / "index.html").read_text()


def test_one_job_and_three_forked_and_ordinary_kernels_give_the_same_bytes(made, tmp_path):
    root, out = made
    assert standins.go(root, tmp_path / "one", jobs=1, areas=("north",)) == 0
    assert standins.go(root, tmp_path / "cold", jobs=1, cold=True, areas=("north",)) == 0
    one, cold = standins.tree(tmp_path / "one"), standins.tree(tmp_path / "cold")
    assert one == cold
    many = standins.tree(out)
    assert {name: many[name] for name in one if name.startswith("north")} == {
        name: text for name, text in one.items() if name.startswith("north")
    }
    assert json.loads((tmp_path / "cold/run.json").read_text())["run"]["kernels"] == "ordinary"


def test_the_second_of_two_runs_says_so_and_waits(workbook, capsys):
    root, out = workbook
    with sole_run(out, print):
        code = f"import sys, running_standins as s; from pathlib import Path; s.go(Path({str(root)!r}), Path({str(out)!r}), force=True, areas=('west',))"
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        second = subprocess.Popen([sys.executable, "-uc", code], env=env, stdout=subprocess.PIPE, text=True)
        assert "another run is at work here; waiting until it has ended" in second.stdout.readline()
    told = second.communicate(timeout=120)[0]
    assert second.returncode == 0 and "2 made" in told


def test_the_history_gets_one_line_for_each_run(workbook):
    root, out = workbook
    standins.go(root, out, force=True, areas=("west",))
    lines = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert [line["reports"] for line in lines] == [ALL, ["west/2018", "west/2019"]]


@pytest.mark.parametrize(
    "written",
    [
        '{"reports": []}',
        '{"reports": {}, "inputs": [], "keys": 5, "site": null, "run": {}}',
        '{"reports": {"west/2018": {"key": "west/2018", "status": "made", "files": null}}, "inputs": {}, "keys": [], "site": {}, "run": {}}',
        '{"reports": {"west/2018": {"key": 5, "status": "made"}}, "inputs": {}, "keys": [], "site": {}, "run": {}}',
        '{"reports": {"west/2018": {"key": "west/2018", "status": "made", "files": {"a": 5}}}, "inputs": {}, "keys": [], "site": {}, "run": {}}',
        '{"reports": {}, "inputs": {"a": 1}, "keys": [], "site": {}, "run": {}}',
        '{"reports": {}, "inputs": {}, "keys": [7], "site": {}, "run": {}}',
        '{"reports": {}, "inputs": {}, "keys": [], "site": {}, "run": 3}',
        "[" * 5000,
        "null",
    ],
)
def test_a_ledger_of_another_make_is_not_believed(workbook, capsys, written):
    root, out = workbook
    (out / "run.json").write_text(written)
    assert Ledger.read(out) == Ledger()
    if written == "null":  # one run tells for all
        assert runs(reasons(root, out, capsys, areas=("west",))) == WEST


def test_no_published_file_holds_a_hash_that_a_guess_at_the_raw_data_could_be_held_against(
    workbook, tmp_path
):
    root, out = workbook
    file = root / "data/demo/counts.csv"
    plain = hashlib.sha256(file.read_bytes()).hexdigest()
    published = [
        path for path in out.rglob("*") if path.is_file() and ".evalkit" not in path.relative_to(out).parts
    ]
    assert out / "run.json" in published
    assert not [path for path in published if plain.encode() in path.read_bytes()]
    mark = Ledger.read(out).inputs["data/demo/counts.csv"]
    assert (
        standins.go(root, tmp_path / "other") == 0
    )  # the same workbook, so that two editions can be compared
    assert Ledger.read(tmp_path / "other").inputs["data/demo/counts.csv"] == mark
    shutil.rmtree(root / "data/local")
    assert standins.go(root, tmp_path / "third") == 0
    assert Ledger.read(tmp_path / "third").inputs["data/demo/counts.csv"] != mark


def test_a_workbook_that_cannot_be_written_keeps_its_key_in_the_output(workbook, tmp_path):
    root, _ = workbook
    shutil.rmtree(root / "data/local")
    (root / "data/local").write_text("no folder can be made here")
    assert standins.go(root, tmp_path / "out") == 0
    assert (tmp_path / "out/.evalkit/.key").is_file()
    assert standins.go(root, tmp_path / "out") == 0


def spoil_kept(out, name, spoilt):
    (folder,) = (out / ".evalkit" / "evaluation").iterdir()
    path = folder / name
    before = path.read_bytes()
    path.write_bytes(spoilt(before))
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("results.csv", lambda kept: kept[:40]),
        ("results.csv", lambda kept: kept.replace(b"0.3", b"0.9", 1)),
        ("contents.json", lambda kept: b"{]"),
        ("contents.json", lambda kept: b'{"reports": {}}'),
        ("contents.json", lambda kept: b"[1]"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_damaged_or_edited_evaluation_is_made_again(workbook, capsys, name, spoilt, force):
    root, out = workbook
    before = {path: path.read_bytes() for path in out.rglob("*.html")}
    spoil_kept(out, name, spoilt)
    (out / "west" / "2018.html").unlink()  # so that a run is needed
    reasons(root, out, capsys, areas=("west",), force=force)
    assert {path: path.read_bytes() for path in out.rglob("*.html")} == before
    (folder,) = (out / ".evalkit" / "evaluation").iterdir()
    assert evaluation_cache.kept([folder]) == folder


def test_the_data_behind_the_rows_never_reach_a_kernel(workbook):
    root, out = workbook
    look = (
        "import pathlib; print(sorted(p.name for p in pathlib.Path(os.environ['EVALKIT_ROOT']).rglob('*.*')))"
    )
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", (*standins.CELLS, look))
    assert standins.go(root, out, areas=("west",), years=("2018",)) == 0
    page = (out / "west/2018.html").read_text()
    assert "plan.yml" in page and "counts.csv" not in page


@pytest.mark.parametrize("cold", [False, True], ids=["forked", "ordinary"])
def test_a_cell_sees_no_secret_of_the_environment(workbook, monkeypatch, cold):
    root, out = workbook
    for name in ("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "JUPYTER_TOKEN", "EVALKIT_MINE", "LC_MONETARY"):
        monkeypatch.setenv(name, f"value-of-{name}")
    look = (
        "import subprocess, sys\n"
        "print(dict(os.environ), subprocess.check_output([sys.executable, '-c', 'import os; print(dict(os.environ))']))"
    )
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", (*standins.CELLS, look))
    assert standins.go(root, out, areas=("west",), years=("2018",), cold=cold) == 0
    page = (out / "west/2018.html").read_text()
    assert set(re.findall(r"value-of-(\w+)", page)) == {"EVALKIT_MINE", "LC_MONETARY"}


@pytest.mark.skipif(not SUPPORTED, reason="kernels are forked on Linux only")
def test_a_kernel_is_warm_private_and_fresh(workbook):
    root, out = workbook
    cells = (
        "import sys, os, stat; print('warm', {'pandas', 'seaborn', 'matplotlib.pyplot'} <= set(sys.modules))",
        "from ipykernel.connect import get_connection_info\ninfo = get_connection_info(unpack=True)",
        "print(info['transport'], oct(os.stat(os.path.dirname(info['ip'])).st_mode & 0o777))",
        "import pandas; print('fresh', not hasattr(pandas, 'mark')); pandas.mark = True",
        "print('cwd', os.listdir('.'))",
    )
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", cells)
    assert standins.go(root, out, jobs=1, areas=("west",)) == 0
    for key in WEST:
        page = (out / f"{key}.html").read_text()
        assert "warm True" in page and "ipc 0o700" in page and "fresh True" in page and "cwd []" in page


@pytest.mark.parametrize("cold", [False, True], ids=["forked", "ordinary"])
def test_a_cell_may_start_processes_of_its_own(workbook, cold):
    root, out = workbook
    cells = (
        "import multiprocessing, sys; pipe, end = multiprocessing.Pipe()",
        "one = multiprocessing.Process(target=print, args=('said by a child',)); one.start(); one.join()",
        "print('child ended with', one.exitcode)",
    )
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", cells)
    assert standins.go(root, out, cold=cold, areas=("west",), years=("2018",)) == 0
    assert "child ended with 0" in (out / "west/2018.html").read_text()


def test_sister_kernels_do_not_draw_the_same_random_numbers(workbook):
    root, out = workbook
    cells = ("import numpy, random, sys; print(numpy.random.random(), random.random())",)
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", cells)
    assert standins.go(root, out, jobs=2, areas=("west",)) == 0
    first, second = (
        (out / f"west/{year}.html").read_text().split("<pre>")[1].split() for year in standins.YEARS
    )
    assert first[0] != second[0] and first[1] != second[1]


def test_an_unfinished_ledger_is_not_taken_for_a_whole_run(workbook):
    root, out = workbook
    ledger = Ledger.read(out)
    assert ledger.inputs
    work = out / ".evalkit" / "work"
    work.mkdir()
    (work / "journal.jsonl").write_text(json.dumps({"key": "west/2018", "status": "made"}) + '\n{"key": "wes')
    torn = Ledger.read(out)
    assert torn.inputs == {} and torn.records["west/2018"].files == {}
    assert standins.go(root, out) == 0
    assert not work.exists() and Ledger.read(out).inputs == ledger.inputs


def test_a_data_folder_outside_the_workbook_is_read(made, tmp_path):
    from evalbook.run.progress import choose
    from evalbook.run.runner import run
    from evalbook.run.tasks import Options

    root, out = made
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    (delivered / "counts.csv").write_bytes((root / "data/demo/counts.csv").read_bytes())
    options = Options(areas=("west",), years=("2018",))
    assert run(root, delivered, tmp_path / "out", options, standins.STEPS, choose()) == 0
    assert (tmp_path / "out/west/2018.html").read_bytes() == (Path(out) / "west/2018.html").read_bytes()


@pytest.mark.parametrize("name", ["own", "published"])
def test_a_data_set_cannot_have_the_name_of_another_folder_in_data(made, tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(
        EvalkitError, match=f"{name}: no data set can have this name, for data/{name} is something else"
    ):
        input_files(made[0], tmp_path / name)


def test_what_a_killed_run_left_is_cleared_away_though_nothing_changed(workbook, capsys):
    root, out = workbook
    before = standins.tree(out)
    left = out / ".evalkit" / "work" / "new" / "site"
    left.mkdir(parents=True)
    (left / "index.html").write_text("half")
    assert runs(reasons(root, out, capsys)) == []
    assert standins.tree(out) == before and not left.exists()


def test_a_changed_published_figure_or_event_makes_the_reports_again(workbook, capsys):
    root, _ = workbook
    events = root / "data/published/events.csv"
    events.parent.mkdir(parents=True, exist_ok=True)
    events.write_text("id,start\nlockdown,2020-03-11\n", encoding="utf-8")
    told = reasons(root, workbook[1], capsys)
    assert told["north/2019"] == "runs: published figures changed"
    assert not runs(reasons(root, workbook[1], capsys))
