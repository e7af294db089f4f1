"""Charts of several panels: stacked degrees over time, and lines over a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from ambos.briefing import formats, layout, palette
from ambos.briefing.chart_parts import (
    code_of,
    courses,
    hint,
    number_of,
    number_text,
    ordered,
    panels,
    periods,
    refuse,
    scale_of,
    time_labels,
)
from ambos.briefing.chart_time import Axis
from ambos.briefing.document import Chart
from ambos.briefing.drawing import LEADING, SIZE, Canvas, Drawing
from ambos.text import Language

#: Of a plot, of what is written below it, between two panels, and at the right edge for half a label.
_HEIGHT, _BELOW, _GAP, _EDGE = 104.0, 24.0, 22.0, 12.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel and its plot: from `x` and `top` on, `width` wide and `_HEIGHT` high."""

    code: str
    x: float
    top: float
    width: float


def _layout(
    drawing: Drawing, chart: Chart, canvas: Canvas, key: Sequence[tuple[str, str]], left: float, tail: float
) -> list[_Panel]:
    """Write the key and the panels' names; their places. Sets the drawing's height, `tail` left below."""
    facets = list(panels(chart))
    columns = min(
        len(facets), 1 if canvas.narrow and len(facets) < 2 else 2 if canvas.narrow or len(facets) in (2, 4) else 3
    )
    step = (canvas.width - _EDGE + _GAP) / columns
    width = step - left - _GAP
    names = [layout.wrap(chart.name(f)[canvas.language], SIZE + 1, width + left - 4) if f else [] for f in facets]
    top = drawing.key(5, 9, canvas.width - 10, key) + 12
    laid = []
    for first in range(0, len(facets), columns):
        row = range(first, min(first + columns, len(facets)))
        head = max(len(names[i]) for i in row) * (LEADING + 1) + 10
        for i in row:
            x = (i % columns) * step + left
            for number, line in enumerate(names[i]):
                drawing.text(x - left, top + 6 + number * (LEADING + 1), line, bold=True, size=SIZE + 1)
            laid.append(_Panel(facets[i], x, top + head, width))
        top += head + _HEIGHT + _BELOW + 14
    drawing.height = top - 12 + tail
    return laid


