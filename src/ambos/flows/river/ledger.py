"""`ambos river ledger`: deliveries to Mexico held against the Treaty, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.errors import NoData, OutsideRule
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river.limits import (
    cited,
    cut_of,
    hm3_of,
    reduction,
    source_note,
)
from ambos.flows.river.limits import savings as savings_of
from ambos.flows.river.schedule import month_text
from ambos.flows.workspace import Workspace
from ambos.model.river import River
from ambos.model.river_mexico import Mexico
from ambos.model.table import TextTable
from ambos.numbers import both, signed
from ambos.river import af
from ambos.river.ledger import LedgerYear, ledger_year
from ambos.text import LANGUAGES, Text

_ANNUAL, _MONTHLY = "river_accounts_annual", "river_accounts"


@dataclass(frozen=True, slots=True)
class Ledger:
    """An answer.

    Attributes
    ----------
    river : River
    mexico : Mexico
    years : tuple of LedgerYear
        From the oldest.
    months : mapping of int to mapping of str to int or None
        Of the one year that was asked for: items by month; empty for more years.
    savings : mapping of int to int
        What the rules ask Mexico to save in a year (contingency plan), acre-feet.
    """

    river: River
    mexico: Mexico
    years: tuple[LedgerYear, ...]
    months: dict[int, dict[str, int | None]]
    savings: dict[int, int]


def ledger(workspace: Workspace, *, year: int | None = None) -> Ledger:
    """Make the ledger of deliveries to Mexico.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        All years if not given; of one, its months too.

    Raises
    ------
    NoData
        If nothing is held (of the year).
    """
    river = load_river(workspace.catalog)
    mexico = load_mexico(workspace.catalog, river)
    held = annual(workspace, mexico)
    if year is not None:
        held = {y: items for y, items in held.items() if y == year}
    held = {y: items for y, items in held.items() if items.get(mexico.satisfaction) is not None}
    if not held:
        when = "" if year is None else f" {year}"
        raise NoData(what=Text(f"the deliveries to Mexico{when}", f"las entregas a México{when}"))
    guaranteed = int(af(river.parties[mexico.party].apportionment))
    years, savings = [], {}
    for y in sorted(held):
        taken: int | None = 0
        if y > mexico.unreduced_until:
            try:
                cut = cut_of(river, mexico.party, y)
            except (OutsideRule, NoData):  # said in the answer: there is no identity of the schedule for such a year
                taken = None
            else:
                taken, savings[y] = reduction(cut), int(af(savings_of(cut)))
        years.append(ledger_year(mexico, y, held[y], guaranteed, taken))
    months = {} if year is None else _months(workspace, mexico, year)
    return Ledger(river, mexico, tuple(years), months, savings)


def _items(mexico: Mexico) -> list[str]:
    return [
        mexico.satisfaction,
        mexico.excess,
        *(p.id for p in (*mexico.points, *mexico.apart)),
        *(a.id for a in mexico.accounts),
    ]


def annual(workspace: Workspace, mexico: Mexico) -> dict[int, dict[str, int | None]]:
    """Items by year; what the source does not tell is not there."""
    table = workspace.store.table(_ANNUAL)
    wanted = table.filter(table.account.isin(_items(mexico)))
    frame = workspace.store.frame(wanted.select("period", "account", "volume_af"))
    found: dict[int, dict[str, int | None]] = {}
    for when, account, volume in frame.iter_rows():
        found.setdefault(when.year, {})[account] = volume
    return found


def dates_known(workspace: Workspace, mexico: Mexico) -> dict[int, date]:
    """The date of knowledge of the newest item of each year."""
    table = workspace.store.table(_ANNUAL)
    own = table.filter(table.account.isin(_items(mexico)))
    frame = workspace.store.frame(own.group_by("period").aggregate(as_of=own.as_of.max()))
    return {when.year: as_of for when, as_of in frame.select("period", "as_of").iter_rows()}


def _months(workspace: Workspace, mexico: Mexico, year: int) -> dict[int, dict[str, int | None]]:
    table = workspace.store.table(_MONTHLY)
    wanted = table.filter(table.account.isin(_items(mexico)), table.period.year() == year)
    frame = workspace.store.frame(wanted.select("period", "account", "volume_af"))
    found: dict[int, dict[str, int | None]] = {m: {} for m in range(1, 13)}
    for when, account, volume in frame.iter_rows():
        found[when.month][account] = volume
    return found


def change(value: int | None) -> Text:
    """A change with its sign, in both languages."""
    return Text(*(signed(value, 0, language) for language in LANGUAGES))


def tables(found: Ledger, catalog: Catalog) -> list[TextTable]:
    """Deliveries against what they satisfy; the schedule; of one year its months."""
    message, mexico = catalog.message, found.mexico
    pointed = [y for y in found.years if y.delivered is not None]
    points = TextTable(
        "river-ledger",
        message("river.ledger.points"),
        (
            message("river.ledger.year"),
            *(p.name for p in mexico.points),
            *(message(f"river.ledger.{key}") for key in ("delivered", "satisfaction", "excess", "closure")),
            *(p.name for p in mexico.apart),
        ),
        tuple(
            (
                Text.same(str(y.year)),
                *(both(y.points[p.id]) for p in mexico.points),
                *(both(v) for v in (y.delivered, y.satisfaction, y.excess)),
                change(y.closure),
                *(both(y.apart[p.id]) for p in mexico.apart),
            )
            for y in pointed
        ),
    )
    scheduled = TextTable(
        "river-ledger-schedule",
        message("river.ledger.schedule"),
        (
            message("river.ledger.year"),
            message("river.ledger.base"),
            message("river.ledger.reduction"),
            *(a.name for a in mexico.accounts),
            *(message(f"river.ledger.{key}") for key in ("expected", "reported", "difference")),
        ),
        tuple(_schedule_row(y, mexico) for y in found.years),
    )
    return [points, scheduled, *([_month_table(found, catalog)] if found.months else [])]


def _schedule_row(year: LedgerYear, mexico: Mexico) -> tuple[Text, ...]:
    accounts = {a.id: None if af is None else a.sign * af for a, af in year.accounts}
    none = Text("·", "·")  # there was no such account in the year
    return (
        Text.same(str(year.year)),
        both(year.base),
        change(None if year.reduction is None else -year.reduction),
        *(change(accounts[a.id]) if a.id in accounts else none for a in mexico.accounts),
        both(year.expected),
        both(year.satisfaction),
        change(year.difference),
    )


def _month_table(found: Ledger, catalog: Catalog) -> TextTable:
    mexico, message = found.mexico, catalog.message
    rows = []
    for number, items in found.months.items():
        made = ledger_year(mexico, found.years[0].year, items, 0, None)
        rows.append(
            (
                month_text(number),
                *(both(made.points[p.id]) for p in mexico.points),
                *(both(v) for v in (made.delivered, made.satisfaction, made.excess)),
                change(made.closure),
            )
        )
    return TextTable(
        "river-ledger-months",
        message("river.ledger.months", year=str(found.years[0].year)),
        (
            message("river.schedule.month"),
            *(p.name for p in mexico.points),
            *(message(f"river.ledger.{key}") for key in ("delivered", "satisfaction", "excess", "closure")),
        ),
        tuple(rows),
    )


def beyond_land_boundary(found: Ledger) -> dict[int, int]:
    """By how much deliveries at the land boundary were beyond the limit in a year, acre-feet."""
    limit = found.mexico.limits["land_boundary"]
    over = {}
    for y in found.years:
        volumes = [y.points[p] for p in found.mexico.land]
        most = int(limit.value)
        total = sum(v for v in volumes if v is not None)
        if limit.holds_in(y.year) and all(v is not None for v in volumes) and total > most:
            over[y.year] = total - most
    return over


def notes(found: Ledger, catalog: Catalog) -> list[Text]:
    """What is left open and why, and what the figures rest on."""
    message, mexico = catalog.message, found.mexico
    told = [message("river.ledger.note.signs")]
    for y in found.years:
        missing = [p.name for p in mexico.points if y.points[p.id] is None]
        if y.delivered is not None and missing:
            told.append(message("river.ledger.note.points", year=str(y.year), names=_list(missing)))
        for k in y.known:
            told.append(message(f"river.ledger.note.{k.of}", year=str(y.year), why=k.why))
        if y.year in found.savings and y.not_held:
            told.append(
                message(
                    "river.ledger.note.accounts",
                    year=str(y.year),
                    names=_list([a.name for a in y.not_held]),
                    savings=both(found.savings[y.year]),
                )
            )
        elif y.not_held:
            told.append(
                message("river.ledger.note.not_held", year=str(y.year), names=_list([a.name for a in y.not_held]))
            )
    for instrument in river_instruments.of_party(found.river, mexico.party, [y.year for y in found.years]):
        told += river_instruments.notes(instrument, catalog)
    over = beyond_land_boundary(found)
    if over:
        years = "; ".join(f"{y}: {both(v).en}" for y, v in over.items())
        told.append(
            message(
                "river.ledger.note.land",
                name=mexico.limits["land_boundary"].name,
                most=both(mexico.limits["land_boundary"].value),
                years=years,
            )
        )
    told.append(source_note(message("river.ledger.points"), mexico.ledger_citation, catalog))
    if any(y.year in mexico.surplus_years for y in found.years):
        told.append(source_note(message("river.ledger.surplus"), mexico.surplus_citation, catalog))
    if any(y.year <= mexico.unreduced_until for y in found.years):
        told.append(source_note(message("river.ledger.reduction"), mexico.unreduced_citation, catalog))
    return told


def _list(names: list[Text]) -> Text:
    return Text(", ".join(n.en for n in names), ", ".join(n.es for n in names))


def record(found: Ledger, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``; acre-feet."""
    over = beyond_land_boundary(found)
    return {
        "years": [
            {
                "year": y.year,
                "points_af": dict(y.points),
                "delivered_af": y.delivered,
                "delivered_hm3": None if y.delivered is None else hm3(y.delivered, found.river),
                "satisfaction_af": y.satisfaction,
                "satisfaction_hm3": None if y.satisfaction is None else hm3(y.satisfaction, found.river),
                "excess_af": y.excess,
                "closure_af": y.closure,
                "closure_unexplained_af": y.unexplained,
                "apart_af": dict(y.apart),
                "beyond_land_boundary_af": over.get(y.year, 0)
                if all(y.points[p] is not None for p in found.mexico.land)
                else None,
                "schedule": {
                    "base_af": y.base,
                    "reduction_af": y.reduction,
                    "savings_by_rule_af": found.savings.get(y.year),
                    "accounts_af": {a.id: volume for a, volume in y.accounts},
                    "not_held": [a.id for a in y.not_held],
                    "expected_af": y.expected,
                    "difference_af": y.difference,
                },
                "known": [
                    {"of": k.of, "af": k.af or None, "why": k.why.record(), "reliability": k.reliability}
                    for k in y.known
                ],
            }
            for y in found.years
        ],
        "months": [{"month": m, **items} for m, items in found.months.items()],
        **cited(found.mexico.ledger_citation),
        "notes": [note.record() for note in notes(found, catalog)],
    }


def hm3(volume: int, river: River) -> Decimal:
    """Cubic hectometres of acre-feet, to the litre of a thousand."""
    return round(hm3_of(Decimal(volume), river.m3), 3)
