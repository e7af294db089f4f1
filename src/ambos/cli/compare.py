"""`ambos compare`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ambos.cli.declare import argument, path_type
from ambos.cli.door import verb
from ambos.cli.simulate import keep_option, kept, out_option, replications_option, seed_option, simulating
from ambos.crossing.defaults import REPLICATIONS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "compare",
    "Play two scenarios with the same travellers and print the differences, B less A.",
    "Simula dos escenarios con los mismos usuarios y muestra las diferencias, B menos A.",
    argument("first", metavar="A.toml", type=path_type),
    argument("second", metavar="B.toml", type=path_type),
    replications_option,
    seed_option,
    out_option,
    keep_option,
    example=Text("ambos compare now.toml one-lane-more.toml", "ambos compare hoy.toml un-carril-mas.toml"),
)
def command(
    opened: Workspace, first: Path, second: Path, replications: int | None, seed: int, out: Path | None, keep: bool
) -> Answer:
    """Simulate two scenarios with the same travellers."""
    from ambos.flows.twin.compare import answer, compare

    with simulating() as show:
        compared = compare(opened, first, second, replications=replications or REPLICATIONS, seed=seed, progress=show)
    made = answer(compared)
    if out is not None:
        from ambos.flows.twin.page import write_compared

        made = replace(made, files=write_compared(compared, made, out))
    return kept(opened, made) if keep else made
