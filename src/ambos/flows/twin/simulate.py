"""`ambos simulate`: a day at ports of entry, traveller by traveller, averaged over replications."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from pathlib import Path

from ambos import __version__
from ambos.catalog import Catalog
from ambos.catalog.twin import load_twin
from ambos.crossing.costs import Costs, cost, sum_by_convention, value_of
from ambos.crossing.defaults import COMPILING, REPLICATIONS, SEED
from ambos.crossing.kernel.totals import COUNTS, Totals
from ambos.crossing.summary import PRIMARY, Fates, Stage, Summary, summarise
from ambos.errors import bad_request
from ambos.flows.twin.cells import (
    FIT_KEYS,
    RATE_FIELDS,
    WAIT_KEYS,
    Field,
    clock,
    crossing_field,
    data_fields,
    dollars,
    dollars_by_convention,
    estimate_fields,
    fit_fields,
    heads,
    hour_field,
    interval_fields,
    line_fields,
    line_names,
    share_field,
    stage_name,
    tabulate,
    view,
    wait_fields,
)
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.reports import Fit, fit, reports
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Named, Table, data_table
from ambos.model.costs import Rates
from ambos.model.crossing import Line, OpenLanes, Scenario
from ambos.numbers import both
from ambos.text import Text, joined

#: Called with a label, the steps done and the steps in all.
Progress = Callable[[str, int, int], None]

SIMULATED = Text(
    "Simulated, not measured: the result of a model under the assumptions listed in the notes. How far the simulated wait of each"
    " class lies from the one reported stands beside it; the notes say which classes are calibrated, and what they were worth on"
    " months not seen. A class that is not fit for decisions is so for levels and for differences between scenarios alike."
    " Intervals of calibrated classes cover chance and what is not known of their demand and service; those of others chance only.",
    "Simulado, no medido: es el resultado de un modelo con los supuestos que se enumeran en las notas. Junto a cada clase figura qué"
    " tan lejos está la espera simulada de la reportada; las notas dicen qué clases están calibradas y cómo resultaron en meses que"
    " no se usaron para el ajuste. Una clase no apta para decidir no lo es ni para valores ni para diferencias entre escenarios. Los"
    " intervalos de las clases calibradas abarcan el azar y lo que no se sabe de su demanda y su servicio; los demás, solo el azar.",
)


@dataclass(frozen=True)
class Run:
    """A simulated day."""

    catalog: Catalog
    scenario: Scenario
    day: date | None  #: The calendar day, where the scenario has one.
    totals: Totals
    summary: Summary
    costs: Costs
    rates: Rates
    notes: tuple[Text, ...]  #: What is estimated or assumed.
    fits: tuple[Fit, ...]  #: How far each line lies from the waits that CBP reports.
    hash: str  #: Sha256 of the whole scenario; the same days give the same hash.
    version: str


def simulate(
    workspace: Workspace,
    source: Path | bytes | None = None,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    day: date | None = None,
    calibrated: bool = True,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Run:
    """Simulate a scenario file, or crossings on a day.

    Parameters
    ----------
    workspace : Workspace
    source : Path or bytes, optional
        A scenario file.
    ports : sequence of str, optional
        Crossings or ports by id or name, instead of a file.
    every : bool
        All crossings of the region, instead of `ports`.
    day : date, optional
        With `ports` or `every`.
    calibrated : bool
        With `ports` or `every`: use what is calibrated; else the definitions' laws and relative demand.
    replications, seed : int
        With the same seed the same travellers come, whatever the scenario.
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Raises
    ------
    BadRequest
        If neither or both of a file and ports with a day are given, or there is no replication.
    BadScenario, CannotOpen
        If the file is wrong.
    UnknownName, NoData
        If there is no such crossing, or no crossings are held to make its demand from.
    """
    scenario, when = load(workspace, source, ports=ports, every=every, day=day, calibrated=calibrated)
    totals = play(scenario, replications, seed, progress)
    return finish(workspace, scenario, when, totals)


def load(
    workspace: Workspace,
    source: Path | bytes | None,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    day: date | None = None,
    calibrated: bool = True,
) -> tuple[Scenario, date | None]:
    """Read or make the scenario asked for, with its calendar day if it has one.

    Raises
    ------
    BadRequest, BadScenario, CannotOpen, UnknownName, NoData
        As `simulate`.
    """
    named = bool(ports) or every
    if (source is None) != named or named != (day is not None) or (every and ports):
        raise bad_request(
            "Give a scenario file, or --port (or --all) with --day.",
            "Indique un archivo de escenario, o --port (o --all) con --day.",
        )
    days = PortDays(workspace)
    if day is not None:
        return days(days.every() if every else tuple(ports), day, calibrated), day
    from ambos.crossing.scenario.file import read

    assert source is not None
    scenario = read(source, days)
    return scenario, days.last


def play(
    scenario: Scenario,
    replications: int,
    seed: int,
    progress: Progress | None = None,
    unknown: tuple[int, int] | None = None,
) -> Totals:
    """Run the kernel; `unknown` as of `ambos.crossing.simulate.run`.

    Raises
    ------
    BadRequest
        If there is no replication, the seed is out of range, or the run does not fit in memory or time.
    """
    from ambos.crossing.simulate import run, usable_threads
    from ambos.crossing.size import refuse_too_large

    refuse_too_large(scenario, replications, seed, min(replications, usable_threads()))
    prepare(progress)
    if progress is None:
        return run(scenario, replications, seed, unknown=unknown)
    show = progress
    return run(scenario, replications, seed, progress=lambda done, of: show("", done, of), unknown=unknown)


def prepare(progress: Progress | None) -> None:
    """Compile the kernel, or load it; `progress` is called with `COMPILING` while it is compiled."""
    from ambos.crossing.simulate import warm_up

    if progress is None:
        warm_up()
        return
    show = progress
    warm_up(lambda done, of: show(COMPILING, done, of))


def finish(workspace: Workspace, scenario: Scenario, day: date | None, totals: Totals) -> Run:
    """Average a run, price it, compare it with the reported waits and note its assumptions."""
    known = load_twin(workspace.catalog, weeks=False).rates
    month = day.month if day else None
    costs = cost(totals, known, month)
    notes = [SIMULATED, *scenario.notes, *rate_notes(workspace.catalog, scenario.lines, known)]
    modes = {line.mode for line in scenario.lines}
    if month is None and any(i.mode in modes for i in known.idling):
        notes.append(
            Text(
                "The scenario has no month: emissions are reckoned without air conditioning.",
                "El escenario no tiene mes: las emisiones se calculan sin aire acondicionado.",
            )
        )
    summary = summarise(totals)
    needed = max((s.wait.mean.needed or 0 for s in summary.stages), default=0)
    if needed:
        notes.append(
            Text(
                f"{summary.replications} replications are too few for some intervals of the waits: all hold from {needed} on.",
                f"{summary.replications} réplicas no bastan para algunos intervalos de las esperas: todos son válidos a partir de {needed}.",
            )
        )
    notes += _unstaffed(workspace.catalog, scenario)
    reported = reports(workspace, scenario.lines)
    fits = tuple(
        fit(line, {h.hour: h.wait.mean for h in summary.hourly if h.line == line.id}, reported)
        for line in scenario.lines
    )
    if not any(f.hours for f in fits):
        notes.append(
            Text(
                "No reported waits are held for any of these classes: nothing tells how far the simulated ones lie from them.",
                "No se tienen esperas reportadas de ninguna de estas clases: nada indica qué tan lejos están las simuladas.",
            )
        )
    return Run(
        catalog=workspace.catalog,
        scenario=scenario,
        day=day,
        totals=totals,
        summary=summary,
        costs=costs,
        rates=known,
        notes=tuple(dict.fromkeys(notes)),
        fits=fits,
        hash=scenario_hash(scenario),
        version=__version__,
    )


def _unstaffed(catalog: Catalog, scenario: Scenario) -> list[Text]:
    """Warn of lines that no booth serves at any hour."""
    staffed = {id for booth in scenario.booths for shift in booth.shifts for id in shift.lines}
    staffed |= {policy.line if isinstance(policy, OpenLanes) else policy.to_line for policy in scenario.policies}
    names = line_names(catalog, scenario)
    unstaffed = [names[line.id] for line in scenario.lines if line.id not in staffed]
    if not unstaffed:
        return []
    without = joined(unstaffed, "; ")
    return [
        Text(
            f"No lane is open at any hour for: {without.en}. Nobody of these classes is inspected.",
            f"Ningún carril está abierto a ninguna hora para: {without.es}. A nadie de estas clases se le inspecciona.",
        )
    ]


def rate_notes(catalog: Catalog, lines: Iterable[Line], rates: Rates) -> list[Text]:
    """Cite the values of an hour, the persons in a vehicle and the rates of idling in use, priors marked."""

    def cite(what: Text, source: Text, prior: bool) -> Text:
        return what + (Text(" (assumed): ", " (supuesto): ") if prior else Text.same(": ")) + source

    lines = list(lines)
    modes = {line.mode for line in lines}
    values = dict.fromkeys(value for line in lines for value in value_of(line, rates))
    by_person = {v.mode for v in values if v.per == "person"}
    notes = [
        *(cite(catalog.message(f"twin.convention.{v.convention}"), v.source, v.prior) for v in values),
        *(
            cite(Text(f"Persons in a vehicle, {o.persons}", f"Personas por vehículo, {o.persons}"), o.source, o.prior)
            for o in rates.occupancy
            if o.mode in by_person and o.persons != 1
        ),
        *(
            cite(Text(f"Idling, rates of {i.date}", f"Ralentí, tasas de {i.date}"), i.source, i.prior)
            for i in rates.idling
            if i.mode in modes
        ),
    ]
    return list(dict.fromkeys(notes))


def scenario_hash(scenario: Scenario) -> str:
    """Sha256 of everything in a scenario that can change its result: not of its name or notes."""
    bare = replace(scenario, name=Text.same("–"), notes=())
    return hashlib.sha256(repr(bare).encode()).hexdigest()


def answer(run: Run) -> Answer:
    """Tabulate a run: waits by class and stage, hour and quarter-hour, outcomes, booths, stations, costs, emissions.

    Returns
    -------
    Answer
        Counts are means per replication, waits are minutes; None is what nobody experienced or what has no interval.
    """
    say, head, summary = run.catalog.message, heads(run.catalog), run.summary
    line = line_fields(run.catalog, run.scenario, lambda item: item.line)
    origin = [Text(f"{name.en}: {value.en}", f"{name.es}: {value.es}") for name, value in provenance(run)]
    crossings = [
        crossing_field(run.catalog, lambda c: c.crossing),
        *estimate_fields("officer_hours", head("officer_hours"), "officer_hours", 1, interval=head("interval")),
        *estimate_fields("utilisation", head("utilisation"), "utilisation", percentage=True),
        *estimate_fields("blocked_min", head("blocked"), "blocked"),
    ]
    hourly = [*line, hour_field(head("hour"), lambda hour: clock(60 * hour)), *wait_fields(head)]
    waited = {s.line for s in summary.stages if s.stage == PRIMARY and (s.wait.measured or s.wait.left)}
    by_line = replace(
        view(say("sheet.title.hours"), ("hour", "mean_wait_min"), (h.line in waited for h in summary.hourly)), by="line"
    )
    booths = [
        *data_fields(booth="booth", crossing="crossing"),
        *estimate_fields("open_min", None, "open"),
        *estimate_fields("busy_min", None, "busy"),
        *estimate_fields("blocked_min", None, "blocked"),
        *estimate_fields("utilisation", None, "utilisation"),
    ]
    stations = [
        *data_fields(station="station", crossing="crossing", staffed_hours="staffed_hours"),
        *estimate_fields("busy_hours", None, "busy_hours"),
        *estimate_fields("utilisation", None, "utilisation"),
        *estimate_fields("blocked_min", None, "blocked"),
    ]
    queue = [
        *line,
        Field("time", None, lambda q: clock(q.start)),
        Field("queue", None, lambda q: q.queue.mean),
        *interval_fields("ci95", None, "queue"),
        *data_fields(p05="low", p95="high", most="most", extent_m="extent_m", most_m="most_m"),
        *data_fields(approach_m="approach_m", lanes="lanes"),
    ]
    officers, inspected = say("sheet.title.officers"), say("sheet.title.stations")
    return Answer(
        "simulate",
        run.scenario.name,
        (
            _results(run, line),
            _outcomes(run, line),
            tabulate("crossings", officers, summary.crossings, crossings),
            _inspected(run, line),
            *_costs(run, line),
            _emissions(run, line),
            tabulate("hourly", say("sheet.title.hours"), summary.hourly, hourly, (by_line,), shown=False),
            tabulate("queue", say("sheet.figure.queue"), summary.queue, queue, shown=False),
            tabulate("booths", officers, summary.booths, booths, shown=False),
            tabulate("stations", inspected, summary.stations, stations, shown=False),
        ),
        {
            "simulated": True,
            "day": run.day,
            "seed": summary.seed,
            "replications": summary.replications,
            "version": run.version,
            "scenario_hash": run.hash,
        },
        run.notes,
        head=(run.scenario.name, joined((Text("Simulated, not measured", "Simulado, no medido"), *origin), " · ")),
    )


def provenance(run: Run) -> tuple[tuple[Text, Text], ...]:
    """State the inputs that reproduce the run: seed, replications, version, scenario."""
    head = heads(run.catalog)
    return (
        (head("seed"), Text.same(str(run.summary.seed))),
        (head("replications"), both(run.summary.replications)),
        (head("version"), Text.same(f"Ambos {run.version}")),
        (head("scenario"), Text.same(run.hash[:16])),
    )


def _results(run: Run, line: list[Field]) -> Table:
    """Tabulate waits by class and stage; that of primary has the reported wait beside it."""
    say, head, stages = run.catalog.message, heads(run.catalog), run.summary.stages
    fits = {f.line.id: f for f in run.fits}

    def fit_of(stage: Stage) -> Fit | None:
        return fits[stage.line] if stage.stage == PRIMARY else None

    return tabulate(
        "results",
        say("sheet.title.waits"),
        stages,
        [
            *line,
            Field("stage", head("stage"), lambda s: Named(s.stage, stage_name(run.catalog, s.stage))),
            Field("arrived", head("arrived"), lambda s: s.arrived),
            Field("served", head("served"), lambda s: s.served),
            *wait_fields(head),
            *fit_fields(head, fit_of),
        ],
        (
            view(
                say("sheet.title.waits"),
                ("line", "stage", *WAIT_KEYS),
                (s.wait.measured or s.wait.left for s in stages),
            ),
            view(say("sheet.title.reported"), FIT_KEYS, ((fit := fit_of(s)) and fit.hours for s in stages)),
        ),
    )


def _outcomes(run: Run, line: list[Field]) -> Table:
    """Tabulate the outcomes of each line's travellers, and the extent of its queue."""
    head = heads(run.catalog)
    queues = {f.line: [q for q in run.summary.queue if q.line == f.line] for f in run.summary.fates}

    def count(key: str) -> Field:
        return Field(key, head(key), lambda f: f.counts[key], 0 if key in ("arrived", "served") else 1)

    def longest(fates: Fates) -> float | None:
        return max((q.most_m for q in queues[fates.line] if q.most_m is not None), default=None)

    def approach(fates: Fates) -> float | None:
        return queues[fates.line][0].approach_m if queues[fates.line] else None

    fields = [
        *line,
        *map(count, COUNTS),
        Field("longest_m", head("longest"), longest),
        Field("approach_m", head("approach"), approach),
        *estimate_fields("throughput_per_hour", None, "throughput"),
    ]
    return tabulate("outcomes", run.catalog.message("sheet.title.outcomes"), run.summary.fates, fields)


