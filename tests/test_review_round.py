"""The round from words to approval: stale words are caught, a sign-off holds for one version only, nothing is lost."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import unicodedata

import pytest
import yaml

import review_round as the
from evalbook.approval import reviewed as reports
from evalbook.approval import signoffs
from evalbook.approval.review_notes import notes
from evalbook.approval.reviewed import RefusedError, one
from evalbook.review import signing
from evalbook.review.check_command import check, of_report
from evalbook.review.edit_yaml import ConcurrentEditError
from evalkit import plan as plans
from evalkit.errors import EvalkitError, MissingFile, ProblemsFound, UnknownName
from evalkit.evaluate.evaluation import evaluate
from evalkit.terms import Status
from test_plan import spoil


def reviewed(workbook, area="ringparken", name="2019"):
    return one(workbook, workbook / the.DATA, area, name)


def noted(report, name):
    """What the report's page says in one of its slots, as text."""
    return repr(notes(report.report(), report.state())[name])


@pytest.fixture(autouse=True)
def evaluated_once(monkeypatch):
    """The same data give the same rows, so evaluate them once."""
    monkeypatch.setattr(reports, "evaluate", lambda plan, data: the.evaluated(plan, data))


@pytest.fixture
def approved(workbook):
    the.words(workbook)
    the.assessed(workbook)
    the.signed(workbook)
    return workbook


def test_signed_and_fresh_is_approved_and_nothing_is_wrong(approved):
    report = reviewed(approved)
    assert report.state().status == Status.APPROVED
    assert of_report(report) == []
    assert "Rie" in noted(report, "review")
    assert noted(report, "outdated") == ""
    assert noted(report, "status") == "Godkendt"


def test_changed_rows_are_said_with_old_and_new_value_and_approval_falls_back(approved):
    the.change_data(approved)
    report = reviewed(approved)
    assert report.state().status == Status.IN_REVIEW
    said = noted(report, "outdated")
    assert "Unge i uddannelse, 2019, niveau: var 57,2, er 63,8." in said  # 87 and 97 of 152
    assert "Godkendt version afviger" in noted(report, "review")
    assert noted(report, "status") == "Til gennemsyn Godkendt version afviger."
    told = "\n".join(map(str, of_report(report)))
    assert "uddannelse.ringparken.2019.value was 0.572368, is 0.638158" in told
    assert "evalkit assess ringparken 2019" in told


def test_the_same_signature_given_twice_stands_once(approved):
    path = approved / "params/signoffs.yml"
    before = path.read_bytes()
    the.signed(approved)
    assert path.read_bytes() == before
    the.signed(approved, person="Bo")
    the.signed(approved)  # somebody else's came between, so hers is the last word only when it stands again
    assert [one["name"] for one in yaml.safe_load(path.read_text("utf-8"))["ringparken/2019"]] == [
        "Rie",
        "Bo",
        "Rie",
    ]


def test_who_signs_is_told_how_many_items_nobody_has_answered(approved):
    path = approved / "params/reviews/ringparken-2019.yml"
    told = the.signed(approved)
    n = int(told.split("Open on its checklist: ")[1].split(",")[0])
    items = told.split(f"{n}, to be answered in params/reviews/ringparken-2019.yml: ")[1].split(". ")[0]
    assert len(items.rstrip(".").split(", ")) == n and "response.tryghed" in items
    path.parent.mkdir(exist_ok=True)
    path.write_text("response.tryghed: {answer: Vejet efter alder.}\n", "utf-8")
    again = the.signed(approved)
    assert f"Open on its checklist: {n - 1}, to be answered in" in again
    assert "response.tryghed" not in again


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("ringparken-2019", "response.tryghed: {answer: Ja.}\n", None),
        ("ringparken-2019", "linear.haervaerk: {answer: Ja.}\n", None),  # may be raised another day
        ("plan-final", "outdated: {answer: Ja.}\n", None),
        (
            "ringparken-2019",
            "hidden: {answer: Ja.}\nrespons.tryghed: {answer: Ja.}\n",
            "line 2, respons.tryghed: no item of a checklist is called 'respons.tryghed'. Did you mean 'response.tryghed'?",
        ),
        (
            "ringparkn-2019",
            "hidden: {answer: Ja.}\n",
            "no report has this name. Name the file as the report. Did you mean 'ringparken-2019'?",
        ),
        ("ringparken-2019", "hidden: {anser: Ja.}\n", "unknown key 'anser'. Did you mean 'answer'?"),
    ],
)
def test_an_answer_that_no_report_shows_is_told(workbook, name, text, told):
    path = workbook / f"params/reviews/{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    problems = [str(one) for one in check(workbook, workbook / the.DATA)]
    assert (
        not problems
        if told is None
        else any(f"params/reviews/{name}.yml" in one and told in one for one in problems)
    )


