"""The definitions of the packaged region and of the invented one, read once by a process that runs tests."""

from __future__ import annotations

from pathlib import Path

from ambos import catalog
from ambos.catalog import DEFAULT_REGION, DEFINITIONS, Catalog
from ambos.flows import workspace

EXAMPLE = Path(__file__).resolve().parent / "specimens" / "example_region"


def keep_definitions() -> Catalog:
    """Give what was read at the first time wherever these regions are asked for; others are read as ever.

    None changes a catalog: `conftest.py` looks at the end of the tests. No test changes the files of the two.
    """
    read, kept = catalog.load, {name: catalog.load(name) for name in (DEFAULT_REGION, str(EXAMPLE))}

    def load(region: str | Path = DEFAULT_REGION, definitions: Path = DEFINITIONS) -> Catalog:
        return kept[str(region)] if str(region) in kept and definitions == DEFINITIONS else read(region, definitions)

    catalog.load = workspace.load = load
    return kept[DEFAULT_REGION]
