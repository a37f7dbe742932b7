"""What is asked for: areas, years and goals of another plan, read from the command line and checked."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from evalbook.scaffold import library
from evalkit.errors import EvalkitError, UnknownName, did_you_mean, fold
from evalkit.plan.definition import TAKEN, WINDOWS_DEVICES

LONGEST: Final = 10  # plan years; more is a slip of the finger
ID: Final = 40  # characters that an id may have


@dataclass(frozen=True)
class Wanted:
    """A plan to scaffold; `areas` are names by id, `goals` are indicators of the library."""

    areas: dict[str, str]
    years: list[int]
    goals: list[str]
    name: str = ""
    municipality: str = ""
    month: int = 1  # in which a plan year begins

    @property
    def baseline(self) -> int:
        """The year before the first plan year."""
        return self.years[0] - 1

    @property
    def first_day(self) -> dt.date:
        """First day of the plan."""
        return self.first_day_of(self.years[0])

    @property
    def last_day(self) -> dt.date:
        """Last day of the plan."""
        return self.first_day_of(self.years[-1] + 1) - dt.timedelta(days=1)

    def first_day_of(self, year: int) -> dt.date:
        """First day of a plan year, which is named by the calendar year it ends in."""
        return dt.date(year - (self.month > 1), self.month, 1)


def wanted(
    areas: Sequence[str],
    years: str,
    goals: str = "",
    *,
    name: str = "",
    municipality: str = "",
    month: int = 1,
) -> Wanted:
    """The plan that the options ask for; EvalkitError says what to type instead."""
    if not 1 <= month <= 12:
        raise EvalkitError(f"--month {month}: type the month that a plan year begins in, 1 to 12.")
    name, municipality = " ".join(name.split()), " ".join(municipality.split())
    return Wanted(_areas(areas), _years(years), _goals(goals), name, municipality, month)


def area_id(name: str) -> str:
    """The id of an area: its name in small letters, æøå as ae, oe, aa, words joined by _; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", fold(name)).encode("ascii", "ignore").decode()
    made = "_".join(re.findall(r"[a-z0-9]+", plain))
    if made[:1].isdigit():
        made = f"omraade_{made}"
    return made if len(made) <= ID else made[: ID + 1].rpartition("_")[0] or made[:ID]


def _listed(texts: Iterable[str]) -> list[str]:
    """The parts of comma-separated lists, spaces put right; an empty part is left out."""
    return [one for text in texts for part in text.split(",") if (one := " ".join(part.split()))]


def _areas(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _listed(given):
        key = area_id(name)
        if not key:
            raise EvalkitError(
                f"--areas: {name!r} holds no letter a-z, æ, ø or å to name files after. Write the name in such letters; "
                "the full name can stand in params/plan.yml afterwards."
            )
        if key in WINDOWS_DEVICES:
            raise EvalkitError(
                f"--areas: {name!r} cannot be an area: Windows makes no folder called {key!r}. Write more of its name."
            )
        if key in TAKEN:
            raise EvalkitError(
                f"--areas: {name!r} cannot be an area: the word {key!r} is taken. Write more of its name."
            )
        if key in found:
            raise EvalkitError(
                f"--areas: {found[key]!r} and {name!r} would both be called {key!r}. Name each area once, and so that they differ."
            )
        found[key] = name
    if not found:
        raise EvalkitError(
            '--areas is empty. Type the areas with commas between, e.g. --areas "Nordparken,Søvang".'
        )
    return found


def _years(given: str) -> list[int]:
    match = re.fullmatch(r"\s*(\d{4})\s*(?:[-–]\s*(\d{4})\s*)?", given)
    if not match:
        raise EvalkitError(f"--years {given}: type the first and the last plan year, e.g. --years 2023-2026.")
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise EvalkitError(
            f"--years {given}: the last year comes before the first. Did you mean --years {last}-{first}?"
        )
    if not 1990 <= first <= last <= 2099:
        raise EvalkitError(f"--years {given}: plan years lie between 1990 and 2099.")
    if last - first + 1 > LONGEST:
        raise EvalkitError(
            f"--years {given}: that is {last - first + 1} years; a plan has at most {LONGEST} here."
        )
    return list(range(first, last + 1))


def _goals(given: str) -> list[str]:
    known = library.goals()
    named = _listed([given]) or library.usual_goals()
    for name in named:
        if name not in known:
            raise UnknownName(
                f"--goals: no indicator {name!r} to measure a goal by. {did_you_mean(name, known)} An indicator of your own is "
                "added to params/indicators.yml afterwards; the file says how."
            )
    if twice := [name for name in dict.fromkeys(named) if named.count(name) > 1]:
        raise EvalkitError(f"--goals names {', '.join(twice)} twice. Name each goal once.")
    return named
