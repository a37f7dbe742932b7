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
    areas: int = 4  # of the plan
    others: int = 12  # comparison areas
    reports: float = 0.0  # a year in each comparison area; 0 for areas like the plan's
    unequal: bool = False  # do areas differ eightfold in size?
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
    "small_3": Setting(
        "300 sammenligningsområder med 3 anmeldelser hver; alle falder 30 pct. og svinger 20 pct. for sig",
        "300 comparison areas of 3 reports each; all fall 30%, and each swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        others=300,
        reports=3,
    ),
    "small_7": Setting(
        "300 sammenligningsområder med 7 anmeldelser hver; alle falder 30 pct.",
        "300 comparison areas of 7 reports each; all fall 30%",
        everywhere=-0.30,
        others=300,
        reports=7,
    ),
    "small_7_restless": Setting(
        "Det samme, og hvert område svinger 20 pct. for sig",
        "The same, and each area swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        others=300,
        reports=7,
    ),
    "small_15": Setting(
        "100 sammenligningsområder med 15 anmeldelser hver; alle stiger 40 pct. og svinger 20 pct. for sig",
        "100 comparison areas of 15 reports each; all rise 40%, and each swings by 20% of its own",
        everywhere=0.40,
        restless=0.2,
        others=100,
        reports=15,
    ),
    "very_restless": Setting(
        "Intet er ændret, men områderne svinger hver for sig med 30 pct.",
        "Nothing has changed, but each area swings by 30% of its own",
        restless=0.3,
    ),
    "very_restless_small_7": Setting(
        "300 sammenligningsområder med 7 anmeldelser hver, og hvert område svinger 30 pct. for sig",
        "300 comparison areas of 7 reports each, and each area swings by 30% of its own",
        restless=0.3,
        others=300,
        reports=7,
    ),
    "one_area": Setting(
        "En plan med ét område; intet er ændret, men områderne svinger hver for sig med 20 pct.",
        "A plan of one area; nothing has changed, but each area swings by 20% of its own",
        restless=0.2,
        areas=1,
    ),
    "two_areas": Setting(
        "En plan med to områder; alle falder 30 pct. og svinger 20 pct. for sig",
        "A plan of two areas; all fall 30%, and each swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        areas=2,
    ),
    "unequal": Setting(
        "Områder af meget ulige størrelse; alle falder 30 pct. og svinger 20 pct. for sig",
        "Areas of very unequal size; all fall 30%, and each swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        unequal=True,
    ),
    "eight_left": Setting(
        "Fire af tolv sammenligningsområder er brudt og tæller ikke med; alle falder 30 pct. og svinger 20 pct. for sig",
        "Four of twelve comparison areas are broken off and take no part; all fall 30%, and each swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        others=8,
    ),
    "three_left": Setting(
        "Kun tre sammenligningsområder; alle falder 30 pct. og svinger 20 pct. for sig",
        "Only three comparison areas; all fall 30%, and each swings by 20% of its own",
        everywhere=-0.30,
        restless=0.2,
        others=3,
    ),
    "one_area_falls": Setting(
        "En plan med ét område, hvis hærværk er faldet 60 pct. i sidste år",
        "A plan of one area whose vandalism has fallen 60% by the last year",
        pace=0.40**0.25 - 1,
        areas=1,
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
    "effect_called": (
        "forskellen på hærværk er større end sin usikkerhed",
        "the difference on vandalism is larger than its uncertainty",
    ),
    "level_covered": (
        "intervallet for sammenligningsområdernes niveau dækker sandheden, sidste år",
        "the interval of the comparison areas' level covers the truth, last year",
    ),
    "ratio_covered_others": (
        "intervallet for ændringen i sammenligningsområderne dækker sandheden, sidste år",
        "the interval of the comparison areas' change covers the truth, last year",
    ),
    "long_fall": (
        "et fald siden tre års gennemsnit vises i det første område",
        "a fall since the mean of three years is shown in the first area",
    ),
    "effect_mean": (
        "forskellen minus sandheden, i gennemsnit (100 × logaritmen)",
        "the difference minus the truth, on average (100 × the logarithm)",
    ),
    "effect_mean_shares": (
        "det samme for en registerandel (point)",
        "the same for a register share (points)",
    ),
    "effect_mean_safety": ("det samme for trygheden (point)", "the same for safety (points)"),
    "effect_for": (
        "forskellen på hærværk ligger helt på den gode side",
        "the difference on vandalism lies wholly on the good side",
    ),
    "effect_for_shares": (
        "forskellen på en registerandel ligger helt på den gode side",
        "the difference on a register share lies wholly on the good side",
    ),
    "effect_for_safety": (
        "forskellen på trygheden ligger helt på den gode side",
        "the difference on safety lies wholly on the good side",
    ),
    "level_three": (
        "evidensniveau 3 for hærværk (med planens grænse)",
        "evidence level 3 on vandalism (with the plan's margin)",
    ),
    "level_three_narrow": (
        "evidensniveau 3 for hærværk, hvis grænsen var det halve",
        "evidence level 3 on vandalism, were the margin half of that",
    ),
    "level_three_wide": (
        "evidensniveau 3 for hærværk, hvis grænsen var det dobbelte",
        "evidence level 3 on vandalism, were the margin twice that",
    ),
    "level_three_shares": (
        "evidensniveau 3 for en registerandel (med planens grænse)",
        "evidence level 3 on a register share (with the plan's margin)",
    ),
    "level_three_safety": (
        "evidensniveau 3 for trygheden (med planens grænse)",
        "evidence level 3 on safety (with the plan's margin)",
    ),
    "effect_covered": (
        "intervallet for effekten på hærværk dækker sandheden",
        "the interval of the effect on vandalism covers the truth",
    ),
    "effect_called_shares": (
        "forskellen på en registerandel er større end sin usikkerhed",
        "the difference on a register share is larger than its uncertainty",
    ),
    "effect_covered_shares": (
        "intervallet for effekten på en registerandel dækker sandheden",
        "the interval of the effect on a register share covers the truth",
    ),
    "effect_called_safety": (
        "forskellen på trygheden er større end sin usikkerhed",
        "the difference on safety is larger than its uncertainty",
    ),
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
    "any_speaks": (
        "siden siger det ene eller det andet om mindst ét af de fire mål",
        "the page says one or the other of at least one of the four goals",
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

SMALL_AND_RESTLESS: Final = (
    "small_3",
    "small_7",
    "small_7_restless",
    "small_15",
    "one_area",
    "two_areas",
    "unequal",
    "eight_left",
    "three_left",
)
"""Worlds without an effect in which the comparison alone is tried."""

Limit = tuple[float | None, float | None]  # at least, at most

LIMITS: Final[dict[tuple[str, str], Limit]] = {
    ("nothing", "plan_on_track"): (None, 0.005),
    ("nothing", "areas_on_track"): (None, 0.005),
    ("nothing", "plan_good"): (None, 0.025),
    ("nothing", "any_good_primary"): (None, 0.10),
    ("nothing", "any_good_holm"): (None, 0.10),
    ("half_pace", "plan_on_track"): (None, 0.025),
    ("half_pace", "areas_on_track"): (None, 0.025),
    ("on_path", "plan_good"): (0.90, None),
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
        (world, measure): limit
        for world in SMALL_AND_RESTLESS
        for measure, limit in (
            ("effect_called", (None, 0.06)),
            ("speaks", (None, 0.05)),
            ("effect_mean", (-0.04, 0.04)),
            ("effect_covered", (0.93, None)),
            ("level_covered", (0.93, None)),
            ("ratio_covered_others", (0.93, None)),
        )
    },
    **{
        (world, f"{what}{on}"): limit
        for world in ("nothing", "shock", "restless")
        for on in ("", "_shares", "_safety")
        for what, limit in (
            ("effect_called", (None, 0.05)),
            ("speaks", (None, 0.05)),
            ("effect_mean", (-0.04, 0.04)),
            ("effect_covered", (0.93, None)),
        )
    },
    **{(world, "any_speaks"): (None, 0.05) for world in ("nothing", "shock", "restless")},
    **{
        (world, measure): (0.93, None)
        for world in (
            "dispersion_1",
            "dispersion_3",
            "on_path",
            "on_path_1",
            "on_path_3",
            "half_pace",
            "ahead",
        )
        for measure in ("effect_covered", "level_covered", "ratio_covered_others")
    },
    **{("ahead", f"effect_covered{on}"): (0.93, None) for on in ("_shares", "_safety")},
    ("on_path", "effect_for"): (0.75, None),
    ("one_area_falls", "long_fall"): (0.80, None),
}
"""What the method promises (its section on honesty); measures without a limit are shown as what can be expected."""
