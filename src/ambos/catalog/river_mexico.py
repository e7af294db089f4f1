"""Load the definitions of Mexico's water; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.definition import Key
from ambos.model.river import River
from ambos.model.river_mexico import DatedLimit, Mexico, Order

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


@dataclass(frozen=True, slots=True)
class _Limits:
    """The file ``mexico.toml``."""

    limits: Annotated[Mapping[str, DatedLimit], Key("limit")]
    orders: Annotated[tuple[Order, ...], Key("order")] = ()


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
    file = open_toml(definitions / "river" / "mexico.toml", problems)
    head = file.read(_Limits, file.tree, ())
    for key, unit in LIMITS.items():
        if key not in head.limits:
            file.say(("limit",), f"{key} is missing / falta")
        elif head.limits[key].unit != unit:
            file.say(("limit", key, "unit"), f"{unit} is wanted / se esperaba {unit}")
    for order in head.orders:
        if not order.id.isdecimal():
            file.say(("order", order.id), f"{order.id!r} is not a year / no es un año")
        file.choice("instrument", order.rest, river.instruments, ("order", order.id, "rest"))
    file = open_toml(definitions / "river" / "mexico_ledger.toml", problems)
    orders = {order.year: order for order in head.orders if order.id.isdecimal()}
    mexico = file.read(Mexico, file.tree, (), limits=head.limits, orders=orders)
    file.choice("party", mexico.party, river.parties, ("party",))
    points, accounts = [p.id for p in mexico.points], [a.id for a in mexico.accounts]
    items = catalog.codelists["river_accounts"].codes
    for name in (mexico.satisfaction, mexico.excess, *points, *(p.id for p in mexico.apart), *accounts):
        if name not in items:
            path = next(((key, name) for key in ("point", "apart", "account") if name in file.tree.get(key, ())), ())
            file.say(path, f"{name!r} is not in codes/river_accounts.csv / no está en codes/river_accounts.csv")
    for key, names, known in (("reserve", mexico.reserve, accounts), ("land_boundary", mexico.land, points)):
        for name in names:
            file.choice(key, name, known, (key,))
    problems.refuse()
    return mexico
