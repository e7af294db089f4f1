"""Load the glossary, the questions, the synonyms of a search and the pages that it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import Kind, open_toml
from ambos.model.words import Question, Subject, Synonyms, Term, Words


@lru_cache(maxsize=4)
def load_words(catalog: Catalog, definitions: Path = DEFINITIONS) -> Words:
    """Read the words common to all regions, and the synonyms of the catalog's region.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()

    def read(kind: Callable[..., Kind], paths: Iterable[Path]) -> dict[str, Kind]:
        made: dict[str, Kind] = {}
        for file in (open_toml(path, problems) for path in paths if path.is_file()):
            for key, body in file.tables().items():
                if key in made:
                    file.say((key,), f"{key} is defined twice / está definida dos veces")
                made[key] = file.read(kind, body, (key,), id=key)
        return made

    own = catalog.snapshot_folder.parent
    words = Words(
        read(Term, [definitions / "glossary.toml", own / "glossary.toml"]),
        read(Question, [definitions / "faq.toml", own / "faq.toml"]),
        read(Synonyms, [definitions / "synonyms.toml", own / "synonyms.toml"]),
        read(Subject, [definitions / "pages.toml"]),
    )
    problems.refuse()
    return words
