"""What a release corrects: figures that an earlier one showed otherwise, said at the top of the report with old, new and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
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
from evalkit.results import RELEASES, ROW_COLUMNS
from evalkit.text.html import element
from evalkit.text.numbers import date
from evalkit.text.status import status_line
from evalkit.text.words import LANGUAGES, gettext_for


def put(
    root: Path, made: Path, reports: Mapping[str, Reviewed], earlier: Mapping[str, dt.date]
) -> Iterator[str]:
    """Say on the pages of reports what they correct; gives a line for each report that corrects something.

    Parameters
    ----------
    made : the folder with the pages and tables of the new release, which are written anew
    earlier : the day of each earlier release, by its folder, oldest first; a report is compared with the last that holds it
    """
    changes, typed = cache(compare.figures), cache(_typed)
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
        if not found:
            continue
        why = {one.place: replace(one, columns=(), rules=()) for one in changes(old, made)}
        for language in LANGUAGES:
            words, page = gettext_for(language), made / f"{key_of(language, key)}.html"
            day = date(earlier[held[-1]], language)
            head = words.count(
                "{n} figure is corrected since the release of {day}.",
                "{n} figures are corrected since the release of {day}.",
                len(found),
                n=len(found),
                day=day,
            )
            items = []
            for one in found:
                said = changed_figure(report.report(language), one, f"{RELEASES}/{old.name}/results.csv: ")
                change = why.get(f"{one.row}.{one.column}") or why.get(one.row)
                reason = change.why_in(words) if change else ""
                items.append(element("li", said, f" {words('Why')}: {reason}." if reason else ""))
            notes = {
                "status": status_line(report.state().status, words, head.plain),
                "outdated": element(
                    "div", element("p", element("b", head)), element("ul", *items), class_="note"
                ),
            }
            filled = slots.fill(page.read_text("utf-8"), {name: one.html for name, one in notes.items()})
            write_whole(page, filled)
        yield f"{key}: {len(found)} corrected since {RELEASES}/{old.name}; its page says which."


def _typed(folder: Path) -> pd.DataFrame:
    """The rows of an edition, its numbers as numbers."""
    rows = compare.rows(folder).reset_index(drop=True)
    numbers = [name for name in rows if not ROW_COLUMNS[name].is_text]
    return rows.assign(**{name: pd.to_numeric(rows[name]) for name in numbers})
