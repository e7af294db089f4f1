"""`ambos register add`, `update`, `accept`, `evidence`, `comment`, `moderate` and `reply`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ambos.cli.declare import COUNT, argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import whole
from ambos.cli.register_options import COMMENT, DATE_NAME, ENGLISH, KIND, OFFICE, RECORD, SPANISH, URL, WHY, word
from ambos.model.register import Phrase
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer

_SET = option("--set", "given", multiple=True, metavar=Text("KEY=VALUE", "CLAVE=VALOR"))(
    "A field, such as --set due=2026-06 or --set name.es=Texto; lists and tables as in TOML. May be given several times.",
    "Un campo, como --set due=2026-06 o --set name.es=Texto; listas y tablas como en TOML. Puede repetirse.",
)


@verb(
    "add",
    "Enter a record: a draft that its own side sees, until it is proposed.",
    "Registra algo nuevo: un borrador que ve su propia parte hasta que se propone.",
    KIND,
    RECORD,
    _SET,
    option("--propose", is_flag=True)("Propose it at once: it is public.", "Propónlo de inmediato: es público."),
    OFFICE,
    WHY,
    URL,
    example="ambos register add commitment truck-permits --set name.en=Permits --set due=2027-06 --office adot",
)
def add(
    opened: Workspace, kind: str, id: str, given: tuple[str, ...], propose: bool, office: str, why: str, url: str
) -> Answer:
    """Enter a record."""
    from ambos.flows.register.write import add as entered

    return entered(opened, kind, id, given, office=office, why=why, propose=propose, url=url)


@verb(
    "update",
    "Change a record: its fields, its status, when a step was done; propose a draft, or withdraw it.",
    "Modifica un registro: sus campos, su estado, cuándo se hizo un paso; propone un borrador o lo retira.",
    KIND,
    RECORD,
    _SET,
    option("--unset", "taken", multiple=True, metavar=Text("KEY", "CLAVE"))(
        "A field to be emptied.", "Un campo que se vacía."
    ),
    option("--step", "steps", multiple=True, metavar=Text("NUMBER=DATE", "NÚMERO=FECHA"))(
        "When a step of a commitment was done, as --step 2=2026-05.",
        "Cuándo se hizo un paso de un compromiso, como --step 2=2026-05.",
    ),
    option("--propose", is_flag=True)("Make a draft public.", "Hace público un borrador."),
    option("--withdraw", is_flag=True)(
        "Take it back; only its own side, and not what both agreed.",
        "Lo retira; solo su propia parte, y no lo que ambas acordaron.",
    ),
    option("--base", type=whole(1, 10**15), metavar=COUNT)(
        "Number of the event that you saw last; refused if another came since.",
        "Número del último evento que vio; se rechaza si hubo otro después.",
    ),
    OFFICE,
    WHY,
    URL,
    example="ambos register update commitment truck-permits --set status=ongoing --office adot",
)
def update(
    opened: Workspace,
    kind: str,
    id: str,
    given: tuple[str, ...],
    taken: tuple[str, ...],
    steps: tuple[str, ...],
    propose: bool,
    withdraw: bool,
    base: int | None,
    office: str,
    why: str,
    url: str,
) -> Answer:
    """Change a record."""
    from ambos.flows.register.write import update as changed

    return changed(
        opened,
        kind,
        id,
        given,
        office=office,
        taken=taken,
        steps=steps,
        why=why,
        propose=propose,
        withdraw=withdraw,
        base=base,
        url=url,
    )


@verb(
    "accept",
    "Accept a commitment or agreement for the side of an office; agreed is what both sides accepted alike.",
    "Acepta un compromiso o acuerdo por la parte de una oficina; está acordado lo que ambas partes aceptaron igual.",
    KIND,
    RECORD,
    option("--hash", default="", metavar=Text("HASH", "HUELLA"))(
        "The content that you read, as “show” prints it.", "El contenido que leyó, como lo imprime «show»."
    ),
    option("--outcome", is_flag=True)(
        "Accept the outcome: needs evidence; kept is what both sides accepted so.",
        "Acepta el resultado: requiere evidencia; cumplido es lo que ambas partes aceptaron así.",
    ),
    option("--take-back", is_flag=True)("Take the acceptance of the side back.", "Retira la aceptación de la parte."),
    OFFICE,
    WHY,
    URL,
    example="ambos register accept commitment truck-permits --hash 3f2a91bc --office adot",
)
def accept(
    opened: Workspace,
    kind: str,
    id: str,
    hash: str,
    outcome: bool,
    take_back: bool,
    office: str,
    why: str,
    url: str,
) -> Answer:
    """Accept a record."""
    from ambos.flows.register.write import accept as accepted

    return accepted(opened, kind, id, hash, office=office, outcome=outcome, take_back=take_back, why=why, url=url)


@verb(
    "evidence",
    "Add evidence to a commitment.",
    "Agrega evidencia a un compromiso.",
    argument("id", metavar=Text("COMMITMENT", "COMPROMISO")),
    ENGLISH,
    SPANISH,
    option("--address", default="", metavar=Text("ADDRESS", "DIRECCIÓN"))("Its address.", "Su dirección web."),
    option("--on", default="", metavar=DATE_NAME)(
        "Day, month or year of the document or fact.", "Día, mes o año del documento o hecho."
    ),
    OFFICE,
    WHY,
    URL,
    example="ambos register evidence truck-permits --en “First permit issued” --on 2027-03-02 --office adot",
)
def evidence(
    opened: Workspace, id: str, english: str, spanish: str, address: str, on: str, office: str, why: str, url: str
) -> Answer:
    """Add evidence."""
    from ambos.flows.register.write import evidence as added

    return added(opened, id, Phrase(english, spanish), office=office, address=address, on=on, why=why, url=url)


@verb(
    "comment",
    "Enter a public comment; it is held until an office has moderated it.",
    "Registra un comentario público; queda en espera hasta que una oficina lo modere.",
    argument("kind", metavar=Text("KIND", "TIPO")),
    RECORD,
    option("--text", required=True, metavar=Text("TEXT", "TEXTO"))("What it says.", "Lo que dice."),
    option("--language", required=True, type=click.Choice(["en", "es"]))("In which language.", "En qué idioma."),
    word("--organisation")(
        "On behalf of which organisation; no names of persons.",
        "A nombre de qué organización; sin nombres de personas.",
    ),
    URL,
    example="ambos register comment project rail-bypass --text “More lanes” --language en",
)
def comment(opened: Workspace, kind: str, id: str, text: str, language: str, organisation: str, url: str) -> Answer:
    """Enter a comment."""
    from ambos.flows.register.write import comment as entered

    return entered(opened, kind, id, text, language=language, organisation=organisation, url=url)


@verb(
    "moderate",
    "Publish a comment, or refuse it with a reason.",
    "Publica un comentario o lo rechaza con un motivo.",
    COMMENT,
    argument("state", type=click.Choice(["publish", "refuse"]), metavar=Text.same("publish|refuse")),
    ENGLISH,
    SPANISH,
    OFFICE,
    URL,
    example="ambos register moderate c-20270301-0a1b2c3d4e publish --office adot",
)
def moderate(opened: Workspace, id: str, state: str, english: str, spanish: str, office: str, url: str) -> Answer:
    """Moderate a comment."""
    from ambos.flows.register.write import moderate as moderated

    made = "published" if state == "publish" else "refused"
    return moderated(opened, id, made, office=office, reason=Phrase(english, spanish), url=url)


@verb(
    "reply",
    "Reply to a published comment as an office.",
    "Responde a un comentario publicado como oficina.",
    COMMENT,
    ENGLISH,
    SPANISH,
    OFFICE,
    URL,
    example="ambos register reply c-20270301-0a1b2c3d4e --en “It is in the plan.” --office adot",
)
def reply(opened: Workspace, id: str, english: str, spanish: str, office: str, url: str) -> Answer:
    """Reply to a comment."""
    from ambos.flows.register.write import reply as replied

    return replied(opened, id, Phrase(english, spanish), office=office, url=url)
