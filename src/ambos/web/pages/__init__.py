"""The pages: a router for each kind, served under ``/en`` and ``/es``."""

from fastapi import APIRouter

from ambos.web.pages import (
    findings,
    river,
    series,
    trial,
    words,
)

#: All routers; a new kind of page adds its own here.
ROUTERS: tuple[APIRouter, ...] = (
    series.router,
    findings.router,
    river.router,
    trial.router,
    words.router,
)
