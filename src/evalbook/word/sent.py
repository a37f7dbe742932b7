"""`evalkit word`: a report's page as a Word file, and the record of each version that was sent out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from evalbook.approval.reviewed import Reviewed, data_option, one
from evalbook.review import release
from evalbook.run import evaluation_cache
from evalbook.run.files import write_whole
from evalbook.run.tasks import key_of
from evalbook.word.blocks import blocks
from evalbook.word.case import annex
from evalbook.word.incoming import Incoming, Text, of_bytes
from evalbook.word.word_file import Sent, document
from evalkit.errors import EvalkitError, MissingFile, UnknownName
from evalkit.plan import params
from evalkit.text.words import LANGUAGES, gettext_for

FOLDER: Final = "params/reviews/sent"
HEAD: Final = """\
# What one version of a report said when it was made into a Word file. Written by `evalkit word`; what comes back is compared
# with it. Keep it in git: without it nobody can say what a reviewer has changed or approved.
"""


class Record(BaseModel):
    """One version of a report as it was sent out."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    report: str  # area/year
    version: str
    language: str
    date: dt.date
    parts: Mapping[str, str]  # hashes: rows, assessment, notebook, words, page
    texts: list[tuple[str, str, tuple[str, ...], int]]  # as incoming.Text

    def paragraphs(self) -> Sequence[Text]:
        """Its paragraphs in order."""
        return [Text(*one) for one in self.texts]


def parts(report: Reviewed, language: str, pages: Mapping[str, str]) -> dict[str, str]:
    """Hashes of all that a version of a report is made from; `pages` by language, as release.pages_read gives them."""
    return report.version() | {"page": pages.get(language, "")}


def version_of(key: str, language: str, made: Mapping[str, str]) -> str:
    """The version's name: eight hexadecimal digits."""
    said = json.dumps([key, language, sorted(made.items())])
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:8]


def file(root: Path, key: str, version: str) -> Path:
    """Where the record of a version stands."""
    return root / FOLDER / f"{key.replace('/', '-')}-{version}.yml"


def read(root: Path, key: str, version: str) -> Record | None:
    """The record of a version; None where it was never sent out from here."""
    path = file(root, key, version)
    return params.read(path, root).as_model(Record) if path.is_file() else None


def write(
    root: Path,
    data: Path,
    area: str,
    year: str,
    language: str,
    to: Path | None,
    today: dt.date,
    case: bool = False,
) -> str:
    """Make a report's page into a Word file, and record the version; gives what was done, in a sentence.

    `case`: the annex to a municipal case instead, which nobody sends back. Raises EvalkitError where the page is not made from what the workbook holds now, or another file has the name.
    """
    if language not in LANGUAGES:
        raise UnknownName(f"--language {language}: choose da or en.")
    report = one(root, data, area, year, evaluation_cache.last(root, data))
    pages = release.pages_read(root, data, report.key)
    if language not in pages:
        raise MissingFile(
            f"{report.key}: its page is not made from what stands in the workbook now. "
            f"Make it: evalkit run --area {area} --year {report.year}{data_option(root, data)}"
        )
    made = parts(report, language, pages)
    version = version_of(report.key, language, made)
    before = read(root, report.key, version)
    sent = Sent(report.key, version, language, before.date if before else today)
    html = (root / "output" / f"{key_of(language, report.key)}.html").read_text(encoding="utf-8")
    words = gettext_for(language)
    page = annex(html, report.plan, version, words) if case else blocks(html, words)
    content = document(page, sent, review=not case)
    path = to or Path(f"{area}-{year}{'-sag' if case else ''}.docx")
    if path.suffix != ".docx":
        raise EvalkitError(f"{path.name}: a Word file's name ends with .docx.")
    if path.exists() and (case or not _is_as_sent(path, root)):
        raise EvalkitError(
            f"{path}: is there already, and may hold what somebody has written. Name another file: --to FILE.docx"
        )
    if case:
        write_whole(path, content)
        return f"Wrote {path}: the annex to a case, from {report.key}, version {version}. Fill in what stands in brackets."
    if before is None:  # the record first: a file without one could not be taken back
        read_back = of_bytes(content, path.name)
        texts = [(text.text, text.place, text.rows, text.table) for text in read_back.texts]
        record = Record(
            report=report.key, version=version, language=language, date=today, parts=made, texts=texts
        )
        file(root, report.key, version).parent.mkdir(parents=True, exist_ok=True)
        saved = yaml.safe_dump(record.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=110)
        write_whole(file(root, report.key, version), HEAD + saved)
    write_whole(path, content)
    return f"Wrote {path}: {report.key}, version {version}. What comes back: evalkit review FILE.docx"


def _is_as_sent(path: Path, root: Path) -> bool:
    """Whether a file holds nothing but what `evalkit word` has put there."""
    try:
        there: Incoming = of_bytes(path.read_bytes(), path.name)
    except EvalkitError:
        return False
    record = read(root, there.key, there.version) if there.key else None
    same = record is not None and [one.text for one in there.texts] == [one[0] for one in record.texts]
    if record is None or not same or there.comments:
        return False
    return all(there.fields.get(name) == prompt for name, prompt in of_form(record.language).items())


def of_form(language: str) -> dict[str, str]:
    """What stands in the fields of the answer while nobody has filled them in."""
    words = gettext_for(language)
    return {
        "name": words("Write your name"),
        "role": words("Write your role"),
        "date": words("Choose the day"),
        "decision": words("Choose"),
    }
