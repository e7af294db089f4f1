"""Load the definitions of the twin; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, cast, get_args

from ambos.catalog.calibration import read_calibration
from ambos.catalog.catalog import Catalog, unknown
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, table
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import UnknownName
from ambos.model.costs import Occupancy, Rates
from ambos.model.crossing import Law, Mode
from ambos.model.definition import INLINE, Key, Within
from ambos.model.twin import Basis, ClassLaw, CrossingFacts, Inspection, LineFacts, ModeFacts, Twin
from ambos.text import Text

MODES: tuple[Mode, ...] = get_args(Mode)
HOURS = tuple(f"h{h}" for h in range(24))
_WEEK = range(1, 8)
#: Minutes: no inspection is shorter in the mean.
_LEAST = 0.01
#: A class at a crossing: crossing, mode, class.
_Line = tuple[str, Mode, str]
#: Values by hour, by weekday.
_Week = dict[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Rate:
    """Primary inspection of a class, travellers per hour and open lane."""

    per_hour: Annotated[float, Within(0.1, 3600)]
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class _Spread:
    law: Annotated[Law, INLINE]
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class _Choice:
    wait_weight: Annotated[float, Within(-10, 0)]
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class _Region:
    """The file ``twin.toml`` of a region."""

    choice: _Choice
    archive: Basis
    assumed: Basis
    crossings: Annotated[Mapping[str, CrossingFacts], Key("crossing")]
    occupancy: tuple[Occupancy, ...] = ()


def load_twin(catalog: Catalog, definitions: Path = DEFINITIONS, *, weeks: bool = True) -> Twin:
    """Read the definitions of the twin for the catalog's region.

    Parameters
    ----------
    catalog : Catalog
    definitions : Path
        Where the definitions common to all regions are.
    weeks : bool
        Read the tables of lanes and demand too; without, crossings have no lines.

    Returns
    -------
    Twin
        Without crossings if the region has none described (no ``twin.toml``).

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "twin"
    modes = _modes(open_toml(folder / "modes.toml", problems), catalog)
    laws = _laws(open_toml(folder / "laws.toml", problems))
    inspections = _inspections(open_toml(folder / "inspections.toml", problems), catalog)
    rates = _rates(open_toml(folder / "costs.toml", problems), catalog)
    own = catalog.snapshot_folder.parent
    crossings: dict[str, CrossingFacts] = {}
    choice = _Choice(0.0, Basis(Text.same("–"), prior=True))
    if (own / "twin.toml").is_file():
        file = open_toml(own / "twin.toml", problems)
        region = file.read(_Region, file.tree, ())
        choice, rates = region.choice, replace(rates, occupancy=(*rates.occupancy, *region.occupancy))
        lines = _lines(own, region, problems) if weeks else None
        for key, crossing in region.crossings.items():
            _check_crossing(file, crossing, catalog, inspections)
            crossings[key] = crossing
            if lines is not None:
                crossings[key] = replace(crossing, lines=tuple(lines.get(key, ())))
                _check_lines(file, crossings[key], laws)
    problems.refuse()
    return Twin(modes, laws, inspections, crossings, choice.wait_weight, choice.basis, rates)


def find_crossings(catalog: Catalog, twin: Twin, name: str) -> list[CrossingFacts]:
    """The crossing that a name means, or all those of a port.

    Raises
    ------
    UnknownName
        If no crossing of the twin is meant; with the nearest that are.
    """
    if name in twin.crossings:
        return [twin.crossings[name]]
    try:
        place = catalog.place(name).id
    except UnknownName:
        place = ""
    found = [c for c in twin.crossings.values() if place and place in (c.place, catalog.places[c.place].parent)]
    if not found:
        ports = (catalog.places[port_of(catalog, c)].slug for c in twin.crossings.values())
        known = dict.fromkeys((*twin.crossings, *ports))
        raise unknown(Text("crossing of the twin", "el cruce con modelo de simulación"), name, known)
    return found


def port_of(catalog: Catalog, crossing: CrossingFacts) -> str:
    """The port under which the crossings of a crossing are counted."""
    place = catalog.places[crossing.place]
    return place.id if place.kind == "port" else place.parent or place.id


def _modes(file: TomlFile, catalog: Catalog) -> dict[Mode, ModeFacts]:
    modes: dict[Mode, ModeFacts] = file.value(Mapping[Mode, ModeFacts], "", file.tree, ())
    for mode in MODES:
        if mode not in modes:
            file.say((), f"{mode} is missing / falta")
    for mode, facts in modes.items():
        for key, code, codes in (("measure", facts.measure, "measures"), ("waits", facts.waits, "wait_modes")):
            if code and codes in catalog.codelists:
                file.choice(key, code, catalog.codelists[codes].codes, (mode, key))
    return modes


def _laws(file: TomlFile) -> dict[tuple[Mode, str], ClassLaw]:
    tables = file.tables()
    spread = file.read(_Spread, tables.pop("spread", {}), ("spread",))
    laws: dict[tuple[Mode, str], ClassLaw] = {}
    for key, body in tables.items():
        mode, _, lane_class = key.partition(".")
        if mode not in MODES or not lane_class:
            file.say((key,), f"[{key}] is not a mode and a class / no es un modo y una clase")
            continue
        rate = file.read(_Rate, body, (key,))
        law = replace(spread.law, mean=60 / (rate.per_hour or 1))
        laws[mode, lane_class] = ClassLaw(mode, lane_class, law, rate.basis, spread.basis)
    return laws


