"""The store: appending, vintages, two layers, records, exact types."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Timer

import polars as pl
import pytest

from ambos.asked import held
from ambos.errors import BadRows, CannotRead
from ambos.model import Finding, Snapshot
from ambos.store import Appended, Store, codes, parquet, schema
from ambos.store.engine import BESIDE, Engine
from ambos.text import Text
from store_samples import DATASETS, SCHEMA, frame, row

JAN, FEB, MAR, APR = (date(2025, m, 1) for m in (1, 2, 3, 4))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", DATASETS)


def rows(store: Store, as_of: date | None = None, *, vintages: bool = False) -> list[tuple[object, ...]]:
    shown = store.frame(store.table("sample", as_of, vintages=vintages))
    return shown.select("place", "value", "status", "as_of").sort("place", "as_of").rows()


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def findings(store: Store) -> list[tuple[str, str]]:
    """The findings as written: id and events."""
    held = store._meta("findings", schema.FINDINGS).files()
    return sorted(parquet.read(held, ["id", "events"]).rows()) if held else []


# -- appending --------------------------------------------------------------------------------------------------
def test_reading_an_empty_store_creates_nothing(store: Store) -> None:
    table = store.table("sample")
    assert store.frame(table).schema == pl.Schema(SCHEMA)
    assert rows(store) == rows(store, JAN) == rows(store, vintages=True) == []
    assert store.newest("sample") is None
    assert store.snapshots() == findings(store) == []
    assert store.frame(store.quarantined()).is_empty()
    assert not store.folder.exists()


def test_the_same_rows_twice_change_nothing(store: Store) -> None:
    given = frame(row("a", 1), row("b", None))
    assert store.append("sample", given) == Appended(new=2, revised=0, unchanged=0, version=0)
    before = files(store.folder)
    assert store.append("sample", given.reverse()) == Appended(new=0, revised=0, unchanged=2, version=0)
    assert files(store.folder) == before


def test_only_what_changed_is_added(store: Store) -> None:
    store.append("sample", frame(row("a", 1), row("b", 2), row("c", None)))
    later = [row("a", 1, APR), row("b", 3, APR), row("c", None, APR), row("d", 4, APR)]
    assert store.append("sample", frame(*later)) == Appended(new=1, revised=1, unchanged=2, version=1)
    assert rows(store) == [("a", 1, "A", MAR), ("b", 3, "A", APR), ("c", None, "A", MAR), ("d", 4, "A", APR)]
    assert rows(store, MAR) == [("a", 1, "A", MAR), ("b", 2, "A", MAR), ("c", None, "A", MAR)]
    assert rows(store, FEB) == []
    assert rows(store, vintages=True) == [
        ("a", 1, "A", MAR),
        ("b", 2, "A", MAR),
        ("b", 3, "A", APR),
        ("c", None, "A", MAR),
        ("d", 4, "A", APR),
    ]


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        ({"value": None}, True),
        ({"rate": Decimal("17.1235")}, True),
        ({"rate": None}, True),
        ({"state": "open"}, True),
        ({"status": "E"}, True),
        ({"remark": "other"}, False),
        ({"seen_at": None}, False),
        ({"snapshot_id": "1" * 16}, False),
    ],
)
def test_values_and_status_make_a_vintage_and_notes_do_not(
    store: Store, change: dict[str, object], is_new: bool
) -> None:
    store.append("sample", frame(row(as_of=MAR)))
    appended = store.append("sample", frame(row(as_of=APR, **change)))  # type: ignore[arg-type]
    assert (appended.revised, appended.unchanged) == ((1, 0) if is_new else (0, 1))


def test_a_figure_that_becomes_final_is_kept_and_is_no_revision(store: Store) -> None:
    store.append("sample", frame(row("a", 1, MAR, status="P")))
    appended = store.append("sample", frame(row("a", 1, APR)))
    assert (appended.new, appended.revised, appended.unchanged) == (0, 0, 1)
    assert rows(store, MAR) == [("a", 1, "P", MAR)] and rows(store) == [("a", 1, "A", APR)]


def test_rows_are_compared_with_what_is_held_without_adding_them(store: Store) -> None:
    store.append("sample", frame(row("a", 1, JAN), row("b", 2, FEB, status="P"), row("c", None, FEB, status="M")))
    given = frame(row("a", 7, APR), row("b", 3, APR), row("c", 4, APR), row("d", 5, APR))
    against = store.against("sample", given)
    assert (against.changed, against.settled, against.known) == (3, 1, FEB)
    assert against.given == against.newest
    assert store.against("sample", frame(row("a", 1, APR))).changed == 0
    assert len(rows(store)) == 3


def test_a_missing_value_that_arrives_and_goes_is_followed(store: Store) -> None:
    for day, value in ((JAN, None), (FEB, 0), (MAR, None)):
        store.append("sample", frame(row("a", value, day)))
    assert [rows(store, day)[0][1] for day in (JAN, FEB, MAR)] == [None, 0, None]


def test_of_one_day_the_later_appended_counts(store: Store) -> None:
    store.append("sample", frame(row("a", 1)))
    assert store.append("sample", frame(row("a", 2))).revised == 1
    assert rows(store) == rows(store, vintages=True) == [("a", 2, "A", MAR)]


def test_older_knowledge_that_arrives_late_does_not_change_the_newest(store: Store) -> None:
    store.append("sample", frame(row("a", 1, JAN)))
    store.append("sample", frame(row("a", 1, MAR, snapshot_id="march")))
    assert rows(store) == [("a", 1, "A", JAN)]
    assert store.append("sample", frame(row("a", 2, FEB))).revised == 1
    assert [rows(store, day)[0][1] for day in (JAN, FEB, MAR)] == [1, 2, 1]
    newest = store.frame(store.table("sample"))
    assert (newest["as_of"][0], newest["snapshot_id"][0], newest["remark"][0]) == (MAR, "march", "r")


def test_a_store_as_of_a_day_tells_nothing_that_came_later(store: Store) -> None:
    store.append("sample", frame(row("a", 1, FEB)))
    store.append("sample", frame(row("a", 2, APR)))
    then = store.at(MAR)
    assert rows(then) == rows(then, APR) == rows(store, MAR) == [("a", 1, "A", FEB)]
    assert rows(then, JAN) == rows(then.at(JAN)) == rows(store.at(JAN)) == []
    assert then.days("sample", APR) == store.days("sample", MAR) and store.at(JAN).days("sample") == []
    assert rows(then.at(APR)) == [("a", 1, "A", FEB)]
    assert rows(store) == [("a", 2, "A", APR)]  # the store itself is as it was


def test_rows_of_several_days_may_come_at_once(store: Store) -> None:
    given = frame(row("a", 2, FEB), row("a", 1, JAN), row("a", 2, MAR), row("a", 3, APR))
    assert store.append("sample", given) == Appended(new=1, revised=2, unchanged=1, version=0)
    assert [rows(store, day)[0][1] for day in (JAN, FEB, MAR, APR)] == [1, 2, 2, 3]


def test_no_rows_are_nothing(store: Store) -> None:
    assert store.append("sample", frame()) == Appended(0, 0, 0, None)
    assert not store.folder.exists()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (frame(row()).drop("rate"), "rate"),
        (frame(row()).with_columns(more=1), "more"),
        (frame(row(place=None)), "place"),  # type: ignore[arg-type]
        (frame(row(status=None)), "status"),
        (frame(row(status="X")), "X"),
        (frame(row("a", 1), row("b", 1), row("a", 2)), "a"),
        (frame(row("a", 1, JAN), row("a", 1, FEB), row("a", 2, JAN)), "a"),
        (frame(row()).with_columns(rate=pl.lit(17.1)), "Float64"),
        (frame(row()).with_columns(value=pl.lit("1")), "String"),
        (frame(row()).with_columns(seen_at=datetime(2025, 1, 1)), "seen_at"),  # noqa: DTZ001
    ],
)
def test_rows_that_do_not_fit_are_refused_whole(store: Store, bad: pl.DataFrame, words: str) -> None:
    with pytest.raises(BadRows) as caught:
        store.append("sample", bad)
    assert words in caught.value.say("en")
    assert words in caught.value.say("es")
    assert not store.folder.exists()


def test_narrower_types_are_taken_and_given_back_exact(store: Store) -> None:
    given = frame(row(rate=Decimal("17.1"))).with_columns(
        pl.col("value").cast(pl.Int16),
        pl.col("status").cast(pl.Enum(["A", "P"])),
        pl.col("rate").cast(pl.Decimal(10, 1)),
        pl.col("seen_at").dt.convert_time_zone("America/Hermosillo").dt.cast_time_unit("ms"),
        pl.lit(None).alias("state"),
    )
    store.append("sample", given)
    shown = store.frame(store.table("sample"))
    assert shown.schema == pl.Schema(SCHEMA)
    assert shown.equals(frame(row(rate=Decimal("17.1"))))


LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)


def test_extreme_values_come_back_exact(store: Store) -> None:
    given = frame(
        row(
            "a", 2**63 - 1, rate=Decimal("99999999999999.9999"), seen_at=datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
        ),
        row("", -(2**63), rate=Decimal("-0.0001"), remark="ñ ☃ ' \" \\ \n \x00", seen_at=None, period=date(1, 1, 1)),
    )
    store.append("sample", given)
    assert store.frame(store.table("sample")).sort("place").equals(given.sort("place"))


# -- asking -----------------------------------------------------------------------------------------------------
def test_sums_of_integers_are_integers(store: Store) -> None:
    store.append("sample", frame(row("a", 2**62), row("b", 2**61)))
    table = store.table("sample")
    total = store.frame(table.aggregate(total=table.value.sum(), mean=table.rate.mean()))
    assert total.schema["total"] == pl.Int64
    assert total["total"][0] == 2**62 + 2**61


def test_seconds_of_times_are_those_of_utc_and_no_calendar_is_asked(store: Store) -> None:
    times = [datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC), datetime(2025, 3, 9, 9, 30, tzinfo=UTC), None]
    store.append("sample", frame(*(row(str(i), seen_at=time) for i, time in enumerate(times))))
    table = store.table("sample")
    asked = table.mutate(seconds=table.seen_at.epoch_seconds()).select("place", "seconds").order_by("place")
    assert "TIMESTAMP" not in store._engine.plan(asked).sql
    assert store.frame(asked)["seconds"].to_list() == [time and time.timestamp() for time in times]


def test_a_table_keeps_showing_the_version_it_was_asked_for(store: Store) -> None:
    store.append("sample", frame(row("a", 1)))
    before = store.table("sample")
    store.append("sample", frame(row("a", 2, APR)))
    assert store.frame(before)["value"].to_list() == [1]
    assert store.frame(store.table("sample"))["value"].to_list() == [2]


def test_the_newest_period(store: Store) -> None:
    store.append("sample", frame(row(period=MAR), row(period=JAN), row("b", period=JAN)))
    assert store.newest("sample") == MAR


def test_unknown_datasets_are_key_errors(store: Store) -> None:
    with pytest.raises(KeyError):
        store.table("nothing")


def test_conditions_on_the_key_are_applied_before_the_newest_is_sought(store: Store) -> None:
    for day in (JAN, FEB, MAR):
        store.append("sample", frame(*(row(p, day.month, day) for p in "abc")))
    table = store.table("sample")
    query = store._engine.plan(table.filter(table.place == "b")).sql
    plan = store._engine.connection().execute(f"EXPLAIN {query}").fetchall()[0][1]
    scan = plan.index("READ_PARQUET")
    assert "place" in plan[scan:], plan
    assert "'b'" in plan[scan:], plan


# -- the base ---------------------------------------------------------------------------------------------------
@pytest.fixture(params=["one file", "a folder"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A read-only layer in which `a` and `b` are known since January, `b` revised in February."""
    source = Store(tmp_path / "source", DATASETS)
    source.append("sample", frame(row("a", 1, JAN), row("b", 2, JAN)))
    source.append("sample", frame(row("b", 3, FEB)))
    folder = tmp_path / "base"
    table = source.table("sample", vintages=True)
    if request.param == "one file":
        source.export("sample", table, folder / "sample.parquet")
    else:
        source.export("sample", table.filter(table.place == "a"), folder / "sample" / "1.parquet")
        source.export("sample", table.filter(table.place == "b"), folder / "sample" / "2.parquet")
    before = {p: p.read_bytes() for p in files(folder)}
    yield folder
    assert {p: p.read_bytes() for p in files(folder)} == before


