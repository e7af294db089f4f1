"""The answer of `ambos show`: the rows of its data, the table that people see, and what holds for the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ambos.catalog import Catalog
from ambos.flows.data.show import Figures, left_out
from ambos.flows.data.touching import note_of, other_events
from ambos.flows.workspace import Workspace
from ambos.model import Finding, Series, Unit
from ambos.model.answer import Answer, Cell, Column, Named, Table, View, data_table
from ambos.model.codes import TOTAL
from ambos.numbers import MISSING, both, period
from ambos.text import LANGUAGES, Text, joined

#: Maximum number of columns of places and items with names that can be read.
_MOST_COLUMNS = 6


def answer(
    workspace: Workspace,
    shown: Figures,
    *,
    as_of: date | None = None,
    currency: str = "",
    for_people: bool = True,
    findings: Sequence[Finding] | None = None,
) -> Answer:
    """Make the answer of figures.

    Parameters
    ----------
    workspace : Workspace
    shown : Figures
    as_of : date, optional
        Only findings of what was known on this day.
    currency : str
        The currency that was asked for.
    for_people : bool
        With the table for people and the findings that touch the figures, which take time.
    findings : sequence of Finding, optional
        All findings, by one who has them; else the checks run.
    """
    catalog, what, rows = workspace.catalog, shown.what, _rows(shown, workspace.catalog)
    columns = tuple(Column(key, None, exact=True) for key in rows[0])
    sources = [catalog.sources[source] for source in shown.sources]
    licences = data_table(
        "licences",
        None,
        ("source", "agency", "licence", "url"),
        ((s.id, s.agency, s.licence, s.url) for s in sources),
    )
    unit = catalog.units[shown.frame["unit"][0]]
    names = catalog.codelists["statuses"].codes
    there = {row["status"] for row in rows} | {"B" for row in rows if row["break"]}
    letters = ((Named(s, names[s].name), catalog.message(f"status.{s}")) for s in names if s in there)
    statuses = data_table("statuses", None, ("status", "meaning"), letters)
    tables = [
        Table("data", None, columns, tuple(tuple(row.values()) for row in rows), shown=False),
        licences,
        statuses,
    ]
    return Answer(
        "show",
        what.title,
        (*tables, tabulate(shown, catalog)) if for_people else tuple(tables),
        {
            "series": what.id,
            "definition": what.definition,
            "unit": unit.id,
            "unit_name": unit.name,
            "warnings": what.warnings,
            "coverage": _coverage(rows),
        },
        tuple(_notes(workspace, shown, as_of, currency, for_people, findings)),
        tuple(s.citation for s in sources),
    )


def _rows(shown: Figures, catalog: Catalog) -> list[dict[str, Cell]]:
    """List the figures with the names of frequency, unit and status beside their codes, and customary units in metric
    ones too."""
    statuses = catalog.codelists["statuses"].codes
    named = {
        "frequency": lambda code: catalog.message(f"frequency.{code}"),
        "unit": lambda code: catalog.units[code].name,
        "status": lambda code: statuses[code].name,
    }
    told: dict[tuple[str, object], dict[str, Cell]] = {}
    made = []
    for row in shown.rows():
        out: dict[str, Cell] = {}
        for key, code in row.items():
            if key not in named:
                out[key] = code
                continue
            if (key, code) not in told:
                name = named[key](code) if code else None
                told[key, code] = {key: code, **{f"{key}_{k}": name[k] if name else None for k in LANGUAGES}}
            out |= told[key, code]
            metric = catalog.units[str(code)].metric if key == "unit" else None
            if metric:
                value = row["value"]
                exact = None if value is None else Decimal(str(value)) * metric.factor
                name = catalog.units[metric.unit].name
                out |= {"metric_value": exact if exact is None else round(float(exact), 6), "metric_unit": metric.unit}
                out |= {f"metric_unit_{k}": name[k] for k in LANGUAGES}
        made.append(out)
    return made


def _coverage(rows: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Count the figures, and those without a value; name their periods and the last day on which one of them was known."""
    periods = sorted({row["period"] for row in rows})
    return {
        "first_period": periods[0],
        "last_period": periods[-1],
        "figures": len(rows),
        "missing": sum(row["value"] is None for row in rows),
        "known_on": max((row["as_of"] for row in rows if row["as_of"]), default=None),
    }


