"""A sheet of a chart as SVG, as Vega writes it.

The marks of a sheet have their places and colours (`ambos.briefing.drawing`), so that nothing is left to lay out, and
starting Vega for each chart takes longer than all else. What is written here is what Vega writes of the same sheet, mark by
mark; tests compare the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

Row = Mapping[str, Any]

#: Vega's distance of a line of text whose middle is given, in sizes of the font.
_MIDDLE = 0.3
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}


def picture(sheet: Mapping[str, Any]) -> str:
    """Write a sheet as an SVG text.

    Parameters
    ----------
    sheet : mapping
        ``width``, ``height``, ``config`` and, by name, the rows of the layers (``datasets``), as
        `ambos.briefing.drawing.Drawing.sheet` gives them; ``background``, if it has one.
    """
    width, height, config = sheet["width"], sheet["height"], sheet["config"]
    size = f"{number(width)} {number(height)}"
    paper = sheet.get("background", config.get("background"))
    ground = ""
    if paper not in (None, "transparent"):
        ground = f'<rect width="{number(width)}" height="{number(height)}" fill="{paper}"/>'
    back = f'd="M0,0h{number(width)}v{number(height)}h{number(-width)}Z"'
    layers = "".join(
        _WRITE[name](rows, f"layer_{place}", back, config)
        for place, (name, rows) in enumerate(sheet["datasets"].items())
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" class="marks" '
        f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {size}">{ground}'
        '<g fill="none" stroke-miterlimit="10" transform="translate(0,0)">'
        '<g class="mark-group role-frame root" role="graphics-object" aria-roledescription="group mark container">'
        f"{_group(back, layers)}</g></g></svg>"
    )


def number(value: float) -> str:
    """Write a number as JavaScript does."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    written = repr(float(value))
    if "e" not in written:
        return written
    if abs(value) >= 1e-6:
        return format(Decimal(written), "f")
    head, _, power = written.partition("e")
    return f"{head}e{int(power)}"


def _thousandths(value: float) -> str:
    """Write a coordinate of a path of lines: rounded to thousandths, halves up."""
    return number(math.floor(value * 1000 + 0.5) / 1000)


def _group(back: str, inside: str) -> str:
    return (
        f'<g transform="translate(0,0)"><path class="background" aria-hidden="true" {back}/><g>{inside}</g>'
        '<path class="foreground" aria-hidden="true" d="" display="none"/></g>'
    )


def _marks(kind: str, layer: str, inside: str, role: str = "symbol") -> str:
    return (
        f'<g class="mark-{kind} role-mark {layer}_marks" role="graphics-{role}" aria-roledescription="{kind} mark container">'
        f"{inside}</g>"
    )


def _attributes(**given: object) -> str:
    """Write the attributes that say anything, in their order."""
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'  # type: ignore[arg-type]
        for name, value in given.items()
        if value is not None and not (name in ("fill", "stroke") and value == "transparent")
    )


def _box(row: Row) -> str:
    left, right = sorted((row["x"], row["x2"]))
    top, bottom = sorted((row["y"], row["y2"]))
    width, height = right - left, bottom - top
    return f'd="M{number(left)},{number(top)}h{number(width)}v{number(height)}h{number(-width)}Z"'


def _bands(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    from ambos.briefing.palette import BAND

    return _marks("rect", layer, "".join(f"<path {_box(row)}{_attributes(fill=BAND)}/>" for row in rows))


def _bars(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    made = (f"<path {_box(r)}{_attributes(fill=r['c'], fill_opacity=r['o'], stroke=r['s'])}/>" for r in rows)
    return _marks("rect", layer, "".join(made))


def _rules(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    made = (
        f'<line transform="translate({number(r["x"])},{number(r["y"])})"'
        f"{_attributes(x2=r['x2'] - r['x'], y2=r['y2'] - r['y'], stroke=r['c'], stroke_width=r['w'])}/>"
        for r in rows
    )
    return _marks("rule", layer, "".join(made))


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of each run, in the order in which the runs begin."""
    runs: dict[tuple[object, object], list[Row]] = {}
    for row in rows:
        runs.setdefault((row["c"], row["r"]), []).append(row)
    yield from runs.values()


def _course(points: Sequence[tuple[float, float]]) -> str:
    path = "L".join(f"{_thousandths(x)},{_thousandths(y)}" for x, y in points)
    return f"M{path}" if len(points) > 1 else f"M{path}Z"


def _scopes(kind: str, layer: str, back: str, paths: Sequence[str]) -> str:
    groups = "".join(_group(back, _marks(kind, layer, path)) for path in paths)
    return (
        f'<g class="mark-group role-scope {layer}_pathgroup" role="graphics-object" '
        f'aria-roledescription="group mark container">{groups}</g>'
    )


def _lines(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any], dashes: str | None = None) -> str:
    style = config["line"]
    paths = [
        f'<path d="{_course([(r["x"], r["y"]) for r in run])}"'
        + _attributes(
            stroke=run[0]["c"],
            stroke_width=style["strokeWidth"],
            stroke_linecap=style["strokeCap"],
            stroke_linejoin=style["strokeJoin"],
            stroke_dasharray=dashes,
        )
        + "/>"
        for run in _runs(rows)
    ]
    return _scopes("line", layer, back, paths)


def _dashes(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    return _lines(rows, layer, back, config, "4,3")


def _areas(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    paths = []
    for run in _runs(rows):
        there = _course([(r["x"], r["y"]) for r in run]).removesuffix("Z")
        again = "L".join(f"{_thousandths(r['x'])},{_thousandths(r['y2'])}" for r in reversed(run))
        paths.append(f'<path d="{there}L{again}Z"{_attributes(fill=run[0]["c"], opacity=0.22)}/>')
    return _scopes("area", layer, back, paths)


def _points(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    made = (
        f'<path transform="translate({number(r["x"])},{number(r["y"])})" d="{_shape(r["m"], r["z"])}"'
        f"{_attributes(fill=r['f'], stroke=r['c'], stroke_width=1.6, opacity=1)}/>"
        for r in rows
    )
    return _marks("symbol", layer, "".join(made))


def _shape(kind: str, size: float) -> str:
    """Draw a circle or a square of an area around the origin."""
    if kind == "square":
        width, least = _thousandths(math.sqrt(size)), _thousandths(-math.sqrt(size) / 2)
        return f"M{least},{least}h{width}v{width}h-{width}Z"
    radius = _thousandths(math.sqrt(size) / 2)
    half = f"A{radius},{radius},0,1,1,"
    return f"M{radius},0{half}-{radius},0{half}{radius},0"


def _texts(rows: Sequence[Row], layer: str, back: str, config: Mapping[str, Any]) -> str:
    made = (
        f'<text text-anchor="{_ANCHOR[r["a"]]}" transform="translate({number(r["x"])},'
        f'{number(r["y"] + math.floor(_MIDDLE * r["z"] + 0.5))})" font-family="{config["font"]}" '
        f'font-size="{number(r["z"])}px" font-weight="{r["w"]}" fill="{r["c"]}">{escape(r["t"], quote=False)}</text>'
        for r in rows
    )
    return _marks("text", layer, "".join(made), "object")


#: How each layer is written.
_WRITE = {
    "bands": _bands,
    "grid": _rules,
    "areas": _areas,
    "bars": _bars,
    "rules": _rules,
    "lines": _lines,
    "dashes": _dashes,
    "points": _points,
    "texts": _texts,
}
