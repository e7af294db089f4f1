"""The figures on which a reading rests, from what `ambos show` gives, each asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.catalog import Catalog
from ambos.errors import BadRequest, NoData, NotYetKnown
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace
from ambos.indicators import Grain
from ambos.model import Indicator, Series
from ambos.model.claim import Evidence, Known, Reading
from ambos.model.codes import TOTAL
from ambos.periods import MONTHS_IN, frequency_of, read_period

_MONEY = ("usd", "mxn")


class NotComparable(Exception):
    """A reading of which no figure can say anything; the only argument is the key of the reason."""


@dataclass
class Held:
    """The figures known on a day, or today."""

    workspace: Workspace
    as_of: date | None = None
    #: Of a day on which nothing was known of the figures asked for last, the first on which something was.
    first_known: date | None = None
    _kept: dict[tuple[Any, ...], tuple[Figures | None, date | None]] = field(default_factory=dict)

    def figures(self, reading: Reading, places: tuple[str, ...]) -> Figures | None:
        """All figures of the series of a reading at places, in its unit and kind of period; None if none is held.

        Raises
        ------
        NotComparable
            If the series has no such place, item, period or unit.
        """
        what = self.workspace.catalog.find_series(reading.series)
        grain, start, end, fiscal = _asked(reading, what, self.workspace.catalog)
        currency = reading.unit.upper() if reading.unit in _MONEY and _is_money(what) else ""
        key = (reading.series, places, reading.item, grain, start, end, fiscal, currency)
        if key not in self._kept:
            self._kept[key] = self._asked(reading, places, grain, start, end, currency, fiscal=fiscal)
        shown, first = self._kept[key]
        self.first_known = first or self.first_known
        return shown

    def _asked(
        self,
        reading: Reading,
        places: tuple[str, ...],
        grain: Grain | None,
        start: date | None,
        end: date | None,
        currency: str,
        *,
        fiscal: bool,
    ) -> tuple[Figures | None, date | None]:
        """Ask for figures; of none, the first day on which some were known, if the day is before it."""
        try:
            shown = show(
                self.workspace,
                reading.series,
                places=[p for p in places if p],
                items=[reading.item] if reading.item else [],
                start=start,
                end=end,
                frequency=grain,
                as_of=self.as_of,
                currency=currency,
                year_basis="fiscal" if fiscal else "calendar",
            )
        except NotYetKnown as error:
            first = error.values.get("first")
            return None, first if isinstance(first, date) else None
        except NoData:
            return None, None
        except BadRequest as error:
            raise NotComparable("place") from error
        return shown, None


def _is_money(what: Series | Indicator) -> bool:
    return isinstance(what, Series) and bool(what.currency)


def _asked(
    reading: Reading, what: Series | Indicator, catalog: Catalog
) -> tuple[Grain | None, date | None, date | None, bool]:
    """The kind of period of a reading, and the days of a range."""
    series = numerator(catalog, what)
    order = "HDMQA"
    fiscal = reading.period.startswith("FY")
    if "/" in reading.period:
        first, _, last = reading.period.partition("/")
        try:
            days = read_period(first, last=False), read_period(last, last=True)
        except ValueError:
            raise NotComparable("frequency") from None
        if series.kind == "flow" and what is series:
            return ("M" if series.frequency in "HD" else series.frequency), *days, False
        return "all", *days, False
    grain = frequency_of(reading.period) if reading.period else "A"
    if grain is None or order.index(grain) < order.index(series.frequency):
        raise NotComparable("frequency")
    if fiscal and series.frequency == "A":
        raise NotComparable("fiscal")
    return grain, None, None, fiscal


def numerator(catalog: Catalog, what: Series | Indicator) -> Series:
    """The series that decides which places and items there are."""
    return what if isinstance(what, Series) else numerator(catalog, catalog.series[what.numerator])


def complete(catalog: Catalog, reading: Reading) -> Reading:
    """Fill in what a reading leaves open: places by their ids, and the place of a series that has a single one.

    Raises
    ------
    UnknownName
        If there is no such series or place.
    """
    what = catalog.find_series(reading.series)
    series = numerator(catalog, what)
    # an id that is asked for by a name is that of the place for which the series is kept
    place = _kept_place(catalog, series, reading.place) if reading.place else series.single_place
    return replace(
        reading,
        place=place,
        of=_kept_place(catalog, series, reading.of) if reading.of else "",
        among=catalog.place(reading.among).id if reading.among else "",
    )


def _kept_place(catalog: Catalog, series: Series, name: str) -> str:
    """The place of a name of which the series has members, else the first of that name."""
    named = catalog.places_named(name)
    return next((p.id for p in named if series.place and catalog.members(p, series.place_kind)), named[0].id)


def evidence(held: Held, reading: Reading) -> Evidence:
    """Gather the figures on which a reading rests.

    Parameters
    ----------
    held : Held
    reading : Reading
        Complete (`complete`).

    Raises
    ------
    NotComparable
        If the series has no such place, item, period or unit.
    """
    catalog = held.workspace.catalog
    series = numerator(catalog, catalog.find_series(reading.series))
    if not series.place and reading.place != series.single_place:
        raise NotComparable("place")
    if reading.comparison == "rank":
        return _ranked(held, reading)
    span = known(held, reading)
    figure = at_period(span, reading.period)
    base: Known | None = None
    period = figure.period if figure else reading.period
    if reading.comparison == "growth" and period:
        before = _since(reading.since, period) if reading.since else year_before(period)
        base = at_period(known(held, replace(reading, period=before)), before)
    elif reading.comparison == "share" and reading.of:
        base = at_period(known(held, replace(reading, place=reading.of)), period)
    elif reading.comparison in ("record_high", "record_low") and reading.since:
        since = _since(reading.since, period)
        span = tuple(one for one in span if one.period >= since)
    return Evidence(figure, base, span)


def known(held: Held, reading: Reading) -> tuple[Known, ...]:
    """The figures of a reading's series at its place, oldest first, in the unit of its value."""
    shown = held.figures(reading, (reading.place,))
    if shown is None:
        return ()
    found = _of_place(held.workspace.catalog, shown, reading, reading.place)
    if "/" in reading.period and shown.frame["frequency"][0] != "all":
        return (_summed(found, reading.period, shown.frame["frequency"][0]),)
    return found


