"""The formulas of the method page as MathML, which browsers set and read aloud by themselves, without a script."""

from __future__ import annotations

from evalbook.site.context import Overview
from evalkit.text.html import Block, element


def formulas(site: Overview) -> Block:
    """Each formula under its name, with what its letters stand for."""
    words = site.words
    shown = (
        (
            words("Wilson's interval for a share"),
            [_wilson()],
            words(
                "p is the share, n the number of persons (in a survey the effective number of answers), and z the quantile: 1.96 at 95%, with few answers that of t."
            ),
        ),
        (
            words("Byar's interval for a rate"),
            [_byar()],
            words(
                "O is the number of reports over φ. This is the lower limit; the upper one has O + 1 for O, and plus for the minus before z. Both are multiplied by φ and divided by the residents."
            ),
        ),
        (
            words("Newcombe's interval for the difference between two shares"),
            _newcombe(),
            words(
                "p is a share and l and u the ends of its Wilson interval; 1 is this year, 0 the baseline year."
            ),
        ),
        (
            words("Interval of the ratio between two rates"),
            [_ratio()],
            words(
                "O is reports and N residents; 1 is this year, 0 the baseline year. t is the quantile with the degrees of freedom of φ."
            ),
        ),
        (
            words("Spread φ"),
            [_spread()],
            words(
                "O is what was reported in an area and year, E what the area's level and the year's would give, and f the degrees of freedom."
            ),
        ),
        (
            words("Trend"),
            [_trend()],
            words(
                "The slope b over the years x, by Poisson regression widened by φ. The annual change is e to the power b, minus one."
            ),
        ),
        (
            words("Target path"),
            [_path()],
            words(
                "B is the level of the baseline year, τ the planned change a year (−0.15 is 15% down), and k the years since."
            ),
        ),
        (
            words("Difference from similar areas"),
            [_effect()],
            words(
                "d is the change of the plan's total and c that of the comparison areas' total (rates on the log scale). O are the four counts, and for shares the variances of the four shares stand in their place; τ is how far an area drifts by itself, and w each area's part of the residents on its side."
            ),
        ),
    )
    rows = [
        element("div", element("dt", name), element("dd", *maths, element("p", said)))
        for name, maths, said in shown
    ]
    return element("dl", *rows, class_="formulas")


def _math(text: str, *parts: Block) -> Block:
    """A formula on a line of its own; `text` is for browsers that cannot set it."""
    return element("math", element("mrow", *parts), display="block", alttext=text)


def _i(name: str) -> Block:
    return element("mi", name)


def _n(number: str) -> Block:
    return element("mn", number)


def _o(sign: str) -> Block:
    return element("mo", sign)


def _row(*parts: Block) -> Block:
    return element("mrow", *parts)


def _over(top: Block, bottom: Block) -> Block:
    return element("mfrac", top, bottom)


def _root(*parts: Block) -> Block:
    return element("msqrt", *parts)


def _power(base: Block, exponent: Block) -> Block:
    return element("msup", base, exponent)


def _sub(name: str, index: str) -> Block:
    return element("msub", _i(name), _n(index) if index.isdigit() else _i(index))


def _in(*parts: Block) -> Block:
    return _row(_o("("), *parts, _o(")"))


def _wilson() -> Block:
    z2 = _power(_i("z"), _n("2"))
    spread = _root(
        _over(_row(_i("p"), _in(_n("1"), _o("−"), _i("p"))), _i("n")),
        _o("+"),
        _over(z2, _row(_n("4"), _power(_i("n"), _n("2")))),
    )
    top = _row(_i("p"), _o("+"), _over(z2, _row(_n("2"), _i("n"))), _o("±"), _i("z"), spread)
    return _math(
        "(p + z²/(2n) ± z √(p(1 − p)/n + z²/(4n²))) / (1 + z²/n)",
        _over(top, _row(_n("1"), _o("+"), _over(z2, _i("n")))),
    )


def _byar() -> Block:
    inside = _in(
        _n("1"),
        _o("−"),
        _over(_n("1"), _row(_n("9"), _i("O"))),
        _o("−"),
        _over(_i("z"), _row(_n("3"), _root(_i("O")))),
    )
    return _math("O (1 − 1/(9 O) − z/(3 √O))³", _i("O"), _power(inside, _n("3")))


def _newcombe() -> list[Block]:
    difference = [_sub("p", "1"), _o("−"), _sub("p", "0")]

    def limit(sign: str, one: tuple[str, str], other: tuple[str, str]) -> Block:
        squares = [
            _power(_in(_sub(a, index), _o("−"), _sub(b, index)), _n("2"))
            for (a, b), index in ((one, "1"), (other, "0"))
        ]
        text = f"p1 − p0 {sign} √(({one[0]}1 − {one[1]}1)² + ({other[0]}0 − {other[1]}0)²)"
        return _math(text, *difference, _o(sign), _root(squares[0], _o("+"), squares[1]))

    return [limit("−", ("p", "l"), ("u", "p")), limit("+", ("u", "p"), ("p", "l"))]


def _ratio() -> Block:
    rates = [_row(_sub("O", index), _o("/"), _sub("N", index)) for index in ("1", "0")]
    parts = _in(_over(_n("1"), _sub("O", "1")), _o("+"), _over(_n("1"), _sub("O", "0")))
    reach = _in(_o("±"), _i("t"), _root(_i("φ"), parts))
    return _math("(O1/N1) / (O0/N0) × exp(± t √(φ (1/O1 + 1/O0)))", _over(*rates), _o("×"), _i("exp"), reach)


def _spread() -> Block:
    square = _power(_in(_i("O"), _o("−"), _i("E")), _n("2"))
    return _math(
        "φ = max(1, (1/f) Σ (O − E)²/E)",
        _i("φ"),
        _o("="),
        _i("max"),
        _in(
            _n("1"),
            _o(","),
            _over(_n("1"), _i("f")),
            _o("∑"),
            _over(square, _i("E")),
        ),
    )


def _trend() -> Block:
    return _math(
        "log E = log N + a + b x",
        _i("log"),
        _i("E"),
        _o("="),
        _i("log"),
        _i("N"),
        _o("+"),
        _i("a"),
        _o("+"),
        _i("b"),
        _i("x"),
    )


def _path() -> Block:
    return _math("B (1 + τ)^k", _i("B"), _power(_in(_n("1"), _o("+"), _i("τ")), _i("k")))


def _effect() -> Block:
    noise = _row(_i("φ"), _o("∑"), _over(_n("1"), _i("O")))
    weights = _row(_power(_i("τ"), _n("2")), _o("∑"), _power(_i("w"), _n("2")))
    change, other = (element("mi", name) for name in ("d", "c"))
    return _math(
        "d − c ± t √(φ Σ 1/O + τ² Σ w²)",
        change,
        _o("−"),
        other,
        _o("±"),
        _i("t"),
        _root(noise, _o("+"), weights),
    )
