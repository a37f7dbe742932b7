"""Disclosure control: which counts must be hidden so that no reader finds a person behind a small number.

It works on the counts of the whole publication, before anything is derived from them, as one system of sums:
areas and plan total, rest and municipality, comparison areas and their pool, years and their sum, a part and
its whole.

**Primary** (`primary`): 1 to k-1 people or reports; 1 to k-1 people *not* counted; 0 % or 100 % of a small
group; any figure about a very small group, reports per resident, too. Zero of a large group, and no reports from one,
are true zeros and stay.
**Complementary** (`protect`): the cheapest further cells that let the audit pass (see linked.py: exact in small
parts, else one weak cell at a time). Hiding everything that is tied together always passes.
**Audit**: the reader knows every shown count exactly (a share with decimals and n gives it back), every
denominator and every tie, and that people are whole. For every hidden cell upper - lower >= k must be left, or
all that is left when everything tied together is hidden. Limits are those of whole numbers where the count is
whole. In a tie with irregular weights (plan share = weighted area shares) whole counts leave a fingerprint in the
decimals: there a hidden one counts as found unless the weighted sum is hidden too.
**Words**: a reader is told `ledger.public` only: `below_threshold` ("færre end 5") for a small count that is part
of no sum, else `confidential`, for primary and complementary alike. In a sum the words would be a number: four
areas and their total all "fewer than 5" are 1, 1, 1, 1 and 4. `hidden`, `rule` and `why` are for the analyst.
**What is left**: the search looks at ties, costs, ids and which cells are small, and at counts only to pass the
audit, so that its choice says little. A reader who guesses which cells are small, or runs the search on every table
that fits, can still rule values out: of 78 tiny publications (two or three areas, one or two years, counts up to 8,
k = 5) he was left with a single table in two. A larger threshold is the remedy.

**What the caller must do**
- A cell for every count that a reader can work out, also unprinted ones (`published` False: stock minus stayers)
  and those known from elsewhere (cost infinite: a municipality's total in the StatBank), and a relation for every
  sum. "Don't know" answers are people too, and so are the people that a rate or share is out of: they are protected
  first, and a row whose people are hidden is `withheld`. A missing count is no cell.
- A hidden row loses all that is derived: numerator, value, interval, effective n, verdict, detectable change,
  gaps, effects. Its denominator stays, unless it is hidden itself. A hidden baseline also takes change, target and verdict of every other year,
  a hidden comparator the effects against it, a hidden year the trends through it.
- Holm, heterogeneity, standardised rates, rankings, axis limits: from shown counts only, or not at all. One hidden
  count behind an unrounded statistic can be solved for. The dispersion φ and the spread τ of the areas' own trends are of
  all areas, or who is hidden would decide who compares: those with a hidden count take part as one, by the sum that the
  published total leaves (evaluate/spread_counts.py). So both follow from what is shown, rounded up to a quarter and a
  twentieth, and every value that the audit leaves a hidden count stays possible (tests/test_spread_counts.py). Residents,
  by whom areas weigh, are rounded to a hundredth.
- Hide once, for all languages, pages, files, figures and caches. What an earlier release showed stays known: it is told
  to `protect`, which hides others instead (see earlier_releases.py) or says what can be worked out from both.

Source: methods.md section 9; Hundepool et al., Handbook on Statistical Disclosure Control, chapters 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import block_array, coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from evalkit.disclosure.cell_suppression import NEAR, NO_TOTAL, Linked
from evalkit.disclosure.earlier_releases import Printed, known
from evalkit.errors import InvalidNumber, UnknownName


@dataclass(frozen=True)
class Policy:
    """When a count is too small to be shown; from params/disclosure.yml."""

    threshold: int = 5  # k: 1 to k-1 is hidden, and a hidden count stays uncertain by k
    uniform_group: int = 100  # people; 0 % or 100 % of fewer is hidden
    smallest_group: int = 30  # people; no figure about fewer is shown

    def __post_init__(self) -> None:
        if self.threshold < 3 or self.threshold != int(self.threshold):
            raise InvalidNumber(
                f"threshold {self.threshold}: must be a whole number, 3 or more. Type 5 if in doubt."
            )
        for name in ("uniform_group", "smallest_group"):
            if not getattr(self, name) >= self.threshold:
                raise InvalidNumber(
                    f"{name} {getattr(self, name)}: must be {self.threshold} (the threshold) or more."
                )


@dataclass(frozen=True)
class Relation:
    """A sum that any reader can write down: coefficient * count, over the cells, is zero."""

    cells: Mapping[str, float]
    why: str
    of_earlier: bool = False  # the sum need not be zero: an earlier release tells it, whatever it is


@dataclass(frozen=True)
class Protected:
    """What is hidden: by which rule, as a ledger, and as a share (0-1) of the published cells."""

    hidden: pd.Series  # cell id -> "primary" or "complementary"
    ledger: pd.DataFrame  # group, rule, why, public, and the stranger's lower, upper, width (counts)
    share_hidden: float
    # of the ledger: the cells that earlier releases and this one together narrow too much
    given_away: pd.DataFrame = field(default_factory=pd.DataFrame)


def primary(cells: pd.DataFrame, policy: Policy) -> pd.Series:
    """Why each cell (as in `protect`) is too small to be shown by itself; an empty text where it is not."""
    k, count, total = policy.threshold - NEAR, cells["count"], cells["total"]
    people = cells["people"].fillna(total) if "people" in cells else total
    withheld = cells["withheld"].eq(True) if "withheld" in cells else pd.Series(False, index=cells.index)
    none_or_all = (count <= NEAR) | (total - count <= NEAR)
    rules = {
        "below_threshold": (count > NEAR) & (count < k),
        "complement_below_threshold": (total - count > NEAR) & (total - count < k),
        "uniform_group": none_or_all & (total > 0) & (total < policy.uniform_group),
        "small_group": (people > 0) & (people < policy.smallest_group),
        "people_hidden": withheld,
    }
    return pd.Series(np.select(list(rules.values()), list(rules), ""), index=cells.index)


def audit(cells: pd.DataFrame, relations: Sequence[Relation], hidden: Sequence[str]) -> pd.DataFrame:
    """The stranger's lower, upper and width (counts) for the cells `hidden`; the rest as in `protect`."""
    table = _checked(cells)
    if unknown := sorted(set(hidden) - set(table.index)):
        raise UnknownName(f"disclosure control, audit: no such cell {unknown}.")
    asked = pd.Series(table.index.isin(hidden), table.index)
    limits: dict[str, tuple[float, float]] = {}
    for part in _parts(table, relations, pd.Series("", table.index), Policy(), asked):
        mask = asked[part.ids].to_numpy() | ~part.published
        limits |= {part.ids[i]: part.attack(mask, i) for i in np.flatnonzero(asked[part.ids]).tolist()}
    found = pd.DataFrame(
        [limits[cell] for cell in hidden], list(hidden), columns=["lower", "upper"], dtype=float
    )
    return found.assign(width=found["upper"] - found["lower"])


