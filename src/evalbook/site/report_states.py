"""How far each report has come, as its page, its notebook and the data page say it; what changes without a notebook being run."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from evalbook.approval.checklist import unanswered
from evalbook.approval.review_notes import notes
from evalbook.approval.reviewed import Reviewed
from evalbook.site.context import Overview
from evalbook.site.frame import running_foot
from evalkit.errors import EvalkitError
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import FINAL, Plan
from evalkit.terms import PLAN, Status
from evalkit.text.html import Block, element, raw, slot
from evalkit.text.numbers import DASH
from evalkit.text.status import page_title, status_chip, status_word
from evalkit.text.words import Words, gettext_for


def foot_line(title: str, status: Status, words: Words) -> str:
    """What stands at the foot of each printed page of a report."""
    return f"{title} · {status_word(status, words)}"


def slots_of(reviewed: Reviewed, language: str) -> tuple[dict[str, str], Status]:
    """What stands in the slots of a report's page and notebook, as HTML by their names; and its status."""
    report, state, words = reviewed.report(language), reviewed.state(), gettext_for(language)
    title = page_title(words, report.name, report.year, final=reviewed.name == FINAL)
    said = {name: note.html for name, note in notes(report, state).items()}
    return said | {"foot": running_foot(foot_line(title, state.status, words))}, state.status


def states(
    plan: Plan, evaluation: Evaluation, keys: Iterable[str]
) -> tuple[dict[str, Status], dict[str, int]]:
    """By key (nordparken/2019, plan/final): the status of each report, and how many items of its checklist are open."""
    found = {key: _state(plan, evaluation, key) for key in keys}
    return {key: status for key, (status, _) in found.items()}, {key: n for key, (_, n) in found.items()}


def _state(plan: Plan, evaluation: Evaluation, key: str) -> tuple[Status, int]:
    area, _, name = key.rpartition("/")
    names = [*map(str, plan.years), *([FINAL] if area == PLAN else [])]
    if area not in (PLAN, *plan.areas) or name not in names:
        return Status.DRAFT, 0
    report = Reviewed(plan, evaluation, area, name)
    try:
        state = report.state()
        return state.status, len(unanswered(report.report(), state))
    except EvalkitError:
        return Status.DRAFT, 0  # its own run says what is wrong; nothing unread counts as reviewed


def status_slot(site: Overview) -> Block:
    """The table of statuses in its slot on the data page."""
    return slot("statuses", status_table(site))


def status_table(site: Overview) -> Block:
    """Which reports there are and how far each has come."""
    words, body = site.words, []
    for area in site.places:
        if area == PLAN and not any(key.startswith(f"{PLAN}/") for key in site.statuses):
            continue
        cells = []
        for name in (*map(str, site.plan.years), FINAL):
            label = words("Final evaluation") if name == FINAL else name
            if name == FINAL and area != PLAN:
                cells.append(element("td", DASH, role="cell", data_label=label, class_="quiet"))
                continue
            href = site.href(area, name)
            if href is None:
                cells.append(element("td", words("not made"), role="cell", data_label=label, class_="quiet"))
                continue
            chip = status_chip(site.statuses[f"{area}/{name}"], words).html
            named = (
                chip.removesuffix("</span>")
                + f'<span class="vh">: {escape(site.name(area))}, {escape(label)}</span></span>'
            )
            link = named.replace("<span", f'<a href="{href}"', 1).removesuffix("</span>") + "</a>"
            left = _open(site.open.get(f"{area}/{name}", 0), words)
            cells.append(element("td", raw(link), left, role="cell", data_label=label))
        body.append(
            element(
                "tr", element("th", site.area_link(area), scope="row", role="rowheader"), *cells, role="row"
            )
        )
    heads = (words("Area"), *map(str, site.plan.years), words("Final evaluation"))
    head = element("tr", *map(column_head, heads), role="row")
    return element(
        "table",
        element("caption", words("How far each report has come: draft, in review or approved")),
        element("thead", head, role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        class_="words reports stack",
        role="table",
    )


def _open(left: int, words: Words) -> Block | None:
    """How many items of a report's checklist are open."""
    if not left:
        return None
    return element("span", words.count("{n} open item", "{n} open items", left, n=left), class_="open")


def column_head(text: Any) -> Block:
    """The head of a table's column, also where a small screen shows rows as blocks."""
    return element("th", text, scope="col", role="columnheader")
