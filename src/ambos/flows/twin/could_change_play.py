"""Play what-ifs of a region's busiest lines over many days, for the estimates that the dossier shows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date

from ambos import __version__
from ambos.catalog.staff import load_whatifs
from ambos.crossing.compare import change_of_waits
from ambos.crossing.defaults import REPLICATIONS, SEED
from ambos.crossing.intervals import DAY_REPLICATIONS, Waits
from ambos.crossing.kernel.totals import Floats, Totals
from ambos.crossing.simulate import run
from ambos.crossing.summary import HOUR, hour_waits
from ambos.errors import BadRequest
from ambos.flows.twin.could_change import BUSY, busy
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import Progress, load, prepare
from ambos.flows.twin.whatif import asked
from ambos.flows.workspace import Workspace
from ambos.model.twin import CrossingFacts, LineFacts
from ambos.model.whatif import PlayedWhatIf

#: What-ifs played, in the order shown.
WHATIFS = ("lane_more", "more_sentri", "truck_lane_more", "truck_shock")


@dataclass
class _Played:
    """Days added up: waits by line, and open booth hours; one value per replication."""

    waits: dict[str, Waits]
    booth_hours: Floats


def could_change(
    workspace: Workspace,
    days: tuple[date, ...],
    *,
    crossings: tuple[str, ...] = (),
    whatifs: tuple[str, ...] = WHATIFS,
    replications: int = REPLICATIONS,
    progress: Progress | None = None,
) -> tuple[PlayedWhatIf, ...]:
    """Play what-ifs at the crossings whose general lanes are busy and fit for decisions, over many days.

    Parameters
    ----------
    workspace : Workspace
        One without a calibration of its own, so that the region's is used.
    days : tuple of date
    crossings : tuple of str
        Of these only, by id.
    whatifs : tuple of str
    replications : int
        Of all days together: what is not known is drawn once for each.
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Returns
    -------
    tuple of PlayedWhatIf
        Of the lines that a what-if changes, fit for decisions and busy, or of a class to which travellers move.
    """
    prepare(progress)
    known = load_whatifs(workspace.catalog)
    twin = PortDays(workspace).twin
    places = [
        (whatif, crossing)
        for crossing in twin.crossings.values()
        if not crossings or crossing.id in crossings
        for whatif in whatifs
        if busy(crossing, known[whatif].lines[0].mode)
    ]
    made: list[PlayedWhatIf] = []
    today_is = workspace.clock().date()
    today: dict[str, _Played] = {}
    for step, (whatif, crossing) in enumerate(places):
        if progress:
            progress(f"{crossing.id} {whatif}", step, len(places))
        if crossing.id not in today:
            as_is = [f'[scenario]\nport = ["{crossing.id}"]\nday = {day}\n' for day in days]
            today[crossing.id] = _play(workspace, as_is, replications)
        try:
            questions = [asked(workspace, whatif, crossing.id, day) for day in days]
        except BadRequest:
            continue  # it has no such lanes
        after = _play(workspace, [q.changed for q in questions], replications)
        changed = {change.get("line") for change in tomllib.loads(questions[0].changed)["change"]}
        made += [
            _estimate(whatif, crossing, line, today[crossing.id], after, days, replications, today_is)
            for line in crossing.lines
            if f"{crossing.id}.{line.mode}.{line.lane_class}" in changed
            and line.calibrated is not None
            and line.calibrated.standing == "fit"
            and (line.calibrated.reported >= BUSY or line.lane_class in {part.moved_to for part in known[whatif].lines})
        ]
    return tuple(made)


def _play(workspace: Workspace, days: list[str], replications: int) -> _Played:
    """Play scenario files, each with the same seed, and add them up by replication."""
    played: _Played | None = None
    for text in days:
        scenario, _ = load(workspace, text.encode())
        totals = run(scenario, replications, SEED)
        waits = {line.id: _waits(totals, at) for at, line in enumerate(scenario.lines)}
        hours: Floats = totals.booth_open.sum(axis=1) / HOUR
        if played is None:
            played = _Played(waits, hours)
        else:
            for id, own in waits.items():  # not every line has travellers in every month
                played.waits[id] = played.waits[id].plus(own) if id in played.waits else own
            played.booth_hours = played.booth_hours + hours
    assert played is not None
    return played


def _waits(totals: Totals, at: int) -> Waits:
    return hour_waits(totals, at, slice(None)).each(lambda values: values.sum(axis=1))


def _estimate(
    whatif: str,
    crossing: CrossingFacts,
    line: LineFacts,
    before: _Played,
    after: _Played,
    days: tuple[date, ...],
    replications: int,
    made: date,
) -> PlayedWhatIf:
    """The paired difference of the mean waits of a line, minutes."""
    id = f"{crossing.id}.{line.mode}.{line.lane_class}"
    one, two = before.waits[id], after.waits[id]
    found = change_of_waits(one, two, DAY_REPLICATIONS)
    today, changed = one.mean().mean, two.mean().mean
    assert today is not None and changed is not None and found.mean is not None
    assert found.low is not None and found.high is not None
    return PlayedWhatIf(
        whatif=whatif,
        crossing=crossing.id,
        mode=line.mode,
        lane_class=line.lane_class,
        today=round(today, 2),
        changed=round(changed, 2),
        change=round(found.mean, 2),
        low=round(found.low, 2),
        high=round(found.high, 2),
        officer_hours=round(float((after.booth_hours - before.booth_hours).mean()) / len(days), 1) + 0.0,
        days=" ".join(map(str, days)),
        replications=replications,
        seed=SEED,
        version=__version__,
        made=made,
    )
