"""A report approved by reply: the form in the Word file, a mail or a text; the file is kept, and what cannot be is refused."""

from __future__ import annotations

import datetime as dt
import email.message
import hashlib
from pathlib import Path

import pytest

import review_round
import word_files as the
from evalbook.approval import review_comments, reviewed, signoffs
from evalbook.approval.reviewed import RefusedError
from evalbook.review import release
from evalbook.word import reply, sent
from evalkit.errors import EvalkitError
from evalkit.terms import Status

FULL = Path("/dev/full")
TODAY = the.DAY + dt.timedelta(days=2)


@pytest.fixture
def desk(workbook, monkeypatch):
    """A workbook with an assessment of Ringparken 2019 by Anna; its page was sent as sendt.docx. Its reviewers are named."""
    monkeypatch.setattr(reviewed, "evaluate", lambda plan, data: review_round.evaluated(plan, data))
    monkeypatch.setattr(release, "pages_read", lambda root, data, key: {"da": "a page", "en": "a page"})
    plan = workbook / "params/plan.yml"
    plan.write_text(plan.read_text("utf-8") + "\nreviewers: [Rie Reviewer, Anna Analytiker]\n", "utf-8")
    review_round.words(workbook)
    review_round.assessed(workbook, author="Anna Analytiker")
    page = workbook / "output/ringparken/2019.html"
    page.parent.mkdir(parents=True)
    page.write_text(the.HTML, "utf-8")
    data = workbook / review_round.DATA
    sent.write(workbook, data, "ringparken", "2019", "da", workbook / "sendt.docx", the.DAY)
    return workbook


def version(workbook) -> str:
    (path,) = (workbook / sent.FOLDER).glob("*.yml")
    return path.stem.rpartition("-")[2]


def filled(workbook, decision="Godkendt", name="Rie Reviewer", date="24-11-2026"):
    def write(file):
        the.put(file, "Skriv dit navn", name)
        the.put(file, "Skriv din rolle", "Formand for bestyrelsen")
        the.put(file, "Vælg dagen", date)
        form = next(one for one in file.element.body.iter() if one.tag.endswith("}dropDownList"))
        control = form.getparent().getparent()
        next(one for one in control.iter() if one.tag.endswith("}t")).text = decision

    return the.written(workbook / "svar.docx", write, (workbook / "sendt.docx").read_bytes())


def answer(workbook, path):
    said, key = reply.sign_from(workbook, workbook / review_round.DATA, path, today=TODAY)
    assert key == "ringparken/2019"
    return said


def text(workbook, said, name="svar.txt"):
    path = workbook / name
    path.write_text(said.replace("VERSION", version(workbook)), "utf-8")
    return path


def status(workbook):
    return reviewed.one(workbook, workbook / review_round.DATA, "ringparken", "2019").state().status


def test_the_form_in_the_word_file_approves_the_version_and_the_file_is_kept(desk):
    path = filled(desk)
    said = answer(desk, path)
    (one,) = signoffs.read(desk)["ringparken/2019"]
    assert (one.name, one.role, one.date) == ("Rie Reviewer", "reviewer", dt.date(2026, 11, 24))
    digest, kept = one.evidence.split(" ")
    assert (desk / kept).read_bytes() == path.read_bytes() and kept.startswith(
        "params/reviews/evidence/ringparken-2019-"
    )
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest() and kept in said
    assert status(desk) == Status.APPROVED


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("full", ["params/.signoffs.yml.new", "params/ringparken/.2019.yml.new"])
def test_a_full_disk_leaves_no_approval_without_its_file_and_the_next_try_approves(desk, full):
    (desk / full).symlink_to(FULL)
    path = filled(desk)
    with pytest.raises(OSError, match="No space left"):
        answer(desk, path)
    assert not signoffs.read(desk) and not list((desk / review_comments.EVIDENCE).iterdir())
    assert status(desk) != Status.APPROVED
    answer(desk, path)
    assert status(desk) == Status.APPROVED


def test_the_kept_file_is_no_input_of_a_run_and_stops_none(desk):
    from evalbook.intake.checking import personal
    from evalbook.run.staleness import input_files

    answer(desk, text(desk, "ringparken/2019/VERSION: Godkendt\nNavn: Rie Reviewer\nrie@kommune.dk"))
    assert not [name for name in input_files(desk, desk / review_round.DATA) if "evidence" in name]
    assert personal(desk, desk / "params") == []


def mail(workbook, body, **headers):
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = (
        "Rie Reviewer <rie@kommune.dk>",
        "anna@kommune.dk",
        "SV: rapport",
    )
    made.set_content(body.replace("VERSION", version(workbook)))
    path = workbook / "svar.eml"
    path.write_bytes(made.as_bytes())
    return path


def test_a_mail_approves_by_its_line_and_is_of_who_sent_it(desk):
    answer(desk, mail(desk, "Hej Anna\n\nringparken/2019/VERSION: Godkendt.\n\nVenlig hilsen\nRie"))
    assert signoffs.read(desk)["ringparken/2019"][0].name == "Rie Reviewer"


