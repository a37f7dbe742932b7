"""Statistics: how an indicator is computed, as objects that evaluation, tables, figures and sentences ask.

A new one (a median income, say) is a class in a module of its own and a line in `evalkit.estimates.STATISTICS`. It must
give its level and the variance of it; everything else has a default that follows from the interval of the level.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
from scipy import stats

from evalkit.estimates import effects, rates
from evalkit.estimates.arguments import Numbers, Scale, direction_of, quantile_of, two_sided_p
from evalkit.estimates.power import POWER, detectable_change
from evalkit.estimates.proportions import (
    difference,
    difference_p,
    proportion,
    weighted_proportion,
    wilson,
)
from evalkit.terms import LEVEL, Estimate, Polarity

PER: Final = 1000  # rates are per so many residents
LIMITS: Final = ("value", "lower", "upper")


class Statistic(ABC):
    """One way to compute an indicator. Cells are frames with a row each and named columns; NaN is not among them.

    Columns of cells: numerator, denominator, value, lower, upper, effective_n, design_df (degrees of freedom of a
    sample), dispersion and df (φ of the plan, where `events`).
    """

    name: ClassVar[str]
    """As it is typed in indicators.yml."""
    unit: ClassVar[str]
    """Of a level: share (0-1, shown as percent), per_1000, count, or a text that is shown after the number."""
    relative: ClassVar[bool] = False
    """Whether a change is a ratio minus 1 (per cent), rather than a difference (points)."""
    judged: ClassVar[bool] = True
    """Whether it has a change and a verdict; otherwise it is only shown."""
    out_of: ClassVar[bool] = True
    """Whether a level is a numerator out of a denominator."""
    events: ClassVar[bool] = False
    """Whether it counts events, which cluster: one dispersion for the plan, and a trend over the years."""
    asked: ClassVar[bool] = False
    """Whether it is made from people's answers, so that some did not answer and some do not know."""
    splits: ClassVar[bool] = False
    """Whether it counts everybody by name, so that a change can be split into who stayed and who moved."""
    sampled: ClassVar[bool] = False
    """Whether a level is made from single rows (`sample`) rather than from counts that are added up."""
    floor_n: ClassVar[int] = 0
    """Effective answers, by their variance and by their weights alone; fewer publish no level."""
    floor_width: ClassVar[float] = math.inf
    """A wider interval publishes no level."""
    counted: ClassVar[tuple[tuple[str, str | None], ...]]
    """What disclosure control must see: columns of counts, each with the people it is out of."""

    @property
    def scale(self) -> Scale:
        """The scale of a change: points or relative."""
        return "relative" if self.relative else "points"

    def sample(self, rows: Mapping[str, np.ndarray]) -> Estimate:
        """The level of some rows: columns yes and valid (masks), value, count, weight and stratum (a number), and psu where there is one."""
        raise NotImplementedError(f"{self.name} is made from counts, not from single rows.")

    def known(self, counts: pd.DataFrame) -> pd.Series:
        """Which cells have counts that a level can be made from."""
        return counts["numerator"].notna() & counts["denominator"].gt(0)

    def too_few(self, counts: pd.DataFrame) -> pd.Series:
        """Which cells have counts, but too few to publish a level."""
        return pd.Series(False, index=counts.index)

    @abstractmethod
    def level(self, counts: pd.DataFrame) -> Estimate:
        """Level and interval of every cell."""

    @abstractmethod
    def variance(self, cells: pd.DataFrame) -> Numbers:
        """Sampling variance of each level on the scale of `scaled`, before any dispersion."""

    def noise(self, cells: pd.DataFrame) -> Numbers:
        """The same as what many areas' changes are expected to differ by, were there nothing else: never nought."""
        return self.variance(cells)

    def scaled(self, level: Any) -> Numbers:
        """Levels on the scale on which changes are added up: logarithms where a change is relative, NaN for none."""
        given = np.asarray(level, dtype=float)
        if not self.relative:
            return given
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(np.where(given > 0, given, np.nan))

    def unscaled(self, change: Any) -> Any:
        """A difference on that scale as it is published: points, or a ratio minus 1."""
        return np.expm1(change) if self.relative else change

    def together(self, cells: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """The level of several years as one cell, the years' frames alike; NaN where one of them has none.

        The mean on the scale of `scaled`, its limits by square and add of those of the years; no counts, since it is of
        no one year.
        """
        mid, *sides = (np.array([self.scaled(one[name]) for one in cells]) for name in LIMITS)
        low, high = (np.hypot.reduce(mid - side, axis=0) / len(cells) for side in sides)
        mean = mid.mean(axis=0)
        limits = (np.exp(x) if self.relative else x for x in (mean, mean - low, mean + high))
        made = dict(zip(LIMITS, limits, strict=True))
        made["effective_n"] = np.sum([one["effective_n"].to_numpy(float) for one in cells], axis=0)
        made["design_df"] = np.min([one["design_df"].to_numpy(float) for one in cells], axis=0)
        return cells[0].assign(numerator=np.nan, denominator=np.nan, **made)

    def change(self, now: pd.DataFrame, then: pd.DataFrame) -> Estimate:
        """Now minus then in points, or their ratio minus 1, both uncertain (square and add of the two intervals)."""
        return self.published(difference(self._interval(now), self._interval(then)))

    def change_p(self, now: pd.DataFrame, then: pd.DataFrame) -> Numbers:
        """Two-sided p for "no change"; below 0.05 just when the 95 % interval of `change` leaves out none."""
        found = difference(self._interval(now), self._interval(then))
        side = np.where(np.asarray(found.value) > 0, found.lower, found.upper)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.abs(found.value) / np.abs(found.value - side) * quantile_of(found.level)
        return two_sided_p(np.where(np.asarray(found.value) == 0, 0.0, z))

    def gap(self, here: pd.DataFrame, there: pd.DataFrame) -> Estimate:
        """The level here beside another's of the same year: in points, or as a ratio minus 1."""
        return self.change(here, there)

    def difference_in_change(
        self, now: pd.DataFrame, then: pd.DataFrame, other_now: pd.DataFrame, other_then: pd.DataFrame
    ) -> Estimate:
        """Change here against the change of one other area, of whose noise no more is known than its sampling error."""
        sides = (self._interval(cells) for cells in (now, then, other_now, other_then))
        return self.published(effects.did_shares(*sides))

    def detectable(self, now: pd.DataFrame, then: pd.DataFrame, polarity: Polarity | str) -> Numbers:
        """Smallest change for the better that 80 % of all samples of this size would show; NaN where there is none."""
        chance = quantile_of(LEVEL) + stats.norm.ppf(POWER)
        with np.errstate(invalid="ignore"):
            step = chance * np.sqrt(self.variance(now) + self.variance(then))
        return self.unscaled(direction_of(polarity) * step)

    def trend(self, events: Any, people: Any, years: Any, *, dispersion: Any, df: Any) -> Estimate:
        """Change a year over the years, where `events`; areas in rows, years in columns."""
        raise NotImplementedError(f"{self.name} has no trend.")

    def planned(self, baseline: Any, level: Any) -> Numbers:
        """The change that leads from the baseline to a level."""
        return np.asarray(level / baseline - 1 if self.relative else level - baseline)

    def published(self, made: Estimate) -> Estimate:
        """An estimate on the scale of `scaled` as it is published."""
        limits = (self.unscaled(np.asarray(x, dtype=float)) for x in (made.value, made.lower, made.upper))
        return Estimate.of(limits, made.method, level=made.level, df=made.df)

    def _interval(self, cells: pd.DataFrame) -> Estimate:
        return Estimate.of((self.scaled(cells[name]) for name in LIMITS), "interval")


class _Proportion(Statistic):
    """People of people, from a register or from answers: changes in points."""

    unit = "share"

    def variance(self, cells: pd.DataFrame) -> Numbers:
        share = cells["value"].to_numpy(float)
        return np.asarray(share * (1 - share) / cells["effective_n"].to_numpy(float))

    def noise(self, cells: pd.DataFrame) -> Numbers:
        size = cells["effective_n"].to_numpy(float)
        smooth = (cells["value"].to_numpy(float) * size + 1) / (size + 2)
        return np.asarray(smooth * (1 - smooth) / np.where(size > 0, size, np.nan))

    def together(self, cells: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """The mean share, on as many effective people as give its variance; no counts, since it is of no one year."""
        names = ["value", "effective_n", "design_df"]
        found, cells = cells[0].copy(), [one[names].astype(float) for one in cells]
        share = sum(one["value"] for one in cells) / len(cells)
        variance = sum(self.variance(one) for one in cells) / len(cells) ** 2
        people = sum(one["effective_n"] for one in cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.where(variance > 0, share * (1 - share) / variance, people)
        df = pd.concat([one["design_df"] for one in cells], axis=1).min(axis=1)
        known = (share.notna() & (size > 0)).to_numpy()
        limits = np.full((2, len(found)), np.nan)
        quantile = np.full(len(found), quantile_of(LEVEL))
        if (answers := (df > 0).to_numpy()).any():
            quantile[answers] = quantile_of(LEVEL, df.to_numpy(float)[answers])
        limits[:, known] = wilson(share.to_numpy(float)[known], np.asarray(size)[known], quantile[known])
        made = {"value": share, "lower": limits[0], "upper": limits[1], "effective_n": size, "design_df": df}
        return found.assign(numerator=np.nan, denominator=np.nan, **made)

    def change_p(self, now: pd.DataFrame, then: pd.DataFrame) -> Numbers:
        return np.asarray(difference_p(self._interval(now), self._interval(then)))

    def detectable(self, now: pd.DataFrame, then: pd.DataFrame, polarity: Polarity | str) -> Numbers:
        found = np.full(len(now), np.nan)
        start, size, before = (
            one.to_numpy(float) for one in (then["value"], now["effective_n"], then["effective_n"])
        )
        fit = (size > 0) & (before > 0) & (start > 0) & (start < 1)
        if fit.any():
            found[fit] = detectable_change(
                start[fit], size[fit], before[fit], scale="points", polarity=polarity
            )
        return found

    def _interval(self, cells: pd.DataFrame) -> Estimate:
        df = cells["design_df"].to_numpy(float)
        return Estimate.of(
            (cells[name].to_numpy(float) for name in LIMITS),
            "wilson",
            effective_n=cells["effective_n"].to_numpy(float),
            df=np.where(df > 0, df, np.inf),
        )


class Share(_Proportion):
    """People of people, from a register (Wilson; Newcombe)."""

    name = "share"
    splits = True
    counted = (("numerator", "denominator"),)

    def level(self, counts: pd.DataFrame) -> Estimate:
        given = {
            name: counts[name].fillna(usual) if name in counts else usual
            for name, usual in (("design_effect", 1.0), ("rounded", 0.0))
        }  # as the source of a share says
        return proportion(counts["numerator"], counts["denominator"], level=LEVEL, whole=False, **given)


class WeightedShare(_Proportion):
    """Answers with weights (Taylor variance, Wilson on the effective number)."""

    name = "weighted_share"
    asked = True
    sampled = True
    counted = (("numerator", "denominator"), ("dont_know", None), ("respondents", None), ("invited", None))

    floor_n = 30
    floor_width = 0.30

    def sample(self, rows: Mapping[str, np.ndarray]) -> Estimate:
        valid = rows["valid"]
        times, strata = rows["count"][valid], rows["stratum"][valid]
        units = rows["psu"][valid] if "psu" in rows else None
        drawn = np.bincount(strata, times) if units is None else pd.Series(units).groupby(strata).nunique()
        # One respondent or unit alone tells no variance: such a sample is taken as one stratum.
        alone = (drawn == 1).any()
        return weighted_proportion(
            np.repeat(rows["yes"][valid].astype(float), times),
            np.repeat(rows["weight"][valid], times),
            strata=None if alone or not len(times) else np.repeat(strata, times),
            clusters=None if units is None else np.repeat(units, times),
            level=LEVEL,
        )

    def known(self, counts: pd.DataFrame) -> pd.Series:
        """Where `sample` has given a level; its counts may be hidden, since they would tell who said »don't know«."""
        return counts["value"].notna()

    def too_few(self, counts: pd.DataFrame) -> pd.Series:
        # One runaway weight leaves no variance, and so a large effective n: Kish's size sees the weights alone.
        size = np.minimum(counts["effective_n"], counts["sample_n"] / counts["design_effect"])
        wide = counts["upper"] - counts["lower"] > self.floor_width
        undecided = counts["respondents"].gt(0) & counts["dont_know"].eq(counts["respondents"])
        return self.known(counts) & (size.lt(self.floor_n) | wide) | undecided

    def level(self, counts: pd.DataFrame) -> Estimate:
        """What `sample` has made of the answers, where there were enough of them."""
        shown = counts.mask(self.too_few(counts))
        return Estimate(
            **{name: shown[name] for name in (*LIMITS, "effective_n", "design_effect")},
            level=LEVEL,
            method="wilson on effective n",
            numerator=shown["weighted_numerator"],
            denominator=shown["weighted_denominator"],
        )


class Rate(Statistic):
    """Events per 1,000 residents: changes as ratios, one dispersion for the plan."""

    name = "rate"
    unit = "per_1000"
    relative = True
    events = True
    counted = (("numerator", None),)

    def level(self, counts: pd.DataFrame) -> Estimate:
        """Rate with an interval that carries φ; where φ cannot be told there is no interval."""
        told = counts["dispersion"].notna().to_numpy()
        phi, df = counts["dispersion"].fillna(1.0), counts["df"].where(told, 1.0)
        made = rates.rate(
            counts["numerator"], counts["denominator"], per=PER, dispersion=phi, df=df, level=LEVEL
        )
        limits = (made.value, *(np.where(told, end, np.nan) for end in (made.lower, made.upper)))
        return Estimate.of(limits, made.method)

    def variance(self, cells: pd.DataFrame) -> Numbers:
        with np.errstate(divide="ignore"):
            return np.asarray(1 / cells["numerator"].to_numpy(float))

    def together(self, cells: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """All events over all residents of the years."""
        found = cells[0].copy()
        for name in ("numerator", "denominator"):
            found[name] = sum(one[name] for one in cells)
        rate = PER * found["numerator"] / found["denominator"].where(found["denominator"] > 0)
        return found.assign(value=rate, lower=np.nan, upper=np.nan)  # a ratio is made from the counts

    def change(self, now: pd.DataFrame, then: pd.DataFrame) -> Estimate:
        found = rates.ratio(*_counts(now), *_counts(then), **_spread(now), level=LEVEL)
        less = (np.asarray(x) - 1 for x in (found.value, found.lower, found.upper))
        return Estimate.of(less, found.method, df=found.df, error=found.error)

    def change_p(self, now: pd.DataFrame, then: pd.DataFrame) -> Numbers:
        return np.asarray(rates.ratio_p(*_counts(now), *_counts(then), **_spread(now)))

    def difference_in_change(
        self, now: pd.DataFrame, then: pd.DataFrame, other_now: pd.DataFrame, other_then: pd.DataFrame
    ) -> Estimate:
        sides = ((*_counts(now), *_counts(then)), (*_counts(other_now), *_counts(other_then)))
        found = effects.did_rates(*sides, **_spread(now))
        less = (np.asarray(x) - 1 for x in (found.value, found.lower, found.upper))
        return Estimate.of(less, found.method, df=found.df)

    def detectable(self, now: pd.DataFrame, then: pd.DataFrame, polarity: Polarity | str) -> Numbers:
        found = np.full(len(now), np.nan)
        start, size, before = (
            one.to_numpy(float) for one in (then["value"] / PER, now["denominator"], then["denominator"])
        )
        fit = (size > 0) & (before > 0) & (start > 0) & now["dispersion"].notna().to_numpy()
        if fit.any():
            found[fit] = detectable_change(
                start[fit],
                size[fit],
                before[fit],
                scale="relative",
                polarity=polarity,
                **_spread(now[fit]),
            )
        return found

    def trend(self, events: Any, people: Any, years: Any, *, dispersion: Any, df: Any) -> Estimate:
        return rates.annual_change(events, people, years, dispersion=dispersion, df=df, level=LEVEL)


class Count(Statistic):
    """A number that is only shown, never judged."""

    name = "count"
    unit = "count"
    judged = False
    out_of = False
    counted = (("numerator", None),)

    def known(self, counts: pd.DataFrame) -> pd.Series:
        return counts["numerator"].notna()

    def level(self, counts: pd.DataFrame) -> Estimate:
        nothing = np.full(len(counts), np.nan)
        return Estimate(counts["numerator"], nothing, nothing, LEVEL, "count")

    def variance(self, cells: pd.DataFrame) -> Numbers:
        return np.full(len(cells), np.nan)


class Gap(Statistic):
    """Another indicator here beside the same in the rest of the municipality; made by that one's `gap`."""

    name = "gap"
    unit = "points"
    out_of = False
    counted = ()

    def level(self, counts: pd.DataFrame) -> Estimate:
        raise NotImplementedError("a gap is made by the statistic of the indicator that it is in.")

    def variance(self, cells: pd.DataFrame) -> Numbers:
        raise NotImplementedError("a gap is made by the statistic of the indicator that it is in.")


def _counts(cells: pd.DataFrame) -> tuple[Numbers, Numbers]:
    return cells["numerator"].to_numpy(float), cells["denominator"].to_numpy(float)


def _spread(cells: pd.DataFrame) -> dict[str, Any]:
    return {name: cells[name].to_numpy(float) for name in ("dispersion", "df")}
