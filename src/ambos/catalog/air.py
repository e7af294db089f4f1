"""Load the rules of the air; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import DefinitionError
from ambos.model.air import (
    AirRules,
    AirUnit,
    Average,
    Band,
    Country,
    IndexTable,
    Limit,
    Plausible,
    Pollutant,
    Rounding,
    Scale,
    Step,
)
from ambos.text import Text

PARTICLES = ("pm25", "pm10")
#: No range reaches further, µg/m³ or ppb: in millionths, the exact sums of a day still fit in whole numbers of 64 bits.
WIDEST = 1_000_000


def load_air(definitions: Path = DEFINITIONS) -> AirRules:
    """Read the index tables and limits of both countries.

    Parameters
    ----------
    definitions : Path
        Where the definitions common to all regions are.

    Returns
    -------
    AirRules

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "air"
    tables: dict[Country, tuple[IndexTable, ...]] = {}
    for name in ("us_aqi.toml", "mx_aire_y_salud.toml"):
        file = open_toml(folder / name, problems)
        if file.tree:
            country = one_of(file, file.tree, (), "country", Country)
            tables[country] = _tables(file, country)
    limits = _limits(open_toml(folder / "limits.toml", problems))
    plausible = _plausible(open_toml(folder / "plausible.toml", problems))
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return AirRules(tables, limits, plausible)


def _tables(file: TomlFile, country: Country) -> tuple[IndexTable, ...]:
    file.keys(file.tree, (), "country name rounding band table")
    name = text(file.tree.get("name"), f"{file.name}:{line_of(file.found, ('name',))}", file.problems)
    rounding: Rounding = one_of(file, file.tree, (), "rounding", Rounding)
    bands = tuple(_band(file, body, ("band", i)) for i, body in enumerate(file.get(file.tree, (), "band", list)))
    found: list[IndexTable] = []
    for i, body in enumerate(file.get(file.tree, (), "table", list)):
        path: Keys = ("table", i)
        file.keys(body, path, "id from to prior citation index scale")
        since, until = days(file, body, path)
        if found and (found[-1].until is None or since != found[-1].until + timedelta(days=1)):
            file.say((*path, "from"), "does not begin on the day after the table before / no sigue a la tabla anterior")
        index = list(file.value(tuple[int, ...], "index", body.get("index", []), (*path, "index")))
        if index != sorted(set(index)):
            file.say((*path, "index"), "index does not rise / no es creciente")
        scales = tuple(
            _scale(file, scale, (*path, "scale", k), rounding, index, len(bands))
            for k, scale in enumerate(file.get(body, path, "scale", list))
        )
        found.append(
            IndexTable(
                file.get(body, path, "id", str),
                country,
                name,
                since,
                until,
                bands,
                scales,
                citation(file, body, path),
                file.get(body, path, "prior", bool, False),
            )
        )
    return tuple(found)


