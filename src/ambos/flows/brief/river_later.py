"""The dossier's figures of the shared river after 2026: rule sets side by side, decided or not, and shares of traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from ambos.briefing import Chart, DossierTable
from ambos.catalog.river import load_scenarios
from ambos.flows.brief.answers import Basis, Row, code_of, drawn, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext
from ambos.flows.brief.river import determination
from ambos.flows.river.both_units import level as level_text
from ambos.flows.river.outlook import Outlooks, answer, counted, outlooks, study_notes
from ambos.flows.river.scenarios import scenario, span, unread
from ambos.model.answer import Table, View
from ambos.model.codes import TOTAL
from ambos.model.river import RuleScenario
from ambos.numbers import both, day, period
from ambos.river import hm3
from ambos.river.odds import PERCENTILES
from ambos.text import LANGUAGES, Text, joined

_CUT, _DIFFERENCE = "river.scenario.cut", "river.scenario.difference"


def scenarios_by_level(context: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Chart the cut of some ``parties`` every ``step`` feet of the level of Lake Mead, a panel per rule set.

    ``known`` is the day of the study, ``sides`` are those of the parties' places.
    """
    river, catalog = determination(context).river, context.workspace.catalog
    message, step = catalog.message, Decimal(entry["step"])
    sets, basis = _sets(context, entry["known"])
    low, high = span(sets.values(), step)
    high += 3 * step  # to where nothing is cut
    high = min(high, (river.storage.highest / step).to_integral_value(ROUND_FLOOR) * step)
    levels = [low + step * i for i in range(int((high - low) / step) + 1)]
    places = {f"{party}_kaf": river.parties[party].place for party in entry["parties"]}
    feet = catalog.units["foot"].symbol
    names = {id: each.name for id, each in sets.items()} | {p: catalog.places[p].name for p in places.values()}
    names |= {f"{level:f}": Text(*(f"{both(level)[k]} {feet[k]}" for k in LANGUAGES)) for level in levels}

    def code(row: Row, key: str) -> tuple[str, str, str, int]:
        id = code_of(row["scenario"])
        return id, places[key], f"{row['elevation_ft']:f}", sets[id].start

    goes_by = joined([s.name + Text.same(": ") + s.trigger for s in sets.values()], "; ")
    cuts = published(
        context,
        entry,
        scenario(context.workspace, names=list(sets), levels=levels).table("cuts"),
        View(None, ("scenario", *places)),
        basis,
        code,
        names=names,
        notes=[
            *_standing(context, sets.values()),
            message("river.scenario.mexico"),
            message("brief.river.step", step=level_text(step, 0)),
            message("brief.river.goes_by", list=goes_by),
        ],
    )
    return drawn(
        cuts,
        kind="curves",
        unit=replace(catalog.units["kaf"], decimals=0),
        other=replace(catalog.units["hm3"], decimals=0),
        by="place",
        facet="series",
        order=(*sets, *places.values()),
        sides=entry.get("sides", {}),
        across=message("brief.river.level_of_mead"),
        along=catalog.units["foot"],
    )


def _sets(context: DossierContext, known: date) -> tuple[dict[str, RuleScenario], Basis]:
    """Select the rule sets decided by the day of the dossier, and the alternatives; they are known from `known` or later."""
    river, sets = determination(context).river, {}
    for each in load_scenarios(river).values():
        instruments = (i for i in river.instruments.values() if i.scenario == each.id)
        decided = next((i.signed or i.known for i in instruments), None)
        if context.as_of is None or decided is None or decided <= context.as_of:
            sets[each.id] = each
            known = max(known, decided or known)
    return sets, Basis(known, "scenarios", cited=tuple(s.citation.source for s in sets.values()))


def _standing(context: DossierContext, sets: Iterable[RuleScenario]) -> list[Text]:
    """List the notes on the standing of rule sets: decided, not in force, parts not known."""
    catalog, river, sets = context.workspace.catalog, determination(context).river, list(sets)
    said = {
        kind: joined([s.name for s in sets if s.decided is decided], "; ")
        for kind, decided in (("decided", True), ("others", False))
        if any(s.decided is decided for s in sets)
    }
    message = catalog.message
    return [
        message(f"brief.river.{'standing' if 'decided' in said else 'not_in_force'}", **said),
        *(message("brief.river.scenario_unread", **unread(s, p, river, catalog)) for s in sets for p in s.missing),
    ]


