"""A crossing as it is on a day: definitions and monthly totals become a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ambos.catalog import Catalog
from ambos.catalog.twin import find_crossings, port_of
from ambos.crossing import lanes as plans
from ambos.crossing.demand import HOURS, Monthly, Place, in_line, loads, pace, rates, spread_of, utilities
from ambos.crossing.port_notes import notes
from ambos.errors import NoData
from ambos.model.crossing import Arrivals, Booth, Line, Mode, Option, Referral, Scenario, Station, Stream
from ambos.model.twin import CrossingFacts, LineFacts, Twin
from ambos.numbers import day as written
from ambos.text import Text

_PER_HOUR = 4  # quarter-hours


def crossings(catalog: Catalog, twin: Twin, names: Sequence[str]) -> list[CrossingFacts]:
    """The crossings that names mean, each once: ids, places, or ports for all of theirs.

    Raises
    ------
    UnknownName
    """
    chosen = {c.id: c for name in names for c in find_crossings(catalog, twin, name)}
    return list(chosen.values())


def ports(catalog: Catalog, twin: Twin, names: Sequence[str]) -> list[str]:
    """Ids of the ports whose monthly totals a day at these crossings needs."""
    return list(dict.fromkeys(port_of(catalog, c) for c in crossings(catalog, twin, names)))


def day(
    catalog: Catalog,
    twin: Twin,
    names: Sequence[str],
    when: date,
    volumes: Mapping[str, Monthly],
    lanes: Mapping[str, Sequence[int]] | None = None,
    *,
    calibrated: bool = True,
) -> Scenario:
    """Make the scenario of one or more crossings on a day.

    Crossings of one port compete for the classes that they share: one stream chooses between them by a logit.

    Parameters
    ----------
    catalog : Catalog
    twin : Twin
    names : sequence of str
        Crossings, or ports for all of theirs.
    when : date
    volumes : mapping of port id to Monthly
        The crossings of a month of each port; the weekday and the class shares are of the definitions.
    lanes : mapping of line id to sequence of int, optional
        Lanes open by hour (24) or quarter-hour (96), instead of those of the definitions.
    calibrated : bool
        Use what is calibrated; else only relative demand and the laws of the definitions.

    Returns
    -------
    Scenario
        With notes of every estimate and prior that it rests on.

    Raises
    ------
    UnknownName
        If a name means no crossing.
    NoData
        If no traveller of any mode is counted.
    """
    if not calibrated:
        twin = uncalibrated(twin)
    chosen = crossings(catalog, twin, names)
    every = {port: [c for c in twin.crossings.values() if port_of(catalog, c) == port] for port in volumes}
    hourly: dict[str, tuple[float, ...]] = {}
    per_hour: dict[str, float] = {}
    places: list[Place] = []
    missing: list[tuple[str, Mode]] = []
    for crossing in chosen:
        port = port_of(catalog, crossing)
        for line in crossing.lines:
            count = volumes[port].counts.get(twin.modes[line.mode].measure)
            if count is None:
                missing.append((port, line.mode))
                continue
            if not count:
                continue
            rivals = [x for c in every[port] for x in c.lines if x.mode == line.mode]
            known, month, weekday = line.calibrated, volumes[port].month, when.isoweekday()
            if known is None:
                hourly[line_id(crossing, line)] = rates(line, rivals, count, month, weekday)
            else:
                per_hour[line_id(crossing, line)] = rate = known.per_hour * pace(rivals, count, month)
                hourly[line_id(crossing, line)] = tuple(rate * x for x in loads(known, count, month, weekday))
            places.append((crossing, line))
    if not places:
        what = Text(
            ", ".join(catalog.places[c.place].name.en for c in chosen),
            ", ".join(catalog.places[c.place].name.es for c in chosen),
        )
        raise NoData(what=what)
    chosen_names = [catalog.places[c.place].name for c in chosen]
    return Scenario(
        name=Text(
            f"{' + '.join(t.en for t in chosen_names)}, {written(when, 'en')}",
            f"{' + '.join(t.es for t in chosen_names)}, {written(when, 'es')}",
        ),
        streams=tuple(_streams(catalog, twin, places, hourly, per_hour, when.isoweekday())),
        lines=tuple(_line(twin, crossing, line, per_hour) for crossing, line in places),
        booths=tuple(b for c in chosen for b in _booths(c, places, when.isoweekday(), lanes or {})),
        stations=tuple(
            Station(f"{c.id}.{s.kind}", c.place, twin.inspections[s.kind].law, (s.servers,), s.lot)
            for c in chosen
            for s in c.stations
            if any(x.mode in twin.inspections[s.kind].modes for own, x in places if own is c)
        ),
        notes=notes(catalog, twin, places, volumes, missing),
    )


def uncalibrated(twin: Twin) -> Twin:
    """The definitions without what is calibrated."""
    return replace(
        twin,
        crossings={
            key: replace(crossing, lines=tuple(replace(line, calibrated=None) for line in crossing.lines))
            for key, crossing in twin.crossings.items()
        },
    )


def line_id(crossing: CrossingFacts, line: LineFacts) -> str:
    """Such as ``mariposa.pov.standard``."""
    return f"{crossing.id}.{line.mode}.{line.lane_class}"


def _line(twin: Twin, crossing: CrossingFacts, line: LineFacts, per_hour: Mapping[str, float]) -> Line:
    kinds = [twin.inspections[s.kind] for s in crossing.stations if line.mode in twin.inspections[s.kind].modes]
    drawn = {after: tuple(Referral(f"{crossing.id}.{k.id}", k.random, k.risk) for k in kinds if k.after is after) for after in (False, True)}  # fmt: skip
    law = twin.laws[line.mode, line.lane_class].law
    return Line(
        id=line_id(crossing, line),
        crossing=crossing.place,
        mode=line.mode,
        lane_class=line.lane_class,
        service=replace(law, mean=60 / per_hour[line_id(crossing, line)]) if line.calibrated else law,
        referrals=drawn[False],
        after=drawn[True],
        opens=crossing.opens,
        closes=crossing.closes,
        spacing_m=twin.modes[line.mode].spacing_m,
        service_spread=line.calibrated.per_hour_spread if line.calibrated else 0.0,
        fitness=line.calibrated.standing if line.calibrated else "",
    )


def _streams(
    catalog: Catalog,
    twin: Twin,
    places: Sequence[Place],
    hourly: Mapping[str, tuple[float, ...]],
    per_hour: Mapping[str, float],
    weekday: int,
) -> list[Stream]:
    """Make a stream for each class of a port; with several crossings it chooses."""
    groups: dict[tuple[str, Mode, str], list[Place]] = {}
    for crossing, line in places:
        groups.setdefault((port_of(catalog, crossing), line.mode, line.lane_class), []).append((crossing, line))
    streams = []
    for (port, mode, lane_class), rivals in groups.items():
        ids = [line_id(c, x) for c, x in rivals]
        together = tuple(sum(hourly[i][h] for i in ids) for h in range(HOURS))
        first = [in_line(x, hourly[i], weekday, per_hour.get(i, 0.0)) for i, (_, x) in zip(ids, rivals, strict=True)]
        known = [x.calibrated for _, x in rivals if x.calibrated]
        several = len(ids) > 1
        values = utilities([x for _, x in rivals], twin.wait_weight) if several else [0.0]
        streams.append(
            Stream(
                id=f"{catalog.places[port].slug}.{mode}.{lane_class}" if several else ids[0],
                arrivals=Arrivals(
                    rates=together,
                    initial=sum(first),
                    spread=spread_of(known, [hourly[i] for i in ids], first) if len(known) == len(ids) else None,
                ),
                options=tuple(Option(i, u) for i, u in zip(ids, values, strict=True)),
                wait_weight=twin.wait_weight if several else 0.0,
            )
        )
    return streams


def lane_plan(line: LineFacts, weekday: int) -> list[int]:
    """Lanes by quarter-hour: the mean of the hour, rounded so that the lane-hours of the day are kept.

    Where any is open there is at least one. Where the lanes would close they stay for an hour more, for those in line.
    """
    hours: list[int] = []
    carry = 0.0
    for mean in line.lanes[weekday]:
        count = max(1, int(mean + carry + 0.5)) if mean > 0 else 0
        carry += mean - count if mean > 0 else 0.0
        hours.append(count)
    for h in range(HOURS - 1, 0, -1):
        if hours[h - 1] and not hours[h]:
            hours[h] = hours[h - 1]
    return [n for n in hours for _ in range(_PER_HOUR)]


def _booths(
    crossing: CrossingFacts, places: Sequence[Place], weekday: int, lanes: Mapping[str, Sequence[int]]
) -> list[Booth]:
    """The booths of a crossing; each class has its own next to each other, those left over are closed."""
    booths: list[Booth] = []
    for mode, built in crossing.built.items():
        schedules: list[plans.Plan] = []
        for line in (x for c, x in places if c is crossing and x.mode == mode):
            name = line_id(crossing, line)
            wanted = plans.quarters(lanes[name]) if name in lanes else lane_plan(line, weekday)
            schedules += [[(name,) if n < k else () for k in wanted] for n in range(max(wanted))]
        schedules += [[()] * (HOURS * _PER_HOUR)] * (built - len(schedules))
        booths += [
            Booth(f"{crossing.id}.{mode}.{n}", crossing.place, plans.shifts(plan))
            for n, plan in enumerate(schedules, 1)
        ]
    return booths
