"""Another plan in five minutes: `evalkit new` makes a folder that says nothing of the shipped plan and runs as it stands."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from IPython.core.formatters import DisplayFormatter

from evalbook.approval import translation
from evalbook.intake import checking
from evalbook.intake.mapping import KEYS
from evalbook.rehearsal.demo import write as write_made_up
from evalbook.review.release import ready_to_release
from evalbook.scaffold import library, notebooks
from evalbook.scaffold.new import new, renew_notebooks
from evalbook.scaffold.wanted import area_id, wanted
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.errors import EvalkitError, ProblemsFound, UnknownName
from evalkit.evaluate.evaluation import evaluate
from shipped import notebooks as shipped_notebooks

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2026, 11, 23)
AREAS = {"nordparken": "Nordparken", "soevang": "Søvang", "oestre_aeroe_vaenge": "Østre Ærø Vænge"}
OWN = """
trygge_unge:
  title: {da: "Trygge unge", en: "Young people who feel safe"}
  definition: {da: "18–24-årige, der føler sig trygge", en: "18–24-year-olds who feel safe"}
  question: {da: "Føler du dig tryg i dit boligområde?", en: "Do you feel safe in your neighbourhood?"}
  statistic: weighted_share
  numerator: {table: survey, where: {answer: [high, some], age_group: "18-24"}, timing: year, words: {da: "trygge unge", en: "safe young people"}}
  denominator: {table: survey, where: {answer: [high, some, little, none], age_group: "18-24"}, timing: year, words: {da: "unges svar", en: "answers of the young"}}
  polarity: higher_is_better
  goal: trygge_unge
  comparator: matched
  source: {da: "planens egen beboerundersøgelse", en: "the plan's own residents' survey"}
  when: {da: "i planåret", en: "in the plan year"}
"""


def evalkit(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evalbook", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=400,
        check=False,
    )


def scaffold(
    target: Path, areas: str = ",".join(AREAS.values()), years: str = "2023-2026", goals: str = "", **more
) -> Path:
    new(target, wanted([areas], years, goals, **more), today=TODAY)
    return target


def spoken(folder: Path) -> str:
    """Every text below a folder that a person may read."""
    kinds = (".html", ".yml", ".md", ".ipynb", ".csv")
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in kinds
        and path.name != "statbank_offences_population.csv"  # every municipality of the country
    )


@pytest.fixture(scope="module")
def of_the_shipped_plan(plan) -> re.Pattern[str]:
    """Names that belong to the shipped plan alone."""
    names = {
        plan.name,
        plan.municipality.place,
        plan.municipality.name,
        plan.governance.executing_unit.en.split()[0],
    }
    names |= {*plan.areas, *plan.towns, *plan.housing_organisations.values()}
    names |= {name for area in plan.areas.values() for name in (area.name, *area.aliases)}
    names |= {person.name for person in plan.governance.people.values()}
    assert len(names) > 20
    return re.compile(
        rf"\b(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b", re.IGNORECASE
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A plan of three areas with two goals of the library and one of its own, its data made up, run whole as users do."""
    away = tmp_path_factory.mktemp("away")
    root = away.parent / f"{away.name}-min-plan"
    done = evalkit(
        "new",
        f"../{root.name}",
        "--areas",
        ", ".join(AREAS.values()),
        "--years",
        "2023-2026",
        "--goals",
        "haervaerk,tryghed",
        "--name",
        "Sammen om Nordby",
        cwd=away,
    )
    assert done.returncode == 0, done.stderr
    assert "3 areas, 4 years, 2 goals, 17 reports" in done.stdout
    indicators = root / "params" / "indicators.yml"
    indicators.write_text(indicators.read_text(encoding="utf-8") + OWN, encoding="utf-8")
    file = root / "params" / "plan.yml"
    text = file.read_text(encoding="utf-8")
    own = '  trygge_unge:\n    indicator: trygge_unge\n    words: {da: "flere unge skal være trygge", en: "more young people are to feel safe"}\n    polarity: higher_is_better\n'
    text = text.replace("goals:\n", f"goals:\n{own}").replace(
        "    target: null               # or {annual_change: -0.10, reading: compounding}",
        "    target: {annual_change: -0.10, reading: compounding}",
    )
    file.write_text(text, encoding="utf-8")
    for command in (
        ["notebooks", "--force"],
        ["demo"],
        ["run", "--data", "data/demo", "--language", "da"],
        ["run", "--data", "data/demo", "--language", "en", "--year", "2026", "--year", "final"],
    ):
        done = evalkit(*command, cwd=root)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_every_report_of_the_new_plan_is_made_in_both_languages(made):
    years = ("2023", "2024", "2025", "2026")
    danish = {f"{area}/{year}.html" for area in (*AREAS, "plan") for year in years} | {"plan/final.html"}
    for page in danish:
        assert (made / "output" / page).is_file(), page
    for page in (*(f"{area}/2026.html" for area in (*AREAS, "plan")), "plan/final.html", "index.html"):
        assert (made / "output" / "en" / page).is_file(), page


