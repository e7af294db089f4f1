"""`ambos river schedule`: an annual order for Mexico as a monthly schedule, and every breach of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from babel.dates import get_month_names

from ambos.catalog import Catalog
from ambos.errors import BadSchedule, NoData, bad_request
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river.both_units import in_both_units
from ambos.flows.river.instruments import of_year
from ambos.flows.river.limits import (
    af_text,
    cut_of,
    hm3_of,
    limit_table,
    limits_of,
    rule_note,
    savings,
    this_year,
)
from ambos.flows.river.order import order_of
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.codes import TOTAL
from ambos.model.river_mexico import DatedLimit
from ambos.numbers import LOCALE, both
from ambos.river import af
from ambos.river.schedule import Breach, ScheduleMonth, allowed, breaches, last_notice, spread
from ambos.river.schedule_file import read
from ambos.text import LANGUAGES, Text, joined

_RULES = ("surplus", "change", "notice", "land_boundary")
_DATASET = "river_accounts"
UNITS = ("af", "hm3")


def schedule(
    workspace: Workspace,
    *,
    year: int | None = None,
    order: Decimal | None = None,
    unit: str = "af",
    like: int | None = None,
    file: Path | None = None,
    created: Decimal | None = None,
    delivered: Decimal | None = None,
) -> Answer:
    """Make a monthly schedule of an annual order.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        The current one if not given.
    order : Decimal, optional
        The annual order; the published one of the year if not given, or else what the rules leave of the guaranteed
        quantity.
    unit : str
        Of all volumes, those in `file` too: one of `UNITS`.
    like : int, optional
        The year whose monthly satisfaction of the Treaty the months follow; the newest complete one if not given.
    file : Path, optional
        A schedule or shares of the user's own, in place of `like`.
    created, delivered : Decimal, optional
        What Mexico puts into its reserve out of the order, and takes from it on top.

    Returns
    -------
    Answer
        Tables ``mexico_order``, ``months``, ``breaches`` and ``rules``.

    Raises
    ------
    NoRule
        If a rule does not hold in the year.
    OutsideRule
        If no order is given and the cuts of the year are not known.
    BadRequest
        If a volume is negative, nothing is left to order, or both a file and a year to follow are given.
    BadSchedule
        If the file is wrong, or more is delivered at the land boundary in a month than there is.
    NoData
        If the months of `like` are not held.
    """
    if file is not None and like is not None:
        raise bad_request(
            "Give a file or a year to follow, not both.", "Indique un archivo o un año de referencia, no ambos."
        )
    river, mexico = workspace.river, workspace.mexico
    year = this_year(workspace) if year is None else year
    reserved = {"reserve_creation": created, "reserve_delivery": delivered}
    limits = limits_of(mexico, year, (*_RULES, *(name for name, x in reserved.items() if x is not None)))
    party = river.parties[mexico.party]
    per_unit = Fraction(1) if unit == "af" else 1_000_000 / Fraction(river.m3)
    message = workspace.catalog.message
    published = order_of(river, mexico, year) if order is None else None
    others = [i for i in of_year(river, year) if i.party == mexico.party]
    notes: list[Text] = []
    said: dict[str, object] = {"year": str(year)}
    if order is not None:
        kind, left = "given", _volume(order) * per_unit
    elif published is not None:
        kind, left = "published", Fraction(published.order.af)
        notes = river_order.notes(published, workspace.catalog)
    else:
        cut = cut_of(river, mexico.party, year)
        kind, left = "left", Fraction(af(party.apportionment - cut.by_tables + cut.addition))
        said["cut"] = af_text(af(cut.by_tables), river.m3)
        if savings(cut):
            notes.append(message("river.schedule.savings", af=af_text(af(savings(cut)), river.m3)))
        notes += [message("river.order.not_held", year=str(year), name=i.name) for i in others if i.state == "in_force"]
    notes += [note for i in others for note in river_instruments.notes(i, workspace.catalog)]
    put, taken = (_volume(x) * per_unit for x in (created, delivered))
    volume = round(left - put + taken)
    reserve = {"put": af_text(exact(put, 0), river.m3), "taken": af_text(exact(taken, 0), river.m3)}
    basis = message(f"river.schedule.{kind}", **said, **reserve)
    if volume <= 0:
        raise bad_request("The order must be more than 0.", "El pedido debe ser mayor que 0.")
    if file is not None:
        written = read(file, per_unit)
        weights, months = written.shares, written.months
        profile = message("river.schedule.file", file=file.name)
    else:
        like, weights = _like(workspace, mexico.satisfaction, like)
        months = tuple(ScheduleMonth(m, Fraction(0)) for m in range(1, 13))
        profile = message("river.schedule.like", year=str(like), source=mexico.ledger_citation.source)
    if weights:
        shares = spread(volume, weights)
        months = tuple(
            ScheduleMonth(m.month, Fraction(share), m.revised, m.notice, m.land)
            for m, share in zip(months, shares, strict=True)
        )
    if file is not None:
        _hold_land(file, months)
    guaranteed = Fraction(af(party.apportionment))
    broken = breaches(year, volume, months, guaranteed, mexico.limits, put, taken)
    catalog = workspace.catalog
    short = volume - round(sum((m.final for m in months), Fraction(0)))
    if any(m.revised is not None for m in months) and short > 0:
        after = [message("river.schedule.short", af=af_text(short, river.m3))]
    else:
        after = []
    if not broken:
        after.append(message("river.schedule.clean"))
    hm3 = hm3_of(Decimal(volume), river.m3)
    return Answer(
        "river.schedule",
        message("river.schedule.heading", year=str(year), af=af_text(volume, river.m3)),
        (
            river_order.table(published, catalog),
            in_both_units(_months(year, volume, months, limits[1], limits[2], river.m3, catalog), river.m3, catalog),
            _breaches(broken, river.m3, catalog),
            limit_table(limits, catalog),
        ),
        {
            **river_order.facts(published),
            "year": year,
            "order_af": volume,
            "order_hm3": round(hm3, 3),
            "basis": basis,
            "profile": profile,
        },
        (basis, *notes, profile, *after, *(rule_note(limit, river.m3, catalog) for limit in limits)),
    )


def _hold_land(file: Path, months: Sequence[ScheduleMonth]) -> None:
    """Refuse a month of which more is delivered at the land boundary than there is."""
    said = Text(
        "  {month}: land is more than the month ({all} acre-feet)",
        "  {month}: land es más que el mes ({all} acres-pie)",
    )
    over = [m for m in months if m.land is not None and m.land > m.final]
    if over:
        listed = [said.format(month=month_text(m.month), all=both(exact(m.final))) for m in over]
        lines = joined(listed, "\n")
        raise BadSchedule(file=file, count=len(over), problems=lines)


def _volume(given: Decimal | None) -> Fraction:
    if given is None:
        return Fraction(0)
    if not (given.is_finite() and given >= 0):
        raise bad_request("A volume is 0 or more.", "Un volumen es 0 o más.")
    return Fraction(given)


def _like(workspace: Workspace, account: str, year: int | None) -> tuple[int, tuple[Fraction, ...]]:
    """The monthly volumes of a year, the newest with all twelve months if none is given."""
    table = workspace.store.table(_DATASET)
    frame = workspace.store.frame(table.filter(table.account == account).select("period", "volume_af"))
    held: dict[int, dict[int, int]] = {}
    for when, volume in frame.iter_rows():
        if volume is not None:
            held.setdefault(when.year, {})[when.month] = volume
    whole = [y for y, months in held.items() if len(months) == 12]
    if not whole or (year is not None and year not in whole):
        wanted = "" if year is None else str(year)
        what = Text(
            f"twelve months of deliveries to Mexico {wanted}".rstrip(),
            f"doce meses de entregas a México {wanted}".rstrip(),
        )
        raise NoData(what=what)
    chosen = max(whole) if year is None else year
    return chosen, tuple(Fraction(held[chosen][m]) for m in range(1, 13))


def exact(volume: Fraction, decimals: int = 3) -> Decimal:
    """A fraction as a decimal number, rounded."""
    return round(Decimal(volume.numerator) / Decimal(volume.denominator), decimals)


def month_text(month: int) -> Text:
    """The name of a month."""
    return Text(*(str(get_month_names("wide", locale=LOCALE[k])[month]) for k in LANGUAGES))


def _month(month: int | None, catalog: Catalog) -> Text:
    if month is None:
        return catalog.message("river.schedule.year")
    return month_text(month)


def _months(
    year: int,
    order: int,
    months: Sequence[ScheduleMonth],
    change: DatedLimit,
    notice: DatedLimit,
    m3: Decimal,
    catalog: Catalog,
) -> Table:
    """Tabulate the months, how far each may be changed (to the whole acre-foot, inwards) and until when."""
    revised = any(m.revised is not None for m in months)
    land = any(m.land is not None for m in months)

    def head(key: str, shown: bool = True) -> Text | None:
        return catalog.message(f"river.schedule.{key}") if shown else None

    def volumes(name: str, label: Text | None, hm3: Text | None = None) -> tuple[Column, Column]:
        return Column(f"{name}_af", label, kept=3), Column(f"{name}_hm3", hm3, 3, kept=3)

    columns = (
        Column("month", head("month")),
        *volumes("scheduled", head("scheduled"), head("hm3")),
        Column("share_percent", head("share"), 2),
        *volumes("revised", head("revised", revised)),
        *volumes("least", head("least")),
        *volumes("most", head("most")),
        Column("notice_by", head("notice")),
        Column("notice", None),
        *volumes("land_boundary", head("land", land)),
    )

    def both_units(volume: Fraction | None) -> tuple[Decimal | None, Decimal | None]:
        return (None, None) if volume is None else (exact(volume), hm3_of(exact(volume), m3))

    def row(m: ScheduleMonth) -> tuple[Cell, ...]:
        low, high = allowed(m.scheduled, change)
        return (
            Named(m.month, month_text(m.month)),
            *both_units(m.scheduled),
            exact(100 * m.scheduled / order),
            *both_units(m.revised),
            *both_units(Fraction(ceil(low))),
            *both_units(Fraction(floor(high))),
            last_notice(year, m.month, notice),
            m.notice,
            *both_units(m.land),
        )

    whole, final, at_land = (
        sum((x for x in volumes if x is not None), Fraction(0))
        for volumes in ([m.scheduled for m in months], [m.final for m in months], [m.land for m in months])
    )
    total = (
        Named(TOTAL, catalog.message("river.schedule.year")),
        *both_units(whole),
        exact(100 * whole / order),
        *both_units(final),
        *(None,) * 6,
        *both_units(at_land),
    )
    return Table("months", catalog.message("river.schedule.title"), columns, tuple(map(row, months)), (total,))


def _breaches(broken: Sequence[Breach], m3: Decimal, catalog: Catalog) -> Table:
    """Tabulate breaches of the rules: by how many acre-feet, or days."""
    message = catalog.message
    columns = (
        Column("breach", message("river.schedule.breach")),
        Column("month", message("river.schedule.month")),
        Column("size_af", message("river.schedule.size"), kept=3),
        Column("size_hm3", message("river.schedule.size_hm3"), 3, kept=3),
        Column("days", message("river.limit.days") if any(b.fault == "notice" for b in broken) else None),
    )
    rows: list[tuple[Cell, ...]] = []
    for b in broken:
        size = None if b.size is None or b.fault == "notice" else exact(b.size)
        days = int(b.size) if b.size is not None and b.fault == "notice" else None
        month = TOTAL if b.month is None else b.month
        rows.append(
            (
                Named(b.fault, message(f"river.breach.{b.fault}")),
                Named(month, _month(b.month, catalog)),
                size,
                None if size is None else hm3_of(size, m3),
                days,
            )
        )
    return Table("breaches", message("river.schedule.breaches"), columns, tuple(rows))
