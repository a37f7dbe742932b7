"""The differences between two editions as a table for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from evalbook.approval.fingerprints import Difference, in_brief
from evalbook.approval.review_notes import column_word, value_word
from evalbook.review.compare import Change, compare, given_away
from evalbook.run.files import write_whole
from evalbook.site.document import Section, section
from evalbook.site.frame import Frame
from evalbook.site.page import render
from evalkit.plan import Plan, read
from evalkit.tables.table import table
from evalkit.terms import PLAN
from evalkit.text.html import Block, element, joined
from evalkit.text.numbers import DASH, MINUS
from evalkit.text.words import Words, gettext_for

PAGE: Final = "compare.html"

CUT: Final = 80
"""Characters of a text in the terminal; the page has all of it."""
MOST: Final = 12
"""Differences of one kind that are told before the others are folded, or counted in the terminal."""
THERE: Final = {"page": "the page is there", "": DASH}


def _titles(words: Words) -> dict[str, str]:
    """What the kinds of differences are called, in the order in which they are told."""
    return {
        "given": words("Hidden, but can be worked out from the two"),
        "hidden": words("Newly hidden"),
        "shown": words("Shown or missing now"),
        "verdict": words("Verdicts changed"),
        "figure": words("Figures revised"),
        "row": words("Rows that came or went"),
        "text": words("Texts changed"),
    }


def lines(changes: Sequence[Change]) -> str:
    """The differences as lines, verdicts and hidden rows first; long texts cut."""
    said = []
    for kind, title in _titles(gettext_for("en")).items():
        if found := [one for one in changes if one.kind == kind]:
            said.append(f"{title}: {len(found)}")
            for one in found if kind == "given" else found[:MOST]:
                if kind == "given":
                    said.append(f"  {one.place}: hidden in {one.new}; follows if {one.old} is unchanged")
                    continue
                old, new = (THERE.get(side, side) for side in _cut(one.old, one.new))
                said.append(f"  {one.place}: {old} → {new}" + (f"  [{one.why}]" if one.why else ""))
            if kind != "given" and len(found) > MOST:
                said.append(f"  … and {len(found) - MOST} more, on the page")
    return "\n".join(said) or "Nothing has changed."


def _cut(old: str, new: str) -> tuple[str, str]:
    """Two long texts from a little before the first word in which they differ."""
    if max(len(old), len(new)) <= CUT:
        return old, new
    differ = (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    same = next(differ, min(len(old), len(new)))
    start = old.rfind(" ", 0, same - CUT // 4) + 1 if same > CUT // 4 else 0
    begun = (("…" if start else "") + text[start:] for text in (old, new))
    before, after = (text if len(text) <= CUT else f"{text[: CUT - 1]}…" for text in begun)
    return before, after


def page(changes: Sequence[Change], plan: Plan, old: Path, new: Path, synthetic: bool, language: str) -> str:
    """The differences as a self-contained page of their own."""
    words = gettext_for(language)
    title = words("What changed?")
    frame = Frame(
        plan,
        language,
        PAGE,
        synthetic,
        title=title,
        running=title,
        other_language=False,
        description=words("What changed between two editions."),
    )
    parts: list[Section] = []
    none = []
    for kind, name in _titles(words).items():
        found = _together(
            sorted((one for one in changes if one.kind == kind), key=lambda one: _area(one, plan))
        )
        if not found:
            none.append(name)
            continue
        tabled = _given if kind == "given" else _table
        body = tabled(name, found[:MOST], plan, words)
        if rest := found[MOST:]:
            folded = f"{name}, {MOST + 1}–{len(found)}"
            more = element("details", element("summary", folded), tabled(folded, rest, plan, words))
            body = joined(body, more)
        parts.append(section(kind, f"{name} ({len(found)})", body))
    if none:
        parts.append(
            section("none", words("No difference"), element("ul", *(element("li", name) for name in none)))
        )
    n = sum(one.kind != "given" for one in changes)
    lead = words.count(
        "From {old} to {new}: {n} difference.",
        "From {old} to {new}: {n} differences.",
        n,
        old=old.name,
        new=new.name,
        n=n,
    )
    note = words("Figures are written as in results.csv: shares are numbers between zero and one.")
    if any(one.kind == "figure" for one in changes):
        note += " " + words(
            "Where a number and the ends of its interval differ, the number alone stands here."
        )
    return render(
        "page.html.j2",
        frame,
        sections=parts,
        heading=title,
        kicker=words("Comparison"),
        lead=f"{lead.plain} {note}",
        links=(),
    )


def _together(found: Sequence[Change]) -> list[list[Change]]:
    """The figures of one row together, without an interval's ends where the number in it differs too; all else for itself."""
    places = [one.place.rpartition(".")[::2] for one in found if one.kind == "figure"]
    brief = {(one.row, one.column) for one in in_brief([Difference(*place, None, None) for place in places])}
    groups: dict[str, list[Change]] = {}
    for number, one in enumerate(found):
        row, _, column = one.place.rpartition(".")
        if one.kind != "figure":
            groups[str(number)] = [one]
        elif (row, column) in brief:
            groups.setdefault(row, []).append(one)
    return list(groups.values())


