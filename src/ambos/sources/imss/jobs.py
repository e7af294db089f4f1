"""IMSS, jobs of insured workers (puestos de trabajo afiliados) by state at the end of the month: two tables of its open data.

* ``states``: a row per month (``2021_09``) and state.
* ``divisions``: a row per month and economic division, of the nation. Their sum is the nation's figure (`mex_state` ``_T``); a
  division given twice alike counts once; of a month given twice, what repeats the month after it is not its own. A month whose
  divisions are not given once each has no sum: it is missing.

The months that the table of states lacks have no row; they are not 0. The month's file of IMSS itself (``asg-2021-09-30.csv``) has
some five million lines, more than is read; these tables are what others made of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable, first_day
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

STATES = ("periodo", "cve_ent", "tot_imss")
DIVISIONS = ("sector_economico_1", "tot_imss", "anio", "mes")
#: The divisions of IMSS, of which every month has one row; its manufacturing came in two parts, 2 and 3, in May 2009.
ALL, PART, WHOLE = ("0", "1", "3", "4", "5", "6", "7", "8", "9"), "2", "3"


def recognise(name: str, head: bytes) -> str:
    """``states`` or ``divisions`` by its columns; "" if it is neither."""
    return table_of(head, {"states": STATES, "divisions": DIVISIONS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``insured_jobs``, one per state and month; municipality ``_T``.

    Raises
    ------
    WrongShape
    """
    dataset = catalog.datasets["insured_jobs"]
    if kind == "states":
        sheet = RawTable(read_csv(file, STATES))
        sheet.codes("cve_ent", "mex_state", catalog.codelists["state"], "inegi")
        sheet.values(
            "periodo", "period", lambda text: first_day(text.replace("_", "-")), pl.Date(), Text("a month", "un mes")
        )
        sheet.whole("tot_imss", "jobs", blank=True)
        frame = sheet.good()
    else:
        sheet, frame = _nation(file)
    frame = frame.with_columns(municipality=pl.lit(TOTAL), origin=pl.lit(None, pl.String))
    yield sheet.rows(dataset, "jobs", frame=frame)


def _nation(file: File) -> tuple[RawTable, pl.DataFrame]:
    """The sum of the divisions of each month; null where they are not given once each."""
    sheet = RawTable(read_csv(file, DIVISIONS))
    sheet.month("anio", "mes", "period")
    sheet.whole("tot_imss", "jobs")
    division = sheet.raw["sector_economico_1"]
    sheet.made["division"] = division.replace(PART, WHOLE)
    sheet.refuse_values(
        ~division.is_in([*ALL, PART]), "sector_economico_1", Text("a division of IMSS", "una división del IMSS")
    )
    rows = pl.DataFrame({**sheet.made, "of": division, "bad": sheet.bad})
    once = rows.unique(maintain_order=True)
    file.counted("rows given twice alike", "renglones dados dos veces iguales", rows.height - once.height)
    following = once.select(pl.col("period").dt.offset_by("-1mo"), "of", "jobs", repeats=True)
    marked = once.join(following, on=["period", "of", "jobs"], how="left", maintain_order="left")
    foreign = pl.col("repeats").fill_null(value=False) & (pl.len().over("period", "of") > 1)
    once = marked.filter(~foreign)
    file.counted(
        "rows of a month that repeat the month after it, left out",
        "renglones de un mes que repiten el mes siguiente, omitidos",
        marked.height - once.height,
    )
    months = once.group_by("period").agg(
        whole=(pl.col("division").n_unique() == len(ALL))
        & (pl.len() == pl.col("of").n_unique())
        & ~pl.col("bad").any(),
        jobs=pl.col("jobs").sum(),
    )
    if without := sorted(f"{day:%Y-%m}" for day in months.filter(~pl.col("whole"))["period"] if day):
        names = ", ".join(without[:24])
        file.notes.append(
            Text(
                f"months whose divisions are not given once each, without a sum: {names}",
                f"meses cuyas divisiones no vienen una vez cada una, sin suma: {names}",
            )
        )
    sums = months.filter(pl.col("period").is_not_null()).select(
        "period", jobs=pl.when("whole").then("jobs"), mex_state=pl.lit(TOTAL)
    )
    return sheet, sums.sort("period")


CONNECTOR = Connector("imss_jobs", recognise, read)
