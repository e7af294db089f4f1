"""`ambos air pair`: two stations on both sides of the border, hour by hour, and what is not there to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from ambos.air.pair import PairAnalysis, analyse, distance_km
from ambos.air.readings import PARTICLES, read
from ambos.catalog.air import load_air
from ambos.catalog.air_stations import find_pair, load_stations
from ambos.errors import BadRequest, NoData
from ambos.flows.air.design import NAMES
from ambos.flows.air.source import stored
from ambos.flows.workspace import Workspace
from ambos.model.air import AirRules, Measured, Station, StationPair
from ambos.numbers import MISSING
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Known:
    """What the definitions say of a pair: a row per two stations.

    Attributes
    ----------
    pair : StationPair
    rows : tuple of (Station, Station, float, tuple of str)
        The stations of both sides, their distance in km, and the pollutants that both are known to measure or to have
        measured on some same day, as far as days are known.
    """

    pair: StationPair
    rows: tuple[tuple[Station, Station, float, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Answer on pairs of stations.

    Attributes
    ----------
    known : tuple of Known
        Pairs as they are defined; empty when only files were given.
    found : tuple of PairAnalysis
        One per pollutant; empty where no readings are held.
    rules : AirRules
    notes : tuple of Text
        Which monitors of the store were taken, or which rows of the files were set aside.
    """

    known: tuple[Known, ...]
    found: tuple[PairAnalysis, ...]
    rules: AirRules
    notes: tuple[Text, ...] = ()


def pairs(
    workspace: Workspace,
    files: Sequence[Path] = (),
    *,
    pair: str | None = None,
    stations: tuple[str, str] | None = None,
    pollutant: str | None = None,
) -> Pairs:
    """Describe the pairs of the region, and compare two stations: of files, or of a pair as the store has it.

    Parameters
    ----------
    workspace : Workspace
    files : sequence of Path
        None, one that holds both stations, or one for each side.
    pair : str, optional
        Its id; picks the stations of the files by their id, AQS or SINAICA number.
    stations : tuple of str, optional
        The stations of the files, by the names they have there.
    pollutant : str, optional
        All that both have, if not given.

    Raises
    ------
    UnknownName
        If there is no such pair.
    BadReadings
        If no row of a file is good.
    BadRequest
        If the stations cannot be told, or have no pollutant in common.
    """
    network, rules = load_stations(workspace.catalog), load_air()
    chosen = [find_pair(network, pair)] if pair else list(network.pairs.values())
    offset = workspace.catalog.region.standard_offset
    if not files:
        known = tuple(_known(p) for p in chosen)
        if not pair:
            return Pairs(known, (), rules)
        (us, said), (mx, also) = (_first_held(workspace, side) for side in (chosen[0].us, chosen[0].mx))
        return Pairs(known, _compared(us, mx, pollutant, rules, offset), rules, (*said, *also))
    held = [read(path, rules.plausible) for path in files]
    a, b = held[0].frame, held[-1].frame
    notes = tuple(note for one in held for note in one.notes)
    names = stations or (_of_pair(chosen[0], a, b) if pair else _only(files, a, b))
    sides = [_side(frame, name, path) for frame, name, path in zip((a, b), names, (files[0], files[-1]), strict=True)]
    common = sorted(set(sides[0]["pollutant"]) & set(sides[1]["pollutant"]))
    found = _compared(sides[0], sides[1], pollutant, rules, offset)
    if not found:
        listed = ", ".join(common) or MISSING
        raise BadRequest(
            detail=Text(
                f"{names[0]} and {names[1]} have no such pollutant in common; in common: {listed}.",
                f"{names[0]} y {names[1]} no comparten ese contaminante; en común: {listed}.",
            )
        )
    return Pairs(tuple(_known(p) for p in chosen) if pair else (), found, rules, notes)


