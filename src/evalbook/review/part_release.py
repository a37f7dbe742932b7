"""A release of some reports: their pages and notebooks, and of the tables the rows that these reports show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pandas as pd

from evalbook.approval.reviewed import Reviewed
from evalbook.run.files import LEDGER, Ledger, write_whole
from evalbook.site.links import only_to
from evalkit.errors import EvalkitError
from evalkit.results import RESULTS, TELL_COUNTS


def cut(made: Path, reports: Iterable[Reviewed], keys: Collection[str]) -> dict[str, Path]:
    """Cut a folder that a run has made down to these reports, in place; gives what is left, by path below it.

    Links to what is not there become text. Rows that none of the reports shows are in no table: nobody has approved them.

    Parameters
    ----------
    reports : the same reports, whichever language
    keys : of their records in the ledger, in both languages
    """
    ledger = Ledger.read(made)
    ledger.records = {key: one for key, one in ledger.records.items() if key in keys}
    files = {name for one in ledger.records.values() for name in one.files}
    tables = {f"{name}.csv" for name in TELL_COUNTS if (made / f"{name}.csv").is_file()}
    if f"{RESULTS}.csv" not in tables or not files:
        raise EvalkitError(f"{made.name}: holds no report that could be released.")
    shown = {row for report in reports for row in report.rows["row"]}
    for name in tables:
        table = pd.read_csv(made / name, dtype=str, keep_default_na=False)
        kept = table[table["row"].isin(shown)]
        write_whole(made / name, kept.to_csv(index=False, lineterminator="\n"))
    for name in files:
        if name.endswith(".html"):
            write_whole(made / name, _alone((made / name).read_text("utf-8"), name, files | tables))
    ledger.site, ledger.keys = {}, sorted(keys)
    ledger.save(made)
    return {name: made / name for name in [*sorted(files | tables), LEDGER]}


def _alone(html: str, page: str, there: Collection[str]) -> str:
    folder = PurePosixPath(page).parent.as_posix()
    return only_to(html, lambda target: normpath(f"{folder}/{target}") in there)
