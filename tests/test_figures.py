"""Pictures are drawn from published rows alone, look the same everywhere, and give nothing away that is hidden."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit import figures
from evalkit.figures import event_band, gap_chart, glyphs, small_multiples, trend_chart
from evalkit.figures.drawing import Paper
from evalkit.figures.lines import Line, Point, line, target_path
from evalkit.figures.marks import draw_runs
from evalkit.figures.picture import shortened
from evalkit.figures.style import TOKENS
from evalkit.figures.svg import canvas, text_width
from evalkit.figures.text_labels import cut, spread, wrapped
from evalkit.terms import Shown, Verdict
from rows import changed, plan, report, rows

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")


def drawn(one, indicator: str = "haervaerk") -> str:
    """Both drawings of a trend; the words around it are tested elsewhere."""
    return "".join(trend_chart.drawings(one, indicator, "key", "Title", "Description"))


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def path_of_line(svg: str) -> list[str]:
    """The strokes of the area's own line in the wide drawing."""
    svg = svg.partition("</svg>")[0]
    return re.findall(
        r'<path d="([^"]*)" style="fill: none; stroke: var\(--fig-accent[^"]*stroke-width: 2.2', svg
    )


@pytest.mark.parametrize("indicator", GOALS)
def test_every_colour_is_a_token_of_the_page(indicator):
    svg = drawn(report(), indicator)
    assert not re.findall(
        r"#[0-9a-fA-F]{3,6}", re.sub(r"var\(--fig-[a-z-]+, #[0-9a-f]{6}\)", "", svg).replace('href="#m', "")
    )
    named = set(re.findall(r"var\(--fig-([a-z-]+), (#[0-9a-f]{6})\)", svg))
    assert named
    assert all(TOKENS[name] == colour for name, colour in named)


def test_the_same_rows_give_the_same_bytes():
    assert drawn(report()) == drawn(report())


def test_two_pictures_on_a_page_share_no_id():
    one, other = (
        set(re.findall(r'id="([^"]+)"', trend_chart.drawings(report(), name, name, "T", "D")[0]))
        for name in GOALS[:2]
    )
    assert one
    assert other
    assert not one & other


def test_words_in_a_picture_are_text_in_the_pages_own_type():
    svg = drawn(report())
    assert "Ringparken/Schackenborgvænge" in texts(svg)
    assert "DejaVu" not in svg
    assert "font-family" not in svg


@pytest.mark.parametrize(
    "draw",
    [
        lambda one: drawn(one),
        lambda one: figures.goals(one).html,
        lambda one: figures.multiples(one, "tryghed").html,
    ],
    ids=["trend", "goals", "multiples"],
)
def test_synthetic_data_are_marked_inside_every_drawing(draw):
    svgs = re.findall(r"<svg.*?</svg>", draw(report()), re.S)
    assert svgs
    for svg in svgs:
        assert re.search(r'class="tag"[^>]*>(Syntetiske data|syntetisk)</text>', svg)


def test_real_data_carry_no_synthetic_mark():
    assert "yntetisk" not in drawn(report(synthetic=False))


def test_the_values_drawn_are_the_rows_rounded():
    svg = drawn(report("ringparken", 2019))
    assert "20,4" in texts(svg)  # the area, 2019
    assert any(text.startswith("8,9") for text in texts(svg))  # the rest of the municipality
    assert "28,8 i 2017" in texts(svg)


def test_a_report_shows_no_year_after_its_own():
    assert drawn(report(year=2019)) == drawn(
        report(year=2019, table=changed(rows(), "haervaerk.ringparken.2020", value=33.0))
    )


def test_a_missing_year_is_a_gap_in_line_and_band():
    whole, broken = rows(), changed(rows(), "haervaerk.ringparken.2016", shown="missing")
    assert len(path_of_line(drawn(report(table=whole)))) == 1
    assert len(path_of_line(drawn(report(table=broken)))) == 2
    assert len(line(report(table=broken), "haervaerk", "ringparken").runs()) == 2


