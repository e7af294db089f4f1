"""Figures as a table or a plot in the terminal."""

from __future__ import annotations

import math
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ambos.cli.language import LANGUAGE, tr
from ambos.model import Series
from ambos.model.codes import TOTAL
from ambos.numbers import MISSING, number, period

#: Characters: fits a usual terminal.
_WIDTH = 100
#: With more columns than this, names are squeezed beyond reading.
_MOST_COLUMNS = 6

if TYPE_CHECKING:
    from ambos.catalog import Catalog
    from ambos.flows.data.show import Shown


def tabulate(shown: Shown, catalog: Catalog) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """Headings and cells: a row per period and a column per place and item.

    With too many columns to be read it is turned round, or has a row for every figure.
    """
    if shown.frame["frequency"][0] == "all":
        return _ranges(shown, catalog)
    frame = shown.frame
    unit = catalog.units[frame["unit"][0]]
    columns = frame.select("place", "item").unique(maintain_order=True).rows()
    periods = frame.sort("start", "period").get_column("period").unique(maintain_order=True).to_list()
    items = frame["item"].n_unique() > 1 or columns[0][1] != TOTAL

    def name(place: str, item: str) -> str:
        known = catalog.places[place].name[LANGUAGE]
        return f"{known} · {catalog.item_name(shown.what, item)[LANGUAGE]}" if items else known

    cells = {
        (row["place"], row["item"], row["period"]): _cell(row, unit.decimals, _least(shown), _mark(row, shown))
        for row in frame.iter_rows(named=True)
    }
    labels = {when: period(when, LANGUAGE) if when else catalog.message("label.all")[LANGUAGE] for when in periods}
    corner = f"{catalog.message('column.period')[LANGUAGE]} ({unit.name[LANGUAGE]})"
    if len(columns) > max(_MOST_COLUMNS, len(periods)):
        turned = [[name(*c), *(cells.get((*c, when), MISSING) for when in periods)] for c in columns]
        return [(corner, "left"), *((label, "right") for label in labels.values())], turned
    if len(columns) > 2 * _MOST_COLUMNS:
        headings = [(corner, "left"), (catalog.message("column.place")[LANGUAGE], "left")]
        headings.append((catalog.message("column.value")[LANGUAGE], "right"))
        every = [(c, when) for c in columns for when in periods if (*c, when) in cells]
        return headings, [[labels[when], name(*c), cells[*c, when]] for c, when in every]
    rows = [[labels[when], *(cells.get((*c, when), MISSING) for c in columns)] for when in periods]
    return [(corner, "left"), *((name(*c), "right") for c in columns)], rows


def _ranges(shown: Shown, catalog: Catalog) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """List the figures over a whole range: the range, the periods held of those wanted, and the value."""
    unit = catalog.units[shown.frame["unit"][0]]
    headings = [
        (catalog.message("column.place")[LANGUAGE], "left"),
        (catalog.message("column.period")[LANGUAGE], "left"),
        (tr("Held", "Se tiene"), "right"),
        (unit.name[LANGUAGE], "right"),
    ]
    counted = _counted(shown, catalog)
    rows = []
    for row in shown.frame.iter_rows(named=True):
        held, wanted = (number(row[k], 0, LANGUAGE) for k in ("held", "wanted"))
        share = held if row["wanted"] is None else tr("{} of {} {}", "{} de {} {}").format(held, wanted, counted)
        value = _cell({**row, "held": row["wanted"]}, unit.decimals, _least(shown), _mark(row, shown))
        rows.append([_name(shown, catalog, row), period(row["period"], LANGUAGE), share, value])
    return headings, rows


def _counted(shown: Shown, catalog: Catalog) -> str:
    """Name the unit in which the coverage of a range is counted: years, months, or days (of hourly data too)."""
    what = shown.what
    while not isinstance(what, Series):
        what = catalog.series[what.numerator]
    names = {"A": tr("years", "años"), "M": tr("months", "meses")}
    return names.get(catalog.datasets[what.dataset].frequency, tr("days", "días"))


def _name(shown: Shown, catalog: Catalog, row: Mapping[str, Any]) -> str:
    """The place of a figure, and its item where it has one."""
    place = catalog.places[row["place"]].name[LANGUAGE]
    return place if row["item"] == TOTAL else f"{place} · {catalog.item_name(shown.what, row['item'])[LANGUAGE]}"


def marks(shown: Shown) -> list[str]:
    """The statuses that stand beside a figure in the table: each needs a word of explanation."""
    return sorted({mark for row in shown.frame.iter_rows(named=True) for mark in _mark(row, shown).split()})


def _least(shown: Shown) -> int:
    """The fewest inputs from which a figure is shown."""
    return shown.what.minimum if isinstance(shown.what, Series) else 0


