"""Areas as sums of departments: added up by hand, those that came or went on their days, and said on the pages."""

from __future__ import annotations

import datetime as dt

import pytest

import rows as made
from evalbook.intake.importing import Import, import_table
from evalkit.errors import EvalkitError, ProblemsFound
from evalkit.plan import Department
from evalkit.text.caveat import always
from evalkit.text.departments import parts
from evalkit.text.html import joined, plain
from evalkit.text.words import gettext_for
from intake_files import PLAN, advised, csv_file, written

HEAD = ["Afdeling", "Planår", "Boliger", "Beboere", "Tilflyttede", "Fraflyttede"]
NOTE = {"da": "72 boliger er revet ned.", "en": "72 homes were pulled down."}


def with_departments(**days):
    """The shipped plan, in which Motalavej is two departments and the second has its days."""
    second = Department(name="Afdeling 14", aliases=["14"], note=NOTE, **days)
    area = PLAN.areas["motalavej"].model_copy(
        update={"departments": [Department(name="Afdeling 12"), second]}
    )
    return PLAN.model_copy(update={"areas": PLAN.areas | {"motalavej": area}})


ENDS = with_departments(until=dt.date(2019, 9, 30))  # the last day of plan year 2019


def bring(tmp_path, rows, plan=ENDS, table="turnover", **options):
    source = csv_file(tmp_path / "a.csv", rows)
    covers = (dt.date(2018, 10, 1), dt.date(2020, 9, 30)) if table == "incidents" else None
    return import_table([source], table, Import(tmp_path / "local", plan, "test", covers), options=options)


def test_departments_are_added_up_and_one_that_ended_is_not_asked_for(tmp_path):
    done = bring(
        tmp_path,
        [
            HEAD,
            ["Afdeling 12", 2019, 116, 240, 20, 18],
            ["14", 2019, 72, 130, 5, 40],
            ["Afdeling 12", 2020, 116, 238, 17, 19],
            ["Ringparken", 2019, 500, 900, 1, 2],
            ["Ringparken", 2020, 500, 901, 3, 4],
        ],
    )
    assert written(done)[1:] == [
        "motalavej,2019,188,370,25,58",  # 116 + 72 homes, 240 + 130 residents ...
        "motalavej,2020,116,238,17,19",
        "ringparken,2019,500,900,1,2",
        "ringparken,2020,500,901,3,4",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Afdeling 12", 2019, 9, 9, 1, 1]], "Afdeling 14 is missing: the sum would be too low."),
        ([["Afdeling 12", 2020, 9, 9, 1, 1], ["14", 2020, 9, 9, 1, 1]],
         "'14' is no part of motalavej then: it counts until 2019-09-30."),
        ([["Afdeling 12", 2020, 9, 9, 1, 1], ["Afdeling 12", 2020, 8, 8, 1, 1]],
         "'Afdeling 12' stands twice in one period."),
        ([["Afdeling 12", 2020, 9, 9, 1, 1], ["Motalavej", 2020, 9, 9, 1, 1]],
         "'Motalavej' is all of motalavej, and 'Afdeling 12' in row 2 is a department of it: the same twice"),
    ],
)  # fmt: skip
def test_a_sum_that_lacks_a_part_or_has_one_too_many_is_refused(tmp_path, rows, said):
    with pytest.raises(ProblemsFound, match=said):
        bring(tmp_path, [HEAD, *rows])
    assert not (tmp_path / "local" / "turnover.csv").exists()


@pytest.mark.parametrize(
    ("until", "residents"),
    [
        (dt.date(2019, 1, 1), "370"),  # the day of the count is its last
        (dt.date(2018, 12, 31), None),
    ],
)
def test_a_count_of_one_day_has_the_departments_of_that_day(tmp_path, until, residents):
    rows = [
        ["Afdeling", "Kvartal", "Beboere"],
        ["Afdeling 12", "2019K1", 240],
        ["Afdeling 14", "2019K1", 130],
    ]
    plan = with_departments(until=until)
    if residents is None:
        with pytest.raises(ProblemsFound, match="is no part of motalavej then"):
            bring(tmp_path, rows, plan, "population")
    else:
        assert written(bring(tmp_path, rows, plan, "population"))[1].endswith(residents)


