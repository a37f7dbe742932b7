"""Words that say what the row says: over all rows of three worlds, in both languages.

The worlds are the demo and two drawn by the rehearsal's generator: one in which reports rise and shares fall, and one in
which reports fall fast and shares rise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from evalbook.rehearsal import worlds
from evalbook.rehearsal.truth import truth
from evalkit import cards, tables
from evalkit.chapters import outlook
from evalkit.data import dataset
from evalkit.evaluate.evaluation import Evaluation, evaluate
from evalkit.report import Report, visible
from evalkit.tables import indicator_tables
from evalkit.terms import PLAN, Progress, Verdict
from evalkit.text import findings, judgements, narrative, sentences
from evalkit.text.findings import target_read
from evalkit.text.reading import Reading, goals, read
from told import NUMBER, parsed

WORLDS = {
    "demo": None,
    "worse": (1.2, -0.06),
    "better": (0.7, 0.08),
}  # reports a year, shares by the last year
LANGUAGES = ("da", "en")


@pytest.fixture(scope="module", params=WORLDS)
def world(request, plan, evaluation, root, tmp_path_factory) -> Evaluation:
    if WORLDS[request.param] is None:
        return evaluation
    pace, points = WORLDS[request.param]
    known = truth(plan)
    since = (known["year"] - plan.baseline_year).clip(0) * known["area"].isin(list(plan.areas))
    known["level"] *= (pace**since).where(known["quantity"].eq("vandalism"), 1.0)
    shares = known["quantity"].isin(["safe", "in_education"])
    known["level"] = (known["level"] + points * since / 4).where(shares, known["level"]).clip(0, None)
    folder = tmp_path_factory.mktemp(request.param)
    for name, table in worlds.generate(plan, 11, known=known).tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "dataset.yml").write_text((root / "data" / "demo" / "dataset.yml").read_text("utf-8"), "utf-8")
    return evaluate(plan, dataset.read(folder, plan))


@pytest.fixture(scope="module")
def reports(world, plan) -> list[Report]:
    return [
        Report(plan, visible(world.rows, plan, area, year), world.facts, area, year, language)
        for area in (*plan.areas, PLAN)
        for year in plan.years
        for language in LANGUAGES
    ]


def readings(reports: list[Report]) -> Iterator[Reading]:
    """Every goal's row of every report."""
    for report in reports:
        yield from (read(report, name) for name in goals(report))


def prose(report: Report) -> str:
    parts = [narrative.lead(report), narrative.answers(report), narrative.official(report)]
    for name in goals(report):
        parts += [
            narrative.goal(report, name),
            narrative.caveats(report, name),
            cards.questions(report, name),
        ]
    return " ".join(part.html for part in parts)


def test_what_is_often_missed_is_never_said_to_be_out_of_sight(reports):
    for r in readings(reports):
        said = judgements.detectable(r)
        if said is not None:
            assert re.search("ofte overset.*fire ud af fem|often missed.*four cases out of five", said.plain)
    for report in reports:
        assert not re.search(r"kan kun|only (falls|rises)|[Mm]indste synlige", prose(report))


def test_nothing_is_said_to_have_fallen_too_little_that_rose(reports):
    for r in readings(reports):
        if r.verdict == Verdict.OFF_TRACK and r.rule == "interval_short_of_target":
            wrong_way = r.number("change") > 0 or r.number("trend") > 0
            said = f"{findings.finding(r)} {judgements.judgement(r)}"
            if wrong_way:
                assert re.search("udeblev|did not happen", said)
                assert not re.search("[Ff]aldet er mindre|mindre fald|smaller fall|fall is smaller", said)
            if re.search("højere end|higher than", said):
                assert r.number("change") > 0


