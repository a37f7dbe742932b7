"""What a page says of its own review: words older than their figures, who approved which version, what is open.

A notebook knows nothing of it. It shows named slots, which are filled when its page is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from evalbook.approval.checklist import checklist
from evalbook.approval.fingerprints import Difference, in_brief
from evalbook.approval.reviewed import ReviewState
from evalbook.approval.signoffs import REVIEWER
from evalkit.plan import FINAL
from evalkit.report import Report
from evalkit.terms import PLAN, Shown, Verdict
from evalkit.text.html import DIRECTION, Block, element, joined
from evalkit.text.judgements import verdict_word
from evalkit.text.numbers import Cited, date, number
from evalkit.text.reading import Reading, read
from evalkit.text.status import page_title, status_line
from evalkit.text.words import Sentence, Words, gettext_for


def notes(report: Report, state: ReviewState) -> Mapping[str, Block]:
    """What stands in each slot of the report's notebook."""
    words = gettext_for(report.language)
    return {
        "status": status_line(state.status, words, status_note(state, words)),
        "outdated": outdated(report, state),
        "review": joined(
            element("h3", words("Approval")),
            approval(report, state),
            embargo(report),
            objection(report, state.name),
            corrections(report, state),
            checklist(report, state),
        ),
    }


def status_note(state: ReviewState, words: Words) -> str | None:
    """What a reader must know before the first line: that something no longer fits; None when all does."""
    if state.approval is not None and state.deviations:
        return words("The approved version deviates.")
    if state.written and not state.fresh:
        return words("The assessment is older than the figures.")
    return None


def outdated(report: Report, state: ReviewState) -> Block:
    """That the analyst's words are older than the figures, with old and new value; nothing when they are not."""
    words = gettext_for(report.language)
    if not state.written or state.fresh:
        return joined()
    if not state.stamped:
        said = words(
            "The assessment does not say which figures it was written against, so nobody can tell whether it still fits."
        )
        return element("div", element("p", element("b", said)), class_="note outdated")
    said = words("The assessment was written before these figures changed:")
    if not state.intact:
        said = words(
            "The figures noted with the assessment were edited by hand. What they say cannot be trusted."
        )
    heading = element("p", element("b", said))
    noted = f"params/{report.area}/{report.year}.yml: assessment.figures."
    items = [element("li", changed_figure(report, one, noted)) for one in in_brief(state.differences)]
    return element("div", heading, element("ul", *items) if items else None, class_="note outdated")


def changed_figure(report: Report, one: Difference, noted: str) -> Sentence:
    """A figure with what it was and what it is; `noted`: where the old one stands, as it is cited."""
    name, area, year = one.row.split(".")
    words = gettext_for(report.language)
    if name not in report.plan.indicators:
        return words.say("{row}: the indicator is gone from the plan.", row=one.row)
    r = read(report, name, area, int(year))
    where = words("the plan's areas together") if area == PLAN else report.plan.areas[area].name
    place = f"{r.title}, {year}" if area == report.area else f"{r.title}, {where}, {year}"
    if r.shown == Shown.SUPPRESSED:
        return words.say("{place}: the figure is hidden now.", place=place)
    parts = {
        "place": place,
        "column": column_word(words, one.column),
        "old": _old(r, one, noted),
        "new": _new(r, one),
    }
    return words.say("{place}, {column}: was {old}, is {new}.", **parts)


def column_word(words: Words, column: str) -> str:
    """What a column of the published rows is called."""
    return {
        "shown": words("whether it is shown"),
        "value": words("level"),
        "lower": words("lower end of the level's interval"),
        "upper": words("upper end of the level's interval"),
        "change": words("change since the baseline year"),
        "change_lower": words("lower end of the change's interval"),
        "change_upper": words("upper end of the change's interval"),
        "target": words("target path"),
        "verdict": words("verdict"),
        "effect": words("difference from similar areas"),
        "effect_lower": words("lower end of that difference's interval"),
        "effect_upper": words("upper end of that difference's interval"),
        "evidence_level": words("level of evidence"),
        "trend": words("yearly change of the trend"),
        "p_value": words("p for no change"),
        "stayers": words("Number who stayed"),
        "movers_in": words("Number come into it"),
        "movers_out": words("Number no longer in it"),
    }[column]


def _old(r: Reading, one: Difference, noted: str) -> Any:
    if isinstance(one.old, str) or one.old is None:
        return value_word(r.words, one.old, one.column)
    scale, places = r.scale(one.column)
    text = number(one.old, places, language=r.words.language, scale=scale, signed=_signed(one.column))
    return Cited(text, float(one.old), place=f"{noted}{one.row}.{one.column}")


