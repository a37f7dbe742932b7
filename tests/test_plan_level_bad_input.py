"""Bad input, run whole: evaluated, the plan's real notebooks executed and rendered, and what cannot be said is said.

Every case makes the final evaluation in one language and a plan year in the other; two cases make both in both.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import pages
from evalbook.rehearsal import demo
from evalbook.run import planning
from evalkit import plan as plans
from test_plan import spoil
from test_plan_level import edit, without
from whole_pages import pages as report_pages
from whole_pages import text

DEMO = Path("data") / "demo"


def no_comparator(workbook: Path) -> None:
    without(workbook, pd.read_csv(workbook / DEMO / "comparators.csv")["id"].tolist())


def one_comparator(workbook: Path) -> None:
    table = pd.read_csv(workbook / DEMO / "comparators.csv")
    without(workbook, table.loc[table["kind"] == "matched", "id"].tolist()[1:])


def broken_comparators(workbook: Path) -> None:
    path = workbook / DEMO / "breaks.csv"
    path.write_text(
        path.read_text("utf-8")
        + "education,comparison_03,2019,Registret blev lagt om,The register was changed\n"
        + "incidents,rest,2019,Et nyt sagssystem,A new case system\n",
        "utf-8",
    )


def missing_year(workbook: Path) -> None:
    edit(workbook, "education", lambda table: table[table["year"] != "2019"])
    edit(workbook, "incidents", lambda table: table[~table["date"].between("2018-10-01", "2019-09-30")])


def late_area(workbook: Path) -> None:
    """Motalavej has no figures before plan year 2019."""
    for path in (workbook / DEMO).glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "area" not in table:
            continue
        early = table["area"].eq("motalavej")
        if "year" in table:
            early &= table["year"].lt("2019")
        elif "quarter" in table:
            early &= table["quarter"].lt("2018Q4")
        else:
            early &= table["date"].lt("2018-10-01")
        table[~early].to_csv(path, index=False)


def lasting(years: int) -> Callable[[Path], None]:
    """A plan of another length, with data to its end."""

    def change(workbook: Path) -> None:
        params = workbook / "params"
        last, wanted = 2017 + years, [2018 + i for i in range(years)]
        spoil(params / "plan.yml", "years: [2018, 2019, 2020, 2021]", f"years: {wanted}")
        spoil(params / "plan.yml", "  year: 2021", f"  year: {last}")
        spoil(params / "plan.yml", "end: 2021-09-30", f"end: {last}-09-30")
        spoil(params / "plan" / "final.yml", "year: 2021", f"year: {last}")
        for area in [*plans.read(workbook).areas, "plan"]:
            given = (params / area / "2021.yml").read_text("utf-8")
            (params / area / f"{last}.yml").write_text(given.replace("year: 2021", f"year: {last}"), "utf-8")
        shutil.rmtree(workbook / DEMO)
        demo.write(workbook / DEMO, plans.read(workbook))

    change.__name__ = f"plan_of_{years}_years"
    return change


def lacking(name: str) -> Callable[[Path], None]:
    def change(workbook: Path) -> None:
        (workbook / DEMO / f"{name}.csv").unlink()

    change.__name__ = f"no_{name}"
    return change


NOTHING_TO_COMPARE = {
    "da": (
        "Om planen er grunden, kan ikke afgøres: der er intet at sammenligne med.",
        "Der er intet tal for resten af Slagelse Kommune at sammenligne med.",
        "Intet område kan sammenlignes med andre på dette mål",
    ),
    "en": (
        "Whether the plan is the reason cannot be said: there is nothing to compare with.",
        "There is no figure for the rest of Slagelse Kommune to compare with.",
        "No area can be compared with others on this goal",
    ),
}
NOT_FOR_ALL = {
    "da": "En ændring siden 2017 kan ikke måles for alle områder under ét, for Motalavej har intet tal for 2017.",
    "en": "A change since 2017 cannot be measured for all areas together: there is no figure for 2017 from Motalavej.",
}
Told = tuple[str, str, tuple[str, ...]]  # report, language, what its page says

CASES: list[tuple[Callable[[Path], None], list[Told]]] = [
    (
        no_comparator,
        [
            ("final", "da", NOTHING_TO_COMPARE["da"]),
            ("final", "en", NOTHING_TO_COMPARE["en"]),
            (
                "2019",
                "da",
                ("Der er intet at sammenligne med, så det kan ikke siges, om planen er grunden.",),
            ),
            (
                "2019",
                "en",
                (
                    "There is nothing to compare with, so nothing can be said of whether the plan is the reason.",
                ),
            ),
        ],
    ),
    (
        one_comparator,
        [
            (
                "final",
                "da",
                (
                    "Her mod resten af Slagelse Kommune:",
                    "forskellen til resten af Slagelse Kommune, område for område",
                    "er der ingen spredning at bedømme ud fra",
                    "for intet mål er forskellen til resten af Slagelse Kommune større end usikkerheden",
                    "Evidensniveau 2 på en skala med fem trin: Med færre end fem områder at sammenligne med",
                ),
            ),
            (
                "2021",
                "en",
                (
                    "There are no similar areas to set the plan's areas against year by year",
                    "Evidence level 2 on a scale",
                ),
            ),
        ],
    ),
    (
        broken_comparators,
        [
            (
                "final",
                "en",
                (
                    "11 of 12 similar areas could be compared with; from the others no figure was delivered for one of the years, or their series is broken.",
                    "It cannot be told whether the gap has changed: a series has been broken since 2017.",
                    "The level is 7.0 percentage points higher than if it had followed similar housing areas",
                    "before the plan no drift from the areas compared with was shown, but one of up to 2.8 percentage points",
                ),
            ),
            (
                "2019",
                "da",
                (
                    "11 af 12 lignende områder kunne der sammenlignes med",
                    "om afstanden har ændret sig, for en serie er blevet brudt siden 2017",
                ),
            ),
        ],
    ),
    (
        missing_year,
        [
            (
                "2019",
                "da",
                (
                    "Hærværk: intet tal for 2019",
                    "Unge i uddannelse: intet tal for 2019",
                    "Der er ingen data for planår 2019.",
                ),
            ),
            (
                "final",
                "en",
                (
                    "The plan put a number on one goal, Vandalism. It was not reached.",
                    "The figure for 2019 is missing, so it is not part of the trend.",
                    "Vandalism: there is a fall, but we do not know whether it is as fast as planned.",
                ),
            ),
        ],
    ),
    (
        late_area,
        [
            (
                "final",
                "da",
                (
                    NOT_FOR_ALL["da"],
                    "Planen satte tal på ét mål, Hærværk. Om det blev nået, kan ikke afgøres.",
                    "Om planen er grunden, kan ikke afgøres: der kunne ikke måles en ændring for alle områder under ét.",
                ),
            ),
            (
                "final",
                "en",
                (
                    NOT_FOR_ALL["en"],
                    "The plan put a number on one goal, Vandalism. Whether it was reached cannot be said.",
                    "Whether the plan is the reason cannot be said: no change could be measured for all areas together.",
                ),
            ),
            (
                "2018",
                "da",
                ("Der er intet tal for alle områder under ét i planår 2018, for Motalavej har intet.",),
            ),
            (
                "2018",
                "en",
                ("All areas together have no figure for plan year 2018: there is none from Motalavej.",),
            ),
        ],
    ),
    (
        lasting(3),
        [
            ("final", "da", ("En fælles indsats 2017–2020", "bedømmes planen på alle områder samlet i 2020")),
            ("2019", "en", ("There are too few years for a trend, so nothing is projected.",)),
        ],
    ),
    (
        lasting(5),
        [
            (
                "final",
                "en",
                ("En fælles indsats 2017–2022", "the plan is judged on all areas together in 2022"),
            ),
            ("2021", "da", ("kan tallet for 2022 ventes mellem", "En fremskrivning er ikke et resultat.")),
        ],
    ),
    (
        lacking("economy"),
        [
            (
                "final",
                "da",
                (
                    "hvad de kostede, kan ikke siges, for datasættet har intet regnskab",
                    "Uden regnskab kan ingen pris regnes ud.",
                ),
            ),
            ("2020", "en", ("The data set has no accounts, so the money cannot be shown.",)),
        ],
    ),
    (
        lacking("activities"),
        [
            (
                "final",
                "en",
                ("how many came to the activities cannot be shown", "The data set has no activities"),
            ),
            ("2020", "da", ("Datasættet har ingen aktiviteter, så det kan ikke vises, hvad planen gjorde.",)),
        ],
    ),
    (
        lacking("movers"),
        [
            (
                "final",
                "da",
                (
                    "Hvem der blev og hvem der flyttede, vides ikke, så det kan ikke afgøres.",
                    "så ændringen kan ikke deles op",
                ),
            ),
            ("final", "en", ("so the change cannot be split",)),
        ],
    ),
]
NEVER = re.compile(r"\bnan\b|\binf\b|\bNone\b(?! of )|[{}]")


@pytest.fixture(scope="session")
def ipython(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("ipython")


def evaluated(workbook: Path) -> Path:
    folder = workbook / "evaluated"
    planning.evaluate(workbook, workbook / DEMO, folder)
    return folder


@pytest.mark.parametrize(("spoilt", "told"), CASES, ids=[spoilt.__name__ for spoilt, _ in CASES])
def test_a_whole_run_says_what_can_no_longer_be_said(workbook, ipython, spoilt, told):
    spoilt(workbook)
    folder = evaluated(workbook)
    for name, language, sentences in told:
        made = report_pages(workbook, folder, f"plan/{name}", language, ipython)
        seen = " ".join(map(text, made.values()))  # the report and its annex
        assert [pages.problems(html) for html in made.values()] == [[]] * len(made), (name, language)
        assert [one for one in sentences if one not in seen] == [], (name, language)
        assert NEVER.findall(seen) == [], (name, language)


def test_a_missing_year_of_reports_is_no_year_without_vandalism(workbook):
    """Nobody delivered the year: not »reached«, but no figure."""
    missing_year(workbook)
    rows = pd.read_csv(evaluated(workbook) / "rows.csv").set_index("row")
    assert rows.loc["haervaerk.plan.2019", "shown"] == "missing"
    assert rows.loc["haervaerk.plan.2019", "verdict"] == "not_assessable"
    assert (rows.loc["uddannelse.plan.2019", "provisional"], rows.loc["uddannelse.plan.2019", "shown"]) == (
        "no",
        "missing",
    )


def test_a_broken_comparator_moves_neither_the_change_elsewhere_nor_the_gap(workbook):
    whole = pd.read_csv(evaluated(workbook) / "rows.csv").set_index("row")
    broken_comparators(workbook)
    rows = pd.read_csv(evaluated(workbook) / "rows.csv").set_index("row")
    left = [f"uddannelse.comparison_{i:02d}" for i in range(1, 13) if i != 3]
    then, now = (
        whole.loc[[f"{one}.{year}" for one in left], ["numerator", "denominator"]].sum()
        for year in (2017, 2021)
    )
    assert rows.loc["uddannelse.plan.2021", "comparator_change"] == pytest.approx(
        now["numerator"] / now["denominator"] - then["numerator"] / then["denominator"]
    )
    assert rows.loc["uddannelse.plan.2021", "effect_areas"] == 11
    assert rows.loc["gab_haervaerk.plan.2021", ["series_break", "verdict"]].tolist() == ["yes", "cannot_tell"]
    assert rows.loc["gab_haervaerk.plan.2018", "series_break"] == "no"
