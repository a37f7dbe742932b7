"""The `evalkit` command, and `python -m evalbook`.

Each process of a run imports the module that the command began with: this one, which is light.
"""

from __future__ import annotations


def main() -> None:
    """Run the command."""
    from evalbook.cli import main as command

    command()


if __name__ == "__main__":
    main()
