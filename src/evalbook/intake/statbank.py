"""StatBank (Statistics Denmark): tables fetched over the documented API, with retries, a time limit and plain refusals."""

from __future__ import annotations

import http.client
import json
import math
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from evalbook.intake.sheet import MAX_BYTES
from evalbook.intake.statbank_tables import (
    Figures,
    StatBankError,
    Variable,
    expand,
    named,
    read,
    table_id,
    with_zeros,
)

BASE: Final = "https://api.statbank.dk/v1"
MOST_CELLS: Final = 1_000_000  # more is refused in formats that are not streamed
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
        bulk: bool | None = None,
    ) -> Figures:
        """Figures of a table; `selection` is variable -> values (`*`, `*K1`, `>=2010K1<=2015K4`, `(2)` newest, codes).

        Variables left out are added up by StatBank, which the notes say; the time must be given. BULK is used for
        more than a million figures: there a figure of 0 has no row, so that the missing rows are put in as 0.
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
        wanted = {one.id: expand(one, chosen[one.id]) for one in variables if one.id in chosen}
        cells = math.prod(map(len, wanted.values()))
        bulk = cells > MOST_CELLS if bulk is None else bulk
        if bulk and notes:
            raise StatBankError(
                f"{table}: so many figures need a value for every variable. Left out: {', '.join(one.id for one in variables if one.id not in chosen)}."
            )
        body = {
            "table": table_id(table),
            "lang": language,
            "format": "BULK" if bulk else "CSV",
            "valuePresentation": "Code" if bulk else "Default",
            "variables": [{"code": id, "values": values} for id, values in chosen.items()],
        }
        header, rows = read(self._ask("/data", body, "csv"), table)
        if bulk:
            rows, filled = with_zeros(header, rows, wanted, {one.id: one.values for one in variables}, table)
            notes += [f"{filled} figures were absent, which means 0"] if filled else []
        elif len(rows) != cells:
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
