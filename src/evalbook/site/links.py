"""Links: between a report and its annex; an analyst's that lead nowhere, by cell; none on a page that travels alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from posixpath import normpath
from typing import Final
from urllib.parse import unquote

from evalbook.site.frame import ACCESSIBILITY, DATA, INDEX, METHOD, QUESTIONS, Frame
from evalkit.errors import did_you_mean
from evalkit.plan import FINAL, Plan
from evalkit.results import FILES
from evalkit.terms import PLAN

ANNEX_TAG: Final = "annex"
"""The tag of a chapter's heading, or of a single cell, that stands in the report's annex."""

ANNEX: Final = "-bilag.html"
"""How the name of a report's annex ends, in both editions."""


def annex_of(page: str) -> str:
    """The path of a report's annex: nordparken/2019-bilag.html."""
    return f"{page.removesuffix('.html')}{ANNEX}"


def linked(pages: Mapping[str, str]) -> dict[str, str]:
    """The pages of one report, each link to a place of the other with the other's name before it."""
    ids = {path: set(re.findall(r'\sid="([^"]+)"', html)) for path, html in pages.items()}

    def found(html: str, here: str) -> str:
        def moved(match: re.Match[str]) -> str:
            if match[2] in ids[here]:
                return f'{match[1]}#{match[2]}"'
            page = next((path for path, known in ids.items() if match[2] in known), None)
            return match[0] if page is None else f'{match[1]}{page.rpartition("/")[2]}#{match[2]}"'

        own = "|".join(re.escape(path.rpartition("/")[2]) for path in pages)
        return re.sub(rf'(<a\b[^>]*?\shref=")(?:{own})?#([^"]+)"', moved, html)

    return {path: found(html, path) for path, html in pages.items()}


def dead(
    links: Iterable[tuple[str, str]], ids: Collection[str], frame: Frame, folder: Path | None
) -> list[tuple[str, str]]:
    """The cell and what is wrong, of each link that leads nowhere.

    Parameters
    ----------
    links : cell and address of each
    ids : of everything on the notebook's pages
    folder : where the notebook lies: a page that is no part of a site may link to what lies beside it
    """
    pages = set() if frame.alone or frame.plan is None else paths(frame.plan)
    return [(cell, wrong) for cell, link in links if (wrong := _wrong(link, ids, frame, pages, folder))]


def _wrong(link: str, ids: Collection[str], frame: Frame, pages: Collection[str], folder: Path | None) -> str:
    target, _, anchor = unquote(link).partition("#")
    target = target.partition("?")[0]
    if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", link):
        return ""  # another place on the net, or cut and named with the rest
    if not target:
        chapters = sorted(one for one in ids if f"h-{one}" in ids)
        return "" if anchor in ids else f"#{anchor} is no place on the page. {did_you_mean(anchor, chapters)}"
    if pages:
        there = normpath(f"{frame.page.rpartition('/')[0]}/{target}" if target.startswith("../") else target)
        if there.removeprefix("../").removeprefix("en/") in pages:
            return ""
        return f"the link to {target!r} leads nowhere. {did_you_mean(target, sorted(pages))}"
    if folder is not None and (folder / target).exists():
        return ""
    return f"the link to {target!r} leads nowhere: there is no such file beside the notebook."


def paths(plan: Plan) -> set[str]:
    """Every page and file of a plan's site, as its links name them: from the root of one language."""
    places = [*plan.areas, PLAN]
    names = [str(year) for year in plan.years]
    reports = {f"{place}/{name}" for place in places for name in names} | {f"{PLAN}/{FINAL}"}
    return {
        *(INDEX, DATA, METHOD, QUESTIONS, ACCESSIBILITY, "results.xlsx", "datapackage.json"),
        *(f"{name}.csv" for name in FILES),
        *(f"{place}/{INDEX}" for place in places),
        *(f"{report}{end}" for report in reports for end in (".html", ANNEX, ".ipynb")),
    }


def only_to(html: str, there: Callable[[str], bool]) -> str:
    """A page of which links to other pages and files are text, but to those that are `there`."""

    def kept(link: re.Match[str]) -> str:
        target = link[1].partition("#")[0]
        elsewhere = re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", target)
        return link[0] if not target or elsewhere or there(target) else link[2]

    return re.sub(r'(?s)<a href="([^"]*)"[^>]*>(.*?)</a>', kept, html)
