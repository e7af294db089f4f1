"""Codes and places: the values that a dimension can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ambos.model.definition import Within, Written
from ambos.model.keys import NOT_APPLICABLE as NOT_APPLICABLE
from ambos.model.keys import TOTAL as TOTAL
from ambos.model.keys import PlaceKind as PlaceKind
from ambos.text import Text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone / no es un huso horario") from None
    return name


def _degrees(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError("is not a number / no es un número") from None


#: A time zone of the IANA.
Zone = Annotated[str, Written(str, _zone)]


@dataclass(frozen=True, slots=True)
class Code:
    """A value of a dimension."""

    id: str  #: Our own stable name, used in keys.
    name: Text
    #: What each foreign system calls it; a system can have several spellings for one code.
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Anything else the code list's file says of it (a parent group, a lane class's mode, ...).
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeList:
    """All values of a dimension, by id, with the way back from foreign codes."""

    id: str
    codes: Mapping[str, Code]

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __getitem__(self, code: str) -> Code:
        return self.codes[code]

    def from_system(self, system: str) -> dict[str, str]:
        """The foreign codes of one system, each with our id for it."""
        return {foreign: code.id for code in self.codes.values() for foreign in code.codes.get(system, ())}


@dataclass(frozen=True, slots=True)
class Place:
    """A country, state, port, crossing, reservoir of the Colorado, county, river basin, municipality or dam of Mexico."""

    #: Official code: ISO 3166 for countries and states (``US-AZ``, ``MX-SON``), Schedule D for ports (``2604``), CBP's
    #: wait-time number for crossings (``260402``), FIPS for counties (``04023``), INEGI's code after that of the country
    #: for municipalities (``MX-26043``).
    id: str
    kind: PlaceKind  #: ``country``, ``state``, ``port``, ``crossing``, ``reservoir``, ``county``, ``basin``, ``municipality`` or ``dam``.
    name: Text
    slug: str  #: A readable, unique name for the command line: ``nogales-mariposa``.
    parent: str | None = None  #: The place that contains it: a crossing's port, a port's state, a state's country.
    border: str | None = None  #: For ports and crossings, the country on the other side: ``MX`` or ``CA``.
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: As for `Code`.
    zone: Zone = ""  #: The IANA time zone of a port or crossing.
    #: The zone that a crossing's clock in CBP's feed shows, where that is not its own: Nogales, San Luis and Lukeville
    #: show Denver's time, an hour ahead in summer (every row of July and August 2026, and the capture of 2022-06-29).
    clock: Zone = ""
    #: `latitude`, `longitude`: degrees, WGS 84.
    latitude: Annotated[float | None, Written(str, _degrees), Within(-90, 90)] = None
    longitude: Annotated[float | None, Written(str, _degrees), Within(-180, 180)] = None
    counterpart: str | None = (
        None  #: Of a port or crossing, the name of the port of entry on the other side of the line.
    )
    across: str | None = None  #: The place on the other side of the line in which the counterpart stands.

    def names(self) -> tuple[str, ...]:
        """List the names by which people ask for the place: slug, name and counterpart in both languages, foreign codes."""
        also = (self.counterpart,) if self.counterpart else ()
        return (
            self.slug,
            self.name.en,
            self.name.es,
            *also,
            *(code for codes in self.codes.values() for code in codes),
        )
