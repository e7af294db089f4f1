"""`ambos river reserve`: Mexico's reserve in Lake Mead, rolled forward year by year and held against its limits."""

from __future__ import annotations

from decimal import Decimal

from ambos.catalog import Catalog
from ambos.errors import NeedsOption, NoData
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river.both_units import first_unit, in_both_units
from ambos.flows.river.ledger import annual
from ambos.flows.river.limits import af_text, citation_cells, hm3_of, limit_table, limits_of, rule_note, source_note
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Column, Named, Table
from ambos.model.river import River
from ambos.model.river_mexico import Mexico
from ambos.river.ledger import ReserveYear, reserve_year
from ambos.text import Text

_RESERVE = ("reserve_creation", "reserve_delivery", "reserve_capacity")


def reserve(
    workspace: Workspace,
    *,
    year: int | None = None,
    opening: int | None = None,
    created: int | None = None,
    delivered: int | None = None,
) -> Answer:
    """Roll Mexico's reserve forward.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        All years with a reported balance if not given.
    opening : int, optional
        Balance before the year, acre-feet; the reported one if not given.
    created, delivered : int, optional
        Planned volumes, acre-feet; those reported if neither is given, else 0 if one is not.

    Returns
    -------
    Answer
        Tables ``years``, ``breaches`` and ``rules``.

    Raises
    ------
    NoRule
        If the limits do not hold in the year.
    NoData
        If the opening balance is not held.
    BadRequest
        If volumes are given without a year, one is negative, or more is taken than there is.
    """
    river, mexico = workspace.river, workspace.mexico
    planned = created is not None or delivered is not None
    if year is None:
        if planned or opening is not None:
            detail = Text("Volumes need a year.", "Los volúmenes requieren un año.")
            raise NeedsOption(detail=detail, option=Text("--year YEAR", "--year AÑO"))
        years = sorted(mexico.balances)[1:]
    else:
        limits_of(mexico, year, _RESERVE)
        years = [year]
    held = {} if planned else annual(workspace, mexico)
    put, taken = mexico.reserve
    rolled = []
    for y in years:
        start = mexico.balances.get(y - 1) if opening is None else opening
        if start is None and year is not None:
            what = Text(f"the balance of the reserve before {y}", f"el saldo de la reserva antes de {y}")
            raise NoData(what=what)
        if planned:
            rolled.append(reserve_year(mexico, y, start, created or 0, delivered or 0, None))
        else:
            items = held.get(y, {})
            rolled.append(reserve_year(mexico, y, start, items.get(put), items.get(taken), mexico.balances.get(y)))
    earlier = [items for y, items in held.items() if opening is None and y <= min(mexico.balances)]
    moved = [
        sign * v for items in earlier for key, sign in ((put, 1), (taken, -1)) if (v := items.get(key)) is not None
    ]
    catalog = workspace.catalog
    return Answer(
        "river.reserve",
        catalog.message("river.reserve.title", unit=first_unit("af", catalog)),
        (
            in_both_units(_years(rolled, planned, river, catalog), river.m3, catalog),
            in_both_units(_breaches(rolled, catalog), river.m3, catalog),
            limit_table((mexico.limits[key] for key in _RESERVE), catalog),
        ),
        {"planned": planned, **citation_cells(mexico.balances_citation)},
        tuple(_notes(rolled, planned, sum(moved) if moved else None, river, mexico, catalog)),
    )


def _years(rolled: list[ReserveYear], planned: bool, river: River, catalog: Catalog) -> Table:
    """Tabulate the reserve by year; a plan has no reported balance."""

    def head(key: str) -> Text:
        return catalog.message(f"river.reserve.{key}")

    def reported(key: str) -> Text | None:
        return None if planned else head(key)

    columns = (
        Column("year", catalog.message("river.ledger.year"), grouped=False),
        Column("opening_af", head("opening")),
        Column("created_af", head("created")),
        Column("delivered_af", head("delivered")),
        Column("closing_af", head("closing")),
        Column("closing_hm3", None, kept=3),
        Column("reported_af", reported("told")),
        Column("difference_af", reported("open"), signed=True),
        Column("change_af", reported("change"), signed=True),
    )
    rows = tuple(
        (
            y.year,
            y.opening,
            y.created,
            y.delivered,
            y.closing,
            None if y.closing is None else hm3_of(Decimal(y.closing), river.m3),
            y.reported,
            y.difference,
            y.change,
        )
        for y in rolled
    )
    return Table("years", catalog.message("river.reserve.title"), columns, rows)


def _breaches(rolled: list[ReserveYear], catalog: Catalog) -> Table:
    """Tabulate by how much the reserve goes beyond its limits, acre-feet."""
    heads = (catalog.message(f"river.{key}") for key in ("schedule.breach", "ledger.year", "schedule.size"))
    rule, year, size = heads
    columns = (Column("rule", rule), Column("year", year, grouped=False), Column("size_af", size))
    rows = tuple((Named(limit.id, limit.name), y.year, over) for y in rolled for limit, over in y.over)
    return Table("breaches", catalog.message("river.reserve.breaches"), columns, rows)


def _notes(
    rolled: list[ReserveYear], planned: bool, moved: int | None, river: River, mexico: Mexico, catalog: Catalog
) -> list[Text]:
    """State what the balances rest on and what they leave out.

    `moved` is what was put in less what was taken up to the first reported balance, acre-feet; None if not held or if
    the opening is the user's own.
    """
    message = catalog.message
    notes = [message("river.reserve.losses")]
    for instrument in river_instruments.of_party(river, mexico.party, [y.year for y in rolled]):
        notes += river_instruments.notes(instrument, catalog)
    if not planned:
        first = min(mexico.balances)
        balance = mexico.balances[first]
        if moved is not None and moved != balance and first + 1 in (y.year for y in rolled):
            notes.append(
                message(
                    "river.reserve.first",
                    year=str(first),
                    balance=af_text(balance, river.m3),
                    net=af_text(moved, river.m3),
                )
            )
        notes.append(message("river.reserve.missing"))
        notes.append(source_note(message("river.reserve.told"), mexico.balances_citation, catalog))
    if planned and not any(y.over for y in rolled):
        notes.append(message("river.schedule.clean"))
    return [*notes, *(rule_note(mexico.limits[key], river.m3, catalog) for key in _RESERVE)]
