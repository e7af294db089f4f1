"""What tests share: the packaged definitions, and the specimens' folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.catalog import Catalog, load

SPECIMENS = Path(__file__).resolve().parent / "specimens"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def specimens() -> Path:
    return SPECIMENS
