"""Columns and cells of the twin's tables: names of lines and stages, waits and costs with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from ambos.catalog import Catalog
from ambos.crossing.intervals import Estimate, Percentile
from ambos.crossing.summary import PRIMARY, WHOLE
from ambos.flows.twin.reports import Fit
from ambos.model.answer import Cell, Column, Named, Shown, Table, View
from ambos.model.crossing import Line, Scenario
from ambos.numbers import MISSING, both, signed
from ambos.text import Text

#: Decimals of numbers in JSON and CSV; more would be noise.
_DIGITS = 6
Heads = Callable[[str], Text]
#: Keys of the columns of waits that people see.
WAIT_KEYS = (
    *("arrived", "served", "mean_wait_min", "ci95_interval"),
    *("p50_wait_min", "p95_wait_min", "share_over_30", "share_over_60"),
)
#: Keys of the columns that set the simulated wait of a line beside the reported one.
FIT_KEYS = (
    *("line", "hours_reported", "simulated_in_those_hours_min"),
    *("reported_mean_min", "simulated_less_reported_min", "fit_for_decisions"),
)


#: Whether a line is fit for decisions, in a cell.
STANDINGS = {
    "fit": Text("yes", "sí"),
    "unfit": Text("no", "no"),
    "untested": Text("no: not tested", "no: sin prueba"),
    "": Text("no: not calibrated", "no: sin calibrar"),
}


class Field(NamedTuple):
    """A column of a table with the cell that each item has in it.

    Without a label it is for JSON and CSV only; with `kept` None for people only.
    """

    key: str
    label: Text | None
    cell: Callable[[Any], Cell]
    decimals: int = 0
    kept: int | None = 6
    side: Literal["left", "right"] | None = None


def tabulate(
    id: str,
    title: Text,
    items: Iterable[object],
    fields: Iterable[Field],
    views: tuple[View, ...] = (),
    *,
    totals: tuple[tuple[Cell, ...], ...] = (),
    shown: bool = True,
) -> Table:
    """Make a table of items, one row each; whole numbers stay whole in JSON and CSV."""
    fields = tuple(fields)
    columns = tuple(Column(f.key, f.label, f.decimals, kept=f.kept, side=f.side) for f in fields)
    rows = tuple(tuple(short(f.cell(item)) for f in fields) for item in items)
    return Table(id, title, columns, rows, totals, views, shown)


def heads(catalog: Catalog) -> Heads:
    """Headings of columns by key."""
    return lambda key: catalog.message(f"twin.head.{key}")


def short(cell: Cell) -> Cell:
    """Round a number to the decimals of JSON and CSV; a whole number as such."""
    if not isinstance(cell, float):
        return cell
    value = round(float(cell), _DIGITS)
    return int(value) if value.is_integer() else value


def view(title: Text, keys: tuple[str, ...], seen: Iterable[object]) -> View:
    """Show the columns `keys` of the rows of which `seen` is true."""
    return View(title, keys, rows=tuple(at for at, is_seen in enumerate(seen) if is_seen))


def shown(value: float | None, text: Text) -> Cell:
    """Show a value in words; None where it is missing."""
    return None if value is None else Shown(short(value), text)


def data_fields(**names: str) -> list[Field]:
    """Columns for JSON and CSV only: under each key the attribute of that name."""
    return [Field(key, None, attrgetter(name)) for key, name in names.items()]


def line_fields(
    catalog: Catalog,
    scenario: Scenario,
    of: Callable[[Any], str],
    label: Text | None = None,
    crossings: bool | None = None,
) -> list[Field]:
    """Columns that say which line an item is of; `crossings` as of `line_names`."""
    lines, names = {line.id: line for line in scenario.lines}, line_names(catalog, scenario, crossings=crossings)
    return [
        Field("crossing", None, lambda item: lines[of(item)].crossing),
        Field("mode", None, lambda item: lines[of(item)].mode),
        Field("class", None, lambda item: lines[of(item)].lane_class),
        Field("line", label or catalog.message("twin.head.line"), lambda item: Named(of(item), names[of(item)])),
    ]


def hour_field(label: Text, written: Callable[[int], str]) -> Field:
    """A column of the hour of the day of an item."""
    return Field("hour", label, lambda item: Shown(item.hour, Text.same(written(item.hour))), side="left")


def crossing_field(catalog: Catalog, of: Callable[[Any], str]) -> Field:
    """A column that says which crossing an item is of."""
    label = catalog.message("twin.head.crossing")
    return Field("crossing", label, lambda item: Named(of(item), crossing_name(catalog, of(item))))


def wait_fields(head: Heads) -> list[Field]:
    """Columns of the wait of an item, minutes."""
    return [
        *data_fields(measured="wait.measured", still_waiting="wait.left"),
        *mean_fields(head, attrgetter("wait.mean")),
        *percentile_fields("p50", head("median"), attrgetter("wait.p50")),
        *percentile_fields("p90", None, attrgetter("wait.p90")),
        *percentile_fields("p95", head("p95"), attrgetter("wait.p95")),
        share_field("share_over_30", head("over_30"), lambda item: (item.wait.over_30, item.wait.mean.at_least)),
        share_field("share_over_60", head("over_60"), lambda item: (item.wait.over_60, item.wait.mean.at_least)),
    ]


def mean_fields(head: Heads, of: Callable[[Any], Estimate]) -> list[Field]:
    """Columns of a mean wait with its interval, minutes."""
    return [
        *minutes_fields("mean_wait_min", head("mean"), lambda x: (of(x).mean, of(x).at_least), "mean_is_lower_bound"),
        *interval_fields("ci95", head("interval"), of),
    ]


def percentile_fields(name: str, label: Text | None, of: Callable[[Any], Percentile]) -> list[Field]:
    """Columns of a percentile of waits, minutes."""
    return minutes_fields(
        f"{name}_wait_min", label, lambda x: (of(x).minutes, of(x).at_least), f"{name}_is_lower_bound"
    )


def minutes_fields(
    key: str, label: Text | None, of: Callable[[Any], tuple[float | None, bool | None]], bound: str
) -> list[Field]:
    """Columns of minutes and of whether they are a lower bound."""
    return [
        Field(key, label, lambda item: shown(of(item)[0], minutes(of(item)[0], bool(of(item)[1])))),
        Field(bound, None, lambda item: of(item)[1]),
    ]


def share_field(
    key: str, label: Text | None, of: Callable[[Any], tuple[float | None, bool]], kept: int | None = 6
) -> Field:
    """A column of a share of 1, shown in per cent, that may be a lower bound."""
    return Field(key, label, lambda item: shown(of(item)[0], at_least(percent(of(item)[0]), of(item)[1])), kept=kept)


def change_field(key: str, label: Text, of: Callable[[Any], tuple[float | None, bool]]) -> Field:
    """A column of a signed difference that may be a lower bound."""
    return Field(key, label, lambda item: shown(of(item)[0], at_least(change(of(item)[0]), of(item)[1])))


def fit_fields(head: Heads, of: Callable[[Any], Fit | None], prefix: str = "") -> list[Field]:
    """Columns of the fit of a line to the reported waits, minutes; empty where an item has none."""

    def part(item: object, name: str) -> Any:
        fit = of(item)
        return None if fit is None else getattr(fit, name)

    return [
        Field(f"{prefix}hours_reported", head("hours_reported"), lambda item: part(item, "hours")),
        *minutes_fields(
            f"{prefix}simulated_in_those_hours_min",
            head("simulated"),
            lambda item: (part(item, "simulated"), part(item, "at_least")),
            f"{prefix}simulated_is_lower_bound",
        ),
        reported_field(f"{prefix}reported_mean_min", head("reported"), lambda item: part(item, "reported")),
        change_field(
            f"{prefix}simulated_less_reported_min",
            head("less_reported"),
            lambda item: (part(item, "less"), bool(part(item, "at_least"))),
        ),
        Field(f"{prefix}fit_for_decisions", head("decisions"), lambda item: standing(of(item))),
    ]


def standing(fit: Fit | None) -> Cell:
    """Whether a line is fit for decisions: ``fit``, ``unfit``, ``untested``, or not calibrated."""
    if fit is None:
        return None
    return Named(fit.line.fitness or "not_calibrated", STANDINGS[fit.line.fitness])


def reported_field(key: str, label: Text, of: Callable[[Any], float | None]) -> Field:
    """A column of a mean reported wait, minutes."""
    return Field(key, label, lambda item: shown(of(item), minutes(of(item))))


def estimate_fields(
    key: str,
    label: Text | None,
    of: str | Callable[[Any], Estimate],
    decimals: int = 0,
    *,
    interval: Text | None = None,
    percentage: bool = False,
) -> list[Field]:
    """Columns of a mean and of its interval; `of` is the attribute of the item or makes the estimate from it."""
    get = attrgetter(of) if isinstance(of, str) else of
    mean = Field(key, label, lambda item: get(item).mean, decimals)
    return [
        share_field(key, label, lambda item: (get(item).mean, False)) if percentage else mean,
        *interval_fields(f"{key}_ci95", interval, get),
    ]


def interval_fields(prefix: str, label: Text | None, of: str | Callable[[Any], Estimate]) -> list[Field]:
    """Columns of the ends of the 95 % interval of an estimate and of how many replications it needs."""
    get = attrgetter(of) if isinstance(of, str) else of
    shown = Field(f"{prefix}_interval", label, lambda item: estimated_interval(get(item)), kept=None, side="right")
    return [
        *([shown] if label else []),
        Field(f"{prefix}_low", None, lambda item: get(item).low),
        Field(f"{prefix}_high", None, lambda item: get(item).high),
        Field(f"{prefix}_needs_replications", None, lambda item: get(item).needed),
    ]


def dollars_fields(prefix: str, label: Text, of: Callable[[Any], tuple[Decimal | None, Decimal | None]]) -> list[Field]:
    """Columns of a sum of US dollars, or of a range of sums, shown in whole dollars."""
    return [
        Field(prefix, label, lambda item: dollars(*of(item)), kept=None, side="right"),
        Field(f"{prefix}_low", None, lambda item: of(item)[0]),
        Field(f"{prefix}_high", None, lambda item: of(item)[1]),
    ]


def dollars_by_convention(
    catalog: Catalog,
    conventions: Iterable[str],
    of: Callable[[Any], str],
    priced: Mapping[tuple[str, str], tuple[Decimal, Decimal]],
) -> list[Field]:
    """Columns of the cost of a line's delay, US dollars, for each convention."""

    def fields(convention: str) -> list[Field]:
        label = catalog.message(f"twin.convention.{convention}")
        return dollars_fields(f"usd_{convention}", label, lambda item: priced.get((of(item), convention), (None, None)))

    return [field for convention in conventions for field in fields(convention)]