def _notes(
    workspace: Workspace,
    shown: Figures,
    as_of: date | None,
    currency: str,
    for_people: bool,
    findings: Sequence[Finding] | None,
) -> Iterator[Text]:
    """Say what sums are without, what breaks the series or explains it, and what is wrong with it."""
    catalog = workspace.catalog
    yield from shown.notes
    if without := left_out(shown):
        yield without
    yield from (note_of(one, catalog) for one in shown.breaks)
    if named := other_events(catalog, shown):
        yield named
    if for_people:
        from ambos.flows.data.check import findings_for  # here, as data need nothing of the checks

        beside, more = findings_for(workspace, shown, as_of, findings)
        for finding in beside:
            yield catalog.message(f"brief.page.{finding.severity}") + Text.same(": ") + finding.text
        if more:
            yield catalog.message("break.more", count=str(more))
    if currency and currency != getattr(shown.what, "currency", ""):
        yield Text(
            f"The amounts were changed into {currency} at the mean rate of each period and rounded to as many digits as it has.",
            f"Los montos se convirtieron a {currency} con el tipo de cambio medio de cada periodo y se redondearon a tantas cifras como este tiene.",
        )
    yield from shown.what.warnings


# -- the table for people -------------------------------------------------------------------------------------------
def tabulate(shown: Figures, catalog: Catalog) -> Table:
    """Tabulate figures for people: a row per period and a column per place and item.

    With too many columns to be read it is turned round, or has a row for every figure.
    """
    statuses = catalog.codelists["statuses"].codes
    legend = [Text.same(f"{mark}: ") + statuses[mark].name for mark in _marks(shown)]
    note = joined(legend, "\n") if legend else None
    unit = catalog.units[shown.frame["unit"][0]]
    units = [(unit, Decimal(1))]
    if other := unit.metric or unit.customary:
        units.append((catalog.units[other.unit], other.factor))
    systems: tuple[Literal["customary", "metric", ""], ...] = ("",)
    if other:
        systems = ("customary", "metric") if unit.metric else ("metric", "customary")
    title, columns, views, parts = shown.what.title, [], [], []
    for name, system, one in zip(("column", "other"), systems, units, strict=False):
        lay = _whole if shown.frame["frequency"][0] == "all" else _by_period
        lefts, rights, rows = lay(shown, catalog, *one)
        own = [
            Column(f"{name}_{i}", head, kept=None, side="left" if i < len(lefts) else "right")
            for i, head in enumerate((*lefts, *rights))
        ]
        views.append(View(title, tuple(c.key for c in own), note=note, units=system))
        columns += own
        parts.append(rows)
    whole = tuple(tuple(cell for part in row for cell in part) for row in zip(*parts, strict=True))
    return Table("figures", title, tuple(columns), whole, views=tuple(views))


_Laid = tuple[list[Text], list[Text], Sequence[tuple[Text, ...]]]


def _by_period(shown: Figures, catalog: Catalog, unit: Unit, factor: Decimal) -> _Laid:
    """Lay figures out by period: headings of words, headings of numbers, and rows."""
    frame = shown.frame
    columns = frame.select("place", "item").unique(maintain_order=True).rows()
    periods = frame.sort("start", "period").get_column("period").unique(maintain_order=True).to_list()
    items = frame["item"].n_unique() > 1 or columns[0][1] != TOTAL
    missing = Text.same(MISSING)
    cells = {
        (row["place"], row["item"], row["period"]): _cell(row, unit, factor, _least(shown), _mark(row, shown))
        for row in frame.iter_rows(named=True)
    }
    labels = {when: _period(when) if when else catalog.message("label.all") for when in periods}
    names = {
        (place, item): series_name(shown, catalog, place, item if items else TOTAL, always=items)
        for place, item in columns
    }
    corner = catalog.message("column.period") + Text.same(" (") + unit.name + Text.same(")")
    if len(columns) > max(_MOST_COLUMNS, len(periods)):
        turned = [(names[c], *(cells.get((*c, when), missing) for when in periods)) for c in columns]
        return [corner], list(labels.values()), turned
    if len(columns) > 2 * _MOST_COLUMNS:
        every = [(labels[when], names[c], cells[*c, when]) for c in columns for when in periods if (*c, when) in cells]
        return [corner, catalog.message("column.place")], [catalog.message("column.value")], every
    rows = [(labels[when], *(cells.get((*c, when), missing) for c in columns)) for when in periods]
    return [corner], list(names.values()), rows


