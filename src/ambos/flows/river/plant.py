"""`ambos river plant`: the treatment plant that two cities share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.catalog.catalog import unknown
from ambos.catalog.river import load_plant
from ambos.errors import NoData, bad_request
from ambos.flows.river.limits import source_note
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.codes import TOTAL
from ambos.model.river_works import Plant
from ambos.numbers import both
from ambos.river.plant import UNITS, PlantShare, Unit, all_of, one_mgd, retained, shares
from ambos.text import Text

_ZERO = Decimal(0)
#: How ``--json`` calls the units.
_NAMES: dict[Unit, str] = {"mgd": "mgd", "l/s": "l_per_s", "hm3/yr": "hm3_per_year", "af/yr": "af_per_year"}


def treat(
    workspace: Workspace,
    *,
    flows: Mapping[str, Decimal] | None = None,
    unit: Unit = "mgd",
    concentration: Decimal | None = None,
    kept: Decimal | None = None,
) -> Answer:
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

    Returns
    -------
    Answer
        Tables ``parties``, ``parties_retained`` (if water is kept back) and ``flows``.

    Raises
    ------
    NoData
        If the region has no such plant.
    UnknownName
        If there is no such party.
    BadRequest
        If a party has no flow, a number is negative, or more is kept than sent.
    """
    river = workspace.river
    plant = load_plant(workspace.catalog)
    if plant is None:
        raise NoData(what=Text("a shared treatment plant", "una planta de tratamiento compartida"))
    factors = {u: one_mgd(plant, u, river.m3) for u in UNITS}
    numbers = [*(flows or {}).values(), *(x for x in (concentration, kept) if x is not None)]
    if not all(x.is_finite() for x in numbers):
        raise bad_request("Numbers must be finite.", "Los números deben ser finitos.")
    for party in flows or {}:
        if party not in plant.parties:
            kind = Text("party of the plant", "la parte de la planta")
            raise unknown(kind, party, plant.parties, len(plant.parties))
    missing = [p for p in plant.parties if flows and p not in flows]
    if missing:
        names = ", ".join(missing)
        raise bad_request(f"The flow of {names} is wanted too.", f"Se espera también el caudal de {names}.")
    now = {p: flows[p] / factors[unit] for p in plant.parties} if flows else dict(plant.usual)
    held = None if kept is None else kept / factors[unit]
    before = shares(plant, now, concentration)
    message = workspace.catalog.message
    parts = [_parties("parties", message("river.plant.shares"), before, plant, factors, workspace.catalog)]
    totals = [(Named(s.party, plant.parties[s.party]), s.flow) for s in before]
    released = sum((s.flow for s in before), _ZERO)
    totals.append((Named("released", message("river.plant.released")), released))
    notes = []
    if not flows:
        notes.append(source_note(message("river.plant.usual"), plant.usual_citation, workspace.catalog))
    if held is not None:
        then = shares(plant, retained(plant, now, held), concentration)
        title = message("river.plant.then", name=plant.parties[plant.keeper], mgd=both(held, 2))
        parts.append(_parties("parties_retained", title, then, plant, factors, workspace.catalog))
        totals.append((Named("kept", message("river.plant.kept")), held))
        left = sum((s.flow for s in then), _ZERO)
        totals.append((Named("released_retained", message("river.plant.released_then")), left))
        lost = {"af": both(held * factors["af/yr"]), "hm3": both(held * factors["hm3/yr"], 1)}
        notes.append(message("river.plant.lost", river=plant.below, **lost))
        notes.append(source_note(message("river.plant.ready"), plant.keeper_citation, workspace.catalog))
    totals.append((Named("design", message("river.plant.design")), plant.design))
    notes.append(message("river.plant.since", dated=plant.dated))
    for key, citation in (
        ("river.plant.col.allocation", plant.citation),
        ("river.plant.design", plant.design_citation),
        ("river.plant.units", plant.units_citation),
    ):
        notes.append(source_note(message(key), citation, workspace.catalog))
    percent = both(100 * released / plant.design, 0)
    return Answer(
        "river.plant",
        message("river.plant.heading", name=plant.name, flow=both(released, 2), percent=percent),
        (*parts, _flows(totals, factors, workspace.catalog)),
        {
            "plant": plant.name,
            "usual": not flows,
            "concentration_mg_per_l": concentration,
            "allocation_dated": plant.dated,
        },
        tuple(notes),
    )


def _flows(totals: list[tuple[Named, Decimal]], factors: Mapping[Unit, Decimal], catalog: Catalog) -> Table:
    """Tabulate flows in each unit."""
    message = catalog.message
    columns = (
        Column(f"flow_{_NAMES[u]}", message(f"river.unit.{u.replace('/', '_')}"), 1 if u != "af/yr" else 0, kept=4)
        for u in UNITS
    )
    return Table(
        "flows",
        message("river.plant.units"),
        (Column("flow", message("river.plant.flow")), *columns),
        tuple((name, *(mgd * factors[u] for u in UNITS)) for name, mgd in totals),
    )


def _parties(
    id: str, title: Text, parts: tuple[PlantShare, ...], plant: Plant, factors: Mapping[Unit, Decimal], catalog: Catalog
) -> Table:
    """Tabulate each party's flow against its allocation; million US gallons a day."""

    def head(key: str) -> Text:
        return catalog.message(f"river.plant.col.{key}")

    allocated = sum((s.allocation for s in parts), _ZERO)
    loaded = any(s.load is not None for s in parts)
    columns = (
        Column("party", catalog.message("river.head.party")),
        Column("flow_mgd", head("flow"), 2),
        Column("share_percent", head("share"), 1),
        Column("allocation_mgd", head("allocation"), 1),
        Column("allocation_share_percent", head("allocation_share"), 1),
        Column("used_percent", head("used")),
        Column("over_mgd", head("over"), 2, signed=True),
        Column("load_kg_per_day", head("load") if loaded else None, kept=3),
    )

    def row(party: Named, s: PlantShare) -> tuple[Cell, ...]:
        share = None if s.share is None else 100 * s.share
        return (
            party,
            s.flow,
            share,
            s.allocation,
            100 * s.allocation / allocated,
            100 * s.used,
            s.over,
            s.load,
        )

    whole = row(Named(TOTAL, catalog.message("river.head.all")), all_of(parts))
    return Table(id, title, columns, tuple(row(Named(s.party, plant.parties[s.party]), s) for s in parts), (whole,))