#: Columns of the value of an hour by which a delay is priced, US dollars; for JSON and CSV.
RATE_FIELDS = data_fields(
    per="rate.per",
    price_year="rate.price_year",
    prior="rate.prior",
    usd_per_hour_low="rate.low",
    usd_per_hour_high="rate.high",
    source="rate.source",
)


def crossing_name(catalog: Catalog, crossing: str) -> Text:
    """A crossing's name; what the scenario calls it where it is no place."""
    return catalog.places[crossing].name if crossing in catalog.places else Text.same(crossing)


def class_name(catalog: Catalog, line: Line) -> Text:
    """ "Passenger vehicles · Ready Lane"."""
    mode = catalog.message(f"twin.mode.{line.mode}")
    return mode + Text.same(" · ") + catalog.name("lanes", line.lane_class)


def line_names(catalog: Catalog, *scenarios: Scenario, crossings: bool | None = None) -> dict[str, Text]:
    """A name for each line, with its crossing where there are several, and its id where two would be alike.

    Parameters
    ----------
    catalog : Catalog
    *scenarios : Scenario
    crossings : bool, optional
        Whether to name the crossing in any case, or in none.
    """
    lines = {line.id: line for scenario in scenarios for line in scenario.lines}
    several = len({line.crossing for line in lines.values()}) > 1 if crossings is None else crossings
    names = {
        id: crossing_name(catalog, line.crossing) + Text.same(": ") + class_name(catalog, line)
        if several
        else class_name(catalog, line)
        for id, line in lines.items()
    }
    alike = Counter((lines[id].crossing, name) for id, name in names.items())
    return {
        id: name if alike[lines[id].crossing, name] == 1 else name + Text.same(f" ({id})") for id, name in names.items()
    }


