"""Figures are matplotlib's, drawn from published rows alone, look the same everywhere, and hold nothing that is hidden."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit import figures
from evalkit.errors import WrongParameter
from evalkit.figures import change_charts, draw, glyphs, labels, lines, small_multiples
from evalkit.figures.chart import Chart
from evalkit.figures.draw import Numbers
from evalkit.figures.labels import TextLine, beside, spread
from evalkit.figures.lines import Line, line, target_path
from evalkit.figures.style import TOKENS, text_width
from evalkit.report import Report
from evalkit.terms import Verdict
from rows import changed, plan, report, rows

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")
MADE: dict[str, Callable[[Any], Chart]] = {
    "trend": lambda one: figures.trend(one, "haervaerk"),
    "goals": figures.goals,
    "multiples": lambda one: figures.multiples(one, "tryghed"),
    "forest": lambda one: figures.forest(one, "haervaerk"),
}


def trend(one: Any = None, indicator: str = "haervaerk") -> Chart:
    return figures.trend(one or report(), indicator)


def svgs(chart: Chart) -> list[str]:
    return re.findall(r"<svg.*?</svg>", chart.picture, re.S)


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def drawn(chart: Chart, color: str) -> list[Any]:
    """The lines of the first Axes that are drawn through in a colour."""
    return [one for one in chart.axes[0].lines if one.get_color() == color and one.get_linestyle() != "None"]


def own_line(chart: Chart) -> list[tuple[float, float]]:
    """Places of the area's own line, NaN where it is interrupted."""
    found = [one for one in drawn(chart, TOKENS["accent"]) if one.get_linewidth() > 2]
    return [(float(x), float(y)) for x, y in found[0].get_xydata()]


# ---- a Chart is an analyst's --------------------------------------------------------------------


def test_what_a_cell_does_to_the_axes_is_in_the_figure_that_it_shows():
    chart = trend()
    assert isinstance(chart.figure, Figure)
    assert isinstance(chart.ax, Axes)
    assert chart.axes == [chart.ax]
    chart.ax.axhline(30, color="#123456")
    chart.ax.text(2015, 31, "min grænse")
    html = chart._repr_mimebundle_()["text/html"]
    assert "stroke: #123456" in html
    assert "min grænse" in texts(html)


def test_title_description_and_remarks_may_be_set_and_are_text():
    chart = trend()
    chart.title, chart.alt, chart.remarks = "En <b> & to", 'Faldt "meget"', "Kilde & <mig>"
    assert "<h3>En &lt;b&gt; &amp; to</h3>" in chart.html
    assert len(svgs(chart)) == 2
    for svg in svgs(chart):
        assert 'role="img"' in svg
        assert ">En &lt;b&gt; &amp; to</title>" in svg
        assert "Faldt &quot;meget&quot; Opdigtede tal.</desc>" in svg
    assert "Kilde &amp; &lt;mig&gt;</p>" in chart.html
    assert repr(chart) == "Figure: En <b> & to"


def test_its_data_are_the_rows_in_the_units_of_the_axis():
    data = trend(indicator="tryghed").data
    told = rows().loc["tryghed.ringparken.2019"]
    assert data.loc["tryghed.ringparken.2019", "value"] == pytest.approx(told["value"] * 100)
    assert data.loc["tryghed.ringparken.2019", ["lower", "upper"]].tolist() == pytest.approx(
        [told["lower"] * 100, told["upper"] * 100]
    )
    assert set(data["area"]) == {"ringparken", "matched"}
    assert trend().data["target"].dropna().tolist() == pytest.approx([28.8, 28.8 * 0.85, 28.8 * 0.85**2])


def test_a_figure_of_several_names_its_axes_by_area():
    chart = figures.multiples(report(), "tryghed")
    assert list(chart.axes_dict) == ["plan", *plan().areas]
    assert len(chart.figures) == 5
    with pytest.raises(AttributeError, match=r"5 axes: take \.axes, or \.axes_dict.*motalavej"):
        _ = chart.ax
    chart.axes_dict["motalavej"].axhline(70, color="#123456")
    assert [("#123456" in svg) for svg in svgs(chart)] == [False, False, False, True, False]


def test_with_many_areas_a_page_shows_the_plan_and_its_own_area_before_all_the_others(monkeypatch):
    thin = lines_behind(figures.multiples(report("sydbyen"), "tryghed").axes_dict["sydbyen"])
    monkeypatch.setattr(small_multiples, "MOST_AREAS", 3)
    chart = figures.multiples(report("sydbyen"), "tryghed")
    assert list(chart.axes_dict) == ["plan", "sydbyen"]
    assert lines_behind(chart.axes_dict["sydbyen"]) == thin
    assert "Hvert område har en figur som denne på sin egen side." in chart.about
    monkeypatch.setattr(change_charts, "MOST_AREAS", 3)
    forest = figures.forest(report(area="plan"), "haervaerk")
    assert [row.split(".")[1] for row in forest.rows] == ["plan"]
    assert "Hvert områdes forskel står på dets egen side." in forest.about
    monkeypatch.setattr(small_multiples, "MOST_AREAS", 4)
    assert len(figures.multiples(report("sydbyen"), "tryghed").axes_dict) == 5


def lines_behind(ax: Axes) -> list[list[float]]:
    """The thin line of the others, as it is drawn."""
    return np.nan_to_num(ax.lines[0].get_xydata()).tolist()


