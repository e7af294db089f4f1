"""The nouns of Ambos: frozen dataclasses, no input or output, no data frames. Floor 2."""

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
