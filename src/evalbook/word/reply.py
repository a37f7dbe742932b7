"""`evalkit sign --from`: a reviewer's answer in the Word file, a mail or a text, with the file kept as evidence.

Who really wrote it is for the mail system to vouch for; the file shows what was written.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Final

from bs4 import BeautifulSoup

from evalbook.approval import identity
from evalbook.approval.review_comments import EVIDENCE, Comment, item
from evalbook.approval.reviewed import RefusedError
from evalbook.approval.signoffs import REVIEWER
from evalbook.intake import parse_dates, textfile
from evalbook.intake.sheet import Unfit
from evalbook.review.signing import sign
from evalbook.run.files import write_whole
from evalbook.word import came_back, incoming, sent
from evalbook.word.word_file import decisions
from evalkit import plan as plans
from evalkit.errors import EvalkitError
from evalkit.text.words import LANGUAGES, gettext_for

MOST_BYTES: Final = incoming.MOST_BYTES
_QUOTED: Final = re.compile(
    r"(?im)^\s*(?:-{3,}\s*(?:oprindelig meddelelse|original message)|(?:fra|from):\s.*@|den .* skrev\b.*:\s*$|on .* wrote:\s*$)"
)
_FIELD: Final = re.compile(r"(?im)^\s*(navn|name|rolle|role|dato|date)\s*:\s*(.+?)\s*$")
_FIELDS: Final = {"navn": "name", "rolle": "role", "dato": "date"}


@dataclass(frozen=True)
class Decision:
    """What a reviewer has answered; empty where the file does not say."""

    key: str
    version: str
    decision: str  # as word_file.decisions names it
    name: str
    role: str = ""
    day: dt.date | None = None


def sign_from(
    root: Path,
    data: Path,
    path: Path,
    *,
    today: dt.date,
    allow_same: bool = False,
    other_person: bool = False,
) -> tuple[str, str]:
    """Sign a report by a reviewer's answer; gives what was done, in a sentence, and the report's key.

    An answer that is no approval becomes an item of the checklist. The file is kept below params/reviews/evidence.

    Raises EvalkitError for a file without an answer, a version never sent out or no longer today's, a day that cannot be, and
    whatever `sign` refuses: the author, somebody whom plan.yml does not name, or not in the role that the answer gives.
    """
    given = read(path)
    record = came_back.known(root, path.name, given.key, given.version)
    if other := came_back.outdated(root, data, record):
        raise RefusedError(
            f"{path.name}: answers version {given.version} of {record.date}, and {', '.join(other)} changed since. "
            f"Send today's version: evalkit word {given.key.replace('/', ' ')}"
        )
    if not (name := given.name):
        raise RefusedError(f"{path.name}: does not say who answers. Let the reviewer write it: Navn: …")
    _check_role(plans.read(root).reviewers, name, given.role, path.name)
    day = given.day or today
    if not record.date <= day <= today:
        raise RefusedError(
            f"{path.name}: answered on {day}, but the version is of {record.date} and today is {today}."
        )
    area, _, year = given.key.partition("/")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    kept = root / EVIDENCE / f"{area}-{year}-{given.version}-{digest[:8]}{path.suffix.lower()}"
    new = not kept.exists()
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_whole(kept, content)
    shown = kept.relative_to(root).as_posix()
    try:
        if given.decision != "approved":
            said = decisions(gettext_for(record.language))[given.decision]
            comment = Comment(
                kind="answer",
                author=name,
                date=day.isoformat(),
                version=given.version,
                text=said,
                anchor=given.role,
            )
            number = came_back.add(root, area, year, comment)
            told = f"{given.key}: not signed, for {name} has answered: {said}. It is {item(number)} on its checklist."
            return f"{told} Kept: {shown}.", given.key
        done = sign(
            root,
            data,
            area,
            year,
            role=REVIEWER,
            person=name,
            today=day,
            allow_same=allow_same,
            other_person=other_person,
            evidence=f"{digest} {shown}",
        )
    except BaseException:
        if new:
            kept.unlink(missing_ok=True)
        raise
    return f"{done} Kept: {shown}.", given.key


def _check_role(reviewers: Mapping[str, str], name: str, role: str, file: str) -> None:
    """RefusedError where plan.yml has another role for the reviewer than the answer gives."""
    known = next((its for one, its in reviewers.items() if identity.same(one, name)), "")
    if known and role and not identity.same(known, role):
        raise RefusedError(f"{file}: {name} answers as {role}, and params/plan.yml names {name} as {known}.")


def read(path: Path) -> Decision:
    """The answer in a .docx, .eml or text; EvalkitError where there is none, or more than one."""
    if not path.is_file():
        raise EvalkitError(f"{path.name}: there is no such file.")
    if path.stat().st_size > MOST_BYTES:
        raise EvalkitError(f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB.")
    data = path.read_bytes()
    if data[:4] == b"\xd0\xcf\x11\xe0" and path.suffix.lower() == ".msg":
        raise EvalkitError(
            f"{path.name}: is an Outlook message. Save the mail as .eml or as text, and give that."
        )
    if path.suffix.lower() == ".eml":
        return _of_mail(email.message_from_bytes(data, policy=email.policy.default), path.name)
    if data[:2] == b"PK" or path.suffix.lower() in (".docx", ".docm", ".doc"):
        return _of_form(incoming.of_bytes(data, path.name))
    return _of_text(textfile.decoded(data, path.name)[0], path.name, "")


def _of_form(came: incoming.Incoming) -> Decision:
    """The answer on page one of a Word file."""
    empty = {language: sent.of_form(language) for language in LANGUAGES}
    given = {
        name: "" if any(value == form[name] for form in empty.values()) else value
        for name, value in came.fields.items()
        if name != "day"
    }
    decision = _decision(given.get("decision", ""))
    if not came.key or not decision:
        raise EvalkitError(
            f"{came.file}: no answer is chosen on page one. Choose {', '.join(decisions(gettext_for('da')).values())}."
        )
    day = _day(came.fields.get("day", "") or given.get("date", ""), came.file)
    return Decision(came.key, came.version, decision, given.get("name", ""), given.get("role", ""), day)


def _of_mail(mail: email.message.Message, file: str) -> Decision:
    """The answer in a mail's own text, or in a Word file that it brings."""
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    if body is not None and body.get_content_subtype() == "html":
        text = BeautifulSoup(text, "html.parser").get_text("\n")
    name = parseaddr(str(mail.get("From", "")))[0]
    try:
        return _of_text(text, file, name)
    except EvalkitError:
        for part in mail.iter_attachments():
            if (part.get_filename() or "").lower().endswith(".docx"):
                came = incoming.of_bytes(bytes(part.get_content()), f"{file}, {part.get_filename()}")
                return _of_form(came)
        raise