def test_wide_and_narrow_go_on_the_page_until_somebody_draws_then_one_that_scrolls():
    untouched, touched = trend(), trend()
    wide, narrow = svgs(untouched)
    assert 'class="fig bred"' in wide and " display=" not in wide.split(">")[0]
    assert 'class="fig smal"' in narrow and ' display="none"' in narrow.split(">")[0]
    touched.ax.axhline(30)
    assert len(svgs(touched)) == 1
    assert '<div class="scroll" tabindex="0" role="group" aria-label="' in touched.picture
    assert 'class="fig own"' in touched.picture


@pytest.mark.parametrize(
    "change",
    [
        lambda ax: ax.set_ylim(0, 40),
        lambda ax: ax.set_ylabel("Anmeldelser"),
        lambda ax: ax.lines[0].set_color("#123456"),
        lambda ax: ax.texts[0].set_text("en anden"),
    ],
    ids=["limits", "label", "colour", "text"],
)
def test_a_change_counts_as_drawing_and_stays(change):
    chart = trend()
    change(chart.ax)
    first = chart.picture
    assert 'class="fig own"' in first
    assert chart.picture == first


def test_a_figure_stays_changed_when_it_was_saved_or_shown_in_between(tmp_path):
    chart = trend()
    chart.ax.axhline(30, color="#123456")
    chart.figure.savefig(tmp_path / "figure.png")
    assert 'class="fig own"' in chart.picture
    shown = trend()
    before = shown.picture
    assert shown.picture == before
    shown.ax.axhline(30, color="#123456")
    assert "#123456" in shown.picture
    assert len(svgs(shown)) == 1


@pytest.mark.parametrize(
    "take_away",
    [
        lambda chart, ax: ax.texts[0].remove(),
        lambda chart, ax: ax.cla(),
        lambda chart, ax: ax.figure.clear(),
        lambda chart, ax: chart.ax.texts[0].remove(),
    ],
)
def test_what_is_taken_away_after_it_was_shown_stays_away(take_away):
    chart = trend()
    ax = chart.ax
    whole = chart.picture
    take_away(chart, ax)
    first = chart.picture
    assert len(svgs(chart)) == 1
    assert len(texts(first)) < len(texts(whole))
    assert chart.picture == first


def test_a_note_beside_the_last_point_is_inside_the_picture():
    chart = trend()
    chart.ax.annotate("langt ude til højre", (2021.4, 30), xytext=(2024, 30))
    left, _, width, _ = map(float, re.search(r'viewBox="([^"]*)"', chart.picture)[1].split())
    x = float(re.search(r'<text x="([\d.]+)"[^>]*>langt ude', chart.picture)[1])
    assert x + text_width("langt ude til højre", 10) <= left + width


def test_what_an_axis_no_longer_holds_is_cut_off():
    chart = trend()
    own, bar = drawn(chart, TOKENS["accent"])
    assert not own.get_clip_on()
    chart.ax.set_ylim(20, 25)
    _ = chart.picture
    assert own.get_clip_on()
    assert not bar.get_clip_on()  # the plan's period stands below the plot


# ---- what is drawn ------------------------------------------------------------------------------


def test_the_lines_stand_where_the_rows_say():
    chart, table = trend(indicator="tryghed"), rows()
    years = range(2014, 2020)
    assert own_line(chart) == [
        (year, pytest.approx(table.loc[f"tryghed.ringparken.{year}", "value"] * 100)) for year in years
    ]
    beside_it = drawn(chart, TOKENS["comp"])[0]
    assert beside_it.get_ydata() == pytest.approx(
        [table.loc[f"tryghed.matched.{year}", "value"] * 100 for year in years]
    )
    band = chart.ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(
        max(table.loc[f"tryghed.ringparken.{y}", "upper"] for y in years) * 100
    )
    assert band[:, 1].min() == pytest.approx(
        min(table.loc[f"tryghed.ringparken.{y}", "lower"] for y in years) * 100
    )


def test_the_baseline_and_the_path_run_from_the_baseline_year():
    ink = drawn(trend(), TOKENS["ink"])
    baseline, path = ink
    assert baseline.get_ydata() == pytest.approx([28.8, 28.8])
    assert baseline.get_xdata()[0] == 2017
    assert path.get_xdata().tolist() == [2017, 2018, 2019, 2020, 2021]
    assert path.get_ydata() == pytest.approx([28.8 * 0.85**t for t in range(5)])


def test_the_reports_year_is_a_disc_and_bold_the_others_are_rings():
    chart = trend()
    marks = [one for one in chart.ax.lines if one.get_marker() == "o"]
    rings, disc = marks
    assert list(rings.get_xdata()) == [2014, 2015, 2016, 2017, 2018]
    assert (disc.get_xdata()[0], disc.get_ydata()[0]) == (2019, pytest.approx(20.4))
    bold = [label.get_text() for label in chart.ax.get_xticklabels() if label.get_fontweight() == "bold"]
    assert bold == ["2019"]


@pytest.mark.parametrize(("indicator", "last"), [("tryghed", 2019), ("haervaerk", 2021)])
def test_the_plot_ends_with_the_reports_year_or_with_the_target_path(indicator, last):
    assert trend(indicator=indicator).ax.get_xlim() == (2013.5, last + 0.5)


def test_the_values_drawn_are_the_rows_rounded():
    found = texts(svgs(trend())[0])
    assert "20,4" in found  # the area, 2019
    assert any(text.startswith("8,9") for text in found)  # the rest of the municipality
    assert "28,8 i 2017" in found


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_report_shows_no_year_after_its_own(made):
    later = changed(rows(), "haervaerk.ringparken.2020", value=33.0)
    assert made(report(year=2019)).html == made(report(year=2019, table=later)).html


