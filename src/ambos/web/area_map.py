"""A map of the region's counties and municipalities with one of them marked, and the ports of entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from ambos.flows.region.boundaries import Boundaries, Ring
from ambos.model import Place

#: Width of the drawing and the room around it, in units of its view box (pixels at full size).
WIDTH, MARGIN = 560.0, 8.0


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A map: its size, outlines as paths of SVG by the parent of the places, with its name and where that is written, the
    place marked, and the ports."""

    width: int
    height: int
    sides: Mapping[str, str]
    names: tuple[tuple[Place, float, float], ...]
    marked: str
    ports: tuple[tuple[Place, float, float], ...]


def area_map(drawn: Boundaries, place: Place, places: Mapping[str, Place], ports: Sequence[Place]) -> AreaMap | None:
    """Draw all boundaries with a place marked; None if the place has none.

    Parameters
    ----------
    drawn : Boundaries
    place : Place
    places : mapping of str to Place
        All places, by id.
    ports : sequence of Place
        Those without coordinates are left out.
    """
    if place.id not in drawn.places:
        return None
    points = [point for rings in drawn.places.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    flat = cos(radians((low + high) / 2))  # a degree of longitude is so much shorter than one of latitude
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * flat)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return MARGIN + (point[0] - west) * flat * scale, MARGIN + (high - point[1]) * scale

    sides: dict[str, str] = {}
    corners: dict[str, list[tuple[float, float]]] = {}
    for id, rings in drawn.places.items():
        side = places[id].parent or ""
        sides[side] = sides.get(side, "") + _path(rings, at)
        corners.setdefault(side, []).extend(at(point) for ring in rings for point in ring)
    marks = [(p, *at((p.longitude, p.latitude))) for p in ports if p.longitude is not None and p.latitude is not None]
    return AreaMap(
        round(WIDTH),
        round(2 * MARGIN + (high - low) * scale),
        sides,
        tuple((places[side], *_middle(points)) for side, points in corners.items() if side in places),
        _path(drawn.places[place.id], at),
        tuple((p, round(x, 1), round(y, 1)) for p, x, y in marks),
    )


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of points: half of them lie to each side of it."""
    across, down = (sorted(one[axis] for one in points) for axis in (0, 1))
    return round(across[len(across) // 2], 1), round(down[len(down) // 2], 1)


def _path(rings: Iterable[Ring], at: Callable[[tuple[float, float]], tuple[float, float]]) -> str:
    """Write rings as a path of SVG in steps of a whole unit; what is smaller than that is left out."""
    path = ""
    for ring in rings:
        corners = [tuple(round(c) for c in at(point)) for point in ring]
        corners = [c for c, before in zip(corners, [None, *corners], strict=False) if c != before]
        if len(corners) > 3:
            (x, y), *rest = corners[:-1]
            path += (
                f"M{x} {y}l"
                + " ".join(f"{to[0] - of[0]} {to[1] - of[1]}" for of, to in zip(corners, rest, strict=False))
                + "z"
            )
    return path
