"""The dossier's figures of the shared river: this year's cuts, the lakes against the tiers, the ledger of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.briefing import Chart, Datum, DossierTable, Level, Paragraph
from ambos.errors import NotYetKnown
from ambos.flows.brief.answers import Basis, Code, Row, code_of, every_table, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext, chart
from ambos.flows.river import decided as river_decided
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river import status as river_status
from ambos.flows.river.both_units import kaf_text, level
from ambos.flows.river.decided import Decided, decided
from ambos.flows.river.ledger import ledger
from ambos.flows.river.limits import af_text
from ambos.flows.river.status import Status, by_level, year_of
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Named, Table, View, cell_text
from ambos.model.codes import TOTAL
from ambos.numbers import both, day
from ambos.river import af, decided_for, hm3
from ambos.text import Text, joined

_CUT, _LEFT, _SHARE = "river.cut", "river.left", "river.cut.share"
_LEDGER = ("delivered", "satisfaction", "excess", "closure", "expected", "difference")


def determination(context: DossierContext) -> Status:
    """Determine tier and cuts of the year of the dossier, or of the last one in which all rules hold."""

    def answer() -> Status:
        year = min(context.today().year, *(rule.end.year for rule in context.workspace.river.rules))
        return by_level(context.workspace, year, as_of=context.as_of)

    return context.once("river.status", answer)


def _status(context: DossierContext) -> Answer:
    """Answer `ambos river status` for the year of the dossier."""
    return context.once(
        "river.status.answer", lambda: river_status.answer(determination(context), context.workspace.catalog)
    )


def _basis(current: Status) -> Basis:
    """The rules of the year, and from when the level projected for it is known."""
    known = current.held.known if current.held else date(current.condition.year - 1, 12, 31)
    rules = [rule for rule, _ in current.condition.fired]
    level_from = {"projected": current.river.projected_source, "observed": current.river.observed_source}
    cited = (*(rule.citation.source for rule in rules), *(s for kind, s in level_from.items() if kind == current.kind))
    return Basis(known, " ".join(rule.id for rule in rules), cited=cited)


def _at(value: date) -> Text:
    return Text(day(value, "en"), day(value, "es"))


def values(context: DossierContext) -> dict[str, Text]:
    """Write the values of the year's condition that texts of the section may name."""
    current, message = determination(context), context.workspace.catalog.message
    condition, m3 = current.condition, current.river.m3
    end = max(rule.end for rule, _ in condition.fired)
    kind = "brief.river.ended" if context.today() > end else "brief.river.until"
    after = [message(kind, day=_at(end)), *_after(context, end.year + 1)]
    texts: dict[str, Text] = {
        "river_year": Text.same(str(condition.year)),
        "river_before": Text.same(str(condition.year - 1)),
        "river_tier": condition.tier.name,
        "river_level": level(condition.level),
        "river_storage": both(current.storage),
        "river_total": both(condition.total),
        "river_total_hm3": both(None if condition.total is None else hm3(condition.total, m3), 1),
        "river_end": _at(end),
        "river_after": joined(after, " "),
        "river_order": _order(context, current),
    }
    cuts = View(None, ("party", "total_kaf", "total_hm3", "share_percent"))
    columns, rows, _ = _status(context).table("parties").select(cuts)
    for party, *cells in rows:
        for suffix, column, cell in zip(("", "_hm3", "_share"), columns[1:], cells, strict=True):
            texts[f"river_{code_of(party)}{suffix}"] = cell_text(cell, column)
    for side, way in (("up", current.up), ("down", current.down)):
        if way is None:
            texts[f"river_{side}"] = message(f"brief.river.no_{side}")
            continue
        volume = None if way.kaf is None else abs(way.kaf)
        texts[f"river_{side}"] = message(
            f"brief.river.{side}",
            tier=way.tier.name,
            feet=level(abs(way.feet)),
            kaf=both(volume),
            hm3=both(None if volume is None else hm3(volume, m3)),
        )
    return texts


def _order(context: DossierContext, current: Status) -> Text:
    message, year, order = context.workspace.catalog.message, str(current.condition.year), current.order
    if order is None:
        return message("brief.river.no_order", year=year)
    m3 = current.river.m3
    said = {"af": af_text(order.order.af, m3), "rest": af_text(order.rest_af, m3), "name": order.rest.name}
    return message("brief.river.order", year=year, **said)


