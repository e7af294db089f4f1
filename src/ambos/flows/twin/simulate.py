"""`ambos simulate`: a day at ports of entry, traveller by traveller, and what comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ambos import __version__
from ambos.catalog import Catalog
from ambos.catalog.twin import load_twin
from ambos.crossing.costs import Costs, cost, value_of
from ambos.crossing.defaults import COMPILING, REPLICATIONS, SEED
from ambos.crossing.kernel.totals import Totals
from ambos.crossing.summary import Summary, summarise
from ambos.errors import BadRequest
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.reports import Fit, fit, reports
from ambos.flows.workspace import Workspace
from ambos.model.costs import Rates
from ambos.model.crossing import Line, Scenario
from ambos.text import Text

#: Told (what, done, in all).
Progress = Callable[[str, int, int], None]

SIMULATED = Text(
    "Simulated, not measured: the result of a model under the assumptions listed in the notes. It is not calibrated: until it"
    " is, believe neither its levels nor its differences between scenarios. How far the simulated wait of each class lies from"
    " the one reported stands beside it; an interval covers chance only.",
    "Simulado, no medido: es el resultado de un modelo con los supuestos que se enumeran en las notas. No está calibrado: mientras"
    " no lo esté, no se confíe ni en sus valores ni en sus diferencias entre escenarios. Junto a cada clase figura qué tan lejos"
    " está la espera simulada de la reportada; un intervalo solo abarca el azar.",
)


@dataclass(frozen=True)
class Run:
    """A simulated day.

    Attributes
    ----------
    catalog : Catalog
    scenario : Scenario
    day : date or None
        The calendar day, where the scenario has one.
    totals : Totals
    summary : Summary
    costs : Costs
    rates : Rates
    notes : tuple of Text
        What is estimated or assumed.
    fits : tuple of Fit
        How far each line lies from the waits that CBP reports.
    hash : str
        Sha256 of the whole scenario; the same days give the same hash.
    version : str
    """

    catalog: Catalog
    scenario: Scenario
    day: date | None
    totals: Totals
    summary: Summary
    costs: Costs
    rates: Rates
    notes: tuple[Text, ...]
    fits: tuple[Fit, ...]
    hash: str
    version: str


def simulate(
    workspace: Workspace,
    source: Path | bytes | None = None,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    day: date | None = None,
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
    replications, seed : int
        With the same seed the same travellers come, whatever the scenario.
    progress : callable, optional
        Told (what, done, in all).

    Returns
    -------
    Run

    Raises
    ------
    BadRequest
        If neither or both of a file and ports with a day are given, or there is no replication.
    BadScenario, CannotOpen
        If the file is wrong.
    UnknownName, NoData
        If there is no such crossing, or no crossings are held to make its demand from.
    """
    scenario, when = load(workspace, source, ports=ports, every=every, day=day)
    totals = play(scenario, replications, seed, progress)
    return finish(workspace, scenario, when, totals)


def load(
    workspace: Workspace,
    source: Path | bytes | None,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    day: date | None = None,
) -> tuple[Scenario, date | None]:
    """The scenario that is meant, and its calendar day if it has one."""
    named = bool(ports) or every
    if (source is None) != named or named != (day is not None) or (every and ports):
        raise BadRequest(
            detail=Text(
                "Give a scenario file, or --port (or --all) with --day.",
                "Indique un archivo de escenario, o --port (o --all) con --day.",
            )
        )
    days = PortDays(workspace)
    if day is not None:
        return days(days.every() if every else tuple(ports), day), day
    from ambos.crossing.scenario.file import read

    assert source is not None
    scenario = read(source, days)
    return scenario, days.last


def play(scenario: Scenario, replications: int, seed: int, progress: Progress | None = None) -> Totals:
    """Run the kernel.

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
        return run(scenario, replications, seed)
    tell = progress
    return run(scenario, replications, seed, progress=lambda done, of: tell("", done, of))


def prepare(progress: Progress | None) -> None:
    """Compile the kernel, or load it; `progress` is called with `COMPILING` while it is compiled."""
    from ambos.crossing.simulate import warm_up

    if progress is None:
        warm_up()
        return
    tell = progress
    warm_up(lambda done, of: tell(COMPILING, done, of))


def finish(workspace: Workspace, scenario: Scenario, day: date | None, totals: Totals) -> Run:
    """Average a run and say what it rests on."""
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
    said = reports(workspace, scenario.lines)
    fits = tuple(
        fit(line, {h.hour: h.wait.mean for h in summary.hourly if h.line == line.id}, said) for line in scenario.lines
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


def rate_notes(catalog: Catalog, lines: Iterable[Line], rates: Rates) -> list[Text]:
    """Where the values of an hour, the persons in a vehicle and the rates of idling are from, priors marked."""

    def tell(what: Text, source: Text, prior: bool) -> Text:
        return what + (Text(" (assumed): ", " (supuesto): ") if prior else Text.same(": ")) + source

    told, own = [], list(lines)
    values = dict.fromkeys(value for line in own for value in value_of(line, rates))
    told += [tell(catalog.message(f"twin.convention.{v.convention}"), v.source, v.prior) for v in values]
    by_person = {v.mode for v in values if v.per == "person"}
    told += [
        tell(Text(f"Persons in a vehicle, {o.persons}", f"Personas por vehículo, {o.persons}"), o.source, o.prior)
        for o in rates.occupancy
        if o.mode in by_person and o.persons != 1
    ]
    modes = {line.mode for line in own}
    told += [
        tell(Text(f"Idling, rates of {i.date}", f"Ralentí, tasas de {i.date}"), i.source, i.prior)
        for i in rates.idling
        if i.mode in modes
    ]
    return list(dict.fromkeys(told))


def scenario_hash(scenario: Scenario) -> str:
    """Sha256 of everything in a scenario that can change its result: not of its name or notes."""
    bare = replace(scenario, name=Text.same("–"), notes=())
    return hashlib.sha256(repr(bare).encode()).hexdigest()
