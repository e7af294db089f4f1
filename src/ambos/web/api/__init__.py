"""The API: a router for each subject, in the order of the documentation."""

from fastapi import APIRouter

#: All routers; a new subject adds its own here.
ROUTERS: tuple[APIRouter, ...] = ()
