"""The easy words: what each verdict lets them say, how long they may be, and nothing of what is hidden."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from evalkit.terms import PLAN
from evalkit.text.easy_read import MOST_WORDS, easy
from rows import changed, plan, report, rows

GOALS = ("tryghed", "haervaerk", "uddannelse", "forsoergelse")


def said(indicator: str, language: str = "da", area: str = "ringparken", **cells) -> str | None:
    """What the box says of a goal of an area in 2021, with cells of its row set; the other goals are hidden."""
    others = [one for one in GOALS if one != indicator]
    hidden = rows()
    for one in others:
        hidden = changed(hidden, f"{one}.{area}.2021", shown="suppressed")
    shown = report(area, 2021, table=changed(hidden, f"{indicator}.{area}.2021", **cells), language=language)
    items = [item.get_text() for item in BeautifulSoup(easy(shown).html, "html.parser").select("li")]
    assert len(items) <= 1
    return items[0] if items else None


@pytest.mark.parametrize(
    ("cells", "danish"),
    [
        ({"verdict": "cannot_tell"}, "7 ud af 10 føler sig trygge. Vi kan ikke se, om det er flere end før."),
        ({"verdict": "little_change"}, "7 ud af 10 føler sig trygge. Det er ikke ændret meget."),
        # 62.3 % before the plan and 72.8 % now: six and seven of ten
        ({"verdict": "improved"}, "Flere føler sig trygge end før. Nu er det 7 ud af 10. Før var det 6 ud af 10."),
        ({"verdict": "improved", "baseline_value": 0.69}, "Flere føler sig trygge end før. Det er stadig cirka 7 ud af 10."),
        # an edge of rounding lies between 64.9 % and 65.1 %, and half a tenth is enough to show both
        ({"verdict": "improved", "value": 0.651, "baseline_value": 0.649}, "Flere føler sig trygge end før. Nu er det 7 ud af 10."),
        ({"verdict": "improved", "value": 0.69, "baseline_value": 0.6401}, "Flere føler sig trygge end før. Nu er det 7 ud af 10."),
        (
            {"verdict": "improved", "value": 0.69, "baseline_value": 0.64},
            "Flere føler sig trygge end før. Nu er det 7 ud af 10. Før var det 6 ud af 10.",
        ),
        # the ends: from 12 % to 3 %, both below 5 %, both above 95 %, and at 5 % itself
        (
            {"verdict": "worsened", "value": 0.03, "baseline_value": 0.12, "change": -0.09},
            "Færre føler sig trygge end før. Nu er det færre end 1 ud af 10. Før var det 1 ud af 10.",
        ),
        (
            {"verdict": "worsened", "value": 0.02, "baseline_value": 0.049, "change": -0.029},
            "Færre føler sig trygge end før. Det er stadig færre end 1 ud af 10.",
        ),
        ({"verdict": "improved", "value": 0.99, "baseline_value": 0.95}, "Flere føler sig trygge end før. Det er stadig flere end 9 ud af 10."),
        ({"value": 0.05, "verdict": "cannot_tell"}, "1 ud af 10 føler sig trygge. Vi kan ikke se, om det er flere end før."),
        ({"value": 0.9499, "verdict": "cannot_tell"}, "9 ud af 10 føler sig trygge. Vi kan ikke se, om det er flere end før."),
        (
            {"verdict": "worsened", "value": 0.55, "change": -0.073},
            "Færre føler sig trygge end før. Det er stadig cirka 6 ud af 10.",  # 62.3 % and 55 %
        ),
        ({"verdict": "suppressed"}, "7 ud af 10 føler sig trygge."),
        ({"verdict": "not_assessable"}, "7 ud af 10 føler sig trygge. Vi kan ikke sammenligne med før."),
        ({"shown": "missing"}, "Tryghed: Vi har ingen tal."),
        ({"shown": "suppressed"}, None),
        ({"value": 0.02, "verdict": "cannot_tell"}, "Færre end 1 ud af 10 føler sig trygge. Vi kan ikke se, om det er flere end før."),
        ({"value": 0.97, "verdict": "cannot_tell"}, "Flere end 9 ud af 10 føler sig trygge. Vi kan ikke se, om det er flere end før."),
    ],
)  # fmt: skip
def test_each_verdict_of_a_share_has_its_easy_words(cells, danish):
    assert said("tryghed", **cells) == danish


@pytest.mark.parametrize(
    ("cells", "danish"),
    [
        # below the whole plan's number the level is shown to have moved; the year's own number is another question
        ({"verdict": "improving", "target_reached": "yes"}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Planens tal er nået."),
        ({"verdict": "improving", "target_reached": "no"}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Planens tal er ikke nået."),
        ({"verdict": "on_track", "target_reached": "yes"}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Det følger planen."),
        ({"verdict": "on_track", "target_reached": "no"}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Planens tal er ikke nået."),
        ({"verdict": "on_track", "target_reached": ""}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40."),
        ({"verdict": "reached", "target_reached": "no"}, "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Planens tal er ikke nået."),
        (
            {"verdict": "reached", "numerator": 41},  # per resident fewer, but not fewer reports: no "before"
            "Der er færre anmeldelser af hærværk end før. Der var 41 anmeldelser af hærværk på et år. Det er så stort et fald, som planen ville.",
        ),
        (
            {"verdict": "off_track", "verdict_rule": "short_of_target_but_improved"},
            "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år. Før var det 40. Men planen ville have endnu færre.",
        ),
        (
            {"verdict": "off_track", "verdict_rule": "short_of_target"},
            "Der var 16 anmeldelser af hærværk på et år. Før var det 40. Det kan være et tilfælde. Planen ville have færre.",
        ),
        (  # a rise is told as a fall is
            {"verdict": "off_track", "verdict_rule": "interval_short_of_target", "numerator": 59, "change": 0.4},
            "Der var 59 anmeldelser af hærværk på et år. Før var det 40. Det kan være et tilfælde. Planen ville have færre.",
        ),
        (
            {"verdict": "cannot_tell", "numerator": 41, "change": 0.02},
            "Der var 41 anmeldelser af hærværk på et år. Før var det 40. Det kan være et tilfælde.",
        ),
        (
            {"verdict": "cannot_tell", "numerator": 40},
            "Der var 40 anmeldelser af hærværk på et år. Før var det 40.",
        ),
        (  # the sum of several years is no year's
            {"verdict": "cannot_tell", "baseline": "2015–2017"},
            "Der var 16 anmeldelser af hærværk på et år. Vi kan ikke se, om tallet er lavere end før.",
        ),
        (
            {"verdict": "off_track", "verdict_rule": "short_of_target_and_worsened", "change": 0.4, "numerator": 56},
            "Der er flere anmeldelser af hærværk end før. Der var 56 anmeldelser af hærværk på et år. Før var det 40. Planen ville have færre.",
        ),
        (
            {"verdict": "improving", "target_reached": "", "baseline": "2015–2017"},  # the reports of three years are no year's
            "Der er færre anmeldelser af hærværk end før. Der var 16 anmeldelser af hærværk på et år.",
        ),
    ],
)  # fmt: skip
def test_each_verdict_on_a_number_of_the_plan_has_its_easy_words(cells, danish):
    assert said("haervaerk", **cells) == danish


def test_english_says_the_same():
    assert said("uddannelse", "en", verdict="cannot_tell") == (
        "6 in 10 young people study or have an education. We cannot see if it is more than before."
    )
    assert said("haervaerk", "en", verdict="cannot_tell", numerator=59, change=0.4) == (
        "There were 59 reports of vandalism in a year. Before it was 40. It may be chance."
    )


def _lix(text: str) -> float:
    """Björnsson's readability: words a sentence, and per cent of words longer than six letters."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    return len(words) / len(re.findall(r"[.!?]", text)) + 100 * sum(len(one) > 6 for one in words) / len(
        words
    )


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("area", [PLAN, *plan().areas])
@pytest.mark.parametrize("year", plan().years)
def test_the_box_is_short_and_easy(language, area, year):
    box = BeautifulSoup(easy(report(area, year, language=language)).html, "html.parser")
    body = " ".join(part.get_text() for part in box.select("li, p"))
    assert len(box.get_text(" ").split()) <= MOST_WORDS
    assert max(len(one.split()) for one in re.split(r"(?<=[.:]) ", body)) <= 10
    assert language != "da" or _lix(body) < 20
    assert not re.search(r"pct|%|\d[.,]\d|interval", body)


