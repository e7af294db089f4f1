"""The place that a series answers for, by any name that people of either side use; the nearest one where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import asin, cos, radians, sin, sqrt

from ambos.catalog import Catalog
from ambos.catalog.catalog import plain
from ambos.errors import BadRequest
from ambos.model import Indicator, Place, Series
from ambos.numbers import both
from ambos.text import Text, joined

#: Mean radius of the Earth (IUGG), and of the mile (international, 1959), in kilometres.
EARTH_KM, MILE_KM = 6371.0088, 1.609344
#: Kinds of places so few that all of which something is held can be named.
_FEW = ("reservoir", "basin")


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
    own = {*catalog.region_places(), *catalog.region.comparators}
    for place in named:
        # the port of an inland city, say, of which nothing is held
        if _keeps(catalog, series, place) and (len(named) == 1 or place.id in own or holds(place)):
            return place, _other_name(name, place)
    for port in catalog.places.values():
        if port.kind == "port" and port.across in {p.id for p in named} and _keeps(catalog, series, port):
            return port, _across(named[0].name, port)
    asked = next((p for p in named if coordinates(catalog, p) and not _by_counterpart(name, p)), named[0])
    if series.place and named[0].kind in ("municipality", "port", "crossing", "county"):
        raise BadRequest(detail=_nearest(catalog, series, asked, _spelled(name, asked), holds))
    return named[0], None


def _own_names(place: Place) -> Iterable[str]:
    return map(plain, (place.id, place.slug, place.name.en, place.name.es))


def _by_counterpart(name: str, place: Place) -> bool:
    """Return True if a name is that of the port on the other side of the line from a place, not its own."""
    other = place.counterpart is not None and plain(name) == plain(place.counterpart)
    return other and plain(name) not in _own_names(place)


def _city(name: str, place: Place) -> str | None:
    """Find a city of a county or municipality by its name; None if no city has that name."""
    if plain(name) in _own_names(place):
        return None
    return next((city for city in place.codes.get("city", ()) if plain(city) == plain(name)), None)


def _spelled(name: str, place: Place) -> Text:
    city = _city(name, place)
    return Text.same(city) if city else place.name


def _other_name(name: str, place: Place) -> Text | None:
    """Say under which name the figures of a place are kept, where it was asked for by another one."""
    if _by_counterpart(name, place):
        return _across(name, place)
    city = _city(name, place)
    if city is None:
        return None
    said = Text(
        "{city}: these figures are of {place}, in which it lies.",
        "{city}: estas cifras son de la demarcación donde se ubica: {place}.",
    )
    return said.format(city=city, place=place.name)


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


def _nearest(catalog: Catalog, series: Series, place: Place, name: Text, holds: Callable[[Place], bool]) -> Text:
    """Say that a series is not kept for a place, and which is the nearest place of which it is held; else those that are."""
    said = Text(
        "“{series}” is held by {kind}; there is none in {name}.",
        "«{series}» se lleva por {kind}; no hay ninguno en {name}.",
    ).format(series=series.title, kind=catalog.message(f"place_kind.{series.place_kind}"), name=name)
    by_distance = _by_distance(catalog, series, place, holds)
    if by_distance and series.place_kind in ("port", "crossing"):  # nearer than all those of the state together
        return said + by_distance
    above = place
    while above.parent:
        above = catalog.places[above.parent]
        if _keeps(catalog, series, above) and holds(above):
            nearest = Text(" Held nearest: {above}, in which it lies.", " Lo más cercano: {above}, donde se ubica.")
            return said + nearest.format(above=above.name)
    if by_distance:
        return said + by_distance
    all_of_them = (p for p in catalog.places.values() if p.kind in _FEW)
    members = (catalog.places[id] for id in catalog.region.members)
    few = [
        p for p in (*all_of_them, *members) if p.kind == series.place_kind and _keeps(catalog, series, p) and holds(p)
    ]
    if few:
        listed = joined([p.name for p in few])
        return said + Text(" Held: {listed}.", " Se tiene de: {listed}.").format(listed=listed)
    return said


def _by_distance(catalog: Catalog, series: Series, place: Place, holds: Callable[[Place], bool]) -> Text | None:
    """Name the place of the region that is nearest, of those of which something is held."""
    own = [catalog.places[id] for id in catalog.region_places()]
    for other, far in near(catalog, place, [p for p in own if _keeps(catalog, series, p)]):
        if other.kind == series.place_kind and holds(other):
            nearest = Text(" Held nearest: {other}, {far} away.", " Lo más cercano: {other}, a {far}.")
            return nearest.format(other=other.name, far=in_words(far))
    return None