def test_the_base_alone(tmp_path: Path, base: Path) -> None:
    store = Store(tmp_path / "store", DATASETS, base)
    assert rows(store) == [("a", 1, "A", JAN), ("b", 3, "A", FEB)]
    assert rows(store, JAN) == [("a", 1, "A", JAN), ("b", 2, "A", JAN)]
    assert store.frame(store.table("sample")).schema == pl.Schema(SCHEMA)
    assert store.newest("sample") == JAN
    assert not store.folder.exists()


def test_the_folder_lies_over_the_base(tmp_path: Path, base: Path) -> None:
    store = Store(tmp_path / "store", DATASETS, base)
    assert store.append("sample", frame(row("a", 1, JAN), row("b", 3, FEB))) == Appended(0, 0, 2, None)
    assert not store.folder.exists()
    given = frame(row("a", 5, MAR), row("b", 4, FEB), row("c", 6, MAR))
    assert store.append("sample", given) == Appended(new=1, revised=2, unchanged=0, version=0)
    assert rows(store) == [("a", 5, "A", MAR), ("b", 4, "A", FEB), ("c", 6, "A", MAR)]
    assert rows(store, JAN) == [("a", 1, "A", JAN), ("b", 2, "A", JAN)]


def test_a_newer_base_that_holds_what_was_appended_counts_it_once(tmp_path: Path, store: Store) -> None:
    """As when a new version of the program brings what the user had built already."""
    store.append("sample", frame(row("a", 1, JAN)))
    store.export("sample", store.table("sample"), tmp_path / "old" / "sample.parquet")
    own = Store(tmp_path / "own", DATASETS, tmp_path / "old")
    own.append("sample", frame(row("b", 2, FEB)))
    assert rows(own) == [("a", 1, "A", JAN), ("b", 2, "A", FEB)]
    store.append("sample", frame(row("b", 2, FEB)))
    store.export("sample", store.table("sample"), tmp_path / "new" / "sample.parquet")
    assert rows(Store(tmp_path / "own", DATASETS, tmp_path / "new")) == [("a", 1, "A", JAN), ("b", 2, "A", FEB)]


