"""Charts over time: lines, small multiples of lines, columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from ambos.briefing import formats, layout, palette
from ambos.briefing.chart_parts import (
    OPEN,
    Point,
    courses,
    draw_events,
    event_labels,
    following,
    hint,
    ordered,
    panels,
    periods,
    refuse,
    runs,
    scale_of,
    shown_events,
    time_labels,
)
from ambos.briefing.document import Chart
from ambos.briefing.drawing import LEADING, SIZE, Canvas, Drawing
from ambos.model import Event

#: The length of a period, for the middle between two of them.
FREQUENCY_DAYS = {"A": 365.25, "Q": 91.31, "M": 30.44, "D": 1.0}


@dataclass(frozen=True, slots=True)
class Axis:
    """Values to pixels: `ticks` from the bottom to the top of a plot."""

    ticks: list[float]
    top: float
    height: float

    def at(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.top + (high - value) / (high - low) * self.height

    def draw(self, drawing: Drawing, canvas: Canvas, x: float, width: float) -> None:
        decimals = layout.tick_decimals(self.ticks)
        for tick in self.ticks:
            drawing.grid(x, x + width, self.at(tick), self.at(tick))
            drawing.text(x - 7, self.at(tick), formats.number(tick, canvas.language, decimals), palette.MUTED, "right")

    def room(self, canvas: Canvas) -> float:
        """The width of the widest tick label."""
        decimals = layout.tick_decimals(self.ticks)
        return max(layout.text_width(formats.number(t, canvas.language, decimals), SIZE) for t in self.ticks) + 9


def _ticks(values: Sequence[float], count: int, from_zero: bool = True) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return layout.ticks(min(low, 0.0) if from_zero else low, max(high, 0.0), count)


def starts_above_zero(chart: Chart) -> bool:
    """Return True if all lines keep so far from zero that an axis from zero would flatten them."""
    values = [float(d.value) for d in chart.data if d.value is not None]
    return chart.kind == "line" and min(values, default=0.0) > 0 and min(values) > max(values) * 0.7


def _values(points: Mapping[str, list[Point]]) -> list[float]:
    return [p.value for course in points.values() for p in course if p.value is not None]


def _newest(points: Mapping[str, list[Point]]) -> dict[str, Point]:
    """The last known point of each course that has one."""
    known = {code: [p for p in course if p.value is not None] for code, course in points.items()}
    return {code: found[-1] for code, found in known.items() if found}


def _span(points: Mapping[str, list[Point]]) -> tuple[date, date]:
    return min(c[0].when for c in points.values()), max(c[-1].when for c in points.values())


def _label(point: Point, canvas: Canvas, chart: Chart, scale: int) -> str:
    """A value as it is written at the end of its line; a provisional one has its letter."""
    value = None if point.value is None else point.value * scale
    shown = formats.number(point.value, canvas.language, formats.decimals_for([value], scale, chart.unit.decimals))
    return f"{shown} p" if point.status == "P" else shown


def _end_label(code: str, point: Point, last: date, canvas: Canvas, chart: Chart, scale: int) -> str:
    """The name of a code with its last value, and when that was if not in the last period."""
    said = f"{chart.name(code)[canvas.language]} {_label(point, canvas, chart, scale)}"
    if chart.unconfirmed and point.status == "P":
        said += f" ({canvas.say('unconfirmed')})"
    return said if point.when == last else f"{said} ({formats.period(point.when, canvas.language, chart.frequency)})"


def _ends(points: Mapping[str, list[Point]], canvas: Canvas, chart: Chart, scale: int) -> dict[str, tuple[str, bool]]:
    """Label the end of each line, with whether its last value is final."""
    _, last = _span(points)
    newest = _newest(points).items()
    return {code: (_end_label(code, p, last, canvas, chart, scale), p.status != "P") for code, p in newest}


def _levels(chart: Chart, canvas: Canvas, scale: int) -> list[tuple[float, str]]:
    """Each level as it is drawn, and its value and name: "1,075 · Tier 1", «Nivel 1 · 327.66 m (1,075 pies)»."""
    made = []
    for level in chart.levels:
        if level.both and canvas.language == "es":
            both = level.both["es"].partition(" (")[0] if canvas.narrow else level.both["es"]
            made.append((level.value / scale, f"{level.name['es']} · {both}"))
            continue
        exact = 0 if scale == 1 and float(level.value).is_integer() else chart.unit.decimals
        decimals = formats.decimals_for([level.value], scale, exact)
        shown = formats.number(level.value / scale, canvas.language, decimals)
        made.append((level.value / scale, f"{shown} · {level.name[canvas.language]}"))
    return made


def _room(texts: Sequence[str], canvas: Canvas, most: float) -> float:
    """The width of the widest of some texts, at most a share of the canvas."""
    widest = max((layout.text_width(text, SIZE) for text in texts), default=-4.0) + 4
    return min(widest, canvas.width * (0.30 if canvas.narrow else most))


def _draw_levels(
    drawing: Drawing, levels: Sequence[tuple[float, str]], axis: Axis, x: float, width: float
) -> list[tuple[str, str, float, bool]]:
    """Lines across a plot; their labels as `Drawing.end_labels` takes them."""
    for value, _ in levels:
        drawing.rule(x, x + width, axis.at(value), axis.at(value))
    return [(label, palette.MUTED, axis.at(value), True) for value, label in levels]


def _draw_time(drawing: Drawing, places: Sequence[tuple[float, str]], bottom: float) -> None:
    for x, label in places:
        drawing.rule(x, x, bottom, bottom + 5)
        drawing.text(x, bottom + 14, label, palette.MUTED, "center")


def _plot(
    drawing: Drawing,
    chart: Chart,
    canvas: Canvas,
    points: Mapping[str, list[Point]],
    colours: Mapping[str, str],
    span: tuple[date, date],
    axis: Axis,
    x: float,
    width: float,
    events: Sequence[Event],
    labels: Mapping[str, str],
    facet: str = "",
    interval: tuple[str, Sequence[Point], Sequence[Point]] | None = None,
    *,
    scale: int,
) -> dict[str, float]:
    """Draw one plot of lines, and the interval of one of them; the height at which each line ends."""
    first, last = span
    days = max((last - first).days, 1)

    def across(when: date) -> float:
        return x + (when - first).days / days * width

    draw_events(drawing, events, labels, first, last, (x, axis.top, width, axis.height))
    axis.draw(drawing, canvas, x, width)
    base = axis.at(0) if axis.ticks[0] <= 0 <= axis.ticks[-1] else axis.top + axis.height
    drawing.rule(x, x + width, base, base)
    dates = time_labels(first, last, chart.frequency, width, canvas.language)
    _draw_time(drawing, [(across(w), t) for w, t in dates], axis.top + axis.height)
    if interval:
        code, lows, highs = interval
        ends_of = [
            (across(a.when), axis.at(a.value or 0.0), axis.at(b.value or 0.0)) for a, b in zip(lows, highs, strict=True)
        ]
        drawing.area(ends_of, colours[code])
    for code, course in points.items():
        for point in course:
            if point.value is not None:
                said = partial(hint, chart, canvas.language, (facet, code), point.when, point.value * scale)
                drawing.hint(across(point.when), axis.at(point.value), said)
        for is_open, piece in runs(course):
            if len(piece) > 1:
                drawing.line([(across(p.when), axis.at(p.value or 0.0)) for p in piece], colours[code], is_open)
            else:
                drawing.point(across(piece[0].when), axis.at(piece[0].value or 0.0), colours[code], is_open, 24)
    ends = {}
    for code, point in _newest(points).items():
        ends[code] = axis.at(point.value or 0.0)
        drawing.point(across(point.when), ends[code], colours[code], point.status in OPEN)
    return ends


def line(chart: Chart, canvas: Canvas) -> Drawing:
    """Lines over time, each named at its end with its last value."""
    scale = scale_of(chart, canvas.language)
    points = courses(chart, chart.data, scale)
    drawn = _values(points)
    interval = (chart.band[0], points.pop(chart.band[1]), points.pop(chart.band[2])) if chart.band else None
    labels, levels = _ends(points, canvas, chart, scale), _levels(chart, canvas, scale)
    room = _room([*(text for text, _ in labels.values()), *(text for _, text in levels)], canvas, 0.26)
    drawing = Drawing(canvas.width)
    height = ((210.0 if canvas.narrow else 225.0) + 15.0 * len(levels)) * canvas.tall
    ticks = _ticks([*drawn, *(value for value, _ in levels)], 5, not starts_above_zero(chart))
    left = Axis(ticks, 0, height).room(canvas)
    width = canvas.width - left - room - 16
    events, names = shown_events(chart), event_labels(chart, width, canvas.language)
    axis = Axis(ticks, 8 + LEADING if events else 8, height)
    colours = palette.colours(list(points), chart.sides)
    span = _span(points)
    place = axis, left, width
    ends = _plot(drawing, chart, canvas, points, colours, span, *place, events, names, interval=interval, scale=scale)
    entries = [(labels[code][0], colours[code], y, labels[code][1]) for code, y in ends.items()]
    entries += _draw_levels(drawing, levels, axis, left, width)
    end = drawing.end_labels(entries, left + width, room, axis.top - 8, axis.top + height + 8)
    drawing.height = max(axis.top + height + 24, end)
    return drawing


def multiples(chart: Chart, canvas: Canvas) -> Drawing:
    """Draw a small plot per code of `facet`, on a common time axis, each with its own scale of values."""
    scale = scale_of(chart, canvas.language)
    plots = {facet: courses(chart, data, scale) for facet, data in panels(chart).items()}
    codes = ordered((code for points in plots.values() for code in points), chart.order)
    spans = [_span(points) for points in plots.values()]
    span = min(s[0] for s in spans), max(s[1] for s in spans)
    columns = 2 if canvas.narrow or len(plots) in (2, 4) else 3
    height = (90.0 if canvas.narrow else 100.0) * canvas.tall
    axes = {facet: Axis(_ticks(_values(points), 3), 0, height) for facet, points in plots.items()}
    left = max(axis.room(canvas) for axis in axes.values())
    newest = {facet: _newest(points) for facet, points in plots.items()}
    written = [_label(p, canvas, chart, scale) for n in newest.values() for p in n.values()]
    right = max(layout.text_width(text, SIZE) for text in written) + 18
    width = canvas.width / columns - left - right
    drawing = Drawing(canvas.width)
    colours = palette.colours(codes, chart.sides)
    top = 6.0
    if len(codes) > 1:
        names = [(chart.name(c)[canvas.language], colours[c]) for c in codes]
        top = drawing.key(left, 9, canvas.width - left, names) + 10
    events = shown_events(chart)
    letters = event_labels(chart, 0, canvas.language) if len(events) > 1 else {}
    step = height + 66
    for number, (facet, points) in enumerate(plots.items()):
        x = (number % columns) * (canvas.width / columns) + left
        y = top + (number // columns) * step
        drawing.text(x, y + 8, chart.name(facet)[canvas.language], bold=True, size=SIZE + 1)
        axis = Axis(axes[facet].ticks, y + 30, height)
        tones = colours
        if len(codes) == 1 and facet in chart.sides:
            tones = {codes[0]: palette.SIDES[chart.sides[facet]]}
        own = [e for e in events if not e.places or facet in e.places]
        ends = _plot(drawing, chart, canvas, points, tones, span, axis, x, width, own, letters, facet, scale=scale)
        if chart.seam and span[0] < chart.seam <= span[1]:
            at = (
                x
                + ((chart.seam - span[0]).days - FREQUENCY_DAYS[chart.frequency] / 2) / (span[1] - span[0]).days * width
            )
            drawing.rule(at, at, axis.top - 4, axis.top + height + 4, palette.INK)
        entries = [
            (_label(point, canvas, chart, scale), tones[code], ends[code], point.status != "P")
            for code, point in newest[facet].items()
        ]
        drawing.end_labels(entries, x + width - 4, right, axis.top - 8, axis.top + height + 8)
    drawing.height = top + -(-len(plots) // columns) * step - 6
    return drawing


def column(chart: Chart, canvas: Canvas) -> Drawing:
    """Vertical bars over time, stacked and named at the right.

    Raises
    ------
    BriefFailed
        If stacked values are negative.
    """
    scale = scale_of(chart, canvas.language)
    points = courses(chart, chart.data, scale)
    codes = list(points)
    named = len(codes) > 1
    if named and min(_values(points)) < 0:
        raise refuse(chart, "negative values cannot be stacked", "no se pueden apilar valores negativos")
    first, last = _span(points)
    times = periods(first, last, chart.frequency)
    known = {code: {p.when: p for p in course if p.value is not None} for code, course in points.items()}
    totals = [sum(known[c][when].value or 0.0 for c in codes if when in known[c]) for when in times]
    labels, levels = _ends(points, canvas, chart, scale), _levels(chart, canvas, scale)
    ticks = layout.ticks(min(0.0, *_values(points)), max(0.0, *(value for value, _ in levels), *totals), 5)
    height = (200.0 if canvas.narrow else 225.0) * canvas.tall
    left = Axis(ticks, 0, height).room(canvas)
    written = [*(text for text, _ in labels.values() if named), *(text for _, text in levels)]
    room = _room(written, canvas, 0.24)
    width = canvas.width - left - room - (16 if written else 2)
    drawing = Drawing(canvas.width)
    colours = palette.colours(codes, chart.sides)
    events, names = shown_events(chart), event_labels(chart, width, canvas.language)
    axis = Axis(ticks, 8.0 + (LEADING if events else 0), height)
    draw_events(drawing, events, names, first, following(last, chart.frequency), (left, axis.top, width, height))
    axis.draw(drawing, canvas, left, width)
    band = width / len(times)
    middles = {when: left + (number + 0.5) * band for number, when in enumerate(times)}
    entries: list[tuple[str, str, float, bool]] = []
    for when, middle in middles.items():
        base = 0.0
        for code in codes:
            point = known[code].get(when)
            value = point.value or 0.0 if point else 0.0
            if point:
                start = middle - band * 0.36
                ends = axis.at(base), axis.at(base + value)
                drawing.bar(start, start + band * 0.72, *ends, colours[code], point.status in OPEN)
                drawing.hint(middle, ends[1], partial(hint, chart, canvas.language, (code,), when, value * scale))
            if named and when == times[-1] and code in labels:
                text, settled = labels[code]
                entries.append((text, colours[code], axis.at(base + value / 2), settled))
            base += value
    drawing.rule(left, left + width, axis.at(0), axis.at(0))
    shown = time_labels(first, last, chart.frequency, width, canvas.language)
    _draw_time(drawing, [(middles[w], t) for w, t in shown if w in middles], axis.top + height)
    entries = [*_draw_levels(drawing, levels, axis, left, width), *entries]
    end = drawing.end_labels(entries, left + width, room, axis.top - 8, axis.top + height + 8)
    drawing.height = max(axis.top + height + 24, end)
    return drawing