def _whole(shown: Figures, catalog: Catalog, unit: Unit, factor: Decimal) -> _Laid:
    """Lay out the figures over a whole range: the range, the periods held of those wanted, and the value."""
    lefts = [catalog.message("column.place"), catalog.message("column.period")]
    counted = _counted(shown, catalog)
    rows = []
    for row in shown.frame.iter_rows(named=True):
        held, wanted = both(row["held"]), both(row["wanted"])
        of = Text("{held} of {wanted} {counted}", "{held} de {wanted} {counted}")
        share = held if row["wanted"] is None else of.format(held=held, wanted=wanted, counted=counted)
        value = _cell({**row, "held": row["wanted"]}, unit, factor, _least(shown), _mark(row, shown))
        rows.append((series_name(shown, catalog, row["place"], row["item"]), _period(row["period"]), share, value))
    return lefts, [Text("Held", "Se tiene"), unit.name], rows


def gaps(shown: Figures, catalog: Catalog) -> list[Text]:
    """List the figures over a whole range that is held only in part, with the periods held of those wanted."""
    said = Text(
        "{name}, {range}: {held} of {wanted} {counted} are held.", "{name}, {range}: hay {held} de {wanted} {counted}."
    )
    return [
        said.format(
            name=series_name(shown, catalog, row["place"], row["item"]),
            range=_period(row["period"]),
            held=both(row["held"]),
            wanted=both(row["wanted"]),
            counted=_counted(shown, catalog),
        )
        for row in shown.frame.iter_rows(named=True)
        if row["frequency"] == "all" and row["wanted"] and row["held"] < row["wanted"]
    ]


def _period(label: str) -> Text:
    return Text(*(period(label, language) for language in LANGUAGES))


def _counted(shown: Figures, catalog: Catalog) -> Text:
    """Name the unit in which the coverage of a range is counted: years, quarters, months, or days (of hourly data too)."""
    what = shown.what
    while not isinstance(what, Series):
        what = catalog.series[what.numerator]
    names = {"A": Text("years", "años"), "Q": Text("quarters", "trimestres"), "M": Text("months", "meses")}
    return names.get(catalog.datasets[what.dataset].frequency, Text("days", "días"))


def series_name(shown: Figures, catalog: Catalog, place: str, item: str, *, always: bool = False) -> Text:
    """Name the place of a figure, and its item where it has one (`always`: that of a total too)."""
    name = catalog.places[place].name
    return name + Text.same(" · ") + catalog.item_name(shown.what, item) if always or item != TOTAL else name


def _marks(shown: Figures) -> Collection[str]:
    """List the statuses that stand beside a figure in the table: each needs a word of explanation."""
    return sorted({mark for row in shown.frame.iter_rows(named=True) for mark in _mark(row, shown).split()})


def _least(shown: Figures) -> int:
    """Give the fewest inputs from which a figure is shown."""
    return shown.what.minimum if isinstance(shown.what, Series) else 0


def _partly(row: Mapping[str, Any]) -> bool:
    """Return True if a figure is missing because only part of its period is held."""
    return row["value"] is None and row["status"] != "S" and (row["held"] or 0) < (row["wanted"] or 0)


def _mark(row: Mapping[str, Any], shown: Figures) -> str:
    """Mark the status in the table: none for a normal figure, nor where the words show it already; and B where the
    series breaks."""
    status = "" if row["status"] in (None, "A") or _partly(row) else str(row["status"])
    broken = status != "B" and shown.breaks_at(row["place"], row["item"], row["period"])
    return f"{status} B".strip() if broken else status


def _cell(row: Mapping[str, Any], unit: Unit, factor: Decimal, least: int, mark: str) -> Text:
    """Write a value, times the factor of the unit, with its status; for one that is not shown, why: how much of its period is held, or from how few
    reports it would come."""
    if _partly(row) and not row["held"]:
        return Text("not held", "no se tiene")
    if _partly(row):
        return Text(f"{row['held'] or 0} of {row['wanted']} held", f"hay {row['held'] or 0} de {row['wanted']}")
    amount = row["value"] if row["value"] is None or factor == 1 else Decimal(str(row["value"])) * factor
    value = both(amount, unit.decimals)
    if row["status"] == "S" and row["n"] is not None and least:
        value = Text(f"too few ({row['n']})", f"muy pocos ({row['n']})")
    return value + Text.same(f" {mark}") if mark else value
