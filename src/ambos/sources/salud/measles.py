"""Surveillance of measles and rubella in Mexico, cases by state of residence, year of the file and diagnosis.

The Ministry of Health publishes a row for each case; what is read are counts of them, as `known_files.csv` says. The meaning of the
codes of diagnosis is inferred: no dictionary came with them. A state without a row of a diagnosis in a year that is held had no such
case: 0. The newest year is not over: it is provisional. Codes of states above 32 stand for residence abroad.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import NOT_APPLICABLE, TOTAL
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import read_csv, table_of

COLUMNS = ("file_year", "ENTIDAD_RES", "DIAGNOSTICO", "cases", "deaths")
KEYS = COLUMNS[:3]
#: Residence in the United States, in another country of Latin America, elsewhere.
ABROAD = {"33": NOT_APPLICABLE, "34": NOT_APPLICABLE, "35": NOT_APPLICABLE}


def recognise(name: str, head: bytes) -> str:
    """``counts`` by the columns; "" if it is something else."""
    return table_of(head, {"counts": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_measles``, one per state, year and diagnosis; residents abroad are one, ``_Z``, and the nation
    with them ``_T``.

    Raises
    ------
    WrongShape
    """
    raw = read_csv(file, COLUMNS).with_columns(pl.col("ENTIDAD_RES").str.zfill(2))
    sheet = RawTable(raw)
    sheet.month("file_year", None, "period")
    sheet.codes("ENTIDAD_RES", "mex_state", catalog.codelists["state"], "inegi", ABROAD)
    sheet.codes("DIAGNOSTICO", "diagnosis", catalog.codelists["measles_diagnoses"], "dge")
    sheet.whole("cases", "cases")
    sheet.whole("deaths", "deaths")
    good = sheet.good()
    # the three kinds of residence abroad are one place; the nation is what all files add up to, residents abroad included
    abroad, counts = pl.col("mex_state") == NOT_APPLICABLE, pl.col("cases", "deaths").sum()
    others = good.filter(abroad).group_by("period", "mex_state", "diagnosis", maintain_order=True).agg(counts)
    nation = good.group_by("period", "diagnosis", maintain_order=True).agg(
        counts, mex_state=pl.lit(TOTAL, pl.Categorical())
    )
    frame = pl.concat([good.filter(~abroad), others, nation], how="diagonal")
    if not sheet.bad.any():  # a row that was refused may be the one that is looked for
        frame = _with_zeros(frame, [*catalog.codelists["measles_diagnoses"].codes])
    newest = cast("date | None", frame["period"].max())
    running = date(file.as_of.year, 1, 1) if file.as_of else newest
    yield sheet.rows(catalog.datasets["mx_measles"], "cases", since=running, frame=frame)


def _with_zeros(frame: pl.DataFrame, diagnoses: list[str]) -> pl.DataFrame:
    """The rows, and 0 for each year, place and diagnosis without a case: a year's file holds every case."""
    keys = ["period", "mex_state", "diagnosis"]
    every = frame.select(pl.col("period").unique()).join(frame.select(pl.col("mex_state").unique()), how="cross")
    all_diagnoses = pl.DataFrame({"diagnosis": diagnoses}, schema={"diagnosis": pl.Categorical})
    every = every.join(all_diagnoses, how="cross").sort(keys)
    none = every.join(frame, on=keys, how="anti", maintain_order="left")
    zeros = none.with_columns(pl.lit(0, pl.Int64).alias(count) for count in ("cases", "deaths"))
    return pl.concat([frame, zeros.select(frame.columns)])


CONNECTOR = Connector("ssa_measles", recognise, read)
