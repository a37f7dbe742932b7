"""The differences between two editions as a table for the terminal and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from evalkit.plan import Plan, read
from evalkit.present.blocks import Block, element
from evalkit.publish.frame import Frame
from evalkit.publish.html import render
from evalkit.publish.section import Section, section
from evalkit.review.compare import Change, compare
from evalkit.running.files import write_whole

KINDS = {
    "hidden": "Newly hidden", "shown": "Shown or missing now", "verdict": "Verdicts changed", "figure": "Figures revised",
    "row": "Rows that came or went", "text": "Texts changed",
}  # fmt: skip


def table(changes: Sequence[Change]) -> str:
    """The differences as lines, verdicts and hidden rows first; long texts cut."""
    lines = []
    for kind, title in KINDS.items():
        if found := [one for one in changes if one.kind == kind]:
            lines.append(f"{title}: {len(found)}")
            lines += [
                f"  {one.place}: {_cut(one.old)} → {_cut(one.new)}" + (f"  [{one.why}]" if one.why else "")
                for one in found
            ]
    return "\n".join(lines) or "Nothing has changed."


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def page(changes: Sequence[Change], plan: Plan, old: Path, new: Path, synthetic: bool) -> str:
    """The differences as a self-contained page of their own."""
    frame = Frame(plan, "en", "compare.html", synthetic, title="What changed?", description="What changed between two editions.",
                  running="What changed?", twin=False)  # fmt: skip
    parts: list[Section] = []
    for kind, title in KINDS.items():
        found = [one for one in changes if one.kind == kind]
        body = _table(found) if found else element("p", "None.")
        parts.append(section(kind, f"{title} ({len(found)})", body))
    lead = f"From {old.name} to {new.name}: {len(changes)} differences."
    return render(
        "page.html.j2",
        frame,
        sections=parts,
        heading="What changed?",
        kicker="Comparison",
        lead=escape(lead),
        links=(),
    )


def _table(changes: Sequence[Change]) -> Block:
    head = element("tr", *(element("th", name, scope="col") for name in ("Where", "Was", "Is", "Why")))
    rows = [
        element(
            "tr",
            element("th", one.place, scope="row"),
            *(element("td", text) for text in (one.old, one.new, one.why)),
        )
        for one in changes
    ]
    made = element(
        "table",
        element("caption", "Each difference with its reason"),
        element("thead", head),
        element("tbody", *rows),
        class_="words",
    )
    return element("div", made, class_="scroll", role="region", aria_label="Differences", tabindex="0")


def command(root: Path, old: Path, new: Path, to: Path) -> str:
    """Compare two folders, write the page, and give the table."""
    changes = compare(old, new)
    rows = (new / "results.csv").read_text(encoding="utf-8").splitlines()
    synthetic = any(row.endswith(",yes") for row in rows[1:])
    to = to if to.is_absolute() else root / to
    write_whole(to, page(changes, read(root), old, new, synthetic))
    return f"{table(changes)}\nSee {to}"
