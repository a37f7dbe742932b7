"""Import: mappings found, kept and used again; every figure traceable; ambiguous sources refused; both forms alike."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from evalbook.intake.importing import Import, import_table
from evalkit.errors import ProblemsFound, UnknownName
from intake_files import BENEFITS, COVERS, PLAN, advised, bring, csv_file, table, typed, written, xlsx_file

TURN = ["Område", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]


def turnover(*rows: tuple[object, ...]) -> list[list[object]]:
    return [TURN, *map(list, rows)]


GOOD = turnover(("Motalavej", 2018, 410, 850, 90, 95), ("Motalavej", 2019, 410, 840, 85, 97))


# --- mapping -------------------------------------------------------------------------------------------------------


def test_a_mapping_names_what_no_alias_knows_and_is_used_again_next_year(tmp_path: Path) -> None:
    rows = [
        ["Kvarter", "Sæson", "Boliger", "Beboere", "Ind", "Ud"],
        ["Vejen ved vandet", "17/18", 410, 850, 90, 95],
    ]
    source = csv_file(tmp_path / "a.csv", rows)
    said = {
        "columns": {"area": "Kvarter", "year": "Sæson", "moved_in": "Ind", "moved_out": "Ud"},
        "values": {"area": {"Vejen ved vandet": "motalavej"}},
    }
    with pytest.raises(ProblemsFound, match="no column is known as area"):
        bring(source, "turnover", tmp_path / "local")
    rows[1][1] = "2017/18"
    csv_file(source, rows)
    first = bring(source, "turnover", tmp_path / "local", options=said)
    assert written(first)[1] == "motalavej,2018,410,850,90,95"
    rows.append(["Vejen ved vandet", "2018/19", 410, 840, 85, 97])
    again = bring(csv_file(source, rows), "turnover", tmp_path / "local")
    assert written(again)[2] == "motalavej,2019,410,840,85,97"
    assert yaml.safe_load(again.mapping.read_text(encoding="utf-8")) == {"table": "turnover", **said}


def test_a_long_name_of_a_column_is_told_whole_and_the_likeliest_is_offered(tmp_path: Path) -> None:
    """Questions of a survey are long, and what is told of them is copied into the next command."""
    asked = "I hvilken grad oplever du tryghed i dit boligområde?"
    where = "Hvilket boligområde bor du i?"
    rows = [["Løbenr.", "År", where, asked], [1, 2019, "Ringparken", "I høj grad"]]
    command = [csv_file(tmp_path / "a.csv", rows), "--as", "survey", "--supplied-by", "x"]
    into = ["--into", tmp_path / "local"]
    code, said = typed(*command, *into)
    assert code and f'--column area="{where}"' in said and f"There are: Løbenr., {where}, {asked}." in said
    assert asked in (tmp_path / "local" / "mappings" / "survey.yml").read_text(encoding="utf-8")
    code, said = typed(*command, *into, *advised(said), "--column", f"answer={asked}")
    assert code == 0, said


@pytest.mark.parametrize(
    ("nth", "becomes", "rows"), [(0, "vandalism", ["vandalism", "vandalism"]), (1, "", ["vandalism"])]
)
def test_an_unknown_label_is_given_a_meaning_or_left_out_as_advised(
    tmp_path: Path, nth: int, becomes: str, rows: list[str]
) -> None:
    cells = [["Område", "Dato", "Art"], ["Ringparken", "2019-03-01", "Graffiti"]]
    source = csv_file(tmp_path / "a.csv", [*cells, ["Ringparken", "2019-03-01", "Hærværk"]])
    command = [
        source,
        "--as",
        "incidents",
        "--supplied-by",
        "x",
        "--from",
        "2018-10-01",
        "--to",
        "2019-09-30",
    ]
    command += ["--into", tmp_path / "local"]
    code, said = typed(*command)
    assert code and "'Graffiti' is not known" in said
    code, said = typed(*command, *(word.replace("…", becomes) for word in advised(said, nth)))
    assert code == 0, said
    assert [row["kind"] for row in table(tmp_path, "incidents")] == rows


def test_a_mapping_file_is_checked_with_its_lines(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", GOOD)
    (tmp_path / "m.yml").write_text("table: turnover\ncolumns:\n  homse: Boliger\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"m\.yml.*has no column 'homse'\. Did you mean 'homes'"):
        bring(source, "turnover", tmp_path / "local", map_file=tmp_path / "m.yml")
    (tmp_path / "m.yml").write_text("table: education\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match="a mapping for education, not turnover"):
        bring(source, "turnover", tmp_path / "local", map_file=tmp_path / "m.yml")


def test_a_constant_stands_for_a_column_that_the_source_lacks(tmp_path: Path) -> None:
    rows = [[name for name in row if name not in ("Planår", 2018)] for row in GOOD[:2]]
    done = bring(
        csv_file(tmp_path / "a.csv", rows),
        "turnover",
        tmp_path / "local",
        options={"constants": {"year": "2018"}},
    )
    assert written(done)[1] == "motalavej,2018,410,850,90,95"


def test_rows_on_the_drop_list_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        ["Dato", "Område", "Art"],
        ["01-10-2018", "Motalavej", "Hærværk"],
        ["02-10-2018", "Motalavej", "Tyveri"],
        ["02-10-2018", "Nabobyen", "Hærværk"],
    ]
    done = bring(
        csv_file(tmp_path / "a.csv", rows),
        "incidents",
        tmp_path / "local",
        options={"drop": {"kind": ["Tyveri"], "area": ["Nabobyen"]}},
    )
    assert written(done)[1:] == ["motalavej,2018-10-01,vandalism"]
    assert done.sources[0].dropped == {"kind is on the drop list": [3], "area is on the drop list": [4]}


def test_parts_of_an_area_are_added_up_only_when_the_mapping_says_so(tmp_path: Path) -> None:
    source = csv_file(
        tmp_path / "a.csv",
        turnover(("Præstevangen", 2018, 100, 200, 10, 11), ("Parkvej", 2018, 50, 90, 5, 6)),
    )
    with pytest.raises(ProblemsFound, match="two parts of it, or the same twice"):
        bring(source, "turnover", tmp_path / "local")
    said: dict[str, Any] = {"values": {"area": {"Præstevangen": "praestevangen", "Parkvej": "praestevangen"}}}
    with pytest.raises(ProblemsFound, match="--add-up"):
        bring(source, "turnover", tmp_path / "local", options=said)
    assert written(bring(source, "turnover", tmp_path / "local", options=said | {"add_up": True}))[1:] == [
        "praestevangen,2018,150,290,15,17"
    ]


def test_one_year_of_age_at_a_time_is_added_up_to_groups(tmp_path: Path) -> None:
    rows = [
        ["Område", "Kvartal", "Køn", "Alder", "Antal"],
        *(["Motalavej", "2018K1", "Mænd", f"{age} år", 1] for age in range(0, 100)),
    ]
    done = bring(
        csv_file(tmp_path / "a.csv", rows), "population", tmp_path / "local", options={"add_up": True}
    )
    assert written(done)[1:] == [
        f"motalavej,2018Q1,m,{group},{count}"
        for group, count in (("0-17", 18), ("18-24", 7), ("25-39", 15), ("40-64", 25), ("65+", 35))
    ]


# --- records -------------------------------------------------------------------------------------------------------


def test_the_record_says_where_every_figure_came_from(tmp_path: Path) -> None:
    import hashlib

    source = csv_file(tmp_path / "flyt 2019.csv", GOOD)
    done = bring(source, "turnover", tmp_path / "local")
    record = yaml.safe_load(done.record.read_text(encoding="utf-8"))
    assert (record["table"], record["supplied_by"], record["imported"], record["rows"]) == (
        "turnover",
        "test",
        date(2026, 1, 2),
        2,
    )
    assert record["sources"][0]["file"] == "flyt 2019.csv"
    assert record["sources"][0]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert record["sources"][0]["columns"]["Tilflyttede"] == "moved_in"
    assert record["mapping"] == {"table": "turnover"}


def test_no_row_level_data_is_in_the_record(tmp_path: Path) -> None:
    rows = [
        ["Respondent", "Område", "År", "Køn", "Alder", "Svar", "Vægt", "Kommentar"],
        [917, "Motalavej", 2018, "Kvinde", 34, "I høj grad", "1,25", "meget privat"],
    ]
    done = bring(csv_file(tmp_path / "a.csv", rows), "survey", tmp_path / "local")
    told = done.record.read_text(encoding="utf-8") + "\n".join(done.lines()) + "".join(written(done))
    assert not any(word in told for word in ("917", "meget privat"))


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", GOOD)
    for name in ("one", "two"):
        bring(source, "turnover", tmp_path / name / "local")
    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_made_up_figures_mark_the_data_set_and_the_mark_stays(tmp_path: Path) -> None:
    into = tmp_path / "local"
    assert bring(csv_file(tmp_path / "a.csv", [["Opdigtede tal"], *GOOD]), "turnover", into).synthetic
    assert yaml.safe_load((into / "dataset.yml").read_text(encoding="utf-8"))["synthetic"] is True
    real = bring(
        csv_file(
            tmp_path / "b.csv",
            [
                ["Område", "År", "Inviterede", "Fra dato", "Til dato", "Metode", "Udgave"],
                ["Motalavej", 2018, 9, "01-05-2018", "02-05-2018", "Web", 1],
            ],
        ),
        "survey_rounds",
        into,
    )
    assert not real.synthetic
    assert yaml.safe_load((into / "dataset.yml").read_text(encoding="utf-8"))["synthetic"] is True
    assert any("stays marked as made up" in note for note in real.notes)


def test_the_days_that_incidents_cover_become_the_period(tmp_path: Path) -> None:
    bring(
        csv_file(tmp_path / "a.csv", [["Dato", "Område", "Art"], ["01-10-2018", "Motalavej", "Hærværk"]]),
        "incidents",
        tmp_path / "local",
    )
    assert yaml.safe_load((tmp_path / "local" / "dataset.yml").read_text(encoding="utf-8"))["period"] == {
        "start": COVERS[0],
        "end": COVERS[1],
    }


def test_import_names_the_kinds_without_a_row_and_keeps_what_was_declared_of_them(tmp_path: Path) -> None:
    into = tmp_path / "local"
    rows = [["Dato", "Område", "Art"], ["01-10-2018", "Motalavej", "Hærværk"]]
    first = bring(csv_file(tmp_path / "a.csv", rows), "incidents", into)
    assert any(
        note.startswith(
            "No row of kind arson, burglary, theft, violence, drugs: missing in the figures, not 0."
        )
        for note in first.notes
    )
    meta = into / "dataset.yml"
    meta.write_text(meta.read_text(encoding="utf-8") + "incidents: {kinds: [arson]}\n", encoding="utf-8")
    bring(csv_file(tmp_path / "b.csv", rows), "incidents", into)
    assert yaml.safe_load(meta.read_text(encoding="utf-8"))["incidents"] == {"kinds": ["arson"]}


# --- refusals that protect -----------------------------------------------------------------------------------------


def test_a_second_import_never_loses_last_years_figures(tmp_path: Path) -> None:
    bring(csv_file(tmp_path / "a.csv", GOOD), "turnover", tmp_path / "local")
    only_new = csv_file(tmp_path / "b.csv", [GOOD[0], GOOD[2]])
    before = (tmp_path / "local" / "turnover.csv").read_bytes()
    with pytest.raises(ProblemsFound, match=r"e\.g\. motalavej 2018"):
        bring(only_new, "turnover", tmp_path / "local")
    assert (tmp_path / "local" / "turnover.csv").read_bytes() == before
    assert bring(only_new, "turnover", tmp_path / "local", replace=True).rows == 1


def test_sources_together_make_one_table_and_are_checked_together(tmp_path: Path) -> None:
    sources = [csv_file(tmp_path / "a.csv", GOOD[:2]), xlsx_file(tmp_path / "b.xlsx", [GOOD[0], GOOD[2]])]
    assert len(written(bring(sources, "turnover", tmp_path / "local"))) == 3
    with pytest.raises(ProblemsFound, match=r"stands already in row 2 of a\.csv"):
        bring([*sources, xlsx_file(tmp_path / "c.xlsx", [GOOD[0], GOOD[1]])], "turnover", tmp_path / "local")


def test_a_known_gap_is_declared_and_then_accepted(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", [*GOOD, ["Sydbyen", 2019, 520, 1085, 115, 121]])
    with pytest.raises(ProblemsFound, match="sydbyen 2018"):
        bring(source, "turnover", tmp_path / "local")
    assert bring(source, "turnover", tmp_path / "local", options={"known_gaps": ["sydbyen 2018"]}).rows == 3


def test_a_figure_that_the_source_withholds_is_an_empty_cell_and_the_row_stays(tmp_path: Path) -> None:
    source = csv_file(
        tmp_path / "a.csv",
        [*GOOD, ["Sydbyen", 2018, 520, "..", 115, 121], ["Sydbyen", 2019, 520, 1085, 115, 121]],
    )
    done = bring(source, "turnover", tmp_path / "local")
    assert written(done)[-2] == "sydbyen,2018,520,,115,121"
    assert "Beboere is withheld (..) in 1 rows, which are hidden there: row 4" in done.sources[0].notes[-1]


def test_a_group_that_is_withheld_makes_no_sum_too_low(tmp_path: Path) -> None:
    rows = [
        ["Område", "Kvartal", "Køn", "Alder", "Antal"],
        ["Motalavej", "2018K1", "Mænd", "18-24", 10],
        ["Motalavej", "2018K1", "Kvinder", "18-24", ".."],
        ["Sydbyen", "2018K1", "Mænd", "18-24", 10],
        ["Sydbyen", "2018K1", "Kvinder", "18-24", 12],
    ]
    done = bring(csv_file(tmp_path / "a.csv", rows), "population", tmp_path / "local")
    assert written(done)[2] == "motalavej,2018Q1,f,18-24,"  # an empty cell: no sum is made with it


def test_a_part_that_is_withheld_makes_no_sum_too_low(tmp_path: Path) -> None:
    source = csv_file(
        tmp_path / "a.csv",
        turnover(("Præstevangen", 2018, 100, 200, 10, 11), ("Parkvej", 2018, 50, "..", 5, 6)),
    )
    said = {"values": {"area": {"Præstevangen": "praestevangen", "Parkvej": "praestevangen"}}, "add_up": True}
    done = bring(source, "turnover", tmp_path / "local", options=said)
    assert written(done)[1:] == ["praestevangen,2018,150,,15,17"]


@pytest.mark.parametrize("header", ["Statsu", "status."])
def test_a_column_that_may_be_left_out_is_not_lost_to_a_misspelling(tmp_path: Path, header: str) -> None:
    rows = [
        [*BENEFITS, header],
        ["Motalavej", "2018K1", 500, 100, 80, "Foreløbig"],
    ]
    if header == "status.":
        assert written(bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local"))[1].endswith(
            ",provisional"
        )
        return
    with pytest.raises(ProblemsFound, match="'Statsu' is not used; is it status"):
        bring(csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local")
    assert (
        bring(
            csv_file(tmp_path / "a.csv", rows), "benefits", tmp_path / "local", options={"ignore": ["Statsu"]}
        ).rows
        == 1
    )


def test_a_column_of_counts_by_another_name_is_asked_about(tmp_path: Path) -> None:
    rows = [["Dato", "Område", "Art", "Antal sager i alt"], ["01-10-2018", "Motalavej", "Hærværk", 5]]
    with pytest.raises(ProblemsFound, match="'Antal sager i alt' is not used; is it count"):
        bring(csv_file(tmp_path / "a.csv", rows), "incidents", tmp_path / "local")
    done = bring(
        csv_file(tmp_path / "a.csv", rows),
        "incidents",
        tmp_path / "local",
        options={"columns": {"count": "Antal sager i alt"}},
    )
    assert written(done)[1] == "motalavej,2018-10-01,vandalism,5"


def test_comparison_areas_are_known_once_they_are_imported(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", turnover(("Et naboområde", 2018, 1, 2, 1, 1)))
    with pytest.raises(ProblemsFound, match="'Et naboområde' is not known"):
        bring(source, "turnover", tmp_path / "local")
    bring(
        csv_file(
            tmp_path / "c.csv",
            [
                ["Kort navn", "Navn på området", "Art", "Egen helhedsplan"],
                ["nabo", "Et naboområde", "Matchet område", "Nej"],
            ],
        ),
        "comparators",
        tmp_path / "local",
    )
    assert written(bring(source, "turnover", tmp_path / "local"))[1] == "nabo,2018,1,2,1,1"


def test_an_unknown_table_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'turnover'"):
        import_table([], "turnovr", Import(tmp_path, PLAN))


def test_personal_data_in_an_option_stops_the_import(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="an option: holds an e-mail address"):
        bring(csv_file(tmp_path / "a.csv", GOOD), "turnover", tmp_path, supplied_by="nogen@example.org")


# --- one row per answer, report or person, or counts ---------------------------------------------------------------


def _weighted_share(path: Path) -> float:
    frame = pd.read_csv(path)
    weight = frame["weight"] * frame.get("count", pd.Series(1, index=frame.index))
    valid = frame["answer"] != "dont_know"
    return float(weight[valid & frame["answer"].isin(["high", "some"])].sum() / weight[valid].sum())


def test_answers_one_by_one_and_added_up_give_the_same_share(tmp_path: Path) -> None:
    chance = random.Random(1)
    header = ["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt"]
    rows = [
        (
            "Motalavej",
            2018,
            chance.choice(["Kvinde", "Mand"]),
            chance.choice(["18-24", "65+"]),
            chance.choice(["I høj grad", "I nogen grad", "Slet ikke", "Ved ikke"]),
            chance.choice(["0,5", "1,25", "2"]),
        )
        for _ in range(200)
    ]
    one_by_one = bring(csv_file(tmp_path / "a.csv", [header, *rows]), "survey", tmp_path / "one")
    counts = [[*group, count] for group, count in Counter(rows).items()]
    added_up = bring(csv_file(tmp_path / "b.csv", [[*header, "Antal"], *counts]), "survey", tmp_path / "two")
    assert added_up.rows < one_by_one.rows == 200
    assert _weighted_share(one_by_one.path) == pytest.approx(_weighted_share(added_up.path), abs=1e-12)


def test_reports_one_by_one_and_added_up_give_the_same_counts(tmp_path: Path) -> None:
    days = ["01-10-2018"] * 3 + ["14-11-2018"] * 2 + ["03-02-2019"]
    header = ["Dato", "Område", "Art"]
    one = bring(
        csv_file(tmp_path / "a.csv", [header, *([day, "Motalavej", "Hærværk"] for day in days)]),
        "incidents",
        tmp_path / "one",
    )
    by_quarter = [["2018K4", "Motalavej", "Hærværk", 5], ["2019K1", "Motalavej", "Hærværk", 1]]
    two = bring(
        csv_file(tmp_path / "b.csv", [["Dato", "Område", "Art", "Antal"], *by_quarter]),
        "incidents",
        tmp_path / "two",
    )

    def per_quarter(path: Path) -> dict[str, int]:
        frame = pd.read_csv(path, parse_dates=["date"])
        counts = frame.get("count", pd.Series(1, index=frame.index))
        return {
            str(period): int(count)
            for period, count in counts.groupby(frame["date"].dt.to_period("Q")).sum().items()
        }

    assert per_quarter(one.path) == per_quarter(two.path) == {"2018Q4": 5, "2019Q1": 1}


def test_a_quarter_is_no_date_of_a_single_report(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="'2018K4' is not a date"):
        bring(
            csv_file(tmp_path / "a.csv", [["Dato", "Område", "Art"], ["2018K4", "Motalavej", "Hærværk"]]),
            "incidents",
            tmp_path / "local",
        )


def test_persons_and_counts_of_benefits_give_the_same_row_and_study_grants_stay_out(tmp_path: Path) -> None:
    persons = [
        ["Område", "Kvartal", "Fuldtidsmodtagere uden SU", "Uden for arbejde og uddannelse", "Ydelse"],
        *([["Motalavej", "2018K4", "1", "ja", "Kontanthjælp"]] * 3),
        *([["Motalavej", "2018K4", "0,25", "nej", "Sygedagpenge"]] * 2),
        *([["Motalavej", "2018K4", "1", "nej", "SU"]] * 4),
        ["Motalavej", "2018K4", "0", "nej", ""],
    ]
    done = bring(
        csv_file(tmp_path / "a.csv", persons), "benefits", tmp_path / "one", options={"rows": "persons"}
    )
    counts = [
        [
            "Område",
            "Kvartal",
            "Beboere 18-64 år",
            "Fuldtidsmodtagere uden SU",
            "Uden for arbejde og uddannelse",
        ],
        ["Motalavej", "2018K4", 10, "3,5", 3],
    ]
    assert written(done) == written(bring(csv_file(tmp_path / "b.csv", counts), "benefits", tmp_path / "two"))
    assert (
        "10 rows of persons added up; 4 with study grants count as residents, not as recipients."
        in done.notes
    )
    with pytest.raises(ProblemsFound, match="more than one person"):
        bring(
            csv_file(tmp_path / "c.csv", [persons[0], ["Motalavej", "2018K4", "12", "ja", ""]]),
            "benefits",
            tmp_path / "three",
            options={"rows": "persons"},
        )


def test_the_whole_municipality_minus_the_areas_is_the_rest(tmp_path: Path) -> None:
    rows = [
        [
            "Område",
            "Kvartal",
            "Beboere 18-64 år",
            "Fuldtidsmodtagere uden SU",
            "Uden for arbejde og uddannelse",
        ]
    ]
    rows += [[area.name, "2018K4", "100", "30,5", "20"] for area in PLAN.areas.values()] + [
        ["Hele kommunen", "2018K4", "10000", "1000,5", "900"]
    ]
    done = bring(
        csv_file(tmp_path / "a.csv", rows),
        "benefits",
        tmp_path / "local",
        options={"municipality": "Hele kommunen"},
    )
    assert written(done)[-1] == "rest,2018Q4,9600,878.5,820"


@pytest.mark.parametrize(("kinds", "rest"), [(10, None), (11, "3 more cells"), (12, "6 more cells")])
def test_cells_beyond_the_ten_problems_that_are_listed_are_counted_not_their_kinds(
    tmp_path: Path, kinds: int, rest: str | None
) -> None:
    """Each kind of the source that nobody knows is one problem, of three cells."""
    rows = [[area, "2019-03-01", f"Ukendt {kind}"] for kind in range(kinds) for area in ("Ringparken",) * 3]
    source = csv_file(tmp_path / "a.csv", [["Område", "Dato", "Art"], *rows])
    with pytest.raises(ProblemsFound) as refused:
        bring(source, "incidents", tmp_path / "local")
    said = str(refused.value)
    assert said.count("is not known") == 10
    assert f"{rest} cannot be read." in said if rest else "more cells" not in said
