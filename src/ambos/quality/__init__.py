"""Automatic checks of official data: tables in, findings out. Nothing is corrected and no value is hidden."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ambos.quality.definitions import Check, Threshold, load_checks

if TYPE_CHECKING:
    from ambos.quality.arrival import arrivals, watched
    from ambos.quality.checks import explain, run
    from ambos.quality.context import Context

__all__ = ["Check", "Context", "Threshold", "arrivals", "explain", "load_checks", "run", "watched"]

#: Loaded when checks run; the table of checks alone is read more often.
_LATER = {"arrivals": "arrival", "watched": "arrival", "explain": "checks", "run": "checks", "Context": "context"}


def __getattr__(name: str) -> Any:
    """Load what runs checks."""
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"ambos.quality.{_LATER[name]}"), name)
