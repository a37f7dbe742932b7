"""Readers keep the last release: what it showed, together with what this one shows, gives no hidden count away."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from attacker import PLENTY, Knowledge, ranges
from evalbook.approval.reviewed import RefusedError
from evalbook.review import release
from evalbook.review.check_command import said
from evalbook.review.compare import given_away
from evalbook.review.comparison_page import command
from evalbook.run.progress import Quiet
from evalbook.run.tasks import Options
from evalbook.site import exports
from evalkit import plan as plans
from evalkit.data import dataset as datasets
from evalkit.disclosure.earlier_releases import HIDDEN, OTHER, SAME
from evalkit.disclosure.policy import Policy, Relation, protect
from evalkit.errors import ProblemsFound
from evalkit.evaluate import stayers
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.evaluate.released import between_groups
from evalkit.measure.counts import measured
from evalkit.plan import Plan
from evalkit.terms import MATCHED, PLAN

AREAS = "abcd"


def line(**counts: float) -> tuple[pd.DataFrame, list[Relation]]:
    """Areas and their sum, `sum`, which costs twice as much to hide."""
    cells = pd.DataFrame({"count": {**counts, "sum": sum(counts.values())}}, dtype=float)
    cells = cells.assign(total=np.nan, group="x", cost=np.where(cells.index == "sum", 8.0, 4.0))
    return cells, [Relation({**dict.fromkeys(counts, 1.0), "sum": -1.0}, "sum")]


def told(old: Mapping[str, float], new: Mapping[str, float], hidden: set[str]) -> dict[str, str]:
    """What a release with counts `old` says of `new`."""
    return {
        cell: HIDDEN if cell in hidden else SAME if old[cell] == count else OTHER
        for cell, count in new.items()
        if cell in old
    }


def test_a_count_that_became_small_takes_the_total_that_was_corrected_with_it_and_no_part_that_was_shown():
    before, now = line(a=150, b=135, c=201, d=355)[0]["count"], line(a=3, b=135, c=201, d=355)
    earlier = [told(before, now[0]["count"], set())]
    assert set(protect(*now, Policy()).hidden.index) == {"a", "b"}  # which the last release shows
    found = protect(*now, Policy(), earlier=earlier)
    assert set(found.hidden.index) == {"a", "sum"} and found.given_away.empty


def test_where_all_others_were_shown_and_stand_the_count_is_told_to_be_given_away():
    """The sum is what it was, as when a report was moved from one area to an area that is not shown."""
    before, now = (
        {"a": 150.0, "b": 135.0, "c": 201.0, "d": 355.0, "sum": 841.0},
        line(a=3, b=135, c=201, d=355),
    )
    now[0].loc["sum", "cost"] = np.inf  # known from elsewhere
    found = protect(*now, Policy(), earlier=[told(before, now[0]["count"], set())])
    assert found.given_away.loc["a", ["lower", "upper"]].tolist() == [3, 3]


def test_what_was_hidden_stays_hidden_or_the_old_edition_gives_the_other_away():
    before, now = line(a=3, b=135, c=201, d=355)[0]["count"], line(a=30, b=135, c=201, d=355)
    found = protect(*now, Policy(), earlier=[told(before, now[0]["count"], {"a", "b"})])
    assert set(found.hidden.index) == {"a", "b"}
    assert set(protect(*now, Policy()).hidden.index) == set()


def test_the_total_of_what_was_hidden_is_known():
    """a + b is 138 to whoever has the old edition, so c is the sum less 138 and what is shown, unless the sum goes."""
    before, now = line(a=3, b=135, c=50, d=355)[0]["count"], line(a=3, b=135, c=2, d=355)
    assert set(protect(*now, Policy()).hidden.index) < {
        "a",
        "b",
        "c",
    }  # a and c protect each other well enough
    found = protect(*now, Policy(), earlier=[told(before, now[0]["count"], {"a", "b"})])
    assert set(found.hidden.index) == {"a", "b", "c", "sum"} and found.given_away.empty


def test_a_single_count_in_no_sum_is_shown_when_it_has_grown():
    cells = line(a=8)[0].loc[["a"]]
    assert protect(cells, [], Policy(), earlier=[{"a": HIDDEN}]).hidden.empty


def test_a_release_of_the_same_counts_changes_nothing():
    now = line(a=3, b=135, c=201, d=355)
    alone = protect(*now, Policy())
    again = protect(*now, Policy(), earlier=[told(now[0]["count"], now[0]["count"], set(alone.hidden.index))])
    assert alone.hidden.to_dict() == again.hidden.to_dict() and again.given_away.empty


def both(
    old: Mapping[str, float],
    new: Mapping[str, float],
    hidden: tuple[set[str], set[str]],
    ties: list[Relation],
) -> dict[str, tuple[float, float]]:
    """What a reader of two editions who is told which counts were corrected makes of every count that one of them hides."""
    limits: dict[str, tuple[float, float]] = {}
    sums = []
    names = [
        {cell: cell if old.get(cell) == new.get(cell) else f"{cell} {at}" for cell in counts}
        for at, counts in enumerate((old, new))
    ]
    for at, counts in enumerate((old, new)):
        for cell, count in counts.items():
            limits.setdefault(names[at][cell], (0.0, PLENTY))
            if cell not in hidden[at]:
                limits[names[at][cell]] = (count, count)
        sums += [
            {names[at][cell]: c for cell, c in tie.cells.items()}
            for tie in ties
            if set(tie.cells) <= set(counts)
        ]
    wanted = sorted({names[at][cell] for at in (0, 1) for cell in hidden[at]})
    return ranges(Knowledge(limits, sums), wanted)


@pytest.mark.parametrize("seed", range(60))
def test_no_series_of_releases_of_areas_by_years_gives_a_hidden_count_away(seed):
    """Three releases: counts are corrected, mostly to small ones; areas add up to a plan, and years to their sum."""
    rng = Random(seed)
    counts = {f"{area}{year}": float(rng.choice([2, 4, 9, 40, 150])) for area in AREAS for year in (1, 2, 3)}
    ties = [Relation({**{f"{a}{y}": 1.0 for a in AREAS}, f"plan{y}": -1.0}, "areas") for y in (1, 2, 3)]
    if seed % 2:
        ties += [
            Relation({**{f"{a}{y}": 1.0 for y in (1, 2, 3)}, f"{a}0": -1.0}, "years")
            for a in (*AREAS, "plan")
        ]
    editions: list[tuple[dict[str, float], set[str]]] = []
    for _ in range(3):
        whole = dict(counts)
        for tie in ties:
            (total,) = [cell for cell, c in tie.cells.items() if c < 0]
            whole[total] = sum(whole[cell] for cell, c in tie.cells.items() if c > 0)
        cells = pd.DataFrame({"count": whole}).assign(total=np.nan, group="x", cost=1.0)
        earlier = [told(old, whole, gone) for old, gone in editions]
        found = protect(cells, ties, Policy(), earlier=earlier)
        if len(found.given_away):  # refused: not released
            break
        hidden = set(found.hidden.index)
        for old, gone in editions:
            for cell, (lower, upper) in both(old, whole, (gone, hidden), ties).items():
                assert upper - lower > 5 - 1e-6, (seed, cell, lower, upper)
        editions.append((whole, hidden))
        for cell in rng.sample(sorted(counts), rng.choice([1, 1, 2])):
            counts[cell] = float(rng.choice([1, 2, 3, 4, 8, 60]))


# ---- of the shipped plan ----------------------------------------------------------------------------------------------


def published(found: Evaluation, folder: Path, plan: Plan | None = None) -> None:
    """The tables of a release, as readers have them, and what was counted where a plan says so."""
    folder.mkdir(parents=True)
    for name, table in exports.tables(found.rows).items():
        (folder / f"{name}.csv").write_bytes(exports.csv(table))
    counted = {name: one.counted for name, one in plan.indicators.items()} if plan else {}
    ledger = {"run": {"data": "demo"}, "inputs": {}, "counted": counted}
    (folder / "run.json").write_text(json.dumps(ledger), "utf-8")


def evaluated(book: Path) -> tuple[Plan, Evaluation]:
    plan = plans.read(book)
    return plan, evaluate(plan, datasets.read(book / "data/demo", plan))


def corrected(book: Path, rng: Random, table: str, column: str, year: str) -> None:
    """One count of an area becomes 1 to 4."""
    path = book / f"data/demo/{table}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = rows.index[
        rows["area"].isin(list(plans.read(book).areas))
        & rows["year"].eq(year)
        & (pd.to_numeric(rows[column]) > 4)
    ]
    rows.loc[rng.choice(list(mine)), column] = str(rng.randint(1, 4))
    rows.to_csv(path, index=False, lineterminator="\n")


def by_hand(plan: Plan, matched: list[str], old: pd.DataFrame, new: pd.DataFrame) -> dict[str, float]:
    """Hidden counts of the new edition as they follow from a sum, whose other hidden counts are taken from the old one."""
    found = {}
    rows = new[new["statistic"].isin(["share", "rate", "count"])]
    before = old.set_index("row")["numerator"].replace("", np.nan).astype(float)
    for (indicator, year), group in rows.groupby(["indicator", "year"]):
        now = group.set_index("area")["numerator"].replace("", np.nan).astype(float)
        for whole, parts in ((PLAN, list(plan.areas)), (MATCHED, matched)):
            if whole not in now or not set(parts) <= set(now.index):
                continue
            gone = [area for area in (whole, *parts) if np.isnan(now[area])]
            for area in gone:
                others = [
                    before.get(f"{indicator}.{other}.{year}", np.nan) if np.isnan(now[other]) else now[other]
                    for other in (whole, *parts)
                    if other != area
                ]
                left = others[0] - sum(others[1:]) if area != whole else sum(others)
                if np.isfinite(left):
                    found[f"{indicator}.{area}.{year}"] = left
    return found


def test_corrections_that_make_counts_small_are_found_in_neither_of_two_releases(workbook):
    plan, first = evaluated(workbook)
    published(first, workbook / "releases/2026-01-01-01")
    clean = {path: path.read_bytes() for path in (workbook / "data/demo").glob("*.csv")}
    old, rng, seen = exports.tables(first.rows)["results"], Random(5), 0
    found_before = 0
    for _ in range(3):
        for year in ("2018", "2019", "2020"):
            corrected(workbook, rng, "turnover", "moved_out", year)
            corrected(workbook, rng, "education", "neet", year)
        found = evaluated(workbook)[1]
        new = exports.tables(found.rows)["results"]
        dataset = datasets.read(workbook / "data/demo", plan)
        truth = measured(plan, dataset, plan.indicators)["numerator"]
        small = {
            cell: truth[tuple(int(part) if part.isdigit() else part for part in cell.split("."))]
            for cell in found.ledger.index[found.ledger["why"] == "below_threshold"]
            if cell not in first.ledger.index
        }
        seen += len(small)
        worked_out = by_hand(plan, dataset.matched, old, new)
        right = {cell for cell, count in small.items() if abs(worked_out.get(cell, -1) - count) < 0.5}
        assert right <= set(found.given_away.index)
        without = evaluate(plan, replace(dataset, released=())).rows  # as it was before: most are found
        before = by_hand(plan, dataset.matched, old, exports.tables(without)["results"])
        found_before += sum(abs(before.get(cell, -1) - count) < 0.5 for cell, count in small.items())
        for path, content in clean.items():
            path.write_bytes(content)
    assert seen >= 16 and found_before >= seen / 2


def test_a_release_that_cannot_be_read_stops_with_its_name(workbook):
    folder = workbook / "releases/2026-01-01-01"
    folder.mkdir(parents=True)
    for text in ("", "row,indicator\n", "row,indicator,area,year,shown,synthetic\nx.y.z,x,y,z,value,no\n"):
        (folder / "results.csv").write_text(text, "utf-8")
        with pytest.raises(ProblemsFound, match=r"releases/2026-01-01-01/results\.csv"):
            evaluated(workbook)


def test_a_release_is_remembered_whatever_folder_the_figures_stand_in_but_not_by_figures_of_another_kind(
    workbook,
):
    plan, first = evaluated(workbook)
    published(first, workbook / "releases/2026-01-01-01")
    made = [tuple(one.shape) for one in datasets.read(workbook / "data/demo", plan).released]
    assert [rows for rows, _ in made] == [len(first.rows)]
    (workbook / "data/demo").rename(workbook / "data/spring")
    assert [tuple(one.shape) for one in datasets.read(workbook / "data/spring", plan).released] == made
    meta = workbook / "data/spring/dataset.yml"
    (workbook / "data/spring/economy.csv").unlink()  # its funders do not exist
    meta.write_text(meta.read_text("utf-8").replace("synthetic: true", "synthetic: false"), "utf-8")
    assert datasets.read(workbook / "data/spring", plan).released == ()


def replaced(path: Path, old: str, new: str, times: int) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == times, (path.name, old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")


def test_who_came_into_a_wider_group_is_not_told_by_a_release_about_the_narrower_one(workbook):
    """18-24-year-olds in one release and 18-25-year-olds in the next: the difference are those aged 25."""
    plan, first = evaluated(workbook)
    published(first, workbook / "releases/2026-01-01-01", plan)
    lines = (workbook / "params/indicators.yml").read_text("utf-8").splitlines()
    at = lines.index("neet:")
    for line in [one for one in lines[at : at + 12] if "table: education" in one]:
        wider = line.replace("age_group: 18-24", 'age_group: [18-24, "25"]')
        replaced(workbook / "params/indicators.yml", line, wider, 1)
    plan, second = evaluated(workbook)
    old, new = (
        exports.tables(found.rows)["results"].set_index("row")["numerator"] for found in (first, second)
    )
    truth = pd.read_csv(workbook / "data/demo/education.csv", dtype={"age_group": str}).query(
        "age_group == '25'"
    )
    small = truth[truth["neet"].between(1, 4) & truth["residents"].gt(0)]
    rows = [f"neet.{area}.{year}" for area, year in zip(small["area"], small["year"], strict=True)]
    shown = [row for row in rows if row in new.index and np.isfinite(new[row]) and np.isfinite(old[row])]
    assert len(rows) > 50 and shown == []
    assert second.given_away.empty and new.filter(like="neet.").notna().any()
    # nor by both in one edition: the wider one stands beside the narrower under a name of its own
    shutil.rmtree(workbook / "releases")
    text = (workbook / "params/indicators.yml").read_text("utf-8")
    record = text[text.index("\nneet:") : text.index("\nfuldfoert_25:")]
    again = record.replace("neet:", "neet_snaever:").replace('[18-24, "25"]', "18-24")
    (workbook / "params/indicators.yml").write_text(text + again, "utf-8")
    third = exports.tables(evaluated(workbook)[1].rows)["results"].set_index("row")["numerator"]
    both = [row for row in rows if {row, row.replace("neet.", "neet_snaever.")} <= set(third.dropna().index)]
    assert both == []


def test_areas_and_indicators_under_another_id_are_those_of_the_release(workbook):
    plan, first = evaluated(workbook)
    published(first, workbook / "releases/2026-01-01-01", plan)
    moved_out(workbook, motalavej=3)
    same = evaluated(workbook)[1].ledger
    for path in (workbook / "data/demo").glob("*.csv"):
        text = path.read_text("utf-8")
        for area in ("ringparken", "sydbyen", "motalavej", "comparison_01"):
            text = re.sub(rf"(?m)\b{area}\b", f"{area}_ny", text)
        path.write_text(text, "utf-8")
    for area in ("ringparken", "sydbyen", "motalavej"):
        replaced(workbook / "params/plan.yml", f"\n  {area}:\n", f"\n  {area}_ny:\n", 1)
        for path in (workbook / f"params/{area}").glob("*.yml"):
            replaced(path, f"area: {area}", f"area: {area}_ny", 1)
        (workbook / f"params/{area}").rename(workbook / f"params/{area}_ny")
    replaced(workbook / "params/indicators.yml", "\nfraflytning:", "\nflytter:", 1)
    renamed = evaluated(workbook)[1].ledger
    overview = said([], workbook, workbook / "data/demo").splitlines()
    assert {line.split(",")[0] for line in overview if line.startswith("renamed: ")} == {
        f"renamed: {old} of an earlier release is {new} today"
        for old, new in (
            ("fraflytning", "flytter"),
            *((area, f"{area}_ny") for area in ("ringparken", "sydbyen", "motalavej", "comparison_01")),
        )
    }
    back = renamed.rename(index=lambda cell: cell.replace("_ny", "").replace("flytter", "fraflytning"))
    gone = same.index[same.index.str.startswith("fraflytning.")]
    assert "fraflytning.plan.2020" in gone  # the only one that readers of the release do not know
    assert set(back.index[back.index.str.startswith("fraflytning.")]) == set(gone)


def moved_out(book: Path, **counts: int) -> None:
    """How many moved out of an area in 2020."""
    path = book / "data/demo/turnover.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for area, count in counts.items():
        rows.loc[rows["area"].eq(area) & rows["year"].eq("2020"), "moved_out"] = str(count)
    rows.to_csv(path, index=False, lineterminator="\n")


def test_a_release_that_would_give_a_count_away_is_refused_with_the_list_and_writes_nothing(workbook):
    """353 are moved from one area to another that the last release hid: the sum is what it was, and nothing else can go."""
    moved_out(workbook, motalavej=3)
    before = workbook / "releases/2026-01-01-01"
    published(evaluated(workbook)[1], before)
    moved_out(workbook, motalavej=3 + 353, sydbyen=355 - 353)
    with pytest.raises(RefusedError) as refused:
        release.command(workbook, workbook / "data/demo", Options(), Quiet())
    told = [line for line in str(refused.value).splitlines() if "whoever has an earlier release" in line]
    assert len(told) == 1
    assert told[0].startswith(
        "fraflytning.sydbyen.2020: hidden, but whoever has an earlier release can work out that it is 2."
    )
    assert "Not released, and nothing written" in str(refused.value)
    assert "releases/2026-01-01-01: is not recorded in params/releases.yml." in str(refused.value)
    assert sorted(path.name for path in before.parent.iterdir()) == [before.name]
    assert not (workbook / "output").exists() and not (workbook / "params/releases.yml").exists()


def test_compare_says_what_can_be_worked_out_from_two_editions_and_by_which_rows(workbook, capsys):
    plan, first = evaluated(workbook)
    for name in ("old", "new", "safe"):
        published(first, workbook / name)
    path = workbook / "data/demo/turnover.csv"
    text = path.read_text("utf-8")
    assert "motalavej,2020,528,1147,154,156" in text
    path.write_text(text.replace("motalavej,2020,528,1147,154,156", "motalavej,2020,528,1147,154,3"), "utf-8")
    for name in ("new", "safe"):
        if name == "safe":  # made with the old one in releases/
            published(first, workbook / "releases/2026-01-01-01")
        for file, table in exports.tables(evaluated(workbook)[1].rows).items():
            (workbook / name / f"{file}.csv").write_bytes(exports.csv(table))
    told = given_away(workbook / "old", workbook / "new", plan)
    assert [(one.place, one.old, one.new) for one in told] == [
        ("fraflytning.motalavej.2020", "fraflytning.praestevangen.2020", "new")
    ]
    assert [one.place for one in given_away(workbook / "new", workbook / "old", plan)] == [told[0].place]
    assert given_away(workbook / "old", workbook / "safe", plan) == []
    said = command(workbook, workbook / "old", workbook / "new", Path("compare.html"), "da")
    assert said.startswith("Hidden, but can be worked out from the two: 1\n  fraflytning.motalavej.2020")
    assert "Skjult, men kan regnes ud af de to (1)" in (workbook / "compare.html").read_text("utf-8")


def came(book: Path, count: int) -> None:
    """How many of those who came since the baseline year are in education in 2019; who stayed is as before."""
    moved, school = (book / f"data/demo/{name}.csv" for name in ("movers", "education"))
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in (moved, school)]
    for area in plans.read(book).areas:
        mine = [table["area"].eq(area) & table["year"].eq("2019") for table in tables]
        mine[0] &= tables[0]["measure"].eq("uddannelse") & tables[0]["group"].eq("movers_in")
        mine[1] &= tables[1]["age_group"].eq("18-24")
        more = count - int(tables[0].loc[mine[0], "with_after"].item())
        everybody = int(tables[1].loc[mine[1], "enrolled_or_completed"].item()) + more
        completed = min(everybody, int(tables[1].loc[mine[1], "completed"].item()))
        tables[0].loc[mine[0], "with_after"] = str(count)
        tables[1].loc[mine[1], ["enrolled_or_completed", "completed"]] = str(everybody), str(completed)
        count = 0 if count < 5 else count  # a small one is of one area
    for path, table in zip((moved, school), tables, strict=True):
        table.to_csv(path, index=False, lineterminator="\n")


@pytest.mark.parametrize(("before", "after"), [(None, 3), (3, 40)])
def test_who_came_is_not_told_by_a_release_that_tells_how_many_of_those_who_stayed(workbook, before, after):
    """46 + 67 + 48 + 22 = 183 stayers are in education in both editions: what is left of the total are those who came."""
    if before:
        came(workbook, before)
    plan, first = evaluated(workbook)
    published(first, workbook / "releases/2026-01-01-01", plan)
    came(workbook, after)
    plan, second = evaluated(workbook)
    alone = evaluate(plan, replace(datasets.read(workbook / "data/demo", plan), released=()))
    cell, totals = "uddannelse.plan.2019", []
    for found, name in ((first, "old"), (second, "new"), (alone, "alone")):
        published(found, workbook / name, plan)
        totals.append(found.rows.set_index("row").loc[cell, ["numerator", "stayers"]].tolist())
    stayed = stayers.printed((second if before else first).rows.set_index("row")).loc[cell, "stayers_after"]
    told = {
        name: [one.place for one in given_away(workbook / "old", workbook / name, plan)]
        for name in ("new", "alone")
    }
    if before:  # hidden in the release: what is shown now would give it away
        assert totals[0] == [183 + 3, pytest.approx(np.nan, nan_ok=True)]
        assert np.isnan(totals[1][1]) and totals[2][1] == 324 and np.isnan(stayed)
    else:
        assert stayed == pytest.approx(183, abs=1e-3) and totals[0][0] - 183 == 41 + 87 + 30 + 26
        assert np.isnan(totals[1][0]) and totals[2][0] - 183 == 3
    assert told["new"] == [] and f"{cell}.movers_in" in told["alone"]


@pytest.fixture(scope="module")
def tables(root):
    plan = plans.read(root)
    return plan, exports.tables(evaluate(plan, datasets.read(root / "data/demo", plan)).rows)


def edition(tables: Mapping[str, pd.DataFrame], folder: Path, *hidden: str) -> Path:
    """The tables of an edition in which these rows are hidden, too."""
    folder.mkdir()
    keep = {"row", "indicator", "area", "year", "statistic", "unit", "denominator", "synthetic"}
    for name, table in tables.items():
        texts = pd.read_csv(BytesIO(exports.csv(table)), dtype=str, keep_default_na=False)
        gone = texts["row"].isin(hidden)
        texts.loc[gone, [column for column in texts if column not in keep]] = ""
        if "shown" in texts:
            texts.loc[gone, ["shown", "verdict"]] = "suppressed"
        texts.to_csv(folder / f"{name}.csv", index=False)
    (folder / "run.json").write_text('{"inputs": {}}', "utf-8")
    return folder


AREA = [f"fraflytning.{area}.2020" for area in ("motalavej", "praestevangen", "sydbyen", "ringparken")]
PART = [f"deltagere_{effort}.ringparken.2019" for effort in ("tryghed_trivsel", "kriminalpraevention")] + [
    "deltagere_tryghed_trivsel.sydbyen.2019",
    "deltagere_kriminalpraevention.sydbyen.2019",
]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([], AREA[:2], []),  # each comes out as it was shown, and nothing tells whether it still is
        (AREA[:2], AREA[:2], []),
        (AREA[:3], AREA[:3], []),
        (AREA[:2], AREA[1:3], AREA[1:2]),  # hidden in both, in sums whose other hidden counts differ
        (AREA[:2], [AREA[0], AREA[2]], AREA[:1]),
        (PART, PART, []),  # two areas by two parts: four unknowns in four sums of which one follows
        (PART[:2], PART, PART[:2]),
        (PART[::2], PART, PART[::2]),
    ],
)
def test_compare_sees_every_sum_of_areas_and_of_parts_in_both_editions(tmp_path, tables, old, new, told):
    plan, made = tables
    names = [edition(made, tmp_path / name, *hidden) for name, hidden in (("old", old), ("new", new))]
    found = {one.place: one.old for one in given_away(*names, plan)}
    assert sorted(found) == sorted(told), found


def test_an_indicator_whose_id_holds_the_word_release_is_none_that_a_release_printed(plan):
    """Two counts of today, one within the other: who is in the wider alone is tied to both, and neither is printed."""
    whole = plan.indicators["haervaerk"]
    numerator = whole.numerator.model_copy(update={"where": {"kind": ["vandalism", "graffiti"]}})
    wider = whole.model_copy(update={"numerator": numerator})
    today = plan.model_copy(update={"indicators": {"released": whole, "released_all": wider}})
    index = pd.MultiIndex.from_tuples(
        [(name, "ringparken", 2019) for name in ("released", "released_all")],
        names=["indicator", "area", "year"],
    )
    counts = pd.DataFrame({"numerator": [7.0, 12.0], "denominator": 900.0}, index)
    _, (cells, ties) = between_groups(today, counts, [])
    assert cells["count"].to_list() == [5.0] and not cells["published"].any() and len(ties) == 1
