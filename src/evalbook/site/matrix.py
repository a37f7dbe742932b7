"""The matrix: the goals of all areas in one year, or of one area in all years, each cell a link to its report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from evalbook.site.context import Overview
from evalbook.site.report_states import column_head
from evalkit.figures import glyphs
from evalkit.terms import PLAN, Polarity, Shown, Verdict
from evalkit.text.html import Block, element, joined, raw
from evalkit.text.judgements import verdict_word
from evalkit.text.marks import mark
from evalkit.text.reading import Reading, goal_of, read
from evalkit.text.units import unit_words

MANY: Final = 20
"""From this many areas on they stand under the letters of the alphabet."""


def of_year(site: Overview) -> Block:
    """Every area's goals in the last year: the plan first, then the areas by name, under letters when they are many."""
    words, areas = site.words, sorted(site.plan.areas, key=lambda area: _order(site.name(area)))
    said = words.say(
        "Plan year {year}: verdict, figure, change since {baseline} and course since {first}.",
        year=site.last,
        baseline=site.baseline,
        first=site.plan.baseline_year,
    )
    letters: dict[str, list[str]] = {}
    for area in areas:
        letters.setdefault(_letter(site.name(area)), []).append(area)
    if len(areas) < MANY:
        bodies = [_body(_row(site, area) for area in (PLAN, *areas))]
        jump = None
    else:
        bodies = [_body([_row(site, PLAN)])]
        bodies += [
            _body([_heading(site, one), *(_row(site, area) for area in names)])
            for one, names in letters.items()
        ]
        links = (element("li", element("a", one, href=f"#{_anchor(one)}")) for one in letters)
        jump = element("nav", element("ul", *links), class_="letters", aria_label=words("Areas by letter"))
    head = [
        column_head(words("Area")),
        *(column_head(joined(_title(site, one), _about(site, one))) for one in site.goals),
    ]
    return joined(
        signs(site),
        jump,
        element(
            "table",
            element("caption", mark(site.report()), " ", said),
            element("thead", element("tr", *head, role="row"), role="rowgroup"),
            *bodies,
            class_="board" if len(site.goals) <= 5 else "board many",
            role="table",
        ),
    )


def of_area(site: Overview, area: str) -> Block:
    """One area's table: goals down, years across."""
    said = site.words.say(
        "Verdict and figure of each plan year, and the change since {baseline}.", baseline=site.baseline
    )
    rows = [
        element(
            "tr",
            element("th", _title(site, name), _about(site, name), scope="row", role="rowheader"),
            *(_cell(site, name, area, year, over_years=True) for year in site.plan.years),
            role="row",
        )
        for name in site.goals
    ]
    head = (column_head(text) for text in (site.words("Goal"), *map(str, site.plan.years)))
    return joined(
        signs(site),
        element(
            "table",
            element("caption", mark(site.report(area)), " ", said),
            element("thead", element("tr", *head, role="row"), role="rowgroup"),
            _body(rows),
            class_="board" if len(site.plan.years) <= 5 else "board many",
            role="table",
        ),
    )


def signs(site: Overview) -> Block:
    """The verdicts' shapes, drawn once: each cell names the one it uses."""
    found = (f'<symbol id="v-{one}" viewBox="0 0 20 20">{glyphs.SHAPES[one]}</symbol>' for one in Verdict)
    return raw(f'<svg class="signs" aria-hidden="true" focusable="false">{"".join(found)}</svg>')


def _sorted_by(name: str) -> str:
    """The name as it is sorted: aa is å, and quotation marks before the first letter or digit do not count."""
    return re.sub(r"^\W+", "", name.casefold()).replace("aa", "å")


def _order(name: str) -> str:
    """How Danish sorts: æ, ø and å after z, as {, | and } do."""
    return re.sub("[æøå]", lambda found: "{|}"["æøå".index(found[0])], _sorted_by(name))


def _letter(name: str) -> str:
    first = _sorted_by(name)[:1].upper()
    return first if first.isalpha() else "#"


def _anchor(letter: str) -> str:
    return f"bogstav-{ord(letter)}"


def _heading(site: Overview, letter: str) -> Block:
    return element(
        "tr",
        element(
            "th", letter, colspan=1 + len(site.goals), scope="rowgroup", role="rowheader", id=_anchor(letter)
        ),
        role="row",
        class_="letter",
    )


def _body(rows: Iterable[Block]) -> Block:
    return element("tbody", *rows, role="rowgroup")


def _row(site: Overview, area: str) -> Block:
    town = site.words("all areas together") if area == PLAN else site.plan.areas[area].town
    name = element("th", site.area_link(area), town and element("small", town), scope="row", role="rowheader")
    cells = (_cell(site, one, area, site.last) for one in site.goals)
    return element("tr", name, *cells, role="row", class_="plan" if area == PLAN else None)


def _title(site: Overview, indicator: str) -> str:
    return site.plan.indicator(indicator).title.get(site.language)


def _about(site: Overview, indicator: str) -> Block:
    """Unit and direction of a goal, in a few words."""
    words, report = site.words, site.report()
    unit, goal = unit_words(report, indicator), goal_of(report, indicator)
    if goal is None:
        return element("small", unit)
    if goal.polarity == Polarity.HIGHER:
        return element("small", words.say("{unit}, should rise", unit=unit))
    return element("small", words.say("{unit}, should fall", unit=unit))


def _cell(site: Overview, indicator: str, area: str, year: int, *, over_years: bool = False) -> Block:
    """One link: area or year and goal, then verdict, figure, change and, beside other areas, the curve."""
    report, title = site.report(area, year), _title(site, indicator)
    r, label = read(report, indicator), str(year) if over_years else title
    sign = f'<svg class="{r.verdict.tone}" aria-hidden="true" focusable="false"><use href="#v-{r.verdict}"/></svg>'
    word = element("span", verdict_word(r.verdict, site.words), class_="w")
    curve = not over_years and r.shown != Shown.SUPPRESSED
    inside = joined(
        element("span", f"{year if over_years else site.name(area)}, {title}: ", class_="vh"),
        element("span", raw(sign), word, class_=f"verdict {r.verdict.tone}"),
        _numbers(site, r),
        raw(glyphs.mini(report, indicator)) if curve else None,
    )
    href = site.href(area, year)
    if href is None:
        return element("td", element("span", inside, class_="cell"), role="cell", data_label=label)
    place = "maal" if area == PLAN else indicator  # a report on the plan has no chapter for each goal
    link = element("a", inside, class_="cell", href=f"{href}#{place}")
    return element("td", link, role="cell", data_label=label)


def _numbers(site: Overview, r: Reading) -> Block | None:
    if r.shown != Shown.VALUE or not r.has("value"):
        return None
    change = None
    if r.has("change"):
        n = r.cite("change", signed=True)
        said = site.words.say("{n}%", n=n) if r.in_percent else site.words.say("{n} points", n=n)
        change = joined(" ", element("small", said))
    return element("span", r.cite("value"), change, class_="num")
