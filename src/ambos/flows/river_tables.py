"""The answer of `ambos river status` as tables and as a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.catalog import Catalog
from ambos.flows import river_instruments, river_order
from ambos.flows.river import Status
from ambos.flows.river_limits import cited
from ambos.model.table import TextTable
from ambos.numbers import both, day, signed
from ambos.river import Distance, af, hm3
from ambos.river.rules import PARTS
from ambos.text import LANGUAGES, Text


def heading(status: Status, catalog: Catalog) -> Text:
    """The answer in one line."""
    return catalog.message(
        f"river.heading.{status.kind}",
        year=str(status.condition.year),
        level=both(status.condition.level, 2),
        tier=status.condition.tier.name,
    )


def tables(status: Status, catalog: Catalog) -> list[TextTable]:
    """Cuts by part, cuts and what is left by unit, Mexico's order, and the way to the next tiers."""
    message = catalog.message
    condition, m3 = status.condition, status.river.m3
    shown = condition.parts
    total = [sum((c.parts[part] for c in condition.cuts), Decimal(0)) for part in shown]
    names = {cut.party.id: catalog.places[cut.party.place].name for cut in condition.cuts}
    parts = TextTable(
        "river-parts",
        message("river.table.parts"),
        (message("river.head.party"), *(message(f"river.part.{part}") for part in shown), message("river.head.total")),
        (
            *(
                (names[cut.party.id], *(both(cut.parts[part]) for part in shown), both(cut.total))
                for cut in condition.cuts
            ),
            (message("river.head.all"), *(both(kaf) for kaf in total), both(condition.total)),
        ),
    )
    added = any(cut.addition for cut in condition.cuts)

    def m3_of(kaf: Decimal) -> Decimal:
        return hm3(kaf, m3)

    def percent(share: Decimal) -> Decimal:
        return share * 100

    left = TextTable(
        "river-left",
        message("river.table.left"),
        (
            *(message(f"river.head.{key}") for key in ("party", "cut_af", "cut_hm3", "share")),
            *((message("river.head.added"),) if added else ()),
            *(message(f"river.head.{key}") for key in ("left_kaf", "left_af", "left_hm3")),
        ),
        tuple(
            (
                names[cut.party.id],
                both(_in(af, cut.total)),
                both(_in(m3_of, cut.total), 1),
                both(_in(percent, cut.share), 1),
                *((both(cut.addition),) if added else ()),
                both(cut.remaining),
                both(_in(af, cut.remaining)),
                both(_in(m3_of, cut.remaining), 1),
            )
            for cut in condition.cuts
        ),
    )
    ways = TextTable(
        "river-distances",
        message("river.table.distances"),
        tuple(message(f"river.head.{key}") for key in ("tier", "boundary", "feet", "kaf", "hm3")),
        tuple(_way(way, catalog, m3) for way in (status.up, status.down) if way),
        texts=2,
    )
    order = [] if status.order is None else [river_order.table(status.order, catalog)]
    return [parts, left, *order, ways]


def _in(unit: Callable[[Decimal], Decimal], value: Decimal | None) -> Decimal | None:
    """A figure in another unit; None stays None."""
    return None if value is None else unit(value)


def rules(status: Status, catalog: Catalog) -> list[Text]:
    """The line of each table that the level falls on, with its range and citation."""
    return [
        catalog.message(
            "river.rule",
            name=rule.name,
            line=step.rule,
            start=_day(rule.start),
            end=_day(rule.end),
            source=rule.citation.source,
            reliability=catalog.message(f"river.reliability.{rule.citation.reliability}"),
        )
        for rule, step in status.condition.fired
    ]


def _day(value: date) -> Text:
    return Text(day(value, "en"), day(value, "es"))


def _way(way: Distance, catalog: Catalog, m3: Decimal) -> tuple[Text, ...]:
    upwards = way.tier.band.low == way.boundary
    side = "at" if way.included else "above" if upwards else "below"

    def change(value: Decimal | None, decimals: int) -> Text:
        return Text(*(signed(value, decimals, language) for language in LANGUAGES))

    return (
        way.tier.name,
        catalog.message(f"river.boundary.{side}", level=both(way.boundary, 2)),
        change(way.feet, 2),
        change(way.kaf, 0),
        change(None if way.kaf is None else hm3(way.kaf, m3), 0),
    )


def record(status: Status, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``: codes and numbers, texts in both languages."""
    condition, m3, held = status.condition, status.river.m3, status.held

    def volumes(name: str, kaf: Decimal | None) -> dict[str, Decimal | None]:
        volume = _in(lambda x: round(hm3(x, m3), 3), kaf)
        return {f"{name}_kaf": kaf, f"{name}_af": _in(af, kaf), f"{name}_hm3": volume}

    return {
        "year": condition.year,
        "elevation_ft": condition.level,
        "basis": status.kind,
        "tier": condition.tier.id,
        "tier_name": condition.tier.name.record(),
        "declared_tier": held.declared if held else None,
        "projected_ft": held.projected if held else None,
        "projected_reliability": held.reliability if held else None,
        "observed_ft": held.observed if held else None,
        "live_storage_kaf": status.storage,
        "parties": [
            {
                "party": cut.party.id,
                "place": cut.party.place,
                "name": catalog.places[cut.party.place].name.record(),
                "apportionment_kaf": cut.party.apportionment,
                **{f"{part}_kaf": cut.parts.get(part) for part in PARTS},
                **volumes("total", cut.total),
                "share_of_apportionment": _in(lambda x: round(x, 6), cut.share),
                "addition_kaf": cut.addition,
                **volumes("remaining", cut.remaining),
            }
            for cut in condition.cuts
        ],
        **volumes("total", condition.total),
        "next_tiers": [
            {
                "tier": way.tier.id,
                "boundary_ft": way.boundary,
                "boundary_included": way.included,
                "feet": way.feet,
                "kaf": way.kaf,
                "hm3": None if way.kaf is None else round(hm3(way.kaf, m3), 3),
            }
            for way in (status.up, status.down)
            if way
        ],
        "rules": [
            {
                "rule": rule.id,
                "part": rule.part,
                "name": rule.name.record(),
                "line": step.rule.record(),
                "from": rule.start,
                "to": rule.end,
                **cited(rule.citation),
            }
            for rule, step in condition.fired
        ],
        "mexico_order": None if status.order is None else river_order.record(status.order, catalog),
        "instruments": [river_instruments.record(i) for i in status.instruments],
        "notes": [note.record() for note in status.notes],
    }
