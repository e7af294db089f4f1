"""What tests share: the packaged definitions, the specimens' folder, and command lines in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ambos.catalog import Catalog, load
from command_line import Shell

SPECIMENS = Path(__file__).resolve().parent / "specimens"


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
