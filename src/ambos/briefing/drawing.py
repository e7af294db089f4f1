"""A sheet on which a chart is laid out in pixels, and the Vega-Lite specification it becomes.

All positions are computed here in Python, with the widths of the packaged font, so that labels can keep out of
each other's way and a chart of many panels stays one plain specification of a few layers (Vega-Lite takes
seconds to lay out a dozen concatenated panels).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, Literal

from ambos.briefing import layout, palette
from ambos.text import Language, Text

SIZE = 12  # of labels, pixels
LEADING = 14.5  # from line to line
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Width, language and words of a drawing, and by what its plots are taller than usual."""

    width: float
    language: Language
    words: Mapping[str, Text]
    tall: float = 1.0

    @property
    def narrow(self) -> bool:
        """Return True for the width of a telephone."""
        return self.width < 500

    def say(self, key: str, **values: object) -> str:
        """Get a word of the page in the canvas's language."""
        return self.words[f"brief.page.{key}"].format(**values)[self.language]


@dataclass(slots=True)
class Drawing:
    """Layers of a drawing, from back to front: bands, grid, areas, bars, rules, lines, points, texts."""

    width: float
    height: float = 0.0
    _bands: list[Row] = field(default_factory=list)
    _grid: list[Row] = field(default_factory=list)
    _areas: list[Row] = field(default_factory=list)
    _bars: list[Row] = field(default_factory=list)
    _rules: list[Row] = field(default_factory=list)
    _lines: list[Row] = field(default_factory=list)
    _points: list[Row] = field(default_factory=list)
    _texts: list[Row] = field(default_factory=list)
    _hints: list[Row] = field(default_factory=list)

    def band(self, x: float, x2: float, y: float, y2: float) -> None:
        """A grey area behind everything: an event."""
        self._bands.append({"x": x, "x2": x2, "y": y, "y2": y2})

    def grid(self, x: float, x2: float, y: float, y2: float) -> None:
        """A light line of the grid."""
        self._grid.append({"x": x, "x2": x2, "y": y, "y2": y2, "c": palette.RULE, "w": 1})

    def area(self, points: Sequence[tuple[float, float, float]], colour: str) -> None:
        """A pale area between two courses: an interval. Points are (x, y, y2)."""
        run = len(self._areas)
        self._areas += [{"x": x, "y": y, "y2": y2, "c": colour, "r": run} for x, y, y2 in points]

    def rule(self, x: float, x2: float, y: float, y2: float, colour: str = palette.MUTED, width: float = 1) -> None:
        """A straight line in front of the bars."""
        self._rules.append({"x": x, "x2": x2, "y": y, "y2": y2, "c": colour, "w": width})

    def bar(self, x: float, x2: float, y: float, y2: float, colour: str, hollow: bool = False) -> None:
        """A filled rectangle; a hollow one is pale with a rim (a value that is not final)."""
        pale = {"c": colour, "o": 0.22, "s": colour} if hollow else {"c": colour, "o": 1, "s": "transparent"}
        # the rim lies inside, so that hollow and full bars are equally large
        by = 0.5 if hollow else 0.0
        self._bars.append({"x": x + by, "x2": x2 - by, "y": min(y, y2) + by, "y2": max(y, y2) - by, **pale})

    def cell(self, x: float, y: float, width: float, height: float, colour: str | None) -> None:
        """A cell of a heat map; without a colour it is an empty rim."""
        tone = {"c": colour, "o": 1, "s": "transparent"} if colour else {"c": palette.PAPER, "o": 0, "s": palette.RULE}
        self._bars.append({"x": x, "x2": x + width, "y": y, "y2": y + height, **tone})

    def line(self, points: Sequence[tuple[float, float]], colour: str, dashed: bool = False) -> None:
        """A line through points."""
        run = len(self._lines)
        self._lines += [{"x": x, "y": y, "c": colour, "r": run, "d": dashed} for x, y in _thinned(points)]

    def point(self, x: float, y: float, colour: str, hollow: bool = False, size: float = 40) -> None:
        """A dot, or a ring for a value that is not final; `size` is its area."""
        fill = palette.PAPER if hollow else colour
        self._points.append({"x": x, "y": y, "c": colour, "f": fill, "z": size, "m": "circle"})

    def hint(self, x: float, y: float, text: Callable[[], str]) -> None:
        """The value at a place in words, for who points at it; nothing is drawn, and the words are made if they are wanted."""
        self._hints.append({"x": round(x, 1), "y": round(y, 1), "t": text})

    def square(self, x: float, y: float, colour: str) -> None:
        """A small square of a key."""
        self._points.append({"x": x, "y": y, "c": colour, "f": colour, "z": 90, "m": "square"})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = palette.INK,
        align: Literal["left", "center", "right"] = "left",
        bold: bool = False,
        size: float = SIZE,
    ) -> None:
        """A text, its middle at `y`."""
        weight = 600 if bold else 400
        self._texts.append({"x": x, "y": y, "t": text, "c": colour, "a": align, "w": weight, "z": size})

    def key(self, x: float, y: float, room: float, entries: Sequence[tuple[str, str]]) -> float:
        """Names beside squares of their colours, in rows from `y` down; where they end."""
        at = x
        for name, colour in entries:
            width = 18 + layout.text_width(name, SIZE)
            if at > x and at + width > x + room:
                at, y = x, y + LEADING + 3
            self.square(at + 5, y, colour)
            self.text(at + 15, y, name)
            at += width + 14
        return y + LEADING / 2

    def end_labels(
        self, entries: Sequence[tuple[str, str, float, bool]], x: float, room: float, top: float, bottom: float
    ) -> float:
        """Names right of a plot, kept apart, with a fine line to the value where they had to move; where they end.

        Parameters
        ----------
        entries : sequence of (text, colour, y, bold)
        x, room : float
            Where the plot ends and how wide labels may be.
        top, bottom : float
            Between which they stay, if they all find place.
        """
        wrapped = [layout.wrap(text, SIZE, room) for text, *_ in entries]
        sizes = [len(lines) * LEADING + 3 for lines in wrapped]
        places = layout.spread([y for _, _, y, _ in entries], sizes, top, max(bottom, top + sum(sizes)))
        for lines, place, (_, colour, y, bold) in zip(wrapped, places, entries, strict=True):
            for number, line in enumerate(lines):
                self.text(x + 14, place + (number - (len(lines) - 1) / 2) * LEADING, line, colour, bold=bold)
            if abs(place - y) > 5:
                self.rule(x + 5, x + 12, y, place, width=0.7)
        return max((place + size / 2 for place, size in zip(places, sizes, strict=True)), default=top)

    def move(self, x: float, y: float) -> None:
        """Move all that is drawn so far to the right and down."""
        for rows in (getattr(self, name) for name in self.__slots__ if name.startswith("_")):
            for row in rows:
                row |= {key: row[key] + (x if key[0] == "x" else y) for key in ("x", "x2", "y", "y2") if key in row}

    def specification(self, config: Mapping[str, Any], *, hints: bool = False) -> dict[str, Any]:
        """The sheet as a Vega-Lite specification; with `hints` it says its values to who points at them."""
        sheet = self.sheet(config, hints=hints)
        return {**_layers(tuple(sheet["datasets"])), **sheet}

    def sheet(self, config: Mapping[str, Any], *, hints: bool = False) -> dict[str, Any]:
        """The same without how its layers are drawn, which `ambos.briefing.svg` knows."""
        rows = {
            "bands": self._bands,
            "grid": self._grid,
            "areas": self._areas,
            "bars": self._bars,
            "rules": self._rules,
            "lines": [row for row in self._lines if not row["d"]],
            "dashes": [row for row in self._lines if row["d"]],
            "points": self._points,
            "texts": self._texts,
            "hints": [{**row, "t": row["t"]()} for row in self._hints] if hints else [],
        }
        used = {name: kept for name, kept in rows.items() if kept}
        size = {"width": self.width, "height": self.height, "padding": 0, "autosize": {"type": "none"}}
        return {**size, "config": dict(config), "datasets": used}


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line without the points that nobody sees: of those within one pixel from left to right the first, the last, the
    highest and the lowest are kept."""
    kept = []
    for _, group in groupby(points, lambda point: int(point[0])):
        own = list(group)
        if len(own) > 4:
            heights = [y for _, y in own]
            places = {0, len(own) - 1, heights.index(min(heights)), heights.index(max(heights))}
            own = [own[i] for i in sorted(places)]
        kept += own
    return kept


@cache
def _layers(names: tuple[str, ...]) -> dict[str, Any]:
    """The layers for the datasets named, from back to front, checked against Vega-Lite's schema.

    They are the same for every chart: all that differs is in the rows, which Altair would take longer to copy and
    check than Vega to draw.
    """
    import altair as alt  # takes long to load

    corners = {"x2": "x2:Q", "y2": "y2:Q"}
    colour = alt.Color("c:N", scale=None)
    size = alt.Size("z:Q", scale=None)
    straight = {**corners, "color": colour, "strokeWidth": alt.StrokeWidth("w:Q", scale=None)}
    bars = {
        **corners,
        "fill": alt.Fill("c:N", scale=None),
        "stroke": alt.Stroke("s:N", scale=None),
        "fillOpacity": alt.FillOpacity("o:Q", scale=None),
    }
    points = {
        "stroke": alt.Stroke("c:N", scale=None),
        "fill": alt.Fill("f:N", scale=None),
        "size": size,
        "shape": alt.Shape("m:N", scale=None),
    }
    run = {"color": colour, "detail": "r:N"}
    areas = {"y2": "y2:Q", "fill": alt.Fill("c:N", scale=None), "detail": "r:N"}
    texts = {"text": "t:N", "color": colour, "size": size}
    text_style = {"baseline": "middle", "align": alt.expr("datum.a"), "fontWeight": alt.expr("datum.w")}
    kinds: dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]] = {
        "bands": ("rect", corners, {"fill": palette.BAND}),
        "grid": ("rule", straight, {}),
        "areas": ("area", areas, {"opacity": 0.22, "line": False}),
        "bars": ("rect", bars, {}),
        "rules": ("rule", straight, {}),
        "lines": ("line", run, {}),
        "dashes": ("line", run, {"strokeDash": [4, 3]}),
        "points": ("point", points, {"opacity": 1, "strokeWidth": 1.6}),
        "texts": ("text", texts, text_style),
        "hints": ("point", {"tooltip": "t:N"}, {"opacity": 0, "size": 200}),
    }
    layers = []
    for name in names:
        mark, encodings, style = kinds[name]
        place = {"x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None)}
        made = getattr(alt.Chart(alt.NamedData(name)), f"mark_{mark}")(**style)
        layers.append(made.encode(**place, **encodings))
    whole: dict[str, Any] = alt.layer(*layers).to_dict()
    return whole
