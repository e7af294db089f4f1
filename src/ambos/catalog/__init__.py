"""Packaged definitions become model objects here; every problem is reported at once. Floor 3."""

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFAULT_REGION, DEFINITIONS, load

__all__ = ["DEFAULT_REGION", "DEFINITIONS", "Catalog", "load"]
