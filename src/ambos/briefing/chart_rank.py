"""Charts that compare: ranked bars, bars of parts, and ranges between two measures."""

from __future__ import annotations

from functools import partial
from typing import Literal

from ambos.briefing import formats, layout, palette
from ambos.briefing.chart_parts import OPEN, code_of, hint, ordered, panels, refuse, scale_of
from ambos.briefing.document import Chart, Datum
from ambos.briefing.drawing import LEADING, SIZE, Canvas, Drawing


def _names(chart: Chart, canvas: Canvas, codes: list[str]) -> tuple[dict[str, list[str]], float]:
    """The names in lines, and the width they take at the left."""
    most = canvas.width * (0.34 if canvas.narrow else 0.36)
    wrapped = {c: layout.wrap(chart.name(c)[canvas.language], SIZE, most) for c in codes}
    return wrapped, max(layout.text_width(line, SIZE) for lines in wrapped.values() for line in lines) + 10


def _rows(wrapped: dict[str, list[str]], codes: list[str], least: float, top: float) -> tuple[dict[str, float], float]:
    """The middle of each row, and where the last one ends."""
    middles = {}
    for code in codes:
        size = max(least, len(wrapped[code]) * LEADING + 8)
        middles[code] = top + size / 2
        top += size
    return middles, top


def _write_names(drawing: Drawing, wrapped: dict[str, list[str]], middles: dict[str, float], x: float) -> None:
    for code, lines in wrapped.items():
        for number, line in enumerate(lines):
            drawing.text(x - 8, middles[code] + (number - (len(lines) - 1) / 2) * LEADING, line, align="right")


