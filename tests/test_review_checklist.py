"""The checklist that a report makes of itself: what it lists, where it leads, and how an answer closes an item."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import nbformat
import pytest
from pydantic import ValidationError

from evalbook.approval.checklist import ANCHORS, checklist, items, possible, unanswered
from evalbook.approval.notebook_cells import undescribed
from evalbook.approval.review_notes import objection
from evalbook.approval.reviewed import Reviewed
from evalbook.review.check_command import said
from evalkit.errors import ProblemsFound
from evalkit.plan import FINAL
from evalkit.plan.definition import Objections


@pytest.fixture
def reviewed(evaluation, plan):
    return Reviewed(plan, evaluation, "ringparken", "2019")


@pytest.fixture
def report(reviewed):
    return reviewed.report()


@pytest.fixture
def state(reviewed):
    return reviewed.state()


def changed(report, **columns):
    """The report with other values in the safety row of its year."""
    rows = report.rows.copy()
    for name, value in columns.items():
        rows.loc["tryghed.ringparken.2019", name] = value
    return type(report)(**{**report.__dict__, "rows": rows})


def ids(report, state):
    return {item.id for item in items(report, state)}


@pytest.mark.parametrize(
    ("item", "below", "at"),
    [
        ("response.tryghed", {"response_rate": 0.499}, {"response_rate": 0.5}),
        ("base.tryghed", {"respondents": 99}, {"respondents": 100}),
        ("wide.tryghed", {"lower": 0.60, "upper": 0.701}, {"lower": 0.60, "upper": 0.70}),
        ("break.tryghed", {"series_break": "yes"}, {"series_break": ""}),
        ("hidden.tryghed", {"shown": "suppressed"}, {"shown": "value"}),
        (
            "near.tryghed",
            {"change_lower": 0.0, "change_upper": 0.1, "delta": 0.05, "verdict_holm": ""},
            {"change_lower": 0.1, "change_upper": 0.2, "delta": 0.05, "verdict_holm": ""},
        ),
    ],
)
def test_each_flag_is_raised_on_its_side_of_the_limit_only(report, state, item, below, at):
    assert item in ids(changed(report, **below), state) and item in possible(report.plan)
    assert item not in ids(changed(report, **at), state)


def test_every_missing_assessment_is_an_item(report, state, plan):
    wanted = {f"words.{goal.indicator}" for goal in plan.goals.values()}
    assert wanted <= ids(report, state)


@pytest.mark.parametrize(("area", "name"), [("ringparken", "2019"), ("plan", "2019"), ("plan", FINAL)])
def test_every_item_leads_to_a_place_that_the_notebook_has(evaluation, plan, as_shipped, area, name):
    from evalbook.approval.signoffs import notebook_name

    reviewed = Reviewed(plan, evaluation, area, name)
    report, state = reviewed.report(), reviewed.state()
    assert ids(report, state) <= set(possible(plan))
    book = (as_shipped / "notebooks" / notebook_name(area, name)).read_text("utf-8")
    places = set(re.findall(r'"(?:id:)?([a-z_]+)"', book)) | {goal.indicator for goal in plan.goals.values()}
    assert {item.anchor for item in items(report, state)} <= places
    assert {anchor for pair in ANCHORS.values() for anchor in pair} & places


def test_the_page_names_no_item_by_its_id(evaluation, plan):
    reviewed = Reviewed(plan, evaluation, "ringparken", "2019")
    report, state = reviewed.report(), reviewed.state()
    shown = repr(checklist(report, state))
    assert "åbent" in shown and items(report, state)
    assert [item.id for item in items(report, state) if item.id in shown] == []


def test_an_answer_closes_its_item_and_is_shown(workbook, evaluation):
    from evalkit.plan import read

    reviewed = Reviewed(read(workbook), evaluation, "ringparken", "2019")
    report, state = reviewed.report(), reviewed.state()
    before = len(unanswered(report, state))
    path = workbook / "params/reviews/ringparken-2019.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "response.tryghed:\n  answer: Vejet efter alder.\n  by: reviewer\nwords.tryghed: {answer: ' '}\n",
        "utf-8",
    )
    assert len(unanswered(report, state)) == before - 1  # an empty answer answers nothing
    assert "Vejet efter alder. (godkender)" in repr(checklist(report, state))
    path.write_text("response.tryghed: {anser: x}\n", "utf-8")
    with pytest.raises(ProblemsFound, match=r"reviews/ringparken-2019\.yml"):
        len(unanswered(report, state))


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ('figures.show(ax, title="T")', True),
        ('figures.show(ax, title="T", alt=" ")', True),
        ('figures.show(ax, title="T", alt="Falder.")', False),
        ('ax = report.series("tryghed").plot(x="year")\nfigures.show(ax, title="T", alt=said)', False),
        ('report.series("tryghed").plot(x="year")', True),
        ("fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()", True),
        ('sns.lineplot(table, x="year", y="value")', True),
        ("table['value'].plot(ax=chart.ax)", False),
        ("sns.set_theme(rc=figures.HOUSE)", False),
        ("plt.style.use(figures.HOUSE)", False),
        ('chart = figures.trend(report, "tryghed")\nchart.ax.plot([2018], [70])\nchart', False),
        ('chart = figures.trend(report, "tryghed")\nchart.ax.twinx().plot([2018], [70])\nchart', False),
        (
            'chart = figures.trend(report, "tryghed")\ntwin = chart.ax.twinx()\ntwin.plot([2018], [70])\nchart',
            False,
        ),
        ('chart = figures.trend(report, "tryghed")\ntable = mine.twin\ntable.plot(x="year")', True),
        ('chart = figures.trend(report, "tryghed")\nchart.alt = ""\nchart', True),
        ('figures.multiples(report, "tryghed").axes_dict["sydbyen"].hist([1])', False),
        ("%matplotlib inline\nplt.plot([1, 2])", True),
        ("plt.plot([1, 2]", False),
    ],
)
def test_a_cell_that_shows_a_figure_without_description_is_known_by_its_code(tmp_path, source, lacking):
    path = tmp_path / "own.ipynb"
    cells = [nbformat.v4.new_code_cell(source, id="mine"), nbformat.v4.new_markdown_cell("plt.plot()")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert undescribed(path) == ["mine"] * lacking
    cells[0].metadata["tags"] = ["remove-output"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert undescribed(path) == []


def test_a_notebook_that_is_not_there_or_is_no_notebook_is_somebody_elses_to_tell(tmp_path):
    assert undescribed(tmp_path / "none.ipynb") == []
    (tmp_path / "merge.ipynb").write_text("<<<<<<< HEAD", "utf-8")
    assert undescribed(tmp_path / "merge.ipynb") == []


def test_no_shipped_notebook_shows_a_figure_without_description(as_shipped):
    assert [path for path in (as_shipped / "notebooks").rglob("*.ipynb") if undescribed(path)] == []


def test_a_figure_without_description_is_an_item_of_its_reports_and_a_line_of_check(workbook, evaluation):
    from evalkit.plan import read

    path = workbook / "notebooks" / "area_year.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell('figures.show(ax, title="T")', id="mine"))
    nbformat.write(book, path)
    plan = read(workbook)
    for area, name, wanted in (("ringparken", "2019", True), ("plan", "2019", False)):
        reviewed = Reviewed(plan, evaluation, area, name)
        found = {item.id: item.text.plain for item in items(reviewed.report(), reviewed.state())}
        assert ("figures" in found) is wanted
        listed = checklist(reviewed.report(), reviewed.state())._repr_html_()
        assert (f"<li>{found.get('figures', '')} " in listed) is wanted  # no link: its cell alone is known
        assert found.get("figures", "mine").count("mine") == 1
    data = workbook / "data" / "demo"
    lines = said([], workbook, data).splitlines()
    (line,) = [line for line in lines if line.startswith("notebooks/")]
    assert line.startswith("notebooks/area_year.ipynb, cell mine: shows a figure without a description")
    assert 'figures.show(ax, title="…", alt="…")' in line
    assert lines[-1] == "Nothing wrong with params and data."  # advice, and no obstacle
    (one,) = json.loads(said([], workbook, data, "json"))["advice"]
    assert (one["file"], one["place"]) == ("notebooks/area_year.ipynb", "cell mine")


# ---- how to object ------------------------------------------------------------------------------------------


def real(reviewed, **objections):
    """The report as one of data that are not made up, of a plan with these objections."""
    plan = reviewed.plan.model_copy(update={"objections": Objections(**objections) if objections else None})
    report = reviewed.report("en")
    facts = {
        **report.facts,
        "data": {**report.facts["data"], "synthetic": False, "name": "Figures", "version": "2"},
    }
    return type(report)(**{**report.__dict__, "plan": plan, "facts": facts})


def test_a_report_says_to_whom_a_reader_writes_until_when_and_what_comes_of_it(reviewed):
    said = objection(
        real(
            reviewed,
            to={"da": "Sekretariatet", "en": "The secretariat"},
            mail="s@example.org",
            until="2022-03-01",
        ),
        "2019",
    )
    assert (
        "Write to The secretariat by 1 March 2022 and name “Ringparken/Schackenborgvænge, plan year 2019”"
        in repr(said)
    )
    assert "What is corrected stands in a new version" in repr(said)
    (address,) = re.findall(r'href="([^"]*)"', said.html)
    assert (
        unquote(address)
        == "mailto:s@example.org?subject=Ringparken/Schackenborgvænge, plan year 2019 (Figures 2)"
    )


def test_where_the_plan_names_nobody_the_municipality_is_written_to(reviewed):
    said = objection(real(reviewed), "final")
    assert "Write to Slagelse Kommune and name" in repr(said) and "final evaluation" in repr(said)
    assert "href" not in said.html


def test_nobody_is_to_write_about_made_up_figures(reviewed):
    said = objection(reviewed.report("en"), "2019")
    assert "In a real report it says here whom to write to." in repr(
        said
    ) and "Kompetencecentret" not in repr(said)


@pytest.mark.parametrize("mail", ["nobody", "a b@example.org", "a@example.org?cc=all@example.org", "a@b@c"])
def test_an_address_that_is_none_is_refused(mail):
    with pytest.raises(ValidationError):
        Objections(to={"da": "x", "en": "x"}, mail=mail)
