"""A workbook on real public figures alone: `evalkit new`, the params beside this file, the official tables, `evalkit run`.

python examples/real/make.py [folder for the workbook] [options of `evalkit run`]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLACE = "Slagelse"
ALIKE = (50_000, 100_000)  # inhabitants in the first quarter of the baseline year
QUARTERS = ("2013Q4", "2021Q3")
ABOUT = """\
name: "Anmeldte lovovertrædelser og indbyggere"
synthetic: false
version: "2022Q4"
date: 2026-11-29
supplied_by: "Danmarks Statistik"
period: {start: 2013-10-01, end: 2021-09-30}
description:
  da: "StatBank STRAF11 (alle lovovertrædelser) og FOLK1A, hele kommuner, kvartal for kvartal. CC BY 4.0."
  en: "StatBank STRAF11 (all offences) and FOLK1A, whole municipalities, quarter by quarter. CC BY 4.0."
"""


def main() -> None:
    """Make the workbook and its pages."""
    given = sys.argv[1:]
    root = Path(
        given.pop(0) if given and not given[0].startswith("-") else ROOT / "output" / "real"
    ).resolve()
    evalkit(
        ROOT,
        "new",
        str(root),
        "--areas",
        PLACE,
        "--years",
        "2018-2021",
        "--month",
        "10",
        "--goals",
        "haervaerk",
    )
    for path in (HERE / "params").glob("*.yml"):
        shutil.copyfile(path, root / "params" / path.name)
    evalkit(root, "notebooks", "--force")
    write_tables(
        root / "data" / "local", pd.read_csv(root / "data/published/statbank_offences_population.csv")
    )
    evalkit(root, "run", *given)
    print(f"Open {root / 'output' / 'index.html'}")


def write_tables(folder: Path, official: pd.DataFrame) -> None:
    """The official table as the workbook's own: a municipality is an area, a quarter's reports stand on its first day."""
    official = official[official["quarter"].between(*QUARTERS) & official["population"].notna()]
    size = official[official["quarter"] == "2016Q4"].set_index("area")["population"]
    alike = sorted(size.index[size.between(*ALIKE) & (size.index != PLACE)])
    letters = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "-": "_", " ": "_"})
    ids = {name: name.lower().translate(letters) for name in (PLACE, *alike)}
    rows = official[official["area"].isin(list(ids))]
    day = pd.PeriodIndex(rows["quarter"], freq="Q").start_time.strftime("%Y-%m-%d")
    area = rows["area"].map(ids)
    tables = {
        "incidents": {"area": area, "date": day, "kind": "all_offences", "count": rows["offences_reported"]},
        "population": {"area": area, "quarter": rows["quarter"], "residents": rows["population"]},
        "comparators": {
            "id": [ids[one] for one in alike],
            "name": alike,
            "kind": "matched",
            "own_plan": "no",
        },
    }
    for name, columns in tables.items():
        made = pd.DataFrame(columns).convert_dtypes()
        made.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "dataset.yml").write_text(ABOUT, encoding="utf-8", newline="\n")


def evalkit(folder: Path, *arguments: str) -> None:
    """Run a command of the library; what it says is shown, and a failure ends this too."""
    subprocess.run([sys.executable, "-m", "evalbook", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    main()
