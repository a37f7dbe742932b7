"""StatBank: answered by a local server as recorded, its refusals told by code, its silences handled, never the network."""

from __future__ import annotations

import itertools
import json
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from evalbook.intake import published
from evalbook.intake.importing import Import
from evalbook.intake.names import Names
from evalbook.intake.published import import_statbank, refresh_panel
from evalbook.intake.statbank import Client, StatBankError, Variable, expand
from evalkit import plan as plans
from evalkit.errors import ProblemsFound
from statbank_server import CSV_TYPE, RECORDED, Answer, Asked, csv_answer, recorded, serving, table

ROOT = Path(__file__).resolve().parent.parent
PLAN = plans.read(ROOT)
TIMEOUT = 600.0  # of a try: so long that a busy machine answers in time


def client(base: str, **other: float) -> Client:
    """A client that does not wait between its tries."""
    return Client(base, sleep=lambda _: None, **{"timeout": TIMEOUT, "limit": 3600.0, **other})  # type: ignore[arg-type]


def straf42(one: Asked) -> list[Answer]:
    """The recorded exchanges of STRAF42, for requests that say what the recorded ones said."""
    if one.path == "/v1/tableinfo?format=json&id=STRAF42&lang=en":
        return [recorded("table_info_straf42")]
    said = json.loads(
        json.loads((RECORDED / "data_straf42_csv.exchange.json").read_text(encoding="utf-8"))["request_body"]
    )
    assert one.body is not None
    same = (
        json.dumps(one.body, sort_keys=True).upper() == json.dumps(said, sort_keys=True).upper()
    )  # StatBank reads codes in any case
    return [recorded("data_straf42_csv") if same else Answer(b"{}", 400)]


def test_the_recorded_request_gives_the_recorded_figure() -> None:
    with serving(straf42) as (base, asked):
        got = client(base).fetch("straf42", {"HERKOMST1": ["00"], "Tid": ["2023"]}, language="en")
    assert (got.header, got.rows) == (["HERKOMST1", "TID", "INDHOLD"], [["Total", "2023", "233454"]])
    assert got.updated == "2025-03-25"
    assert [one.method for one in asked] == ["GET", "POST"]
    assert "OVERTRÆD was left out and added up by StatBank" in got.notes


def test_a_period_must_be_named_because_the_newest_alone_is_never_meant() -> None:
    with serving(straf42) as (base, _), pytest.raises(StatBankError, match="say which periods"):
        client(base).fetch("STRAF42", {"HERKOMST1": ["00"]}, language="en")


def test_a_misspelt_value_is_refused_before_anything_is_fetched() -> None:
    with serving(straf42) as (base, asked), pytest.raises(StatBankError, match="HERKOMST1 has no value '0O'"):
        client(base).fetch("STRAF42", {"HERKOMST1": ["0O"], "Tid": ["2023"]}, language="en")
    assert [one.method for one in asked] == ["GET"]


ERRORS = [
    (one["status"], one["code"], message)
    for one in json.loads((RECORDED / "errors_reported.json").read_text(encoding="utf-8"))["seen"]
    for message in one["messages"] or [""]
]


@pytest.mark.parametrize(("status", "code", "message"), ERRORS)
def test_a_refusal_is_told_by_its_code_and_never_tried_again(status: int, code: str, message: str) -> None:
    body = json.dumps({"errorTypeCode": code, "message": message}, ensure_ascii=False).encode()
    with (
        serving(lambda _: [Answer(body, status)]) as (base, asked),
        pytest.raises(StatBankError, match=code) as told,
    ):
        client(base).variables("FOLK1A")
    assert told.value.code == code
    assert message in str(told.value)
    assert len(asked) == 1


@pytest.mark.parametrize("body", [b"<html>Bad request</html>", b"", b"[]", b'{"message": "no code"}'])
def test_a_refusal_that_says_nothing_is_still_told(body: bytes) -> None:
    with (
        serving(lambda _: [Answer(body, 404)]) as (base, _),
        pytest.raises(StatBankError, match="HTTP 404 without saying why"),
    ):
        client(base).variables("FOLK1A")


