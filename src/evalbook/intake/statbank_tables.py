"""StatBank's tables: their variables, what a selection means, and the figures of an answer."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from evalbook.intake.names import fold
from evalkit.errors import EvalkitError, did_you_mean

_SAME: Final = ({"koen", "kon"}, {"omraade", "omrade", "kommunedk"})  # spellings of one variable


class StatBankError(EvalkitError):
    """StatBank refused a request, or could not be reached; `code` is its errorTypeCode when it gave one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Variable:
    """One variable of a table: its id, whether it is added up when left out, and code -> text of its values."""

    id: str
    eliminated: bool
    is_time: bool
    values: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """An answer: one row per figure, texts in the order of `header`, the figure last and as StatBank writes it."""

    table: str
    title: str
    header: list[str]
    rows: list[list[str]]
    updated: str
    selection: dict[str, list[str]]
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The rows as a StatBank CSV file."""
        file = io.StringIO()
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows([self.header, *self.rows])
        return file.getvalue()


def expand(variable: Variable, values: Sequence[str]) -> list[str]:
    """Codes that a selection means; raises StatBankError for a code that the table does not have."""
    codes, found = list(variable.values), []
    for value in values:
        if value in variable.values:
            found.append(value)
        elif match := re.fullmatch(r"\((\d+)\)", value):
            found += codes[-int(match[1]) :]
        elif "*" in value or "?" in value:
            pattern = re.compile(re.escape(value).replace(r"\*", ".*").replace(r"\?", "."))
            found += [code for code in codes if pattern.fullmatch(code)]
        elif match := re.fullmatch(r"(?:>=?([^<>=]+))?(?:<=?([^<>=]+))?", value):
            low, high = match[1] or "", match[2] or "\U0010ffff"
            strict = re.search(r">(?!=)", value), re.search(r"<(?!=)", value)
            found += [
                code
                for code in codes
                if low <= code <= high
                and not (strict[0] and code == low)
                and not (strict[1] and code == high)
            ]
        else:
            raise StatBankError(
                f"{variable.id} has no value {value!r}. {did_you_mean(value, codes[:200])}",
                "EXTRACT-NOTFOUND",
            )
    if not found:
        raise StatBankError(
            f"{variable.id}: {', '.join(values)} means no value of the table.", "EXTRACT-NOTFOUND"
        )
    return list(dict.fromkeys(found))


def named(name: str, variables: Sequence[Variable]) -> Variable:
    for one in variables:
        spellings = next((same for same in _SAME if fold(one.id) in same), {fold(one.id)})
        if fold(name) in spellings:
            return one
    raise StatBankError(
        f"the table has no variable {name!r}. {did_you_mean(name, [one.id for one in variables])}",
        "EXTRACT-NOTFOUND",
    )


def table_id(table: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{1,15}", table):
        raise StatBankError(
            f"{table!r} is no table of StatBank. They are called such as FOLK1A or STRAF11.",
            "EXTRACT-NOTFOUND",
        )
    return table.upper()


def read(data: bytes, table: str) -> tuple[list[str], list[list[str]]]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    rows = [row for row in rows if row]
    if (
        not rows
        or rows[0][-1] != "INDHOLD"
        or any(len(row) != len(rows[0]) for row in rows)
        or not data.endswith(b"\n")
    ):
        raise StatBankError(f"{table}: StatBank's answer is cut off or is not its CSV.")
    return rows[0], rows[1:]


def with_zeros(
    header: list[str],
    rows: list[list[str]],
    wanted: dict[str, list[str]],
    texts: dict[str, dict[str, str]],
    table: str,
) -> tuple[list[list[str]], int]:
    """Every combination that was asked for, in texts; an absent row of BULK means 0."""
    by_upper = {id.upper(): id for id in wanted}
    order = [by_upper.get(name.upper(), name) for name in header[:-1]]
    if set(order) != set(wanted):
        raise StatBankError(f"{table}: StatBank's answer has other variables than were asked for.")
    given = {tuple(row[:-1]): row[-1] for row in rows}
    combinations: list[tuple[str, ...]] = [()]
    for id in order:
        combinations = [(*head, code) for head in combinations for code in wanted[id]]
    if unknown := set(given) - set(combinations):
        raise StatBankError(f"{table}: StatBank's answer has {len(unknown)} rows that were not asked for.")
    full = [
        [*(texts[id][code] for id, code in zip(order, key, strict=True)), given.get(key, "0")]
        for key in combinations
    ]
    return full, len(combinations) - len(given)
