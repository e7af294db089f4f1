"""The simplified boundaries of the region's counties and municipalities, for maps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ambos.catalog import Catalog
from ambos.text import Text

#: Longitudes and latitudes (WGS 84, degrees) around an area, the first again at the end.
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Boundaries:
    """The rings of each place by its id, and who drew them."""

    places: Mapping[str, tuple[Ring, ...]]
    source: Text


@lru_cache(maxsize=4)
def boundaries(catalog: Catalog) -> Boundaries | None:
    """Read ``boundaries.json`` of the catalog's region; None if it has none."""
    path = catalog.snapshot_folder.parent / "boundaries.json"
    if not path.is_file():
        return None
    written = json.loads(path.read_bytes())
    places = {id: tuple(tuple((x, y) for x, y in ring) for ring in rings) for id, rings in written["places"].items()}
    return Boundaries(places, Text.of(written["source"]))
