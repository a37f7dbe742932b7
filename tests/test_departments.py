"""Areas as sums of departments: added up by hand, those that came or went on their days, and said on the pages."""

from __future__ import annotations

import datetime as dt

import pytest

import rows as made
from evalbook.intake.importing import import_table
from evalkit.errors import EvalkitError, ProblemsFound
from evalkit.plan import Department
from evalkit.text.caveat import always
from evalkit.text.departments import parts
from evalkit.text.html import joined, plain
from evalkit.text.words import gettext_for
from intake_files import PLAN, ROOT, csv_file, written

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


def bring(tmp_path, rows, plan=ENDS, table="turnover"):
    source = csv_file(tmp_path / "a.csv", rows)
    return import_table([source], table, tmp_path / "local", plan, root=ROOT, supplied_by="test")


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
        ([["Afdeling 12", 2020, 9, 9, 1, 1], ["Motalavej", 2020, 9, 9, 1, 1]], "stands already in row 2"),
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
    bring(tmp_path, [HEAD, ["Afdeling 12", 2019, 9, 9, 1, 1]], plan)


def test_a_withheld_part_withholds_the_sum(tmp_path):
    done = bring(tmp_path, [HEAD, ["Afdeling 12", 2019, 9, "..", 1, 1], ["14", 2019, 9, 9, 1, 1]])
    assert written(done)[1] == "motalavej,2019,18,,2,2"


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