INFO = table(
    "FOLK1A",
    [("KOEN", True, {"1": "Mænd", "2": "Kvinder"}), ("Tid", False, {"2018K1": "2018K1", "2018K2": "2018K2"})],
)
FIGURES = csv_answer(["KOEN", "TID", "INDHOLD"], [["Mænd", "2018K1", "10"], ["Kvinder", "2018K1", ".."]])
SILENCE = Answer(b"", silent=True)
FAILURES = {
    "server down": Answer(b"", 503),
    "too many requests": Answer(b"", 429),
    "line breaks": Answer(FIGURES.body, chunked=True, break_after=20),
    "fewer bytes than promised": Answer(FIGURES.body, break_after=20),
}


def folk1a(*answers: Answer) -> object:
    """A table with a description, and these answers to questions for figures."""
    return lambda one: [INFO] if "tableinfo" in one.path else list(answers)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failure_of_the_network_is_tried_again(failure: Answer) -> None:
    with serving(folk1a(failure, failure, FIGURES)) as (base, asked):  # type: ignore[arg-type]
        got = client(base).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})
    assert got.rows == [["Mænd", "2018K1", "10"], ["Kvinder", "2018K1", ".."]]
    assert [one.method for one in asked] == ["GET", "POST", "POST", "POST"]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failure_that_lasts_is_told_after_four_tries(failure: Answer) -> None:
    with (
        serving(folk1a(failure)) as (base, asked),
        pytest.raises(StatBankError, match=r"could not be reached .*tried 4 times"),
    ):  # type: ignore[arg-type]
        client(base).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})
    assert len(asked) == 5


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Shortens the client's time-out for the tries that nobody answers, named by their number, and for no other."""
    real, numbers = urllib.request.urlopen, itertools.count(1)

    def shorten(asked: list[Asked], *tries: int) -> None:
        def urlopen(request: urllib.request.Request, timeout: float) -> object:
            assert timeout == TIMEOUT
            number = next(numbers)
            try:
                return real(request, timeout=0.1 if number in tries else timeout)
            finally:
                while len(asked) < number:  # given up before a busy server has read it
                    time.sleep(0.01)

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)

    return shorten


def test_no_answer_in_time_is_tried_again(silent: Callable[..., None]) -> None:
    with serving(folk1a(SILENCE, SILENCE, FIGURES)) as (base, asked):  # type: ignore[arg-type]
        silent(asked, 2, 3)
        got = client(base).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})
    assert got.rows == [["Mænd", "2018K1", "10"], ["Kvinder", "2018K1", ".."]]
    assert [one.method for one in asked] == ["GET", "POST", "POST", "POST"]


def test_silence_that_lasts_is_told_after_four_tries(silent: Callable[..., None]) -> None:
    with serving(folk1a(SILENCE)) as (base, asked):  # type: ignore[arg-type]
        silent(asked, 2, 3, 4, 5)
        with pytest.raises(StatBankError, match=r"could not be reached \(timed out; tried 4 times\)"):
            client(base).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})
    assert len(asked) == 5


def test_an_answer_that_drips_is_given_up_at_the_time_limit() -> None:
    with (
        serving(folk1a(Answer(FIGURES.body * 100, drip=0.02))) as (base, _),
        pytest.raises(StatBankError, match="too slowly"),
    ):  # type: ignore[arg-type]
        client(base, limit=0.4).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})


