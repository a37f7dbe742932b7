"""»Vis regnestykket«: how a row's verdict came about, with inputs precise enough that a reader gets the same result."""

from __future__ import annotations

from typing import Any

from evalkit.plan import Goal
from evalkit.plan.targets import POINTS
from evalkit.terms import Reading as TargetReading
from evalkit.terms import Verdict
from evalkit.text import judgements
from evalkit.text.numbers import DASH, Cited, number
from evalkit.text.reading import Reading, goal_of, read
from evalkit.text.words import Sentence

Step = tuple[Any, Any, Any]
"""One line of a calculation: what, how, and what it gives."""


def steps(r: Reading) -> list[Step]:
    """The steps from counts to verdict; empty where nothing is judged."""
    if not r.has("value", "change", "change_lower", "change_upper"):
        return []
    formula = _rates if r.statistic.events else _shares if r.statistic.unit == "share" else _amounts
    made = formula(r)
    return [*made, _verdict(r), *_detectable(r)]


def method(r: Reading) -> Sentence:
    """What is calculated, as the caption."""
    if r.statistic.events:
        return r.words.say("The ratio between two rates on the log scale, for {title}.", title=r.title)
    if r.statistic.unit != "share":
        return r.words.say(
            "The change of a level, with the intervals of both years, for {title}.", title=r.title
        )
    return r.words.say(
        "Newcombe's interval for the difference between two shares, for {title}.", title=r.title
    )


def _n(r: Reading, column: str, decimals: int, scale: int = 1) -> Cited:
    """A number of the row with the decimals of a calculation."""
    value = r.number(column)
    text = number(value, decimals, language=r.words.language, scale=scale)
    return Cited(text, value, row=f"{r.row['row']}.{column}", scale=scale)


def _text(r: Reading, value: float, decimals: int) -> str:
    return number(value, decimals, language=r.words.language)


# ---- shares -----------------------------------------------------------------------------------


def _shares(r: Reading) -> list[Step]:
    words, then = r.words, read(r.report, r.name, r.text("area") or None, r.baseline_year)
    if r.several_years:
        return _from_several_years(r)
    made = [_share(one) for one in (r, then)]
    p1, l1, u1 = (_n(r, name, 2, 100) for name in ("value", "lower", "upper"))
    p0, l0, u0 = (_n(then, name, 2, 100) for name in ("value", "lower", "upper"))
    parts = {"p1": p1, "l1": l1, "u1": u1, "p0": p0, "l0": l0, "u0": u0, "d": _n(r, "change", 2, 100)}
    made.append((words("Change"), Sentence("{p1} − {p0}", parts), _n(r, "change", 2, 100)))
    if then.has("lower", "upper") and r.has("lower", "upper"):
        lower = Sentence("{d} − √(({p1} − {l1})² + ({u0} − {p0})²)", parts)
        upper = Sentence("{d} + √(({u1} − {p1})² + ({p0} − {l0})²)", parts)
        made.append((words("Lower limit"), lower, _n(r, "change_lower", 2, 100)))
        made.append((words("Upper limit"), upper, _n(r, "change_upper", 2, 100)))
    if r.has("target"):
        made.extend(_target(r, 100))
    return made


def _share(r: Reading) -> Step:
    words = r.words
    parts = (
        {
            "n": _n(r, "numerator", 2 if r.number("numerator") % 1 else 0),
            "of": _n(r, "denominator", 2 if r.number("denominator") % 1 else 0),
        }
        if r.has("numerator", "denominator")
        else {}
    )
    if r.statistic.asked:
        how: Any = (
            words.say("{answers} answers; weighted", answers=_n(r, "respondents", 0))
            if r.has("respondents")
            else words("weighted answers")
        )
        if parts and r.has("respondents", "dont_know"):
            how = words.say(
                "{answers} answers, of which {unsaid} “don't know”, left out; after weighting {n} of {of}",
                answers=_n(r, "respondents", 0),
                unsaid=_n(r, "dont_know", 0),
                **parts,
            )
    else:
        how = Sentence("100 × {n} / {of}", parts) if parts else words("from the register")
    limits = (
        {"p": _n(r, "value", 2, 100), "l": _n(r, "lower", 2, 100), "u": _n(r, "upper", 2, 100)}
        if r.has("lower", "upper")
        else None
    )
    result = words.say("{p} ({l}–{u})", **limits) if limits else _n(r, "value", 2, 100)
    return (words.say("Share {year}, %", year=r.year), how, result)


