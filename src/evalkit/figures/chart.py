"""A figure on a page: matplotlib's figure with its finding as title, its description, where its numbers stand, and the numbers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import AutoLocator, MaxNLocator, ScalarFormatter

from evalkit.errors import NoFigure
from evalkit.figures.draw import YEARS, Numbers
from evalkit.figures.labels import TextLine, figure_of, on_figure
from evalkit.figures.style import DARK, NOTE, NOTE_BG, SMALL, TEXT, house, inline
from evalkit.report import Report, latest, made_up
from evalkit.text import marks as text_marks
from evalkit.text.html import html_of
from evalkit.text.words import gettext_for

_IN_NOTEBOOK: Final = {  # where Jupyter's own style for lists and tables is another than a page's
    "dl>div": "display:flow-root",  # a term of two lines would else push the next value beside it
    ".multiples.plain": "display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));"
    "list-style:none!important;padding:0!important;margin:0!important",
    ".multiples figure": "margin:0 1em 1em 0",
    ":is(table.words td,table.words th,table th[scope=row])": "text-align:left!important",
    ".mark,.meta>*": "margin-right:.6em",
    ".verdict svg": "vertical-align:-.3em;margin-right:.3em",
    "a.of-page": "pointer-events:none;color:inherit!important;text-decoration:none!important",  # leads nowhere here
}
NOTEBOOK_STYLE: Final = (
    "<style>body:is([data-jp-theme-light=false],.vscode-dark,.vscode-high-contrast){"
    + ";".join(f"--fig-{name}:{colour}" for name, colour in DARK.items())
    + "}"
    + "".join(f"{place}{{{style}}}" for place, style in _IN_NOTEBOOK.items())
    + "</style>"
)
"""Dark colours for a notebook with a dark theme, and its lists and tables; a page has its own and leaves this out."""


class Drawing:
    """One matplotlib figure; as long as nobody but the house has drawn in it, it is laid out for wide and narrow screens.

    Parameters
    ----------
    key
        Begins the ids in its SVG; unique on a page.
    layout
        Sets the figure's size and the words whose places depend on it, wide or (True) narrow. None: it stays as it is.
    mark
        The word for synthetic data, which is drawn in the corner; empty for real ones.
    css
        `fig`; `multi` for one of several small ones, which have a title, description and caption of their own; empty for
        a figure that an analyst has made.
    """

    def __init__(
        self,
        figure: Figure,
        key: str,
        layout: Callable[[bool], None] | None = None,
        *,
        mark: str = "",
        css: str = "fig",
        title: str = "",
        alt: str = "",
        caption: str = "",
    ) -> None:
        self.key, self.mark, self.css = key, mark, css
        self.title, self.alt, self.caption = title, alt, caption
        self._figure, self._layout, self._narrow = figure, layout, False
        self._words: set[Artist] = set()
        self._lay_out(narrow=False)

    @property
    def figure(self) -> Figure:
        """The figure in its wide layout."""
        if self._narrow:
            self._lay_out(narrow=False)
        return self._figure

    def svg(self, title: str, alt: str) -> str:
        """Wide and narrow, of which the page shows one; where an analyst has drawn, what there is, which scrolls."""
        title = self.title or title
        if self._layout and (self._figure.stale or self._artists() != self._known):
            self._give_up_layout()
        if not self._layout:
            if not any(text.get_gid() == "tag" for text in self._figure.texts):
                self._mark(SMALL, above=True)
            drawn = inline(self._figure, self.key, f"{self.css} own".strip(), title, alt, whole=True)
            pyplot.close(self._figure)  # or a notebook shows it once more at the end of the cell
            return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(title)}">{drawn}</div>'
        if self.css == "multi":
            drawn = inline(self.figure, self.key, self.css, title, alt)
        else:
            drawn = inline(self.figure, f"{self.key}-bred", "fig bred", title, alt)
            self._lay_out(narrow=True)
            narrow = inline(self._figure, f"{self.key}-smal", "fig smal", title, alt)
            drawn += narrow.replace("<svg ", '<svg display="none" ', 1)  # a notebook shows the other
        self._figure.stale = False
        return drawn

    def _lay_out(self, *, narrow: bool) -> None:
        """Lay out anew; the words of the layout before go. Where somebody has removed one of them, it stays as it is."""
        if not self._layout or not self._words <= self._artists():
            return
        for artist in self._words:
            artist.remove()
        before = self._artists()
        with house():
            self._layout(narrow)
            self._mark(TEXT if narrow else SMALL)
        self._known, self._narrow = self._artists(), narrow
        self._words = self._known - before
        self._limits = [(ax.get_xlim(), ax.get_ylim()) for ax in self._figure.axes]
        self._figure.stale = False  # matplotlib sets it with any change

    def _artists(self) -> set[Artist]:
        return {one for of in (self._figure, *self._figure.axes) for one in of.get_children()}

    def _mark(self, size: float, *, above: bool = False) -> None:
        """The yellow mark of synthetic data: in the upper right corner, or above everything where nothing is laid out for it.

        The page's style sheet knows it by its class.
        """
        if not self.mark:
            return
        line, (width, height) = TextLine(self.mark, NOTE, size), self._figure.get_size_inches()
        x, y = width - (line.width / 2 + 6) / 72, height - (9 + 0.37 * size) / 72
        if above:
            self._figure.draw_without_rendering()
            drawn = self._figure.get_tightbbox()
            x, y = drawn.x1 - line.width / 2 / 72, drawn.y1 + 9 / 72
        field = {"facecolor": NOTE_BG, "edgecolor": "none", "boxstyle": "square,pad=0.3"}
        on_figure(self._figure, float(x), float(y), line, ha="center").set(gid="tag", bbox=field)

    def _give_up_layout(self) -> None:
        """Leave the figure as it is: what was added would not move along."""
        if self._narrow:
            self._lay_out(narrow=False)
        self._layout = None
        for ax, limits in zip(self._figure.axes, self._limits, strict=False):
            if limits != (ax.get_xlim(), ax.get_ylim()):  # an axis that somebody has set cuts the lines off
                for artist in (*ax.lines, *ax.collections):
                    artist.set_clip_on(artist.get_clip_on() or artist.get_transform() == ax.transData)


@dataclass(repr=False)
class Chart:
    """A figure in its frame, drawn when it is shown: what a cell changes in it before is on the page.

    `title`, `about`, `alt` and `remarks` are plain text and may be set anew; `figure`, `ax` and `axes` are matplotlib's.
    `data` holds the numbers that are drawn, in the units of the axis and by row id; `rows` are the ids that the page cites.
    """

    title: str
    about: str
    alt: str
    drawings: Sequence[Drawing]
    data: pd.DataFrame
    rows: Sequence[str]
    language: str
    synthetic: bool
    remarks: str = ""
    real: str = ""  # the mark of real figures, on a page that has made-up ones, too
    table: Callable[[], Any] | None = None

    @classmethod
    def of(
        cls,
        report: Report,
        *,
        axes: Sequence[Axes] = (),
        key: str = "",
        layout: Callable[[bool], None] | None = None,
        synthetic: bool | None = None,
        **parts: Any,
    ) -> Chart:
        """A figure in the report's language, synthetic as the report is; it cites the rows of its data unless told which.

        `axes` are those of one drawing, with its `key` and `layout`; several drawings are given as `drawings`.
        """
        made_up = report.synthetic if synthetic is None else synthetic
        mark = gettext_for(report.language)("Made up") if made_up else ""
        drawings = [Drawing(figure_of(ax), key, layout, mark=mark) for ax in axes[:1]]
        given = {"drawings": drawings, "rows": list(parts["data"].index)} | parts
        real = "" if made_up else html_of(text_marks.mark(report, official=True) or "")
        return cls(language=report.language, synthetic=made_up, real=real, **given)

    @property
    def figures(self) -> list[Figure]:
        """The matplotlib figures: one, or one for each small drawing."""
        return [drawing.figure for drawing in self.drawings]

    @property
    def axes(self) -> list[Axes]:
        """Every Axes, in the order of reading."""
        return [ax for figure in self.figures for ax in figure.axes]

    @property
    def axes_dict(self) -> dict[str, Axes]:
        """Every Axes by what it shows: the id of an area or an indicator."""
        return {str(ax.get_label()): ax for ax in self.axes}

    @property
    def figure(self) -> Figure:
        """The matplotlib figure."""
        return self._only("figures")

    @property
    def ax(self) -> Axes:
        """The Axes."""
        return self._only("axes")

    def _only(self, name: str) -> Any:
        found = getattr(self, name)
        if len(found) != 1:
            known = ", ".join(self.axes_dict)
            raise AttributeError(
                f"This figure has {len(found)} {name}: take .{name}, or .axes_dict[...] with one of {known}."
            )
        return found[0]

    @property
    def picture(self) -> str:
        """The drawings alone, as HTML."""
        made_up = f" {gettext_for(self.language)('Made-up figures.')}" if self.synthetic else ""
        svgs = []
        for one in self.drawings:
            alt = one.alt or self.alt
            svg = one.svg(self.title, f"{alt}{made_up}" if alt else no_description(self.language))
            if one.caption:
                name = escape(one.caption).replace("/", "/<wbr>")
                svg = f"<li><figure><figcaption>{name}</figcaption>{svg}</figure></li>"
            svgs.append(svg)
        inside = "".join(svgs)
        return f'<ul class="multiples plain">{inside}</ul>' if inside.startswith("<li>") else inside

    @property
    def html(self) -> str:
        """The complete figure element."""
        gap = "" if self.alt else no_description(self.language)
        about = f"<p>{escape(self.about)}</p>" if self.about else ""
        parts = [f"<figcaption>{self.real}<h3>{escape(self.title)}</h3>{about}</figcaption>", self.picture]
        if gap:
            parts.append(f'<p class="missing">{gap}</p>')
        if self.remarks:
            parts.append(f'<p class="src">{escape(self.remarks)}</p>')
        if self.table:
            parts.append(html_of(self.table()))
        missing = ' data-missing="alt"' if gap else ""
        return f"<figure{missing}>{''.join(parts)}</figure>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": NOTEBOOK_STYLE + self.html, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Figure: {self.title}"


def no_description(language: str) -> str:
    """What stands under a figure, and in place of its description, until somebody has written one."""
    words = gettext_for(language)
    return words("Description missing: whoever cannot see this figure is not told what it shows.")


def show(
    drawn: Any,
    *,
    title: str,
    alt: str = "",
    about: str = "",
    source: str = "",
    synthetic: bool | None = None,
) -> Chart:
    """A matplotlib or seaborn figure of one's own in the house's frame, with its colours, numbers and mark.

    Parameters
    ----------
    drawn
        A Figure, an Axes (its whole figure is shown), an array of Axes, or a seaborn grid.
    title, alt, about
        The finding; what the figure shows, for those who cannot see it; what is measured. Without `alt` the page says
        that it is missing.
    source
        Where the numbers come from.
    synthetic
        Whether they are made up; unless given, as in the report that was loaded last.

    Raises
    ------
    NoFigure
        Nothing is drawn in it, or it is no figure of matplotlib's; it has no title; no report says whether its numbers are
        made up.
    """
    figure, report = _figure_of(drawn), latest()
    if not title.strip():
        raise NoFigure('A figure needs a title that says what was found: title="…".')
    synthetic = made_up(synthetic, NoFigure)
    language = report.language if report else "da"
    words = gettext_for(language)
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        if type(axis.get_major_formatter()) is ScalarFormatter:
            axis.set_major_formatter(Numbers(language))
            if isinstance(axis.get_major_locator(), AutoLocator) and _are_years(axis.get_view_interval()):
                axis.set_major_locator(MaxNLocator(integer=True))
    mark = words("Made up") if synthetic else ""
    drawing = Drawing(figure, f"egen-{zlib.crc32(title.encode()):08x}", mark=mark, css="")
    remarks = f"{words('Source')}: {source}" if source else ""
    return Chart(title, about, alt, [drawing], pd.DataFrame(), [], language, synthetic, remarks)


def _are_years(ends: Iterable[float]) -> bool:
    return all(YEARS[0] <= end <= YEARS[1] for end in ends)


def _figure_of(drawn: Any) -> Figure:
    """The figure that something belongs to, with something drawn in it."""
    parts = list(np.ravel(drawn)) if isinstance(drawn, (np.ndarray, list, tuple)) else [drawn]
    owners = [part if isinstance(part, Figure) else getattr(part, "figure", None) for part in parts]
    found = {one.get_figure(root=True) if isinstance(one, (Figure, SubFigure)) else None for one in owners}
    if len(found) > 1:
        raise NoFigure("These Axes belong to several figures. Show each figure by itself.")
    if (figure := next(iter(found), None)) is None:
        removed = " that was removed from its figure" if isinstance(drawn, Axes) else ""
        raise NoFigure(
            f"figures.show takes one matplotlib figure or its Axes, not {type(drawn).__name__}{removed}. "
            "Draw with ax = df.plot(...), ax = sns.lineplot(...) or fig, ax = plt.subplots(), and show ax."
        )
    if not figure.texts and not any(ax.has_data() or ax.texts or ax.tables for ax in figure.axes):
        raise NoFigure(
            "The figure is empty. A notebook closes a figure with its cell, so plt.gcf() in the next cell is a new one: "
            "keep the Axes (ax = ...) and show it in the cell that draws."
        )
    return figure
