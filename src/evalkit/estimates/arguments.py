"""What an argument of an estimate may be, and the quantiles, p-values and results that all estimates share."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from evalkit.errors import InvalidNumber
from evalkit.terms import Estimate, Polarity

Numbers = NDArray[np.float64]
Scale = Literal["points", "relative"]  # of a change: a difference of shares, or a ratio of rates minus 1


def numbers(name: str, values: ArrayLike) -> Numbers:
    """`values` as floats; text, NaN and infinity are refused with the values that are wrong."""
    array = _floats(name, values)
    refuse(~np.isfinite(array), f"{name} must be finite numbers; leave missing cells out first", array)
    return array


def counts(name: str, values: ArrayLike, *, whole: bool = True) -> Numbers:
    """`values` as counts: finite, not negative, and whole unless `whole` is False."""
    array = numbers(name, values)
    refuse(array < 0, f"{name} cannot be negative", array)
    if whole:
        refuse(array != np.floor(array), f"{name} must be whole numbers", array)
    return array


def alike(**lists: ArrayLike | None) -> tuple[Numbers, ...]:
    """The lists, equally long and in the order given; a single number stands for as many as the others have.

    What is None is left out. Other lengths are refused with all of them named (an underscore in a name is
    said as a space).
    """
    arrays = {
        name.replace("_", " "): _floats(name, values) for name, values in lists.items() if values is not None
    }
    shapes = [array.shape for array in arrays.values()]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        *first, last = arrays
        said = ", ".join(" x ".join(map(str, one)) or "a single number" for one in shapes)
        raise InvalidNumber(
            f"{', '.join(first)} and {last} must be lists of one length, or single numbers; their lengths are {said}."
        ) from None
    return tuple(np.array(np.broadcast_to(array, shape)) for array in arrays.values())


def finite(**lists: ArrayLike | None) -> tuple[Numbers, ...]:
    """`alike`, of finite numbers only; NaN and infinity are refused with the values that are wrong."""
    return alike(
        **{name: None if one is None else numbers(name.replace("_", " "), one) for name, one in lists.items()}
    )


def within(part: Numbers, whole: Numbers) -> Numbers:
    """`part`, set to `whole` where only rounding puts it above: 0.4 + 2.2 + 2.2 + 2.2 is a hair above 7."""
    return np.where((part > whole) & (part <= whole * (1 + 1e-12)), whole, part)


def events_of(
    name: str, events: ArrayLike, exposure_name: str, exposure: ArrayLike
) -> tuple[Numbers, Numbers]:
    """Whole events and the people they happened to, of one shape; events where nobody lives are refused."""
    seen, people = counts(name, events), counts(exposure_name, exposure, whole=False)
    seen, people = alike(**{name: seen, exposure_name: people})
    refuse((people == 0) & (seen > 0), f"{name} where {exposure_name} is 0", seen)
    return seen, people


def dispersion_of(dispersion: ArrayLike) -> Numbers:
    """The dispersion phi, refused below 1: counts that vary less than independent ones do so by chance."""
    phi = numbers("dispersion", dispersion)
    refuse(phi < 1, "dispersion cannot be below 1", phi)
    return phi


def level_of(level: float) -> float:
    """The confidence level, refused outside (0, 1): 0.95 means 95 %, never 95."""
    if not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise InvalidNumber(f"level must lie between 0 and 1 (0.95 means 95 %), got {level!r}.")
    return float(level)


def direction_of(polarity: Polarity | str) -> int:
    """+1 where higher is better, -1 where lower is; anything else is refused."""
    try:
        return 1 if Polarity(polarity) is Polarity.HIGHER else -1
    except ValueError:
        known = " or ".join(repr(p.value) for p in Polarity)
        raise InvalidNumber(f"polarity must be {known}, got {polarity!r}.") from None


def is_relative(scale: Scale) -> bool:
    """True for a relative change, False for one in points; anything else is refused."""
    if scale not in ("points", "relative"):
        raise InvalidNumber(f"scale must be 'points' or 'relative', got {scale!r}.")
    return scale == "relative"


def quantile_of(level: float, df: ArrayLike | None = None) -> Any:
    """Two-sided quantile of the normal distribution, or of t where `df` degrees of freedom are given."""
    tail = (1 - level_of(level)) / 2
    if df is None:
        return _quantile(tail, None)
    degrees = numbers("df", df)
    refuse(degrees <= 0, "degrees of freedom must be above zero", degrees)
    return _quantile(tail, degrees.item()) if degrees.ndim == 0 else stats.t.isf(tail, degrees)


def two_sided_p(z: Numbers, df: ArrayLike | None = None) -> Numbers:
    """Chance of a value at least as far from 0 as `z`, normal or of t: `quantile_of` the other way round."""
    return 2 * (stats.norm.sf(z) if df is None else stats.t.sf(z, numbers("df", df)))


def estimate(value: Any, lower: Any, upper: Any, *, level: float, method: Any, **more: Any) -> Estimate:
    """An `Estimate` of single numbers where single numbers were given, of arrays otherwise."""
    others = {name: plain(one) for name, one in more.items()}
    return Estimate(plain(value), plain(lower), plain(upper), level_of(level), plain(method), **others)


def refuse(wrong: ArrayLike, message: str, *values: ArrayLike) -> None:
    """Stop with InvalidNumber if anything is `wrong`; the message ends with the first five wrong values."""
    bad = np.asarray(wrong)
    if not bad.any():
        return
    shown = [np.broadcast_to(np.asarray(value), bad.shape)[bad][:5].tolist() for value in values]
    raise InvalidNumber(
        f"{message}, got " + " and ".join(", ".join(f"{v:.12g}" for v in some) for some in shown)
    )


def plain(value: Any) -> Any:
    """A Python number where a single one was asked for, the array otherwise."""
    array = np.asarray(value)
    return array.item() if array.ndim == 0 else array


def _floats(name: str, values: ArrayLike) -> Numbers:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InvalidNumber(f"{name} must be numbers, got {values!r}.") from None


@cache  # scipy.stats spends 50 µs on a single number, half of what a survey estimate takes in all
def _quantile(tail: float, df: float | None) -> float:
    return float(stats.norm.isf(tail) if df is None else stats.t.isf(tail, df))