def protect(
    cells: pd.DataFrame,
    relations: Sequence[Relation],
    policy: Policy,
    *,
    weighted: Mapping[str, Sequence[str]] | None = None,
    earlier: Sequence[Printed] = (),
) -> Protected:
    """Hide as little (by cost) as lets the audit pass over the whole publication.

    Parameters
    ----------
    cells : one row per count, index = cell id. count >= 0 [people, answers, reports; may be fractional];
        total [people it is out of; NaN when there is no such group, as for reports]; group [text for the ledger];
        cost > 0 [loss when hidden; infinite = known from elsewhere, cannot be hidden];
        published [optional; False = not printed, but anyone can work it out];
        people [optional; whom the figure is about where the count is not out of them, as the residents behind a rate];
        withheld [optional; True = goes anyway, since the people it is about are hidden]
    relations : every sum that ties the counts together; must hold for the counts given
    weighted : id of a total whose weighted share is printed, too, and the ids of its parts; it is hidden with any
        of them: two hidden parts are given away by their sum and their weighted mean together
    earlier : what each earlier release says of these cells

    Raises
    ------
    InvalidNumber, UnknownName
        If counts, ids or relations cannot be what they are said to be.
    """
    table = _checked(cells)
    small = primary(table, policy).where(np.isfinite(table["cost"]), "")
    told = known([one.cells for one in relations], earlier)
    is_known, stays = (table.index.isin(list(ids)) for ids in (told.cells, told.stay_hidden))
    audited = table.assign(cost=table["cost"].mask(is_known, np.inf), published=table["published"] | is_known)
    why = small.mask(is_known, "").mask(stays & ~is_known & (small == ""), "was_hidden")
    ties = [*relations, *(Relation(total, "an earlier release", of_earlier=True) for total in told.totals)]
    entries = []
    for part in _parts(audited, ties, why, policy, why != ""):
        hidden = part.search()
        told_apart = hidden.copy()
        for total, parts in (weighted or {}).items():
            hidden |= (part.ids == total) & bool(set(parts) & set(part.ids[told_apart]))
        for i in np.flatnonzero(hidden & (part.published | part.primary)).tolist():
            cell, (lower, upper) = part.ids[i], part.attack(hidden, i)
            if small[cell] and upper - lower < NEAR and not earlier:
                raise InvalidNumber(
                    f"disclosure control, cell {cell}: what is known anyway gives its count away."
                )
            rule = "primary" if small[cell] else "complementary"
            alone = why[cell] == "below_threshold" and len(part.ids) == 1
            public = "below_threshold" if alone else "confidential"
            entries.append((cell, table["group"][cell], rule, why[cell] or "protects", public, lower, upper))
    for cell in table.index[
        is_known & ((small != "") | stays)
    ]:  # everybody knows it, and it goes all the same
        count, rule = table["count"][cell], "primary" if small[cell] else "complementary"
        entries.append(
            (cell, table["group"][cell], rule, small[cell] or "was_hidden", "confidential", count, count)
        )
    ledger = pd.DataFrame(entries, columns=["cell", "group", "rule", "why", "public", "lower", "upper"])
    ledger = ledger.set_index("cell").sort_index().assign(width=lambda each: each["upper"] - each["lower"])
    printed = table.index[table["published"]]
    share = float(printed.isin(ledger.index).mean()) if len(printed) else 0.0
    narrow = ledger[(ledger["width"] < policy.threshold - NEAR) & ~ledger.index.isin(list(told.cells))]
    given_away = narrow[:0]
    if earlier and len(narrow):  # of them, those that would be less narrow without any earlier release
        asked = pd.Series(table.index.isin(narrow.index), table.index)
        needed = {
            part.ids[i]: part.needed(i)
            for part in _parts(table, relations, small, policy, asked)
            for i in np.flatnonzero(asked[part.ids]).tolist()
        }
        given_away = narrow[narrow["width"] < pd.Series(needed, dtype=float)[narrow.index] - NEAR]
    return Protected(ledger["rule"].rename("hidden_by"), ledger, share, given_away)


