"""`ambos fetch` killed, twice at once, on a full or closed disk: what is stored is whole, and the next run brings the rest."""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import fetch_child
import pytest
from fake_network import Question
from fetch_specimens import KEYS, aqi_county, crossings, transborder, waits

from ambos.errors import CannotWrite
from ambos.flows.data.build import build
from ambos.flows.data.check_store import check_store
from ambos.flows.data.fetch import LEFT_OVER, fetch
from ambos.flows.data.ledger import read_ledger
from local_server import Asked, LocalServer, Reply

SINCE = date(2024, 8, 1)
ROUTES = {
    "/resource/keg4-3bc2.csv": crossings,
    "/api/bwtnew": waits,
    "/topics/transborder-raw-data": transborder,
    "/sites/bts.dot.gov/files/transborder-raw/2024/August2024.zip": transborder,
    "/aqsweb/airdata/annual_aqi_by_county_2024.zip": aqi_county,
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    for name in (*KEYS, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def reply(asked: Asked) -> Reply:
        """As the specimen answers; and not at once."""
        head, _, body = ROUTES[asked.path](Question("", asked.path, dict(asked.query), {})).partition(b"\r\n\r\n")
        kind = head.partition(b"Content-Type: ")[2].partition(b"\r\n")[0].decode()
        return Reply(body.replace(b"https://www.bts.gov", b""), kind, wait=0.004)

    with LocalServer() as running:
        running.routes = dict.fromkeys(ROUTES, reply)
        yield running


def whole(folder: Path) -> list[str]:
    """Assert that every stored file is whole, with a line or without; the results of the lines."""
    snapshots = folder / "snapshots"
    lines = read_ledger(snapshots / "ledger.jsonl")
    for path in snapshots.glob("*/[!.]*"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.name.split("-")[1] == digest[:12], path
    for line in lines:
        assert line["result"] in ("stored", "unchanged"), line
        assert (snapshots / line["file"]).is_file()
    return [line["result"] for line in lines]


def halves(folder: Path) -> int:
    return len(list((folder / "snapshots").glob("*/.*")))


def kills(processes: Any, server: LocalServer, folder: Path, number: int, seed: int) -> int:
    """Kill fetches at any moment and while files are written, four to a workspace, then let one end and build; how many left half a file."""
    chance, torn, seconds = random.Random(seed), 0, 0.0
    for name in ("warm", "undisturbed"):
        start = time.monotonic()
        process = processes.Process(target=fetch_child.run, args=(folder / name, server.url))
        process.start()
        process.join()
        seconds = time.monotonic() - start
        assert process.exitcode == 0 and whole(folder / name) == ["stored"] * 4
    for count in range(number):
        workspace = folder / f"{count // 4}"
        before = halves(workspace)
        process = processes.Process(target=fetch_child.run, args=(workspace, server.url))
        process.start()
        if count % 2:  # as soon as a file is being written, and a little more
            while halves(workspace) == before and process.is_alive():
                time.sleep(0.001)
        process.join(chance.uniform(0, fetch_child.PIECES * fetch_child.APART if count % 2 else seconds))
        process.kill()
        process.join()
        whole(workspace)
        torn += halves(workspace) > before
        if count % 4 == 3:
            last = fetch_child.workspace_at(workspace, server.url)
            outcomes = fetch(last, fetch_child.SOURCES, SINCE)
            assert {o.result for o in outcomes} <= {"stored", "unchanged"} and len(outcomes) == 4
            whole(workspace)
            if count == 3:
                report = build(last)
                assert not report.failed and not report.unrecognised and len(report.loaded) == 4
                assert not check_store(last).damaged
    return torn


def test_killed_while_files_are_written(processes: Any, server: LocalServer, tmp_path: Path) -> None:
    assert kills(processes, server, tmp_path, 4, seed=20260304) > 0, "no kill met a file that was half written"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_five_hundred_times(processes: Any, server: LocalServer, tmp_path: Path) -> None:
    assert kills(processes, server, tmp_path, 500, seed=20260305) > 100


def test_what_a_killed_process_left_is_removed_when_it_is_old(server: LocalServer, tmp_path: Path) -> None:
    folder = tmp_path / "snapshots" / "cbp_border_waits"
    folder.mkdir(parents=True)
    old, fresh = folder / ".20240930T180000Z-a-bwtnew.json.77", folder / ".20240930T180000Z-b-bwtnew.json.78"
    for path in (old, fresh):
        path.write_bytes(b"[{")
    os.utime(old, (time.time() - 2 * LEFT_OVER,) * 2)
    fetch(fetch_child.workspace_at(tmp_path, server.url), ["cbp_border_waits"])
    assert not old.exists() and fresh.exists(), "another process may be writing the fresh one"


def test_several_at_once_store_whole_files_and_lines(processes: Any, server: LocalServer, tmp_path: Path) -> None:
    running = [processes.Process(target=fetch_child.run, args=(tmp_path, server.url)) for _ in range(4)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [p.exitcode for p in running] == [0] * 4
    assert len(whole(tmp_path)) == 16 and halves(tmp_path) == 0


def test_half_a_line_is_removed_under_the_lock(server: LocalServer, tmp_path: Path) -> None:
    workspace = fetch_child.workspace_at(tmp_path, server.url)
    fetch(workspace, ["cbp_border_waits"])
    path = tmp_path / "snapshots" / "ledger.jsonl"
    before = path.read_bytes()
    path.write_bytes(before + b'{"source": "cbp')
    fetch(workspace, ["cbp_border_waits"])
    first, second = path.read_bytes().splitlines(keepends=True)
    assert first == before and json.loads(second)["result"] == "unchanged"


def test_file_name_and_line_are_on_the_disk_in_this_order(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body before its name, its name before its line: a line never tells of a file that a loss of power took."""
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        opened = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(f"sync {opened.name.partition('-')[0]}")
        real_sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("name")
        return real_replace(path, target)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("which file is synchronised is read from /proc")
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    workspace = fetch_child.workspace_at(tmp_path / "w", server.url)
    fetch(workspace, ["cbp_border_waits"])
    assert steps == [
        f"sync {tmp_path.name}",  # the new folders: w, snapshots, cbp_border_waits
        "sync w",
        "sync snapshots",
        "sync .20240930T180000Z",
        "name",
        "sync cbp_border_waits",
        "sync ledger.jsonl",
        "sync snapshots",  # the new ledger's name
    ]


@pytest.mark.parametrize("error", [28, 30, 13, 5])
def test_a_disk_that_takes_nothing(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    """Full, read-only, forbidden, broken: said in both languages, and what was there stays."""
    workspace = fetch_child.workspace_at(tmp_path, server.url)
    fetch(workspace, ["cbp_border_waits"])
    before = (tmp_path / "snapshots" / "ledger.jsonl").read_bytes()

    def refuse(path: Path, content: bytes) -> int:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(CannotWrite) as caught:
        fetch(workspace, ["bts_border_crossing"], SINCE)
    assert "The last good version is untouched" in caught.value.say("en")
    assert "No se puede escribir en" in caught.value.say("es")
    assert (tmp_path / "snapshots" / "ledger.jsonl").read_bytes() == before and halves(tmp_path) == 0
