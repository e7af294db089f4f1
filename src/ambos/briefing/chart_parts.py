"""The parts that charts share: their data by code, pieces of lines, the time axis, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from ambos.briefing import formats, layout, palette
from ambos.briefing.document import Chart, Datum
from ambos.briefing.drawing import SIZE, Drawing
from ambos.errors import BriefFailed
from ambos.model import Event
from ambos.periods import MONTHS_IN, plus_months
from ambos.text import Language, Text

#: Values that are not final: drawn hollow or dashed.
OPEN = ("P", "E", "F")
#: Of a heat map.
HOURS, DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time, scaled for display."""

    when: date
    value: float | None
    status: str


def code_of(datum: Datum, dimension: str) -> str:
    """The code of a datum in one of its dimensions; the empty dimension has the empty code."""
    return str(getattr(datum, dimension)) if dimension else ""


def ordered(codes: Iterable[str], order: Sequence[str]) -> list[str]:
    """Codes without repetition, those of `order` first."""
    given = list(dict.fromkeys(codes))
    return [c for c in order if c in given] + [c for c in given if c not in order]


def refuse(chart: Chart, en: str, es: str) -> BriefFailed:
    """The error for a chart that cannot be drawn from its data."""
    return BriefFailed(detail=Text(f"chart {chart.id}: {en}.", f"gráfica {chart.id}: {es}."))


def position_of(chart: Chart, datum: Datum) -> tuple[object, ...]:
    """Locate a datum in the drawing: panel, line or bar, and period, number, or hour and weekday.

    Raises
    ------
    BriefFailed
        If its item is not what its kind of chart wants.
    """
    facet, by = code_of(datum, chart.facet), code_of(datum, chart.by)
    if chart.kind == "heat":
        return facet, *cell_of(chart, datum)
    if chart.kind in ("multiples", "parts", "stacks", "curves"):
        return facet, by, number_of(chart, datum) if chart.kind == "curves" else datum.period
    return by, {"bar": "", "range": datum.series}.get(chart.kind, datum.period)


def unique(chart: Chart) -> None:
    """Refuse data of which two would be drawn in the same place.

    Raises
    ------
    BriefFailed
        Naming the first place that is taken twice.
    """
    seen: set[tuple[object, ...]] = set()
    for datum in chart.data:
        key = position_of(chart, datum)
        if key in seen:
            place = ", ".join(str(k) for k in key if k != "")
            raise refuse(chart, f"two values for {place}", f"hay dos valores para {place}")
        seen.add(key)


def cell_of(chart: Chart, datum: Datum) -> tuple[int, int]:
    """The hour (0–23) and weekday (1–7) of a datum of ``heat``.

    Raises
    ------
    BriefFailed
        If its item does not end in "hour/weekday".
    """
    hour, weekday = ["", *datum.item.split("/")][-2:]
    if not (hour.isdigit() and weekday.isdigit() and int(hour) < HOURS and 1 <= int(weekday) <= DAYS):
        raise refuse(
            chart,
            f"{datum.item!r} does not end in an hour (0–23) and a weekday (1–7) parted by a slash",
            f"{datum.item!r} no termina en una hora (0–23) y un día de la semana (1–7) separados por una diagonal",
        )
    return int(hour), int(weekday)


def number_of(chart: Chart, datum: Datum) -> Decimal:
    """The number that a datum of ``curves`` stands at.

    Raises
    ------
    BriefFailed
        If its item is none.
    """
    try:
        return Decimal(datum.item)
    except InvalidOperation as error:
        raise refuse(chart, f"{datum.item!r} is not a number", f"{datum.item!r} no es un número") from error


def number_text(number: Decimal, language: Language) -> str:
    """A number of ``curves``: whole, or with two decimals."""
    return formats.number(number, language, 0 if number == number.to_integral_value() else 2)


def panels(chart: Chart) -> dict[str, list[Datum]]:
    """The data of each panel, in the chart's order."""
    data: dict[str, list[Datum]] = {}
    for datum in chart.data:
        data.setdefault(code_of(datum, chart.facet), []).append(datum)
    return {facet: data[facet] for facet in ordered(data, chart.order)}


def scale_of(chart: Chart, language: Language) -> int:
    """Choose the power of ten by which the chart's values are divided.

    Spanish of Mexico counts in millions where English counts in billions. In a chart of panels that of the smallest panel; in ranked bars, one in which the smallest still has a digit.
    """
    if chart.kind == "multiples":
        plots = panels(chart).values()
        return min((formats.scale_for((d.value for d in data), language) for data in plots), default=1)
    scale = formats.scale_for((d.value for d in chart.data), language)
    if chart.kind == "bar":
        least = min((abs(float(d.value)) for d in chart.data if d.value), default=0.0)
        while scale > 1 and least < 0.1 * scale:
            scale //= 1000
    return scale


def following(when: date, frequency: str) -> date:
    """The first day of the next period."""
    if frequency == "D":
        return when + timedelta(days=1)
    return plus_months(when, MONTHS_IN[frequency])


def periods(first: date, last: date, frequency: str) -> list[date]:
    """All periods from the first to the last."""
    steps = [first]
    while steps[-1] < last:
        steps.append(following(steps[-1], frequency))
    return steps


