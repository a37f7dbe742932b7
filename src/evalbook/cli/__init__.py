"""The `evalkit` command: one function per command, no logic; heavy imports wait until they are needed."""

from __future__ import annotations

import sys

# help names the commands in this order
# isort: off
from evalbook.cli import reports, reviews, deliveries, plans

# isort: on
from evalbook.cli.app import app
from evalbook.console import encode_plainly, say
from evalkit.errors import EvalkitError, of_the_machine

__all__ = ["app", "deliveries", "main", "plans", "reports", "reviews"]


def _in_own_language(error: EvalkitError) -> str:
    if sys.argv[1:2] not in (["import"], ["check"], ["template"], ["run"], ["site"]):
        return str(error)
    from evalbook.messages import of_error

    return of_error(error)


def main() -> None:
    """The command; a mistake of the user's, a full disk or too little memory is one message and exit 2, never a traceback."""
    encode_plainly()
    try:
        app()
    except EvalkitError as error:
        say(_in_own_language(error), err=True)
        sys.exit(error.exit_code)
    except (OSError, MemoryError, ImportError) as error:
        from evalbook.versions import broken

        said = of_the_machine(error) or (broken(error) if isinstance(error, ImportError) else "")
        if not said:
            raise
        say(said, err=True)
        sys.exit(2)
