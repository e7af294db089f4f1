"""Whatever is appended in whatever order, the store knows what the plain list of all statements knows."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ambos.store import Store
from ambos.store.codes import encode
from ambos.store.store import LARGE
from ambos.store.vintages import Changes, changes, compare
from examples import examples
from store_samples import DATASETS, frame, row

START = date(2025, 1, 1)
Statement = tuple[str, int, int | None, str]  # place, day, value, status

statement = st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.sampled_from([None, 1]), st.sampled_from(["A", "P"]))
statements = st.lists(statement, min_size=1, max_size=4, unique_by=lambda s: (s[0], s[1]))


def rows_of(batch: list[Statement]) -> pl.DataFrame:
    return frame(*(row(p, v, START + timedelta(days=d), status=s) for p, d, v, s in batch))


def known(batches: list[list[Statement]], day: int) -> dict[str, tuple[int | None, str]]:
    """The obvious model: all statements, in the order of their day; of one day the later appended counts."""
    all_of_them = sorted((s for batch in batches for s in batch), key=lambda s: s[1])  # a stable sort
    return {place: (value, status) for place, d, value, status in all_of_them if d <= day}


def shown(store: Store, as_of: date | None) -> dict[str, tuple[int | None, str]]:
    rows: list[dict[str, Any]] = store.frame(store.table("sample", as_of)).to_dicts()
    result = {r["place"]: (r["value"], r["status"]) for r in rows}
    assert len(result) == len(rows), "a key is shown twice"
    return result


def final_alike(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The frames with `key`, `values` and `said` as numbers; in `said` a provisional figure is like a final one."""
    said = [f.with_columns(pl.col("status").replace("P", "A")) for f in frames]
    columns = {"key": (frames, ["key"]), "values": (frames, ["value", "status"]), "said": (said, ["value", "status"])}
    numbers = {name: encode(of, keys) for name, (of, keys) in columns.items()}
    return [f.with_columns(**{name: of[i] for name, of in numbers.items()}) for i, f in enumerate(frames)]


def told(found: Changes) -> tuple[object, ...]:
    rows = (found.figures.to_list(), found.confirmations.to_list(), found.restored.rows())
    return *rows, found.new, found.revised, found.unchanged


class Plain:
    """A store of lists in memory around the comparison, so that many examples can be tried."""

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.appended = 0

    def append(self, batch: list[Statement]) -> Changes:
        self.appended += 1
        given = [{"key": p, "as_of": START + timedelta(days=d), "value": v, "status": s} for p, d, v, s in batch]
        late = [c for c in self.confirmed if c["as_of"] >= min(g["as_of"] for g in given)]
        schema = {"key": pl.String, "as_of": pl.Date, "value": pl.Int64, "status": pl.String, "sequence": pl.Int64}
        frames = [pl.DataFrame(rows, schema=schema) for rows in (given, self.held, late)]
        keys, values = encode(frames, ["key"]), encode(frames, ["value", "status"])
        coded = zip(frames, keys, values, strict=True)
        found = compare(
            *(f.select(k.alias("key"), v.alias("values"), v.alias("said"), "as_of", "sequence") for f, k, v in coded)
        )
        assert told(self.row_by_row(frames)) == told(
            compare(*(f.select("key", "values", "said", "as_of", "sequence") for f in final_alike(frames)))
        )
        restored = [
            self.held[r["held"]] | {"as_of": late[r["confirmation"]]["as_of"]} for r in found.restored.to_dicts()
        ]
        self.confirmed += [given[i] for i in found.confirmations]
        self.held += [r | {"sequence": self.appended} for r in (*(given[i] for i in found.figures), *restored)]
        return found

    @staticmethod
    def row_by_row(frames: list[pl.DataFrame]) -> Changes:
        """The changes as a store finds them, which compares keys of one row each without putting them in order."""
        rows, held, late = [
            f.with_columns(k.alias("key")) for f, k in zip(frames, encode(frames, ["key"]), strict=True)
        ]
        return changes(
            rows.select("key", "as_of", "value", pl.col("status").cast(pl.Categorical)),
            rows["key"].arg_sort(),
            held.select("key", "as_of", "value", "status", "sequence"),
            late.select("key", "as_of"),
        )

    def shown(self, day: int) -> dict[str, tuple[int | None, str]]:
        rows = sorted(self.held, key=lambda r: (r["as_of"], r["sequence"]))
        return {r["key"]: (r["value"], r["status"]) for r in rows if r["as_of"] <= START + timedelta(days=day)}


@settings(max_examples=examples(150), deadline=None)
@given(batches=st.lists(statements, min_size=1, max_size=6))
def test_comparing_keeps_what_the_list_of_statements_knows(batches: list[list[Statement]]) -> None:
    plain = Plain()
    for count, batch in enumerate(batches, start=1):
        seen = {p for b in batches[: count - 1] for p, *_ in b}
        found = plain.append(batch)
        assert found.new == len({p for p, *_ in batch} - seen)
        assert found.new + found.revised + found.unchanged == len(batch)
        for day in range(4):
            assert plain.shown(day) == known(batches[:count], day)
    again = plain.append(batches[-1])
    assert (again.figures.len(), again.confirmations.len(), again.restored.height) == (0, 0, 0)


