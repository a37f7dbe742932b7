"""`evalkit sign`: put a name to one version of a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Literal, cast, get_args

from evalbook.approval import identity, signoffs
from evalbook.approval.checklist import unanswered
from evalbook.approval.reviewed import RefusedError, data_option, one
from evalbook.approval.signoffs import REVIEWER, Role, SignOff
from evalbook.review import edit_yaml, release
from evalbook.run import evaluation_cache
from evalbook.run.files import write_whole
from evalkit.errors import UnknownName, did_you_mean
from evalkit.terms import Status

HEAD = """\
# Who has approved which version of which report. Written by `evalkit sign`; an entry that was edited by hand is not
# trusted, and the page says so. Keep the file in git: the history shows who signed.
"""


def sign(
    root: Path,
    data: Path,
    area: str,
    name: str,
    *,
    role: str,
    person: str,
    today: dt.date,
    allow_same: bool = False,
    other_person: bool = False,
    evidence: str = "",
) -> str:
    """Sign one report as author or reviewer; gives what was done, in a sentence.

    The reviewer's sign-off approves: it also sets `status: approved` in the params file.

    Parameters
    ----------
    allow_same : the reviewer is the author, and the page will say so
    other_person : the reviewer is not the author, though the names are alike
    evidence : SHA-256 and path of the file by which the sign-off came, if by one

    Raises
    ------
    UnknownName
        A report or role that there is not.
    RefusedError
        Words that are missing or older than the figures; a reviewer who is the author.
    """
    if role not in get_args(Role):
        raise UnknownName(f"--role {role}: {did_you_mean(role, get_args(Role))}")
    if not identity.is_name(person):
        raise RefusedError(f"--name {person!r} is no name: say who signs.")
    report = one(root, data, area, name, evaluation_cache.last(root, data))
    given, where, also = report.params(), report.state(), data_option(root, data)
    missing = [goal for goal in report.plan.goals if not given.assessment.texts.get(goal, "").strip()]
    if missing:
        raise RefusedError(
            f"{report.key}: no assessment of {', '.join(missing)}. Write it: evalkit assess {area} {name}{also}"
        )
    if not where.fresh:
        why = "; ".join(where.obstacles[:1])
        raise RefusedError(
            f"{report.key}: {why}. Look at the words again: evalkit assess {area} {name}{also}"
        )
    if role == REVIEWER and not identity.is_name(given.assessment.author):
        raise RefusedError(
            f"{report.key}: the assessment names no author. Say who wrote it: evalkit assess {area} {name} --name …{also}"
        )
    although: Literal["", "same_person", "near_name"] = ""
    author, reviewers = given.assessment.author, report.plan.reviewers
    for why in signoffs.objections(person, author, reviewers) if role == REVIEWER else ():
        if why == "same_person" and allow_same:
            although = "same_person"
        elif why == "near_name" and other_person:
            although = "near_name"
        else:
            raise RefusedError(f"{report.key}: {objection(why, person, author, reviewers)}")
    pages = release.pages_read(root, data, report.key) if role == REVIEWER else {}
    made = SignOff(
        role=cast(Role, role),
        name=person.strip(),
        date=today,
        pages=pages,
        although=although,
        evidence=evidence,
        **report.version(),
    ).sealed(report.key)
    before = edit_yaml.content(report.path)
    status = Status.APPROVED if role == REVIEWER else Status.IN_REVIEW
    if given.status != status and not (role != REVIEWER and given.status == Status.APPROVED):
        text = edit_yaml.set_value(
            before.decode("utf-8"), "status", status.value, edit_yaml.shown(report.path, root)
        )
        edit_yaml.replace(report.path, root, before, text)
    add(root, report.key, made)  # last: a status alone approves nothing
    said = f"{report.key}: signed by {made.name} ({role}), version {made.seal[:8]}."
    if left := [
        item.id for item in unanswered(report.report(), report.state())
    ]:  # nobody signs without knowing
        place = edit_yaml.shown(signoffs.answers_file(root, area, name), root)
        said += f" Open on its checklist: {len(left)}, to be answered in {place}: {', '.join(left)}."
    if gone := release.unread_languages(pages) if role == REVIEWER else []:
        said += f" Not approved yet is what its page says ({', '.join(gone)}), which is not there or older: evalkit run, and sign again."
    return said


def add(root: Path, key: str, made: SignOff) -> None:
    """Add one sign-off to params/signoffs.yml, unless the last one says the very same; the others stay as they are."""
    path = root / signoffs.FILE
    with edit_yaml.locked(path, root):
        if signoffs.read(root).get(key, [])[-1:] == [made]:
            return
        text = edit_yaml.content(path).decode("utf-8") or HEAD
        text = edit_yaml.append(text, key, made.model_dump(mode="json", exclude_defaults=True), signoffs.FILE)
        write_whole(path, text)


def objection(one: str, person: str, author: str, reviewers: Collection[str]) -> str:
    """Why somebody cannot approve the report, and what to do."""
    if one == "reviewer":
        return f"{person} is no reviewer of this plan. params/plan.yml names {', '.join(reviewers)}."
    if one == "same_person":
        return (
            f"{person} wrote the assessment and cannot also review it. "
            "Let somebody else sign, or give --allow-same: the page then says so."
        )
    return (
        f"{person} may be {author}, who wrote the assessment. "
        "Type the whole name as it is usually written; if they are two people, give --other-person."
    )
