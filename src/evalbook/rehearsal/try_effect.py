"""Trials of the comparison: the plan's areas against comparison areas, told as the pages tell it.

What is counted is the page's own claim: the difference in change of the two totals, an equivalence before the plan, and
the same answer from a baseline of three years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from evalbook.rehearsal.settings import PACE
from evalbook.rehearsal.tallies import BASE, LAST, YEARS, Tally, covers, share
from evalkit import verdicts
from evalkit.disclosure.policy import Policy
from evalkit.estimates import difference_in_differences as did
from evalkit.plan.definition import OwnTrends
from evalkit.terms import Estimate, Polarity

Compared = tuple[Tally, Any]  # tally, and by plan: 1 speaks for it, -1 against, 0 neither
HERE, ELSEWHERE = 0, 1
LONG: Final = [BASE - 2, BASE - 1, BASE]
FLOOR: Final = OwnTrends()
MARGIN: Final = did.equivalence_margin(PACE, verdicts.DELTA, LAST, relative=True)
NO_DRIFT: Final = (0.0, 0.0)  # nothing but the margin is asked of the drift before the plan
MARGIN_SHARES: Final = did.equivalence_margin(None, verdicts.DELTA, LAST, relative=False)


class Panel(Protocol):
    """Both sides of a comparison, with arrays plan x area x year."""

    @property
    def relative(self) -> bool:
        """Whether levels are logarithms."""

    @property
    def margin(self) -> float:
        """Yearly drift that counts as none."""

    @property
    def residents(self) -> tuple[Any, Any]:
        """Residents of each area, here and elsewhere."""

    def total(self, side: int, years: Sequence[int], now: int) -> tuple[Any, Any]:
        """Level of a side's total over some years and its variance, by plan; `now` is the year compared."""

    def own_trends(self, after: Sequence[int], before: Sequence[int], now: int) -> tuple[Any, Any]:
        """τ by plan, rounded up and never below the floor, and its degrees of freedom."""


@dataclass(frozen=True)
class Reports:
    """Counts here and elsewhere, residents by area x year, and φ with its degrees of freedom up to a year."""

    counts: tuple[Any, Any]
    people: tuple[Any, Any]
    dispersion: dict[int, tuple[Any, Any]]  # column of the year -> φ and df by plan
    relative: bool = True
    margin: float = MARGIN

    @property
    def residents(self) -> tuple[Any, Any]:
        """As in `Panel`."""
        here, there = self.people
        return here[:, BASE], there[:, BASE]

    def total(self, side: int, years: Sequence[int], now: int) -> tuple[Any, Any]:
        """As in `Panel`."""
        events, people = self.counts[side][..., years].sum(axis=(1, 2)), self.people[side][:, years].sum()
        with np.errstate(divide="ignore"):
            level = np.where(events > 0, np.log(events / people), np.nan)
            return level, self.dispersion[now][0] / events

    def own_trends(self, after: Sequence[int], before: Sequence[int], now: int) -> tuple[Any, Any]:
        """As in `Panel`."""
        phi, df = self.dispersion[now]
        counts, people = self.counts[ELSEWHERE], self.people[ELSEWHERE]
        if len(people) < did.FEWEST_AREAS:
            return FLOOR.rates, df
        apart = together(counts, people)
        sums = [table[..., years].sum(axis=-1) for years in (after, before) for table in apart]
        known = np.isfinite(sums[0])
        # An area that is taken together with others has no reports of its own, and nobody lives there.
        tau = did.own_trends_of_rates(
            *(np.where(known, one, 0) for one in sums),
            dispersion=phi,
        )
        return np.maximum(FLOOR.rates, did.rounded_up(np.nan_to_num(tau), did.OWN_TRENDS_STEP)), len(
            people
        ) - 1


@dataclass(frozen=True)
class Shares:
    """Persons (or answers) that are in the share, and out of how many; a survey's total weighs its areas by residents."""

    yes: tuple[Any, Any]
    people: tuple[Any, Any]  # area x year
    residents: tuple[Any, Any]
    asked: bool = False
    relative: bool = False
    margin: float = MARGIN_SHARES

    def total(self, side: int, years: Sequence[int], now: int) -> tuple[Any, Any]:
        """As in `Panel`."""
        if self.asked:
            weight = (self.residents[side] / self.residents[side].sum())[:, None]
            level, noise = self._areas(side, years)
            level, noise = (weight * level).sum(axis=1), (weight**2 * noise).sum(axis=1)
        else:
            people = self.people[side][:, years].sum(axis=0)
            level = self.yes[side][..., years].sum(axis=1) / people
            noise = level * (1 - level) / people
        return level.mean(axis=-1), noise.sum(axis=-1) / len(years) ** 2

    def own_trends(self, after: Sequence[int], before: Sequence[int], now: int) -> tuple[Any, Any]:
        """As in `Panel`."""
        areas = len(self.residents[ELSEWHERE])
        if areas < did.FEWEST_AREAS:
            return FLOOR.shares, None
        then, later = (self._areas(ELSEWHERE, years) for years in (before, after))
        noise = sum(one[1].sum(axis=-1) / one[1].shape[-1] ** 2 for one in (then, later))
        tau = did.own_trends_of_shares(later[0].mean(axis=-1) - then[0].mean(axis=-1), noise)
        return np.maximum(FLOOR.shares, did.rounded_up(tau, did.OWN_TRENDS_STEP_SHARES)), areas - 1

    def _areas(self, side: int, years: Sequence[int]) -> tuple[Any, Any]:
        yes, people = self.yes[side][..., years], self.people[side][:, years]
        smooth = (yes + 1) / (people + 2)  # no variance of nought
        return yes / people, smooth * (1 - smooth) / people


