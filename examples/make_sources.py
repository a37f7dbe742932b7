"""Write examples/sources/ from data/demo: the made-up data set in the forms in which a municipality has its data.

    python examples/make_sources.py

Every file says that its figures are made up. Importing them gives data/demo back, which a test holds.
"""

from __future__ import annotations

import evalbook  # noqa: F401  # isort: skip  # before openpyxl: it says how workbooks are written
import csv
import io
import shutil
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook

from evalbook.intake import workbook
from evalbook.intake.names import danish, header
from evalkit import plan as plans
from evalkit.schema import TABLES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "examples" / "sources"
MARK = "OPDIGTEDE TAL. Ingen tal handler om rigtige mennesker eller områder."
Rows = list[dict[str, str]]

PLAN = plans.read(ROOT)
STATBANK_NAME = PLAN.municipality.statbank
OTHER_NAMES = {id: area.aliases[0] if area.aliases else area.name for id, area in PLAN.areas.items()}


def demo(table: str) -> Rows:
    """Rows of a canonical table."""
    with (ROOT / "data" / "demo" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COMPARATORS = {row["id"]: row["name"] for row in demo("comparators")}


def area_name(id: str, *, alias: bool = False) -> str:
    """How a source calls an area: its name, or its first alias."""
    if id in PLAN.areas:
        return OTHER_NAMES[id] if alias else PLAN.areas[id].name
    return COMPARATORS.get(id, "Alle")


def word(table: str, column: str, value: str, *, alias: bool = False) -> Any:
    """A canonical value in Danish."""
    kind = TABLES[table].column(column)
    if column == "area":
        return area_name(value, alias=alias)
    if column == "effort":
        return PLAN.efforts[value].name.da
    if column == "funder":
        return value.capitalize().replace("_", " ")  # the demo's funders do not exist
    if column == "measure":
        return PLAN.indicators[value].title.da
    return danish(TABLES[table], kind, value) if kind.allowed else value


def number(text: str, *, thousands: bool = False) -> str:
    """A canonical number with decimal comma, and with a dot at the thousands if wanted."""
    whole, _, decimals = text.partition(".")
    if thousands and whole:
        whole = f"{int(whole):,}".replace(",", ".")
    return f"{whole},{decimals}" if decimals else whole


def danish_date(iso: str) -> str:
    """31-12-2018."""
    return "-".join(reversed(iso.split("-")))


def typed(table: str, column: str, value: str) -> Any:
    """A cell as Excel holds it."""
    kind = TABLES[table].column(column).kind
    if value == "" or kind not in ("whole", "number", "year"):
        return word(table, column, value) if value else None
    return float(value) if "." in value else int(value)


def text_file(name: str, rows: list[list[str]], encoding: str, delimiter: str = ";") -> None:
    """A delimited file as Danish Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    (SOURCES / name).write_bytes(out.getvalue().encode(encoding))


def save(book: Workbook, name: str) -> None:
    """A workbook with the same bytes every time: no clock in it."""
    book.properties.creator = "evalkit"
    path = SOURCES / name
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = [
            (info.filename, old.read(info)) for info in old.infolist() if info.filename != "docProps/core.xml"
        ]
        core = old.read("docProps/core.xml").split(b"<dcterms:created")[0] + b"</cp:coreProperties>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in [*parts, ("docProps/core.xml", core)]:
            new.writestr(zipfile.ZipInfo(part, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def sheet(book: Workbook, title: str, table: str, headers: dict[str, str]) -> None:
    """One table on a sheet, its column names on the fourth row."""
    page = book.create_sheet(title)
    page.append([f"{title} for boligområderne"])
    page.append([MARK])
    page.append([])
    page.append(list(headers.values()))
    for row in demo(table):
        page.append([typed(table, column, row[column]) for column in headers])


def own_headers(table: str, **other: str) -> dict[str, str]:
    """Danish headers of the columns that the demo has."""
    return {
        column: other.get(column, header(TABLES[table], TABLES[table].column(column)))
        for column in demo(table)[0]
    }


def survey_export(rows: Rows, start: int) -> tuple[list[list[Any]], list[list[str]], list[list[str]]]:
    """dataset, structure and labels as SurveyXact exports them; codes do not follow the order of the answers."""
    questions = [
        ("respondent", "Respondent", "Background", "", "Respondent", []),
        (
            "omr",
            "omr",
            "Background",
            "",
            "Boligområde",
            sorted({area_name(row["area"], alias=True) for row in demo("survey")}),
        ),
        ("aar", "aar", "Background", "", "Undersøgelsesår", []),
        ("s_1", "Q1", "Single", "Radio", "Køn", ["Mand", "Kvinde"]),
        (
            "s_2",
            "Q2",
            "Single",
            "Radio",
            "Aldersgruppe",
            ["65 år og derover", "18-24 år", "25-39 år", "40-64 år"],
        ),
        (
            "s_3",
            "Q3",
            "Single",
            "Radio",
            "I hvor høj grad føler du dig tryg i dit boligområde?",
            ["Ved ikke", "Slet ikke", "I mindre grad", "I høj grad", "I nogen grad"],
        ),
        ("vaegt", "vaegt", "Background", "", "Vægt", []),
    ]
    trips = ["Om dagen", "Om aftenen", "Aldrig"]
    structure = [
        [
            "questionName",
            "variableName",
            "questionType",
            "subType",
            "questionText",
            "choiceValue",
            "choiceText",
        ]
    ]
    labels: list[list[str]] = []
    codes: dict[str, dict[str, str]] = {}
    for variable, name, kind, sub, text, choices in questions:
        codes[variable] = {choice: str(code) for code, choice in enumerate(choices, start=1)}
        structure += [
            [name, variable, kind, sub, text, code, choice] for choice, code in codes[variable].items()
        ] or [[name, variable, kind, sub, text, "", ""]]
        labels += [[variable, code, choice] for choice, code in codes[variable].items()]
    for code, trip in enumerate(trips, start=1):
        structure.append(
            ["Q4", f"s_4_{code}", "Multiple", "Checkbox", "Hvornår færdes du i området?", str(code), trip]
        )
        labels += [[f"s_4_{code}", "0", "Ikke valgt"], [f"s_4_{code}", "1", "Valgt"]]
    dataset: list[list[Any]] = [
        ["respondent", "omr", "aar", "s_1", "s_2", "s_3", "vaegt", "s_4_1", "s_4_2", "s_4_3", ""]
    ]
    ages = {"18-24": "18-24 år", "25-39": "25-39 år", "40-64": "40-64 år", "65+": "65 år og derover"}
    answers = {
        "high": "I høj grad",
        "some": "I nogen grad",
        "little": "I mindre grad",
        "none": "Slet ikke",
        "dont_know": "Ved ikke",
    }
    for i, row in enumerate(rows, start=start):
        line = [
            str(i),
            codes["omr"][area_name(row["area"], alias=True)],
            row["year"],
            codes["s_1"][{"f": "Kvinde", "m": "Mand"}[row["sex"]]],
            codes["s_2"][ages[row["age_group"]]],
            codes["s_3"][answers[row["answer"]]],
            number(row["weight"]),
            str(i % 2),
            str(i % 3 // 2),
            str(i % 7 // 6),
            "",
        ]
        dataset.append(line)
        if i % 100 == 0:  # someone who opened the questionnaire and went away
            dataset.append([f"{i}b", *line[1:5], "", *line[6:]])
    return dataset, structure, labels


def survey() -> None:
    """Half of the plan's areas as three files (UTF-16, tab), half as one workbook; the areas to compare with added up."""
    rows = demo("survey")
    half = list(PLAN.areas)[: len(PLAN.areas) // 2]
    first = [row for row in rows if row["area"] in half]
    second = [row for row in rows if row["area"] in PLAN.areas and row["area"] not in half]
    for part, cells in zip(("dataset", "structure", "labels"), survey_export(first, 1), strict=True):
        text_file(f"opdigtet_beboerundersoegelse_{part}.csv", cells, "utf-16", "\t")
    book = Workbook()
    book.remove(book.active)
    for part, cells in zip(("dataset", "structure", "labels"), survey_export(second, 20_001), strict=True):
        page = book.create_sheet(part)
        for line in cells:
            page.append([excel(cell) for cell in line])
    save(book, "opdigtet_beboerundersoegelse.xlsx")
    lines = [["Område", "År", "Køn", "Aldersgruppe", "Svar", "Vægt", "Antal svar"]]
    lines += [
        [
            str(word("survey", column, row[column]))
            if column in ("area", "sex", "answer")
            else number(row[column])
            if column == "weight"
            else row[column]
            for column in ("area", "year", "sex", "age_group", "answer", "weight", "count")
        ]
        for row in rows
        if row["area"] not in PLAN.areas
    ]
    text_file("opdigtet_undersoegelse_sammenligning.csv", lines, "cp1252")


def excel(text: str) -> Any:
    """A text as the cell that Excel makes of it."""
    if text.isdigit():
        return int(text)
    return float(text.replace(",", ".")) if text.replace(",", "", 1).isdigit() else text or None


def workbooks() -> None:
    """Register figures as sheets of one workbook; the survey rounds as a workbook of their own; templates filled in."""
    book = Workbook()
    book.remove(book.active)
    sheet(book, "Uddannelse", "education", own_headers("education"))
    sheet(book, "Flytninger", "turnover", own_headers("turnover"))
    sheet(book, "Blivere og flyttere", "movers", own_headers("movers"))
    save(book, "opdigtede_registertal.xlsx")
    book = Workbook()
    book.remove(book.active)
    sheet(book, "Undersøgelser", "survey_rounds", own_headers("survey_rounds", invited="Inviterede"))
    for row in book["Undersøgelser"].iter_rows(min_row=5):
        for cell in (row[3], row[4]):
            cell.value = danish_date(str(cell.value))
    save(book, "opdigtede_undersoegelser.xlsx")
    for table in ("comparators", "breaks"):
        path = workbook.template(
            [table],
            PLAN,
            SOURCES / f"opdigtet_skema_{table}.xlsx",
            comparators=list(COMPARATORS.values()),
            overwrite=True,
            filled_at=ROOT / "examples" / "sources" / f"opdigtet_skema_{table}.xlsx",
        )
        filled = load_workbook(path)
        for r, row in enumerate(demo(table), start=2):
            for c, column in enumerate(TABLES[table].columns, start=1):
                value = row[column.name]
                filled[workbook.sheet_of(table)].cell(
                    r, c, danish_table(value) if column.name == "table" else typed(table, column.name, value)
                )
        save(filled, path.name)


def danish_table(name: str) -> str:
    """The word for a table that the drop-down offers."""
    from evalbook.intake.names import aliases

    return str(aliases()["tables"].get(name, [name])[0])


def text_tables() -> None:
    """CSV files as Danish Excel saves them."""
    rows = [["Gerningsdato", "Boligområde", "Gerningsart", "Antal anmeldelser"]]
    rows += [
        [
            danish_date(row["date"]),
            area_name(row["area"], alias=True),
            word("incidents", "kind", row["kind"]),
            row["count"],
        ]
        for row in demo("incidents")
    ]
    text_file(
        "opdigtede_anmeldelser.csv",
        [["Udtræk af anmeldelser", "", "", ""], [MARK, "", "", ""], ["", "", "", ""], *rows],
        "cp1252",
    )
    for name, table, thousands in (
        ("opdigtede_ydelser.csv", "benefits", False),
        ("opdigtede_aktiviteter.csv", "activities", False),
        ("opdigtet_oekonomi.csv", "economy", True),
    ):
        headers = own_headers(table)
        lines = [list(headers.values())]
        for row in demo(table):
            lines.append(
                [
                    number(row[column], thousands=thousands and column == "amount")
                    if TABLES[table].column(column).kind in ("whole", "number")
                    else quarter(row[column])
                    if column == "quarter"
                    else str(word(table, column, row[column]))
                    for column in headers
                ]
            )
        text_file(name, [[MARK], *lines], "utf-8-sig" if table == "activities" else "cp1252")


def quarter(text: str) -> str:
    """2018K4."""
    return text.replace("Q", "K")


def population() -> None:
    """The areas from the housing register; the whole municipality as a StatBank file, from which the rest is worked out."""
    rows = demo("population")
    ages = {
        "0-17": "0-17 år",
        "18-24": "18-24 år",
        "25-39": "25-39 år",
        "40-64": "40-64 år",
        "65+": "65 år og derover",
    }
    sexes = {"f": "Kvinder", "m": "Mænd"}

    def lines(areas: list[str]) -> list[list[str]]:
        found = [["Område", "Kvartal", "Køn", "Alder", "Antal beboere"]]
        return found + [
            [
                area_name(row["area"]),
                quarter(row["quarter"]),
                sexes[row["sex"]],
                ages[row["age_group"]],
                row["residents"],
            ]
            for row in rows
            if row["area"] in areas
        ]

    whole: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        if row["area"] == "rest" or row["area"] in PLAN.areas:
            whole[row["quarter"], row["sex"], row["age_group"]] += int(row["residents"])
    statbank = [["OMRÅDE", "KØN", "ALDER", "TID", "INDHOLD"]]
    statbank += [
        [STATBANK_NAME, sexes[sex], ages[age], quarter(when), str(count)]
        for (when, sex, age), count in whole.items()
    ]
    text_file("opdigtet_befolkning_omraader.csv", lines(list(PLAN.areas)), "utf-8-sig")
    text_file("opdigtet_statbank_folk1a.csv", statbank, "utf-8-sig")
    text_file(
        "opdigtet_befolkning_sammenligning.csv",
        lines([id for id in COMPARATORS if id != "rest"]),
        "utf-8-sig",
    )


def lists() -> None:
    """sources.yml and the mapping files."""
    meta = yaml.safe_load((ROOT / "data" / "demo" / "dataset.yml").read_text(encoding="utf-8"))
    gaps = sorted(
        f"{area} {year}"
        for area in {row["area"] for row in demo("survey")}
        for year in {row["year"] for row in demo("survey")}
        if not any(row["area"] == area and row["year"] == year for row in demo("survey"))
    )
    maps: dict[str, dict[str, Any]] = {
        "survey": {"table": "survey", "drop": {"answer": [""]}, "known_gaps": gaps},
        "survey_rounds": {"table": "survey_rounds", "known_gaps": gaps},
        "population": {"table": "population", "municipality": STATBANK_NAME},
        "education": {"table": "education", "sheet": "Uddannelse"},
        "turnover": {"table": "turnover", "sheet": "Flytninger"},
        "movers": {"table": "movers", "sheet": "Blivere og flyttere"},
    }
    (SOURCES / "mappings").mkdir()
    for table, content in maps.items():
        (SOURCES / "mappings" / f"{table}.yml").write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8", newline="\n"
        )
    files = {
        "comparators": ["opdigtet_skema_comparators.xlsx"],
        "survey": [
            *(f"opdigtet_beboerundersoegelse_{part}.csv" for part in ("dataset", "structure", "labels")),
            "opdigtet_beboerundersoegelse.xlsx",
            "opdigtet_undersoegelse_sammenligning.csv",
        ],
        "survey_rounds": ["opdigtede_undersoegelser.xlsx"],
        "incidents": ["opdigtede_anmeldelser.csv"],
        "population": [
            "opdigtet_befolkning_omraader.csv",
            "opdigtet_statbank_folk1a.csv",
            "opdigtet_befolkning_sammenligning.csv",
        ],
        "education": ["opdigtede_registertal.xlsx"],
        "benefits": ["opdigtede_ydelser.csv"],
        "turnover": ["opdigtede_registertal.xlsx"],
        "movers": ["opdigtede_registertal.xlsx"],
        "activities": ["opdigtede_aktiviteter.csv"],
        "economy": ["opdigtet_oekonomi.csv"],
        "breaks": ["opdigtet_skema_breaks.xlsx"],
    }
    listing = {
        "supplied_by": meta["supplied_by"],
        "period": meta["period"],
        "dataset": {
            key: meta[key] for key in ("name", "version", "date", "description", "seed") if key in meta
        },
        "tables": {
            table: {"files": names} | ({"map": f"mappings/{table}.yml"} if table in maps else {})
            for table, names in files.items()
        },
    }
    head = "# Made-up example sources. `evalkit import examples/sources/sources.yml --into data/local` reads them all.\n"
    (SOURCES / "sources.yml").write_text(
        head + yaml.safe_dump(listing, allow_unicode=True, sort_keys=False, width=100),
        encoding="utf-8",
        newline="\n",
    )


def main() -> None:
    """Write every source anew."""
    for path in SOURCES.glob("opdigte*"):
        path.unlink()
    shutil.rmtree(SOURCES / "mappings", ignore_errors=True)
    SOURCES.mkdir(parents=True, exist_ok=True)
    survey()
    workbooks()
    text_tables()
    population()
    lists()


if __name__ == "__main__":
    main()