def test_a_missing_year_is_a_gap_in_line_and_band():
    broken = changed(rows(), "haervaerk.ringparken.2016", shown="missing")
    places = own_line(trend(report(table=broken)))
    assert np.isnan(places).any(axis=1).tolist() == [False, False, True, False, False, False]
    assert len(list(line(report(table=broken), "haervaerk", "ringparken").runs())) == 2
    assert len(trend(report(table=broken)).ax.collections[0].get_paths()) == 2


def test_a_lone_year_is_a_short_stroke_and_not_nothing():
    table = rows()
    for year in (2014, 2015, 2016, 2018, 2019):
        table = changed(table, f"haervaerk.ringparken.{year}", shown="missing")
    (start, level), (end, same) = own_line(trend(report(table=table)))
    assert start < 2017 < end
    assert level == same == pytest.approx(28.8)


def test_a_lone_year_of_the_comparator_is_one_square():
    table = rows()
    for year in (2014, 2015, 2016, 2017, 2019):
        table = changed(table, f"haervaerk.rest.{year}", shown="missing")
    (squares,) = [one for one in trend(report(table=table)).ax.lines if one.get_marker() == "s"]
    assert squares.get_xydata().tolist() == [[2018, pytest.approx(9.4)]]


def test_a_broken_series_is_not_joined_and_says_so():
    table = rows()
    for year in (2018, 2019):
        table = changed(table, f"haervaerk.ringparken.{year}", series_break="yes")
    chart = trend(report(table=table))
    assert np.isnan(own_line(chart)).any(axis=1).sum() == 1
    assert line(report(table=table), "haervaerk", "ringparken").breaks() == [2017.5]
    assert "brud" in texts(svgs(chart)[0])


def test_with_nothing_to_show_the_picture_says_so():
    table = rows()
    for year in range(2014, 2022):
        table = changed(table, f"haervaerk.ringparken.{year}", shown="missing")
    assert all("Ingen tal at vise" in texts(svg) for svg in svgs(trend(report(table=table))))


@pytest.mark.parametrize("indicator", GOALS)
def test_the_axis_is_the_same_in_every_area_and_holds_every_interval(indicator):
    table = changed(rows(), f"{indicator}.motalavej.2016", upper=0.999 if indicator != "haervaerk" else 93.0)
    charts = [trend(report(area, 2021, table=table), indicator) for area in plan().areas]
    assert len({chart.ax.get_ylim() for chart in charts}) == 1
    low, high = charts[0].ax.get_ylim()
    for area in (*plan().areas, "plan"):
        one = line(report(year=2021, table=table), indicator, area)
        assert np.nanmin(one.lower) >= low
        assert np.nanmax(one.upper) <= high


def test_the_axis_is_the_one_from_params_when_everything_fits():
    assert lines.axis_range(report(), "tryghed") == (30, 90)


def test_the_target_path_runs_to_the_end_of_the_plan_though_the_rows_stop():
    table = rows()
    path = target_path(report(table=table[table.year <= 2019]), "haervaerk", "ringparken")
    assert path.index.tolist() == [2017, 2018, 2019, 2020, 2021]
    assert path.tolist() == pytest.approx([28.8 * 0.85**t for t in range(5)])


def test_a_goal_without_a_number_has_no_path():
    assert target_path(report(), "tryghed", "ringparken").empty


@pytest.mark.parametrize(
    ("verdict", "colour", "marker"),
    [("improved", "accent", "o"), ("worsened", "bad", "D"), ("cannot_tell", "ink", "o")],
)
def test_the_overview_gives_each_verdict_its_colour_and_shape(verdict, colour, marker):
    table = changed(rows(), "uddannelse.ringparken.2019", verdict=verdict)
    for goal in ("tryghed", "haervaerk", "forsoergelse"):
        table = changed(table, f"{goal}.ringparken.2019", shown="missing")
    chart = figures.goals(report(table=table))
    (mark,) = [one for one in chart.axes_dict["points"].lines if one.get_marker() in "oD<>"]
    assert (mark.get_marker(), mark.get_markeredgecolor()) == (marker, TOKENS[colour])
    assert mark.get_xdata()[0] == pytest.approx(rows().loc["uddannelse.ringparken.2019", "change"] * 100)


@pytest.mark.parametrize(("year", "asked"), [(2019, 0.85**2), (2020, 0.85**3), (2021, 0.85**4)])
def test_the_overviews_dash_is_the_change_planned_since_the_baseline(plan, evaluation, year, asked):
    one = Report(plan, evaluation.rows, evaluation.facts, "plan", year)
    told = evaluation.rows.loc[f"haervaerk.plan.{year}"]
    assert (told["judged_on"] == "trend") is (year > 2019)  # where the verdict is on a year's change
    chart = figures.goals(one)
    (dash,) = [line for line in chart.axes_dict["relative"].lines if line.get_linestyle() == "--"]
    expected = 100 * (told["target"] / told["baseline_value"] - 1)
    assert expected == pytest.approx(100 * (asked - 1))
    assert list(dash.get_xdata()) == pytest.approx([expected, expected])
    assert chart.data.loc[f"haervaerk.plan.{year}", "planned"] == pytest.approx(expected)
    assert ("Dommen hviler på tendensen: Hærværk." in chart.html) is (year > 2019)


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow_there():
    table = changed(rows(), "haervaerk.ringparken.2019", change_upper=3.0)
    ax = figures.goals(report(table=table)).axes_dict["relative"]
    (arrow,) = [one for one in ax.lines if one.get_marker() == ">"]
    assert arrow.get_xdata()[0] == ax.get_xlim()[1] == 100


