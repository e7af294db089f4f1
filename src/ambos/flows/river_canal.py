"""`ambos river cap`: which users of a canal a cut falls on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.catalog.river_works import load_canal
from ambos.errors import BadRequest, NoRule
from ambos.flows.river_limits import cited, cut_of, hm3_of, source_note, this_year
from ambos.flows.river_schedule import exact
from ambos.flows.workspace import Workspace
from ambos.model.river import Reliability, River
from ambos.model.river_works import Canal, Pool
from ambos.model.table import TextTable
from ambos.numbers import both, day
from ambos.river import af, condition
from ambos.river.canal import Served, beyond, serve
from ambos.text import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer.

    Attributes
    ----------
    river : River
    canal : Canal
    year : int
    supply, cut : Fraction
        Acre-feet.
    given : bool
        Whether the user gave the supply.
    basis : Text
        What the cut is.
    served : tuple of Served
        From the first served to the last.
    beyond : tuple of (Fraction, Fraction)
        Water beyond all pools without the cut and with it, acre-feet.
    """

    river: River
    canal: Canal
    year: int
    supply: Fraction
    cut: Fraction
    given: bool
    basis: Text
    served: tuple[Served, ...]
    beyond: tuple[Fraction, Fraction]


def share_cut(
    workspace: Workspace,
    *,
    year: int | None = None,
    cut: Decimal | None = None,
    supply: Decimal | None = None,
    elevation: Decimal | None = None,
) -> Shared:
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
        raise BadRequest(
            detail=Text("Give a cut or a level, not both.", "Indique una reducción o una elevación, no ambas.")
        )
    river = load_river(workspace.catalog)
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
        found = condition(river, elevation, year)
        cut = af(next(c for c in found.cuts if c.party.id == canal.party).by_tables)
        basis = message("river.cap.level", year=str(year), level=both(elevation, 2), tier=found.tier.name)
    else:
        cut = af(cut_of(river, canal.party, year).by_tables)
        basis = message("river.cap.rules", year=str(year))
    pools = canal.of(year)
    water = sum((Fraction(p.size) for p in pools), Fraction(0)) if supply is None else _positive(supply)
    taken = Fraction(cut) if cut.is_finite() else Fraction(-1)
    served = serve(canal, pools, water, taken)
    return Shared(river, canal, year, water, taken, supply is not None, basis, served, beyond(pools, water, taken))


def _positive(volume: Decimal) -> Fraction:
    if not (volume.is_finite() and volume >= 0):
        raise BadRequest(detail=Text("A supply is 0 or more.", "Un suministro es 0 o más."))
    return Fraction(volume)


def _priors(found: Shared) -> list[Pool]:
    return [s.pool for s in found.served if s.pool.citation.reliability == "M"]


def heading(found: Shared, catalog: Catalog) -> Text:
    """The answer in one line."""
    return catalog.message("river.cap.heading", year=str(found.year), cut=both(exact(found.cut, 0)))


def tables(found: Shared, catalog: Catalog) -> list[TextTable]:
    """Pools, and within them holders, from the first cut to the last."""
    message, canal, m3 = catalog.message, found.canal, found.river.m3
    mark = message("river.cap.mark")

    def numbers(wanted: Fraction, given: Fraction) -> tuple[Text, ...]:
        cut = wanted - given
        share = exact(100 * cut / wanted, 1) if wanted else None
        return (
            both(exact(wanted, 0)),
            both(exact(cut, 0)),
            both(share, 1),
            both(exact(given, 0)),
            both(hm3_of(exact(given), m3), 1),
        )

    rows: list[tuple[Text, ...]] = []
    for s in reversed(found.served):
        name = s.pool.name
        if s.pool.citation.reliability == "M":
            name = Text(*(f"{name[k]} {mark[k]}" for k in LANGUAGES))
        rows.append((name, *numbers(s.wanted, s.given)))
        if len(s.holders) > 1:
            for holder, (wanted, given) in s.holders.items():
                label = Text(*(f"  {canal.holders[holder][k]}" for k in LANGUAGES))
                rows.append((label, *numbers(wanted, given)))
    if any(found.beyond):
        rows.append((message("river.cap.beyond"), *numbers(*found.beyond)))
    rows.append((message("river.head.all"), *numbers(found.supply, found.supply - found.cut)))
    return [
        TextTable(
            "river-cap",
            message("river.cap.title", name=canal.name),
            tuple(message(f"river.cap.{key}") for key in ("pool", "wanted", "cut", "share", "left", "left_hm3")),
            tuple(rows),
        )
    ]


def notes(found: Shared, catalog: Catalog) -> list[Text]:
    """What the cut and the pools are, and what is not confirmed."""
    message, canal = catalog.message, found.canal
    supply = message("river.cap.supply" if found.given else "river.cap.whole", af=both(exact(found.supply, 0)))
    return [
        found.basis,
        supply,
        *(message("river.cap.unconfirmed", name=p.name, mark=message("river.cap.mark")) for p in _priors(found)),
        source_note(message("river.cap.pools"), canal.citation, catalog),
        source_note(message("river.cap.formula"), canal.formula_citation, catalog),
        *(source_note(p.name, p.citation, catalog) for p in _priors(found)),
        source_note(message("river.cap.bearing"), canal.bearing, catalog),
    ]


def record(found: Shared, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``; acre-feet."""

    def volumes(wanted: Fraction, given: Fraction) -> dict[str, Any]:
        return {
            "without_cut_af": exact(wanted),
            "cut_af": exact(wanted - given),
            "left_af": exact(given),
            "left_hm3": round(hm3_of(exact(given), found.river.m3), 3),
        }

    def pool(s: Served) -> dict[str, Any]:
        confirmed: Reliability = s.pool.citation.reliability
        return {
            "pool": s.pool.id,
            "name": s.pool.name.record(),
            "size_af": s.pool.size,
            **volumes(s.wanted, s.given),
            "unconfirmed": confirmed == "M",
            **cited(s.pool.citation),
            "holders": [
                {"holder": h, "name": found.canal.holders[h].record(), **volumes(*both_)}
                for h, both_ in s.holders.items()
            ],
        }

    return {
        "year": found.year,
        "cut_af": exact(found.cut),
        "supply_af": exact(found.supply),
        "basis": found.basis.record(),
        "pools": [pool(s) for s in reversed(found.served)],
        "beyond_pools": volumes(*found.beyond),
        "notes": [note.record() for note in notes(found, catalog)],
    }
