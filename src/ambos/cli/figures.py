"""Figures as a table or a plot in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ambos.cli.language import LANGUAGE, tr
from ambos.model.codes import TOTAL
from ambos.numbers import number, period

#: Characters: fits a usual terminal.
_WIDTH = 100

if TYPE_CHECKING:
    from ambos.catalog import Catalog
    from ambos.flows.show import Shown


def tabulate(shown: Shown, catalog: Catalog) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """Headings and cells: a row per period, a column per place and item."""
    frame = shown.frame
    unit = catalog.units[frame["unit"][0]]
    columns = frame.select("place", "item").unique(maintain_order=True).rows()
    items = frame["item"].n_unique() > 1 or columns[0][1] != TOTAL
    headings = [(catalog.message("column.period")[LANGUAGE], "left")]
    for place, item in columns:
        name = catalog.places[place].name[LANGUAGE]
        headings.append((f"{name} · {catalog.item_name(shown.what, item)[LANGUAGE]}" if items else name, "right"))
    headings[-1] = (headings[-1][0], "right")
    values = {
        (p, i, when): (v, s, h, w)
        for p, i, when, v, s, h, w in frame.select(
            "place", "item", "period", "value", "status", "held", "wanted"
        ).iter_rows()
    }
    cells = []
    for when in frame.sort("start").get_column("period").unique(maintain_order=True):
        row = [period(when, LANGUAGE) if when else catalog.message("label.all")[LANGUAGE]]
        for place, item in columns:
            value, status, held, wanted = values.get((place, item, when), (None, "", None, None))
            shown_value = number(value, unit.decimals, LANGUAGE)
            if value is None and held is not None and wanted:
                shown_value = tr(f"{held} of {wanted} held", f"hay {held} de {wanted}")
            elif status and status != "A":
                shown_value += f" {status}"
            row.append(shown_value)
        cells.append(row)
    headings[0] = (f"{headings[0][0]} ({unit.name[LANGUAGE]})", "left")
    return headings, cells


def draw(shown: Shown, catalog: Catalog) -> None:
    """A line for each place and item, or bars where there is one period only."""
    import plotext

    frame = shown.frame.sort("start")
    unit = catalog.units[frame["unit"][0]]
    title = f"{shown.what.title[LANGUAGE]} ({unit.name[LANGUAGE]})"
    periods = frame["period"].unique(maintain_order=True).to_list()
    plotext.clear_figure()
    plotext.theme("clear")
    lines: dict[str, dict[str, float]] = {}
    for place, item, when, value in frame.select("place", "item", "period", "value").iter_rows():
        name = catalog.places[place].name[LANGUAGE]
        if item != TOTAL:
            name = f"{name} · {catalog.item_name(shown.what, item)[LANGUAGE]}"
        known = lines.setdefault(name, {})
        if value is not None:
            known[when] = float(value)
    if len(periods) == 1:
        bars = {name: known[periods[0]] for name, known in lines.items() if known}
        plotext.simple_bar(list(bars), list(bars.values()), width=_WIDTH, title=title)
    else:
        position = {when: i for i, when in enumerate(periods)}
        plotext.title(title)
        for name, known in lines.items():
            plotext.plot([position[when] for when in known], list(known.values()), label=name)
        step = max(1, len(periods) // 8)
        plotext.xticks(list(range(0, len(periods), step)), periods[::step])
        plotext.plotsize(_WIDTH, _WIDTH // 4)
    sys.stdout.write(plotext.build() + "\n")
