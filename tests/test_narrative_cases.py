"""How the awkward cases read in Danish: nothing, one, unchanged, missing, hidden, broken, too few."""

from __future__ import annotations

import pytest

import rows as made
from evalkit import cards, tables
from evalkit.cards import report_cards
from evalkit.chapters import areas, cause
from evalkit.text import caveat, comparison, narrative, sentences
from evalkit.text.html import joined
from evalkit.text.marks import mark
from evalkit.text.reading import read

NAN = float("nan")


def goal(row: str, language: str = "da", **cells) -> str:
    name, area, year = row.split(".")
    report = made.report(area, int(year), table=made.changed(made.rows(), row, **cells), language=language)
    return repr(narrative.goal(report, name)).replace("\u00a0", " ")


def test_no_reports_at_all():
    said = goal("haervaerk.ringparken.2019", numerator=0, value=0.0)
    assert said.startswith("Der kom ingen anmeldelser af hærværk i planår 2019 mod 40 i 2017.")


def test_one_report():
    said = goal("haervaerk.ringparken.2019", numerator=1, value=0.7)
    assert said.startswith(
        "Der kom 1 anmeldelse af hærværk i planår 2019 mod 40 i 2017. Pr. 1.000 beboere er det 0,7 mod 28,8."
    )


def test_nobody_of_a_group():
    said = goal("uddannelse.ringparken.2019", numerator=0, value=0.0)
    assert said.startswith(
        "Ingen af de 18–24-årige er i gang med eller har fuldført en uddannelse i planår 2019 mod 51,3 pct. i 2017."
    )


def test_no_baseline():
    said = goal(
        "tryghed.ringparken.2019",
        baseline_value=NAN,
        change=NAN,
        change_lower=NAN,
        change_upper=NAN,
        effect=NAN,
        verdict="not_assessable",
        verdict_rule="no_data",
    )
    assert said.startswith(
        "71,9 pct. af beboerne føler sig trygge i høj eller nogen grad i planår 2019. En ændring siden 2017 kan ikke vurderes."
    )


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("missing", "Ingen af målene kan vurderes: Der er ingen tal fra 2017 at regne fra."),
        ("value", "Ingen af målene kan vurderes."),
        ("suppressed", "Ingen af målene kan vurderes."),
    ],
)
def test_where_no_goal_can_be_assessed_the_page_does_not_begin_with_no_movement(base, said):
    table = made.rows()
    for name in ("tryghed", "haervaerk", "uddannelse", "forsoergelse"):
        table = made.changed(table, f"{name}.ringparken.2019", verdict="not_assessable")
        table = made.changed(table, f"{name}.ringparken.2017", shown=base)
    assert repr(narrative.lead(made.report(table=table))).replace("\u00a0", " ") == said


def test_unchanged():
    table = made.changed(made.rows(), "haervaerk.ringparken.2019", change=0.0, comparator_change=0.0)
    r = read(made.report(table=table), "haervaerk")
    assert sentences.change(r).plain == "Niveauet er det samme som i 2017."
    assert "I resten af Slagelse Kommune er niveauet det samme som i 2017." in repr(
        narrative.goal(made.report(table=table), "haervaerk")
    )


def test_missing():
    assert goal("tryghed.ringparken.2019", shown="missing") == "Der er ingen data for planår 2019."


def test_hidden():
    said = goal("tryghed.ringparken.2019", shown="suppressed", hidden_by="confidential")
    assert (
        said
        == "Tallet for planår 2019 er skjult af hensyn til fortrolighed. Derfor kan en ændring heller ikke vises."
    )


def test_fewer_than_the_threshold_is_only_said_where_it_may_be_said():
    may = goal("uddannelse.ringparken.2019", shown="suppressed", hidden_by="below_threshold")
    assert may.startswith("Tallet for planår 2019 er skjult: der er færre end 5.")
    assert "færre end" not in goal("uddannelse.ringparken.2019", shown="suppressed", hidden_by="confidential")


