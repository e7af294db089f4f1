"""Load what the projection of the river is reckoned with; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, day, number, table
from ambos.catalog.river import read_citation, read_decimal, read_text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import Scenario
from ambos.model.river_outlook import (
    Balanced,
    Bands,
    Curve,
    Guidelines,
    Lake,
    Month,
    Months,
    Outlook,
    Protect,
    RuleSet,
    Start,
)

_CITED = ("depletion", "losses", "uses", "runs", "levels")
_CITATION = "reliability source assumption"
_SHARES = ("powell_inflow_percent", "powell_release_percent", "mead_outflow_percent")
_AMOUNTS = ("side_inflow_kaf", "mead_evaporation_ft", "powell_evaporation_ft")


def load_outlook(scenarios: Mapping[str, Scenario], definitions: Path = DEFINITIONS) -> Outlook:
    """Read the definitions of the projection.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Those of `ambos.catalog.river_scenarios`.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "river"
    file = open_toml(folder / "outlook.toml", problems)
    file.keys(file.tree, (), " ".join(("mead powell months start set", *_CITED)))
    parts = {key: file.get(file.tree, (), key, dict) for key in ("mead", "powell", "months", "start", "set", *_CITED)}
    own_keys = {"depletion": "base_kaf share", "losses": "kaf", "uses": "", "runs": "years", "levels": "feet"}
    for key, own in own_keys.items():
        file.keys(parts[key], (key,), f"{own} {_CITATION}")
    guidelines = _guidelines(open_toml(folder / "guidelines_release.toml", problems))
    run = file.get(parts["runs"], ("runs",), "years", int, 1)
    if run < 1:
        file.say(("runs", "years"), "one year or more is wanted / se espera un año o más")
    months = _months(folder / "months.csv", file, parts["months"])
    found = Outlook(
        _lake(folder / "mead_storage.csv", file, parts["mead"], "mead"),
        _lake(folder / "powell_storage.csv", file, parts["powell"], "powell"),
        months,
        _float(file, parts["depletion"], ("depletion",), "base_kaf"),
        _float(file, parts["depletion"], ("depletion",), "share"),
        _float(file, parts["losses"], ("losses",), "kaf"),
        run,
        tuple(_floats(file, parts["levels"].get("feet", []), ("levels", "feet"))),
        _start(file, parts["start"], months),
        {key: _set(file, key, body, scenarios, guidelines) for key, body in parts["set"].items()},
        {key: read_citation(file, parts[key], (key,)) for key in _CITED},
        frozenset(key for key in parts if key != "set" and file.get(parts[key], (key,), "assumption", bool, False)),
    )
    problems.refuse()
    return found


