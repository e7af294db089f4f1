"""The dossier's figures of the shared river: this year's cuts, the lakes against the tiers, the ledger of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.briefing import Chart, Column, Level, Paragraph, Table
from ambos.briefing.document import Cell
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.errors import NotYetKnown
from ambos.flows.brief.answers import Row, datum, first_day, head, ids, listed, of_datasets, published
from ambos.flows.brief.figures import Desk, chart
from ambos.flows.river import decided as river_decided
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river.decided import Decided, decided
from ambos.flows.river.ledger import ledger
from ambos.flows.river.limits import hm3_of
from ambos.flows.river.status import Status, status
from ambos.model import Unit
from ambos.model.answer import Answer, View
from ambos.model.codes import TOTAL
from ambos.model.river import River
from ambos.numbers import both, day
from ambos.river import af, decided_for, hm3
from ambos.text import Text

_CUT, _LEFT, _SHARE = "river.cut", "river.left", "river.cut.share"
_LEDGER = ("delivered", "satisfaction", "excess", "closure", "expected", "difference")


def brief_unit(unit: Unit, decimals: int = 0) -> Unit:
    """A unit by its symbol, for the head of a narrow column."""
    return replace(unit, name=unit.symbol, decimals=decimals)


def year_of(desk: Desk, river: River) -> int:
    """The year of the dossier, or the last one in which all rules hold."""
    return min(desk.today().year, *(rule.end.year for rule in river.rules))


def determination(desk: Desk) -> Status:
    """What holds in the year of the dossier."""

    def answer() -> Status:
        river = load_river(desk.workspace.catalog)
        return status(desk.workspace, year=year_of(desk, river), as_of=desk.as_of)

    return desk.once("river.status", answer)


def _known(found: Status) -> date:
    return found.held.known if found.held else date(found.condition.year - 1, 12, 31)


def _rules(found: Status) -> list[Text]:
    """The instruments of the year, each with the line that applies."""
    return [rule.name + Text.same(": ") + step.rule for rule, step in found.condition.fired]


def _level_from(found: Status) -> Text:
    return found.river.projected_source


def _hm3(kaf: Decimal | None, m3: Decimal) -> Decimal | None:
    return None if kaf is None else round(hm3(kaf, m3), 3)


def _at(value: date) -> Text:
    return Text(day(value, "en"), day(value, "es"))


def values(desk: Desk) -> dict[str, Text]:
    """What the texts of the section may name of the year's condition."""
    found, message = determination(desk), desk.workspace.catalog.message
    condition, m3 = found.condition, found.river.m3
    end = max(rule.end for rule, _ in condition.fired)
    kind = "brief.river.ended" if desk.today() > end else "brief.river.until"
    after = [message(kind, day=_at(end)), *_after(desk, end.year + 1)]
    told: dict[str, Text] = {
        "river_year": Text.same(str(condition.year)),
        "river_before": Text.same(str(condition.year - 1)),
        "river_tier": condition.tier.name,
        "river_level": both(condition.level, 2),
        "river_storage": both(found.storage),
        "river_total": both(condition.total),
        "river_total_hm3": both(_hm3(condition.total, m3), 1),
        "river_end": _at(end),
        "river_after": listed(after, " "),
        "river_order": _order(desk, found),
    }
    for cut in condition.cuts:
        told |= {
            f"river_{cut.party.id}": both(cut.total),
            f"river_{cut.party.id}_hm3": both(_hm3(cut.total, m3), 1),
            f"river_{cut.party.id}_share": both(None if cut.share is None else cut.share * 100, 1),
        }
    for side, way in (("up", found.up), ("down", found.down)):
        if way is None:
            told[f"river_{side}"] = message(f"brief.river.no_{side}")
            continue
        volume = None if way.kaf is None else abs(way.kaf)
        told[f"river_{side}"] = message(
            f"brief.river.{side}",
            tier=way.tier.name,
            feet=both(abs(way.feet), 2),
            kaf=both(volume),
            hm3=both(None if volume is None else hm3(volume, m3)),
        )
    return told


def _order(desk: Desk, found: Status) -> Text:
    message, year, order = desk.workspace.catalog.message, str(found.condition.year), found.order
    if order is None:
        return message("brief.river.no_order", year=year)
    volume = both(hm3_of(Decimal(order.order.af), found.river.m3), 1)
    said = {"af": both(order.order.af), "hm3": volume, "rest": both(order.rest_af), "name": order.rest.name}
    return message("brief.river.order", year=year, **said)


def decided_then(desk: Desk, year: int) -> Decided | None:
    """Look up the decision for a year as known on the day of the dossier; None if there was none."""

    def answer() -> Decided | None:
        try:
            return decided(desk.workspace, year=year, as_of=desk.as_of)
        except NotYetKnown:
            return None

    return desk.once(f"river.decided.{year}", answer)


