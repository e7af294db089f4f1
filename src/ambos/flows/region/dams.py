"""The region's reservoirs on a day: what they store, how full that is, a year before, and what is usual on that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from ambos.catalog.river import load_river
from ambos.errors import NoData
from ambos.flows.data.listing import age_of
from ambos.flows.workspace import Workspace
from ambos.model import Place
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.codes import TOTAL
from ambos.numbers import both, period
from ambos.numbers import day as day_in_words
from ambos.text import LANGUAGES, Text, joined

STORAGE, CAPACITIES = "mx_reservoir_days", "mx_dam_capacities"
#: Years of which the mean is the usual storage of a day, as the WMO reckons climate normals; and fewest that make one.
NORMAL, LEAST = 30, 20
#: Cubic metres of a cubic hectometre, and acre-feet of a kaf.
_HM3, _KAF = 1_000_000, 1_000
_COLUMNS = (
    Column("dam", Text("Reservoir", "Presa")),
    Column("storage_hm3", Text("Stored, hm³", "Almacenado, hm³"), decimals=1),
    Column("storage_kaf", Text("Stored, kaf", "Almacenado, kaf"), decimals=1),
    Column("namo_hm3", Text("At NAMO, hm³", "Al NAMO, hm³"), decimals=0),
    Column("percent", Text("% of NAMO", "% del NAMO"), decimals=1),
    Column("year_before_hm3", Text("A year before, hm³", "Un año antes, hm³"), decimals=1),
    Column("usual_hm3", Text("Usual on that day, hm³", "Lo usual ese día, hm³"), decimals=1),
    Column("usual_years", Text("Years of that mean", "Años de ese promedio")),
)
_NOTES = {
    "namo": Text(
        "NAMO: the ordinary maximum level, of which CONAGUA gives percentages; floods exceed it. Storage includes the dead volume.",
        "NAMO: nivel de aguas máximas ordinarias, sobre el que la CONAGUA calcula porcentajes; las avenidas lo rebasan. El almacenamiento incluye el volumen muerto.",
    ),
    "usual": Text(
        "Usual: the mean of the same day in the {normal} years before, where at least {least} are held.",
        "Lo usual: el promedio del mismo día en los {normal} años anteriores, donde se tienen al menos {least}.",
    ),
    "apart": Text(
        "{names}: outside the region's states, not in the sum.", "{names}: fuera de los estados de la región, no está en la suma."
    ),
    "lacking": Text(
        "No figure on this day, so the sum is not given: {names}.",
        "Sin dato ese día, por lo que no se da la suma: {names}.",
    ),
    "old": Text("Newest day held: {day}.", "Último día disponible: {day}."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """Storage of a dam on the day, hm³."""

    place: Place | None  #: None of a sum.
    storage: Decimal | None
    namo: Decimal | None
    before: Decimal | None
    usual: Decimal | None
    years: int | None


def dams(workspace: Workspace, *, day: date | None = None, as_of: date | None = None) -> Answer:
    """Tabulate the storage of the region's dams on a day, in hm³ and kaf, beside what they hold and what is usual.

    Parameters
    ----------
    workspace : Workspace
    day : date, optional
        The newest that is held, if not given.
    as_of : date, optional
        Only what was known on this day.

    Returns
    -------
    Answer
        Fact ``day``. A table ``dams``: a row per dam, the sum of those in the region's states last.

    Raises
    ------
    NoData
        If nothing is held of the day.
    """
    catalog = workspace.catalog
    title = Text("Reservoirs on the state's own rivers", "Presas en los ríos propios del estado")
    table = workspace.store.table(STORAGE, as_of)
    table = table.filter(table.storage_hm3.notnull())
    newest: date | None = workspace.store.frame(table.aggregate(newest=table.date.max()))["newest"][0]
    chosen = day or newest
    if chosen is None or newest is None:
        raise NoData(what=title)
    when = Text(*(day_in_words(chosen, language) for language in LANGUAGES))
    same = table.filter(table.date.month() == chosen.month, table.date.day() == chosen.day, table.date <= chosen)
    held = workspace.store.frame(same.select("dam", "date", "storage_hm3")).with_columns(year=pl.col("date").dt.year())
    if not held.filter(date=chosen).height:
        raise NoData(what=title + Text.same(", ") + when)
    sizes = workspace.store.table(CAPACITIES, as_of)
    namo = workspace.store.frame(sizes.select("dam", "period", "namo_hm3")).sort("period")
    rows = [_row(place, chosen, held, namo) for place in catalog.places.values() if place.kind == "dam"]
    own = [row for row in rows if row.place and row.place.parent in catalog.region.members]
    apart = [row.place.name for row in rows if row.place and row not in own]
    lacking = [row.place.name for row in own if row.place and row.storage is None]
    per_hm3 = _HM3 / load_river(catalog).m3 / _KAF
    notes = [_NOTES["namo"], _NOTES["usual"].format(normal=both(NORMAL), least=both(LEAST))]
    if apart:
        notes.append(_NOTES["apart"].format(names=joined(apart)))
    if lacking:
        notes.append(_NOTES["lacking"].format(names=joined(lacking)))
    if chosen < newest:
        notes.append(_NOTES["old"].format(day=Text(*(day_in_words(newest, language) for language in LANGUAGES))))
    elif (age := age_of(workspace, catalog.datasets[STORAGE], workspace.today())) and age[1]:
        newest_held = Text(*(period(age[0], language) for language in LANGUAGES))
        notes.append(catalog.message("brief.age", period=newest_held) + Text.same("."))
    sources = dict.fromkeys(s for d in (STORAGE, CAPACITIES) for s in catalog.datasets[d].sources)
    name = joined([title, when])
    made = Table(
        "dams",
        name,
        _COLUMNS,
        tuple(_cells(Named(row.place.id, row.place.name), row, per_hm3) for row in rows if row.place),
        totals=(_cells(Named(TOTAL, catalog.message("label.total")), _total(own), per_hm3),),
    )
    return Answer(
        "dams",
        name,
        (made,),
        {"day": chosen},
        tuple(notes),
        sources=tuple(catalog.sources[s].citation for s in sources),
    )


def _row(place: Place, day: date, held: pl.DataFrame, namo: pl.DataFrame) -> _Row:
    own: dict[int, Decimal] = dict(held.filter(dam=place.id).select("year", "storage_hm3").iter_rows())
    usual = [own[year] for year in range(day.year - NORMAL, day.year) if year in own]
    sizes = namo.filter((pl.col("dam") == place.id) & pl.col("namo_hm3").is_not_null())["namo_hm3"].to_list()
    enough = len(usual) >= LEAST
    return _Row(
        place,
        own.get(day.year),
        sizes[-1] if sizes else None,
        own.get(day.year - 1),
        sum(usual, Decimal(0)) / len(usual) if enough else None,
        len(usual) if enough else None,
    )


def _total(rows: Sequence[_Row]) -> _Row:
    """Add up dams, hm³; no sum where a part is missing, and none of the usual storage, whose years differ."""

    def added(values: Sequence[Decimal | None]) -> Decimal | None:
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(values) else None

    return _Row(
        None,
        added([r.storage for r in rows]),
        added([r.namo for r in rows]),
        added([r.before for r in rows]),
        None,
        None,
    )


def _cells(name: Named, row: _Row, per_hm3: Decimal) -> tuple[Cell, ...]:
    storage = row.storage
    return (
        name,
        storage,
        None if storage is None else storage * per_hm3,
        row.namo,
        None if storage is None or not row.namo else 100 * storage / row.namo,
        row.before,
        row.usual,
        row.years,
    )