def test_the_areas_differences_stand_in_rows_from_the_plan_down():
    ax = figures.forest(report(), "haervaerk").ax
    marks = [one for one in ax.lines if one.get_marker() in "oD"]
    expected = [rows().loc[f"haervaerk.{area}.2019", "effect"] * 100 for area in ("plan", *plan().areas)]
    assert [float(one.get_xdata()[0]) for one in marks] == pytest.approx(expected)
    assert [one.get_ydata()[0] for one in marks] == [0, 1, 2, 3, 4]


def test_the_gap_axis_is_the_same_whatever_area_is_shown():
    first, second = (
        small_multiples.gap_range(report(area), "gab_tryghed") for area in ("sydbyen", "motalavej")
    )
    assert first == second


@pytest.mark.parametrize(("year", "written"), [(2018, {"2017", "2018"}), (2021, {"2017", "2021"})])
def test_the_gaps_years_are_the_baseline_and_the_reports_own(year, written):
    words = texts(svgs(figures.gap(report(year=year)))[0])
    assert {word for word in words if word.isdecimal()} == written


# ---- nothing hidden -----------------------------------------------------------------------------


def numbers_in(chart: Chart) -> Any:
    """Every number that a Chart hands to a cell: of its table, and of every Artist of its figures."""
    artists = [one for figure in chart.figures for one in figure.findobj()]
    found = [chart.data.select_dtypes("number"), *itertools.chain.from_iterable(map(_coordinates, artists))]
    return np.concatenate([np.asarray(numbers, float).ravel() for numbers in found])


def _coordinates(artist: Artist) -> Iterator[Any]:
    if hasattr(artist, "get_xydata"):
        yield artist.get_xydata()
    if hasattr(artist, "get_paths"):
        yield from (path.vertices for path in artist.get_paths())
    if hasattr(artist, "get_offsets"):
        yield artist.get_offsets()
    if hasattr(artist, "get_path") and hasattr(artist, "get_patch_transform"):
        yield artist.get_patch_transform().transform_path(artist.get_path()).vertices
    if hasattr(artist, "get_unitless_position"):
        yield artist.get_unitless_position()


def all_charts(one: Any) -> list[Chart]:
    """Every figure of a report's notebooks; those that are the same in each report of a year stand with the plan's."""
    from evalkit.chapters import moves, municipalities

    made = [figures.gap(one), figures.goals(one), *(figures.trend(one, goal) for goal in GOALS)]
    made.append(figures.spine(one))
    if one.area == "plan":
        made += [
            figures.event_study(one),
            moves.figure(one),
            municipalities.figure(one),
            figures.official(one),
        ]
        made += [of(one, goal) for goal in GOALS for of in (figures.forest, figures.multiples)]
    return [chart for chart in made if isinstance(chart, Chart)]


WITHHELD = ["value", "lower", "upper", "change", "change_lower", "change_upper"]
WITHHELD += ["effect", "effect_lower", "effect_upper", "event", "event_lower", "event_upper"]


def distinct(numbers: Any) -> Any:
    """The numbers that can be told from a place on an axis, which is one of 0.05, 0.1 and so on."""
    numbers = np.unique(np.asarray(numbers, float))
    numbers = numbers[np.isfinite(numbers)]
    return numbers[abs(numbers * 20 - (numbers * 20).round()) > 1e-6]


def common(some: Any, others: Any) -> list[float]:
    """Those of the numbers that the others hold as well."""
    others = np.sort(distinct(others))
    at = np.clip(np.searchsorted(others, some), 1, len(others) - 1)
    near = np.minimum(abs(others[at] - some), abs(others[at - 1] - some))
    return [float(number) for number in np.asarray(some)[near <= 1e-9 * np.maximum(1, abs(some))]]


@pytest.fixture(scope="module")
def hiding(plan, demo, evaluation):
    """Reports of a world with many hidden cells, and every estimate that they withhold and an open world shows."""
    from evalkit.evaluate.evaluation import evaluate
    from evalkit.report import Report, visible

    policy = plan.policy.model_copy(update={"threshold": 60, "smallest_group": 200})
    strict = plan.model_copy(update={"policy": policy})
    evaluated = evaluate(strict, demo)
    shown, true = evaluated.rows, evaluation.rows.loc[evaluated.rows.index]
    withheld = true[WITHHELD].astype(float).where(shown[WITHHELD].isna())
    public = shown.select_dtypes("number").to_numpy(float)
    secret = distinct(np.concatenate([withheld.to_numpy(), withheld.to_numpy() * 100]))
    secret = np.setdiff1d(secret, common(secret, np.concatenate([public, public * 100])))
    made = [
        Report(strict, visible(shown, strict, area, year), evaluated.facts, area, year)
        for area in (*strict.areas, "plan")
        for year in strict.years
    ]
    return made, secret


def test_no_frame_chart_or_artist_of_any_report_holds_a_hidden_value(hiding):
    made, secret = hiding
    assert len(secret) > 1000
    for one in made:
        frames = [one.rows, *map(one.series, GOALS)]
        seen = [frame.select_dtypes("number").to_numpy(float).ravel() for frame in frames]
        seen += map(numbers_in, all_charts(one))
        assert common(secret, np.concatenate(seen)) == [], (one.area, one.year)


def test_the_walk_through_a_chart_finds_what_is_shown():
    found = [*numbers_in(trend())]
    assert any(number == pytest.approx(20.4) for number in found)
    assert any(number == pytest.approx(rows().loc["haervaerk.ringparken.2019", "upper"]) for number in found)


@given(st.floats(0, 200), st.floats(0, 200))
@settings(max_examples=5)
def test_no_figure_depends_on_a_value_left_in_a_hidden_row(value, other):
    def hidden(level: float) -> str:
        table = changed(rows(), "haervaerk.ringparken.2019", shown="suppressed")
        one = report(table=changed(table, "haervaerk.ringparken.2019", value=level, lower=level, upper=level))
        chart = trend(one)
        return chart.picture + chart.data.to_csv() + figures.sparkline(one, "haervaerk")

    assert hidden(value) == hidden(other)


