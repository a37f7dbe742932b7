"""The accessibility statement, with the headings that the Danish model statement has."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.section import Section, bullets, paragraphs, section


def _unit(site: Overview) -> str:
    """Who to write to: the unit that carries the plan out, by the name its description begins with; else the municipality."""
    unit = site.plan.governance.executing_unit
    return unit.get(site.language).split()[0] if unit else site.plan.municipality.name


def sections(site: Overview) -> list[Section]:
    """The page from top to bottom."""
    words = site.words
    return [
        section(
            "status",
            words("How accessible the pages are"),
            paragraphs(
                words(
                    "The pages are made to meet WCAG 2.1 at level AA, which the Danish law on web accessibility requires of public bodies and social housing organisations."
                ),
                words(
                    "All content is in one HTML file for each page. There are no scripts, no cookies and no content from elsewhere. Nothing times out and nothing moves."
                ),
            ),
        ),
        section(
            "goer",
            words("What is done"),
            bullets(
                words(
                    "Every picture has a title and a description in words, and its numbers in a table below it."
                ),
                words("Verdicts are told by word and shape; colour only repeats them."),
                words(
                    "All parts can be reached and opened with the keyboard, and the place of focus is shown."
                ),
                words("Headings, lists and tables are marked as such, with row and column headers."),
                words(
                    "Text can be enlarged fourfold, and the pages can be read on a screen 320 pixels wide; only wide tables scroll sideways, each in its own box."
                ),
                words(
                    "Light and dark colours follow the reader's system, and both have the contrast that the law asks for."
                ),
                words("Printed pages carry headers, page numbers and the tables behind the pictures."),
            ),
        ),
        section(
            "mangler",
            words("What is not accessible"),
            bullets(
                words(
                    "Small pictures on the overview are drawings of curves; their descriptions give first and last level, and the rest is in results.csv."
                ),
                words(
                    "The workbook to download has no accessible version of its own; the reports hold the same figures."
                ),
                words("In browsers other than Chromium folded tables print only when they have been opened."),
            ),
        ),
        section(
            "test",
            words("How it is tested"),
            paragraphs(
                words(
                    "The pages are tested with axe-core in Chromium, wide and narrow, light and dark, and by rules of the same kind every time the library changes. "
                    "Automatic tests find part of the barriers; they have not been tried by people with disabilities."
                ),
            ),
        ),
        section(
            "kontakt",
            words("Tell us about barriers"),
            paragraphs(
                words(
                    "Write to {unit} if something cannot be read or used. Say which page and what happens."
                ).format(unit=_unit(site)),
                words(
                    "If you are not satisfied with the answer, you may complain to Digitaliseringsstyrelsen, which supervises the law."
                ),
            ),
        ),
    ]
