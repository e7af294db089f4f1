"""The place that a series answers for, by any name that people of either side use; the nearest one where it has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import asin, cos, radians, sin, sqrt

from ambos.catalog import Catalog
from ambos.catalog.catalog import plain
from ambos.errors import BadRequest
from ambos.model import Indicator, Place, Series
from ambos.numbers import both
from ambos.text import Text

#: Mean radius of the Earth (IUGG), and of the mile (international, 1959), in kilometres.
EARTH_KM, MILE_KM = 6371.0088, 1.609344


def coordinates(catalog: Catalog, place: Place) -> tuple[float, float] | None:
    """Give latitude and longitude of a place in degrees (WGS 84); of a crossing without its own those of its port."""
    if place.latitude is not None and place.longitude is not None:
        return place.latitude, place.longitude
    return coordinates(catalog, catalog.places[place.parent]) if place.kind == "crossing" and place.parent else None


def distance(catalog: Catalog, one: Place, other: Place) -> float | None:
    """Reckon the distance between two places along a great circle, in kilometres; None without coordinates."""
    here, there = coordinates(catalog, one), coordinates(catalog, other)
    if here is None or there is None:
        return None
    (low, west), (high, east) = (tuple(map(radians, point)) for point in (here, there))
    chord = sin((high - low) / 2) ** 2 + cos(low) * cos(high) * sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(chord))


def in_words(km: float) -> Text:
    """Write a distance, rounded: miles first in English, kilometres first in Spanish."""
    kilometres, miles = both(round(km), 0), both(round(km / MILE_KM), 0)
    return Text(f"{miles.en} mi ({kilometres.en} km)", f"{kilometres.es} km ({miles.es} mi)")


def near(catalog: Catalog, place: Place, among: Sequence[Place]) -> list[tuple[Place, float]]:
    """Order places by their distance from a place, in kilometres; those without coordinates are left out."""
    found = [(other, far) for other in among if (far := distance(catalog, place, other)) is not None]
    return sorted(found, key=lambda one: one[1])


def place_for(
    catalog: Catalog, what: Series | Indicator, name: str, holds: Callable[[Place], bool]
) -> tuple[Place, Text | None]:
    """Find the place of a name for which a series is kept, or the port across the line from it, with a note that says so.

    Parameters
    ----------
    catalog : Catalog
    what : Series or Indicator
    name : str
    holds : callable
        Tells whether something is held of a place.

    Raises
    ------
    UnknownName
        If no place has this name.
    BadRequest
        If the series is kept for none of those that have it, with the nearest of which something is held.
    """
    series, named = _numerator(catalog, what), catalog.places_named(name)
    if isinstance(what, Indicator) and what.numerator_place:
        return named[0], None
    for place in named:
        if _keeps(catalog, series, place):
            own = map(plain, (place.id, place.slug, place.name.en, place.name.es))
            other = place.counterpart is not None and plain(name) == plain(place.counterpart)
            return place, _across(name, place) if other and plain(name) not in own else None
    for port in catalog.places.values():
        if port.kind == "port" and port.across in {p.id for p in named} and _keeps(catalog, series, port):
            return port, _across(named[0].name, port)
    if series.place and named[0].kind in ("municipality", "port", "crossing"):
        raise BadRequest(detail=_nearest(catalog, series, named[0], holds))
    return named[0], None


def _numerator(catalog: Catalog, what: Series | Indicator) -> Series:
    return what if isinstance(what, Series) else _numerator(catalog, catalog.series[what.numerator])


def _keeps(catalog: Catalog, series: Series, place: Place) -> bool:
    if not series.place:
        return place.id == series.single_place
    members = catalog.members(place, series.place_kind)
    return bool(members) and (not series.places or set(members) <= set(series.places))


def _across(name: str | Text, port: Place) -> Text:
    return Text(
        "{name}: these figures are kept under {port}, the name of the port on the other side of the line.",
        "{name}: estas cifras se llevan con el nombre de {port}, el puerto al otro lado de la línea.",
    ).format(name=name, port=port.name)


def _nearest(catalog: Catalog, series: Series, place: Place, holds: Callable[[Place], bool]) -> Text:
    """Say that a series is not kept for a place, and which is the nearest place of which it is held."""
    said = Text(
        "“{series}” is held by {kind}; there is none in {name}.",
        "«{series}» se lleva por {kind}; no hay ninguno en {name}.",
    ).format(series=series.title, kind=catalog.message(f"place_kind.{series.place_kind}"), name=place.name)
    above = place
    while above.parent:
        above = catalog.places[above.parent]
        if _keeps(catalog, series, above) and holds(above):
            nearest = Text(" Held nearest: {above}, in which it lies.", " Lo más cercano: {above}, donde se ubica.")
            return said + nearest.format(above=above.name)
    own = [catalog.places[id] for id in catalog.region_places()]
    for other, far in near(catalog, place, [p for p in own if _keeps(catalog, series, p)]):
        if other.kind == series.place_kind and holds(other):
            nearest = Text(" Held nearest: {other}, {far} away.", " Lo más cercano: {other}, a {far}.")
            return said + nearest.format(other=other.name, far=in_words(far))
    return said
