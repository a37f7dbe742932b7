"""JupyterLab helps: Tab knows the ids, changed code and words are used at once, and objects show what is in them.

The kernel is started as JupyterLab starts it: by name, found through JUPYTER_PATH.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from queue import Empty

import numpy as np
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

import shipped
from evalbook.lab import start
from evalkit.display import Display
from evalkit.report import ABOUT, Report
from evalkit.terms import Estimate, Status
from evalkit.text.html import plain

ROOT = Path(__file__).parents[1]


class Kernel:
    """A kernel as a notebook in JupyterLab has it."""

    def __init__(self, manager: KernelManager, client) -> None:
        self.manager, self.client = manager, client

    def run(self, code: str) -> str:
        """What a cell prints; its error as text."""
        asked, said = self.client.execute(code), []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(content["text"])
            elif kind == "error":
                said.append(f"{content['ename']}: {content['evalue']}")
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(said).strip()

    def complete(self, code: str) -> list[str]:
        """What Tab offers at the end of a cell."""
        asked = self.client.complete(code)
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=60)
            except Empty:
                return []
            if reply["parent_header"].get("msg_id") == asked:
                return reply["content"]["matches"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the workbook and of the library, to be edited."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return shipped.write_workbook(folder)


@pytest.fixture(scope="module")
def kernel(copy, tmp_path_factory) -> Iterator[Kernel]:
    place = tmp_path_factory.mktemp("jupyter")
    env = start.environment(start.write_kernel(place), os.environ)
    env |= {
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": str(place / "ipython"),
    }
    manager = KernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(
            kernel_dirs=[str(place / "kernels")], ensure_native_kernel=False
        ),
    )
    manager.start_kernel(env=env, cwd=str(copy / "notebooks"))
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        one = Kernel(manager, client)
        loaded = 'import evalkit\nfrom evalkit import figures\nreport = evalkit.load("ringparken", 2018)'
        assert one.run(loaded) == ""
        yield one
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


class TestKernel:
    def test_it_is_the_projects_own_python_and_library(self, kernel, copy):
        said = kernel.run("import sys; print(sys.executable); print(evalkit.__file__)")
        assert said.splitlines() == [sys.executable, str(copy / "src/evalkit/__init__.py")]

    @pytest.mark.parametrize(
        ("typed", "offered"),
        [
            ('report["', {"tryghed", "haervaerk", "fraflytning"}),
            ('report["hae', {"haervaerk"}),
            ('report.row("try', {"tryghed"}),
            ("report.series('udd", {"uddannelse"}),
            ('figures.trend(report, "', {"tryghed", "haervaerk", "fraflytning"}),
            ('x = 1\nfigures.trend(report, "for', {"forsoergelse"}),
            ('evalkit.load("', {"ringparken", "sydbyen"}),
            ('report.row("tryghed", area="syd', {"sydbyen"}),
        ],
    )
    def test_tab_completes_ids(self, kernel, typed, offered):
        matches = {match.strip("\"'] ") for match in kernel.complete(typed)}
        assert offered <= matches
        begun = typed.replace("'", '"').rsplit('"', 1)[1]
        assert all(match.startswith(begun) for match in matches)

    def test_elsewhere_tab_is_as_it_always_was(self, kernel):
        assert "tryghed" not in kernel.complete('print("')
        assert "report" in kernel.complete("repo")

    def test_a_misspelt_id_says_what_to_type(self, kernel):
        said = kernel.run('report["trygehd"]')
        assert said == "UnknownName: no indicator 'trygehd' in params/indicators.yml. Did you mean 'tryghed'?"

    def test_a_changed_module_is_used_without_a_restart(self, kernel, copy):
        assert kernel.run("from evalkit.text.numbers import number\nprint(number(3, language='da'))") == "3"
        path = copy / "src/evalkit/text/numbers.py"
        source = path.read_text("utf-8")
        head = next(line for line in source.splitlines() if line.startswith("def number("))
        body = source.replace(head, head.replace("def number(", "def _number("), 1)
        path.write_text(body + "\n\ndef number(value, *_, **__):\n    return f'changed {value}'\n", "utf-8")
        try:
            assert kernel.run("print(number(3, language='da'))") == "changed 3"
        finally:
            path.write_text(source + "\n", "utf-8")
        assert kernel.run("print(number(3, language='da'))") == "3"

    def test_a_changed_word_of_the_catalogue_is_used_without_a_restart(self, kernel, copy):
        ask = "from evalkit.text.words import gettext_for\nprint(gettext_for('da')('Too uncertain to say'))"
        assert kernel.run(ask) == "Kan ikke afgøres"
        path = copy / "src/evalkit/text/locale/da/messages.po"
        path.write_text(path.read_text("utf-8").replace('"Kan ikke afgøres"', '"Det vides ikke"'), "utf-8")
        assert kernel.run(ask) == "Det vides ikke"


def test_the_lab_starts_in_the_workbook_with_its_kernel_first(tmp_path, monkeypatch):
    seen = {}

    class Process:
        waited = 0

        def __init__(self, command, env):
            place = env["JUPYTER_PATH"].split(os.pathsep)
            found = (Path(place[0]) / "kernels/python3/kernel.json").is_file()
            seen.update(command=command, place=place, kernel=found)

        def wait(self):
            self.waited += 1
            if self.waited == 1:
                raise KeyboardInterrupt  # it is JupyterLab's to ask whether Ctrl-C was meant
            return 3

    monkeypatch.setattr(start.subprocess, "Popen", Process)
    monkeypatch.setenv("JUPYTER_PATH", "/mine")
    assert start.lab(tmp_path, ["--no-browser"]) == 3
    assert seen["command"][:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path}" in seen["command"]
    assert seen["command"][-1] == "--no-browser"
    assert seen["kernel"] and seen["place"][1:] == ["/mine"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("figures.trned", "evalkit.figures has no 'trned'. Did you mean 'trend'?"),
        ("cards.gaols", "evalkit.cards has no 'gaols'. Did you mean 'goals'?"),
        ("lod", "evalkit has no 'lod'. Did you mean 'load'?"),
    ],
)
def test_a_misspelt_function_says_what_to_type(wrong, said):
    import evalkit

    room, _, name = wrong.rpartition(".")
    with pytest.raises(AttributeError, match=said.replace("?", r"\?")):
        getattr(getattr(evalkit, room) if room else evalkit, name)
    assert not hasattr(evalkit.figures, "__wrapped__")  # what only asks gets the plain answer


# ---- displays ---------------------------------------------------------------------------------


class Cells(HTMLParser):
    """Header cells with their scope, and the data cells, of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scopes: list[str | None] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))