def test_a_department_that_ends_within_a_year_may_be_there_or_not(tmp_path):
    plan = with_departments(until=dt.date(2019, 6, 30))
    done = bring(tmp_path, [HEAD, ["Afdeling 12", 2019, 9, 9, 1, 1]], plan)
    assert written(done)[1] == "motalavej,2019,9,9,1,1"


def test_a_withheld_part_withholds_the_sum(tmp_path):
    done = bring(tmp_path, [HEAD, ["Afdeling 12", 2019, 9, "..", 1, 1], ["14", 2019, 9, 9, 1, 1]])
    assert written(done)[1] == "motalavej,2019,18,,2,2"


REPORTS = ["Afdeling", "Dato", "Art", "Antal"]


def report(place, day, count="", kind="Hærværk"):
    return [place, day, kind, count]


def test_counts_of_departments_are_added_up_where_day_and_kind_are_the_same(tmp_path):
    done = bring(
        tmp_path,
        [
            REPORTS,
            report("Afdeling 12", "2019-03-01", 4),
            report("14", "2019-03-01", 6),
            report("14", "2019-03-01", 2, "Indbrud"),
            report("Afdeling 12", "2019-03-02", 3),
            report("Ringparken", "2019-03-01", 5),
        ],
        table="incidents",
    )
    assert written(done) == [
        "area,date,kind,count",
        "motalavej,2019-03-01,vandalism,10",  # 4 + 6
        "motalavej,2019-03-01,burglary,2",
        "motalavej,2019-03-02,vandalism,3",
        "ringparken,2019-03-01,vandalism,5",
    ]


def test_reports_one_by_one_stay_one_by_one(tmp_path):
    rows = [report("Afdeling 12", "2019-03-01"), report("14", "2019-03-01"), report("14", "2019-03-01")]
    done = bring(tmp_path, [REPORTS, *rows], table="incidents")
    assert written(done)[1:] == ["motalavej,2019-03-01,vandalism"] * 3


def test_counts_that_a_department_has_twice_are_asked_about(tmp_path):
    rows = [
        REPORTS,
        report("Afdeling 12", "2019-03-01", 4),
        report("14", "2019-03-01", 6),
        report("14", "2019-03-01", 7),
    ]
    with pytest.raises(ProblemsFound, match=r"row 4.*stands already in row 2, with other figures"):
        bring(tmp_path, rows, table="incidents")
    done = bring(tmp_path, rows, table="incidents", add_up=True)
    assert written(done)[1:] == ["motalavej,2019-03-01,vandalism,17"]


TOTAL = [
    REPORTS,
    report("Motalavej", "2019-01-01", 10),
    report("Afdeling 12", "2019-02-01", 4),
    report("14", "2019-03-01", 6),
]


def test_an_area_in_all_beside_its_departments_is_not_counted_twice(tmp_path):
    with pytest.raises(ProblemsFound) as refused:
        bring(tmp_path, TOTAL, table="incidents")
    said = str(refused.value)
    assert said.count("is a department of it") == 1
    assert "a.csv, row 2, area: 'Motalavej' is all of motalavej, and 'Afdeling 12' in row 3" in said
    drop, value = advised(said, 0), [*advised(said, 1), *advised(said, 2)]
    assert (drop, value) == (
        ["--drop", "area:Motalavej"],
        ["--value", "area:Motalavej=motalavej", "--add-up"],
    )
    without = bring(tmp_path, TOTAL, table="incidents", drop={"area": ["Motalavej"]})
    assert [line.rpartition(",")[2] for line in written(without)[1:]] == ["4", "6"]


def test_adding_up_does_not_add_an_area_in_all_to_its_departments(tmp_path):
    rows = [HEAD, ["Afdeling 12", 2020, 9, 9, 1, 1], ["Motalavej", 2020, 9, 9, 1, 1]]
    with pytest.raises(ProblemsFound, match="is a department of it: the same twice"):
        bring(tmp_path, rows, add_up=True)


def test_what_belongs_to_no_department_is_added_when_somebody_says_so(tmp_path):
    said = {"values": {"area": {"Motalavej": "motalavej"}}, "add_up": True}
    done = bring(tmp_path, TOTAL, table="incidents", **said)
    assert [line.rpartition(",")[2] for line in written(done)[1:]] == ["10", "4", "6"]


