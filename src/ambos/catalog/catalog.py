"""The validated definitions of a region."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ambos.cache import unpacked
from ambos.errors import UnknownName
from ambos.model.keys import TOTAL, PlaceKind
from ambos.text import Text, joined

if TYPE_CHECKING:
    from ambos.model import (
        CodeList,
        Dataset,
        Event,
        Indicator,
        Place,
        Range,
        Region,
        Resolution,
        Series,
        Source,
        Topic,
        Unit,
    )

PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)

#: The code list that an attribute of a code (or a part of the time) takes its values from.
ATTRIBUTE_LISTS = {"group": "commodity_groups", "weekday": "weekdays", "hour": "hours"}

#: Letters and digits.
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 14)  # all names of all places
def plain(name: str) -> str:
    """Lower case, no accents, words joined by hyphens: how names are compared."""
    letters = name.casefold()
    if not letters.isascii():
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return "-".join(_WORD.findall(letters))


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like the one given, best first."""
    import difflib

    by_plain = {plain(k): k for k in known}
    return [by_plain[m] for m in difflib.get_close_matches(plain(name), by_plain, n=count, cutoff=0.0)]


def unknown(kind: Text, name: str, known: Iterable[str], count: int = 3) -> UnknownName:
    """The error for a name that none of the known ones is, with the nearest of them."""
    return UnknownName(kind=kind, name=name, nearest=", ".join(nearest(name, known, count)))


