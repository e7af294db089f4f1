"""Forecasts asked for by pages and the API: each made once per state of the store, one of a series at a time."""

from __future__ import annotations

import threading
from datetime import date

from ambos.flows.forecast import series, waits
from ambos.flows.workspace import Workspace
from ambos.web.site import Site

#: A forecast of a series takes some seconds of a processor: one is made at a time.
_ONE = threading.Lock()


def of_waits(site: Site, crossing: str, lane: str | None) -> waits.Forecast:
    """Make the newest forecast of waits at a crossing, once per state of the store and hour.

    Raises
    ------
    UnknownName, NoData, BadRequest
        As `ambos.flows.forecast.waits.make`.
    """
    workspace = site.workspace
    place = workspace.catalog.place(crossing).id
    hour = workspace.clock().replace(minute=0, second=0, microsecond=0)
    return site.once(("forecast", place, lane, hour), lambda workspace: waits.make(workspace, place, lane=lane))


def of_series(
    site: Site,
    id: str,
    place: str,
    item: str,
    *,
    horizon: int | None = None,
    level: int = series.LEVEL,
    start: date | None = None,
) -> series.Forecasted:
    """Make the forecast of a series of one place and item ("": the only one), once per state of the store.

    Raises
    ------
    UnknownName, BadRequest, NoData, CannotForecast
        As `ambos.flows.forecast.series.forecast_series`.
    """
    places, items = ((one,) if one else () for one in (place, item))

    def make(workspace: Workspace) -> series.Forecasted:
        with _ONE:
            return series.forecast_series(
                workspace, id, places=places, items=items, horizon=horizon, level=level, start=start
            )

    return site.once(("forecast", id, place, item, horizon, level, start), make)
