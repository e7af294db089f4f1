"""`ambos compare`: two scenarios under the same draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ambos.crossing.compare import Comparison, Difference
from ambos.crossing.compare import compare as differences
from ambos.crossing.defaults import REPLICATIONS, SEED
from ambos.flows.twin.reports import Fit
from ambos.flows.twin.run_names import at_least, crossing_name, estimated_interval, line_names, minutes, stage_name
from ambos.flows.twin.run_tables import change, dollars
from ambos.flows.twin.simulate import Progress, Run, finish, load, play, prepare
from ambos.flows.workspace import Workspace
from ambos.model.table import TextTable
from ambos.numbers import both
from ambos.text import Text


@dataclass(frozen=True)
class Compared:
    """Two runs and how they differ."""

    first: Run
    second: Run
    found: Comparison


def compare(
    workspace: Workspace,
    first: Path | bytes,
    second: Path | bytes,
    *,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Compared:
    """Simulate two scenario files with the same travellers and take the differences, second less first.

    Parameters
    ----------
    workspace : Workspace
    first, second : Path or bytes
    replications, seed : int
    progress : callable, optional
        Told (what, done, in all).

    Raises
    ------
    BadScenario, CannotOpen, BadRequest, UnknownName, NoData
        As `ambos.flows.twin.simulate.simulate`.
    """
    loaded = [load(workspace, source) for source in (first, second)]
    prepare(progress)
    runs = []
    for number, (scenario, day) in enumerate(loaded):
        if progress:
            progress("AB"[number], number, len(loaded))
        runs.append(finish(workspace, scenario, day, play(scenario, replications, seed)))
    a, b = runs
    return Compared(a, b, differences(a.totals, b.totals, a.rates))


def tables(compared: Compared) -> list[TextTable]:
    """The differences as tables: waits, outcomes, officers and delay, costs."""
    catalog, found = compared.first.catalog, compared.found
    say = catalog.message
    names = line_names(catalog, compared.first.scenario, compared.second.scenario)
    heads = tuple(say(f"twin.head.{h}") for h in ("before", "after", "change", "interval"))

    def row(place: Text, what: Text, d: Difference) -> tuple[Text, ...]:
        shown = change(d.change.mean)
        if d.a_at_least or d.b_at_least:
            shown += say("twin.mark.cut_short")
        a, b = at_least(both(d.a, 1), d.a_at_least), at_least(both(d.b, 1), d.b_at_least)
        return place, what, a, b, shown, estimated_interval(d.change)

    waits = tuple(
        row(names[d.line], stage_name(catalog, d.stage), d) for d in found.stages if d.a is not None or d.b is not None
    )
    made = [
        TextTable(
            "waits",
            say("sheet.title.compared_waits"),
            (say("twin.head.line"), say("twin.head.stage"), *heads),
            waits,
            texts=2,
            note=say("sheet.note.compared"),
        )
    ]
    made.append(_beside(compared, names))
    counts = tuple(
        row(names[d.line], say(f"twin.head.{d.what}"), d)
        for d in found.counts
        if (d.a or d.b) and (d.change.mean != 0 or d.what in ("arrived", "served"))
    )
    made.append(
        TextTable(
            "outcomes",
            say("sheet.title.outcomes"),
            (say("twin.head.line"), say("twin.head.outcome"), *heads),
            counts,
            texts=2,
        )
    )
    use = [(crossing_name(catalog, d.line), say("twin.head.officer_hours"), d) for d in found.officers]
    use += [(names[d.line], say("twin.head.delay_hours"), d) for d in found.delay]
    made.append(
        TextTable(
            "use",
            say("sheet.title.compared_use"),
            (say("twin.head.line"), say("twin.head.figure"), *heads),
            tuple(row(place, what, d) for place, what, d in use if d.a or d.b),
            texts=2,
        )
    )
    if found.costs:
        money = tuple(
            (
                names[c.line],
                say(f"twin.convention.{c.convention}"),
                dollars(c.low, c.high),
                dollars(c.ci_low, c.ci_high),
            )
            for c in found.costs
            if c.low or c.high
        )
        made.append(
            TextTable(
                "costs",
                say("sheet.title.compared_costs"),
                (say("twin.head.line"), say("twin.head.convention"), *heads[2:]),
                money,
                texts=2,
            )
        )
    return made


def _beside(compared: Compared, names: dict[str, Text]) -> TextTable:
    """Tabulate the simulated waits of both scenarios beside the reported ones, by line; minutes."""
    say = compared.first.catalog.message
    a, b = ({f.line.id: f for f in run.fits if f.hours} for run in (compared.first, compared.second))
    rows = []
    for line in dict.fromkeys((*a, *b)):
        sides = [side.get(line, Fit((a.get(line) or b[line]).line, 0)) for side in (a, b)]
        reported = next(f.reported for f in sides if f.hours)
        rows.append(
            (
                names[line],
                *(minutes(f.simulated, f.at_least) for f in sides),
                minutes(reported),
                *(at_least(change(f.less), f.at_least) for f in sides),
            )
        )
    heads = (say(f"twin.head.{h}") for h in ("line", "before", "after", "reported", "a_less", "b_less"))
    title, note = say("sheet.title.reported"), say("sheet.note.reported")
    return TextTable("reported", title, tuple(heads), tuple(rows), note=note)
