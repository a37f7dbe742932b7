"""Who a change came from: the people who stayed, those who came, and those who left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evalkit.estimates.counts import alike, counts, plain, refuse, within


@dataclass(frozen=True)
class Decomposition:
    """The change of a share in points, and the three parts that add up to it."""

    change: Any
    stayers: Any  # the stayers' own change
    movers_in: Any  # what those who came did to the share
    movers_out: Any  # what those who left did to it, by leaving


def decompose(
    *, stayers: Any, yes_before: Any, yes_after: Any, came: Any, yes_came: Any, left: Any, yes_left: Any
) -> Decomposition:
    """Change of a register share split exactly into stayers, movers in and movers out.

    With p_s the stayers' share and m the movers' part of all residents: (p_s1 - p_s0) + m_in (p_in - p_s1)
    - m_out (p_out - p_s0). Who grows into or out of the age group counts as a mover. NaN without stayers.

    Parameters
    ----------
    stayers, came, left : people there both years, only the later, only the earlier; numbers or arrays
    yes_... : those of them in the numerator (full-time persons may be fractional)

    Raises
    ------
    InvalidNumber
        Negative or NaN counts, or more in the numerator than people.
    """
    s, i, o = counts("stayers", stayers), counts("came", came), counts("left", left)
    s0, s1 = (counts("yes_before", yes_before, whole=False), counts("yes_after", yes_after, whole=False))
    yi, yo = (counts("yes_came", yes_came, whole=False), counts("yes_left", yes_left, whole=False))
    s, i, o, s0, s1, yi, yo = alike(
        stayers=s, came=i, left=o, yes_before=s0, yes_after=s1, yes_came=yi, yes_left=yo
    )
    s0, s1, yi, yo = within(s0, s), within(s1, s), within(yi, i), within(yo, o)
    for name, yes, people in (("before", s0, s), ("after", s1, s), ("came", yi, i), ("left", yo, o)):
        refuse(yes > people, f"yes_{name} exceeds the people it is part of", yes, people)
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = s0 / s, s1 / s
        # m (p - p_s) = (yes - people p_s) / all, which needs no share of nobody.
        into, out = (yi - i * after) / (s + i), -(yo - o * before) / (s + o)
        change = (s1 + yi) / (s + i) - (s0 + yo) / (s + o)
    known = s > 0
    return Decomposition(*(plain(np.where(known, x, np.nan)) for x in (change, after - before, into, out)))
