"""Forest plot: one goal's difference from similar areas, the whole plan first and then area by area."""

from __future__ import annotations

import math
from html import escape
from typing import Any, Final

from evalkit.figures.drawing import Paper
from evalkit.figures.picture import Picture
from evalkit.figures.style import ACCENT, INK, RULE, SMALL
from evalkit.figures.svg import canvas
from evalkit.figures.text_labels import cut
from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text.html import Block, element
from evalkit.text.numbers import LEAST_P, number
from evalkit.text.reading import Reading, area_name, read
from evalkit.text.words import gettext_for

_MOST: Final = 100.0  # percent; a longer interval is cut at the edge


def figure(report: Report, indicator: str) -> Picture | Block:
    """One goal's difference from similar areas, the plan first and then each area, with intervals; why not, where there is none."""
    words, r = gettext_for(report.language), read(report, indicator)
    readings = [read(report, indicator, area) for area in (PLAN, *report.plan.areas)]
    known = [one for one in readings if one.has("effect")]
    if not known:
        return element("p", words("No area can be compared with others on this goal, so there is no figure."))
    if not r.has("effect"):
        r = Reading(
            indicator, r.indicator, known[0].row, report
        )  # what it is compared with is said of the areas only
    title = words("{title}: the difference from {place}, area by area").format(
        title=r.title, place=r.comparator
    )
    about = words("Change since {baseline} minus change in {place}, with 95% interval.").format(
        baseline=r.baseline, place=r.comparator
    )
    if r.has("heterogeneity", "heterogeneity_p"):
        p = number(
            max(r.number("heterogeneity_p"), LEAST_P),
            3 if r.number("heterogeneity_p") < 0.01 else 2,
            language=report.language,
        )
        p = f"< {p}" if r.number("heterogeneity_p") < LEAST_P else f"= {p}"
        about += " " + (
            words("The areas differ by more than chance (p {p}).")
            if r.number("heterogeneity_p") < 0.05
            else words("The areas do not differ by more than chance would give (p {p}).")
        ).format(p=p)
    desc = " ".join(
        [
            f"{title}.",
            *(
                words.say(
                    "{title}: {size} in {year}.",
                    title=area_name(report, str(one.row["area"])),
                    size=one.amount("effect", signed=True),
                    year=report.year,
                ).plain
                for one in known
            ),
        ]
    )
    if report.synthetic:
        desc = f"{desc} {words('Synthetic data.')}"
    key = f"skov-{indicator}"
    drawings = [
        _forest(report, readings, f"{key}-bred", "fig bred", title, desc, 7.0, shown=True),
        _forest(report, readings, f"{key}-smal", "fig smal", title, desc, 3.65, shown=False),
    ]
    return Picture(
        title=escape(title),
        about=escape(about),
        drawings=drawings,
        rows=[one.row["row"] for one in known],
        language=report.language,
    )


def _forest(
    report: Report,
    readings: list[Reading],
    key: str,
    css: str,
    title: str,
    desc: str,
    width: float,
    *,
    shown: bool,
) -> str:
    words, row = gettext_for(report.language), 0.32 if shown else 0.55
    height = 0.62 + row * len(readings)
    ends = [abs(r.number(c)) * 100 for r in readings for c in ("effect_lower", "effect_upper") if r.has(c)]
    reach = min(_MOST, math.ceil(max([10.0, *ends]) / 10) * 10.0)
    left, right = (2.45, 1.5) if shown else (0.1, 0.1)
    with canvas(key, (width, height)) as sheet:
        paper = Paper(sheet, (left, right, 0.5, 0.12), (-reach, reach), (len(readings) - 0.5, -0.5))
        if report.synthetic:
            paper.tag(words("Synthetic data"))
        for tick in (-reach, -reach / 2, 0, reach / 2, reach):
            paper.line(
                (tick, tick),
                (-0.5, len(readings) - 0.5),
                color=INK if tick == 0 else RULE,
                linewidth=0.9 if tick == 0 else 0.6,
                zorder=0,
            )
            side = (
                "left"
                if tick == -reach and not shown
                else "right"
                if tick == reach and not shown
                else "center"
            )
            paper.write(
                paper.x(tick),
                paper.top + 4,
                number(tick, 0, language=report.language, signed=True),
                ha=side,
                fontsize=SMALL,
            )
        unit = words("per cent") if readings[0].in_percent else words("points")
        paper.write(0, paper.top + 18, unit, fontsize=SMALL)
        for i, r in enumerate(readings):
            name = area_name(report, str(r.row["area"]))
            bold: dict[str, Any] = {"fontweight": "bold"} if i == 0 else {}
            at, said = (
                paper.y(i),
                r.cite("effect", signed=True).text if r.has("effect") else words("cannot be compared"),
            )
            if shown:
                paper.write(0, at - 3.5, cut(name[:1].upper() + name[1:], left * 72 - 8), color=INK, **bold)
                paper.write(paper.right + 10, at - 3.5, cut(said, right * 72 - 12), color=INK, **bold)
            else:
                paper.write(
                    0, at + 8, cut(f"{name[:1].upper()}{name[1:]}: {said}", width * 72), color=INK, **bold
                )
            mark = i + (0 if shown else 0.2)
            if r.has("effect", "effect_lower", "effect_upper"):
                low, value, high = (
                    max(-reach, min(reach, r.number(c) * 100))
                    for c in ("effect_lower", "effect", "effect_upper")
                )
                paper.line(
                    (low, high),
                    (mark, mark),
                    color=ACCENT,
                    linewidth=2.2,
                    alpha=0.55,
                    solid_capstyle="butt",
                    zorder=3,
                )
                beyond = abs(r.number("effect")) * 100 > reach
                shape = ("<" if value < 0 else ">") if beyond else "D" if i == 0 else "o"
                paper.marks([value], [mark], shape, color=ACCENT, markersize=7 if i == 0 else 6, zorder=5)
        return sheet.inline(css, title=title, desc=desc, shown=shown)
