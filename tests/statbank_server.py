"""A local StatBank: answers byte for byte as recorded, and fails in the ways that networks fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "reference" / "statbank"
CSV_TYPE = {"Content-Type": "text/csv; charset=utf-8"}
JSON_TYPE = {"Content-Type": "text/json; charset=utf-8"}


@dataclass
class Answer:
    """What the server sends: once, or every time when it is the last one in its list."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(CSV_TYPE))
    chunked: bool = False
    break_after: int | None = None  # bytes after which the line breaks
    silent: bool = False  # says nothing until the client hangs up
    drip: float = 0.0  # seconds between bytes


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    body: dict[str, Any] | None


def recorded(name: str) -> Answer:
    """A recorded exchange: status, headers and body as they came over the wire."""
    exchange = json.loads((RECORDED / f"{name}.exchange.json").read_text(encoding="utf-8"))
    body = next(RECORDED.glob(f"{name}.response.*")).read_bytes()
    headers = {key: values[0] for key, values in exchange["response_headers"].items()}
    chunked = headers.pop("Transfer-Encoding", "") == "chunked"
    headers.pop("Content-Length", None)
    return Answer(body, exchange["status"]["code"], headers, chunked)


@contextmanager
def serving(choose: Callable[[Asked], list[Answer]]) -> Iterator[tuple[str, list[Asked]]]:
    """The address of the server, and the requests it has had; `choose` gives the answers to a kind of request in turn."""
    asked: list[Asked] = []
    given: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:  # the test's output stays quiet
            pass

        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: dict[str, Any] | None) -> None:
            one = Asked(self.command, self.path, body)
            answers = choose(one)
            key = self.path.partition("?")[0]
            answer = answers[min(given.get(key, 0), len(answers) - 1)]
            given[key] = given.get(key, 0) + 1
            asked.append(one)
            with suppress(OSError):  # the client has hung up, which some tests are about
                if answer.silent:
                    self.rfile.read(1)
                else:
                    self._send(answer)
            self.close_connection = True

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            body = answer.body if answer.break_after is None else answer.body[: answer.break_after]
            pieces = [body[i : i + 1] for i in range(len(body))] if answer.drip else [body]
            for piece in pieces:
                time.sleep(answer.drip)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece)
                self.wfile.flush()
            if answer.chunked and answer.break_after is None:
                self.wfile.write(b"0\r\n\r\n")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def table(id: str, variables: list[tuple[str, bool, dict[str, str]]]) -> Answer:
    """A made-up description of a table: (variable, added up when left out, code -> text); the last one is time."""
    described = [
        {
            "id": name,
            "text": name.lower(),
            "elimination": eliminated,
            "time": name == variables[-1][0],
            "values": [{"id": code, "text": text} for code, text in values.items()],
        }
        for name, eliminated, values in variables
    ]
    said = {"id": id, "text": f"{id} (opdigtet)", "updated": "2025-03-25T08:00:00", "variables": described}
    return Answer(json.dumps(said, ensure_ascii=False).encode(), headers=dict(JSON_TYPE))


def csv_answer(header: list[str], rows: list[list[str]]) -> Answer:
    """Figures as StatBank sends them: BOM, semicolon, CRLF."""
    lines = [header, *rows]
    return Answer(b"\xef\xbb\xbf" + "".join(";".join(line) + "\r\n" for line in lines).encode(), chunked=True)
