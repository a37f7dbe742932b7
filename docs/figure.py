"""Draw the README's figure from the demo data: `python docs/figure.py` writes docs/haervaerk.svg and prints its title."""

from __future__ import annotations

import re
from pathlib import Path

import evalkit
from evalkit import figures, narrative
from evalkit.figures.style import TOKENS

HERE = Path(__file__).parent


def figure() -> tuple[str, str]:
    """The drawing as a file of its own, with colours and fonts in place of the page's variables, and its finding."""
    report = evalkit.load("plan", 2021)
    drawing = re.findall(r"<svg.*?</svg>", figures.trend(report, "haervaerk").picture, flags=re.S)[0]
    drawing = re.sub(r"var\(--fig-([\w-]+)[^)]*\)", lambda name: TOKENS[name[1]], drawing)
    drawing = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" ', 1)
    ground = f'<rect width="100%" height="100%" fill="{TOKENS["paper"]}"/>'
    return drawing.replace("</desc>", f"</desc>{ground}", 1) + "\n", narrative.finding(report, "haervaerk")


if __name__ == "__main__":
    svg, finding = figure()
    (HERE / "haervaerk.svg").write_text(svg, encoding="utf-8")
    print(finding)
