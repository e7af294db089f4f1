"""Series as cubes: one for each dataset, with frequency, area, indicator and the parts of items as dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from ambos.catalog import Catalog
from ambos.errors import NoData
from ambos.flows.data.catalogue import codes_of, numerator
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace
from ambos.indicators import Grain
from ambos.model import Dataset, Indicator, Series
from ambos.model.answer import Cell
from ambos.model.codes import NOT_APPLICABLE, TOTAL

#: Frequencies from fine to coarse.
FREQUENCIES: tuple[Grain, ...] = ("H", "D", "M", "Q", "A")
#: Dimensions of every cube.
DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD")
#: Each code, or all together.
_EACH = "*"


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension that a part of items fills."""

    id: str  #: As in keys: ``HS2_GROUP``.
    column: str  #: As in the definition of a series: ``hs2.group``.
    codes: str  #: The code list.


@dataclass(frozen=True, slots=True)
class Cube:
    """The series and indicators of a dataset."""

    dataset: Dataset
    series: tuple[Series | Indicator, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in a cube."""

    series: Series | Indicator
    frequency: str
    area: str
    parts: tuple[str, ...]  #: Codes in the order of the parts of the cube.
    period: str
    value: Cell
    unit: str
    status: str
    as_of: date | None
    breaks: str  #: Ids of the events by which the series breaks here.


@dataclass(frozen=True, slots=True)
class Selection:
    """Selection from a cube; an empty part selects all."""

    frequencies: frozenset[str] = frozenset()  #: Of all: the own frequency of each series.
    areas: tuple[str, ...] = ()  #: Of all: the region's places of the kind that a series is held by.
    series: frozenset[str] = frozenset()
    parts: Mapping[str, tuple[str, ...]] | None = None  #: Codes by the id of a part.
    start: date | None = None
    end: date | None = None
    as_of: date | None = None


def cubes(catalog: Catalog) -> dict[str, Cube]:
    """The cubes by the id of their dataset, in the order of the datasets."""
    by_dataset: dict[str, list[Series | Indicator]] = {}
    for what in catalog.series.values():
        by_dataset.setdefault(_series(catalog, what).dataset, []).append(what)
    made = {}
    for dataset in catalog.datasets.values():
        if dataset.id in by_dataset:
            columns = dict.fromkeys(c for what in by_dataset[dataset.id] for c in _series(catalog, what).items)
            parts = (_part(dataset, c) for c in columns)
            made[dataset.id] = Cube(dataset, tuple(by_dataset[dataset.id]), tuple(parts))
    return made


def _part(dataset: Dataset, column: str) -> Part:
    """Name a part by its column, or by its code list where a dimension of every cube has that name."""
    codes = codes_of(dataset, column) or column
    id = column.replace(".", "_").upper()
    return Part(codes.upper() if id in DIMENSIONS else id, column, codes)


def _series(catalog: Catalog, what: Series | Indicator) -> Series:
    return what if isinstance(what, Series) else _series(catalog, catalog.series[what.numerator])


def points(workspace: Workspace, cube: Cube, wanted: Selection) -> Iterator[list[Point]]:
    """The figures that are wanted, series by series.

    Raises
    ------
    BadRequest
        If the first day is after the last.
    """
    catalog = workspace.catalog
    for what in cube.series:
        if wanted.series and what.id not in wanted.series:
            continue
        series = numerator(workspace, what.id)
        fixed = {part.id: _fixed(series, part) for part in cube.parts if part.column not in series.items}
        asked = wanted.parts or {}
        if any(part in asked and code not in asked[part] for part, code in fixed.items()):
            continue
        areas = [area for area in wanted.areas if _has(catalog, what, series, area)]
        if wanted.areas and not areas:
            continue
        items = _items(series, cube, asked)
        for frequency in _frequencies(series, wanted.frequencies):
            try:
                shown = show(
                    workspace,
                    what.id,
                    places=areas if series.place else (),
                    items=items,
                    start=wanted.start,
                    end=wanted.end,
                    frequency=frequency,
                    as_of=wanted.as_of,
                )
            except NoData:
                continue
            found = []
            for row in shown.frame.iter_rows(named=True):
                codes = dict(zip(series.items, _codes(row["item"], len(series.items)), strict=True))
                parts = tuple(codes.get(part.column, fixed.get(part.id, TOTAL)) for part in cube.parts)
                breaks = " ".join(shown.breaks_at(row["place"], row["item"], row["period"]))
                head = (what, row["frequency"], row["place"], parts, row["period"])
                found.append(Point(*head, row["value"], row["unit"], row["status"], row["as_of"], breaks))
            yield [p for p in found if not wanted.areas or p.area in wanted.areas]


def _fixed(series: Series, part: Part) -> str:
    """The code of a part that a series does not divide by: the one it is cut to; not applicable if it is cut to several."""
    codes = series.where.get(part.column, ())
    return TOTAL if not codes else codes[0] if len(codes) == 1 else NOT_APPLICABLE


def _has(catalog: Catalog, what: Series | Indicator, series: Series, area: str) -> bool:
    """Return True if a series can be asked for an area."""
    place = catalog.places.get(area)
    fixed = what.numerator_place if isinstance(what, Indicator) else ""
    if fixed or not series.place:
        return area == (fixed or series.single_place)
    if place is None or not (members := catalog.members(place, series.place_kind)):
        return False
    return not series.places or not set(series.places).isdisjoint(members)


def _items(series: Series, cube: Cube, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """The items of a series that are wanted, as `show` takes them."""
    own = [next(p for p in cube.parts if p.column == column) for column in series.items]
    if not own:
        return []
    if not any(part.id in asked for part in own):
        return ["/".join([_EACH] * len(own)), "/".join([TOTAL] * len(own))]
    return ["/".join(codes) for codes in product(*(asked.get(part.id, (_EACH, TOTAL)) for part in own))]


def _codes(item: str, count: int) -> list[str]:
    parts = item.split("/") if count else []
    return parts + [TOTAL] * (count - len(parts))


def _frequencies(series: Series, wanted: frozenset[str]) -> list[Grain]:
    """The frequencies of a series that are wanted: of the coarser ones only those that are named."""
    able = FREQUENCIES[FREQUENCIES.index(series.frequency) :]
    return [f for f in able if f in wanted] if wanted else [series.frequency]
