"""The heat map of the hours of the day and the days of the week."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from ambos.briefing import formats, layout, palette
from ambos.briefing.chart_parts import DAYS, HOURS, cell_of, panels, scale_of
from ambos.briefing.document import Chart
from ambos.briefing.drawing import SIZE, Canvas, Drawing
from ambos.text import Language


def classes(values: Sequence[float]) -> list[float]:
    """The bounds between the classes of colour: round values that divide the range."""
    high = max(values, default=1.0)
    bounds = layout.ticks(0.0, high, len(palette.HEAT) - 1)[1:]
    return bounds[: len(palette.HEAT) - 1]


def heat(chart: Chart, canvas: Canvas) -> Drawing:
    """Hour × weekday, one map per code of `facet`; a cell without a value is an empty rim."""
    facets = panels(chart)
    scale = scale_of(chart, canvas.language)
    bounds = classes([float(d.value) / scale for d in chart.data if d.value is not None])
    days = {d: formats.weekday(d, canvas.language, "abbreviated") for d in range(1, DAYS + 1)}
    left = max(layout.text_width(name, SIZE) for name in days.values()) + 9
    columns = 1 if canvas.narrow or len(facets) == 1 else 2
    step = (canvas.width + 16) / columns
    cell = (step - left - 16) / HOURS
    row = min(20.0, max(14.0, cell))
    drawing = Drawing(canvas.width)
    top = _key(drawing, canvas, bounds, left) + 10
    for number, (facet, data) in enumerate(facets.items()):
        x = (number % columns) * step + left
        if facet:
            drawing.text(x, top + 8, chart.name(facet)[canvas.language], bold=True, size=SIZE + 1)
        y = top + (24 if facet else 4)
        known = {cell_of(chart, d): d.value for d in data}
        for hour in range(HOURS):
            for weekday, name in days.items():
                value = known.get((hour, weekday))
                colour = None if value is None else palette.HEAT[sum(float(value) / scale >= b for b in bounds)]
                drawing.cell(x + hour * cell, y + (weekday - 1) * row, cell - 1, row - 1, colour)
                if value is not None:
                    said = partial(_said_of, chart, canvas.language, name, hour, value)
                    drawing.hint(x + (hour + 0.5) * cell, y + (weekday - 0.5) * row, said)
        for weekday, name in days.items():
            drawing.text(x - 7, y + (weekday - 0.5) * row, name, palette.MUTED, "right")
        for hour in range(0, HOURS, 6):
            drawing.text(x + hour * cell, y + DAYS * row + 9, f"{hour}:00", palette.MUTED, size=SIZE - 1)
        if number % columns == columns - 1 or number == len(facets) - 1:
            top = y + DAYS * row + 28
    drawing.height = top - 8
    return drawing


def _key(drawing: Drawing, canvas: Canvas, bounds: Sequence[float], left: float) -> float:
    """The classes of colour with their bounds, and the empty cell; where it ends."""
    places = layout.tick_decimals(bounds)
    labels = [formats.number(b, canvas.language, places) for b in bounds]
    names = [f"< {labels[0]}", *(f"{a}–{b}" for a, b in itertools.pairwise(labels)), f"≥ {labels[-1]}"]
    entries: list[tuple[str, str | None]] = list(zip(names, palette.HEAT, strict=False))
    x, y = left, 2.0
    for name, colour in [*entries, (canvas.say("no_data"), None)]:
        room = 19 + layout.text_width(name, SIZE)
        if x > left and x + room > canvas.width:
            x, y = left, y + 19
        drawing.cell(x, y, 14, 14, colour)
        drawing.text(x + 19, y + 7.5, name)
        x += room + (6 if canvas.narrow else 14)
    return y + 16


def _said_of(chart: Chart, language: Language, weekday: str, hour: int, value: float | Decimal) -> str:
    """The value of an hour in words."""
    return f"{weekday} {hour}:00: {formats.number(value, language, chart.unit.decimals)} {chart.unit.name[language]}"
