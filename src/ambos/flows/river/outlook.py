"""`ambos river outlook`: how likely each tier is in the years to come, from traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ambos.catalog import Catalog
from ambos.catalog.catalog import unknown
from ambos.catalog.river import load_outlook, load_scenarios
from ambos.csv_text import csv_text
from ambos.errors import CannotSave, NeedsOption, NoData, bad_request, reason
from ambos.files import whole
from ambos.flows.river.both_units import in_both_units, level
from ambos.flows.river.scenarios import Assumed, assumed, standing_notes, unread
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table, View, data_table
from ambos.model.river import Citation, River, RuleScenario
from ambos.model.river_outlook import Lake, Outlook, RuleSet
from ambos.numbers import both, day
from ambos.river import hm3
from ambos.river.lakes import Floats
from ambos.river.odds import PERCENTILES, Odds, odds
from ambos.river.projection import Projected, project, water_years
from ambos.river.rules import cuts_at
from ambos.river.trace_file import COLUMNS, Traces, read
from ambos.river.traces import drawn, index_sequential
from ambos.text import LANGUAGES, Text, joined

YEARS, SEED = 10, 1
#: Of natural flow.
SOURCE = "usbr_natural_flow"
_LIMITS = ("not_forecast", "own_level", "foresight", "side", "outlets", "bands")


@dataclass(frozen=True, slots=True)
class SetOutlook:
    """Tiers and levels of a rule set, or of one scenario of a file of traces."""

    id: str  #: Empty for a file that names none.
    rules: RuleSet | None  #: None for a file.
    odds: tuple[Odds, ...]  #: By year.
    traces: Traces  #: Levels of 31 December.
    projected: Projected | None


@dataclass(frozen=True, slots=True)
class Record:
    """Natural flow at Lees Ferry that is held."""

    flows: Mapping[int, float]  #: By water year, without a hole, kaf.
    provisional: tuple[int, ...]  #: Years whose figure the source calls provisional.
    known: date  #: From when the newest figure is.

    @property
    def mean(self) -> float:
        """kaf a year."""
        return sum(self.flows.values()) / len(self.flows)


class Studied(NamedTuple):
    """The level of Lake Mead on 31 December of a year, feet, as a most probable run of a 24-Month Study projects it."""

    study: str
    run: str
    year: int
    feet: float


@dataclass(frozen=True, slots=True)
class Outlooks:
    """Outlooks of rule sets, or of the scenarios of a file."""

    catalog: Catalog
    river: River
    outlook: Outlook
    sets: tuple[SetOutlook, ...]
    start: tuple[date, float, float] | None  #: Day, level of Lake Mead and of Lake Powell, feet; none for a file.
    given: bool  #: Whether the user gives a level or the day.
    record: Record | None  #: The natural flow drawn on; none for a file.
    seed: int | None  #: None where nothing was drawn.
    #: Those that were not projected because a party's part is not known and none was given.
    left_out: tuple[RuleSet, ...] = ()
    studied: tuple[Studied, ...] = ()  #: Levels of Lake Mead by the newest 24-Month Study held, for comparison.


def outlooks(
    workspace: Workspace,
    *,
    names: Sequence[str] = (),
    traces: int | None = None,
    years: int = YEARS,
    seed: int = SEED,
    since: int | None = None,
    mead: Decimal | None = None,
    powell: Decimal | None = None,
    start: date | None = None,
    mexico: Assumed | None = None,
) -> Outlooks:
    """Project Lake Powell and Lake Mead and count tiers, for each rule set.

    Parameters
    ----------
    workspace : Workspace
    names : sequence of str
        Ids of rule sets; all that can be projected if empty.
    traces : int, optional
        How many to draw; one from each year of the record if not given.
    years : int
    seed : int
        Of the draw.
    since : int, optional
        First water year of the record to use.
    mead, powell : Decimal, optional
        Levels on the day of the start, feet.
    start : date, optional
        The first of a month; both levels are then wanted.
    mexico : Assumed, optional
        The cut of Mexico where its terms were not read; such a rule set is not projected without it.

    Raises
    ------
    UnknownName
        If there is no such rule set.
    BadRequest
        If a rule set cannot be projected, Mexico's part of one that is named is not given, or a level, day or year makes no sense.
    NoData
        If natural flow is not held without a hole.
    """
    river = workspace.river
    scenarios = assumed(workspace, load_scenarios(river), river, mexico)
    held = load_outlook(scenarios)
    able = [key for key, rules in held.sets.items() if not rules.missing]
    chosen = [_rules(held, scenarios, name) for name in dict.fromkeys(names or able)]
    for rules in chosen:
        _refuse_missing(workspace, river, rules)
    begin = _start(held, start, mead, powell)
    record = natural_flow(workspace, since)
    flows, length = np.array(list(record.flows.values())), water_years(begin[0], years)
    if traces is None:
        natural, labels = index_sequential(flows, length), tuple(str(y) for y in record.flows)
    else:
        natural = drawn(flows, traces, length, held.run, seed)
        labels = tuple(str(k + 1) for k in range(traces))
    return Outlooks(
        workspace.catalog,
        river,
        held,
        tuple(_projected(held, river, rules, natural, years, begin, labels) for rules in chosen),
        begin,
        any(x is not None for x in (mead, powell, start)),
        record,
        None if traces is None else seed,
        tuple(rules for key, rules in held.sets.items() if not names and key not in able),
        studied(workspace),
    )


def studied(workspace: Workspace) -> tuple[Studied, ...]:
    """Levels of Lake Mead on 31 December by the most probable runs of the newest 24-Month Study held."""
    table = workspace.store.table("reservoir_projections")
    wanted = table.filter(table.reservoir == "mead", table.period.month() == 12, table.run.startswith("most_probable"))
    rows = sorted(workspace.store.frame(wanted.select("study", "period", "run", "elevation_ft")).iter_rows())
    newest = max((study for study, *_ in rows), default="")
    return tuple(
        Studied(study, run, period.year, float(feet))
        for study, period, run, feet in rows
        if study == newest and feet is not None
    )


def _refuse_missing(workspace: Workspace, river: River, rules: RuleSet) -> None:
    for scenario in rules.scenarios:
        for party in scenario.missing:
            said = unread(scenario, party, river, workspace.catalog)
            option = Text("--mexico VOLUME, or --mexico feis", "--mexico VOLUMEN o --mexico feis")
            raise NeedsOption(detail=workspace.catalog.message("river.outlook.needs", **said), option=option)


def natural_flow(workspace: Workspace, since: int | None = None) -> Record:
    """Natural flow at Lees Ferry from the store.

    Parameters
    ----------
    workspace : Workspace
    since : int, optional
        First water year; all that is held if not given.

    Raises
    ------
    BadRequest
        If `since` is not in the record.
    NoData
        If a year is missing.
    """
    table = workspace.store.table("natural_flow")
    wanted = table.filter(table.year_basis == "water").select("period", "volume_af", "status", "as_of")
    rows = sorted(workspace.store.frame(wanted).iter_rows())
    held = {period.year: af / 1000 for period, af, _, _ in rows if af is not None}
    if not held or list(held) != list(range(min(held), max(held) + 1)):
        what = Text("natural flow at Lees Ferry without a hole", "el escurrimiento natural en Lees Ferry sin huecos")
        raise NoData(what=what)
    if since is not None and since not in held:
        first, last = min(held), max(held)
        raise bad_request(f"The record is from {first} to {last}.", f"El registro va de {first} a {last}.")
    used = {year: kaf for year, kaf in held.items() if since is None or year >= since}
    provisional = tuple(period.year for period, _, status, _ in rows if status == "P" and period.year in used)
    return Record(used, provisional, max(row[3] for row in rows))


def from_file(workspace: Workspace, path: Path) -> Outlooks:
    """Count tiers in the user's own traces.

    Parameters
    ----------
    workspace : Workspace
    path : Path
        CSV as `ambos.river.trace_file.read` takes it.

    Raises
    ------
    BadTraces
        With every bad line.
    """
    river = workspace.river
    held = load_outlook(load_scenarios(river))
    sets = tuple(
        SetOutlook(t.scenario, None, odds(river, [y + 1 for y in t.years], t.feet, held.levels), t, None)
        for t in read(path, float(river.storage.feet[0]), float(river.storage.highest))
    )
    return Outlooks(workspace.catalog, river, held, sets, None, False, None, None)


def save(outlooks: Outlooks, path: Path) -> None:
    """Write the levels of 31 December, as `from_file` reads them: to the last digit, so that every tier comes back the same.

    Raises
    ------
    CannotSave
        If the file cannot be written.
    """
    try:
        with whole(path) as beside:
            rows = (
                (one.id, name, year, repr(float(one.traces.feet[i, k])))
                for one in outlooks.sets
                for k, name in enumerate(one.traces.names)
                for i, year in enumerate(one.traces.years)
            )
            beside.write_text(csv_text(("scenario", *COLUMNS), rows), encoding="utf-8", newline="")
    except OSError as error:
        raise CannotSave(path=path, detail=reason(error)) from error


def _rules(held: Outlook, scenarios: dict[str, RuleScenario], name: str) -> RuleSet:
    if name in held.sets:
        return held.sets[name]
    if name in scenarios:
        own = scenarios[name].name
        can = ", ".join(held.sets)
        raise bad_request(
            f"{own.en} is not projected: how it releases water from Lake Powell was not read. There are: {can}.",
            f"No se proyecta «{own.es}»: no se leyó cómo descarga agua del lago Powell. Hay: {can}.",
        )
    kind = Text("rule set to project", "el conjunto de reglas que proyectar")
    raise unknown(kind, name, held.sets, len(held.sets))


def _start(held: Outlook, day: date | None, mead: Decimal | None, powell: Decimal | None) -> tuple[date, float, float]:
    first = held.start.day
    if day is not None and day != first and (mead is None or powell is None):
        raise bad_request(
            "For another day give the levels of both lakes, Mead and Powell.",
            "Para otro día indique las elevaciones de ambos lagos, Mead y Powell.",
        )
    if day is not None and (day.day != 1 or (day.year, day.month) < (first.year, first.month)):
        raise bad_request(
            f"The projection begins on the first of a month, from {first:%Y-%m} on.",
            f"La proyección empieza el primero de un mes, desde {first:%Y-%m}.",
        )
    return (
        day or first,
        _level(held.mead, mead, held.start.mead, "Mead"),
        _level(held.powell, powell, held.start.powell, "Powell"),
    )


def _level(lake: Lake, given: Decimal | None, default: float, name: str) -> float:
    if given is None:
        return default
    low, high = lake.feet[0], lake.full
    if not (given.is_finite() and low <= given <= Decimal(str(high))):
        raise bad_request(
            f"{given} ft: Lake {name} lies between {low:g} ft (dead pool) and {high:g} ft (full).",
            f"{given} pies: el lago {name} está entre {low:g} pies (volumen muerto) y {high:g} pies (lleno).",
        )
    return float(given)


def _projected(
    held: Outlook,
    river: River,
    rules: RuleSet,
    natural: Floats,
    years: int,
    begin: tuple[date, float, float],
    labels: tuple[str, ...],
) -> SetOutlook:
    day, mead, powell = begin
    declared = river.determinations.get(day.year)
    cut = None if declared is None else float(sum(c.by_tables for c in cuts_at(river, declared.projected)))
    projected = project(held, river, rules, natural, years, day=day, mead=mead, powell=powell, first_cut=cut)
    kept = [i for i, year in enumerate(projected.years) if rules.end is None or year <= rules.end]
    if not kept:
        raise bad_request(f"{rules.name.en} is told until {rules.end}.", f"{rules.name.es} llega hasta {rules.end}.")
    covered, feet = [projected.years[i] for i in kept], projected.mead[kept]
    traces = Traces(rules.id, labels, tuple(year - 1 for year in covered), feet)
    return SetOutlook(rules.id, rules, odds(river, covered, feet, held.levels), traces, projected)


def answer(outlooks: Outlooks) -> Answer:
    """State how likely each tier is, by rule set or scenario of a file, and year.

    Returns
    -------
    Answer
        Tables ``years`` (shares of traces in percent), ``scenarios``, ``studied`` and ``assumptions``.
    """
    catalog = outlooks.catalog
    title = catalog.message("river.outlook.title")
    facts: dict[str, Cell] = {"left_out": tuple(rules.id for rules in outlooks.left_out)}
    assumptions = []
    if outlooks.start is not None and outlooks.record is not None:
        begin, mead, powell = outlooks.start
        used, model = outlooks.record, outlooks.outlook
        facts |= {
            "start": {"day": begin, "mead_ft": mead, "powell_ft": powell, "given": outlooks.given},
            "method": "index_sequential" if outlooks.seed is None else "drawn",
            "seed": outlooks.seed,
            "record": {
                "from": min(used.flows),
                "to": max(used.flows),
                "mean_natural_flow_kaf": round(used.mean, 1),
                "source": catalog.sources[SOURCE].citation.record(),
                "known": used.known,
                "provisional": list(used.provisional),
            },
        }
        assumptions = [
            (key, citation.source, citation.reliability, key in model.assumed)
            for key, citation in {**model.citations, "start": model.start.citation}.items()
        ]
    return Answer(
        "river.outlook",
        title,
        (
            in_both_units(_years(outlooks), outlooks.river.m3, catalog),
            _scenarios(outlooks),
            data_table(
                "studied", title, ("study", "run", "year", "mead_ft"), () if outlooks.given else outlooks.studied
            ),
            data_table("assumptions", title, ("of", "source", "reliability", "assumption"), assumptions),
        ),
        facts,
        tuple(notes(outlooks)),
    )


def _years(outlooks: Outlooks) -> Table:
    """Tabulate tiers and levels by rule set and year; people see two tables of each rule set."""

    def message(key: str, **values: object) -> Text:
        return outlooks.catalog.message(f"river.outlook.{key}", **values)

    tiers = [
        Column(f"tier_{t.id}_percent", message("none") if i == 0 else t.name, 1, kept=3)
        for i, t in enumerate(outlooks.river.tiers)
    ]
    levels = [Column(f"p{p}_ft", message("percentile", percent=both(p)), 1, kept=2) for p in PERCENTILES]
    levels += [
        Column(f"below_{x:g}_percent", message("below", level=level(x, 0)), 1, kept=3) for x in outlooks.outlook.levels
    ]
    cut = [Column("mean_cut_kaf", message("cut"), kept=1)] if outlooks.record is not None else []
    rows: list[tuple[Cell, ...]] = []
    views: list[View] = []
    for one in outlooks.sets:
        name = _name(one, outlooks)
        own = tuple(range(len(rows), len(rows) + len(one.odds)))
        for i, year in enumerate(one.odds):
            mean = () if one.projected is None else (float(one.projected.cut[i].mean()),)
            in_tier, below = ([100 * year.share(n) for n in counts] for counts in (year.tiers, year.below))
            rows.append((Named(one.id, name), year.year, *in_tier, *year.percentiles, *below, *mean))
        said = {"name": name, "traces": counted(one, outlooks.catalog)}
        views += [
            View(
                outlooks.catalog.message(f"river.outlook.{kind}").format(**said, unit="{unit}"),
                ("year", *(c.key for c in columns)),
                rows=own,
            )
            for kind, columns in (("tiers", [*tiers, *cut]), ("levels", levels))
        ]
    columns = (Column("scenario", None), Column("year", message("year"), grouped=False), *tiers, *levels, *cut)
    return Table("years", None, columns, tuple(rows), views=tuple(views))


def _scenarios(outlooks: Outlooks) -> Table:
    """List rule sets with their standing, Mexico's assumed part and the citation of their releases, for JSON and CSV."""
    keys = ("scenario", "traces", "decided", "assumed_kaf", "release", "reliability", "assumption")
    rows: list[tuple[Cell, ...]] = []
    for one in outlooks.sets:
        head = (Named(one.id, _name(one, outlooks)), one.odds[0].traces)
        if one.rules is None:
            rows.append((*head, None, None, None, None, None))
            continue
        decided = all(s.decided for s in one.rules.scenarios)
        assumed = {party: kaf for s in one.rules.scenarios for party, kaf in s.assumed.items()}
        cited = one.rules.citation
        rows.append((*head, decided, assumed, cited.source, cited.reliability, one.rules.assumption))
    return data_table("scenarios", outlooks.catalog.message("river.outlook.title"), keys, rows)


