"""Reads published text back: its numbers against their rows, its words against the rows' signs."""

from __future__ import annotations

import math
import re
from html import unescape

import pandas as pd

NUMBER = re.compile(
    r'<data value="(?P<value>[^"]*)" data-row="(?P<row>[^"]*)\.(?P<column>[a-z_0-9]+)">(?P<text>[^<]*)</data>'
)
_DATA = re.compile(r"<data [^>]*>.*?</data>")
_NAMES = re.compile(
    r"\b(?:19|20)\d\d\b"  # years
    r"|\b\d{1,2}\. (?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december)\b"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b\d{1,2}\. (?=– \d)|\b\d{1,2} (?=– \d)"  # the first day of a span within one month
    r"|\b1[.,]000\b"  # per 1,000: the name of the unit
    r"|§ ?\d+(?: ?a\b)?|\bsection \d+\b"
    r"|\b\d{2}–\d{2}-(?:årige|year-olds?)|\b\d{2}-(?:årige|year-olds?)|\baged \d{2}(?:–\d{2})?"  # groups
    r"|COVID-19|\b[1-4]\. kvartal\b|\bSTRAF11\b|\bFOLK1A\b|CC BY 4\.0|\bpr\. 100\b"
)
SCALES = (1, 100)


def loose_digits(html: str) -> str:
    """Digits in the text that stand outside dates and names and cite nothing."""
    text = unescape(re.sub(r"<[^>]+>", " ", _DATA.sub("", html)))
    return "".join(re.findall(r"\d", _NAMES.sub("", text.replace("\u00a0", " "))))


def parsed(text: str, language: str) -> tuple[float, int, bool]:
    """A number as written: its value, its decimals, and whether it carries a sign."""
    thousands, point = (".", ",") if language == "da" else (",", ".")
    plain = text.replace(thousands, "").replace(point, ".").replace("−", "-")
    return float(plain), len(plain.partition(".")[2]), plain[0] in "+-"


def wrong_numbers(html: str, rows: pd.DataFrame, language: str) -> list[str]:
    """Numbers that are not their row's: another value, another rounding, or a sign that is not the row's."""
    wrong = []
    for found in NUMBER.finditer(html):
        row, column, text = found["row"], found["column"], found["text"]
        if row not in rows.index or column not in rows.columns:
            wrong.append(f"{row}.{column}: no such cell")
            continue
        stored = float(rows.loc[row, column])
        value, decimals, signed = parsed(text, language)
        # Parts of a change are rounded so that they add up to the change that is shown: up or down.
        part = 1.0 if column.startswith("part_") else 0.5
        near = [
            scale
            for scale in SCALES
            if abs(abs(value) - abs(stored) * scale)
            <= part * 10**-decimals + 1e-9 * max(1, abs(stored) * scale)
        ]
        if not math.isclose(float(found["value"]), stored, rel_tol=5e-6) or not near:  # as in the tables
            wrong.append(f"{row}.{column}: {stored} is said to be {found['value']} and shown as {text}")
        if signed and value * stored < 0:
            wrong.append(f"{row}.{column}: {stored} is shown with the wrong sign, {text}")
    return wrong


ASKED = {"da": "Skyldes ændringen planen?", "en": "Did the plan cause it?"}
"""The question itself, which claims nothing."""
CAUSAL = {
    "da": re.compile(
        r"(?i)\bskyldes\b|på grund af planen|\beffekt(en|er|erne)?\b|takket være|\bårsagen er\b|\bbidraget\b|\bvirket\b|\bvirkning"
    ),
    "en": re.compile(
        r"(?i)\bdue to\b|because of the plan|\beffects?\b|thanks to|\bcaused\b|\bcontributed\b|\bimpact"
    ),
}
"""Words of cause, for evidence level 3 and above only."""
