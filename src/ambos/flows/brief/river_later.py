"""The dossier's figures of the shared river after 2026: rule sets side by side, decided or not, and shares of traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from ambos.briefing import Chart, DossierTable
from ambos.catalog.river_scenarios import load_scenarios
from ambos.flows.brief.answers import Row, code_of, datum, first_day, head, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext
from ambos.flows.brief.river import determination
from ambos.flows.river.outlook import Outlooks, answer, beside_study, counted, outlooks
from ambos.flows.river.scenarios import scenario, span, unread
from ambos.model.answer import Column, View
from ambos.model.codes import TOTAL
from ambos.model.river import RuleScenario
from ambos.numbers import both, day, period
from ambos.river import cuts_of
from ambos.river.odds import PERCENTILES
from ambos.text import LANGUAGES, Text, joined

_CUT, _DIFFERENCE = "river.scenario.cut", "river.scenario.difference"


def scenarios_by_level(desk: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Chart the cut of some parties by level of Lake Mead, a panel per scenario.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `ambos.flows.brief.answers.head`, and ``parties``, ``known`` (the day of the study), ``step`` (feet between
        two levels), ``sides`` of the parties' places.
    """
    river, catalog = determination(desk).river, desk.workspace.catalog
    known, step = entry["known"], Decimal(entry["step"])
    scenarios = {s.id: s for s in _then(desk, load_scenarios(river).values())}
    known = max(known, *(_decided_on(desk, s) or known for s in scenarios.values()))
    low, high = span(scenarios.values(), step)
    high += 3 * step  # to where nothing is cut
    high = min(high, (river.storage.highest / step).to_integral_value(ROUND_FLOOR) * step)
    levels = [low + step * i for i in range(int((high - low) / step) + 1)]
    parties = [river.parties[p] for p in entry["parties"]]
    data = [
        datum(
            *(each.id, party.place, f"{level:f}", first_day(each.start)),
            *(None if (cut := cuts[party.id]) is None else round(cut, 3), "kaf", known, "scenarios"),
        )
        for each in scenarios.values()
        for level in levels
        for cuts in [cuts_of(each, river, level)]
        for party in parties
    ]
    names = {s.id: s.name for s in scenarios.values()} | {p.place: catalog.places[p.place].name for p in parties}
    feet = catalog.units["foot"].symbol
    names |= {f"{level:f}": Text(*(f"{both(level)[k]} {feet[k]}" for k in LANGUAGES)) for level in levels}
    message = catalog.message
    goes_by = joined([s.name + Text.same(": ") + s.trigger for s in scenarios.values()], "; ")
    notes = [
        *_standing(desk, list(scenarios.values())),
        message("river.scenario.mexico"),
        message("brief.river.step", step=both(step)),
        message("brief.river.goes_by", list=goes_by),
    ]
    cited = [s.citation.source for s in scenarios.values()]
    shared = head(desk, entry, known=known, names=names, cited=cited, notes=notes)
    return Chart(
        **shared,
        kind="curves",
        unit=replace(catalog.units["kaf"], decimals=0),
        data=tuple(data),
        by="place",
        facet="series",
        order=(*scenarios, *(p.place for p in parties)),
        sides=entry.get("sides", {}),
        across=message("brief.river.level_of_mead"),
    )


def _decided_on(desk: DossierContext, scenario: RuleScenario) -> date | None:
    """The day on which a rule set was decided; None for an alternative."""
    instruments = determination(desk).river.instruments.values()
    return next((i.signed or i.known for i in instruments if i.scenario == scenario.id), None)


def _then(desk: DossierContext, scenarios: Iterable[RuleScenario]) -> list[RuleScenario]:
    """Select the rule sets decided by the day of the dossier, and the alternatives."""
    days = {s.id: _decided_on(desk, s) for s in scenarios}
    return [s for s in scenarios if desk.as_of is None or (days[s.id] or desk.as_of) <= desk.as_of]