def test_no_network_at_all_is_told() -> None:
    with pytest.raises(StatBankError, match="could not be reached"):
        client("http://127.0.0.1:9/v1").variables("FOLK1A")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"<html>Log ind</html>", headers={"Content-Type": "text/html"}), "login page"),
        (Answer(FIGURES.body[:-8]), "cut off"),
        (Answer(b"\xef\xbb\xbfa;b\r\n1;2\r\n"), "is not its CSV"),
        (csv_answer(["KOEN", "TID", "INDHOLD"], [["Mænd", "2018K1", "10"]]), "asked for 2 figures and got 1"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_refused(answer: Answer, said: str) -> None:
    with serving(folk1a(answer)) as (base, _), pytest.raises(StatBankError, match=said):  # type: ignore[arg-type]
        client(base).fetch("FOLK1A", {"KØN": ["*"], "Tid": ["2018K1"]})


@pytest.mark.parametrize("spelling", ["KØN", "KON", "KOEN", "køn"])
def test_a_variable_is_known_in_all_its_spellings(spelling: str) -> None:
    with serving(folk1a(FIGURES)) as (base, asked):  # type: ignore[arg-type]
        client(base).fetch("FOLK1A", {spelling: ["*"], "Tid": ["2018K1"]})
    assert asked[1].body is not None
    assert asked[1].body["variables"][0]["code"] == "KOEN"


def test_more_figures_than_can_be_imported_are_not_asked_for() -> None:
    many = {f"{i:04}": f"Kommune {i}" for i in range(500)}  # 250,000 figures
    info = table("X1", [("OMRÅDE", False, many), ("ART", False, many), ("Tid", False, {"2018": "2018"})])
    with serving(lambda one: [info]) as (base, asked), pytest.raises(StatBankError, match="250,000 figures"):
        client(base).fetch("X1", {"OMRÅDE": ["*"], "ART": ["*"], "Tid": ["(1)"]})
    assert len(asked) == 1


TIME = Variable(
    "Tid", False, True, {code: code for code in ("2009K4", "2010K1", "2010K2", "2010K3", "2010K4", "2011K1")}
)


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        (["*"], ["2009K4", "2010K1", "2010K2", "2010K3", "2010K4", "2011K1"]),
        (["*K1"], ["2010K1", "2011K1"]),
        ([">=2010K1<=2010K3"], ["2010K1", "2010K2", "2010K3"]),
        ([">2010K1<2010K3"], ["2010K2"]),
        (["(2)"], ["2010K4", "2011K1"]),
        (["2010K2", "2010K2", "*K2"], ["2010K2"]),
    ],
)
def test_a_selection_means_what_the_documentation_says(values: list[str], meant: list[str]) -> None:
    assert expand(TIME, values) == meant


@pytest.mark.parametrize("values", [["2012K1"], [">=2020K1"], ["*K7"]])
def test_a_selection_of_nothing_is_refused(values: list[str]) -> None:
    with pytest.raises(StatBankError) as told:
        expand(TIME, values)
    assert told.value.code == "EXTRACT-NOTFOUND"


AREAS = {
    "000": "Hele landet",
    "084": "Region Hovedstaden",
    "330": "Slagelse",
    "400": "Bornholm",
    "998": "Uoplyst kommune",
}
QUARTERS = {quarter: quarter for quarter in ("2007K4", "2008K1")}


def panel(one: Asked) -> list[Answer]:
    """Made-up STRAF11 and FOLK1A; there is no population in 2007."""
    wanted = None if one.body is None else {each["code"]: each["values"] for each in one.body["variables"]}
    if "STRAF11" in one.path or (one.body and one.body["table"] == "STRAF11"):
        if wanted is None:
            return [
                table(
                    "STRAF11",
                    [
                        ("OMRÅDE", False, AREAS),
                        ("OVERTRÆD", True, {"TOT": "I alt"}),
                        ("Tid", False, QUARTERS),
                    ],
                )
            ]
        assert wanted["OMRÅDE"] == ["330", "400", "998"]
        return [
            csv_answer(
                ["OMRÅDE", "OVERTRÆD", "TID", "INDHOLD"],
                [
                    [AREAS[area], "I alt", quarter, str(n * 10 + q)]
                    for n, area in enumerate(wanted["OMRÅDE"])
                    for q, quarter in enumerate(QUARTERS)
                ],
            )
        ]
    people = {code: text for code, text in AREAS.items() if code != "998"}
    if wanted is None:
        return [
            table(
                "FOLK1A",
                [
                    ("OMRÅDE", True, people),
                    ("KØN", True, {"TOT": "I alt"}),
                    ("Tid", False, {"2008K1": "2008K1"}),
                ],
            )
        ]
    return [
        csv_answer(
            ["OMRÅDE", "TID", "INDHOLD"], [[AREAS[area], "2008K1", "1000"] for area in wanted["OMRÅDE"]]
        )
    ]