def scenarios_at_level(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate every party's cut by rule set at the newest level of ``series``, and the difference to the rules continued, kaf.

    ``known`` is the day of the study; the title may name ``{level}`` and ``{month}``.
    """
    catalog, message = context.workspace.catalog, context.workspace.catalog.message
    levels = context.ask(entry, entry["series"])
    newest = levels.frame.filter(levels.frame["value"].is_not_null()).sort("start").row(-1, named=True)
    level = Decimal(str(newest["value"]))
    sets, basis = _sets(context, max(entry["known"], newest["as_of"]))
    cuts = scenario(context.workspace, names=list(sets), elevation=level).table("cuts")
    places = {f"{p.id}_kaf": p.place for p in determination(context).river.parties.values()}
    names = {place: catalog.places[place].name for place in places.values()}
    names |= {TOTAL: message("river.head.all"), _CUT: message("brief.river.cut")}
    names |= {id: each.name for id, each in sets.items()}

    def code(row: Row, key: str) -> tuple[str, str, str, int]:
        series, id = _DIFFERENCE if key == "difference_kaf" else _CUT, code_of(row["scenario"])
        return series, places.get(key, TOTAL), id, sets[id].start

    return published(
        context,
        entry,
        cuts,
        cuts.views[0],
        replace(basis, sources=tuple(catalog.sources[s] for s in levels.sources)),
        code,
        units={"kaf": catalog.units["kaf"]},
        names=names,
        notes=[*_standing(context, sets.values()), *(message(f"river.scenario.{k}") for k in ("mexico", "rounding"))],
        values={
            "level": level_text(level),
            "month": Text(*(period(newest["period"], language) for language in LANGUAGES)),
        },
    )


# -- shares of traces -----------------------------------------------------------------------------------------------
def _outlook(context: DossierContext) -> tuple[Outlooks, Table, Basis]:
    """Get the shares of traces of `ambos river outlook`, and their basis."""
    projected = context.once("river.outlook", lambda: outlooks(context.then()))
    sources, newest = of_datasets(context, ["natural_flow"])
    model, start = projected.outlook, [projected.start[0]] if projected.start else []
    given = [each.citation for each in (model.months, model.mead, model.powell, model.start)]
    given += [one.rules.citation for one in projected.sets if one.rules is not None]
    cited = tuple(citation.source for citation in given)
    basis = Basis(max([newest or date.min, *start]), ids(sources), sources, cited, "E")
    return projected, answer(projected).table("years"), basis


def _code(row: Row, key: str) -> tuple[str, str, str, object]:
    """Code a figure of Lake Mead by rule set, quantity and year."""
    return code_of(row["scenario"]), "mead", key.rpartition("_")[0], row["year"]


def _names(context: DossierContext, projected: Outlooks, years: Table) -> dict[str, Text]:
    names = {"mead": context.workspace.catalog.places["mead"].name}
    names |= {column.key.rpartition("_")[0]: column.label for column in years.columns if column.label}
    names |= {f"tier_{tier.id}": tier.name for tier in projected.river.tiers}
    return names | {one.id: one.rules.name for one in projected.sets if one.rules is not None}


def _how(context: DossierContext, projected: Outlooks) -> list[Text]:
    """List the notes on method, assumptions and omissions of the shares."""
    catalog, used, start = context.workspace.catalog, projected.record, projected.start
    if used is None or start is None:  # traces of a file: not made by the dossier
        return []

    def note(key: str, **values: object) -> Text:
        return catalog.message(f"river.outlook.note.{key}", **values)

    traces = counted(projected.sets[0], catalog)
    first, last, mean = str(min(used.flows)), str(max(used.flows)), both(used.mean / 1000, 1)
    mean_hm3 = both(hm3(Decimal(str(used.mean)), projected.river.m3))
    begin = Text(*(day(start[0], language) for language in LANGUAGES))
    then, _ = _sets(context, date.min)
    return [
        *(
            catalog.message("brief.river.left_out", **unread(s, party, projected.river, catalog))
            for rules in projected.left_out
            for s in rules.scenarios
            if s.id in then
            for party in s.missing
        ),
        note("index", traces=traces, first=first, last=last, mean=mean, mean_hm3=mean_hm3),
        catalog.message("brief.river.not_forecast"),
        *(note(key) for key in ("own_level", "foresight", "side", "outlets", "bands")),
        catalog.message("brief.river.start", day=begin, mead=level_text(start[1]), powell=level_text(start[2])),
        *study_notes(projected),
        *(note("assumption", text=projected.outlook.citations[key].source) for key in ("depletion", "losses", "uses")),
    ]


def odds_of_tiers(context: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Chart the shares of traces in each tier by year, a panel per rule set."""
    projected, years, basis = _outlook(context)
    tiers = [f"tier_{tier.id}" for tier in projected.river.tiers]
    view = View(None, ("year", *(f"{tier}_percent" for tier in tiers)))
    names, notes = _names(context, projected, years), _how(context, projected)
    shares = published(context, entry, years, view, basis, _code, names=names, notes=notes)
    unit = context.workspace.catalog.units["percent"]
    return drawn(shares, kind="stacks", unit=unit, by="item", facet="series", order=tuple(tiers))


def odds_of_levels(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate levels of Lake Mead, feet, and the mean cut, kaf, in some ``years``, by rule set."""
    projected, years, basis = _outlook(context)
    catalog, message = context.workspace.catalog, context.workspace.catalog.message
    chosen = [i for i, row in enumerate(years.cells()) if row["year"] in entry["years"]]
    labels = {f"p{p}_ft": message("brief.river.percentile", percent=both(p)) for p in PERCENTILES}
    labels |= {
        f"below_{x:g}_percent": message("brief.river.below", level=level_text(x, 0)) for x in projected.outlook.levels
    }
    labels |= {"mean_cut_kaf": message("brief.river.mean_cut"), "scenario": message("brief.river.rules_year")}
    keys = ("scenario", "year", *(key for key in labels if key != "scenario"))
    return published(
        context,
        entry,
        replace(years, columns=tuple(replace(column, decimals=0) for column in years.columns)),
        View(None, keys, rows=chosen, labels=labels),
        basis,
        _code,
        heads=2,
        units={"ft": replace(catalog.units["foot"], name=message("brief.river.feet"))},
        names=_names(context, projected, years),
    )
