"""dataset.yml: what a data set says of itself; read without pandas."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, field_validator

from evalkit.errors import did_you_mean
from evalkit.plan import Period
from evalkit.plan.records import Text
from evalkit.schema import INCIDENTS


class Reports(BaseModel):
    """dataset.yml, incidents: what was asked for and handed over, also where there was nothing to report."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: tuple[str, ...] = ()  # in every plan year of the period
    areas: tuple[str, ...] = ()  # ids; "all" means every area and comparator
    calendar_years: bool = False  # counted by calendar year alone, each dated 1 July of it

    @field_validator("kinds")
    @classmethod
    def _kinds_are_known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        for kind in kinds:  # an indicator may count others
            slip = get_close_matches(kind, INCIDENTS, n=1, cutoff=0.75)
            if slip and kind not in INCIDENTS:
                raise ValueError(f"{kind!r} is no kind of incident. {did_you_mean(kind, slip)}")
        return kinds


class Meta(BaseModel):
    """dataset.yml: what the data set is, and the days that it covers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    synthetic: bool
    version: str
    date: date
    supplied_by: str
    period: Period | None = None  # the days that the incidents cover; outside, nothing is known of them
    incidents: Reports = Reports()  # what the rows of incidents cannot show: see delivery.py
    description: Text
    seed: int | None = None
