"""The municipality around the areas, in official figures: beside its region and the country, without synthetic data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.present import rail
from evalkit.present.labels import TEXT, Label, wrapped
from evalkit.present.lines import Line, Rows, first_year, line
from evalkit.present.marks import draw_band, draw_line
from evalkit.present.numbers import number
from evalkit.present.paper import Paper
from evalkit.present.reading import area_name
from evalkit.present.style import ACCENT, COMP, DASHED, INK, MUTED
from evalkit.present.svg import canvas, inline
from evalkit.present.trend import NARROW, WIDE, axis
from evalkit.present.units import unit_words
from evalkit.present.words import gettext_for

OWN: Final = "municipality"
USUAL: Final = "municipality_usual"  # the same without its odd quarters
_PLOT: Final = 2.95


@dataclass(frozen=True)
class Surroundings:
    """Lines of the municipality, the region and the country; `neighbours` are the region's municipalities one by one."""

    report: Rows
    indicator: str
    lines: dict[str, Line]
    neighbours: Sequence[str]

    @property
    def years(self) -> list[int]:
        """Every year on the axis."""
        return list(range(first_year(self.report, self.indicator), self.report.plan.years[-1] + 1))


def gather(report: Rows, indicator: str) -> Surroundings:
    """The lines to draw, up to the report's year."""
    names = [OWN, USUAL, "region", "country"]
    lines = {name: line(report, indicator, name, until=report.year) for name in names}
    neighbours = [f"official:{name}" for name in report.plan.neighbours]
    return Surroundings(
        report, indicator, {name: one for name, one in lines.items() if one.shown}, neighbours
    )


def indicator_of(report: Rows) -> str:
    """The first indicator that comes from the official figures."""
    return next(name for name, record in report.plan.indicators.items() if record.official)


def drawings(report: Rows, indicator: str, key: str, title: str, desc: str) -> tuple[str, str]:
    """The wide and the narrow picture as inline SVG."""
    around = gather(report, indicator)
    events = [
        one
        for one in rail.happenings(report, until=report.plan.years[-1] + 0.5)
        if one.kind in ("plan", "shock")
    ]
    below = rail.depth(events)
    with canvas((WIDE, 0.42 + _PLOT + below), (0.34, 1.36, 0.42, below)) as (fig, ax):
        paper = _ground(fig, ax, around, events, every=1)
        paper.stack(paper.right + 5, _ends(around, paper, 94), paper.bottom, paper.top)
        wide = inline(fig, f"{key}-bred", "fig bred", title=title, desc=desc)
    names = _ends(around, None, NARROW * 72 - 30)
    above = 0.44 + 0.2 * len(names)
    with canvas((NARROW, above + _PLOT + below), (0.34, 0.1, above, below)) as (fig, ax):
        paper = _ground(fig, ax, around, events, every=2)
        y = paper.height - 0.40 * 72
        for sign, label in zip(_signs(around), names, strict=True):
            paper.segment((4, y + 3.4), (18, y + 3.4), **sign)
            text, size, weight, colour = label.lines[0]
            paper.write(24, y, text, fontsize=size, fontweight=weight, color=colour)
            y -= 0.2 * 72
        narrow = inline(fig, f"{key}-smal", "fig smal", title=title, desc=desc, shown=False)
    return wide, narrow


def _ground(
    fig: Figure, ax: Axes, around: Surroundings, events: list[rail.Happening], *, every: int
) -> Paper:
    import seaborn as sns  # takes half a second to import, and only this picture needs it

    report = around.report
    paper = Paper(
        fig,
        ax,
        (around.years[0] - 0.5, around.years[-1] + 0.5),
        axis(report, around.indicator, (OWN, *around.neighbours)),
    )
    paper.level_axis(report.language)
    paper.year_axis(around.years, report.year, every=every)
    paper.rule(rail.decimal_year(report.plan.period.start, report.plan), down_to=rail.FIRST)
    paper.write(0, paper.height - 11.5, unit_words(report, around.indicator))
    rows = report.rows
    near = rows[
        (rows["indicator"] == around.indicator)
        & rows["area"].isin(around.neighbours)
        & (rows["year"] <= report.year)
    ]
    near = near[near["shown"] == "value"][["area", "year", "value"]].astype({"year": int, "value": float})
    if len(near):
        sns.lineplot(
            near,
            x="year",
            y="value",
            units="area",
            estimator=None,
            color=MUTED,
            alpha=0.28,
            linewidth=0.9,
            ax=ax,
            zorder=1,
        )
        ax.set(xlabel="", ylabel="", xlim=paper.years, ylim=paper.levels)
    for name, one in around.lines.items():
        style = {"region": "--", "country": "-"}.get(name)
        if style:
            for run in one.runs():
                ax.plot([p.year for p in run], [p.value for p in run], linestyle=DASHED if style == "--" else style,
                        color=INK if name == "country" else COMP, linewidth=1.6, zorder=3)  # fmt: skip
    if USUAL in around.lines:
        for run in around.lines[USUAL].runs():
            ax.plot(
                [p.year for p in run],
                [p.value for p in run],
                color=ACCENT,
                linewidth=1.3,
                linestyle=(0, (1.1, 1.8)),
                zorder=4,
            )
    draw_band(ax, around.lines.get(OWN, Line(())))
    draw_line(ax, around.lines.get(OWN, Line(())), report.year)
    rail.draw(paper, events, report.language)
    return paper


def _signs(around: Surroundings) -> list[dict[str, object]]:
    signs: dict[str, dict[str, object]] = {
        OWN: {"color": ACCENT, "linewidth": 2.2, "marker": "o", "markersize": 6, "markevery": [1]},
        USUAL: {"color": ACCENT, "linewidth": 1.3, "linestyle": (0, (1.1, 1.8))},
        "region": {"color": COMP, "linewidth": 1.6, "linestyle": DASHED},
        "country": {"color": INK, "linewidth": 1.6},
    }
    return [*(signs[name] for name in around.lines), {"color": MUTED, "alpha": 0.45, "linewidth": 0.9}]


def _ends(around: Surroundings, paper: Paper | None, room: float) -> list[Label]:
    """Values and names of the lines, and what the thin lines are."""
    report = around.report
    decimals = report.plan.indicator(around.indicator).decimals
    words = gettext_for(report.language)
    colours = {OWN: ACCENT, USUAL: ACCENT, "country": INK}
    labels = []
    for name, one in around.lines.items():
        end = one.shown[-1]
        text = f"{number(end.value, decimals, language=report.language)} {area_name(report, name)}"
        if name == USUAL:
            text = words("dotted: without the odd quarters")
        weight = "bold" if name == OWN else "normal"
        bold = 700 if name == OWN else 400
        parts = wrapped(text, room, weight=bold, most=3 if paper else 1)
        labels.append(
            Label(
                paper.y(end.value) if paper else 0,
                [(part, TEXT, weight, colours.get(name, MUTED)) for part in parts],
            )
        )
    thin = words("thin: the region's municipalities")
    parts = wrapped(thin, room, most=3 if paper else 1)
    labels.append(Label(paper.top if paper else 0, [(part, TEXT, "normal", MUTED) for part in parts]))
    return labels