@dataclass(frozen=True, eq=False)
class Catalog:
    """All definitions of one region; equal to itself only, so that what is made of it can be kept by it."""

    region: Region
    units: Mapping[str, Unit]
    #: One per code file and one per kind of place (``country``, ``state``, ``port``, ...), so that every coded column is
    #: looked up alike.
    codelists: Mapping[str, CodeList]
    places: Mapping[str, Place]
    sources: Mapping[str, Source]
    datasets: Mapping[str, Dataset]
    ranges: Mapping[str, Range]  #: What the figures of the datasets can be.
    series: Mapping[str, Series | Indicator]
    events: Mapping[str, Event]
    messages: Mapping[str, Text]  #: The words of tables, pages and the dossier.
    brief: Mapping[str, Any]  #: The region's dossier as written in ``brief.toml``.
    resolutions: tuple[Resolution, ...]
    #: By sha256: what is known of files collected by hand (date of knowledge, origin).
    known_files: Mapping[str, Mapping[str, str]]
    topics: Mapping[str, Topic]  #: In the order in which they are listed.
    snapshot_folder: Path  #: The embedded snapshot's Parquet files; may not exist.

    @classmethod
    def of_packed(cls, parts: Mapping[str, bytes], snapshot_folder: Path) -> Catalog:
        """Give a catalogue whose parts (`parts`), as `ambos.cache.packed` wrote them, are read when they are asked for."""
        made = object.__new__(cls)
        made.__dict__.update(snapshot_folder=snapshot_folder, _packed=dict(parts))
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Read a part that nobody has asked for."""
            own = self.__dict__
            data = own.get("_packed", {}).get(name)
            if data is not None:
                own.setdefault(name, unpacked(data))
                own["_packed"].pop(name, None)
            if name not in own:
                raise AttributeError(f"a catalogue has no {name!r}")
            return own[name]

    def __getstate__(self) -> dict[str, object]:
        """Give what is pickled; other threads may ask for parts meanwhile."""
        packed = dict(self.__dict__.get("_packed", {}))  # first: what is read after it is in both
        return {**dict(self.__dict__), "_packed": packed}

    def parts(self) -> dict[str, object]:
        """Give all definitions by name, and what takes long to find in them: all but the folder of the embedded snapshot."""
        names = (part.name for part in fields(self) if part.name != "snapshot_folder")
        return {name: getattr(self, name) for name in (*names, "ids_by_name")}

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        """The ids of the places within each place that has any."""
        children: dict[str, list[str]] = {}
        for place in self.places.values():
            if place.parent:
                children.setdefault(place.parent, []).append(place.id)
        return children

    @cached_property
    def ids_by_name(self) -> dict[str, list[str]]:
        """The ids of the places that people call by a name, in lower case and without accents."""
        if (kept := self.__dict__.get("_packed", {}).pop("ids_by_name", None)) is not None:
            return dict(unpacked(kept))
        ids: dict[str, list[str]] = {}
        for place in self.places.values():
            for name in dict.fromkeys(map(plain, place.names())):
                ids.setdefault(name, []).append(place.id)
        return ids

    def message(self, key: str, **values: object) -> Text:
        """A text of the message catalogue with its placeholders filled.

        Raises
        ------
        UnknownName
            If there is no such message.
        """
        if key not in self.messages:
            raise unknown(Text("message", "el mensaje"), key, self.messages)
        return self.messages[key].format(**values) if values else self.messages[key]

    def place(self, name: str) -> Place:
        """Find a place by id, slug, official code or name; of several the first of `places_named`.

        Raises
        ------
        UnknownName
            With the nearest known names.
        """
        return self.places_named(name)[0]

    def places_named(self, name: str) -> list[Place]:
        """Find the places by id, slug, official code, name, or name of the port on the other side.

        Of places that share a name those in the region come first, municipalities after all others (of them fewer
        figures are held), then the one with this slug, then the larger (Nogales the port, not a crossing).

        Raises
        ------
        UnknownName
            With the nearest known names.
        """
        if name in self.places:
            return [self.places[name]]
        wanted = plain(name)
        matches = [self.places[id] for id in self.ids_by_name.get(wanted, ())]
        if not matches:
            raise unknown(Text("place", "el lugar"), name, (p.slug for p in self.places.values()))
        own = set(self.region_places())

        def rank(place: Place) -> tuple[bool, bool, bool, int]:
            kind = PLACE_KINDS.index(place.kind)
            return place.id not in own, place.kind == "municipality", plain(place.slug) != wanted, kind

        return sorted(matches, key=rank)

    def region_places(self) -> list[str]:
        """Ids of the region's states, ports, crossings, counties, municipalities and dams."""
        ids = [*self.region.members, *self.region.ports]
        crossings = [child for port in self.region.ports for child in self._children.get(port, [])]
        within = [child for member in self.region.members for child in self._children.get(member, [])]
        smaller = [child for child in within if self.places[child].kind in ("municipality", "dam")]
        return [*ids, *crossings, *self.region.counties, *smaller]

    def members(self, place: Place, kind: str) -> list[str]:
        """Ids of the places of one kind that make up a place (itself, if it is of that kind).

        A country has no counties, municipalities or dams here: only those of some of its states are listed.
        """
        if place.kind == kind:
            return [place.id]
        if place.kind == "country" and kind in ("county", "municipality", "dam"):
            return []
        return [m for child in self._children.get(place.id, []) for m in self.members(self.places[child], kind)]

    def other_unit(self, unit: Unit) -> Unit | None:
        """The metric unit that stands beside a customary one, or the customary one beside a metric one."""
        other = unit.metric or unit.customary
        return self.units[other.unit] if other else None

    def find_series(self, name: str) -> Series | Indicator:
        """A series or indicator by id.

        Raises
        ------
        UnknownName
            With the nearest known ids.
        """
        if name not in self.series:
            raise unknown(Text("series", "la serie"), name, self.series)
        return self.series[name]

    def name(self, codelist: str, code: str) -> Text:
        """The name of a code in a code list; the code itself where the list does not know it."""
        if code == TOTAL:
            return self.message("label.total")
        known = self.codelists.get(codelist)
        return known[code].name if known and code in known else Text.same(code)

    def item_name(self, what: Series | Indicator, item: str, *, short: bool = False) -> Text:
        """An item of a series in words: "Passenger vehicles · Ready Lane".

        Parameters
        ----------
        what : Series or Indicator
            An indicator's items are those of its numerator.
        item : str
            Parts joined by "/", as `ambos.indicators` gives them.
        short : bool
            Use the short name where the code list has one; for charts.
        """
        from ambos.model import CodeList, Indicator

        if isinstance(what, Indicator):
            return self.item_name(self.series[what.numerator], item, short=short)
        if item == TOTAL:
            return self.message("label.total")
        dataset = self.datasets[what.dataset]
        names: list[Text] = []
        for column, part in zip(what.items, item.split("/"), strict=False):
            known = column in dataset.keys
            codes = dataset.column(column).codes if known else ATTRIBUTE_LISTS.get(column.rpartition(".")[2])
            codelist = self.codelists.get(codes or "", CodeList("", {}))
            attributes = codelist[part].attributes if part in codelist else {}
            if short and attributes.get("short_en"):
                names.append(Text(attributes["short_en"], attributes["short_es"]))
            else:
                names.append(self.name(codelist.id, part))
        return joined(names, " · ")