def test_advice_names_the_data_set_unless_it_is_the_plans_own(approved):
    the.change_data(approved)
    (approved / the.DATA).rename(approved / "data/local")
    told = "\n".join(map(str, check(approved, approved / "data/local")))
    assert "Read them again: evalkit assess ringparken 2019 --data data/local" in told
    path = approved / "params/plan.yml"
    path.write_text(path.read_text("utf-8") + "data: data/local\n", "utf-8")
    told = "\n".join(map(str, check(approved, approved / "data/local")))
    assert "--data" not in told and "Read them again: evalkit assess ringparken 2019" in told


def test_a_year_before_the_change_keeps_its_approval(workbook):
    the.words(workbook, name="2018")
    the.assessed(workbook, name="2018")
    the.signed(workbook, name="2018")
    the.change_data(workbook)
    assert reviewed(workbook, name="2018").state().status == Status.APPROVED


def test_a_figure_hidden_since_is_not_told_by_the_words_about_it():
    from evalbook.approval.fingerprints import differences

    old = {"a.b.2019": {"shown": "value", "value": 0.04, "verdict": "improved"}}
    (told,) = differences(old, {"a.b.2019": {"shown": "suppressed", "verdict": "suppressed"}})
    assert (told.column, told.old, told.new) == ("shown", "value", "suppressed")


def test_status_approved_by_hand_without_a_signature_is_in_review(workbook):
    path = the.words(workbook)
    the.assessed(workbook)
    path.write_text(path.read_text("utf-8").replace("status: draft", "status: approved"), "utf-8")
    assert reviewed(workbook).state().status == Status.IN_REVIEW


def test_words_that_change_after_the_signature_deviate(approved):
    path = approved / "params/ringparken/2019.yml"
    path.write_text(path.read_text("utf-8").replace("Beboerne mødtes.", "Beboerne mødtes ofte."), "utf-8")
    where = reviewed(approved).state()
    assert (where.status, where.deviations) == (Status.IN_REVIEW, ["assessment"])


def test_words_on_a_correction_are_approved_with_the_report_and_stand_on_its_page(approved):
    path = approved / "params/ringparken/2019.yml"
    why = (
        "  corrections:\n    tryghed: Ti svar var talt med to gange.\n    overall: Befolkningen er talt om.\n"
    )
    path.write_text(path.read_text("utf-8").replace("assessment:\n", f"assessment:\n{why}"), "utf-8")
    report = reviewed(approved)
    assert report.state().deviations == ["assessment"]
    said = noted(report, "review")
    assert "Tryghed: Ti svar var talt med to gange.\nBefolkningen er talt om.\n" in said


def test_approvals_from_before_a_file_could_hold_corrections_stand(workbook):
    """Their hash is of these keys alone."""
    plain = {"role": "", "author": "", "date": None, "fingerprint": "", "figures": {}, "texts": {}}
    file = {"area": "ringparken", "year": 2019, "assessment": plain}
    file |= {"activities": [], "events": [], "limitations": []}
    known = hashlib.sha256(json.dumps(file, sort_keys=True).encode()).hexdigest()
    assert reviewed(workbook).version()["assessment"] == known


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            "trygheden: Nyt.",
            "corrections.trygheden: no indicator 'trygheden' in indicators.yml. Did you mean 'tryghed'?",
        ),
        ("tryghed: ''", "corrections.tryghed: the text is empty. Write it, or remove the key."),
        ("tryghed: Ring til 010203-1234.", "personal number"),
    ],
)
def test_words_on_a_correction_that_cannot_be_are_told(workbook, why, told):
    path = workbook / "params/ringparken/2019.yml"
    path.write_text(f"{path.read_text('utf-8')}assessment:\n  corrections:\n    {why}\n", "utf-8")
    said = "\n".join(map(str, check(workbook, workbook / the.DATA)))
    assert "params/ringparken/2019.yml" in said and told in said and "1234" not in said


