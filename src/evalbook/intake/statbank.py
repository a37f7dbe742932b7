"""StatBank (Statistics Denmark): tables fetched over the documented API, what a selection means, and the figures of an answer."""

from __future__ import annotations

import csv
import http.client
import io
import json
import math
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import quote

from evalbook.intake.names import fold
from evalbook.intake.sheet import MAX_BYTES, MAX_ROWS
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
            found += [code for code in codes if fnmatchcase(code, value)]
        elif match := re.fullmatch(r"(?:>(=?)([^<>=]+))?(?:<(=?)([^<>=]+))?", value):
            from_, low, to, high = match.groups()
            found += [
                code
                for code in codes
                if (low is None or code > low or (from_ and code == low))
                and (high is None or code < high or (to and code == high))
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


BASE: Final = "https://api.statbank.dk/v1"
_ADVICE: Final = {
    "EXTRACT-NOTFOUND": "Check the table, the variables and the values: `tableinfo` lists them.",
    "EXTRACT-NOTALLOWED": "Give a value for every variable.",
    "REQUEST-MISSING": "Give table and format.",
    "REQUEST-EMPTY": "The request was empty.",
    "REQUEST-LIMIT": "Ask for fewer values.",
    "REQUEST-NOTFOUND": "The address of the API may have changed.",
}


@dataclass
class Client:
    """Asks the API; tests give another address and a `sleep` that does not wait."""

    base: str = BASE
    timeout: float = 30.0  # seconds for one try
    limit: float = 180.0  # seconds for all tries
    tries: int = 4
    sleep: Callable[[float], None] = time.sleep

    def variables(self, table: str, language: str = "da") -> tuple[dict[str, Any], list[Variable]]:
        """What a table is, and its variables."""
        answer = self._ask(
            f"/tableinfo?format=json&id={quote(table_id(table))}&lang={language}", None, "json"
        )
        try:
            info = json.loads(answer.decode("utf-8-sig"))
            found = [
                Variable(
                    one["id"],
                    bool(one.get("elimination")),
                    bool(one.get("time")),
                    {value["id"]: value["text"] for value in one["values"]},
                )
                for one in info["variables"]
            ]
        except (ValueError, KeyError, TypeError):
            raise StatBankError(
                f"{table}: StatBank's description of the table is not what its documentation says."
            ) from None
        return info, found

    def fetch(
        self,
        table: str,
        selection: Mapping[str, Sequence[str]],
        language: str = "da",
    ) -> Figures:
        """Figures of a table; `selection` is variable -> values (`*`, `*K1`, `>=2010K1<=2015K4`, `(2)` newest, codes).

        Variables left out are added up by StatBank, which the notes say; the time must be given.
        """
        info, variables = self.variables(table, language)
        chosen = {named(name, variables).id: list(values) for name, values in selection.items()}
        notes = []
        for one in variables:
            if one.id in chosen:
                continue
            if one.is_time:
                raise StatBankError(
                    f"{table}: say which periods, e.g. {one.id}=>=2013K4; left out, StatBank gives the newest only."
                )
            if not one.eliminated:
                raise StatBankError(
                    f"{table}: {one.id} must be given. Known: {', '.join(list(one.values)[:10])}."
                )
            notes.append(f"{one.id} was left out and added up by StatBank")
        cells = math.prod(len(expand(one, chosen[one.id])) for one in variables if one.id in chosen)
        if cells > MAX_ROWS:  # no file of so many rows can be imported
            raise StatBankError(
                f"{table}: that is {cells:,} figures; the most is {MAX_ROWS:,}. Ask for fewer."
            )
        body = {
            "table": table_id(table),
            "lang": language,
            "format": "CSV",
            "valuePresentation": "Default",
            "variables": [{"code": id, "values": values} for id, values in chosen.items()],
        }
        header, rows = read(self._ask("/data", body, "csv"), table)
        if len(rows) != cells:
            raise StatBankError(
                f"{table}: asked for {cells:,} figures and got {len(rows):,}. Try again, or ask for fewer."
            )
        return Figures(
            table, str(info.get("text", "")), header, rows, str(info.get("updated", ""))[:10], chosen, notes
        )

    def _ask(self, path: str, body: dict[str, Any] | None, kind: str) -> bytes:
        """The bytes of an answer, tried again when the network or the server failed, never when the request is wrong."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(
            self.base + path, data=data, headers={"Content-Type": "application/json", "User-Agent": "evalkit"}
        )
        start, why = time.monotonic(), ""
        for attempt in range(self.tries):
            if attempt:
                self.sleep(2.0 ** (attempt - 1))
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    if kind not in answer.headers.get("Content-Type", ""):
                        raise StatBankError(
                            f"StatBank's answer is {answer.headers.get('Content-Type')}, not {kind}: is something between you and it, such as a login page?"
                        )
                    return _all_of(answer, start + self.limit)
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    raise _refusal(error) from None
                why = f"HTTP {error.code}"
            except (OSError, http.client.HTTPException) as error:  # no network, a broken line, a time-out
                why = str(getattr(error, "reason", error)) or type(error).__name__
            if time.monotonic() - start > self.limit:
                break
        raise StatBankError(
            f"StatBank could not be reached ({why}; tried {attempt + 1} times). Try later, or save the table as CSV by hand."
        )


def _all_of(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    data = bytearray()
    while piece := answer.read1(1 << 16):
        data += piece
        if len(data) > MAX_BYTES:
            raise StatBankError(
                f"StatBank's answer is more than {MAX_BYTES / 1e6:.0f} MB. Ask for fewer values."
            )
        if time.monotonic() > deadline:
            raise TimeoutError("the answer came too slowly")
    if answer.length:  # bytes that were promised and did not come
        raise http.client.IncompleteRead(bytes(data), answer.length)
    return bytes(data)


def _refusal(error: urllib.error.HTTPError) -> StatBankError:
    """StatBank's own refusal, told by its code; its words differ between languages and years."""
    try:
        said = json.loads(error.read(10_000).decode("utf-8-sig"))
        code, message = str(said["errorTypeCode"]), str(said.get("message", ""))
    except (ValueError, KeyError, TypeError, OSError):
        return StatBankError(
            f"StatBank answered HTTP {error.code} without saying why. {_ADVICE['REQUEST-NOTFOUND'] if error.code == 404 else ''}".strip()
        )
    return StatBankError(f"StatBank refused: {message} ({code}). {_ADVICE.get(code, '')}".strip(), code)