@pytest.mark.parametrize("large", [LARGE, 0], ids=["small table", "large table"])
@settings(max_examples=20, deadline=None)
@given(batches=st.lists(statements, min_size=1, max_size=5), in_base=st.integers(0, 2))
def test_the_store_knows_what_the_list_of_statements_knows(
    large: int, batches: list[list[Statement]], in_base: int
) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        patch("ambos.store.store.LARGE", large),
        patch("ambos.store.codes.SHORT", large),
    ):
        folder = Path(name)
        base = None
        if in_base:
            source = Store(folder / "source", DATASETS)
            for batch in batches[:in_base]:
                source.append("sample", rows_of(batch))
            base = folder / "base"
            figures = source.frame(source.table("sample", vintages=True))
            source.export("sample", figures, base / "sample.parquet")
            # A base holds figures only, without what merely confirmed them: that is where the model starts.
            start = [(r["place"], (r["as_of"] - START).days, r["value"], r["status"]) for r in figures.to_dicts()]
            batches = [start, *batches[in_base:]]
        store = Store(folder / "store", DATASETS, base)
        for batch in batches[1:] if base else batches:
            appended = store.append("sample", rows_of(batch))
            assert appended.new + appended.revised + appended.unchanged == len(batch)
        for day in range(4):
            assert shown(store, START + timedelta(days=day)) == known(batches, day)
        assert shown(store, None) == known(batches, 4)

        before = store.append("sample", rows_of(batches[-1]))
        again = store.append("sample", rows_of(batches[-1]))
        assert (again.new, again.revised, again.version) == (0, 0, before.version)


@settings(max_examples=examples(20), deadline=None)
@given(batches=st.lists(statements, min_size=1, max_size=5), old=st.integers(0, 2), new=st.integers(0, 5))
@example(batches=[[("a", 0, 1, "A")], [("b", 1, 1, "A")]], old=1, new=2)
@example(batches=[[("a", 0, 1, "A")], [("a", 0, 2, "A")], [("b", 1, 1, "A")]], old=2, new=2)
def test_of_a_large_table_the_same_is_known_whether_or_not_all_keys_are_looked_through(
    batches: list[list[Statement]], old: int, new: int
) -> None:
    """Also where the base is that of a newer version of the program, which holds what was appended to the older."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = Store(folder / "source", DATASETS)
        bases = {count: folder / f"base {count}" for count in sorted({old, old + new})}
        for count, base in bases.items():
            for batch in batches[:count]:
                source.append("sample", rows_of(batch))
            source.export("sample", source.table("sample", vintages=True), base / "sample.parquet")
        for batch in batches[old:]:
            Store(folder / "store", DATASETS, bases[old]).append("sample", rows_of(batch))
        for base in bases.values():
            said = []
            for large in (LARGE, -1):
                with patch("ambos.store.store.LARGE", large):
                    store = Store(folder / "store", DATASETS, base)
                    vintages = store.frame(store.table("sample", vintages=True))
                    days = [*(START + timedelta(days=day) for day in range(4)), None]
                    said.append((vintages.sort("place", "as_of").rows(), [shown(store, day) for day in days]))
            assert said[0] == said[1]


times = st.sampled_from([datetime(1969, 12, 31, 23, 59, 59, t, UTC) for t in (0, 0, 0, 1)]) | st.just(
    datetime(2025, 1, 1, tzinfo=UTC)
)


@settings(max_examples=examples(100), deadline=None)
@given(
    data=st.lists(
        st.tuples(
            st.none() | st.sampled_from(["", "a", "b", "ñ"]),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.dates(),
            st.none() | times,
        ),
        max_size=30,
    ),
    cut=st.integers(0, 30),
)
@example(data=[("a", -(2**63), None, None), ("a", 2**63 - 1, None, None), ("a", None, None, None)], cut=1)
def test_codes_are_equal_and_ordered_as_the_columns_are(data: list[tuple[Any, ...]], cut: int) -> None:
    schema = {"a": pl.String, "b": pl.Int64, "c": pl.Date, "d": pl.Datetime("us", "UTC")}
    whole = pl.DataFrame(data, schema=schema, orient="row")
    codes = pl.concat(encode([whole.head(cut), whole.slice(cut)], list(schema)))
    by_hand = sorted(set(data), key=lambda r: [(0,) if x is None else (1, x) for x in r])
    place = {values: i for i, values in enumerate(by_hand)}
    assert codes.rank("dense").to_list() == [place[values] + 1 for values in data]


@settings(max_examples=examples(30), deadline=None)
@given(
    runs=st.lists(st.tuples(st.none() | st.sampled_from(["", "a", "b", "ñ"]), st.integers(1, 900)), min_size=3),
    others=st.lists(st.none() | st.sampled_from(["a", "z"]), max_size=5),
)
@example(runs=[(None, 900), ("b", 900), (None, 1), ("a", 1)], others=[])
def test_texts_repeated_among_neighbours_have_the_numbers_of_categories(
    runs: list[tuple[str | None, int]], others: list[str | None]
) -> None:
    frames = [
        pl.DataFrame({"a": pl.Series([text for text, times in runs for _ in range(times)], dtype=pl.String)}),
        pl.DataFrame({"a": pl.Series(others, dtype=pl.String)}),
    ]
    categories = [f.with_columns(pl.col("a").cast(pl.Categorical)) for f in frames]
    for one, other in zip(encode(frames, ["a"]), encode(categories, ["a"]), strict=True):
        assert one.equals(other)
