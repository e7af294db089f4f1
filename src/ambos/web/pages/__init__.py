"""The pages: a router for each kind, served under ``/en`` and ``/es``."""

from collections.abc import Callable

from fastapi import APIRouter

from ambos.web import figures
from ambos.web.pages import (
    air,
    alerts,
    claims,
    crossings,
    dams,
    desk,
    economy,
    findings,
    forecast,
    forecast_series,
    home,
    log_in,
    places,
    ranking,
    register,
    report,
    river,
    series,
    sources,
    staff,
    topics,
    trial,
    words,
)
from ambos.web.site import Site

#: All routers; a new kind of page adds its own here.
ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    topics.router,
    crossings.router,
    dams.router,
    economy.router,
    places.router,
    series.router,
    air.router,
    alerts.router,
    claims.router,
    figures.router,
    forecast.router,
    findings.router,
    log_in.router,
    desk.router,
    report.router,
    ranking.router,
    register.router,
    river.router,
    sources.router,
    staff.router,
    trial.router,
    words.router,
    forecast_series.router,
)
#: What pages share of a state of the store; each is made once.
ONCE: tuple[Callable[[Site], object], ...] = (*home.ONCE, places.held, crossings.shared)