def _partly(row: Mapping[str, Any]) -> bool:
    """Whether a figure is missing because only part of its period is held."""
    return row["value"] is None and row["status"] != "S" and (row["held"] or 0) < (row["wanted"] or 0)


def _mark(row: Mapping[str, Any], shown: Shown) -> str:
    """Mark the status in the table: none for a normal figure, nor where the words show it already; and B where the
    series breaks."""
    status = "" if row["status"] in (None, "A") or _partly(row) else str(row["status"])
    broken = status != "B" and shown.breaks_at(row["place"], row["item"], row["period"])
    return f"{status} B".strip() if broken else status


def _cell(row: Mapping[str, Any], decimals: int, least: int, mark: str) -> str:
    """A value with its status; for one that is not shown, why: how much of its period is held, or from how few reports
    it would come."""
    if _partly(row) and not row["held"]:
        return tr("not held", "no se tiene")
    if _partly(row):
        return tr(f"{row['held'] or 0} of {row['wanted']} held", f"hay {row['held'] or 0} de {row['wanted']}")
    shown = number(row["value"], decimals, LANGUAGE)
    if row["status"] == "S" and row["n"] is not None and least:
        shown = tr(f"too few ({row['n']})", f"muy pocos ({row['n']})")
    return f"{shown} {mark}".rstrip()


def gaps(shown: Shown, catalog: Catalog) -> list[str]:
    """List the figures over a whole range that is held only in part, with the periods held of those wanted."""
    counted = _counted(shown, catalog)
    return [
        tr("{}, {}: {} of {} {} are held.", "{}, {}: hay {} de {} {}.").format(
            _name(shown, catalog, row),
            period(row["period"], LANGUAGE),
            number(row["held"], 0, LANGUAGE),
            number(row["wanted"], 0, LANGUAGE),
            counted,
        )
        for row in shown.frame.iter_rows(named=True)
        if row["frequency"] == "all" and row["wanted"] and row["held"] < row["wanted"]
    ]


def draw(shown: Shown, catalog: Catalog) -> None:
    """A line for each place and item, or bars where there is one period only."""
    import plotext

    frame = shown.frame.sort("start", "period")
    unit = catalog.units[frame["unit"][0]]
    title = f"{shown.what.title[LANGUAGE]} ({unit.name[LANGUAGE]})"
    periods = frame["period"].unique(maintain_order=True).to_list()
    lines: dict[str, dict[str, float]] = {}
    for row in frame.iter_rows(named=True):
        known = lines.setdefault(_name(shown, catalog, row), {})
        if row["value"] is not None:
            known[row["period"]] = float(row["value"])
    if not any(lines.values()):
        sys.stdout.write(f"{title}: {catalog.message('brief.page.no_data')[LANGUAGE]}\n")
        return
    if len(periods) == 1 or frame["frequency"][0] == "all":
        newest = {name: known[max(known)] for name, known in lines.items() if known}
        sys.stdout.write(f"{title}\n" + "".join(_bars(newest, unit.decimals)))
        return
    plotext.clear_figure()
    plotext.theme("clear")
    for name, known in lines.items():
        for number_of, piece in enumerate(_pieces(periods, known)):
            plotext.plot(*piece, label=None if number_of else name)
    position = {when: i for i, when in enumerate(periods)}
    for when in dict.fromkeys(when for found in shown.breaks for when in found.periods.values()):
        plotext.vline(position[when])
    step = max(1, len(periods) // 8)
    plotext.xticks(list(range(0, len(periods), step)), periods[::step])
    values = [value for known in lines.values() for value in known.values()]
    ticks, decimals = _ticks(min(values, default=0), max(values, default=0))
    plotext.yticks(ticks, [number(tick, decimals, LANGUAGE) for tick in ticks])
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


def _bars(values: Mapping[str, float], decimals: int) -> list[str]:
    """A line of text for each name, with a bar from zero and the value."""
    margin = max(map(len, values), default=0)
    longest = max((abs(v) for v in values.values()), default=0) or 1
    shown = {name: number(value, decimals, LANGUAGE) for name, value in values.items()}
    room = max(10, _WIDTH - margin - max(map(len, shown.values()), default=0) - 2)
    return [f"{n:{margin}} {'▇' * round(room * abs(v) / longest)} {shown[n]}\n" for n, v in values.items()]


def _ticks(low: float, high: float) -> tuple[list[float], int]:
    """Round values from the lowest to the highest, four to ten of them, and how many decimals they need."""
    span = high - low or abs(high) or 1.0
    power = math.floor(math.log10(span)) - 1
    step = next(s for s in (10**power, 2 * 10**power, 5 * 10**power, 10 * 10**power, 20 * 10**power) if span / s <= 9)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * i for i in range(first, last + 1)], max(0, -math.floor(math.log10(step) + 1e-9))
