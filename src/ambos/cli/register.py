"""`ambos register`."""

from __future__ import annotations

from ambos.cli.declare import group
from ambos.cli.register_rank import rank

command = group(
    "register",
    "The register of the commission: projects ranked.",
    "El registro de la comisión: proyectos ordenados.",
    rank,
)
