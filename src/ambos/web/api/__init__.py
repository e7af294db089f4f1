"""The API: a router for each subject, in the order of the documentation."""

from fastapi import APIRouter

from ambos.web.api import bulk, feeds, openapi, sdmx, verbs

#: All routers; a new subject adds its own here.
ROUTERS: tuple[APIRouter, ...] = (verbs.router, bulk.router, sdmx.router, feeds.router, openapi.router)
