"""A served register with an office on each side, an account of every role, and readers that keep cookies, for tests."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ambos.catalog import load
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.register import Office, Phrase
from ambos.register import accounts
from ambos.register.accounts import Accounts
from ambos.register.store import Register
from kept_definitions import EXAMPLE

if TYPE_CHECKING:
    from argon2 import PasswordHasher
    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from httpx import Response

NORTH, SOUTH = "roads-north", "roads-south"
OFFICES = {NORTH: "US-AZ", SOUTH: "MX-SON"}
ROLES = ("writer", "acceptor", "moderator")
PASSWORD = "correct horse battery"
NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
_TOKEN = re.compile(r'name="form-token" value="([^"]*)"')


@cache
def quick_hasher() -> PasswordHasher:
    """Argon2 that costs a test nothing."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move it on."""
        self.now += timedelta(**by)


def empty_workspace(folder: Path, clock: Clock) -> Workspace:
    """A workspace whose region ships no records."""
    catalog = replace(load(), snapshot_folder=EXAMPLE / "snapshot")
    return replace(open_workspace(folder), catalog=catalog, clock=clock)


@dataclass
class Served:
    """A register that is served, over TLS as clients see it.

    Attributes
    ----------
    workspace : Workspace
    clock : Clock
    """

    workspace: Workspace
    clock: Clock
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        from ambos.web.app import create_app

        self.app = create_app(self.workspace)

    @property
    def register(self) -> Register:
        """The register."""
        return open_register(self.workspace)

    @property
    def accounts(self) -> Accounts:
        """Its accounts."""
        return Accounts(self.register.home, self.clock)

    def reader(self, account: str = "", *, base: str = "https://testserver") -> Reader:
        """A browser that is logged in, or not if no account is named."""
        from fastapi.testclient import TestClient

        reader = Reader(TestClient(self.app, base_url=base, follow_redirects=False, client=("203.0.113.7", 1)))
        if account:
            response = reader.send("/en/register/log-in", {"account": account, "password": PASSWORD})
            assert response.status_code == 303, response.text
        return reader

    def with_accounts(self) -> Served:
        """Add both offices and their accounts."""
        with self.register.writing("ambos", self.clock()) as desk:
            for id, side in OFFICES.items():
                desk.create(Office(id=id, name=Phrase(f"Roads {side}", f"Caminos {side}"), side=side))
        for office in OFFICES:
            for role in ROLES:
                self.accounts.add(office, role, PASSWORD)
        return self


@dataclass
class Reader:
    """A browser."""

    client: TestClient
    token: str = ""

    def get(self, path: str) -> Response:
        """Open a page; remember the token of its form."""
        response = self.client.get(path)
        self.token = token_in(response.text) or self.token
        return response

    def send(
        self, path: str, fields: Mapping[str, object], *, form: str = "", headers: Mapping[str, str] | None = None
    ) -> Response:
        """Open the page with a form, the address itself if no other is given, and send it."""
        self.get(form or path)
        return self.post(path, fields, headers=headers)

    def post(self, path: str, fields: Mapping[str, object], *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a form with the last token that was seen."""
        response = self.client.post(path, data={"form-token": self.token, **fields}, headers=dict(headers or {}))
        self.token = token_in(response.text) or self.token
        return response


def token_in(text: str) -> str:
    """The token of the first form of a page."""
    found = _TOKEN.search(text)
    return html.unescape(found[1]) if found else ""


def make_hashing_quick() -> None:
    """Have passwords hashed without effort, for all of a process."""
    accounts._hasher = quick_hasher  # type: ignore[assignment]
    accounts._nobody.cache_clear()
