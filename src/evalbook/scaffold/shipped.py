"""What the package ships for other plans: the notebooks, the library of indicators, the disclosure policy, the official figures."""

from __future__ import annotations

from pathlib import Path

from evalkit.errors import MissingFile


def shipped(name: str) -> Path:
    """A file that the package ships, by its path in the project, e.g. notebooks/area_year.ipynb.

    They stand once in the repository, where analysts work on them. A checkout (an editable installation) has them
    two folders above the package; a wheel carries them inside it, put there when it is built (pyproject.toml).
    The wheel's come first: beside an installed package another project may lie two folders above.
    """
    package = Path(__file__).parents[1]
    for base in (package / "scaffold" / "shipped", package.parents[1]):
        if (base / name).is_file():
            return base / name
    raise MissingFile(f"{name} is missing from the installation. Install evalkit again.")
