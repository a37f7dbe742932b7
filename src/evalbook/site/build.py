"""The site around the reports: overview, a page for each area, method, data, accessibility, and files to download."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, Protocol

from markupsafe import Markup

from evalbook.site import (
    accessibility_page,
    data_page,
    exports,
    matrix,
    method_page,
    municipality_page,
    plan_page,
    questions_page,
)
from evalbook.site.context import Overview
from evalbook.site.frame import ACCESSIBILITY, DATA, INDEX, METHOD, PLAN_PAGE, Frame, relinked
from evalbook.site.page import render
from evalbook.site.report_states import states
from evalbook.site.section import Section, section
from evalkit.errors import writing
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import FINAL, Plan
from evalkit.terms import PLAN
from evalkit.text import narrative
from evalkit.text.html import Block, element


class Made(Protocol):
    """A report that there is."""

    @property
    def key(self) -> str: ...  # "nordparken/2019"


def build(
    out: Path,
    plan: Plan,
    evaluation: Evaluation,
    made: Sequence[Made],
    *,
    language: str = "da",
    twin: bool = True,
) -> None:
    """Write the site's pages and files into `out`, each whole or not at all.

    Parameters
    ----------
    made : the reports that there are; what is not among them is listed as not made, and a page in its place says so
    twin : whether there is the same site in the other language to link to
    """
    statuses, left = states(plan, evaluation, [one.key for one in made])
    site = Overview(plan, evaluation.rows, evaluation.facts, language, statuses, twin, left)
    pages = {page: make(site) for page, make in PAGES.items()}
    pages |= {f"{area}/{INDEX}": area_page(site, area) for area in site.places}
    names = [(area, str(year)) for area in site.places for year in plan.years] + [(PLAN, FINAL)]
    pages |= {
        f"{area}/{name}.html": unmade_page(site, area, name)
        for area, name in names
        if f"{area}/{name}" not in site.statuses
    }
    for page, html in pages.items():
        put(out / page, html.encode("utf-8"))
    parts = exports.tables(site.rows)
    for name, part in parts.items():
        put(out / f"{name}.csv", exports.csv(part))
    put(out / "results.xlsx", exports.xlsx(site, parts))
    put(out / "datapackage.json", exports.datapackage(site, parts))


def put(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    with writing(temporary):
        temporary.write_bytes(content)
    os.replace(temporary, path)


def index(site: Overview) -> str:
    """The overview: the answer, the matrix of the last year, easy words, the municipality, and the ways on."""
    words, report = site.words, site.report()
    frame = site.frame(
        INDEX,
        words("Overview of the plan"),
        words("Overview of the evaluation of {name}.").format(name=site.plan.name),
    )
    brief = municipality_page.in_brief(site)
    return relinked(
        render(
            "index.html.j2",
            frame,
            site=site,
            heading=words("Has it gone as the plan wanted?"),
            lead=_html(narrative.lead(report)),
            matrix=_html(matrix.of_year(site)),
            easy=_html(narrative.easy(report)),
            municipality=_html(brief) if brief else None,
            years=[(year, site.href(PLAN, year)) for year in site.plan.years],
            final=_final(site),
        ),
        frame,
    )


def _final(site: Overview) -> str | None:
    """The final evaluation of the plan, named from the root of the site; None until there is one."""
    key = f"{PLAN}/{FINAL}"
    return f"{key}.html" if key in site.statuses else None


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
            lead=_html(narrative.lead(report)),
            matrix=_html(matrix.of_area(site, area)),
            year=site.last,
        ),
        frame,
    )


def unmade_page(site: Overview, area: str, name: str) -> str:
    """What stands in a report's place until it is made, so that the other reports' links lead somewhere."""
    words = site.words
    title = words("Final evaluation") if name == FINAL else words("Plan year {year}").format(year=name)
    lead = words("This report has not been made yet.")
    frame = site.frame(f"{area}/{name}.html", f"{site.name(area)}, {title}", lead)
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


def _listed(
    page: str,
    title: Callable[[Overview], str],
    lead: Callable[[Overview], str],
    parts: Callable[[Overview], list[Section]],
) -> Callable[[Overview], str]:
    def make(site: Overview) -> str:
        frame = site.frame(page, title(site), lead(site))
        return relinked(
            _page(site, frame, parts(site), heading=title(site), lead=Markup(escape(lead(site)))), frame
        )

    return make


def _html(block: Block) -> Markup:
    return Markup(block.html)


PAGES: Final[dict[str, Callable[[Overview], str]]] = {
    INDEX: index,
    municipality_page.PAGE: _listed(
        municipality_page.PAGE,
        lambda site: site.words("The municipality in official figures"),
        lambda site: site.words(
            "Offences reported in the whole municipality, before and during the plan, beside all other municipalities."
        ),
        municipality_page.sections,
    ),
    PLAN_PAGE: _listed(
        PLAN_PAGE,
        lambda site: site.words("About the plan"),
        lambda site: site.words("What the plan wanted, who carried it, and what it had to spend."),
        plan_page.sections,
    ),
    METHOD: _listed(
        METHOD,
        lambda site: site.words("Method"),
        lambda site: site.words(
            "How the figures are made, what the verdicts mean, and which limits were fixed beforehand."
        ),
        method_page.sections,
    ),
    DATA: _listed(
        DATA,
        lambda site: site.words("Data"),
        lambda site: site.words(
            "Which data the evaluation rests on, how complete they are, and where they can be fetched."
        ),
        data_page.sections,
    ),
    questions_page.PAGE: _listed(
        questions_page.PAGE,
        lambda site: site.words("Questions and answers"),
        lambda site: site.words(
            "What has been asked about the plan in public, and what the evaluation can answer."
        ),
        questions_page.sections,
    ),
    ACCESSIBILITY: _listed(
        ACCESSIBILITY,
        lambda site: site.words("Accessibility statement"),
        lambda site: site.words("For the pages of the evaluation of {name}.").format(name=site.plan.name),
        accessibility_page.sections,
    ),
}
"""The pages that every site has, by their path."""
