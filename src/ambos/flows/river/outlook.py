"""`ambos river outlook`: how likely each tier is in the years to come, from traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from ambos.catalog.catalog import nearest
from ambos.catalog.river import load_river
from ambos.catalog.river_outlook import load_outlook
from ambos.catalog.river_scenarios import load_scenarios
from ambos.csv_text import csv_text
from ambos.errors import BadRequest, CannotSave, NoData, UnknownName, reason
from ambos.files import whole
from ambos.flows.river.scenarios import Assumed, assumed, unread
from ambos.flows.workspace import Workspace
from ambos.model.river import River, Scenario
from ambos.model.river_outlook import Lake, Outlook, RuleSet
from ambos.river.lakes import Floats
from ambos.river.odds import Odds, odds
from ambos.river.projection import Projected, project, water_years
from ambos.river.rules import cuts_at
from ambos.river.trace_file import COLUMNS, Traces, read
from ambos.river.traces import drawn, index_sequential
from ambos.text import Text

YEARS, SEED = 10, 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a rule set, or of the traces of a file.

    Attributes
    ----------
    id : str
        Empty for a file that names none.
    rules : RuleSet or None
        None for a file.
    odds : tuple of Odds
        By year.
    traces : Traces
        Levels of 31 December.
    projected : Projected or None
    """

    id: str
    rules: RuleSet | None
    odds: tuple[Odds, ...]
    traces: Traces
    projected: Projected | None


@dataclass(frozen=True, slots=True)
class Record:
    """Natural flow at Lees Ferry that is held.

    Attributes
    ----------
    flows : mapping of int to float
        By water year, without a hole, kaf.
    provisional : tuple of int
        Years whose figure the source calls provisional.
    known : date
        From when the newest figure is.
    """

    flows: Mapping[int, float]
    provisional: tuple[int, ...]
    known: date

    @property
    def mean(self) -> float:
        """kaf a year."""
        return sum(self.flows.values()) / len(self.flows)


@dataclass(frozen=True, slots=True)
class Studied:
    """The level of Lake Mead on 31 December of a year, feet, as a most probable run of a 24-Month Study projects it."""

    study: str
    run: str
    year: int
    feet: float


@dataclass(frozen=True, slots=True)
class Outlooks:
    """An answer.

    Attributes
    ----------
    river : River
    outlook : Outlook
    told : tuple of Told
    start : tuple of (date, float, float) or None
        Day, level of Lake Mead and of Lake Powell, feet; none for a file.
    given : bool
        Whether a level or the day is the user's own.
    record : Record or None
        What was used of the natural flow; none for a file.
    seed : int or None
        None where nothing was drawn.
    left_out : tuple of RuleSet
        Those that were not projected because a party's part is not known and none was given.
    studied : tuple of Studied
        What the newest 24-Month Study held projects of Lake Mead, to stand beside the projection.
    """

    river: River
    outlook: Outlook
    told: tuple[Told, ...]
    start: tuple[date, float, float] | None
    given: bool
    record: Record | None
    seed: int | None
    left_out: tuple[RuleSet, ...] = ()
    studied: tuple[Studied, ...] = ()


def outlook(
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
    """Project Lake Powell and Lake Mead and count tiers.

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
    river = load_river(workspace.catalog)
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
            raise BadRequest(detail=workspace.catalog.message("river.outlook.needs", **said))


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
        raise BadRequest(detail=Text(f"The record is from {first} to {last}.", f"El registro va de {first} a {last}."))
    used = {year: kaf for year, kaf in held.items() if since is None or year >= since}
    provisional = tuple(period.year for period, _, status, _ in rows if status == "P" and period.year in used)
    return Record(used, provisional, max(row[3] for row in rows))


def from_file(workspace: Workspace, path: Path) -> Outlooks:
    """Count tiers in the user's own traces.

    Raises
    ------
    BadTraces
        With every bad line.
    """
    river = load_river(workspace.catalog)
    held = load_outlook(load_scenarios(river))
    found = read(path, float(river.storage.feet[0]), float(river.storage.highest))
    told = tuple(
        Told(t.scenario, None, odds(river, [y + 1 for y in t.years], t.feet, held.levels), t, None) for t in found
    )
    return Outlooks(river, held, told, None, False, None, None)


def save(found: Outlooks, path: Path) -> None:
    """Write the levels of 31 December, as `from_file` reads them: to the last digit, so that every tier comes back the same.

    Raises
    ------
    CannotSave
        If the file cannot be written.
    """
    try:
        with whole(path) as beside:
            rows = (
                (told.id, name, year, repr(float(told.traces.feet[i, k])))
                for told in found.told
                for k, name in enumerate(told.traces.names)
                for i, year in enumerate(told.traces.years)
            )
            beside.write_text(csv_text(("scenario", *COLUMNS), rows), encoding="utf-8", newline="")
    except OSError as error:
        raise CannotSave(path=path, detail=reason(error)) from error


def _rules(held: Outlook, scenarios: dict[str, Scenario], name: str) -> RuleSet:
    if name in held.sets:
        return held.sets[name]
    if name in scenarios:
        own = scenarios[name].name
        can = ", ".join(held.sets)
        raise BadRequest(
            detail=Text(
                f"{own.en} is not projected: how it releases water from Lake Powell was not read. There are: {can}.",
                f"No se proyecta «{own.es}»: no se leyó cómo descarga agua del lago Powell. Hay: {can}.",
            )
        )
    raise UnknownName(
        kind=Text("rule set to project", "el conjunto de reglas que proyectar"),
        name=name,
        nearest=", ".join(nearest(name, held.sets, len(held.sets))),
    )


def _start(held: Outlook, day: date | None, mead: Decimal | None, powell: Decimal | None) -> tuple[date, float, float]:
    first = held.start.day
    if day is not None and day != first and (mead is None or powell is None):
        raise BadRequest(
            detail=Text(
                "For another day give the levels of both lakes: --mead and --powell.",
                "Para otro día indique las elevaciones de ambos lagos: --mead y --powell.",
            )
        )
    if day is not None and (day.day != 1 or (day.year, day.month) < (first.year, first.month)):
        raise BadRequest(
            detail=Text(
                f"The projection begins on the first of a month, from {first:%Y-%m} on.",
                f"La proyección empieza el primero de un mes, desde {first:%Y-%m}.",
            )
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
        raise BadRequest(
            detail=Text(
                f"{given} ft: Lake {name} lies between {low:g} ft (dead pool) and {high:g} ft (full).",
                f"{given} pies: el lago {name} está entre {low:g} pies (volumen muerto) y {high:g} pies (lleno).",
            )
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
) -> Told:
    day, mead, powell = begin
    declared = river.determinations.get(day.year)
    cut = None if declared is None else float(sum(c.by_tables for c in cuts_at(river, declared.projected)))
    found = project(held, river, rules, natural, years, day=day, mead=mead, powell=powell, first_cut=cut)
    kept = [i for i, year in enumerate(found.years) if rules.end is None or year <= rules.end]
    if not kept:
        raise BadRequest(
            detail=Text(f"{rules.name.en} is told until {rules.end}.", f"{rules.name.es} llega hasta {rules.end}.")
        )
    told, feet = [found.years[i] for i in kept], found.mead[kept]
    traces = Traces(rules.id, labels, tuple(year - 1 for year in told), feet)
    return Told(rules.id, rules, odds(river, told, feet, held.levels), traces, found)
