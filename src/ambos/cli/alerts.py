"""`ambos alerts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ambos.cli.declare import argument, option
from ambos.cli.door import verb
from ambos.cli.language import tr
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "alerts",
    "List the rules of alerts, what they found and who was told; with “evaluate”, look anew (ambos build does so too); with “deliver”, send what waits.",
    "Enumera las reglas de alertas, lo que encontraron y a quién se avisó; con «evaluate», las evalúa (también lo hace ambos build); con «deliver», envía lo pendiente.",
    argument(
        "action",
        required=False,
        metavar=Text.same("[evaluate|deliver]"),
        type=click.Choice(["evaluate", "deliver"]),
    ),
    option("--again", is_flag=True)(
        "With deliver: try at once what failed or was refused.",
        "Con deliver: reintenta de inmediato lo que falló o se rechazó.",
    ),
    example="ambos alerts deliver",
)
def command(opened: Workspace, action: str | None, again: bool) -> Answer:
    """List alerts, evaluate them or deliver them."""
    from ambos.flows.alerts.answer import alerts_answer

    if again and action != "deliver":
        raise click.UsageError(tr("--again goes with deliver.", "--again va con deliver."))
    return alerts_answer(opened, action or "", again=again)
