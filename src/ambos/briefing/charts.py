"""Charts become SVG, one specification for HTML and PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vl_convert

from ambos.briefing import chart_heat, chart_panels, chart_rank, chart_time, palette
from ambos.briefing.chart_parts import refuse
from ambos.briefing.document import Chart
from ambos.briefing.drawing import Canvas
from ambos.errors import BriefFailed
from ambos.text import Language, Text

#: Pixels: for a page or a screen, and for a telephone, so that labels stay readable on both.
WIDE, NARROW = 680, 350
FONTS = Path(__file__).resolve().parent / "fonts"
#: How each kind is laid out.
_DRAW = {
    "line": chart_time.line,
    "multiples": chart_time.multiples,
    "column": chart_time.column,
    "bar": chart_rank.bar,
    "range": chart_rank.span,
    "heat": chart_heat.heat,
    "stacks": chart_panels.stacks,
    "curves": chart_panels.curves,
}

vl_convert.register_font_directory(str(FONTS))


def specification(chart: Chart, language: Language, words: Mapping[str, Text], width: float = WIDE) -> dict[str, Any]:
    """The Vega-Lite specification of a chart in one language.

    Raises
    ------
    BriefFailed
        If the chart has no value at all, or its data do not fit its kind.
    """
    if all(d.value is None for d in chart.data):
        raise refuse(chart, "it has no value to draw", "no tiene ningún valor que mostrar")
    drawn = _DRAW[chart.kind](chart, Canvas(width, language, words))
    return drawn.specification(palette.theme())


def svg(chart: Chart, language: Language, words: Mapping[str, Text], width: float = WIDE, prefix: str = "") -> str:
    """A chart as an SVG text whose inner ids begin with `prefix`, so that several can stand on one page.

    Raises
    ------
    BriefFailed
        If it cannot be drawn.
    """
    spec = specification(chart, language, words, width)
    try:
        drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    except ValueError as error:
        raise BriefFailed(detail=f"{chart.id}: {error}") from error
    return tidy(drawn, prefix or chart.id)


def tidy(drawn: str, prefix: str) -> str:
    """Ids made unique; coordinates of paths to a tenth of a pixel."""
    drawn = re.sub(r'id="((?:clip|gradient)[^"]*)"', rf'id="{prefix}-\1"', drawn)
    drawn = re.sub(r"url\(#((?:clip|gradient)[^)]*)\)", rf"url(#{prefix}-\1)", drawn)
    return re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d)\d+", r"\1", m[0]), drawn)
