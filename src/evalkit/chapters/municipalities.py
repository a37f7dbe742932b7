"""The municipality among all others, in official figures: the same machinery, about the municipality and not the areas."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.figures import draw, labels
from evalkit.figures.chart import Chart
from evalkit.figures.labels import TextLine
from evalkit.figures.style import ACCENT, COMP, INK, NARROW, SMALL, TEXT, WIDE
from evalkit.measure.official import MUNICIPALITY, OFFICIAL, USUAL
from evalkit.report import Report
from evalkit.tables.table import cell, folded, limit_heads, limits, report_table
from evalkit.terms import P_LIMIT
from evalkit.text import comparison
from evalkit.text.caveat import without_shocks
from evalkit.text.facts import cited
from evalkit.text.html import Block, joined, paragraph
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.surroundings import no_official, official_indicators
from evalkit.text.words import Sentence, gettext_for


def text(report: Report) -> Block:
    """The municipality's difference from the other municipalities, with and without the odd quarters."""
    parts: list[Any] = []
    if not official_indicators(report):
        return no_official(report.language)
    for name in official_indicators(report):
        r, usual = read(report, name, MUNICIPALITY), read(report, name, USUAL)
        parts.append(
            paragraph(
                _rank(report, r),
                _difference(r),
                _mean(r),
                _chance(r),
                _usual(usual, r),
            )
        )
        parts.append(_readings(report, r, usual))
    return joined(*parts)


def others(report: Report, indicator: str) -> pd.Series:
    """Change since the baseline year of every other municipality, this year, by row id."""
    rows = report.rows
    mine = rows[
        (rows["indicator"] == indicator)
        & (rows["year"] == report.year)
        & rows["area"].str.startswith(OFFICIAL)
    ]
    return mine["change"].dropna().astype(float).sort_values()


def _rank(report: Report, r: Reading) -> Sentence | None:
    found = others(report, r.name)
    if not r.has("change") or found.empty:
        return None
    more = int((found < r.number("change")).sum())
    place = f"rows: {r.name}.{OFFICIAL}*.{report.year}.change"
    return r.words.say(
        "Since {baseline} reports a head fell more in {more} of the {all} other municipalities.",
        baseline=r.baseline,
        more=cited(report, more, place),
        all=cited(report, len(found), place),
    )


def _difference(r: Reading) -> Sentence | None:
    if not r.has("event", "event_lower", "event_upper"):
        return r.words.say("It cannot be compared with the other municipalities.")
    parts = {
        "size": r.amount("event", size=True),
        "low": r.cite("event_lower", signed=True),
        "high": r.amount("event_upper", signed=True),
    }
    if r.sign("event") < 0:
        return r.words.say(
            "Against their mean the level is {size} lower; given the spread between them it may be anything from {low} to {high}.",
            **parts,
        )
    return r.words.say(
        "Against their mean the level is {size} higher; given the spread between them it may be anything from {low} to {high}.",
        **parts,
    )


def _mean(r: Reading) -> Sentence | None:
    """The difference as a mean of the plan years, and whether any way of working it out goes beyond its uncertainty."""
    if not r.has("event_mean"):
        return None
    size, beyond = (
        r.amount("event_mean", size=True),
        any(comparison.side(r, one) for one in comparison.READINGS),
    )
    said = (
        r.words.say("As a mean of the plan years it is {size} lower.", size=size)
        if r.sign("event_mean") < 0
        else r.words.say("As a mean of the plan years it is {size} higher.", size=size)
    )
    if beyond:
        return said
    return r.words.say("{said} No difference is larger than its uncertainty.", said=said)


def _chance(r: Reading) -> Sentence | None:
    if not r.has("permutation_p", "permutation_floor"):
        return None
    drawn = round(1 / r.number("permutation_floor"))  # each municipality once, this one among them
    as_far = round(r.number("permutation_p") * drawn) - 1
    place = f"rows: {r.row['row']}.permutation_p / permutation_floor"
    parts = {
        "n": cited(r.report, as_far, place),
        "all": cited(r.report, drawn - 1, place),
        "p": r.cite("permutation_p"),
    }
    if r.number("permutation_p") >= P_LIMIT:
        return r.words.say(
            "The difference from the mean of the others is at least as large, up or down, in {n} of the {all} (p = {p}), so it may well be chance.",
            **parts,
        )
    return r.words.say(
        "The difference from the mean of the others is at least as large, up or down, in {n} of the {all} (p = {p}), so it is unusual.",
        **parts,
    )


def _usual(r: Reading, as_they_are: Reading) -> Sentence | None:
    """The difference without the odd quarters, where it is another."""
    stems = ("event", "event_lower", "event_upper")
    if not r.has(*stems) or [r.cite(one).text for one in stems] == [
        as_they_are.cite(one).text for one in stems
    ]:
        return None
    return r.words.say(
        "With usual quarters in place of the odd ones the difference is {size}, anything from {low} to {high}.",
        size=r.amount("event", signed=True),
        low=r.cite("event_lower", signed=True),
        high=r.amount("event_upper", signed=True),
    )


