"""Automatic checks of official data: tables in, findings out. Nothing is corrected and no value is hidden."""

from ambos.quality.checks import run
from ambos.quality.definitions import Check, Threshold, load_checks

__all__ = ["Check", "Threshold", "load_checks", "run"]