def _checked(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells in order of id, so that the order given changes nothing; refuses what cannot be counts."""
    table = cells.assign(
        published=cells["published"].astype(bool) if "published" in cells else True
    ).sort_index()
    wrong: dict[str, np.ndarray | pd.Series] = {
        "the id occurs more than once": table.index.duplicated(),
        "count must be a number, 0 or more": ~table["count"].between(0, NO_TOTAL / 10),
        "count exceeds total": table["count"] > table["total"] + NEAR,
        "cost must be above 0": ~(table["cost"] > 0),
    }
    for what, bad in wrong.items():
        if bad.any():
            first = table[bad].iloc[0]
            given = ", ".join(f"{name} {first[name]}" for name in ("count", "total", "cost"))
            raise InvalidNumber(f"disclosure control, cell {first.name}: {what} ({given}).")
    return table


def _parts(
    table: pd.DataFrame, relations: Sequence[Relation], why: pd.Series, policy: Policy, wanted: pd.Series
) -> list[Linked]:
    """The parts of the publication that relations tie together, as far as they hold a wanted cell."""
    relations = sorted(
        relations, key=lambda each: sorted(each.cells.items())
    )  # the order given changes nothing
    place = {cell: i for i, cell in enumerate(table.index)}
    entries: list[tuple[float, int, int]] = []
    for row, relation in enumerate(
        relations
    ):  # coefficients in units of the smallest: a mean's thirds become 1
        if unknown := sorted(set(relation.cells) - set(place)):
            raise UnknownName(f"disclosure control, {relation.why}: no such cell {unknown}.")
        smallest = min((abs(c) for c in relation.cells.values() if c), default=1.0)
        entries += [(c / smallest, row, place[cell]) for cell, c in relation.cells.items() if c]
    values, *places = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array(coo_array((values, places), shape=(len(relations), len(table)), dtype=float))
    count = table["count"].to_numpy(float)
    unlike = np.abs(matrix @ count) > NEAR * np.maximum(1, abs(matrix) @ count)
    unlike &= ~np.array([relation.of_earlier for relation in relations], dtype=bool)
    for row in np.flatnonzero(unlike).tolist():
        terms = ", ".join(
            f"{c:g} * {cell} ({table['count'][cell]:g})" for cell, c in relations[row].cells.items()
        )
        raise InvalidNumber(f"disclosure control, {relations[row].why}: does not add up to 0: {terms}.")
    # A graph of relations and cells, an edge where a cell stands in a relation: as large as the relations themselves.
    # Cells against cells would grow with the square of a sum's parts.
    tied = block_array([[None, matrix], [csr_array(matrix.shape[::-1]), None]], format="csr")
    label = connected_components(tied, directed=False)[1]
    of_relation, of_cell = label[: len(relations)], label[len(relations) :]
    small = (why != "").to_numpy()
    parts = []
    for number in np.unique(of_cell[wanted.to_numpy(bool)]):
        at = np.flatnonzero(of_cell == number)
        rows = matrix[np.flatnonzero(of_relation == number)][:, at].toarray()
        parts.append(Linked(table.iloc[at], rows, small[at], policy.threshold))
    return parts