def _after(desk: Desk, year: int) -> list[Text]:
    """List the notes on the years after the rules expire: the decision, and the shares and terms not known."""
    message, found = desk.workspace.catalog.message, decided_then(desk, year)
    if found is None:
        return [message("brief.river.undecided")]
    last = found.instrument.end.year if found.instrument.end else year
    years = Text(" and ".join(map(str, range(year, last + 1))), " y ".join(map(str, range(year, last + 1))))
    signed = found.instrument.signed or found.instrument.known
    said = {"years": years, "signed": _at(signed), "cut": both(found.cut)}
    unread = [message("brief.river.unread", name=s.instrument.name) for s in found.shares if s.standing == "unknown"]
    contested = any(t.standing == "contested" for i in found.instruments for t in i.terms)
    court = [message("brief.river.contested")] if contested else []
    return [message("brief.river.decided", **said), *court, *unread]


def order(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """Tabulate Mexico's order of the year by line, down to the remainder that is computed, not printed."""
    found, catalog = determination(desk), desk.workspace.catalog
    message, told = catalog.message, found.order
    title = Text.of(entry["title"]).format(**values(desk))
    if told is None:
        first = min((o.known for o in load_mexico(catalog, found.river).orders.values()), default=desk.today())
        raise NotYetKnown(what=title, day=desk.today(), first=first)
    place = found.river.parties[load_mexico(catalog, found.river).party].place
    begin, known, source = date(found.condition.year, 1, 1), told.order.known, " ".join((told.rest.id, "minute_323"))
    units = (brief_unit(catalog.units["acre_foot"]), brief_unit(catalog.units["hm3"], 1))
    rows: list[tuple[Cell, ...]] = []
    names = {place: catalog.places[place].name}
    for key, name, volume in river_order.rows(told, catalog):
        series = f"river.order.{key}"
        names[series] = name
        amounts = (Decimal(volume), round(hm3_of(Decimal(volume), found.river.m3), 3))
        rows.append(
            (
                name,
                *(
                    datum(series, place, TOTAL, begin, amount, unit.id, known, source)
                    for amount, unit in zip(amounts, units, strict=True)
                ),
            )
        )
    columns = (Column(message("river.order.line")), *(Column(message("river.order.order"), unit) for unit in units))
    notes = [n for i in found.instruments if i.party for n in river_instruments.notes(i, catalog)]
    cited = [told.order.citation.source, told.rest.citation.source]
    notes = [*river_order.notes(told, catalog), *notes]
    shared = head(desk, entry, known=known, names=names, cited=cited, notes=notes, values=values(desk))
    return Table(**shared, columns=columns, rows=tuple(rows))


def decided_cuts(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """Tabulate the terms of a year (decided, undecided, unknown), each with its day.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        As for `ambos.flows.brief.answers.head`, and ``years`` (one).
    """
    (year,), catalog = entry["years"], desk.workspace.catalog
    found, message = decided_then(desk, year), catalog.message
    if found is None:
        instrument = decided_for(load_river(catalog), year)
        first = desk.today() if instrument is None else instrument.signed or instrument.known
        raise NotYetKnown(what=Text.of(entry["title"]), day=desk.today(), first=first)
    days = [t.day for i in found.instruments for t in i.terms]
    known, begin = max(days), date(year, 1, 1)
    kaf, volume = (brief_unit(catalog.units[u], d) for u, d in (("kaf", 0), ("hm3", 1)))
    source = " ".join(i.id for i in found.instruments)
    rows: list[tuple[Cell, ...]] = []
    for name, place, standing, of, cut in river_decided.rows(found, catalog):
        left = None if cut is None else of - cut
        m3 = found.river.m3
        amounts = [(_CUT, cut, kaf), (_CUT, _hm3(cut, m3), volume), (_LEFT, left, kaf), (_LEFT, _hm3(left, m3), volume)]
        cells = [datum(key, place, TOTAL, begin, value, unit.id, known, source) for key, value, unit in amounts]
        rows.append((name, standing, *cells))
    columns = (
        Column(message("river.head.party")),
        Column(message("river.decided.standing")),
        *(Column(message(f"river.decided.{key}"), unit) for key in ("cut", "left") for unit in (kaf, volume)),
    )
    names = {place: name for name, place, *_ in river_decided.rows(found, catalog)}
    names |= {_CUT: message("river.decided.cut"), _LEFT: message("river.decided.left")}
    cited = [i.citation.source for i in found.instruments]
    notes = river_decided.notes(found, catalog)
    shared = head(desk, entry, known=known, names=names, cited=cited, notes=notes)
    return Table(**shared, columns=columns, rows=tuple(rows))


def newest(desk: Desk, entry: Mapping[str, Any]) -> Paragraph:
    """The newest level held, and the lowest.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        ``series``, ``places`` and ``frequency`` as for `chart`; ``text``, which may name ``{level}``, ``{day}``, ``{lowest}``
        and ``{lowest_day}``.
    """
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


def cuts(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """Each party's cut in the year, its parts kept apart, and what is left.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        As for `ambos.flows.brief.answers.head`.
    """
    found, catalog = determination(desk), desk.workspace.catalog
    condition, message, m3 = found.condition, catalog.message, found.river.m3
    known, begin = _known(found), date(condition.year, 1, 1)
    kaf, volume, share = (brief_unit(catalog.units[u], d) for u, d in (("kaf", 0), ("hm3", 1), ("percent", 1)))
    source = " ".join(rule.id for rule, _ in condition.fired)

    shown = condition.parts

    def row(
        name: Text, place: str, parts: list[Decimal], whole_cut: Decimal | None, of: Decimal, left: Decimal | None
    ) -> list[Cell]:
        def cell(series: str, value: Decimal | None, unit: Unit) -> Cell:
            return datum(series, place, TOTAL, begin, value, unit.id, known, source)

        return [
            name,
            *(cell(f"{_CUT}.{part}", value, kaf) for part, value in zip(shown, parts, strict=True)),
            cell(_CUT, whole_cut, kaf),
            cell(_CUT, _hm3(whole_cut, m3), volume),
            cell(_SHARE, None if whole_cut is None else round(whole_cut * 100 / of, 3), share),
            cell(_LEFT, left, kaf),
            cell(_LEFT, _hm3(left, m3), volume),
        ]

    rows = [
        row(
            catalog.places[cut.party.place].name,
            cut.party.place,
            [cut.parts[part] for part in shown],
            cut.total,
            cut.party.apportionment,
            cut.remaining,
        )
        for cut in condition.cuts
    ]
    sums = [sum((c.parts[part] for c in condition.cuts), Decimal(0)) for part in shown]
    shares = sum((c.party.apportionment for c in condition.cuts), Decimal(0))
    lefts = [c.remaining for c in condition.cuts if c.remaining is not None]
    left = sum(lefts, Decimal(0)) if len(lefts) == len(condition.cuts) else None
    rows.append(row(message("river.head.all"), TOTAL, sums, condition.total, shares, left))
    columns = (
        Column(message("river.head.party")),
        *(Column(message(f"river.part.{part}"), kaf) for part in shown),
        Column(message("river.head.total"), kaf),
        Column(message("river.head.total"), volume),
        Column(message("brief.river.share"), share),
        Column(message("brief.river.left"), kaf),
        Column(message("brief.river.left"), volume),
    )
    names = {cut.party.place: catalog.places[cut.party.place].name for cut in condition.cuts} | {
        TOTAL: message("river.head.all"),
        _CUT: message("river.head.total"),
        _SHARE: message("brief.river.share"),
        _LEFT: message("brief.river.left"),
        **{f"{_CUT}.{part}": message(f"river.part.{part}") for part in shown},
    }
    cited = [*(rule.citation.source for rule, _ in condition.fired), _level_from(found)]
    notes = [message("brief.river.rules", rules=listed(_rules(found), "; "))]
    shared = head(desk, entry, known=known, names=names, cited=cited, notes=notes, values=values(desk))
    return Table(**shared, columns=columns, rows=tuple(tuple(r) for r in rows))


def ways(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """How far the neighbouring tiers are, in feet and in volume."""
    found, catalog = determination(desk), desk.workspace.catalog
    message, known, begin = catalog.message, _known(found), date(found.condition.year, 1, 1)
    feet = replace(catalog.units["foot"], name=message("brief.river.feet"))
    units = {"feet": feet, "kaf": brief_unit(catalog.units["kaf"]), "hm3": brief_unit(catalog.units["hm3"])}
    rows: list[tuple[Cell, ...]] = []
    names = {"mead": catalog.places["mead"].name}
    for way in (found.up, found.down):
        if way is None:
            continue
        item = f"tier_{way.tier.id}"
        names[item] = way.tier.name
        upwards = way.tier.band.low == way.boundary
        side = "at" if way.included else "above" if upwards else "below"
        volume = None if way.kaf is None else round(hm3(way.kaf, found.river.m3), 3)
        amounts = {"feet": way.feet, "kaf": way.kaf, "hm3": volume}
        cells = [
            datum(f"river.way.{key}", "mead", item, begin, amounts[key], unit.id, known, "storage")
            for key, unit in units.items()
        ]
        rows.append((way.tier.name, message(f"river.boundary.{side}", level=both(way.boundary, 2)), *cells))
    names |= {f"river.way.{key}": message(f"river.head.{key}") for key in units}
    columns = (
        Column(message("river.head.tier")),
        Column(message("river.head.boundary")),
        Column(message("brief.river.way"), feet, signed=True),
        Column(message("brief.river.volume"), units["kaf"], signed=True),
        Column(message("brief.river.volume"), units["hm3"], signed=True),
    )
    cited = [found.river.tiers_citation.source, found.river.storage.citation.source]
    notes = [message("brief.river.error", error=both(found.river.storage.error, 1))]
    shared = head(desk, entry, known=known, names=names, cited=cited, notes=notes, values=values(desk))
    return Table(**shared, columns=columns, rows=tuple(rows))


def lake(desk: Desk, entry: Mapping[str, Any]) -> Chart:
    """Levels of a lake over time with the tiers as lines; ``tiers = true`` as for `chart`."""
    found = determination(desk)
    tiers = [t for t in found.river.tiers if t.band.high is not None]
    levels = tuple(Level(float(t.band.high), t.name) for t in tiers if t.band.high is not None)
    cited = found.river.tiers_citation.source
    desk.cited |= {cited: None}
    return replace(chart(desk, {**entry, "kind": "line"}), levels=levels, cited=(cited,))


def against_apportionment(desk: Desk, entry: Mapping[str, Any]) -> Chart:
    """Volumes by year against the apportionment of a party.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        As for `chart`, and ``party``, ``level_name`` (a text) and ``drawn`` (``"line"`` or ``"column"``).
    """
    party = determination(desk).river.parties[entry["party"]]
    level = Level(float(af(party.apportionment)), Text.of(entry["level_name"]))
    cited = party.citation.source
    desk.cited |= {cited: None}
    return replace(chart(desk, {**entry, "kind": entry["drawn"]}), levels=(level,), cited=(cited,))


def _open(desk: Desk, found: Answer, rows: Sequence[Row]) -> list[Text]:
    """List the reasons for which years do not close, as far as known, and the years with accounts not held."""
    catalog, river = desk.workspace.catalog, load_river(desk.workspace.catalog)
    years = [first_day(row["year"]).year for row in rows]
    notes = [catalog.message("brief.river.signs")]
    notes += [
        catalog.message(f"river.ledger.note.{k['of']}", year=str(k["year"]), why=k["why"])
        for k in found.table("known").cells()
        if k["year"] in years
    ]
    for instrument in river_instruments.of_party(river, load_mexico(catalog, river).party, years):
        notes += river_instruments.unknown(instrument, catalog, desk.as_of)
    not_held = ", ".join(str(row["year"]) for row in rows if row["not_held"])
    return [*notes, catalog.message("brief.river.not_held", years=not_held)] if not_held else notes


def deliveries(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """Tabulate the ledger of deliveries, acre-feet: what satisfies the Treaty, the excess, the closure error, and the schedule.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        As for `ambos.flows.brief.answers.head`, and ``last``: the newest so many years.
    """
    catalog, message = desk.workspace.catalog, desk.workspace.catalog.message
    found = desk.once("river.ledger", lambda: ledger(desk.then()))
    years = found.table("years")
    chosen = tuple(range(len(years.rows)))[-entry["last"] :]
    rows = [years.cells()[i] for i in chosen]
    sources, _ = of_datasets(desk, ["river_accounts_annual"])
    place = _mexico(desk)
    view = View(
        years.title,
        ("year", *(f"{key}_af" for key in _LEDGER)),
        rows=chosen,
        labels={f"{key}_af": message(f"brief.river.{key}") for key in _LEDGER},
    )
    shared = head(
        desk,
        entry,
        known=max((row["as_of"] for row in rows if isinstance(row["as_of"], date)), default=desk.today()),
        names={place: catalog.places[place].name, TOTAL: message("river.head.all")}
        | {f"river.ledger.{key}": message(f"river.ledger.{key}") for key in _LEDGER},
        sources=sources,
        notes=_open(desk, found, rows),
    )

    def code(row: Row, key: str) -> tuple[str, str, str, date]:
        return f"river.ledger.{key.removesuffix('_af')}", place, TOTAL, first_day(row["year"])

    return published(years, view, code, {"af": catalog.units["acre_foot"]}, shared, source=ids(sources))


def _mexico(desk: Desk) -> str:
    """Get the place of the party that the Treaty of 1944 guarantees a quantity to."""
    river = load_river(desk.workspace.catalog)
    return river.parties[load_mexico(desk.workspace.catalog, river).party].place
