"""Checks over places and time: many places that shift at once, and one place that collapses and recovers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ambos.later import np
from ambos.model import Finding
from ambos.numbers import both, signed
from ambos.quality.context import Context, finding, month, months, percent, several, span
from ambos.quality.definitions import Check
from ambos.quality.episodes import MAD
from ambos.quality.panel import Panel, nanmedian, runs, same_month
from ambos.quality.related import beside, item_name
from ambos.quality.summary import PLACES, bounds
from ambos.text import LANGUAGES, Text, joined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ambos.quality.panel import Array


def level_shift(context: Context, check: Check) -> Iterator[Finding]:
    """Most places leave their own level in the same months: the source changed, or an event touched all."""
    for dataset in (d for d in check.settings["datasets"] if d in context.tables):
        cube = context.cube(dataset)
        for item in _carriers(context, dataset):
            for shift in shifts(cube.panel(item), check, least=check["least_count"]):
                yield _shift(context, check, dataset, item, shift, context.word("measures", item), "counts")
        items, values, parents = beside(context, check, dataset)
        with np.errstate(invalid="ignore"):
            ratios = np.where((parents >= check["least_parent"]) & (values > 0), values, np.nan) / parents
        for number, item in enumerate(items):
            for shift in shifts(Panel(cube.places, cube.first, ratios[:, number]), check, least=0):
                name = item_name(context, check, item)
                yield _shift(context, check, dataset, item, shift, name, "ratios")


class LevelShift(NamedTuple):
    """Months in which most places were off their own level together."""

    start: date
    end: date
    months: int
    places: int
    share: float
    factor: float


def shifts(panel: Panel, check: Check, least: float) -> Iterator[LevelShift]:
    """Find the shifts that most places of a panel share.

    A month's normal is the median of the same month in the years before; places are off it together when the
    median over places is, and most places are off in that direction.

    Parameters
    ----------
    panel : Panel
    check : Check
        Gives ``years``, ``least_years``, ``factor``, ``jump_factor``, ``share``, ``least_places``, ``run_months``
        and ``gap_months``.
    least : float
        Smaller values are left out (of counts; small ones scatter).
    """
    logs = _logs(panel.values, least)
    off = logs - same_month(logs, int(check["years"]), 0, int(check["least_years"]))
    known = np.isfinite(off).sum(axis=0)
    middle = nanmedian(off, 0)
    for sign in (1, -1):
        with np.errstate(invalid="ignore"):
            agree = (sign * off > math.log(check["factor"])).sum(axis=0) / np.maximum(known, 1)
            flags = (known >= check["least_places"]) & (sign * middle > math.log(check["factor"]))
        flags &= agree >= check["share"]
        for first, last, count in runs(flags, int(check["gap_months"])):
            inside = np.flatnonzero(flags[first : last + 1]) + first
            factor = float(np.exp(np.median(middle[inside])))
            if count < check["run_months"] and abs(math.log(factor)) < math.log(check["jump_factor"]):
                continue
            yield LevelShift(
                panel.month(first),
                panel.month(last),
                count,
                int(known[inside].max()),
                float(np.mean(agree[inside])),
                factor,
            )


def _shift(
    context: Context, check: Check, dataset: str, item: str, shift: LevelShift, name: Text, template: str
) -> Finding:
    parent = context.parents().get(check.settings.get("sums", {}).get(item, {}).get("parts", [item])[0])
    return finding(
        check,
        template,
        dataset=dataset,
        item=item,
        start=shift.start,
        end=shift.end,
        size=abs(math.log(shift.factor)),
        severity="high" if template == "ratios" else None,
        share=percent(shift.share),
        places=both(shift.places),
        child=name,
        parent=context.word("measures", parent) if parent else name,
        change=_signed(shift.factor - 1),
        span=span(shift.start, shift.end),
        months=months(shift.months),
        least=both(check["least_parent" if template == "ratios" else "least_count"]),
        years=both(check["years"]),
    )


def _signed(change: float) -> Text:
    """A change as a percentage with its sign: "+49%", "−27%"."""
    return Text(*(signed(change * 100, 0, language) + "%" for language in LANGUAGES))


def collapse(context: Context, check: Check) -> Iterator[Finding]:
    """A place falls much further below its usual level than the others of its border."""
    for dataset in (d for d in check.settings["datasets"] if d in context.tables):
        fallen = pl.DataFrame(
            [
                {"place": panel.places[row], "item": item, **fall._asdict()}
                for item, panel in ((one, context.cube(dataset).panel(one)) for one in _carriers(context, dataset))
                for row, fall in falls(panel, check, _borders(context, panel))
            ],
            schema={
                "place": pl.String,
                "item": pl.String,
                "start": pl.Date,
                "end": pl.Date,
                "months": pl.Int64,
                "value": pl.Float64,
                "usual": pl.Float64,
                "previous": pl.Float64,
                "others": pl.Float64,
                "back": pl.Date,
            },
        )
        own = fallen.filter(pl.col("place").is_in(context.own)).sort("place", "start", "item")
        for fall in own.iter_rows(named=True):
            after = "zero" if fall["value"] == 0 else "lasting" if fall["back"] is None else "recovered"
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=fall["place"],
                item=fall["item"],
                start=fall["start"],
                end=fall["end"],
                size=fall["usual"] - fall["value"],
                severity="high" if fall["usual"] / fall["months"] >= check["high_usual"] else None,
                where=context.place(fall["place"]),
                counted=_counted(context, check, fall),
                years=both(check["years"]),
                after=check.texts[after].format(
                    others=_signed(fall["others"] - 1),
                    share=percent(check["usual"]),
                    back=month(fall["back"] or fall["end"]),  # the words of a lasting fall name none
                ),
            )
        others = fallen.filter(~pl.col("place").is_in(context.own))
        if others.height:
            largest = others.with_columns(lost=pl.col("usual") - pl.col("value")).sort("lost", descending=True)
            examples = [
                context.place(r["place"])
                + Text.same(", ")
                + month(r["start"])
                + Text.same(f" ({both(r['value']).en} / {both(r['usual']).en})")
                for r in largest.unique("place", keep="first", maintain_order=True).head(5).iter_rows(named=True)
            ]
            yield finding(
                check,
                "others",
                dataset=dataset,
                start=bounds(others)[0],
                end=bounds(others)[1],
                size=others.height,
                severity="low",
                times=several(others.height, Text("time", "vez"), Text("times", "veces")),
                places=several(others["place"].n_unique(), *PLACES),
                examples=joined(examples, "; "),
            )


def _counted(context: Context, check: Check, fall: dict[str, Any]) -> Text:
    """Counted, usual, and counted a year before where that is held."""
    words = check.texts["counted"].format(
        item=context.word("measures", fall["item"]),
        value=both(fall["value"]),
        span=span(fall["start"], fall["end"]),
        usual=both(fall["usual"]),
        fall=percent(1 - fall["value"] / fall["usual"]),
    )
    if fall["previous"] is None:
        return words
    return words + check.texts["previous"].format(previous=both(fall["previous"]))


class Fall(NamedTuple):
    """A place's count far below its usual level: totals over the months of the fall."""

    #: `start`, `end`: first and last month.
    start: date
    end: date
    months: int  #: Months held from the first to the last.
    #: `value`, `usual`: counted, and the sum of the medians of the same months of the years around, unadjusted.
    value: float
    usual: float
    previous: float | None  #: Counted in the same months of the year before; None where one of them is not held.
    others: float  #: The other places of the group together, over these months, as a multiple of their own usual level.
    #: The first month after it at ``usual`` of its usual level or more, unadjusted; None if there is none.
    back: date | None


