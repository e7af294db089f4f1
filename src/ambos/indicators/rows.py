"""Which rows a figure rests on, and to which place, item and period each of them goes. Pure Ibis.

Everything is said in expressions that any SQL engine has: comparisons, CASE, integer arithmetic on the seconds
of a time stamp. Local time comes from the zones' own rules, worked out here, not from the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ambos.asked import ibis
from ambos.catalog import Catalog
from ambos.errors import NoData, bad_request
from ambos.indicators.periods import EPOCH, Years
from ambos.model import Dataset, Place, Series
from ambos.model.codes import TOTAL

#: Stands in `where` for the countries on the other side of the region's border.
BORDERS = "@borders"
#: In an item: each value of that part.
EACH = "*"
#: Parts of an item that are read off the clock, not a column.
TIME_PARTS = frozenset({"hour", "weekday"})

#: Rates of these kinds of place are the source's own: their mean over several places would be of none.
OWN_RATES = ("state", "county", "municipality")

_HOUR = 3600
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Group:
    """Places that are answered by one query: no member belongs to two of them."""

    #: Each requested place with its members; empty means every place of the column, by itself.
    places: dict[str, list[str]]

    @property
    def members(self) -> list[str]:
        return [m for members in self.places.values() for m in members]


def groups(series: Series, catalog: Catalog, places: Sequence[Place] | None) -> list[Group]:
    """Resolve the requested places to members of the series' own kind.

    Raises
    ------
    BadRequest
        If a place has no member of that kind.
    NoData
        If the series is held for other places only.
    """
    if not series.place:
        wrong = [p for p in places or () if p.id != series.single_place]
        if wrong:
            raise NoData(what=f"{series.id}, {wrong[0].id}")
        return [Group({series.single_place: []})]
    if places is None:
        return [Group({m: [m] for m in series.places})]
    disjoint: list[Group] = []
    for place in dict.fromkeys(p.id for p in places):
        members = catalog.members(catalog.places[place], series.place_kind)
        if place == series.total_place:
            members = [TOTAL]
        elif series.aggregate == "mean" and series.place_kind in OWN_RATES and len(members) > 1:
            name = catalog.places[place].name
            raise bad_request(
                f"{series.id} is a rate of each {catalog.message(f'place_kind.{series.place_kind}').en}: it has no mean over those of {name.en}.",
                f"{series.id} es una tasa de cada {catalog.message(f'place_kind.{series.place_kind}').es}: no se promedia entre las de {name.es}.",
            )
        if not members:
            kind = catalog.message(f"place_kind.{series.place_kind}")
            name = catalog.places[place].name
            raise bad_request(
                f"{series.id} is held by {kind.en}; there is none in {name.en}.",
                f"{series.id} se da por {kind.es}; no hay ninguno en {name.es}.",
            )
        if series.places and not set(members) - {TOTAL} <= set(series.places):
            raise NoData(what=f"{series.id}, {catalog.places[place].slug}")
        for group in disjoint:
            if not set(group.members) & set(members):
                group.places[place] = members
                break
        else:
            disjoint.append(Group({place: members}))
    return disjoint or [Group({})]


def attribute_of(column: str, dataset: Dataset, catalog: Catalog, attribute: str) -> dict[str, list[str]]:
    """The codes of a column by one of their attributes: ``{"MX": ["2604", ...]}`` for a port's border."""
    codes = dataset.column(column).codes or ""
    by_value: dict[str, list[str]] = {}
    for code in catalog.codelists[codes].codes.values():
        place = catalog.places.get(code.id)
        value = getattr(place, attribute, None) if place and place.kind == codes else code.attributes.get(attribute)
        by_value.setdefault(value or "", []).append(code.id)
    return by_value


def slice_of(table: Any, series: Series, catalog: Catalog, group: Group, fixed: Sequence[Mapping[str, str]]) -> Any:
    """The rows of a series: its fixed dimensions, the members asked for, any of the items asked for."""
    dataset = catalog.datasets[series.dataset]
    conditions = []
    for name, wanted in series.where.items():
        values = [v for w in wanted for v in (catalog.region.borders if w == BORDERS else (w,))]
        column, _, attribute = name.partition(".")
        if attribute:
            by_value = attribute_of(column, dataset, catalog, attribute)
            values = [code for v in values for code in by_value.get(v, [])]
        conditions.append(table[column].isin(values))
    # a total that the source gives beside its parts would be counted twice
    for column in (series.place, *(i.partition(".")[0] for i in series.items)):
        whole = column == series.place and TOTAL in group.members
        if column in dataset.keys and column not in series.where and column != dataset.period and not whole:
            conditions.append(table[column] != TOTAL)
    if series.place and group.members:
        conditions.append(table[series.place].isin(group.members))
    table = table.filter(conditions) if conditions else table
    if all(fixed):
        wanted_items = [
            ibis.and_(*(_item(table, part, series, catalog) == value for part, value in parts.items()))
            for parts in fixed
        ]
        table = table.filter(ibis.or_(*wanted_items))
    return table


def place_column(table: Any, series: Series, group: Group) -> Any:
    """The requested place of each row."""
    if not series.place:
        return ibis.literal(series.single_place)
    if all(members == [place] for place, members in group.places.items()):
        return table[series.place]
    branches = [(table[series.place].isin(members), place) for place, members in group.places.items()]
    return ibis.cases(*branches, else_=TOTAL)


def item_column(table: Any, series: Series, catalog: Catalog, pooled: frozenset[str]) -> Any:
    """The name of each row's item: its parts joined by "/", `_T` for a part that is pooled."""
    if pooled >= set(series.items):
        return ibis.literal(TOTAL)
    total = ibis.literal(TOTAL)
    first, *others = (total if part in pooled else _item(table, part, series, catalog) for part in series.items)
    for part in others:
        first = first.concat("/", part)
    return first