def test_the_panel_is_fetched_anew_with_municipalities_only(tmp_path: Path) -> None:
    with serving(panel) as (base, _):
        done = refresh_panel(tmp_path, client(base), today=date(2026, 1, 2))
    assert (tmp_path / f"{published.PANEL}.csv").read_text(encoding="utf-8").splitlines() == [
        "area,quarter,offences_reported,population",
        "Bornholm,2007Q4,10,",
        "Bornholm,2008Q1,11,1000",
        "Slagelse,2007Q4,0,",
        "Slagelse,2008Q1,1,1000",
        "Uoplyst kommune,2007Q4,20,",
        "Uoplyst kommune,2008Q1,21,",
    ]
    assert (done.rows, done.new, done.revised, done.newest) == (6, 6, 0, "2008Q1")
    record = yaml.safe_load((tmp_path / "records" / f"{published.PANEL}.yml").read_text(encoding="utf-8"))
    assert record["fetched"] == date(2026, 1, 2)
    assert "CC BY 4.0" in record["source"]


def test_a_refresh_says_what_was_revised_and_never_loses_a_row(tmp_path: Path) -> None:
    path = tmp_path / f"{published.PANEL}.csv"
    path.write_text("area,quarter,offences_reported,population\nSlagelse,2007Q4,5,\n", encoding="utf-8")
    with serving(panel) as (base, _):
        assert refresh_panel(tmp_path, client(base)).revised == 1
        path.write_text("area,quarter,offences_reported,population\nKorsør,2007Q4,5,\n", encoding="utf-8")
        with pytest.raises(ProblemsFound, match=r"would be lost, e\.g\. Korsør"):
            refresh_panel(tmp_path, client(base))
    assert "Korsør" in path.read_text(encoding="utf-8")


def test_the_shipped_panel_is_what_its_contract_says() -> None:
    rows = (ROOT / "data" / "published" / f"{published.PANEL}.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == ",".join(column.name for column in published.TABLES[published.PANEL].columns)


@pytest.fixture
def areas_file(tmp_path: Path) -> Path:
    path = tmp_path / "omraader.csv"
    rows = [f"{area.name};2018K1;Mænd;18-24 år;10\n" for area in PLAN.areas.values()]
    path.write_text("Område;Kvartal;Køn;Alder;Antal\n" + "".join(rows), encoding="utf-8")
    return path


def test_a_statbank_table_is_imported_as_the_rest_of_the_municipality(
    tmp_path: Path, areas_file: Path
) -> None:
    name = PLAN.municipality.statbank
    info = table(
        "FOLK1A",
        [
            ("OMRÅDE", True, {"330": name}),
            ("KØN", True, {"1": "Mænd"}),
            ("ALDER", True, {"18": "18-24 år"}),
            ("Tid", False, {"2018K1": "2018K1"}),
        ],
    )
    figures = csv_answer(
        ["OMRÅDE", "KØN", "ALDER", "TID", "INDHOLD"], [[name, "Mænd", "18-24 år", "2018K1", "100"]]
    )
    with serving(lambda one: [info if "tableinfo" in one.path else figures]) as (base, _):
        done = import_statbank(
            "FOLK1A",
            {"OMRÅDE": ["330"], "KØN": ["1"], "ALDER": ["18"], "Tid": ["2018K1"]},
            "population",
            Import(tmp_path / "local", PLAN, today=date(2026, 1, 2)),
            client=client(base),
            beside=[areas_file],
            options={"municipality": name},
        )
    assert "rest,2018Q1,m,18-24,60" in done.path.read_text(encoding="utf-8").splitlines()
    assert "StatBank FOLK1A" in done.record.read_text(encoding="utf-8")
    assert "municipality" not in done.path.read_text(encoding="utf-8")


def test_the_word_for_the_whole_municipality_is_no_area_of_a_plan() -> None:
    assert "municipality" not in Names.of(PLAN).areas.values()


def test_recorded_headers_are_sent_as_recorded() -> None:
    """The server is only as good as its likeness: the request id of StatBank comes through."""
    with (
        serving(lambda _: [recorded("data_straf42_csv")]) as (base, _),
        urllib.request.urlopen(base + "/data", timeout=TIMEOUT) as answer,
    ):
        assert answer.headers["Statbankapi-Request-Id"] == "8216e6ab-04cb-4076-8d4d-d59288bcc412"
        assert answer.read() == (RECORDED / "data_straf42_csv.response.csv").read_bytes()
        assert CSV_TYPE["Content-Type"] == answer.headers["Content-Type"]
