"""The day that all play: three classes, lanes by the hour, 5 % to a secondary whose full lot blocks the booths.

A made-up port for measuring speed, not one of the region; about 10,000 vehicles, exponential services.
"""

from __future__ import annotations

from itertools import groupby

from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Referral, Scenario, Shift, Station, Stream
from ambos.text import Text

#: Vehicles per hour, all classes: the profile of the port-day in section D7 of the reference, scaled to 10,000.
PROFILE = (
    60,
    50,
    60,
    120,
    260,
    480,
    640,
    700,
    640,
    560,
    520,
    500,
    490,
    500,
    520,
    560,
    600,
    620,
    580,
    500,
    420,
    330,
    220,
    120,
)
TOTAL = 10_000
#: Share, mean minutes and most lanes by class; lanes follow the demand at this load.
CLASSES = {"general": (0.45, 1.2, 7), "ready": (0.40, 0.9, 5), "sentri": (0.15, 0.6, 2)}
LOAD = 0.88
SECONDARY_SHARE, SECONDARY_MINUTES, BAYS, LOT = 0.05, 20.0, 12, 16


def lanes(name: str, share: float, minutes: float, most: int) -> list[int]:
    """Lanes of a class by hour: enough for the load, at least one and at most what there is."""
    scale = TOTAL / sum(PROFILE)
    return [min(most, max(1, -int(-rate * scale * share * minutes / 60 // LOAD))) for rate in PROFILE]


def booths(line: str, by_hour: list[int]) -> list[Booth]:
    """The first lanes of a class are the ones open longest."""
    found = []
    for place in range(max(by_hour)):
        shifts, hour = [], 0
        for is_open, run in groupby(number > place for number in by_hour):
            end = hour + len(list(run))
            if is_open:
                shifts.append(Shift(60.0 * hour, 60.0 * end, (line,)))
            hour = end
        found.append(Booth(f"{line}.{place + 1}", "bench", tuple(shifts)))
    return found


def day() -> Scenario:
    """The day of the comparison."""
    scale = TOTAL / sum(PROFILE)
    return Scenario(
        name=Text("A day for measuring", "Un día para medir"),
        streams=tuple(
            Stream(name, Arrivals(rates=tuple(rate * scale * share for rate in PROFILE)), (Option(name),))
            for name, (share, _, _) in CLASSES.items()
        ),
        lines=tuple(
            Line(
                name,
                "bench",
                "pov",
                name,
                Law("exponential", minutes),
                referrals=(Referral("secondary", random=SECONDARY_SHARE),),
            )
            for name, (_, minutes, _) in CLASSES.items()
        ),
        booths=tuple(booth for name, given in CLASSES.items() for booth in booths(name, lanes(name, *given))),
        stations=(Station("secondary", "bench", Law("exponential", SECONDARY_MINUTES), (BAYS,), LOT),),
    )


def wide(number: int) -> Scenario:
    """One class at so many booths, with so many arrivals that the load is always 0.95."""
    return Scenario(
        name=Text(f"{number} booths", f"{number} casetas"),
        streams=(Stream("cars", Arrivals(rates=(0.95 * 60 * number,)), (Option("cars"),)),),
        lines=(Line("cars", "bench", "pov", "standard", Law("exponential", 1.0)),),
        booths=tuple(Booth(f"b{place}", "bench", (Shift(0.0, 1440.0, ("cars",)),)) for place in range(number)),
    )