def _readings(report: Report, r: Reading, usual: Reading) -> Block:
    words = r.words
    names = {
        "event": words("Against the other municipalities, this year"),
        "event_baseline3": words("From a three-year baseline"),
        "event_mean": words("Mean of the plan years"),
        "event_calm": without_shocks(report),
        "pre_trend": words("Drift before the plan, a year (90% interval)"),
    }
    rows = [
        (
            name,
            *(
                x
                for one in (r, usual)
                for x in (
                    cell(one, stem, signed=True),
                    *limits(one, f"{stem}_lower", f"{stem}_upper", signed=True),
                )
            ),
        )
        for stem, name in names.items()
        if name is not None
    ]
    head = [words("Reading")]
    for quarters in (words("All quarters"), words("Usual quarters")):
        head += [quarters, *limit_heads(words("Interval"), words)]
    said = words.say(
        "{title}: {place} beside the other municipalities, official figures, per cent. Intervals are of 95% but where a row says otherwise.",
        title=r.title,
        place=area_name(report, MUNICIPALITY),
    )
    return folded(
        words("See other readings"),
        report_table(
            report,
            said,
            head,
            rows,
            class_="figures",
            label=words("Table: the municipality among the others"),
            official=True,
        ),
        paragraph(_lots(r, usual)),
    )


def _lots(r: Reading, usual: Reading) -> Sentence | None:
    if not (r.has("permutation_p") and usual.has("permutation_p")):
        return None
    return r.words.say(
        "Where municipalities are drawn by lot, p is {p} with all quarters and {usual} with usual ones.",
        p=r.cite("permutation_p"),
        usual=usual.cite("permutation_p"),
    )


def figure(report: Report) -> Chart | Block:
    """Every municipality's change as a stroke, this one's as a mark; official figures, so never marked as synthetic."""
    if not official_indicators(report):
        return joined()
    words, indicator = gettext_for(report.language), official_indicators(report)[0]
    r, found = read(report, indicator, MUNICIPALITY), others(report, indicator)
    place = area_name(report, MUNICIPALITY)
    title = words("{place} among all municipalities").format(place=place)
    about = words(
        "Change in reported offences a head since {baseline}, per cent. Each stroke is a municipality. Official figures."
    ).format(baseline=r.baseline)
    said = _rank(report, r)
    axes = _strokes(r, found) if r.has("change") and len(found) else []
    return Chart.of(
        report,
        title=title,
        about=about,
        alt=f"{title}. {said.plain if said else ''}",
        axes=axes,
        key="kommuner",
        layout=partial(_lay_out_strokes, axes, r, place),
        rows=[str(r.row["row"])],
        data=pd.DataFrame({"change": found * 100}),
        synthetic=False,
        remarks=f"{words('Source')}: {r.source}",
    )


def _strokes(r: Reading, found: pd.Series) -> list[Axes]:
    """Changes (0-1) of the other municipalities as strokes, and the reading's own as a mark."""
    import seaborn as sns  # takes half a second to import, and only this figure needs it

    own, changes = r.number("change") * 100, (found * 100).tolist()
    first, last = int(min(own, *changes) // 20) * 20, -int(-max(own, *changes) // 20) * 20
    with draw.canvas(r.name) as axes:
        (ax,) = axes
        ax.set(xlim=(first, last), ylim=(0, 1))
        ax.xaxis.set_major_formatter(draw.Numbers(r.words.language, signed=True))
        ax.yaxis.set_visible(False)
        ax.grid(axis="x")
        ax.spines["bottom"].set_visible(False)
        ax.axvline(0, color=INK, linewidth=1, zorder=0.6)
        strokes = {"color": COMP, "linewidth": 1.2, "alpha": 0.6}
        sns.rugplot(x=changes, height=0.8, ax=ax, expand_margins=False, **strokes)
        ax.plot((own, own), (0, 0.9), color=ACCENT, linewidth=3.2, solid_capstyle="butt", zorder=4)
    return axes


def _lay_out_strokes(axes: list[Axes], r: Reading, name: str, narrow: bool) -> None:
    (ax,), width = axes, NARROW if narrow else WIDE
    draw.resize(ax, 1.2, narrow=narrow)
    draw.place(ax, 0.25, 0.25, 0.35, 0.35)
    first, last = (round(end) for end in ax.get_xlim())
    step = 20 if (last - first) / 20 <= (5 if narrow else 10) else 40
    ax.set_xticks(range(-(-first // step) * step, last + 1, step))
    ax.tick_params(axis="x", labelsize=TEXT if narrow else SMALL, pad=4)
    line = TextLine(f"{name} {r.amount('change', signed=True).plain}", ACCENT, bold=True)
    at = labels.Points(ax).x(r.number("change") * 100)
    over = max(0.0, at + line.width - width * 72)
    labels.write(ax, r.number("change") * 100, 1, line, dx=-over, dy=4)