def _standing(desk: DossierContext, scenarios: Sequence[RuleScenario]) -> list[Text]:
    """List the notes on the standing of rule sets: decided, not in force, parts not known."""
    catalog, river = desk.workspace.catalog, determination(desk).river
    said = {
        kind: joined([s.name for s in scenarios if s.decided is decided], "; ")
        for kind, decided in (("decided", True), ("others", False))
        if any(s.decided is decided for s in scenarios)
    }
    message = catalog.message
    return [
        message(f"brief.river.{'standing' if 'decided' in said else 'not_in_force'}", **said),
        *(message("brief.river.scenario_unread", **unread(s, p, river, catalog)) for s in scenarios for p in s.missing),
    ]


def scenarios_at_level(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate every party's cut by scenario at the newest level held, and the difference to the rules continued, kaf.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `scenarios_by_level`, and ``series`` and ``places`` of the level; the title may name ``{level}``, ``{month}``.
    """
    catalog, message = desk.workspace.catalog, desk.workspace.catalog.message
    levels = desk.ask(entry, entry["series"])
    newest = levels.frame.filter(levels.frame["value"].is_not_null()).sort("start").row(-1, named=True)
    level = Decimal(str(newest["value"]))
    river = determination(desk).river
    known_then = {s.id: s for s in _then(desk, load_scenarios(river).values())}
    cuts = scenario(desk.workspace, elevation=level).table("cuts")
    days = (_decided_on(desk, s) for s in known_then.values())
    known = max(entry["known"], newest["as_of"], *(day for day in days if day is not None))
    place_of = {f"{p.id}_kaf": p.place for p in river.parties.values()}
    names = {place: catalog.places[place].name for place in place_of.values()}
    names |= {TOTAL: message("river.head.all"), _CUT: message("brief.river.cut")}
    names |= {s.id: s.name for s in known_then.values()}
    shown = {"level": both(level, 2), "month": Text(*(period(newest["period"], language) for language in LANGUAGES))}
    rows = [i for i, row in enumerate(cuts.cells()) if code_of(row["scenario"]) in known_then]

    def code(row: Row, key: str) -> tuple[str, str, str, date]:
        id = code_of(row["scenario"])
        series = _DIFFERENCE if key == "difference_kaf" else _CUT
        return series, place_of.get(key, TOTAL), id, first_day(known_then[id].start)

    return published(
        desk,
        entry,
        cuts,
        replace(cuts.views[0], rows=rows),
        code,
        source="scenarios",
        units={"kaf": catalog.units["kaf"]},
        known=known,
        names=names,
        sources=[catalog.sources[s] for s in levels.sources],
        cited=[s.citation.source for s in known_then.values()],
        notes=[
            *_standing(desk, list(known_then.values())),
            *(message(f"river.scenario.{key}") for key in ("mexico", "rounding")),
        ],
        values=shown,
    )


# -- shares of traces -----------------------------------------------------------------------------------------------
def _outlook(desk: DossierContext) -> Outlooks:
    return desk.once("river.outlook", lambda: outlooks(desk.then()))


def _known_outlook(desk: DossierContext, projected: Outlooks) -> tuple[date, str, list[Any]]:
    """Get the date of knowledge of the model's inputs, the ids of its sources, and the sources."""
    sources, newest = of_datasets(desk, ["natural_flow"])
    days = [newest or date.min]
    if projected.start is not None:
        days.append(projected.start[0])
    return max(days), ids(sources), list(sources)


def _cited(projected: Outlooks) -> list[Text]:
    model = projected.outlook
    own = [t.rules.citation.source for t in projected.sets if t.rules is not None]
    return [
        model.months.citation.source,
        model.mead.citation.source,
        model.powell.citation.source,
        model.start.citation.source,
        *own,
    ]


def _how(projected: Outlooks, desk: DossierContext) -> list[Text]:
    """List the notes on method, assumptions and omissions of the shares."""

    def note(key: str, **values: object) -> Text:
        return desk.workspace.catalog.message(f"river.outlook.note.{key}", **values)

    catalog, used, start = desk.workspace.catalog, projected.record, projected.start
    if used is None or start is None:  # traces of a file: not made by the dossier
        return []
    traces = counted(projected.sets[0], catalog)
    first, last, mean = str(min(used.flows)), str(max(used.flows)), both(used.mean / 1000, 1)
    begin = Text(*(day(start[0], language) for language in LANGUAGES))
    return [
        *(
            catalog.message("brief.river.left_out", **unread(s, party, projected.river, catalog))
            for rules in projected.left_out
            for s in _then(desk, rules.scenarios)
            for party in s.missing
        ),
        note("index", traces=traces, first=first, last=last, mean=mean),
        catalog.message("brief.river.not_forecast"),
        *(note(key) for key in ("own_level", "foresight", "side", "outlets", "bands")),
        catalog.message("brief.river.start", day=begin, mead=both(start[1], 2), powell=both(start[2], 2)),
        *beside_study(projected),
        *(note("assumption", text=projected.outlook.citations[key].source) for key in ("depletion", "losses", "uses")),
    ]


def odds_of_tiers(desk: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Chart the shares of traces in each tier by year, a panel per rule set."""
    projected, catalog = _outlook(desk), desk.workspace.catalog
    known, said, sources = _known_outlook(desk, projected)
    tiers = {f"tier_{t.id}": t.name for t in projected.river.tiers}
    data = [
        datum(one.id, "mead", item, first_day(row.year), round(100 * row.share(count), 3), "percent", known, said, "E")
        for one in projected.sets
        for row in one.odds
        for item, count in zip(tiers, row.tiers, strict=True)
    ]
    names = {"mead": catalog.places["mead"].name, **tiers, **_names(projected)}
    notes = _how(projected, desk)
    shared = head(desk, entry, known=known, names=names, sources=sources, cited=_cited(projected), notes=notes)
    return Chart(
        **shared,
        kind="stacks",
        unit=catalog.units["percent"],
        data=tuple(data),
        by="item",
        facet="series",
        order=tuple(tiers),
    )


def _names(projected: Outlooks) -> dict[str, Text]:
    return {one.id: one.rules.name for one in projected.sets if one.rules is not None}


def odds_of_levels(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate levels of Lake Mead, feet, and the mean cut, kaf, in some years, by rule set.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `ambos.flows.brief.answers.head`, and ``years``.
    """
    projected, catalog = _outlook(desk), desk.workspace.catalog
    known, said, sources = _known_outlook(desk, projected)
    years = answer(projected).table("years")
    chosen = tuple(i for i, row in enumerate(years.cells()) if row["year"] in entry["years"])
    names = {"mead": catalog.places["mead"].name, **_names(projected)}
    names |= {c.key.rpartition("_")[0]: c.label for c in years.columns if c.label}
    message = catalog.message
    headed = replace(
        years,
        columns=(
            Column("set_and_year", message("brief.river.rules_year")),
            *(replace(column, decimals=0) for column in years.columns),
        ),
        rows=tuple(
            (names[code_of(row["scenario"])] + Text.same(f" · {row['year']}"), *cells)
            for row, cells in zip(years.cells(), years.rows, strict=True)
        ),
        views=(),
    )
    labels = {f"p{p}_ft": message("brief.river.percentile", percent=both(p)) for p in PERCENTILES}
    labels |= {f"below_{x:g}_percent": message("brief.river.below", level=both(x)) for x in projected.outlook.levels}
    labels |= {"mean_cut_kaf": message("brief.river.mean_cut")}

    def code(row: Row, key: str) -> tuple[str, str, str, date]:
        return code_of(row["scenario"]), "mead", key.rpartition("_")[0], first_day(row["year"])

    return published(
        desk,
        entry,
        headed,
        View(None, ("set_and_year", *labels), rows=chosen, labels=labels),
        code,
        source=said,
        status="E",
        units={"ft": replace(catalog.units["foot"], name=message("brief.river.feet"))},
        known=known,
        names=names,
        sources=sources,
        cited=_cited(projected),
    )
