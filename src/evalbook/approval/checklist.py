"""The checklist that a report makes of itself: what a reviewer should look at, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from evalbook.approval import notebook_cells, own_files, review_comments, signoffs
from evalbook.approval.reviewed import ReviewState
from evalbook.approval.signoffs import Answer
from evalkit.plan import FINAL, Plan
from evalkit.report import Report
from evalkit.terms import PLAN, Shown, Verdict
from evalkit.text.html import Block, element
from evalkit.text.numbers import date
from evalkit.text.reading import Reading, goals, read
from evalkit.text.words import Sentence, gettext_for, role_word

WIDE_SHARE: Final = 0.05  # half the interval of a share, 0-1
WIDE_RATE: Final = 2.0  # upper over lower end of a rate
LOW_RESPONSE: Final = 0.5
SMALL_BASE: Final = 100  # people or answers behind a share
SMALL_COUNT: Final = 20  # reports behind a rate
NEAR: Final = 0.05  # of an interval's width: an end so near a limit might as well lie on the other side
KINDS: Final = ("hidden", "wide", "response", "base", "break", "near", "linear", "pretrend", "words")
"""What an item can say of a goal; `hidden`, `outdated`, `figures` and `own` stand without one, too."""
ANCHORS: Final = {"area": ("vurdering", "andre"), "year": ("vurdering", "maal"), FINAL: ("laering", "bilag")}
"""Where the analyst's words and the other indicators stand, by kind of report."""


@dataclass(frozen=True)
class Item:
    """One thing to look at; its id is the key of the answer in params/reviews/, told by the commands and on no page."""

    id: str
    anchor: str  # where it stands on the page; empty where only its cell is known
    text: Sentence


def items(report: Report, state: ReviewState) -> list[Item]:
    """Everything that the report's own rows and words give a reviewer reason to look at."""
    found = [item for name in goals(report) for item in _of_goal(read(report, name))]
    found += [*_hidden(report, state), *_words(report, state), *_figures(report, state)]
    return found + list(_comments(report, state))


def possible(plan: Plan) -> list[str]:
    """The ids of all items that a report of the plan may ever have, open today or not."""
    of_goals = [f"{kind}.{goal.indicator}" for kind in KINDS for goal in plan.goals.values()]
    return [*of_goals, "hidden", "outdated", "figures", "own"]


def _of_goal(r: Reading) -> Iterator[Item]:
    say = r.words.say

    def item(kind: str, said: Sentence) -> Item:
        return Item(f"{kind}.{r.name}", r.name, said)

    if r.shown == Shown.SUPPRESSED:
        yield item("hidden", say("{title}: the figure is hidden.", title=r.title))
        return
    if _wide(r):
        yield item("wide", say("{title}: the interval is wide.", title=r.title))
    if r.has("response_rate") and r.number("response_rate") < LOW_RESPONSE:
        parts = {"title": r.title, "rate": r.cite("response_rate")}
        yield item("response", say("{title}: only {rate}% answered.", **parts))
    column, limit = ("numerator", SMALL_COUNT) if r.statistic.events else ("denominator", SMALL_BASE)
    column = "respondents" if r.statistic.asked else column
    if r.has(column) and r.number(column) < limit:
        yield item("base", say("{title}: rests on only {n}.", title=r.title, n=r.cite(column)))
    if r.text("series_break") == "yes":
        yield item("break", say("{title}: a break in the series.", title=r.title))
    if _near(r):
        yield item("near", say("{title}: the verdict is near a limit.", title=r.title))
    if r.text("verdict_linear") not in ("", r.verdict.value):
        said = say("{title}: another verdict when the target is read linearly.", title=r.title)
        yield item("linear", said)
    if _pre_trend(r):
        said = say("{title}: before the plan the comparison areas moved otherwise.", title=r.title)
        yield item("pretrend", said)


def _wide(r: Reading) -> bool:
    if not r.has("lower", "upper"):
        return False
    lower, upper = r.number("lower"), r.number("upper")
    return upper > WIDE_RATE * lower if r.statistic.relative else upper - lower > 2 * WIDE_SHARE


def _near(r: Reading) -> bool:
    """Whether an end of the judged interval lies near nought or ± the limit of little change, or Holm decides."""
    holm = r.text("verdict_holm")
    if holm and r.verdict != Verdict.NOT_ASSESSABLE and holm != r.verdict.value:
        return True
    stem = "trend" if r.on_trend else "change"
    if not r.has(f"{stem}_lower", f"{stem}_upper"):
        return False
    ends = r.number(f"{stem}_lower"), r.number(f"{stem}_upper")
    delta = r.number("delta") if r.has("delta") and stem == "change" else 0.0
    margin = NEAR * (ends[1] - ends[0])
    return any(abs(end - limit) < margin for end in ends for limit in {0.0, delta, -delta})


