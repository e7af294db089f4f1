"""A run as tables of texts: what the terminal prints and the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.crossing.costs import sum_by_convention
from ambos.crossing.summary import PRIMARY
from ambos.flows.twin.reports import Fit
from ambos.flows.twin.run_names import (
    at_least,
    clock,
    crossing_name,
    estimated_interval,
    line_names,
    minutes,
    percent,
    sentences,
    stage_name,
)
from ambos.flows.twin.simulate import Run
from ambos.model.table import TextTable
from ambos.numbers import MISSING, both, signed
from ambos.text import Text

_NONE = Text.same(MISSING)


def tables(run: Run) -> list[TextTable]:
    """All tables of a run, the waits first."""
    return [
        _waits(run),
        *(
            [fits_table(run.catalog, line_names(run.catalog, run.scenario), run.fits)]
            if any(f.hours for f in run.fits)
            else []
        ),
        _outcomes(run),
        _booths(run),
        *([_stations(run)] if run.summary.stations else []),
        *_costs(run),
        *_hours(run),
    ]


def provenance(run: Run) -> tuple[tuple[Text, Text], ...]:
    """What is needed to make the run again."""
    say = run.catalog.message
    return (
        (say("twin.head.seed"), Text.same(str(run.summary.seed))),
        (say("twin.head.replications"), both(run.summary.replications)),
        (say("twin.head.version"), Text.same(f"Ambos {run.version}")),
        (say("twin.head.scenario"), Text.same(run.hash[:16])),
    )


def _waits(run: Run) -> TextTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    heads = ("line", "stage", "arrived", "served", "mean", "interval", "median", "p95", "over_60")
    rows = []
    for s in run.summary.stages:
        if not (s.wait.measured or s.wait.left):
            continue
        wait = s.wait
        rows.append(
            (
                names[s.line],
                stage_name(run.catalog, s.stage),
                both(s.arrived),
                both(s.served),
                minutes(wait.mean.mean, wait.mean.at_least),
                estimated_interval(wait.mean),
                minutes(wait.p50.minutes, wait.p50.at_least),
                minutes(wait.p95.minutes, wait.p95.at_least),
                at_least(percent(wait.over_60), wait.mean.at_least),
            )
        )
    return TextTable(
        "waits",
        say("sheet.title.waits"),
        tuple(say(f"twin.head.{h}") for h in heads),
        tuple(rows),
        texts=2,
        note=say("sheet.note.waits"),
    )


def fits_table(catalog: Catalog, names: Mapping[str, Text], fits: Sequence[Fit]) -> TextTable:
    """Tabulate the simulated wait of each line beside the reported one; minutes."""
    say = catalog.message
    rows = tuple(
        (
            names[f.line.id],
            both(f.hours),
            minutes(f.simulated, f.at_least),
            minutes(f.reported),
            at_least(change(f.less), f.at_least),
        )
        for f in fits
        if f.hours
    )
    unreported = [names[f.line.id] for f in fits if not f.hours]
    note = say("sheet.note.reported")
    if unreported:
        lines = Text("; ".join(n.en for n in unreported), "; ".join(n.es for n in unreported))
        note = sentences(note, say("sheet.note.unreported", lines=lines))
    heads = (say(f"twin.head.{h}") for h in ("line", "hours_reported", "simulated", "reported", "less_reported"))
    return TextTable("reported", say("sheet.title.reported"), tuple(heads), rows, note=note)


def change(value: float | None, decimals: int = 1) -> Text:
    """A difference with its sign."""
    return Text(signed(value, decimals, "en"), signed(value, decimals, "es"))


def _outcomes(run: Run) -> TextTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    heads = ("line", "arrived", "served", "balked", "reneged", "diverted", "turned_away", "left", "longest", "approach")
    rows = []
    for fate in run.summary.fates:
        own = [q for q in run.summary.queue if q.line == fate.line]
        longest = max((q.most_m for q in own if q.most_m is not None), default=None)
        rows.append(
            (
                names[fate.line],
                *(both(fate.counts[k]) for k in ("arrived", "served")),
                *(both(fate.counts[k], 1) for k in ("balked", "reneged", "diverted", "turned_away", "left")),
                both(longest),
                both(own[0].approach_m if own else None),
            )
        )
    return TextTable(
        "outcomes",
        say("sheet.title.outcomes"),
        tuple(say(f"twin.head.{h}") for h in heads),
        tuple(rows),
        note=say("sheet.note.outcomes"),
    )


def _booths(run: Run) -> TextTable:
    say = run.catalog.message
    heads = ("crossing", "officer_hours", "interval", "utilisation", "blocked")
    rows = tuple(
        (
            crossing_name(run.catalog, c.crossing),
            both(c.officer_hours.mean, 1),
            estimated_interval(c.officer_hours),
            percent(c.utilisation.mean),
            both(c.blocked.mean),
        )
        for c in run.summary.crossings
    )
    return TextTable("officers", say("sheet.title.officers"), tuple(say(f"twin.head.{h}") for h in heads), rows)


def _stations(run: Run) -> TextTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    use = {s.station: s for s in run.summary.stations}
    heads = ("station", "line", "inspected", "staffed", "utilisation", "blocked")
    rows = tuple(
        (
            stage_name(run.catalog, i.station),
            names[i.line],
            percent(i.share.mean),
            both(use[i.station].staffed_hours, 1),
            percent(use[i.station].utilisation.mean),
            both(use[i.station].blocked.mean),
        )
        for i in run.summary.inspected
        if i.share.mean is not None
    )
    return TextTable(
        "stations",
        say("sheet.title.stations"),
        tuple(say(f"twin.head.{h}") for h in heads),
        rows,
        texts=2,
        note=say("sheet.note.stations"),
    )


def dollars(low: Decimal | None, high: Decimal | None) -> Text:
    """A sum, or a range of sums, in whole dollars."""
    if low is None or high is None:
        return _NONE
    return both(low) if low == high else both(low) + Text.same(" – ") + both(high)


def _costs(run: Run) -> list[TextTable]:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    made = []
    conventions = list(dict.fromkeys(m.convention for m in run.costs.money))
    if conventions:
        priced = {(m.line, m.convention): m for m in run.costs.money}
        rows: list[tuple[Text, ...]] = []
        for line, hours in run.costs.delay_hours.items():
            if not hours.mean:
                continue
            cells = [priced.get((line, c)) for c in conventions]
            sums = (dollars(m.low, m.high) if m else _NONE for m in cells)
            rows.append((names[line], both(hours.mean, 1), estimated_interval(hours), *sums))
        total = sum_by_convention(run.costs.money)
        rows.append((say("label.total"), _NONE, _NONE, *(dollars(*total[c]) for c in conventions)))
        made.append(
            TextTable(
                "costs",
                say("sheet.title.costs"),
                (
                    *(say(f"twin.head.{h}") for h in ("line", "delay_hours", "interval")),
                    *(say(f"twin.convention.{c}") for c in conventions),
                ),
                tuple(rows),
                note=say("sheet.note.costs"),
            )
        )
    if run.costs.burnt:
        heads = ("line", "fuel", "co2", "nox", "pm25")
        rows = [
            (
                names[b.line],
                both(b.fuel_gal.mean, 1),
                both(b.co2_kg.mean),
                both(b.nox_g.mean),
                both(b.pm25_g.mean, 1),
            )
            for b in run.costs.burnt
            if run.costs.delay_hours[b.line].mean
        ]
        made.append(
            TextTable(
                "emissions",
                say("sheet.title.emissions"),
                tuple(say(f"twin.head.{h}") for h in heads),
                tuple(rows),
                note=say("sheet.note.emissions", factors=_multipliers(run)),
            )
        )
    return made


def _multipliers(run: Run) -> Text:
    """By what each mode's idling is multiplied for air conditioning: "Passenger vehicles × 2.0, Trucks × 1.0"."""
    modes = {b.rate.mode: b.multiplier for b in run.costs.burnt}
    told = [
        run.catalog.message(f"twin.mode.{mode}") + Text.same(" × ") + both(factor, 1) for mode, factor in modes.items()
    ]
    return Text(", ".join(t.en for t in told), ", ".join(t.es for t in told))


def _hours(run: Run) -> list[TextTable]:
    """The mean wait by hour of arrival, a column per line."""
    say = run.catalog.message
    served = [s.line for s in run.summary.stages if s.stage == PRIMARY and (s.wait.measured or s.wait.left)]
    if not served:
        return []
    names = line_names(run.catalog, run.scenario)
    by = {(h.hour, h.line): h.wait.mean for h in run.summary.hourly}
    hours = sorted({hour for hour, _ in by})
    rows = tuple(
        (Text.same(clock(60 * hour)), *(minutes(by[hour, line].mean, by[hour, line].at_least) for line in served))
        for hour in hours
    )
    return [
        TextTable(
            "hours",
            say("sheet.title.hours"),
            (say("twin.head.hour"), *(names[line] for line in served)),
            rows,
            folded=True,
        )
    ]