def falls(panel: Panel, check: Check, groups: Sequence[str]) -> Iterator[tuple[int, Fall]]:
    """Find the falls of single places.

    A month's usual level is the median of the same month in the years around it. Whether a place fell alone is judged
    after its usual level is moved by as much as the median place of its group was off its own in that month. The
    months next to a fall in which the place, so judged, is below ``low`` of its level belong to it.

    Parameters
    ----------
    panel : Panel
    check : Check
    groups : sequence of str
        The group of each place of the panel.

    Yields
    ------
    int, Fall
        The row of the panel, and the fall.
    """
    years = int(check["years"])
    expected = same_month(_logs(panel.values, 1), years, years, int(check["least_years"]))
    off = np.log(np.maximum(panel.values, 0.5)) - expected  # a published zero is as far down as a count can be
    common = np.zeros_like(off)
    for group in set(groups):
        members = np.array([g == group for g in groups])
        if members.sum() >= check["least_places"]:
            common[members] = np.nan_to_num(nanmedian(off[members], 0))
    alone = off - common
    scatter = MAD * nanmedian(np.abs(alone), 1)
    with np.errstate(invalid="ignore"):
        limit = np.minimum(math.log(check["factor"]), -check["deviations"] * scatter)[:, None]
        flags = (np.exp(expected + common) >= check["least_usual"]) & (alone < limit)
        low = alone < math.log(check["low"])
    usual, near = math.log(check["usual"]), int(check["near_months"])
    for row in np.flatnonzero(flags.any(axis=1)):
        for first, last, _ in runs(_widened(flags[row], low[row]), int(check["gap_months"])):
            before = alone[row, max(0, first - near) : first]
            with np.errstate(invalid="ignore"):
                back = np.flatnonzero(off[row, last + 1 :] >= usual) + last + 1
            inside = np.flatnonzero(np.isfinite(alone[row, first : last + 1])) + first
            if len(inside) > check["longest_months"] or not _usual(before, usual):
                continue
            previous = panel.values[row, inside - 12].sum() if first >= 12 else math.nan
            others = np.array([g == groups[int(row)] and p != row for p, g in enumerate(groups)])
            yield (
                int(row),
                Fall(
                    panel.month(first),
                    panel.month(last),
                    len(inside),
                    float(panel.values[row, inside].sum()),
                    float(np.exp(expected[row, inside]).sum()),
                    None if math.isnan(previous) else float(previous),
                    _together(panel.values[others][:, inside], np.exp(expected[others][:, inside])),
                    panel.month(int(back[0])) if len(back) else None,
                ),
            )


def _widened(flags: NDArray[np.bool_], low: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The flagged months and the low ones next to them, one after another."""
    wide = np.zeros_like(flags)
    for first, last, _ in runs(flags | low, 1):
        wide[first : last + 1] = flags[first : last + 1].any()
    return wide


def _together(values: Array, usual: Array) -> float:
    """Places together as a multiple of their usual level, over the cells that have both."""
    both_known = np.isfinite(values) & np.isfinite(usual)
    return float(values[both_known].sum() / usual[both_known].sum()) if both_known.any() else math.nan


def _usual(values: Array, limit: float) -> bool:
    """Return True if the median of some months is near normal."""
    known = values[np.isfinite(values)]
    return len(known) > 0 and float(np.median(known)) > limit


def _logs(values: Array, least: float) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((values >= least) & (values > 0), np.log(values), np.nan)


def _carriers(context: Context, dataset: str) -> list[str]:
    """List the measures that are no part of another."""
    return [item for item in context.cube(dataset).items if item not in context.parents()]


def _borders(context: Context, panel: Panel) -> list[str]:
    """Map each place to the country on the other side of its border."""
    known = context.catalog.places
    return [(known[p].border or "") if p in known else "" for p in panel.places]
