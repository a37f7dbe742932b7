"""`evalkit review`: what Word files that came back say is taken into params/reviews/; changed text is told and never taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import Final

import yaml

from evalbook.approval import review_comments, signoffs
from evalbook.approval.review_comments import Comment
from evalbook.approval.reviewed import one
from evalbook.intake.privacy import scan_text
from evalbook.review import release
from evalbook.review.edit_yaml import locked
from evalbook.run import evaluation_cache
from evalbook.run.files import write_whole
from evalbook.word import incoming, sent
from evalbook.word.incoming import Incoming, Text
from evalkit.errors import EvalkitError

ALIKE: Final = 0.5
"""Share of letters in common from which a paragraph counts as changed, and not as one gone and another new."""
LONGEST: Final = 3_000
"""Letters of a paragraph that are compared with another's letter by letter."""
SHOWN: Final = 90
HEAD: Final = """\
# What reviewers have said of the report in its Word files. Written by `evalkit review`; answers go into the file of the same
# name without .comments. It holds names of colleagues, and no page shows it: keep it out of git if they would not want it there.
"""


@dataclass
class Told:
    """What is to be said of the files, and whether something of them was left where it is."""

    lines: list[str] = field(default_factory=list)
    left: bool = False


def review(root: Path, data: Path, files: Sequence[Path]) -> Told:
    """Read Word files that came back; each is told for itself, and one that cannot be read does not stop the others."""
    told = Told()
    for path in files:
        try:
            _one(root, data, incoming.read(path), told)
        except EvalkitError as error:
            told.lines += str(error).splitlines()
            told.left = True
    return told


def _one(root: Path, data: Path, came: Incoming, told: Told) -> None:
    record = known(root, came.file, came.key, came.version)
    area, _, name = came.key.partition("/")
    found, held = _allowed([*_comments(came, record), *changes(record.paragraphs(), came.texts)], came)
    numbers = _merge(root, area, name, [one.model_copy(update={"version": came.version}) for one in found])
    new = sum(is_new for _, is_new in numbers)
    answers = signoffs.answers_file(root, area, name).relative_to(root).as_posix()
    told.lines.append(
        f"{came.file}: {came.key}, version {came.version}. Comments and changes: {len(found)}, new: {new}."
    )
    if other := outdated(root, data, record):
        told.lines.append(f"  It is not of today's version: {', '.join(other)} changed since {record.date}.")
    for (number, is_new), each in zip(numbers, found, strict=True):
        done = ", done" if each.done else ""
        replies = f", {len(each.replies)} replies" if each.replies else ""
        if is_new:
            told.lines.append(f"  {review_comments.item(number)}{done}{replies}: {_said(each)}")
    if new:
        told.lines.append(f"  Answer them in {answers}, and look at the page: evalkit run")
    for line in held:
        told.lines.append(f"  {line}")
        told.left = True
    decision = came.fields.get("decision", "")
    if decision not in ("", sent.of_form(record.language)["decision"]):
        told.lines.append(f"  It holds an answer, {decision}. Take it: evalkit sign --from {came.file}")


def known(root: Path, file: str, key: str, version: str) -> sent.Record:
    """The record of the version that a file or mail names; EvalkitError where it names none that was sent out from here."""
    if not key:
        raise EvalkitError(
            f"{file}: names no report and version, as page one of each Word file does. Is it another document?"
        )
    record = sent.read(root, key, version)
    if record is None:
        raise EvalkitError(
            f"{file}: version {version} of {key} was never sent out from this workbook. Is it another plan's, "
            f"or is its record in {sent.FOLDER} missing?"
        )
    return record


def outdated(root: Path, data: Path, record: sent.Record) -> list[str]:
    """What has changed since a version was sent out: rows, assessment, notebook, words, page; empty when it is today's."""
    area, _, name = record.report.partition("/")
    report = one(root, data, area, name, evaluation_cache.last(root, data))
    now = sent.parts(report, record.language, release.pages_read(root, data, record.report))
    return [name for name, known in record.parts.items() if now[name] != known]


