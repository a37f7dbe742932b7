"""The lowest version of every declared range gives the published results; `make versions` tries the newest and each Python, too."""

from __future__ import annotations

import versions


def test_the_lowest_of_every_declared_range_gives_the_same_tables_cell_by_cell(tmp_path):
    assert versions.differences("lowest-direct", versions.PYTHONS[0], tmp_path) == []
