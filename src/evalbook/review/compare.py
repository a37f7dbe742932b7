"""`evalkit compare OLD NEW`: what changed between two output folders or releases, and why."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from evalbook.approval import signoffs
from evalbook.approval.fingerprints import COLUMNS
from evalbook.review.worked_out import worked_out
from evalbook.run.staleness import folded
from evalbook.site import exports
from evalbook.site.language_link import FOLDER
from evalkit.errors import MissingFile, Problem, ProblemsFound
from evalkit.plan import Plan
from evalkit.results import FILES, RELEASES, ROW_COLUMNS
from evalkit.terms import Shown, Verdict
from evalkit.text.html import plain
from evalkit.text.words import Words, gettext_for

COUNTS: Final = ("numerator", "denominator", "respondents", "invited")
BASELINES: Final = ("baseline_numerator", "baseline_denominator", "baseline_value")
_WORDS: Final = ("shown", "verdict", "comparison_says")
FIGURES: Final = (*(name for name in COLUMNS if name not in _WORDS), "trend", "p_value")

_RECORDS: Final = {signoffs.FILE, f"params/{RELEASES}.yml"}
"""Shared files in params/ by which no figure is made: each round writes them."""

_NO_PACKAGES: Final = {"library", "language"}
"""What a run is made from that stands in no folder, beside Python and packages: evalkit itself, the page's language."""

NOT_PUBLISHED: Final = {".evalkit", "failed", "preview", "compare.html"}
"""What may lie in an output folder without being part of an edition."""
_NO_PROSE: Final = re.compile(r"<(head|nav|footer|svg|style|script|table|pre)\b.*?</\1>")
_BEGINS: Final = re.compile(r"(?=<(?:p|li|h\d|dt|dd|figcaption|summary)\b)")


@dataclass(frozen=True)
class Change:
    """One difference between two editions."""

    kind: str  # given, figure, verdict, hidden, shown, row or text
    place: str  # row id and column, or page and line
    old: str
    new: str
    reasons: tuple[str, ...] = ()  # what may have caused it
    columns: tuple[str, ...] = ()  # the row's own counts that differ
    rules: tuple[str, ...] = ()  # what decided the verdict, before and now
    packages: tuple[str, ...] = ()  # of other versions, where they may have caused it

    @property
    def why(self) -> str:
        """Why, in English."""
        return self.why_in(gettext_for("en"))

    def why_in(self, words: Words) -> str:
        """Why, in words of one language; empty where nothing is to be said."""
        known = {
            "new data": words("new data"),
            "withdrawn data": words("withdrawn data"),
            "revised data": words("revised data"),
            "baseline": words("revised data in the baseline year"),
            "rule": words("new rule (params)"),
            "code": words("new code"),
            "package": words.say("another version of {packages}", packages=", ".join(self.packages)).plain,
            "elsewhere": words("revised data elsewhere in the plan"),
            "unknown": words("unknown: no input differs"),
        }
        said = f" {words('or')} ".join(known[reason] for reason in self.reasons)
        said += f" ({', '.join(self.columns)})" if self.columns else ""
        return said + (
            f": {' → '.join(name or words('no rule') for name in self.rules)}" if self.rules else ""
        )


def given_away(old: Path, new: Path, plan: Plan) -> list[Change]:
    """What one of two editions hides and whoever has both can work out; `old` names the rows that he takes for unchanged."""
    found = [rows(folder) for folder in (old, new)]
    return [
        Change("given", found.row, ", ".join(found.others), folder.name)
        for folder, (hiding, other) in zip((new, old), (found[::-1], found), strict=True)
        for found in worked_out(plan, hiding, other)
    ]


def compare(old: Path, new: Path) -> list[Change]:
    """Every difference between two folders that `evalkit run` has written, rows first, then texts.

    Raises
    ------
    MissingFile
        When a folder holds no results.csv or run.json.
    ProblemsFound
        When one of them cannot be read.
    """
    return [*figures(old, new), *texts(old, new)]


def figures(old: Path, new: Path) -> list[Change]:
    """The differences between the rows of two such folders."""
    was, tables = rows(old), rows(new)
    before, now = _inputs(old), _inputs(new)
    found = _rows_changed(was, tables, _causes(before, now))
    packages = tuple(
        f"{name} ({before.get(name, '–')} → {now.get(name, '–')})"
        for name in sorted({*before, *now} - _NO_PACKAGES)
        if "/" not in name and before.get(name) != now.get(name)
    )
    return [replace(one, packages=packages) if "package" in one.reasons else one for one in found]


def rows(folder: Path) -> pd.DataFrame:
    """The rows of an edition; in earlier ones results.csv alone holds every column."""
    path = folder / "results.csv"
    if not path.is_file():
        raise MissingFile(f"{folder}: holds no results.csv. Name a folder that `evalkit run` has written.")
    parts = {name: _table(folder / f"{name}.csv") for name in FILES if (folder / f"{name}.csv").is_file()}
    if missing := [name for name in ("row", "shown", "verdict") if name not in parts["results"]]:
        raise ProblemsFound([Problem(str(path), "", f"has no column {', '.join(missing)}.")])
    for name, part in parts.items():
        _check_numbers(folder / f"{name}.csv", part)
    return exports.wide(parts)


