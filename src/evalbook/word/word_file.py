"""A report's page as a Word file: headings, figures as PNG, tables with header rows, each computed paragraph with its rows."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from evalbook.word import parts
from evalbook.word.blocks import Block, PageText, Paragraph, Picture, Run, Table
from evalbook.word.picture import png
from evalkit.figures.style import ACCENT, INK, MUTED, RULE
from evalkit.text.numbers import date
from evalkit.text.words import Words, gettext_for

WIDTH: Final = Cm(16.6)
LANGUAGES: Final = {"da": "da-DK", "en": "en-GB"}
SERIF, SANS = "Georgia", "Calibri"


@dataclass(frozen=True)
class Sent:
    """What a Word file says of itself: report (area/year), version, language, and the day on which it was made."""

    key: str
    version: str
    language: str
    day: dt.date

    @property
    def reference(self) -> str:
        """By which a file or a mail names this version of the report."""
        return f"{self.key}/{self.version}"


def decisions(words: Words) -> dict[str, str]:
    """What a reviewer may answer, by a short name."""
    return {
        "approved": words("Approved"),
        "with changes": words("Approved with changes"),
        "not approved": words("Not approved"),
    }


def document(page: PageText, sent: Sent, review: bool = True) -> bytes:
    """The Word file; the same page gives the same text. `review`: with a form to answer in, and open in places alone."""
    made = _Writer(sent)
    made.first_page(page, review)
    for block in page.body:
        made.put(block)
    made.close(page)
    if review:
        parts.protect(made.doc)
    return made.saved()


class _Writer:
    def __init__(self, sent: Sent) -> None:
        self.sent, self.words = sent, gettext_for(sent.language)
        self.doc: Document = docx.Document()
        self.pictures, self.places, self.number = 0, 0, 1
        self.open: list[Any] = []  # paragraphs of the analyst's words that belong together
        _styles(self.doc, LANGUAGES[sent.language])

    def first_page(self, page: PageText, review: bool) -> None:
        """Title, status, version, what the report says first, and the place for the reviewer's answer."""
        self._plain(page.kicker, "Kicker")
        self._plain(page.title, "Heading 1")
        self._paragraph(Paragraph((Run(page.status, bold=True),), review=True))
        self._plain(" · ".join(filter(None, page.meta)), "Note")
        version = self.words.say(
            "Version {version}, made into a Word file on {day}.",
            version=self.sent.version,
            day=date(self.sent.day, self.sent.language),
        )
        self._plain(version.plain, "Note")
        if page.synthetic:
            self._plain(page.synthetic, "Note")
        for one in page.lead:
            self.put(one)
        if review:
            self._answer()

    def put(self, block: Block) -> None:
        """One block of the page."""
        if isinstance(block, Paragraph) and block.own:
            self.open.append(self._paragraph(block))
            return
        self._close_place()
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Picture):
            self._picture(block)
        else:
            self._table(block)

    def close(self, page: PageText) -> None:
        """The foot of every page, and what Word shows of the file."""
        self._close_place()
        for line in page.foot:
            self._plain(line, "Note")
        foot = self.doc.sections[0].footer.paragraphs[0]
        foot.style = self.doc.styles["Note"]
        foot.add_run(f"{page.title} · {self.words('Version')} {self.sent.version} · ")
        parts.field(foot, "PAGE")
        about = self.doc.core_properties
        about.title, about.language = page.title, LANGUAGES[self.sent.language]
        about.subject, about.version = page.status, self.sent.version
        about.identifier, about.author, about.comments = self.sent.reference, "evalkit", ""
        about.created = about.modified = dt.datetime.combine(self.sent.day, dt.time())
        package = self.doc.part.package
        for number in [one for one, to in package.rels.items() if to.reltype.endswith("/thumbnail")]:
            del package.rels[number]  # of the template

    def saved(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.doc.save(out)
        return out.getvalue()

    def _plain(self, text: str, style: str) -> Any:
        return self._paragraph(Paragraph((Run(text),), style)) if text else None

    def _paragraph(self, block: Paragraph, into: Any = None) -> Any:
        paragraph = into or self.doc.add_paragraph(style=parts.REVIEW if block.review else block.style)
        for run in block.runs:
            _put_run(paragraph, run)
        if block.rows and into is None:
            parts.control(paragraph, parts.tag_of(block.rows))
        return paragraph

    def _close_place(self) -> None:
        if self.open:
            self.places += 1
            parts.open_place(self.open[0]._p, self.open[-1]._p, self.places)
        self.open = []

    def _picture(self, block: Picture) -> None:
        if block.caption:
            self._plain(block.caption, "Caption")
        data = png(block.svg) if block.svg else base64.b64decode(block.data.partition("base64,")[2])
        paragraph = self.doc.add_paragraph(style="Figure")
        shape = paragraph.add_run().add_picture(io.BytesIO(data))
        widest = Length(WIDTH // 2) if block.small else WIDTH
        if (block.svg and not block.small) or shape.width > widest:
            shape.height = Length(int(shape.height * widest / shape.width))
            shape.width = widest
        self.pictures += 1
        parts.describe_picture(shape, self.pictures, block.alt)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._paragraph(block.caption)
        columns = len(block.rows[0])
        table = self.doc.add_table(len(block.rows), columns)
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        parts.borders(table, RULE[1:])
        widths = _widths(block, columns)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, (row, cells) in enumerate(zip(table.rows, block.rows, strict=True)):
            parts.whole_row(row)
            if number < block.head:
                parts.header_row(row)
            for column, (cell, said, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
                cell.width = width
                paragraph = cell.paragraphs[0]
                paragraph.style = self.doc.styles["Table Head" if number < block.head else "Table Text"]
                self._paragraph(said, paragraph)
                if column and not block.words:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if number < len(block.rows) - 1:
                    paragraph.paragraph_format.keep_with_next = number < block.head
        parts.describe_table(table, block.caption.text if block.caption else self.words("Goals"))
        self.doc.add_paragraph(style="After Table")

    def _answer(self) -> None:
        """Where the reviewer answers: name, role, day, and one of three words."""
        words = self.words
        self._plain(words("The reviewer's answer"), "Form Head")
        self._plain(
            words(
                "Comment wherever you like (Review, New comment). Save the file as .docx, and send it back to the one who sent it."
            ),
            "Note",
        )
        choose = words("Choose")
        fields = {
            "name": (words("Name"), words("Write your name"), ()),
            "role": (words("Role"), words("Write your role"), ()),
            "date": (
                words("Date"),
                words("Choose the day"),
                (parts.calendar(LANGUAGES[self.sent.language]),),
            ),
            "decision": (
                words("Answer"),
                choose,
                (parts.drop_down(list(decisions(words).values()), choose),),
            ),
        }
        table = self.doc.add_table(len(fields), 2)
        table.autofit = False
        table.columns[0].width, table.columns[1].width = Cm(3.6), Cm(13)
        parts.borders(table, RULE[1:])
        parts.describe_table(table, words("The reviewer's answer"))
        for row, (name, (label, prompt, kind)) in zip(table.rows, fields.items(), strict=True):
            for cell, width, text in zip(row.cells, (Cm(3.6), Cm(13)), (label, prompt), strict=True):
                cell.width = width
                style = "Table Head" if text == label else f"{parts.ANSWER}{name}"
                cell.paragraphs[0].style = self.doc.styles[style]
                cell.paragraphs[0].add_run(text)
            paragraph = row.cells[1].paragraphs[0]
            parts.control(paragraph, f"answer.{name}", *kind, title=label)
            inside = paragraph._p[-1]
            self.places += 1
            parts.open_place(inside, inside, self.places)
        reply = words.say(
            "Or answer by mail: write {line} and after the colon {answers}; below it the line “Name:” with yours.",
            line=f"{self.sent.reference}:",
            answers=" / ".join(decisions(words).values()),
        )
        self._plain(reply.plain, "Note")


def _put_run(paragraph: Any, run: Run) -> None:
    if run.href:
        from docx.opc.constants import RELATIONSHIP_TYPE

        link = parts.element("hyperlink")
        link.set(
            qn("r:id"), paragraph.part.relate_to(run.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        )
        made = paragraph.add_run(run.text)
        made.font.underline = True
        link.append(made._r)
        paragraph._p.append(link)
        return
    made = paragraph.add_run(run.text)
    made.bold, made.italic = run.bold or None, run.italic or None


def _widths(block: Table, columns: int) -> list[int]:
    """Widths by what the columns hold: of words in shares of their length, of numbers evenly after the first."""
    if block.words:
        longest = [max(_need(row[at].text) for row in block.rows) for at in range(columns)]
    else:
        longest = [max(16, max(min(len(row[0].text), 60) for row in block.rows)), *[10] * (columns - 1)]
    return [int(WIDTH * one / sum(longest)) for one in longest]


def _need(text: str) -> int:
    """How wide a cell of words would be, in letters: its longest word stands whole."""
    return max(min(len(text), 60) + 8, 3 * max(map(len, text.split()), default=0))


def _styles(doc: Document, code: str) -> None:
    """The house's look, with letters that every machine with Word has."""
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)
    parts.language(doc, code)
    looks: Iterable[tuple[str, str, float, str, bool, float, float]] = (
        ("Normal", SERIF, 10.5, INK, False, 0, 6),
        ("Heading 1", SERIF, 24, INK, True, 0, 4),
        ("Heading 2", SERIF, 16, ACCENT, True, 20, 6),
        ("Heading 3", SANS, 12, INK, True, 12, 2),
        ("Heading 4", SANS, 11, INK, True, 10, 2),
        ("Kicker", SANS, 10, MUTED, False, 0, 2),
        ("Lead", SERIF, 13, INK, False, 10, 6),
        ("Note", SANS, 9.5, MUTED, False, 0, 4),
        ("Figure Note", SANS, 9.5, MUTED, False, 0, 2),
        ("Caption", SANS, 9.5, MUTED, False, 8, 3),
        ("Figure", SANS, 9, MUTED, False, 2, 4),
        ("Form Head", SANS, 12, ACCENT, True, 14, 2),
        ("Table Head", SANS, 9, MUTED, True, 0, 0),
        ("Table Text", SANS, 9.5, INK, False, 0, 0),
        (parts.REVIEW, SANS, 9.5, INK, False, 0, 3),
        *((f"{parts.ANSWER}{name}", SANS, 10.5, INK, False, 0, 0) for name in parts.FIELDS),
        ("After Table", SANS, 4, INK, False, 0, 4),
        ("List Bullet", SERIF, 10.5, INK, False, 0, 4),
        ("List Number", SERIF, 10.5, INK, False, 0, 4),
    )
    known = {style.name for style in doc.styles}
    for name, font, size, colour, bold, before, after in looks:
        style: Any = doc.styles[name] if name in known else doc.styles.add_style(name, 1)
        style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour[1:].upper())
        fonts = style.element.rPr.rFonts
        for side in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{side}"), font)
        for theme in [one for one in fonts.attrib if "theme" in one.lower()]:
            del fonts.attrib[theme]
        layout = style.paragraph_format
        layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.15
        layout.keep_with_next = name.startswith(("Heading", "Caption", "Form", "Figure Note"))