def test_the_lead_counts_every_goal_once_and_speaks_of_the_plan_where_it_is_the_plan(reports):
    for report in reports:
        found, said = [read(report, name) for name in goals(report)], repr(narrative.lead(report))
        decided = [r for r in found if r.verdict.decided]
        unsure = [r for r in found if r.verdict == Verdict.CANNOT_TELL]
        none = re.search("[Ff]or ingen af målene|[Ff]or none of the goals", said)
        assert bool(none) == (not decided and bool(unsure))
        for r in decided:
            assert str(findings.headline(r)) in said
        others = re.search("For de øvrige mål er tallene|For the other goals the figures", said)
        assert bool(others) == (bool(decided) and len(unsure) > 1)
        if decided:
            for r in found:
                if not r.verdict.decided and r.verdict != Verdict.CANNOT_TELL:
                    assert r.title in said
        if none:
            assert bool(re.search("ét område|one area", said)) == (report.area != PLAN)


def test_an_end_of_an_interval_that_leaves_out_no_change_is_never_shown_as_no_change(reports):
    for report in reports:
        for found in NUMBER.finditer(prose(report)):
            column = found["column"]
            if column.endswith(("_lower", "_upper")) and column.startswith(("change", "trend", "effect")):
                stem = column.rpartition("_")[0]
                row = report.rows.loc[found["row"]]
                if row[f"{stem}_lower"] * row[f"{stem}_upper"] > 0:
                    assert parsed(found["text"], report.language)[0] != 0, found[0]


def test_a_bound_that_rounds_to_no_change_gets_the_decimals_that_it_takes(plan, evaluation):
    rows = evaluation.rows.copy()
    ends = ["change", "change_lower", "change_upper"]
    for upper, shown in ((-0.0003, "0,03"), (-0.004999, "0,5"), (-0.005, "1")):
        rows.loc["haervaerk.plan.2019", ends] = -0.3, -0.45, upper
        r = read(Report(plan, rows, evaluation.facts, PLAN, 2019), "haervaerk")
        assert r.cite("change_upper", size=True).text == shown
    rows.loc["haervaerk.plan.2019", ends] = -0.3, -0.45, 0.0003  # holds no change, and may show it
    r = read(Report(plan, rows, evaluation.facts, PLAN, 2019), "haervaerk")
    assert r.cite("change_upper", size=True).text == "0"


def test_another_reading_is_given_only_where_it_is_another(reports):
    for r in readings(reports):
        said = narrative.caveats(r.report, r.name).html
        linear = re.search("Regnes procenten hvert|If the percentage is counted", said)
        if linear:
            assert r.cite("target").text != r.cite("target_linear").text
        if re.search("Med gennemsnittet af|With the mean of", said):
            assert r.cite("change").text != r.cite("change_baseline3").text
    for report in reports:
        said = repr(narrative.official(report))
        sentences_said = re.findall(r"(?:niveauet|the level is) [^.]*?\d[^.]*? (?:end i|than in) 2017", said)
        assert len(sentences_said) == len(set(sentences_said))


def test_the_reckoning_with_compound_interest_is_ours_and_not_the_plans(root, plan, evaluation):
    for name in ("area_year.ipynb", "en/area_year.yml"):
        assert not re.search("Planen læser|The plan reads", (root / "notebooks" / name).read_text("utf-8"))
    for language, said in (
        ("da", "Vi regner 15 pct. om året med rentes rente"),
        ("en", "We reckon 15% a year"),
    ):
        report = Report(plan, evaluation.rows, evaluation.facts, "plan", 2021, language)
        assert said in target_read(report, plan.goals["haervaerk"]).plain.replace("\u00a0", " ")


def test_printed_parts_of_a_change_add_up_to_the_printed_change(reports):
    parts, seen = ("part_stayers", "part_movers_in", "part_movers_out"), 0
    for r in readings(reports):
        if r.has("change", *parts):
            shown = [parsed(r.cite(part, signed=True).text, r.words.language)[0] for part in parts]
            whole = parsed(r.cite("change", signed=True).text, r.words.language)[0]
            assert sum(shown) == pytest.approx(whole, abs=1e-9)
            for part, one in zip(parts, shown, strict=True):
                assert abs(one - 100 * r.number(part)) < 0.1  # within one of the last decimal
            seen += 1
    assert seen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("low", "high", "nothing"),
    [(-0.99, 83.6, True), (-0.76, 3.01, True), (-0.75, 3.01, False), (-0.76, 3.0, False)],
)
def test_an_interval_from_almost_none_to_many_times_as_much_says_nothing(
    plan, evaluation, language, low, high, nothing
):
    rows = evaluation.rows.copy()
    row = "ildspaasaettelse.plan.2019"
    assert row in rows.index
    rows.loc[row, ["change", "change_lower", "change_upper", "shown"]] = -0.22, low, high, "value"
    report = Report(plan, rows, evaluation.facts, PLAN, 2019, language)
    said = {"da": "for få til at sige noget", "en": "too few to say anything"}[language]
    assert (said in tables.secondary(report).html) == nothing
    interval = sentences.interval(read(report, "ildspaasaettelse")).plain
    assert bool(re.search(f"{said} om|too few to say anything about", interval)) == nothing