def _of_text(text: str, file: str, name: str) -> Decision:
    """The line `report/version: answer`, above whatever the mail quotes."""
    own = text[: found.start()] if (found := _QUOTED.search(text)) else text
    lines = [line for line in own.splitlines() if not line.lstrip().startswith(">")]
    answers = {
        (f"{found[1]}/{found[2]}", found[3], decision)
        for line in lines
        if (found := incoming.REFERENCE.search(line))
        and (decision := _decision(line[found.end() :].strip(" \t:*»«\"'.")))
    }
    if len(answers) != 1:
        what = "holds more than one answer" if answers else "holds no answer"
        raise EvalkitError(
            f"{file}: {what}. It is one line, as page one of the Word file gives it, e.g. area/2019/1a2b3c4d: Godkendt"
        )
    given: Mapping[str, str] = {
        _FIELDS.get(key.lower(), key.lower()): value for key, value in _FIELD.findall("\n".join(lines))
    }
    ((key, version, decision),) = answers
    return Decision(
        key,
        version,
        decision,
        given.get("name", name),
        given.get("role", ""),
        _day(given.get("date", ""), file),
    )


def _decision(said: str) -> str:
    """The short name of an answer, said in either language; empty for anything else."""
    said = " ".join(said.split()).casefold()
    known = {
        word.casefold(): name
        for language in LANGUAGES
        for name, word in decisions(gettext_for(language)).items()
    }
    return known.get(said, "")


def _day(said: str, file: str) -> dt.date | None:
    """A day as Word notes it, or as people write it; EvalkitError where it is none."""
    if not said:
        return None
    try:
        return parse_dates.parse(said)
    except Unfit:
        raise EvalkitError(f"{file}: {said!r} is no day. Write it as 29-11-2026.") from None
