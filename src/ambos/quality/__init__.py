"""Automatic checks of official data: tables in, findings out. Nothing is corrected and no value is hidden."""

from ambos.quality.arrival import arrivals, watched
from ambos.quality.checks import explain, run
from ambos.quality.context import Context
from ambos.quality.definitions import Check, Threshold, load_checks

__all__ = ["Check", "Context", "Threshold", "arrivals", "explain", "load_checks", "run", "watched"]
