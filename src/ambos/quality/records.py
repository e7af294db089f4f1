"""Checks of keys and vintages: repeated rows and later revisions of a source."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.model import Dataset, Finding
from ambos.model.codes import TOTAL
from ambos.numbers import both
from ambos.quality.context import Context, dated, finding, listed, month, percent, several, when
from ambos.quality.definitions import Check
from ambos.text import Text, joined

if TYPE_CHECKING:
    from ambos.asked import Asked

KEYS = (Text("key", "clave"), Text("keys", "claves"))
#: A share below it needs more decimals than two of a percentage.
_LEAST_SHOWN = 0.0001


def duplicate_key(context: Context, check: Check) -> Iterator[Finding]:
    """Keys that a file gives more than once: with the same value, or with different ones."""
    table = context.tables.get("quarantine")
    if table is None:
        return
    rows = (
        table.filter(table.reason.isin(["duplicate", "conflict"]))
        .select("dataset", "reason", "row", "reason_en", "reason_es")
        .pipe(context.frame)
    )
    for (dataset, reason), group in rows.group_by("dataset", "reason", maintain_order=True):
        held = context.catalog.datasets[str(dataset)]
        given = [json.loads(row) for row in group["row"]]
        for row, said in zip(given, group.select("reason_en", "reason_es").iter_rows(), strict=True):
            row["said"] = Text(*said)
        if reason == "conflict":
            yield from _conflicts(context, check, held, given)
        else:
            yield _duplicates(context, check, held, given)


def _conflicts(context: Context, check: Check, dataset: Dataset, given: list[dict[str, Any]]) -> Iterator[Finding]:
    by_key: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in given:
        by_key.setdefault(tuple(str(row.get(k)) for k in dataset.keys), []).append(row)
    value = _number(dataset)
    for rows in by_key.values():
        place, start = _place(context, dataset, rows[0]), _when(rows[0], dataset)
        # a file read again lists its rows again
        values = sorted({float(r[value]) for r in rows if r.get(value) is not None})
        yield finding(
            check,
            "conflict",
            dataset=dataset.id,
            place=place,
            item=_item(context, dataset, rows[0]),
            start=start,
            end=start,
            size=values[-1] - values[0] if values else 0,
            severity="high" if place in context.own else None,
            what=_first_capital(_described(context, dataset, rows[0])),
            values=listed([both(v) for v in values]),
            done=rows[0]["said"],
        )


def _duplicates(context: Context, check: Check, dataset: Dataset, given: list[dict[str, Any]]) -> Finding:
    unique = {tuple(str(row.get(k)) for k in dataset.keys): row for row in given}
    dates = sorted(_when(row, dataset) for row in unique.values())
    places = sorted({_place(context, dataset, row) for row in unique.values()})
    shown = listed([context.place(p) for p in places[:8]])
    return finding(
        check,
        "duplicate",
        dataset=dataset.id,
        start=dates[0],
        end=dates[-1],
        size=len(unique),
        severity="low",
        title=dataset.title,
        keys=several(len(unique), *KEYS),
        months=listed([month(d) for d in sorted({d.replace(day=1) for d in dates})[:6]]),
        places=shown,
    )


def revised(context: Context, check: Check) -> Iterator[Finding]:
    """Values that a later vintage changed: how many, by how much; the old ones stay readable.

    Those that it withdrew, and those that it gave where the value was missing, are told apart: they have no size.
    """
    for name in sorted(context.tables):
        if not name.startswith("vintages:"):
            continue
        dataset = context.catalog.datasets[name.removeprefix("vintages:")]
        changes = revisions(context.tables[name], dataset, context.frame)
        for (known,), rows in changes.group_by("as_of", maintain_order=True):
            kinds = {
                "revised": rows.filter(pl.col("change").is_not_null()),
                "withdrawn": rows.filter(pl.col("after").is_null()),
                "restored": rows.filter(pl.col("before").is_null()),
            }
            for kind, own in kinds.items():
                if own.height:
                    yield _revised(context, check, dataset, kind, known, own)


def _revised(context: Context, check: Check, dataset: Dataset, kind: str, known: object, rows: pl.DataFrame) -> Finding:
    """The changes of one kind in one vintage."""
    sizes = pl.coalesce("change", "before", "after").abs()
    largest = rows.sort(sizes, descending=True, maintain_order=True).row(0, named=True)
    column = dataset.column(_number(dataset))
    decimals = context.catalog.units[column.unit].decimals if column.unit else 0
    typical = rows["relative"].abs().median()
    fine = isinstance(typical, float) and typical < _LEAST_SHOWN

    def amount(value: float | None) -> Text:
        written = both(value, decimals)
        if value is None or column.unit in (None, "count"):
            return written
        return joined((written, context.catalog.units[column.unit].symbol), " ")

    return finding(
        check,
        kind,
        dataset=dataset.id,
        item=str(known) if kind == "revised" else f"{known}/{kind}",
        start=_as_date(rows[dataset.period].min()),
        end=_as_date(rows[dataset.period].max()),
        size=rows.height,
        severity="low" if rows.height < check["many"] else None,
        title=dataset.title,
        values=several(rows.height, Text("value", "valor"), Text("values", "valores")),
        before=dated(_as_date(rows["as_of_before"].min())),
        known=dated(_as_date(known)),
        typical=percent(float(typical), 4 if fine else 2) if isinstance(typical, int | float) else Text.same("–"),
        what=_described(context, dataset, largest),
        old=amount(largest["before"]),
        new=amount(largest["after"]),
    )


def revisions(table: Asked, dataset: Dataset, collect: Callable[[Asked], pl.DataFrame]) -> pl.DataFrame:
    """Every change of the first number of a dataset's values from one vintage to the next.

    Returns
    -------
    polars.DataFrame
        The keys, ``as_of_before``, ``as_of``, ``before``, ``after``, ``change`` and ``relative``; the last two are null
        where a value is missing before or after.
    """
    keys, value = list(dataset.keys), _number(dataset)
    # most keys have one vintage only: they are left aside before anything is ordered
    again = table.group_by(keys).having(table.as_of.count() > 1).aggregate(vintages=table.as_of.count())
    rows: pl.DataFrame = collect(table.semi_join(again, keys).select(*keys, "as_of", value))
    if rows.is_empty():
        return pl.DataFrame(schema=["as_of"])
    return (
        rows.sort(*keys, "as_of")
        .with_columns(pl.col(value).cast(pl.Float64).alias("after"))
        .with_columns(
            pl.col("after").shift(1).over(keys).alias("before"),
            pl.col("as_of").shift(1).over(keys).alias("as_of_before"),
        )
        # a key's first row has nothing before it; a value that is withdrawn, or brought back, is a change too
        .filter(pl.col("as_of_before").is_not_null() & pl.col("before").ne_missing(pl.col("after")))
        .with_columns(change=pl.col("after") - pl.col("before"))
        .with_columns(relative=pl.when(pl.col("before") != 0).then(pl.col("change") / pl.col("before")))
        .sort("as_of", *keys)
    )


def _number(dataset: Dataset) -> str:
    """The first value column that holds numbers."""
    return next(c.id for c in dataset.columns if c.role == "value" and c.type in ("int", "decimal"))


def _place(context: Context, dataset: Dataset, row: dict[str, Any]) -> str:
    """The row's place: the first key that holds one of ours, else the first that holds one."""
    places = [str(row[k]) for k in dataset.keys if row.get(k) in context.catalog.places]
    return next((p for p in places if p in context.own), places[0] if places else TOTAL)


def _item(context: Context, dataset: Dataset, row: dict[str, Any]) -> str:
    """The other keys, joined."""
    place = _place(context, dataset, row)
    rest = [str(row[k]) for k in dataset.keys if k != dataset.period and str(row.get(k)) != place]
    return "/".join(rest) or TOTAL


def _first_capital(words: Text) -> Text:
    return Text(words.en[:1].upper() + words.en[1:], words.es[:1].upper() + words.es[1:])


def _described(context: Context, dataset: Dataset, row: dict[str, Any]) -> Text:
    """A row's keys in words."""
    parts = []
    for key in dataset.keys:
        codes = dataset.column(key).codes
        if key == dataset.period:
            parts.append(when(_when(row, dataset), dataset.frequency))
        elif row[key] in context.catalog.places:
            parts.append(context.place(row[key]))
        else:
            parts.append(context.word(codes, row[key]) if codes else Text.same(str(row[key])))
    return joined(parts)


def _when(row: dict[str, Any], dataset: Dataset) -> date:
    return _as_date(row[dataset.period])


def _as_date(value: Any) -> date:
    """A date of a date, a time or their text."""
    return date.fromisoformat(str(value)[:10])
