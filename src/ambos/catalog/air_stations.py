"""Load the region's air stations and the pairs they make; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, get_args

from ambos.catalog.catalog import Catalog, unknown
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.air import AirStation, Country, Network, StationPair
from ambos.model.definition import Key
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair of cities with the ids of the stations of each side."""

    id: str
    name: Text
    us: tuple[str, ...]
    mx: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NetworkFile:
    """The file ``air.toml`` of a region."""

    stations: Annotated[Mapping[str, AirStation], Key("station")] = field(default_factory=dict)
    pairs: Annotated[Mapping[str, _Pair], Key("pair")] = field(default_factory=dict)


def load_stations(catalog: Catalog) -> Network:
    """Read the stations and pairs of the catalog's region.

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
    written = file.read(_NetworkFile, file.tree, ())
    pairs = {
        key: StationPair(key, pair.name, *(_side(file, pair, side, written.stations) for side in get_args(Country)))
        for key, pair in written.pairs.items()
    }
    problems.refuse()
    return Network(written.stations, pairs)


def find_station(network: Network, name: str) -> AirStation:
    """The station of an id, an AQS or a SINAICA number.

    Raises
    ------
    UnknownName
        With the nearest known.
    """
    for station in network.stations.values():
        if name in (station.id, station.aqs, station.sinaica):
            return station
    raise unknown(Text("air station", "la estación de aire"), name, network.stations)


def find_pair(network: Network, name: str) -> StationPair:
    """The pair of an id.

    Raises
    ------
    UnknownName
        With the nearest known.
    """
    if name not in network.pairs:
        raise unknown(Text("pair of stations", "el par de estaciones"), name, network.pairs)
    return network.pairs[name]


def _side(file: TomlFile, pair: _Pair, country: Country, stations: Mapping[str, AirStation]) -> tuple[AirStation, ...]:
    path = ("pair", pair.id, country)
    names: tuple[str, ...] = getattr(pair, country)
    own = {name: station for name, station in stations.items() if station.country == country}
    for name in names:
        file.choice(f"station of {country}", name, own, path)
    if not names:
        file.say(path, "no station / sin estaciones")
    return tuple(own[name] for name in names if name in own)
