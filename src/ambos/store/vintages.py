"""Which of the rows given say something new. Pure: frames in, frames out.

A *statement* says that on a day (`as_of`) a source held these values for a key. Of two statements of one day the one
appended later counts. The values known on a date are those of the newest statement up to it. Most statements repeat
what was known; only those that change something are kept as *figures*. A repeated one leaves a *confirmation* (key and
day, no values): when knowledge from before it arrives late and differs, the confirmation says that by its day the
values were again what they had been, and it is then written out as a figure. So the order in which the files of a
source are read makes no difference to what is known on any date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

CONFIRMED, HELD, GIVEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What a set of rows changes.

    Attributes
    ----------
    figures : polars.DataFrame
        Rows to be added: of those given, and confirmations written out.
    confirmations : polars.DataFrame
        `keys`, `as_of` and `snapshot_id` of the rows that repeat what was known before.
    new, revised, unchanged : int
        Of the rows given: with a key never seen, with other values, repeating what was known.
    """

    figures: pl.DataFrame
    confirmations: pl.DataFrame
    new: int
    revised: int
    unchanged: int


def compare(
    given: pl.DataFrame,
    held: pl.DataFrame,
    confirmed: pl.DataFrame,
    keys: Sequence[str],
    values: Sequence[str],
) -> Changes:
    """Compare rows with what is held.

    Parameters
    ----------
    given : polars.DataFrame
        Each key at most once per `as_of`.
    held : polars.DataFrame
        Figures: the columns of `given` and `sequence`; may hold other keys too.
    confirmed : polars.DataFrame
        Confirmations not older than the oldest row given: `keys`, `as_of`, `snapshot_id`.
    keys, values : sequences of str
        What identifies a row, and what is compared (null-safe).

    Returns
    -------
    Changes
    """
    marks = [*keys, "as_of", "snapshot_id"]
    once = given["as_of"].n_unique() <= 1
    ids = (given.select(keys) if once else given.select(keys).unique()).with_row_index("id")
    held = held.join(ids, on=list(keys), how="inner")
    if once and held.is_empty():
        return Changes(given, given.clear().select(marks), given.height, 0, 0)
    if once:
        numbered = given.with_columns(ids["id"])
    else:
        numbered = given.join(ids, on=list(keys), how="left", maintain_order="left")
    held = held.sort("id", "as_of", "sequence").unique(["id", "as_of"], keep="last", maintain_order=True)
    confirmed = _with_values(confirmed.join(ids, on=list(keys), how="inner"), held, values)
    events = pl.concat(
        [
            _events(held.with_row_index("row"), HELD, values),
            _events(numbered.with_row_index("row"), GIVEN, values),
            _events(confirmed, CONFIRMED, values),
        ]
    ).sort("id", "as_of", "origin")
    decided = _decide(events, values)

    rows = decided.filter(pl.col("added") & (pl.col("origin") == GIVEN))
    restored = decided.filter(pl.col("added") & (pl.col("origin") == CONFIRMED))
    repeated = decided.filter(pl.col("confirms"))
    figures = given[rows["row"]]
    if restored.height:
        figures = pl.concat([figures, _restore(confirmed, restored, held, given.columns)])
    new = rows.filter("first").join(held.select("id").unique(), on="id", how="anti").height
    return Changes(
        figures=figures,
        confirmations=given[repeated["row"]].select(marks),
        new=new,
        revised=rows.height - new,
        unchanged=given.height - rows.height,
    )


def _events(frame: pl.DataFrame, origin: int, values: Sequence[str]) -> pl.DataFrame:
    return frame.select("id", "as_of", pl.lit(origin, pl.Int8).alias("origin"), "row", *values)


def _with_values(confirmed: pl.DataFrame, held: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """What each confirmation confirmed: the figure before it, and where that is in `held` (`row`).

    A figure of the same day makes a confirmation void, and so does having nothing to confirm.
    """
    figures = held.with_row_index("row").select("id", "as_of", "row", *values)
    return (
        confirmed.join(figures, on=["id", "as_of"], how="anti")
        .unique(["id", "as_of"], keep="any")
        .sort("as_of")
        .join_asof(figures.sort("as_of"), on="as_of", by="id", strategy="backward", check_sortedness=False)
        .filter(pl.col("row").is_not_null())
    )


def _decide(events: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """For each event whether it must be added as a figure, or leaves a confirmation.

    The events are sorted by key, day and origin. Of one key and day there are at most two: what is held or
    confirmed, and what is given, which overrules it.
    """

    def like(back: int) -> pl.Expr:
        """The same values as the event before, and of the same key."""
        return pl.all_horizontal(
            pl.col("id") == pl.col("id").shift(back),
            *(pl.col(v).eq_missing(pl.col(v).shift(back)) for v in values),
        ).fill_null(value=False)

    same_key = (pl.col("id") == pl.col("id").shift(1)).fill_null(value=False)
    events = events.select(
        "id",
        "as_of",
        "origin",
        "row",
        first=~same_key,
        same_day=same_key & (pl.col("as_of") == pl.col("as_of").shift(1)).fill_null(value=False),
        held_that_day=pl.col("origin").shift(1) == HELD,
        like_last=like(1),
        like_last_but_one=like(2),
    )
    overruled = pl.col("same_day").shift(-1, fill_value=False)
    held_that_day = pl.col("same_day") & pl.col("held_that_day")
    # What was known before that day: with two events of one day, the one before both.
    repeats = pl.when("same_day").then("like_last_but_one").otherwise("like_last")
    given = pl.col("origin") == GIVEN
    return events.with_columns(
        added=pl.when(given)
        .then(pl.when(held_that_day).then(~pl.col("like_last")).otherwise(~repeats))
        .otherwise((pl.col("origin") == CONFIRMED) & ~overruled & ~repeats),
        confirms=given & repeats & ~pl.col("same_day"),
    )


def _restore(
    confirmed: pl.DataFrame, restored: pl.DataFrame, held: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Confirmations written out as figures: the values of the figure confirmed, the day and bytes that confirmed it."""
    marks = restored.select("id", "as_of").join(
        confirmed.select("id", "as_of", "snapshot_id", "row"),
        on=["id", "as_of"],
        how="left",
        maintain_order="left",
    )
    return held[marks["row"]].with_columns(marks["as_of"], marks["snapshot_id"]).select(columns)
