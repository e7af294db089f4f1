"""`fetch` as a whole: what is stored, what the ledger says, what a second run does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import CannotRead, CannotWrite, FetchFailed, KeyRefused, NeedsKey, OnlyByHand, UnknownName
from ambos.flows.data.fetch import fetch
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.sources.shared.http import Client
from ambos.store import Store
from local_server import Asked, LocalServer, Reply

SINCE = date(2024, 1, 1)
CROSSINGS = "/resource/keg4-3bc2.csv"
SIE = "/SieAPIRest/service/v1/series/SF43718/datos/2024-01-01/2024-09-30"


@pytest.fixture
def workspace(tmp_path: Path, catalog: Catalog, new_client: Callable[..., Client]) -> Workspace:
    def now() -> object:
        with new_client() as client:
            return client.clock()

    store = Store(tmp_path / "w" / "store", catalog.datasets, None)
    return Workspace(tmp_path / "w", catalog, store, clock=now, http=new_client)  # type: ignore[arg-type]


@pytest.fixture
def crossings(server: LocalServer, specimen: Callable[[str], bytes]) -> bytes:
    """The crossings table, marked with an ETag and given with 304 to who has it."""
    table = specimen("border_crossing.csv")
    header = table.splitlines(keepends=True)[0]

    def reply(asked: Asked) -> Reply:
        if asked.query["$offset"] != ["0"]:
            return Reply(header, "text/csv")
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(status=304, headers={"ETag": '"v1"'})
        return Reply(table, "text/csv", headers={"ETag": '"v1"'})

    server.routes[CROSSINGS] = reply
    return table


def ledger(workspace: Workspace) -> list[dict[str, object]]:
    return read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")


def files(workspace: Workspace) -> list[str]:
    folder = workspace.folder / "snapshots"
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_bytes_and_ledger(workspace: Workspace, server: LocalServer, crossings: bytes) -> None:
    (outcome,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    digest = hashlib.sha256(crossings).hexdigest()
    assert (outcome.result, outcome.size, outcome.error) == ("stored", len(crossings), None)
    assert outcome.path is not None and outcome.path.read_bytes() == crossings
    name = f"20240930T180000Z-{digest[:12]}-border-crossing-since-2024-01.csv"
    assert files(workspace) == [f"bts_border_crossing/{name}", "ledger.jsonl"]
    (line,) = ledger(workspace)
    assert line["sha256"] == digest and line["size"] == len(crossings)
    assert line["retrieved_at"] == "2024-09-30T18:00:00+00:00"
    assert line["headers"] == {"content-type": "text/csv", "etag": '"v1"'}
    assert str(line["request"]).startswith(f"{server.url}{CROSSINGS}?")
    assert [a["status"] for a in line["attempts"]] == [200, 200]  # type: ignore[attr-defined]


def test_not_modified_is_noted_and_not_stored_twice(
    workspace: Workspace, server: LocalServer, crossings: bytes
) -> None:
    (first,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    (again,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    (third,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    assert [again.result, third.result] == ["unchanged"] * 2 and again.path == third.path == first.path
    assert len(files(workspace)) == 2
    assert [a.headers.get("if-none-match") for a in server.asked] == [None, None, '"v1"', '"v1"']
    lines = ledger(workspace)
    assert [line["result"] for line in lines] == ["stored", "unchanged", "unchanged"]
    assert lines[2]["same_as"] == lines[0]["sha256"] and "sha256" not in lines[2]


def test_same_bytes_without_a_mark(workspace: Workspace, server: LocalServer, specimen: Callable[[str], bytes]) -> None:
    server.routes["/api/bwtnew"] = [Reply(specimen("bwtnew.json"), "application/json")]
    results = [fetch(workspace, ["cbp_border_waits"])[0].result for _ in range(2)]
    assert results == ["stored", "unchanged"] and len(files(workspace)) == 2


def test_lost_bytes_are_fetched_again(workspace: Workspace, crossings: bytes) -> None:
    (first,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    assert first.path is not None
    first.path.unlink()
    (again,) = fetch(workspace, ["bts_border_crossing"], SINCE)
    assert again.result == "stored" and again.path is not None and again.path.read_bytes() == crossings


def test_another_question_is_not_conditional(workspace: Workspace, server: LocalServer, crossings: bytes) -> None:
    fetch(workspace, ["bts_border_crossing"], SINCE)
    fetch(workspace, ["bts_border_crossing"], date(2023, 1, 1))
    assert not any("if-none-match" in a.headers for a in server.asked)


def test_changed_bytes_stand_beside_the_old(
    workspace: Workspace, server: LocalServer, specimen: Callable[[str], bytes]
) -> None:
    one, two = specimen("bwtnew.json"), specimen("bwtnew_es.json")
    server.routes["/api/bwtnew"] = [Reply(b, "application/json") for b in (one, two, one)]
    outcomes = [fetch(workspace, ["cbp_border_waits"])[0] for _ in range(3)]
    assert [o.result for o in outcomes] == ["stored", "stored", "unchanged"]
    assert outcomes[2].path == outcomes[0].path
    assert {o.path.read_bytes() for o in outcomes if o.path} == {one, two}


def test_one_failing_source_does_not_stop_the_others(
    workspace: Workspace, server: LocalServer, crossings: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    page = b"<!DOCTYPE html><html><title>Invalid Key</title></html>"
    server.routes["/data/timeseries/intltrade/exports/statehs"] = [Reply(page, "text/html")]
    server.routes["/api/bwtnew"] = [Reply(b"", status=500)]
    server.routes["/xml/bwt.xml"] = [Reply(b"", status=500)]
    told: list[tuple[str, int, int]] = []
    expected = {
        "bts_border_crossing": ("stored", type(None)),
        "cbp_border_waits": ("failed", FetchFailed),
        "bts_transborder": ("failed", FetchFailed),
        "bts_transborder_annual": ("by_hand", OnlyByHand),
        "banxico_fix": ("failed", NeedsKey),
        "census_trade": ("failed", KeyRefused),
    }
    outcomes = fetch(workspace, list(expected), SINCE, progress=lambda *step: told.append(step))
    assert {o.source: (o.result, type(o.error)) for o in outcomes} == expected
    assert told[0] == ("bts_border_crossing", 0, 6) and len(told) == 6
    lines = {str(line["source"]): line for line in ledger(workspace)}
    failed = lines["cbp_border_waits"]
    assert [a["status"] for a in failed["attempts"]] == [500] * 8  # type: ignore[attr-defined]
    assert "falló el servidor" in failed["error"]["es"]  # type: ignore[index]
    assert "bts_transborder_annual" not in lines, "nothing was asked"
    text = (workspace.folder / "snapshots" / "ledger.jsonl").read_text(encoding="utf-8")
    assert "s3cr3t" not in text and "key=REDACTED" in text


def test_without_a_network_only_the_first_source_is_asked_again(workspace: Workspace, server: LocalServer) -> None:
    sources = workspace.catalog.sources
    with LocalServer() as gone:
        nowhere = {name: replace(source, endpoint=f"{gone.url}/x") for name, source in sources.items()}
    names = ["bts_border_crossing", "cbp_border_waits", "bts_transborder", "usbr_rise", "usgs_water", "ibwc_water"]
    lost = replace(workspace, catalog=replace(workspace.catalog, sources=nowhere))
    assert [o.result for o in fetch(lost, names)] == ["failed"] * 6, "each says so in a line of its own"
    assert [len(line["attempts"]) for line in ledger(lost)] == [4, 2, 1, 1, 1, 1], "waits have two addresses"

    some = {**nowhere, "cbp_border_waits": sources["cbp_border_waits"]}
    server.routes["/api/bwtnew"] = server.routes["/xml/bwt.xml"] = [Reply(b"", status=404)]
    half = replace(workspace, folder=workspace.folder / "half", catalog=replace(workspace.catalog, sources=some))
    fetch(half, names)
    assert [len(line["attempts"]) for line in ledger(half)] == [4, 2, 4, 4, 4, 4], "one was reached: there is a network"


def test_no_key_in_anything_stored_or_named(
    workspace: Workspace, server: LocalServer, specimen: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "t0k3n")
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    server.routes[SIE] = [Reply(b"", status=500), Reply(specimen("sie.json"), "application/json")]
    body = specimen("census_exports_statehs.json")
    for flow in ("exports", "imports"):
        for table in ("statehs", "porths"):
            server.routes[f"/data/timeseries/intltrade/{flow}/{table}"] = [Reply(body, "application/json")]
    outcomes = fetch(workspace, ["banxico_fix", "census_trade"], SINCE)
    assert [o.result for o in outcomes[:2]] == ["stored", "stored"]
    assert "s3cr3t" in str(server.asked) and "t0k3n" in str(server.asked)
    for path in workspace.folder.rglob("*"):
        told = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        assert b"s3cr3t" not in told and b"t0k3n" not in told
    first = ledger(workspace)[0]
    assert [a["problem"] for a in first["attempts"]] == ["status", ""]  # type: ignore[attr-defined]


def test_no_rows_is_noted(workspace: Workspace, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    for flow in ("exports", "imports"):
        for table in ("statehs", "porths"):
            server.routes[f"/data/timeseries/intltrade/{flow}/{table}"] = [Reply(status=204, type="")]
    (outcome,) = fetch(workspace, ["census_trade"], date(2024, 8, 1))
    assert outcome.result == "nothing"
    (line,) = ledger(workspace)
    assert (line["result"], len(line["attempts"])) == ("nothing", 12)  # type: ignore[arg-type]


def test_default_since_is_last_year(workspace: Workspace, server: LocalServer, crossings: bytes) -> None:
    fetch(workspace, ["bts_border_crossing"])
    assert server.asked[0].query["$where"] == ["date >= '2023-01-01T00:00:00.000'"]


def test_an_unknown_source_is_refused_before_any_is_asked(workspace: Workspace, server: LocalServer) -> None:
    with pytest.raises(UnknownName) as caught:
        fetch(workspace, ["cbp_border_waits", "bts_crossings"])
    assert "bts_border_crossing" in caught.value.say("es") and not server.asked


def test_broken_off_line_is_removed(workspace: Workspace, crossings: bytes) -> None:
    fetch(workspace, ["bts_border_crossing"], SINCE)
    path = workspace.folder / "snapshots" / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"source": "cbp_bor')
    assert read_ledger(path) == [json.loads(whole)]
    fetch(workspace, ["bts_border_crossing"], SINCE)
    assert path.read_bytes().startswith(whole + b'{"source": "bts') and len(ledger(workspace)) == 2


def test_damaged_line_is_said(workspace: Workspace, crossings: bytes) -> None:
    fetch(workspace, ["bts_border_crossing"], SINCE)
    path = workspace.folder / "snapshots" / "ledger.jsonl"
    path.write_bytes(b"{oops\n" + path.read_bytes())
    with pytest.raises(CannotRead) as caught:
        fetch(workspace, ["bts_border_crossing"], SINCE)
    assert "line 1 is damaged" in caught.value.say("en") and "renglón 1 está dañado" in caught.value.say("es")


def test_a_line_that_is_no_object_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b'{"source": "a", "result": "failed"}\n5\n')
    with pytest.raises(CannotRead) as caught:
        read_ledger(path)
    assert "el renglón 2 está dañado (no es un objeto)" in caught.value.say("es")


def test_a_ledger_that_is_a_folder_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as caught:
        read_ledger(tmp_path)
    assert "hay una carpeta donde debe ir un archivo" in caught.value.say("es")


def test_folder_that_cannot_be_made(workspace: Workspace, crossings: bytes) -> None:
    workspace.folder.write_text("a file where the folder should be")
    with pytest.raises((CannotWrite, CannotRead)):
        fetch(workspace, ["bts_border_crossing"], SINCE)


def test_failed_write_leaves_nothing_half(
    workspace: Workspace, crossings: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotWrite) as caught:
        fetch(workspace, ["bts_border_crossing"], SINCE)
    assert "the disk is full" in caught.value.say("en") and "el disco está lleno" in caught.value.say("es")
    assert files(workspace) == []


def test_names_are_safe(workspace: Workspace, server: LocalServer, specimen: Callable[[str], bytes]) -> None:
    """A zip's name comes from the source's page and must not lead out of the folder."""
    from test_fetchers import LANDING, zipped

    table = zipped(specimen("dot1_0824.csv"))
    server.routes[LANDING] = [Reply(b'<html><a href="/f/..%2F..%2FAugust 2024.zip">x</a></html>', "text/html")]
    for path in ("/f/..%2F..%2FAugust%202024.zip", "/f/..%2F..%2FAugust 2024.zip"):
        server.routes[path] = [Reply(table, "application/zip")]
    (outcome,) = fetch(workspace, ["bts_transborder"], SINCE)
    assert outcome.path is not None
    assert outcome.path.parent == workspace.folder / "snapshots" / "bts_transborder"
    assert outcome.path.name.endswith("-August_2024.zip")


def test_clients_are_closed(workspace: Workspace, crossings: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Client] = []
    closed: list[Client] = []
    monkeypatch.setattr(Client, "close", lambda client: closed.append(client))

    def open_client() -> Client:
        opened.append(workspace.http())
        return opened[-1]

    fetch(replace(workspace, http=open_client), ["bts_border_crossing"], SINCE)
    assert closed == opened
