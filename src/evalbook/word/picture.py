"""A page's drawing as a PNG for a Word file."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

import matplotlib as mpl
import resvg_py
from PIL import Image

from evalkit.figures.style import TOKENS

DPI: Final = 200
PAPER: Final = "#ffffff"
"""A Word file's, where a page of the site is a shade darker."""
LOOK: Final = f"""
text {{ font-family: "Segoe UI", Carlito, "Noto Sans", "Open Sans", "DejaVu Sans"; }}
.fig text:not(.tag), .multi text:not(.tag) {{
  paint-order: stroke; stroke: {PAPER}; stroke-width: 2.2px; stroke-opacity: .85; stroke-linejoin: round; }}
"""
"""As on the page (site/style.css), in letters that this machine may have; the last come with matplotlib."""
_VARIABLE: Final = re.compile(r"var\(--fig-([\w-]+)(?:, *([^)]+))?\)")


def png(svg: str) -> bytes:
    """A figure's inline SVG at 200 dots an inch on white, in the house's light colours, one unit a point."""
    colours = {**TOKENS, "paper": PAPER}
    plain = _VARIABLE.sub(lambda found: colours.get(found[1]) or found[2], svg)
    size = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+)', plain)
    drawn = resvg_py.svg_to_bytes(
        svg_string=plain,
        background=PAPER,
        width=round(float(size[1]) * DPI / 72) if size else None,
        style_sheet=LOOK,
        font_dirs=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")],
    )
    out = io.BytesIO()
    Image.open(io.BytesIO(drawn)).convert("RGB").save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()
