"""`ambos register list`, `show`, `statuses` and `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ambos.cli.declare import COUNT, argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import whole
from ambos.cli.register_options import AS_OF, DATE_NAME, KIND, OFFICE_NAME, RECORD, SEEN_BY, URL, word
from ambos.model.register import KINDS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


def _flag(name: str, en: str, es: str) -> Any:
    return option(f"--{name}/--not-{name}", name.replace("-", "_"), default=None)(en, es)


@verb(
    "list",
    "List records of the register: those of a kind, a committee, a side, late ones and others.",
    "Enumera registros: los de un tipo, un comité o una parte, los atrasados y otros.",
    argument("kind", required=False, metavar=Text("[KIND]", "[TIPO]"), type=click.Choice(list(KINDS))),
    word("--committee")("Only of this committee (its id).", "Solo de este comité (su identificador)."),
    word("--objective")("Only of this objective.", "Solo de este objetivo."),
    word("--meeting")("Only made at this meeting.", "Solo los asumidos en esta reunión."),
    word("--side")("Only with this side, by the id of its place.", "Solo con esta parte, por la clave de su lugar."),
    option("--responsible", default="", metavar=OFFICE_NAME)(
        "Only those for which this office is responsible, or in which it has a seat.",
        "Solo aquellos de los que responde esta oficina o de los que es integrante.",
    ),
    word("--status")("Only with this status set here.", "Solo con este estado fijado aquí."),
    option("--group", type=click.Choice(["open", "done", "dropped", "carried"]))(
        "Only of statuses, set here or reported, that count so.",
        "Solo de estados, fijados aquí o reportados, que cuentan así.",
    ),
    word("--type")(
        "Only of this type, such as mou, plenary or rail; of comments held, published or refused.",
        "Solo de este tipo, como mou, plenary o rail; de comentarios held, published o refused.",
    ),
    option("--text", default="", metavar=Text("WORDS", "PALABRAS"))(
        "Only with these words, in either language.", "Solo con estas palabras, en cualquiera de los idiomas."
    ),
    option("--due-from", type=click.DateTime(["%Y-%m-%d"]), metavar=DATE_NAME)(
        "Only due on this day or later.", "Solo con fecha límite en este día o después."
    ),
    option("--due-to", type=click.DateTime(["%Y-%m-%d"]), metavar=DATE_NAME)(
        "Only due on this day or earlier.", "Solo con fecha límite en este día o antes."
    ),
    _flag("late", "Only late ones, or only others.", "Solo los atrasados, o solo los demás."),
    _flag("expiring", "Only agreements that end soon.", "Solo los acuerdos por vencer."),
    _flag("expired", "Only agreements that have ended.", "Solo los acuerdos vencidos."),
    _flag("no-news", "Only open ones without news for six months.", "Solo los abiertos sin novedades en seis meses."),
    _flag("agreed", "Only agreed by both sides.", "Solo los acordados por ambas partes."),
    _flag("kept", "Only kept ones.", "Solo los cumplidos."),
    _flag("draft", "Only drafts; with --office.", "Solo los borradores; con --office."),
    _flag("withdrawn", "Only withdrawn ones.", "Solo los retirados."),
    option("--order", default="id", type=click.Choice(["id", "title", "made", "due", "ends", "news"]))(
        "By what the list is sorted.", "Por qué se ordena la lista."
    ),
    option("--descending", is_flag=True)("The last first.", "El último primero."),
    option("--limit", type=whole(1, 100_000), default=100, show_default=True, metavar=COUNT)(
        "How many are shown.", "Cuántos se muestran."
    ),
    option("--offset", type=whole(0, 10_000_000), default=0, metavar=COUNT)(
        "How many are passed over first.", "Cuántos se saltan al principio."
    ),
    AS_OF,
    SEEN_BY,
    URL,
    example="ambos register list commitment --late",
)
def list_(
    opened: Workspace,
    due_from: Any,
    due_to: Any,
    responsible: str,
    as_of: str,
    **wanted: Any,
) -> Answer:
    """List records."""
    from ambos.cli.language import spoken
    from ambos.flows.register.answers import list_answer

    wanted |= {"due_from": due_from and due_from.date(), "due_to": due_to and due_to.date()}
    return list_answer(opened, as_of=as_of, responsible=responsible, language=spoken(), **wanted)


@verb(
    "show",
    "Show a record: its fields, steps and evidence, the acceptance of each side, its history.",
    "Muestra un registro: sus campos, pasos y evidencia, la aceptación de cada parte, su historial.",
    KIND,
    RECORD,
    AS_OF,
    SEEN_BY,
    URL,
    example="ambos register show agreement minute-323",
)
def show(opened: Workspace, kind: str, id: str, as_of: str, office: str, url: str) -> Answer:
    """Show a record."""
    from ambos.flows.register.answers import show_answer

    return show_answer(opened, kind, id, url=url, as_of=as_of, office=office)


@verb(
    "statuses",
    "Explain the statuses of commitments, and which may follow which.",
    "Explica los estados de los compromisos y cuál puede seguir a cuál.",
)
def statuses(opened: Workspace) -> Answer:
    """Explain the statuses."""
    from ambos.flows.register.answers import statuses_answer

    return statuses_answer(opened)


@verb(
    "verify",
    "Look whether the history is whole: the hash of every event, what it makes, and the lists.",
    "Revisa si el historial está íntegro: la huella de cada evento, lo que resulta de él y las listas.",
    option("--head", default="", metavar=Text("HASH", "HUELLA"))(
        "The hash that an earlier verify printed; it must still be there.",
        "La huella que imprimió un verify anterior; debe seguir ahí.",
    ),
    URL,
    example="ambos register verify",
)
def verify(opened: Workspace, head: str, url: str) -> Answer:
    """Look whether the history is whole."""
    from ambos.flows.register.answers import verify_answer

    return verify_answer(opened, url=url, head=head)
