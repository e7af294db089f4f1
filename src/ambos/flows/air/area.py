"""`ambos air index --area`: the air of an area as Mexico's norm tells it, the worst station and pollutant of each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ambos.air.hourly import hourly
from ambos.air.readings import read
from ambos.catalog.air import load_air
from ambos.errors import NoRule
from ambos.model.air import Country
from ambos.numbers import day as written
from ambos.text import LANGUAGES, Language, Text

#: Whose norm has the rule: the area is as its worst station and pollutant (NOM-172-SEMARNAT-2023).
_COUNTRY: Country = "mx"


@dataclass(frozen=True, slots=True)
class Area:
    """All stations of a file as one area.

    Attributes
    ----------
    frame : polars.DataFrame
        ``time`` (UTC), ``category``, ``colour``, ``risk``, ``station`` and ``pollutant`` that decide it, and ``stations``
        with a category in that hour. Null where none has one.
    notes : tuple of Text
        Rows of the file set aside.
    citations : tuple of Text
        Of the tables that were used.
    """

    frame: pl.DataFrame
    notes: tuple[Text, ...]
    citations: tuple[Text, ...]


def area(path: Path, language: Language) -> Area:
    """The worst band of every hour of a file of readings, in the words of one language.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    NoRule
        If no hour has a table.
    """
    rules = load_air()
    tables = rules.tables[_COUNTRY]
    held = read(path, rules.plausible)
    found = hourly(held.frame, rules)
    band, number = pl.col(f"{_COUNTRY}_band"), pl.col(f"{_COUNTRY}_table")
    if found[f"{_COUNTRY}_table"].is_null().all():
        first: date = min(found["day"].to_list())
        reason = Text(
            f"the first table held begins on {written(tables[0].since, 'en')}",
            f"la primera tabla que se tiene comienza el {written(tables[0].since, 'es')}",
        )
        raise NoRule(what=tables[0].name, day=Text(*(written(first, k) for k in LANGUAGES)), reason=reason)
    # The worst first; of equals the first by name, so that the same file always says the same.
    worst = (
        found.sort("at", band, "station", "pollutant", descending=[False, True, False, False], nulls_last=True)
        .group_by("at", maintain_order=True)
        .agg(
            band.first(),
            pl.col("station", "pollutant").first(),
            pl.col("station").filter(band.is_not_null()).n_unique().alias("stations"),
        )
    )

    def word(words: list[str], name: str) -> pl.Expr:
        return band.replace_strict(dict(enumerate(words)), return_dtype=pl.String).alias(name)

    bands = tables[-1].bands
    known = band.is_not_null()
    frame = worst.select(
        pl.col("at").dt.strftime("%Y-%m-%dT%H:%MZ").alias("time"),
        word([b.name[language] for b in bands], "category"),
        word([b.colour[language] for b in bands], "colour"),
        word([b.risk[language] if b.risk else "" for b in bands], "risk"),
        pl.when(known).then("station").alias("station"),
        pl.when(known).then("pollutant").alias("pollutant"),
        "stations",
    )
    used = [tables[i] for i in found.select(number).to_series().drop_nulls().unique().sort()]
    return Area(frame, held.notes, tuple(t.source for t in used))
