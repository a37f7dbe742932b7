"""The rehearsal: how often verdicts are wrong, intervals cover and changes are found, where the truth is known."""

from __future__ import annotations

import csv
import datetime as dt
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from evalbook.rehearsal.chance import stream
from evalbook.rehearsal.promises import LIMITS, MEASURES
from evalbook.rehearsal.settings import SETTINGS
from evalbook.rehearsal.tallies import Tally, added, good_words, share
from evalbook.rehearsal.try_reports import reports
from evalbook.rehearsal.try_shares import movers_only, safety_compared, shares
from evalbook.rehearsal.try_survey import mode_change, safety

REPS: Final = 10_000
SEED: Final = 2017
CHUNK: Final = 1000  # plans that are drawn at a time: the draws depend on it, so it is part of the seed


def rehearse(reps: int = REPS, seed: int = SEED, *, jobs: int | None = None) -> pd.DataFrame:
    """Error rates, coverage and power over `reps` generated plans in each world, beside their limits.

    Returns
    -------
    DataFrame
        world, measure      ids in `settings` and `promises`
        rate                share of plans (or of area-years), 0-1; of `effect_mean` a mean
        limit               "<= 0.025", ">= 0.94", "0.935 to 0.97", or empty: shown, not promised
        within              yes, no, unclear (beyond, but by less than twice the error) or empty
        error               Monte Carlo standard error of the rate
        reps                plans in that world
    """
    if reps < 1:
        raise ValueError(f"reps must be 1 or more, got {reps}")
    sizes = [min(CHUNK, reps - start) for start in range(0, reps, CHUNK)]
    tasks = [(world, size, seed, part) for world in SETTINGS for part, size in enumerate(sizes)]
    jobs = min(len(tasks), jobs or os.cpu_count() or 1)
    if jobs == 1:
        told = [_task(task) for task in tasks]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            told = list(pool.map(_task, tasks))
    rows = []
    for world in SETTINGS:
        total = added(tally for task, tally in zip(tasks, told, strict=True) if task[0] == world)
        rows += [
            _row(world, measure, total[measure], reps, total.get(f"{measure}_squared"))
            for measure in MEASURES
            if measure in total
        ]
    return pd.DataFrame(rows)


def store(found: pd.DataFrame, path: Path, seed: int, *, today: dt.date | None = None) -> None:
    """Store the result with its date and seed and the words of worlds and measures, for the method page."""
    table = found.copy()
    words = {"world": {key: (s.da, s.en) for key, s in SETTINGS.items()}, "measure": MEASURES}
    for column, texts in words.items():
        for i, language in enumerate(("da", "en")):
            table[f"{column}_{language}"] = [texts[key][i] for key in table[column]]
    table["seed"], table["date"] = seed, (today or dt.date.today()).isoformat()
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.5f", quoting=csv.QUOTE_MINIMAL)


def _task(task: tuple[str, int, int, int]) -> Tally:
    """One chunk of plans of one world, from a stream of its own."""
    world, reps, seed, part = task
    setting, rng = SETTINGS[world], stream(seed, "rehearsal", world, part)
    if world == "movers_only":
        return movers_only(reps, rng)
    if world == "mode_change":
        return mode_change(reps, rng)
    tally, vandalism = reports(setting, reps, rng)
    goals = [vandalism]
    if setting.shares:
        more, judged = shares(setting, reps, rng)
        effect, way = safety_compared(setting, reps, rng)
        tally |= more | effect
        said = [way, *(goal[-1]["speaks"] for goal in [vandalism, *judged])]
        tally["any_speaks"] = share(np.any([one != 0 for one in said], axis=0))
        goals += judged
    if setting.safety:
        more, survey = safety(setting.points, reps, rng, in_full=world == "nothing")
        tally |= more
        goals.append(survey)
    return tally | good_words(goals) if world == "nothing" else tally


def _row(
    world: str,
    measure: str,
    tally: tuple[float, int],
    reps: int,
    squared: tuple[float, int] | None = None,
) -> dict[str, object]:
    """One measure beside its limit; `squared` tallies the squares where it is a mean and no share."""
    rate = tally[0] / tally[1] if tally[1] else float("nan")
    least, most = LIMITS.get((world, measure), (None, None))
    words = {
        (True, True): "",
        (False, True): f">= {least}",
        (True, False): f"<= {most}",
        (False, False): f"{least} to {most}",
    }[least is None, most is None]
    # Areas of one plan share its dispersion, so plans are counted, not areas.
    variance = rate * (1 - rate) if squared is None else squared[0] / squared[1] - rate**2
    error = float(np.sqrt(variance / max(1, min(reps, tally[1]))))
    beyond = max(least - rate if least is not None else 0.0, rate - most if most is not None else 0.0)
    within = "yes" if beyond <= 0 else "unclear" if beyond < 2 * error else "no"
    return {
        "world": world,
        "measure": measure,
        "rate": rate,
        "limit": words,
        "within": within if words else "",
        "error": error,
        "reps": reps,
    }