def courses(chart: Chart, data: Iterable[Datum], scale: int) -> dict[str, list[Point]]:
    """The points of each code of `by`, one for every period from its first to its last.

    A period without a row is a missing value, as is a row without a value.

    Raises
    ------
    BriefFailed
        If a period is not a date, or not one of the chart's frequency.
    """
    rows: dict[str, dict[date, Point]] = {}
    for datum in data:
        if isinstance(datum.period, str):
            raise refuse(chart, f"{datum.period} is not a date", f"{datum.period} no es una fecha")
        value = None if datum.value is None else float(datum.value) / scale
        rows.setdefault(code_of(datum, chart.by), {})[datum.period] = Point(datum.period, value, datum.status)
    by_code = {}
    for code in ordered(rows, chart.order):
        known = rows[code]
        grid = periods(min(known), max(known), chart.frequency)
        strange = sorted(set(known) - set(grid))
        if strange:
            raise refuse(
                chart,
                f"{strange[0]} does not follow {min(known)} by whole periods ({chart.frequency})",
                f"{strange[0]} no sigue a {min(known)} por periodos completos ({chart.frequency})",
            )
        by_code[code] = [known.get(when) or Point(when, None, "M") for when in grid]
    return by_code


def runs(points: Sequence[Point]) -> list[tuple[bool, list[Point]]]:
    """Unbroken pieces of a line, each with whether it is open (provisional). A gap ends a piece."""
    pieces: list[tuple[bool, list[Point]]] = []
    before: Point | None = None
    for point in points:
        if point.value is None:
            before = None
            continue
        is_open = point.status in OPEN
        if before is None:
            pieces.append((is_open, [point]))
        elif pieces[-1][0] == is_open or len(pieces[-1][1]) == 1:
            pieces[-1] = (is_open, [*pieces[-1][1], point])
        else:
            pieces.append((is_open, [before, point]))
        before = point
    return pieces


def time_labels(first: date, last: date, frequency: str, width: float, language: Language) -> list[tuple[date, str]]:
    """The dates that are written under a chart over time, with their labels."""
    days = max((last - first).days, 1)
    if frequency == "A" or days > 3 * 366:
        years = range(first.year + (first > date(first.year, 1, 1)), last.year + 1)
        apart = (layout.text_width("2020", SIZE) + 10) / (width / (days / 365.25))
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if s >= apart)
        return [(date(y, 1, 1), str(y)) for y in years if y % step == 0]
    if frequency in ("Q", "M") or days > 92:
        months = [m for m in periods(first.replace(day=1), last.replace(day=1), "M") if m >= first]
        most = max(int(width / (layout.text_width("mmm 2020", SIZE) + 16)), 1)
        step = next(s for s in (1, 2, 3, 6, 12, 24, 48) if len(months) / s <= most)
        kept = [m for m in months if (m.year * 12 + m.month - 1) % step == 0] or months[:1]
        return [(m, formats.period(m, language, "M")) for m in kept]
    step = next(s for s in (1, 2, 7, 14, 28, 92) if days / s <= max(int(width / 86), 1))
    shown = [first + timedelta(days=d) for d in range(0, days + 1, step)]
    return [(when, formats.period(when, language, "D")) for when in shown]


def shown_events(chart: Chart) -> list[Event]:
    """The events that touch the time shown, the earliest first."""
    times = [d.period for d in chart.data if isinstance(d.period, date)]
    if not times:
        return []
    end = following(max(times), chart.frequency)
    return sorted((e for e in chart.events if e.end >= min(times) and e.start < end), key=lambda e: (e.start, e.id))


def event_labels(chart: Chart, room: float, language: Language) -> dict[str, str]:
    """Label each event: by its name if it is alone and fits, else by a letter that the notes explain."""
    events = shown_events(chart)
    if len(events) == 1 and layout.text_width(events[0].name[language], SIZE - 1) <= room:
        return {events[0].id: events[0].name[language]}
    return {event.id: letter for event, letter in zip(events, "abcdefghijklmnopqrstuvwxyz", strict=False)}


def hint(chart: Chart, language: Language, names: Iterable[str], when: date | None, value: float | None) -> str:
    """A value in words: "Nogales, 2024: 404,588 trucks"; whole, not divided as in the drawing."""
    parts = [chart.name(code)[language] for code in names if code]
    parts += [formats.period(when, language, chart.frequency)] if when else []
    shown = formats.number(value, language, chart.unit.decimals)
    return f"{', '.join(parts)}: {shown} {chart.unit.symbol[language] if chart.unit.id == 'percent' else chart.unit.name[language]}"


def draw_events(
    drawing: Drawing,
    events: Sequence[Event],
    labels: Mapping[str, str],
    first: date,
    last: date,
    box: tuple[float, float, float, float],
) -> None:
    """Bands for events behind the plot in `box` (x, y, width, height), their labels above it."""
    x, y, width, height = box
    span = max((last - first).days, 1)
    written = []
    for event in events:
        left = max((event.start - first).days / span, 0) * width
        right = min((event.end - first).days / span, 1) * width
        drawing.band(x + left, x + max(right, left + 1.5), y, y + height)
        if event.id in labels:
            size = layout.text_width(labels[event.id], SIZE - 1) + 4
            written.append((left + size / 2, size, labels[event.id]))
    places = layout.spread([at for at, _, _ in written], [size for _, size, _ in written], 0, width)
    for at, (_, size, label) in zip(places, written, strict=True):
        drawing.text(x + at - size / 2, y - 9, label, palette.MUTED, size=SIZE - 1)
