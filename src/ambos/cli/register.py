"""`ambos register`."""

from __future__ import annotations

from ambos.cli.declare import group
from ambos.cli.register_account import account
from ambos.cli.register_rank import rank

command = group(
    "register",
    "The register of the commission: projects ranked, accounts of offices.",
    "El registro de la comisión: proyectos ordenados, cuentas de oficinas.",
    rank,
    account,
)
