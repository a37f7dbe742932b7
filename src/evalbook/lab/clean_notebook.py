"""git's filter for notebooks: what a colleague would read as a change, and nothing that running or saving leaves behind."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

CHECKED: Final = "nbval-check-output"
"""The tag of a cell whose output is committed, since the tests compare it; it needs a count to be one that was run."""
_KERNEL: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_LEFT_BEHIND: Final = (
    "execution",
    "ExecuteTime",
    "papermill",
    "collapsed",
    "scrolled",
    "trusted",
    "editable",
)


def cleaned(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without outputs, counts and what programs note in it, in place; attachments and ids stay."""
    notebook["metadata"] = dict(_KERNEL)
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        for name in list(metadata):
            if name in _LEFT_BEHIND or metadata[name] in ([], {}, {"slide_type": ""}):
                del metadata[name]
        if cell["cell_type"] != "code":
            continue
        checked = CHECKED in metadata.get("tags", ())
        cell["execution_count"] = 1 if checked else None
        cell["outputs"] = [
            {**output, "execution_count": 1} if "execution_count" in output else output
            for output in (cell["outputs"] if checked else ())
        ]
    return notebook


def main() -> None:
    """From standard input to standard output; what is no notebook stays as it is."""
    text = sys.stdin.buffer.read()
    try:
        made = cleaned(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        sys.stdout.buffer.write(text)
        return
    written = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True)
    sys.stdout.buffer.write(f"{written}\n".encode())


if __name__ == "__main__":
    main()
