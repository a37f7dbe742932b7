"""On the path of a run this makes the modules of evalkit and evalbook see Windows; the Python beneath stays what it is.

sys.platform is win32, os and signal have nothing of POSIX, there is no fork server. By the environment: every page is refused its
place once (WINDOWS_LOCKS, as by a virus scanner), a file is held open (WINDOWS_HELD, as by Excel), and no folder of a report can
be removed. What real Windows does otherwise, a run there alone can show.
"""

import builtins
import io
import os
import shutil
import signal
import sys
import types

refused = set()
real_import, real_open = builtins.__import__, io.open


class Seen(types.ModuleType):
    """A module with some names replaced, and others gone."""

    def __init__(self, real, gone=(), **other):
        super().__init__(real.__name__)
        self.__dict__.update(other, _real=real, _gone=set(gone.split()) if gone else set())

    def __getattr__(self, name):
        if name in self._gone:
            raise AttributeError(f"module {self._real.__name__!r} has no attribute {name!r}")
        return getattr(self._real, name)

    def __setattr__(self, name, value):
        setattr(self._real, name, value)


def denied(path):
    return PermissionError(13, "Access is denied", str(path))


def is_held(path):
    held = os.environ.get("WINDOWS_HELD")
    return bool(held) and str(path).endswith(held)


def replace(new, path):
    name = str(path)
    if is_held(path):
        raise denied(path)
    if "WINDOWS_LOCKS" in os.environ and name.endswith(".html") and name not in refused:
        refused.add(name)
        raise denied(path)
    os.replace(new, path)


def opened(path, mode="r", *given, **options):
    if is_held(path) and set(mode) & set("+wax"):
        raise denied(path)
    return real_open(path, mode, *given, **options)


SEEN = {
    "sys": Seen(sys, platform="win32"),
    "os": Seen(
        os,
        "fork forkpty killpg getuid geteuid getgid setsid getpgid setpgid mkfifo chown nice sched_getaffinity",
        name="nt",
        replace=replace,
    ),
    "signal": Seen(
        signal,
        "SIGKILL SIGHUP SIGALRM SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE pthread_sigmask setitimer",
        SIGBREAK=signal.SIGUSR1,
    ),
}
STICKY = Seen(shutil, rmtree=lambda *given, **options: None)
POSIX = ("resource", "fcntl", "pwd", "grp", "termios", "multiprocessing.forkserver")


def imported(name, globals=None, locals=None, fromlist=(), level=0):
    asker = (globals or {}).get("__name__") or ""
    if level == 0 and asker.partition(".")[0] in ("evalkit", "evalbook"):
        if name in POSIX:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name == "shutil" and asker == "evalbook.run.execution":
            return STICKY
        if name in SEEN:
            return SEEN[name]
    return real_import(name, globals, locals, fromlist, level)


builtins.__import__, io.open = imported, opened
