"""Automatic checks of official data: tables in, findings out. Nothing is corrected and no value is hidden."""

from ambos.quality.definitions import Check, Threshold, load_checks
from ambos.quality.run import run

__all__ = ["Check", "Threshold", "load_checks", "run"]
