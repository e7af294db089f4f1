"""`ambos river plant`: the treatment plant that two cities share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ambos.catalog import Catalog
from ambos.catalog.catalog import nearest
from ambos.catalog.river import load_river
from ambos.catalog.river_works import load_plant
from ambos.errors import BadRequest, NoData, UnknownName
from ambos.flows.river_limits import cited, source_note
from ambos.flows.workspace import Workspace
from ambos.model.river_works import Plant
from ambos.model.table import TextTable
from ambos.numbers import both, signed
from ambos.river.plant import UNITS, Share, Unit, all_of, one_mgd, retained, shares
from ambos.text import LANGUAGES, Text

_ZERO = Decimal(0)
#: How ``--json`` calls the units.
_NAMES: dict[Unit, str] = {"mgd": "mgd", "l/s": "l_per_s", "hm3/yr": "hm3_per_year", "af/yr": "af_per_year"}


@dataclass(frozen=True, slots=True)
class Treated:
    """An answer; flows in million US gallons a day.

    Attributes
    ----------
    plant : Plant
    factors : mapping of Unit to Decimal
        A million US gallons a day in each unit.
    usual : bool
        Whether the flows are what stands for them where none is given.
    concentration : Decimal or None
        Milligrams per litre.
    now, then : tuple of Share
        As it is, and with what is kept back; the same if nothing is.
    kept : Decimal or None
    """

    plant: Plant
    factors: Mapping[Unit, Decimal]
    usual: bool
    concentration: Decimal | None
    now: tuple[Share, ...]
    then: tuple[Share, ...]
    kept: Decimal | None


def treat(
    workspace: Workspace,
    *,
    flows: Mapping[str, Decimal] | None = None,
    unit: Unit = "mgd",
    concentration: Decimal | None = None,
    kept: Decimal | None = None,
) -> Treated:
    """Hold flows against allocations, and say what becomes of it if a party keeps water back.

    Parameters
    ----------
    workspace : Workspace
    flows : mapping of str to Decimal, optional
        Of every party; the usual ones if empty.
    unit : Unit
        Of `flows` and `kept`.
    concentration : Decimal, optional
        Of what the load is wanted, milligrams per litre.
    kept : Decimal, optional
        What the party that can keeps back.

    Raises
    ------
    NoData
        If the region has no such plant.
    UnknownName
        If there is no such party.
    BadRequest
        If a party has no flow, a number is negative, or more is kept than sent.
    """
    river = load_river(workspace.catalog)
    plant = load_plant(workspace.catalog)
    if plant is None:
        raise NoData(what=Text("a shared treatment plant", "una planta de tratamiento compartida"))
    factors = {u: one_mgd(plant, u, river.m3) for u in UNITS}
    numbers = [*(flows or {}).values(), *(x for x in (concentration, kept) if x is not None)]
    if not all(x.is_finite() for x in numbers):
        raise BadRequest(detail=Text("Numbers must be finite.", "Los números deben ser finitos."))
    for party in flows or {}:
        if party not in plant.parties:
            raise UnknownName(
                kind=Text("party of the plant", "la parte de la planta"),
                name=party,
                nearest=", ".join(nearest(party, plant.parties, len(plant.parties))),
            )
    missing = [p for p in plant.parties if flows and p not in flows]
    if missing:
        names = ", ".join(missing)
        raise BadRequest(detail=Text(f"The flow of {names} is wanted too.", f"Se espera también el caudal de {names}."))
    now = {p: flows[p] / factors[unit] for p in plant.parties} if flows else dict(plant.usual)
    held = None if kept is None else kept / factors[unit]
    before = shares(plant, now, concentration)
    then = before if held is None else shares(plant, retained(plant, now, held), concentration)
    return Treated(plant, factors, not flows, concentration, before, then, held)


def heading(found: Treated, catalog: Catalog) -> Text:
    """The answer in one line."""
    whole = sum((s.flow for s in found.now), _ZERO)
    return catalog.message(
        "river.plant.heading",
        name=found.plant.name,
        flow=both(whole, 2),
        percent=both(100 * whole / found.plant.design, 0),
    )


def tables(found: Treated, catalog: Catalog) -> list[TextTable]:
    """Shares against allocations, units, and the what-if."""
    message = catalog.message
    found_tables = [_shares("river-plant", message("river.plant.shares"), found.now, found, catalog)]
    if found.kept is not None:
        title = message("river.plant.then", name=found.plant.parties[found.plant.keeper], mgd=both(found.kept, 2))
        found_tables.append(_shares("river-plant-then", title, found.then, found, catalog))
    rows: list[tuple[Text, Decimal]] = [(found.plant.parties[s.party], s.flow) for s in found.now]
    rows.append((message("river.plant.released"), sum((s.flow for s in found.now), _ZERO)))
    if found.kept is not None:
        rows.append((message("river.plant.kept"), found.kept))
        rows.append((message("river.plant.released_then"), sum((s.flow for s in found.then), _ZERO)))
    rows.append((message("river.plant.design"), found.plant.design))
    units = TextTable(
        "river-plant-units",
        message("river.plant.units"),
        (message("river.plant.flow"), *(message(f"river.unit.{u.replace('/', '_')}") for u in UNITS)),
        tuple((name, *(both(mgd * found.factors[u], 1 if u != "af/yr" else 0) for u in UNITS)) for name, mgd in rows),
    )
    return [*found_tables, units]


def _shares(id: str, title: Text, parts: tuple[Share, ...], found: Treated, catalog: Catalog) -> TextTable:
    message = catalog.message
    allocated = sum((s.allocation for s in parts), _ZERO)
    loaded = found.concentration is not None

    def row(name: Text, s: Share) -> tuple[Text, ...]:
        return (
            name,
            both(s.flow, 2),
            both(None if s.share is None else 100 * s.share, 1),
            both(s.allocation, 1),
            both(100 * s.allocation / allocated, 1),
            both(100 * s.used, 0),
            Text(*(signed(s.over, 2, language) for language in LANGUAGES)),
            *((both(s.load, 0),) if loaded else ()),
        )

    heads = ("party", "flow", "share", "allocation", "allocation_share", "used", "over", *(["load"] if loaded else []))
    return TextTable(
        id,
        title,
        tuple(message("river.head.party" if key == "party" else f"river.plant.col.{key}") for key in heads),
        (
            *(row(found.plant.parties[s.party], s) for s in parts),
            row(message("river.head.all"), all_of(parts)),
        ),
    )


def notes(found: Treated, catalog: Catalog) -> list[Text]:
    """What the flows and allocations are, and how far their sources go."""
    message, plant = catalog.message, found.plant
    told = []
    if found.usual:
        told.append(source_note(message("river.plant.usual"), plant.usual_citation, catalog))
    if found.kept is not None:
        lost = found.kept * found.factors["af/yr"]
        told.append(
            message(
                "river.plant.lost", river=plant.below, af=both(lost), hm3=both(found.kept * found.factors["hm3/yr"], 1)
            )
        )
        told.append(source_note(message("river.plant.ready"), plant.keeper_citation, catalog))
    return [
        *told,
        message("river.plant.since", dated=plant.dated),
        source_note(message("river.plant.col.allocation"), plant.citation, catalog),
        source_note(message("river.plant.design"), plant.design_citation, catalog),
        source_note(message("river.plant.units"), plant.units_citation, catalog),
    ]


def record(found: Treated, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``."""

    def units(mgd: Decimal) -> dict[str, Decimal]:
        return {_NAMES[u]: round(mgd * found.factors[u], 4) for u in UNITS}

    def part(s: Share) -> dict[str, Any]:
        return {
            "party": s.party,
            "name": found.plant.parties[s.party].record(),
            "flow": units(s.flow),
            "share": None if s.share is None else round(s.share, 6),
            "allocation": units(s.allocation),
            "used": round(s.used, 6),
            "over": units(s.over),
            "load_kg_per_day": None if s.load is None else round(s.load, 3),
        }

    def whole(parts: tuple[Share, ...]) -> dict[str, Any]:
        return {"flow": units(sum((s.flow for s in parts), _ZERO)), "parties": [part(s) for s in parts]}

    plant = found.plant
    return {
        "plant": plant.name.record(),
        "usual": found.usual,
        "concentration_mg_per_l": found.concentration,
        "design": {**units(plant.design), **cited(plant.design_citation)},
        "now": whole(found.now),
        "retained": None if found.kept is None else {"kept": units(found.kept), **whole(found.then)},
        "allocation": {"dated": plant.dated.record(), **cited(plant.citation)},
        "notes": [note.record() for note in notes(found, catalog)],
    }