@pytest.mark.parametrize(
    ("day", "refused"),
    [("2018-10-01", True), ("2019-09-30", True), ("2019-10-01", False)],  # plan year 2019, and the day after
)
def test_an_area_in_all_may_stand_in_another_year_than_its_departments(tmp_path, day, refused):
    rows = [
        REPORTS,
        report("Motalavej", day),
        report("Afdeling 12", "2019-02-01"),
        report("14", "2019-03-01"),
    ]
    if refused:
        with pytest.raises(ProblemsFound, match="is all of motalavej"):
            bring(tmp_path, rows, table="incidents")
    else:
        assert len(written(bring(tmp_path, rows, table="incidents"))) == 4


def test_a_department_without_a_report_is_asked_for_and_has_none_when_a_row_says_0(tmp_path):
    rows = [REPORTS, report("Afdeling 12", "2019-02-01"), report("Afdeling 12", "2019-10-01")]
    late = with_departments(until=dt.date(2019, 9, 29))  # not there in the whole of the year
    assert len(written(bring(tmp_path, rows, late, "incidents"))) == 3
    with pytest.raises(ProblemsFound) as refused:
        bring(tmp_path, rows, table="incidents")
    assert str(refused.value).splitlines()[-1].strip(" -") == (  # it ended with 2019, so 2020 lacks nothing
        "a.csv, row 2, area: Afdeling 14 has no row from 2018-10-01 to 2019-09-30: none, or not delivered? "
        "Add a row of it, with 0 under 'Antal' if there were none, or say in params/plan.yml until when it counts."
    )
    done = bring(tmp_path, [*rows, report("14", "2018-10-01", 0)], table="incidents")
    assert sorted(line.rpartition(",")[2] for line in written(done)[1:]) == ["0", "1", "1"]


ANSWERS = ["Afdeling", "Planår", "Svar", "Antal"]


def test_answers_of_departments_are_added_up_and_a_silent_department_is_asked_for(tmp_path):
    rows = [
        ["Afdeling 12", 2019, "I høj grad", 8],
        ["14", 2019, "I høj grad", 5],
        ["14", 2019, "Slet ikke", 2],
    ]
    done = bring(tmp_path, [ANSWERS, *rows], table="survey")
    assert sorted(line.rpartition(",")[2] for line in written(done)[1:]) == ["13", "2"]  # 8 + 5 and 2
    with pytest.raises(ProblemsFound, match=r"Afdeling 14 has no row from 2018-10-01 to 2019-09-30"):
        bring(tmp_path, [ANSWERS, rows[0]], table="survey")


def test_the_days_of_a_department_are_in_order():
    with pytest.raises(ValueError, match="are the two swapped"):
        Department(name="A", since=dt.date(2020, 1, 1), until=dt.date(2019, 1, 1))
    Department(name="A", since=dt.date(2020, 1, 1), until=dt.date(2020, 1, 1))


def test_a_name_of_two_departments_is_refused(workbook):
    from evalkit import plan as plans

    path = workbook / "params" / "plan.yml"
    text = path.read_text("utf-8").replace(
        "aliases: [Sydbyen Slagelse]",
        "aliases: [Sydbyen Slagelse]\n    departments: [{name: A}, {name: B, aliases: [a]}]",
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalkitError, match=r"areas\.sydbyen\.departments: the name 'a' also means"):
        plans.read(workbook)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Tallene er dem for Afdeling 12 og Afdeling 14, lagt sammen. "
               "Afdeling 14 er med i området til og med 30. september 2019. 72 boliger er revet ned."),
        ("en", "The figures are those of Afdeling 12 and Afdeling 14, added up. "
               "Afdeling 14 is part of the area until 30 September 2019. 72 homes were pulled down."),
    ],
)  # fmt: skip
def test_the_pages_say_what_an_area_is_and_what_happened(language, words):
    said = plain(joined(*parts(ENDS.areas["motalavej"], gettext_for(language)), between=" ").html)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == words
    for area, told in (("motalavej", 1), ("plan", 1), ("ringparken", 0)):
        report = made.report(area=area, language=language, plan=ENDS)
        report.limitations = ()
        assert len(always(report)) == told
