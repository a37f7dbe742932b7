"""The pictures of a report, one line each in a notebook; drawn only from published rows.

Title, alternative text and the table under a picture come from the same sentences and rows as the prose.
"""

from __future__ import annotations

from html import escape

from evalkit import tables
from evalkit.figures import event_band, goals_chart, small_multiples
from evalkit.figures import gap_chart as gap_drawing
from evalkit.figures import official_chart as around
from evalkit.figures import trend_chart as trend_drawing
from evalkit.figures.lines import first_year, line
from evalkit.figures.picture import Picture
from evalkit.measure import COUNTRY, MUNICIPALITY, REGION
from evalkit.report import Report
from evalkit.terms import PLAN
from evalkit.text import narrative
from evalkit.text.html import Block, html_of, joined
from evalkit.text.numbers import number
from evalkit.text.reading import area_name
from evalkit.text.surroundings import official_indicators
from evalkit.text.units import unit_words
from evalkit.text.words import gettext_for


def _marked(report: Report, desc: str, *, synthetic: bool) -> str:
    """The description, saying in words that the data are made up where they are."""
    return f"{desc} {gettext_for(report.language)('Synthetic data.')}" if synthetic else desc


def trend(report: Report, indicator: str) -> Picture:
    """One indicator over the years: own line with its interval, baseline, target path, comparator and events."""
    words, record = gettext_for(report.language), report.plan.indicator(indicator)
    title, desc = narrative.finding(report, indicator), narrative.alt(report, indicator)
    own = line(report, indicator, report.area, until=report.year)
    years = [point.year for point in own.points] or [report.year]
    said = [
        words("{definition}, plan years {first}–{last}.").format(
            definition=record.definition.get(report.language), first=years[0], last=years[-1]
        )
    ]
    if trend_drawing.axis(report, indicator)[0]:
        said.append(words("The axis does not begin at zero."))
    return Picture(
        title=escape(title),
        about=escape(" ".join(said)),
        drawings=trend_drawing.drawings(
            report,
            indicator,
            f"{indicator}-{report.area}",
            title,
            _marked(report, desc, synthetic=report.synthetic),
        ),
        rows=[f"{indicator}.{report.area}.{year}" for year in years],
        language=report.language,
        table=html_of(tables.numbers(report, indicator)),
        remarks=_incidents(report),
    )


def _incidents(report: Report) -> str:
    """The single incidents on the rail, by name: their marks are too small to carry words."""
    found = event_band.incidents(event_band.happenings(report, until=report.plan.years[-1] + 0.5))
    if not found:
        return ""
    listed = "; ".join(escape(f"{one.name} ({one.when})") for one in found)
    return f"{gettext_for(report.language)('Single incidents')}: {listed}."


def goals(report: Report) -> Picture:
    """The goals' changes since the baseline year side by side, with intervals and verdicts."""
    words, names = gettext_for(report.language), [goal.indicator for goal in report.plan.goals.values()]
    baseline = report.plan.baseline_year
    title = words("The goals: change from {baseline} to {year}").format(baseline=baseline, year=report.year)
    desc = " ".join([f"{title}.", *(f"{narrative.finding(report, name)}." for name in names)])
    about = words(
        "Mark: the change. Line: its 95% interval. Field: almost unchanged. Dashes: the planned change. "
        "Filled disc: better; filled diamond: worse; ring: no conclusion."
    )
    return Picture(
        title=escape(title),
        about=escape(about),
        drawings=goals_chart.drawings(
            report, f"maal-{report.area}", title, _marked(report, desc, synthetic=report.synthetic)
        ),
        rows=[f"{name}.{report.area}.{report.year}" for name in names],
        language=report.language,
    )


