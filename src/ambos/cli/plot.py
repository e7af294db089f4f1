"""Figures as a plot in the terminal."""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ambos.numbers import number
from ambos.text import Language

#: Characters: fits a usual terminal.
_WIDTH = 100

if TYPE_CHECKING:
    from ambos.catalog import Catalog
    from ambos.flows.data.show import Figures


def draw(shown: Figures, catalog: Catalog, language: Language) -> None:
    """A line for each place and item, or bars where there is one period only; in Spanish in the metric unit."""
    import plotext

    from ambos.flows.data.figures import series_name

    frame = shown.frame.sort("start", "period")
    unit, factor = catalog.units[frame["unit"][0]], 1.0
    if unit.metric and language == "es":
        factor = float(unit.metric.factor)
        unit = catalog.units[unit.metric.unit]
    title = f"{shown.what.title[language]} ({unit.name[language]})"
    periods = frame["period"].unique(maintain_order=True).to_list()
    lines: dict[str, dict[str, float]] = {}
    for row in frame.iter_rows(named=True):
        name = series_name(shown, catalog, row["place"], row["item"])[language]
        known = lines.setdefault(name, {})
        if row["value"] is not None:
            known[row["period"]] = factor * float(row["value"])
    if not any(lines.values()):
        sys.stdout.write(f"{title}: {catalog.message('brief.page.no_data')[language]}\n")
        return
    if len(periods) == 1 or frame["frequency"][0] == "all":
        newest = {name: known[max(known)] for name, known in lines.items() if known}
        sys.stdout.write(f"{title}\n" + "".join(_bars(newest, unit.decimals, language)))
        return
    plotext.clear_figure()
    plotext.theme("clear")
    for name, known in lines.items():
        for number_of, piece in enumerate(_pieces(periods, known)):
            plotext.plot(*piece, label=None if number_of else name)
    position = {when: i for i, when in enumerate(periods)}
    for when in dict.fromkeys(when for one in shown.breaks for when in one.periods.values()):
        plotext.vline(position[when])
    step = max(1, len(periods) // 8)
    plotext.xticks(list(range(0, len(periods), step)), periods[::step])
    values = [value for known in lines.values() for value in known.values()]
    ticks, decimals = _ticks(min(values, default=0), max(values, default=0))
    plotext.yticks(ticks, [number(tick, decimals, language) for tick in ticks])
    plotext.plotsize(_WIDTH, _WIDTH // 4)
    # plotext leaves a title out that is wider than the axes.
    drawn = plotext.uncolorize(plotext.build())
    width = max(map(len, drawn.splitlines()))
    head = "".join(f"{line.center(width).rstrip()}\n" for line in textwrap.wrap(title, width))
    sys.stdout.write(f"{head}{drawn}\n")


def _pieces(periods: Sequence[str], known: Mapping[str, float]) -> list[tuple[list[int], list[float]]]:
    """The unbroken pieces of a line, as places on the axis and values: a period without a value ends one."""
    pieces: list[tuple[list[int], list[float]]] = []
    joined = False
    for position, when in enumerate(periods):
        if when in known:
            if not joined:
                pieces.append(([], []))
            pieces[-1][0].append(position)
            pieces[-1][1].append(known[when])
        joined = when in known
    return pieces


def _bars(values: Mapping[str, float], decimals: int, language: Language) -> list[str]:
    """A line of text for each name, with a bar from zero and the value."""
    margin = max(map(len, values), default=0)
    longest = max((abs(v) for v in values.values()), default=0) or 1
    shown = {name: number(value, decimals, language) for name, value in values.items()}
    room = max(10, _WIDTH - margin - max(map(len, shown.values()), default=0) - 2)
    return [f"{n:{margin}} {'▇' * round(room * abs(v) / longest)} {shown[n]}\n" for n, v in values.items()]


def _ticks(low: float, high: float) -> tuple[list[float], int]:
    """Round values from the lowest to the highest, four to ten of them, and how many decimals they need."""
    span = high - low or abs(high) or 1.0
    power = math.floor(math.log10(span)) - 1
    step = next(s for s in (10**power, 2 * 10**power, 5 * 10**power, 10 * 10**power, 20 * 10**power) if span / s <= 9)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * i for i in range(first, last + 1)], max(0, -math.floor(math.log10(step) + 1e-9))