@pytest.mark.parametrize(
    "body",
    [
        "Tak, jeg ser på det.\n\n> ringparken/2019/VERSION: Godkendt\n",
        "Tak.\n\n-----Oprindelig meddelelse-----\nFra: Anna\nringparken/2019/VERSION: Godkendt\n",
        "Tak.\n\nDen 23. november 2026 skrev Anna:\nringparken/2019/VERSION: Godkendt\n",
        "Skriv ringparken/2019/VERSION: og et af de tre svar.",
        "ringparken/2019/VERSION: Godkendt, hvis tallet rettes",
        "Godkendt!",
        "",
    ],
)
def test_what_a_mail_quotes_or_says_otherwise_is_no_answer(desk, body):
    with pytest.raises(EvalkitError, match="holds no answer"):
        answer(desk, mail(desk, body))
    assert signoffs.read(desk) == {} and not list((desk / "params/reviews").glob("evidence/*"))


def test_two_answers_in_one_mail_are_none(desk):
    with pytest.raises(EvalkitError, match="more than one answer"):
        answer(desk, mail(desk, "ringparken/2019/VERSION: Godkendt\nringparken/2019/VERSION: Ikke godkendt"))


@pytest.mark.parametrize("decision", ["Godkendt med ændringer", "Ikke godkendt", "Not approved"])
def test_an_answer_that_is_no_approval_signs_nothing_and_is_on_the_checklist(desk, decision):
    said = answer(desk, text(desk, f"ringparken/2019/VERSION: {decision}\nNavn: Rie Reviewer"))
    assert "not signed" in said and signoffs.read(desk) == {}
    (one,) = review_comments.read(desk, "ringparken", "2019").values()
    assert (one.kind, one.author) == ("answer", "Rie Reviewer")


def test_a_version_that_was_never_sent_out_is_refused(desk):
    with pytest.raises(EvalkitError, match="was never sent out"):
        answer(desk, text(desk, "ringparken/2019/00000000: Godkendt\nNavn: Rie Reviewer"))


def test_a_version_whose_words_have_changed_since_is_refused_with_what_changed(desk):
    path = filled(desk)
    params = desk / "params/ringparken/2019.yml"
    params.write_text(params.read_text("utf-8").replace("Beboerne mødtes.", "Beboerne mødtes tit."), "utf-8")
    with pytest.raises(RefusedError, match=r"assessment changed since.*evalkit word ringparken 2019"):
        answer(desk, path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna Analytiker", "wrote the assessment and cannot also review it"),
        ("Bo Bestyrelse", "is no reviewer of this plan"),
        ("Skriv dit navn", "does not say who answers"),
    ],
)
def test_the_author_and_whoever_the_plan_does_not_name_cannot_approve(desk, name, said):
    with pytest.raises(EvalkitError, match=said):
        answer(desk, filled(desk, name=name))
    assert signoffs.read(desk) == {} and not list((desk / "params/reviews").glob("evidence/*"))


@pytest.mark.parametrize(
    ("role", "refused"),
    [("Formand for bestyrelsen", False), ("formand for Bestyrelsen", False), ("Revisor", True)],
)
def test_the_role_of_the_form_is_the_one_that_the_plan_names(desk, role, refused):
    plan = desk / "params/plan.yml"
    named = f"reviewers: {{Rie Reviewer: {role}, Bo: ''}}"
    text_ = plan.read_text("utf-8").replace("reviewers: [Rie Reviewer, Anna Analytiker]", named)
    plan.write_text(text_, "utf-8")
    if refused:
        with pytest.raises(RefusedError, match=r"answers as Formand for bestyrelsen, and .* as Revisor"):
            answer(desk, filled(desk))
        assert signoffs.read(desk) == {}
    else:
        answer(desk, filled(desk))
        assert status(desk) == Status.APPROVED


@pytest.mark.parametrize(
    ("date", "said"),
    [("22-11-2026", "the version is of"), ("26-11-2026", "today is"), ("i går", "is no day")],
)
def test_a_day_before_the_version_or_after_today_or_that_is_none_is_refused(desk, date, said):
    with pytest.raises(EvalkitError, match=said):
        answer(desk, filled(desk, date=date))


@pytest.mark.parametrize(
    "said", ["24. november 2026", "24/11/2026", "24.11.2026", "2026-11-24", "24 November 2026"]
)
def test_days_are_read_as_people_and_word_write_them(said):
    assert reply._day(said, "x") == dt.date(2026, 11, 24)


def test_a_form_in_which_nothing_is_chosen_is_no_answer(desk):
    with pytest.raises(EvalkitError, match="no answer is chosen on page one"):
        answer(desk, desk / "sendt.docx")


def test_an_outlook_message_is_refused_with_what_to_do(desk):
    path = desk / "svar.msg"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 600)
    with pytest.raises(EvalkitError, match=r"Save the mail as \.eml"):
        answer(desk, path)
