"""The colours of the dossier, readable by colour-blind people, and the look of its charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ambos.briefing.document import Side

FONT = "Ambos Sans"
INK = "#1b2428"
MUTED = "#59656c"
RULE = "#d3d9dc"
PAPER = "#ffffff"
BAND = "#e6eaec"

#: One accent per side of the border: a deep blue-green and a copper; comparators are grey.
SIDES: Mapping[Side, str] = {"first": "#00616b", "second": "#b0521a", "other": "#8b959b"}

#: Lines and stacks without a side, in this order. Each reaches 4.5:1 on white, as its labels have its colour, and
#: any two can be told apart without red, green or blue cones (CIE 1976 distance of 12 or more as simulated by
#: Machado, Oliveira and Fernandes 2009; tests/theory/test_briefing_colours.py).
SERIES = ("#00616b", "#b0521a", "#3f4fd0", "#520f52", "#a84fc0", "#22302a")

#: Classes of the heat map from light to dark.
HEAT = ("#e3f0ee", "#aed4d3", "#63a9ad", "#1f7680", "#003d47")

#: Degrees of one thing from the mildest to the gravest: the first two calm, the others warm and ever darker.
DEGREES = ("#d5e8e6", "#6fb0b3", "#efc08f", "#d5813c", "#9c4411", "#4a1a04")

#: The same colours on a dark page; the HTML replaces one by the other.
DARK: Mapping[str, str] = {
    INK: "#e6ebed",
    MUTED: "#a3b0b7",
    RULE: "#3a464d",
    PAPER: "#151b1f",
    BAND: "#2a343a",
    "#00616b": "#4fb8c2",
    "#b0521a": "#e79a63",
    "#8b959b": "#8b959b",
    "#3f4fd0": "#7f8df5",
    "#520f52": "#b969b9",
    "#a84fc0": "#f2b3ff",
    "#22302a": "#e6ecee",
    "#4a1a04": "#6e2c0c",
}


def colours(codes: Sequence[str], sides: Mapping[str, Side]) -> dict[str, str]:
    """A colour for each code: that of its side if it alone has it, else the next one that is free."""
    chosen: dict[str, str] = {}
    for code in codes:
        side = sides.get(code)
        if side and (side == "other" or SIDES[side] not in chosen.values()):
            chosen[code] = SIDES[side]
    free = [c for c in SERIES if c not in chosen.values()] or list(SERIES)
    rest = [c for c in codes if c not in chosen]
    return {code: chosen.get(code) or free[rest.index(code) % len(free)] for code in codes}


def theme() -> dict[str, Any]:
    """The Vega-Lite configuration of all charts."""
    return {
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "aria": False,
        "line": {"strokeWidth": 2, "strokeJoin": "round", "strokeCap": "round"},
    }
