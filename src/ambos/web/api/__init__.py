"""The API: a router for each subject, in the order of the documentation."""

from fastapi import APIRouter

from ambos.web.api import bulk, openapi, verbs

#: All routers; a new subject adds its own here.
ROUTERS: tuple[APIRouter, ...] = (verbs.router, bulk.router, openapi.router)
