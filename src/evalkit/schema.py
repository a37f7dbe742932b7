"""The contract of a data set: which tables it has, with which columns, units, values and keys.

The checks, the data dictionary, the Excel templates and the Table Schemas are all made from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Kind = Literal["text", "whole", "number", "date", "quarter", "year"]

SEXES: Final = ("f", "m")
AGE_GROUPS: Final = ("0-17", "18-24", "25-39", "40-64", "65+")
ADULT_AGE_GROUPS: Final = AGE_GROUPS[1:]
INCIDENTS: Final = ("vandalism", "arson", "burglary", "theft", "violence", "drugs")
ANSWERS: Final = ("high", "some", "little", "none", "dont_know")


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit and allowed values, and what it means in Danish and English."""

    name: str
    kind: Kind
    da: str
    en: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    required: bool = True  # False: the column may be left out
    blank: bool = False  # True: a cell may be empty; of a figure: the source withholds it
    default: str | None = None  # what a left-out column means
    open: bool = False  # True: a plan's indicators may name further values

    @property
    def is_figure(self) -> bool:
        """Whether it holds counts or amounts that a source may withhold."""
        return self.blank and self.is_number

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers; years are none."""
        return self.kind in ("whole", "number")

    @property
    def listed(self) -> bool:
        """Whether its values are known beforehand: from the contract, or the shares of the plan's indicators."""
        return bool(self.allowed) or self.name in ("measure", "indicator")


_OF_ONE_ROW = ("weight", "percent", "design_effect", "rounding")


@dataclass(frozen=True)
class Table:
    """One table of a data set; `key` columns together name a row, `at_most` pairs (part, whole)."""

    name: str
    da: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # empty: rows may repeat (one row per answer or report)
    at_most: tuple[tuple[str, str], ...] = ()

    @property
    def figures(self) -> list[str]:
        """Columns of figures of which a table must have one; none where it says something without any."""
        if any(column.required and column.name not in self.key for column in self.columns):
            return []
        return [column.name for column in self.columns if column.is_figure]

    @property
    def sums(self) -> list[str]:
        """Columns whose figures may be added up."""
        return [one.name for one in self.columns if one.is_number and one.name not in _OF_ONE_ROW]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


AREA: Final = Column("area", "text", "område", "area id from params/plan.yml, rest, or a comparator")
YEAR: Final = Column(
    "year", "year", "planår, opkaldt efter det år, det slutter", "plan year, named by the year it ends in"
)
QUARTER: Final = Column("quarter", "quarter", "kvartal, fx 2018Q4", "calendar quarter, e.g. 2018Q4")
STATUS: Final = Column(
    "status",
    "text",
    "foreløbig eller revideret?",
    "final, provisional or revised",
    allowed=("final", "provisional", "revised"),
    required=False,
    default="final",
)
COUNT: Final = Column(
    "count",
    "whole",
    "antal, når flere er lagt sammen i én række",
    "how many, when rows are added up",
    minimum=0,
    required=False,
    default="1",
)
EFFORT: Final = Column("effort", "text", "indsatsområde", "strand of work, id from params/plan.yml")


SEX: Final = Column("sex", "text", "køn", "sex", allowed=SEXES, required=False, blank=True)


def _figure(name: str, kind: Kind, da: str, en: str, unit: str = "persons") -> Column:
    """A figure that the source may not have, or withhold: left out, or an empty cell."""
    return Column(name, kind, da, en, unit=unit, minimum=0, required=False, blank=True)


def _age_group(allowed: tuple[str, ...]) -> Column:
    return Column(
        "age_group", "text", "aldersgruppe", "age group", allowed=allowed, required=False, blank=True
    )


def _people(name: str, da: str, en: str) -> Column:
    return _figure(name, "whole", da, en)


