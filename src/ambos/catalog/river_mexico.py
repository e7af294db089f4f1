"""Load what the definitions say of Mexico's water; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

from ambos.catalog.catalog import Catalog
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, day
from ambos.catalog.river import read_citation, read_day, read_decimal, read_reliability, read_text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import River
from ambos.model.river_mexico import Account, Identity, Known, Limit, Mexico, Order, Point

#: The limits that the code applies; each must be there, in its unit.
LIMITS = {
    "surplus": "af",
    "change": "percent",
    "notice": "days",
    "land_boundary": "af",
    "reserve_capacity": "af",
    "reserve_creation": "af",
    "reserve_delivery": "af",
}
_LEDGER = "party satisfaction excess reserve land_boundary reliability source point apart account surplus unreduced known balance"


def load_mexico(catalog: Catalog, river: River, definitions: Path = DEFINITIONS) -> Mexico:
    """Read the definitions of Mexico's schedule, ledger and reserve.

    Parameters
    ----------
    catalog : Catalog
        Its code list of river accounts has the items of the ledger.
    river : River
        Its parties have the guaranteed quantity.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    limits = open_toml(definitions / "river" / "mexico.toml", problems)
    limits.keys(limits.tree, (), "limit order")
    told = limits.get(limits.tree, (), "limit", dict)
    found = {key: _limit(limits, key, limits.get(told, ("limit",), key, dict)) for key in told}
    for key, unit in LIMITS.items():
        if key not in found:
            limits.say(("limit",), f"{key} is missing / falta")
        elif found[key].unit != unit:
            limits.say(("limit", key, "unit"), f"{unit} is wanted / se esperaba {unit}")
    file = open_toml(definitions / "river" / "mexico_ledger.toml", problems)
    file.keys(file.tree, (), _LEDGER)
    surplus, unreduced, balance = (file.get(file.tree, (), key, dict) for key in ("surplus", "unreduced", "balance"))
    file.keys(surplus, ("surplus",), "years reliability source")
    file.keys(unreduced, ("unreduced",), "until reliability source")
    file.keys(balance, ("balance",), "af reliability source")
    party, satisfaction, excess = (file.get(file.tree, (), key, str) for key in ("party", "satisfaction", "excess"))
    if party not in river.parties:
        file.say(("party",), f"{party!r} is not in parties.toml / no está en parties.toml")
    points, apart, accounts = _points(file, "point"), _points(file, "apart"), _accounts(file)
    items = catalog.codelists["river_accounts"].codes
    for key, name in (
        ("satisfaction", satisfaction),
        ("excess", excess),
        *(("point", p.id) for p in points),
        *(("apart", p.id) for p in apart),
        *(("account", a.id) for a in accounts),
    ):
        if name not in items:
            file.say(
                (key, name) if key in ("point", "apart", "account") else (key,),
                f"{name!r} is not in codes/river_accounts.csv / no está en codes/river_accounts.csv",
            )
    mexico = Mexico(
        party,
        found,
        _orders(limits, river),
        satisfaction,
        excess,
        _ids(file, "reserve", [a.id for a in accounts]),
        _ids(file, "land_boundary", [p.id for p in points]),
        points,
        apart,
        accounts,
        frozenset(_year(file, ("surplus", "years"), y) for y in file.get(surplus, ("surplus",), "years", list)),
        read_citation(file, surplus, ("surplus",)),
        file.get(unreduced, ("unreduced",), "until", int),
        read_citation(file, unreduced, ("unreduced",)),
        tuple(_known(file, i, body) for i, body in enumerate(file.rows(file.tree, (), "known"))),
        _balances(file, file.get(balance, ("balance",), "af", dict)),
        read_citation(file, balance, ("balance",)),
        read_citation(file, file.tree, ()),
    )
    problems.refuse()
    return mexico


