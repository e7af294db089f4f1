"""Modules and objects that take long to load or make, loaded or made at their first use. Floor 1."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["Later", "Made", "np", "pl"]


class Later:
    """Stand for a module until something of it is asked for.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Give what the module has of this name; asked for again, it is at hand."""
        found = self.__dict__[name] = getattr(import_module(self._name), name)
        return found


class Made:
    """Stand for an object until something of it is asked for.

    Parameters
    ----------
    make : callable
        Makes the object; called once.
    **known : object
        What the object has, known before it is made.
    """

    def __init__(self, make: Callable[[], object], **known: object) -> None:
        self.__dict__.update(known)
        self._make = make

    def __getattr__(self, name: str) -> Any:
        """Give what the object has of this name."""
        if name.startswith("__"):  # asked for by `copy` and `pickle` of what stands for it, not of the object
            raise AttributeError(name)
        if "_object" not in self.__dict__:
            self.__dict__.setdefault("_object", self._make())
        return getattr(self.__dict__["_object"], name)


if TYPE_CHECKING:
    import numpy as np
    import polars as pl
else:  # a tenth and a twentieth of a second, which verbs that list or judge one value need not wait for
    np, pl = Later("numpy"), Later("polars")
