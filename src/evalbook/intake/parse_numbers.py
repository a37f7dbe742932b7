"""Numbers: one reading for all numbers of a source, or a refusal that gives both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from evalbook.intake.sheet import SPACES, Cell, Sheet, Unfit
from evalkit.errors import Problem
from evalkit.schema import Column

Decimals = Literal["comma", "point"]
WITHHELD: Final = ("..", "…", "...")  # Statistics Denmark: missing, withheld or too uncertain
_COMMA: Final = re.compile(r"-?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?")
_POINT: Final = re.compile(r"-?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?")
_THOUSANDS_SPACE: Final = re.compile(rf"-?\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)?")
_HIDDEN_BY_SUPPLIER: Final = re.compile(r"[<>≤≥]\s*\d+|x|\*|:|n/?a|diskretion", re.IGNORECASE)
_ZERO_OR_NONE: Final = ("-", "–", "—", "\u2212")


@dataclass(frozen=True)
class Given:
    """One cell of a column of numbers, and where it stands."""

    sheet: Sheet
    row: int
    column: int
    name: str
    cell: Cell
    of: Column  # of the contract

    def problem(self, wrong: str, advice: str) -> Problem:
        """A problem in the cell."""
        return self.sheet.problem(self.row, self.column, self.name, wrong, advice)

    def unsure(self, found: Mapping[Decimals, float], more: int) -> str:
        """Both readings of it, and that others may be read in two ways as well."""
        also = f", and so may {more} more cells" if more else ""
        return (
            f"{self.cell!r} may be {found['comma']:.10g} (decimal comma) or "
            f"{found['point']:.10g} (decimal point){also}"
        )


def readings(text: str) -> dict[Decimals, float]:
    """The numbers that a text may be, by decimal sign; empty when it is no number."""
    plain = text.strip(SPACES).replace("\u2212", "-")
    if _THOUSANDS_SPACE.fullmatch(plain):
        plain = re.sub(rf"[{SPACES}]", "", plain)
    if not plain.isascii():
        return {}
    found: dict[Decimals, float] = {}
    if _COMMA.fullmatch(plain):
        found["comma"] = float(plain.replace(".", "").replace(",", "."))
    if _POINT.fullmatch(plain):
        found["point"] = float(plain.replace(",", ""))
    return found


def decide(cells: Iterable[Given], said: Decimals | None) -> tuple[Decimals | None, list[Problem]]:
    """The decimal sign of a whole source: from what can be read in only one way, never from what can be read in two."""
    proof: dict[Decimals, Given] = {}
    proved: list[Given] = []
    unsure: list[tuple[Given, dict[Decimals, float]]] = []
    for given in cells:
        if not isinstance(given.cell, str):
            continue
        found = readings(_bare(given))
        if len(found) == 1:
            proof.setdefault(next(iter(found)), given)
            proved.append(given)
        elif len(set(found.values())) == 2:
            unsure.append((given, found))
    if said:
        return said, []  # what does not fit it is refused cell by cell
    if len(proof) == 2:
        comma, point = proof["comma"], proof["point"]
        other = f"{comma.cell!r} in {comma.sheet.at(comma.row, comma.column)} has a decimal comma."
        wrong = f"{point.cell!r} has a decimal point, but {other}"
        return None, [point.problem(wrong, "Use one of them in the whole file.")]
    if proof:
        sign, first = next(iter(proof.items()))
        if doubtful := _one_cell_for_many(sign, first, proved, unsure):
            return None, [doubtful]
        return sign, []
    if unsure:
        given, found = unsure[0]
        wrong = f"{given.unsure(found, len(unsure) - 1)}."
        return None, [given.problem(wrong, "Say which: --decimals comma or --decimals point.")]
    return None, []


def _one_cell_for_many(
    sign: Decimals,
    first: Given,
    proved: list[Given],
    unsure: list[tuple[Given, dict[Decimals, float]]],
) -> Problem | None:
    """A column with decimals in which few cells would make thousands of what many others may have as decimals."""
    thousands = "." if sign == "comma" else ","
    if any(thousands in _bare(given) for given in proved):  # 1.234,5 or 12.345.678: the sign is in use
        return None
    for given, found in unsure:
        if given.of.kind == "whole" or thousands not in _bare(given):
            continue
        like = [one for one, _ in unsure if one.column == given.column and thousands in _bare(one)]
        if len(like) >= sum(one.column == given.column for one in proved):
            alone = f"{first.cell!r} in {first.sheet.at(first.row, first.column)} alone does not settle it."
            return given.problem(
                f"{given.unsure(found, len(like) - 1)}; {alone}",
                f"--decimals {sign} if it is {found[sign]:.10g}; otherwise write {first.cell!r} as the others are written.",
            )
    return None


def uneven(cells: Iterable[Given]) -> Iterator[Problem]:
    """A count written with decimals among counts without: "8,0" beside "850" may be a slip for "850"."""
    counts = [given for given in cells if readings(_bare(given))]
    with_decimals = [
        given for given in counts if isinstance(given.cell, str) and re.search(r"[.,]0{1,2}$", _bare(given))
    ]
    if 0 < len(with_decimals) < len(counts):
        odd = with_decimals[0]
        wrong = f"{odd.cell!r} is a count with decimals, and others in the column have none."
        yield odd.problem(wrong, "Correct it, or write all of them alike.")


def parse(given: Given, decimals: Decimals | None) -> float | int:
    """The number in a cell; Unfit when it is none, is below the minimum, or is not whole where it must be."""
    cell, whole, minimum = given.cell, given.of.kind == "whole", given.of.minimum
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Unfit(f"{cell!s} is not a number.", "Type a number.")
    if isinstance(cell, str):
        text = _bare(given)
        found = readings(text)
        if not found:
            raise _why_not(cell)
        if (
            whole
            and re.search(r"[.,]\d{3,}$", text)
            and decimals
            and text.count("," if decimals == "comma" else ".")
        ):
            raise Unfit(
                f"{cell!r} is a count with decimals, or has a thousands sign that does not fit a decimal {decimals}.",
                "Write it plainly.",
            )
        values = set(found.values())
        if len(values) == 2 and decimals is None:
            raise Unfit(f"{cell!r} can be read in two ways.", "Use --decimals.")
        if decimals and decimals not in found and len(found) == 1:
            raise Unfit(
                f"{cell!r} does not fit a decimal {decimals}.", "Use one decimal sign in the whole file."
            )
        value = found[decimals] if decimals and decimals in found else next(iter(values))
    else:
        value = float(cell)
    if value != value or abs(value) > 1e12:
        raise Unfit(f"{cell!r} is no possible number.", "Correct it.")
    if minimum is not None and value < minimum:
        raise Unfit(f"{cell!r} is below {minimum:g}.", "Correct it.")
    if whole:
        if value != int(value):
            raise Unfit(
                f"{cell!r} is not a whole number, and the column counts whole reports, people or answers.",
                "Ask for the counts where this is a share, an average or a weighted figure; what two areas or periods share "
                "is counted whole in one of them.",
            )
        return int(value)
    return value


def is_withheld(cell: Cell) -> bool:
    """Whether the source says that the figure is missing or withheld."""
    return isinstance(cell, str) and cell.strip() in WITHHELD


def _bare(given: Given) -> str:
    text = str(given.cell).strip(SPACES)
    if given.of.unit == "DKK":  # "kr." may stand beside it
        text = re.sub(r"(?i)^(?:kr\.?|dkk)\s*|\s*(?:kr\.?|dkk)$", "", text)
    return text


def _why_not(cell: str) -> Unfit:
    text = cell.strip()
    if text in _ZERO_OR_NONE:
        return Unfit(f"{text!r} may mean 0 or not known.", "Write 0, or .. if it is not known.")
    if "%" in text:
        return Unfit(f"{text!r} is a percentage.", "The column takes counts or amounts, not percent.")
    if text.startswith("#"):
        return Unfit(
            f"{text!r} is an error in a formula, or a column too narrow.", "Mend it in Excel and save again."
        )
    if _HIDDEN_BY_SUPPLIER.fullmatch(text):
        return Unfit(
            f"{text!r} seems to be withheld by the supplier.",
            "Ask for the figure, or write .. where it is not known.",
        )
    if re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", text):
        return Unfit(
            f"{text!r} is a rounded number (scientific notation).",
            "Show the column as a plain number and save again.",
        )
    if text.startswith(("=", "@")):
        return Unfit(f"{text[:20]!r} is a formula, not a number.", "Save the result, not the formula.")
    return Unfit(f"{text[:40]!r} is not a number.", "Type a number.")
