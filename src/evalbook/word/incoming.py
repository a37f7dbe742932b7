"""What a Word file holds that came back: its text as it was sent, comments with replies, tracked changes, the reviewer's answer.

The file is nobody's to trust: it is opened with limits, nothing in it is run, and what cannot be read is said in words.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from evalbook.approval.review_comments import Comment, Reply
from evalbook.word.parts import ANSWER, FIELDS, REVIEW
from evalkit.errors import EvalkitError

MOST_BYTES: Final = 30_000_000
MOST_UNPACKED: Final = 150_000_000
MOST_PART: Final = 40_000_000
MOST_PARTS: Final = 3_000
REFERENCE: Final = re.compile(r"\b([a-z0-9_-]+)/(\d{4}|final)/([0-9a-f]{8})\b")
"""By which a file or a mail names a version of a report: area/2019/1a2b3c4d."""

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NEW: Final = {f"{_W}ins", f"{_W}moveTo"}
_OLD: Final = {f"{_W}del", f"{_W}moveFrom"}
_STYLES: Final = {f"{ANSWER.strip()}{name}".casefold(): name for name in FIELDS}
_LOOK_OF_REVIEW: Final = REVIEW.replace(" ", "").casefold()
_SPACE: Final = re.compile(r"\s+")


class UnreadableError(EvalkitError):
    """A file that is no Word file, or none that may be opened."""


@dataclass(frozen=True)
class Text:
    """A paragraph as it was before tracked changes, the heading above it, its rows and its table's number, if any."""

    text: str
    place: str = ""
    rows: tuple[str, ...] = ()
    table: int = 0


@dataclass
class Incoming:
    """A file that came back."""

    file: str
    texts: list[Text] = field(default_factory=list)
    comments: list[tuple[Comment, str]] = field(default_factory=list)
    """Comments and tracked changes, each with the paragraph in which it begins."""
    fields: dict[str, str] = field(default_factory=dict)  # of the reviewer's answer
    key: str = ""
    version: str = ""


def read(path: Path) -> Incoming:
    """A Word file that came back; UnreadableError in words where it is none, is damaged, holds macros or unpacks to too much."""
    if not path.is_file():
        raise UnreadableError(f"{path.name}: there is no such file.")
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError(
            f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB. Take large pictures out of it."
        )
    return of_bytes(path.read_bytes(), path.name)


def of_bytes(data: bytes, name: str) -> Incoming:
    """The same of a file's bytes; `name` for messages."""
    package = _package(data, name)
    document = _xml(package["word/document.xml"], name)
    made = Incoming(name)
    reader = _Reader(document, _thread(package, name))
    made.texts, made.comments, made.fields = reader.texts, reader.found, reader.fields
    found = REFERENCE.search("\n".join(one.text for one in made.texts))
    if found:
        made.key, made.version = f"{found[1]}/{found[2]}", found[3]
    return made


