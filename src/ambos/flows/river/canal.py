"""`ambos river cap`: which users of a canal a cut falls on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ambos.catalog import Catalog
from ambos.catalog.river import load_canal
from ambos.errors import NoRule, bad_request
from ambos.flows.river import district
from ambos.flows.river.both_units import in_both_units, level
from ambos.flows.river.limits import af_text, cut_of, hm3_of, source_note, this_year
from ambos.flows.river.schedule import exact
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.codes import TOTAL
from ambos.model.river import River
from ambos.model.river_works import Canal, Pool
from ambos.numbers import day
from ambos.river import af, condition
from ambos.river.canal import beyond, serve
from ambos.text import LANGUAGES, Text


def share_cut(
    workspace: Workspace,
    *,
    year: int | None = None,
    cut: Decimal | None = None,
    supply: Decimal | None = None,
    elevation: Decimal | None = None,
) -> Answer:
    """Share a cut out among the pools, the last served first.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        The current one if not given.
    cut : Decimal, optional
        Acre-feet; what the rules of the year take from the party if not given.
    supply : Decimal, optional
        What the canal would have without the cut, acre-feet; the size of all pools of the year if not given.
    elevation : Decimal, optional
        Level of Lake Mead that the rules are applied to, feet; the one projected for the year if not given.

    Returns
    -------
    Answer
        Tables ``pools``: pools and their holders, from the first cut to the last; ``district``: the users across.

    Raises
    ------
    NoRule
        If no pools are held for the year.
    OutsideRule
        If no cut is given and the rules do not hold in the year.
    BadRequest
        If both a cut and a level are given, or the cut is negative or more than the supply.
    """
    if cut is not None and elevation is not None:
        raise bad_request("Give a cut or a level, not both.", "Indique una reducción o una elevación, no ambas.")
    river = workspace.river
    canal = load_canal(river)
    year = this_year(workspace) if year is None else year
    if not canal.start.year <= year <= canal.end.year:
        reason = Text(
            f"it is held from {day(canal.start, 'en')} to {day(canal.end, 'en')}. {canal.why.en[:-1]}",
            f"se tiene del {day(canal.start, 'es')} al {day(canal.end, 'es')}. {canal.why.es[:-1]}",
        )
        raise NoRule(
            what=workspace.catalog.message("river.cap.name", name=canal.name),
            day=Text(str(year), f"año {year}"),
            reason=reason,
        )
    message = workspace.catalog.message
    if cut is not None:
        basis = message("river.cap.given")
    elif elevation is not None:
        state = condition(river, elevation, year)
        cut = af(next(c for c in state.cuts if c.party.id == canal.party).by_tables)
        basis = message("river.cap.level", year=str(year), level=level(elevation), tier=state.tier.name)
    else:
        cut = af(cut_of(river, canal.party, year).by_tables)
        basis = message("river.cap.rules", year=str(year))
    pools = canal.of(year)
    water = sum((Fraction(p.size) for p in pools), Fraction(0)) if supply is None else _positive(supply)
    taken = Fraction(cut) if cut.is_finite() else Fraction(-1)
    supplied = message(
        "river.cap.whole" if supply is None else "river.cap.supply", af=af_text(exact(water, 0), river.m3)
    )
    unconfirmed = [p for p in pools if p.citation.reliability == "M"]
    across, said = district.water(workspace.catalog, river.m3)
    return Answer(
        "river.cap",
        message("river.cap.heading", year=str(year), cut=af_text(exact(taken, 0), river.m3)),
        (
            in_both_units(_pools(river, canal, pools, water, taken, workspace.catalog), river.m3, workspace.catalog),
            *across,
        ),
        {"year": year, "cut_af": exact(taken), "supply_af": exact(water), "basis": basis},
        (
            basis,
            supplied,
            *(message("river.cap.unconfirmed", name=p.name, mark=message("river.cap.mark")) for p in unconfirmed),
            source_note(message("river.cap.pools"), canal.citation, workspace.catalog),
            source_note(message("river.cap.formula"), canal.formula_citation, workspace.catalog),
            *(source_note(p.name, p.citation, workspace.catalog) for p in unconfirmed),
            source_note(message("river.cap.bearing"), canal.bearing, workspace.catalog),
            *said,
        ),
    )


def _positive(volume: Decimal) -> Fraction:
    if not (volume.is_finite() and volume >= 0):
        raise bad_request("A supply is 0 or more.", "Un suministro es 0 o más.")
    return Fraction(volume)


def _pools(
    river: River, canal: Canal, pools: tuple[Pool, ...], water: Fraction, taken: Fraction, catalog: Catalog
) -> Table:
    """Tabulate pools, and within them holders, from the first cut to the last; acre-feet."""
    message = catalog.message
    mark = message("river.cap.mark")
    columns = (
        Column("user", message("river.cap.pool")),
        Column("pool", None),
        Column("unconfirmed", None),
        *(
            Column(key, message(f"river.cap.{name}"), decimals, kept=3)
            for key, name, decimals in (
                ("without_cut_af", "wanted", 0),
                ("cut_af", "cut", 0),
                ("cut_percent", "share", 1),
                ("left_af", "left", 0),
                ("left_hm3", "left_hm3", 1),
            )
        ),
        Column("source", None),
        Column("reliability", None),
    )

    def row(user: Named, wanted: Fraction, given: Fraction, pool: Pool | None = None) -> tuple[Cell, ...]:
        cut = exact(wanted - given)
        share = exact(100 * (wanted - given) / wanted) if wanted else None
        volumes: tuple[Cell, ...] = (exact(wanted), cut, share, exact(given), hm3_of(exact(given), river.m3))
        if pool is None:
            return (user, None, None, *volumes, None, None)
        cited = pool.citation
        return (user, pool.id, cited.reliability == "M", *volumes, cited.source, cited.reliability)

    rows: list[tuple[Cell, ...]] = []
    for s in reversed(serve(canal, pools, water, taken)):
        name = s.pool.name
        if s.pool.citation.reliability == "M":
            name = Text(*(f"{name[k]} {mark[k]}" for k in LANGUAGES))
        rows.append(row(Named(s.pool.id, name), s.wanted, s.given, s.pool))
        if len(s.holders) > 1:
            for holder, (wanted, given) in s.holders.items():
                label = Text(*(f"  {canal.holders[holder][k]}" for k in LANGUAGES))
                rows.append(row(Named(holder, label), wanted, given, s.pool))
    outside = beyond(pools, water, taken)
    if any(outside):
        rows.append(row(Named("beyond", message("river.cap.beyond")), *outside))
    total = row(Named(TOTAL, message("river.head.all")), water, water - taken)
    title = message("river.cap.title").format(name=canal.name, unit="{unit}")
    return Table("pools", title, columns, tuple(rows), (total,))
