"""`ambos whatif`: a change by name of a crossing's day, beside the day as it is, with the same travellers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ambos.catalog.catalog import unknown
from ambos.catalog.staff import load_staff, load_whatifs
from ambos.catalog.twin import port_of
from ambos.crossing.costs import delay
from ambos.crossing.defaults import REPLICATIONS, SEED
from ambos.crossing.intervals import Estimate, of_values
from ambos.crossing.kernel.totals import COUNTS, Floats, Totals
from ambos.crossing.staff.problem import Ints, hour_cost, lanes_of
from ambos.errors import bad_request
from ambos.flows.twin import compare
from ambos.flows.twin.cells import Field, change, clock, estimated_interval, heads, interval_fields, shown, tabulate
from ambos.flows.twin.compare import ComparedRuns
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import Progress
from ambos.flows.twin.volumes import Volumes
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.crossing import Scenario
from ambos.model.whatif import LineWhatIf, WhatIf
from ambos.numbers import both, period
from ambos.numbers import day as written_day
from ambos.text import LANGUAGES, Text

#: The class that takes travellers of a class without lanes.
_GENERAL = "standard"


@dataclass(frozen=True)
class Asked:
    """A what-if as two scenario files."""

    whatif: WhatIf
    crossing: Text
    day: date
    as_is: str
    changed: str
    notes: tuple[Text, ...]


def listing(workspace: Workspace) -> Answer:
    """List the what-ifs."""
    say = workspace.catalog.message
    whatifs = load_whatifs(workspace.catalog)
    rows = tuple((w.id, w.name, w.about, w.basis.source, w.basis.prior) for w in whatifs.values())
    columns = (
        Column("id", say("whatif.head.id")),
        Column("name", say("whatif.head.name")),
        Column("about", say("whatif.head.about")),
        Column("source", None),
        Column("assumed", None),
    )
    return Answer("whatif", say("whatif.title.list"), (Table("whatifs", None, columns, rows),))


def asked(workspace: Workspace, name: str, crossing: str, day: date) -> Asked:
    """Write a what-if of a crossing's day as scenario files.

    Raises
    ------
    UnknownName
        If there is no such what-if or crossing.
    BadRequest
        If it changes nothing there.
    NoData
    """
    catalog, days = workspace.catalog, PortDays(workspace)
    whatifs = load_whatifs(catalog)
    if name not in whatifs:
        raise unknown(Text("what-if", "el supuesto"), name, list(whatifs))
    whatif = whatifs[name]
    own = days((crossing,), day)
    ids = dict.fromkeys(line.id.partition(".")[0] for line in own.lines)
    if len(ids) > 1:
        listed = ", ".join(ids)
        raise bad_request(
            f"Name one crossing: “{crossing}” means {listed}.",
            f"Indique un solo cruce: «{crossing}» significa {listed}.",
        )
    (id,) = ids
    facts = days.twin.crossings[id]
    port = port_of(catalog, facts)
    names: tuple[str, ...] = (id,)
    if whatif.whole_port:
        names = tuple(c.id for c in days.twin.crossings.values() if port_of(catalog, c) == port)
    scenario = days(names, day) if len(names) > 1 else own
    blocks: list[list[str]] = []
    notes: list[Text] = []
    for line in whatif.lines:
        factor = 1.0 if line.demand is None else line.demand
        if line.busiest:
            found = Volumes(workspace).busiest(port, days.twin.modes[line.mode].measure, day)
            if found is None:
                continue
            factor *= found[0]
            month = Text(*(period(f"{found[1]:%Y-%m}", language) for language in LANGUAGES))
            notes.append(catalog.message("whatif.note.busiest", month=month, factor=both(found[0], 2)))
        blocks += _line(scenario, id, line, factor)
    if whatif.close_others:
        blocks += _closed(scenario, id)
    if not blocks:
        raise bad_request(
            f"{name} changes nothing at {crossing}: it has no such lanes, or no crossing beside it.",
            f"{name} no cambia nada en {crossing}: no tiene esos carriles, o no hay otro cruce en el puerto.",
        )
    place = catalog.places[facts.place].name
    head = [f"port = {json.dumps(list(names))}", f"day = {day.isoformat()}"]
    title = {k: f"{place[k]}: {whatif.name[k]}" for k in LANGUAGES}
    named = [*head, f"name = {{ en = {json.dumps(title['en'])}, es = {json.dumps(title['es'], ensure_ascii=False)} }}"]
    basis = whatif.basis.source
    notes.insert(0, catalog.message("whatif.note.assumed" if whatif.basis.prior else "whatif.note.source") + basis)
    return Asked(
        whatif,
        place,
        day,
        "\n".join(["[scenario]", *head, ""]),
        "\n".join(["[scenario]", *named, "", *("\n".join(["[[change]]", *block, ""]) for block in blocks)]),
        (whatif.about, *notes),
    )


def _line(scenario: Scenario, crossing: str, change: LineWhatIf, factor: float) -> list[list[str]]:
    """Changes of the lines of a mode at a crossing, as the lines of a scenario file."""
    blocks = []
    streams = {o.line: s for s in scenario.streams for o in s.options}
    now = lanes_of(scenario)
    for line in scenario.lines:
        mine = line.id.partition(".")[0] == crossing and line.mode == change.mode
        if not mine or change.lane_class not in ("", line.lane_class):
            continue
        body: list[str] = []
        if change.add_lanes:
            body.append(f"add_lanes = {change.add_lanes}")
        if change.night_lanes and line.opens != line.closes:
            lanes = [int(n) or change.night_lanes for n in now[line.id]]
            body += ['opens = "00:00"', 'closes = "24:00"', f"lanes = {lanes}"]
        if change.referred is not None and line.referrals:
            random = min(line.referrals[0].random, change.referred)
            shares = f"random = {random:g}, risk = {change.referred - random:.6g}"
            body.append(f"referrals = [{{ station = {json.dumps(line.referrals[0].station)}, {shares} }}]")
        if factor != 1.0:
            body.append(f"demand = {factor:.6g}")
        if change.moved_to:
            other = f"{crossing}.{change.mode}.{change.moved_to}"
            if other not in streams or other == line.id:
                continue
            came = _total(scenario, line.id) * change.moved
            more = 1.0 + came / max(_total(scenario, other), 1e-9)
            blocks.append([f"line = {json.dumps(other)}", f"demand = {more:.6g}"])
            body.append(f"demand = {1.0 - change.moved:.6g}")
        if body:
            blocks.append([f"line = {json.dumps(line.id)}", *body])
    return blocks


def _total(scenario: Scenario, line: str) -> float:
    """Mean travellers of the streams that may choose a line, by their rates."""
    return sum(
        sum(s.arrivals.rates) / len(s.arrivals.rates)
        for s in scenario.streams
        if any(o.line == line for o in s.options) and s.arrivals.rates
    )


def _closed(scenario: Scenario, crossing: str) -> list[list[str]]:
    """Changes that close all other crossings: no lanes, and travellers of a class without any take the general lanes."""
    now: Mapping[str, Ints] = lanes_of(scenario)
    others = [line for line in scenario.lines if line.id.partition(".")[0] != crossing]
    if not others:
        return []
    first = next(line for line in scenario.lines if line.id.partition(".")[0] == crossing)
    # who comes while this crossing is closed too is turned away, not left standing before lanes that never open
    hours = [f'opens = "{clock(first.opens)}"', f'closes = "{clock(first.closes or 1440.0)}"', "lanes = 0"]
    blocks = [[f"line = {json.dumps(line.id)}", *hours] for line in others if now[line.id].any()]
    here = {line.id: line for line in scenario.lines if line.id.partition(".")[0] == crossing}
    moved: dict[str, float] = {}
    for stream in scenario.streams:
        if any(o.line in here for o in stream.options):
            continue
        mode = next(line.mode for line in others if line.id == stream.options[0].line)
        general = f"{crossing}.{mode}.{_GENERAL}"
        blocks.append([f"stream = {json.dumps(stream.id)}", "demand = 0"])
        if general in here:
            moved[general] = moved.get(general, 0.0) + sum(stream.arrivals.rates) / max(len(stream.arrivals.rates), 1)
    for general, came in moved.items():
        stream = next(s for s in scenario.streams if any(o.line == general for o in s.options))
        factor = 1.0 + came / max(_total(scenario, general), 1e-9)
        blocks.append([f"stream = {json.dumps(stream.id)}", f"demand = {factor:.6g}"])
    return blocks


def play(
    workspace: Workspace,
    question: Asked,
    *,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> ComparedRuns:
    """Simulate the day as it is and changed, with the same travellers.

    Raises
    ------
    BadScenario, BadRequest, UnknownName, NoData
        As `ambos.flows.twin.compare.compare`.
    """
    sources = (question.as_is.encode(), question.changed.encode())
    return compare.compare(workspace, *sources, replications=replications, seed=seed, progress=progress)


@dataclass(frozen=True, slots=True)
class _Figure:
    what: str
    before: float | None
    after: float | None
    change: Estimate
    decimals: int


def answer(question: Asked, compared: ComparedRuns) -> Answer:
    """Tabulate a what-if: the whole day in a few figures, then all that `ambos compare` says."""
    catalog = compared.first.catalog
    told = compare.answer(compared)
    head, say = heads(catalog), catalog.message
    figures = tabulate(
        "figures",
        say("whatif.table.figures"),
        _figures(compared),
        [
            Field("what", head("figure"), lambda f: Named(f.what, say(f"whatif.figure.{f.what}"))),
            Field("as_is", say("staff.head.today"), lambda f: shown(f.before, both(f.before, f.decimals))),
            Field("changed", say("whatif.head.changed"), lambda f: shown(f.after, both(f.after, f.decimals))),
            Field(
                "change", say("staff.head.change"), lambda f: shown(f.change.mean, change(f.change.mean, f.decimals))
            ),
            Field("ci95_interval", head("interval"), _interval, kept=None, side="right"),
            *interval_fields("ci95", None, "change"),
        ],
    )
    title = Text(*(f"{compared.second.scenario.name[k]}, {_written(question.day)[k]}" for k in LANGUAGES))
    return replace(
        told,
        id="whatif",
        title=title,
        tables=(figures, *told.tables),
        facts={"whatif": question.whatif.id, **told.facts},
        notes=(*question.notes, *told.notes),
        head=(
            title,
            Text(
                "Simulated, not measured. A: the day as it is; B: with the change.",
                "Simulado, no medido. A: el día como es; B: con el cambio.",
            ),
            *question.notes,
        ),
    )


def _written(day: date) -> Text:
    return Text(*(written_day(day, language) for language in LANGUAGES))


def _interval(figure: _Figure) -> Cell:
    return None if figure.change.low == figure.change.high else estimated_interval(figure.change, figure.decimals)


def _figures(compared: ComparedRuns) -> list[_Figure]:
    """Travellers served, hours waited, their cost, idling emissions and officer hours of both days."""
    runs = (compared.first, compared.second)
    convention = load_staff(compared.first.catalog).convention
    made = []
    drawn = runs[0].totals.unknown.reshape(runs[0].summary.replications, -1)

    def add(what: str, values: tuple[Floats, Floats], decimals: int = 0) -> None:
        first, second = values
        step = of_values(second - first, unknown=drawn)
        made.append(_Figure(what, float(first.mean()), float(second.mean()), step, decimals))

    served = COUNTS.index("served")
    add("served", (_sum(runs[0].totals.counts[:, :, served]), _sum(runs[1].totals.counts[:, :, served])))
    hours = [np.stack([delay(r.totals, at) for at in range(len(r.scenario.lines))], axis=1) for r in runs]
    add("delay_hours", (_sum(hours[0]), _sum(hours[1])), 1)
    prices = [np.array([hour_cost(line, r.rates, convention) for line in r.scenario.lines]) for r in runs]
    add("delay_usd", (hours[0] @ prices[0], hours[1] @ prices[1]))
    for what, key, unit in (("co2_kg", "co2_g", 1000.0), ("nox_kg", "nox_g", 1000.0)):
        burnt = [
            each @ np.array([_idling(compared, line.mode, key) / unit for line in r.scenario.lines])
            for r, each in zip(runs, hours, strict=True)
        ]
        add(what, (burnt[0], burnt[1]), 1)
    add("officer_hours", (_officers(runs[0].totals), _officers(runs[1].totals)), 1)
    return made


def _sum(values: Floats | Ints) -> Floats:
    made: Floats = np.asarray(values, np.float64).sum(axis=1)
    return made


def _officers(totals: Totals) -> Floats:
    made: Floats = totals.booth_open.sum(axis=1) / 60.0
    return made


def _idling(compared: ComparedRuns, mode: str, key: str) -> float:
    """Grams per hour of idling in the day's month; of modes without engines 0."""
    run = compared.first
    found = next((i for i in run.rates.idling if i.mode == mode), None)
    rate = getattr(found, key) if found else None
    month = run.day.month if run.day else None
    return 0.0 if not found or rate is None else float(rate) * (found.months[month - 1] if month else 1.0)
