"""A workbook in which people have written what nobody should: markup, scripts, endless words, marks that turn text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

import shipped

SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
LINKS = "[klik](javascript:alert(1)) [data](data:text/html,x) ![billede](https://example.org/x.png) [god](https://example.org)"
ENDLESS = "Speciallægepraksisplanlægningsstabiliseringsperiode" * 8
TURNED = "fra \u202evenstre til højre\u202c og \u2067igen\u2069"
EMOJI = "👩‍👩‍👧‍👦 🏘️ 🇩🇰"
LONG = "Beboerne fortæller om stien ved skolen og lyset i opgangen. " * 340  # 20 kB
TEXTS = {
    "overall": f"{SCRIPT}\n\n{LINKS}\n\n{TURNED} {EMOJI}",
    "tryghed": f"{ENDLESS}\n\n| a | b |\n|---|---|\n| 1 |\n\n# Overskrift\n\n```\n{ENDLESS}\n```",
    "haervaerk": LONG,
    "uddannelse": f"<h1>x</h1></div></main></body>{SCRIPT}\n\n- a\n    - b\n        - c {ENDLESS}",
}


def write(to: Path, area: str, year: int) -> Path:
    """A copy of the workbook with such words in an assessment, a list of events, names and labels of the data."""
    shipped.write_workbook(to)
    _edit(
        to / "params" / area / f"{year}.yml",
        lambda given: (
            given
            | {
                "assessment": {"author": SCRIPT, "role": ENDLESS, "texts": TEXTS},
                "activities": [ENDLESS, SCRIPT, TURNED],
                "events": [LONG[:2000]],
                "limitations": [f"{LINKS} {EMOJI}", ENDLESS],
            }
        ),
    )
    _edit(
        to / "data" / "demo" / "dataset.yml",
        lambda given: (
            given
            | {
                "name": f"{SCRIPT}{ENDLESS}",
                "supplied_by": f"{TURNED} {EMOJI}",
                "description": {"da": LONG, "en": SCRIPT},
            }
        ),
    )

    def renamed(plan: dict) -> dict:
        plan["areas"][area]["name"] = f"{SCRIPT} {ENDLESS[:120]} {EMOJI}"
        return plan

    def asked(indicators: dict) -> dict:
        indicators["tryghed"]["question"]["da"] = f"{SCRIPT} {ENDLESS}"
        indicators["haervaerk"]["source"]["da"] = f"{TURNED} {ENDLESS}"
        return indicators

    _edit(to / "params" / "plan.yml", renamed)
    _edit(to / "params" / "indicators.yml", asked)
    events = to / "data" / "published" / "events.csv"
    line = f'{area},{year}-02-01,{year}-03-01,"{SCRIPT} {ENDLESS[:200]} {TURNED}","{SCRIPT}",shock,"{EMOJI}",,x\n'
    events.write_text(events.read_text("utf-8") + line, "utf-8")
    return to


def _edit(path: Path, change) -> None:
    given = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(change(given), allow_unicode=True, sort_keys=False), "utf-8")


def made(to: Path, area: str = "sydbyen", year: int = 2019) -> dict[str, Path]:
    """The report of that area and year and the pages around it, by name."""
    workbook = write(to / "workbook", area, year)
    command = [sys.executable, "-m", "evalbook", "run", "--quiet", "--area", area, "--year", str(year)]
    done = subprocess.run(command, cwd=workbook, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    out = workbook / "output"
    return {"report": out / area / f"{year}.html", "overview": out / "index.html", "data": out / "data.html"}
