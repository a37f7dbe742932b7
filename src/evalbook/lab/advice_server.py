"""What JupyterLab's server answers when it is asked for advice on a notebook that was just saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from evalbook.review import advice
from evalkit.errors import EvalkitError
from evalkit.plan import find_root

LETTERS: Final = 140
"""As much of one notice as JupyterLab shows."""
SHOWN: Final = 6
"""Pieces of advice in one notice; `evalkit check` has them all."""


def advice_on(path: Path) -> list[str]:
    """Advice on one notebook as lines, each with its cell; none outside of a workbook's notebooks."""
    try:
        root = find_root(path.parent)
        if path not in advice.notebooks(root):
            return []
        wrong = [one for one in advice.problems(root) if one.file.endswith(path.name)]
        found = [*wrong, *advice.of_notebook(path, root)]
    except EvalkitError as error:
        return [str(error)]
    # a notebook that is open has its outputs: they go when it is committed
    lines = [_shortened(f"{one.place}: {one.wrong}") for one in found if "its output" not in one.wrong]
    more = [f"… and {len(lines) - SHOWN} more: evalkit check"] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more


def _shortened(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


class _Advice(JupyterHandler):
    @authenticated
    def get(self) -> None:
        """The advice on the notebook that `path` names, as seen from the server's folder."""
        root = Path(self.settings["server_root_dir"]).expanduser().resolve()
        path = (root / self.get_argument("path").lstrip("/")).resolve()
        inside = path.is_relative_to(root) and path.suffix == ".ipynb"
        self.finish(json.dumps({"advice": advice_on(path) if inside else []}))


def load_jupyter_server_extension(server: Any) -> None:
    """Answer under evalkit/advice."""
    app = server.web_app
    app.add_handlers(".*$", [(url_path_join(app.settings["base_url"], "evalkit", "advice"), _Advice)])


def jupyter_server_extension_points() -> list[dict[str, str]]:
    """What the server loads of this module."""
    return [{"module": "evalbook.lab.advice_server"}]


_load_jupyter_server_extension = load_jupyter_server_extension
_jupyter_server_extension_points = jupyter_server_extension_points
