"""The municipality among all others, in official figures: the same machinery, about the municipality and not the areas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.figures.chart import Chart
from evalkit.figures.municipality_chart import spread
from evalkit.measure.official import MUNICIPALITY, OFFICIAL, USUAL
from evalkit.report import Report
from evalkit.tables.cells import caption, cell, folded, limit_heads, limits
from evalkit.tables.table import table
from evalkit.text.caveat import without_shocks
from evalkit.text.facts import cited
from evalkit.text.html import Block, joined, paragraph
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.surroundings import no_official, official_indicators
from evalkit.text.words import Sentence, gettext_for


def text(report: Report) -> Block:
    """The municipality's difference from the other municipalities, with and without the odd quarters."""
    words = gettext_for(report.language)
    parts: list[Any] = []
    if not official_indicators(report):
        return no_official(report.language)
    for name in official_indicators(report):
        r, usual = read(report, name, MUNICIPALITY), read(report, name, USUAL)
        parts.append(
            paragraph(
                words.say(
                    "This is about {place} as a whole, not about the areas.",
                    place=area_name(report, MUNICIPALITY),
                ),
                _rank(report, r),
                _difference(r),
                _chance(r),
                _usual(usual, r),
            )
        )
        parts.append(_readings(report, r, usual))
    return joined(*(one for one in parts if one is not None))


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
    if r.number("permutation_p") >= 0.05:
        return r.words.say(
            "The difference from the mean of the others is at least as large, up or down, in {n} of the {all} (p = {p}), so it is nothing unusual.",
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
        table(
            caption(report, said, official=True),
            head,
            rows,
            class_="figures",
            label=words("Table: the municipality among the others"),
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
    return Chart.of(
        report,
        title=title,
        about=about,
        alt=f"{title}. {said.plain if said else ''}",
        drawings=spread(r, found.tolist(), place),
        rows=[str(r.row["row"])],
        data=pd.DataFrame({"change": found * 100}),
        synthetic=False,
        remarks=f"{words('Source')}: {r.source}",
    )
