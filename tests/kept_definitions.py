"""The packaged definitions, read once by a process that runs tests."""

from __future__ import annotations

from pathlib import Path

from ambos import catalog
from ambos.catalog import DEFAULT_REGION, DEFINITIONS, Catalog
from ambos.flows import workspace


def keep_definitions() -> Catalog:
    """Give what was read at the first time wherever the packaged definitions are asked for; others are read as ever.

    None changes a catalog: `conftest.py` looks at the end of the tests.
    """
    packaged, read = catalog.load(), catalog.load

    def load(region: str | Path = DEFAULT_REGION, definitions: Path = DEFINITIONS) -> Catalog:
        return packaged if (region, definitions) == (DEFAULT_REGION, DEFINITIONS) else read(region, definitions)

    catalog.load = workspace.load = load
    return packaged