def together(counts: Any, people: Any) -> tuple[Any, Any]:
    """Counts and people (plan x area x year) with the areas of a hidden count in one more, as `spread_counts` has them."""
    hidden = ((counts > 0) & (counts < Policy().threshold)).any(axis=-1, keepdims=True)
    own, many = (
        np.concatenate(
            [np.where(hidden, np.nan, table), np.where(hidden, table, 0).sum(axis=-2, keepdims=True)], axis=-2
        )
        for table in np.broadcast_arrays(counts, people)
    )
    return own, many


def compared(panel: Panel, truth: Any, polarity: Polarity, suffix: str = "") -> Compared:
    """Is a difference beyond its uncertainty, does it cover the truth, and does a page say that it speaks for the plan?

    Parameters
    ----------
    truth : the true difference in change by the last year, on the scale of the levels
    suffix : of the measures' names
    """
    last = len(YEARS) - 1
    effect, long = (difference(panel, [last], before) for before in ([BASE], LONG))
    overturn = np.asarray(did.drift_to_overturn(effect, LAST))
    if panel.relative:
        overturn = np.expm1(overturn)

    def said(before: Estimate, seen: verdicts.Limits) -> tuple[Any, Any]:
        parallel = did.equivalent(before, panel.margin) & (
            len(panel.residents[ELSEWHERE]) >= did.FEWEST_AREAS
        )
        level = np.where(parallel, verdicts.CAUSAL, 2)
        ends = (effect.lower, effect.upper), (long.lower, long.upper)
        return level, verdicts.speaks(ends[0], ends[1], seen, overturn, level, polarity=polarity)

    before, short = drift(panel, range(BASE + 1)), drift(panel, LONG)
    level, way = said(before, (before.lower, before.upper))
    known = np.isfinite(effect.value)
    return {
        f"effect_called{suffix}": share(_side(effect)[known] != 0),
        f"effect_for{suffix}": share((_side(effect) * (1 if polarity is Polarity.HIGHER else -1))[known] > 0),
        f"effect_covered{suffix}": share(covers(effect, truth)[known]),
        f"effect_mean{suffix}": (float(np.sum((effect.value - truth)[known])), int(known.sum())),
        f"effect_mean{suffix}_squared": (float(np.sum((effect.value - truth)[known] ** 2)), int(known.sum())),
        f"level_three{suffix}": share(level >= verdicts.CAUSAL),
        f"level_three_narrow{suffix}": share(did.equivalent(before, panel.margin / 2)),
        f"level_three_wide{suffix}": share(did.equivalent(before, panel.margin * 2)),
        f"speaks{suffix}": share(way != 0),
        f"speaks_for{suffix}": share(way > 0),
        f"speaks_for_margin{suffix}": share(said(before, NO_DRIFT)[1] > 0),
        f"speaks_for_short{suffix}": share(said(short, (short.lower, short.upper))[1] > 0),
        f"speaks_for_short_margin{suffix}": share(said(short, NO_DRIFT)[1] > 0),
    }, way


def difference(panel: Panel, after: Sequence[int], before: Sequence[int]) -> Estimate:
    """The difference in change of the two totals, as `evalkit.evaluate.comparisons` has it."""
    now = after[-1]
    (here, v1), (start, v0), (there, w1), (first, w0) = (
        panel.total(side, years, now) for side in (HERE, ELSEWHERE) for years in (after, before)
    )
    tau, df = panel.own_trends(after, before, now)
    return did.difference_in_change(
        here - start,
        there - first,
        variance=np.nan_to_num(v1 + v0 + w1 + w0, posinf=0),  # no event: no change either
        own_trends=tau,
        concentrated=_concentrated(panel),
        df=df,
    )


def drift(panel: Panel, years: Sequence[int]) -> Estimate:
    """The drift a year over some years before the plan, on the scale of its margin."""
    level, noise = (
        [np.stack(both, axis=-1) for both in zip(*(panel.total(side, [y], BASE) for y in years), strict=True)]
        for side in (HERE, ELSEWHERE)
    )
    tau, df = panel.own_trends([years[-1]], [years[0]], BASE)
    made = did.drift(
        level[0],
        noise[0],
        YEARS[list(years)],
        variance=np.nan_to_num(level[1] + noise[1], posinf=0),
        own_trends=tau / LAST,
        concentrated=_concentrated(panel),
        df=df,
    )
    if not panel.relative:
        return made
    return Estimate.of((np.expm1(x) for x in (made.value, made.lower, made.upper)), made.method)


def _concentrated(panel: Panel) -> float:
    return float(sum(did.rounded_up(did.concentration(people), 0.01) for people in panel.residents))


def _side(one: Estimate) -> Any:
    return (np.asarray(one.lower) > 0).astype(int) - (np.asarray(one.upper) < 0)
