"""The papermill engine `evalkit`: papermill's own way, but a cell that would end the notebook before its last is refused.

`papermill --engine evalkit in.ipynb out.ipynb` finds it by its name, too. Papermill imports this module while it is itself
imported, so nothing here may import what imports papermill first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

PRINTED = 5_000_000
"""Letters that one cell may print or show as text."""


class RefusedCellError(Exception):
    """A cell does what no report may."""

    def __init__(self, cell_index: int, why: str) -> None:
        super().__init__(why)
        self.cell_index = cell_index


class ReportClient(PapermillNotebookClient):
    """Papermill's client, which looks at what a cell does beside what it shows."""

    def __init__(self, nb_man: Any, **kwargs: Any) -> None:
        super().__init__(nb_man, on_cell_executed=self.refuse_end, **kwargs)
        self.printed = 0
        self.refused: RefusedCellError | None = None

    def execute(self, **kwargs: Any) -> NotebookNode:
        """Run all cells."""
        try:
            return cast(NotebookNode, super().execute(**kwargs))
        except DeadKernelError:
            if self.refused:
                raise self.refused from None
            raise

    def refuse_end(self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]) -> None:
        """RefusedCellError for a cell after which papermill would leave out the others without a word."""
        content = execute_reply["content"]
        asked = any(one.get("source") == "ask_exit" for one in content.get("payload", ()))
        if asked or content.get("ename") == "SystemExit":
            raise RefusedCellError(
                cell_index, "ends the notebook (exit), so the cells below would be missing"
            )

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Put what a cell shows into the notebook, up to a limit."""
        content = msg["content"]
        if msg["msg_type"] == "execute_input":
            self.printed = 0
        left = PRINTED - self.printed
        shown = {"text/plain": content.get("text", ""), **content.get("data", {})}
        self.printed += sum(len(text) for kind, text in shown.items() if kind.startswith("text/"))
        if self.printed <= PRINTED:
            return cast(NotebookNode | None, super().process_message(msg, cell, cell_index))
        if msg["msg_type"] == "stream" and left > 0:
            content["text"] = content["text"][:left]
            super().process_message(msg, cell, cell_index)
        if self.refused is None:
            self.refused = RefusedCellError(
                cell_index, f"printed more than {PRINTED // 10**6} million letters (a loop without end?)"
            )
            if self.task_poll_for_reply:  # nbclient takes the kernel for dead, and it will be
                self.task_poll_for_reply.cancel()
        return None


class ReportEngine(NBClientEngine):
    """Runs the cells of one notebook in a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        kept: list[NotebookNode] | None = None,
        **kwargs: Any,
    ) -> None:
        """Run the cells.

        Parameters
        ----------
        kept : gets the notebook, whatever happens
        others : as papermill's own engine has them

        Raises
        ------
        RefusedCellError
            For a cell that ends the notebook, or prints without end.
        """
        if kept is not None:
            kept.append(nb_man.nb)
        kwargs.pop("input_path", None)
        if execution_timeout:
            kwargs["timeout"] = execution_timeout
        named = {"kernel_name": kernel_name, "startup_timeout": start_timeout}
        ReportClient(nb_man, log=logger, log_output=log_output, **named, **kwargs).execute()
