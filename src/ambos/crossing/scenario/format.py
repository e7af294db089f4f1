"""Sections and keys of a scenario file, from which its reader, its JSON Schema and its page are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Literal

from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.definition import Number
from ambos.text import Text

Kind = Literal[
    "text",  # a string, or { en, es }
    "name",  # a string that names something
    "names",  # a list of them
    "number",
    "integer",
    "clock",  # "06:00", "24:00"
    "steps",  # a number, or one for each hour or quarter-hour
    "numbers",
    "clocks",  # clock times, to the second
    "choice",
    "date",
    "table",  # an inline table
    "tables",  # a list of them
]


@dataclass(frozen=True, slots=True)
class ScenarioKey:
    """A key of a section."""

    name: str
    kind: Kind
    about: Text  #: What it says, for the page and the schema.
    #: `low`, `high`: the least and the most, both allowed; of each value of a list.
    low: Number | None = None
    high: Number | None = None
    above: Number | None = None  #: More than this.
    choices: tuple[str, ...] = ()
    of: str = ""  #: The section that describes a table.
    must: bool = False
    whole: bool = False  #: Steps that are whole numbers.
    quarter: bool = False  #: A clock time on a quarter-hour.


#: What each service law needs besides its name and `minimum`.
LAW_PARAMETERS: dict[str, tuple[str, ...]] = {
    "deterministic": ("mean",),
    "exponential": ("mean",),
    "erlang": ("mean", "phases"),
    "gamma": ("mean", "cv2"),
    "lognormal": ("mean", "cv2"),
    "empirical": ("sample",),
}

#: The arrays of tables at the top of a file, in the order of the page.
TOP = ("line", "stream", "booth", "station", "policy", "change")


def load_sections(
    definitions: FilePath = DEFINITIONS, name: str = "scenario_file"
) -> Mapping[str, tuple[ScenarioKey, ...]]:
    """Read the keys of each section of a kind of file from ``twin/<name>.toml``.

    Raises
    ------
    DefinitionError
        With every problem of that file.
    """
    problems = Problems()
    file = open_toml(definitions / "twin" / f"{name}.toml", problems)
    made = {
        section: tuple(file.value(ScenarioKey, key, body, (section, key), name=key) for key, body in keys.items())
        for section, keys in file.tables().items()
    }
    problems.refuse()
    return made


@cache
def sections() -> Mapping[str, tuple[ScenarioKey, ...]]:
    """Give the packaged keys of each section of scenario files, read once."""
    return load_sections()


@cache
def staff_sections() -> Mapping[str, tuple[ScenarioKey, ...]]:
    """Give the packaged keys of each section of files of officers and floors, read once."""
    return load_sections(name="staff_file")
