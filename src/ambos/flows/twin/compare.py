"""`ambos compare`: two scenarios under the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ambos.crossing.compare import Comparison, Difference
from ambos.crossing.compare import compare as differences
from ambos.crossing.defaults import REPLICATIONS, SEED
from ambos.crossing.summary import PRIMARY
from ambos.flows.twin.cells import (
    RATE_FIELDS,
    Field,
    Heads,
    at_least,
    change,
    crossing_name,
    data_fields,
    dollars_fields,
    estimated_interval,
    fit_fields,
    heads,
    interval_fields,
    line_names,
    reported_field,
    shown,
    stage_name,
    tabulate,
    view,
)
from ambos.flows.twin.reports import Fit
from ambos.flows.twin.simulate import Progress, Run, finish, load, play, prepare
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Named, Shown
from ambos.numbers import both
from ambos.text import Text, joined


@dataclass(frozen=True)
class ComparedRuns:
    """Two runs, the files they were read from, and how they differ."""

    first: Run
    second: Run
    files: tuple[str, str]
    differences: Comparison


def compare(
    workspace: Workspace,
    first: Path | bytes,
    second: Path | bytes,
    *,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> ComparedRuns:
    """Simulate two scenario files with the same travellers and take the differences, second less first.

    Parameters
    ----------
    workspace : Workspace
    first, second : Path or bytes
    replications, seed : int
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

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
    names = ("–" if isinstance(source, bytes) else str(source) for source in (first, second))
    return ComparedRuns(a, b, (next(names), next(names)), differences(a.totals, b.totals, a.rates))


def answer(compared: ComparedRuns) -> Answer:
    """Tabulate the differences: waits, outcomes, officer hours and delay, costs; changes are B less A.

    Returns
    -------
    Answer
        Counts are means per replication, waits are minutes.
    """
    runs, changes = (compared.first, compared.second), compared.differences
    catalog = runs[0].catalog
    say, head = catalog.message, heads(catalog)
    names = line_names(catalog, *(run.scenario for run in runs))
    fits: list[dict[str, Fit]] = [{f.line.id: f for f in run.fits} for run in runs]
    line = Field("line", head("line"), lambda d: Named(d.line, names[d.line]))
    place = Field(
        "line",
        head("line"),
        lambda d: Named(d.line, crossing_name(catalog, d.line) if d.what == "officer_hours" else names[d.line]),
    )
    differs = _difference_fields(head, say("twin.mark.cut_short"))
    bounds = data_fields(a_is_lower_bound="a_at_least", b_is_lower_bound="b_at_least")
    keys = ("a", "b", "change", "ci95_interval")

    def fit_fields_of(side: int, letter: str, simulated: str) -> list[Field]:
        labels = {"simulated": simulated, "less_reported": f"{letter}_less"}
        return fit_fields(
            lambda key: head(labels.get(key, key)),
            lambda d: fits[side].get(d.line) if d.stage == PRIMARY else None,
            f"{letter}_",
        )

    def what(label: str) -> Field:
        return Field("what", head(label), lambda d: Named(d.what, head(d.what)))

    def reported(d: Difference) -> float | None:
        own = (fit for side in fits if (fit := side.get(d.line)) and fit.hours and d.stage == PRIMARY)
        return next((fit.reported for fit in own), None)

    results = [
        line,
        Field("stage", head("stage"), lambda d: Named(d.stage, stage_name(catalog, d.stage))),
        *differs,
        *bounds,
        *fit_fields_of(0, "a", "before"),
        *fit_fields_of(1, "b", "after"),
        reported_field("reported", head("reported"), reported)._replace(kept=None),
    ]
    convention = Field(
        "convention", head("convention"), lambda c: Named(c.convention, say(f"twin.convention.{c.convention}"))
    )
    costs = [
        line,
        convention,
        *dollars_fields("usd", head("change"), lambda c: (c.low, c.high)),
        *dollars_fields("ci95", head("interval"), lambda c: (c.ci_low, c.ci_high)),
        *RATE_FIELDS,
    ]
    simulated = [f"{side}_simulated_{key}" for key in ("in_those_hours_min", "less_reported_min") for side in "ab"]
    titles = {key: say(f"sheet.title.compared_{key}") for key in ("waits", "spread", "until_served", "use", "costs")}
    titles["outcomes"] = say("sheet.title.outcomes")
    use = (*changes.officers, *changes.delay)
    differing = [d.line for d in changes.until_served if _other_travellers(changes, d.line)]
    waits_seen = view(
        titles["waits"], ("line", "stage", *keys), (x.a is not None or x.b is not None for x in changes.stages)
    )
    fits_seen = view(
        say("sheet.title.reported"),
        ("line", *simulated[:2], "reported", *simulated[2:], "b_fit_for_decisions"),
        (reported(d) is not None for d in changes.stages),
    )
    outcomes_seen = view(
        titles["outcomes"],
        ("line", "what", *keys),
        ((d.a or d.b) and (d.change.mean != 0 or d.what in ("arrived", "served")) for d in changes.counts),
    )
    use_seen = view(titles["use"], ("line", "what", *keys), (d.a or d.b for d in use))
    costs_seen = view(titles["costs"], ("line", "convention", "usd", "ci95"), (c.low or c.high for c in changes.costs))
    lines = tuple(
        Text.same(f"{letter}: ") + run.scenario.name + Text.same(f" ({file})")
        for letter, run, file in zip("AB", runs, compared.files, strict=True)
    )
    return Answer(
        "compare",
        joined(lines, " · "),
        (
            tabulate("results", titles["waits"], changes.stages, results, (waits_seen, fits_seen)),
            tabulate(
                "spread",
                titles["spread"],
                changes.spread,
                [line, what("figure"), *_spread_fields(head), *bounds],
                (view(titles["spread"], ("line", "what", *keys), (d.a or d.b for d in changes.spread)),),
            ),
            tabulate(
                "until_served",
                titles["until_served"],
                changes.until_served,
                [line, *differs],
                (view(titles["until_served"], ("line", *keys), (d.line in differing for d in changes.until_served)),),
            ),
            tabulate(
                "outcomes", titles["outcomes"], changes.counts, [line, what("outcome"), *differs], (outcomes_seen,)
            ),
            tabulate("use", titles["use"], use, [place, what("figure"), *differs], (use_seen,)),
            tabulate("costs", titles["costs"], changes.costs, costs, (costs_seen,)),
            tabulate(
                "hourly",
                titles["waits"],
                changes.hourly,
                [line, Field("hour", head("hour"), lambda d: d.hour), *differs, *bounds],
                shown=False,
            ),
        ),
        {
            "simulated": True,
            "seed": changes.seed,
            "replications": changes.replications,
            "version": runs[0].version,
            "a_scenario_hash": runs[0].hash,
            "b_scenario_hash": runs[1].hash,
            "a_day": runs[0].day,
            "b_day": runs[1].day,
        },
        tuple(dict.fromkeys((*_other_sets(changes, differing, names), *(note for run in runs for note in run.notes)))),
        head=(*lines, Text("Simulated, not measured", "Simulado, no medido")),
    )


