"""`evalkit run --pdf`: reports as tagged PDF. A browser prints the page with its tags; what it leaves out is added here.

Where Chromium's print falls short of a file that a screen reader can use: running heads and decoration are no artifacts, HTML's
<figure> is a figure without a description, links have no words, bookmarks lose blanks where a heading wraps, no XMP metadata.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup

from evalbook.run.files import Ledger, private_folder, write_whole
from evalbook.run.tasks import Options
from evalbook.site.links import only_to
from evalkit.errors import EvalkitError

if TYPE_CHECKING:
    import pikepdf  # an extra

ON_PATH: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
INSTALLED: Final = (
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
SECONDS: Final = 120
"""That a browser may take for one page."""

_PATH_BEGINS: Final = frozenset({"m", "re"})
_PATH_ENDS: Final = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"})


def browser() -> str:
    """The browser that prints; EvalkitError where this machine has none, or lacks pikepdf."""
    if find_spec("pikepdf") is None:
        raise EvalkitError("--pdf needs a package more: pip install 'pikepdf>=10'")
    on_path = (shutil.which(name) for name in ON_PATH)
    installed = (path for path in map(os.path.expandvars, INSTALLED) if Path(path).is_file())
    if found := next(filter(None, on_path), None) or next(installed, None):
        return found
    raise EvalkitError("--pdf needs Chromium, Chrome or Edge, and this machine has none that was found.")


def put(out: Path, options: Options, wanted: bool, say: Callable[[str], None]) -> None:
    """Print the pages of the reports that are asked for, where they are newer than their PDF.

    Without `wanted` nothing is printed, and a PDF that is older than its page is taken away, as it says what the page no longer says.
    """
    records = Ledger.read(out).records
    asked = [out / page for key, one in records.items() if options.wants(key) for page in one.pages]
    older = [page for page in asked if not _newer(page.with_suffix(".pdf"), page)]
    for path in (page.with_suffix(".pdf") for page in older):
        if path.is_file():
            path.unlink()
            if not wanted:
                say(
                    f"Removed {path.relative_to(out).as_posix()}, older than its page. Make it: evalkit run --pdf"
                )
    if wanted:
        say(f"{len(print_pages(older))} PDF made, {len(asked) - len(older)} up to date.")


def _newer(one: Path, other: Path) -> bool:
    return one.is_file() and one.stat().st_mtime >= other.stat().st_mtime


def print_pages(pages: Iterable[Path]) -> list[Path]:
    """A tagged PDF beside each page; gives their paths.

    Raises EvalkitError where there is no browser, or it fails.
    """
    program = browser()
    return [_printed(program, page) for page in pages]


def _printed(program: str, page: Path) -> Path:
    to = page.with_suffix(".pdf")
    html = only_to(page.read_text("utf-8"), lambda target: False)  # other pages are not in the file
    html = re.sub(
        r'"([^" ]*)" aria-describedby="([^"]*)"', r'"\1 \2"', html
    )  # a PDF has no place for a description
    with private_folder() as folder:
        (folder / page.name).write_text(html, "utf-8")
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        try:
            told = subprocess.run(
                [
                    program,
                    "--headless",
                    "--disable-gpu",
                    *root,
                    f"--user-data-dir={folder / 'profile'}",
                    "--no-pdf-header-footer",
                    "--generate-pdf-document-outline",
                    f"--print-to-pdf={folder / to.name}",
                    (folder / page.name).as_uri(),
                ],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise EvalkitError(
                f"{page.name}: {Path(program).name} had not printed it after {SECONDS} s. Close other programs, and try again."
            ) from None
        if not (folder / to.name).is_file():
            last = (told.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise EvalkitError(f"{page.name}: {Path(program).name} made no PDF of it ({last}).")
        complete(folder / to.name, html)
        write_whole(to, (folder / to.name).read_bytes())
    return to


def complete(path: Path, html: str) -> None:
    """Add to a PDF what the browser that printed it from `html` has left out."""
    import pikepdf

    page = BeautifulSoup(re.sub(r"<wbr ?/?>", "", html), "html.parser")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            raise EvalkitError(f"{path.name}: the browser made it without tags. Take one of the last years.")
        title = page.title.get_text() if page.title else path.stem
        del pdf.docinfo  # browser, machine and time of day
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["dc:title"] = title
            about["dc:language"] = [str(pdf.Root.Lang)]
            about["xmp:CreatorTool"] = "evalkit"
        pdf.docinfo["/Title"] = title
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for element in _elements(pdf.Root.StructTreeRoot.K):
            if element.S == "/Figure" and "/Alt" not in element:
                element.S = pikepdf.Name.Sect  # HTML's <figure> around the picture, which has the description
        texts = {"".join(text.split()): text for text in map(_text, page.select("h1, h2, h3, h4"))}
        for item in _bookmarks(pdf.Root.get("/Outlines")):
            said = "".join(str(item.Title).split())
            # Of a heading that was moved to the next sheet, what stood on the one before is there twice.
            found = (key for key in texts if said.endswith(key) and key.startswith(said[: -len(key)]))
            item.Title = texts.get(said) or texts.get(next(found, "")) or str(item.Title)
        words = {str(link["href"]): _text(link) for link in reversed(page.select("main a[href]"))}
        for sheet in pdf.pages:
            sheet.obj.Tabs = pikepdf.Name.S  # from field to field in the order of the tags
            for link in sheet.obj.get("/Annots", []):
                target = str(link.A.URI) if "/A" in link else f"#{str(link.Dest).removeprefix('/')}"
                link.Contents = words.get(target, target)
            sheet.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_with_artifacts(sheet))))
        pdf.save(min_version="1.7", deterministic_id=True)


def _text(element: Any) -> str:
    return " ".join(element.get_text(" ").split())


def _elements(node: Any) -> Iterator[Any]:
    """Every element of a structure tree, in the order of reading."""
    import pikepdf

    for one in node if isinstance(node, pikepdf.Array) else [node]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            yield from _elements(one.get("/K", []))


def _bookmarks(node: Any) -> Iterator[Any]:
    """Every item below one of the outline."""
    item = node.get("/First") if node is not None else None
    while item is not None:
        yield item
        yield from _bookmarks(item)
        item = item.get("/Next")


def _with_artifacts(sheet: pikepdf.Page) -> Iterator[Any]:
    """What draws a page, with whatever stands outside its tags as artifacts: running heads, page numbers, decoration."""
    import pikepdf

    begin = pikepdf.ContentStreamInstruction([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))
    end = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))
    tagged, waiting = 0, list[Any]()
    for instruction in pikepdf.parse_content_stream(sheet):
        operator = str(instruction.operator)
        tagged += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
        whole = operator in ("Do", "sh", "INLINE IMAGE")
        if not tagged and not waiting and (whole or operator == "BT" or operator in _PATH_BEGINS):
            yield begin
            waiting = [operator]
        yield instruction
        if waiting and (whole or operator == "ET" or operator in _PATH_ENDS):
            yield end
            waiting = []