def test_its_pages_name_its_areas_and_goals_and_never_the_shipped_plan(made, of_the_shipped_plan):
    for folder, title in (("output", "Trygge unge"), ("output/en", "Young people who feel safe")):
        for page in ("index.html", "plan/2026.html", "plan/final.html"):
            html = (made / folder / page).read_text(encoding="utf-8")
            for name in (*AREAS.values(), title, "Sammen om Nordby"):
                assert name in html, (page, name)
    said = spoken(made)
    assert len(said) > 1_000_000
    assert sorted(set(of_the_shipped_plan.findall(said))) == []


def test_its_years_are_its_own_in_every_sentence(made):
    for page in (made / "output").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        prose = re.sub(r"<style.*?</style>|<svg.*?</svg>|<table.*?</table>|<[^>]+>", " ", html, flags=re.S)
        assert not re.findall(r"\b201[0-8]\b|oktober|\bOctober\b|COVID", prose), page


def test_each_goal_has_its_chapter_and_made_up_figures_say_so(made):
    html = (made / "output" / "soevang" / "2025.html").read_text(encoding="utf-8")
    for goal in ("tryghed", "haervaerk", "trygge_unge"):
        assert f'id="{goal}"' in html
    assert "Målet måles på: 18–24-årige, der føler sig trygge." in html
    assert "Til analytikeren" not in html
    assert "Opdigtet" in html
    rows = (made / "output" / "results.csv").read_text(encoding="utf-8")
    assert re.search(r"^trygge_unge\.plan\.2026,.*compounding", rows, re.M) is None
    assert "trygge_unge.plan.2026" in rows


def test_what_is_left_to_fill_in_is_listed_with_its_line_until_it_is_filled_in(tmp_path):
    root = scaffold(tmp_path / "plan")
    file = root / "params" / "plan.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    found = checking.unfilled(root, root / "data" / "local")
    assert found[0].file == "params/plan.yml"
    line = int(re.match(r"line (\d+), name", found[0].place)[1])
    assert "[Planens navn]" in lines[line - 1]
    assert all(re.search(r"\[[^\]]+\] is still", problem.wrong) for problem in found)
    for path in (file, root / "data" / "local" / "dataset.yml"):
        path.write_text(
            re.sub(r'"\[([^\]"]+)\]"', r'"\1"', path.read_text(encoding="utf-8")), encoding="utf-8"
        )
    assert checking.unfilled(root, root / "data" / "local") == []
    plans.read(root)


def test_the_page_that_a_refused_import_names_lies_in_the_new_workbook(tmp_path):
    page = scaffold(tmp_path / "plan", years="2023") / KEYS
    assert "## `benefits`" in page.read_text("utf-8") and "## A mapping file" in page.read_text("utf-8")


def test_check_and_run_of_the_empty_scaffold_say_what_to_do(tmp_path):
    root = scaffold(tmp_path / "plan")
    done = evalkit("check", cwd=root)
    assert done.returncode == 1
    assert "data/local: ingen tabel har en række endnu." in done.stdout  # the scaffold's plan.yml says da
    assert re.search(
        r"params/plan.yml, linje \d+, name: \[Planens navn\] er endnu ikke udfyldt.", done.stdout
    )
    done = evalkit("run", cwd=root)
    assert done.returncode == 2
    assert "data/local: ingen tabel har en række endnu." in done.stderr
    assert "evalkit demo" in done.stderr
    assert not (root / "output").exists()


def test_a_table_that_nobody_delivered_is_missing_and_not_nought(tmp_path):
    root = scaffold(tmp_path / "plan")
    write_made_up(root / "data" / "demo", plans.read(root))
    file = root / "data" / "demo" / "incidents.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    rows = evaluate(plan := plans.read(root), datasets.read(root / "data" / "demo", plan)).rows
    assert set(rows.loc[rows["indicator"] == "haervaerk", "shown"]) == {"missing"}
    assert "value" in set(rows.loc[rows["indicator"] == "tryghed", "shown"])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def small(tmp_path) -> Path:
    """A plan of two areas with made-up data as its own."""
    root = scaffold(tmp_path / "plan", "Nordparken,Søvang")
    write_made_up(root / "data" / "local", plans.read(root))
    return root


