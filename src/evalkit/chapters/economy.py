"""Economy: money spent against budget, what an attendance cost, and what cannot be costed."""

from __future__ import annotations

from typing import Any

from evalkit.chapters.efforts import attended
from evalkit.data.dataset import MADE_UP_FUNDERS
from evalkit.report import Report
from evalkit.tables.table import report_table
from evalkit.text import comparison
from evalkit.text.facts import cited, given, millions, total
from evalkit.text.html import Block, element, joined, paragraph
from evalkit.text.numbers import DASH, Cited
from evalkit.text.reading import goals, read
from evalkit.text.units import amount
from evalkit.text.words import Sentence, gettext_for


def by_funder(report: Report) -> Block:
    """Budget and spending by funder, this year and since the plan began."""
    words = gettext_for(report.language)
    names = {key: one.title(report.language) for key, one in report.plan.funding.items()}
    if report.synthetic:  # made-up money has no real payer
        names = {key: words("Funder {n}").format(n=n) for n, key in enumerate(MADE_UP_FUNDERS, start=1)}
    return _spent(
        report,
        "funder",
        names,
        words("Funder"),
        words.say("Money by funder, DKK million. “So far” is all plan years up to {year}.", year=report.year),
        words("Table: money by funder"),
    )


def by_effort(report: Report) -> Block:
    """Budget and spending by strand of work, this year and since the plan began."""
    words = gettext_for(report.language)
    names = {key: one.name.get(report.language) for key, one in report.plan.efforts.items()}
    return _spent(
        report,
        "effort",
        names,
        words("Strand of work"),
        words.say(
            "Money by strand of work, DKK million. “So far” is all plan years up to {year}.", year=report.year
        ),
        words("Table: money by strand of work"),
    )


def _spent(
    report: Report, column: str, names: dict[str, str], first: str, said: Sentence, label: str
) -> Block:
    words, money = gettext_for(report.language), given(report, "economy")
    if not money:
        return element("p", words("The data set has no accounts, so the money cannot be shown."))
    head = [
        first,
        words("Budget {year}").format(year=report.year),
        words("Spent {year}").format(year=report.year),
        words("Budget so far"),
        words("Spent so far"),
        words("Share spent, %"),
    ]
    rows = [(name, *_cells(report, money, f"{column}={key}", **{column: key})) for key, name in names.items()]
    rows.append((words("In all"), *_cells(report, money, "all")))
    return report_table(report, said, head, rows, class_="figures", label=label)


def _cells(report: Report, money: list[Any], place: str, **where: Any) -> list[Any]:
    """Budget and spending this year and so far, and the share of the budget that is spent."""
    made: list[Any] = []
    sums = []
    for year in (report.year, None):
        when = {"year": year} if year else {}
        for kind in ("budget", "spent"):
            n = total(money, "amount", kind=kind, **when, **where)
            sums.append(n)
            made.append(
                DASH
                if n is None
                else millions(report, n, f"facts: economy.{year or 'so far'}.{place}.{kind}")
            )
    budget, spent = sums[2:]
    if budget is None or spent is None or not budget > 0:
        return [*made, DASH]
    made.append(cited(report, spent / budget, f"facts: economy.so far.{place}.spent/budget", scale=100))
    return made


def costs(report: Report) -> Block:
    """Spending an attendance by strand of work, and a resident, over the plan years so far."""
    words, money = gettext_for(report.language), given(report, "economy")
    if not money:
        return element("p", words("Without accounts no cost can be worked out."))
    rows = []
    for key, effort in report.plan.efforts.items():
        spent, people = total(money, "amount", kind="spent", effort=key), attended(report, key)
        each = (
            cited(report, spent / people, f"facts: economy.so far.effort={key}.spent / attendances")
            if spent and people
            else DASH
        )
        rows.append(
            (
                effort.name.get(report.language),
                millions(report, spent, f"facts: economy.so far.effort={key}.spent") if spent else DASH,
                cited(report, people, f"rows: attendances in {key}, plan years up to {report.year}")
                if people
                else DASH,
                each,
            )
        )
    head = [
        words("Strand of work"),
        words("Spent so far, DKK million"),
        words("Attendances so far"),
        words("DKK an attendance"),
    ]
    said = words.say(
        "What an attendance cost, plan years up to {year}: money spent over attendances.", year=report.year
    )
    return joined(
        report_table(report, said, head, rows, class_="figures", label=words("Table: cost of an attendance")),
        paragraph(
            _a_resident(report, money),
            words.say(
                "A price says what was paid, not what it was worth: a conversation and a shared meal are one attendance each."
            ),
        ),
    )


