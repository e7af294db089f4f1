"""A local server, a client in a hurry and a catalog whose sources all live on that server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from ambos.catalog import Catalog, load
from ambos.sources.shared.http import Client, RequestLimits
from local_server import NOW, LocalServer

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

SPECIMENS = Path(__file__).parent.parent / "specimens" / "fetch"
KEY_VARIABLES = (
    "AIRNOW_API_KEY",
    "API_USGS_PAT",
    "AQS_EMAIL",
    "AQS_KEY",
    "BANXICO_TOKEN",
    "BEA_API_KEY",
    "BTS_APP_TOKEN",
    "CENSUS_API_KEY",
    "OPENAQ_API_KEY",
)
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keys nor proxies of the machine that runs the tests."""
    for name in (*KEY_VARIABLES, *PROXY_VARIABLES, *(p.upper() for p in PROXY_VARIABLES)):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    """The pauses that clients made."""
    return []


@pytest.fixture
def new_client(slept: list[float]) -> Callable[..., Client]:
    """Makes clients that do not back off, whose pauses are noted instead of slept."""

    def make(
        clock: Callable[[], datetime] = lambda: NOW, monotonic: Callable[[], float] = time.monotonic, **limits: float
    ) -> Client:
        quick = {"wait_initial": 0.0, "wait_max": 0.0, "pace": 0.0, "read": 5.0}
        return Client(RequestLimits(**{**quick, **limits}), clock=clock, monotonic=monotonic, sleep=slept.append)

    return make


@pytest.fixture
def client(new_client: Callable[..., Client]) -> Iterator[Client]:
    with new_client() as running:
        yield running


@pytest.fixture(scope="session")
def packaged() -> Catalog:
    return load()


@pytest.fixture
def catalog(packaged: Catalog, server: LocalServer) -> Catalog:
    """The packaged definitions with the local server in place of every host."""

    def moved(endpoint: str) -> str:
        parts = urlsplit(endpoint)
        return endpoint.replace(f"{parts.scheme}://{parts.netloc}", server.url)

    sources = {k: replace(s, endpoint=moved(s.endpoint)) for k, s in packaged.sources.items()}
    return replace(packaged, sources=sources)


@pytest.fixture
def specimen() -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        return (SPECIMENS / name).read_bytes()

    return read


@pytest.fixture(scope="session")
def web_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Asks the web door over the embedded figures; one application for all tests."""
    from fastapi.testclient import TestClient

    from ambos.flows.workspace import open_workspace
    from ambos.web.app import create_app

    with TestClient(create_app(open_workspace(tmp_path_factory.mktemp("web") / "none"))) as client:
        yield client