@pytest.fixture
def report(plan, evaluation) -> Report:
    return Report(plan, evaluation.rows, evaluation.facts, "ringparken", 2018, status=Status.DRAFT)


def test_everything_shows_itself_as_the_same_table_in_html_and_in_text(plan, demo, report):
    for shown in (plan, demo, report, Estimate(0.5, 0.4, 0.6, 0.95, "wilson", 10, 20)):
        html, text = shown._repr_html_(), repr(shown)
        assert str(shown) == text
        assert "".join(plain(html).split()).replace("·", "") == "".join(text.split())
        cells = Cells(html)
        assert cells.tags[0] == "table" and "caption" in cells.tags
        assert cells.scopes and set(cells.scopes) <= {"row", "col"}
        assert len(text.splitlines()) <= 20 and max(map(len, text.splitlines())) <= 100
        assert not {"style", "script"} & set(cells.tags)


def test_what_they_hold_is_shown(plan, demo, report):
    assert "ringparken, sydbyen, motalavej, praestevangen" in repr(plan)
    assert repr(demo).splitlines()[0].startswith("Data set: Demodata (synthetic), version 1")
    assert repr(report).splitlines()[0] == (
        "Report: Ringparken/Schackenborgvænge, plan year 2018 (synthetic data)"
    )
    row = report["uddannelse"]
    assert row.equals(report.row("uddannelse"))
    line = next(line for line in repr(report).splitlines() if line.startswith("uddannelse"))
    assert f"{row['lower']:.4g}" in line and row["verdict"] in line


def test_a_hidden_figure_is_a_dash_and_a_word(report):
    rows = report.rows.copy()
    numbers = ["value", "lower", "upper"]
    rows.loc["tryghed.ringparken.2018", numbers] = math.nan
    rows.loc["tryghed.ringparken.2018", "shown"] = "suppressed"
    hidden = Report(report.plan, rows, report.facts, "ringparken", 2018)
    line = next(line for line in repr(hidden).splitlines() if line.startswith("tryghed"))
    assert line.split()[-4:] == ["–", "–", "–", "suppressed"]


def test_an_array_of_estimates_has_a_line_for_each_and_stops_after_ten():
    many = Estimate(
        np.arange(12) / 20, np.zeros(12), np.ones(12), 0.95, "wilson", numerator=np.arange(12), denominator=20
    )
    lines = repr(many).splitlines()
    assert lines[1].split() == ["value", "lower", "upper", "numerator", "denominator"]
    assert lines[4].split() == ["0.1", "0", "1", "2", "20"]
    assert len(lines) == 2 + 10 + 1
    assert lines[-1] == "The first 10 of 12."
    assert repr(Estimate(math.nan, math.nan, math.nan, 0.95, "wilson")).splitlines()[-1].split() == [
        "–",
        "–",
        "–",
    ]


def test_every_text_is_escaped():
    html = Display("<b>&", [("<i>", "<u>")], ("<p>", "&"), "<script>").html
    assert "<b>" not in html and "<i>" not in html and "<u>" not in html and "<script>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_the_report_still_tells_the_page_what_it_is_about(report):
    bundle = report._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", ABOUT}
    assert bundle[ABOUT]["area"] == "ringparken"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_jupyterlab_ends_with_the_command_that_started_it(sent):
    code = (
        "import subprocess, sys; from evalbook.lab import start\n"
        "lab = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "with start.passed_on(lab):\n"
        "    print(lab.pid, flush=True); lab.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as command:
        lab = psutil.Process(int(command.stdout.readline()))
        command.send_signal(sent)
        command.wait(60)
    assert not lab.is_running()