def test_a_notebook_that_changes_after_the_signature_deviates(approved):
    path = approved / "notebooks/area_year.ipynb"
    path.write_text(path.read_text("utf-8").replace("Det korte svar", "Svaret"), "utf-8")
    assert reviewed(approved).state().deviations == ["notebook"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("params/indicators.yml", "Færre anmeldelser af hærværk", "Flere anmeldelser af hærværk"),
        ("params/indicators.yml", "Anmeldelser af hærværk til politiet", "Noget helt andet"),
        ("params/plan.yml", "name: Ringparken/Schackenborgvænge", "name: Et andet sted"),
        ("data/published/events.csv", "COVID-19", "KRIG"),
    ],
)
def test_words_of_the_page_that_change_after_the_signature_unseat_it(approved, file, old, new):
    path = approved / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert "words" in reviewed(approved).state().deviations
    assert reviewed(approved).state().status == Status.IN_REVIEW
    path.write_text(text, "utf-8")
    assert reviewed(approved).state().status == Status.APPROVED


@pytest.mark.parametrize(
    ("area", "year", "status"),
    [
        ("sydbyen", 2020, Status.APPROVED),  # another area
        ("ringparken", 2020, Status.APPROVED),  # a later year
        ("ringparken", 2019, Status.IN_REVIEW),
    ],
)
def test_an_indicator_that_is_added_unseats_the_approvals_of_the_pages_that_show_it_alone(
    approved, monkeypatch, area, year, status
):
    monkeypatch.setattr(reports, "evaluate", evaluate)
    indicators, education = approved / "params/indicators.yml", approved / the.DATA / "education.csv"
    old = re.search(r"(?ms)^fuldfoert_25:.*?(?=^\w)", indicators.read_text("utf-8"))[0]
    new = old.replace("fuldfoert_25", "fuldfoert_26").replace('"25"', '"26"')
    indicators.write_text(f"{indicators.read_text('utf-8')}\n{new}", "utf-8")
    education.write_text(f"{education.read_text('utf-8')}{area},{year},26,30,20,15,2\n", "utf-8")
    assert reviewed(approved).state().status == status


def test_an_indicator_that_is_added_is_read_with_the_final_evaluation_whose_pages_name_them_all(workbook):
    def words(name: str) -> str:
        return signoffs.words_digest(plans.read(workbook), "plan", name, FACTS, ())

    before = words("final"), words("2019")
    path = workbook / "params/indicators.yml"
    old = re.search(r"(?ms)^fuldfoert_25:.*?(?=^\w)", path.read_text("utf-8"))[0]
    path.write_text(f"{path.read_text('utf-8')}\n{old.replace('fuldfoert_25', 'fuldfoert_26')}", "utf-8")
    assert words("final") != before[0] and words("2019") == before[1]


def test_another_name_of_the_data_set_unseats_an_approval(approved):
    report = reviewed(approved)
    facts = {**report.evaluation.facts, "data": {**report.evaluation.facts["data"], "name": "Politiets tal"}}
    renamed = dataclasses.replace(report, evaluation=dataclasses.replace(report.evaluation, facts=facts))
    assert renamed.state().deviations == ["words"]


def test_an_answer_on_the_checklist_that_changes_after_the_signature_unseats_it(approved):
    path = approved / "params/reviews/ringparken-2019.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("response.tryghed:\n  answer: Nyt svar\n  by: reviewer\n", "utf-8")
    assert reviewed(approved).state().deviations == ["words"]


