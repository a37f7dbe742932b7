"""The formulas of the method page as MathML, which browsers set and read aloud by themselves, without a script."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalbook.site.formula import mathml
from evalkit.text.html import Block, element, raw


def formulas(site: Overview) -> Block:
    """Each formula under its name, with what its letters stand for."""
    words = site.words
    shown = (
        (
            words("Wilson's interval for a share"),
            [r"\frac{p + \frac{z^2}{2n} \pm z\sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}"],
            words(
                "p is the share, n the number of persons (in a survey the effective number of answers), and z the quantile: 1.96 at 95%, with few answers that of t."
            ),
        ),
        (
            words("Byar's interval for a rate"),
            [r"O\left(1 - \frac{1}{9O} - \frac{z}{3\sqrt{O}}\right)^3"],
            words(
                "O is the number of reports over φ. This is the lower limit; the upper one has O + 1 for O, and plus for the minus before z. Both are multiplied by φ and divided by the residents."
            ),
        ),
        (
            words("Newcombe's interval for the difference between two shares"),
            [
                r"p_1 - p_0 - \sqrt{(p_1-l_1)^2 + (u_0-p_0)^2}",
                r"p_1 - p_0 + \sqrt{(u_1-p_1)^2 + (p_0-l_0)^2}",
            ],
            words(
                "p is a share and l and u the ends of its Wilson interval; 1 is this year, 0 the baseline year."
            ),
        ),
        (
            words("Interval of the ratio between two rates"),
            [
                r"\frac{O_1/N_1}{O_0/N_0} \times \exp\left(\pm t\sqrt{\varphi\left(\frac{1}{O_1} + \frac{1}{O_0}\right)}\right)"
            ],
            words(
                "O is reports and N residents; 1 is this year, 0 the baseline year. t is the quantile with the degrees of freedom of φ."
            ),
        ),
        (
            words("Spread φ"),
            [r"\varphi = \max\left(1, \frac{1}{f}\sum\frac{(O-E)^2}{E}\right)"],
            words(
                "O is what was reported in an area and year, E what the area's level and the year's would give, and f the degrees of freedom."
            ),
        ),
        (
            words("Trend"),
            [r"\log E = \log N + a + bx"],
            words(
                "The slope b over the years x, by Poisson regression widened by φ. The annual change is e to the power b, minus one."
            ),
        ),
        (
            words("Target path"),
            [r"B(1+\tau)^k"],
            words(
                "B is the level of the baseline year, τ the planned change a year (−0.15 is 15% down), and k the years since."
            ),
        ),
        (
            words("Difference from similar areas"),
            [r"d - c \pm t\sqrt{\varphi\sum\frac{1}{O} + \tau^2\sum w^2}"],
            words(
                "d is the change of the plan's total and c that of the comparison areas' total (rates on the log scale). O are the four counts, and for shares the variances of the four shares stand in their place; τ is how far an area drifts by itself, and w each area's part of the residents on its side."
            ),
        ),
    )
    rows = [
        element(
            "div",
            element("dt", name),
            element("dd", *(raw(mathml(one, display=True)) for one in maths), element("p", said)),
        )
        for name, maths, said in shown
    ]
    return element("dl", *rows, class_="formulas")
