"""A new statistic, a median income, in five files: what a developer writes, run for real on a copy of the package.

The files are listed in `WRITTEN`: a module with the statistic, its line among the statistics, its table in the contract of
the data, its record in params/indicators.yml, and the Danish of its unit.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import shipped

SOURCE = Path(__file__).parents[1] / "src"

MEDIANS = '''"""Medians of incomes: the middle household, with the interval of its ranks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from evalkit.estimates.arguments import Numbers, quantile_of
from evalkit.estimates.statistics import LIMITS, Statistic
from evalkit.terms import LEVEL, Estimate


class Median(Statistic):
    """The middle of single amounts; changes in per cent.

    Source
    ------
    Conover 1999, Practical Nonparametric Statistics, section 3.2 (interval from the order statistics).
    """

    name = "median"
    unit = "DKK"
    relative = True
    sampled = True
    counted = (("denominator", None),)

    def sample(self, rows: Mapping[str, np.ndarray]) -> Estimate:
        amounts = np.sort(np.repeat(rows["value"], rows["count"]))
        n = len(amounts)
        if not n:
            return Estimate(np.nan, np.nan, np.nan, LEVEL, "ranks", 0, 0)
        low, high = (int(stats.binom.ppf(tail, n, 0.5)) for tail in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
        ends = float(amounts[max(low - 1, 0)]), float(amounts[min(high, n - 1)])
        return Estimate(float(np.median(amounts)), *ends, LEVEL, "ranks", n, n, effective_n=n)

    def known(self, counts: pd.DataFrame) -> pd.Series:
        return counts["value"].notna()

    def level(self, counts: pd.DataFrame) -> Estimate:
        return Estimate(
            **{name: counts[name] for name in (*LIMITS, "effective_n")},
            level=LEVEL,
            method="ranks",
            numerator=counts["weighted_numerator"],
            denominator=counts["weighted_denominator"],
        )

    def variance(self, cells: pd.DataFrame) -> Numbers:
        """Of the logarithm, from the interval."""
        width = np.log(cells["upper"].to_numpy(float) / cells["lower"].to_numpy(float))
        return np.asarray((width / 2 / quantile_of(LEVEL)) ** 2)
'''
TABLE = """    Table(
        "income",
        "husstandes indkomst, én række pr. husstand",
        "income of households, one row each",
        (AREA, YEAR, Column("income", "number", "indkomst", "income", unit="DKK", minimum=0), COUNT),
    ),
"""
RECORD = """
indkomst:
  title: {da: "Husstandenes indkomst", en: "Household income"}
  definition: {da: "Den midterste husstands indkomst", en: "Income of the middle household"}
  question: {da: "Hvad tjener den midterste husstand?", en: "What does the middle household earn?"}
  statistic: median
  numerator: {table: income, column: income, timing: year, words: {da: husstandes indkomst, en: income of households}}
  denominator: {table: income, column: income, timing: year, words: {da: husstande, en: households}}
  polarity: higher_is_better
  comparator: matched
  decimals: 0
  source: {da: indkomstregistret, en: the income register}
  when: {da: kalenderåret, en: the calendar year}
"""
DANISH = '\nmsgid "DKK"\nmsgstr "kr."\n'
WRITTEN = {  # file -> (what is put, after which line; nothing: at the end)
    "src/evalkit/estimates/medians.py": (MEDIANS, ""),
    "src/evalkit/estimates/__init__.py": (
        '    "median": Known("evalkit.estimates.medians", "Median", out_of=True),\n',
        '    "gap": Known(',
    ),
    "src/evalkit/schema.py": (TABLE, "_TABLES = ("),
    "params/indicators.yml": (RECORD, ""),
    "src/evalkit/text/locale/da/messages.po": (DANISH, ""),
}
HOUSEHOLDS, GROWTH = 100, {"ringparken": 1.10, "sydbyen": 0.90}  # in a year; others earn the same each year
SCRIPT = """
import json, os
from pathlib import Path
from evalkit import load, plan, tables
from evalkit.data import dataset
from evalkit.evaluate.evaluation import evaluate
from evalkit.text import narrative
from evalbook.site import exports
shipped = plan.read(Path("."))
evaluate(shipped, dataset.read(Path("data/demo"), shipped)).write(Path("evaluated"))
os.environ["EVALKIT_EVALUATION"] = "evaluated"
said = {}
for language in ("da", "en"):
    report = load("ringparken", 2019, language=language)
    said[language] = [
        repr(narrative.goal(report, "indkomst")),
        repr(tables.calculation(report, "indkomst")),
        repr(tables.secondary(report)),
        narrative.alt(report, "indkomst"),
    ]
report = load("plan", 2021)
rows = report.rows[report.rows["indicator"] == "indkomst"]
files = exports.tables(report.rows)
columns = ["value", "lower", "upper", "change", "change_lower", "verdict", "verdict_rule", "effect", "comparator_change", "unit", "shown"]
print(json.dumps({
    "rows": json.loads(rows[columns].to_json(orient="index")),
    "said": said,
    "published": int(files["results"]["indicator"].eq("indkomst").sum()),
}))
"""


def incomes(area: str, year: int) -> list[int]:
    """A hundred households' incomes, which grow by the area's pace from 2017 on."""
    pace = GROWTH.get(area, 1.0) ** (year - 2017)
    return [round((200_000 + 2_000 * one) * pace) for one in range(HOUSEHOLDS)]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """What rows, words, tables and files of the copy have of the new statistic."""
    root = shipped.write_workbook(tmp_path_factory.mktemp("median"))
    shutil.copytree(SOURCE, root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (text, after) in WRITTEN.items():
        path = root / name
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        (at,) = [i + 1 for i, line in enumerate(lines) if line.startswith(after)] if after else [len(lines)]
        path.write_text("".join([*lines[:at], text, *lines[at:]]), "utf-8")
    areas = [
        line["id"] for line in csv.DictReader((root / "data/demo/comparators.csv").open(encoding="utf-8"))
    ]
    with (root / "data" / "demo" / "income.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(("area", "year", "income"))
        for area in ("ringparken", "sydbyen", "motalavej", "praestevangen", *areas):
            for year in range(2014, 2022):
                written.writerows((area, year, income) for income in incomes(area, year))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src"), "EVALKIT_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_statistic_takes_five_files():
    assert len(WRITTEN) == 5


def test_its_level_is_the_median_with_the_interval_of_its_ranks(found):
    row, sample = found["rows"]["indkomst.ringparken.2019"], sorted(incomes("ringparken", 2019))
    assert row["value"] == statistics.median(sample)
    # Of a hundred, the 40th and the 61st bound the median (Conover 1999, table A3, n = 100).
    assert (row["lower"], row["upper"]) == (sample[39], sample[60])
    assert row["unit"] == "DKK" and row["shown"] == "value"
    everybody = [
        income
        for area in ("ringparken", "sydbyen", "motalavej", "praestevangen")
        for income in incomes(area, 2019)
    ]
    assert found["rows"]["indkomst.plan.2019"]["value"] == statistics.median(everybody)


def test_its_change_is_judged_in_per_cent(found):
    rows = found["rows"]
    assert rows["indkomst.ringparken.2019"]["change"] == pytest.approx(0.21, abs=1e-4)
    assert rows["indkomst.ringparken.2019"]["change_lower"] > 0
    assert rows["indkomst.ringparken.2019"]["verdict"] == "improved"
    assert rows["indkomst.sydbyen.2019"]["verdict"] == "worsened"
    assert rows["indkomst.motalavej.2019"]["verdict"] == "cannot_tell"


def test_it_is_compared_with_similar_areas_and_published(found):
    row = found["rows"]["indkomst.ringparken.2019"]
    assert row["comparator_change"] == pytest.approx(0.0)
    assert row["effect"] == pytest.approx(0.21, abs=1e-4)
    assert found["published"] >= 8


@pytest.mark.parametrize(("language", "unit", "rise"), [("da", "kr.", "stigning"), ("en", "DKK", "rise")])
def test_words_and_tables_speak_of_it_in_both_languages(found, language, unit, rise):
    prose, calculation, secondary, alt = (text.replace("\u00a0", " ") for text in found["said"][language])
    title = {"da": "Husstandenes indkomst", "en": "Household income"}[language]
    assert title in prose and unit in prose and rise in prose
    assert title in secondary and unit in calculation and title in alt