def _float(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> float:
    return float(read_decimal(file, body, path, key))


def _floats(file: TomlFile, written: object, path: Keys) -> list[float]:
    if not isinstance(written, list):
        file.say(path, f"a list is wanted, not {written!r} / se esperaba una lista")
        return []
    return [_float(file, {"value": value}, path, "value") for value in written]


def _lake(path: Path, file: TomlFile, body: Mapping[str, Any], key: str) -> Lake:
    file.keys(body, (key,), "bank full reliability source")
    names = ("elevation_ft", "live_storage_kaf", "area_acres")
    rows = [
        tuple(number(row[name], row[""], file.problems) or 0.0 for name in names)
        for row in table(path, file.problems, names)
    ]
    for lower, upper in pairwise(rows):
        if any(a >= b for a, b in zip(lower, upper, strict=True)):
            file.problems.add(path.name, f"nothing may fall after {lower[0]:g} ft / nada puede bajar después")
    bank, full = _float(file, body, (key,), "bank"), _float(file, body, (key,), "full")
    if bank < 1:
        file.say((key, "bank"), "less than 1 / menor que 1")
    if rows and not rows[0][0] < full <= rows[-1][0]:
        file.say((key, "full"), "is beyond the table / queda fuera de la tabla")
    feet, kaf, acres = zip(*rows, strict=True) if rows else ((), (), ())
    return Lake(feet, kaf, acres, bank, full, read_citation(file, body, (key,)))


def _months(path: Path, file: TomlFile, body: Mapping[str, Any]) -> Months:
    file.keys(body, ("months",), "reliability source")
    rows = table(path, file.problems, ("month", *_SHARES, *_AMOUNTS))
    if [row["month"] for row in rows] != [str(m) for m in range(1, 13)]:
        file.problems.add(path.name, "the months 1 to 12 are wanted / se esperan los meses 1 a 12")
    columns = {
        name: [number(row[name], row[""], file.problems) or 0.0 for row in rows] for name in (*_SHARES, *_AMOUNTS)
    }
    for name in _SHARES:
        if round(sum(columns[name]), 6) != 100:
            file.problems.add(path.name, f"{name} does not add up to 100 / no suma 100")
    shares = {name.removesuffix("_percent"): tuple(x / 100 for x in columns[name]) for name in _SHARES}
    return Months(
        **shares,
        side_inflow=tuple(columns["side_inflow_kaf"]),
        mead_evaporation=tuple(columns["mead_evaporation_ft"]),
        powell_evaporation=tuple(columns["powell_evaporation_ft"]),
        citation=read_citation(file, body, ("months",)),
    )


def _start(file: TomlFile, body: Mapping[str, Any], months: Months) -> Start:
    path: Keys = ("start",)
    file.keys(body, path, f"day mead powell month nevada {_CITATION}")
    nevada = _float(file, body, path, "nevada")
    release: dict[Month, float] = {}
    outflow: dict[Month, float] = {}
    for i, row in enumerate(file.rows(body, path, "month", [])):
        at: Keys = (*path, "month", i)
        file.keys(row, at, "month powell_release hoover_release")
        key = _first(file, row, at, "month")
        if "powell_release" in row:
            release[key.year, key.month] = _float(file, row, at, "powell_release")
        if "hoover_release" in row:
            share = months.mead_outflow[key.month - 1] if months.mead_outflow else 0.0
            outflow[key.year, key.month] = _float(file, row, at, "hoover_release") + nevada * share
    return Start(
        _first(file, body, path, "day"),
        _float(file, body, path, "mead"),
        _float(file, body, path, "powell"),
        release,
        outflow,
        read_citation(file, body, path),
    )


def _first(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> date:
    found = day(body.get(key), f"{file.name}:{line_of(file.line_numbers, (*path, key))}", file.problems)
    if found.day != 1:
        file.say((*path, key), "the first of a month is wanted / se espera el primero de un mes")
    return found


def _set(file: TomlFile, key: str, body: object, scenarios: Mapping[str, Scenario], guidelines: Guidelines) -> RuleSet:
    path: Keys = ("set", key)
    told: dict[str, Any] = body if isinstance(body, dict) else {}
    file.keys(told, path, f"name scenarios release curve protect band target {_CITATION}")
    names = file.value(tuple[str, ...], "scenarios", told.get("scenarios", []), (*path, "scenarios"))
    for name in names:
        if name not in scenarios:
            file.say((*path, "scenarios"), f"{name!r} is not in scenarios.toml / no está en scenarios.toml")
    chosen = tuple(scenarios[name] for name in names if name in scenarios)
    if not chosen:
        file.say((*path, "scenarios"), "a scenario is wanted / se espera un escenario")
    for one, other in pairwise(chosen):
        if one.end is None or one.end + 1 != other.start:
            file.say((*path, "scenarios"), f"{other.id} does not follow {one.id} / no sigue a {one.id}")
    kind = file.get(told, path, "release", str)
    if kind not in ("guidelines", "curve", "bands") or any(
        (kind == own) != (there in told) for own, there in (("curve", "curve"), ("bands", "band"))
    ):
        what = "guidelines, curve with a curve, or bands with band / guidelines, curve con una curva o bands con band"
        file.say((*path, "release"), what)
    release = (
        _curve(file, told, path) if kind == "curve" else _bands(file, told, path) if kind == "bands" else guidelines
    )
    assumption = file.get(told, path, "assumption", bool, False)
    return RuleSet(
        key, read_text(file, told, path, "name"), chosen, release, read_citation(file, told, path), assumption
    )


def _bands(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Bands:
    rows = list(reversed(file.rows(body, path, "band")))
    at: Keys = (*path, "band")
    for row in rows:
        file.keys(row, at, "at_least most least")
    feet = [_float(file, row, at, "at_least") for row in rows[1:]]
    least, most = ([_float(file, row, at, key) for row in rows] for key in ("least", "most"))
    if (
        (rows and "at_least" in rows[0])
        or feet != sorted(set(feet))
        or any(a > b for a, b in zip(least, most, strict=True))
    ):
        file.say(at, "bands must fall to one without at_least, and least not be above most / intervalos mal escritos")
    return Bands(tuple(feet), tuple(least), tuple(most), _float(file, body, path, "target"))


def _curve(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Curve:
    points = [_floats(file, point, (*path, "curve")) for point in file.get(body, path, "curve", list)]
    if any(len(point) != 2 for point in points):
        file.say((*path, "curve"), "[feet, kaf] is wanted / se esperaba [pies, kaf]")
        points = []
    if any(a[0] <= b[0] or a[1] < b[1] for a, b in pairwise(points)):
        file.say((*path, "curve"), "levels must fall and releases not rise / las elevaciones deben bajar")
    points.reverse()
    return Curve(tuple(p[0] for p in points), tuple(p[1] for p in points), _protect(file, body, path))


def _protect(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Protect | None:
    if "protect" not in body:
        return None
    at: Keys = (*path, "protect")
    told = file.get(body, path, "protect", dict)
    file.keys(told, at, "feet least")
    return Protect(_float(file, told, at, "feet"), _float(file, told, at, "least"))


def _guidelines(file: TomlFile) -> Guidelines:
    file.keys(file.tree, (), "reliability source base equalization upper middle lower protect")
    line = file.get(file.tree, (), "equalization", dict)
    for year in line:
        if not year.isdigit():
            file.say(("equalization", year), "a year is wanted / se espera un año")
    if not line:
        file.say(("equalization",), "no line / sin línea")
    parts = {key: file.get(file.tree, (), key, dict) for key in ("upper", "middle", "lower")}
    for key, own in (("upper", "at_least mead_below least most"), ("middle", "at_least kaf mead_below")):
        file.keys(parts[key], (key,), own)
    file.keys(parts["lower"], ("lower",), "least most")

    def read(key: str, name: str) -> float:
        return _float(file, parts[key], (key,), name)

    return Guidelines(
        _float(file, file.tree, (), "base"),
        {int(year): _float(file, line, ("equalization",), year) for year in line if year.isdigit()},
        read("upper", "at_least"),
        read("upper", "mead_below"),
        Balanced(read("upper", "least"), read("upper", "most")),
        read("middle", "at_least"),
        read("middle", "mead_below"),
        read("middle", "kaf"),
        Balanced(read("lower", "least"), read("lower", "most")),
        _protect(file, file.tree, ()),
        read_citation(file, file.tree, ()),
    )
