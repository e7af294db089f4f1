"""Load idle rates that stand beside those of the twin; every problem is told with its file and line."""

from __future__ import annotations

from pathlib import Path

from ambos.catalog.air import citation, decimal
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, text
from ambos.catalog.toml_file import open_toml
from ambos.errors import DefinitionError
from ambos.model.air import IdleRate


def load_idle_rates(definitions: Path = DEFINITIONS) -> tuple[IdleRate, ...]:
    """Read the idle rates of ``air/idling.toml``.

    Parameters
    ----------
    definitions : Path
        Where the definitions common to all regions are.

    Returns
    -------
    tuple of IdleRate

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "air" / "idling.toml", problems)
    file.keys(file.tree, (), "rate")
    found: list[IdleRate] = []
    for i, body in enumerate(file.rows(file.tree, (), "rate")):
        path: Keys = ("rate", i)
        file.keys(body, path, "set vehicle date grams prior citation")
        grams = {k: decimal(file, v, path, "grams") for k, v in file.get(body, path, "grams", dict).items()}
        name = text(body.get("set"), f"{file.name}:{line_of(file.found, (*path, 'set'))}", problems)
        found.append(
            IdleRate(
                name,
                file.get(body, path, "vehicle", str),
                grams,
                file.get(body, path, "date", str),
                citation(file, body, path),
                file.get(body, path, "prior", bool, False),
            )
        )
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return tuple(found)
