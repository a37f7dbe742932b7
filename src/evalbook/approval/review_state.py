"""The state of a report's review: do its words still fit its figures, and is it the version that somebody approved?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evalbook.approval import fingerprints, signoffs
from evalbook.approval.fingerprints import Difference
from evalbook.approval.signoffs import SignOff
from evalkit.plan import Plan
from evalkit.plan.assessments import ReportParams
from evalkit.terms import Status


@dataclass(frozen=True)
class ReviewState:
    """What is true of a report's review, whatever its params file claims."""

    name: str  # plan year or `final`
    claimed: Status
    written: bool  # whether there are any words
    stamped: bool  # whether they say which figures they were written against
    intact: bool  # whether those figures are as `evalkit assess` wrote them
    differences: Sequence[Difference]  # between those figures and today's
    signed: Sequence[SignOff]
    # from the version that a reviewer signed: entry, rows, assessment, notebook, words; who could not sign: reviewer, same_person …
    deviations: Sequence[str]

    @property
    def fresh(self) -> bool:
        """Whether the words were written against the figures that the report shows."""
        return self.written and self.stamped and self.intact and not self.differences

    @property
    def approval(self) -> SignOff | None:
        """The reviewer's last sign-off, of whatever version."""
        return signoffs.latest(self.signed)

    @property
    def status(self) -> Status:
        """How far the report has come: approved only when its words are fresh and a reviewer signed this version."""
        approved = self.fresh and self.approval is not None and not self.deviations
        return Status.IN_REVIEW if self.claimed == Status.APPROVED and not approved else self.claimed

    @property
    def obstacles(self) -> list[str]:
        """Why the report is not approved, in words; empty when it is."""
        said = []
        if not self.written:
            said.append("no assessment is written")
        elif not self.stamped:
            said.append("the assessment does not say which figures it was written against")
        elif not self.intact:
            said.append("assessment.figures was edited by hand and no longer fits its fingerprint")
        elif self.differences:
            said.append(
                "the assessment is older than the figures: "
                + "; ".join(map(str, fingerprints.in_brief(self.differences)))
            )
        if self.claimed != Status.APPROVED:
            said.append(f"its status is {self.claimed.value}")
        if self.approval is None:
            said.append("no reviewer has signed it")
        elif self.deviations:
            said.append(f"it is not the version that was signed (other: {', '.join(self.deviations)})")
        return said


def review_state(
    plan: Plan, visible: pd.DataFrame, given: ReportParams, name: str, data_name: str
) -> ReviewState:
    """The state of one report's review.

    Parameters
    ----------
    visible : the published rows that the report may show
    given : its params
    name : plan year or `final`
    data_name : what the data set is called on the page
    """
    key, words = f"{given.area}/{name}", given.assessment
    signed = signoffs.read(plan.root).get(key, [])
    approval, deviations = signoffs.latest(signed), list[str]()
    if approval is not None:  # the hashes take a moment, so only where there is something to compare with
        deviations = approval.deviations(key, signoffs.version(plan, visible, given, name, data_name))
        deviations += signoffs.objections(approval.name, words.author, plan.reviewers, approval.although)
    differences: list[Difference] = []
    if words.fingerprint:
        now = fingerprints.figures(plan, visible, given.area, given.year)
        differences = list(fingerprints.differences(words.figures, now))
    return ReviewState(
        name,
        given.status,
        any(text.strip() for text in words.texts.values()),
        bool(words.fingerprint),
        fingerprints.fingerprint(words.figures) == words.fingerprint,
        differences,
        signed,
        deviations,
    )
