"""How fresh each source is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.flows.data import listing
from ambos.flows.data.listing import SourceState, list_sources
from ambos.flows.workspace import Workspace
from ambos.store import Store


def states(
    catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch, newest: dict[str, date], today: date
) -> dict[str, SourceState]:
    """What is said of each source where the newest periods held are these."""
    store = Store(folder, catalog.datasets, None)
    monkeypatch.setattr(listing, "_newest", lambda _, dataset, snapshots: newest.get(dataset.id))
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    opened = Workspace(folder, catalog, store, clock=lambda: now)
    return {s.source.id: s for s in list_sources(opened)}


def test_the_dataset_that_falls_behind_is_the_one_told(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"reservoir_levels": date(2026, 7, 1), "reservoir_flows": date(2026, 8, 1)}
    assert set(held) <= set(catalog.datasets)
    name = "usbr_reservoirs_monthly"
    for today, late in ((date(2026, 10, 1), False), (date(2026, 10, 3), True)):
        told = states(catalog, tmp_path, monkeypatch, held, today)[name]
        assert (told.newest, told.period, told.late) == (date(2026, 7, 1), "2026-07", late)


def test_a_period_is_named_by_its_own_datasets_frequency(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [d for d in catalog.datasets.values() if d.sources == ("usbr_lower_colorado_accounting",)]
    annual = next(d for d in own if d.frequency == "A")
    told = states(catalog, tmp_path, monkeypatch, {annual.id: date(2024, 1, 1)}, date(2025, 1, 1))
    assert told["usbr_lower_colorado_accounting"].period == "2024"