def test_every_number_of_the_box_is_that_of_its_row():
    table = rows()
    for area in plan().areas:
        box = BeautifulSoup(easy(report(area, 2021, table=table)).html, "html.parser")
        for one in box.select("data"):
            row, column = one["data-row"].rsplit(".", 1)
            assert float(one["value"]) == float(table.loc[row, column])
            exact = float(one["value"])
            assert int(one.get_text()) == (int(10 * exact + 0.5) if one.get("data-as") == "tenths" else exact)
        loose = re.sub(r"\bud af 10\b", "", " ".join(box.get_text(" ").split()))
        assert re.findall(r"\d+", loose) == [one.get_text() for one in box.select("data")]


def test_many_goals_end_where_the_room_ends_and_the_box_says_that_there_are_more():
    first = plan().goals["tryghed"]
    goals = {f"g{i}": first for i in range(10)}
    box = easy(report("ringparken", 2021, plan=plan().model_copy(update={"goals": goals})))
    words = repr(box).split()
    assert 80 < len(words) <= MOST_WORDS
    assert "De andre mål står længere nede." in repr(box)


def test_when_all_is_hidden_the_box_still_reads_well():
    table = rows()
    for goal in GOALS:
        table = changed(table, f"{goal}.ringparken.2021", shown="suppressed")
    box = easy(report("ringparken", 2021, table=table))
    assert "Vi ved ikke, om planen er grunden." in repr(box) and "<ul" not in box.html


