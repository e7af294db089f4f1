"""Region, events, findings, and the snapshots of bytes that figures rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from ambos.model.codes import Zone
from ambos.model.definition import Written
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Region:
    """A set of places with a name; nothing in the code knows which."""

    id: str
    name: Text
    members: tuple[str, ...]  #: The states on both sides, ours first.
    ports: tuple[str, ...]  #: The region's ports, in the order in which they are listed.
    borders: tuple[str, ...]  #: The countries on the other side; wait times are kept for these borders only.
    zone: Zone  #: The IANA time zone of its ports.
    comparators: tuple[str, ...] = ()  #: Ports and counties elsewhere that it is compared with.
    #: Its counties for which there are figures by county, in the order in which they are listed.
    counties: tuple[str, ...] = ()
    #: The month in which the fiscal year that bears the next calendar year's number begins.
    fiscal_year_start: int = 10
    #: The line between its members as longitudes and latitudes (WGS 84) of its corners, from one end to the other; for a
    #: schematic map.
    border_line: tuple[tuple[float, float], ...] = ()
    border_source: Text | None = None

    @property
    def standard_offset(self) -> timedelta:
        """Get the offset of the zone's standard time (without daylight saving) from UTC."""
        january = datetime(2025, 1, 1, tzinfo=ZoneInfo(self.zone))
        return (january.utcoffset() or timedelta()) - (january.dst() or timedelta())


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the region, with the part of its dossier that treats it."""

    id: str
    name: Text
    lead: Text  #: In one or two sentences, without figures.
    series: tuple[str, ...]  #: Patterns of the ids of its series, such as ``waits.*``.
    section: str = ""  #: Id of the section of ``brief.toml``; empty if the dossier does not treat it.
    without: tuple[str, ...] = ()  #: Ids of figures of the section that it leaves out.
    pages: tuple[str, ...] = ()  #: Addresses of further pages, without the language: ``/river``.


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact that explains data."""

    id: str
    name: Text
    description: Text
    #: `start`, `end`: first and last day, both included.
    start: date
    end: date
    source: Text
    places: tuple[str, ...] = ()  #: Empty: everywhere.
    datasets: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  #: The only measures or value columns it touches; empty: all.
    #: Whether figures from `start` on do not compare with earlier ones: no; of any place it touches; of each of its
    #: places, but not of all of them together (a port whose counts another takes over).
    breaks: Literal["", "series", "split"] = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A published quality problem. It never changes or hides a value."""

    id: str  #: Stable: check, dataset, place, item and first period.
    check: str
    dataset: str
    #: `place`, `item`: ``_T`` where the finding is about all.
    place: str
    item: str
    #: `start`, `end`: the periods it touches, both included.
    start: date
    end: date
    size: float  #: How big, in the unit that the text names.
    text: Text  #: What is wrong, with the figures.
    severity: str = "medium"
    events: tuple[str, ...] = ()  #: Ids of events that explain it.


def _unquoted(value: object) -> str:
    if isinstance(value, str | int | float | date) and not isinstance(value, bool):
        return str(value)
    raise ValueError("is not a code, a number or a day / no es una clave, un número ni un día")


#: A code, number or day as text, with or without quotes in the file.
Unquoted = Annotated[str, Written(Any, _unquoted)]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which of several values that a source gives for one key is meant, and why."""

    id: str
    dataset: str
    key: Mapping[str, Unquoted]  #: Every key column with its value; dates in ISO form.
    value: Unquoted  #: The value that is meant, of the dataset's first value column.
    why: Text
    source: Text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in a file that was not read, and why."""

    name: str  #: Of the member of an archive (``archive.zip/member.csv``), or of the file.
    #: ``refused``: it may hold figures and could not be read; it is tried again at every build. ``passed``: it holds
    #: none (a document, a file of the operating system, a column without name or cells).
    kind: Literal["refused", "passed"]
    reason: Text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes that a source gave once."""

    id: str  #: First 16 hexadecimal digits of the bytes' sha256.
    source: str
    file: str
    sha256: str
    size: int  #: Bytes.
    as_of: date  #: The day on which these figures were known.
    retrieved_at: datetime | None = None  #: UTC.
    request: str = ""  #: Where they came from; keys removed.
    counts: Mapping[str, int] = field(default_factory=dict)  #: Rows read, new, revised, unchanged and refused.
    left_out: tuple[LeftOut, ...] = ()  #: What in it was not read.
    #: The version of each table of the store that held its rows first, by dataset.
    tables: Mapping[str, int] = field(default_factory=dict)
