"""What is counted in the worlds of the rehearsal, and what may go wrong in each how often."""

from __future__ import annotations

from typing import Final

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
    "speaks_for_margin": (
        "det samme om hærværk, hvis forskellen ikke også skulle være større end den drift, der kan have været før planen",
        "the same of vandalism, if the difference did not also have to exceed the drift that may have been there before the plan",
    ),
    "speaks_for_short": (
        "siden siger, at sammenligningen taler for planen på hærværk, med kun tre års tal før planen",
        "the page says that the comparison speaks for the plan on vandalism, with only three years of figures before the plan",
    ),
    "speaks_for_short_margin": (
        "det samme om hærværk med kun tre års tal, hvis driften før planen kun skulle ligge inden for grænsen",
        "the same of vandalism with only three years of figures, if the drift before the plan had only to lie within the margin",
    ),
    "speaks_for_margin_shares": (
        "det samme om en registerandel, hvis forskellen ikke også skulle være større end den drift, der kan have været før planen",
        "the same of a register share, if the difference did not also have to exceed the drift that may have been there before the plan",
    ),
    "speaks_for_short_shares": (
        "siden siger, at sammenligningen taler for planen på en registerandel, med kun tre års tal før planen",
        "the page says that the comparison speaks for the plan on a register share, with only three years of figures before the plan",
    ),
    "speaks_for_short_margin_shares": (
        "det samme om en registerandel med kun tre års tal, hvis driften før planen kun skulle ligge inden for grænsen",
        "the same of a register share with only three years of figures, if the drift before the plan had only to lie within the margin",
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
    "small_3_rise",
    "small_15_fall",
    "one_area",
    "two_areas",
    "three_areas",
    "unequal",
    "eight_left",
    "three_left",
)
"""Worlds without an effect: comparison areas that are small, few or unequal, and areas that swing by themselves."""

DRIFTING: Final = ("drift_5", "drift_3", "drift_2")
"""Worlds without an effect in which the plan's areas draw away from the others year by year, before the plan as after."""

OF_ALL_SIZES: Final = ("of_3_dispersion_1", "of_3_dispersion_3", "of_100_dispersion_1", "of_100_dispersion_3")
"""Worlds in which intervals are tried on the smallest and the largest counts, at the least and the greatest spread."""

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
        for world in ("on_path", "on_path_1", "on_path_3")
        for measure in ("ratio_covered_areas", "ratio_covered_plan")
    },
    **{  # there all counts are 30 or more: an interval may not be too wide either
        (world, measure): (0.94, 0.98)
        for world in ("nothing", "dispersion_1", "dispersion_3")
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
        for world in SMALL_AND_RESTLESS
        for on in ("_shares", "_safety")
        for what, limit in (
            ("speaks", (None, 0.05)),
            ("effect_mean", (-0.04, 0.04)),
            ("effect_covered", (0.93, None)),
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
    ("chosen", "speaks"): (None, 0.05),
    **{(world, f"speaks{on}"): (None, 0.05) for world in DRIFTING for on in ("", "_shares", "_safety")},
    **{
        (world, "any_speaks"): (None, 0.05)
        for world in ("nothing", "shock", "restless", *SMALL_AND_RESTLESS, *DRIFTING)
    },
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
            *OF_ALL_SIZES,
        )
        for measure in ("effect_covered", "level_covered", "ratio_covered_others")
    },
    **{(f"of_100_dispersion_{phi}", "ratio_covered_others"): (0.93, 0.98) for phi in (1, 3)},
    **{("ahead", f"effect_covered{on}"): (0.93, None) for on in ("_shares", "_safety")},
    ("on_path", "effect_for"): (0.75, None),
    ("one_area_falls", "long_fall"): (0.80, None),
}
"""What the method promises (its section on honesty); measures without a limit are shown as what can be expected."""