def test_a_hidden_baseline_hides_the_change_and_says_so():
    said = goal(
        "tryghed.ringparken.2019",
        baseline_value=NAN,
        change=NAN,
        change_lower=NAN,
        change_upper=NAN,
        effect=NAN,
        verdict="suppressed",
        verdict_rule="hidden",
    )
    assert said.endswith("Ændringen siden 2017 er skjult af hensyn til fortrolighed.")


@pytest.mark.parametrize(
    ("respondents", "expected"),
    [
        (1, "Et enkelt svar er for lidt til at vise et niveau for planår 2019."),
        (29, "29 svar er for få til at vise et niveau for planår 2019."),
        (30, "De 30 svar siger, når de vægtes, for lidt til at vise et niveau for planår 2019."),
        (float("nan"), "Svarene siger for lidt til at vise et niveau for planår 2019."),
    ],
)
def test_too_few_answers(respondents, expected):
    said = goal("tryghed.ringparken.2019", shown="missing", note="too_few", respondents=respondents)
    assert said == expected


def test_a_broken_series():
    said = goal(
        "tryghed.ringparken.2019", verdict="cannot_tell", verdict_rule="series_break", series_break="yes"
    )
    assert "Serien er brudt, så tallet kan ikke sammenlignes med 2017." in said


def test_the_number_is_reached_though_nothing_can_be_told():
    report = made.report(
        table=made.changed(made.rows(), "haervaerk.ringparken.2019", target_reached="yes", target=20.8)
    )
    assert (
        narrative.finding(report, "haervaerk")
        == "Hærværk: tallet er nået, men vi kan ikke se, om niveauet er ændret"
    )


def test_a_reader_sees_hidden_and_missing_as_words_never_as_nought():
    table = made.changed(made.rows(), "tryghed.ringparken.2018", shown="suppressed")
    numbers = repr(tables.numbers(made.report(table=table), "tryghed"))
    assert "2018 · – · – · skjult · –" in numbers


def test_a_mark_says_which_figures_are_made_up_and_which_are_real_where_there_are_both():
    for language, said in (("da", "Opdigtet"), ("en", "Made up")):
        assert repr(mark(made.report(language=language))) == said
    assert mark(made.report(synthetic=False)) is None
    assert repr(mark(made.report(), official=True)) == "Virkeligt tal"


def test_the_linear_reading_of_the_target_is_a_caveat():
    table = made.changed(
        made.rows(), "haervaerk.ringparken.2019", target_linear=20.16, verdict_linear="off_track"
    )
    said = repr(narrative.caveats(made.report(table=table), "haervaerk")).replace("\u00a0", " ")
    assert (
        "Regnes procenten hvert år af niveauet i basisåret, er planens tal for 2019 20,2 pr. 1.000 og dommen »Ikke på sporet«."
        in said
    )


def test_provisional_figures_say_so():
    table = made.changed(made.rows(), "haervaerk.ringparken.2019", provisional="yes")
    assert "Tallet er foreløbigt og kan blive revideret." in repr(
        narrative.caveats(made.report(table=table), "haervaerk")
    )
    assert "politiets anmeldelser, foreløbige tal" in repr(
        cards.measured(made.report(table=table), "haervaerk")
    )


def test_an_indicator_without_phrases_is_spoken_of_by_its_title():
    plan = made.plan()
    plain = plan.indicator("tryghed").model_copy(update={"phrases": None})
    report = made.report(plan=plan.model_copy(update={"indicators": {**plan.indicators, "tryghed": plain}}))
    assert (
        repr(narrative.goal(report, "tryghed"))
        .replace("\u00a0", " ")
        .startswith("Tryghed: 71,9 pct. i planår 2019 mod 62,3 pct. i 2017.")
    )
    assert narrative.finding(report, "tryghed") == "Tryghed: højere end i 2017, men hvor meget er usikkert"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", "Set sammen med alle planens områder og år kan det være et tilfælde."),
        ("en", "Seen among all areas and years of the plan it may be chance."),
    ],
)  # fmt: skip
def test_what_holm_would_change_stands_in_everyday_words_in_the_short_answer(language, said):
    row = "tryghed.ringparken.2021"
    for held, differs in (("cannot_tell", True), ("improved", False), ("", False)):
        table = made.changed(made.rows(), row, verdict="improved", verdict_holm=held)
        report = made.report("ringparken", 2021, table=table, language=language)
        told = repr(narrative.answers(report))
        assert (said in told) is differs
        assert "Holm" not in told


