"""Load the rules of the air, the region's air stations and the pairs they make.

A ``load_`` function reads the definitions common to all regions in the folder `definitions`, and raises
`DefinitionError` with every problem found, each with its file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args

from ambos.catalog.catalog import Catalog, unknown
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.air import (
    AirLimit,
    AirRules,
    AirStation,
    Country,
    IdleRate,
    IndexBand,
    IndexStep,
    IndexTable,
    Network,
    Plausible,
    Pollutant,
    Rounding,
    Scale,
    StationPair,
)
from ambos.model.definition import Key
from ambos.text import Text

PARTICLES = ("pm25", "pm10")


@dataclass(frozen=True, slots=True)
class _Index:
    """File of the tables of one country's index, oldest first."""

    country: Country
    name: Text
    rounding: Rounding
    bands: Annotated[tuple[IndexBand, ...], Key("band")]
    tables: Annotated[tuple[Mapping[str, Any], ...], Key("table")]


def load_air(definitions: Path = DEFINITIONS) -> AirRules:
    """Read the index tables and limits of both countries."""
    problems = Problems()
    folder = definitions / "air"
    tables: dict[Country, tuple[IndexTable, ...]] = {}
    for name in ("us_aqi.toml", "mx_aire_y_salud.toml"):
        file = open_toml(folder / name, problems)
        if file.tree:
            index = file.read(_Index, file.tree, ())
            tables[index.country] = _tables(file, index)
    limits = _limits(open_toml(folder / "limits.toml", problems))
    plausible = _plausible(open_toml(folder / "plausible.toml", problems))
    problems.refuse()
    return AirRules(tables, limits, plausible)


def load_idle_rates(definitions: Path = DEFINITIONS) -> tuple[IdleRate, ...]:
    """Read the idle rates of ``air/idling.toml``, which stand beside those of the twin."""
    problems = Problems()
    rates = open_toml(definitions / "air" / "idling.toml", problems).rows_of(IdleRate, "rate")
    problems.refuse()
    return rates


def _tables(file: TomlFile, index: _Index) -> tuple[IndexTable, ...]:
    tables: list[IndexTable] = []
    for i, body in enumerate(index.tables):
        path = ("table", i)
        table = file.read(IndexTable, body, path, country=index.country, name=index.name, bands=index.bands)
        if tables and (tables[-1].until is None or table.since != tables[-1].until + timedelta(days=1)):
            file.say((*path, "from"), "does not begin on the day after the table before / no sigue a la tabla anterior")
        if list(table.index) != sorted(set(table.index)):
            file.say((*path, "index"), "index does not rise / no es creciente")
        for k, scale in enumerate(table.scales):
            _check_cuts(file, (*path, "scale", k, "cuts"), scale, table)
        scales = tuple(_with_steps(scale, table, index.rounding) for scale in table.scales)
        tables.append(replace(table, scales=scales))
    return tuple(tables)


def _check_cuts(file: TomlFile, path: tuple[str | int, ...], scale: Scale, table: IndexTable) -> None:
    cuts, bands, numbers = scale.cuts, len(table.bands), sum(n > scale.first for n in table.index)
    if list(cuts) != sorted(set(cuts)) or (cuts and scale.starts >= cuts[0]):
        file.say(path, "cuts do not rise / no son crecientes")
    if any(c != round(c, scale.decimals) for c in cuts):
        what = f"cuts have more than {scale.decimals} decimals / tienen más de {scale.decimals} decimales"
        file.say(path, what)
    if not table.index and len(cuts) != bands - 1:
        file.say(path, f"{bands - 1} cuts are wanted, one less than bands / se esperan {bands - 1} cortes")
    if table.index and len(cuts) > numbers:
        file.say(path, f"at most {numbers} cuts have an index / a lo más {numbers} tienen índice")


def _with_steps(scale: Scale, table: IndexTable, rounding: Rounding) -> Scale:
    """Lay the steps of a scale end to end from its cuts, so that there is no hole between them."""
    numbers = [n for n in table.index if n > scale.first]
    start, first, low = len(table.index) - len(numbers), scale.first, scale.starts
    steps: list[IndexStep] = []
    for i, high in enumerate(scale.cuts[: len(numbers)] if table.index else scale.cuts):
        if table.index:
            # several stretches of the last band are one band
            steps.append(IndexStep(low, high, min(start + i, len(table.bands) - 1), first, numbers[i]))
            first = numbers[i] + 1
        else:
            steps.append(IndexStep(low, high, i))
        low = high + Decimal(1).scaleb(-scale.decimals)
    if not table.index:
        steps.append(IndexStep(low, None, len(table.bands) - 1))
    open_end = not table.index or len(scale.cuts) >= len(numbers)
    return replace(scale, rounding=rounding, steps=tuple(steps), open_end=open_end)


def _limits(file: TomlFile) -> tuple[AirLimit, ...]:
    limits = file.rows_of(AirLimit, "limit")
    for i, limit in enumerate(limits):
        for other in limits[:i]:
            alike = (other.country, other.pollutant, other.average) == (limit.country, limit.pollutant, limit.average)
            if alike and limit.since <= (other.until or date.max) and other.since <= (limit.until or date.max):
                file.say(("limit", i), "its days are those of another limit / sus días son de otro límite")
    return limits


def _plausible(file: TomlFile) -> dict[str, Plausible]:
    ranges: dict[str, Plausible] = {}
    for i, of in enumerate(file.rows_of(Plausible, "range")):
        if of.unit != ("ug/m3" if of.pollutant in PARTICLES else "ppb"):
            what = "particles are in ug/m3, gases in ppb / partículas en ug/m3, gases en ppb"
            file.say(("range", i, "unit"), what)
        if of.pollutant in ranges:
            file.say(("range", i, "pollutant"), f"{of.pollutant} is there twice / aparece dos veces")
        ranges[of.pollutant] = of
    missing = [p for p in get_args(Pollutant) if p not in ranges]
    if file.tree and missing:
        file.say((), f"no range of / falta el intervalo de {', '.join(missing)}")
    return ranges


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
