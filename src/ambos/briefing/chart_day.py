"""Small multiples of a day: the queue or wait of each line with its band, and below it the lanes open; of one day or two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ambos.briefing import charts, formats, layout, palette
from ambos.briefing.drawing import LEADING, SIZE, Drawing
from ambos.errors import BriefFailed
from ambos.text import Language, Text

#: Of the plots of queues and of lanes, pixels.
_QUEUE, _LANES = 96.0, 30.0
#: Width of a picture that stands alone, and how much finer than a screen it is drawn.
_ALONE, _FINER = 1000, 2.0
_HOUR = 60.0


@dataclass(frozen=True, slots=True)
class QueuePanel:
    """A line's queue and open lanes over a day.

    Attributes
    ----------
    name : Text
    step : float
        Minutes from one value to the next; the first is at midnight.
    mean : tuple of float
        Number in line, or minutes of wait; NaN leaves a gap.
    low, high : tuple of float
        The band around it; empty for none.
    lanes : tuple of float
        Open lanes.
    full : float or None
        How many the approach holds.
    before, lanes_before : tuple of float
        The same as `mean` and `lanes` of another day; empty for none.
    """

    name: Text
    step: float
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    lanes: tuple[float, ...]
    full: float | None = None
    before: tuple[float, ...] = ()
    lanes_before: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFigure:
    """The lines of a crossing.

    Attributes
    ----------
    id : str
    title, alt : Text
        Caption and text alternative.
    note : Text
        How to read it.
    queue, band, lanes, full : Text
        The words of the key: number in line, the band, open lanes, a full approach.
    panels : tuple of QueuePanel
    before : Text or None
        The word of the key for the other day.
    """

    id: str
    title: Text
    alt: Text
    note: Text
    queue: Text
    band: Text
    lanes: Text
    full: Text
    panels: tuple[QueuePanel, ...]
    before: Text | None = None


def svg(figure: QueueFigure, language: Language, width: float, prefix: str) -> str:
    """The figure as an SVG text whose inner ids begin with `prefix`.

    Raises
    ------
    BriefFailed
        If it has no panel.
    """
    drawing = Drawing(width)
    drawing.height = draw(drawing, figure, language, 0.0)
    return charts.svg_of(drawing.sheet(palette.theme()), prefix)


def png(figure: QueueFigure, language: Language, heads: Sequence[str], foot: str) -> bytes:
    """The figure as a picture that stands alone, with a title, what is to be known of it, and its origin.

    Parameters
    ----------
    figure : QueueFigure
    language : {"en", "es"}
    heads : sequence of str
        Lines above it, the first in bold.
    foot : str
        Line below it.
    """
    margin = 24.0
    drawing = Drawing(_ALONE)
    y = margin + 6
    for number, head in enumerate(heads):
        for line in layout.wrap(head, SIZE + (6 if number == 0 else 1), _ALONE - 2 * margin):
            drawing.text(
                margin,
                y,
                line,
                palette.INK if number == 0 else palette.MUTED,
                bold=number == 0,
                size=SIZE + (6 if number == 0 else 1),
            )
            y += 24 if number == 0 else LEADING + 3
    y = draw(drawing, figure, language, y + 8, margin) + 12
    for line in (*layout.wrap(figure.note[language], SIZE, _ALONE - 2 * margin), *layout.wrap(foot, SIZE, _ALONE - 48)):
        drawing.text(margin, y, line, palette.MUTED, size=SIZE)
        y += LEADING + 2
    drawing.height = y + margin - 8
    config = {**palette.theme(), "background": palette.PAPER}
    return charts.png_of(drawing.sheet(config), figure.id, _FINER)


def draw(drawing: Drawing, figure: QueueFigure, language: Language, top: float, margin: float = 0.0) -> float:
    """Draw key and panels from `top` down; where they end."""
    if not figure.panels:
        raise BriefFailed(
            detail=Text(f"chart {figure.id}: there is no line.", f"gráfica {figure.id}: no hay ninguna fila.")
        )
    colour, other = palette.SERIES[0], palette.SERIES[1]
    key = [(figure.queue[language], colour)]
    if any(p.high for p in figure.panels):
        key.append((figure.band[language], _pale(colour)))
    key.append((figure.lanes[language], other))
    if any(_drawn_capacity(p) is not None for p in figure.panels):
        key.append((figure.full[language], palette.MUTED))
    if figure.before:
        key.append((figure.before[language], palette.MUTED))
    room = drawing.width - 2 * margin
    top = drawing.key(margin, top + 9, room, key) + 12
    count = len(figure.panels)
    columns = min(count, 1 if room < 300 else 2 if room < 500 or count in (2, 4) else 3)
    names = [layout.wrap(p.name[language], SIZE + 1, room / columns - 12) for p in figure.panels]
    ticks = [layout.ticks(0.0, _most(p), 3) for p in figure.panels]
    left = max(layout.text_width(_written(t[-1], t, language), SIZE) for t in ticks) + 10
    width = room / columns - left - 14
    for first in range(0, count, columns):
        row = range(first, min(first + columns, count))
        head = max(len(names[i]) for i in row) * (LEADING + 1) + 8
        for i in row:
            x = margin + (i % columns) * room / columns + left
            for number, line in enumerate(names[i]):
                drawing.text(x, top + 6 + number * (LEADING + 1), line, bold=True, size=SIZE + 1)
            _panel(drawing, figure.panels[i], language, ticks[i], (x, top + head, width), (colour, other))
        top += head + _QUEUE + 14 + _LANES + 40
    return top - 8


def _panel(
    drawing: Drawing,
    panel: QueuePanel,
    language: Language,
    ticks: Sequence[float],
    place: tuple[float, float, float],
    colours: tuple[str, str],
) -> None:
    x, top, width = place
    length = panel.step * len(panel.mean)

    def across(minutes: float) -> float:
        return x + minutes / length * width

    def up(value: float) -> float:
        return top + (1 - value / ticks[-1]) * _QUEUE

    for tick in ticks:
        drawing.grid(x, x + width, up(tick), up(tick))
        drawing.text(x - 7, up(tick), _written(tick, ticks, language), palette.MUTED, "right")
    middles = [across((i + 0.5) * panel.step) for i in range(len(panel.mean))]
    if panel.high:
        drawing.area([(m, up(a), up(b)) for m, a, b in zip(middles, panel.low, panel.high, strict=True)], colours[0])
    for course, colour in ((panel.before, palette.MUTED), (panel.mean, colours[0])):
        points = zip(middles, course, strict=True) if course else ()
        for gap, run in groupby(points, lambda point: math.isnan(point[1])):
            if not gap:
                drawing.line([(m, up(v)) for m, v in run], colour, dashed=course is panel.before)
    full = _drawn_capacity(panel)
    if full is not None and full <= ticks[-1]:
        drawing.line([(x, up(full)), (x + width, up(full))], palette.MUTED, dashed=True)
    drawing.rule(x, x + width, up(0), up(0))
    _lanes(drawing, panel, language, (x, top + _QUEUE + 14, width), colours[1])
    bottom = top + _QUEUE + 14 + _LANES
    hours = length / _HOUR
    most = max(int(width / 34), 1)
    step = next((s for s in (1, 2, 3, 4, 6, 12, 24) if hours / s <= most), max(int(hours), 1))
    for hour in range(0, int(hours) + 1, step):
        drawing.rule(across(hour * _HOUR), across(hour * _HOUR), bottom, bottom + 4)
        drawing.text(across(hour * _HOUR), bottom + 13, f"{hour}:00", palette.MUTED, "center", size=SIZE - 1)


def _lanes(
    drawing: Drawing, panel: QueuePanel, language: Language, place: tuple[float, float, float], colour: str
) -> None:
    """The open lanes as columns of the width of a step."""
    x, top, width = place
    most = float(max(1.0, *panel.lanes, *panel.lanes_before))
    each = width / len(panel.lanes)
    bottom = top + _LANES
    at = 0
    for lanes, same in groupby(panel.lanes):  # one bar for as long as nothing changes: no seams
        first, at = at, at + len(list(same))
        if lanes > 0:
            drawing.bar(x + first * each, x + at * each, bottom - lanes / most * _LANES, bottom, colour)
    at = 0
    for lanes, same in groupby(panel.lanes_before):
        first, at = at, at + len(list(same))
        if lanes > 0:
            y = bottom - lanes / most * _LANES
            drawing.rule(x + first * each, x + at * each, y, y, palette.MUTED, 2)
    drawing.rule(x, x + width, bottom, bottom)
    drawing.text(x - 7, top + 3, formats.number(most, language, 0 if most.is_integer() else 1), palette.MUTED, "right")
    drawing.text(x - 7, bottom, "0", palette.MUTED, "right")


def _most(panel: QueuePanel) -> float:
    """The largest value of a panel; NaN is none."""
    return max(1.0, *(v for v in (*panel.mean, *panel.high, *panel.before) if not math.isnan(v)), 1.0)


def _drawn_capacity(panel: QueuePanel) -> float | None:
    """The capacity of the approach where the queue comes near enough to it to be drawn."""
    top = _most(panel)
    return panel.full if panel.full is not None and panel.full <= 1.15 * layout.ticks(0.0, top, 3)[-1] else None


def _written(tick: float, ticks: Sequence[float], language: Language) -> str:
    return formats.number(tick, language, layout.tick_decimals(ticks))


def _pale(colour: str) -> str:
    """The colour of a band on paper, for its square in the key."""
    share = 0.22
    parts = [(int(colour[i : i + 2], 16), int(palette.PAPER[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in parts)