def test_a_hidden_year_is_a_square_at_the_last_level_shown():
    one = report(year=2021, table=changed(rows(), "haervaerk.ringparken.2020", shown="suppressed"))
    assert line(one, "haervaerk", "ringparken").hidden() == [(2020, pytest.approx(20.4))]
    (square,) = [
        mark for mark in trend(one).ax.lines if mark.get_marker() == "s" and mark.get_linestyle() == "None"
    ]
    assert (square.get_xdata()[0], square.get_ydata()[0]) == (2020, pytest.approx(20.4))
    assert all("skjult" in texts(svg) for svg in svgs(trend(one)))


def test_a_word_for_hidden_stands_once_for_years_in_a_row():
    table = rows()
    for year in (2018, 2019, 2020):
        table = changed(table, f"haervaerk.ringparken.{year}", shown="suppressed")
    own = line(report(year=2021, table=table), "haervaerk", "ringparken")
    assert own.hidden_words() == [(2019.0, pytest.approx(28.8))]


# ---- on the page --------------------------------------------------------------------------------


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_every_colour_of_the_house_is_a_token_of_the_page(made):
    svg = made(report()).picture
    assert not re.findall(
        r"#[0-9a-fA-F]{3,6}", re.sub(r"var\(--fig-[a-z-]+, #[0-9a-f]{6}\)", "", svg).replace('href="#m', "")
    )
    named = set(re.findall(r"var\(--fig-([a-z-]+), (#[0-9a-f]{6})\)", svg))
    assert named
    assert all(TOKENS[name] == colour for name, colour in named)


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_the_same_rows_give_the_same_bytes_whatever_an_analyst_has_set(made):
    import seaborn as sns

    before = made(report()).html
    with mpl.rc_context():
        sns.set_theme(style="darkgrid", font_scale=2)
        with plt.style.context("dark_background"):
            assert made(report()).html == before
    assert made(report()).html == before


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_the_analysts_own_settings_are_left_alone(made):
    before = dict(mpl.rcParams)
    _ = made(report()).html
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_two_figures_on_a_page_share_no_id():
    one, other = (set(re.findall(r'id="([^"]+)"', trend(indicator=name).html)) for name in GOALS[:2])
    assert one
    assert other
    assert not one & other


def test_words_in_a_figure_are_text_in_the_pages_own_type():
    picture = trend().picture
    assert "Ringparken/Schackenborgvænge" in texts(picture)
    assert "DejaVu" not in picture
    assert "font-family" not in picture


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_made_up_figures_are_marked_inside_every_drawing_and_in_its_description(made):
    found = svgs(made(report()))
    assert found
    for svg in found:
        assert re.search(r'class="tag"[^>]*>(Opdigtet|opdigtet)</text>', svg)
        assert "Opdigtede tal.</desc>" in svg


def test_who_takes_the_mark_away_gets_it_back():
    chart = trend()
    for text in list(chart.figure.texts):
        text.remove()
    assert 'class="tag"' in chart.picture


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_real_figures_carry_no_mark_of_made_up_ones(made):
    assert "pdigtet" not in made(report(synthetic=False)).html


def test_the_figure_has_title_table_and_rows():
    html = trend().html
    assert html.index("<figcaption><h3>") < html.index("<svg") < html.index("<details")
    assert (
        trend().rows[0] == "haervaerk.ringparken.2014"
        and 'data-row="haervaerk.ringparken.2014.value"' in html
    )


def test_names_from_data_are_text_whatever_they_hold():
    class Hostile(type(report())):
        @property
        def events(self):
            table = super().events
            table["label_da"] = 'Sum $x_1$ & <script>"'
            return table

    one = report(year=2021)
    one.__class__ = Hostile
    picture = trend(one).picture
    assert "<script" not in picture
    assert "$x_1$ &amp; &lt;" in picture


def test_a_figure_without_description_says_so_and_can_be_found():
    chart = trend()
    assert "data-missing" not in chart.html
    chart.alt = ""
    assert '<figure data-missing="alt">' in chart.html
    assert '<p class="missing">Beskrivelse mangler:' in chart.html
    assert "Beskrivelse mangler:" in svgs(chart)[0]


# ---- events -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2020, 3, 11), 2019.94),
        (dt.date(2017, 10, 1), 2017.5),
        (dt.date(2018, 9, 30), 2018.497),
        (dt.date(2018, 10, 1), 2018.5),
    ],
)
def test_a_plan_year_spans_half_a_year_to_either_side_of_its_mark(day, year):
    assert lines.decimal_year(day, plan()) == pytest.approx(year, abs=0.005)


def test_the_events_are_those_that_concern_the_area_and_began_by_the_last_year():
    def names(area: str, last: int = 2021) -> str:
        return " ".join(one.name for one in draw.events_of(report(area, synthetic=False), last))

    assert "Renovering og nedrivning" in names("motalavej")
    assert "Renovering og nedrivning" not in names("sydbyen")
    assert "Renovering og nedrivning" in names("plan")
    assert "COVID-19" in names("sydbyen")
    assert "COVID-19" in names(
        "sydbyen", 2020
    )  # from March: within the plan year 2020, which ends in September
    assert "COVID-19" not in names("sydbyen", 2019)
    assert max(one.end for one in draw.events_of(report("plan"), 2019)) == 2019.5
    assert draw.events_of(report("plan"), 2019, axis=2021)[0].end == pytest.approx(2021.5, abs=0.01)


