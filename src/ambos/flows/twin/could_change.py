"""What could change at a region's ports: embedded estimates of what-ifs, beside how far off the simulation was."""

from __future__ import annotations

from ambos.catalog.could_change import read_could_change
from ambos.catalog.read import Problems
from ambos.catalog.staff import load_whatifs
from ambos.catalog.twin import load_twin
from ambos.errors import NoData
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.crossing import Mode
from ambos.model.twin import CrossingFacts
from ambos.numbers import both, day, period
from ambos.text import LANGUAGES, Text, joined

#: A line is busy from this mean wait reported, minutes.
BUSY = 10.0
_GENERAL = "standard"


def busy(crossing: CrossingFacts, mode: Mode) -> bool:
    """Return True if the general lanes of a mode are fit for decisions and have a mean reported wait of `BUSY` or more."""
    return any(
        line.calibrated.standing == "fit" and line.calibrated.reported >= BUSY
        for line in crossing.lines
        if line.mode == mode and line.lane_class == _GENERAL and line.calibrated is not None
    )


def could_change(workspace: Workspace) -> Answer:
    """Tabulate the embedded estimates of the region; nothing is simulated here.

    Returns
    -------
    Answer
        A row per crossing, what-if and class of lanes; waits are minutes at primary.

    Raises
    ------
    NoData
        If the region has none.
    DefinitionError
        If its file is damaged.
    """
    catalog, problems = workspace.catalog, Problems()
    played = read_could_change(catalog.snapshot_folder.parent, problems)
    problems.refuse()
    say, title = catalog.message, catalog.message("twin.could_change.title")
    if not played:
        raise NoData(what=title)
    twin, whatifs = load_twin(catalog), load_whatifs(catalog)
    lines = {(c.id, line.mode, line.lane_class): line for c in twin.crossings.values() for line in c.lines}
    known = {key: line.calibrated for key, line in lines.items() if line.calibrated is not None}
    rows = []
    for each in played:
        place = twin.crossings[each.crossing].place
        own = known.get((each.crossing, each.mode, each.lane_class))
        tested = own.fitness if own else None
        lanes = catalog.name("lanes", each.lane_class)
        rows.append(
            (
                Named(place, catalog.places[place].name),
                Named(each.whatif, whatifs[each.whatif].name),
                Named(f"{each.mode}/{each.lane_class}", lanes),
                each.today,
                each.change,
                each.low,
                each.high,
                each.officer_hours,
                None if tested is None else round(tested.drawn - tested.reported, 2),
            )
        )
    columns = (
        Column("crossing", say("twin.could_change.crossing")),
        Column("whatif", say("twin.could_change.whatif")),
        Column("lanes", say("twin.could_change.lanes")),
        Column("today_min", say("twin.could_change.today"), 1),
        Column("change_min", say("twin.could_change.change"), 1, signed=True),
        Column("low_min", say("twin.could_change.low"), 1, signed=True),
        Column("high_min", say("twin.could_change.high"), 1, signed=True),
        Column("officer_hours", say("twin.could_change.officers"), 0, signed=True),
        Column("off_min", say("twin.could_change.off"), 1, signed=True),
    )
    first = played[0]
    days = sorted(first.days.split())
    assumed = [whatifs[id].name for id in dict.fromkeys(each.whatif for each in played) if whatifs[id].basis.prior]
    unfit = sum(line.standing != "fit" for line in known.values())
    ends = [Text(*(period(each[:7], language) for language in LANGUAGES)) for each in (days[0], days[-1])]
    notes = (
        say(
            "twin.could_change.simulated",
            days=str(len(days)),
            first=ends[0],
            last=ends[1],
            replications=both(first.replications),
        ),
        say("twin.could_change.off_note"),
        *([say("twin.could_change.assumed", list=joined(assumed, "; "))] if assumed else []),
        say("twin.could_change.left_out", unfit=str(unfit), calibrated=str(len(known)), busy=both(BUSY)),
        say("twin.could_change.made", day=Text(*(day(first.made, language) for language in LANGUAGES)), version=first.version),
    )  # fmt: skip
    facts: dict[str, Cell] = {
        "simulated": True,
        "seed": first.seed,
        "replications": first.replications,
        "version": first.version,
        "made": max(each.made for each in played),
        "first_month": days[0][:7],
        "last_month": days[-1][:7],
    }
    return Answer("could_change", title, (Table("could_change", title, columns, tuple(rows)),), facts, notes)
