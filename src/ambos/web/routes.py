"""Routes that are read once and stand at several addresses."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from starlette.routing import BaseRoute, Route, compile_path


def also_at(path: str, route: BaseRoute) -> Route:
    """Give a route as it is, at another address; its parameters, which take long to read, are not read again.

    Parameters
    ----------
    path : str
        With the same parts in braces.
    route : Route
    """
    assert isinstance(route, Route)
    other = copy(route)
    other.path, other.include_in_schema = path, False
    other.path_regex, other.path_format, other.param_convertors = compile_path(path)
    return other


def under(prefix: str, routes: Iterable[BaseRoute]) -> list[Route]:
    """Give routes below a prefix."""
    return [also_at(f"{prefix}{route.path}", route) for route in routes if isinstance(route, Route)]