def rows_of(root: Path):
    plan = plans.read(root)
    return evaluate(plan, datasets.read(root / "data" / "local", plan)).rows


def test_an_indicator_of_other_reports_is_added_by_its_record_alone(small):
    file = small / "params" / "indicators.yml"
    record = re.search(r"^haervaerk:.*?(?=^\w)", file.read_text(encoding="utf-8"), re.S | re.M)[0]
    record = (
        record.replace("haervaerk:", "indbrud:")
        .replace("vandalism}", "burglary}")
        .replace("  goal: haervaerk\n", "")
    )
    file.write_text(file.read_text(encoding="utf-8") + "\n" + record, encoding="utf-8")
    incidents = small / "data" / "local" / "incidents.csv"
    days = [f"nordparken,2024-0{month}-15,burglary,{month}\n" for month in range(1, 10)]
    incidents.write_text(incidents.read_text(encoding="utf-8") + "".join(days), encoding="utf-8")
    rows = rows_of(small)
    assert rows.loc["indbrud.nordparken.2024", "numerator"] == sum(range(1, 10))
    assert rows.loc["indbrud.nordparken.2025", "shown"] == "missing"  # no area has a burglary in 2025
    meta = small / "data" / "local" / "dataset.yml"
    meta.write_text(meta.read_text(encoding="utf-8") + "incidents: {kinds: [burglary]}\n", encoding="utf-8")
    assert rows_of(small).loc["indbrud.nordparken.2025", "numerator"] == 0


def test_any_share_of_the_plan_can_be_split_by_who_stayed(small):
    file = small / "params" / "indicators.yml"
    edit(file, "uddannelse:\n", "laering:\n")
    edit(file, "  of: uddannelse", "  of: laering")
    edit(file, "  goal: uddannelse", "  goal: laering")
    edit(
        small / "params" / "plan.yml",
        "  uddannelse:\n    indicator: uddannelse",
        "  laering:\n    indicator: laering",
    )
    with pytest.raises(
        ProblemsFound, match=r"movers\.csv, row \d+, column measure: 'uddannelse' is no share"
    ):
        rows_of(small)
    write_made_up(small / "data" / "local", plans.read(small))
    parts = rows_of(small).loc[
        "laering.plan.2026", ["part_stayers", "part_movers_in", "part_movers_out", "change"]
    ]
    assert parts.iloc[:3].astype(float).sum() == pytest.approx(float(parts["change"]), abs=1e-9)


def test_figures_after_the_period_are_refused_and_not_left_out_in_silence(small):
    edit(small / "data" / "local" / "dataset.yml", "end: 2026-12-31", "end: 2025-12-31")
    incidents = small / "data" / "local" / "incidents.csv"
    kept = [
        line
        for line in incidents.read_text(encoding="utf-8").splitlines(keepends=True)
        if ",2026-" not in line
    ]
    incidents.write_text("".join(kept), encoding="utf-8")
    with pytest.raises(ProblemsFound) as refused:
        rows_of(small)
    said = str(refused.value)
    assert "data/local/survey.csv, column year: plan year 2026 lies after the period in dataset.yml." in said
    assert "data/local/benefits.csv, column quarter: plan year 2026" in said
    assert "economy" not in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{kind: vandalism}",
            "{kind: vandalsim}",
            "haervaerk.numerator: column kind is never 'vandalsim'. Did you mean 'vandalism'?",
        ),
        (
            "{effort: tryghed_trivsel}",
            "{effort: tryghed}",
            "no strand of work 'tryghed' in plan.yml. Did you mean 'tryghed_trivsel'?",
        ),
    ],
)
def test_a_condition_that_no_row_can_meet_is_refused_and_counts_nothing_in_silence(tmp_path, old, new, said):
    root = scaffold(tmp_path / "plan", "Nordparken")
    edit(root / "params" / "indicators.yml", old, new)
    with pytest.raises(ProblemsFound) as refused:
        plans.read(root)
    assert said in str(refused.value)


def test_nothing_is_released_while_something_is_left_to_fill_in(small):
    found = ready_to_release(small, small / "data" / "local", lambda key: True).obstacles
    assert (
        "params/plan.yml, line 7, name: [Planens navn] is still to be filled in. Type the plan's own words."
        in found
    )


