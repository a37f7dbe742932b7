"""The site around the reports: overview, a page for each area, method, data, accessibility, and files to download."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from evalbook.site import (
    data_page,
    exports,
    matrix,
    method_page,
    municipality_page,
    plan_page,
    questions,
)
from evalbook.site.context import Overview
from evalbook.site.document import Document, Section, document, section
from evalbook.site.frame import (
    ACCESSIBILITY,
    DATA,
    INDEX,
    METHOD,
    MUNICIPALITY,
    PLAN_PAGE,
    QUESTIONS,
    Frame,
    relinked,
)
from evalbook.site.links import ANNEX
from evalbook.site.page import render
from evalbook.site.report_states import states
from evalkit.chapters.lead import numbers
from evalkit.errors import writing
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import FINAL, Plan
from evalkit.terms import PLAN
from evalkit.text import narrative
from evalkit.text.html import element, joined, plain


def build(
    out: Path,
    plan: Plan,
    evaluation: Evaluation,
    made: Sequence[str],
    *,
    missing: Sequence[str] = (),
    language: str = "da",
) -> None:
    """Write the site's pages and files into `out`, each whole or not at all.

    Parameters
    ----------
    made : the reports that there are (nordparken/2019); others are listed as not made, and a page in their place says so
    missing : annexes that only the other language has, in whose place a page says so, too
    """
    statuses, left = states(plan, evaluation, made)
    site = Overview(plan, evaluation.rows, evaluation.facts, language, statuses, left)
    pages = {INDEX: index(site)} | {page: words_page(site, page) for page in DOCUMENTS}
    pages |= {f"{area}/{INDEX}": area_page(site, area) for area in site.places}
    names = [(area, str(year)) for area in site.places for year in plan.years] + [(PLAN, FINAL)]
    pages |= {
        f"{area}/{name}.html": unmade_page(site, area, name)
        for area, name in names
        if f"{area}/{name}" not in site.statuses
    }
    for page in missing:
        area, _, name = page.removesuffix(ANNEX).rpartition("/")
        pages[page] = unmade_page(site, area, name, page)
    for page, html in pages.items():
        put(out / page, html.encode("utf-8"))
    parts = exports.tables(site.rows)
    for name, part in parts.items():
        put(out / f"{name}.csv", exports.csv(part))
    put(out / "results.xlsx", exports.xlsx(site, parts))
    put(out / "datapackage.json", exports.datapackage(site, parts))


def put(path: Path, content: bytes) -> None:
    """Write a file; a run puts all of them in place when they are whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path):
        path.write_bytes(content)


def index(site: Overview) -> str:
    """The overview: the answer, the matrix of the last year, easy words, the municipality, and the ways on."""
    words, report = site.words, site.report()
    frame = site.frame(
        INDEX,
        words("Overview of the plan"),
        words("Overview of the evaluation of {name}.").format(name=site.plan.name),
    )
    return relinked(
        render(
            "index.html.j2",
            frame,
            site=site,
            heading=words("Has it gone as the plan wanted?"),
            lead=joined(
                numbers(report) if site.last == site.plan.years[-1] else None,
                narrative.lead(report),
                between=" ",
            ),
            matrix=matrix.of_year(site),
            easy=narrative.easy(report),
            municipality=municipality_page.in_brief(site),
            years=[(year, site.href(PLAN, year)) for year in site.plan.years],
            final=site.href(PLAN, FINAL),
        ),
        frame,
    )


def area_page(site: Overview, area: str) -> str:
    """One area over the years: its answer in the last year, and its matrix with the way to its reports."""
    words, report, name = site.words, site.report(area), site.name(area)
    frame = site.frame(
        f"{area}/{INDEX}",
        words("{name}, all years").format(name=name),
        words("{name} over the plan years.").format(name=name),
    )
    return relinked(
        render(
            "area.html.j2",
            frame,
            heading=name,
            lead=narrative.lead(report),
            matrix=matrix.of_area(site, area),
            year=site.last,
        ),
        frame,
    )


def unmade_page(site: Overview, area: str, name: str, page: str = "") -> str:
    """What stands in a report's place until it is made, so that the other reports' links lead somewhere."""
    words = site.words
    title = words("Final evaluation") if name == FINAL else words("Plan year {year}").format(year=name)
    lead = words("This report has not been made yet.")
    frame = site.frame(page or f"{area}/{name}.html", f"{site.name(area)}, {title}", lead)
    command = f"evalkit run --area {area} --year {name}"
    if site.language != "da":
        command += f" --language {site.language}"
    part = section(
        "ikke-lavet",
        words("Not made yet"),
        element("p", words("It is made by this command:"), " ", element("code", command)),
        element("p", element("a", words("{name}, all years").format(name=site.name(area)), href=INDEX)),
    )
    return _page(site, frame, [part], heading=site.name(area), kicker=title, lead=lead)


def _page(site: Overview, frame: Frame, parts: list[Section], **values: Any) -> str:
    return render(
        "page.html.j2",
        frame,
        site=site,
        sections=parts,
        **{"lead": None, "kicker": "", **values},
    )


def document_of(site: Overview, page: str) -> Document:
    """The document of a page, filled in."""
    name, values = DOCUMENTS[page]
    return document(name, site.language, **values(site))


def words_page(site: Overview, page: str) -> str:
    """A page of words, as its document says it."""
    made = document_of(site, page)
    frame = site.frame(page, Markup(made.title).unescape(), plain(made.lead))
    html = _page(site, frame, made.sections, heading=Markup(made.title), lead=Markup(made.lead))
    return relinked(html, frame)


def _accessibility(site: Overview) -> dict[str, str]:
    """For what, and who to write to."""
    return {"plan": site.plan.name, "unit": site.plan.office(site.language)}


DOCUMENTS: Final[dict[str, tuple[str, Callable[[Overview], dict[str, Any]]]]] = {
    MUNICIPALITY: ("kommunen", municipality_page.values),
    PLAN_PAGE: ("om-planen", plan_page.values),
    METHOD: ("metode", method_page.values),
    DATA: ("data", data_page.values),
    QUESTIONS: ("spoergsmaal", questions.values),
    ACCESSIBILITY: ("tilgaengelighed", _accessibility),
}
"""The pages of words that every site has, by their path: the document, and what varies in it."""