def _a_resident(report: Report, money: list[Any]) -> Sentence | None:
    words, spent = gettext_for(report.language), total(money, "amount", kind="spent")
    years = sorted({one["year"] for one in money})
    for name in goals(report):
        residents = sum(read(report, name, year=year).number("denominator") for year in years)
        if report.plan.indicator(name).statistic.events and spent and residents > 0:  # NaN is not
            place = (
                f"facts: economy.so far.spent / rows: {name}.{report.area}.{years[0]}-{years[-1]}.denominator"
            )
            return words.say(
                "The money spent is about DKK {n} a resident a year.",
                n=cited(report, spent / residents, place),
            )
    return None


def uncosted(report: Report) -> Block:
    """What the accounts leave out, and why no price is put on a result."""
    words, plan = gettext_for(report.language), report.plan
    money = given(report, "economy")
    missing = [
        words.say("{name} ({note})", name=one.title(report.language), note=one.note.get(report.language))
        for key, one in plan.funding.items()
        if not report.synthetic and not any(row["funder"] == key for row in money)
    ]
    said = [_quoted(report)]
    if missing and money:
        said.append(words.say("Not in the accounts at all: {list}.", list=words.listed(missing)))
    return joined(paragraph(*said), paragraph(_price(report)))


def established(report: Report) -> list[str]:
    """Titles of the goals where the comparison speaks for the plan beyond its uncertainty."""
    found = (read(report, name) for name in goals(report))
    return [r.title for r in found if comparison.speaks(r) is True]


def _price(report: Report) -> Sentence:
    words, found = gettext_for(report.language), established(report)
    if not found:
        return words.say(
            "No price is put on a result. For none of the goals has it been established that the plan made the difference, and a price on "
            "something that is not established would be a number without content."
        )
    return words.say(
        "No price is put on a result. The comparison speaks for the plan on {list}, but how much of it is the plan is too uncertain to divide money by.",
        list=words.listed(found),
    )


def paid(report: Report) -> Sentence:
    """What was paid and what was held for it, in one short sentence; says which of the two is not known."""
    words, spent, people = gettext_for(report.language), _spent_so_far(report), _attended_so_far(report)
    if spent is None and people is None:
        return words.say(
            "What the money was spent on cannot be told: the data set has neither accounts nor attendances."
        )
    if people is None:
        return words.say(
            "DKK {n} million was spent, not counting hours and premises; how many came to the activities cannot be shown.",
            n=spent,
        )
    if spent is None:
        return words.say(
            "The activities had {people} attendances; what they cost cannot be told, for the data set has no accounts.",
            people=people,
        )
    return words.say(
        "DKK {n} million was spent, not counting hours and premises, and the activities had {people} attendances.",
        n=spent,
        people=people,
    )


def bought(report: Report) -> list[Sentence | None]:
    """What the money bought, for the first page: paid and held, by strand of work, and what nobody can tell."""
    words, money = gettext_for(report.language), given(report, "economy")
    said: list[Sentence | None] = [paid(report)]
    by_effort = [
        (one.name.get(report.language), total(money, "amount", kind="spent", effort=key), key)
        for key, one in report.plan.efforts.items()
    ]
    parts = [
        words.say(
            "{name} {n}", name=name, n=millions(report, spent, f"facts: economy.so far.effort={key}.spent")
        )
        for name, spent, key in by_effort
        if spent
    ]
    if parts:
        said.append(words.say("By strand of work, DKK million: {list}.", list=words.listed(parts)))
    said.append(_quoted(report))
    said.append(
        words.say("Whether it changed anything is another question, and no price is put on a result.")
    )
    return said


def _quoted(report: Report) -> Sentence | None:
    """The amount quoted in the press, and why the accounts hold another one; None where none was quoted."""
    words, plan = gettext_for(report.language), report.plan
    if not plan.budget_quoted or report.synthetic:
        return None
    quoted = amount(report, plan.budget_quoted.amount, "budget_quoted.amount")
    if not given(report, "economy"):
        return words.say("The press has quoted {amount} in all.", amount=quoted)
    return words.say(
        "The press has quoted {amount} in all. The accounts here hold only what was paid; hours and premises have no price in them.",
        amount=quoted,
    )


def _spent_so_far(report: Report) -> Cited | None:
    spent = total(given(report, "economy"), "amount", kind="spent")
    return None if spent is None else millions(report, spent, "facts: economy.so far.all.spent")


def _attended_so_far(report: Report) -> Cited | None:
    people = [attended(report, key) for key in report.plan.efforts]
    if any(one is None for one in people):
        return None
    n = sum(one for one in people if one)
    return cited(report, n, f"rows: attendances, plan years up to {report.year}")