def _compared(
    us: pl.DataFrame | None, mx: pl.DataFrame | None, pollutant: str | None, rules: AirRules, offset: timedelta
) -> tuple[PairAnalysis, ...]:
    """A comparison for each pollutant that both have; none where one of them has nothing."""
    if us is None or mx is None:
        return ()
    common = sorted(set(us["pollutant"]) & set(mx["pollutant"]))
    own = [[s.filter(pl.col("pollutant") == p) for s in (us, mx)] for p in common if pollutant in (None, p)]
    return tuple(analyse(one, other, rules, offset) for one, other in own)


def _first_held(workspace: Workspace, side: Sequence[Station]) -> tuple[pl.DataFrame | None, tuple[Text, ...]]:
    """The first station of a side of which the store has readings."""
    for station in side:
        try:
            return stored(workspace, station.id)
        except NoData:
            continue
    return None, ()


def _side(frame: pl.DataFrame, name: str, path: Path) -> pl.DataFrame:
    own = frame.filter((pl.col("station") == name) & pl.col("amount").is_not_null())
    if own.is_empty():
        listed = ", ".join(sorted(set(frame["station"])))
        raise BadRequest(
            detail=Text(
                f"{path} has no value of station {name}; it has: {listed}.",
                f"{path} no tiene valores de la estación {name}; tiene: {listed}.",
            )
        )
    return own


def _only(files: Sequence[Path], a: pl.DataFrame, b: pl.DataFrame) -> tuple[str, str]:
    """The stations when nobody names them: the one of each file, or the two of one."""
    names = sorted(set(a["station"])) if len(files) == 1 else [*set(a["station"]), *set(b["station"])]
    if len(names) != 2:
        raise BadRequest(
            detail=Text(
                f"The files do not hold just two stations: say which with --stations A B. They hold: {', '.join(sorted(set(names)))}.",
                f"Los archivos no tienen exactamente dos estaciones: indíquelas con --stations A B. Tienen: {', '.join(sorted(set(names)))}.",
            )
        )
    return names[0], names[1]


def _of_pair(pair: StationPair, a: pl.DataFrame, b: pl.DataFrame) -> tuple[str, str]:
    """The first station of each side that its file holds, by any of its names."""
    names = []
    for frame, side in ((a, pair.us), (b, pair.mx)):
        held = set(frame["station"])
        known = [n for s in side for n in (s.id, s.aqs, s.sinaica) if n]
        here = next((n for n in known if n in held), None)
        if here is None:
            raise BadRequest(
                detail=Text(
                    f"No station of {pair.name.en} is in the file: {', '.join(known)} are known; it holds {', '.join(sorted(held))}. Say which with --stations A B.",
                    f"Ninguna estación de {pair.name.es} está en el archivo: se conocen {', '.join(known)}; tiene {', '.join(sorted(held))}. Indíquelas con --stations A B.",
                )
            )
        names.append(here)
    return names[0], names[1]


def _known(pair: StationPair) -> Known:
    rows = []
    for us in pair.us:
        for mx in pair.mx:
            apart = distance_km((us.latitude, us.longitude), (mx.latitude, mx.longitude))
            both = [x.pollutant for x in us.measures for y in mx.measures if _overlap(x, y)]
            rows.append((us, mx, apart, tuple(both)))
    return Known(pair, tuple(rows))


def _overlap(one: Measured, other: Measured) -> bool:
    """Whether what is known of their days leaves one in common."""
    apart = any(x.since and y.until and x.since > y.until for x, y in ((one, other), (other, one)))
    return one.pollutant == other.pollutant and not apart


def unit(pollutant: str) -> str:
    """In which a pair is compared."""
    return "ug/m3" if pollutant in PARTICLES else "ppb"


def names(pollutants: Sequence[str]) -> Text:
    """Pollutants in words, or a dash."""
    said = [NAMES[p] for p in pollutants]
    return Text(", ".join(t.en for t in said), ", ".join(t.es for t in said)) if said else Text.same(MISSING)