def gap(report: Report) -> Picture:
    """The gaps to the rest of the municipality, one small time axis for each."""
    words, names = gettext_for(report.language), gap_drawing.gaps(report)
    rest = area_name(report, "rest")
    whole = report.area == PLAN
    title = (
        words("How far are the areas from {rest}?") if whole else words("How far is the area from {rest}?")
    )
    title = title.format(rest=rest)
    desc = " ".join([title, *(f"{narrative.finding(report, name)}." for name in names)])
    about = words("Straight line: {rest}. Shade: 95% interval.").format(rest=rest)
    return Picture(
        title=escape(title),
        about=escape(about),
        drawings=gap_drawing.drawings(
            report, f"afstand-{report.area}", title, _marked(report, desc, synthetic=report.synthetic)
        ),
        rows=[
            f"{name}.{report.area}.{year}"
            for name in names
            for year in range(report.plan.baseline_year, report.year + 1)
        ],
        language=report.language,
        table=html_of(tables.gaps(report)),
    )


def multiples(report: Report, indicator: str) -> Picture:
    """One indicator in all areas of the plan, small pictures on one axis."""
    words, record = gettext_for(report.language), report.plan.indicator(indicator)
    synthetic = report.synthetic and not record.official
    shown = []
    for area in small_multiples.places(report):
        name = area_name(report, area)
        head = f"{record.title.get(report.language)}, {name}"
        points = line(report, indicator, area, until=report.year).shown
        desc = (
            words("No figures to show")
            if not points
            else words("{head}: from {first} in {from_year} to {last} in {to_year}.").format(
                head=head,
                first=number(points[0].value, record.decimals, language=report.language),
                from_year=points[0].year,
                last=number(points[-1].value, record.decimals, language=report.language),
                to_year=points[-1].year,
            )
        )
        key = f"m-{indicator}-{area}"
        svg = small_multiples.multiple(
            report, indicator, area, key, head, _marked(report, desc, synthetic=synthetic), marked=synthetic
        )
        caption = escape(name[:1].upper() + name[1:]).replace("/", "/<wbr>")
        shown.append(f"<li><figure><figcaption>{caption}</figcaption>{svg}</figure></li>")
    grid = f'<ul class="multiples plain">{"".join(shown)}</ul>'
    about = f"{unit_words(report, indicator).rstrip('.')}. {words('Dark line: the area. Thin lines: the other areas.')}"
    rows = [
        f"{indicator}.{area}.{year}"
        for area in small_multiples.places(report)
        for year in range(report.plan.baseline_year, report.year + 1)
    ]
    return Picture(
        title=escape(record.title.get(report.language)),
        about=escape(about),
        drawings=[grid],
        rows=[row for row in rows if row in report.rows.index],
        language=report.language,
    )


def official(report: Report) -> Picture | Block:
    """The municipality in official figures, beside its region and the country; never with synthetic data."""
    if not official_indicators(report):
        return joined()
    words, indicator = gettext_for(report.language), around.indicator_of(report)
    record = report.plan.indicator(indicator)
    place = area_name(report, MUNICIPALITY)
    title = words("{definition} in {place}").format(definition=record.title.get(report.language), place=place)
    told = [f"{title}."]
    units = [unit for unit in (MUNICIPALITY, REGION, COUNTRY) if unit != REGION or report.plan.region]
    for unit in units:
        points, name = line(report, indicator, unit, until=report.year).shown, area_name(report, unit)
        if points:
            told.append(
                words("{head}: from {first} in {from_year} to {last} in {to_year}.").format(
                    head=name[:1].upper() + name[1:],
                    first=number(points[0].value, 1, language=report.language),
                    from_year=points[0].year,
                    last=number(points[-1].value, 1, language=report.language),
                    to_year=points[-1].year,
                )
            )
    first = first_year(report, indicator)
    about = words("{definition}, plan years {first}–{last}.").format(
        definition=record.definition.get(report.language), first=first, last=report.year
    )
    source = record.source.get(report.language) if record.source else ""
    return Picture(
        title=escape(title),
        about=escape(f"{about} {words('Official figures.')}"),
        drawings=around.drawings(report, indicator, f"{indicator}-kommunen", title, " ".join(told)),
        rows=[f"{indicator}.{unit}.{year}" for unit in units for year in range(first, report.year + 1)],
        language=report.language,
        table=html_of(tables.official(report)),
        remarks=f"{words('Source')}: {escape(source)}",
    )


def sparkline(report: Report, indicator: str) -> str:
    """The small curve on a goal's card, as inline SVG; decoration, so without alternative text."""
    return small_multiples.sparkline(report, indicator, f"{indicator}-{report.area}-kurve")