def test_a_lone_year_is_a_short_stroke_and_not_nothing():
    with canvas("key", (1, 1)) as sheet:
        paper = Paper(sheet, (0, 0, 0, 0), (2014, 2021), (0, 10))
        draw_runs(paper, Line((Point(2018, 5, 4, 6, Shown.VALUE, False),)), color=TOKENS["ink"])
        svg = sheet.inline("fig")
    start, end = map(float, re.search(r'd="M ([\d.]+) [\d.]+ +L ([\d.]+)', svg).groups())
    assert end > start


def test_a_lone_year_of_the_comparator_is_one_square():
    table = rows()
    for year in (2014, 2015, 2016, 2017, 2019):
        table = changed(table, f"haervaerk.rest.{year}", shown="missing")
    wide = drawn(report(table=table)).partition("</svg>")[0]
    assert len(re.findall(r"<use [^>]*var\(--fig-comp", wide)) == 1


def test_a_broken_series_is_not_joined_and_says_so():
    table = rows()
    for year in (2018, 2019):
        table = changed(table, f"haervaerk.ringparken.{year}", series_break="yes")
    svg = drawn(report(table=table))
    assert len(path_of_line(svg)) == 2
    assert "brud" in texts(svg)


def test_a_hidden_year_stands_at_the_last_level_shown():
    one = report(year=2021, table=changed(rows(), "haervaerk.ringparken.2020", shown="suppressed"))
    assert line(one, "haervaerk", "ringparken").hidden() == [(2020, pytest.approx(20.4))]
    assert "skjult" in texts(drawn(one))


@given(st.floats(0, 200), st.floats(0, 200))
@settings(max_examples=5)
def test_no_picture_depends_on_a_hidden_value(value, other):
    def hidden(level: float) -> str:
        table = changed(rows(), "haervaerk.ringparken.2019", shown="suppressed")
        one = report(table=changed(table, "haervaerk.ringparken.2019", value=level, lower=level, upper=level))
        return drawn(one) + small_multiples.sparkline(one, "haervaerk", "k")

    assert hidden(value) == hidden(other)


def test_a_word_for_hidden_stands_once_for_years_in_a_row():
    table = rows()
    for year in (2018, 2019, 2020):
        table = changed(table, f"haervaerk.ringparken.{year}", shown="suppressed")
    own = line(report(year=2021, table=table), "haervaerk", "ringparken")
    assert own.hidden_words() == [(2019.0, pytest.approx(28.8))]


def test_with_nothing_to_show_the_picture_says_so():
    table = rows()
    for year in range(2014, 2022):
        table = changed(table, f"haervaerk.ringparken.{year}", shown="missing")
    assert "Ingen tal at vise" in texts(drawn(report(table=table)))


@pytest.mark.parametrize("indicator", GOALS)
def test_the_axis_is_the_same_in_every_area_and_holds_every_interval(indicator):
    table = changed(rows(), f"{indicator}.motalavej.2016", upper=0.999 if indicator != "haervaerk" else 93.0)
    axes = {trend_chart.axis(report(area, 2021, table=table), indicator) for area in plan().areas}
    assert len(axes) == 1
    low, high = axes.pop()
    areas = [*plan().areas, "plan"]
    shown = [point for area in areas for point in line(report(table=table), indicator, area).shown]
    assert all(low <= point.lower and point.upper <= high for point in shown)


def test_the_axis_is_the_one_from_params_when_everything_fits():
    assert trend_chart.axis(report(), "tryghed") == (30, 90)


def test_the_target_path_runs_to_the_end_of_the_plan_though_the_rows_stop():
    table = rows()
    path = target_path(report(table=table[table.year <= 2019]), "haervaerk", "ringparken")
    assert [year for year, _ in path] == [2017, 2018, 2019, 2020, 2021]
    assert [level for _, level in path] == pytest.approx([28.8 * 0.85**t for t in range(5)])


