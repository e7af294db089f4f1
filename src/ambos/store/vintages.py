"""Which of the rows given say something new. Pure: frames in, frames out.

A *statement* says that on a day (`as_of`) a source held these values for a key. Of two statements of one day
the one appended later counts. The values known on a date are those of the newest statement up to it. Most
statements repeat what was known; only those that change something are kept as *figures*. A repeated one leaves
a *confirmation* (key and day, no values): when knowledge from before it arrives late and differs, the
confirmation states that by its day the values were again what they had been, and it is then written out as a
figure. So the order in which the files of a source are read makes no difference to what is known on any date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ambos.store import codes

HELD, CONFIRMED, GIVEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes by a set of rows."""

    figures: pl.Series  #: Positions in the rows given of those that are to be added, in the order of their keys.
    #: Positions of those that repeat what was known before their day, in the order of their keys.
    confirmations: pl.Series
    #: Confirmations to be written out as figures: `confirmation` and `held`, the positions of the confirmation and of
    #: the figure that it confirmed.
    restored: pl.DataFrame
    #: `new`, `revised`, `unchanged`: how many of the rows given have a key never seen, have other values, repeat what
    #: was known. Figures that only became final (or provisional) with time have the same values.
    new: int
    revised: int
    unchanged: int


def changes(given: pl.DataFrame, order: pl.Series, held: pl.DataFrame, confirmed: pl.DataFrame) -> Changes:
    """Compare rows with what is held.

    Nearly all keys have one row among those given, one or none among the figures held, and no confirmation: these are
    compared row by row. What was said of the other keys is put in order first (`compare`).

    Parameters
    ----------
    given : polars.DataFrame
        `key` (integers, see `codes.encode`), `as_of`, `status` and the values; each key at most once per day.
    order : polars.Series
        The positions of the rows given, in the order of their keys.
    held : polars.DataFrame
        Figures: the same and `sequence`, the order in which they were appended.
    confirmed : polars.DataFrame
        Confirmations, at least those that are not older than the oldest row given: `key` and `as_of`.
    """
    key = given["key"].gather(order)
    held_order = None if held["key"].is_sorted() else held["key"].arg_sort()
    held_key = held["key"] if held_order is None else held["key"].gather(held_order)
    place = held_key.search_sorted(key)
    known = held_key.extend_constant(None, 1).gather(place).eq_missing(key)
    several = _repeated(key) | (known & _repeated(held_key).extend_constant(value=False, n=1).gather(place))
    if confirmed.height:
        several |= key.is_in(confirmed["key"].implode())

    pairs = (known & ~several).arg_true()
    row, figure = order.gather(pairs), place.gather(pairs)
    figure = figure if held_order is None else held_order.gather(figure)
    content = [name for name in given.columns if name not in ("key", "as_of")]
    now, then = given[row], held[figure]
    like = _equal(now, then, content)
    before, after = then["as_of"] < now["as_of"], then["as_of"] > now["as_of"]
    added = ~like | after
    figures = ~(known | several)
    new, revised = int(figures.sum()), 0
    if added.any():
        figures = figures.scatter(pairs.filter(added), values=True)
        now, then = now.filter(added), then.filter(added)
        status_only = _equal(now, then, [name for name in content if name != "status"])
        for rows in (now, then):
            status_only &= rows["status"].cast(pl.String).is_in(["A", "P"])
        revised = int((~status_only | after.filter(added)).sum())
    plain = Changes(
        figures=order.filter(figures),
        confirmations=row.filter(like & before),
        restored=_RESTORED,
        new=new,
        revised=revised,
        unchanged=len(key) - int(several.sum()) - new - revised,
    )
    return _with_several(plain, order.filter(several), given, held, confirmed) if several.any() else plain


#: No confirmation to be written out.
_RESTORED = pl.DataFrame(schema={"confirmation": pl.UInt32, "held": pl.UInt32})


def _repeated(key: pl.Series) -> pl.Series:
    """Mark the sorted keys that occur more than once."""
    again = (key == key.shift(1)).fill_null(value=False)
    return again | again.shift(-1, fill_value=False) if again.any() else again