def test_a_dated_event_of_the_parameters_is_marked_and_named_under_the_figure():
    texts = ["2019-05-01 Ny legeplads", "uden dato", "2022-01-01: senere"]
    mine = report("ringparken", 2019, chosen_events=texts)
    (found,) = (one for one in draw.events_of(mine, 2019) if one.kind == "incident")
    assert found.name == "Ny legeplads" and found.when == "1. maj 2019"
    assert found.start == pytest.approx(2019 - 0.5 + 212 / 365, abs=0.001)  # 1 October to 1 May
    assert "Ny legeplads (1. maj 2019)" in figures.trend(mine, "haervaerk").html
    with pytest.raises(WrongParameter, match="'2019-13-01 Fest' begins with a date that no calendar has"):
        draw.events_of(report(chosen_events=["2019-13-01 Fest"]), 2019)


@pytest.mark.parametrize("area", ["plan", *plan().areas])
def test_beside_made_up_figures_no_event_of_a_real_area_is_shown(area):
    assert {one.name for one in draw.events_of(report(area), 2021)} == {"Planens periode", "COVID-19"}


# ---- for an Axes of one's own -------------------------------------------------------------------


def test_the_parts_draw_published_rows_into_any_axes():
    fig, (ax, other) = plt.subplots(1, 2)
    table = rows()[lambda one: (one.indicator == "tryghed") & (one.area == "ringparken")]
    draw.band(ax, table)
    draw.series(ax, table, 2019)
    draw.comparator(other, table)
    draw.target_path(other, pd.Series({2017: 60.0, 2018: 62.0}))
    labels.end_labels(ax, 2021, [labels.Label(72.8, [labels.TextLine("Ringparken")])])
    draw.events(other, draw.events_of(report(), 2021))
    assert ax.lines[0].get_ydata() == pytest.approx(table["value"].to_numpy() * 100)
    assert other.lines[0].get_ydata() == pytest.approx(table["value"].to_numpy() * 100)
    assert ax.texts[0].get_text() == "Ringparken"
    assert "Planens periode" in [text.get_text() for text in other.texts]
    plt.close(fig)


def test_the_theme_works_with_matplotlib_and_seaborn_and_ends_with_its_block():
    import seaborn as sns

    before = dict(mpl.rcParams)
    with figures.theme():
        ax = sns.lineplot(x=[1, 2], y=[3, 4])
        assert ax.lines[0].get_color() == TOKENS["accent"]
        assert not ax.spines["left"].get_visible()
    assert dict(mpl.rcParams) == before
    with mpl.rc_context():
        plt.style.use(figures.HOUSE)
        assert mpl.rcParams["svg.fonttype"] == "none"
    plt.close("all")


# ---- show: a figure of one's own ----------------------------------------------------------------


@pytest.fixture
def loaded():
    """A report that was loaded last, Danish and synthetic."""
    from evalkit import report as module

    before = list(module._LATEST)
    module._LATEST[:] = [report()]
    yield module._LATEST
    module._LATEST[:] = before
    plt.close("all")


def plot(points: int = 5, marker: str = "") -> Axes:
    _, ax = plt.subplots()
    ax.plot(np.linspace(0.5, 2.5, points), np.linspace(1000, 2500.5, points), marker=marker or None)
    return ax


def test_ones_own_figure_gets_frame_mark_numbers_and_the_pages_colours(loaded):
    chart = figures.show(plot(), title="Min figur", alt="En linje, der stiger.", source="Egne tal & mere")
    assert "<h3>Min figur</h3>" in chart.html
    assert "En linje, der stiger. Opdigtede tal.</desc>" in chart.html
    assert "Kilde: Egne tal &amp; mere" in chart.html
    (svg,) = svgs(chart)
    assert 'class="tag"' in svg
    assert {"0,50", "1.000"} <= set(texts(svg))
    assert not re.search("#000000|#ffffff", re.sub(r"var\([^)]*\)", "", svg))
    assert "var(--fig-ink" in svg


@pytest.mark.parametrize(
    "give", [lambda ax: ax, lambda ax: ax.figure, lambda ax: np.array([[ax]]), lambda ax: [ax]]
)
def test_it_takes_figure_axes_and_arrays_of_axes(give, loaded):
    assert "<svg" in figures.show(give(plot()), title="T", alt="A").html


def test_a_seaborn_grid_and_a_pandas_plot_are_figures(loaded):
    import seaborn as sns

    table = pd.DataFrame({"a": [1, 2, 3, 4], "b": list("xyxy")})
    grid = sns.FacetGrid(table, col="b").map(plt.plot, "a")
    assert len(re.findall("<svg", figures.show(grid, title="T", alt="A").html)) == 1
    assert "<svg" in figures.show(table.plot(subplots=True), title="T", alt="A").html


def test_one_of_another_figures_axes_shows_that_figure(loaded):
    first, second = plot(), plot()
    second.set_title("den anden")
    assert "den anden" in figures.show(second, title="T", alt="A").html
    assert "den anden" not in figures.show(first, title="T", alt="A").html


def test_a_closed_figure_is_shown_and_a_shown_one_is_closed(loaded):
    ax = plot()
    plt.close(ax.figure)
    assert "<svg" in figures.show(ax, title="T", alt="A").html
    ax = plot()
    assert plt.get_fignums()
    _ = figures.show(ax, title="T", alt="A").html
    assert plt.get_fignums() == []


def test_the_same_figure_gives_the_same_bytes(loaded):
    one, other = (figures.show(plot(), title="T", alt="A") for _ in range(2))
    assert one.html == other.html == one.html