FACTS = {"data": {"name": "Demo"}, "comparators": [{"id": "one", "name": "Lunden"}]}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("params/plan.yml", "En bestyrelse styrer planen.", "Ingen styrer planen."),
        ("params/questions.yml", "answered: partly", "answered: yes"),
    ],
)
def test_what_the_pages_around_say_of_the_plan_is_approved_with_the_final_evaluation(
    workbook, file, old, new
):
    def words(area: str, name: str) -> str:
        return signoffs.words_digest(plans.read(workbook), area, name, facts, ())

    facts = FACTS
    before = words("plan", "final"), words("ringparken", "2019"), words("plan", "2019")
    facts = FACTS | {"comparators": [{"id": "one", "name": "Haven"}]}
    assert words("plan", "final") != before[0]
    assert (words("ringparken", "2019"), words("plan", "2019")) == before[1:]
    facts = FACTS
    spoil(workbook / file, old, new)
    assert words("plan", "final") != before[0]
    assert (words("ringparken", "2019"), words("plan", "2019")) == before[1:]


def test_a_page_in_the_output_folder_that_is_not_the_approved_one_is_told_without_a_release(approved):
    data = approved / the.DATA
    assert "its page" not in "\n".join(map(str, check(approved, data)))
    (approved / "output/ringparken").mkdir(parents=True)
    (approved / "output/ringparken/2019.html").write_text("<main>Godkendt</main>", "utf-8")
    said = "params/signoffs.yml, ringparken/2019: its page (da) says something else than the one that was approved."
    assert said in "\n".join(map(str, check(approved, data)))


@pytest.mark.parametrize("edit", [("name: Rie", "name: Bo"), ("2026-11-23", "2026-11-24")])
def test_an_edited_signature_is_shown_and_not_trusted(approved, edit):
    path = approved / "params/signoffs.yml"
    path.write_text(path.read_text("utf-8").replace(*edit), "utf-8")
    report = reviewed(approved)
    assert report.state().status == Status.IN_REVIEW
    assert "rettet i hånden" in noted(report, "review")


def test_a_signature_moved_to_another_report_is_not_trusted(approved):
    the.words(approved, name="2020")
    the.assessed(approved, name="2020")
    path = approved / "params/signoffs.yml"
    path.write_text(path.read_text("utf-8").replace("ringparken/2019:", "ringparken/2020:"), "utf-8")
    assert "entry" in reviewed(approved, name="2020").state().deviations


def test_figures_edited_by_hand_do_not_count_as_fresh(approved):
    path = approved / "params/ringparken/2019.yml"
    path.write_text(path.read_text("utf-8").replace("value: 0.572368", "value: 0.638158"), "utf-8")
    the.change_data(approved)
    assert not reviewed(approved).state().intact


def test_words_read_again_are_stamped_as_well_as_the_first_time(approved):
    the.change_data(approved)
    path = approved / "params/ringparken/2019.yml"
    before = yaml.safe_load(path.read_text("utf-8"))["assessment"]
    the.assessed(approved)
    now = yaml.safe_load(path.read_text("utf-8"))["assessment"]
    assert set(now) == set(before) and list(now["figures"]) == list(before["figures"])
    assert now["fingerprint"] != before["fingerprint"]
    assert reviewed(approved).state().fresh
    the.signed(approved)
    assert reviewed(approved).state().status == Status.APPROVED


@pytest.mark.parametrize(
    "after", ["", "  fingerprint: abc\n", "  role: x\n\n  # a remark\n  author: y\n", "\nlimitations: []\n"]
)
def test_stamping_twice_changes_nothing_else(after):
    from evalbook.review.edit_yaml import stamp

    text = (
        f"area: a\nassessment:\n  figures:\n    a.b.2018: {{value: 1}}\n    a.b.2019: {{value: 2}}\n{after}"
    )
    once = stamp(text, {}, {"a.b.2018": {"value": 3.0}}, "x")
    assert once == stamp(once, {}, {"a.b.2018": {"value": 3.0}}, "x")
    assert once.endswith(f"    a.b.2018: {{value: 3}}\n{after}")
    assert list(yaml.safe_load(once)["assessment"]) == list(yaml.safe_load(text)["assessment"])


