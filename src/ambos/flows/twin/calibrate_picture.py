"""Draw the waits of drawn days beside the reported ones, by hour of the day, for every calibrated line of crossings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ambos.briefing.document import Chart, Datum
from ambos.flows.twin.cells import crossing_name
from ambos.flows.twin.port_days import PortDays
from ambos.flows.workspace import Workspace
from ambos.text import Text, joined

#: The lines of a panel.
_NAMES = {"reported": Text("reported", "reportada"), "drawn": Text("drawn", "sorteada")}


def picture(workspace: Workspace, places: Sequence[str]) -> Chart | None:
    """Draw a panel for each calibrated line; None if there is none.

    Parameters
    ----------
    workspace : Workspace
    places : sequence of str
        Ids of crossings.
    """
    catalog, twin = workspace.catalog, PortDays(workspace).twin
    crossings = [c for c in twin.crossings.values() if c.place in places]
    data: list[Datum] = []
    names = dict(_NAMES)
    known: list[date] = []
    for crossing in crossings:
        for line in crossing.lines:
            fitted = line.calibrated
            if fitted is None:
                continue
            code = f"{crossing.id}.{line.mode}.{line.lane_class}"
            kind = catalog.message(f"twin.mode.{line.mode}") + Text.same(" · ") + catalog.name("lanes", line.lane_class)
            several = len(crossings) > 1
            names[code] = crossing_name(catalog, crossing.place) + Text.same(": ") + kind if several else kind
            last = date.fromisoformat(fitted.last)
            known.append(last)
            for series, hours in (("reported", fitted.hours_reported), ("drawn", fitted.hours_drawn)):
                data += [
                    Datum(series, code, str(hour), f"{hour} h", value, "minute", last, "cbp_border_waits", status="E")
                    for hour, value in enumerate(hours)
                    if value is not None
                ]
    if not data:
        return None
    where = joined([crossing_name(catalog, c.place) for c in crossings], " · ")
    return Chart(
        id="calibrated",
        title=Text(
            "{place}: mean wait by hour of the day, reported and of drawn days",
            "{place}: espera media por hora del día, reportada y de días sorteados",
        ).format(place=where),
        sources=tuple(catalog.sources[s] for s in catalog.datasets["waits"].sources),
        as_of=max(known),
        names=names,
        kind="curves",
        unit=catalog.units["minute"],
        data=tuple(data),
        by="series",
        facet="place",
        order=tuple(_NAMES),
        across=Text("Hour of the day", "Hora del día"),
    )
