"""`%load_ext evalbook`: ids completed inside quotation marks, and changes of the library seen without a restart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from evalkit import plan as plans
from evalkit.errors import EvalkitError
from evalkit.plan import Plan
from evalkit.report import Report
from evalkit.text.words import LOCALE, gettext_for

_INDICATOR: Final = re.compile(
    r"\b(?:\w+\.(?:row|series|indicator)|(?:cards|figures|narrative|tables)\.\w+)\((?:\s*\w+\s*,)?\s*['\"](\w*)$"
)
"""The first text of a call that takes an indicator: report.row("…, figures.trend(report, "…"""
_AREA: Final = re.compile(r"(?:\bload\(\s*|\barea\s*(?::\s*str\s*)?=\s*|\w\.area\(\s*)['\"](\w*)$")


def load(shell: InteractiveShell) -> None:
    """Put completion and autoreload into a shell."""

    @context_matcher(identifier="evalkit.ids")
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        found = ids(context.text_until_cursor, shell.user_ns)
        return {"completions": [SimpleCompletion(one, type="id") for one in found], "suppress": bool(found)}

    completer: Any = shell.Completer
    known = {getattr(one, "matcher_identifier", "") for one in completer.custom_matchers}
    if "evalkit.ids" not in known:
        completer.custom_matchers.append(matcher)
    shell.run_line_magic("load_ext", "autoreload")
    shell.run_line_magic("autoreload", "2")
    catalogues = _catalogues()

    def look(*_: Any) -> None:
        if catalogues != (now := _catalogues()):
            catalogues.update(now)
            gettext_for.cache_clear()

    shell.events.register("pre_run_cell", look)


def ids(text: str, names: dict[str, Any]) -> list[str]:
    """Ids that can go on at the end of a line of code; none where no id is asked for.

    Parameters
    ----------
    text : the line up to the cursor
    names : what the notebook has defined, where the plan is looked for
    """
    for pattern, kind in ((_INDICATOR, "indicators"), (_AREA, "areas")):
        if (begun := pattern.search(text)) and (plan := _plan(names.values())):
            return [name for name in getattr(plan, kind) if name.startswith(begun[1])]
    return []


def _plan(values: Iterable[Any]) -> Plan | None:
    """The plan of the notebook's report, or the one on the disk; None outside a workbook or while it is broken."""
    for value in list(values):
        if isinstance(value, Report):
            return value.plan
        if isinstance(value, Plan):
            return value
    try:
        return plans.read(plans.find_root())
    except EvalkitError:
        return None


def _catalogues() -> dict[str, int]:
    """When each catalogue of words was last changed."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(LOCALE.glob("*/messages.po"))}
