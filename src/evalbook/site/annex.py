"""A report's annex: where it lies, and the links between it and the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ANNEX: Final = "-bilag.html"
"""How the name of a report's annex ends, in both editions."""


def annex_of(page: str) -> str:
    """The path of a report's annex: nordparken/2019-bilag.html."""
    return f"{page.removesuffix('.html')}{ANNEX}"


def linked(pages: Mapping[str, str]) -> dict[str, str]:
    """The pages of one report, each link to a place of the other with the other's name before it."""
    ids = {path: set(re.findall(r'\sid="([^"]+)"', html)) for path, html in pages.items()}

    def found(html: str, here: str) -> str:
        def moved(match: re.Match[str]) -> str:
            if match[2] in ids[here]:
                return f'{match[1]}#{match[2]}"'
            page = next((path for path, known in ids.items() if match[2] in known), None)
            return match[0] if page is None else f'{match[1]}{page.rpartition("/")[2]}#{match[2]}"'

        own = "|".join(re.escape(path.rpartition("/")[2]) for path in pages)
        return re.sub(rf'(<a\b[^>]*?\shref=")(?:{own})?#([^"]+)"', moved, html)

    return {path: found(html, path) for path, html in pages.items()}