def _item(table: Any, part: str, series: Series, catalog: Catalog) -> Any:
    """Get a part of an item's name, as text."""
    if part == "hour":
        return (table.local_seconds // _HOUR % 24).cast("string").lpad(2, "0")
    if part == "weekday":
        # 1 January 1970 was a Thursday; Monday is 1, as in ISO 8601
        return ((table.local_seconds // _DAY + 3) % 7 + 1).cast("string")
    column, _, attribute = part.partition(".")
    if not attribute:
        return table[column]
    by_value = attribute_of(column, catalog.datasets[series.dataset], catalog, attribute)
    return ibis.cases(*[(table[column].isin(codes), value or TOTAL) for value, codes in by_value.items()], else_=TOTAL)


def patterns(series: Series, items: Sequence[str] | None) -> dict[frozenset[str], list[dict[str, str]]]:
    """Read the requested items: which parts are pooled, and which are fixed to a value.

    Parameters
    ----------
    series : Series
    items : sequence of str or None
        Each is parts joined by "/": a value, ``*`` (each) or ``_T`` (all together); parts left out at the end
        are ``*``. None is the total, but every item for a rate: a mean over cars, trucks and people means nothing.

    Returns
    -------
    dict
        By the set of parts that are pooled, the fixed parts of each request.

    Raises
    ------
    BadRequest
        If an item has more parts than the series.
    """
    if not series.items:
        if any(i not in (TOTAL, EACH) for i in items or ()):
            raise bad_request(f"{series.id} has no items.", f"{series.id} no tiene conceptos.")
        return {frozenset(): [{}]}
    if items is None:
        items = [EACH] if series.kind == "rate" else [TOTAL]
    pooled_by: dict[frozenset[str], list[dict[str, str]]] = {}
    for item in items:
        parts = [TOTAL] * len(series.items) if item == TOTAL else item.split("/")
        if len(parts) > len(series.items):
            raise bad_request(
                f"An item of {series.id} has the parts {'/'.join(series.items)}, not more: {item}",
                f"Un concepto de {series.id} tiene las partes {'/'.join(series.items)}, no más: {item}",
            )
        named = dict(zip(series.items, parts, strict=False))
        pooled = frozenset(part for part, value in named.items() if value == TOTAL)
        pooled_by.setdefault(pooled, []).append({p: v for p, v in named.items() if v not in (TOTAL, EACH)})
    return pooled_by


def local_seconds(table: Any, column: str, zones: dict[str, list[str]], place: str, span: tuple[date, date]) -> Any:
    """Seconds since 1970 on the clock of each row's place.

    Parameters
    ----------
    table : ibis.Table
    column : str
        A time in UTC.
    zones : dict of str to list of str
        IANA zones, each with its places.
    place : str
        The column of places.
    span : (date, date)
        The first and last day of the data; the clocks' changes are worked out for these.
    """
    seconds = table[column].epoch_seconds()
    offsets = {zone: _offset(seconds, zone, span) for zone in zones}
    if len(offsets) == 1:
        return seconds + next(iter(offsets.values()))
    branches = [(table[place].isin(places), offsets[zone]) for zone, places in zones.items()]
    return seconds + ibis.cases(*branches, else_=0)


def _offset(seconds: Any, zone: str, span: tuple[date, date]) -> Any:
    """The zone's distance from UTC in seconds, by the changes of its clocks within the span."""
    info = ZoneInfo(zone)
    moment = _at_midnight(span[0]) - _DAY
    last = _at_midnight(span[1]) + 2 * _DAY
    steps: list[tuple[int, int]] = []
    current = _from_utc(moment, info)
    while moment < last:
        following = _from_utc(moment + _DAY, info)
        if following != current:
            before, after = moment, moment + _DAY
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (middle, after) if _from_utc(middle, info) == current else (before, middle)
            steps.append((after, current))
            current = following
        moment += _DAY
    if not steps:
        return current
    return ibis.cases(*[(seconds < at, offset) for at, offset in steps], else_=current)


def _at_midnight(day: date) -> int:
    return (day - EPOCH).days * _DAY


def _from_utc(seconds: int, info: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(seconds, info).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def day_number(table: Any, dataset: Dataset) -> Any:
    """Days since 1970 of each row (local days, where the dataset has hours)."""
    if dataset.frequency == "H":
        return table.local_seconds // _DAY
    return table[dataset.period].epoch_days()


def period_key(table: Any, dataset: Dataset, grain: str, years: Years) -> Any:
    """A number that is the same for all rows of one period; `read_key` turns it back."""
    if grain == "H":
        return table.local_seconds // _HOUR
    if grain == "D":
        return day_number(table, dataset)
    if grain == "all":
        return ibis.literal(0)
    day = table.local_day if dataset.frequency == "H" else table[dataset.period]
    if grain == "M":
        return (day.year() * 12 + day.month() - 1).cast("int64")
    if grain == "Q":
        return (day.year() * 4 + (day.month() - 1) // 3).cast("int64")
    year = day.year().cast("int64")
    return year + (day.month() >= years.first_month).cast("int64") if years.first_month > 1 else year


def zones_of(members: Iterable[str], catalog: Catalog) -> dict[str, list[str]]:
    """The time zones of places, each with its places."""
    zones: dict[str, list[str]] = {}
    for member in members:
        zones.setdefault(catalog.places[member].zone or catalog.region.zone, []).append(member)
    return zones
