"""Packaged definitions become model objects here; every problem is reported at once. Floor 3."""

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFAULT_REGION, DEFINITIONS, MOST_TIMES, load

__all__ = ["DEFAULT_REGION", "DEFINITIONS", "MOST_TIMES", "Catalog", "load"]
