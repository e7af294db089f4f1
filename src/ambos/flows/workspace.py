"""The workspace: everything a flow needs, passed first; there are no globals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ambos.catalog import DEFAULT_REGION, Catalog, load
from ambos.catalog.load import content_of
from ambos.files import state_of_tables
from ambos.later import Made

if TYPE_CHECKING:
    from ambos.model.river import River
    from ambos.model.river_mexico import Mexico
    from ambos.sources.shared.http import Client
    from ambos.store import Store


def utc_now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def network_client() -> Client:
    """A client for the real network; imported only when something is fetched."""
    from ambos.sources.shared.http import Client

    return Client()


@dataclass(frozen=True)
class Workspace:
    """A folder with a store, the definitions of a region, a clock and a way to the network.

    Attributes
    ----------
    folder : Path
        Holds ``store/`` (tables) and ``snapshots/`` (bytes as fetched). Need not exist: reading shows the
        embedded snapshot, and only `build` and `fetch` create it.
    catalog : Catalog
    store : Store
    clock : callable
        Gives the time now, UTC.
    http : callable
        Opens a network client.
    """

    folder: Path
    catalog: Catalog
    store: Store
    clock: Callable[[], datetime] = utc_now
    http: Callable[[], Client] = network_client

    @cached_property
    def river(self) -> River:
        """Rules, parties and determinations of the river."""
        from ambos.catalog.river import load_river

        return load_river(self.catalog)

    @cached_property
    def mexico(self) -> Mexico:
        """Mexico's schedule, ledger and reserve."""
        from ambos.catalog.river import load_mexico

        return load_mexico(self.catalog, self.river)

    def today(self) -> date:
        """The day now, in the region."""
        from zoneinfo import ZoneInfo

        return self.clock().astimezone(ZoneInfo(self.catalog.region.zone)).date()

    def content(self) -> str:
        """Name all that an answer depends on but the question: definitions, both layers of the store, the day here and in
        UTC."""
        base, folder = self.store.base, self.store.folder
        paths = [*(base.rglob("*.parquet") if base else ()), *folder.glob("*/_delta_log")]
        files = [(path, path.stat()) for path in sorted(paths)]
        return "\n".join(
            (
                content_of(self.catalog.snapshot_folder.parent),
                str(folder.absolute()),
                *(f"{path.absolute()} {of.st_size} {of.st_mtime_ns}" for path, of in files),
                f"{state_of_tables(folder)} {self.today()} {self.clock().date()}",
            )
        )


def open_workspace(folder: Path, region: str | Path = DEFAULT_REGION, *, embedded: bool = True) -> Workspace:
    """Describe a workspace; nothing is read from the folder or written to it yet.

    Parameters
    ----------
    folder : Path
    region : str or Path
        A packaged region's name, or a folder of definitions.
    embedded : bool
        Whether the store stands on the region's embedded snapshot. Only the making of that snapshot says no.

    Raises
    ------
    UnknownName, DefinitionError
        If there is no such region, or its definitions are wrong.
    """
    catalog = load(region)
    base = catalog.snapshot_folder if embedded and catalog.snapshot_folder.is_dir() else None

    def store() -> Store:
        from ambos.store import Store

        return Store(folder / "store", catalog.datasets, base, utc_now().date())

    return Workspace(folder, catalog, cast("Store", Made(store, folder=folder / "store", base=base)))


def reopened(workspace: Workspace) -> Workspace:
    """Open the store of a workspace as it is now, as of the day now; for a process that lasts for days.

    What is appended to the store later is not seen.
    """
    from ambos.store import Store

    old = workspace.store
    return replace(workspace, store=Store(old.folder, old.datasets, old.base, workspace.clock().date()).pinned())
