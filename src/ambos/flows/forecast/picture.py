"""The picture of a forecast of waits: the last reports, the forecast with its interval and the usual wait."""

from __future__ import annotations

from datetime import date

import numpy as np

from ambos.briefing import Chart, Datum
from ambos.flows.forecast.waits import Forecast, lane_name
from ambos.flows.workspace import Workspace
from ambos.model.data import Status
from ambos.text import Text

#: Hours of reports before the forecast, and of usual waits after it.
_BEFORE, _AFTER = 24, 24
_NAMES = {
    "reported": Text("reported", "reportada"),
    "forecast": Text("forecast", "pronóstico"),
    "low": Text("80%: from", "80 %: desde"),
    "high": Text("80%: to", "80 %: hasta"),
    "usual": Text("usual wait", "espera usual"),
}


def picture(workspace: Workspace, made: Forecast) -> Chart:
    """Draw a panel for each lane class over the hours before and after the forecast is made."""
    catalog = workspace.catalog
    place = catalog.places[made.crossing]
    known = made.held.hour(made.origin).date()
    data: list[Datum] = []
    names: dict[str, Text] = dict(_NAMES)
    for key, ahead in made.lines.items():
        code = f"{key[1]}/{key[2]}"
        names[code] = lane_name(workspace, key)
        line = made.held.lines[key]

        def add(series: str, hour: int, value: float | None, code: str = code) -> None:
            data.append(_datum(series, code, hour, value, known))

        for hour in range(-_BEFORE, 1):
            at = made.origin + hour
            if at >= 0 and not np.isnan(line.waits[at]):
                add("reported", hour, float(line.waits[at]))
        hours = np.arange(made.origin + 1, made.origin + _AFTER + 1)
        for hour, value in enumerate(line.usual(np.full(len(hours), made.origin), hours).tolist(), 1):
            add("usual", hour, None if np.isnan(value) else value)
        for one in ahead:
            for series, end in (("forecast", one.forecast), ("low", one.low), ("high", one.high)):
                add(series, one.lead, end)
    return Chart(
        id="forecast-waits",
        title=Text("Forecast of waits at {place}", "Pronóstico de esperas en {place}").format(place=place.name),
        sources=tuple(catalog.sources[s] for s in catalog.datasets["waits"].sources),
        as_of=known,
        names=names,
        kind="curves",
        unit=catalog.units["minute"],
        data=tuple(data),
        by="series",
        facet="place",
        order=tuple(_NAMES),
        across=Text("Hours from when the forecast is made", "Horas desde que se hace el pronóstico"),
    )


def _datum(series: str, place: str, hour: int, value: float | None, known: date) -> Datum:
    status: Status = "A" if series == "reported" else "F"
    return Datum(series, place, str(hour), f"{hour} h", value, "minute", known, "cbp_border_waits", status=status)
