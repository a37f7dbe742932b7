"""The worlds of the rehearsal: what is true in each."""

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
    drift: float = (
        0.0  # of the areas' reports away from the comparison areas', a year, before the plan and after
    )
    drift_points: float = 0.0  # of their shares, for the better above 0
    chosen: int = (
        1  # each of the plan's areas is the one with most reports over the three years before, of so many
    )
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
        "300 sammenligningsområder med 3 anmeldelser hver; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "300 comparison areas of 3 reports each; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        others=300,
        reports=3,
        shares=True,
    ),
    "small_7": Setting(
        "300 sammenligningsområder med 7 anmeldelser hver; alle falder 30 pct., og andele stiger 5 point overalt",
        "300 comparison areas of 7 reports each; all fall 30%, and shares rise 5 points everywhere",
        everywhere=-0.3,
        everywhere_points=0.05,
        others=300,
        reports=7,
        shares=True,
    ),
    "small_7_restless": Setting(
        "300 sammenligningsområder med 7 anmeldelser hver; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "300 comparison areas of 7 reports each; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        others=300,
        reports=7,
        shares=True,
    ),
    "small_15": Setting(
        "100 sammenligningsområder med 15 anmeldelser hver; alle stiger 40 pct., og andele falder 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "100 comparison areas of 15 reports each; all rise 40%, and shares fall 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=0.4,
        everywhere_points=-0.05,
        restless=0.2,
        restless_points=0.03,
        others=100,
        reports=15,
        shares=True,
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
        "En plan med ét område; intet er ændret, men hvert område svinger 20 pct. for sig, andele 3 point",
        "A plan of one area; nothing has changed, but each area swings by 20% of its own, shares by 3 points",
        restless=0.2,
        restless_points=0.03,
        areas=1,
        shares=True,
    ),
    "two_areas": Setting(
        "En plan med to områder; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "A plan of two areas; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        areas=2,
        shares=True,
    ),
    "unequal": Setting(
        "Områder af meget ulige størrelse; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "Areas of very unequal size; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        unequal=True,
        shares=True,
    ),
    "eight_left": Setting(
        "Fire af tolv sammenligningsområder er brudt og tæller ikke med; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "Four of twelve comparison areas are broken off and take no part; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        others=8,
        shares=True,
    ),
    "three_left": Setting(
        "Kun tre sammenligningsområder; alle falder 30 pct., og andele stiger 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "Only three comparison areas; all fall 30%, and shares rise 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=-0.3,
        everywhere_points=0.05,
        restless=0.2,
        restless_points=0.03,
        others=3,
        shares=True,
    ),
    "small_3_rise": Setting(
        "300 sammenligningsområder med 3 anmeldelser hver; alle stiger 40 pct., og andele falder 5 point overalt",
        "300 comparison areas of 3 reports each; all rise 40%, and shares fall 5 points everywhere",
        everywhere=0.4,
        everywhere_points=-0.05,
        others=300,
        reports=3,
        shares=True,
    ),
    "small_15_fall": Setting(
        "100 sammenligningsområder med 15 anmeldelser hver; alle falder 30 pct., og andele stiger 5 point overalt",
        "100 comparison areas of 15 reports each; all fall 30%, and shares rise 5 points everywhere",
        everywhere=-0.3,
        everywhere_points=0.05,
        others=100,
        reports=15,
        shares=True,
    ),
    "three_areas": Setting(
        "En plan med tre områder; alle stiger 40 pct., og andele falder 5 point overalt, og hvert område svinger 20 pct. for sig, andele 3 point",
        "A plan of three areas; all rise 40%, and shares fall 5 points everywhere, and each area swings by 20% of its own, shares by 3 points",
        everywhere=0.4,
        everywhere_points=-0.05,
        restless=0.2,
        restless_points=0.03,
        areas=3,
        shares=True,
    ),
    "very_restless_small_3": Setting(
        "300 sammenligningsområder med 3 anmeldelser hver, og hvert område svinger 30 pct. for sig",
        "300 comparison areas of 3 reports each, and each area swings by 30% of its own",
        restless=0.3,
        others=300,
        reports=3,
    ),
    "very_restless_small_15": Setting(
        "100 sammenligningsområder med 15 anmeldelser hver, og hvert område svinger 30 pct. for sig",
        "100 comparison areas of 15 reports each, and each area swings by 30% of its own",
        restless=0.3,
        others=100,
        reports=15,
    ),
    "of_3_dispersion_1": Setting(
        "24 sammenligningsområder med 3 anmeldelser hver, spredning φ = 1",
        "24 comparison areas of 3 reports each, spread φ = 1",
        dispersion=1.0,
        others=24,
        reports=3,
    ),
    "of_3_dispersion_3": Setting(
        "24 sammenligningsområder med 3 anmeldelser hver, spredning φ = 3",
        "24 comparison areas of 3 reports each, spread φ = 3",
        dispersion=3.0,
        others=24,
        reports=3,
    ),
    "of_100_dispersion_1": Setting(
        "24 sammenligningsområder med 100 anmeldelser hver, spredning φ = 1",
        "24 comparison areas of 100 reports each, spread φ = 1",
        dispersion=1.0,
        others=24,
        reports=100,
    ),
    "of_100_dispersion_3": Setting(
        "24 sammenligningsområder med 100 anmeldelser hver, spredning φ = 3",
        "24 comparison areas of 100 reports each, spread φ = 3",
        dispersion=3.0,
        others=24,
        reports=100,
    ),
    "one_area_falls": Setting(
        "En plan med ét område, hvis hærværk er faldet 60 pct. i sidste år",
        "A plan of one area whose vandalism has fallen 60% by the last year",
        pace=0.40**0.25 - 1,
        areas=1,
    ),
    "drift_5": Setting(
        "20 områder og 40 at sammenligne med; hærværk falder 5 pct. om året mere end i de andre, og andele bedres 1 point mere, før planen som efter",
        "20 areas and 40 to compare with; vandalism falls 5% a year more than in the others, and shares gain 1 point more, before the plan as after",
        drift=-0.05,
        drift_points=0.01,
        areas=20,
        others=40,
        shares=True,
    ),
    "drift_3": Setting(
        "20 områder og 40 at sammenligne med; hærværk falder 3 pct. om året mere end i de andre, og andele bedres 0,6 point mere, før planen som efter",
        "20 areas and 40 to compare with; vandalism falls 3% a year more than in the others, and shares gain 0.6 points more, before the plan as after",
        drift=-0.03,
        drift_points=0.006,
        areas=20,
        others=40,
        shares=True,
    ),
    "drift_2": Setting(
        "20 områder og 40 at sammenligne med; hærværk falder 2 pct. om året mere end i de andre, og andele bedres 0,4 point mere, før planen som efter",
        "20 areas and 40 to compare with; vandalism falls 2% a year more than in the others, and shares gain 0.4 points more, before the plan as after",
        drift=-0.02,
        drift_points=0.004,
        areas=20,
        others=40,
        shares=True,
    ),
    "chosen": Setting(
        "Intet er ændret; planens 20 områder er valgt, hver som det af fem, der havde flest anmeldelser i de tre år før; spredning φ = 1",
        "Nothing has changed; the plan's 20 areas were chosen, each as the one of five with most reports in the three years before; spread φ = 1",
        dispersion=1.0,
        chosen=5,
        areas=20,
        others=40,
    ),
    "many_on_path": Setting(
        "20 områder og 40 at sammenligne med; hærværk falder præcis som planlagt, og andele bedres med 5 point",
        "20 areas and 40 to compare with; vandalism falls exactly as planned, and shares gain 5 points",
        pace=PACE,
        points=0.05,
        areas=20,
        others=40,
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
