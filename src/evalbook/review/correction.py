"""What a release corrects: figures that an earlier one showed otherwise, said at the top of the report with old, new and why.

Why is what the analyst has written (`corrections` in the assessment of the report's params file), else what the editions show of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from evalbook.approval import fingerprints
from evalbook.approval.review_notes import changed_figure
from evalbook.approval.reviewed import Reviewed
from evalbook.review import compare
from evalbook.run.files import write_whole
from evalbook.run.tasks import key_of
from evalbook.site import slots
from evalbook.site.frame import INDEX
from evalkit.plan import FINAL
from evalkit.results import RELEASES, ROW_COLUMNS
from evalkit.text.html import DIRECTION, Block, element, joined
from evalkit.text.numbers import date
from evalkit.text.status import page_title, status_line
from evalkit.text.words import LANGUAGES, Words, gettext_for


def put(
    root: Path, made: Path, reports: Mapping[str, Reviewed], earlier: Mapping[str, dt.date]
) -> Iterator[str]:
    """Say on the pages of reports what they correct, and on the overview which; gives a line for each, and for words not said.

    Parameters
    ----------
    made : the folder with the pages and tables of the new release, which are written anew
    earlier : the day of each earlier release, by its folder, oldest first; a report is compared with the last that holds it
    """
    changes, typed, corrected = cache(compare.figures), cache(_typed), list[Reviewed]()
    for key, report in reports.items():
        held = [name for name in earlier if (root / RELEASES / name / f"{key}.html").is_file()]
        if not held:
            continue
        old = root / RELEASES / held[-1]
        was, now = (
            fingerprints.figures(report.plan, typed(folder), report.area, report.year)
            for folder in (old, made)
        )
        found = [
            one for one in fingerprints.in_brief(list(fingerprints.differences(was, now))) if one.row in was
        ]
        given = report.params().assessment.corrections
        own = _not_said(given, [(root / RELEASES / name / f"{key}.html").read_text("utf-8") for name in held])
        used = {name for one in found if (name := _about(one, own))}
        if unused := [name for name in given if name not in used]:
            yield (
                f"params/{key}.yml, assessment.corrections: {', '.join(unused)} not said of any figure: none is other than in "
                f"{RELEASES}/{old.name}, or an earlier release has said it."
            )
        if not found:
            continue
        corrected.append(report)
        why = {one.place: replace(one, columns=(), rules=()) for one in changes(old, made)}
        for language in LANGUAGES:
            page = made / f"{key_of(language, key)}.html"
            notes = _notes(report, found, own, why, old.name, earlier[old.name], language)
            write_whole(page, slots.fill(page.read_text("utf-8"), notes))
        yield f"{key}: {len(found)} corrected since {RELEASES}/{old.name}; its page says which."
    for language in LANGUAGES if corrected else ():
        _on_overview(made / key_of(language, INDEX), corrected, gettext_for(language))


def _not_said(given: Mapping[str, str], before: Sequence[str]) -> dict[str, str]:
    """The analyst's words on corrections, but for those that an earlier release's page gives as a reason already."""
    words = gettext_for("da")
    clean = {name: DIRECTION.sub("", " ".join(text.split())) for name, text in given.items()}
    return {name: text for name, text in clean.items() if _why(text, words).html not in "".join(before)}


def _about(one: fingerprints.Difference, own: Mapping[str, str]) -> str:
    """Under which name the analyst says why a figure was corrected: its indicator, or `overall`; empty where nowhere."""
    name = one.row.partition(".")[0]
    return name if name in own else "overall" if "overall" in own else ""


def _why(reason: str, words: Words) -> Block:
    return element("span", f"{words('Why')}: {reason.rstrip('.')}.")


def _notes(
    report: Reviewed,
    found: Sequence[fingerprints.Difference],
    own: Mapping[str, str],
    why: Mapping[str, compare.Change],
    release: str,
    released: dt.date,
    language: str,
) -> dict[str, str]:
    """What a corrected report's slots hold: how many figures beside its status; each with old, new and why above the words."""
    words, items = gettext_for(language), list[Block]()
    head = words.count(
        "{n} figure is corrected since the release of {day}.",
        "{n} figures are corrected since the release of {day}.",
        len(found),
        n=len(found),
        day=date(released, language),
    )
    for one in found:
        said = changed_figure(report.report(language), one, f"{RELEASES}/{release}/results.csv: ")
        change = why.get(f"{one.row}.{one.column}") or why.get(one.row)
        reason = own.get(_about(one, own)) or (change.why_in(words) if change else "")
        items.append(element("li", said, " ", _why(reason, words) if reason else None))
    listed = element("div", element("p", element("b", head)), element("ul", *items), class_="note")
    status = status_line(report.state().status, words, head.plain)
    return {"status": status.html, "outdated": listed.html}


def _on_overview(page: Path, reports: Iterable[Reviewed], words: Words) -> None:
    """Name the corrected reports in one line of the overview, each a link."""
    links = (
        element(
            "a",
            page_title(words, one.report(words.language).name, one.year, final=one.name == FINAL),
            href=f"{one.key}.html",
        )
        for one in reports
    )
    said = words.say(
        "Corrected in this release: {reports}. The pages say which figures, and why.",
        reports=joined(*links, between="; "),
    )
    note = element("p", said, class_="note").html
    write_whole(page, slots.fill(page.read_text("utf-8"), {"corrected": note}))


def _typed(folder: Path) -> pd.DataFrame:
    """The rows of an edition, its numbers as numbers."""
    rows = compare.rows(folder).reset_index(drop=True)
    numbers = [name for name in rows if not ROW_COLUMNS[name].is_text]
    return rows.assign(**{name: pd.to_numeric(rows[name]) for name in numbers})
