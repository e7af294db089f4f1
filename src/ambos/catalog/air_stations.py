"""Load the region's air stations and the pairs they make; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ambos.catalog.air import citation, days, one_of
from ambos.catalog.catalog import Catalog, nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.read import Problems, text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import DefinitionError, UnknownName
from ambos.model.air import Country, Measured, Network, Pollutant, Station, StationPair
from ambos.text import Text


def load_stations(catalog: Catalog) -> Network:
    """Read the stations and pairs of the catalog's region.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    Network
        Empty if the region has none described (no ``air.toml``).

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    path = catalog.snapshot_folder.parent / "air.toml"
    if not path.is_file():
        return Network({}, {})
    problems = Problems()
    file = open_toml(path, problems)
    file.keys(file.tree, (), "station pair")
    stations = {
        key: _station(file, key, body, ("station", key))
        for key, body in file.get(file.tree, (), "station", dict, {}).items()
    }
    pairs = {
        key: StationPair(
            key,
            _text(file, body, ("pair", key), "name"),
            _side(file, body, key, "us", stations),
            _side(file, body, key, "mx", stations),
        )
        for key, body in file.get(file.tree, (), "pair", dict, {}).items()
    }
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return Network(stations, pairs)


def find_station(network: Network, name: str) -> Station:
    """The station of an id, an AQS or a SINAICA number.

    Raises
    ------
    UnknownName
        With the nearest known.
    """
    for station in network.stations.values():
        if name in (station.id, station.aqs, station.sinaica):
            return station
    known = ", ".join(nearest(name, network.stations))
    raise UnknownName(kind=Text("air station", "la estación de aire"), name=name, nearest=known)


def find_pair(network: Network, name: str) -> StationPair:
    """The pair of an id.

    Raises
    ------
    UnknownName
        With the nearest known.
    """
    if name not in network.pairs:
        known = ", ".join(nearest(name, network.pairs))
        raise UnknownName(kind=Text("pair of stations", "el par de estaciones"), name=name, nearest=known)
    return network.pairs[name]


def _station(file: TomlFile, key: str, body: Mapping[str, Any], path: Keys) -> Station:
    file.keys(body, path, "country city name aqs sinaica latitude longitude elevation_m measures prior citation")
    return Station(
        key,
        one_of(file, body, path, "country", Country),
        _text(file, body, path, "city"),
        _text(file, body, path, "name"),
        file.get(body, path, "aqs", str, ""),
        file.get(body, path, "sinaica", str, ""),
        file.number(body, path, "latitude", -90, 90),
        file.number(body, path, "longitude", -180, 180),
        file.number(body, path, "elevation_m", -500, 9000) if "elevation_m" in body else None,
        tuple(_measured(file, one, (*path, "measures", i)) for i, one in enumerate(file.rows(body, path, "measures"))),
        citation(file, body, path),
        file.get(body, path, "prior", bool, False),
    )


def _measured(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Measured:
    file.keys(body, path, "pollutant from to")
    since, until = days(file, {"from": date.min, **body}, path)
    return Measured(one_of(file, body, path, "pollutant", Pollutant), since if "from" in body else None, until)


def _side(
    file: TomlFile, body: Mapping[str, Any], key: str, country: Country, stations: Mapping[str, Station]
) -> tuple[Station, ...]:
    path: Keys = ("pair", key)
    file.keys(body, path, "name us mx")
    found = []
    for name in file.get(body, path, country, list):
        if name not in stations or stations[name].country != country:
            file.say((*path, country), f"{name!r} is no station of {country} / no es una estación de {country}")
        else:
            found.append(stations[name])
    if not found:
        file.say((*path, country), "no station / sin estaciones")
    return tuple(found)


def _text(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> Text:
    return text(body.get(key), f"{file.name}:{line_of(file.found, (*path, key))}", file.problems)