def _table(title: str, groups: Sequence[Sequence[Change]], plan: Plan, words: Words) -> Block:
    head = [words("Where"), words("Was"), words("Is now"), words("Why")]
    rows = [
        (
            _place(group[0], plan, words),
            *(
                joined(*(_said(one, getattr(one, side), words) for one in group), between="<br>")
                for side in ("old", "new")
            ),
            joined(*dict.fromkeys(one.why_in(words) or DASH for one in group), between="<br>"),
        )
        for group in groups
    ]
    return table(title, head, rows, class_="words", label=title)


def _given(title: str, groups: Sequence[Sequence[Change]], plan: Plan, words: Words) -> Block:
    head = [words("Where"), words("Hidden in"), words("Follows if these are unchanged")]
    rows = [(_place(one, plan, words), one.new, one.old) for (one,) in groups]
    return table(title, head, rows, class_="words", label=title)


def _area(one: Change, plan: Plan) -> int:
    """Where a difference stands among those of its kind: the plan, its areas in their order, then all others."""
    places, area = [PLAN, *plan.areas], ([*one.place.split("."), ""])[1]
    return places.index(area) if one.kind != "text" and area in places else len(places)


def _place(one: Change, plan: Plan, words: Words) -> Any:
    """What a row is about, with its id in results.csv; a page by its name."""
    if one.kind == "text":
        return one.place
    name, area, year, *column = one.place.split(".")
    if name not in plan.indicators:
        return element("code", one.place)
    title = plan.indicators[name].title.get(words.language)
    where = plan.areas[area].name if area in plan.areas else area
    said = [title, words("the plan's areas together") if area == PLAN else where, year]
    if one.kind == "figure":
        return joined(", ".join(said), element("br"), element("code", f"{name}.{area}.{year}"))
    said += [column_word(words, one) for one in column]
    return joined(", ".join(said), element("br"), element("code", one.place))


def _said(one: Change, value: str, words: Words) -> str:
    """One side of a difference: a sentence, a word for a state or verdict, or a named number with the language's comma."""
    if not value:
        return DASH
    if one.kind == "text":
        return words("the page is there") if value == "page" else value
    if one.kind != "figure":
        return value_word(words, value, "verdict" if one.kind == "verdict" else "shown")
    said = f"{float(value):.6g}".replace("-", MINUS)
    said = said.replace(".", ",") if words.language == "da" else said
    return f"{column_word(words, one.place.rpartition('.')[2])} {said}"


def command(root: Path, old: Path, new: Path, to: Path, language: str) -> str:
    """Compare two folders, write the page, and give the table."""
    plan = read(root)
    changes = [*given_away(old, new, plan), *compare(old, new)]
    rows = (new / "results.csv").read_text(encoding="utf-8").splitlines()
    synthetic = any(row.endswith(",yes") for row in rows[1:])
    to = to if to.is_absolute() else root / to
    write_whole(to, page(changes, plan, old, new, synthetic, language))
    return f"{lines(changes)}\nSee {to}"
