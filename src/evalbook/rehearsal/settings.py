"""The worlds of the rehearsal: what is true in each, and what may go wrong in it how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PACE: Final = -0.15  # planned change a year, compounding
HALF: Final = (1 + PACE) ** 0.5 - 1  # half the planned change, on the log scale


@dataclass(frozen=True)
class Setting:
    """One world: what really happens to reports, shares and safety after the baseline year."""

    da: str
    en: str
    pace: float = 0.0  # change of the areas' reports a year
    everywhere: float = 0.0  # change of all areas' reports and comparators' in the last two years
    dispersion: float = 2.0
    restless: float = 0.0  # standard deviation of every area's own log change, whatever its reason
    everywhere_points: float = 0.0  # change of all areas' shares and comparators' in the last two years
    restless_points: float = (
        0.0  # standard deviation of every area's own change of a share, whatever its reason
    )
    points: float = 0.0  # change of the areas' shares by the last year, for the better above 0
    shares: bool = False  # are register shares drawn?
    safety: bool = False  # is the survey drawn?


SETTINGS: Final[dict[str, Setting]] = {
    "nothing": Setting("Intet er ændret", "Nothing has changed", shares=True, safety=True),
    "half_pace": Setting(
        "Hærværk falder med det halve af det planlagte",
        "Vandalism falls by half of what is planned",
        pace=HALF,
    ),
    "on_path": Setting("Hærværk falder præcis som planlagt", "Vandalism falls exactly as planned", pace=PACE),
    "ahead": Setting(
        "Hærværk falder 30 pct. om året; andele bedres med 10 point",
        "Vandalism falls 30% a year; shares gain 10 points",
        pace=-0.30,
        points=0.10,
        shares=True,
        safety=True,
    ),
    "worse": Setting(
        "Hærværk stiger 10 pct. om året; andele forværres med 10 point",
        "Vandalism rises 10% a year; shares lose 10 points",
        pace=0.10,
        points=-0.10,
        shares=True,
        safety=True,
    ),
    "shock": Setting(
        "Et fælles chok: hærværk 20 pct. lavere og andele 5 point højere overalt de to sidste år",
        "A common shock: vandalism 20% lower and shares 5 points higher everywhere in the last two years",
        everywhere=-0.20,
        everywhere_points=0.05,
        shares=True,
    ),
    "restless": Setting(
        "Intet er ændret, men områderne svinger hver for sig med 15 pct., andele med 3 point",
        "Nothing has changed, but each area swings by 15% of its own, shares by 3 points",
        restless=0.15,
        restless_points=0.03,
        shares=True,
    ),
    "movers_only": Setting(
        "Andelen på ydelser falder kun, fordi andre flytter ind",
        "The share on benefits falls only because other people move in",
    ),
    "mode_change": Setting(
        "Undersøgelsen skifter fra telefon til net og måler 6 point højere",
        "The survey goes from telephone to web and measures 6 points higher",
    ),
    "dispersion_1": Setting(
        "Intet er ændret, spredning φ = 1", "Nothing has changed, spread φ = 1", dispersion=1.0
    ),
    "dispersion_3": Setting(
        "Intet er ændret, spredning φ = 3", "Nothing has changed, spread φ = 3", dispersion=3.0
    ),
    "on_path_1": Setting(
        "Hærværk falder præcis som planlagt, spredning φ = 1",
        "Vandalism falls exactly as planned, spread φ = 1",
        pace=PACE,
        dispersion=1.0,
    ),
    "on_path_3": Setting(
        "Hærværk falder præcis som planlagt, spredning φ = 3",
        "Vandalism falls exactly as planned, spread φ = 3",
        pace=PACE,
        dispersion=3.0,
    ),
}

MEASURES: Final[dict[str, tuple[str, str]]] = {
    "plan_reached": ("planen kaldes »nået« i sidste år", "the plan is called “reached” in the last year"),
    "areas_reached": ("et område kaldes »nået« i sidste år", "an area is called “reached” in the last year"),
    "plan_off_track": (
        "planen kaldes »ikke på sporet« i sidste år",
        "the plan is called “off track” in the last year",
    ),
    "areas_off_track": (
        "et område kaldes »ikke på sporet« i sidste år",
        "an area is called “off track” in the last year",
    ),
    "plan_on_track": (
        "planen kaldes »på sporet« eller »nået« i sidste år",
        "the plan is called “on track” or “reached” in the last year",
    ),
    "areas_on_track": (
        "et område kaldes »på sporet« eller »nået« i sidste år",
        "an area is called “on track” or “reached” in the last year",
    ),
    "plan_good": (
        "planen får et godt ord om hærværk i sidste år",
        "the plan is given a good word on vandalism in the last year",
    ),
    "areas_good": (
        "et område får et godt ord om hærværk i sidste år",
        "an area is given a good word on vandalism in the last year",
    ),
    "ratio_covered_areas": (
        "intervallet for ændringen i hærværk dækker sandheden, områder, alle år",
        "the interval of the change in vandalism covers the truth, areas, all years",
    ),
    "ratio_covered_plan": (
        "intervallet for ændringen i hærværk dækker sandheden, planen, alle år",
        "the interval of the change in vandalism covers the truth, plan, all years",
    ),
    "trend_covered_plan": (
        "intervallet for den årlige ændring dækker sandheden, planen",
        "the interval of the annual change covers the truth, plan",
    ),
    "before_after_called": (
        "før og efter alene viser et fald i hærværk",
        "before and after alone shows a fall in vandalism",
    ),
    "effect_called": ("der påstås en effekt på hærværk", "an effect on vandalism is claimed"),
    "effect_covered": (
        "intervallet for effekten på hærværk dækker sandheden",
        "the interval of the effect on vandalism covers the truth",
    ),
    "effect_called_shares": (
        "der påstås en effekt på en registerandel",
        "an effect on a register share is claimed",
    ),
    "effect_covered_shares": (
        "intervallet for effekten på en registerandel dækker sandheden",
        "the interval of the effect on a register share covers the truth",
    ),
    "effect_called_safety": ("der påstås en effekt på trygheden", "an effect on safety is claimed"),
    "effect_covered_safety": (
        "intervallet for effekten på trygheden dækker sandheden",
        "the interval of the effect on safety covers the truth",
    ),
    "speaks": (
        "siden siger, at sammenligningen taler for eller imod planen på hærværk",
        "the page says that the comparison speaks for the plan or against it on vandalism",
    ),
    "speaks_for": (
        "siden siger, at sammenligningen taler for planen på hærværk",
        "the page says that the comparison speaks for the plan on vandalism",
    ),
    "speaks_shares": (
        "siden siger, at sammenligningen taler for eller imod planen på en registerandel",
        "the page says that the comparison speaks for the plan or against it on a register share",
    ),
    "speaks_for_shares": (
        "siden siger, at sammenligningen taler for planen på en registerandel",
        "the page says that the comparison speaks for the plan on a register share",
    ),
    "speaks_safety": (
        "siden siger, at sammenligningen taler for eller imod planen på trygheden",
        "the page says that the comparison speaks for the plan or against it on safety",
    ),
    "speaks_for_safety": (
        "siden siger, at sammenligningen taler for planen på trygheden",
        "the page says that the comparison speaks for the plan on safety",
    ),
    "any_speaks_for": (
        "siden siger det om mindst ét af de fire mål",
        "the page says so of at least one of the four goals",
    ),
    "shares_improved_plan": (
        "en registerandel kaldes bedre, planen, sidste år",
        "a register share is called improved, plan, last year",
    ),
    "shares_worsened_plan": (
        "en registerandel kaldes værre, planen, sidste år",
        "a register share is called worsened, plan, last year",
    ),
    "shares_covered": (
        "intervallet for ændringen i en registerandel dækker sandheden",
        "the interval of the change in a register share covers the truth",
    ),
    "safety_improved_plan": (
        "trygheden kaldes bedre, planen, sidste år",
        "safety is called improved, plan, last year",
    ),
    "safety_worsened_plan": (
        "trygheden kaldes værre, planen, sidste år",
        "safety is called worsened, plan, last year",
    ),
    "safety_covered_areas": (
        "intervallet for ændringen i tryghed dækker sandheden, områder",
        "the interval of the change in safety covers the truth, areas",
    ),
    "safety_covered_plan": (
        "intervallet for ændringen i tryghed dækker sandheden, planen",
        "the interval of the change in safety covers the truth, plan",
    ),
    "any_good_primary": (
        "mindst ét falsk godt ord blandt planens fire primære",
        "at least one false good word among the plan's four primary ones",
    ),
    "any_good_areas": (
        "mindst ét falsk godt ord blandt 64 områdeår, uden korrektion",
        "at least one false good word among 64 area-years, uncorrected",
    ),
    "any_good_holm": (
        "mindst ét falsk godt ord blandt 64 områdeår, med Holm",
        "at least one false good word among 64 area-years, with Holm",
    ),
    "good_of_64": (
        "falske gode ord blandt 64 områdeår, andel",
        "false good words among 64 area-years, share",
    ),
    "parts_differ": (
        "ændringen går ikke op, når den deles på blivere og flyttere",
        "the split into stayers and movers does not add up",
    ),
    "stayers_called": (
        "bliverne siges selv at have ændret sig",
        "the stayers are said to have changed themselves",
    ),
    "stock_improved": (
        "andelen kaldes bedre, planen (den er faldet)",
        "the share is called improved, plan (it has fallen)",
    ),
    "break_ignored": (
        "trygheden kaldes bedre, når bruddet er noteret",
        "safety is called improved when the break is on record",
    ),
    "break_unknown": (
        "trygheden kaldes bedre, når ingen har noteret bruddet",
        "safety is called improved when nobody recorded the break",
    ),
}

Limit = tuple[float | None, float | None]  # at least, at most

LIMITS: Final[dict[tuple[str, str], Limit]] = {
    ("nothing", "plan_on_track"): (None, 0.005),
    ("nothing", "areas_on_track"): (None, 0.005),
    ("nothing", "plan_good"): (None, 0.025),
    ("nothing", "any_good_primary"): (None, 0.10),
    ("nothing", "any_good_holm"): (None, 0.10),
    ("half_pace", "plan_on_track"): (None, 0.025),
    ("half_pace", "areas_on_track"): (None, 0.025),
    ("on_path", "plan_good"): (0.80, None),
    ("worse", "plan_good"): (None, 0.005),
    ("movers_only", "parts_differ"): (None, 0.0),
    ("movers_only", "stayers_called"): (None, 0.05),
    ("mode_change", "break_ignored"): (None, 0.0),
    **{
        (world, f"{who}_{word}"): (None, 0.025)
        for world in ("on_path", "on_path_1", "on_path_3")
        for who in ("plan", "areas")
        for word in ("reached", "off_track")
    },
    **{
        (world, measure): (0.94, None)
        for world in ("nothing", "dispersion_1", "dispersion_3", "on_path", "on_path_1", "on_path_3")
        for measure in ("ratio_covered_areas", "ratio_covered_plan")
    },
    ("nothing", "safety_covered_areas"): (0.935, 0.97),
    **{(world, "safety_covered_plan"): (0.935, 0.97) for world in ("nothing", "ahead", "worse")},
    **{
        (world, f"{what}{on}"): (None, 0.05)
        for world in ("nothing", "shock", "restless")
        for what in ("effect_called", "speaks")
        for on in ("", "_shares", "_safety")
    },
    **{
        (world, f"effect_covered{on}"): (0.93, None)
        for world in ("nothing", "shock", "restless")
        for on in ("", "_shares", "_safety")
    },
    **{(world, "any_speaks_for"): (None, 0.10) for world in ("nothing", "shock", "restless")},
    ("on_path", "speaks_for"): (0.80, None),
    **{(world, "effect_covered"): (0.90, None) for world in ("half_pace", "on_path", "ahead")},
    **{("ahead", f"effect_covered{on}"): (0.90, None) for on in ("_shares", "_safety")},
}
"""What the method promises (its section on honesty); measures without a limit are shown as what can be expected."""