def _band(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Band:
    file.keys(body, path, "name colour risk")

    def say(key: str) -> Text:
        return text(body.get(key), f"{file.name}:{line_of(file.found, (*path, key))}", file.problems)

    return Band(say("name"), say("colour"), say("risk") if "risk" in body else None)


def _scale(
    file: TomlFile, body: Mapping[str, Any], path: Keys, rounding: Rounding, index: list[int], bands: int
) -> Scale:
    """A scale; its steps are laid end to end from the cuts, so that there is no hole between them."""
    file.keys(body, path, "pollutant hours weighted factor unit decimals first starts cuts")
    decimals = int(file.number(body, path, "decimals", 0, 6))
    unit = Decimal(1).scaleb(-decimals)
    cuts = [decimal(file, cut, path, "cuts") for cut in file.get(body, path, "cuts", list)]
    low = decimal(file, file.get(body, path, "starts", str, "0"), path, "starts")
    if cuts != sorted(set(cuts)) or (cuts and low >= cuts[0]):
        file.say((*path, "cuts"), "cuts do not rise / no son crecientes")
    if any(c != c.quantize(unit) for c in cuts):
        file.say((*path, "cuts"), f"cuts have more than {decimals} decimals / tienen más de {decimals} decimales")
    first = int(file.number(body, path, "first", 0, default=0))
    numbers = [n for n in index if n > first]
    if not index and len(cuts) != bands - 1:
        file.say((*path, "cuts"), f"{bands - 1} cuts are wanted, one less than bands / se esperan {bands - 1} cortes")
    if index and len(cuts) > len(numbers):
        file.say((*path, "cuts"), f"at most {len(numbers)} cuts have an index / a lo más {len(numbers)} tienen índice")
        cuts = cuts[: len(numbers)]
    steps: list[Step] = []
    start = len(index) - len(numbers)
    for i, high in enumerate(cuts):
        if index:
            # What two stretches of the last band are told apart by is not a band of its own.
            band = min(start + i, bands - 1)
            steps.append(Step(low, high, band, first, numbers[i]))
            first = numbers[i] + 1
        else:
            steps.append(Step(low, high, i))
        low = high + unit
    if not index:
        steps.append(Step(low, None, bands - 1))
    return Scale(
        one_of(file, body, path, "pollutant", Pollutant),
        int(file.number(body, path, "hours", 1, 24)),
        file.get(body, path, "weighted", bool, False),
        decimal(file, file.get(body, path, "factor", str, "1"), path, "factor"),
        one_of(file, body, path, "unit", AirUnit),
        decimals,
        rounding,
        tuple(steps),
        not index or len(cuts) == len(numbers),
    )


def _limits(file: TomlFile) -> tuple[Limit, ...]:
    file.keys(file.tree, (), "limit")
    found: list[Limit] = []
    for i, body in enumerate(file.get(file.tree, (), "limit", list)):
        path: Keys = ("limit", i)
        file.keys(body, path, "country pollutant average value unit from to prior citation")
        since, until = days(file, body, path)
        limit = Limit(
            one_of(file, body, path, "country", Country),
            one_of(file, body, path, "pollutant", Pollutant),
            one_of(file, body, path, "average", Average),
            decimal(file, file.get(body, path, "value", str), path, "value"),
            one_of(file, body, path, "unit", AirUnit),
            since,
            until,
            citation(file, body, path),
            file.get(body, path, "prior", bool, False),
        )
        for other in found:
            alike = (other.country, other.pollutant, other.average) == (limit.country, limit.pollutant, limit.average)
            if alike and since <= (other.until or date.max) and other.since <= (until or date.max):
                file.say(path, "its days are those of another limit / sus días son de otro límite")
        found.append(limit)
    return tuple(found)


def _plausible(file: TomlFile) -> dict[str, Plausible]:
    file.keys(file.tree, (), "range")
    found: dict[str, Plausible] = {}
    for i, body in enumerate(file.get(file.tree, (), "range", list)):
        path: Keys = ("range", i)
        file.keys(body, path, "pollutant unit scatter most prior citation")
        pollutant: Pollutant = one_of(file, body, path, "pollutant", Pollutant)
        unit: AirUnit = one_of(file, body, path, "unit", AirUnit)
        most = decimal(file, file.get(body, path, "most", str), path, "most")
        if unit != ("ug/m3" if pollutant in PARTICLES else "ppb"):
            file.say((*path, "unit"), "particles are in ug/m3, gases in ppb / partículas en ug/m3, gases en ppb")
        if pollutant in found:
            file.say((*path, "pollutant"), f"{pollutant} is there twice / aparece dos veces")
        if most > WIDEST:
            file.say((*path, "most"), f"most is above {WIDEST} / es mayor que {WIDEST}")
        least = -decimal(file, file.get(body, path, "scatter", str), path, "scatter")
        prior = file.get(body, path, "prior", bool, False)
        found[pollutant] = Plausible(pollutant, unit, least, most, citation(file, body, path), prior)
    missing = [p for p in get_args(Pollutant) if p not in found]
    if file.tree and missing:
        file.say((), f"no range of / falta el intervalo de {', '.join(missing)}")
    return found


def days(file: TomlFile, body: Mapping[str, Any], path: Keys) -> tuple[date, date | None]:
    """The first and the last day; a missing last day is none."""
    since, until = body.get("from"), body.get("to")
    if not isinstance(since, date):
        file.say((*path, "from"), f"from: a date is wanted, not {since!r} / se esperaba una fecha")
        since = date.min
    if until is not None and (not isinstance(until, date) or until < since):
        file.say((*path, "to"), f"to: a date from the first day on is wanted, not {until!r} / se esperaba una fecha")
        until = None
    return since, until


def citation(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Text:
    return text(body.get("citation"), f"{file.name}:{line_of(file.found, (*path, 'citation'))}", file.problems)


def decimal(file: TomlFile, written: object, path: Keys, key: str) -> Decimal:
    try:
        value = Decimal(written) if isinstance(written, str) else Decimal(-1)
    except InvalidOperation:
        value = Decimal(-1)
    if not value >= 0:
        file.say((*path, key), f"{key}: {written!r} is not a number as text / no es un número como texto")
        return Decimal(0)
    return value


def one_of(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str, kind: Any) -> Any:
    """A word of a `Literal`; its first, with a problem noted, if it is none of them."""
    allowed = get_args(kind)
    value = file.get(body, path, key, str)
    if value not in allowed:
        file.say((*path, key), f"{key} {value!r} is none of / no es ninguno de {', '.join(allowed)}")
        return allowed[0]
    return value
