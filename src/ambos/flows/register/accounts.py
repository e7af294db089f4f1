"""`ambos register account`: accounts of offices, made by whoever runs the server."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Column, Named, Table
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.register.accounts import Accounts, Role

#: Lines of the record that are listed.
_LINES = 200


def add(workspace: Workspace, office: str, role: Role, password: str, name: str = "", url: str = "") -> Answer:
    """Make an account for an office.

    Parameters
    ----------
    workspace : Workspace
    office : str
        Id of an office of the register.
    role : {"writer", "acceptor", "moderator"}
    password : str
    name : str
        ``OFFICE.ROLE`` if not given.
    url : str
        See `ambos.flows.register.open.open_register`.

    Raises
    ------
    UnknownName
        If the register has no such office.
    BadRequest
        If the password is too short, or there is such an account.
    """
    open_register(workspace, url).get("office", office, day=workspace.today())
    made = accounts_of(workspace, url).add(office, role, password, name)
    return listed(workspace, url, Text(f"Account made: {made.name}", f"Cuenta creada: {made.name}"))


def change_password(workspace: Workspace, name: str, password: str, url: str = "") -> Answer:
    """Give an account another password, and end its sessions."""
    accounts_of(workspace, url).change_password(name, password)
    return listed(workspace, url, Text(f"Password changed: {name}", f"Contraseña cambiada: {name}"))


def close(workspace: Workspace, name: str, url: str = "") -> Answer:
    """Close an account, and end its sessions."""
    accounts_of(workspace, url).close(name)
    return listed(workspace, url, Text(f"Account closed: {name}", f"Cuenta cerrada: {name}"))


def accounts_of(workspace: Workspace, url: str = "") -> Accounts:
    """Open the accounts of a workspace's register."""
    from ambos.register.accounts import Accounts

    return Accounts(open_register(workspace, url).home, workspace.clock)


def listed(workspace: Workspace, url: str = "", title: Text | None = None) -> Answer:
    """List the accounts, and the record of log-ins and refusals."""
    from ambos.register.accounts import HAPPENINGS, ROLES

    accounts = accounts_of(workspace, url)
    table = Table(
        "accounts",
        None,
        (
            Column("account", Text("Account", "Cuenta")),
            Column("office", Text("Office", "Oficina")),
            Column("role", Text("It …", "La cuenta…")),
            Column("made_at", Text("Made (UTC)", "Creada (UTC)")),
            Column("closed_at", Text("Closed (UTC)", "Cerrada (UTC)")),
        ),
        tuple(
            (a.name, a.office, Named(a.role, ROLES[a.role]), _utc(a.made), _utc(a.closed)) for a in accounts.listed()
        ),
    )
    record = Table(
        "record",
        Text("Log-ins and refusals, newest first (UTC)", "Inicios de sesión y rechazos, del más reciente (UTC)"),
        (
            Column("at", Text("When", "Cuándo")),
            Column("what", Text("What", "Qué")),
            Column("account", Text("Account", "Cuenta")),
            Column("detail", Text("Where", "Dónde")),
        ),
        tuple(
            (_utc(r.at), Named(r.what, HAPPENINGS[r.what]), r.account or None, r.detail or None)
            for r in accounts.recorded(_LINES)
        ),
    )
    none = Text(
        "No office has an account: the register can be read on the web, and nothing can be written there.",
        "Ninguna oficina tiene cuenta: en la web el registro se puede consultar, pero no se puede capturar.",
    )
    title = title or Text("Accounts of offices", "Cuentas de oficinas")
    return Answer(
        "register.accounts",
        title,
        tables=(table, record),
        head=(title,),
        notes=() if table.rows else (none,),
    )


def _utc(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%d %H:%M") if at else None
