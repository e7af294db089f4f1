"""Sources asked again on their rhythm: what is due, what a failure leaves, and the process that does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from refresh_child import WAITS, dies, good, hangs

from ambos.catalog import Catalog
from ambos.delivery.outbox import Outbox
from ambos.errors import RefreshedElsewhere
from ambos.flows.data.ledger import read_ledger
from ambos.flows.data.refresh import last_asked, next_due, refresh
from ambos.flows.data.source import failures, why
from ambos.flows.workspace import Workspace, open_workspace
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.http import Client
from ambos.store import Store
from local_server import NOW, LocalServer, Reply


def test_a_source_that_is_down_or_lies_leaves_the_figures_held_and_its_failure_is_told(
    tmp_path: Path,
    server: LocalServer,
    catalog: Catalog,
    new_client: Callable[..., Client],
    specimen: Callable[[str], bytes],
) -> None:
    store = Store(tmp_path / "store", catalog.datasets, None)
    workspace = Workspace(tmp_path, catalog, store, clock=lambda: NOW, http=new_client)
    server.routes = {"/api/bwtnew": [Reply(specimen("bwtnew_es.json"), "application/json")]}
    assert refresh(workspace, WAITS) is None
    held = store.frame(store.table("waits"))
    assert last_asked(workspace)[WAITS] == (NOW, False)
    assert Outbox(tmp_path).memories()  # the rules of alerts were evaluated
    for body, status in ((b"down", 500), (b"<html>We are sorry</html>", 200), (b'[{"port_number": "x"}]', 200)):
        server.routes = {"/api/bwtnew": [Reply(body, "application/json", status)]}
        problem = refresh(workspace, WAITS)
        assert problem is not None
        assert why(failures(workspace)[WAITS][0]).en == problem.en
        assert last_asked(workspace)[WAITS] == (NOW, True)
        now = store.frame(store.table("waits"))
        assert now.sort(now.columns).equals(held.sort(held.columns))
    assert held.height


def test_what_is_due_follows_each_sources_rhythm_and_a_failure_is_tried_again_sooner(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    asked = dict.fromkeys(CONNECTORS, (then, False))
    rhythm = {name: timedelta(hours=workspace.catalog.sources[name].ask_hours) for name in CONNECTORS}
    assert next_due(workspace, {}) == (next(iter(CONNECTORS)), datetime.min.replace(tzinfo=UTC))
    assert next_due(workspace, asked)[1] == then + min(rhythm.values())
    slowest = max(rhythm, key=lambda name: rhythm[name])
    later = {name: (then if name == slowest else then + timedelta(days=900), name == slowest) for name in CONNECTORS}
    assert next_due(workspace, later) == (slowest, then + timedelta(hours=1))


@pytest.mark.parametrize(("work", "seconds"), [(hangs, 0.2), (dies, 300.0)])
def test_a_process_that_hangs_or_dies_is_a_failure_of_its_source_and_the_next_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[..., None], seconds: float
) -> None:
    from ambos.web import refresher

    monkeypatch.setattr(refresher, "_work", work)
    running = refresher.Refresher(open_workspace(tmp_path), seconds)
    running.start()
    ledger = tmp_path / "snapshots" / "ledger.jsonl"
    while len(read_ledger(ledger)) < 2:
        time.sleep(0.05)
    running.close()
    first, second, *_ = read_ledger(ledger)
    assert (first["result"], second["result"]) == ("failed", "failed")
    assert first["source"] != second["source"]


def test_two_never_refresh_one_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ambos.web import refresher

    monkeypatch.setattr(refresher, "_work", good)
    monkeypatch.setattr("ambos.flows.data.refresh.CONNECTORS", ("banxico_fix", WAITS))
    first, second = (refresher.Refresher(open_workspace(tmp_path)) for _ in range(2))
    first.start()
    with pytest.raises(RefreshedElsewhere):
        second.start()
    while len(first._asked) < 2:
        time.sleep(0.05)
    assert {name for name, (_, failed) in first._asked.items() if failed} == {WAITS}
    first.close()
    third = refresher.Refresher(open_workspace(tmp_path))
    third.start()
    third.close()
