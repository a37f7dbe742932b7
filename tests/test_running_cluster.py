"""Reports made by the worker processes of a Dask cluster."""

from __future__ import annotations

import pytest

import running_standins as standins
from evalbook.run import staleness
from evalbook.run.files import temporary
from evalbook.run.tasks import Report, Settings
from evalkit.errors import RunFailed

distributed = pytest.importorskip("distributed")
cluster = pytest.importorskip("evalbook.run.cluster")

AREAS = ("north", "west")


@pytest.fixture
def workers():
    """Two worker processes on this machine."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as running:
        yield running


def test_a_cluster_that_loses_a_worker_makes_the_same_reports(workers, tmp_path, capsys):
    root = standins.write_workbook(tmp_path / "workbook", areas=AREAS, years=(2018,))
    assert standins.go(root, tmp_path / "here", jobs=2) == 0

    mark = tmp_path / "mark"
    kill = (  # the worker is the first process above the kernel that Dask has started
        "import pathlib, psutil\n"
        f"mark = pathlib.Path({str(mark)!r})\n"
        "if area == 'west' and not mark.exists():\n"
        "    worker = [p for p in psutil.Process().parents() if 'spawn_main' in ' '.join(p.cmdline())][0]\n"
        "    mark.write_text(str(worker.pid))\n"
        "    worker.kill()\n"
        "    import time; time.sleep(60)"
    )
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", (*standins.CELLS, kill))
    assert standins.go(root, tmp_path / "there", cluster=workers.scheduler_address) == 0
    assert mark.exists()
    for area in AREAS:
        page = f"{area}/2018.html"
        assert (tmp_path / "there" / page).read_bytes() == (tmp_path / "here" / page).read_bytes()
    assert (tmp_path / "there/results.csv").read_bytes() == (tmp_path / "here/results.csv").read_bytes()

    wrong = (*standins.CELLS, "assert area != 'west', 'not here'")
    standins.write_notebook(root / "notebooks" / "area_year.ipynb", wrong)
    capsys.readouterr()
    assert standins.go(root, tmp_path / "there", cluster=workers.scheduler_address) == 1
    assert "AssertionError: not here" in capsys.readouterr().out
    assert "not here" in (tmp_path / "there/failed/west/2018.txt").read_text()
    assert "Siden er ældre end data." not in (tmp_path / "there/west/2018.html").read_text()
    assert not list(temporary().glob(f"evalkit-{mark.read_text()}-*"))  # a later run has swept it


def test_a_worker_with_another_version_makes_nothing_and_names_what_differs(tmp_path):
    report = Report("west/2018", tmp_path / "area_year.ipynb")
    settings = Settings(tmp_path, tmp_path / "new", tmp_path)
    for name in ("library", "pandas"):
        bundle = cluster.Bundle(settings, {}, {**staleness.library(), name: "another"})
        with pytest.raises(RunFailed, match=f"this worker has another version of {name} than the run"):
            cluster.do(report, bundle)
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_does_not_answer_is_named(tmp_path, monkeypatch):
    root = standins.write_workbook(tmp_path / "workbook", areas=AREAS, years=(2018,))
    monkeypatch.setattr("evalbook.run.cluster.ANSWER", 1)
    with pytest.raises(RunFailed, match=r"--cluster tcp://127.0.0.1:9: no scheduler answers there"):
        standins.go(root, tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()