def _pre_trend(r: Reading) -> bool:
    """Whether all areas together already moved away from the comparison areas before the plan."""
    whole = read(r.report, r.name, PLAN, r.year)
    ends = ("pre_trend_lower", "pre_trend_upper")
    return whole.has(*ends) and (whole.number(ends[0]) > 0 or whole.number(ends[1]) < 0)


def _anchors(report: Report, state: ReviewState) -> tuple[str, str]:
    return ANCHORS["area" if report.area != PLAN else FINAL if state.name == FINAL else "year"]


def _hidden(report: Report, state: ReviewState) -> Iterator[Item]:
    rows = report.rows
    mine = rows[
        (rows["area"] == report.area)
        & (rows["year"] == report.year)
        & (rows["shown"] == Shown.SUPPRESSED.value)
    ]
    if others := sorted(set(mine["indicator"]) & set(report.plan.indicators) - set(goals(report))):
        titles = [report.plan.indicator(name).title.get(report.language) for name in others]
        words = gettext_for(report.language)
        yield Item(
            "hidden",
            _anchors(report, state)[1],
            words.say("Hidden among the other indicators: {list}.", list=words.listed(titles)),
        )


def _words(report: Report, state: ReviewState) -> Iterator[Item]:
    words, anchor = gettext_for(report.language), _anchors(report, state)[0]
    for key, goal in report.plan.goals.items():
        if not report.assessment.texts.get(key, "").strip():
            title = report.plan.indicator(goal.indicator).title.get(report.language)
            yield Item(f"words.{goal.indicator}", anchor, words.say("{title}: no assessment.", title=title))
    if state.written and not state.fresh:
        yield Item("outdated", anchor, words.say("The assessment is older than the figures."))


def _figures(report: Report, state: ReviewState) -> Iterator[Item]:
    folder = report.plan.root / "notebooks"
    words, name = gettext_for(report.language), signoffs.notebook_name(report.area, state.name)
    if cells := notebook_cells.undescribed(folder / name):
        said = words.say("Without a description: the figure of cell {list}.", list=words.listed(cells))
        yield Item("figures", "", said)
    if cells := own_files.shown(folder / name):
        said = words.say(
            "From own files, not looked through for small numbers: cell {list}.", list=words.listed(cells)
        )
        yield Item("own", "", said)


def _comments(report: Report, state: ReviewState) -> Iterator[Item]:
    """What reviewers have said in their files and not marked as done; their own words stand on no page."""
    say = gettext_for(report.language).say
    for number, one in review_comments.read(report.plan.root, report.area, state.name).items():
        if one.done:
            continue
        named = [row.partition(".")[0] for row in one.rows if row.partition(".")[0] in goals(report)]
        title = report.plan.indicator(named[0]).title.get(report.language) if named else ""
        said = {
            "comment": say("{title}: a reviewer's comment.", title=title)
            if title
            else say("A reviewer's comment."),
            "change": say("{title}: a change that a reviewer proposes.", title=title)
            if title
            else say("A change that a reviewer proposes."),
            "answer": say("A reviewer has answered that the report is not approved as it stands."),
        }[one.kind]
        yield Item(review_comments.item(number), named[0] if named else _anchors(report, state)[0], said)


def answers(report: Report, state: ReviewState) -> Mapping[str, Answer]:
    """What was answered so far, by item."""
    return signoffs.answers(report.plan.root, report.area, state.name)


def unanswered(report: Report, state: ReviewState) -> list[Item]:
    """The items that nobody has answered."""
    given = answers(report, state)
    return [item for item in items(report, state) if item.id not in given]


def checklist(report: Report, state: ReviewState) -> Block:
    """The items with their answers, folded; open ones first."""
    words, given = gettext_for(report.language), answers(report, state)
    found = sorted(items(report, state), key=lambda item: item.id in given)
    if not found:
        return element("p", words("The report's own checks found nothing to look at."))
    left = sum(item.id not in given for item in found)
    head = words.count("Checklist: {n} open item", "Checklist: {n} open items", left, n=left)
    rows = [
        element(
            "li",
            element("a", item.text, href=f"#{item.anchor}") if item.anchor else item.text,
            *_answer(report, item, given),
        )
        for item in found
    ]
    return element("details", element("summary", head), element("ul", *rows), class_="checklist")


def _answer(report: Report, item: Item, given: Mapping[str, Answer]) -> list[Any]:
    words = gettext_for(report.language)
    if item.id not in given:
        return [" ", element("b", words("open"))]
    one = given[item.id]
    said = [role_word(words, one.by), date(one.date, report.language) if one.date else ""]
    who = f" ({', '.join(part for part in said if part)})" if any(said) else ""
    return [" ", words("Answered:"), f" {one.answer.strip()}{who}"]
