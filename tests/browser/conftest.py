"""Real pages in a real browser: one of each kind, opened in Debian's Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from editions import Editions

PAGES = {
    "report": "ringparken/2021",
    "english report": "en/sydbyen/2019",
    "plan year": "plan/2020",
    "final": "plan/final",
    "overview": "index",
    "area": "ringparken/index",
    "municipality": "kommunen",
    "about the plan": "om-planen",
    "method": "metode",
    "data": "data",
    "questions": "spoergsmaal",
    "accessibility": "tilgaengelighed",
}


@pytest.fixture(scope="session")
def site(editions: Editions) -> dict[str, Path]:
    """One page of each kind, by name."""
    return {name: editions.out / f"{path}.html" for name, path in PAGES.items()}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by name, made from a workbook in which people have written what nobody should."""
    from hostile import made

    return made(tmp_path_factory.mktemp("hostile"))


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
