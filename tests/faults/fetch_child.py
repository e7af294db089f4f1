"""A process that fetches from a server of a test and writes slowly, to be killed."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ambos.catalog import Catalog, load
from ambos.flows.data.fetch import fetch
from ambos.flows.workspace import Workspace
from ambos.sources.shared.http import Client, RequestLimits
from ambos.store import Store

NOW = datetime(2024, 9, 30, 18, 0, tzinfo=UTC)
SOURCES = ("bts_border_crossing", "cbp_border_waits", "bts_transborder", "epa_aqi_county")
#: Pieces in which a file is written, and seconds between two of them.
PIECES, APART = 10, 0.004
CATALOG = load()


def catalog_at(url: str) -> Catalog:
    """The packaged definitions with one server in place of every host."""

    def moved(endpoint: str) -> str:
        parts = urlsplit(endpoint)
        return endpoint.replace(f"{parts.scheme}://{parts.netloc}", url)

    return replace(CATALOG, sources={k: replace(s, endpoint=moved(s.endpoint)) for k, s in CATALOG.sources.items()})


def workspace_at(folder: Path, url: str) -> Workspace:
    """A workspace whose network is that server."""
    catalog = catalog_at(url)
    limits = RequestLimits(pace=0.0, wait_initial=0.0)
    return Workspace(
        folder,
        catalog,
        Store(folder / "store", catalog.datasets, None),
        clock=lambda: NOW,
        http=lambda: Client(limits, clock=lambda: NOW),
    )


def run(folder: Path, url: str) -> None:
    """Fetch; each file is written piece by piece, and so are the lines of the ledger."""
    real = os.fsync

    def write_slowly(path: Path, content: bytes) -> int:
        with path.open("wb", buffering=0) as handle:
            step = len(content) // PIECES + 1
            for start in range(0, len(content), step):
                handle.write(content[start : start + step])
                time.sleep(APART)
        return len(content)

    def sync_slowly(descriptor: int) -> None:
        time.sleep(APART)
        real(descriptor)

    Path.write_bytes = write_slowly  # type: ignore[method-assign]
    os.fsync = sync_slowly
    fetch(workspace_at(folder, url), SOURCES, date(2024, 8, 1))