_TABLES = (
    Table(
        "survey",
        "svar på beboerundersøgelsen, én række pr. svar eller lagt sammen",
        "answers to the residents' survey, one row per answer or added up",
        (
            AREA,
            YEAR,
            SEX,
            _age_group(ADULT_AGE_GROUPS),
            Column(
                "answer",
                "text",
                "svar på spørgsmålet om tryghed",
                "answer to the question on safety",
                allowed=ANSWERS,
                open=True,
            ),
            Column(
                "weight",
                "number",
                "vægt",
                "weight of one answer",
                unit="residents per answer",
                minimum=0,
                required=False,
                default="1",
            ),
            COUNT,
            Column(
                "stratum",
                "text",
                "stratum, der er trukket fra",
                "stratum drawn from",
                required=False,
                blank=True,
            ),
            Column(
                "psu",
                "text",
                "trukket enhed, fx opgang",
                "unit drawn, e.g. a stairway",
                required=False,
                blank=True,
            ),
        ),
    ),
    Table(
        "survey_rounds",
        "én række pr. område og undersøgelse",
        "one row per area and survey round",
        (
            AREA,
            YEAR,
            _people("invited", "antal adspurgte", "people asked"),
            Column("from_date", "date", "første dag", "first day of collection"),
            Column("to_date", "date", "sidste dag", "last day of collection"),
            Column(
                "mode",
                "text",
                "indsamlingsmåde",
                "how people were asked",
                allowed=("web", "phone", "paper", "mixed"),
            ),
            Column("wording", "text", "spørgsmålets udgave", "version of the question's wording"),
        ),
        key=("area", "year"),
    ),
    Table(
        "shares",
        "andele, som kilden selv har regnet ud: én række pr. område, mål og tidspunkt",
        "shares that the source has worked out itself: one row per area, indicator and time",
        (
            Column(
                "area", "text", "område, eller plan", "area id, plan for all areas together, or a comparator"
            ),
            Column(
                "indicator", "text", "mål, en andel i params/indicators.yml", "id from params/indicators.yml"
            ),
            Column("year", "year", "planår", "plan year", required=False, blank=True),
            Column(
                "date", "date", "opgjort den", "day that it was counted or asked", required=False, blank=True
            ),
            Column("calendar_year", "year", "kalenderår", "calendar year", required=False, blank=True),
            _figure("numerator", "number", "antal i tælleren", "persons in the numerator"),
            _figure("percent", "number", "andel i procent", "share of `n`, per cent", "per cent"),
            _figure("n", "whole", "antal i alt, eller antal svar", "persons or answers it is out of"),
            Column(
                "hidden",
                "text",
                "holdt tilbage af kilden?",
                "withheld by the source?",
                allowed=("yes", "no"),
                required=False,
                default="no",
            ),
            Column(
                "rounding",
                "whole",
                "antal er afrundet til nærmeste",
                "what counts are rounded to",
                minimum=1,
                required=False,
                default="1",
            ),
            _figure(
                "design_effect", "number", "designeffekt", "variance over that of a simple sample of n", ""
            ),
            Column("source", "text", "kilde", "source", required=False, blank=True),
        ),
        key=("area", "indicator", "year", "date", "calendar_year"),
        at_most=(("numerator", "n"),),
    ),
    Table(
        "incidents",
        "anmeldelser, én række pr. anmeldelse eller lagt sammen",
        "reports to the police, one row per report or added up",
        (
            AREA,
            Column("date", "date", "gerningsdato", "date of the incident"),
            Column("kind", "text", "art", "kind", allowed=INCIDENTS, open=True),
            replace(COUNT, blank=True),
            STATUS,
        ),
    ),
    Table(
        "population",
        "beboere ved kvartalets første dag",
        "residents on the first day of the quarter",
        (
            AREA,
            QUARTER,
            SEX,
            _age_group(AGE_GROUPS),
            _people("residents", "beboere", "residents"),
            STATUS,
        ),
        key=("area", "quarter", "sex", "age_group"),
    ),
    Table(
        "education",
        "unges uddannelse pr. 30. september",
        "education of the young on 30 September",
        (
            AREA,
            YEAR,
            Column("age_group", "text", "alder", "age", allowed=("18-24", "25"), open=True),
            _people("residents", "beboere", "residents of that age"),
            _people(
                "enrolled_or_completed",
                "i gang med eller færdige med en uddannelse",
                "enrolled in or finished with an education",
            ),
            _people("completed", "har fuldført en uddannelse", "have completed an education"),
            _people("neet", "uden job og uddannelse", "neither in work nor in education"),
            STATUS,
        ),
        key=("area", "year", "age_group"),
        at_most=(
            ("enrolled_or_completed", "residents"),
            ("completed", "enrolled_or_completed"),
            ("neet", "residents"),
        ),
    ),
    Table(
        "benefits",
        "forsørgelse pr. kvartal",
        "public support by quarter",
        (
            AREA,
            QUARTER,
            _people("residents_18_64", "18–64-årige beboere", "residents aged 18-64"),
            _figure(
                "recipients_fulltime",
                "number",
                "fuldtidsmodtagere uden SU",
                "full-time recipients, study grants not counted",
                "full-time persons",
            ),
            _people("outside_work_education", "uden for arbejde og uddannelse", "outside work and education"),
            STATUS,
        ),
        key=("area", "quarter"),
        at_most=(("recipients_fulltime", "residents_18_64"), ("outside_work_education", "residents_18_64")),
    ),
    Table(
        "turnover",
        "til- og fraflytning i planåret",
        "moves in and out in the plan year",
        (
            AREA,
            YEAR,
            _figure("homes", "whole", "boliger", "homes", "homes"),
            _people("residents", "beboere ved planårets start", "residents at the start of the plan year"),
            _people("moved_in", "tilflyttede", "moved in"),
            _people("moved_out", "fraflyttede", "moved out"),
        ),
        key=("area", "year"),
    ),
    Table(
        "movers",
        "blivere og flyttere siden basisåret",
        "stayers and movers since the baseline year",
        (
            AREA,
            YEAR,
            Column(
                "measure",
                "text",
                "mål, en andel i params/indicators.yml",
                "which share is split, id from params/indicators.yml",
            ),
            Column("group", "text", "gruppe", "group", allowed=("stayers", "movers_in", "movers_out")),
            _people(
                "residents_before",
                "i gruppen i basisåret",
                "of the group, residents in the baseline year",
            ),
            _figure("with_before", "number", "heraf i tælleren", "of them in the numerator"),
            _people("residents_after", "i gruppen nu", "of the group, residents now"),
            _figure("with_after", "number", "heraf i tælleren", "of them in the numerator"),
            _figure(
                "with_both", "number", "blivere i tælleren begge år", "stayers in the numerator both years"
            ),
        ),
        key=("area", "year", "measure", "group"),
        at_most=(
            ("with_before", "residents_before"),
            ("with_after", "residents_after"),
            ("with_both", "with_before"),
            ("with_both", "with_after"),
        ),
    ),
    Table(
        "activities",
        "aktiviteter og deltagere",
        "activities and participants",
        (
            AREA,
            YEAR,
            EFFORT,
            Column("activity", "text", "aktivitet", "activity"),
            _people("participants", "deltagelser", "attendances"),
            _people("volunteers", "frivillige", "volunteers"),
            _figure("sessions", "whole", "gange afholdt", "times held", ""),
            _figure("hours", "number", "timer", "staff hours", "hours"),
        ),
        key=("area", "year", "effort", "activity"),
    ),
    Table(
        "economy",
        "budget og forbrug",
        "budget and spending",
        (
            YEAR,
            Column("funder", "text", "bidragyder", "funder, id from params/plan.yml"),
            EFFORT,
            Column("kind", "text", "budget eller forbrug", "budget or spent", allowed=("budget", "spent")),
            Column("amount", "number", "beløb", "amount", unit="DKK", minimum=0),
        ),
        key=("year", "funder", "effort", "kind"),
    ),
    Table(
        "comparators",
        "områder, der sammenlignes med",
        "areas to compare with",
        (
            Column("id", "text", "kort navn", "short name used in the area columns"),
            Column("name", "text", "navn", "name"),
            Column(
                "kind",
                "text",
                "art",
                "the rest of the municipality, or a matched area",
                allowed=("rest", "matched"),
            ),
            Column(
                "own_plan",
                "text",
                "egen helhedsplan?",
                "does it have a plan of its own?",
                allowed=("yes", "no", "unknown"),
                required=False,
                default="unknown",
            ),
        ),
        key=("id",),
    ),
    Table(
        "breaks",
        "brud i en serie",
        "breaks in a series",
        (
            Column("table", "text", "tabel", "table"),
            Column("area", "text", "område, eller alle", "area, or all"),
            Column("year", "year", "første planår efter bruddet", "first plan year after the break"),
            Column("da", "text", "hvad der skete", "what happened, in Danish"),
            Column("en", "text", "hvad der skete, på engelsk", "what happened, in English"),
        ),
        key=("table", "area", "year"),
    ),
)

TABLES: Final[dict[str, Table]] = {table.name: table for table in _TABLES}
"""Every table of a data set, by name; the file is `<name>.csv`, UTF-8, comma, point, ISO dates."""