class TestRefusals:
    def test_a_reviewer_who_is_the_author_however_spelt(self, workbook):
        the.words(workbook)
        the.assessed(workbook)
        with pytest.raises(RefusedError, match="cannot also review"):
            the.signed(workbook, person=" anna ")
        assert not (workbook / "params/signoffs.yml").exists()
        the.signed(workbook, person="Anna", allow_same=True)
        assert reviewed(workbook).state().status == Status.APPROVED

    @pytest.mark.parametrize(
        ("author", "person", "said"),
        [
            ("Anna Analytiker", "anna  ANALYTIKER", "cannot also review"),
            ("Anna Analytiker", "Anna\u00a0Analytiker", "cannot also review"),
            ("Anna Analytiker", "Anna\u200bAnalytiker", "cannot also review"),  # zero width
            ("Anna Analytiker", "Anna Analytiker\u00ad", "cannot also review"),  # soft hyphen
            ("Anna Analytiker", "\uff21nna Analytiker.", "cannot also review"),  # full width
            ("Anna Analytiker", "Anna-Analytiker", "cannot also review"),
            ("Åse Ågård", unicodedata.normalize("NFD", "Åse Ågård"), "cannot also review"),
            ("Åse Ågård", "Aase Aagaard", "cannot also review"),
            ("Anna Analytiker", "\u0410nna Analytiker", "may be Anna Analytiker"),  # a Cyrillic A
            ("Anna Analytiker", "Анна Аналитикер", "may be Anna Analytiker"),  # another alphabet
            ("Anna Analytiker", "Analytiker, Anna", "may be Anna Analytiker"),
            ("Anna Analytiker", "Anna A. Analytiker", "may be Anna Analytiker"),
            ("Anna Analytiker", "A. Analytiker", "may be Anna Analytiker"),
            ("Anna Analytiker", "Anna Analitiker", "may be Anna Analytiker"),
            ("Anna Analytiker", "Anna", "may be Anna Analytiker"),
            ("Anna Maria Analytiker", "M. A. Analytiker", "may be Anna Maria Analytiker"),
            ("Anna Analytiker", "AA", "may be Anna Analytiker"),
            ("Anna Analytiker", "Anna K. M. L. P. Q. Analytiker", "may be Anna Analytiker"),
            ("Anna Analytiker", "Anna Analytiker Berg Dal Eg Fog Gade", "may be Anna Analytiker"),
            ("Åse Ågård", "Ase Agard", "may be Åse Ågård"),
        ],
    )
    def test_a_name_that_is_or_may_be_the_authors(self, author, person, said):
        wrong = signoffs.objections(person, author, [])
        assert wrong == ["same_person" if "cannot" in said else "near_name"]
        assert said in signing.objection(wrong[0], person, author, [])

    @pytest.mark.parametrize(
        ("author", "person"),
        [
            ("Anna Analytiker", "Rie Reviewer"),
            ("Anna Analytiker", "Anna Revisor"),  # a first name in common is none
            ("Hans Hansen", "Hanne Jensen"),
            ("Åse Ågård", "Birthe Aagaard"),
            ("Анна Иванова", "Мария Петрова"),  # one alphabet, and not the Latin one
        ],
    )
    def test_two_people_are_two(self, author, person):
        assert signoffs.objections(person, author, []) == []

    def test_an_address_is_no_name(self, workbook):
        with pytest.raises(RefusedError, match="is no name"):
            the.signed(workbook, person="anna@example.org")

    def test_what_was_allowed_stands_in_the_entry_and_is_asked_again_when_it_is_read(self, workbook):
        the.words(workbook)
        the.assessed(workbook, author="Anna Analytiker")
        with pytest.raises(RefusedError, match="if they are two people, give --other-person"):
            the.signed(workbook, person="A. Analytiker")
        the.signed(workbook, person="A. Analytiker", other_person=True)
        assert reviewed(workbook).state().status == Status.APPROVED
        path = workbook / "params/signoffs.yml"
        assert "although: near_name" in path.read_text("utf-8")
        entry = signoffs.read(workbook)["ringparken/2019"][0]
        forged = entry.model_copy(update={"although": ""}).sealed("ringparken/2019")  # with a seal that fits
        text = re.sub(r"\n *although: near_name", "", path.read_text("utf-8"))
        path.write_text(text.replace(entry.seal, forged.seal), "utf-8")
        state = reviewed(workbook).state()
        assert (state.status, state.deviations) == (Status.IN_REVIEW, ["near_name"])

    def test_whoever_approves_is_one_that_the_plan_names(self, workbook):
        the.words(workbook)
        the.assessed(workbook)
        spoil(
            workbook / "params/plan.yml", "primary:\n", "reviewers: [Rie Reviewer, Styregruppen]\nprimary:\n"
        )
        with pytest.raises(RefusedError, match=r"Per is no reviewer .* names Rie Reviewer, Styregruppen"):
            the.signed(workbook, person="Per")
        the.signed(workbook, person="rie reviewer")
        assert reviewed(workbook).state().status == Status.APPROVED
        spoil(
            workbook / "params/plan.yml",
            "reviewers: [Rie Reviewer, Styregruppen]",
            "reviewers: [Styregruppen]",
        )
        assert reviewed(workbook).state().deviations == ["reviewer"]

    def test_words_missing_stale_or_unstamped(self, workbook):
        with pytest.raises(RefusedError, match="no assessment of tryghed"):
            the.signed(workbook)
        the.words(workbook)
        with pytest.raises(RefusedError, match="which figures"):
            the.signed(workbook)
        the.assessed(workbook)
        the.change_data(workbook)
        with pytest.raises(RefusedError, match="older than the figures"):
            the.signed(workbook)

    @pytest.mark.parametrize(
        ("place", "wrong", "said"),
        [
            ({"area": "ringpaken"}, UnknownName, "Did you mean 'ringparken'"),
            ({"name": "2017"}, UnknownName, "2018, 2019"),
            ({"role": "boss"}, UnknownName, "reviewer"),
            ({"person": " "}, RefusedError, "say who signs"),
            ({"person": "\u200b"}, RefusedError, "say who signs"),  # nothing to be seen
            ({"person": "..."}, RefusedError, "say who signs"),
        ],
    )
    def test_what_there_is_not(self, workbook, place, wrong, said):
        with pytest.raises(wrong, match=said):
            the.signed(workbook, **place)

    def test_a_broken_assessment_a_broken_signoffs_file_and_a_missing_params_file(self, workbook):
        path = the.words(workbook)
        good = path.read_text("utf-8")
        path.write_text(good + "staus: x\n", "utf-8")
        with pytest.raises(ProblemsFound, match="Did you mean 'status'"):
            the.signed(workbook)
        path.write_text(good, "utf-8")
        the.assessed(workbook)
        (workbook / "params/signoffs.yml").write_text("ringparken/2019: yes\n", "utf-8")
        with pytest.raises(ProblemsFound, match=r"signoffs\.yml"):
            the.signed(workbook)
        assert (workbook / "params/signoffs.yml").read_text("utf-8") == "ringparken/2019: yes\n"
        path.unlink()
        with pytest.raises(MissingFile, match=r"params/ringparken/2019\.yml"):
            the.signed(workbook)