def _summed(parts: Sequence[Known], label: str, grain: str) -> Known:
    """Add up the months, quarters or years of a range; without a value unless all of them are held."""
    first, _, last = label.partition("/")
    start, end = read_period(first, last=False), read_period(last, last=True)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    wanted = -(-months // MONTHS_IN[grain])
    values = [one.value for one in parts if one.value is not None]
    whole = len(values) == wanted and months % MONTHS_IN[grain] == 0 and (start.month - 1) % MONTHS_IN[grain] == 0
    known_on = [one.as_of for one in parts if one.as_of]
    status = next((one.status for one in parts if one.provisional), "A")
    return Known(
        label,
        sum(values, Decimal(0)) if whole else None,
        status if whole else "M",
        max(known_on, default=None),
        len(values),
        wanted,
    )


def _of_place(catalog: Catalog, shown: Figures, reading: Reading, place: str) -> tuple[Known, ...]:
    frame = shown.frame
    rows = [row for row in frame.iter_rows(named=True) if row["place"] == place]
    items = list(dict.fromkeys(row["item"] for row in rows))
    item = TOTAL if TOTAL in items and not reading.item else items[0] if len(items) == 1 else None
    if rows and item is None:
        raise NotComparable("item")
    factor = _factor(catalog, frame["unit"][0], reading)
    return tuple(
        Known(
            row["period"],
            None if row["value"] is None else Decimal(str(row["value"])) * factor,
            row["status"] or "",
            row["as_of"],
            row["held"],
            row["wanted"],
        )
        for row in rows
        if row["item"] == item
    )


def _factor(catalog: Catalog, unit: str, reading: Reading) -> Decimal:
    """What a figure is multiplied by to be one in the unit of the value claimed."""
    if reading.unit == unit or reading.unit in ("", "rank") or reading.comparison in ("growth", "share"):
        return Decimal(1)
    own = catalog.units[unit]
    other = own.metric or own.customary
    if other and other.unit == reading.unit:
        return other.factor
    raise NotComparable("unit")


def at_period(span: tuple[Known, ...], period: str) -> Known | None:
    """The figure of a period; of no period, the newest that has a value."""
    if not period:
        return next((one for one in reversed(span) if one.value is not None), None)
    if "/" in period:
        return span[0] if span else None
    return next((one for one in span if one.period == period), None)


def _ranked(held: Held, reading: Reading) -> Evidence:
    """The values of all parts of a place, of the kind of the place claimed."""
    catalog = held.workspace.catalog
    place = catalog.places[reading.place]
    above = catalog.places[reading.among] if reading.among else None
    members = tuple(catalog.members(above, place.kind)) if above else ()
    if reading.place not in members:
        raise NotComparable("among")
    series = numerator(catalog, catalog.find_series(reading.series))
    if series.places:
        members = tuple(m for m in members if m in series.places or m == reading.place)
    figure = at_period(known(held, reading), reading.period)
    shown = held.figures(reading, members) if figure else None
    if figure is None or shown is None:
        return Evidence(figure)
    peers: dict[str, Decimal] = {}
    for member in members:
        other = at_period(_of_place(catalog, shown, reading, member), figure.period)
        if other and other.value is not None:
            peers[member] = other.value
    return Evidence(figure, peers=peers)


def year_before(period: str) -> str:
    """The same period a year earlier."""
    return shifted(period, -1)


def shifted(period: str, years: int) -> str:
    """The same period so many years later."""
    if "/" in period:
        return "/".join(shifted(part, years) for part in period.split("/"))
    if period.startswith("FY"):
        return f"FY{int(period[2:]) + years}"
    return f"{int(period[:4]) + years:04d}{period[4:]}"


def _since(since: str, period: str) -> str:
    """The period of a year of the same kind as another: of 2019 beside 2024-03, 2019-03."""
    if len(since) == 4 and period.startswith("FY"):
        return f"FY{since}"
    if len(since) == 4 and "/" not in period:
        return since + period[4:]
    return since
