"""Charts become SVG, one sheet for HTML and PDF."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ambos.briefing import chart_heat, chart_panels, chart_rank, chart_time, layout, palette
from ambos.briefing.chart_parts import refuse, unique
from ambos.briefing.document import Chart
from ambos.briefing.drawing import LEADING, SIZE, Canvas, Drawing
from ambos.briefing.svg import picture
from ambos.briefing.unit_by_language import chart_in
from ambos.errors import BriefFailed
from ambos.text import Language, Text

#: Pixels: for a page or a screen, and for a telephone, so that labels stay readable on both.
WIDE, NARROW = 680, 350
#: Kinds whose plots may be drawn lower or taller, and between which factors of their usual height.
ELASTIC = ("line", "multiples", "column", "bar")
LOWEST, TALLEST = 0.72, 1.3
#: The same where a section stands on one page; the bars of a ranking would touch below `LOWEST`.
PAGE_LOWEST, PAGE_TALLEST = 0.5, 2.2
#: Around a chart that stands by itself.
_MARGIN = 24.0
FONTS = Path(__file__).resolve().parent / "fonts"
#: How each kind is laid out.
_DRAW = {
    "line": chart_time.line,
    "multiples": chart_time.multiples,
    "column": chart_time.column,
    "bar": chart_rank.bar,
    "parts": chart_rank.parts,
    "range": chart_rank.span,
    "heat": chart_heat.heat,
    "stacks": chart_panels.stacks,
    "curves": chart_panels.curves,
}


@cache
def converter() -> Any:
    """Load vl-convert, which draws PNG, with the fonts of charts."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def specification(
    chart: Chart, language: Language, words: Mapping[str, Text], width: float = WIDE, *, hints: bool = False
) -> dict[str, Any]:
    """The Vega-Lite specification of a chart in one language; with `hints` it says its values to who points at them.

    Raises
    ------
    BriefFailed
        If the chart has no value at all, two values would be drawn in one place, or its data do not fit its kind.
    """
    return _drawn(chart, Canvas(width, language, words)).specification(palette.theme(), hints=hints)


def sheet(chart: Chart, language: Language, words: Mapping[str, Text], width: float = WIDE) -> dict[str, Any]:
    """The sheet of a chart in one language: its size, and the rows of its layers (`ambos.briefing.svg`).

    Raises
    ------
    BriefFailed
        As `specification`.
    """
    return _drawn(chart, Canvas(width, language, words)).sheet(palette.theme())


def standalone(
    chart: Chart, language: Language, words: Mapping[str, Text], heads: Sequence[str], feet: Sequence[str]
) -> Drawing:
    """Draw a chart that stands by itself, as a picture does that others copy.

    Parameters
    ----------
    chart : Chart
    language : {"en", "es"}
    words : mapping of str to Text
    heads : sequence of str
        Lines above it, the first in bold.
    feet : sequence of str
        Lines below it: what is wrong with it, and its sources.

    Raises
    ------
    BriefFailed
        As `specification`.
    """
    drawn = _drawn(chart, Canvas(WIDE, language, words))
    room, lines = WIDE, []
    for place, head in enumerate(heads):
        size = SIZE + (6 if place == 0 else 1)
        lines += [(line, size, place == 0) for line in layout.wrap(head, size, room)]
    top = _MARGIN + sum(size + 7 for _, size, _ in lines) + 6
    drawn.move(_MARGIN, top)
    y = _MARGIN + 8.0
    for line, size, first in lines:
        drawn.text(_MARGIN, y, line, palette.INK if first else palette.MUTED, bold=first, size=size)
        y += size + 7
    y = top + drawn.height + 20
    for line in (line for foot in feet for line in layout.wrap(foot, SIZE, room)):
        drawn.text(_MARGIN, y, line, palette.MUTED)
        y += LEADING + 2
    drawn.width, drawn.height = WIDE + 2 * _MARGIN, y + _MARGIN - 10
    return drawn


def _drawn(chart: Chart, canvas: Canvas) -> Drawing:
    chart = chart_in(chart, canvas.language)
    if all(d.value is None for d in chart.data):
        raise refuse(chart, "it has no value to draw", "no tiene ningún valor que mostrar")
    unique(chart)
    return _DRAW[chart.kind](chart, canvas)


def height(chart: Chart, language: Language, words: Mapping[str, Text], tall: float = 1.0) -> float:
    """Get the height of a chart of full width, in pixels.

    Raises
    ------
    BriefFailed
        As `specification`.
    """
    return _drawn(chart, Canvas(WIDE, language, words, tall)).height


def svg(
    chart: Chart,
    language: Language,
    words: Mapping[str, Text],
    width: float = WIDE,
    prefix: str = "",
    tall: float = 1.0,
) -> str:
    """Draw a chart as SVG text whose inner ids begin with `prefix`, so that several can stand on one page; its plots are
    `tall` times as high as usual.

    Raises
    ------
    BriefFailed
        If it cannot be drawn.
    """
    drawn = _drawn(chart, Canvas(width, language, words, tall))
    return svg_of(drawn.sheet(palette.theme()), prefix or chart.id)


def svg_of(sheet: Mapping[str, Any], id: str) -> str:
    """A sheet, or a specification of one, as an SVG text whose inner ids begin with `id`."""
    return tidy(picture(sheet), id)


def png_of(sheet: Mapping[str, Any], id: str, scale: float = 2) -> bytes:
    """A sheet, or a specification of one, as a PNG of `scale` times its size in pixels.

    Raises
    ------
    BriefFailed
        If it cannot be drawn.
    """
    try:
        made: bytes = converter().svg_to_png(picture(sheet), scale=scale)
    except ValueError as error:
        raise BriefFailed(detail=f"{id}: {error}") from error
    return made


def tidy(drawn: str, prefix: str) -> str:
    """Ids made unique; coordinates of paths to a tenth of a pixel."""
    drawn = re.sub(r'id="((?:clip|gradient)[^"]*)"', rf'id="{prefix}-\1"', drawn)
    drawn = re.sub(r"url\(#((?:clip|gradient)[^)]*)\)", rf"url(#{prefix}-\1)", drawn)
    return re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d)\d+", r"\1", m[0]), drawn)
