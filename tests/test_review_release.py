"""Releases are whole, numbered and never overwritten; a comparison says what changed and why, and tells nothing hidden."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml
from filelock import FileLock

import review_round
from evalbook.approval import reviewed
from evalbook.approval.reviewed import RefusedError, Reviewed
from evalbook.review import correction
from evalbook.review import release as releases
from evalbook.review.compare import Change, compare
from evalbook.review.comparison_page import lines, page
from evalbook.review.release import SUMS, put, release
from evalbook.run.files import Ledger, Record, digest_file
from evalbook.run.tasks import Options
from evalbook.site import page_text
from evalkit.errors import MissingFile, ProblemsFound
from evalkit.results import ROW_COLUMNS
from evalkit.text.html import plain
from needed import program

DAY = dt.date(2026, 11, 23)


def test_a_plan_of_drafts_is_not_released_and_every_report_is_named(workbook):
    with pytest.raises(RefusedError) as refused:
        release(workbook, workbook / "data/demo", lambda *_: pytest.fail("must not run"), DAY, print)
    said = str(refused.value)
    for key in ("ringparken/2018", "praestevangen/2021", "plan/2019", "plan/final"):
        assert f"{key}: no assessment is written" in said
    assert (
        "nothing written: 21 left" in said
    )  # four areas and four years, four years of the plan, the final evaluation
    assert not (workbook / "releases").exists()


class TestFolder:
    @pytest.fixture
    def files(self, tmp_path):
        (tmp_path / "a.html").write_bytes(b"<p>A</p>\n")
        return {"index.html": tmp_path / "a.html", "en/index.html": tmp_path / "a.html"}

    def test_numbered_by_day_and_an_earlier_one_stays_as_it_is(self, tmp_path, files):
        first = put(tmp_path / "releases", files, DAY, {})
        (first / "index.html").write_text("mine")
        second = put(tmp_path / "releases", files, DAY, {})
        assert [first.name, second.name] == ["2026-11-23-01", "2026-11-23-02"]
        assert (first / "index.html").read_text() == "mine"
        assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == [first.name, second.name]

    def test_checksums_are_those_of_the_files(self, tmp_path, files):
        made = put(tmp_path / "releases", files, DAY, {})
        digest = hashlib.sha256(b"<p>A</p>\n").hexdigest()
        assert (made / SUMS).read_bytes() == f"{digest}  en/index.html\n{digest}  index.html\n".encode()

    @pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum")
    def test_sha256sum_accepts_a_release_and_rejects_a_changed_one(self, tmp_path, files):
        made = put(tmp_path / "releases", files, DAY, {})
        command = ["sha256sum", "-c", SUMS]
        assert subprocess.run(command, cwd=made, check=False, capture_output=True).returncode == 0
        (made / "index.html").write_text("other")
        assert subprocess.run(command, cwd=made, check=False, capture_output=True).returncode == 1

    def test_a_file_that_is_missing_leaves_no_folder(self, tmp_path, files):
        with pytest.raises(FileNotFoundError):
            put(tmp_path / "releases", {**files, "x": tmp_path / "none"}, DAY, {})
        assert list((tmp_path / "releases").iterdir()) == []


def edition(folder, rows, inputs=None, pages=None):
    folder.mkdir()
    pd.DataFrame(rows).reindex(columns=list(ROW_COLUMNS)).to_csv(folder / "results.csv", index=False)
    (folder / "run.json").write_text(json.dumps({"inputs": inputs or {}}))
    for name, html in (pages or {}).items():
        (folder / name).write_text(html, encoding="utf-8")
    return folder


ROW = {
    "row": "x.a.2019",
    "shown": "value",
    "numerator": 40,
    "denominator": 100,
    "value": 0.4,
    "verdict": "cannot_tell",
    "verdict_rule": "wide",
    "baseline_value": 0.3,
}


def compared(tmp_path, new, inputs=({}, {}), pages=({}, {})):
    old = edition(tmp_path / "old", [ROW], inputs[0], pages[0])
    return compare(old, edition(tmp_path / "new", new, inputs[1], pages[1]))


def test_the_same_edition_has_no_differences(tmp_path):
    assert compared(tmp_path, [ROW]) == []
    assert lines([]) == "Nothing has changed."


@pytest.mark.parametrize(
    ("changed", "inputs", "why"),
    [
        ({"numerator": 50}, ({"data/d/x.csv": "1"}, {"data/d/x.csv": "2"}), "revised data (numerator)"),
        (
            {"baseline_value": 0.2},
            ({"data/d/x.csv": "1"}, {"data/d/x.csv": "2"}),
            "revised data in the baseline year",
        ),
        ({}, ({"params/indicators.yml": "1"}, {"params/indicators.yml": "2"}), "new rule (params)"),
        ({}, ({"library": "1"}, {"library": "2"}), "new code"),
        (
            {},
            ({"scipy": "1.17.0", "numpy": "2"}, {"scipy": "1.17.1", "numpy": "2"}),
            "another version of scipy (1.17.0 → 1.17.1)",
        ),
        (
            {},
            ({"library": "1", "pandas": "3.1"}, {"library": "2", "pandas": "3.2"}),
            "new code or another version of pandas (3.1 → 3.2)",
        ),
        ({}, ({"params/a/2019.yml": "1"}, {"params/a/2019.yml": "2"}), "unknown: no input differs"),
        ({}, ({"params/signoffs.yml": "1"}, {"params/signoffs.yml": "2"}), "unknown: no input differs"),
        ({}, ({}, {"params/releases.yml": "1"}), "unknown: no input differs"),
    ],
)
def test_a_verdict_that_changed_says_why_and_by_which_rule(tmp_path, changed, inputs, why):
    new = {**ROW, **changed, "verdict": "improved", "verdict_rule": "clear"}
    (verdict,) = [one for one in compared(tmp_path, [new], inputs) if one.kind == "verdict"]
    assert (verdict.old, verdict.new, verdict.why) == ("cannot_tell", "improved", f"{why}: wide → clear")


def test_a_row_hidden_since_is_listed_without_what_it_was(tmp_path):
    new = {"row": "x.a.2019", "shown": "suppressed", "verdict": "suppressed"}
    changes = compared(tmp_path, [new])
    assert {one.kind for one in changes} == {"hidden", "verdict"}
    assert "0.4" not in lines(changes)


def test_a_change_lost_with_a_hidden_baseline_is_not_told(tmp_path):
    """The level is still shown: with the old change it would give the baseline back."""
    old = edition(tmp_path / "old", [{**ROW, "change": 0.1234}])
    new = edition(tmp_path / "new", [{**ROW, "baseline_value": "", "verdict": "suppressed"}])
    changes = compare(old, new)
    assert {one.kind for one in changes} == {"verdict"}
    assert "0.1234" not in lines(changes)


def test_long_texts_are_cut_to_where_they_differ_and_pages_that_came_are_said(tmp_path):
    same = "Der kom anmeldelser af hærværk i området, og det blev drøftet på beboermødet, hvor mange var til stede. "
    pages = (
        {"a.html": f"<p>{same}Det gik godt.</p>"},
        {"a.html": f"<p>{same}Det gik skidt.</p>", "b.html": ""},
    )
    told = lines(compared(tmp_path, [ROW], pages=pages))
    (line,) = [one for one in told.splitlines() if one.startswith("  a.html")]
    old, new = line.split(": ", 1)[1].split(" → ")
    assert old.startswith("…") and old.endswith("Det gik godt.") and new.endswith("Det gik skidt.")
    assert max(len(old), len(new)) <= 80
    assert "  b.html: – → the page is there" in told


def test_rows_and_sentences_that_came_and_went(tmp_path):
    pages = ({"a.html": "<p>Det gik godt.</p><p>Slut.</p>"}, {"a.html": "<p>Det gik skidt.</p><p>Slut.</p>"})
    changes = compared(tmp_path, [{**ROW, "row": "x.a.2020"}], pages=pages)
    assert [(one.place, one.old, one.new) for one in changes if one.kind == "row"] == [
        ("x.a.2020", "", "value"),
        ("x.a.2019", "value", ""),
    ]
    assert [(one.old, one.new) for one in changes if one.kind == "text"] == [
        ("Det gik godt.", "Det gik skidt.")
    ]


def test_the_page_escapes_what_it_quotes_and_has_no_script(tmp_path, plan):
    changes = compared(tmp_path, [ROW], pages=({"a.html": "<p>A</p>"}, {"a.html": "<p>&lt;script&gt;x</p>"}))
    html = page(changes, plan, tmp_path / "old", tmp_path / "new", synthetic=True, language="da")
    assert "&lt;script&gt;x" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "da",
            [
                "Hvad er ændret?",
                "Fra old til new: 3 forskelle.",
                "Tryghed, Ringparken/Schackenborgvænge, 2019",
                "niveau 0,4",
                "0,4",
                "0,5",
                "»Kan ikke afgøres«",
                "»Bedret«",
                "ændrede data (numerator): wide → clear",
                "Er nu",
            ],
        ),
        (
            "en",
            [
                "What changed?",
                "From old to new: 3 differences.",
                "0.4",
                "0.5",
                "“Too uncertain to say”",
                "“Improved”",
                "revised data (numerator): wide → clear",
                "Is now",
            ],
        ),
    ],
)
def test_the_page_is_danish_first_and_tells_the_same_in_english(tmp_path, plan, language, said):
    row = {**ROW, "row": "tryghed.ringparken.2019", "lower": 0.3}
    old = edition(tmp_path / "old", [row], {"data/d/x.csv": "1"})
    changed = {
        **row,
        "numerator": 50,
        "value": 0.5,
        "lower": 0.35,
        "verdict": "improved",
        "verdict_rule": "clear",
    }
    new = edition(tmp_path / "new", [changed], {"data/d/x.csv": "2"})
    html = page(compare(old, new), plan, old, new, synthetic=True, language=language)
    assert f'<html lang="{language}"' in html
    text = plain(html)
    assert [words for words in said if words not in text] == []


def test_the_figures_of_a_row_are_told_together_and_what_has_not_changed_in_one_list(tmp_path, plan):
    rows = [
        {**ROW, "row": f"tryghed.ringparken.{year}", "lower": 0.3, "upper": 0.5} for year in range(2014, 2022)
    ]
    old = edition(tmp_path / "old", rows)
    new = edition(tmp_path / "new", [{**row, "value": 0.5, "lower": 0.4, "upper": 0.6} for row in rows])
    html = page(compare(old, new), plan, old, new, synthetic=True, language="da")
    figures = html[html.rindex("Ændrede tal (8)") : html.rindex("Ingen forskel")]
    assert figures.count("<code>") == figures.count("niveau 0,5") == 8
    assert "nedre ende" not in html and "står kun tallet her" in html
    assert html.rindex("Ændrede domme") > html.rindex("Ingen forskel")


@pytest.mark.parametrize("name", ["preview/a.html", "failed/a.html", "en/failed/a.html", "compare.html"])
def test_what_lies_in_an_output_folder_but_is_not_published_is_not_compared(tmp_path, name):
    old, new = edition(tmp_path / "old", [ROW]), edition(tmp_path / "new", [ROW])
    (new / name).parent.mkdir(parents=True, exist_ok=True)
    (new / name).write_text("<p>A</p>", encoding="utf-8")
    assert compare(old, new) == []


def test_a_folder_that_is_no_edition_is_named(tmp_path):
    with pytest.raises(MissingFile, match=r"results\.csv"):
        compare(tmp_path, tmp_path)


def test_a_text_where_a_number_belongs_is_named_by_file_row_and_column(tmp_path):
    old = edition(tmp_path / "old", [ROW | {"value": "a\x1b]0;mine\x07"}])
    new = edition(tmp_path / "new", [ROW])
    with pytest.raises(ProblemsFound) as found:
        compare(old, new)
    assert "results.csv, row x.a.2019, column value: 'a\\x1b]0;mine\\x07' is not a number." in str(
        found.value
    )


class TestSomeReports:
    """`evalkit run --release --area ringparken --year 2019`: what is approved is released, and the rest is named."""

    @pytest.fixture
    def approved(self, workbook, monkeypatch):
        """A workbook in which Ringparken 2019 alone is approved, with its pages in both languages."""
        monkeypatch.setattr(reviewed, "evaluate", lambda plan, data: review_round.evaluated(plan, data))
        read = {language: page_text.digest(made(workbook / "read"), key) for language, key in KEYS.items()}
        monkeypatch.setattr(releases, "pages_read", lambda root, data, key: read)
        review_round.words(workbook)
        review_round.assessed(workbook)
        review_round.signed(workbook)
        return workbook

    def released(self, workbook, make=lambda to: made(to) and 0, **asked):
        options = Options(**asked)
        return release(workbook, workbook / review_round.DATA, make, DAY, print, options.wants)

    def test_what_is_approved_is_released_and_what_is_not_is_named(self, approved):
        place, left = self.released(approved, areas=("ringparken",))
        assert [line.partition(":")[0] for line in left] == [
            "ringparken/2018",
            "ringparken/2020",
            "ringparken/2021",
        ]
        names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
        tables = {"results.csv", "calculations.csv", "run.json", SUMS}
        assert names == {f"{key}.{end}" for key in KEYS.values() for end in ("html", "ipynb")} | tables

    def test_the_tables_hold_the_rows_that_the_reports_show_and_no_others(self, approved):
        place, _ = self.released(approved, areas=("ringparken",), years=("2019",))
        for name in ("results.csv", "calculations.csv"):
            rows = set(pd.read_csv(place / name)["row"])
            assert "tryghed.ringparken.2019" in rows and "tryghed.plan.2019" in rows
            assert not rows & {"tryghed.ringparken.2021", "tryghed.motalavej.2021"}

    def test_links_to_what_is_not_released_are_text(self, approved):
        place, _ = self.released(approved, areas=("ringparken",), years=("2019",))
        page = (place / "ringparken/2019.html").read_text("utf-8")
        assert "Metode" in page and 'href="../metode.html"' not in page
        assert 'href="../en/ringparken/2019.html"' in page and 'href="../results.csv"' in page
        known = Ledger.read(place).records["ringparken/2019"].files["ringparken/2019.html"]
        assert known == digest_file(place / "ringparken/2019.html")

    def test_a_release_as_pdf_has_each_approved_page_once_more_with_its_checksum(self, approved):
        pytest.importorskip("pikepdf")
        program("chromium", "chromium")
        options = Options(areas=("ringparken",))
        place, left = release(
            approved,
            approved / review_round.DATA,
            lambda to: made(to, names=("2018", "2019")) and 0,
            DAY,
            print,
            options.wants,
            pdf=True,
        )
        assert left[0].startswith("ringparken/2018: no assessment is written")
        names = {path.relative_to(place).as_posix() for path in place.rglob("*.pdf")}
        assert names == {f"{key}.pdf" for key in KEYS.values()}
        listed = dict(line.split("  ")[::-1] for line in (place / SUMS).read_text().splitlines())
        assert all(listed[name] == digest_file(place / name) for name in names)

    def test_a_release_waits_for_one_that_is_at_work_and_says_so(self, approved):
        said, other = [], FileLock(approved / "releases/.evalkit/lock")
        (approved / "releases/.evalkit").mkdir(parents=True)
        other.acquire()

        def say(line):
            said.append(line)
            other.release()

        data, options = approved / review_round.DATA, Options(areas=("ringparken",))
        place, _ = release(approved, data, lambda to: made(to) and 0, DAY, say, options.wants)
        assert said == ["releases/: another run is at work here; waiting until it has ended."]
        assert (place / SUMS).is_file() and place.name == "2026-11-23-01"

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    def test_a_release_that_finds_no_room_to_be_recorded_is_not_left_and_can_be_made_again(self, approved):
        (approved / "params/.releases.yml.new").symlink_to("/dev/full")
        with pytest.raises(OSError, match="No space left") as caught:
            self.released(approved, areas=("ringparken",))
        assert caught.value.filename == str(approved / "params/releases.yml")
        assert not [path for path in (approved / "releases").iterdir() if path.name[0] != "."]
        place, _ = self.released(approved, areas=("ringparken",))
        assert place.name == "2026-11-23-01" and releases.changed(approved) == []

    def test_a_page_that_says_something_else_than_was_approved_is_not_released(self, approved):
        def other(to):
            made(to, "Noget andet.")
            return 0

        with pytest.raises(RefusedError, match="its page \\(da\\) says something else"):
            self.released(approved, other, areas=("ringparken",), years=("2019",))
        assert not [path for path in (approved / "releases").iterdir() if path.name[0] != "."]

    def test_nothing_is_released_where_none_of_them_is_approved(self, approved):
        with pytest.raises(RefusedError, match="motalavej/2018: no assessment is written"):
            self.released(approved, lambda to: pytest.fail("must not run"), areas=("motalavej",))

    def test_one_language_alone_is_no_release(self, approved):
        with pytest.raises(RefusedError, match="in both languages"):
            releases.command(approved, approved / review_round.DATA, Options(language="da"), None)


class TestCorrection:
    """A figure that an earlier release showed otherwise is said on the first screen of the new one: old, new, why."""

    SLOTS = "<main><p><!--slot:status--><!--/slot--></p><!--slot:outdated--><!--/slot--></main>"

    OVERVIEW = "<main><h1>O</h1><!--slot:corrected--><!--/slot--></main>"

    def corrected(self, tmp_path, plan, evaluation, before="", **was):
        """What the page of Ringparken 2019 says after a release in which its safety was otherwise, and its page was `before`."""
        report = Reviewed(plan, evaluation, "ringparken", "2019")
        rows = report.rows[report.rows["area"] == "ringparken"].drop_duplicates("row")
        mine = rows["row"] == "tryghed.ringparken.2019"
        (tmp_path / "releases").mkdir()
        folders = tmp_path / "releases/2026-11-23-01", tmp_path / "made"
        for folder, changed, digest in zip(folders, (was, {}), "12", strict=True):
            edition(folder, rows.assign(**{name: rows[name].mask(mine, to) for name, to in changed.items()}))
            (folder / "run.json").write_text(json.dumps({"inputs": {"data/d/answers.csv": digest}}))
            for key in KEYS.values():
                (folder / key).parent.mkdir(parents=True)
                (folder / f"{key}.html").write_text(self.SLOTS)
                (folder / key).parent.with_name("index.html").write_text(self.OVERVIEW)
        if before:
            (folders[0] / "ringparken/2019.html").write_text(before, "utf-8")
        reports, earlier = {"ringparken/2019": report}, {"2026-11-23-01": DAY}
        told = list(correction.put(tmp_path, folders[1], reports, earlier))
        pages = {name: plain((folders[1] / f"{key}.html").read_text("utf-8")) for name, key in KEYS.items()}
        return told, pages, (folders[1] / "ringparken/2019.html").read_text("utf-8")

    def test_it_is_said_with_old_and_new_value_and_why(self, tmp_path, plan, evaluation):
        told, pages, html = self.corrected(tmp_path, plan, evaluation, value=0.65, numerator=217)
        assert told == ["ringparken/2019: 1 corrected since releases/2026-11-23-01; its page says which."]
        assert "1 tal er rettet siden udgivelsen den 23. november 2026." in pages["da"]
        assert "Tryghed, 2019, niveau: var 65,0, er 71,2. Hvorfor: ændrede data." in pages["da"]
        assert "Safety, 2019, level: was 65.0, is 71.2. Why: revised data." in pages["en"]
        assert html.index("1 tal er rettet") < html.index(
            "slot:outdated"
        )  # beside the status, on the first screen

    def test_the_overview_names_the_corrected_report_and_leads_to_it(self, tmp_path, plan, evaluation):
        self.corrected(tmp_path, plan, evaluation, value=0.65)
        for folder, said, title in (
            ("made", "Rettet i denne udgivelse: ", "Ringparken/Schackenborgvænge, planår 2019"),
            ("made/en", "Corrected in this release: ", "Ringparken/Schackenborgvænge, plan year 2019"),
        ):
            html = (tmp_path / folder / "index.html").read_text("utf-8")
            assert f'{said}<a href="ringparken/2019.html">{title}</a>.' in html
            assert (tmp_path / folder / "ringparken/2019.html").is_file()

    def test_a_release_that_says_the_same_corrects_nothing(self, tmp_path, plan, evaluation):
        told, pages, _ = self.corrected(tmp_path, plan, evaluation)
        assert told == [] and pages["da"].strip() == ""
        assert (tmp_path / "made/index.html").read_text() == self.OVERVIEW

    @pytest.fixture
    def explained(self, plan, workbook):
        """The plan of a workbook in which somebody writes why figures of Ringparken 2019 are corrected."""

        def write(**why):
            path = workbook / "params/ringparken/2019.yml"
            written = yaml.safe_load(path.read_text("utf-8"))
            written["assessment"] = {"corrections": why}
            path.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "utf-8")
            return plan.model_copy(update={"root": workbook})

        return write

    @pytest.mark.parametrize(
        ("why", "said"),
        [
            ({"tryghed": "Ti svar var talt med to gange."}, "Ti svar var talt med to gange."),
            ({"tryghed": "Ti svar var med to gange", "overall": "Andet."}, "Ti svar var med to gange."),
            ({"overall": "Befolkningstallet er rettet."}, "Befolkningstallet er rettet."),
            ({"haervaerk": "Politiet har talt om."}, "ændrede data."),  # of another figure
            ({"tryghed": "Under <b>5</b> svar."}, "Under &lt;b&gt;5&lt;/b&gt; svar."),
        ],
    )
    def test_why_is_what_the_analyst_has_written_of_that_figure_else_what_was_found(
        self, tmp_path, explained, evaluation, why, said
    ):
        _, _, html = self.corrected(tmp_path, explained(**why), evaluation, value=0.65, numerator=217)
        assert f"Hvorfor: {said}</span></li>" in html and html.count("Hvorfor") == 1

    def test_words_that_an_earlier_release_has_said_are_not_said_of_the_next_correction(
        self, tmp_path, explained, evaluation
    ):
        plan = explained(tryghed="Ti svar var talt med to gange.", haervaerk="Politiet har talt om.")
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
        told, _, before = self.corrected(tmp_path / "first", plan, evaluation, value=0.65)
        assert [line for line in told if line.startswith("params/")] == [
            "params/ringparken/2019.yml, assessment.corrections: haervaerk not said of any figure: none is other than in "
            "releases/2026-11-23-01, or an earlier release has said it."
        ]
        told, pages, _ = self.corrected(
            tmp_path / "second", plan, evaluation, before, value=0.66, numerator=220
        )
        assert "corrections: tryghed, haervaerk not said" in told[0]
        assert "er 71,2. Hvorfor: ændrede data." in pages["da"]

    def test_what_was_shown_and_is_hidden_now_is_named_without_its_figure(self, tmp_path, plan, evaluation):
        hidden = evaluation.rows["row"].eq("tryghed.ringparken.2019")
        rows = evaluation.rows.assign(shown=evaluation.rows["shown"].mask(hidden, "suppressed"))
        changed = dataclasses.replace(evaluation, rows=rows)
        _, pages, _ = self.corrected(tmp_path, plan, changed, shown="value", value=0.65)
        assert "Tryghed, 2019: tallet er skjult nu." in pages["da"] and "65,0" not in pages["da"]


def test_nothing_is_released_before_the_day_of_the_embargo_and_it_is_that_day(workbook):
    path = workbook / "params/plan.yml"
    path.write_text(path.read_text("utf-8") + "\nembargo: 2026-11-24\n", "utf-8")

    def tried(day: dt.date) -> str:
        with pytest.raises(RefusedError) as refused:
            release(workbook, workbook / "data/demo", lambda *_: pytest.fail("must not run"), day, print)
        return str(refused.value)

    held = "holds everything back until 2026-11-24 (embargo), and by this machine's clock it is 2026-11-23"
    assert held in tried(DAY)
    assert "no assessment is written" in tried(dt.date(2026, 11, 24))
    assert not (workbook / "releases").exists()


KEYS = {"da": "ringparken/2019", "en": "en/ringparken/2019"}


def made(out, said="Det gik godt.", names=("2019",)):
    """What a run leaves of one report in both languages, and of the data."""
    records = {}
    for key in [key.replace("2019", name) for name in names for key in KEYS.values()]:
        (out / key).parent.mkdir(parents=True, exist_ok=True)
        links = '<a href="../metode.html">Metode</a> <a href="../results.csv">tal</a> <a href="../en/ringparken/2019.html">en</a>'
        page = f'<html lang="da"><title>R</title><main><h1>R</h1><p>{said}</p>{links}</main></html>'
        (out / f"{key}.html").write_text(page, "utf-8")
        (out / f"{key}.ipynb").write_text("{}", "utf-8")
        files = {f"{key}.{end}": digest_file(out / f"{key}.{end}") for end in ("html", "ipynb")}
        records[key] = Record(key, "made", files=files)
    rows = [
        "tryghed.ringparken.2019",
        "tryghed.ringparken.2021",
        "tryghed.motalavej.2019",
        "tryghed.plan.2019",
    ]
    for name in ("results.csv", "calculations.csv"):
        pd.DataFrame({"row": rows}).to_csv(out / name, index=False)
    site = {name: digest_file(out / name) for name in ("results.csv", "calculations.csv")}
    Ledger(records=records, site=site).save(out)
    return out


def test_many_differences_of_a_kind_are_folded_after_the_first_by_area(plan):
    places = [f"tryghed.{area}.2019" for area in ("comparison_01", *reversed(plan.areas), "plan")]
    many = [Change("row", place, "", "value", "") for place in places * 4]
    said = lines(many).splitlines()
    assert (
        said[0] == "Rows that came or went: 24"
        and len(said) == 14
        and said[-1] == "  … and 12 more, on the page"
    )
    html = page(many, plan, Path("old"), Path("new"), True, "da")
    shown, _, folded = html.rpartition("<details>")
    assert shown.index("tryghed.plan.2019") < shown.index("tryghed.ringparken.2019")
    assert "tryghed.comparison_01.2019" not in shown and folded.count("tryghed.comparison_01.2019") == 4
    assert lines(many[:12]).count("→") == 12 and "more" not in lines(many[:12])
