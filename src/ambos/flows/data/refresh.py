"""Ask each source again on its own rhythm, and store what it gives; a failure leaves the figures that are held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ambos.errors import CannotWrite, RefreshedElsewhere, reason
from ambos.files import locked, make_folder
from ambos.flows.alerts.deliver import deliver
from ambos.flows.alerts.evaluate import evaluate
from ambos.flows.data.build import build
from ambos.flows.data.fetch import fetch, note_failure
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.sources.registry import CONNECTORS
from ambos.text import Text

#: After a failure a source is asked again sooner than its rhythm says, but not sooner than this.
AFTER_FAILURE = timedelta(hours=1)

#: When a source was asked last, and whether it failed.
Asked = dict[str, tuple[datetime, bool]]


def last_asked(workspace: Workspace) -> Asked:
    """Read from the ledger when each source was asked last.

    Raises
    ------
    CannotRead
        If the ledger is damaged.
    """
    asked: Asked = {}
    for line in read_ledger(workspace.folder / "snapshots" / "ledger.jsonl"):
        try:
            at = datetime.fromisoformat(str(line.get("retrieved_at", "")))
        except ValueError:
            continue
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        asked[line["source"]] = (at, line["result"] == "failed")
    return asked


def next_due(workspace: Workspace, asked: Mapping[str, tuple[datetime, bool]]) -> tuple[str, datetime]:
    """Give the source that is to be asked next, and when; what was never asked comes first.

    Parameters
    ----------
    workspace : Workspace
    asked : mapping of str to (datetime, bool)
        When each source was asked last, and whether it failed.
    """

    def due(source: str) -> datetime:
        if source not in asked:
            return datetime.min.replace(tzinfo=UTC)
        at, failed = asked[source]
        rhythm = timedelta(hours=workspace.catalog.sources[source].ask_hours)
        return at + (min(rhythm, AFTER_FAILURE) if failed else rhythm)

    source = min((one for one in CONNECTORS if one in workspace.catalog.sources), key=due)
    return source, due(source)


def refresh(workspace: Workspace, source: str) -> Text | None:
    """Ask a source, store what it gives, evaluate the alerts if figures are new, and deliver what waits.

    What is refused of it is noted in the ledger beside the failures of `fetch`, so that every door tells it.

    Returns
    -------
    Text or None
        Why it failed, if it did: the figures that were held are still the ones shown. A source that can be asked by
        hand only is no failure.
    """
    outcomes = fetch(workspace, [source])
    failed = [o.error.message() for o in outcomes if o.error and o.result == "failed"]
    if any(outcome.result == "stored" for outcome in outcomes):
        built = build(workspace)
        for loaded in built.loaded:
            if loaded.source == source and loaded.errors:
                note_failure(workspace, source, loaded.errors[0].message())
                failed += [error.message() for error in loaded.errors]
        if built.appended:
            evaluate(workspace)
    deliver(workspace)  # what waits from before is tried again too
    return failed[0] if failed else None


@contextmanager
def exclusive(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace against another process that refreshes it.

    Raises
    ------
    RefreshedElsewhere
        If there is one.
    CannotWrite
        If the folder cannot be written.
    """
    path: Path = workspace.folder / "refresh.lock"
    try:
        make_folder(workspace.folder)
        file = path.open("ab")
    except OSError as error:
        raise CannotWrite(path=path, detail=reason(error)) from error
    with file, locked(file, wait=False) as held:
        if not held:
            raise RefreshedElsewhere(path=workspace.folder)
        yield