def bar(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw a horizontal bar per code, the largest first, with its value; a missing value is written in words."""
    scale = scale_of(chart, canvas.language)
    decimals = formats.decimals_for((d.value for d in chart.data), scale, chart.unit.decimals)
    by_code = {code_of(d, chart.by): d for d in chart.data}
    sizes = {c: None if d.value is None else float(d.value) / scale for c, d in by_code.items()}
    codes = sorted(by_code, key=lambda c: (sizes[c] is None, -(sizes[c] or 0.0)))
    wrapped, left = _names(chart, canvas, codes)
    labels = {
        c: canvas.say("no_data")
        if by_code[c].value is None
        else formats.number(formats.scaled(by_code[c].value, scale), canvas.language, decimals)
        for c in codes
    }
    room = max(layout.text_width(t, SIZE) for t in labels.values()) + 10
    known = [v for v in sizes.values() if v is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    width = canvas.width - left - room * (2 if low < 0 else 1)
    step = width / ((high - low) or 1.0)
    zero = left + (room if low < 0 else 0.0) - low * step
    middles, height = _rows(wrapped, codes, 26 * canvas.tall, 0)
    drawing = Drawing(canvas.width, height + 2)
    _write_names(drawing, wrapped, middles, left)
    for code in codes:
        y, value = middles[code], sizes[code]
        end = zero + (value or 0.0) * step
        if value is not None:
            colour = palette.SIDES[chart.sides.get(code, "first")]
            drawing.bar(min(zero, end), max(zero, end), y - 8.5, y + 8.5, colour, by_code[code].status in OPEN)
            drawing.hint(end, y, partial(hint, chart, canvas.language, (code,), None, value * scale))
        tone = palette.MUTED if value is None else palette.INK
        leftward = (value or 0.0) < 0
        drawing.text(
            end + (-6 if leftward else 6),
            y,
            labels[code],
            tone,
            "right" if leftward else "left",
            value is not None and by_code[code].status != "P",
        )
    drawing.rule(zero, zero, 0, height)
    return drawing


def parts(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw a horizontal bar per code of `facet`: its parts by `by` end to end, and their sum; a bar with a part that is
    missing is told in words.

    Raises
    ------
    BriefFailed
        If a value is negative.
    """
    if any(d.value is not None and d.value < 0 for d in chart.data):
        raise refuse(chart, "negative values cannot be stacked", "no se pueden apilar valores negativos")
    scale = scale_of(chart, canvas.language)
    decimals = formats.decimals_for((d.value for d in chart.data), scale, chart.unit.decimals)
    codes = ordered((code_of(d, chart.by) for d in chart.data), chart.order)
    colours = palette.colours(codes, chart.sides)
    bars = {facet: {code_of(d, chart.by): d.value for d in data} for facet, data in panels(chart).items()}
    sums = {
        facet: None if None in of.values() else sum(float(v) for v in of.values() if v is not None)
        for facet, of in bars.items()
    }
    labels = {
        facet: canvas.say("no_data")
        if whole is None
        else formats.number(formats.scaled(whole, scale), canvas.language, decimals)
        for facet, whole in sums.items()
    }
    wrapped, left = _names(chart, canvas, list(bars))
    room = max(layout.text_width(label, SIZE) for label in labels.values()) + 10
    step = (canvas.width - left - room) / (max(whole or 0.0 for whole in sums.values()) or 1.0)
    drawing = Drawing(canvas.width)
    top = drawing.key(5, 9, canvas.width - 10, [(chart.name(c)[canvas.language], colours[c]) for c in codes]) + 12
    middles, bottom = _rows(wrapped, list(bars), 30 * canvas.tall, top)
    drawing.height = bottom + 2
    _write_names(drawing, wrapped, middles, left)
    for facet, of in bars.items():
        y, x, whole = middles[facet], left, sums[facet]
        for code in codes if whole is not None else ():
            value = float(of.get(code) or 0.0)
            if value:
                drawing.bar(x, x + value * step, y - 8.5, y + 8.5, colours[code])
                drawing.hint(x + value * step / 2, y, partial(hint, chart, canvas.language, (facet, code), None, value))
            x += value * step
        tone = palette.MUTED if whole is None else palette.INK
        drawing.text(x + 6, y, labels[facet], tone, bold=whole is not None)
    drawing.rule(left, left, top, bottom)
    return drawing


def span(chart: Chart, canvas: Canvas) -> Drawing:
    """Per code a full dot for the first of `ends`, a ring for the second, and the way between them.

    Raises
    ------
    BriefFailed
        If `ends` does not name two series with values.
    """
    if len(chart.ends) != 2:
        raise refuse(chart, "a range needs two series in ends", "un rango requiere dos series en ends")
    scale = scale_of(chart, canvas.language)
    decimals = formats.decimals_for((d.value for d in chart.data), scale, chart.unit.decimals)
    cells: dict[tuple[str, str], Datum] = {(code_of(d, chart.by), d.series): d for d in chart.data}

    def value(code: str, end: int) -> float | None:
        datum = cells.get((code, chart.ends[end]))
        return None if datum is None or datum.value is None else float(datum.value) / scale

    codes = ordered((code_of(d, chart.by) for d in chart.data), chart.order)
    if not chart.order:
        codes.sort(key=lambda c: (value(c, 0) is None, -(value(c, 0) or 0.0)))
    wrapped, left = _names(chart, canvas, codes)
    known = [v for c in codes for v in (value(c, 0), value(c, 1)) if v is not None]
    if not known:
        raise refuse(chart, "no value belongs to its ends", "ningún valor corresponde a sus extremos")
    ticks = layout.ticks(min(0.0, *known), max(0.0, *known), 4 if canvas.narrow else 6)
    places = layout.tick_decimals(ticks)
    width = canvas.width - left - layout.text_width("000.0", SIZE)
    drawing = Drawing(canvas.width)
    names = [chart.name(e)[canvas.language] for e in chart.ends]
    x, second = 5.0, 5.0 + 11 + layout.text_width(names[0], SIZE) + 20
    for at, name, ring in ((x, names[0], False), (second, names[1], True)):
        drawing.point(at, 9, palette.MUTED, ring, 75)
        drawing.text(at + 11, 9, name)
    top = 26.0
    middles, bottom = _rows(wrapped, codes, 30, top)
    drawing.height = bottom + 22
    _write_names(drawing, wrapped, middles, left)

    def across(number: float) -> float:
        return left + 4 + (number - ticks[0]) / (ticks[-1] - ticks[0]) * (width - 8)

    for tick in ticks:
        drawing.grid(across(tick), across(tick), top, bottom)
        drawing.text(across(tick), bottom + 12, formats.number(tick, canvas.language, places), palette.MUTED, "center")
    for code in codes:
        y, ends = middles[code], [value(code, 0), value(code, 1)]
        colour = palette.SIDES[chart.sides.get(code, "first")]
        if ends[0] is not None and ends[1] is not None:
            drawing.rule(across(ends[0]), across(ends[1]), y, y, colour, 2.5)
        for end, number in enumerate(ends):
            if number is None:
                continue
            other = ends[1 - end]
            leftward = other is not None and (number < other or (number == other and end == 0))
            # no room on the left of the first tick: the label goes above the dot
            close = leftward and across(number) - 12 - layout.text_width(f"{number:.{decimals}f}", SIZE) < left
            label = formats.number(number, canvas.language, decimals)
            drawing.point(across(number), y, colour, end == 1, 75)
            if close:
                drawing.text(across(number), y - 11, label, align="center", bold=True, size=SIZE - 1)
            else:
                align: Literal["left", "right"] = "right" if leftward else "left"
                drawing.text(across(number) + (-9 if leftward else 9), y, label, align=align, bold=True)
        if ends == [None, None]:
            drawing.text(left + 8, y, canvas.say("no_data"), palette.MUTED)
    return drawing
