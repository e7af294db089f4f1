"""The store: tables with vintages, in two layers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

import polars as pl

from ambos.asked import Asked, held
from ambos.cache import kept
from ambos.errors import CannotRead, FutureRows, StoreError, system_refuses
from ambos.files import state_of_tables
from ambos.model import Dataset, Finding, Snapshot
from ambos.store import codes, delta, engine, failures, parquet, records, schema, vintages
from ambos.store.schema import CONFIRMATION, FIGURE, KIND, REVISION, SEQUENCE

#: Said of a Parquet file of a base in which no key has two rows.
ONCE = "once"
#: Bytes of figures from which on a table is large: about 13 million hours of waits.
LARGE = 32 * 2**20
#: Numbers of keys that both layers share which are kept in the user's cache folder.
MOST_SHARED = 256
#: Lists of days of large tables that are kept there.
MOST_DAYS = 16


@dataclass(frozen=True, slots=True)
class Against:
    """Comparison of given rows with the rows held."""

    #: `given`, `newest`: the newest period of the rows given, and of the dataset.
    given: date | datetime
    newest: date | datetime | None
    #: `changed`, `settled`: rows with other values than those known of their key; and those of them whose values were
    #: final (status A).
    changed: int = 0
    settled: int = 0
    known: date | None = None  #: The newest day on which any of the values that differ was known.


@dataclass(frozen=True, slots=True)
class Appended:
    """Counts of rows appended."""

    #: `new`, `revised`, `unchanged`: rows with a key never seen; with other values or another status than were known;
    #: with the same. A figure that only became final is among the latter.
    new: int
    revised: int
    unchanged: int
    version: int | None  #: The newest version of the table afterwards; None if nothing was ever appended.


class Store:
    """All that is known, and when it was known.

    There are two layers. The *base* is a folder of Parquet files that come with the program; it is never written to.
    The *folder* holds one Delta table per dataset. Reading shows both as one; where both know a key on the same day,
    the folder counts. Nothing is created before the first write.

    The figures of the base count when rows are compared, so that appending what the base already holds adds nothing.
    A base that changes with a new version of the program is taken as it is.

    Parameters
    ----------
    folder : Path
    datasets : mapping of str to Dataset
    base : Path or None
        Holds ``<dataset>.parquet`` or ``<dataset>/*.parquet`` in the schema of the dataset (`export` writes them),
        and ``snapshots.parquet``.
    today : date or None
        Rows of the folder that say they were known after this day do not count; None: all count.

    Notes
    -----
    Several threads may share one store: their queries wait for each other. Several processes may read and write one
    folder: a writer that finds another one was faster compares its rows anew.

    Whatever reads raises `CannotRead`, whatever writes `CannotWrite`; rows that do not fit their table raise `BadRows`.
    """

    def __init__(
        self, folder: Path, datasets: Mapping[str, Dataset], base: Path | None = None, today: date | None = None
    ) -> None:
        self.folder = folder
        self.datasets = datasets
        self.base = base
        self.today = today
        self._engine = engine.Engine(folder, base)
        self._day: date | None = None
        self._pinned: dict[str, delta.DeltaLog] = {}

    def pinned(self) -> Store:
        """This store as it is now, for reading: versions that are appended later are not seen.

        What is damaged now is refused when it is read, as ever.
        """
        then = copy(self)
        then._pinned = {}
        columns = {name: [*schema.stored(dataset), KIND] for name, dataset in self.datasets.items()}
        columns |= {name: list(of) for name, of in schema.RECORDS.items()}
        for _ in range(delta.TRIES):
            before = self.fingerprint()
            for name, wanted in columns.items():
                with suppress(CannotRead):
                    then._pinned[name] = delta.DeltaLog(self.folder / name, wanted)
            if self.fingerprint() == before:
                break
        return then

    def at(self, day: date) -> Store:
        """This store as it was known on a day: `table` and `days` give nothing that came later, whatever else is asked."""
        then = copy(self)
        then._day = day if self._day is None else min(day, self._day)
        return then

    # -- figures ------------------------------------------------------------------------------------------------
    def append(self, dataset: str, frame: pl.DataFrame) -> Appended:
        """Add the rows that say something new.

        A row is added if its key is new, or if its values or status differ from what was known of it on its date of
        knowledge (`as_of`). Notes are not compared. Rows may come in any order of `as_of`: what is known on any
        date does not depend on it. Of two rows with one key and one date the one appended later counts.

        Parameters
        ----------
        dataset : str
        frame : polars.DataFrame
            The dataset's columns, `status`, `as_of` and `snapshot_id`; each key once per `as_of`, no nulls in them.

        Raises
        ------
        BadRows
            If the rows do not fit the table.
        CannotWrite
            If they cannot be written; the last good version is untouched.
        CannotRead
            If what is held is damaged.
        KeyError
            If there is no such dataset.
        """
        what = self.datasets[dataset]
        rows = schema.check(what, frame)
        return delta.retry(lambda: self._append(what, rows), self.folder)

    def _append(self, dataset: Dataset, rows: pl.DataFrame) -> Appended | None:
        table = self._delta(dataset)
        if rows.is_empty():
            return Appended(0, 0, 0, table.version)
        period = pl.col(dataset.period)
        within = (period >= rows[dataset.period].min()) & (period <= rows[dataset.period].max())
        late = within & (pl.col("as_of") >= rows["as_of"].min())
        values = [*dataset.values, "status"]
        held = self._figures(dataset, table, [*dataset.keys, *values, "as_of", SEQUENCE], within)
        confirmed = self._confirmations(dataset, table, late)

        key = [code.alias("key") for code in codes.encode([rows, held, confirmed], _order(dataset))]
        order = key[0].arg_sort()
        in_order = key[0].gather(order)
        if (in_order == in_order.shift(1)).any():
            schema.check_once(dataset, rows, key[0])
        changes = vintages.changes(
            rows.select(key[0], "as_of", *values),
            order,
            held.select(key[1], "as_of", *values, SEQUENCE),
            confirmed.select(key[2], "as_of"),
        )
        # Any second row of a key counts here, a figure that only became final as well.
        kinds: pl.Series | pl.Expr = pl.lit(FIGURE)
        if changes.figures.len() > changes.new:
            added = key[0].gather(changes.figures)
            second = added.is_duplicated() | added.is_in(held.select(key[1]).to_series().implode())
            kinds = second.replace_strict([False, True], [FIGURE, REVISION])
        parts = [schema.as_text(rows[changes.figures]).with_columns(kinds.alias(KIND))]
        if changes.confirmations.len():
            marks = rows.select(*dataset.keys, "as_of", "snapshot_id")[changes.confirmations]
            parts.append(schema.as_text(marks).with_columns(pl.lit(CONFIRMATION).alias(KIND)))
        if changes.restored.height:
            again = self._figures(dataset, table, list(schema.of(dataset)), within)[changes.restored["held"]]
            by = confirmed[changes.restored["confirmation"]]
            parts.append(again.with_columns(by["as_of"], by["snapshot_id"], pl.lit(REVISION).alias(KIND)))
        version = table.version
        if any(part.height for part in parts):
            sequence = pl.lit(1 if version is None else version + 2, pl.Int64).alias(SEQUENCE)
            version = table.commit(pl.concat(parts, how="diagonal").with_columns(sequence), partition=KIND)
            if version is None:
                return None
        return Appended(changes.new, changes.revised, changes.unchanged, version)

    def against(self, dataset: str, frame: pl.DataFrame) -> Against:
        """Compare rows with what is known today, without adding them.

        Parameters
        ----------
        dataset : str
        frame : polars.DataFrame
            As for `append`; not empty.
        """
        what = self.datasets[dataset]
        rows = schema.check(what, frame)
        given, newest = rows[what.period].max(), self.newest(dataset)
        table = self.table(dataset)
        period = table[what.period]
        held = self.frame(table.filter(period.between(rows[what.period].min(), given)))
        keys = codes.encode([rows, held], _order(what))
        values = codes.encode([rows, held], what.values)
        both = pl.DataFrame({"key": keys[0], "theirs": values[0]}).join(
            pl.DataFrame({"key": keys[1], "ours": values[1], "status": held["status"], "as_of": held["as_of"]}),
            on="key",
        )
        other = both.filter(pl.col("theirs") != pl.col("ours"))
        settled = other.filter(pl.col("status") == "A").height
        return Against(cast(date, given), newest, other.height, settled, cast("date | None", other["as_of"].max()))

    def _figures(self, dataset: Dataset, table: delta.DeltaLog, columns: Sequence[str], where: pl.Expr) -> pl.DataFrame:
        """The figures of both layers that a condition holds for, always in the same order."""
        frames = [pl.DataFrame(schema=schema.stored(dataset)).select(columns)]
        if base := self._base(dataset.id):
            with failures.reading_base():
                from_base = parquet.read(base, [c for c in columns if c != SEQUENCE], where)
            frames.append(from_base.with_columns(pl.lit(0, pl.Int64).alias(SEQUENCE)).select(columns))
        if own := self._own(table):
            frames.append(parquet.read(own, columns, where))
        return pl.concat(frames)

    def _confirmations(self, dataset: Dataset, table: delta.DeltaLog, where: pl.Expr) -> pl.DataFrame:
        columns = [*dataset.keys, "as_of", "snapshot_id"]
        if files := table.files(f"{KIND}={CONFIRMATION}"):
            return parquet.read(files, columns, where)
        return pl.DataFrame(schema=schema.of(dataset)).select(columns)

    def table(self, dataset: str, as_of: date | None = None, *, vintages: bool = False) -> Asked:
        """Get the known figures as a table to ask.

        Parameters
        ----------
        dataset : str
        as_of : date or None
            Only what was known on this date; None: today's knowledge.
        vintages : bool
            The rows of every day on which something new was known (up to `as_of`), not only the newest.

        Returns
        -------
        Asked
            The dataset's columns, `status`, `as_of` and `snapshot_id`, of the version at the time of the call; no
            rows if nothing is held. Run it with `frame`.

        Raises
        ------
        CannotRead
        KeyError
            If there is no such dataset.
        """
        what = self.datasets[dataset]
        return held(self._known(what, self._until(as_of), vintages=vintages), schema.of(what))

    def _known(self, dataset: Dataset, as_of: date | None = None, *, vintages: bool = False) -> str:
        """SQL for the rows of `table`."""
        table = self._delta(dataset)
        rows, columns = self._rows(dataset, table), schema.of(dataset)
        if self._once(dataset, table):
            return engine.known(rows, columns, as_of)
        keys = (*dataset.keys, "as_of") if vintages else dataset.keys
        if not _large(table):
            return engine.newest(rows, columns, keys, as_of)
        several, others = engine.by_keys(rows, self._several(dataset, table), dataset.keys)
        return f"{engine.newest(several, columns, keys, as_of)} UNION ALL {engine.known(others, columns, as_of)}"

    def frame(self, table: Asked) -> pl.DataFrame:
        """Put a question to tables of this store.

        The SQL of each shape of question is compiled once, and kept in the user's cache folder.
        """
        return self._engine.frame(table)

    def once(
        self, dataset: str, key: Hashable, make: Callable[[], pl.DataFrame], as_of: date | None = None
    ) -> pl.DataFrame:
        """Give a frame made of the rows of one table: kept as long as the table has these rows, if it is not too large.

        Parameters
        ----------
        dataset : str
        key : hashable
            Names the frame; it is another one of another question.
        make : callable
            Makes the frame; asks the table of no other dataset.
        as_of : date, optional
            As `make` gives it to `table`.
        """
        return self._engine.once((dataset, self.version(dataset), self._until(as_of), key), make)

    def days(self, dataset: str, as_of: date | None = None) -> list[date]:
        """The days (first days, for months and years) of the periods for which anything is held, in order.

        Cheap: reads the dates, not the figures.

        Parameters
        ----------
        dataset : str
        as_of : date or None
            Only what was known on this date. Times count for their day in UTC.
        """
        as_of = self._until(as_of)
        what = self.datasets[dataset]
        known = engine.until(as_of)

        def make() -> pl.DataFrame:
            table = self._delta(what)
            # Times are few beside their rows, and making days of them takes long.
            times = f'SELECT DISTINCT "{what.period}" AS time FROM ({self._rows(what, table)}){known}'
            query = f"SELECT DISTINCT CAST(time AS DATE) AS day FROM ({times}) ORDER BY 1"
            if not _large(table):
                return self._engine.rows(query)

            def state() -> str:  # names of own files, which the query has, tell their content
                return f"{query}\n{_state(self._base(dataset))}"

            found = kept("days", state, lambda: self._engine.rows(query)["day"].to_list(), most=MOST_DAYS)
            return pl.DataFrame({"day": found}, schema={"day": pl.Date})

        days: list[date] = self.once(dataset, "days", make, as_of)["day"].to_list()
        return days

    def first_known(self, dataset: str) -> date | None:
        """The first day on which anything was known; None if there is nothing."""
        query = f"SELECT min(as_of) AS day FROM ({self._rows(self.datasets[dataset])})"
        last: date | None = self._engine.rows(query)["day"][0]
        return last

    def holding(self, datasets: Iterable[str]) -> list[str]:
        """List those of some datasets of which any row is held, in their order."""
        rows = {one: self._rows(self.datasets[one]) for one in datasets}
        if not rows:
            return []
        first = " UNION ALL ".join(f"(SELECT '{one}' AS dataset FROM ({query}) LIMIT 1)" for one, query in rows.items())
        held = set(self._engine.rows(first)["dataset"])
        return [one for one in rows if one in held]

    def newest(self, dataset: str, **among: Collection[str]) -> date | datetime | None:
        """The newest period for which anything is held; None if there is nothing.

        Parameters
        ----------
        dataset : str
        **among : collection of str
            By column, the values of the rows that count: of the newest row of each key. All rows count if none is given.
        """
        what = self.datasets[dataset]

        def make() -> pl.DataFrame:
            rows = f"({self._known(what, self._until(None)) if among else self._rows(what)})"
            where = " AND ".join(engine.among(column, values) for column, values in among.items()) or "true"
            return self._engine.rows(f'SELECT max("{what.period}") AS period FROM {rows} WHERE {where}')

        key = ("newest", *((column, frozenset(values)) for column, values in among.items()))
        newest: date | datetime | None = self.once(dataset, key, make)["period"][0]
        return newest

    def changes(self, dataset: str, **among: Collection[str]) -> pl.DataFrame:
        """Count what became known on each day.

        Parameters
        ----------
        dataset : str
        **among : collection of str
            By column, values of which a row that counts has one in one column. All rows count if none is given.

        Returns
        -------
        polars.DataFrame
            By day (`as_of`), newest first: `new`, rows of a key never seen before; `revised`, rows of a key seen before;
            `first` and `last` period of these rows (days in UTC for hours).
        """
        what = self.datasets[dataset]

        def counted(again: str) -> pl.DataFrame:
            where = " OR ".join(engine.among(column, values) for column, values in among.items()) or "true"
            rows = self._known(what, self._until(None), vintages=True)
            marked = f'SELECT as_of, "{what.period}" AS period, {again} AS again FROM ({rows}) WHERE {where}'
            count = "CAST(count(*) FILTER ({}) AS BIGINT) AS {}"
            return self._engine.rows(
                f"SELECT as_of, {count.format('NOT again', 'new')}, {count.format('again', 'revised')},"
                f' CAST(min(period) AS DATE) AS "first", CAST(max(period) AS DATE) AS "last"'
                f" FROM ({marked}) GROUP BY as_of ORDER BY as_of DESC"
            )

        def make() -> pl.DataFrame:
            frame = counted("false")
            if (
                frame.height > 1
            ):  # what was known on one day only replaced nothing, and telling so from the rows is slow
                frame = counted(f"row_number() OVER (PARTITION BY {engine.names(what.keys)} ORDER BY as_of) > 1")
            return frame

        key = ("changes", *((column, frozenset(values)) for column, values in among.items()))
        return self.once(dataset, key, make)

    def version(self, dataset: str) -> int | None:
        """The newest version of a dataset's table in the folder; None if nothing was ever appended to it.

        Raises
        ------
        CannotRead
        KeyError
            If there is no such dataset.
        """
        return self._delta(self.datasets[dataset]).version

    def fingerprint(self) -> str:
        """Name the state of all tables of the folder: another text after every write, found without reading a table."""
        return state_of_tables(self.folder)

    def verify(self) -> Iterator[tuple[Path, StoreError | None]]:
        """Each table of the folder with what is wrong with the newest version of it, if anything is.

        Raises
        ------
        CannotRead
            If the system refuses to read a table, which may be sound.
        """
        columns = {name: [*schema.stored(dataset), KIND] for name, dataset in self.datasets.items()}
        columns |= {name: list(of) for name, of in schema.RECORDS.items()}
        for name, wanted in columns.items():
            folder = self.folder / name
            if not folder.exists():
                continue
            try:
                files = delta.DeltaLog(folder, wanted).files()
                if name in self.datasets:
                    self._check_days(folder, files)
            except StoreError as error:
                if system_refuses(error):
                    raise
                yield folder, error
            else:
                yield folder, None

    def _check_days(self, folder: Path, files: Sequence[Path]) -> None:
        """Raise `FutureRows` if rows say that they were known after today."""
        if self.today is None or not files:
            return
        late = parquet.read(files, ["as_of"], pl.col("as_of") > self.today)
        if late.height:
            raise FutureRows(path=folder, count=f"{late.height:,}", day=late["as_of"].max())

    def _until(self, as_of: date | None) -> date | None:
        return min(filter(None, (as_of, self._day)), default=None)

    def _rows(self, dataset: Dataset, table: delta.DeltaLog | None = None) -> str:
        """SQL for all figures of both layers, with `sequence`."""
        columns = schema.of(dataset)
        parts = []
        if base := self._base(dataset.id):
            parts.append(engine.scan(base, columns, sequence="0"))
        if own := self._own(table or self._delta(dataset)):
            parts.append(engine.scan(own, [*columns, SEQUENCE]) + engine.until(self.today))
        return " UNION ALL ".join(parts) or engine.nothing(schema.stored(dataset))

    def _own(self, table: delta.DeltaLog) -> list[Path]:
        return [*table.files(f"{KIND}={FIGURE}"), *table.files(f"{KIND}={REVISION}")]

    def revised(self, dataset: str) -> bool:
        """Return True if a key of a dataset may have several rows; False if surely none has."""
        what = self.datasets[dataset]
        return not self._once(what, self._delta(what))

    def _once(self, dataset: Dataset, table: delta.DeltaLog) -> bool:
        """Return True if no key can have a second row: nothing was ever revised, so that there is no newest to look
        for.

        Of both layers together only if they share no key: the base of a newer version of the program may hold what was
        appended to an older.
        """
        return not table.files(f"{KIND}={REVISION}") and self._only_revisions(dataset, table)

    def _several(self, dataset: Dataset, table: delta.DeltaLog) -> str:
        """SQL for keys among which are all that have several rows: those of the revisions, and those of the base if it
        has keys twice or shares some with the figures of the folder. Not the shared ones only, as to look for them in a
        large table takes longer than to look through the base, which is small.
        """
        files = [table.files(f"{KIND}={REVISION}"), []]
        if not self._only_revisions(dataset, table):
            files[1] = self._base(dataset.id)
        return " UNION ALL ".join(engine.scan(paths, dataset.keys) for paths in files if paths)

    def _only_revisions(self, dataset: Dataset, table: delta.DeltaLog) -> bool:
        """Return True if no key has a second row but those of the revisions."""
        base = self._base(dataset.id)
        with failures.reading_base():
            once = all(parquet.note(path) == ONCE for path in base)
        figures = table.files(f"{KIND}={FIGURE}")
        return once and (not (base and figures) or self._apart(dataset, base, figures))

    def _apart(self, dataset: Dataset, base: Sequence[Path], own: Sequence[Path]) -> bool:
        """Return True if no key has rows in both layers.

        Found once for the files of both, as it takes some hundredths of a second for a million rows, and kept in the
        user's cache folder. Names of own files tell their content.
        """

        def files() -> str:
            return "\n".join((_state(base), *(path.name for path in own)))

        def shared() -> int:
            keys = [f"({engine.scan(paths, dataset.keys)})" for paths in (own, base)]
            count = self._engine.rows(
                f"SELECT count(*) AS shared FROM {keys[0]} AS own SEMI JOIN {keys[1]} AS base USING"
                f" ({engine.names(dataset.keys)})"
            )
            return int(count["shared"][0])

        def make() -> pl.DataFrame:
            return pl.DataFrame({"shared": [kept("shared", files, shared, most=MOST_SHARED)]})

        return int(self.once(dataset.id, "shared", make)["shared"][0]) == 0

    def _delta(self, dataset: Dataset) -> delta.DeltaLog:
        return self._pinned.get(dataset.id) or delta.DeltaLog(self.folder / dataset.id, [*schema.stored(dataset), KIND])

    def _base(self, name: str) -> list[Path]:
        with failures.reading_base():
            return parquet.files(self.base, name) if self.base else []

    def export(self, dataset: str, rows: Asked | pl.DataFrame, path: Path) -> int:
        """Write rows of a dataset as one small Parquet file, such as a base is made of.

        Parameters
        ----------
        dataset : str
        rows : Asked or polars.DataFrame
            All columns of the dataset, as `table` gives them, filtered at will.
        path : Path
            Replaced atomically if it exists.

        Returns
        -------
        int
            Bytes written.
        """
        what = self.datasets[dataset]
        frame = schema.check(what, rows if isinstance(rows, pl.DataFrame) else self.frame(rows))
        code = codes.encode([frame], _order(what))[0]
        schema.check_once(what, frame, code)
        order = codes.encode([frame], [*_order(what), "as_of"])[0].arg_sort()
        once = codes.encode([frame], _order(what))[0].n_unique() == frame.height
        return parquet.write(frame[order], path, ONCE if once else "")

    def tidy(self) -> None:
        """Keep the folder quick and small after many appends; what is known does not change.

        Tables of many small files get a version of few large ones, and files are deleted that a killed process left,
        or that no version of the last seven days uses.
        """
        for dataset in self.datasets.values():
            self._delta(dataset).tidy()
        for name, columns in schema.RECORDS.items():
            self._meta(name, columns).tidy()

    # -- records ------------------------------------------------------------------------------------------------
    def record(self, snapshots: Sequence[Snapshot]) -> None:
        """Remember snapshots. What is recorded already is not recorded again; of one id the last one counts."""
        delta.retry(lambda: self._record(snapshots), self.folder)

    def _record(self, snapshots: Sequence[Snapshot]) -> bool | None:
        known = {s.id: s for s in self.snapshots(base=False)}
        fresh = [s for s in snapshots if known.get(s.id) != s]
        table = self._meta("snapshots", schema.SNAPSHOTS)
        if not fresh:
            return True
        sequence = 1 if table.version is None else table.version + 2
        return True if table.commit(records.from_snapshots(fresh, sequence)) is not None else None

    def snapshots(self, *, base: bool = True) -> list[Snapshot]:
        """Snapshots, oldest knowledge first.

        Parameters
        ----------
        base : bool
            Those of the base too. It holds a part of each, so a file that it names is not one that was read whole.
        """
        columns = schema.SNAPSHOTS
        paths = [*(self._base("snapshots") if base else []), *self._meta("snapshots", columns).files()]
        frames = [parquet.read(paths, list(columns))] if paths else []
        try:
            return records.to_snapshots(pl.concat([pl.DataFrame(schema=columns), *frames]))
        except records.UnknownEntry as error:
            raise CannotRead(path=self.folder / "snapshots", detail=failures.unknown_entry(str(error))) from error

    def export_snapshots(self, ids: Collection[str], path: Path) -> int:
        """Write those snapshots as the ``snapshots.parquet`` of a base.

        Returns
        -------
        int
            Bytes written.
        """
        return parquet.write(records.from_snapshots([s for s in self.snapshots() if s.id in ids], 0), path)

    def export_quarantine(self, path: Path) -> int:
        """Write the quarantine, sorted, as the ``quarantine.parquet`` of a base.

        Returns
        -------
        int
            Bytes written.
        """
        rows = self.frame(self.quarantined())
        return parquet.write(rows.sort(rows.columns), path)

    def quarantine(self, rows: pl.DataFrame) -> None:
        """Keep rows that could not be used. Those of a snapshot and dataset that is kept already are not added again.

        Parameters
        ----------
        rows : polars.DataFrame
            `dataset`, `snapshot_id` and the columns of `ambos.sources.shared.base.REJECT_SCHEMA`.
        """
        frame = schema.as_text(schema.conform("quarantine", rows, schema.QUARANTINE))
        delta.retry(lambda: self._quarantine(frame), self.folder)

    def _quarantine(self, frame: pl.DataFrame) -> bool | None:
        table = self._meta("quarantine", schema.QUARANTINE)
        if held := table.files():
            frame = frame.join(parquet.read(held, list(schema.QUARANTINE)), on=["dataset", "snapshot_id"], how="anti")
        if frame.is_empty():
            return True
        return True if table.commit(frame) is not None else None

    def quarantined(self) -> Asked:
        """The rows that could not be used, with the reason."""
        return held(self._quarantined(), schema.QUARANTINE)

    def _quarantined(self) -> str:
        files = [*self._base("quarantine"), *self._meta("quarantine", schema.QUARANTINE).files()]
        # What the base holds is set aside again when its file is read whole.
        return engine.distinct(files, schema.QUARANTINE) if files else engine.nothing(schema.QUARANTINE)

    def set_aside(self) -> pl.DataFrame:
        """Count the rows that could not be used, by `snapshot_id` and `reason`."""
        rows = "SELECT snapshot_id, reason, count(*) AS len"
        return self._engine.rows(f"{rows} FROM ({self._quarantined()}) GROUP BY ALL ORDER BY reason, snapshot_id")

    def write_findings(self, findings: Sequence[Finding]) -> None:
        """Replace all findings by these."""
        frame = records.from_findings(findings)
        delta.retry(lambda: self._meta("findings", schema.FINDINGS).commit(frame, mode="overwrite"), self.folder)

    def _meta(self, name: str, columns: schema.Schema) -> delta.DeltaLog:
        return self._pinned.get(name) or delta.DeltaLog(self.folder / name, list(columns))


def _state(base: Sequence[Path]) -> str:
    """Name the state of the files of a base: another text after every change."""
    return "\n".join(f"{path} {(state := path.stat()).st_size} {state.st_mtime_ns}" for path in base)


def _large(table: delta.DeltaLog) -> bool:
    """Return True if a table is too large to look through all of it for the newest row of each key.

    Of a small one, that costs less than to look for the keys that have several.
    """
    return sum(path.stat().st_size for path in table.files(f"{KIND}={FIGURE}")) > LARGE


def _order(dataset: Dataset) -> list[str]:
    """The key as rows are sorted in the files: each series together, which makes them small and quick to search."""
    return [*(k for k in dataset.keys if k != dataset.period), dataset.period]