def test_a_box_without_any_figure_does_not_speak_of_figures():
    table = rows()
    for goal in GOALS:
        table = changed(table, f"{goal}.ringparken.2021", shown="missing", value=float("nan"))
    said = repr(easy(report("ringparken", 2021, table=table)))
    assert "rundet" not in said and "ikke rigtige" not in said


def test_the_plan_may_be_a_reason_only_where_a_comparison_speaks_for_it():
    table = changed(rows(), "tryghed.ringparken.2021", comparison_says="for")
    assert "Planen kan være en grund: Tryghed." in repr(easy(report("ringparken", 2021, table=table)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", "Det gik bedre andre steder: Tryghed. Vi ved ikke, om planen er grunden."),
        ("en", "It went better in other places: Safety. We do not know if the plan is the reason."),
    ],
)
def test_a_comparison_that_goes_against_the_plan_is_said(language, said):
    table = changed(rows(), "tryghed.ringparken.2021", comparison_says="against")
    assert said in repr(easy(report("ringparken", 2021, table=table, language=language)))
    table = changed(table, "haervaerk.ringparken.2021", comparison_says="for")
    both = repr(easy(report("ringparken", 2021, table=table)))
    assert "Det gik bedre andre steder: Tryghed. Planen kan være en grund: Hærværk." in both


def without_easy_words(indicator: str, *left: str):
    """The plan whose indicator has no easy phrases, and of the others only those named."""
    one = plan().indicators[indicator]
    assert one.phrases is not None
    gone = {name: None for name in ("easy", "easy_more", "easy_fewer", "one", "many") if name not in left}
    bare = one.model_copy(update={"phrases": one.phrases.model_copy(update=gone)})
    return plan().model_copy(update={"indicators": {**plan().indicators, indicator: bare}})


@pytest.mark.parametrize(
    ("indicator", "left", "verdict", "said"),
    [
        ("tryghed", (), "cannot_tell", "Tryghed: 7 ud af 10. Vi kan ikke se, om tallet er højere end før."),
        ("tryghed", (), "improved", "Tryghed: Tallet er højere end før. Nu er det 7 ud af 10. Før var det 6 ud af 10."),
        ("haervaerk", (), "cannot_tell", "Hærværk: 16 tilfælde på et år. Før var det 40. Det kan være et tilfælde."),
        (
            "haervaerk",
            ("one", "many"),
            "cannot_tell",
            "Der var 16 anmeldelser af hærværk på et år. Før var det 40. Det kan være et tilfælde.",
        ),
    ],
)  # fmt: skip
def test_a_goal_without_easy_words_has_neither_decimals_nor_another_things_words(
    indicator, left, verdict, said
):
    table = changed(rows(), f"{indicator}.ringparken.2021", verdict=verdict)
    shown = report("ringparken", 2021, plan=without_easy_words(indicator, *left), table=table)
    assert said in repr(easy(shown))


def test_a_rate_without_its_count_is_said_in_whole_numbers():
    table = changed(rows(), "haervaerk.ringparken.2021", numerator=float("nan"), verdict="cannot_tell")
    assert "Hærværk: Cirka 11 ud af 1.000." in repr(easy(report("ringparken", 2021, table=table)))


@pytest.mark.parametrize(
    ("cells", "ending"),
    [
        ({"verdict": "on_track", "target_reached": "yes"}, "Det kan være et tilfælde."),
        (
            {"verdict": "improving", "target_reached": "no"},
            "Det kan være et tilfælde. Planens tal er ikke nået.",
        ),
        (
            {"verdict": "off_track", "verdict_rule": "short_of_target_but_improved", "target_reached": "no"},
            "Det kan være et tilfælde. Men planen ville have endnu færre.",
        ),
    ],
)
def test_what_may_be_chance_among_many_figures_is_said_to_be_and_no_goal_is_called_followed(cells, ending):
    counts = {"numerator": 16, "change": -0.6}
    assert said("haervaerk", verdict_holm="cannot_tell", **counts, **cells).endswith(ending)
