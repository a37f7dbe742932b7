"""The papermill engine `evalkit`, which `papermill --engine evalkit in.ipynb out.ipynb` finds by its name, too.

Papermill imports this module while it is itself imported, so nothing here may import what imports papermill first.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from papermill.engines import NBClientEngine
from papermill.log import logger


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
        from evalbook.run.report_client import ReportClient

        if kept is not None:
            kept.append(nb_man.nb)
        kwargs.pop("input_path", None)
        if execution_timeout:
            kwargs["timeout"] = execution_timeout
        named = {"kernel_name": kernel_name, "startup_timeout": start_timeout}
        ReportClient(nb_man, log=logger, log_output=log_output, **named, **kwargs).execute()