class TestEditing:
    def test_the_editor_shows_todays_sentences_and_none_of_them_is_saved(self, workbook):
        path, seen = the.words(workbook), []

        def editor(file):
            seen.append(file.read_text("utf-8"))
            file.write_text(
                seen[0]
                .replace("Beboerne mødtes.", "Ny tekst: med kolon # og kryds.", 1)
                .replace(
                    "    tryghed: Ny tekst: med kolon # og kryds.",
                    "    tryghed: |\n      Ny tekst: med kolon # og kryds.\n      # Overskrift",
                ),
                "utf-8",
            )

        the.assessed(workbook, editor)
        assert "57,2\u00a0pct. af de 18–24-årige" in seen[0]
        assert "Open on the checklist, to be answered in params/reviews/ringparken-2019.yml:" in seen[0]
        assert "#>   response.tryghed: Tryghed: kun" in seen[0]
        saved = path.read_text("utf-8")
        assert "#>" not in saved
        assert saved.startswith("# What papermill gets")  # the file's own comments stay
        given = yaml.safe_load(saved)
        assert given["assessment"]["texts"]["tryghed"] == "Ny tekst: med kolon # og kryds.\n# Overskrift\n"
        assert given["assessment"]["author"] == "Anna"

    def test_a_file_with_windows_line_ends_keeps_them_whatever_the_editor_writes(self, workbook):
        path = the.words(workbook)
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        def editor(file):
            text = file.read_bytes().decode().replace("\r\n", "\n").replace("mødtes", "sås")
            file.write_bytes(text.encode())

        the.assessed(workbook, editor)
        saved = path.read_bytes()
        assert saved.count(b"\n") == saved.count(b"\r\n") and "Beboerne sås.\r\n" in saved.decode()
        assert "nothing has changed" in the.assessed(workbook, lambda file: editor(file))

    def test_words_in_a_form_that_leaves_no_place_are_refused_and_kept(self, workbook):
        path = the.words(workbook)
        before = path.read_bytes()

        def editor(file):
            text = file.read_text("utf-8").split("assessment:")[0]
            file.write_text(text + "assessment: {texts: {tryghed: Nyt.}}\n", "utf-8")

        with pytest.raises(EvalkitError, match=r"stands in braces.*kept in 2019\.yml\.unsaved"):
            the.assessed(workbook, editor)
        assert path.read_bytes() == before
        assert "Nyt." in (path.parent / "2019.yml.unsaved").read_text("utf-8")

    def test_stamping_twice_changes_nothing(self, workbook):
        path = the.words(workbook)
        the.assessed(workbook)
        before = path.read_bytes()
        assert "nothing has changed" in the.assessed(workbook)
        assert path.read_bytes() == before

    def test_new_words_on_an_approved_report_need_a_new_approval(self, approved):
        the.assessed(
            approved, lambda file: file.write_text(file.read_text("utf-8").replace("mødtes", "sås"), "utf-8")
        )
        assert (
            yaml.safe_load((approved / "params/ringparken/2019.yml").read_text("utf-8"))["status"]
            == "in_review"
        )

    def test_a_broken_edit_leaves_the_file_and_is_kept_beside_it(self, workbook):
        path = the.words(workbook)
        before = path.read_bytes()
        with pytest.raises(EvalkitError, match=r"kept in params/ringparken/2019\.yml\.unsaved"):
            the.assessed(
                workbook,
                lambda file: file.write_text("area: ringparken\nyear: 2019\nassesment: {}\n", "utf-8"),
            )
        assert path.read_bytes() == before
        assert "assesment" in (path.parent / "2019.yml.unsaved").read_text("utf-8")

    def test_somebody_elses_edit_meanwhile_is_kept_and_so_is_mine(self, workbook):
        path = the.words(workbook)

        def editor(file):
            path.write_text(path.read_text("utf-8").replace("mødtes", "gik"), "utf-8")
            file.write_text(file.read_text("utf-8").replace("mødtes", "løb"), "utf-8")

        with pytest.raises(ConcurrentEditError, match="somebody else"):
            the.assessed(workbook, editor)
        assert "gik" in path.read_text("utf-8")
        assert "løb" in (path.parent / "2019.yml.unsaved").read_text("utf-8")


def test_a_change_is_not_told_where_the_baseline_is_hidden_now():
    """The level is still shown: with the old change it would give the hidden baseline back."""
    from evalbook.approval.fingerprints import differences

    old = {
        "haervaerk.sydbyen.2019": {
            "shown": "value",
            "value": 13.8,
            "change": -0.49,
            "target": 19.6,
            "verdict": "improving",
        }
    }
    now = {"haervaerk.sydbyen.2019": {"shown": "value", "value": 13.8, "verdict": "suppressed"}}
    assert [one.column for one in differences(old, now)] == ["verdict"]
