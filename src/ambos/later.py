"""Modules that take long to load, loaded at their first use. Floor 1."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stand for a module until something of it is asked for.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Give what the module has of this name."""
        return getattr(import_module(self._name), name)
