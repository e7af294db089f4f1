"""The web door with many idle and slow clients, while the store grows: answers stay whole and of one state."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ambos.flows.workspace import open_workspace
from web_server import WebServer, read

SPECIMENS = Path(__file__).resolve().parents[1] / "specimens"
#: An answer that says twice how many files are held, and twice reads it from the store.
PATH = "/en/test-of-state"


@pytest.mark.parametrize("idle", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_idle_and_slow_clients_and_a_growing_store_change_no_answer(tmp_path: Path, idle: int) -> None:
    from fastapi.responses import PlainTextResponse
    from starlette.requests import Request
    from starlette.routing import Route

    from ambos.web.page import site_of

    asked = threading.Event()

    def twice(request: Request) -> PlainTextResponse:
        site = site_of(request)
        first = len(site.workspace.store.snapshots())
        asked.set()
        site.workspace.store.days("waits")
        return PlainTextResponse(f"{first} {len(site.workspace.store.snapshots())}")

    opened = open_workspace(tmp_path)
    old = opened.store.snapshots()[0]
    with WebServer(open_workspace(tmp_path)) as site, ExitStack() as stack:
        site.app.router.routes.insert(0, Route(PATH, twice))
        page = "/en/series/crossings.trucks?place=nogales&from=2024&freq=A"
        status, _, whole = site.ask(page)
        assert status == 200
        for number in range(idle):
            client = stack.enter_context(site.connect())
            if number % 2:
                client.sendall(b"GET /en/series HTTP/1.1\r\nX-A")
        reader = stack.enter_context(socket.create_connection(("127.0.0.1", site.port), 60))
        reader.sendall(f"GET {page} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        ended = threading.Event()
        built: list[int] = []

        def grow() -> None:
            if idle == 1000:  # a whole build besides, in its own process
                build = ["build", "--from", str(SPECIMENS / "cbp"), "--workspace", str(tmp_path)]
                built.append(subprocess.run([sys.executable, "-m", "ambos", *build], check=False).returncode)
            for number in range(12):
                opened.store.record([replace(old, id=f"n{number}", as_of=date(2026, 1, 1))])
                asked.clear()
                asked.wait(20)
            ended.set()

        growing = threading.Thread(target=grow)
        growing.start()
        seen: list[int] = []
        while not ended.is_set() or seen[0] == seen[-1]:  # the store is looked at once a second
            status, _, body = site.ask(PATH)
            assert status == 200
            first, second = re.findall(rb"\d+", body)
            assert first == second
            seen.append(int(first))
            time.sleep(0.05)  # else it is this that keeps the processor busy
        growing.join()
        assert built == [0] * (idle == 1000)
        assert (tmp_path / "store" / "waits").is_dir() == bool(built)
        assert seen == sorted(seen)
        assert seen[0] < seen[-1]
        assert site.ask(page)[2] == whole
        assert read(reader)[2] == whole