def _name(one: SetOutlook, outlooks: Outlooks) -> Text:
    """Name a rule set, or a scenario of a file: as the rule set that `save` wrote under this name, if there is one."""
    if one.rules is not None:
        return one.rules.name
    if not one.id:
        return outlooks.catalog.message("river.outlook.file")
    rules = outlooks.outlook.sets.get(one.id)
    return Text.same(one.id) if rules is None else Text(f"{rules.name.en} ({one.id})", f"{rules.name.es} ({one.id})")


def counted(one: SetOutlook, catalog: Catalog) -> Text:
    """Write the number of traces: "1 trace", "119 traces"."""
    traces = one.odds[0].traces
    return catalog.message(f"river.outlook.trace{'' if traces == 1 else 's'}", count=both(traces))


def notes(outlooks: Outlooks) -> list[Text]:
    """List the notes on method, record, assumptions and limits."""
    catalog = outlooks.catalog

    def note(key: str, **values: object) -> Text:
        return catalog.message(f"river.outlook.note.{key}", **values)

    if outlooks.start is None or outlooks.record is None:
        return [note("file"), note("bands")]
    begin, mead, powell = outlooks.start
    used, model = outlooks.record, outlooks.outlook
    first, last = min(used.flows), max(used.flows)
    traces = counted(outlooks.sets[0], catalog)
    kind = "index" if outlooks.seed is None else "drawn"
    cited = model.citations
    scenarios = [s for one in outlooks.sets if one.rules is not None for s in one.rules.scenarios]
    listed = [
        *standing_notes(scenarios, outlooks.river, catalog, "not_in_force_only"),
        *(
            catalog.message("river.scenario.left_out", **unread(s, party, outlooks.river, catalog))
            for rules in outlooks.left_out
            for s in rules.scenarios
            for party in s.missing
        ),
        note(
            kind,
            traces=traces,
            first=str(first),
            last=str(last),
            mean=both(used.mean / 1000, 1),
            mean_hm3=both(hm3(Decimal(str(used.mean)), outlooks.river.m3)),
            run=str(model.run),
            seed=str(outlooks.seed),
        ),
        *(note(key) for key in _LIMITS),
        note(
            "start",
            day=Text(day(begin, "en"), day(begin, "es")),
            mead=level(mead),
            powell=level(powell),
            source=note("own") if outlooks.given else model.start.citation.source,
        ),
        *study_notes(outlooks),
        *(note("assumption", text=_cited(cited[key], catalog)) for key in _assumed(outlooks)),
        note(
            "record",
            source=catalog.sources[SOURCE].citation,
            day=Text(day(used.known, "en"), day(used.known, "es")),
            years=Text.same(", ".join(map(str, used.provisional))) if used.provisional else note("no_year"),
        ),
        note("source", text=_cited(model.months.citation, catalog)),
        note("source", text=_cited(model.mead.citation, catalog)),
        note("source", text=_cited(model.powell.citation, catalog)),
        catalog.message("river.scenario.mexico"),
    ]
    for one in outlooks.sets:
        if one.rules is not None:
            listed.append(note("release", name=one.rules.name, text=_cited(one.rules.citation, catalog)))
            if one.rules.end is not None:
                listed.append(note("end", name=one.rules.name, year=str(one.rules.end)))
    return listed


def study_notes(outlooks: Outlooks) -> list[Text]:
    """Note the levels projected by the newest 24-Month Study, feet; none where the user gives a starting level."""
    if outlooks.given or not outlooks.studied:
        return []
    catalog = outlooks.catalog
    runs = catalog.codelists["study_runs"]
    levels = [
        Text(*(f"{s.year}: {level(s.feet)[k]}, {runs[s.run].name[k]}" for k in LANGUAGES)) for s in outlooks.studied
    ]
    return [
        catalog.message(
            "river.outlook.note.study",
            study=catalog.codelists["studies"][outlooks.studied[0].study].name,
            levels=joined(levels, "; "),
        )
    ]


def _assumed(outlooks: Outlooks) -> tuple[str, ...]:
    """Keys of the citations that are choices, where they were used."""
    return ("depletion", "losses", "uses", *(() if outlooks.seed is None else ("runs",)))


def _cited(citation: Citation, catalog: Catalog) -> Text:
    """Write a citation; one that no source confirms says so."""
    if citation.reliability != "M":
        return citation.source
    return citation.source + Text.same("; ") + catalog.message("river.reliability.M")
