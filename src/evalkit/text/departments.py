"""Departments: what an area is the sum of, and which of its homes came or went on the way."""

from __future__ import annotations

from evalkit.plan import Area, Department
from evalkit.text.numbers import Quoted, date
from evalkit.text.words import Sentence, Words

_FILE = "params/plan.yml"


def parts(area: Area, words: Words) -> list[Sentence]:
    """The departments that an area is the sum of, and what happened to those that came or went; none where it has none."""
    if not area.departments:
        return []
    names = words.listed([Quoted(one.name, _FILE) for one in area.departments])
    return [
        words.say("The figures are those of {names}, added up.", names=names),
        *came_and_went(area, words),
    ]


def came_and_went(area: Area, words: Words) -> list[Sentence]:
    """One sentence for each department that is not there from the first to the last, with the plan's note."""
    found = []
    for one in area.departments:
        if one.changes:
            found.append(_when(one, words))
            if one.note is not None:
                found.append(Sentence("{note}", {"note": Quoted(one.note.get(words.language), _FILE)}))
    return found


def _when(one: Department, words: Words) -> Sentence:
    name, days = Quoted(one.name, _FILE), (one.since, one.until)
    since, until = (Quoted(date(day, words.language), _FILE) if day else "" for day in days)
    if not until:
        return words.say("{name} is part of the area from {since}.", name=name, since=since)
    if not since:
        return words.say("{name} is part of the area until {until}.", name=name, until=until)
    return words.say(
        "{name} is part of the area from {since} until {until}.", name=name, since=since, until=until
    )
