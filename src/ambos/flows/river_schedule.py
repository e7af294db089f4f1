"""`ambos river schedule`: an annual order for Mexico as a monthly schedule, and every breach of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

from babel.dates import get_month_names

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.errors import BadRequest, BadSchedule, NoData
from ambos.flows import river_instruments, river_order
from ambos.flows.river_instruments import of_year
from ambos.flows.river_limits import (
    cut_of,
    hm3_of,
    limit_record,
    limits_of,
    rule_note,
    savings,
    this_year,
)
from ambos.flows.river_order import MexicoOrder, order_of
from ambos.flows.workspace import Workspace
from ambos.model.river import River
from ambos.model.river_mexico import Limit
from ambos.model.table import TextTable
from ambos.numbers import LOCALE, both, day
from ambos.river import af
from ambos.river.schedule import Breach, Month, allowed, breaches, last_notice, spread
from ambos.river.schedule_file import read
from ambos.text import LANGUAGES, Text

_RULES = ("surplus", "change", "notice", "land_boundary")
_DATASET = "river_accounts"
UNITS = ("af", "hm3")


@dataclass(frozen=True, slots=True)
class Schedule:
    """An answer.

    Attributes
    ----------
    river : River
    year : int
    order : int
        Acre-feet.
    published : MexicoOrder or None
        The published order that it is taken from.
    basis : tuple of Text
        What the order is, and what else is in force for it.
    profile : Text
        What the months follow.
    months : tuple of Month
    breaches : tuple of Breach
    limits : tuple of Limit
    """

    river: River
    year: int
    order: int
    published: MexicoOrder | None
    basis: tuple[Text, ...]
    profile: Text
    months: tuple[Month, ...]
    breaches: tuple[Breach, ...]
    limits: tuple[Limit, ...]


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
) -> Schedule:
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
        raise BadRequest(
            detail=Text(
                "Give a file or a year to follow, not both.", "Indique un archivo o un año de referencia, no ambos."
            )
        )
    river = load_river(workspace.catalog)
    mexico = load_mexico(workspace.catalog, river)
    year = this_year(workspace) if year is None else year
    reserved = {"reserve_creation": created, "reserve_delivery": delivered}
    limits = limits_of(mexico, year, (*_RULES, *(name for name, x in reserved.items() if x is not None)))
    party = river.parties[mexico.party]
    per_unit = Fraction(1) if unit == "af" else 1_000_000 / Fraction(river.m3)
    message = workspace.catalog.message
    published = order_of(river, mexico, year) if order is None else None
    others = [i for i in of_year(river, year) if i.party == mexico.party]
    told: list[Text] = []
    said: dict[str, object] = {"year": str(year)}
    if order is not None:
        kind, left = "given", _volume(order) * per_unit
    elif published is not None:
        kind, left = "published", Fraction(published.order.af)
        told = river_order.notes(published, workspace.catalog)
    else:
        cut = cut_of(river, mexico.party, year)
        kind, left = "left", Fraction(af(party.apportionment - cut.by_tables + cut.addition))
        said["cut"] = both(af(cut.by_tables))
        if savings(cut):
            told.append(message("river.schedule.savings", af=both(af(savings(cut)))))
        told += [message("river.order.not_held", year=str(year), name=i.name) for i in others if i.state == "in_force"]
    told += [note for i in others for note in river_instruments.notes(i, workspace.catalog)]
    put, taken = (_volume(x) * per_unit for x in (created, delivered))
    volume = round(left - put + taken)
    reserve = {"put": both(exact(put, 0)), "taken": both(exact(taken, 0))}
    basis = message(f"river.schedule.{kind}", **said, **reserve)
    if volume <= 0:
        raise BadRequest(detail=Text("The order must be more than 0.", "El pedido debe ser mayor que 0."))
    if file is not None:
        written = read(file, per_unit)
        weights, months = written.shares, written.months
        profile = message("river.schedule.file", file=file.name)
    else:
        like, weights = _like(workspace, mexico.satisfaction, like)
        months = tuple(Month(m, Fraction(0)) for m in range(1, 13))
        profile = message("river.schedule.like", year=str(like), source=mexico.ledger_citation.source)
    if weights:
        shares = spread(volume, weights)
        months = tuple(
            Month(m.month, Fraction(share), m.revised, m.notice, m.land)
            for m, share in zip(months, shares, strict=True)
        )
    if file is not None:
        _hold_land(file, months)
    guaranteed = Fraction(af(party.apportionment))
    found = breaches(year, volume, months, guaranteed, mexico.limits, put, taken)
    return Schedule(river, year, volume, published, (basis, *told), profile, months, found, limits)


def _hold_land(file: Path, months: Sequence[Month]) -> None:
    """Refuse a month of which more is delivered at the land boundary than there is.

    Raises
    ------
    BadSchedule
    """
    said = Text(
        "  {month}: land is more than the month ({all} acre-feet)",
        "  {month}: land es más que el mes ({all} acres-pie)",
    )
    over = [m for m in months if m.land is not None and m.land > m.final]
    if over:
        told = [said.format(month=month_text(m.month), all=both(exact(m.final))) for m in over]
        lines = Text("\n".join(t.en for t in told), "\n".join(t.es for t in told))
        raise BadSchedule(file=file, count=len(over), problems=lines)


def _volume(given: Decimal | None) -> Fraction:
    if given is None:
        return Fraction(0)
    if not (given.is_finite() and given >= 0):
        raise BadRequest(detail=Text("A volume is 0 or more.", "Un volumen es 0 o más."))
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


def heading(found: Schedule, catalog: Catalog) -> Text:
    """The answer in one line."""
    return catalog.message(
        "river.schedule.heading",
        year=str(found.year),
        af=both(found.order),
        hm3=both(hm3_of(Decimal(found.order), found.river.m3), 3),
    )


def tables(found: Schedule, catalog: Catalog) -> list[TextTable]:
    """The months, with how far each may be changed and until when; the breaches."""
    message, m3 = catalog.message, found.river.m3
    change, notice = found.limits[1], found.limits[2]
    revised = any(m.revised is not None for m in found.months)
    land = any(m.land is not None for m in found.months)
    rows = []
    for m in found.months:
        low, high = allowed(m.scheduled, change)  # to the whole acre-foot, inwards
        last = last_notice(found.year, m.month, notice)
        rows.append(
            (
                _month(m.month, catalog),
                both(exact(m.scheduled)),
                both(hm3_of(exact(m.scheduled), m3), 3),
                both(exact(100 * m.scheduled / found.order), 2),
                *((both(None if m.revised is None else exact(m.revised)),) if revised else ()),
                both(Decimal(ceil(low))),
                both(Decimal(floor(high))),
                Text(day(last, "en"), day(last, "es")),
                *((both(None if m.land is None else exact(m.land)),) if land else ()),
            )
        )
    whole, final, at_land = (
        exact(sum(x, Fraction(0)))
        for x in (
            [m.scheduled for m in found.months],
            [m.final for m in found.months],
            [m.land for m in found.months if m.land is not None],
        )
    )
    blank = Text("–", "–")
    rows.append(
        (
            _month(None, catalog),
            both(whole),
            both(hm3_of(whole, m3), 3),
            both(100 * whole / found.order, 2),
            *((both(final),) if revised else ()),
            blank,
            blank,
            blank,
            *((both(at_land),) if land else ()),
        )
    )
    heads = ["month", "scheduled", "hm3", "share", *(["revised"] if revised else []), "least", "most", "notice"]
    return [
        *([] if found.published is None else [river_order.table(found.published, catalog)]),
        TextTable(
            "river-schedule",
            message("river.schedule.title"),
            tuple(message(f"river.schedule.{key}") for key in [*heads, *(["land"] if land else [])]),
            tuple(rows),
        ),
        TextTable(
            "river-schedule-breaches",
            message("river.schedule.breaches"),
            tuple(message(f"river.schedule.{key}") for key in ("breach", "month", "size", "size_hm3")),
            tuple(_breach(b, found, catalog) for b in found.breaches),
            texts=2,
        ),
    ]


def _breach(breach: Breach, found: Schedule, catalog: Catalog) -> tuple[Text, ...]:
    name = catalog.message(f"river.breach.{breach.fault}")
    month = _month(breach.month, catalog)
    if breach.size is None:
        return name, month, Text("–", "–"), Text("–", "–")
    if breach.fault == "notice":
        unit = catalog.message("river.limit.days")
        return name, month, Text(*(f"{int(breach.size)} {unit[k]}" for k in LANGUAGES)), Text("–", "–")
    size = exact(breach.size)
    return name, month, both(size), both(hm3_of(size, found.river.m3), 3)


def notes(found: Schedule, catalog: Catalog) -> list[Text]:
    """What the order and its months rest on, whether there are breaches, and the rules."""
    final = sum((m.final for m in found.months), Fraction(0))
    short = found.order - round(final)
    told: list[Text] = []
    if any(m.revised is not None for m in found.months) and short > 0:
        told.append(catalog.message("river.schedule.short", af=both(short)))
    return [
        *found.basis,
        found.profile,
        *told,
        *(() if found.breaches else (catalog.message("river.schedule.clean"),)),
        *(rule_note(limit, catalog) for limit in found.limits),
    ]


def record(found: Schedule, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``."""
    m3 = found.river.m3

    def volumes(name: str, volume: Fraction | None) -> dict[str, Decimal | None]:
        own = None if volume is None else exact(volume)
        return {f"{name}_af": own, f"{name}_hm3": None if own is None else round(hm3_of(own, m3), 3)}

    months = []
    for m in found.months:
        low, high = allowed(m.scheduled, found.limits[1])
        months.append(
            {
                "month": m.month,
                **volumes("scheduled", m.scheduled),
                **volumes("revised", m.revised),
                **volumes("land_boundary", m.land),
                **volumes("least", low),
                **volumes("most", high),
                "notice_by": last_notice(found.year, m.month, found.limits[2]),
                "notice": m.notice,
            }
        )
    return {
        "year": found.year,
        **volumes("order", Fraction(found.order)),
        "basis": found.basis[0].record(),
        "mexico_order": None if found.published is None else river_order.record(found.published, catalog),
        "profile": found.profile.record(),
        "months": months,
        "breaches": [
            {
                "breach": b.fault,
                "name": catalog.message(f"river.breach.{b.fault}").record(),
                "month": b.month,
                "days": int(b.size) if b.fault == "notice" and b.size is not None else None,
                **volumes("size", None if b.fault == "notice" else b.size),
            }
            for b in found.breaches
        ],
        "rules": [limit_record(limit) for limit in found.limits],
        "notes": [note.record() for note in notes(found, catalog)],
    }
