"""A process that keeps events and delivers them, to be killed."""

from __future__ import annotations

from pathlib import Path

from alert_samples import NOW, Clock, event
from ambos.catalog import load
from ambos.catalog.alerts import load_alerts
from ambos.delivery.outbox import Outbox
from ambos.flows.alerts.deliver import deliver
from ambos.flows.workspace import Workspace
from ambos.model.alert import Memory
from ambos.store import Store

CATALOG = load()


def workspace_at(folder: Path) -> Workspace:
    """A workspace without figures."""
    return Workspace(folder, CATALOG, Store(folder / "store", CATALOG.datasets, None), clock=Clock(NOW))


def run(folder: Path, count: int) -> None:
    """Keep events one by one, as rules find them, delivering in between."""
    workspace, outbox = workspace_at(folder), Outbox(folder)
    told = load_alerts(CATALOG, folder).recipients_of("cars")
    for number in range(count):
        outbox.keep(Memory("cars", NOW, {"upto": number}, None), [event(number)], told)
        deliver(workspace)