def _inspections(file: TomlFile, catalog: Catalog) -> dict[str, Inspection]:
    inspections: dict[str, Inspection] = file.value(Mapping[str, Inspection], "", file.tree, ())
    for key, kind in inspections.items():
        if f"twin.stage.{key}" not in catalog.messages:
            file.say((key,), f"message twin.stage.{key} is not defined / no está definido")
        if not kind.modes:
            file.say((key, "modes"), "a mode is wanted / se espera un modo")
        if kind.law.mean < _LEAST or kind.law.name == "empirical":
            file.say(
                (key, "mean"), f"a law with a mean from {_LEAST} is wanted / se espera una ley con media desde {_LEAST}"
            )
        if kind.random + kind.risk > 1:
            file.say((key,), "random and risk sum to more than 1 / suman más de 1")
    return inspections


def _rates(file: TomlFile, catalog: Catalog) -> Rates:
    rates = file.read(Rates, file.tree, ())
    for i, hour in enumerate(rates.hours):
        if hour.low > hour.high:
            file.say(("hour", i, "low"), "low is above high / low es mayor que high")
        if f"twin.convention.{hour.convention}" not in catalog.messages:
            what = f"message twin.convention.{hour.convention} is not defined / no está definido"
            file.say(("hour", i, "convention"), what)
    for i, idling in enumerate(rates.idling):
        if len(idling.months) != 12 or min(idling.months) <= 0:
            file.say(("idling", i, "months"), "twelve multipliers are wanted / se esperan doce factores")
    return rates


def _lines(folder: Path, region: _Region, problems: Problems) -> dict[str, list[LineFacts]]:
    """Lanes, demand and waits of each crossing by line, weekday and hour: estimated from the archive, and assumed."""
    lines: dict[str, list[LineFacts]] = {}
    known: set[_Line] = set()
    calibrated = read_calibration(folder, problems)
    for name, basis in (("twin_archive.csv", region.archive), ("twin_assumed.csv", region.assumed)):
        weeks = _weeks(folder / name, region, problems)
        for line, week in weeks.items():
            if line in known:
                what = f"{'.'.join(line)} is in twin_archive.csv too / también está en twin_archive.csv"
                problems.add(name, what)
            crossing, mode, lane_class = line
            facts = LineFacts(
                *(mode, lane_class, week["lanes"], week["demand"], week["wait"], basis),
                calibrated=calibrated.get(line),
            )
            lines.setdefault(crossing, []).append(facts)
        known |= set(weeks)
    return lines


def _weeks(path: Path, region: _Region, problems: Problems) -> dict[_Line, dict[str, _Week]]:
    weeks: dict[_Line, dict[str, _Week]] = {}
    for row in table(path, problems, ("crossing", "mode", "lane_class", "what", "weekdays", *HOURS)):
        where, mode = row[""], cast(Mode, row["mode"])
        if row["crossing"] not in region.crossings:
            problems.add(where, f"crossing {row['crossing']!r} is not in twin.toml / no está en twin.toml")
            continue
        if mode not in MODES or row["what"] not in ("lanes", "demand", "wait"):
            problems.add(where, f"{mode!r} {row['what']!r}: no such mode or column / no existe el modo o la columna")
            continue
        try:
            values = tuple(float(row[h]) for h in HOURS)
            first, _, last = row["weekdays"].partition("-")
            days = range(int(first), int(last or first) + 1)
        except ValueError as error:
            problems.add(where, f"not a number / no es un número: {error}")
            continue
        if min(values) < 0 or not all(day in _WEEK for day in days):
            problems.add(where, "below 0, or no weekday / menor que 0, o no es día de la semana")
            continue
        week = weeks.setdefault((row["crossing"], mode, row["lane_class"]), {"lanes": {}, "demand": {}, "wait": {}})
        for day in days:
            if day in week[row["what"]]:
                problems.add(where, f"weekday {day} stands twice / el día {day} se repite")
            week[row["what"]][day] = values
    return weeks


def _check_crossing(
    file: TomlFile, crossing: CrossingFacts, catalog: Catalog, inspections: Mapping[str, Inspection]
) -> None:
    path = ("crossing", crossing.id)
    if crossing.place not in catalog.places or catalog.places[crossing.place].kind not in ("crossing", "port"):
        file.say((*path, "place"), f"{crossing.place!r} is not a crossing or port / no es un cruce o puerto")
    for i, station in enumerate(crossing.stations):
        file.choice("kind of inspections.toml", station.kind, inspections, (*path, "station", i, "kind"))


def _check_lines(file: TomlFile, crossing: CrossingFacts, laws: Mapping[tuple[Mode, str], ClassLaw]) -> None:
    path = ("crossing", crossing.id)
    if not crossing.lines:
        file.say(path, f"{crossing.id} has no lines / no tiene líneas")
    for line in crossing.lines:
        name = f"{crossing.id}.{line.mode}.{line.lane_class}"
        for what, week in (("lanes", line.lanes), ("demand", line.demand)):
            if set(week) != set(_WEEK):
                file.say(path, f"{name}: {what} of every weekday is wanted / se espera {what} de cada día")
        if line.mode not in crossing.built:
            what = f"{name}: no lanes of {line.mode} are built / no hay carriles de {line.mode}"
            file.say((*path, "built"), what)
        if (line.mode, line.lane_class) not in laws:
            file.say(path, f"{name}: laws.toml has no such class / no tiene esa clase")
