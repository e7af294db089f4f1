"""Packaged definitions become model objects here; every problem is reported at once. Floor 3."""

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS, load

__all__ = ["DEFINITIONS", "Catalog", "load"]
