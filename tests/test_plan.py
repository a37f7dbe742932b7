"""The plan file says what the press release says, and every mistake in it is named with its line."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from evalbook.intake.names import Names
from evalkit import plan as plans
from evalkit.errors import MissingFile, ProblemsFound, UnknownName, fold
from evalkit.plan import assessments, params
from evalkit.terms import Polarity, Reading, Status


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(root: Path) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        plans.read(root)
    return [str(problem) for problem in found.value.problems]


def test_facts_of_the_press_release(plan):
    assert plan.name == "En fælles indsats"
    assert (plan.period.start.isoformat(), plan.period.end.isoformat()) == ("2017-10-01", "2021-09-30")
    assert plan.years == [2018, 2019, 2020, 2021]
    assert {area.town for area in plan.areas.values()} == {"Slagelse", "Korsør", "Skælskør"}
    assert list(plan.housing_organisations.values()) == [
        "FOB",
        "Slagelse Boligselskab",
        "Slagelse Almennyttige Boligselskab",
        "Bolig Korsør",
        "Skælskør Boligselskab",
    ]
    assert plan.funding["landsbyggefonden"].amount == 25_000_000
    assert plan.funding["housing_organisations"].amount == 3_200_000
    assert plan.funding["municipality"].amount is None
    assert len(plan.efforts) == 4


def test_the_one_goal_with_a_number_is_read_as_compounding(plan):
    targets = {name: goal.target for name, goal in plan.goals.items()}
    assert [name for name, target in targets.items() if target] == ["haervaerk"]
    assert targets["haervaerk"].annual_change == -0.15
    assert targets["haervaerk"].reading is Reading.COMPOUNDING


def test_every_goal_has_an_indicator_of_its_polarity_and_a_gap(plan):
    gaps = {one.of for one in plan.indicators.values() if one.kind == "gap"}
    for goal in plan.goals.values():
        assert plan.indicators[goal.indicator].polarity == goal.polarity
        assert goal.indicator in gaps


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("Ringparken/Schackenborgvænge", "ringparken"),
        ("schackenborgvaenge", "ringparken"),
        ("Præstevangen og Parkvej", "praestevangen"),
        (" PRAESTEVANGEN ", "praestevangen"),
        ("Skælskør", None),  # a town of some 6,500 people, of whom the estate has a part
        ("Motalavej", "motalavej"),
        ("Vollsmose", None),
    ],
)
def test_area_names_are_known_by_alias_case_and_spelling(plan, name, area):
    assert Names.of(plan).areas.get(fold(name)) == area


@pytest.mark.parametrize(
    ("day", "year"), [("2017-09-30", 2017), ("2017-10-01", 2018), ("2018-09-30", 2018), ("2021-12-31", 2022)]
)
def test_plan_year_begins_on_1_october(plan, day, year):
    from datetime import date

    assert plan.year_of(date.fromisoformat(day)) == year


def test_unknown_area_year_and_indicator_are_named_with_the_nearest(plan):
    with pytest.raises(UnknownName, match="Did you mean 'ringparken'"):
        plan.area("ringpaken")
    with pytest.raises(UnknownName, match="2018, 2019, 2020, 2021"):
        plan.check_year(2017)
    with pytest.raises(UnknownName, match="Did you mean 'tryghed'"):
        plan.indicator("trygehd")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "plan.yml",
            "baseline_year: 2017",
            "baseline_yaer: 2017",
            "unknown key 'baseline_yaer'. Did you mean 'baseline_year'?",
        ),
        (
            "plan.yml",
            "baseline_year: 2017",
            "baseline_year: 2018",
            "must come before the first plan year 2018",
        ),
        ("plan.yml", "years: [2018, 2019, 2020, 2021]", "years: [2019, 2018]", "must rise, each once"),
        (
            "plan.yml",
            "annual_change: -0.15",
            "annual_change: 0.15",
            "points away from polarity lower_is_better",
        ),
        ("plan.yml", "annual_change: -0.15", "annual_change: -15", "greater than -1"),
        (
            "plan.yml",
            "housing_organisations: [korsoer]",
            "housing_organisations: [korsor]",
            "Did you mean 'korsoer'?",
        ),
        ("plan.yml", "aliases: [Sydbyen Slagelse]", "aliases: [Parkvej]", "also means"),
        (
            "plan.yml",
            "aliases: [Sydbyen Slagelse]",
            "aliases: [KORSOER]",
            "'KORSOER' is a town, not an area of it",
        ),
        ("plan.yml", "  sydbyen:\n    name", "  ../etc:\n    name", "is no id"),
        *(
            (
                "plan.yml",
                "  sydbyen:\n    name",
                f"  {name}:\n    name",
                f"{name!r} cannot be an area: the word is taken",
            )
            for name in ("plan", "rest", "final", "failed", "en", "index", "preview", "reviews", "country")
        ),
        *(
            (
                "plan.yml",
                "  sydbyen:\n    name",
                f"  {name}:\n    name",
                "type another id, as con_1" if name == "con" else "Windows makes no folder of that name",
            )
            for name in ("con", "nul", "aux", "com1", "lpt9")
        ),
        (
            "plan.yml",
            "    indicator: tryghed",
            "    indicator: utryghed",
            "no indicator 'utryghed' in indicators.yml",
        ),
        ("indicators.yml", "statistic: weighted_share", "statistic: weighted", "statistic"),
        ("indicators.yml", "  ages: 18+", "  agse: 18+", "unknown key 'agse'. Did you mean 'ages'?"),
        ("indicators.yml", "timing: year,", "timnig: year,", "unknown key 'timnig'. Did you mean 'timing'?"),
        (
            "indicators.yml",
            "table: survey,",
            "table: surveys,",
            "unknown table 'surveys'. Did you mean 'survey'?",
        ),
        ("indicators.yml", "column: enrolled_or_completed", "column: enrolled", "no column 'enrolled'"),
        ("indicators.yml", "  of: tryghed", "  of: trygge", "no 'trygge' there"),
        ("disclosure.yml", "threshold: 5", "threshold: 2", "greater than or equal to 3"),
    ],
)
def test_each_mistake_is_named_with_file_line_and_advice(workbook, file, old, new, said):
    spoil(workbook / "params" / file, old, new)
    messages = problems(workbook)
    assert any(said in message for message in messages), messages
    assert all(message.startswith("params/") and ", line " in message for message in messages)


def test_the_named_line_is_the_line_of_the_mistake(workbook):
    path = workbook / "params" / "plan.yml"
    spoil(path, "baseline_year: 2017", "baseline_year: soon")
    line = 1 + next(
        i for i, text in enumerate(path.read_text(encoding="utf-8").splitlines()) if "soon" in text
    )
    assert any(f"line {line}, baseline_year" in message for message in problems(workbook))


def test_a_rule_for_two_keys_names_the_line_of_the_one_it_is_about(workbook):
    path = workbook / "params" / "plan.yml"
    spoil(path, "baseline_year: 2017", "baseline_year: 2027")
    line = path.read_text(encoding="utf-8").splitlines().index("baseline_year: 2027") + 1
    assert any(
        f"plan.yml, line {line}, baseline_year: baseline_year 2027 must come before" in said
        for said in problems(workbook)
    )


def test_all_mistakes_of_all_files_are_told_at_once(workbook):
    spoil(workbook / "params" / "plan.yml", "baseline_year: 2017", "baseline_year: soon")
    spoil(workbook / "params" / "disclosure.yml", "threshold: 5", "threshold: 2")
    said = " ".join(problems(workbook))
    assert "plan.yml" in said
    assert "disclosure.yml" in said


def nine_levels_of_aliases() -> bytes:
    """The text known as a billion laughs: each line stands for the one before nine times."""
    names = "abcdefghi"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]" for above, name in itertools.pairwise(names)
    ]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: [1, 2", "not readable as YAML"),
        (b"a: 1\na: 2\n", "the key stands twice"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"- 1\n- 2\n", "must hold keys and values"),
        (b"", "must hold keys and values"),
        (
            b"a: 1\nb:\n\tc: 2\n",
            "line 3: not readable as YAML: a tab stands before the text. Indent with spaces.",
        ),
        (
            b'a: 1\nb: "two\nc: 3\n',
            "line 2: not readable as YAML: a quotation mark is opened here and not closed.",
        ),
        (
            b"a: 1\nb: two: three\n",
            "line 2: not readable as YAML: mapping values are not allowed in this context. Put a",
        ),
        (b"a: 1\nx: &x [*x]\n", "line 2: *x refers to itself. Write the values out."),
        (b"a: 1\nx: &x {y: {z: *x}}\n", "line 2: *x refers to itself."),
        (b"a: 1\nx: " + b"[" * 3000 + b"]" * 3000, "line 2: nested more than 30 levels deep."),
        (
            b"a: 1\nx: " + b"9" * 200_000,
            "line 2: a number of 200,000 signs. Put it into quotes if it is a text.",
        ),
        (b"x: 1" + b":59" * 100_000, "line 1: a number of 300,001 signs."),
        (b"x: " + b"[" * 200_000, "line 1: nested more than 30 levels deep."),
        (nine_levels_of_aliases(), "line 5: more than 50,000 values, with every alias written out."),
        (b"a:\n" + b"- 1\n" * 50_001, "more than 50,000 values"),
    ],
)
def test_an_unreadable_file_is_named(workbook, text, said):
    (workbook / "params" / "plan.yml").write_bytes(text)
    assert any(said in message for message in problems(workbook))


def test_an_alias_that_is_used_twice_is_read(tmp_path):
    (tmp_path / "some.yml").write_text("a: &a {x: [1, 2]}\nb: *a\nc: {<<: *a, y: 3}\n")
    content = params.read(tmp_path / "some.yml", tmp_path).content
    assert content == {"a": {"x": [1, 2]}, "b": {"x": [1, 2]}, "c": {"x": [1, 2], "y": 3}}


def test_a_long_word_without_quotes_is_read_and_a_long_number_is_not(tmp_path):
    file = tmp_path / "some.yml"
    file.write_text(f"role: {'x' * 301}\nof: {'9' * 300}\n")
    assert params.read(file, tmp_path).content == {"role": "x" * 301, "of": int("9" * 300)}
    file.write_text(f"role: -{'9' * 300}\n")
    with pytest.raises(ProblemsFound, match=r"line 1: a number of 301 signs. Put it into quotes"):
        params.read(file, tmp_path)
    file.write_text(f"role: '-{'9' * 300}'\n")
    assert params.read(file, tmp_path).content == {"role": "-" + "9" * 300}


def test_thirty_levels_are_read_and_thirty_one_are_not(tmp_path):
    file = tmp_path / "some.yml"
    file.write_text("[" * 30 + "]" * 30)
    params.read(file, tmp_path)
    file.write_text("[" * 31 + "]" * 31)
    with pytest.raises(ProblemsFound, match="nested more than 30"):
        params.read(file, tmp_path)


def test_a_folder_where_a_file_should_be_is_named(workbook):
    (workbook / "params" / "indicators.yml").unlink()
    (workbook / "params" / "indicators.yml").mkdir()
    with pytest.raises(
        MissingFile, match=r"params/indicators\.yml: a folder stands where the file should be"
    ):
        plans.read(workbook)


def test_a_missing_file_is_named(workbook):
    (workbook / "params" / "indicators.yml").unlink()
    with pytest.raises(MissingFile, match=r"params/indicators\.yml: no such file"):
        plans.read(workbook)


def test_every_shipped_report_has_params(plan):
    for area, year in assessments.files(plan):
        given = assessments.read(plan, area, year)
        assert (given.area, given.year) == (area, year)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("area: ringparken\nyear: 2018\nstatsu: draft\n", "Did you mean 'status'?"),
        ("area: sydbyen\nyear: 2018\n", "Type area: ringparken and year: 2018"),
        ("year: 2018\n", "'area' is missing"),
        ("area: ringparken\nyear: 2018\nassessment: {texts: {trygehd: Godt}}\n", "Did you mean 'tryghed'?"),
        ("area: ringparken\nyear: 2018\nassessment: {texts: {tryghed: '  '}}\n", "the text is empty"),
        ("", "line 1: the file is empty. Write what it needs: area, year."),
        ("area: ringparken\nyear: nitten\n", "line 2, year: must be a whole number (given: 'nitten')."),
        ("area: ringparken\nyear: 2018\nstatus: approved\n", "approved, but no assessment of tryghed"),
    ],
)
def test_a_report_params_mistake_is_named(workbook, text, said):
    (workbook / "params" / "ringparken" / "2018.yml").write_text(text, encoding="utf-8")
    plan = plans.read(workbook)
    with pytest.raises(ProblemsFound, match=r"params/ringparken/2018\.yml") as found:
        assessments.read(plan, "ringparken", 2018)
    assert said in str(found.value)


def test_an_approved_report_with_every_assessment_is_accepted(workbook):
    texts = "".join(
        f"    {goal}: Vurderet.\n" for goal in ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
    )
    (workbook / "params" / "ringparken" / "2018.yml").write_text(
        f"area: ringparken\nyear: 2018\nstatus: approved\nassessment:\n  texts:\n{texts}", encoding="utf-8"
    )
    given = assessments.read(plans.read(workbook), "ringparken", 2018)
    assert given.status is Status.APPROVED


def test_root_is_found_from_a_folder_below_and_its_absence_said(workbook, tmp_path_factory):
    assert plans.find_root(workbook / "notebooks") == workbook
    with pytest.raises(MissingFile, match=r"no params/plan\.yml"):
        plans.find_root(tmp_path_factory.mktemp("elsewhere"))


def test_polarity_words_are_those_of_the_vocabulary(plan):
    assert plan.indicators["haervaerk"].polarity == Polarity.LOWER
