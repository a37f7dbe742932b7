"""The finished example: every word it needs, and a round that ends in an approved page which says what it is."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest
import yaml

from evalbook.approval import checklist
from evalkit.plan import read
from spelling import unknown

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples" / "finished"
WORDS = sorted(FOLDER.glob("*/*.yml"))


@pytest.mark.parametrize("file", WORDS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_words_are_on_every_goal_and_type_no_figure(file):
    words = yaml.safe_load(file.read_text("utf-8"))
    assert set(words) == {"overall", *read(ROOT).goals}
    years = {"2017", "2018", "2019", "2020", "2021"}
    assert set(re.findall(r"\d[\d.,]*\d|\d", " ".join(words.values()))) <= years
    assert not unknown(re.findall(r"[^\W\d_]+", " ".join(words.values())), "da")


def test_every_kind_of_item_on_a_checklist_has_an_answer():
    kinds = {item.partition(".")[0] for item in checklist.possible(read(ROOT))}
    assert set(yaml.safe_load((FOLDER / "answers.yml").read_text("utf-8"))) == kinds


def test_the_round_ends_in_an_approved_page_that_calls_itself_an_example(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("finished", FOLDER / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.setattr(make, "REPORTS", (("ringparken", "2019"),))
    monkeypatch.setattr(sys, "argv", ["make.py", str(tmp_path / "out")])
    make.main()
    page = (tmp_path / "out/ringparken/2019.html").read_text("utf-8")
    assert re.search(r'class="mark made">.{0,400}Eksempel</span> <b>Planens evaluator', page, re.S)
    assert "Ordene handler om opdigtede tal." in page
    assert 'class="chip approved">Godkendt' in page
    assert "Tjekliste: 0 åbne punkter" in page
    english = (tmp_path / "out/en/ringparken/2019.html").read_text("utf-8")
    assert "The words are about made-up figures." in english