@pytest.mark.parametrize(
    ("verdict", "rule", "office", "alike"),
    [
        # What each office's note says that its word means, beside what the verdict claims.
        (Verdict.CANNOT_TELL, "interval_open", Progress.STABLE, False),  # "stable" is a conclusion
        (Verdict.CANNOT_TELL, "interval_open", Progress.STAGNATION, False),
        (Verdict.LITTLE_CHANGE, "interval_inside_delta", Progress.STABLE, True),
        (Verdict.LITTLE_CHANGE, "interval_inside_delta", Progress.STAGNATION, True),
        (Verdict.OFF_TRACK, "interval_short_of_target", Progress.STAGNATION, True),
        (Verdict.OFF_TRACK, "short_of_target_and_worsened", Progress.STAGNATION, True),
        (Verdict.OFF_TRACK, "short_of_target_but_improved", Progress.STAGNATION, False),
        (Verdict.OFF_TRACK, "short_of_target_but_improved", Progress.MODERATE, True),
        (Verdict.OFF_TRACK, "short_of_target_and_worsened", Progress.DETERIORATION, True),
        (Verdict.IMPROVED, "interval_improved", Progress.LIMITED, True),
        (Verdict.IMPROVED, "interval_improved", Progress.STABLE, False),
        (Verdict.WORSENED, "interval_worsened", Progress.SLIGHT_DETERIORATION, True),
        (Verdict.NOT_ASSESSABLE, "no_data", Progress.NOT_AVAILABLE, True),
        (Verdict.IMPROVED, "interval_improved", Progress.NOT_AVAILABLE, False),
    ],
)
def test_an_offices_word_agrees_where_it_concludes_the_same(plan, evaluation, verdict, rule, office, alike):
    rows = evaluation.rows.copy()
    row = "haervaerk.plan.2019"
    rows.loc[row, ["verdict", "verdict_rule"]] = verdict.value, rule
    for column in ("verdict_statcan", "verdict_unsd", "verdict_istat", "verdict_linear", "verdict_holm"):
        rows.loc[row, column] = office.value if column == "verdict_unsd" else ""
    report = Report(plan, rows, evaluation.facts, PLAN, 2019, "en")
    assert ("yes, roughly" in indicator_tables.readings(report, "haervaerk").html) == alike


def test_a_goal_with_a_number_shows_its_chance_before_the_last_year_as_no_result(reports, plan):
    seen = 0
    for report in reports:
        said = repr(outlook.projection(report))
        r = read(report, "haervaerk")
        if r.has("chance_to_reach"):
            seen += 1
            assert re.search("chancen for at nå målet|the chance of reaching it", said)
            assert re.search("intet resultat|er ikke et resultat|is not a result", said)
            assert re.search(r"mellem .* og|between .* and", said)  # with its doubt
        if report.year == plan.years[-1]:
            assert not re.search("chance", said)
    assert seen


def test_what_would_settle_it_is_said_of_what_cannot_be_told_alone(reports):
    seen = set()
    for r in readings(reports):
        said = judgements.settles(r)
        if r.verdict != Verdict.CANNOT_TELL:
            assert said is None
        elif said is not None:
            kind = "years" if r.statistic.events else "answers"
            seen.add(kind)
            if kind == "answers":
                more = r.has("invited") and r.number("answers_needed") > r.number("invited")
                assert bool(re.search("flere end de|more than the", said.plain)) == more
            else:
                assert r.number("years_more") >= 1
    assert "answers" in seen
