"""Chance: for the demo data the same draws on every platform, since only uniform and whole numbers are drawn."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

NIGHT = 4  # events of an occasion that is more than one


def stream(seed: int, *names: object) -> np.random.Generator:
    """The random stream of one table and area: what else is made, and in which order, does not move it."""
    return np.random.Generator(np.random.PCG64([seed, *(crc32(str(name).encode()) for name in names)]))


def happens(rng: np.random.Generator, n: int, p: float) -> int:
    """How many of n independent tries succeed."""
    return int((rng.random(n) < p).sum())


def several(dispersion: float) -> float:
    """Share q of occasions with four events that makes variance over mean, (1 + 15 q)/(1 + 3 q), the dispersion.

    Raises
    ------
    ValueError
        Dispersion outside 1 to 4.
    """
    if not 1 <= dispersion <= NIGHT:
        raise ValueError(f"dispersion must lie between 1 and {NIGHT}, got {dispersion}")
    return (dispersion - 1) / (NIGHT**2 - 1 - (NIGHT - 1) * dispersion) if dispersion < NIGHT else 1.0


def clustered(rng: np.random.Generator, mean: float, dispersion: float, days: int) -> list[int]:
    """Days (0 to days - 1, sorted) of a year's events: `mean` expected, variance `dispersion` times the mean.

    Occasions come at random; most have one event and some have four on one night.
    """
    q = several(dispersion)
    moments = days * max(24, int(mean))  # many more than occasions, so that their number is near Poisson
    when = np.flatnonzero(rng.random(moments) < mean / (1 + (NIGHT - 1) * q) / moments)
    sizes = np.where(rng.random(when.size) < q, NIGHT, 1)
    return np.repeat(when * days // moments, sizes).tolist()


def clustered_counts(rng: np.random.Generator, mean: Any, dispersion: float) -> Any:
    """Yearly counts as `clustered` has them, for arrays of means; fast, but not the same on every platform."""
    q = several(dispersion)
    occasions = np.asarray(mean) / (1 + (NIGHT - 1) * q)
    return rng.poisson(occasions * (1 - q)) + NIGHT * rng.poisson(occasions * q)