def _equal(now: pl.DataFrame, then: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Mark the rows that are equal in all the columns; nothing is equal to nothing."""
    left, right = codes.texts_as_numbers([now.select(columns), then.select(columns)])
    equal = pl.repeat(value=True, n=now.height, dtype=pl.Boolean, eager=True)
    for name in columns:
        equal &= left[name].eq_missing(right[name])
    return equal


def _with_several(
    plain: Changes, several: pl.Series, given: pl.DataFrame, held: pl.DataFrame, confirmed: pl.DataFrame
) -> Changes:
    """Add to the changes those of the keys of which several things were said; `several` are the positions of their rows."""
    rows = given[several]
    figures = held["key"].is_in(rows["key"].implode()).arg_true()
    columns = [name for name in given.columns if name not in ("key", "as_of")]
    frames = [rows, held[figures]]
    said = [f.with_columns(pl.col("status").cast(pl.String).replace("P", "A")) for f in frames]
    both = zip(frames, codes.encode(frames, columns), codes.encode(said, columns), strict=True)
    coded = [f.with_columns(v.alias("values"), s.alias("said")) for f, v, s in both]
    found = compare(
        coded[0].select("key", "values", "said", "as_of"),
        coded[1].select("key", "values", "said", "as_of", "sequence"),
        confirmed,
    )

    def by_key(*parts: pl.Series) -> pl.Series:
        places = pl.concat(part.cast(pl.UInt32) for part in parts)
        return places.gather(given[places].select("key", "as_of").with_row_index("row").sort("key", "as_of")["row"])

    return Changes(
        figures=by_key(plain.figures, several.gather(found.figures)),
        confirmations=by_key(plain.confirmations, several.gather(found.confirmations)),
        restored=found.restored.with_columns(held=figures.gather(found.restored["held"])),
        new=plain.new + found.new,
        revised=plain.revised + found.revised,
        unchanged=plain.unchanged + found.unchanged,
    )


def compare(given: pl.DataFrame, held: pl.DataFrame, confirmed: pl.DataFrame) -> Changes:
    """Compare rows with what is held, all that was ever said of their keys put in order.

    Parameters
    ----------
    given : polars.DataFrame
        `key`, `values` and `said` (integers, see `codes.encode`) and `as_of`; each key at most once per day. `values`
        differ with anything that makes a figure, `said` only with the source's figure: not between final and provisional.
    held : polars.DataFrame
        Figures: the same and `sequence`, the order in which they were appended.
    confirmed : polars.DataFrame
        Confirmations, at least those that are not older than the oldest row given: `key` and `as_of`.
    """
    events = _in_order(given, held, confirmed)
    decided = _decide(events, pl.concat([held.select("values", "said"), given.select("values", "said")]))
    rows = decided.filter(pl.col("added") & (pl.col("origin") == GIVEN))
    new = rows.filter(pl.col("first") & ~pl.col("key").is_in(held["key"].implode())).height
    revised = rows.filter(~pl.col("like_said")).height - new
    return Changes(
        figures=rows["row"],
        confirmations=decided.filter(pl.col("confirms"))["row"],
        restored=decided.filter(pl.col("added") & (pl.col("origin") == CONFIRMED)).select(
            confirmation="row", held="figure"
        ),
        new=new,
        revised=revised,
        unchanged=given.height - new - revised,
    )


def _in_order(given: pl.DataFrame, held: pl.DataFrame, confirmed: pl.DataFrame) -> pl.DataFrame:
    """All that was ever said of the keys given, by key, day and origin, figures of one day as they were appended.

    `figure` says where the values of the event are: in `held`, or after it in `given`.
    """
    same_keys = pl.col("key").is_in(given["key"].implode())
    parts = [
        frame.with_row_index("row").select(
            "key",
            "as_of",
            "row",
            pl.lit(origin, pl.Int8).alias("origin"),
            (pl.col("sequence") if origin == HELD else pl.lit(0, pl.Int64)).alias("sequence"),
        )
        for frame, origin in ((held, HELD), (confirmed, CONFIRMED), (given, GIVEN))
    ]
    parts[:2] = [part.filter(same_keys) for part in parts[:2] if part.height] or []
    events = pl.concat(parts)
    events = events[codes.encode([events], ["key", "as_of", "origin", "sequence"])[0].arg_sort()]

    same_day = (pl.col("key") == pl.col("key").shift(1)) & (pl.col("as_of") == pl.col("as_of").shift(1))
    events = events.with_columns(
        figure=pl.when(pl.col("origin") == HELD)
        .then("row")
        .when(pl.col("origin") == GIVEN)
        .then(pl.col("row") + held.height)
    )
    if confirmed.height:
        known = pl.when(pl.col("origin") == HELD)
        own = pl.when(known.then("key").forward_fill() == pl.col("key")).then(known.then("row").forward_fill())
        events = events.with_columns(figure=pl.when(pl.col("origin") == CONFIRMED).then(own).otherwise("figure"))
    # A figure makes a confirmation of its day void, and so does having nothing to confirm.
    void = (pl.col("origin") == CONFIRMED) & (same_day.fill_null(value=False) | pl.col("figure").is_null())
    return events.filter(~void)


def _decide(events: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """For each event whether it must be added as a figure, or leaves a confirmation."""

    def like(back: int, what: str = "values") -> pl.Expr:
        """Match rows with the key and the values of the event before."""
        same = [pl.col(c) == pl.col(c).shift(back) for c in ("key", what)]
        return pl.all_horizontal(same).fill_null(value=False)

    same_key = (pl.col("key") == pl.col("key").shift(1)).fill_null(value=False)
    events = events.with_columns(values[events["figure"]]).select(
        "key",
        "origin",
        "row",
        "figure",
        first=~same_key,
        same_day=same_key & (pl.col("as_of") == pl.col("as_of").shift(1)),
        held_before=pl.col("origin").shift(1) == HELD,
        like_last=like(1),
        like_last_but_one=like(2),
        like_said=like(1, "said"),
    )
    held_that_day = pl.col("same_day") & pl.col("held_before")
    overruled = pl.col("same_day").shift(-1, fill_value=False)
    # What was known before that day: past the confirmation of the same day, if there is one.
    repeats = pl.when(pl.col("same_day")).then("like_last_but_one").otherwise("like_last")
    given = pl.col("origin") == GIVEN
    return events.with_columns(
        added=pl.when(given)
        .then(pl.when(held_that_day).then(~pl.col("like_last")).otherwise(~repeats))
        .otherwise((pl.col("origin") == CONFIRMED) & ~overruled & ~repeats),
        confirms=given & repeats & ~pl.col("same_day"),
    )
