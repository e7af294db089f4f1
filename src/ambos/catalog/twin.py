"""Load what the definitions say for the twin; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast, get_args

from ambos.catalog.catalog import Catalog, nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, table
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import DefinitionError, UnknownName
from ambos.model.costs import HourValue, Idling, Occupancy, Rates
from ambos.model.crossing import Law, LawName, Mode
from ambos.model.twin import Basis, ClassLaw, CrossingFacts, Inspection, LineFacts, ModeFacts, StationFacts, Twin
from ambos.text import Text

MODES: tuple[Mode, ...] = get_args(Mode)
HOURS = tuple(f"h{h}" for h in range(24))
_WEEK = range(1, 8)
_DAY = 1440.0


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
    weight, choice = 0.0, Basis(Text.same("–"), prior=True)
    if (own / "twin.toml").is_file():
        region = open_toml(own / "twin.toml", problems)
        region.keys(region.tree, (), "choice archive assumed crossing occupancy")
        rates = replace(rates, occupancy=(*rates.occupancy, *_occupancy(region)))
        said = region.get(region.tree, (), "choice", dict)
        region.keys(said, ("choice",), "wait_weight prior source")
        for key in ("archive", "assumed"):
            region.keys(region.get(region.tree, (), key, dict), (key,), "prior source")
        weight, choice = region.number(said, ("choice",), "wait_weight", -10, 0), region.basis(said, ("choice",))
        told = _weeks(own, modes, region, problems) if weeks else {}
        bases = {
            prior: region.basis(region.get(region.tree, (), key, dict), (key,))
            for prior, key in ((False, "archive"), (True, "assumed"))
        }
        for key, body in region.get(region.tree, (), "crossing", dict).items():
            crossings[key] = _crossing(key, body, region, catalog, inspections, laws, told, bases)
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return Twin(modes, laws, inspections, crossings, weight, choice, rates)


def find_crossings(catalog: Catalog, twin: Twin, name: str) -> list[CrossingFacts]:
    """The crossing that a name means, or all those of a port.

    Raises
    ------
    UnknownName
        If no crossing of the twin is meant; with the nearest that are.
    """
    if name in twin.crossings:
        return [twin.crossings[name]]
    place = catalog.place(name)
    found = [c for c in twin.crossings.values() if place.id in (c.place, catalog.places[c.place].parent)]
    if not found:
        known = [catalog.places[c.place].slug for c in twin.crossings.values()]
        raise UnknownName(
            kind=Text("crossing of the twin", "el cruce del gemelo"), name=name, nearest=", ".join(nearest(name, known))
        )
    return found


def port_of(catalog: Catalog, crossing: CrossingFacts) -> str:
    """The port under which the crossings of a crossing are counted."""
    place = catalog.places[crossing.place]
    return place.id if place.kind == "port" else place.parent or place.id


def _modes(file: TomlFile, catalog: Catalog) -> dict[Mode, ModeFacts]:
    modes: dict[Mode, ModeFacts] = {}
    file.keys(file.tree, (), MODES)
    for mode in MODES:
        body = file.get(file.tree, (), mode, dict)
        file.keys(body, (mode,), "measure waits spacing_m prior source")
        facts = ModeFacts(
            mode,
            file.get(body, (mode,), "measure", str),
            file.get(body, (mode,), "waits", str, ""),
            file.number(body, (mode,), "spacing_m", 0),
            file.basis(body, (mode,)),
        )
        for key, code, codes in (("measure", facts.measure, "measures"), ("waits", facts.waits, "wait_modes")):
            if code and codes in catalog.codelists and code not in catalog.codelists[codes]:
                file.say((mode, key), f"{key} {code!r} is not defined / no está definido")
        modes[mode] = facts
    return modes


def _law(file: TomlFile, body: Mapping[str, Any], path: Keys, mean: float) -> Law:
    name = file.get(body, path, "law", str)
    if name not in get_args(LawName) or name == "empirical":
        file.say((*path, "law"), f"law {name!r} is not one of / no es una de {', '.join(get_args(LawName)[:-1])}")
    return Law(
        name,
        mean=mean,
        cv2=file.number(body, path, "cv2", 0, default=1.0),
        minimum=file.number(body, path, "minimum", 0, default=0.0),
    )


def _laws(file: TomlFile) -> dict[tuple[Mode, str], ClassLaw]:
    laws: dict[tuple[Mode, str], ClassLaw] = {}
    spread = file.get(file.tree, (), "spread", dict)
    file.keys(spread, ("spread",), "law cv2 minimum prior source")
    law, spread_basis = _law(file, spread, ("spread",), 1.0), file.basis(spread, ("spread",))
    for key, body in file.tree.items():
        if key == "spread":
            continue
        mode, _, lane_class = key.partition(".")
        if mode not in MODES or not lane_class:
            file.say((key,), f"[{key}] is not a mode and a class / no es un modo y una clase")
            continue
        file.keys(body, (key,), "per_hour prior source")
        rate = file.number(body, (key,), "per_hour", 0.1, 3600)
        mean = replace(law, mean=60 / rate if rate > 0 else 1.0)
        laws[mode, lane_class] = ClassLaw(mode, lane_class, mean, file.basis(body, (key,)), spread_basis)
    return laws


def _inspections(file: TomlFile, catalog: Catalog) -> dict[str, Inspection]:
    found = {}
    for key, body in file.tables().items():
        path: Keys = (key,)
        if f"twin.stage.{key}" not in catalog.messages:
            file.say(path, f"message twin.stage.{key} is not defined / no está definido")
        file.keys(body, path, "modes random risk share law mean cv2 minimum time after")
        modes = file.value(tuple[str, ...], "modes", body.get("modes", []), (*path, "modes"))
        if not modes or set(modes) - set(MODES):
            file.say((*path, "modes"), f"modes must be of {', '.join(MODES)} / los modos deben ser de estos")
        random, risk = file.number(body, path, "random", 0, 1), file.number(body, path, "risk", 0, 1)
        if random + risk > 1:
            file.say(path, "random and risk sum to more than 1 / suman más de 1")
        found[key] = Inspection(
            key,
            modes,
            random,
            risk,
            file.basis(file.get(body, path, "share", dict), (*path, "share")),
            _law(file, body, path, file.number(body, path, "mean", 0.01)),
            file.basis(file.get(body, path, "time", dict), (*path, "time")),
            file.get(body, path, "after", bool, False),
        )
    return found


def _money(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> Decimal:
    try:
        value = Decimal(file.get(body, path, key, str, "0"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value >= 0:
        file.say((*path, key), f"{key} is not an amount / no es una cantidad")
    return value


def _rates(file: TomlFile, catalog: Catalog) -> Rates:
    file.keys(file.tree, (), "hour occupancy idling")

    hours, idling = [], []
    for body, path, mode in _by_mode(file, "hour", "convention mode lane_class low high per price_year prior source"):
        low, high = _money(file, body, path, "low"), _money(file, body, path, "high")
        per, convention = file.get(body, path, "per", str), file.get(body, path, "convention", str)
        if per not in ("person", "vehicle"):
            file.say((*path, "per"), "per is person or vehicle / debe ser person o vehicle")
        if low > high:
            file.say((*path, "low"), "low is above high / low es mayor que high")
        year = file.get(body, path, "price_year", int)
        basis, lane_class = file.basis(body, path), file.get(body, path, "lane_class", str, "")
        if f"twin.convention.{convention}" not in catalog.messages:
            file.say((*path, "convention"), f"message twin.convention.{convention} is not defined / no está definido")
        hours.append(HourValue(convention, mode, low, high, per, year, basis.source, lane_class, basis.prior))
    for body, path, mode in _by_mode(file, "idling", "mode fuel_gal co2_g nox_g pm25_g months date prior source"):
        grams = [file.number(body, path, k, 0) if k in body else None for k in ("fuel_gal", "co2_g", "nox_g", "pm25_g")]
        months = tuple(file.get(body, path, "months", list))
        if len(months) != 12 or not all(isinstance(m, int | float) and m > 0 for m in months):
            file.say((*path, "months"), "twelve multipliers are wanted / se esperan doce factores")
        basis = file.basis(body, path)
        date = file.get(body, path, "date", str)
        idling.append(Idling(mode, grams[0], grams[1], grams[2], grams[3], months, date, basis.source, basis.prior))
    return Rates(tuple(hours), _occupancy(file), tuple(idling))


def _occupancy(file: TomlFile) -> tuple[Occupancy, ...]:
    """Persons in a vehicle: what holds anywhere is with the common definitions, what was counted with the region."""
    found = []
    for body, path, mode in _by_mode(file, "occupancy", "mode persons prior source"):
        basis = file.basis(body, path)
        found.append(Occupancy(mode, _money(file, body, path, "persons"), basis.source, basis.prior))
    return tuple(found)


def _by_mode(file: TomlFile, section: str, allowed: str) -> list[tuple[dict[str, Any], Keys, Mode]]:
    """The tables of a list that each say something of a mode."""
    found: list[tuple[dict[str, Any], Keys, Mode]] = []
    for i, body in enumerate(file.get(file.tree, (), section, list, [])):
        file.keys(body, (section, i), allowed)
        mode = file.get(body, (section, i), "mode", str)
        if mode not in MODES:
            file.say((section, i, "mode"), f"mode {mode!r} is none of / no es ninguno de {', '.join(MODES)}")
        found.append((body, (section, i), mode))
    return found


_Weeks = dict[tuple[str, Mode, str], dict[str, dict[int, tuple[float, ...]]]]


def _weeks(folder: Path, modes: Mapping[Mode, ModeFacts], region: TomlFile, problems: Problems) -> dict[bool, _Weeks]:
    """Lanes, demand and waits by line, weekday and hour: estimated from the archive (False) and assumed (True)."""
    told: dict[bool, _Weeks] = {}
    known = region.get(region.tree, (), "crossing", dict)
    for prior, name in ((False, "twin_archive.csv"), (True, "twin_assumed.csv")):
        weeks: _Weeks = {}
        for row in table(folder / name, problems, ("crossing", "mode", "lane_class", "what", "weekdays", *HOURS)):
            where, mode = row[""], cast(Mode, row["mode"])
            if row["crossing"] not in known:
                problems.add(where, f"crossing {row['crossing']!r} is not in twin.toml / no está en twin.toml")
                continue
            if mode not in modes or row["what"] not in ("lanes", "demand", "wait"):
                problems.add(
                    where, f"{mode!r} {row['what']!r}: no such mode or column / no existe el modo o la columna"
                )
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
            line = weeks.setdefault((row["crossing"], mode, row["lane_class"]), {})
            for day in days:
                if day in line.setdefault(row["what"], {}):
                    problems.add(where, f"weekday {day} stands twice / el día {day} se repite")
                line[row["what"]][day] = values
        told[prior] = weeks
    for key in set(told[False]) & set(told[True]):
        problems.add(
            "twin_assumed.csv", f"{'.'.join(key)} is in twin_archive.csv too / también está en twin_archive.csv"
        )
    return told


def _crossing(
    key: str,
    body: Mapping[str, Any],
    file: TomlFile,
    catalog: Catalog,
    inspections: Mapping[str, Inspection],
    laws: Mapping[tuple[Mode, str], ClassLaw],
    told: Mapping[bool, _Weeks],
    bases: Mapping[bool, Basis],
) -> CrossingFacts:
    path: Keys = ("crossing", key)
    file.keys(body, path, "place opens closes built prior source station")
    place = file.get(body, path, "place", str)
    if place not in catalog.places or catalog.places[place].kind not in ("crossing", "port"):
        file.say((*path, "place"), f"{place!r} is not a crossing or port / no es un cruce o puerto")
    built = file.get(body, path, "built", dict)
    for mode, count in built.items():
        if mode not in MODES or not isinstance(count, int) or count < 1:
            file.say(
                (*path, "built"), f"{mode} = {count!r}: lanes of a mode are wanted / se esperan carriles de un modo"
            )
    stations = []
    for i, station in enumerate(file.get(body, path, "station", list, [])):
        at: Keys = (*path, "station", i)
        file.keys(station, at, "kind servers lot prior source")
        kind = file.get(station, at, "kind", str)
        if kind not in inspections:
            file.say((*at, "kind"), f"{kind!r} is not in inspections.toml: {', '.join(nearest(kind, inspections))}")
        servers, lot = int(file.number(station, at, "servers", 0)), int(file.number(station, at, "lot", 0))
        stations.append(StationFacts(kind, servers, lot, file.basis(station, at)))
    found = []
    for prior, weeks in told.items():
        for (crossing, mode, lane_class), line in weeks.items():
            if crossing != key:
                continue
            named = f"{key}.{mode}.{lane_class}"
            for what in ("lanes", "demand"):
                if set(line.get(what, ())) != set(_WEEK):
                    file.say(path, f"{named}: {what} of every weekday is wanted / se espera {what} de cada día")
            if mode not in built:
                file.say((*path, "built"), f"{named}: no lanes of {mode} are built / no hay carriles de {mode}")
            if (mode, lane_class) not in laws:
                file.say(path, f"{named}: laws.toml has no such class / no tiene esa clase")
            found.append(
                LineFacts(
                    mode, lane_class, line.get("lanes", {}), line.get("demand", {}), line.get("wait", {}), bases[prior]
                )
            )
    if told and not found:
        file.say(path, f"{key} has no lines / no tiene líneas")
    return CrossingFacts(
        key,
        place,
        _clock(file, body, path, "opens"),
        _clock(file, body, path, "closes") % _DAY,
        built,
        file.basis(body, path),
        tuple(stations),
        tuple(found),
    )


def _clock(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> float:
    written = file.get(body, path, key, str)
    hours, _, minutes = written.partition(":")
    if not (hours.isdigit() and minutes in ("00", "15", "30", "45") and int(hours) * 60 + int(minutes) <= _DAY):
        file.say((*path, key), f"{written!r} is not a clock time on a quarter-hour / no es una hora en cuartos")
        return 0.0
    return int(hours) * 60.0 + int(minutes)