@pytest.mark.parametrize(("other", "differs"), [("off_track", True), ("cannot_tell", False), ("", False)])
def test_a_verdict_that_hangs_on_how_the_percentage_is_counted_is_told_beside_its_figure(other, differs):
    cells = {"verdict": "cannot_tell", "target_linear": 20.16, "verdict_linear": other}
    report = made.report(table=made.changed(made.rows(), "haervaerk.ringparken.2019", **cells))
    said = repr(narrative.reading(report, "haervaerk")).replace("\u00a0", " ")
    assert ("planens tal for 2019 20,2 pr. 1.000 og dommen »Ikke på sporet«" in said) is differs


def in_words(report):
    """The limits of a report as one text."""
    return repr(joined(*(part for limit in caveat.limits(report) for part in limit), between=" "))


@pytest.mark.parametrize("hidden", [True, False])
def test_where_the_number_of_answers_is_hidden_the_report_says_so_at_the_top_and_among_its_limits(hidden):
    table = made.rows()
    if hidden:
        none = dict.fromkeys(("respondents", "invited", "response_rate"))
        table = made.changed(table, "tryghed.ringparken.2019", **none)
    report = made.report(table=table)
    assert ("(antallet af svar er skjult)" in repr(report_cards.basis(report))) is hidden
    limits = in_words(report)
    assert ("Hvor mange der svarede, er skjult. Vi ved ikke, hvad de øvrige mener." in limits) is hidden
    assert "Hvad de, der ikke svarede, mener." in limits


@pytest.mark.parametrize(
    ("lower", "upper", "word"),
    [
        (0.001, 0.1, "Forskel påvist, årsag uvis"),
        (0.0, 0.1, "Kan ikke afgøres"),
        (-0.1, 0.0, "Kan ikke afgøres"),
        (-0.1, -0.001, "Forskel påvist, årsag uvis"),
    ],
)
def test_a_difference_beyond_its_uncertainty_is_not_called_undecided_though_its_cause_is(lower, upper, word):
    cells = {"effect": (lower + upper) / 2, "effect_lower": lower, "effect_upper": upper}
    table = made.changed(made.rows(), "uddannelse.ringparken.2019", comparison_says="", **cells)
    assert comparison.plan_verdict(read(made.report(table=table), "uddannelse"))[1] == word


@pytest.mark.parametrize(
    ("p", "shown"),
    [(0.039, "0,04"), (0.048, "0,048"), (0.0499, "0,0499"), (0.05, "0,05"), (0.0501, "0,0501"), (0.051, "0,051"), (0.061, "0,06"), (0.009, "0,009")],
)  # fmt: skip
def test_a_p_value_is_never_rounded_onto_five_per_cent(p, shown):
    table = made.changed(made.rows(), "tryghed.ringparken.2019", permutation_p=p)
    assert cause._chance(read(made.report(table=table), "tryghed"), "permutation_p").text == shown


@pytest.mark.parametrize(("p", "apart"), [(0.049, True), (0.05, False), (0.2, False)])
def test_areas_that_went_different_ways_are_named_over_the_table_of_areas(p, apart):
    table = made.changed(made.rows(), "haervaerk.plan.2019", heterogeneity_p=p)
    said = repr(areas.goals_by_area(made.report("plan", 2019, table=table)))
    assert ("Hærværk: Områderne har udviklet sig forskelligt" in said) is apart


@pytest.mark.parametrize(
    ("year", "said"),
    [(2019, None), (2020, "Planår 2020 var præget af COVID-19."), (2021, "Planårene 2020 og 2021 var præget af COVID-19.")],
)  # fmt: skip
def test_the_plan_years_that_a_shock_marked_are_all_named(year, said):
    limits = in_words(made.report(year=year))
    assert "præget af" not in limits if said is None else said in limits
