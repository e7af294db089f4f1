"""A schematic map of the border line with the ports of entry, laid out for wide and narrow screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from ambos.model import Place

#: Widths of the drawings, in units of their view boxes (pixels at full size); room around the line, and for a name.
WIDTHS = {"wide": 1000.0, "narrow": 360.0}
MARGIN, LEADING, LETTER = 26.0, 20.0, 8.6


@dataclass(frozen=True, slots=True)
class Mark:
    """A port on the map: where it is, and where its name stands."""

    place: Place
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str  #: ``start``, ``middle`` or ``end``, as in SVG.


@dataclass(frozen=True, slots=True)
class Map:
    """A map: its size, the border line as points of SVG, its ports, and where the names of the two sides stand."""

    id: str
    width: float
    height: float
    line: str
    marks: tuple[Mark, ...]
    north: tuple[float, float]
    south: tuple[float, float]


def border_map(line: Sequence[tuple[float, float]], ports: Sequence[Place]) -> list[Map]:
    """Lay out the map for wide and narrow screens; none without a line, or a port with coordinates.

    Parameters
    ----------
    line : sequence of (float, float)
        Longitude and latitude of the corners.
    ports : sequence of Place
    """
    placed = [(p, p.longitude, p.latitude) for p in ports if p.longitude is not None and p.latitude is not None]
    if len(line) < 2 or not placed:
        return []
    points = [*line, *((x, y) for _, x, y in placed)]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    flat = cos(radians((low + high) / 2))  # a degree of longitude is so much shorter than one of latitude
    return [_drawn(id, width, line, placed, (west, east, low, high, flat)) for id, width in WIDTHS.items()]


def _drawn(
    id: str,
    width: float,
    line: Sequence[tuple[float, float]],
    placed: Sequence[tuple[Place, float, float]],
    box: tuple[float, float, float, float, float],
) -> Map:
    west, east, low, high, flat = box
    scale = (width - 2 * MARGIN) / ((east - west) * flat)
    ordered = sorted(placed, key=lambda one: one[1])
    # names stand below the line, one row further down where they would touch the one before
    top = MARGIN + LEADING
    deep = top + (high - low) * scale

    def at(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - west) * flat * scale, top + (high - y) * scale

    marks: list[Mark] = []
    taken: list[float] = []  # right end of the last name in each row
    for place, longitude, latitude in ordered:
        x, y = at(longitude, latitude)
        half = max(len(place.name.en), len(place.name.es)) * LETTER / 2
        left = min(max(x - half, 2.0), width - 2 * half - 2.0)
        row = next((i for i, end in enumerate(taken) if left > end + LETTER), len(taken))
        taken[row : row + 1] = [left + 2 * half]
        marks.append(
            Mark(place, round(x, 1), round(y, 1), round(left + half, 1), deep + LEADING * (row + 1.6), "middle")
        )
    height = deep + LEADING * (len(taken) + 1.6) + LEADING
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
    return Map(
        id,
        width,
        round(height, 1),
        drawn,
        tuple(marks),
        north=(round(width * 0.62, 1), MARGIN),
        south=(round(width * 0.17, 1), round(deep - LEADING / 2, 1)),
    )
