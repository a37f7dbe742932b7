"""The stored rehearsal on the method page: what was promised of the verdicts, and what generated plans showed."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evalbook.site.context import Overview
from evalbook.site.section import Section, paragraphs, section
from evalkit.tables.markup import table
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import Cited, date, number

FILE: Final = "data/rehearsal.csv"
UNPROMISED: Final = (
    "plan_good",
    "effect_for",
    "long_fall",
    "level_three",
    "level_three_narrow",
    "level_three_wide",
    "level_three_shares",
    "level_three_safety",
    "speaks_for_shares",
)
WHERE_UNPROMISED: Final = (
    "nothing",
    "dispersion_1",
    "dispersion_3",
    "half_pace",
    "on_path",
    "on_path_1",
    "on_path_3",
    "ahead",
    "one_area_falls",
    "very_restless",
    "very_restless_small_3",
    "very_restless_small_7",
    "very_restless_small_15",
)
"""Measures and worlds that are shown without a limit: nobody can promise how much a comparison finds."""
Z: Final = 1.96
"""Monte Carlo standard errors to either side of a rate."""


def sections(site: Overview) -> list[Section]:
    """The section; none where the workbook has no stored rehearsal."""
    path = Path(site.plan.root, FILE)
    if not path.is_file():
        return []
    stored = pd.read_csv(path, keep_default_na=False)
    promised = stored[stored["limit"] != ""].to_dict("records")
    shown = stored[
        stored["measure"].isin(UNPROMISED) & stored["world"].isin(WHERE_UNPROMISED) & (stored["limit"] == "")
    ]
    return [_section(site, promised, shown.to_dict("records"))] if promised else []


def _section(site: Overview, promised: list[dict[Any, Any]], shown: list[dict[Any, Any]]) -> Section:
    words = site.words
    kept = sum(row["within"] == "yes" for row in promised)
    near = sum(row["within"] == "unclear" for row in promised)
    first, worlds = promised[0], len({row["world"] for row in promised})
    about = words.say(
        "How often would the verdicts be wrong? That can only be known where the truth is known. So a program has drawn {reps} plans or more "
        "in each of {worlds} made-up courses, and the rules of this page have judged them. No figure here is about real people.",
        reps=_count(site, min(int(row["reps"]) for row in promised), "reps"),
        worlds=_count(site, worlds, "worlds"),
    )
    said = words.say(
        "{kept} of the {all} limits promised beforehand are kept.",
        kept=_count(site, kept, "within"),
        all=_count(site, len(promised), "limit"),
    )
    beyond = (
        words.count(
            "{n} is passed, but by less than the rehearsal's own uncertainty.",
            "{n} are passed, but by less than the rehearsal's own uncertainty.",
            near,
            n=_count(site, near, "within"),
        )
        if near
        else None
    )
    broken = len(promised) - kept - near
    wrong = words.count("{n} is broken.", "{n} are broken.", broken, n=_count(site, broken, "within"))
    when = words.say(
        "Rehearsed {day} with seed {seed}; every measure, also those without a limit, stands in {file}.",
        day=date(dt.date.fromisoformat(str(first["date"])), site.language),
        seed=_count(site, int(first["seed"]), "seed", plain=True),
        file=FILE,
    )
    tables = [_world(site, list(rows)) for _, rows in groupby(promised, key=lambda row: row["world"])]
    tables.append(_unpromised(site, shown))
    return section(
        "proevet",
        words("Tried on known answers"),
        paragraphs(about, joined(said, beyond, wrong if broken else None, between=" ")),
        element("details", element("summary", words("See every limit and what was seen")), *tables),
        paragraphs(when),
    )


def _world(site: Overview, rows: list[dict[Any, Any]]) -> Block:
    """The promises of one course of events."""
    words = site.words
    answers = {
        "yes": words("yes"),
        "no": words("no"),
        "unclear": words("passed within the uncertainty"),
    }
    body = [
        (
            _capital(row[f"measure_{site.language}"]),
            _whole(_seen(site, row)),
            _whole(_limit(site, row)),
            answers[row["within"]],
        )
        for row in rows
    ]
    head = [words("What may happen"), words("Seen, % of plans"), words("Promised, %"), words("Kept?")]
    caption = words("Simulated plans: {world}").format(world=rows[0][f"world_{site.language}"])
    return table(element("b", caption), head, body, class_="words rehearsed", label=caption)


def _unpromised(site: Overview, rows: list[dict[Any, Any]]) -> Block:
    """What was seen without a promise: how often evidence level three is reached, and what a comparison finds."""
    words = site.words
    body = [
        (
            _capital(row[f"world_{site.language}"]),
            _capital(row[f"measure_{site.language}"]),
            _whole(_seen(site, row)),
        )
        for row in rows
    ]
    head = [words("Simulated plans"), words("What may happen"), words("Seen, % of plans")]
    caption = words("Seen, but not promised")
    return table(element("b", caption), head, body, class_="words rehearsed", label=caption)


def _whole(said: Any) -> Block:
    """Words that are not parted at the end of a line."""
    return element("span", said, class_="nw")


def _seen(site: Overview, row: dict[Any, Any]) -> Any:
    """The rate with its Monte Carlo error at the usual level."""
    place = f"{FILE}: {row['world']}.{row['measure']}"
    rate, error = float(row["rate"]), Z * float(row["error"])
    return site.words.say(
        "{rate} ± {error}",
        rate=Cited(number(rate, 1, language=site.language, scale=100), rate, place=f"{place}.rate"),
        error=Cited(number(error, 1, language=site.language, scale=100), error, place=f"{place}.error × {Z}"),
    )


def _limit(site: Overview, row: dict[Any, Any]) -> Any:
    """The promise in words: at most 2.5, at least 94, 93.5 to 97."""
    words, place = site.words, f"{FILE}: {row['world']}.{row['measure']}.limit"
    found = [float(one) for one in re.findall(r"(?:(?<!\d)-)?\d+(?:\.\d+)?", row["limit"])]
    ends = [
        Cited(
            number(one, 0 if (100 * one).is_integer() else 1, language=site.language, scale=100),
            one,
            place=place,
        )
        for one in found
    ]
    if len(ends) == 2:
        return words.say("{low} to {high}", low=ends[0], high=ends[1])
    return (
        words.say("at most {n}", n=ends[0]) if "<" in row["limit"] else words.say("at least {n}", n=ends[0])
    )


def _count(site: Overview, n: int, column: str, *, plain: bool = False) -> Cited:
    text = str(n) if plain else number(n, language=site.language)
    return Cited(text, n, place=f"{FILE}: {column}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