def _ids(file: TomlFile, key: str, known: Sequence[str]) -> tuple[str, str]:
    """Two ids of items that are told in the file."""
    found = [str(x) for x in file.get(file.tree, (), key, list)]
    if len(found) != 2 or not set(found) <= set(known):
        file.say((key,), "two ids of the items below are wanted / se esperan dos claves de los conceptos de abajo")
        return "", ""
    return found[0], found[1]


def read_dates(file: TomlFile, body: Mapping[str, Any], path: Keys) -> tuple[date, date | None]:
    """The first and the last day on which something holds; none if no end is known."""
    start, end = (
        day(body.get(k), f"{file.name}:{line_of(file.line_numbers, (*path, k))}", file.problems)
        if k == "from" or k in body
        else None
        for k in ("from", "to")
    )
    assert start is not None
    if end is not None and start > end:
        file.say((*path, "from"), "from is after to / from es posterior a to")
    return start, end


def _limit(file: TomlFile, key: str, body: Mapping[str, Any]) -> Limit:
    path: Keys = ("limit", key)
    file.keys(body, path, "name value unit from to reliability source")
    start, end = read_dates(file, body, path)
    return Limit(
        key,
        read_text(file, body, path, "name"),
        read_decimal(file, body, path, "value"),
        file.get(body, path, "unit", str),
        start,
        end,
        read_citation(file, body, path),
    )


def _orders(file: TomlFile, river: River) -> dict[int, Order]:
    found = {}
    for key, body in file.get(file.tree, (), "order", dict, {}).items():
        path: Keys = ("order", key)
        file.keys(body, path, "af rest known reliability source")
        rest = file.get(body, path, "rest", str)
        if "rest" in body and rest not in river.instruments:
            file.say((*path, "rest"), f"{rest!r} is not in instruments.toml / no está en instruments.toml")
        year, volume = _year(file, path, key), int(read_decimal(file, body, path, "af"))
        found[year] = Order(year, volume, rest, read_day(file, body, path, "known"), read_citation(file, body, path))
    return found


def _points(file: TomlFile, key: str) -> tuple[Point, ...]:
    found = []
    for name, body in file.get(file.tree, (), key, dict).items():
        path: Keys = (key, name)
        file.keys(body, path, "name required" if key == "point" else "name")
        found.append(Point(name, read_text(file, body, path, "name"), file.get(body, path, "required", bool, False)))
    return tuple(found)


def _accounts(file: TomlFile) -> tuple[Account, ...]:
    found = []
    for name, body in file.get(file.tree, (), "account", dict).items():
        path: Keys = ("account", name)
        file.keys(body, path, "name sign from to")
        sign = file.get(body, path, "sign", int)
        if "sign" in body and sign not in (1, -1):
            file.say((*path, "sign"), f"sign: {sign} is not 1 or -1 / no es 1 ni -1")
        start, end = file.get(body, path, "from", int), file.get(body, path, "to", int)
        if start > end:
            file.say((*path, "from"), "from is after to / from es posterior a to")
        found.append(Account(name, read_text(file, body, path, "name"), sign, start, end))
    return tuple(found)


def _known(file: TomlFile, i: int, body: Mapping[str, Any]) -> Known:
    path: Keys = ("known", i)
    file.keys(body, path, "year of af reliability why")
    of: Identity = file.get(body, path, "of", str)
    if "of" in body and of not in get_args(Identity):
        file.say((*path, "of"), f"{of!r} is not closure or schedule / no es closure ni schedule")
    return Known(
        file.get(body, path, "year", int),
        of,
        file.get(body, path, "af", int),
        read_text(file, body, path, "why"),
        read_reliability(file, body, path),
    )


def _year(file: TomlFile, path: Keys, written: object) -> int:
    try:
        return int(str(written))
    except ValueError:
        file.say(path, f"{written!r} is not a year / no es un año")
        return 0


def _balances(file: TomlFile, told: Mapping[str, Any]) -> dict[int, int]:
    path: Keys = ("balance", "af")
    return {_year(file, (*path, key), key): file.get(told, path, key, int) for key in told}