@pytest.mark.parametrize("years", ["2024", "2023-2025", "2022-2026"])
def test_a_plan_of_one_three_or_five_years_is_evaluated_and_told(tmp_path, years, monkeypatch):
    root = scaffold(
        tmp_path / "plan", "Nordparken,Søvang", years, "tryghed,haervaerk", month=10, municipality="Odense"
    )
    plan = plans.read(root)
    write_made_up(root / "data" / "demo", plan)
    evaluation = evaluate(plan, datasets.read(root / "data" / "demo", plan))
    evaluation.write(tmp_path / "evaluated")
    monkeypatch.setenv("EVALKIT_ROOT", str(root))
    monkeypatch.setenv("EVALKIT_EVALUATION", str(tmp_path / "evaluated"))
    last = plan.years[-1]
    assert f"haervaerk.plan.{last}" in evaluation.rows.index
    form = DisplayFormatter().format
    for name in notebooks.NAMES:
        notebook = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)
        shown: list[str] = []
        scope = {
            "display": lambda *parts, shown=shown: shown.extend(form(one)[0]["text/html"] for one in parts)
        }
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source, scope)
                if "parameters" in cell.metadata.get("tags", []):
                    scope["year"] = last
        assert len("".join(shown)) > 10_000, name


@pytest.mark.parametrize(
    ("areas", "years", "goals", "said"),
    [
        ("Nordparken", "2026-2023", "", "Did you mean --years 2023-2026?"),
        ("Nordparken", "23-26", "", "e.g. --years 2023-2026"),
        ("Nordparken", "2023-2206", "", "between 1990 and 2099"),
        ("Nordparken", "2023-2033", "", "that is 11 years"),
        (
            "Nordparken,nordparken",
            "2023-2026",
            "",
            "'Nordparken' and 'nordparken' would both be called 'nordparken'",
        ),
        ("Søvang,Soevang", "2023-2026", "", "both be called 'soevang'"),
        ("Nordparken,!!!", "2023-2026", "", "'!!!' holds no letter"),
        ("Nordparken,Привет", "2023-2026", "", "holds no letter a-z"),
        ("Plan", "2023-2026", "", "the word 'plan' is taken"),
        (" , ", "2023-2026", "", "--areas is empty"),
        ("Nordparken", "2023-2026", "trygheed", "Did you mean 'tryghed'?"),
        ("Nordparken", "2023-2026", "tryghed,tryghed", "twice"),
        ("Nordparken", "2023-2026", "deltagere", "no indicator 'deltagere' to measure a goal by"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_type_instead(areas, years, goals, said):
    with pytest.raises(EvalkitError) as refused:
        wanted([areas], years, goals)
    assert said in str(refused.value)


def test_ten_years_are_the_most():
    assert len(wanted(["Nordparken"], "2023-2032").years) == 10


@pytest.mark.parametrize(
    ("name", "made_of_it"),
    [
        ("Søvang", "soevang"),
        ("ÆBLEHAVEN", "aeblehaven"),
        ("Åparken/Østre Vænge", "aaparken_oestre_vaenge"),
        ("Café Müller-parken", "cafe_muller_parken"),
        ("3. kvarter", "omraade_3_kvarter"),
        ("Den meget lange og omstændelige bebyggelse ved åen", "den_meget_lange_og_omstaendelige"),
        ("…", ""),
    ],
)
def test_names_become_ids_in_small_plain_letters(name, made_of_it):
    assert area_id(name) == made_of_it


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path):
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "mine.txt").write_text("mine", encoding="utf-8")
    done = evalkit("new", "plan", "--areas", "Nordparken", "--years", "2023-2026", cwd=tmp_path)
    assert done.returncode == 2
    assert "plan: there is something there already." in done.stderr
    assert [path.name for path in (tmp_path / "plan").iterdir()] == ["mine.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_an_empty_folder_will_do(tmp_path):
    (tmp_path / "plan").mkdir()
    assert (scaffold(tmp_path / "plan", "Nordparken") / "params" / "nordparken" / "2024.yml").is_file()


def test_a_municipality_that_is_none_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'Odense'"):
        scaffold(tmp_path / "plan", municipality="Odensee")
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_misnames_its_municipality_is_told_so(tmp_path):
    root = scaffold(tmp_path / "plan", municipality="Odense")
    write_made_up(root / "data" / "demo", plans.read(root))
    file = root / "params" / "plan.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('statbank: "Odense"', 'statbank: "Odensee"'),
        encoding="utf-8",
    )
    with pytest.raises(
        ProblemsFound, match=r"'Odensee' is not in the official figures\. Did you mean 'Odense'"
    ):
        datasets.read(root / "data" / "demo", plans.read(root))


def test_prose_that_an_analyst_wrote_is_not_written_over_unasked(tmp_path):
    root = scaffold(tmp_path / "plan")
    before = {path: path.read_bytes() for path in notebooks.paths(root)}
    assert len(before) == 6
    with pytest.raises(
        EvalkitError, match=r"notebooks/area_year\.ipynb is there, and prose written in it would be lost"
    ):
        renew_notebooks(root)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("name", notebooks.NAMES)
def test_with_the_shipped_goals_the_cells_of_code_are_the_shipped_ones(tmp_path, name):
    root = scaffold(tmp_path / "plan", goals="tryghed,haervaerk,uddannelse,forsoergelse")

    def code(path: Path) -> list[str]:
        cells = nbformat.read(path, as_version=4).cells
        kept = [
            cell
            for cell in cells
            if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", [])
        ]
        lines = "\n".join(cell.source for cell in kept).splitlines()
        return [
            line for line in lines if "figures.multiples" not in line
        ]  # the shipped one shows two of the four

    assert code(root / f"notebooks/{name}.ipynb") == code(ROOT / f"notebooks/{name}.ipynb")
    assert list(translation.untranslated(root / f"notebooks/{name}.ipynb")) == []


def test_every_piece_of_prose_that_gives_way_is_still_in_the_shipped_notebooks():
    for language in ("da", "en"):
        books = [
            translation.english(
                nbformat.reads(shipped_notebooks()[f"notebooks/{name}.ipynb"], as_version=4),
                translation.read(ROOT / f"notebooks/en/{name}.yml") if language == "en" else {},
            )
            for name in notebooks.NAMES
        ]
        cells = [nbformat.from_dict(cell) for book in books for cell in book["cells"]]
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for was, now in notebooks.prose()[language]["words"]:
            assert was in text, was
            text = text.replace(was, now)
        assert not re.findall(
            r"fire (?:mål|områder|boligområder|indsatsområder)|four (?:goals|areas|neighbourhoods)", text
        )


def test_the_new_notebooks_speak_of_no_goal_that_the_plan_has_not(tmp_path):
    root = scaffold(tmp_path / "plan", goals="neet,fuldfoert_25")
    for path in notebooks.paths(root):
        cells = nbformat.read(path, as_version=4).cells if path.suffix == ".ipynb" else []
        text = "\n".join(cell.source for cell in cells) or path.read_text("utf-8")
        assert not re.findall(
            r"tryghed|safety|hærværk|vandalism|haervaerk|forsoergelse",
            re.sub(r"\n?## Offentliggjorte.*", "", text),
            re.IGNORECASE,
        ), path.name
        assert all(not cell.get("outputs") for cell in cells)


def test_a_comment_or_record_of_the_library_is_not_lost_and_the_days_fit_the_plan_year(tmp_path):
    shipped = (ROOT / "params" / "indicators.yml").read_text(encoding="utf-8")
    root = scaffold(tmp_path / "plan", goals="neet")
    text = (root / "params" / "indicators.yml").read_text(encoding="utf-8")
    assert re.findall(r"^#.*", text, re.M) == [
        library.dated(line, 1) for line in re.findall(r"^#.*", shipped, re.M)
    ]
    gone = {f"gab_{name}" for name in ("tryghed", "haervaerk", "uddannelse", "forsoergelse")}
    assert set(yaml.safe_load(text)) == set(yaml.safe_load(shipped)) - gone | {"gab_neet"}
    assert {name for name, one in yaml.safe_load(text).items() if "goal" in one} == {"neet"}
    assert "1. januar til 31. december" in text
    assert "oktober" not in text.lower()
    assert (
        library.dated(shipped, 10).count("1. oktober til 30. september")
        == shipped.count("1. oktober til 30. september")
        > 5
    )


def test_the_wheel_carries_all_that_another_plan_is_begun_from(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    installed = tmp_path / "installed"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    assert not (installed / "params").exists()
    done = evalkit(
        "new",
        "plan",
        "--areas",
        "Nordparken",
        "--years",
        "2023-2026",
        cwd=tmp_path,
        PYTHONPATH=str(installed),
    )
    assert done.returncode == 0, done.stderr
    code = "import evalbook.scaffold.shipped as s; print(s.shipped('notebooks/en/plan_final.yml'))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(told.strip()).is_relative_to(installed)
    days = re.compile(r"\b20\d\d-\d\d-\d\d\b")  # one is begun today
    same = scaffold(tmp_path / "same", "Nordparken")
    assert days.sub("", spoken(tmp_path / "plan")) == days.sub("", spoken(same))


def test_nothing_of_the_shipped_plan_lives_in_the_source(of_the_shipped_plan):
    found = []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                found += [f"{path.name}:{number}: {hit}" for hit in of_the_shipped_plan.findall(line)]
    assert found == []