def _check_numbers(path: Path, table: pd.DataFrame) -> None:
    """Refuse a text where a number belongs, as after an edit by hand."""
    wrong = [
        Problem(
            str(path), f"row {table.at[at, 'row']}, column {name}", f"{table.at[at, name]!r} is not a number."
        )
        for name in table.columns
        if name in ROW_COLUMNS and not ROW_COLUMNS[name].is_text
        for at in table.index[pd.to_numeric(table[name], errors="coerce").isna() & table[name].ne("")]
    ]
    if wrong:
        raise ProblemsFound(wrong)


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise ProblemsFound([Problem(str(path), "", f"cannot be read: {error}.")]) from None


def _inputs(folder: Path) -> Mapping[str, str]:
    path = folder / "run.json"
    if folder.name == FOLDER and not path.is_file():
        path = folder.parent / "run.json"  # of both languages
    if not path.is_file():
        raise MissingFile(f"{folder}: holds no run.json. Name a folder that `evalkit run` has written.")
    try:
        return folded(json.loads(path.read_text(encoding="utf-8"))["inputs"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProblemsFound([Problem(str(path), "", f"cannot be read: {error}.")]) from None


def _causes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Which kinds of input differ: data, rule (shared params), code, package."""
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    found = {
        "data": any(name.startswith("data/") for name in changed),
        "rule": any(name.startswith("params/") and name.count("/") == 1 for name in changed - _RECORDS),
        "code": "library" in changed,
        "package": any("/" not in name and name not in _NO_PACKAGES for name in changed),
    }
    return [kind for kind, is_changed in found.items() if is_changed]


def _rows_changed(old: pd.DataFrame, new: pd.DataFrame, causes: list[str]) -> Iterator[Change]:
    steps = _steps(new)
    for row in [*new.index, *(row for row in old.index if row not in new.index)]:
        if row not in old.index:
            why = ("new data",) if "data" in causes else _other(causes)
            yield Change("row", row, "", new.at[row, "shown"], why)
        elif row not in new.index:
            why = ("withdrawn data",) if "data" in causes else _other(causes)
            yield Change("row", row, old.at[row, "shown"], "", why)
        else:
            yield from _row_changed(row, old.loc[row], new.loc[row], steps.loc[row], causes)


def _row_changed(
    row: str, old: pd.Series, new: pd.Series, steps: pd.Series, causes: list[str]
) -> Iterator[Change]:
    why, columns = _why(old, new, steps, causes)
    hidden = Shown.SUPPRESSED.value
    if old["shown"] != new["shown"]:
        kind = "hidden" if new["shown"] == hidden else "shown"
        yield Change(kind, f"{row}.shown", old["shown"], new["shown"], why, columns)
    if new["shown"] != hidden:  # what is hidden now is not told by the way
        unsaid = new["verdict"] == Verdict.SUPPRESSED  # the baseline is: with a change it would be told
        for name in FIGURES:
            if not (unsaid and not new[name]) and not _same(name, old, new, steps):
                yield Change("figure", f"{row}.{name}", old[name], new[name], why, columns)
    if old["verdict"] != new["verdict"]:
        rules = (old["verdict_rule"], new["verdict_rule"])
        yield Change("verdict", f"{row}.verdict", old["verdict"], new["verdict"], why, columns, rules)


def _why(
    old: pd.Series, new: pd.Series, steps: pd.Series, causes: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why a row differs: its own counts (and which), its baseline, or what it is judged by."""
    own = tuple(name for name in COUNTS if not _same(name, old, new, steps))
    if own and "data" in causes:
        return (("new data",), ()) if old["shown"] == Shown.MISSING.value else (("revised data",), own)
    if "data" in causes and any(not _same(name, old, new, steps) for name in BASELINES):
        return ("baseline",), ()
    return _other(causes), ()


def _other(causes: list[str]) -> tuple[str, ...]:
    known = {"rule": "rule", "code": "code", "package": "package", "data": "elsewhere"}
    return tuple(known[one] for one in known if one in causes) or ("unknown",)


def _same(name: str, old: pd.Series, new: pd.Series, steps: pd.Series) -> bool:
    """Alike to the digits that are published: an earlier edition may hold more of them."""
    one, other = old[name], new[name]
    if one == other:
        return True
    try:
        return abs(float(one) - float(other)) <= 1.001 * steps[name]
    except ValueError:
        return False


def _steps(rows: pd.DataFrame) -> pd.DataFrame:
    """The last digit's worth of every number of an edition, such as 0.001."""
    numbers = rows.apply(pd.to_numeric, errors="coerce")
    return pd.DataFrame(
        {
            name: 10.0 ** -exports.places(numbers, ROW_COLUMNS[name])
            for name in (*FIGURES, *COUNTS, *BASELINES)
        },
        index=rows.index,
    )


def texts(old: Path, new: Path) -> Iterator[Change]:
    """Sentences that differ between pages of the same name, and pages that came or went."""
    names = {path.relative_to(folder).as_posix() for folder in (old, new) for path in folder.rglob("*.html")}
    for name in sorted(name for name in names if not NOT_PUBLISHED & set(Path(name).parts)):
        pages = [folder / name for folder in (old, new)]
        if not all(page.is_file() for page in pages):
            before, after = ("page" if page.is_file() else "" for page in pages)
            yield Change("text", name, before, after)
            continue
        was, now = (_sentences(page.read_text(encoding="utf-8")) for page in pages)
        matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind != "equal":
                yield Change("text", name, " ".join(was[a:b]), " ".join(now[c:d]))


def _sentences(html: str) -> list[str]:
    """The visible prose of a page: paragraphs, list items and headings; no figures, tables or code."""
    lines = plain(_BEGINS.sub("\n", _NO_PROSE.sub("", html.replace("\n", " ")))).splitlines()
    return [" ".join(line.split()) for line in lines]
