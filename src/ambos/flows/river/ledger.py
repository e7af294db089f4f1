"""`ambos river ledger`: deliveries to Mexico held against the Treaty, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.errors import NoData, OutsideRule
from ambos.flows.river import district
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river.both_units import first_unit, in_both_units
from ambos.flows.river.limits import af_text, citation_cells, cut_of, hm3_of, reduction, source_note
from ambos.flows.river.limits import savings as savings_of
from ambos.flows.river.schedule import month_text
from ambos.flows.workspace import Workspace
from ambos.model.answer import NOT_APPLICABLE, Answer, Cell, Column, Named, Table, View, data_table
from ambos.model.river import River
from ambos.model.river_mexico import Mexico
from ambos.river import af
from ambos.river.ledger import LedgerYear, ledger_year
from ambos.text import Text, joined

_ANNUAL, _MONTHLY = "river_accounts_annual", "river_accounts"
_SUMS = ("delivered_af", "satisfaction_af", "excess_af", "closure_af")


def ledger(workspace: Workspace, *, year: int | None = None) -> Answer:
    """Make the ledger of deliveries to Mexico.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        All years if not given; of one, its months too.

    Returns
    -------
    Answer
        Tables ``years`` (with ``as_of``, the date of knowledge of the year's newest item), ``months``, ``district`` (the users of
        the water) and ``known``.

    Raises
    ------
    NoData
        If nothing is held (of the year).
    """
    river, mexico = workspace.river, workspace.mexico
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
    over = beyond_land_boundary(years, mexico)
    made = _years(years, savings, over, _dates_known(workspace, mexico), river, mexico, workspace.catalog)
    months = {} if year is None else _months(workspace, mexico, year)
    known = [(y.year, k.of, k.af or None, k.why, k.reliability) for y in years for k in y.known]
    catalog = workspace.catalog
    across, said = district.water(catalog, river.m3)
    title = catalog.message("river.ledger.points", unit=first_unit("af", catalog))
    return Answer(
        "river.ledger",
        title,
        (
            in_both_units(made, river.m3, catalog),
            in_both_units(_month_table(months, years[0].year, mexico, catalog), river.m3, catalog),
            *across,
            data_table("known", title, ("year", "of", "af", "why", "reliability"), known),
        ),
        citation_cells(mexico.ledger_citation),
        (*_notes(years, savings, over, river, mexico, catalog), catalog.message("river.ledger.note.own"), *said),
    )


def _items(mexico: Mexico) -> list[str]:
    return [
        mexico.satisfaction,
        mexico.excess,
        *(p.id for p in (*mexico.points, *mexico.apart)),
        *(a.id for a in mexico.accounts),
    ]


def annual(workspace: Workspace, mexico: Mexico) -> dict[int, dict[str, int | None]]:
    """Read the items of each year, acre-feet; one that the source does not give is absent."""
    table = workspace.store.table(_ANNUAL)
    wanted = table.filter(table.account.isin(_items(mexico)))
    frame = workspace.store.frame(wanted.select("period", "account", "volume_af"))
    items: dict[int, dict[str, int | None]] = {}
    for when, account, volume in frame.iter_rows():
        items.setdefault(when.year, {})[account] = volume
    return items


def _dates_known(workspace: Workspace, mexico: Mexico) -> dict[int, date]:
    """Read the date of knowledge of the newest item of each year."""
    table = workspace.store.table(_ANNUAL)
    own = table.filter(table.account.isin(_items(mexico)))
    frame = workspace.store.frame(own.group_by("period").aggregate(as_of=own.as_of.max()))
    return {when.year: as_of for when, as_of in frame.select("period", "as_of").iter_rows()}


def _months(workspace: Workspace, mexico: Mexico, year: int) -> dict[int, dict[str, int | None]]:
    table = workspace.store.table(_MONTHLY)
    wanted = table.filter(table.account.isin(_items(mexico)), table.period.year() == year)
    frame = workspace.store.frame(wanted.select("period", "account", "volume_af"))
    items: dict[int, dict[str, int | None]] = {m: {} for m in range(1, 13)}
    for when, account, volume in frame.iter_rows():
        items[when.month][account] = volume
    return items


def _head(mexico: Mexico, catalog: Catalog) -> tuple[Column, ...]:
    """Columns of the points of delivery, their sum and its closure error, acre-feet."""
    sums = (Column(key, catalog.message(f"river.ledger.{key[:-3]}"), signed=key == "closure_af") for key in _SUMS)
    return (*(Column(f"{p.id}_af", p.name) for p in mexico.points), *sums)


def _head_cells(year: LedgerYear) -> tuple[int | None, ...]:
    return (*year.points.values(), year.delivered, year.satisfaction, year.excess, year.closure)


def _years(
    years: Sequence[LedgerYear],
    savings: Mapping[int, int],
    over: Mapping[int, int],
    known: Mapping[int, date],
    river: River,
    mexico: Mexico,
    catalog: Catalog,
) -> Table:
    """Tabulate deliveries by point against what they satisfy, and the schedule; volumes of the schedule have its signs."""

    def message(key: str) -> Text:
        return catalog.message(f"river.ledger.{key}")

    columns = (
        Column("year", message("year"), grouped=False),
        *_head(mexico, catalog),
        *(Column(f"{p.id}_af", p.name) for p in mexico.apart),
        Column("delivered_hm3", None, kept=3),
        Column("satisfaction_hm3", None, kept=3),
        Column("closure_unexplained_af", None),
        Column("beyond_land_boundary_af", None),
        Column("base_af", message("base")),
        Column("reduction_af", message("reduction"), signed=True),
        Column("savings_by_rule_af", None),
        *(Column(f"{a.id}_af", a.name, signed=True) for a in mexico.accounts),
        Column("expected_af", message("expected")),
        Column("difference_af", message("difference"), signed=True),
        Column("not_held", None),
        Column("as_of", None),
    )

    def row(y: LedgerYear) -> tuple[Cell, ...]:
        accounts = {a.id: None if volume is None else a.sign * volume for a, volume in y.accounts}
        volumes = (None if v is None else hm3_of(Decimal(v), river.m3) for v in (y.delivered, y.satisfaction))
        on_land = all(y.points[p] is not None for p in mexico.land)
        return (
            y.year,
            *_head_cells(y),
            *y.apart.values(),
            *volumes,
            y.unexplained,
            over.get(y.year, 0) if on_land else None,
            y.base,
            None if y.reduction is None else -y.reduction,
            savings.get(y.year),
            *(accounts.get(a.id, NOT_APPLICABLE) for a in mexico.accounts),
            y.expected,
            y.difference,
            tuple(a.id for a in y.not_held),
            known.get(y.year),
        )

    points = ("year", *(c.key for c in _head(mexico, catalog)), *(f"{p.id}_af" for p in mexico.apart))
    accounts = (f"{a.id}_af" for a in mexico.accounts)
    schedule = ("year", "base_af", "reduction_af", *accounts, "expected_af", "satisfaction_af", "difference_af")
    pointed = tuple(i for i, y in enumerate(years) if y.delivered is not None)
    views = (
        View(message("points"), points, rows=pointed),
        View(message("schedule"), schedule, labels={"satisfaction_af": message("reported")}),
    )
    return Table("years", message("points"), columns, tuple(map(row, years)), views=views)


def _month_table(months: Mapping[int, dict[str, int | None]], year: int, mexico: Mexico, catalog: Catalog) -> Table:
    """Tabulate the items of a year by month, acre-feet."""
    others = [*(p.id for p in mexico.apart), *(a.id for a in mexico.accounts)]
    columns = (
        Column("month", catalog.message("river.schedule.month")),
        *_head(mexico, catalog),
        *(Column(f"{item}_af", None) for item in others),
    )
    rows: list[tuple[Cell, ...]] = []
    for month, items in months.items():
        made = ledger_year(mexico, year, items, 0, None)
        rows.append((Named(month, month_text(month)), *_head_cells(made), *(items.get(item) for item in others)))
    title = catalog.message("river.ledger.months").format(year=str(year), unit="{unit}")
    return Table("months", title, columns, tuple(rows))


def beyond_land_boundary(years: Sequence[LedgerYear], mexico: Mexico) -> dict[int, int]:
    """Get by how much deliveries at the land boundary exceeded the limit in a year, acre-feet."""
    limit = mexico.limits["land_boundary"]
    over = {}
    for y in years:
        volumes = [y.points[p] for p in mexico.land]
        most = int(limit.value)
        total = sum(v for v in volumes if v is not None)
        if limit.holds_in(y.year) and all(v is not None for v in volumes) and total > most:
            over[y.year] = total - most
    return over


def _notes(
    years: Sequence[LedgerYear],
    savings: Mapping[int, int],
    over: Mapping[int, int],
    river: River,
    mexico: Mexico,
    catalog: Catalog,
) -> list[Text]:
    """List the notes on what is left open, why, and the sources of the figures."""
    message = catalog.message
    notes = [message("river.ledger.note.signs")]
    for y in years:
        missing = [p.name for p in mexico.points if y.points[p.id] is None]
        if y.delivered is not None and missing:
            notes.append(message("river.ledger.note.points", year=str(y.year), names=joined(missing)))
        for k in y.known:
            notes.append(message(f"river.ledger.note.{k.of}", year=str(y.year), why=k.why))
        if y.not_held:
            said = {"year": str(y.year), "names": joined([a.name for a in y.not_held])}
            if y.year in savings:
                notes.append(message("river.ledger.note.accounts", **said, savings=af_text(savings[y.year], river.m3)))
            else:
                notes.append(message("river.ledger.note.not_held", **said))
    for instrument in river_instruments.of_party(river, mexico.party, [y.year for y in years]):
        notes += river_instruments.notes(instrument, catalog)
    if over:
        limit = mexico.limits["land_boundary"]
        listed = joined([Text.same(f"{y}: ") + af_text(v, river.m3) for y, v in over.items()], "; ")
        most = af_text(limit.value, river.m3)
        notes.append(message("river.ledger.note.land", name=limit.name, most=most, years=listed))
    what = message("river.ledger.points", unit=first_unit("af", catalog))
    notes.append(source_note(what, mexico.ledger_citation, catalog))
    if any(y.year in mexico.surplus_years for y in years):
        notes.append(source_note(message("river.ledger.surplus"), mexico.surplus_citation, catalog))
    if any(y.year <= mexico.unreduced_until for y in years):
        notes.append(source_note(message("river.ledger.reduction"), mexico.unreduced_citation, catalog))
    return notes
