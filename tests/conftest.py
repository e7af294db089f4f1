"""What tests share: the packaged definitions, the specimens' folder, and command lines in both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ambos.catalog import Catalog, load
from command_line import Shell

SPECIMENS = Path(__file__).resolve().parent / "specimens"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ibis's compiler hangs on some expressions once other tests have filled the memory (seen after the readers of the
    river's answers; why is not found yet). What compiles most goes first, what was seen to bring it about last."""
    first, last = ("test_indicators", "test_series_definitions"), ("test_fetched_river_readers",)
    items.sort(key=lambda item: (item.path.stem in last) - (item.path.stem in first))


@pytest.fixture(autouse=True)
def fresh_comparisons() -> None:
    """Ibis remembers by their addresses which expressions are equal, and forgets it when they go. Where a test breaks
    that off (a query that is interrupted), a later test with other expressions at the same addresses never ends."""
    if bases := sys.modules.get("ibis.common.bases"):
        bases.Comparable.__cache__.clear()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def specimens() -> Path:
    return SPECIMENS


@pytest.fixture(scope="session")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Shell]]:
    running = {language: Shell(language, tmp_path_factory.mktemp(language)) for language in ("en", "es")}
    yield running
    for shell in running.values():
        shell.close()
