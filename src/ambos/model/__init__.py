"""The nouns of Ambos: frozen dataclasses, no input or output, no data frames. Floor 2.

Making a dataclass takes a thousandth of a second, so each module of them is loaded when one of it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ambos.model.codes import Code, CodeList, Place
    from ambos.model.data import Dataset, DatasetColumn, Range, Unit
    from ambos.model.series import Indicator, Series
    from ambos.model.source import Source
    from ambos.model.world import Event, Finding, LeftOut, Region, Resolution, Snapshot, Topic

__all__ = [
    "Code",
    "CodeList",
    "Dataset",
    "DatasetColumn",
    "Event",
    "Finding",
    "Indicator",
    "LeftOut",
    "Place",
    "Range",
    "Region",
    "Resolution",
    "Series",
    "Snapshot",
    "Source",
    "Topic",
    "Unit",
]

_MODULES = {
    **dict.fromkeys(("Code", "CodeList", "Place"), "codes"),
    **dict.fromkeys(("Dataset", "DatasetColumn", "Range", "Unit"), "data"),
    **dict.fromkeys(("Indicator", "Series"), "series"),
    "Source": "source",
    **dict.fromkeys(("Event", "Finding", "LeftOut", "Region", "Resolution", "Snapshot", "Topic"), "world"),
}


def __getattr__(name: str) -> object:
    """Load the module of a noun."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
