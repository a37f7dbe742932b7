"""Whether what is installed is what the package was tried with (`pyproject.toml`); an upgrade may have stopped half-way."""

from __future__ import annotations

from importlib import metadata

from evalkit.errors import EvalkitError

_AGAIN = "Install evalkit again, as README.md says, in this environment."


def outside() -> list[str]:
    """A line for each package that is not there, or in a version that the package was not tried with."""
    from packaging.requirements import Requirement

    found = []
    for line in metadata.requires("evalbook") or []:
        asked = Requirement(line)
        if asked.marker is not None and not asked.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(asked.name)
        except metadata.PackageNotFoundError:
            found.append(f"{asked.name} is not installed.")
            continue
        if not asked.specifier.contains(version, prereleases=True):
            found.append(f"{asked.name} {version} is installed; evalkit was tried with {asked.specifier}.")
    return found


def check() -> None:
    """Raise EvalkitError with every package that is outside its range, before anything is computed with it."""
    if found := outside():
        raise EvalkitError("\n".join([*found, _AGAIN]))


def broken(error: ImportError) -> str:
    """A package that cannot be imported, in words; empty where it is one of our own, or none is named."""
    if not error.name or error.name.partition(".")[0] in ("evalkit", "evalbook"):
        return ""
    return "\n".join([*outside(), f"{error.name} cannot be imported: {error}", _AGAIN])