def test_of_both_layers_the_newest_row_is_looked_for_only_if_they_share_a_key(tmp_path: Path, store: Store) -> None:
    def known(of: Store) -> tuple[bool, list[tuple[object, ...]]]:
        sought = "row_number" in of._known(DATASETS["sample"])
        assert sought == of.revised("sample")
        return sought, rows(of)

    store.append("sample", frame(row("a", 1, JAN)))
    assert not store.revised("sample")
    store.export("sample", store.table("sample"), tmp_path / "old" / "sample.parquet")
    own = Store(tmp_path / "own", DATASETS, tmp_path / "old")
    own.append("sample", frame(row("b", 2, FEB)))
    assert known(own) == (False, [("a", 1, "A", JAN), ("b", 2, "A", FEB)])
    store.append("sample", frame(row("b", 3, MAR)))
    store.export("sample", store.table("sample"), tmp_path / "new" / "sample.parquet")
    newer = Store(tmp_path / "own", DATASETS, tmp_path / "new")
    assert known(newer) == (True, [("a", 1, "A", JAN), ("b", 3, "A", MAR)])
    own.append("sample", frame(row("a", 4, MAR)))
    assert known(own) == (True, [("a", 4, "A", MAR), ("b", 2, "A", FEB)])


def test_of_a_large_table_only_keys_of_the_base_and_of_revisions_are_looked_through(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ambos.store.store.LARGE", 0)

    def looked_through(of: Store) -> list[tuple[object, ...]]:
        table = of._delta(DATASETS["sample"])
        return (
            of._engine.rows(f"SELECT DISTINCT place FROM ({of._several(DATASETS['sample'], table)})")
            .sort("place")
            .rows()
        )

    store.append("sample", frame(row("a", 1, JAN)))
    store.export("sample", store.table("sample"), tmp_path / "old" / "sample.parquet")
    own = Store(tmp_path / "own", DATASETS, tmp_path / "old")
    own.append("sample", frame(row("b", 2, FEB), row("c", 2, FEB), row("d", 2, FEB)))
    own.append("sample", frame(row("c", 3, MAR)))
    assert looked_through(own) == [("c",)]
    store.append("sample", frame(row("b", 3, MAR)))
    store.export("sample", store.table("sample"), tmp_path / "new" / "sample.parquet")
    newer = Store(tmp_path / "own", DATASETS, tmp_path / "new")
    assert looked_through(newer) == [("a",), ("b",), ("c",)]
    assert [(place, value) for place, value, *_ in rows(newer)] == [("a", 1), ("b", 3), ("c", 3), ("d", 2)]


def test_days_of_a_large_table_are_looked_for_once_until_the_table_or_the_base_changes(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ambos.store.store.LARGE", 0)
    asked: list[str] = []
    rows_of = Engine.rows
    monkeypatch.setattr(Engine, "rows", lambda self, query: (asked.append(query), rows_of(self, query))[1])

    def days(as_of: date | None = None) -> tuple[list[date], int]:
        """The days held, of a store opened anew; and the questions that were put for it."""
        asked.clear()
        return Store(tmp_path / "own", DATASETS, tmp_path / "base").days("sample", as_of), len(asked)

    def base(period: date) -> None:
        store.append("sample", frame(row("b", 1, JAN, period)))
        store.export("sample", store.table("sample"), tmp_path / "base" / "sample.parquet")

    base(JAN)
    Store(tmp_path / "own", DATASETS).append("sample", frame(row("a", 1, FEB, FEB)))
    assert [days(), days()] == [([JAN, FEB], 1), ([JAN, FEB], 0)]
    assert [days(JAN), days(JAN)] == [([JAN], 1), ([JAN], 0)]
    Store(tmp_path / "own", DATASETS).append("sample", frame(row("a", 1, FEB, MAR)))
    assert [days(), days()] == [([JAN, FEB, MAR], 1), ([JAN, FEB, MAR], 0)]
    base(APR)
    assert [days(), days()] == [([JAN, FEB, MAR, APR], 1), ([JAN, FEB, MAR, APR], 0)]


def test_datasets_without_a_row_are_not_held(store: Store) -> None:
    assert store.holding(["sample"]) == store.holding([]) == []
    store.append("sample", frame(row("a", 1)))
    assert store.holding(["sample"]) == ["sample"]


def test_export_is_complete_or_not_at_all(tmp_path: Path, store: Store) -> None:
    store.append("sample", frame(row("a", 1, JAN), row("a", 2, FEB)))
    path = tmp_path / "out" / "sample.parquet"
    size = store.export("sample", store.table("sample"), path)
    assert (size, files(path.parent)) == (path.stat().st_size, [path])
    assert pl.read_parquet(path).equals(frame(row("a", 2, FEB)))
    with pytest.raises(BadRows):
        store.export("sample", store.table("sample").drop("rate"), path)
    with pytest.raises(BadRows):
        store.export("sample", pl.concat([frame(row("a", 1)), frame(row("a", 2))]), path)
    assert pl.read_parquet(path).equals(frame(row("a", 2, FEB)))


# -- records ----------------------------------------------------------------------------------------------------
FIRST = Snapshot(
    id="a" * 16,
    source="nobody",
    file="año.csv",
    sha256="a" * 64,
    size=3_000_000_000,
    as_of=FEB,
    retrieved_at=datetime(2025, 2, 1, 12, 30, 1, 5, tzinfo=UTC),
    request="https://example.org/?q=ñ",
    counts={"read": 3, "new": 2},
)
SECOND = Snapshot(id="b" * 16, source="nobody", file="b.csv", sha256="b" * 64, size=0, as_of=JAN)


def test_snapshots_come_back_as_they_were_recorded(store: Store) -> None:
    store.record([FIRST, SECOND])
    store.record([FIRST])
    assert store.snapshots() == [SECOND, FIRST]
    again = replace(FIRST, counts={"read": 3, "new": 0})
    store.record([again])
    assert store.snapshots() == [SECOND, again]


def test_snapshots_of_the_base_are_shown_too(tmp_path: Path, store: Store) -> None:
    store.record([FIRST, SECOND])
    store.export_snapshots({FIRST.id}, tmp_path / "base" / "snapshots.parquet")
    other = Store(tmp_path / "other", DATASETS, tmp_path / "base")
    assert other.snapshots() == [FIRST]
    assert other.snapshots(base=False) == []
    assert not other.folder.exists()
    other.record([SECOND])
    assert (other.snapshots(base=False), other.snapshots()) == ([SECOND], [SECOND, FIRST])
    again = replace(FIRST, counts={"read": 3, "new": 0})
    other.record([again])
    assert other.snapshots() == [SECOND, again]


def rejected(dataset: str, snapshot: str, *lines: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "dataset": dataset,
            "snapshot_id": snapshot,
            "line": lines,
            "row": "{}",
            "reason": pl.Series(["bad_value"] * len(lines), dtype=pl.Enum(["bad_value", "conflict"])),
            "reason_en": "bad",
            "reason_es": "malo",
        }
    )


def test_quarantined_rows_are_kept_once(store: Store) -> None:
    store.quarantine(rejected("sample", "1", 5, 6))
    store.quarantine(rejected("sample", "1", 5, 6))
    store.quarantine(rejected("sample", "2", 5))
    store.quarantine(rejected("other", "1", 7))
    store.quarantine(rejected("other", "1"))
    table = store.quarantined()
    counted = store.frame(table.group_by("dataset", "snapshot_id").agg(rows=table.count()))
    assert sorted(counted.rows()) == [("other", "1", 1), ("sample", "1", 2), ("sample", "2", 1)]
    with pytest.raises(BadRows):
        store.quarantine(rejected("sample", "3", 1).drop("row"))


def test_findings_are_replaced_whole(store: Store) -> None:
    finding = Finding(
        id="x",
        check="zero",
        dataset="sample",
        place="_T",
        item="_T",
        start=JAN,
        end=FEB,
        size=1.5,
        text=Text("A zero.", "Un cero."),
        severity="high",
        events=("e1", "e2"),
    )
    other = replace(finding, id="a", events=())
    store.write_findings([finding, other])
    assert findings(store) == [("a", "[]"), ("x", '["e1", "e2"]')]
    store.write_findings([finding])
    assert findings(store) == [("x", '["e1", "e2"]')]
    store.write_findings([])
    assert findings(store) == []


def test_tidying_makes_few_files_of_many_and_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ambos.store.delta.MANY", 5)
    for i in range(6):
        store.append("sample", frame(row("a", i), row(f"{i}", i)))
    store.write_findings([])
    before, table = rows(store), store.table("sample")
    store.tidy()
    assert len(store._delta(DATASETS["sample"]).files("kind=figure")) == 1
    assert rows(store) == before
    assert store.frame(table).height == len(before)
    assert store.append("sample", frame(row("a", 7))).revised == 1
    assert ("a", 7, "A", MAR) in rows(store)

    left = store.folder / "sample" / "kind=figure" / "left-by-a-killed-process.parquet"
    left.write_bytes(b"PAR1")
    store.tidy()
    assert left.exists()
    long_ago = left.stat().st_mtime - 8 * 24 * 3600
    os.utime(left, (long_ago, long_ago))
    store.tidy()
    assert not left.exists()
    assert ("a", 7, "A", MAR) in rows(store)


@pytest.mark.parametrize("links", [True, False])
def test_a_large_file_is_left_as_it_is_and_small_ones_are_joined_piece_by_piece(
    store: Store, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    monkeypatch.setattr("ambos.store.delta.MANY", 5)
    monkeypatch.setattr("ambos.store.delta.LARGE", 6)
    if not links:
        monkeypatch.setattr("os.link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))

    def sums() -> list[str]:
        """The hashes of the files of figures, by size."""
        found = store._delta(DATASETS["sample"]).files("kind=figure")
        return [path.stem.rpartition("-")[2] for path in sorted(found, key=lambda path: path.stat().st_size)]

    store.append("sample", frame(*(row(f"large {i}", i) for i in range(40))))
    large = sums()
    for i in range(8):
        store.append("sample", frame(row(f"{i}", i, JAN), row(f"also {i}", i, JAN)))
        store.append("sample", frame(row(f"{i}", i + 1, FEB)))
    known = [rows(store, day) for day in (JAN, FEB, MAR)], rows(store, vintages=True)
    store.tidy()
    assert ([rows(store, day) for day in (JAN, FEB, MAR)], rows(store, vintages=True)) == known
    assert large[0] in sums() and len(sums()) == 1 + 3  # the sixteen other figures, six at most in a file
    assert len(store._delta(DATASETS["sample"]).files("kind=revision")) == 2
    assert [fault for _, fault in store.verify()] == [None]
    before = files(store.folder)
    store.tidy()
    assert files(store.folder) == before, "nothing is left to be joined"


def test_after_forty_vintages_the_files_are_as_few_as_after_ten_and_every_vintage_is_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ambos.store.delta.MANY", 6)
    days = [JAN + timedelta(days=n) for n in range(40)]
    counts = []
    for n, day in enumerate(days):  # each says all figures again, and revises one of them
        store.append("sample", frame(*(row(f"{i}", n // 4 + (i <= n % 4), day) for i in range(4))))
        store.tidy()
        counts.append(len(store._delta(DATASETS["sample"]).files()))
    assert max(counts[10:]) == max(counts[:10]) <= 6 + 2
    for n, day in enumerate(days):
        assert [value for _, value, _, _ in rows(store, day)] == [n // 4 + (i <= n % 4) for i in range(4)]
    # No confirmation was lost either: a late vintage says nothing of the days after it.
    store.append("sample", frame(row("3", 99, days[20])))
    assert [rows(store, day)[3][1] for day in days[19:23]] == [5, 99, 5, 5]


# -- what another version wrote ------------------------------------------------------------------------------------
def test_other_columns_are_said_clearly(tmp_path: Path) -> None:
    Store(tmp_path, DATASETS).append("sample", frame(row()))
    sample = DATASETS["sample"]
    changed = Store(tmp_path, {"sample": replace(sample, columns=sample.columns[:-1])})
    with pytest.raises(CannotRead, match="columns"):
        changed.table("sample")


def test_an_interrupted_query_is_an_interruption_by_the_user(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    endless = held(
        "SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.range = -b.range - 1", {"n": pl.Int64()}
    )
    engine.plan(endless)
    Timer(0.3, engine.connection().interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        engine.frame(endless)


def test_frames_kept_are_bounded_by_bytes_though_each_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ambos.store.engine.MOST_KEPT", 3 * BESIDE + 100)
    engine = Engine(tmp_path)
    made: list[int] = []

    def ask(key: int) -> None:
        def make() -> pl.DataFrame:
            made.append(key)
            return pl.DataFrame({"n": [key]})

        assert engine.once(key, make)["n"][0] == key

    for key in (1, 2, 3, 1, 4):
        ask(key)
    assert made == [1, 2, 3, 4]
    for key in (1, 3, 4, 2):
        ask(key)
    assert made == [1, 2, 3, 4, 2], "of those kept, what was asked for longest ago went"


# -- codes of rows ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [pl.String(), pl.Categorical(), pl.Enum(["", "a", "b", "Ñ", "ñandú", "日本"])])
def test_texts_are_numbered_alike_in_short_and_long_tables(kind: pl.DataType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal where the texts are, and in their order; what is missing comes first."""
    texts = [["b", None, "", "ñandú", "b"], ["a", "日本"], [], ["b", "Ñ"]]
    short = codes.SHORT
    for some in (texts, texts[1:], [[None, None]], [[]]):
        parts = [pl.Series(part, dtype=pl.String).cast(kind) for part in some]
        order = sorted({text or "" for part in some for text in part if text is not None})
        missing = int(any(None in part for part in some))
        expected = [[0 if text is None else order.index(text) + missing for text in part] for part in some]
        for number in (short, -1):
            monkeypatch.setattr(codes, "SHORT", number)
            digits, width = codes._digits(parts)
            assert [digit.to_list() for digit in digits] == expected
            assert width >= len(order) + missing