DENSE: dict[str, Callable[[Axes, Any, Any], Artist]] = {
    "markers": lambda ax, x, y: ax.plot(x, y, "o")[0],
    "scatter": lambda ax, x, y: ax.scatter(x, y),
    "bars": lambda ax, x, y: ax.bar(x[:2500], y[:2500])[0],  # matplotlib takes seconds for more
    "strokes": lambda ax, x, y: ax.vlines(x, 0, y),
    "mesh": lambda ax, x, y: ax.pcolormesh(x.reshape(100, 100)),
}


@pytest.mark.parametrize("draw_in", DENSE.values(), ids=DENSE)
def test_thousands_of_points_become_a_picture_inside_the_drawing(draw_in, loaded):
    _, ax = plt.subplots()
    mark = draw_in(ax, *np.random.default_rng(3).normal(size=(2, 10_000)))
    html = figures.show(ax, title="T", alt="A").html
    assert html.count('href="data:image/png;base64,') == 1
    assert len(html) < 250_000
    assert not mark.get_rasterized()


def test_a_long_line_stays_a_line(loaded):
    html = figures.show(plot(points=10_000), title="T", alt="A").html
    assert "data:image" not in html
    assert len(html) < 20_000


@pytest.mark.parametrize("nothing", ["figure", "axes", "cleared"])
def test_an_empty_figure_is_refused_with_the_reason(nothing, loaded):
    ax = plot()
    ax.figure.clf() if nothing == "figure" else ax.cla() if nothing == "axes" else ax.figure.clear()
    with pytest.raises(figures.chart.NoFigure, match=r"is empty.*plt\.gcf\(\)"):
        figures.show(ax if nothing == "axes" else plt.gcf(), title="T", alt="A")


@pytest.mark.parametrize("wrong", [None, "figur.png", 3, [], {}, pd.DataFrame({"a": [1]})])
def test_what_is_no_figure_is_refused_with_what_to_type(wrong, loaded):
    with pytest.raises(
        figures.chart.NoFigure, match=r"takes one matplotlib figure or its Axes, not .*show ax"
    ):
        figures.show(wrong, title="T", alt="A")


def test_axes_of_two_figures_and_axes_of_none_are_refused_with_what_they_are(loaded):
    first, second = (plt.subplots()[1] for _ in "ab")
    for ax in (first, second):
        ax.plot([1, 2])
    with pytest.raises(figures.chart.NoFigure, match="belong to several figures"):
        figures.show([first, second], title="T", alt="A")
    first.remove()
    with pytest.raises(figures.chart.NoFigure, match="not Axes that was removed from its figure"):
        figures.show(first, title="T", alt="A")


def test_a_figure_without_a_title_is_refused(loaded):
    with pytest.raises(figures.chart.NoFigure, match='title="…"'):
        figures.show(plot(), title=" ", alt="A")


def test_an_axes_that_was_removed_is_refused(loaded):
    ax = plot()
    ax.remove()
    with pytest.raises(figures.chart.NoFigure):
        figures.show(ax, title="T", alt="A")


def test_without_a_description_the_gap_is_on_the_page_and_never_an_empty_alt(loaded):
    html = figures.show(plot(), title="T").html
    assert '<figure data-missing="alt">' in html
    assert '<p class="missing">Beskrivelse mangler:' in html
    assert 'alt=""' not in html
    assert "<desc" in html and "></desc>" not in html


def test_whether_the_numbers_are_made_up_is_asked_when_no_report_tells(loaded):
    loaded.clear()
    with pytest.raises(figures.chart.NoFigure, match="synthetic=True or synthetic=False"):
        figures.show(plot(), title="T", alt="A")
    assert 'class="tag"' not in figures.show(plot(), title="T", alt="A", synthetic=False).html
    loaded[:] = [report(language="en", synthetic=False)]
    english = figures.show(plot(), title="T", alt="A").html
    assert "pdigtet" not in english
    assert "1,000" in texts(english)


def test_mathematics_rotated_words_and_signs_are_drawn(loaded):
    ax = plot()
    ax.set_title(r"$\hat p = x/n$")
    ax.set_xlabel("første\nanden <linje>")
    ax.tick_params(axis="x", rotation=45)
    (svg,) = svgs(figures.show(ax, title="T", alt="A"))
    assert "anden &lt;linje&gt;" in texts(svg)
    assert "rotate(-45" in svg
    assert "<tspan" in svg


@pytest.mark.parametrize(
    ("places", "written"),
    [
        ([2014, 2016, 2018], ["2014", "2016", "2018"]),
        ([0, 1000, 2000], ["0", "1.000", "2.000"]),
        ([0, 2.5, 5], ["0,0", "2,5", "5,0"]),
        ([0.25, 0.5], ["0,25", "0,50"]),
        ([-0.001, 0, 0.001], ["−0,001", "0,000", "0,001"]),
        ([0.1 + 0.2, 0.4], ["0,3", "0,4"]),
        ([7], ["7"]),
    ],
)
def test_numbers_of_an_axis_have_the_decimals_that_tell_them_apart(places, written):
    assert Numbers("da").format_ticks(places) == written


# ---- words beside lines -------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-50, 300), st.floats(8, 30)), min_size=1, max_size=6))
def test_labels_never_overlap_and_stay_inside_when_there_is_room(labels):
    wanted, heights = [w for w, _ in labels], [h for _, h in labels]
    centres = spread(wanted, heights, 0, 250)
    placed = sorted(zip(centres, heights, strict=True))
    for (a, ha), (b, hb) in itertools.pairwise(placed):
        assert b - a >= (ha + hb) / 2 - 1e-6
    assert all(h / 2 - 1e-6 <= c <= 250 - h / 2 + 1e-6 for c, h in placed)


