"""Split Mexico's order of a year, as the Commission published it, into its parts and a computed remainder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.flows.river.limits import af_text, cut_of, hm3_of
from ambos.model.answer import Cell, Column, Named, Table
from ambos.model.river import Instrument, Part, River
from ambos.model.river_mexico import Mexico, Order
from ambos.numbers import day
from ambos.river import af
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class MexicoOrder:
    """Mexico's order of a year; acre-feet."""

    river: River
    order: Order
    guaranteed: int  #: By the Treaty.
    parts: dict[Part, int]  #: Reductions by the rules of the year, as declared.
    rest: Instrument  #: To which what is left is put down.

    @property
    def rest_af(self) -> int:
        """Compute the remainder, acre-feet: the Treaty's quantity less the rules' parts and the order; not printed."""
        return self.guaranteed - sum(self.parts.values()) - self.order.af


def order_of(river: River, mexico: Mexico, year: int, as_of: date | None = None) -> MexicoOrder | None:
    """The published order of a year; None where none is held, or none was known on a day.

    Raises
    ------
    OutsideRule, NoData
        If the cuts of the year are not known.
    """
    order = mexico.orders.get(year)
    if order is None or (as_of is not None and as_of < order.known):
        return None
    cut = cut_of(river, mexico.party, year)
    guaranteed = int(af(river.parties[mexico.party].apportionment))
    parts = {part: int(af(kaf)) for part, kaf in cut.parts.items() if kaf}
    return MexicoOrder(river, order, guaranteed, parts, river.instruments[order.rest])


def rows(mexico_order: MexicoOrder, catalog: Catalog) -> list[tuple[str, Text, int]]:
    """Id, name and acre-feet of each line, the order last; what is taken is negative."""
    message = catalog.message
    return [
        ("guaranteed", message("river.order.guaranteed"), mexico_order.guaranteed),
        *((part, message(f"river.order.{part}"), -af) for part, af in mexico_order.parts.items()),
        (mexico_order.rest.id, message("river.order.rest", name=mexico_order.rest.name), -mexico_order.rest_af),
        ("order", message("river.order.order"), mexico_order.order.af),
    ]


def table(mexico_order: MexicoOrder | None, catalog: Catalog) -> Table:
    """Tabulate the order, line by line; without rows where none is known."""
    message = catalog.message
    columns = (
        Column("part", message("river.order.line")),
        Column("af", message("river.order.af")),
        Column("hm3", message("river.order.hm3"), 1, kept=3),
        Column("by_arithmetic", None),
    )
    lines: list[tuple[Cell, ...]] = []
    if mexico_order is not None:
        m3, rest = mexico_order.river.m3, mexico_order.rest.id
        lines = [
            (Named(key, name), Decimal(af), hm3_of(Decimal(af), m3), key == rest)
            for key, name, af in rows(mexico_order, catalog)
        ]
    year = "" if mexico_order is None else str(mexico_order.order.year)
    return Table(
        "mexico_order",
        message("river.order.title", year=year),
        columns,
        tuple(lines[:-1]),
        totals=tuple(lines[-1:]),
    )


def facts(mexico_order: MexicoOrder | None) -> dict[str, Cell]:
    """The order itself, with its source; None where none is known."""
    if mexico_order is None:
        return {"order_af": None, "order_hm3": None, "order_known": None, "order_source": None}
    order = mexico_order.order
    volume = round(hm3_of(Decimal(order.af), mexico_order.river.m3), 3)
    cited = {"order_source": order.citation.source, "order_reliability": order.citation.reliability}
    return {"order_af": order.af, "order_hm3": volume, "order_known": order.known, **cited}


def notes(mexico_order: MexicoOrder, catalog: Catalog) -> list[Text]:
    """Note the order, af and hm³, and that its last part is computed."""
    order = mexico_order.order
    return [
        catalog.message(
            "river.order.note",
            year=str(order.year),
            af=af_text(order.af, mexico_order.river.m3),
            rest=af_text(mexico_order.rest_af, mexico_order.river.m3),
            name=mexico_order.rest.name,
            source=order.citation.source,
            day=Text(day(order.known, "en"), day(order.known, "es")),
        )
    ]
