"""What tests share: the packaged definitions, the specimens' folder, and command lines in both languages."""

from __future__ import annotations

import gc
import os
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import examples
from ambos.catalog import DEFAULT_REGION, DEFINITIONS, Catalog, load
from command_line import CommandLines, Shell, open_shells
from kept_definitions import keep_definitions

SPECIMENS = Path(__file__).resolve().parent / "specimens"
#: Variable with the address of the process of command lines that the workers of a run share.
SHELLS = "SHELLS_OF_TESTS"
#: Before a module of tests imports what reads them.
PACKAGED = keep_definitions()


def pytest_configure(config: pytest.Config) -> None:
    """Share one process of command lines among the workers of a run; it starts when the first of them asks."""
    examples.SLOW_TOO = config.getoption("markexpr") != "not slow"
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        shared = CommandLines()
        os.environ[SHELLS] = shared.address
        shared.start_when_asked()
        config.add_cleanup(shared.close)


def pytest_collection_finish() -> None:
    """Leave what is loaded by now, which stays, out of the search for cycles; search seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return PACKAGED


@pytest.fixture(scope="session", autouse=True)
def definitions_are_left_as_they_were_read() -> Iterator[None]:
    """No test and nothing tested changes the definitions that all share."""
    yield
    region = DEFINITIONS / "regions" / DEFAULT_REGION
    read = load(region)
    assert (read.parts(), read.snapshot_folder) == (PACKAGED.parts(), PACKAGED.snapshot_folder)
    assert tomllib.loads((region / "brief.toml").read_text(encoding="utf-8")) == PACKAGED.brief


@pytest.fixture(scope="session")
def specimens() -> Path:
    return SPECIMENS


@pytest.fixture(scope="session")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Shell]]:
    folders = {language: tmp_path_factory.mktemp(language) for language in ("en", "es")}
    with ExitStack() as stack:
        if not (address := os.environ.get(SHELLS)):
            own = stack.enter_context(closing(CommandLines()))
            own.start()
            address = own.address
        yield stack.enter_context(open_shells(address, folders))
