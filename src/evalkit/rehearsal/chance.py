"""Chance that gives the same draws on every platform: only uniform numbers and whole numbers are drawn."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, *names: object) -> np.random.Generator:
    """The random stream of one table and area: what else is made, and in which order, does not move it."""
    return np.random.Generator(np.random.PCG64([seed, *(crc32(str(name).encode()) for name in names)]))


def happens(rng: np.random.Generator, n: int, p: float) -> int:
    """How many of n independent tries succeed."""
    return int((rng.random(n) < p).sum())


def clustered(rng: np.random.Generator, mean: float, dispersion: float, days: int) -> list[int]:
    """Days (0 to days - 1, sorted) of a year's events: `mean` expected, variance `dispersion` times the mean.

    Occasions come at random; most have one event and some have four on one night. With q the share of
    those, variance over mean is (1 + 15 q)/(1 + 3 q).

    Raises
    ------
    ValueError
        Dispersion outside 1 to 4.
    """
    if not 1 <= dispersion <= 4:
        raise ValueError(f"dispersion must lie between 1 and 4, got {dispersion}")
    q = (dispersion - 1) / (15 - 3 * dispersion)
    moments = days * max(24, int(mean))  # many more than occasions, so that their number is near Poisson
    when = np.flatnonzero(rng.random(moments) < mean / (1 + 3 * q) / moments)
    sizes = np.where(rng.random(when.size) < q, 4, 1)
    return np.repeat(when * days // moments, sizes).tolist()
