"""A page and its twin in the other language: linked when both are there, in whichever order they were made."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from evalbook.run import cache, language_links
from evalbook.run.ledger import HIDDEN, Ledger, Record
from evalbook.site import language_link

NAMES = ("index.html", "north/2018.html", "north/2019.html")
PAGE = f'<nav><ul><li>Data</li>\n{language_link.MENU_END}<main><ul><li class="twin">not the menu</li>\n</ul></main>'


def run(out: Path, language: str, names: tuple[str, ...] = NAMES) -> Ledger:
    """What a run leaves: pages without the link, and a ledger that knows them; then the links."""
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(PAGE, "utf-8")
    files = {name: language_links.digest(out / name) for name in names}
    reports = {
        name: Record(name, "made", files={name: digest})
        for name, digest in files.items()
        if name != "index.html"
    }
    ledger = Ledger(records=reports, site={"index.html": files["index.html"]})
    (out / HIDDEN).mkdir(exist_ok=True)
    ledger.write(out)
    language_links.settle(ledger, out, language)
    language_links.settle_neighbour(out, language, lambda ledger, beside: None)
    return ledger


def linked(out: Path) -> list[str]:
    return sorted(
        path.relative_to(out).as_posix() for path in out.rglob("*.html") if "hreflang" in path.read_text()
    )


BOTH = sorted([*NAMES, *(f"en/{name}" for name in NAMES)])


@pytest.mark.parametrize("order", [("da", "en"), ("en", "da")])
def test_pages_are_linked_when_the_second_language_is_made_and_not_before(order, tmp_path):
    folders = {"da": tmp_path, "en": tmp_path / "en"}
    run(folders[order[0]], order[0])
    assert linked(tmp_path) == []
    run(folders[order[1]], order[1])
    assert linked(tmp_path) == BOTH


def test_the_links_lead_from_each_page_to_the_same_page(tmp_path):
    run(tmp_path, "da")
    run(tmp_path / "en", "en")
    assert 'href="../en/north/2018.html"' in (tmp_path / "north/2018.html").read_text()
    assert 'href="../../north/2018.html"' in (tmp_path / "en/north/2018.html").read_text()
    assert 'href="en/index.html"' in (tmp_path / "index.html").read_text()


def test_only_pages_that_have_a_twin_are_linked(tmp_path):
    run(tmp_path, "da")
    run(tmp_path / "en", "en", NAMES[:2])
    assert linked(tmp_path) == sorted([*NAMES[:2], *(f"en/{name}" for name in NAMES[:2])])


def test_a_link_goes_when_the_other_page_is_gone_and_a_run_notices(tmp_path):
    ledger = run(tmp_path, "da")
    run(tmp_path / "en", "en")
    (tmp_path / "en" / NAMES[1]).unlink()
    assert [path for path, _ in language_links.unsettled(ledger, tmp_path, "da")] == [tmp_path / NAMES[1]]
    language_links.settle(ledger, tmp_path, "da")
    assert NAMES[1] not in linked(tmp_path)
    assert language_links.unsettled(ledger, tmp_path, "da") == []


def test_the_link_is_no_damage_but_any_other_change_is(tmp_path):
    ledger = run(tmp_path, "da")
    run(tmp_path / "en", "en")
    files = {name: digest for record in ledger.records.values() for name, digest in record.files.items()}
    assert cache.damage(files, tmp_path) == ""
    page = tmp_path / NAMES[1]
    page.write_text(page.read_text().replace("not the menu", "mine"))
    assert cache.damage(files, tmp_path) == f"{NAMES[1]} was changed by hand"


def test_setting_the_links_again_changes_nothing_and_leaves_the_rest_of_the_page_alone(tmp_path):
    run(tmp_path, "da")
    run(tmp_path / "en", "en")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.html")}
    run(tmp_path, "da")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.html")} == before
    assert language_link.unlinked(before[tmp_path / NAMES[0]]) == PAGE.encode()


def test_a_page_without_a_menu_stays_as_it_is():
    assert language_link.linked(b"<h1>x</h1>", "x.html", "da") == b"<h1>x</h1>"


def test_an_english_edition_elsewhere_is_linked_with_nothing(tmp_path):
    run(tmp_path, "da")
    run(tmp_path / "english", "en")
    assert linked(tmp_path) == []


def test_a_folder_that_another_run_holds_is_left_to_that_run(tmp_path, monkeypatch):
    monkeypatch.setattr(language_links, "PATIENCE", 0.01)
    run(tmp_path, "da")
    with FileLock(tmp_path / HIDDEN / "lock"):
        run(tmp_path / "en", "en")
    assert linked(tmp_path) == sorted(f"en/{name}" for name in NAMES)