def _inspected(run: Run, line: list[Field]) -> Table:
    """Tabulate the share of each line that enters a station; people see the use of the station beside it."""
    say, head, inspected = run.catalog.message, heads(run.catalog), run.summary.inspected
    use = {s.station: s for s in run.summary.stations}
    fields = [
        *line,
        Field("station", head("station"), lambda i: Named(i.station, stage_name(run.catalog, i.station))),
        *data_fields(entered="entered"),
        *estimate_fields("share", head("inspected"), "share", percentage=True),
        Field("staffed_hours", head("staffed"), lambda i: use[i.station].staffed_hours, 1, kept=None),
        share_field("utilisation", head("utilisation"), lambda i: (use[i.station].utilisation.mean, False), kept=None),
        Field("blocked_min", head("blocked"), lambda i: use[i.station].blocked.mean, kept=None),
    ]
    keys = ("station", "line", "share", "staffed_hours", "utilisation", "blocked_min")
    seen = view(say("sheet.title.stations"), keys, (i.share.mean is not None for i in inspected))
    return tabulate("inspected", say("sheet.title.stations"), inspected, fields, (seen,))


def _costs(run: Run, line: list[Field]) -> list[Table]:
    """Tabulate the hours of delay of each line and what they cost by each convention, US dollars."""
    say, head, costs = run.catalog.message, heads(run.catalog), run.costs
    title, totals = say("sheet.title.costs"), sum_by_convention(costs.money)
    priced = {(m.line, m.convention): (m.low, m.high) for m in costs.money}
    delay = [
        *line_fields(run.catalog, run.scenario, lambda item: item[0]),
        *estimate_fields("delay_hours", head("delay_hours"), itemgetter(1), 1, interval=head("interval")),
        *dollars_by_convention(run.catalog, totals, lambda item: item[0], priced),
    ]
    total: dict[str, Cell] = {"line": say("label.total"), **{f"usd_{c}": dollars(*ends) for c, ends in totals.items()}}
    keys = ("line", "delay_hours", "delay_hours_ci95_interval", *(f"usd_{c}" for c in totals))
    money = [
        *line,
        *data_fields(convention="convention", usd_low="low", usd_high="high", ci95_low="ci_low", ci95_high="ci_high"),
        *RATE_FIELDS,
    ]
    return [
        tabulate(
            "delay",
            title,
            costs.delay_hours.items(),
            delay,
            (view(title, keys, (hours.mean for hours in costs.delay_hours.values())),),
            totals=(tuple(total.get(f.key) for f in delay),),
            shown=bool(totals),
        ),
        tabulate("money", title, costs.money, money, shown=False),
        data_table("money_total", title, ("convention", "usd_low", "usd_high"), ((c, *x) for c, x in totals.items())),
    ]


def _emissions(run: Run, line: list[Field]) -> Table:
    """Tabulate fuel and emissions of engines in line."""
    head, costs, title = heads(run.catalog), run.costs, run.catalog.message("sheet.title.emissions")
    fields = [
        *line,
        Field("month", None, lambda b: costs.month),
        *data_fields(multiplier="multiplier"),
        *estimate_fields("fuel_gal", head("fuel"), "fuel_gal", 1),
        *estimate_fields("co2_kg", head("co2"), "co2_kg"),
        *estimate_fields("nox_g", head("nox"), "nox_g"),
        *estimate_fields("pm25_g", head("pm25"), "pm25_g", 1),
        *data_fields(rates_of="rate.date", source="rate.source", prior="rate.prior"),
    ]
    keys = ("line", "fuel_gal", "co2_kg", "nox_g", "pm25_g")
    seen = view(title, keys, (costs.delay_hours[b.line].mean for b in costs.burnt))
    return tabulate("emissions", title, costs.burnt, fields, (seen,))
