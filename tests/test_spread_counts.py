"""Hidden counts moved through their possible values: nothing that is published becomes another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.evaluate import evaluation as evaluating
from evalkit.evaluate import protection
from evalkit.measure.counts import measured
from evalkit.terms import PLAN

HERE, ELSEWHERE = "here", "elsewhere"


def few_reports(data, area: str, year: int, n: int):
    """The data set with n cases of vandalism left in one area and plan year."""
    table = data.tables["incidents"]
    mine = table["area"].eq(area) & table["kind"].eq("vandalism")
    mine &= table["date"].between(f"{year - 1}-10-01", f"{year}-09-30")
    before = table.loc[mine, "count"].cumsum() - table.loc[mine, "count"]
    left = (n - before).clip(lower=0, upper=table.loc[mine, "count"])
    table = table.assign(count=table["count"].where(~mine, left))
    return replace(data, tables={**data.tables, "incidents": table[table["count"] > 0]})


def hidden_cells(plan, data, ledger: pd.DataFrame) -> dict[tuple[str, str, int], list[tuple[str, str, int]]]:
    """Hidden counts of areas by indicator, side and year: of each group only the sum is known."""
    found = defaultdict(list)
    for cell in ledger.index:
        name, area, year = cell.rsplit(".", 2)
        one = plan.indicators.get(name)
        if one is None or one.statistic.sampled or not one.statistic.judged:
            continue
        if area in plan.areas or area in data.matched:
            found[name, HERE if area in plan.areas else ELSEWHERE, int(year)].append((name, area, int(year)))
    return found


def moved(counts: pd.DataFrame, groups, seed: int) -> pd.DataFrame:
    """The counts with what is hidden dealt out anew among the hidden cells of each group."""
    rng, made = np.random.default_rng(seed), counts["numerator"].to_dict()
    for (name, *_), cells in groups.items():
        most = counts["denominator"].loc[cells].to_dict() if name == "fuldfoert_25" else {}
        for i, j in rng.integers(len(cells), size=(6 * len(cells), 2)):
            one, other = cells[i], cells[j]
            if made[one] + 1 <= most.get(one, np.inf) and made[other] >= 1:
                made[one] += 1
                made[other] -= 1
    return counts.assign(numerator=pd.Series(made))


@pytest.fixture(params=["demo", "comparison_05", "motalavej"])
def data(request, demo):
    return demo if request.param == "demo" else few_reports(demo, request.param, 2019, 3)


def test_nothing_published_tells_one_value_of_a_hidden_count_from_another(plan, data, monkeypatch):
    """Of every hidden count as many values as the policy asks, each in a table that all that is published fits."""
    protect, kept = protection.protect, []

    def once(*given):
        kept.append(protect(*given) if not kept else kept[0])  # what is hidden is what is published, too
        return kept[0]

    monkeypatch.setattr(protection, "protect", once)
    true = measured(plan, data, plan.indicators)
    published = evaluating.evaluate(plan, data)
    groups = hidden_cells(plan, data, published.ledger)
    assert groups
    values = {cell: {true["numerator"][cell]} for cells in groups.values() for cell in cells}
    for seed in range(25):
        other = moved(true, groups, seed)
        for cell, seen in values.items():
            seen.add(other["numerator"][cell])
        if seed < 1:
            assert not other["numerator"].equals(true["numerator"])
            monkeypatch.setattr(evaluating, "measured", lambda *_, other=other: other)
            again = evaluating.evaluate(plan, data)
            pd.testing.assert_frame_equal(again.rows, published.rows)
            assert again.facts == published.facts
    widths = published.ledger["width"]
    for (name, area, year), seen in values.items():
        if name != "fuldfoert_25":  # of which there are so few people that the audit itself leaves fewer
            assert len(seen) >= min(plan.policy.threshold, widths[f"{name}.{area}.{year}"])


def test_areas_with_a_hidden_count_still_compare_every_one_of_them(plan, demo):
    data = few_reports(demo, "comparison_05", 2019, 3)
    rows = evaluating.evaluate(plan, data).rows
    assert rows.loc["haervaerk.comparison_05.2019", "shown"] == "suppressed"
    row = rows.loc["haervaerk.plan.2019"]
    assert row["effect_areas"] == len(data.matched)
    whole = rows.loc[["haervaerk.matched.2019", "haervaerk.matched.2017"]]
    now, then = whole["numerator"] / whole["denominator"]
    assert row["comparator_change"] == pytest.approx(now / then - 1)


def test_phi_is_of_the_sum_that_the_published_total_leaves(plan, demo):
    """By hand: the areas with a hidden count are one, and φ is what it is without telling them apart."""
    from evalkit.estimates import rates

    data = few_reports(demo, "comparison_05", 2019, 3)
    found = evaluating.evaluate(plan, data)
    gone = {cell.split(".")[1] for cell in found.ledger.index if cell.startswith("haervaerk.")}
    assert "comparison_05" in gone
    assert len(gone) > 1
    assert not gone & {PLAN, *plan.areas}
    own = found.rows[
        (found.rows["indicator"] == "haervaerk") & found.rows["area"].isin([*plan.areas, *data.matched])
    ]
    wide = own.pivot(index="area", columns="year", values=["numerator", "denominator"])
    total = found.rows[
        (found.rows["indicator"] == "haervaerk") & (found.rows["area"] == "matched")
    ].set_index("year")
    others = [area for area in data.matched if area not in gone]
    left = {part: total[part] - wide[part].loc[others].sum() for part in ("numerator", "denominator")}
    events, people = (
        np.vstack([wide[part].loc[[*plan.areas, *others]], left[part]])
        for part in ("numerator", "denominator")
    )
    phi, df = rates.dispersion(events, people, list(total.index), bend=plan.baseline_year)
    row = found.rows.loc["haervaerk.plan.2021"]
    assert row["dispersion"] == np.ceil(4 * phi - 1e-9) / 4
    assert row["df"] == df