def decided_then(context: DossierContext, year: int) -> Decided | None:
    """Look up the decision for a year as known on the day of the dossier; None if there was none."""

    def answer() -> Decided | None:
        try:
            return decided(context.workspace, year=year, as_of=context.as_of)
        except NotYetKnown:
            return None

    return context.once(f"river.decided.{year}", answer)


def _after(context: DossierContext, year: int) -> list[Text]:
    """List the notes on the years after the rules expire: the decision, and the shares and terms not known."""
    message, decision = context.workspace.catalog.message, decided_then(context, year)
    if decision is None:
        return [message("brief.river.undecided")]
    last = decision.instrument.end.year if decision.instrument.end else year
    years = Text(" and ".join(map(str, range(year, last + 1))), " y ".join(map(str, range(year, last + 1))))
    signed = decision.instrument.signed or decision.instrument.known
    said = {"years": years, "signed": _at(signed), "cut": kaf_text(decision.cut, decision.river.m3)}
    unread = [message("brief.river.unread", name=s.instrument.name) for s in decision.shares if s.standing == "unknown"]
    contested = any(t.standing == "contested" for i in decision.instruments for t in i.terms)
    court = [message("brief.river.contested")] if contested else []
    return [message("brief.river.decided", **said), *court, *unread]


def order(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate Mexico's order of the year by line, down to the remainder that is computed, not printed."""
    current, catalog, said = determination(context), context.workspace.catalog, values(context)
    message, held, title = catalog.message, current.order, Text.of(entry["title"]).format(**said)
    if held is None:
        first = min((o.known for o in context.workspace.mexico.orders.values()), default=context.today())
        raise NotYetKnown(what=title, day=context.today(), first=first)
    place = _mexico(context)
    names = {f"river.order.{key}": name for key, name, _ in river_order.rows(held, catalog)}
    notes = [n for i in current.instruments if i.party for n in river_instruments.notes(i, catalog)]
    cited = (held.order.citation.source, held.rest.citation.source)
    return published(
        context,
        entry,
        _status(context).table("mexico_order"),
        View(title, ("part", "af", "hm3"), labels=dict.fromkeys(("af", "hm3"), message("river.order.order"))),
        Basis(held.order.known, f"{held.rest.id} minute_323", cited=cited),
        lambda row, _: (f"river.order.{code_of(row['part'])}", place, TOTAL, current.condition.year),
        names={place: catalog.places[place].name} | names,
        notes=[*river_order.notes(held, catalog), *notes],
        values=said,
    )


def decided_cuts(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the terms of the one of ``years`` (decided, undecided, unknown), each with its day."""
    (year,), catalog = entry["years"], context.workspace.catalog
    decision, message = decided_then(context, year), catalog.message
    if decision is None:
        instrument = decided_for(context.workspace.river, year)
        first = context.today() if instrument is None else instrument.signed or instrument.known
        raise NotYetKnown(what=Text.of(entry["title"]), day=context.today(), first=first)
    answer = river_decided.answer(decision, catalog)
    parties, instruments = answer.table("parties"), decision.instruments
    labels = {"total_hm3": message("river.decided.cut"), "remaining_hm3": message("river.decided.left")}
    keys = ("party", "standing", "total_kaf", "total_hm3", "remaining_kaf", "remaining_hm3")
    basis = Basis(
        max(t.day for i in instruments for t in i.terms),
        " ".join(i.id for i in instruments),
        cited=tuple(i.citation.source for i in instruments),
    )
    view = View(parties.title, keys, labels=labels)
    return published(context, entry, parties, view, basis, _coded(year), names=_places(parties), notes=answer.notes)


def _places(parties: Table) -> dict[str, Text]:
    """Names of the places of the parties of a table, and of all together."""
    rows = parties.cells((*parties.rows, *parties.totals))
    return {str(row["place"] or TOTAL): row["party"].name for row in rows if isinstance(row["party"], Named)}


def _coded(year: int) -> Code:
    """Code the cuts of parties in a year by series and place."""
    series = {"total": _CUT, "share": _SHARE, "remaining": _LEFT}

    def code(row: Row, key: str) -> tuple[str, str, str, int]:
        part = key.rpartition("_")[0]
        return series.get(part, f"{_CUT}.{part}"), str(row["place"] or TOTAL), TOTAL, year

    return code


def newest(context: DossierContext, entry: Mapping[str, Any]) -> Paragraph:
    """State the newest level held, and the lowest, feet: ``text`` names ``{level}``, ``{day}``, ``{lowest}``, ``{lowest_day}``."""
    shown = context.ask(entry, entry["series"])
    held = shown.frame.filter(shown.frame["value"].is_not_null()).sort("start")
    last, lowest = held.row(-1, named=True), held.sort("value", "start").row(0, named=True)
    said = {
        "level": level(last["value"]),
        "day": _at(last["start"]),
        "lowest": level(lowest["value"]),
        "lowest_day": _at(lowest["start"]),
    }
    return Paragraph(Text.of(entry["text"]).format(**said), "text")


def cuts_by_part(
    workspace: Workspace,
    *,
    year: int | None = None,
    elevation: Decimal | None = None,
    as_of: date | None = None,
    observed: bool = False,
    flood_control: bool = False,
) -> Chart | None:
    """Draw the cut of each party by part, of a year or a level; parameters as `ambos.flows.river.status.status` takes them.

    Returns
    -------
    Chart or None
        None where no table of levels sets the cuts of the year, or they cut nothing.

    Raises
    ------
    AmbosError
        As `ambos.flows.river.status.status`.
    """
    catalog = workspace.catalog
    year = year_of(workspace, year, elevation, as_of)
    if decided_for(workspace.river, year) is not None:
        return None
    current = by_level(
        workspace, year, elevation=elevation, as_of=as_of, observed=observed, flood_control=flood_control
    )
    condition = current.condition
    if not any(cut.by_tables for cut in condition.cuts):
        return None
    unit, basis = catalog.units["kaf"], _basis(current)
    names = {f"{_CUT}.{part}": catalog.message(f"river.part.{part}") for part in condition.parts}
    return Chart(
        id="cuts",
        kind="parts",
        title=catalog.message("river.table.drawn", year=str(year), level=level(condition.level)),
        sources=(),
        cited=basis.cited,
        as_of=basis.known,
        unit=replace(unit, decimals=0),
        other=replace(catalog.units["hm3"], decimals=1),
        by="series",
        facet="place",
        data=tuple(
            Datum(
                f"{_CUT}.{part}",
                cut.party.place,
                TOTAL,
                str(year),
                None if cut.unread else value,
                unit.id,
                basis.known,
                basis.source,
            )
            for cut in condition.cuts
            for part, value in cut.parts.items()
        ),
        order=tuple(names),
        names=names | {cut.party.place: catalog.places[cut.party.place].name for cut in condition.cuts},
    )


def cuts(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate each party's cut in the year by part, and the water left to it."""
    current, message = determination(context), context.workspace.catalog.message
    parties, left = _status(context).table("parties"), message("brief.river.left")
    labels = {"total_hm3": message("river.head.total"), "share_percent": message("brief.river.share")}
    labels |= {"remaining_kaf": left, "remaining_hm3": left}
    keys = ("party", *(f"{part}_kaf" for part in current.condition.parts), "total_kaf", *labels)
    rules = joined([rule.name + Text.same(": ") + step.rule for rule, step in current.condition.fired], "; ")
    return published(
        context,
        entry,
        parties,
        View(parties.title, keys, labels=labels),
        _basis(current),
        _coded(current.condition.year),
        names=_places(parties),
        notes=[message("brief.river.rules", rules=rules)],
        values=values(context),
    )


def ways(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate how far the neighbouring tiers are, in feet and in volume."""
    current, catalog = determination(context), context.workspace.catalog
    message, tiers, storage = catalog.message, _status(context).table("next_tiers"), current.river.storage
    names = {f"tier_{way.tier.id}": way.tier.name for way in (current.up, current.down) if way}
    names |= {f"river.way.{key}": message(f"river.head.{key}") for key in ("feet", "kaf", "hm3")}
    labels = {"feet": message("brief.river.way"), **dict.fromkeys(("kaf", "hm3"), message("brief.river.volume"))}
    cited = (current.river.tiers_citation.source, storage.citation.source)
    return published(
        context,
        entry,
        tiers,
        View(tiers.title, ("tier", "boundary", *labels), labels=labels),
        replace(_basis(current), source="storage", cited=cited),
        lambda row, key: (f"river.way.{key}", "mead", f"tier_{code_of(row['tier'])}", current.condition.year),
        units={"feet": replace(catalog.units["foot"], name=message("brief.river.feet"))},
        names={"mead": catalog.places["mead"].name} | names,
        notes=[message("brief.river.error", error=river_status.error_text(current.river))],
        values=values(context),
    )


def other_tables(context: DossierContext, entry: Mapping[str, Any]) -> list[DossierTable]:
    """Tabulate the tables of `ambos river status` that ``without`` does not name."""
    current = determination(context)
    return every_table(context, entry, _status(context), _basis(current), current.condition.year)


def lake(context: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Draw levels of a lake over time with the tiers as lines."""
    river = determination(context).river
    levels = [Level(float(t.band.high), t.name, level(t.band.high, 0)) for t in river.tiers if t.band.high is not None]
    return _against(context, {**entry, "kind": "line"}, levels, river.tiers_citation.source)


def against_apportionment(context: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Draw (``drawn``) volumes by year against the apportionment of a ``party``, named by ``level_name``."""
    party = determination(context).river.parties[entry["party"]]
    volume, m3 = af(party.apportionment), context.workspace.river.m3
    line = Level(float(volume), Text.of(entry["level_name"]), af_text(volume, m3))
    return _against(context, {**entry, "kind": entry["drawn"]}, [line], party.citation.source)


def _against(context: DossierContext, entry: Mapping[str, Any], levels: Sequence[Level], cited: Text) -> Chart:
    """Draw series against levels that rest on a citation."""
    context.cited |= {cited: None}
    return replace(chart(context, entry), levels=tuple(levels), cited=(cited,))


def _open(context: DossierContext, answer: Answer, rows: Sequence[Row]) -> list[Text]:
    """List the reasons for which years do not close, as far as known, and the years with accounts not held."""
    catalog, river = context.workspace.catalog, context.workspace.river
    years = [int(str(row["year"])) for row in rows]
    notes = [catalog.message("brief.river.signs")]
    notes += [
        catalog.message(f"river.ledger.note.{k['of']}", year=str(k["year"]), why=k["why"])
        for k in answer.table("known").cells()
        if k["year"] in years
    ]
    for instrument in river_instruments.of_party(river, context.workspace.mexico.party, years):
        notes += river_instruments.unknown(instrument, catalog, context.as_of)
    not_held = ", ".join(str(row["year"]) for row in rows if row["not_held"])
    return [*notes, catalog.message("brief.river.not_held", years=not_held)] if not_held else notes


def deliveries(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the ledger of deliveries of the ``last`` years, acre-feet: what satisfies the Treaty, the excess, the closure
    error, and the schedule."""
    catalog, message = context.workspace.catalog, context.workspace.catalog.message
    answer = ledger(context.then())
    years = answer.table("years")
    chosen = range(len(years.rows))[-entry["last"] :]
    rows = [years.cells()[i] for i in chosen]
    sources, _ = of_datasets(context, ["river_accounts_annual"])
    known = max((row["as_of"] for row in rows if isinstance(row["as_of"], date)), default=context.today())
    place = _mexico(context)
    names = {f"river.ledger.{key}": message(f"river.ledger.{key}") for key in _LEDGER}
    labels = {f"{key}_af": message(f"brief.river.{key}") for key in _LEDGER}
    return published(
        context,
        entry,
        years,
        View(years.title, ("year", *labels), rows=chosen, labels=labels),
        Basis(known, ids(sources), sources),
        lambda row, key: (f"river.ledger.{key.removesuffix('_af')}", place, TOTAL, row["year"]),
        units={"af": catalog.units["acre_foot"]},
        names={place: catalog.places[place].name, TOTAL: message("river.head.all")} | names,
        notes=_open(context, answer, rows),
    )


def _mexico(context: DossierContext) -> str:
    """Get the place of the party that the Treaty of 1944 guarantees a quantity to."""
    return context.workspace.river.parties[context.workspace.mexico.party].place