def stage_name(catalog: Catalog, stage: str) -> Text:
    """A stage's name; a station is called by the last part of its id where the catalogue knows that."""
    if stage in (PRIMARY, WHOLE):
        return catalog.message(f"twin.stage.{stage}")
    known: Mapping[str, Text] = catalog.messages
    return known.get(f"twin.stage.{stage.rpartition('.')[2]}") or Text.same(stage)


def interval(low: float | None, high: float | None, decimals: int = 1) -> Text:
    """ "12.1 – 13.4", or a dash where there is none."""
    if low is None or high is None:
        return Text.same(MISSING)
    return both(low, decimals) + Text.same(" – ") + both(high, decimals)


def minutes(value: float | None, lower_bound: bool = False) -> Text:
    """ "12.3", "≥ 12.3" of a lower bound, "<0.1" of what would be rounded to 0, or a dash."""
    shown = Text.same("<0.1") if value is not None and 0 < value < 0.05 else both(value, 1)
    return at_least(shown, lower_bound)


def at_least(shown: Text, lower_bound: bool) -> Text:
    """A figure, marked where it is a lower bound."""
    return Text.same("≥ ") + shown if lower_bound else shown


def estimated_interval(estimate: Estimate, decimals: int = 1) -> Text:
    """An estimate's interval: "≥ 12.1" of a lower bound; with the replications it needs, where there were fewer."""
    if estimate.at_least and estimate.low is not None:
        shown = at_least(both(estimate.low, decimals), True)
    else:
        shown = interval(estimate.low, estimate.high, decimals)
    if estimate.needed is None:
        return shown
    needed = both(estimate.needed)
    return shown + Text(f" (needs {needed.en}+)", f" (requiere {needed.es}+)")


def percent(share: float | None, decimals: int = 1) -> Text:
    """ "12.5%", in Spanish "12.5 %", or a dash."""
    return Text.same(MISSING) if share is None else both(100 * share, decimals) + Text("%", " %")


def clock(minutes: float) -> str:
    """ "06:15" of minutes after midnight."""
    whole = int(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def sentences(*texts: Text) -> Text:
    """Texts one after another, each once and with a full stop."""

    def join(parts: list[str]) -> str:
        return " ".join(p if p.endswith((".", "!", "?")) else f"{p}." for p in dict.fromkeys(parts))

    return Text(join([t.en for t in texts]), join([t.es for t in texts]))


def dollars(low: Decimal | None, high: Decimal | None) -> Text:
    """A sum, or a range of sums, in whole dollars."""
    if low is None or high is None:
        return Text.same(MISSING)
    return both(low) if low == high else both(low) + Text.same(" – ") + both(high)


def change(value: float | None, decimals: int = 1) -> Text:
    """A difference with its sign."""
    return Text(signed(value, decimals, "en"), signed(value, decimals, "es"))