def test_a_goal_without_a_number_has_no_path():
    assert target_path(report(), "tryghed", "ringparken") == []


def test_title_and_description_go_with_each_drawing():
    for svg in trend_chart.drawings(report(), "tryghed", "k", "A <b> & title", 'A "description"'):
        assert 'role="img"' in svg
        assert ">A &lt;b&gt; &amp; title</title>" in svg
    wide, narrow = trend_chart.drawings(report(), "tryghed", "k", "T", "D")
    assert ' display="none"' in narrow.split(">")[0]
    assert "display" not in wide.split(">")[0]


def test_the_figure_has_title_table_and_rows():
    html = figures.trend(report(), "haervaerk").html
    assert (
        html.index("<figcaption><h3>")
        < html.index("<svg")
        < html.index('<a href="results.csv">')
        < html.index("<details")
    )
    assert "<code>haervaerk.ringparken.2014–2019</code>" in html
    assert repr(figures.trend(report(), "haervaerk")).startswith("Figure: ")


def test_row_ids_are_drawn_together_over_following_years():
    assert shortened(["a.x.2018", "a.x.2017", "a.x.2020", "b.x.2017"]) == ["a.x.2017–2018, 2020", "b.x.2017"]


def test_names_from_data_are_text_whatever_they_hold(monkeypatch):
    class Hostile(type(report())):
        @property
        def events(self):
            table = super().events
            table["label_da"] = 'Sum $x_1$ & <script>"'
            return table

    one = report()
    one.__class__ = Hostile
    svg = drawn(one)
    assert "<script" not in svg
    assert "$x_1$ &amp; &lt;" in svg


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
    assert event_band.decimal_year(day, plan()) == pytest.approx(year, abs=0.005)


def test_the_rail_shows_what_concerns_the_area_and_nothing_else():
    def names(area: str) -> str:
        return " ".join(one.name for one in event_band.happenings(report(area), until=2021.5))

    assert "Renovering og nedrivning" in names("motalavej")
    assert "Renovering og nedrivning" not in names("sydbyen")
    assert "COVID-19" in names("sydbyen")
    assert "Renovering og nedrivning" in names("plan")


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
    assert len(cut(name, 80)) <= 3 or text_width(cut(name, 80), 9.75) <= 80
    lines = wrapped(name, 80)
    assert len(lines) <= 2
    assert all(len(one) <= 3 or text_width(one, 9.75) <= 80 for one in lines)


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


@pytest.mark.parametrize(
    ("verdict", "mark"), [("improved", "accent"), ("worsened", "bad"), ("cannot_tell", "ink")]
)
def test_the_overview_gives_each_verdict_its_colour_and_word(verdict, mark):
    table = changed(rows(), "uddannelse.ringparken.2019", verdict=verdict)
    for goal in ("tryghed", "haervaerk", "forsoergelse"):
        table = changed(table, f"{goal}.ringparken.2019", shown="missing")
    svg = figures.goals(report(table=table)).drawings[0]
    drawn_changes = re.findall(r"<use[^>]*stroke: var\(--fig-([a-z]+),", svg)
    assert set(drawn_changes) == {mark}


def test_the_gap_axis_is_the_same_whatever_area_is_shown():
    assert gap_chart._levels(report("sydbyen"), "gab_tryghed", False) == gap_chart._levels(
        report("motalavej"), "gab_tryghed", False
    )


@pytest.mark.parametrize(
    ("year", "written"),
    [
        (2018, {"2018", "2021"}),
        (2019, {"2017", "2019", "2021"}),
        (2020, {"2017", "2020"}),
        (2021, {"2017", "2021"}),
    ],
)
def test_the_gaps_years_are_the_reports_own_and_the_first_and_last_that_have_room(year, written):
    words = texts(gap_chart.drawings(report(year=year), "key", "T", "D")[0])
    assert {word for word in words if word.isdecimal()} == written


def test_the_analysts_own_settings_are_left_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn(report())
    assert dict(mpl.rcParams) == before
