"""Load how projects are ranked: the weights of the region's plan, and how they are varied."""

from __future__ import annotations

from pathlib import Path

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.ranking import Scheme, Sensitivity

#: Name of the file in the folder of a region.
FILE = "ranking.toml"


def load_scheme(catalog: Catalog) -> Scheme | None:
    """Read the weights of a region's plan; None where it has none.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    path = catalog.snapshot_folder.parent / FILE
    if not path.is_file():
        return None
    problems = Problems()
    file = open_toml(path, problems)
    scheme: Scheme = file.read(Scheme, file.tree, ())
    for criterion in scheme.criterion:
        for key, types in (("weights", criterion.weights), ("not_for", criterion.not_for)):
            for type in types:
                file.choice("type", type, scheme.types, ("criterion", criterion.id, key))
    for type in scheme.types:
        whole = sum(criterion.weights.get(type, 0) for criterion in scheme.criterion)
        if whole > 101:
            file.say(("criterion",), f"{type}: the weights add up to {whole:g} % / los pesos suman {whole:g} %")
    problems.refuse()
    return scheme


def load_sensitivity(definitions: Path = DEFINITIONS) -> Sensitivity:
    """Read ``register/ranking.toml``.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "register" / "ranking.toml", problems)
    rules: Sensitivity = file.read(Sensitivity, file.tree, ())
    problems.refuse()
    return rules
