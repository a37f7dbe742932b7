"""Made-up publications for the tests of disclosure control: cells, the ties between them, and what gets printed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from evalkit.disclosure.policy import Relation

NAN = float("nan")


@dataclass
class Publication:
    """Cells and relations as `protect` takes them."""

    rows: dict[str, tuple[float, float, str, float, bool]] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def add(
        self, cell: str, count: float, total: float = NAN, cost: float = 1.0, published: bool = True
    ) -> str:
        self.rows[cell] = (float(count), float(total), cell.split(".")[0], cost, published)
        return cell

    def tie(self, whole: str, parts: list[str], why: str = "sum") -> None:
        self.relations.append(Relation({whole: -1.0, **dict.fromkeys(parts, 1.0)}, why))

    def sum(
        self, cell: str, parts: list[str], cost: float = 1.0, published: bool = True, total: bool = True
    ) -> str:
        """A cell that is the sum of others, with its tie."""
        count = sum(self.rows[part][0] for part in parts)
        self.add(cell, count, sum(self.rows[part][1] for part in parts) if total else NAN, cost, published)
        self.tie(cell, parts)
        return cell

    @property
    def cells(self) -> pd.DataFrame:
        columns = ["count", "total", "group", "cost", "published"]
        return pd.DataFrame.from_dict(self.rows, orient="index", columns=columns)


def indicator(
    made: Publication,
    rng: np.random.Generator,
    name: str,
    kind: str,
    level: float,
    *,
    areas: list[str],
    comparators: list[str],
    years: list[int],
    size: tuple[int, int],
    spans: bool = True,
    known: bool = False,
) -> None:
    """One indicator in every area and year, with plan total, rest, municipality, pool of comparators and years' sum.

    kind: share (people of people), events (no total), fulltime (quarters of persons of people).
    known: the municipality's count is known from elsewhere, so cannot be hidden.
    """
    for unit in [*areas, *comparators, "rest"]:
        people = int(rng.integers(*size)) * (40 if unit == "rest" else 1)
        for year in years:
            n = max(1, people + int(rng.integers(-3, 4)))
            cost = 2.0 if unit == "rest" else 1.0
            if kind == "events":
                made.add(f"{name}.{unit}.{year}", rng.poisson(level * n), cost=cost)
            else:
                count = rng.binomial(n, level) * 1.0
                if kind == "fulltime" and 0 < count < n:
                    count -= rng.integers(0, 4) / 4
                made.add(f"{name}.{unit}.{year}", count, n, cost)
    for year in years:
        made.sum(f"{name}.plan.{year}", [f"{name}.{area}.{year}" for area in areas], cost=5.0)
        municipality = [f"{name}.plan.{year}", f"{name}.rest.{year}"]
        made.sum(f"{name}.kommune.{year}", municipality, cost=np.inf if known else 5.0)
        if comparators:
            made.sum(f"{name}.matched.{year}", [f"{name}.{unit}.{year}" for unit in comparators], cost=3.0)
    if spans and len(years) > 2:
        units = [*areas, *comparators, "rest", "plan", "kommune", *(["matched"] if comparators else [])]
        for unit in units:
            made.sum(f"{name}.{unit}.baseline3", [f"{name}.{unit}.{year}" for year in years[:3]], cost=2.0)
        for whole, parts in [("plan", areas), ("kommune", ["plan", "rest"]), ("matched", comparators)]:
            if parts:
                made.tie(f"{name}.{whole}.baseline3", [f"{name}.{part}.baseline3" for part in parts])


def split(
    made: Publication,
    rng: np.random.Generator,
    whole: str,
    parts: tuple[str, str],
    share: float,
    *,
    printed: bool = True,
) -> None:
    """Two indicators that add up to a third in every row: stayers and movers, or a part and what is left.

    `printed` False: the second one is left out of the report, but anyone can subtract.
    """
    sums = [r for r in made.relations if all(cell.startswith(f"{whole}.") for cell in r.cells)]
    summed = {cell for relation in sums for cell, c in relation.cells.items() if c < 0}
    for cell in [c for c in made.rows if c.startswith(f"{whole}.") and c not in summed]:
        count, total, _, cost, _ = made.rows[cell]
        taken = float(rng.binomial(int(count), share))
        people = total if np.isnan(total) else min(max(round(total * share), taken), total - count + taken)
        names = [cell.replace(whole, part, 1) for part in parts]
        made.add(names[0], taken, people, cost)
        made.add(names[1], count - taken, total - people, cost, printed)
        made.tie(cell, names)
    for relation in sums:  # the parts have the same sums over areas and years as their whole
        (total_cell,) = [cell for cell, c in relation.cells.items() if c < 0]
        names = [total_cell.replace(whole, part, 1) for part in parts]
        new = names[0] not in made.rows
        for name, part, shown in zip(names, parts, (True, printed), strict=True):
            cells = [cell.replace(whole, part, 1) for cell, c in relation.cells.items() if c > 0]
            if new:
                made.sum(name, cells, made.rows[total_cell][3], shown)
            else:
                made.tie(name, cells)
        if new:
            made.tie(total_cell, names)


def typical(seed: int) -> Publication:
    """A whole plan: four areas, eight comparison areas, seven years, thirteen indicators; about 2,000 cells."""
    rng, made = np.random.default_rng(seed), Publication()
    shape = {
        "areas": ["ringparken", "sydbyen", "motalavej", "praestevangen"],
        "comparators": [f"c{i}" for i in range(8)],
        "years": list(range(2015, 2022)),
    }
    indicator(made, rng, "haervaerk", "events", 0.03, size=(600, 2200), **shape)
    indicator(made, rng, "brand", "events", 0.004, size=(600, 2200), **shape)
    indicator(made, rng, "tryghed", "share", 0.72, size=(120, 220), **shape)
    indicator(made, rng, "uddannelse", "share", 0.45, size=(90, 300), **shape)
    indicator(made, rng, "forsoergelse", "fulltime", 0.35, size=(350, 1300), **shape)
    indicator(made, rng, "beskaeftigelse", "share", 0.45, size=(350, 1300), **shape)
    split(made, rng, "beskaeftigelse", ("blivere", "flyttere"), 0.8)
    for i in range(6):
        indicator(made, rng, f"andet{i}", "share", 0.3, size=(200, 900), **shape)
    return made


def small(seed: int) -> Publication:
    """A publication of two to four areas and one to three years with many small counts: the attacker's field."""
    rng, made = np.random.default_rng(seed), Publication()
    shape = {
        "areas": ["a", "b", "c", "d"][: int(rng.integers(2, 5))],
        "comparators": ["p", "q", "r"][: int(rng.choice([0, 2, 3]))],
        "years": list(range(2017, 2017 + int(rng.integers(1, 4)))),
        "spans": bool(rng.integers(0, 2)),
        "known": bool(rng.integers(0, 2)),
    }
    kind = str(rng.choice(["share", "events", "fulltime"]))
    mean = float(rng.choice([6, 9, 15]))
    indicator(made, rng, "x", kind, mean / 150, size=(60, 240), **shape)
    if kind != "fulltime" and len(shape["years"]) < 3 and rng.integers(0, 2):
        share, printed = float(rng.choice([0.5, 0.8])), bool(rng.integers(0, 2))
        split(made, rng, "x", ("stayers", "movers"), share, printed=printed)
    made.add("alone.a.2017", rng.integers(0, 12))  # part of no sum
    return made