def _package(data: bytes, name: str) -> dict[str, bytes]:
    """The parts that are read; each is unpacked up to a limit, whatever the file says of its size."""
    save = "Open it in Word or LibreOffice, and save it as .docx."
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableError(f"{name}: is an old .doc, or has a password. {save}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise UnreadableError(f"{name}: is no Word file, or damaged. {save}") from None
    if any(one.endswith("vbaProject.bin") for one in names):
        raise UnreadableError(f"{name}: holds macros, which are not opened. {save}")
    if "word/document.xml" not in names:
        kind = "an OpenDocument file" if "content.xml" in names else "a zip file, but no Word file"
        raise UnreadableError(f"{name}: is {kind}. {save}")
    if len(names) > MOST_PARTS or sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
        raise UnreadableError(f"{name}: unpacks to more than a report holds, and is not opened.")
    if len(set(names)) != len(names):
        raise UnreadableError(f"{name}: holds two parts of one name. {save}")
    found: dict[str, bytes] = {}
    for part in ("word/document.xml", "word/comments.xml", "word/commentsExtended.xml"):
        if part not in names:
            continue
        try:
            with archive.open(part) as opened:
                found[part] = opened.read(MOST_PART + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
            raise UnreadableError(f"{name}: is damaged or has a password. {save}") from None
        if len(found[part]) > MOST_PART:
            raise UnreadableError(f"{name}: unpacks to more than a report holds, and is not opened.")
    return found


def _xml(data: bytes, name: str) -> Any:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        raise UnreadableError(
            f"{name}: holds definitions of its own, which no Word file has, and is not opened."
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise UnreadableError(f"{name}: is damaged. Ask for it again, or save it anew as .docx.") from None


@dataclass
class _Balloon:
    author: str
    date: str
    text: str
    paragraph: str
    done: bool = False
    parent: str = ""


def _thread(package: Mapping[str, bytes], name: str) -> dict[str, _Balloon]:
    """Every comment by its number, with whose reply it is and whether it is done, where the file says so."""
    if "word/comments.xml" not in package:
        return {}
    made = {}
    for one in _xml(package["word/comments.xml"], name).iter(f"{_W}comment"):
        paragraphs = list(one.iter(f"{_W}p"))
        text = "\n".join(filter(None, (_folded(_said(paragraph, _OLD)) for paragraph in paragraphs)))
        last = paragraphs[-1].get(f"{_W14}paraId", "") if paragraphs else ""
        made[one.get(f"{_W}id", "")] = _Balloon(_person(one), one.get(f"{_W}date", "")[:16], text, last)
    if "word/commentsExtended.xml" in package:
        by_paragraph = {one.paragraph: number for number, one in made.items() if one.paragraph}
        for more in _xml(package["word/commentsExtended.xml"], name).iter(f"{_W15}commentEx"):
            number = by_paragraph.get(more.get(f"{_W15}paraId", ""))
            if number is not None:
                made[number].done = more.get(f"{_W15}done") in ("1", "true")
                made[number].parent = by_paragraph.get(more.get(f"{_W15}paraIdParent", ""), "")
    return made


def _person(element: Any) -> str:
    """Who wrote it; of an e-mail address only what stands before the @."""
    return _folded(element.get(f"{_W}author", "")).partition("@")[0]


class _Reader:
    def __init__(self, document: Any, comments: Mapping[str, _Balloon]) -> None:
        self.comments = comments
        self.texts: list[Text] = []
        self.fields: dict[str, str] = {}
        self.changes: list[tuple[Comment, str]] = []
        self.anchors: dict[str, list[str]] = {}
        self.where: dict[str, Text] = {}
        self.open: set[str] = set()
        self.place, self.tables = "", {table: n for n, table in enumerate(document.iter(f"{_W}tbl"), 1)}
        for paragraph in document.iter(f"{_W}p"):
            if not any(True for _ in paragraph.iterancestors(_FALLBACK)):
                self._paragraph(paragraph)
        self.found = [*self._threads(), *self.changes]

    def _paragraph(self, paragraph: Any) -> None:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        text = _folded(_said(paragraph, _NEW))
        look = re.sub(r"\W", "", style.get(f"{_W}val", "")).casefold() if style is not None else ""
        if re.fullmatch("(?:heading|overskrift)[12]", look) and text:
            self.place = text
        tags = [one.get(f"{_W}val", "") for one in paragraph.iter(f"{_W}tag")]
        tags += [
            one.get(f"{_W}val", "")
            for one in paragraph.xpath("ancestor::w:sdt/w:sdtPr/w:tag", namespaces={"w": _W[1:-1]})
        ]
        rows = tuple(row for tag in tags for row in tag.split() if row.count(".") == 2)
        table = next((self.tables[one] for one in paragraph.iterancestors(f"{_W}tbl")), 0)
        here = Text(text, self.place, rows, table)
        self._anchored(paragraph, here)
        if filled := _STYLES.get(look, ""):
            day = paragraph.find(f".//{_W}date")
            self.fields[filled] = _folded(_said(paragraph, _OLD))
            if day is not None and day.get(f"{_W}fullDate"):
                self.fields["day"] = day.get(f"{_W}fullDate", "")[:10]
            return
        self._tracked(paragraph, here)
        if text and look != _LOOK_OF_REVIEW:
            self.texts.append(here)

    def _anchored(self, paragraph: Any, here: Text) -> None:
        for one in paragraph.iter():
            number = one.get(f"{_W}id", "") if isinstance(one.tag, str) else ""
            if one.tag == f"{_W}commentRangeStart":
                self.open.add(number)
                self.where.setdefault(number, here)
            elif one.tag == f"{_W}commentRangeEnd":
                self.open.discard(number)
            elif one.tag == f"{_W}commentReference":
                self.where.setdefault(number, here)
            elif one.tag in (f"{_W}t", f"{_W}delText") and one.text:
                for each in self.open:
                    self.anchors.setdefault(each, []).append(one.text)
        for each in self.open:
            self.anchors.setdefault(each, []).append(" ")

    def _tracked(self, paragraph: Any, here: Text) -> None:
        """The tracked changes of a paragraph, one for each person."""
        found: dict[str, tuple[str, list[str], list[str]]] = {}
        for one in paragraph.iter(*_NEW, *_OLD):
            said = _folded(_said(one, set()))
            if not said:
                continue
            who, new = _person(one), one.tag in _NEW
            _, old_texts, new_texts = found.setdefault(who, (one.get(f"{_W}date", "")[:16], [], []))
            (new_texts if new else old_texts).append(said)
        for who, (day, gone, come) in found.items():
            change = Comment(
                kind="change",
                author=who,
                date=day,
                place=here.place,
                rows=list(here.rows),
                anchor=" … ".join(gone) or here.text,
                text=" … ".join(come),
            )
            self.changes.append((change, here.text))

    def _threads(self) -> Iterator[tuple[Comment, str]]:
        replies: dict[str, list[Reply]] = {}
        for number, one in self.comments.items():
            if one.parent:
                reply = Reply(author=one.author, date=one.date, text=one.text)
                replies.setdefault(self._first(number), []).append(reply)
        for number, one in self.comments.items():
            if one.parent or not (one.text or number in replies):
                continue
            here = self.where.get(number, Text(""))
            made = Comment(
                kind="comment",
                author=one.author,
                date=one.date,
                place=here.place,
                rows=list(here.rows),
                anchor=_folded("".join(self.anchors.get(number, []))) or here.text,
                text=one.text,
                replies=replies.get(number, []),
                done=one.done,
            )
            yield made, here.text

    def _first(self, number: str) -> str:
        seen = {number}
        while (above := self.comments[number].parent) and above not in seen and above in self.comments:
            number = above
            seen.add(number)
        return number


def _said(element: Any, without: set[str]) -> str:
    """The text of an element, but for what stands in elements of these names."""
    parts: list[str] = []

    def walk(one: Any) -> None:
        if not isinstance(one.tag, str) or one.tag in without or one.tag == _FALLBACK:
            return
        if one.tag in (f"{_W}t", f"{_W}delText"):
            parts.append(one.text or "")
        elif one.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif one.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif one.tag != f"{_W}sdtPr":
            for child in one:
                if child.tag != f"{_W}p":  # a text box's own paragraphs are read for themselves
                    walk(child)

    walk(element)
    return "".join(parts)


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
