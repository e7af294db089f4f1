"""The dossier's figures of the shared river: this year's cuts, the lakes against the tiers, the ledger of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.briefing import Chart, DossierTable, Level, Paragraph
from ambos.errors import NotYetKnown
from ambos.flows.brief.answers import Basis, Code, Row, code_of, every_table, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext, chart
from ambos.flows.river import decided as river_decided
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river import status_tables
from ambos.flows.river.decided import Decided, decided
from ambos.flows.river.ledger import ledger
from ambos.flows.river.limits import hm3_of
from ambos.flows.river.status import Status, by_level
from ambos.model.answer import Answer, Named, Table, View, cell_text
from ambos.model.codes import TOTAL
from ambos.numbers import both, day
from ambos.river import af, decided_for, hm3
from ambos.text import Text, joined

_CUT, _LEFT, _SHARE = "river.cut", "river.left", "river.cut.share"
_LEDGER = ("delivered", "satisfaction", "excess", "closure", "expected", "difference")


def determination(desk: DossierContext) -> Status:
    """Determine tier and cuts of the year of the dossier, or of the last one in which all rules hold."""

    def answer() -> Status:
        year = min(desk.today().year, *(rule.end.year for rule in desk.workspace.river.rules))
        return by_level(desk.workspace, year, as_of=desk.as_of)

    return desk.once("river.status", answer)


def _status(desk: DossierContext) -> Answer:
    """Answer `ambos river status` for the year of the dossier."""
    return desk.once("river.status.answer", lambda: status_tables.answer(determination(desk), desk.workspace.catalog))


def _basis(current: Status) -> Basis:
    """The rules of the year, and from when the level projected for it is known."""
    known = current.held.known if current.held else date(current.condition.year - 1, 12, 31)
    rules = [rule for rule, _ in current.condition.fired]
    cited = (*(rule.citation.source for rule in rules), current.river.projected_source)
    return Basis(known, " ".join(rule.id for rule in rules), cited=cited)


def _at(value: date) -> Text:
    return Text(day(value, "en"), day(value, "es"))


def values(desk: DossierContext) -> dict[str, Text]:
    """Write the values of the year's condition that texts of the section may name."""
    current, message = determination(desk), desk.workspace.catalog.message
    condition, m3 = current.condition, current.river.m3
    end = max(rule.end for rule, _ in condition.fired)
    kind = "brief.river.ended" if desk.today() > end else "brief.river.until"
    after = [message(kind, day=_at(end)), *_after(desk, end.year + 1)]
    texts: dict[str, Text] = {
        "river_year": Text.same(str(condition.year)),
        "river_before": Text.same(str(condition.year - 1)),
        "river_tier": condition.tier.name,
        "river_level": both(condition.level, 2),
        "river_storage": both(current.storage),
        "river_total": both(condition.total),
        "river_total_hm3": both(None if condition.total is None else hm3(condition.total, m3), 1),
        "river_end": _at(end),
        "river_after": joined(after, " "),
        "river_order": _order(desk, current),
    }
    cuts = View(None, ("party", "total_kaf", "total_hm3", "share_percent"))
    columns, rows, _ = _status(desk).table("parties").select(cuts)
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
            feet=both(abs(way.feet), 2),
            kaf=both(volume),
            hm3=both(None if volume is None else hm3(volume, m3)),
        )
    return texts


def _order(desk: DossierContext, current: Status) -> Text:
    message, year, order = desk.workspace.catalog.message, str(current.condition.year), current.order
    if order is None:
        return message("brief.river.no_order", year=year)
    volume = both(hm3_of(Decimal(order.order.af), current.river.m3), 1)
    said = {"af": both(order.order.af), "hm3": volume, "rest": both(order.rest_af), "name": order.rest.name}
    return message("brief.river.order", year=year, **said)


def decided_then(desk: DossierContext, year: int) -> Decided | None:
    """Look up the decision for a year as known on the day of the dossier; None if there was none."""

    def answer() -> Decided | None:
        try:
            return decided(desk.workspace, year=year, as_of=desk.as_of)
        except NotYetKnown:
            return None

    return desk.once(f"river.decided.{year}", answer)