def _comments(came: Incoming, record: sent.Record) -> Iterator[Comment]:
    """Comments and tracked changes; the rows are the record's where a program has dropped them from the file."""
    rows_of = {each.text: list(each.rows) for each in record.paragraphs()}
    for comment, paragraph in came.comments:
        yield comment if comment.rows else comment.model_copy(update={"rows": rows_of.get(paragraph, [])})


def changes(before: Sequence[Text], now: Sequence[Text]) -> Iterator[Comment]:
    """What text was changed, taken away or added without a mark; a table that is gone is one change."""
    old, new = [one.text for one in before], [one.text for one in now]
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        left = list(now[j1:j2])
        gone = []
        for was in before[i1:i2]:
            near = max(left, key=lambda one: _alike(was.text, one.text), default=None)
            if near is not None and _alike(was.text, near.text) >= ALIKE:
                left.remove(near)
                yield _change(was, was.text, near.text)
            else:
                gone.append(was)
        for table, cells in groupby(gone, key=lambda one: one.table):
            lost = list(cells)
            whole = table and len(lost) == sum(one.table == table for one in before) and len(lost) > 1
            for was in lost[:1] if whole else lost:
                yield _change(was, " | ".join(one.text for one in lost) if whole else was.text, "")
        for added in left:
            yield _change(added, "", added.text)


def _change(at: Text, old: str, new: str) -> Comment:
    return Comment(kind="change", place=at.place, rows=list(at.rows), anchor=old, text=new)


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:LONGEST], other[:LONGEST], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _allowed(found: Sequence[Comment], came: Incoming) -> tuple[list[Comment], list[str]]:
    """The comments without personal data, and a line for each that holds some: it is left in the file."""
    taken, held = [], []
    for each in found:
        texts = [each.author, each.text, each.anchor]
        texts += [text for reply in each.replies for text in (reply.author, reply.text)]
        problems = scan_text("\n\n".join(texts), came.file, f"under “{each.place}”")
        if problems:
            held += [f"Left in the file: {problem}" for problem in problems]
        else:
            taken.append(each)
    return taken, held


def _merge(root: Path, area: str, name: str, found: Sequence[Comment]) -> list[tuple[int, bool]]:
    """Put comments into the report's file; gives the number of each, and whether it is new. What is there stays."""
    path = review_comments.file(root, area, name)
    with locked(path, root):
        there: dict[int, Comment] = dict(review_comments.read(root, area, name))
        before, numbers = dict(there), []
        for each in found:
            number = next((number for number, known in there.items() if known.same == each.same), 0)
            is_new = not number
            number = number or max(there, default=0) + 1
            there[number] = _joined(there.get(number), each)
            numbers.append((number, is_new))
        if there != before:
            write_whole(path, HEAD + _yaml(there))
    return numbers


def _joined(known: Comment | None, came: Comment) -> Comment:
    """A comment with the replies of both; one that somebody has marked as done is done."""
    if known is None:
        return came
    replies = [*known.replies, *(reply for reply in came.replies if reply not in known.replies)]
    return known.model_copy(update={"replies": replies, "done": known.done or came.done})


def _yaml(comments: Mapping[int, Comment]) -> str:
    plain = {number: one.model_dump(mode="json", exclude_defaults=True) for number, one in comments.items()}
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)


def add(root: Path, area: str, name: str, comment: Comment) -> int:
    """Put one comment into the report's file; gives its number."""
    return _merge(root, area, name, [comment])[0][0]


def _said(one: Comment) -> str:
    """A comment in one line."""
    where = f" under “{one.place}”" if one.place else ""
    rows = f" [{' '.join(one.rows)}]" if one.rows else ""
    who = f"{one.author or 'somebody'}{where}{rows}"
    if one.kind == "change":
        computed = "changed computed text (not taken)" if one.rows else "changed text (not taken)"
        return f"{who} {computed}: “{_short(one.anchor)}” → “{_short(one.text)}”"
    return f"{who}: {_short(one.text)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
