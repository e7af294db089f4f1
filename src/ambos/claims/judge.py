"""Judge a reading by the figures held: exact arithmetic, tolerance from the rounding of the number as written."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from ambos.model.claim import ClaimRules, Evidence, Judgement, Known, Reading, Verdict

#: Digits of every reckoning; no figure has half as many.
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_HUNDRED = Decimal(100)
#: A growth of less than this, in percentage points, is none.
_NO_CHANGE = Decimal("0.05")


def tolerance(value: Decimal, digits: int) -> Decimal:
    """Give half a unit of the last digit of a number as written.

    Decimals count as written. Of a whole number, zeros at its end are taken for rounding, but for the first `digits` of
    its digits: 19,500 stands for 19,450 to 19,550 with two, and 404,588 for itself.

    Parameters
    ----------
    value : Decimal
        With the exponent of its last digit as written: ``Decimal("19.5e9")`` was written to 0.1 billion.
    digits : int
    """
    _, written, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # a value is a finite number
    zeros = len(written) - len("".join(map(str, written)).rstrip("0"))
    if exponent >= 0:
        exponent += max(0, min(zeros, len(written) - digits))
    return Decimal(1).scaleb(exponent) / 2


def judge(reading: Reading, evidence: Evidence, rules: ClaimRules) -> Judgement:
    """Judge a reading.

    Parameters
    ----------
    reading : Reading
        Its value in the unit of the figures.
    evidence : Evidence
    rules : ClaimRules

    Returns
    -------
    Judgement
        *Supported*: it holds, within the rounding of the number as written. *Close*: outside of that, but within
        `ClaimRules.close`. *Contradicted*: the figures say the contrary, or the number is further off than
        `ClaimRules.contradicted`. *Not supported*: in between. *Not checkable*: a figure that it rests on is missing.
    """
    figure = evidence.figure
    if figure is None or figure.value is None:
        return Judgement("not_checkable", "suppressed" if figure and figure.status == "S" else "no_figure")
    with localcontext(_EXACT):
        match reading.comparison:
            case "record_high" | "record_low":
                return _record(reading, evidence.span, figure, rules)
            case "rank":
                return _rank(reading, evidence)
            case "growth":
                return _growth(reading, figure, evidence.base, rules)
            case "share" if reading.of:
                return _share(reading, figure, evidence.base, rules)
            case _:
                return _value(reading, figure.value, rules, points=reading.comparison == "share")


def _value(reading: Reading, measured: Decimal, rules: ClaimRules, *, points: bool = False) -> Judgement:
    """Compare the value claimed with the one measured."""
    claimed = reading.value
    assert claimed is not None
    rounding = tolerance(claimed, rules.digits)
    if not points:  # "a million" does not stand for 1.4
        rounding = min(rounding, abs(claimed) * rules.contradicted / _HUNDRED)
    if reading.comparison == "about":
        rounding = max(rounding, abs(claimed) * rules.about / _HUNDRED)
    off = _off(claimed, measured, points=points)
    near, far = rules.close_points if points else rules.close, rules.contradicted
    made = Judgement("supported", "value", measured, rounding, off)
    if reading.comparison in ("more", "less"):
        return _passed(reading, made, claimed, near)
    if abs(claimed - measured) <= rounding:
        return made
    return replace(made, verdict=_by_distance(off, near, far))


def _off(claimed: Decimal, measured: Decimal, *, points: bool) -> Decimal | None:
    """How far a value claimed is off: in points, or as a percentage of the figure; None of a figure of 0."""
    if points:
        return claimed - measured
    return (claimed - measured) * _HUNDRED / abs(measured) if measured else None


def _by_distance(off: Decimal | None, near: Decimal, far: Decimal) -> Verdict:
    """The verdict on a number outside its rounding, by how far off it is; of a figure of 0 nothing is near."""
    if off is None or abs(off) > far:
        return "contradicted"
    return "close" if abs(off) <= near else "not_supported"


def _passed(reading: Reading, made: Judgement, claimed: Decimal, near: Decimal) -> Judgement:
    """Judge “more than” and “less than”; the value itself has not passed the limit, but is close."""
    measured, more = made.measured, reading.comparison == "more"
    assert measured is not None
    made = replace(made, why=reading.comparison, tolerance=Decimal(0))
    if (measured > claimed) if more else (measured < claimed):
        return made
    close = made.off is not None and abs(made.off) <= near
    return replace(made, verdict="close" if close else "contradicted")


def _growth(reading: Reading, figure: Known, base: Known | None, rules: ClaimRules) -> Judgement:
    """Judge a change in percent; without a value its direction alone."""
    assert figure.value is not None
    if base is None or not base.value:
        return Judgement("not_checkable", "no_base", beside=(base,) if base else ())
    measured = (figure.value - base.value) * _HUNDRED / abs(base.value)
    way = "down" if measured < 0 else "up"
    if reading.value is None:
        verdict: Verdict = "supported" if way == reading.direction else "contradicted"
        if abs(measured) < _NO_CHANGE:
            verdict = "not_supported"
        return Judgement(verdict, "growth", measured, beside=(base,))
    claimed = -abs(reading.value) if reading.direction == "down" else reading.value
    if claimed * measured < 0 and abs(measured) >= _NO_CHANGE:
        return Judgement("contradicted", "direction", measured, off=claimed - measured, beside=(base,))
    made = _value(replace(reading, value=claimed, comparison="equals"), measured, rules, points=True)
    return replace(made, why="growth", beside=(base,))


def _share(reading: Reading, figure: Known, whole: Known | None, rules: ClaimRules) -> Judgement:
    """Judge the part of a whole, in percent."""
    assert figure.value is not None
    if whole is None or not whole.value:
        return Judgement("not_checkable", "no_whole", beside=(whole,) if whole else ())
    measured = figure.value * _HUNDRED / whole.value
    made = _value(replace(reading, comparison="equals"), measured, rules, points=True)
    return replace(made, why="share", beside=(whole,))


def _rank(reading: Reading, evidence: Evidence) -> Judgement:
    """Judge a place in an order, the greatest first; equal values share a place."""
    assert evidence.figure is not None
    assert reading.value is not None
    value, peers = evidence.figure.value, evidence.peers or {}
    assert value is not None
    if len(peers) < 2:
        return Judgement("not_checkable", "no_peers")
    measured = Decimal(1 + sum(other > value for other in peers.values()))
    off = reading.value - measured
    verdict: Verdict = (
        "supported" if not off else "close" if abs(off) == 1 and measured > 1 < reading.value else "contradicted"
    )
    return Judgement(verdict, "rank", measured, Decimal(0), off)


def _record(reading: Reading, span: tuple[Known, ...], figure: Known, rules: ClaimRules) -> Judgement:
    """Judge a record over the whole span held up to the period; provisional figures above it are named apart.

    A figure that only a provisional one passes is not a record that stands; it is not contradicted either.
    """
    valued = [one for one in span if one.value is not None and one.period <= figure.period]
    if len(valued) < rules.periods:
        return Judgement("not_checkable", "short_span", figure.value)
    high, value, since = reading.comparison == "record_high", figure.value, reading.since.removeprefix("FY")
    assert value is not None

    def passes(one: Known) -> bool:
        assert one.value is not None
        assert value is not None
        # "the lowest since 2012": that of 2012 may be lower
        of_since = bool(since) and one.period.removeprefix("FY").startswith(since)
        return one.period != figure.period and not of_since and ((one.value >= value) if high else (one.value <= value))

    above = tuple(sorted((one for one in valued if passes(one)), key=lambda one: one.value or 0, reverse=high))
    final = tuple(one for one in above if not one.provisional)
    if final:
        return Judgement("contradicted", "passed", value, beside=final)
    if above:
        return Judgement("not_supported", "passed_provisional", value, beside=above)
    return Judgement("supported", "record_provisional" if figure.provisional else "record", value)
