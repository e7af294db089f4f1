"""`ambos register`."""

from __future__ import annotations

from ambos.cli.declare import group
from ambos.cli.register_account import account
from ambos.cli.register_files import due, export, import_
from ambos.cli.register_rank import rank
from ambos.cli.register_report import report
from ambos.cli.register_show import list_, show, statuses, verify
from ambos.cli.register_write import accept, add, comment, evidence, moderate, reply, update

command = group(
    "register",
    "The register of the commission: what was agreed, with whom, until when, and what became of it.",
    "El registro de la comisión: qué se acordó, con quién, para cuándo y qué pasó con ello.",
    list_,
    show,
    add,
    update,
    accept,
    evidence,
    comment,
    moderate,
    reply,
    import_,
    export,
    due,
    statuses,
    verify,
    report,
    rank,
    account,
)