def _served(changes: Comparison, line: str) -> Difference:
    return next(d for d in changes.counts if d.line == line and d.what == "served")


def _other_travellers(changes: Comparison, line: str) -> bool:
    """Return True if A and B do not serve the same number: their mean waits are then not of the same travellers."""
    served = _served(changes, line)
    return served.a is not None and served.b is not None and served.change.mean != 0


def _other_sets(changes: Comparison, lines: list[str], names: Mapping[str, Text]) -> list[Text]:
    """Warn that mean waits are of other travellers in A than in B, and by how many."""
    if not lines:
        return []
    more = [(names[line], change(_served(changes, line).change.mean)) for line in lines]
    served = joined([Text(f"{name.en} {by.en}", f"{name.es} {by.es}") for name, by in more], "; ")
    return [
        Text(
            f"B serves another number of travellers than A ({served.en} a day): mean waits are then of other travellers."
            " “Until served” counts all who came, those not served until the end of the day.",
            f"B atiende a otro número de usuarios que A ({served.es} al día): las esperas medias son entonces de otros"
            " usuarios. “Hasta ser atendidos” cuenta a todos los que llegaron; a los no atendidos, hasta el fin del día.",
        )
    ]


def _spread_fields(head: Heads) -> list[Field]:
    """List the columns of percentiles (minutes) and shares (shown in percent) in both scenarios, and of their change."""

    def cell(d: Difference, value: float | None, signed: bool, lower_bound: bool) -> Cell:
        share = d.what.startswith("over")
        if value is None:
            return None
        number = 100 * value if share else value
        text = change(number) if signed else both(number, 1)
        unit = Text.same(" pp") if signed else Text("%", " %")
        return Shown(value, at_least(text + unit if share else text, lower_bound))

    def interval_cell(d: Difference) -> Cell:
        scaled = d.change.times(100.0) if d.what.startswith("over") else d.change
        return estimated_interval(scaled)

    return [
        Field("a", head("before"), lambda d: cell(d, d.a, False, d.a_at_least)),
        Field("b", head("after"), lambda d: cell(d, d.b, False, d.b_at_least)),
        Field("change", head("change"), lambda d: cell(d, d.change.mean, True, False)),
        Field("ci95_interval", head("interval"), interval_cell, kept=None, side="right"),
        *interval_fields("ci95", None, "change"),
        *data_fields(clear="clear"),
    ]


def _difference_fields(head: Heads, mark: Text) -> list[Field]:
    """Columns of a figure in both scenarios and of its change; `mark` follows a change of waits that were cut short."""

    def side(key: str, label: str) -> Field:
        def cell(d: Difference) -> Cell:
            return shown(getattr(d, key), at_least(both(getattr(d, key), 1), getattr(d, f"{key}_at_least")))

        return Field(key, head(label), cell)

    def change_cell(d: Difference) -> Cell:
        text = change(d.change.mean)
        return shown(d.change.mean, text + mark if d.a_at_least or d.b_at_least else text)

    return [
        side("a", "before"),
        side("b", "after"),
        Field("change", head("change"), change_cell),
        *interval_fields("ci95", head("interval"), "change"),
        *data_fields(clear="clear"),
    ]
