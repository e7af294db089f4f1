"""Arguments and options that the verbs of `ambos register` share."""

from __future__ import annotations

from functools import partial

import click

from ambos.cli.declare import NAME, argument, option
from ambos.model.register import KINDS
from ambos.text import Text

KIND_NAME, DATE_NAME = Text("KIND", "TIPO"), Text("DATE", "FECHA")
#: The id of an office.
OFFICE_NAME = Text("OFFICE", "OFICINA")
KIND = argument("kind", metavar=KIND_NAME, type=click.Choice(list(KINDS)))
RECORD = argument("id", metavar=Text("ID", "IDENTIFICADOR"))
COMMENT = argument("id", metavar=Text("COMMENT", "COMENTARIO"))
URL = option("--url", default="", metavar=Text("ADDRESS", "DIRECCIÓN"))(
    "The register's database, such as postgresql://user@host/name (AMBOS_REGISTER_URL, else a file of the workspace).",
    "La base de datos del registro, como postgresql://usuario@equipo/nombre (AMBOS_REGISTER_URL o, si no, un archivo del espacio de trabajo).",
)
AS_OF = option("--as-of", default="", metavar=DATE_NAME)(
    "The register as it was at the end of a day, or at an instant (2026-11-30T12:00).",
    "El registro como estaba al final de un día o en un instante (2026-11-30T12:00).",
)
SEEN_BY = option("--office", default="", metavar=OFFICE_NAME)(
    "Show the drafts of this office's side as well.", "Muestra también los borradores de la parte de esta oficina."
)
OFFICE = option("--office", required=True, metavar=OFFICE_NAME)(
    "The office that you act for: its id in the register; ambos for what is compiled from public documents.",
    "La oficina en cuyo nombre actúa: su identificador en el registro; ambos para lo compilado de documentos públicos.",
)
WHY = option("--why", default="", metavar=Text("TEXT", "TEXTO"))(
    "Why; it stands in the history.", "Por qué; consta en el historial."
)
#: A text in English and in Spanish.
ENGLISH = option("--en", "english", default="", metavar=Text("TEXT", "TEXTO"))(
    "The text in English.", "El texto en inglés."
)
SPANISH = option("--es", "spanish", default="", metavar=Text("TEXT", "TEXTO"))(
    "The text in Spanish.", "El texto en español."
)
word = partial(option, default="", metavar=NAME)
