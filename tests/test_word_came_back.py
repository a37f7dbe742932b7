"""Word files that come back: comments are taken once, with anchor, replies and done; changed text is told; nothing is lost."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

import review_round
import word_files as the
from evalbook.approval import review_comments, reviewed
from evalbook.approval.checklist import items
from evalbook.review import release
from evalbook.review.check_command import _answers
from evalbook.word import came_back, sent
from evalbook.word.incoming import UnreadableError, of_bytes, read
from evalkit.errors import EvalkitError

FULL = Path("/dev/full")
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'


@pytest.fixture
def desk(workbook, monkeypatch):
    """A workbook whose page of Ringparken 2019 is made; `evalkit word` has sent it as sendt.docx."""
    monkeypatch.setattr(reviewed, "evaluate", lambda plan, data: review_round.evaluated(plan, data))
    monkeypatch.setattr(release, "pages_read", lambda root, data, key: {"da": "a page"})
    page = workbook / "output/ringparken/2019.html"
    page.parent.mkdir(parents=True)
    page.write_text(the.HTML, "utf-8")
    send(workbook)
    return workbook


def send(workbook, name="sendt.docx", day=the.DAY):
    return sent.write(
        workbook, workbook / review_round.DATA, "ringparken", "2019", "da", workbook / name, day
    )


def take(workbook, *files):
    return came_back.review(workbook, workbook / review_round.DATA, files)


def back(workbook, name, change):
    """The file that was sent, with what somebody has done to it."""
    return the.written(workbook / name, change, (workbook / "sendt.docx").read_bytes())


def comments(workbook):
    return review_comments.read(workbook, "ringparken", "2019")


def test_a_comment_is_taken_with_its_author_day_place_rows_and_anchor(desk):
    told = take(desk, back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?")))
    assert not told.left
    (one,) = comments(desk).values()
    assert (one.kind, one.author, one.text, one.done) == ("comment", "Rie Reviewer", "Hvorfor?", False)
    assert (one.place, one.rows, one.anchor) == ("Tryghed", ["tryghed.ringparken.2019"], the.SENTENCE)
    assert one.version == sent.Record.model_validate(record(desk)).version
    dt.datetime.fromisoformat(one.date)


def record(workbook):
    (path,) = (workbook / sent.FOLDER).glob("*.yml")
    return yaml.safe_load(path.read_text("utf-8"))


def test_two_reviewers_files_merge_and_a_file_that_is_read_again_adds_nothing(desk):
    rie = back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?"))
    bo = back(desk, "bo.docx", lambda file: the.comment(file, the.OTHER, "Enig.", author="Bo"))
    take(desk, rie, bo)
    before = review_comments.file(desk, "ringparken", "2019").read_bytes()
    told = take(desk, bo, rie)
    assert [one.author for one in comments(desk).values()] == ["Rie Reviewer", "Bo"]
    assert review_comments.file(desk, "ringparken", "2019").read_bytes() == before
    assert "Comments and changes: 1, new: 0." in told.lines[0]


def thread(file) -> bytes:
    """A comment that Word has noted as done, with a reply to it, as [MS-DOCX] 2.5.1 has it."""
    made = io.BytesIO()
    the.comment(file, the.SENTENCE, "Hvorfor?")
    the.comment(file, the.SENTENCE, "Fordi få har svaret.", author="Anna")
    file.save(made)
    data = made.getvalue()
    for number in ("00000001", "00000002"):
        data = the.edited(data, r"<w:p>", f'<w:p {W14} w14:paraId="{number}">', "word/comments.xml")
    more = f'<w15:commentsEx {W15}><w15:commentEx w15:paraId="00000001" w15:done="1"/>'
    more += '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/></w15:commentsEx>'
    return the.with_part(data, "word/commentsExtended.xml", more.encode())


def test_replies_and_what_word_has_marked_as_done_are_read(desk):
    path = desk / "rie.docx"
    path.write_bytes(thread(docx.Document(str(desk / "sendt.docx"))))
    take(desk, path)
    (one,) = comments(desk).values()
    assert one.done and [(each.author, each.text) for each in one.replies] == [
        ("Anna", "Fordi få har svaret.")
    ]


def test_computed_text_that_was_changed_is_told_with_its_row_and_not_taken(desk):
    told = take(
        desk,
        back(
            desk,
            "rie.docx",
            lambda file: the.put(file, the.SENTENCE, "Andelen er 81,2 pct. mod 72,3 i 2017."),
        ),
    )
    (one,) = comments(desk).values()
    assert (one.kind, one.anchor, one.text) == (
        "change",
        the.SENTENCE,
        "Andelen er 81,2 pct. mod 72,3 i 2017.",
    )
    assert one.rows == ["tryghed.ringparken.2019"]
    assert any("changed computed text (not taken)" in line for line in told.lines)
    assert (desk / "output/ringparken/2019.html").read_text("utf-8") == the.HTML


def test_a_deleted_table_is_one_change_with_what_it_held(desk):
    def delete(file):
        table = file.tables[-1]._tbl
        table.getparent().remove(table)

    take(desk, back(desk, "rie.docx", delete))
    (one,) = comments(desk).values()
    assert (one.text, one.anchor) == ("", "Planår | Pct. | 2018 | 69,1 | 2019 | 71,2")


def test_a_tracked_change_is_a_proposal_and_leaves_the_computed_text_as_it_was(desk):
    def track(file):
        run = next(the.paragraph(file, the.OTHER).iter(qn("w:r")))
        about = f'{nsdecls("w")} w:id="7" w:author="Bo" w:date="2026-11-23T10:00:00Z"'
        gone = parse_xml(f"<w:del {about}><w:r><w:delText>{the.OTHER}</w:delText></w:r></w:del>")
        run.addprevious(gone)
        run.addprevious(parse_xml(f"<w:ins {about}><w:r><w:t>Planen er måske grunden.</w:t></w:r></w:ins>"))
        run.getparent().remove(run)

    take(desk, back(desk, "bo.docx", track))
    (one,) = comments(desk).values()
    assert (one.kind, one.author, one.anchor, one.text) == (
        "change",
        "Bo",
        the.OTHER,
        "Planen er måske grunden.",
    )


def test_a_file_without_tags_as_libreoffice_saves_it_has_its_rows_from_the_record(desk):
    def drop(file):
        the.comment(file, the.SENTENCE, "Hvorfor?")
        for control in list(file.element.iter(qn("w:sdt"))):
            for inside in list(control.find(qn("w:sdtContent"))):
                control.addprevious(inside)
            control.getparent().remove(control)

    told = take(desk, back(desk, "rie.docx", drop))
    (one,) = comments(desk).values()
    assert one.rows == ["tryghed.ringparken.2019"] and not told.left


def test_a_file_of_an_old_version_says_so_and_its_comments_are_taken(desk):
    old = back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?"))
    review_round.words(desk)
    told = take(desk, old)
    assert any(
        "It is not of today's version: assessment changed since 2026-11-23" in line for line in told.lines
    )
    assert len(comments(desk)) == 1


def test_ten_thousand_words_in_a_comment_are_kept_to_the_last(desk):
    text = " ".join(f"ord{number}" for number in range(10_000))
    take(desk, back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, text)))
    assert comments(desk)[1].text == text


def test_personal_data_in_a_comment_stay_in_the_file_and_the_other_comments_are_taken(desk):
    def write(file):
        the.comment(file, the.SENTENCE, "Ring til 010203-1234.")
        the.comment(file, the.OTHER, "Skriv til rie@kommune.dk.")
        the.comment(file, "Beboerne mødtes.", "Godt.", author="bo@kommune.dk")

    told = take(desk, back(desk, "rie.docx", write))
    assert told.left and [(one.author, one.text) for one in comments(desk).values()] == [("bo", "Godt.")]
    said = "\n".join(told.lines)
    assert (
        "personal number" in said and "e-mail address" in said and "1234" not in said and "rie@" not in said
    )


def test_a_file_that_was_renamed_is_known_by_what_it_says(desk):
    told = take(
        desk, back(desk, "Kopi af (2) endelig.docx", lambda file: the.comment(file, the.OTHER, "Enig."))
    )
    assert not told.left and len(comments(desk)) == 1


def test_a_file_of_another_plan_or_of_no_report_is_refused_in_words_and_the_next_is_read(desk):
    (desk / "anden.docx").write_bytes(the.made())  # the version 0a1b2c3d was never sent out
    docx.Document().save(str(desk / "brev.docx"))
    good = back(desk, "rie.docx", lambda file: the.comment(file, the.OTHER, "Enig."))
    told = take(desk, desk / "anden.docx", desk / "brev.docx", good, desk / "findes-ikke.docx")
    said = "\n".join(told.lines)
    assert told.left and len(comments(desk)) == 1
    assert "anden.docx: version 0a1b2c3d of ringparken/2019 was never sent out" in said
    assert (
        "brev.docx: names no report and version" in said and "findes-ikke.docx: there is no such file" in said
    )


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 200_000_000)
    return out.getvalue()


def lying_bomb() -> bytes:
    """It says of itself that it unpacks to a hundred bytes."""
    size = (200_000_000).to_bytes(4, "little")
    return bomb().replace(size, (100).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: b"", "no Word file"),
        (lambda: b"Hej", "no Word file"),
        (lambda: the.made()[:5000], "no Word file, or damaged"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"0" * 600, "old .doc, or has a password"),
        (lambda: the.with_part(the.made(), "word/vbaProject.bin", b"x"), "holds macros"),
        (lambda: the.with_part(the.made(), "word/document.xml", b"<w:document"), "damaged"),
        (
            lambda: the.with_part(
                the.made(), "word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
            ),
            "definitions",
        ),
        (lambda: the.with_part(the.made(), "word/comments.xml", b"\xff\xfe"), "damaged"),
        (bomb, "unpacks to more than a report holds"),
        (lying_bomb, "damaged|unpacks to more"),
    ],
    ids=[
        "empty",
        "text",
        "cut off",
        "doc",
        "macros",
        "broken",
        "entities",
        "broken comments",
        "bomb",
        "lying bomb",
    ],
)
def test_what_is_no_readable_word_file_is_refused_in_words(data, said):
    with pytest.raises(UnreadableError, match=said):
        of_bytes(data(), "fil.docx")


def test_a_file_too_large_to_mail_is_not_opened(tmp_path):
    path = tmp_path / "stor.docx"
    with path.open("wb") as file:
        file.truncate(31_000_000)
    with pytest.raises(UnreadableError, match="larger than 30 MB"):
        read(path)


def test_a_comment_is_an_item_of_the_checklist_until_it_is_answered_or_done_and_its_words_are_nowhere(desk):
    take(desk, back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?")))
    report = reviewed.one(desk, desk / review_round.DATA, "ringparken", "2019")
    found = {one.id: one for one in items(report.report(), report.state())}
    assert (
        found["comment.1"].text.plain == "Tryghed: en kommentar fra en læser."
        and found["comment.1"].anchor == "tryghed"
    )
    path = review_comments.file(desk, "ringparken", "2019")
    path.write_text(path.read_text("utf-8") + "  done: true\n", "utf-8")
    assert "comment.1" not in {one.id for one in items(report.report(), report.state())}


def test_answers_to_comments_are_known_to_the_check_and_others_are_not(desk, plan):
    take(desk, back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?")))
    answers = desk / "params/reviews/ringparken-2019.yml"
    answers.write_text("comment.1: {answer: Få har svaret.}\ncomment.2: {answer: Hvad?}\n", "utf-8")
    report = reviewed.one(desk, desk / review_round.DATA, "ringparken", "2019")
    (wrong,) = _answers(report.plan, ["ringparken/2019"])
    assert "comment.2" in wrong.wrong


def test_a_file_in_which_somebody_has_written_is_not_written_over(desk):
    back(desk, "rie.docx", lambda file: the.comment(file, the.OTHER, "Enig."))
    before = (desk / "rie.docx").read_bytes()
    with pytest.raises(EvalkitError, match="may hold what somebody has written"):
        send(desk, "rie.docx")
    assert (desk / "rie.docx").read_bytes() == before
    send(desk, "sendt.docx", the.DAY + dt.timedelta(days=3))  # as it was sent: nothing is lost
    assert "23. november 2026" in "".join(one.text for one in read(desk / "sendt.docx").texts)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_full_disk_leaves_no_file_that_could_not_be_taken_back(desk):
    (known,) = (desk / sent.FOLDER).glob("*.yml")
    known.unlink()
    known.with_name(f".{known.name}.new").symlink_to(FULL)
    with pytest.raises(OSError, match="No space left") as caught:
        send(desk, "ny.docx")
    assert caught.value.filename == str(known)
    assert not (desk / "ny.docx").exists() and list((desk / sent.FOLDER).iterdir()) == []
    send(desk, "ny.docx")
    assert not take(desk, desk / "ny.docx").left


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_full_disk_keeps_the_comments_that_there_are_and_the_next_try_adds_the_others(desk):
    take(desk, back(desk, "rie.docx", lambda file: the.comment(file, the.SENTENCE, "Hvorfor?")))
    path = review_comments.file(desk, "ringparken", "2019")
    before = path.read_bytes()
    path.with_name(f".{path.name}.new").symlink_to(FULL)
    bo = back(desk, "bo.docx", lambda file: the.comment(file, the.OTHER, "Enig.", author="Bo"))
    with pytest.raises(OSError, match="No space left") as caught:
        take(desk, bo)
    assert caught.value.filename == str(path) and path.read_bytes() == before
    take(desk, bo)
    assert [one.author for one in comments(desk).values()] == ["Rie Reviewer", "Bo"]


def test_a_page_that_is_not_made_from_what_the_workbook_holds_is_not_sent(desk, monkeypatch):
    monkeypatch.setattr(release, "pages_read", lambda root, data, key: {})
    with pytest.raises(EvalkitError, match="Make it: evalkit run --area ringparken --year 2019"):
        send(desk, "ny.docx")
    assert not (desk / "ny.docx").exists()
