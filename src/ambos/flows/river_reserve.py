"""`ambos river reserve`: Mexico's reserve in Lake Mead, rolled forward year by year and held against its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.errors import BadRequest, NoData
from ambos.flows import river_instruments
from ambos.flows.river_ledger import annual, change, hm3
from ambos.flows.river_limits import cited, limit_record, limits_of, rule_note, source_note
from ambos.flows.workspace import Workspace
from ambos.model.river import River
from ambos.model.river_mexico import Mexico
from ambos.model.table import TextTable
from ambos.numbers import both
from ambos.river.ledger import ReserveYear, reserve_year
from ambos.text import Text

_RESERVE = ("reserve_creation", "reserve_delivery", "reserve_capacity")


@dataclass(frozen=True, slots=True)
class Reserve:
    """An answer: years of the reserve, from the oldest; planned if the user gave what is put in or taken.

    `moved` is what was put in less what was taken up to the first balance that was reported, None if not held or if
    the opening is the user's own.
    """

    river: River
    mexico: Mexico
    years: tuple[ReserveYear, ...]
    planned: bool
    moved: int | None


def reserve(
    workspace: Workspace,
    *,
    year: int | None = None,
    opening: int | None = None,
    created: int | None = None,
    delivered: int | None = None,
) -> Reserve:
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

    Raises
    ------
    NoRule
        If the limits do not hold in the year.
    NoData
        If the opening balance is not held.
    BadRequest
        If volumes are given without a year, one is negative, or more is taken than there is.
    """
    river = load_river(workspace.catalog)
    mexico = load_mexico(workspace.catalog, river)
    planned = created is not None or delivered is not None
    if year is None:
        if planned or opening is not None:
            raise BadRequest(detail=Text("Volumes need a year (--year).", "Los volúmenes requieren un año (--year)."))
        years = sorted(mexico.balances)[1:]
    else:
        limits_of(mexico, year, _RESERVE)
        years = [year]
    held = {} if planned else annual(workspace, mexico)
    put, taken = mexico.reserve
    found = []
    for y in years:
        start = mexico.balances.get(y - 1) if opening is None else opening
        if start is None and year is not None:
            what = Text(f"the balance of the reserve before {y}", f"el saldo de la reserva antes de {y}")
            raise NoData(what=what)
        if planned:
            found.append(reserve_year(mexico, y, start, created or 0, delivered or 0, None))
        else:
            items = held.get(y, {})
            found.append(reserve_year(mexico, y, start, items.get(put), items.get(taken), mexico.balances.get(y)))
    earlier = [items for y, items in held.items() if opening is None and y <= min(mexico.balances)]
    moved = [
        sign * v for items in earlier for key, sign in ((put, 1), (taken, -1)) if (v := items.get(key)) is not None
    ]
    return Reserve(river, mexico, tuple(found), planned, sum(moved) if moved else None)


def tables(found: Reserve, catalog: Catalog) -> list[TextTable]:
    """The reserve by year, and where it goes beyond its limits."""
    message = catalog.message
    heads = ["opening", "created", "delivered", "closing", *([] if found.planned else ["told", "open", "change"])]
    over = [(y, limit, size) for y in found.years for limit, size in y.over]
    return [
        TextTable(
            "river-reserve",
            message("river.reserve.title"),
            (message("river.ledger.year"), *(message(f"river.reserve.{key}") for key in heads)),
            tuple(
                (
                    Text.same(str(y.year)),
                    *(both(v) for v in (y.opening, y.created, y.delivered, y.closing)),
                    *(() if found.planned else (both(y.reported), change(y.difference), change(y.change))),
                )
                for y in found.years
            ),
        ),
        TextTable(
            "river-reserve-breaches",
            message("river.reserve.breaches"),
            tuple(message(f"river.{key}") for key in ("schedule.breach", "ledger.year", "schedule.size")),
            tuple((limit.name, Text.same(str(y.year)), both(size)) for y, limit, size in over),
            texts=2,
        ),
    ]


def notes(found: Reserve, catalog: Catalog) -> list[Text]:
    """What the balances rest on and what they leave out."""
    message = catalog.message
    told = [message("river.reserve.losses")]
    for instrument in river_instruments.of_party(found.river, found.mexico.party, [y.year for y in found.years]):
        told += river_instruments.notes(instrument, catalog)
    if not found.planned:
        first = min(found.mexico.balances)
        balance = found.mexico.balances[first]
        if found.moved not in (None, balance) and first + 1 in (y.year for y in found.years):
            what = {"year": str(first), "balance": both(balance), "net": both(found.moved)}
            told.append(message("river.reserve.first", **what))
        told.append(message("river.reserve.missing"))
        told.append(source_note(message("river.reserve.told"), found.mexico.balances_citation, catalog))
    if found.planned and not any(y.over for y in found.years):
        told.append(message("river.schedule.clean"))
    return [*told, *(rule_note(found.mexico.limits[key], catalog) for key in _RESERVE)]


def record(found: Reserve, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``; acre-feet."""
    return {
        "planned": found.planned,
        "years": [
            {
                "year": y.year,
                "opening_af": y.opening,
                "created_af": y.created,
                "delivered_af": y.delivered,
                "closing_af": y.closing,
                "closing_hm3": None if y.closing is None else hm3(y.closing, found.river),
                "reported_af": y.reported,
                "difference_af": y.difference,
                "change_af": y.change,
                "breaches": [
                    {"rule": limit.id, "name": limit.name.record(), "size_af": size} for limit, size in y.over
                ],
            }
            for y in found.years
        ],
        "rules": [limit_record(found.mexico.limits[key]) for key in _RESERVE],
        **cited(found.mexico.balances_citation),
        "notes": [note.record() for note in notes(found, catalog)],
    }