def stacks(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw a panel per code of `facet`: bars over time, stacked from the mildest degree to the gravest.

    Raises
    ------
    BriefFailed
        If a value is negative, or there are more degrees than colours.
    """
    scale = scale_of(chart, canvas.language)
    degrees = ordered((code_of(d, chart.by) for d in chart.data), chart.order)
    if len(degrees) > len(palette.DEGREES):
        most = len(palette.DEGREES)
        raise refuse(chart, f"it has more than {most} degrees", f"tiene más de {most} grados")
    if any(d.value is not None and d.value < 0 for d in chart.data):
        raise refuse(chart, "negative values cannot be stacked", "no se pueden apilar valores negativos")
    colours = dict(zip(degrees, palette.DEGREES, strict=False))
    by_panel = {facet: courses(chart, data, scale) for facet, data in panels(chart).items()}
    times = sorted({p.when for panel in by_panel.values() for course in panel.values() for p in course})
    times = periods(times[0], times[-1], chart.frequency)
    piled: dict[tuple[str, object], float] = {}
    for facet, panel in by_panel.items():
        for course in panel.values():
            for p in course:
                piled[facet, p.when] = piled.get((facet, p.when), 0.0) + (p.value or 0.0)
    ticks = layout.ticks(0.0, round(max(piled.values()), 1), 4)
    left = Axis(ticks, 0, _HEIGHT).room(canvas)
    drawing = Drawing(canvas.width)
    key = [(chart.name(code)[canvas.language], colours[code]) for code in degrees]
    for place in _layout(drawing, chart, canvas, key, left, 0.0):
        axis = Axis(ticks, place.top, _HEIGHT)
        axis.draw(drawing, canvas, place.x, place.width)
        band = place.width / len(times)
        known = {c: {p.when: p for p in course if p.value is not None} for c, course in by_panel[place.code].items()}
        for number, when in enumerate(times):
            start, base, is_open = place.x + (number + 0.12) * band, 0.0, False
            for code in degrees:
                point = known.get(code, {}).get(when)
                if point is None or not point.value:
                    continue
                is_open = is_open or point.status == "P"
                drawing.bar(start, start + 0.76 * band, axis.at(base), axis.at(base + point.value), colours[code])
                said = partial(hint, chart, canvas.language, (place.code, code), when, point.value * scale)
                drawing.hint(start + 0.38 * band, axis.at(base + point.value / 2), said)
                base += point.value
            if is_open:
                drawing.text(start + 0.38 * band, axis.at(base) - 7, "p", palette.MUTED, "center", size=SIZE - 1)
        drawing.rule(place.x, place.x + place.width, axis.at(0), axis.at(0))
        if chart.seam in times:
            at = place.x + times.index(chart.seam) * band
            drawing.rule(at, at, place.top - 6, place.top + _HEIGHT + 4, palette.INK, 1.4)
        shown = time_labels(times[0], times[-1], chart.frequency, place.width, canvas.language)
        for when, label in shown:
            if when in times:
                at = place.x + (times.index(when) + 0.5) * band
                drawing.text(at, place.top + _HEIGHT + 13, label, palette.MUTED, "center")
    return drawing


def curves(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw a panel per code of `facet`, all on the same scales: lines over the number in `item`; a missing value is a
    gap."""
    scale = scale_of(chart, canvas.language)
    lines = ordered((code_of(d, chart.by) for d in chart.data), chart.order)
    colours = palette.colours(lines, chart.sides)
    values = [float(d.value) / scale for d in chart.data if d.value is not None]
    numbers = sorted({number_of(chart, d) for d in chart.data})
    low, high = float(numbers[0]), float(numbers[-1])
    ticks = layout.ticks(min(0.0, *values), max(values), 4)
    left = Axis(ticks, 0, _HEIGHT).room(canvas)
    drawing = Drawing(canvas.width)
    key = [(chart.name(code)[canvas.language], colours[code]) for code in lines]
    for place in _layout(drawing, chart, canvas, key, left, LEADING):
        axis = Axis(ticks, place.top, _HEIGHT)
        axis.draw(drawing, canvas, place.x, place.width)
        drawing.rule(place.x, place.x + place.width, axis.at(0), axis.at(0))
        for code in lines:
            own = {
                number_of(chart, d): None if d.value is None else float(d.value) / scale
                for d in chart.data
                if (code_of(d, chart.facet), code_of(d, chart.by)) == (place.code, code)
            }
            piece: list[tuple[float, float]] = []
            for number in [*sorted(own), None]:
                value = None if number is None else own[number]
                if number is None or value is None:
                    if len(piece) > 1:
                        drawing.line(piece, colours[code])
                    elif piece:  # a value between gaps
                        drawing.point(*piece[0], colours[code], size=20)
                    piece = []
                else:
                    piece.append((place.x + (float(number) - low) / (high - low) * place.width, axis.at(value)))
                    said = partial(_said_of, chart, canvas.language, number, (place.code, code), value * scale)
                    drawing.hint(*piece[-1], said)
        wide = layout.text_width(formats.number(high, canvas.language), SIZE) + 12
        for tick in layout.ticks(low, high, max(int(place.width / wide), 1)):
            if low <= tick <= high:
                at = place.x + (tick - low) / (high - low) * place.width
                drawing.rule(at, at, place.top + _HEIGHT, place.top + _HEIGHT + 4)
                drawing.text(
                    at, place.top + _HEIGHT + 13, formats.number(tick, canvas.language), palette.MUTED, "center"
                )
    if chart.across:
        drawing.text(canvas.width - _EDGE, drawing.height - 8, chart.across[canvas.language], palette.MUTED, "right")
    return drawing


def _said_of(chart: Chart, language: Language, number: Decimal, names: tuple[str, ...], value: float) -> str:
    """The value at a place of a curve in words."""
    return f"{number_text(number, language)}: {hint(chart, language, names, None, value)}"
