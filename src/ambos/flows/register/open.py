"""Open the register of a workspace."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ambos.errors import FutureDay, bad_request
from ambos.flows.workspace import Workspace

if TYPE_CHECKING:
    from ambos.register.store import Register

#: Environment variable with the address of a register's database, and the file of a workspace's own.
URL_VARIABLE, FILE = "AMBOS_REGISTER_URL", "register.sqlite"


def open_register(workspace: Workspace, url: str = "") -> Register:
    """Open the register of a workspace; nothing is read or made yet.

    Parameters
    ----------
    workspace : Workspace
    url : str
        Address of a database; if not given that of ``AMBOS_REGISTER_URL``, else a file of the workspace.

    Raises
    ------
    BadRequest
        If the address names no database that a register can be in.
    """
    from ambos.register.home import Home
    from ambos.register.store import Register

    address = url or os.environ.get(URL_VARIABLE, "")
    return Register(Home(address or workspace.folder / FILE, workspace.catalog), workspace.catalog)


def moment(workspace: Workspace, text: str) -> datetime | None:
    """Read a day or instant as of which the register is to be shown: a day until its end, in the region.

    Parameters
    ----------
    workspace : Workspace
    text : str
        ISO 8601, such as ``2026-11-30`` or ``2026-11-30T12:00-07:00``; "" for now.

    Returns
    -------
    datetime or None
        UTC; None for now.

    Raises
    ------
    BadRequest
        If it is none.
    FutureDay
        If it is yet to come.
    """
    if not text:
        return None
    zone = ZoneInfo(workspace.catalog.region.zone)
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            at = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
            future = day > workspace.today()
        else:
            at = datetime.fromisoformat(text)
            at = at if at.tzinfo else at.replace(tzinfo=zone)
            future = at > workspace.clock()
        at = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(
            f"“{text}” is no day or instant; like 2026-11-30 or 2026-11-30T12:00.",
            f"«{text}» no es un día ni un instante; como 2026-11-30 o 2026-11-30T12:00.",
        ) from error
    if future:
        raise FutureDay(day=text)
    return at
