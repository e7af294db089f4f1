"""Readings near one that does not hold: the usual ways in which claims go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ambos.catalog import Catalog
from ambos.catalog.claims import load_reader
from ambos.claims.judge import judge
from ambos.flows.claims.evidence import Held, NotComparable, evidence, numerator, shifted
from ambos.model import Indicator, Series
from ambos.model.claim import ClaimRules, Evidence, Judgement, Reading

#: Years before and after the one claimed that are tried, and powers of ten by which a number is mistaken between languages.
_YEARS, _POWERS = (-1, 1, -2, 2), (-3, 3)
#: Readings that are shown.
MOST = 4
_Tried = Iterator[tuple[Reading, tuple[str, ...]]]
_DIRECTIONS = ("exports", "imports", "two_way")


@dataclass(frozen=True, slots=True)
class Near:
    """A reading that differs from the claim's in some respects, with its figures and verdict."""

    reading: Reading
    changed: tuple[str, ...]  #: Keys of ``claims.changed.*``.
    evidence: Evidence
    judgement: Judgement


def nearest(held: Held, reading: Reading, rules: ClaimRules, *, exactly: bool = False) -> tuple[Near, ...]:
    """Find the readings that would make a claim true, fewest changes first; if none does, those that come close.

    Parameters
    ----------
    held : Held
    reading : Reading
        Complete.
    rules : ClaimRules
    exactly : bool
        Only those that make it true: of a claim that is close itself.
    """
    found: dict[tuple[object, ...], Near] = {}
    seen = {reading}
    catalog = held.workspace.catalog
    for tried in (_shorter(held, reading, rules), _single(catalog, reading), _double(catalog, reading)):
        for other, changed in tried:
            if other in seen:
                continue
            seen.add(other)
            try:
                gathered = evidence(held, other)
            except NotComparable:
                continue
            judged = judge(other, gathered, rules)
            if judged.verdict == "supported" or (judged.verdict == "close" and not exactly):
                # the total of a series by another breakdown is the same figure
                same = (other.place, other.period, judged.measured, judged.verdict)
                found.setdefault(same, Near(other, changed, gathered, judged))
        if true := [near for near in found.values() if near.judgement.verdict == "supported"]:
            return tuple(true[:MOST])
    return tuple(found.values())[:MOST]


def _shorter(held: Held, reading: Reading, rules: ClaimRules) -> _Tried:
    """A record over a shorter span: since the last figure that passes it."""
    if not reading.comparison.startswith("record") or not reading.period:
        return
    try:
        gathered = evidence(held, reading)
    except NotComparable:
        return
    passing = {one.period for one in judge(reading, gathered, rules).beside}
    before = [one.period for one in gathered.span if one.period < reading.period]
    last = max((at for at, label in enumerate(before) if label in passing), default=None)
    if last is not None and last + 1 < len(before) and len(before) - last > rules.periods:
        yield replace(reading, since=before[last]), ("since",)


def _single(catalog: Catalog, reading: Reading) -> _Tried:
    """The readings that differ in one respect, the likeliest first."""
    limit = reading.comparison in ("more", "less")  # most places pass a low one
    near = () if limit and numerator(catalog, catalog.series[reading.series]).place else _places(catalog, reading)
    yield from _series(catalog, reading)
    yield from near
    yield from ((one, ("year_basis",)) for one in _basis(reading))
    yield from ((one, ("year",)) for one in _years(reading))
    for power in _POWERS if reading.value is not None and reading.comparison in ("equals", "about") else ():
        yield replace(reading, value=reading.value.scaleb(power)), ("magnitude",)  # type: ignore[union-attr]


def _double(catalog: Catalog, reading: Reading) -> _Tried:
    """The readings of another series that differ in place, year or year basis too."""
    for changed, key in _series(catalog, reading):
        yield from ((one, (*key, *other)) for one, other in _places(catalog, changed))
        yield from ((one, (*key, "year")) for one in _years(changed))
        yield from ((one, (*key, "year_basis")) for one in _basis(changed))


def _series(catalog: Catalog, reading: Reading) -> _Tried:
    """Other series that people take for the one claimed, with how they differ."""
    own = catalog.series[reading.series]
    superseded = load_reader(catalog).superseded
    stem, _, end = own.id.rpartition(".")
    near = dict.fromkeys(f"{stem}.{other}" for other in _DIRECTIONS if end in _DIRECTIONS and other != end)
    near |= dict.fromkeys(new for old, new in superseded.items() if old == own.id)
    near |= dict.fromkeys(old for old, new in superseded.items() if new == own.id)
    near |= dict.fromkeys(own.not_comparable_with)
    near |= dict.fromkeys(id for id, other in catalog.series.items() if own.id in other.not_comparable_with)
    for id in near:
        other = catalog.series.get(id)
        if other is None or not _alike(catalog, own, other):
            continue
        series = numerator(catalog, other)
        item = reading.item if series.items == numerator(catalog, own).items else ""
        changed = replace(
            reading,
            series=id,
            item=item,
            unit=other.unit if reading.unit == own.unit else reading.unit,
            place=reading.place if series.place else series.single_place,
        )
        yield changed, (_difference(catalog, own, other, superseded),)


def _alike(catalog: Catalog, own: Series | Indicator, other: Series | Indicator) -> bool:
    """Return True if two series measure in one unit, or both money."""
    ours, theirs = catalog.units[own.unit], catalog.units[other.unit]
    partner = catalog.other_unit(ours)
    money = all(isinstance(one, Series) and one.currency for one in (own, other))
    return money or ours.id == theirs.id or bool(partner and partner.id == theirs.id)


def _difference(
    catalog: Catalog, own: Series | Indicator, other: Series | Indicator, superseded: Mapping[str, str]
) -> str:
    """Say how two series differ."""
    if superseded.get(other.id) == own.id or superseded.get(own.id) == other.id:
        return "outdated"
    (stem, _, end), (other_stem, _, other_end) = (one.id.rpartition(".") for one in (own, other))
    if stem == other_stem and {end, other_end} <= {*_DIRECTIONS}:
        return "direction"
    kinds = {numerator(catalog, one).place_kind for one in (own, other)}
    return "ports" if kinds == {"state", "port"} else "definition"


def _places(catalog: Catalog, reading: Reading) -> _Tried:
    """The places around the one claimed: what contains it, and the region's own of its kind or inside it."""
    series = numerator(catalog, catalog.series[reading.series])
    if not series.place:
        yield replace(reading, place=series.single_place), ("place",)
        return
    place = catalog.places[reading.place]
    if place.parent:
        yield replace(reading, place=place.parent), ("place",)
    for id in (*catalog.region.members, *catalog.region.ports):
        other = catalog.places[id]
        if reading.comparison == "growth":
            continue  # one of many places fell as much in some year
        if id != place.id and (other.parent == place.id or other.kind == place.kind):
            yield replace(reading, place=id), ("place",)


def _basis(reading: Reading) -> Iterator[Reading]:
    """The same year by the other basis: fiscal for calendar."""
    if reading.period.startswith("FY"):
        yield replace(reading, period=reading.period[2:], since=reading.since.removeprefix("FY"))
    elif len(reading.period) == 4:
        yield replace(reading, period=f"FY{reading.period}")


def _years(reading: Reading) -> Iterator[Reading]:
    for years in _YEARS if reading.period else ():
        yield replace(reading, period=shifted(reading.period, years))
