"""From a source's answer to the store: what `fetch` stores is what `build` reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from test_fetchers import FILES, LANDING, SIE, census, socrata, zipped

from ambos.catalog import Catalog
from ambos.flows.data.build import build
from ambos.flows.data.fetch import fetch
from ambos.flows.data.listing import list_sources
from ambos.flows.workspace import Workspace
from ambos.sources.shared.http import Client
from ambos.store import Store
from local_server import NOW, LocalServer, Reply

SOURCES = (
    "bts_border_crossing",
    "cbp_border_waits",
    "bts_transborder",
    "bts_transborder_annual",
    "banxico_fix",
    "census_trade",
)


def test_fetch_then_build(
    tmp_path: Path,
    server: LocalServer,
    catalog: Catalog,
    new_client: Callable[..., Client],
    specimen: Callable[[str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "t0k3n")
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    trade = "/data/timeseries/intltrade"
    served = {(f"{trade}/exports/statehs", "HS2", "2024-08"): specimen("census_exports_statehs.json")}
    server.routes = {
        "/resource/keg4-3bc2.csv": socrata(specimen("border_crossing.csv"), 4),
        "/api/bwtnew": [Reply(specimen("bwtnew_es.json"), "application/json")],
        LANDING: [Reply(specimen("transborder_page.html"), "text/html")],
        f"{FILES}/2024/August2024.zip": [Reply(zipped(specimen("dot1_0824.csv")), "application/zip")],
        SIE.replace("2024-01-01", "2024-08-01"): [
            Reply(specimen("sie.json").replace(b"/12/2024", b"/08/2024"), "application/json")
        ],
        **{
            f"{trade}/{flow}/{table}": census(served)
            for flow in ("exports", "imports")
            for table in ("statehs", "porths")
        },
    }
    store = Store(tmp_path / "store", catalog.datasets, None)
    workspace = Workspace(tmp_path, catalog, store, clock=lambda: NOW, http=new_client)
    outcomes = fetch(workspace, SOURCES, since=date(2024, 8, 1))
    assert [o.result for o in outcomes] == ["stored"] * 3 + ["by_hand"] + ["stored"] * 2

    waiting = {s.source.id: [o.reason.en for o in s.left_out] for s in list_sources(workspace) if s.left_out}
    why = "fetched and not stored; ambos build says why"
    assert waiting == {source: [why] for source in SOURCES if source != "bts_transborder_annual"}
    report = build(workspace)
    assert not any(s.left_out for s in list_sources(workspace))
    assert not report.failed and not report.unrecognised
    assert {entry.source: (entry.files, entry.counts["new"], entry.counts["refused"]) for entry in report.loaded} == {
        "bts_border_crossing": (1, 6, 0),
        "cbp_border_waits": (1, 14, 0),
        "bts_transborder": (1, 3, 0),
        "banxico_fix": (1, 3, 0),
        "census_trade": (1, 2, 0),
    }
    snapshots = {s.source: s for s in workspace.store.snapshots()}
    assert {s.retrieved_at for s in snapshots.values()} == {NOW}
    assert {s.as_of for s in snapshots.values()} == {NOW.date()}
    assert all(s.request.startswith(server.url) for s in snapshots.values())
    assert "key=REDACTED" in snapshots["census_trade"].request

    fetch(workspace, SOURCES, since=date(2024, 8, 1))
    again = build(workspace)
    assert [(entry.files, entry.unchanged) for entry in again.loaded] == [(0, 1)] * 5