def test_labels_that_do_not_touch_stay_where_they_are_wanted():
    assert spread([20, 100, 60], [12, 12, 12], 0, 200) == pytest.approx([20, 100, 60])


@given(st.text(max_size=400))
@settings(max_examples=50)
def test_a_name_never_runs_out_of_its_room(name):
    cut = TextLine(name).cut(80)
    assert len(cut.text) <= 3 or cut.width <= 80
    kept = TextLine(name).wrapped(80)
    assert len(kept) <= 2
    assert all(len(one.text) <= 3 or one.width <= 80 for one in kept)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("Ringparken/Schackenborg\u00advænge", ["Ringparken/", "Schackenborg-", "vænge"]),
        ("Schackenborg\u00advænge", ["Schackenborg-", "vænge"]),
        ("kort\u00advej", ["kortvej"]),
    ],
)
def test_a_name_breaks_at_its_soft_hyphen_which_shows_there_alone(name, broken):
    assert [one.text for one in TextLine(name).wrapped(75, most=3)] == broken


def test_a_value_stands_off_a_line_that_runs_on_through_it():
    _, ax = plt.subplots()
    ax.set(xlim=(2013.5, 2021.5), ylim=(0, 100))
    nothing = pd.Series(dtype=float)
    assert beside(ax, 2019, 50, 20, nothing) == 0
    assert abs(beside(ax, 2019, 50, 50, nothing)) > 9
    assert beside(ax, 2021, 50, 50, nothing) == 0  # where the axis ends nothing runs on
    plt.close("all")


# ---- marks in text ------------------------------------------------------------------------------


def test_a_sparkline_is_a_few_elements_without_any_axes(monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a sparkline makes no figure")

    monkeypatch.setattr(Figure, "__init__", refuse)
    svg = figures.sparkline(report(), "haervaerk")
    assert len(svg) < 1100
    assert 'aria-hidden="true"' in svg
    level = rows().loc["haervaerk.ringparken.2019", "value"]
    (x, y), (_, base) = (
        tuple(map(float, re.search(pattern, svg).groups()))
        for pattern in (r'<circle cx="(\d+)" cy="(\d+)"', r'<path d="M(\d+) (\d+)H')
    )
    assert x == round(4 + 2 / 4 * 152)  # 2019 is half-way from 2017 to 2021
    assert y - base == pytest.approx((28.8 - level) / 32 * 52, abs=1.1)  # 32 per 1,000 over 52 px


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021])
def test_the_years_of_a_sparkline_keep_clear_of_each_other(year):
    svg = figures.sparkline(report(year=year), "tryghed")
    places = []
    for at, anchor, rest, word in re.findall(
        r'<text x="(\d+)" y="\d+" text-anchor="(\w+)"([^>]*)>(\d+)<', svg
    ):
        width = text_width(word, 12, bold="600" in rest)
        start = float(at) - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        places.append((start, start + width))
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(sorted(places)))


def test_every_verdict_has_a_shape_of_its_own_and_its_family_an_outer_one():
    shapes = {verdict: glyphs.SHAPES[verdict] for verdict in Verdict}
    assert len(set(shapes.values())) == len(Verdict)
    solid = {verdict for verdict, shape in shapes.items() if 'r="9" fill="currentColor"' in shape}
    diamond = {verdict for verdict, shape in shapes.items() if "M10 .4" in shape}
    assert solid == {Verdict.REACHED, Verdict.ON_TRACK, Verdict.IMPROVED}
    assert diamond == {Verdict.OFF_TRACK, Verdict.WORSENED} == {v for v in Verdict if v.tone == "ill"}


def test_a_verdict_is_word_and_shape_and_its_word_is_text():
    html = glyphs.verdict("improved", "Bedret & <mere>")
    assert 'class="verdict good"' in html
    assert 'aria-hidden="true"' in html
    assert '<span class="w">Bedret &amp; &lt;mere&gt;</span>' in html


def test_published_rows_become_a_line_in_order_and_without_what_is_not_shown():
    table = changed(rows(), "tryghed.ringparken.2016", shown="suppressed")
    mine = table[(table.indicator == "tryghed") & (table.area == "ringparken")].sort_values(
        "year", ascending=False
    )
    own = Line.of(mine.assign(lower=0.5))
    assert own.year.tolist() == list(range(2014, 2022))
    assert np.isnan([own.value[2], own.lower[2], own.upper[2]]).all()
    assert own.at(2014) == pytest.approx(63.8)


@pytest.mark.parametrize(("level", "other"), [(41.2, 45.1), (45.1, 41.2), (44.0, 43.9)])
def test_a_value_moved_clear_of_lines_stays_on_its_side_of_the_other_value(level, other):
    with draw.canvas("") as (ax,):
        ax.set(xlim=(2013.5, 2021.5), ylim=(0, 100))
        points = labels.Points(ax)
        path = pd.Series({2018: 37.4, 2019: 31.8, 2020: 27.0, 2021: 22.9})
        shift = beside(ax, 2018, level, 44.0, path, other)
    moved, beyond = points.y(level) + shift, points.y(other)
    assert (moved > beyond) == (level > other)


def test_a_value_between_the_baseline_and_the_path_moves_below_both():
    with draw.canvas("") as (ax,):
        ax.set(xlim=(2013.5, 2021.5), ylim=(0, 100))
        points = labels.Points(ax)
        path = pd.Series({2018: 28.9, 2019: 24.6, 2020: 20.9, 2021: 17.8})
        shift = beside(ax, 2018, 27.1, 34.0, path)
        at = points.y(27.1) + shift
        assert all(abs(at - points.y(one)) > 9 for one in (34.0, np.interp(2018.2, path.index, path)))
