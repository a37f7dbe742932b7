"""Real pages in a real browser: two executed reports and the site around them, opened in Debian's Chromium."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from needed import missing, program

ROOT = Path(__file__).parents[2]
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def axe_source() -> str:
    """axe-core as it ships in axe-playwright-python; the test is skipped without it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        missing("axe-playwright-python is not installed: make test installs it")
    assert found and found.submodule_search_locations
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    api = pytest.importorskip("playwright.sync_api")
    chromium = program("chromium", "chromium", os.environ.get("CHROMIUM"))
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *sandbox])
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(plan: Any, evaluation: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name: a Danish and an English report, executed, and the Danish site's own pages."""
    from evalbook.site.build import build

    out, evaluated = tmp_path_factory.mktemp("output"), tmp_path_factory.mktemp("evaluation")
    evaluation.write(evaluated)
    made = [
        ("ringparken", 2021, "da", "area_year", "2021"),
        ("sydbyen", 2019, "en", "area_year", "2019"),
        ("plan", 2020, "da", "plan_year", "2020"),
        ("plan", 2021, "da", "plan_final", "final"),
    ]
    for area, year, language, notebook, name in made:
        folder = out if language == "da" else out / language
        _report(plan, area, year, language, evaluated, notebook, folder / area / f"{name}.html")
    keys = ("ringparken/2021", "plan/2020", "plan/final")
    build(out, plan, evaluation, [SimpleNamespace(key=key) for key in keys])
    return {
        "report": out / "ringparken" / "2021.html",
        "english report": out / "en" / "sydbyen" / "2019.html",
        "plan year": out / "plan" / "2020.html",
        "final": out / "plan" / "final.html",
        "overview": out / "index.html",
        "area": out / "ringparken" / "index.html",
        "method": out / "metode.html",
        "data": out / "data.html",
        "questions": out / "spoergsmaal.html",
        "accessibility": out / "tilgaengelighed.html",
    }


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name, made from a workbook in which people have written what nobody should."""
    from hostile import made

    return made(ROOT, tmp_path_factory.mktemp("hostile"))


def _report(plan: Any, area: str, year: int, language: str, evaluated: Path, name: str, to: Path) -> None:
    import papermill

    from evalbook.site.frame import Frame, Link
    from evalbook.site.page import page

    source = ROOT / "notebooks" / ("" if language == "da" else language) / f"{name}.ipynb"
    to.parent.mkdir(parents=True, exist_ok=True)
    with _environment(EVALKIT_ROOT=str(ROOT), EVALKIT_EVALUATION=str(evaluated)):
        parameters = {"area": area, "year": year, "language": language}
        notebook = papermill.execute_notebook(source, None, parameters, progress_bar=False)
    frame = Frame(
        plan,
        language,
        f"{area}/{to.name}",
        True,
        title=f"{area}, {year}",
        description="A report.",
        running=f"{area} · {year}",
        years=[Link(f"{other}.html", str(other), current=other == year) for other in plan.years],
    )
    to.write_text(page(notebook, frame=frame), "utf-8")


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file at a width and in a colour scheme; `requests` of the page tells what it asked for."""
    contexts = []

    def open_page(path: Path, width: int = 1440, scheme: str = "light", **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
