"""One .zip to mail: a report with its annex, or a whole release; every link in it works, and it opens by a double click."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Final

from evalbook.run import staleness
from evalbook.run.files import Ledger, write_whole
from evalbook.run.tasks import key_of
from evalbook.site.links import only_to
from evalkit.errors import EvalkitError, MissingFile, UnknownName, did_you_mean
from evalkit.results import RELEASES
from evalkit.text.words import LANGUAGES

README: Final = "LÆS-MIG.txt"
_LETTER: Final = """\
{title}

Pak filen ud, og åbn {first} med et dobbeltklik. Siderne kan læses uden internet.
Status: {status}

Er noget galt, så svar på den mail, som filen kom med, og skriv rapportens titel. I rapporten, under Godkendelse, står
det, hvem der har godkendt den, hvem du ellers kan skrive til, og hvad der er åbent. Vil du skrive kommentarer i teksten
eller godkende rapporten, så bed om den som Word-fil.
{more}
Unpack the file and open {first} by a double click. The pages can be read without the internet.
Is something wrong? Answer the mail that brought the file, and name the report. To comment or approve, ask for it as a Word file.
"""
_RELEASE: Final = """
Ved siden af siderne ligger tallene (.csv) og beregningerne (.ipynb). Er udgivelsen også lavet som PDF, ligger siderne
der til print. SHA256SUMS viser, om nogen har ændret en fil.
"""
_TIME: Final = (1980, 1, 1, 0, 0, 0)  # of every file, so that the same pages give the same bytes


def of_report(out: Path, area: str, year: str, language: str, to: Path | None) -> Path:
    """Put a report's pages into a .zip; links to other pages become text. `year`: plan year, or final.

    Raises EvalkitError where the report is not made, or is older than the data.
    """
    if language not in LANGUAGES:
        raise UnknownName(f"--language {language}: choose da or en.")
    key = key_of(language, f"{area}/{year}")
    records = Ledger.read(out).records
    record = records.get(key)
    if record is None or not record.pages:
        raise MissingFile(
            f"{key}: there is no such report in {out.name}/. {did_you_mean(key, list(records))}"
        )
    if staleness.stale(record, out):
        raise EvalkitError(
            f"{key}: is older than what it is made from, or was changed by hand. Run: evalkit run"
        )
    names = {Path(page).name for page in record.pages}
    pages = {
        Path(page).name: only_to((out / page).read_text("utf-8"), names.__contains__).encode()
        for page in record.pages
    }
    first = min(pages, key=len)
    letter = _letter(pages[first].decode(), first, "")
    return _written(to or Path(f"{key.replace('/', '-')}.zip"), {README: letter, **pages})


def of_release(root: Path, number: str | None, to: Path | None) -> Path:
    """Put a whole release into a .zip, the last one unless another is named; MissingFile where there is none."""
    found = sorted(path for path in (root / RELEASES).glob("*-*-*-*") if path.is_dir())
    chosen = [path for path in found if number in (None, path.name)]
    if not chosen:
        known = did_you_mean(number, [path.name for path in found]) if number and found else ""
        raise MissingFile(
            f"{RELEASES}/{number or ''}: there is no release. {known or 'Make one: evalkit run --release'}"
        )
    folder = chosen[-1]
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    pages = sorted((name for name in files if name.endswith(".html")), key=len)
    first = "index.html" if "index.html" in files else pages[0]  # a release of some reports has no index
    letter = _letter(files[first].decode(), first, _RELEASE)
    return _written(to or Path(f"{folder.name}.zip"), {README: letter, **files})


def _letter(page: str, first: str, more: str) -> bytes:
    """What the README says: title and status as the page has them, how to object, and of a release what else lies there."""
    title = re.search(r"<title>(.*?)</title>", page)
    chip = re.search(r'<span class="chip[^"]*">(.*?)</span>', page)
    status = chip[1] if chip else "se siderne / see the pages"
    said = _LETTER.format(title=title[1] if title else first, first=first, status=status, more=more)
    return unescape(said).replace("\n", "\r\n").encode("utf-8-sig")  # as Windows' Notepad of any age reads it


def _written(to: Path, files: Mapping[str, bytes]) -> Path:
    """A .zip with one folder, of the same bytes for the same files; whole or not at all."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            one = zipfile.ZipInfo(f"{to.stem}/{name}", _TIME)
            one.external_attr = 0o644 << 16  # readable where it is unpacked
            archive.writestr(one, content, zipfile.ZIP_DEFLATED)
    write_whole(to, whole.getvalue())
    return to