def _new(r: Reading, one: Difference) -> Any:
    if isinstance(one.new, str) or one.new is None:
        return value_word(r.words, one.new, one.column)
    return r.cite(one.column, signed=_signed(one.column))


def _signed(column: str) -> bool:
    return column.startswith(("change", "effect"))


def value_word(words: Words, value: str | None, column: str) -> str:
    """What stands in a column of words: a verdict, or whether the row is shown."""
    if value is None:
        return words("nothing")
    if column == "verdict" and value in set(Verdict):
        return words.say("“{quote}”", quote=verdict_word(Verdict(value), words)).plain
    return {
        "value": words("shown"),
        "suppressed": words("hidden"),
        "missing": words("missing"),
        "not_applicable": words("not applicable"),
    }.get(value, value)


def approval(report: Report, state: ReviewState) -> Block:
    """Who signed this version, or what is other than in the version that was signed."""
    words = gettext_for(report.language)
    if state.approval is None:
        return element("p", words("No reviewer has approved the report yet."))
    parts: list[Any] = []
    if state.deviations:
        said = words("The approved version deviates.")
        items = [element("li", _deviation(words, name)) for name in state.deviations]
        parts.append(element("p", element("b", said), " ", words("Since the approval this has changed:")))
        parts.append(element("ul", *items))
    people = [
        element(
            "li",
            words.say(
                "{role}: {name}, {when}, version {version}",
                role=words("Reviewer") if one.role == REVIEWER else words("Author"),
                name=one.name,
                when=date(one.date, report.language),
                version=element("code", one.seal[:8]),
            ),
            *([" ", words("The same person wrote the assessment.")] if one.although == "same_person" else []),
        )
        for one in state.signed
    ]
    parts += [element("p", words("Signed by:")), element("ul", *people)]
    return element("div", *parts, class_="note" if state.deviations else None)


def _deviation(words: Words, name: str) -> str:
    return {
        "entry": words("the entry in params/signoffs.yml, which was edited by hand"),
        "rows": words("the published figures"),
        "assessment": words("the assessment and what else stands in the params file"),
        "notebook": words("the notebook"),
        "words": words("the plan's names, definitions, phrases, answers or events"),
        "reviewer": words("who may approve: the signer is not among those whom the plan names"),
        "same_person": words("the author of the assessment: it is the signer"),
        "near_name": words("the author of the assessment: the signer has a name like it"),
    }[name]


def corrections(report: Report, state: ReviewState) -> Block | None:
    """The analyst's words on figures that were corrected, for whoever approves them; None where there are none."""
    words, given = gettext_for(report.language), dict(state.corrections)
    if not given:
        return None
    titles = {name: one.title.get(report.language) for name, one in report.plan.indicators.items()}
    items = [
        element("li", f"{titles[name]}: " if name in titles else None, DIRECTION.sub("", text))
        for name, text in given.items()
    ]
    head = words("Why figures from an earlier release were corrected, in the analyst's words:")
    return joined(element("p", head), element("ul", *items))


def embargo(report: Report) -> Block | None:
    """Until when the report is not to be passed on; None where the plan sets no day."""
    words, until = gettext_for(report.language), report.plan.embargo
    if not until:
        return None
    return element("p", words.say("Not to be made public before {day}.", day=date(until, report.language)))


def objection(report: Report, name: str) -> Block:
    """To whom a reader writes when something is wrong, and until when; `name`: plan year or `final`."""
    words, to = gettext_for(report.language), report.plan.objections
    if report.synthetic:
        return element("p", words("In a real report it says here whom to write to."))
    title = page_title(words, report.name, report.year, final=name == FINAL)
    unit: Any = report.plan.office(report.language)
    if to and to.mail:
        edition = f"{report.facts['data']['name']} {report.facts['data'].get('version', '')}".strip()
        unit = element("a", unit, href=f"mailto:{to.mail}?subject={quote(f'{title} ({edition})')}")
    parts = {"unit": unit, "report": title}
    said = words.say("Is something wrong? Write to {unit} and name “{report}”.", **parts)
    if to and to.until:
        said = words.say(
            "Is something wrong? Write to {unit} by {day} and name “{report}”.",
            day=date(to.until, report.language),
            **parts,
        )
    then = words(
        "The analyst answers on the checklist below. What is corrected stands in a new version, which is reviewed again."
    )
    return element("p", joined(said, then, between=" "))
