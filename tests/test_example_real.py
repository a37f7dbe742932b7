"""The example on real public figures alone: it is made, it runs, and nothing in it is called what it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from shipped import ROOT


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook with the report of the last year, in Danish."""
    made = tmp_path_factory.mktemp("real") / "workbook"
    options = ["--area", "slagelse", "--year", "2021", "--language", "da"]
    subprocess.run([sys.executable, ROOT / "examples" / "real" / "make.py", made, *options], check=True)
    return made


def test_the_tables_hold_what_the_official_table_holds_and_nothing_else(workbook: Path) -> None:
    incidents, population = (
        pd.read_csv(workbook / f"data/local/{name}.csv") for name in ("incidents", "population")
    )
    year = incidents["date"].between("2020-10-01", "2021-09-30") & incidents["area"].eq("slagelse")
    assert incidents["count"][year].sum() == 4231  # printed by Statistics Denmark
    assert list(population.columns) == ["area", "quarter", "residents"]
    assert set(incidents["kind"]) == {"all_offences"}


def test_the_page_carries_the_mark_of_real_figures_and_the_plans_own_words(workbook: Path) -> None:
    page = (workbook / "output" / "slagelse" / "2021.html").read_text(encoding="utf-8")
    assert "Virkeligt tal" in page
    words = " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())
    assert "I kommuner med 50.000-100.000 indbyggere faldt niveauet 26 pct." in words
    for wrong in ("pdigt", "boligområde", "ærværk", "Landsbyggefonden", "helhedsplan"):
        assert wrong not in words