def _from_several_years(r: Reading) -> list[Step]:
    """A change from the mean share of several years."""
    words = r.words
    parts = {"p1": _n(r, "value", 2, 100), "p0": _n(r, "baseline_value", 2, 100)}
    limits = words.say(
        "{low} to {high}", low=_n(r, "change_lower", 2, 100), high=_n(r, "change_upper", 2, 100)
    )
    made: list[Step] = [
        _share(r),
        (words.say("Share {year}, %", year=r.baseline), words("mean of the years"), parts["p0"]),
        (words("Change"), Sentence("{p1} − {p0}", parts), _n(r, "change", 2, 100)),
        (
            words("{level}% interval").format(level=95),
            words("Newcombe's, from the interval of the mean and that of the year"),
            limits if r.has("change_lower", "change_upper") else DASH,
        ),
    ]
    return [*made, *(_target(r, 100) if r.has("target") else [])]


# ---- rates ------------------------------------------------------------------------------------


def _rates(r: Reading) -> list[Step]:
    words = r.words
    counts = {
        "o1": _n(r, "numerator", 0),
        "n1": _n(r, "denominator", 0),
        "o0": _n(r, "baseline_numerator", 0),
        "n0": _n(r, "baseline_denominator", 0),
    }
    per = number(1000, language=words.language)
    rates = {"v1": _n(r, "value", 2), "v0": _n(r, "baseline_value", 2)}
    made: list[Step] = [
        (words.say("Rate {year}", year=r.year), Sentence(f"{per} × {{o1}} / {{n1}}", counts), rates["v1"]),
        (
            words.say("Rate {year}", year=r.baseline),
            words("all reports over all residents of the years")
            if r.several_years
            else Sentence(f"{per} × {{o0}} / {{n0}}", counts),
            rates["v0"],
        ),
    ]
    made += _target(r, 1)
    ratio = 1 + r.number("change")
    made.append((words("Ratio"), Sentence("{v1} / {v0}", rates), _text(r, ratio, 4)))
    if r.several_years:
        made.append(
            (
                words("{level}% interval").format(level=95),
                words("from the counts of the year and of all the years together"),
                _interval(r, "change"),
            )
        )
    elif not r.has("change_error", "change_quantile"):
        made.append(
            (
                words("{level}% interval").format(level=95),
                words("exact, given the sum of the two counts"),
                _interval(r, "change"),
            )
        )
    else:
        error, t = _n(r, "change_error", 4), _n(r, "change_quantile", 4)
        phi = _n(r, "dispersion", 4)
        made.append(
            (
                words("Standard error (log)"),
                Sentence("√({phi} × (1/{o1} + 1/{o0}))", {**counts, "phi": phi}),
                error,
            )
        )
        how = Sentence(
            "{ratio} × e^(± {t} × {error})",
            {"ratio": _text(r, ratio, 4), "t": t, "error": error},
        )
        made.append((words("{level}% interval").format(level=95), how, _interval(r, "change")))
    if r.on_trend and r.has("trend", "trend_lower", "trend_upper"):
        how = words.say(
            "log-linear trend over {first}–{last}, quasi-Poisson; 1 means no change a year",
            first=r.start,
            last=r.year,
        )
        made.append((words("Trend, ratio a year"), how, _text(r, 1 + r.number("trend"), 3)))
        made.append(
            (
                words("Its {level}% interval").format(level=95),
                words("the verdict rests on this one"),
                _interval(r, "trend"),
            )
        )
    return made


def _interval(r: Reading, stem: str) -> str:
    low, high = (_text(r, 1 + r.number(f"{stem}_{end}"), 2) for end in ("lower", "upper"))
    return f"{low}–{high}"


def _target(r: Reading, scale: int) -> list[Step]:
    """The target path of the year and the plain fact, where the goal has a number."""
    goal = goal_of(r.report, r.name)
    if goal is None or goal.target is None or not r.has("target"):
        return []
    words, start = r.words, _n(r, "baseline_value", 2, scale)
    how = Sentence(_path_of(r, goal, scale), {"start": start})
    target, value = _n(r, "target", 2, scale), _n(r, "value", 2, scale)
    reached = r.text("target_reached")
    sign = ("≥" if reached == "yes" else "<") if r.higher_is_better else ("≤" if reached == "yes" else ">")
    return [
        (words.say("The plan's number {year}", year=r.year), how, target),
        (
            words("Is the number reached?"),
            Sentence(f"{{value}} {sign} {{target}}", {"value": value, "target": target}),
            words("yes") if reached == "yes" else words("no"),
        ),
    ]


