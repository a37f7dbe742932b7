"""Debian's Chromium, and the barriers that axe-core finds on a page in it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from needed import missing, program

Browser = Any
Page = Any
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def there() -> bool:
    """Whether a browser, the program that drives it and axe-core are installed."""
    modules = ("playwright", "axe_playwright_python")
    return bool(os.environ.get("CHROMIUM") or shutil.which("chromium")) and all(
        map(importlib.util.find_spec, modules)
    )


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, headless; a test that asks for it is skipped where it is not installed."""
    import pytest

    api = pytest.importorskip("playwright.sync_api")
    found = program("chromium", "chromium", os.environ.get("CHROMIUM"))
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=[*_QUIET, *sandbox])
        yield running
        running.close()


def axe_source() -> str:
    """axe-core as it ships in axe-playwright-python; the test is skipped without it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        missing("axe-playwright-python is not installed: make test installs it")
    assert found and found.submodule_search_locations
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds on an open page, with everything folded opened: rule and place."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.evaluate(axe_source())
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [f"{one['id']}: {node['html'][:120]}" for one in result["violations"] for node in one["nodes"]]


def barriers(browser: Browser, path: Path, width: int = 1440, scheme: str = "light") -> list[str]:
    """What axe-core finds in a file at a width and in a colour scheme."""
    # The page's own policy would keep axe out; nothing else is let in.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        return violations(page)
    finally:
        context.close()
