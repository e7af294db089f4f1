"""`ambos register account`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ambos.cli.declare import NAME, argument, option
from ambos.cli.door import verb
from ambos.cli.language import tr
from ambos.cli.register_options import URL
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer
    from ambos.register.accounts import Role

_ROLES = ("writer", "acceptor", "moderator")


@verb(
    "account",
    "List the accounts by which offices write on the web; with “add OFFICE”, make one; with “password ACCOUNT”, give it another; with “close ACCOUNT”, close it. The password is asked for, or read from standard input.",
    "Enumera las cuentas con las que las oficinas capturan en la web; con «add OFICINA», crea una; con «password CUENTA», cambia la contraseña; con «close CUENTA», la cierra. La contraseña se pregunta o se lee de la entrada estándar.",
    argument(
        "action",
        required=False,
        metavar=Text.same("[add|password|close]"),
        type=click.Choice(["add", "password", "close"]),
    ),
    argument("who", required=False, metavar=Text("[OFFICE|ACCOUNT]", "[OFICINA|CUENTA]")),
    option("--role", type=click.Choice(_ROLES))(
        "With add: writer enters and changes, acceptor also accepts for its side, moderator moderates comments.",
        "Con add: writer captura y modifica, acceptor además acepta por su parte, moderator modera comentarios.",
    ),
    option("--name", metavar=NAME)(
        "With add: name of the account, if not OFFICE.ROLE.", "Con add: nombre de la cuenta, si no es OFICINA.ROL."
    ),
    URL,
    example="ambos register account add adot --role acceptor",
)
def account(
    opened: Workspace, action: str | None, who: str | None, role: Role | None, name: str | None, url: str
) -> Answer:
    """List, make, change or close accounts."""
    from ambos.flows.register import accounts

    if (action is None) != (who is None) or (action != "add" and (role or name)):
        raise click.UsageError(
            tr(
                "Write add OFFICE --role ROLE, password ACCOUNT, close ACCOUNT, or nothing to list.",
                "Escriba add OFICINA --role ROL, password CUENTA, close CUENTA, o nada para enumerar.",
            )
        )
    if action is None or who is None:
        return accounts.listed(opened, url)
    if action == "close":
        return accounts.close(opened, who, url)
    if action == "password":
        return accounts.change_password(opened, who, _password(), url)
    if role is None:
        raise click.UsageError(tr("add needs --role.", "add requiere --role."))
    return accounts.add(opened, who, role, _password(), name or "", url)


def _password() -> str:
    """Ask for a password twice, unseen; without a terminal, read a line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(
        click.prompt(
            tr("Password (12 characters or more)", "Contraseña (12 caracteres o más)"),
            hide_input=True,
            confirmation_prompt=tr("Once more", "Otra vez"),
            err=True,
        )
    )