def _path_of(r: Reading, goal: Goal, scale: int) -> str:
    """How the target of the year follows from {start}, the level of the baseline."""
    aim, years, plan = goal.target, r.year - r.start, r.report.plan
    assert aim is not None
    size, of = aim.size, f"{years}/{plan.years[-1] - r.start}"
    sign = "−" if size < 0 else "+"
    if aim.way == "level":
        last, level = aim.by or plan.years[-1], _text(r, size * scale, 2)
        if r.year >= last or r.met_from_start:
            return level
        return f"{{start}} + {years}/{last - r.start} × ({level} − {{start}})"
    if aim.way in POINTS:
        part = str(years) if aim.way == "annual_points" else of
        return f"{{start}} {sign} {part} × {_text(r, abs(size) * scale, 2)}"
    if aim.way == "annual_change" and aim.reading is TargetReading.COMPOUNDING:
        power = "" if years == 1 else "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(years))
        return f"{{start}} × {_text(r, 1 + size, 2)}{power}"
    part = of if aim.way == "total_change" else str(years)
    return f"{{start}} × (1 {sign} {part} × {_text(r, abs(size), 2)})"


# ---- levels in a unit of their own ------------------------------------------------------------


def _amounts(r: Reading) -> list[Step]:
    words, then = r.words, read(r.report, r.name, r.text("area") or None, r.baseline_year)
    made: list[Step] = [
        (words("Level in {year}").format(year=one.year), _span(one, "lower", "upper"), one.level())
        for one in (r, then)
    ]
    ends = _span(r, "change_lower", "change_upper")
    return [*made, (words("Change"), ends, r.amount("change", signed=True)), *_target(r, 1)]


def _span(r: Reading, lower: str, upper: str) -> Any:
    """The interval around a number of the row; a dash where it has none."""
    if not r.has(lower, upper):
        return DASH
    return r.words.say(
        "{level}% interval {low} to {high}",
        level=r.cite("level", decimals=0),
        low=r.cite(lower),
        high=r.cite(upper),
    )


# ---- the verdict --------------------------------------------------------------------------------


def _verdict(r: Reading) -> Step:
    return (r.words("Verdict"), _condition(r), judgements.verdict_word(r.verdict, r.words).lower())


def _condition(r: Reading) -> Any:
    """The condition that decided, in the terms of the calculation above it."""
    words, parts = r.words, {"none": "1" if r.statistic.relative else "0"}
    if r.has("planned_change", "planned_half"):
        parts |= {"planned": _planned(r, "planned_change"), "half": _planned(r, "planned_half")}
    if r.rule == "series_break":
        return words("the series is broken: nothing can be concluded")
    if r.verdict == Verdict.REACHED:
        return words.say("the whole interval lies at or beyond the planned {planned}", **parts)
    if r.verdict == Verdict.OFF_TRACK:
        return words.say("the whole interval lies short of the planned {planned}", **parts)
    if r.verdict == Verdict.ON_TRACK:
        return words.say("the whole interval lies beyond half of what was planned, {half}", **parts)
    if r.verdict in (Verdict.IMPROVING, Verdict.IMPROVED):
        return words.say("the whole interval lies on the good side of {none}", **parts)
    if r.verdict == Verdict.WORSENED:
        return words.say("the whole interval lies on the wrong side of {none}", **parts)
    if r.verdict == Verdict.LITTLE_CHANGE:
        delta = r.amount("delta") if r.has("delta") else words("the limit")
        return words.say("the whole interval lies within {delta} either way", delta=delta)
    if "planned" in parts:
        return words.say("the interval holds both {none} and the planned {planned}", **parts)
    return words.say("the interval holds {none}", **parts)


def _planned(r: Reading, column: str) -> str:
    """A planned change as the calculation has it: a ratio, or points."""
    if r.statistic.relative:
        return _text(r, 1 + r.number(column), 2)
    return number(r.number(column), 1, language=r.words.language, scale=100)


def _detectable(r: Reading) -> list[Step]:
    if not r.has("detectable"):
        return []
    how = r.words("the change that would be seen four times in five")
    return [(r.words("Seen four times in five from"), how, r.amount("detectable", signed=True))]
