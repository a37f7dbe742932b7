"""The site around the reports: overview, a page for each area, method, data, accessibility, and files to download."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, Protocol

from markupsafe import Markup

from evalbook.site import accessibility_page, data_page, exports, matrix, method_page, questions_page
from evalbook.site.context import Overview
from evalbook.site.frame import ACCESSIBILITY, DATA, INDEX, METHOD, Frame, relinked
from evalbook.site.page import render
from evalbook.site.report_states import states, status_slot
from evalbook.site.section import Section, section
from evalkit import cards, figures
from evalkit.cards.title_block import basis
from evalkit.errors import writing
from evalkit.evaluate.evaluation import Evaluation
from evalkit.plan import FINAL, Plan
from evalkit.terms import PLAN
from evalkit.text import narrative
from evalkit.text.html import Block, element, joined


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
    """The overview: the plan's goals, the matrix, small pictures, the reports, the data, the latest edition."""
    words, report = site.words, site.report()
    goals = cards.goals(report).html.replace('<a href="#', '<a href="#m-')
    title = words("How did the plan do?")
    frame = site.frame(
        INDEX,
        words("Overview of the plan"),
        words("Overview of the evaluation of {name}.").format(name=site.plan.name),
    )
    kicker = words("Overview · {areas} areas, {years} years, {goals} goals").format(
        areas=len(site.plan.areas), years=len(site.plan.years), goals=len(site.goals)
    )
    return relinked(
        render(
            "index.html.j2",
            frame,
            site=site,
            heading=title,
            kicker=kicker,
            lead=_html(narrative.lead(report)),
            basis=_html(basis(report)),
            goals=Markup(goals),
            legend=_html(matrix.legend(site)),
            matrices=[_html(matrix.matrix(site, name)) for name in site.goals],
            titles={name: site.plan.indicator(name).title.get(site.language) for name in site.goals},
            rows=[_html(_small_pictures(site, name)) for name in site.goals],
            status_table=_html(status_slot(site)),
            data=_html(data_page.in_brief(site)),
            files=_html(data_page.files(site)),
            final=_final(site),
        ),
        frame,
    )


def _final(site: Overview) -> str | None:
    """The final evaluation of the plan, named from the root of the site; None until there is one."""
    key = f"{PLAN}/{FINAL}"
    return f"{key}.html" if key in site.statuses else None


def _small_pictures(site: Overview, indicator: str) -> Block:
    report = site.report()
    finding = element("h3", narrative.finding(report, indicator))
    return element(
        "div",
        finding,
        element("p", matrix.about(site, indicator)),
        _raw(figures.multiples(report, indicator).picture),
        class_="multi-row",
    )


def area_page(site: Overview, area: str) -> str:
    """One area over the years: its matrix, a figure for each goal, and the way to its reports."""
    words, report, name = site.words, site.report(area), site.name(area)
    frame = site.frame(
        f"{area}/{INDEX}",
        words("{name}, all years").format(name=name),
        words("{name} over the plan years.").format(name=name),
    )
    parts = [section("m", words("The goals year by year"), matrix.of_area(site, area), css="block")]
    for indicator in site.goals:
        title = site.plan.indicator(indicator).title.get(site.language)
        parts.append(
            section(
                indicator,
                title,
                figures.trend(report, indicator),
                narrative.goal(report, indicator),
                css="chapter page",
            )
        )
    links = [(year, site.href(area, year)) for year in site.plan.years]
    return relinked(
        _page(
            site,
            frame,
            parts,
            heading=name,
            kicker=words("All plan years"),
            lead=_html(narrative.lead(report)),
            links=links,
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
        **{"lead": None, "links": (), "kicker": "", **values},
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


def _raw(html: str) -> Block:
    return joined(Block(html))


PAGES: Final[dict[str, Callable[[Overview], str]]] = {
    INDEX: index,
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