def _after(desk: DossierContext, year: int) -> list[Text]:
    """List the notes on the years after the rules expire: the decision, and the shares and terms not known."""
    message, decision = desk.workspace.catalog.message, decided_then(desk, year)
    if decision is None:
        return [message("brief.river.undecided")]
    last = decision.instrument.end.year if decision.instrument.end else year
    years = Text(" and ".join(map(str, range(year, last + 1))), " y ".join(map(str, range(year, last + 1))))
    signed = decision.instrument.signed or decision.instrument.known
    said = {"years": years, "signed": _at(signed), "cut": both(decision.cut)}
    unread = [message("brief.river.unread", name=s.instrument.name) for s in decision.shares if s.standing == "unknown"]
    contested = any(t.standing == "contested" for i in decision.instruments for t in i.terms)
    court = [message("brief.river.contested")] if contested else []
    return [message("brief.river.decided", **said), *court, *unread]


def order(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate Mexico's order of the year by line, down to the remainder that is computed, not printed."""
    current, catalog, said = determination(desk), desk.workspace.catalog, values(desk)
    message, held, title = catalog.message, current.order, Text.of(entry["title"]).format(**said)
    if held is None:
        first = min((o.known for o in desk.workspace.mexico.orders.values()), default=desk.today())
        raise NotYetKnown(what=title, day=desk.today(), first=first)
    place = _mexico(desk)
    names = {f"river.order.{key}": name for key, name, _ in river_order.rows(held, catalog)}
    notes = [n for i in current.instruments if i.party for n in river_instruments.notes(i, catalog)]
    cited = (held.order.citation.source, held.rest.citation.source)
    return published(
        desk,
        entry,
        _status(desk).table("mexico_order"),
        View(title, ("part", "af", "hm3"), labels=dict.fromkeys(("af", "hm3"), message("river.order.order"))),
        Basis(held.order.known, f"{held.rest.id} minute_323", cited=cited),
        lambda row, _: (f"river.order.{code_of(row['part'])}", place, TOTAL, current.condition.year),
        names={place: catalog.places[place].name} | names,
        notes=[*river_order.notes(held, catalog), *notes],
        values=said,
    )


def decided_cuts(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the terms of the one of ``years`` (decided, undecided, unknown), each with its day."""
    (year,), catalog = entry["years"], desk.workspace.catalog
    decision, message = decided_then(desk, year), catalog.message
    if decision is None:
        instrument = decided_for(desk.workspace.river, year)
        first = desk.today() if instrument is None else instrument.signed or instrument.known
        raise NotYetKnown(what=Text.of(entry["title"]), day=desk.today(), first=first)
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
    return published(desk, entry, parties, view, basis, _coded(year), names=_places(parties), notes=answer.notes)


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


def newest(desk: DossierContext, entry: Mapping[str, Any]) -> Paragraph:
    """State the newest level held, and the lowest, feet: ``text`` names ``{level}``, ``{day}``, ``{lowest}``, ``{lowest_day}``."""
    shown = desk.ask(entry, entry["series"])
    held = shown.frame.filter(shown.frame["value"].is_not_null()).sort("start")
    last, lowest = held.row(-1, named=True), held.sort("value", "start").row(0, named=True)
    said = {
        "level": both(last["value"], 2),
        "day": _at(last["start"]),
        "lowest": both(lowest["value"], 2),
        "lowest_day": _at(lowest["start"]),
    }
    return Paragraph(Text.of(entry["text"]).format(**said), "text")


def cuts(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate each party's cut in the year by part, and the water left to it."""
    current, message = determination(desk), desk.workspace.catalog.message
    parties, left = _status(desk).table("parties"), message("brief.river.left")
    labels = {"total_hm3": message("river.head.total"), "share_percent": message("brief.river.share")}
    labels |= {"remaining_kaf": left, "remaining_hm3": left}
    keys = ("party", *(f"{part}_kaf" for part in current.condition.parts), "total_kaf", *labels)
    rules = joined([rule.name + Text.same(": ") + step.rule for rule, step in current.condition.fired], "; ")
    return published(
        desk,
        entry,
        parties,
        View(parties.title, keys, labels=labels),
        _basis(current),
        _coded(current.condition.year),
        names=_places(parties),
        notes=[message("brief.river.rules", rules=rules)],
        values=values(desk),
    )


def ways(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate how far the neighbouring tiers are, in feet and in volume."""
    current, catalog = determination(desk), desk.workspace.catalog
    message, tiers, storage = catalog.message, _status(desk).table("next_tiers"), current.river.storage
    names = {f"tier_{way.tier.id}": way.tier.name for way in (current.up, current.down) if way}
    names |= {f"river.way.{key}": message(f"river.head.{key}") for key in ("feet", "kaf", "hm3")}
    labels = {"feet": message("brief.river.way"), **dict.fromkeys(("kaf", "hm3"), message("brief.river.volume"))}
    cited = (current.river.tiers_citation.source, storage.citation.source)
    return published(
        desk,
        entry,
        tiers,
        View(tiers.title, ("tier", "boundary", *labels), labels=labels),
        replace(_basis(current), source="storage", cited=cited),
        lambda row, key: (f"river.way.{key}", "mead", f"tier_{code_of(row['tier'])}", current.condition.year),
        units={"feet": replace(catalog.units["foot"], name=message("brief.river.feet"))},
        names={"mead": catalog.places["mead"].name} | names,
        notes=[message("brief.river.error", error=both(storage.error, 1))],
        values=values(desk),
    )


def other_tables(desk: DossierContext, entry: Mapping[str, Any]) -> list[DossierTable]:
    """Tabulate what `ambos river status` answers beside what ``without`` names."""
    current = determination(desk)
    return every_table(desk, entry, _status(desk), _basis(current), current.condition.year)


def lake(desk: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Draw levels of a lake over time with the tiers as lines."""
    river = determination(desk).river
    levels = [Level(float(t.band.high), t.name) for t in river.tiers if t.band.high is not None]
    return _against(desk, {**entry, "kind": "line"}, levels, river.tiers_citation.source)


def against_apportionment(desk: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Draw (``drawn``) volumes by year against the apportionment of a ``party``, named by ``level_name``."""
    party = determination(desk).river.parties[entry["party"]]
    level = Level(float(af(party.apportionment)), Text.of(entry["level_name"]))
    return _against(desk, {**entry, "kind": entry["drawn"]}, [level], party.citation.source)


def _against(desk: DossierContext, entry: Mapping[str, Any], levels: Sequence[Level], cited: Text) -> Chart:
    """Draw series against levels that rest on a citation."""
    desk.cited |= {cited: None}
    return replace(chart(desk, entry), levels=tuple(levels), cited=(cited,))


def _open(desk: DossierContext, answer: Answer, rows: Sequence[Row]) -> list[Text]:
    """List the reasons for which years do not close, as far as known, and the years with accounts not held."""
    catalog, river = desk.workspace.catalog, desk.workspace.river
    years = [int(str(row["year"])) for row in rows]
    notes = [catalog.message("brief.river.signs")]
    notes += [
        catalog.message(f"river.ledger.note.{k['of']}", year=str(k["year"]), why=k["why"])
        for k in answer.table("known").cells()
        if k["year"] in years
    ]
    for instrument in river_instruments.of_party(river, desk.workspace.mexico.party, years):
        notes += river_instruments.unknown(instrument, catalog, desk.as_of)
    not_held = ", ".join(str(row["year"]) for row in rows if row["not_held"])
    return [*notes, catalog.message("brief.river.not_held", years=not_held)] if not_held else notes


def deliveries(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the ledger of deliveries of the ``last`` years, acre-feet: what satisfies the Treaty, the excess, the closure
    error, and the schedule."""
    catalog, message = desk.workspace.catalog, desk.workspace.catalog.message
    answer = ledger(desk.then())
    years = answer.table("years")
    chosen = range(len(years.rows))[-entry["last"] :]
    rows = [years.cells()[i] for i in chosen]
    sources, _ = of_datasets(desk, ["river_accounts_annual"])
    known = max((row["as_of"] for row in rows if isinstance(row["as_of"], date)), default=desk.today())
    place = _mexico(desk)
    names = {f"river.ledger.{key}": message(f"river.ledger.{key}") for key in _LEDGER}
    labels = {f"{key}_af": message(f"brief.river.{key}") for key in _LEDGER}
    return published(
        desk,
        entry,
        years,
        View(years.title, ("year", *labels), rows=chosen, labels=labels),
        Basis(known, ids(sources), sources),
        lambda row, key: (f"river.ledger.{key.removesuffix('_af')}", place, TOTAL, row["year"]),
        units={"af": catalog.units["acre_foot"]},
        names={place: catalog.places[place].name, TOTAL: message("river.head.all")} | names,
        notes=_open(desk, answer, rows),
    )


def _mexico(desk: DossierContext) -> str:
    """Get the place of the party that the Treaty of 1944 guarantees a quantity to."""
    return desk.workspace.river.parties[desk.workspace.mexico.party].place
