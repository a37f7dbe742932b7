"""The method page: the questions, the formulas, the verdicts, the limits, small numbers, indicators and words."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from evalbook.site import rehearsal_tables
from evalbook.site.context import Overview
from evalbook.site.formulas import formulas
from evalbook.site.section import Section, bullets, definitions, paragraphs, section
from evalkit.estimates.difference_in_differences import FEWEST_AREAS
from evalkit.estimates.statistics import WeightedShare
from evalkit.figures import glyphs
from evalkit.plan.indicators import Indicator
from evalkit.tables.markup import table
from evalkit.terms import LEVEL, Polarity
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.judgements import verdict_meaning, verdict_word
from evalkit.text.numbers import Cited, date, number
from evalkit.text.words import Sentence
from evalkit.verdicts import RULES


def sections(site: Overview) -> list[Section]:
    """The page from top to bottom."""
    rules = (_questions, _calculations, _verdicts, _limits, _effect)
    rest = (_small_numbers, _indicators, _glossary)
    return [
        *(part(site) for part in rules),
        *rehearsal_tables.sections(site),
        *(part(site) for part in rest),
    ]


def _figure(site: Overview, value: float, place: str, *, scale: int = 1) -> Cited:
    return Cited(number(value, language=site.language, scale=scale), value, place=place)


def _questions(site: Overview) -> Section:
    words = site.words
    return section(
        "spoergsmaal",
        words("Three questions that are kept apart"),
        definitions(
            (
                words("Has the level changed?"),
                words(
                    "One year's people and incidents are one draw of a process that goes up and down by itself. Whether the underlying level has "
                    "changed takes an interval, and the answer is a verdict. Where the plan set a number, it is whether the level follows the plan."
                ),
            ),
            (
                words("Is the number reached?"),
                words(
                    "A plain fact about full counts, where the plan set a number. It needs no interval, and it is no verdict on the level."
                ),
            ),
            (
                words("Did the plan cause it?"),
                words(
                    "Takes places that had no plan, or another one. Without a sound comparison the report says what happened, not why."
                ),
            ),
        ),
    )


def _calculations(site: Overview) -> Section:
    words = site.words
    rows = [
        (
            words("Share who feel safe"),
            words("weighted answers “to a high” or “to some degree” over all valid answers"),
            words(
                "Wilson's interval on the effective number of answers, at most as many as answered, with the design's degrees of freedom (Kish, Korn and Graubard)"
            ),
        ),
        (
            words("Share from a register"),
            words("persons over all persons in the group"),
            words("Wilson's interval (Wilson 1927)"),
        ),
        (
            words("Rate"),
            words("1,000 × reports over residents half-way through the plan year"),
            words(
                "Byar's interval of the reports over the spread φ, times φ; exact below ten (Breslow and Day 1987, Ulm 1990)"
            ),
        ),
        (
            words("Change of a share"),
            words("share now minus share in the baseline year"),
            words("Newcombe's interval (Newcombe 1998, method 10)"),
        ),
        (
            words("Change of a rate"),
            words("rate now over rate in the baseline year, minus one"),
            words("ratio on the log scale, widened by the spread φ; exact when a count is below five"),
        ),
        (
            words("Trend"),
            words("rates from the third plan year: the annual change over all years since the baseline year"),
            words("log-linear regression with the spread φ (quasi-Poisson)"),
        ),
        (
            words("Spread φ"),
            words(
                "how much more the counts of the plan's areas, and of comparison areas a quarter to four times their size, vary than independent reports would"
            ),
            words(
                "Pearson's statistic over its degrees of freedom, never below one, and rounded up to a quarter"
            ),
        ),
        (
            words("Target path"),
            words("level of the baseline year × (1 + the planned change) for each year that has passed"),
            words("none: it is a plan"),
        ),
        (
            words("Gap"),
            words("share minus the share of the rest of the municipality; for rates, over it, minus one"),
            words("Newcombe's interval; ratio on the log scale"),
        ),
    ]
    head = [words("Figure"), words("How it is calculated"), words("Interval")]
    caption = words("Every figure, how it is calculated and which interval it has")
    return section(
        "beregning",
        words("How the figures are calculated"),
        table(caption, head, rows, class_="words", label=caption),
        element("h3", words("The formulas")),
        formulas(site),
        paragraphs(
            words(
                "Statistics rest on scipy and are checked against published examples and statsmodels. A problem is never turned into "
                "a number: where there is too little to calculate from, the figure is missing and the text says why."
            )
        ),
    )


def _verdicts(site: Overview) -> Section:
    words = site.words
    conditions = {
        "hidden": words("the count, or one it can be worked out from, is too small to show"),
        "too_few": words("the answers say too little to publish a level"),
        "no_data": words("no data, or no goal"),
        "series_break": words("the series is broken"),
        "interval_beyond_target": words("the whole interval is at or beyond the planned change"),
        "interval_short_of_target": words("the whole interval falls short of the planned change"),
        "interval_beyond_half": words("the whole interval is at or beyond half of the planned change"),
        "improved_pace_not_shown": words("the whole interval is on the good side of no change"),
        "interval_undecided": words("a number was set, and none of these fits"),
        "interval_improved": words("no number was set; the whole interval is on the good side of no change"),
        "interval_worsened": words("no number was set; the whole interval is on the bad side of no change"),
        "interval_inside_delta": words("no number was set; the whole interval lies inside ± δ"),
        "interval_open": words("everything else"),
    }
    rows = []
    for verdict, rules in groupby(RULES, attrgetter("verdict")):
        *_, widest = rules  # those before it only tell apart what a sentence says of the same verdict
        claim = verdict_meaning(verdict, words)
        if widest.name == "series_break":
            claim = words("the years cannot be compared")
        mark = raw(glyphs.verdict(verdict, verdict_word(verdict, words)))
        rows.append((mark, conditions[widest.name], claim))
    caption = words("The verdicts and when they are given; the first that fits")
    return section(
        "domme",
        words("The verdicts"),
        paragraphs(
            words(
                "A verdict answers one question: has the underlying level changed? It looks at the whole interval, never at the point alone. From the "
                "third plan year a verdict on a rate rests on the trend over all years instead of on two single years."
            )
        ),
        table(
            caption,
            [words("Verdict"), words("Condition"), words("What it claims")],
            rows,
            class_="words",
            label=caption,
        ),
        paragraphs(
            words(
                "Outer shape is the family: filled disc, shown and good; half disc, good but pace open; diamond, shown and not good; ring, no conclusion; "
                "dotted ring, no data; hatched square, withheld. Colour only repeats the shape."
            ),
            words(
                "The area-years of one goal are as many chances to be wrong. Where Holm's correction would change a verdict, the report says so in words under "
                "the goal's figure, and the annex has both readings. The plan itself is judged on all areas together in the last year, which must be decided "
                "before the data are opened."
            ),
        ),
    )


def _limits(site: Overview) -> Section:
    words, policy = site.words, site.plan.policy
    percent = {"scale": 100}
    deltas = sorted({(one.delta, one.statistic.relative) for one in _with_direction_alone(site)})
    margins = {name: _margin(site, name) for name in site.goals}
    floors = site.plan.own_trends
    rows: list[tuple[Any, Any, Any]] = [
        (
            words("Confidence level"),
            words.say("{n}%", n=_figure(site, LEVEL, "evalkit.terms: LEVEL", **percent)),
            words("of every interval"),
        ),
        *(
            (
                words("δ"),
                _delta(site, delta, relative=relative),
                words("a change inside ± δ counts as almost unchanged, where the goal has no number"),
            )
            for delta, relative in deltas
        ),
        (
            words("Smallest survey"),
            words.say(
                "{n} answers",
                n=_figure(site, WeightedShare.floor_n, "evalkit.estimates.statistics: floor_n"),
            ),
            words(
                "effective answers, after their spread and after their weights alone; with fewer no level is published"
            ),
        ),
        (
            words("Widest interval"),
            words.say(
                "{n} percentage points",
                n=_figure(
                    site, WeightedShare.floor_width, "evalkit.estimates.statistics: floor_width", **percent
                ),
            ),
            words("with a wider interval no level is published"),
        ),
        (
            words("Smallest count"),
            _figure(site, policy.threshold, "params/disclosure.yml: threshold"),
            words("smaller counts are hidden"),
        ),
        (
            words("Everybody or nobody"),
            words.say(
                "{n} persons", n=_figure(site, policy.uniform_group, "params/disclosure.yml: uniform_group")
            ),
            words("in smaller groups a share of none or all is hidden"),
        ),
        (
            words("Smallest group"),
            words.say(
                "{n} persons", n=_figure(site, policy.smallest_group, "params/disclosure.yml: smallest_group")
            ),
            words("shares of smaller groups are hidden"),
        ),
    ]
    rows += [
        (
            words("Fewest comparison areas"),
            _figure(site, FEWEST_AREAS, "evalkit.estimates.difference_in_differences: FEWEST_AREAS"),
            words(
                "with fewer no comparison is above evidence level two, and the floor stands for the areas' own trends"
            ),
        ),
        (
            words("Floor of own trends, rates"),
            words.say("{n}%", n=_figure(site, floors.rates, "params/plan.yml: own_trends.rates", **percent)),
            words(
                "how far an area drifts by itself over a plan, at least (SD; as 94 Danish municipalities did)"
            ),
        ),
        (
            words("Floor of own trends, shares"),
            words.say(
                "{n} percentage points",
                n=_figure(site, floors.shares, "params/plan.yml: own_trends.shares", **percent),
            ),
            words("the same for a share; a choice of ours, for no published figure was found"),
        ),
        *(
            (
                words.say(
                    "Margin before the plan: {goal}", goal=site.plan.indicators[name].title.get(site.language)
                ),
                margin,
                words("a drift before the plan that surely lies inside ± this counts as none"),
            )
            for name, margin in margins.items()
        ),
    ]
    caption = words("Limits, all of them fixed beforehand")
    return section(
        "graenser",
        words("Limits"),
        table(caption, [words("Limit"), words("Value"), words("Use")], rows, class_="words", label=caption),
    )


def _with_direction_alone(site: Overview) -> list[Indicator]:
    """The indicators of the goals that have no number: only of them may the verdict be that little has changed."""
    goals = site.plan.goals
    return [one for one in site.plan.indicators.values() if one.goal and goals[one.goal].target is None]


def _delta(site: Overview, delta: float, *, relative: bool) -> Sentence:
    """δ with its unit: per cent of a rate, percentage points of a share."""
    n = _figure(site, delta, "params/indicators.yml: delta", scale=100)
    return site.words.say("{n}%", n=n) if relative else site.words.say("{n} percentage points", n=n)


def _margin(site: Overview, name: str) -> Sentence:
    """The drift a year before the plan that counts as none, with its unit."""
    one, value = site.plan.indicators[name], site.plan.margin(name)
    goal = site.plan.goals[one.goal or ""]
    told = number(value, 2 if value < 0.02 else 1, language=site.language, scale=100)
    place = "params/plan.yml: margin" if goal.margin else "params/plan.yml: target, else delta"
    n = Cited(told, value, place=place)
    if one.statistic.relative:
        return site.words.say("{n}% a year", n=n)
    return site.words.say("{n} percentage points a year", n=n)


def _effect(site: Overview) -> Section:
    words = site.words
    levels = [
        words("the area after the plan, nothing to compare with"),
        words("before and after in the same area, without a sound comparison"),
        words(
            "before and after, with five comparison areas or more, and a drift before the plan shown to lie inside the margin"
        ),
        words("the same, with the most important differences between the places taken into account"),
        words("drawn by lot who got the plan"),
    ]
    return section(
        "aarsag",
        words("Did the plan cause it?"),
        paragraphs(
            words(
                "The total of the plan's areas is set against the total of the comparison areas over the same years: for rates (1 + here) / (1 + elsewhere) - 1, for "
                "shares here - elsewhere. Every area that was delivered in both years takes part, zeros and small counts too; it leaves only for a series break."
            ),
            words(
                "The uncertainty holds chance in all four totals and how far areas drift by themselves: the latter is told from the comparison areas, never taken "
                "below a floor in the plan's file, and alone the floor where there are fewer than five of them."
            ),
            words(
                "Evidence level three asks that the drift before the plan, with its 90% interval, lies inside a margin set beforehand: what would add up over the plan "
                "to half of the planned change. Words for or against the plan also ask for the same answer from a baseline of three years."
            ),
            words(
                "Comparison areas may have plans of their own. A difference then means “more than other plans”, not “more than nothing”."
            ),
            words(
                "Words of cause are used only from evidence level three. The levels follow the Maryland scale:"
            ),
        ),
        element("ol", *(element("li", text) for text in levels), class_="levels"),
    )


def _small_numbers(site: Overview) -> Section:
    words = site.words
    limit = _figure(site, site.plan.policy.threshold, "params/disclosure.yml: threshold")
    hidden = _figure(site, int(site.facts.get("hidden", 0)), "facts: hidden")
    return section(
        "smaatal",
        words("Small numbers and confidentiality"),
        paragraphs(
            words.say(
                "Counts between zero and {n} are hidden, and so is everything that follows from them: rates, changes, intervals, verdicts, sentences and "
                "pictures.",
                n=limit,
            ),
            words(
                "Hiding one figure is not enough when sums stand beside it. Therefore further figures are hidden until none of the hidden ones can be worked out: "
                "for each, the smallest and the largest value that all published figures together allow must lie at least the limit apart. It is checked by "
                "linear programming over areas, years, comparison areas and sums at once."
            ),
            words.say(
                "In this publication {n} figures are hidden. A hidden year is marked in the pictures at the last level shown, never at its own.",
                n=hidden,
            ),
            words(
                "Personal data never enter the workbook's published files. Civil registration numbers are refused when data are read."
            ),
        ),
    )


def _indicators(site: Overview) -> Section:
    words, language = site.words, site.language
    cards = []
    for name, one in site.plan.indicators.items():
        heading = element("h3", one.title.get(language))
        cards.append(
            element(
                "article",
                heading,
                element("p", one.definition.get(language), class_="def"),
                definitions(*_card(site, one), class_="facts"),
                _traps(site, one),
                class_="card",
                id=f"i-{name}",
            )
        )
    return section("indikatorer", words("The indicators"), element("div", *cards, class_="cards"))


def _card(site: Overview, one: Indicator) -> list[tuple[Any, Any]]:
    words, language = site.words, site.language
    better = words("not judged")
    if one.polarity != "neutral":
        better = words("higher") if one.polarity == Polarity.HIGHER else words("lower")
    kinds = {
        "weighted_share": words("weighted share"),
        "share": words("share"),
        "rate": words("rate per 1,000"),
        "count": words("count"),
        "gap": words("gap to the rest of the municipality"),
    }
    compared = {
        "rest": words("the rest of the municipality"),
        "matched": words("similar housing areas"),
        "country": words("the rest of the country"),
    }
    goal = site.plan.goals[one.goal].words.get(language) if one.goal else None
    delta = (
        _delta(site, one.delta, relative=one.statistic.relative)
        if one in _with_direction_alone(site)
        else None
    )
    return [
        (words("Question"), one.question.get(language)),
        (words("Figure"), kinds.get(one.kind, one.kind)),
        (words("Counted"), one.numerator.words.get(language) if one.numerator else None),
        (words("Out of"), one.denominator.words.get(language) if one.denominator else None),
        (words("When"), one.when.get(language) if one.when else None),
        (words("Better"), better if not one.of else None),
        (words("The plan's goal"), words("“{quote}”").format(quote=goal) if goal else None),
        (words("Compared with"), compared.get(one.comparator or "")),
        (words("δ"), delta),
        (words("Source"), one.source.get(language) if one.source else None),
    ]


def _traps(site: Overview, one: Indicator) -> Block | None:
    if not one.traps:
        return None
    return joined(
        element("p", element("b", site.words("Known traps"))),
        bullets(*(trap.get(site.language) for trap in one.traps)),
    )


def _first_day(site: Overview) -> str:
    starts = site.plan.year_starts
    return date(site.plan.period.start.replace(month=starts.month, day=starts.day), site.language).rsplit(
        " ", 1
    )[0]


def _glossary(site: Overview) -> Section:
    words = site.words
    return section(
        "ordliste",
        words("Glossary"),
        definitions(
            (
                words("Plan year"),
                words("begins on {day} and is named by the year it ends in").format(day=_first_day(site)),
            ),
            (
                words("Baseline year"),
                words("the plan year that changes are counted from: the last before the plan"),
            ),
            (
                words("{level}% interval").format(level=number(LEVEL, language=site.language, scale=100)),
                words(
                    "the span in which the underlying level most likely lies; with small numbers it is wide"
                ),
            ),
            (
                words("Effective answers"),
                words(
                    "the simple random sample that would have given the same precision as the weighted answers"
                ),
            ),
            (words("Target path"), words("where the level would be if the planned change came every year")),
            (words("Rest of the municipality"), words("the municipality without the plan's areas")),
            (
                words("Similar housing areas"),
                words("housing areas elsewhere that the areas are compared with"),
            ),
            (
                words("Evidence level"),
                words("how well a comparison can carry words of cause, from one to five"),
            ),
            (words("Provisional"), words("a figure that its source may still change")),
            (
                words("Series break"),
                words(
                    "a year in which the way of counting changed, so that the years on either side cannot be compared"
                ),
            ),
            (words("Hidden"), words("a figure that is not shown because it is about so few people")),
            (
                words("Stayers and movers"),
                words(
                    "residents who were in the age group in the baseline year and still are, and those who have come into it or are no longer in it, by moving or by age"
                ),
            ),
        ),
    )
