"""Indicators of Mexican states that México, ¿cómo vamos? compiled for its index of social progress, annual.

One row per state, year and indicator, numbers as a program wrote them. The compiler fills a year without a survey with the
figure of another year: where every state has the figure of the year before, the year has no survey of its own. Such a row
holds no value here; `repeats` says whose figure stood there.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

COLUMNS = ("cve_ent", "anio", "entidad_abr_m", "id_dim_ind", "indicador_value")
NATION = {"00": TOTAL}
#: What the codes say an indicator rests on where its figures are estimates.
ESTIMATE = "estimate"
DECIMALS = 4


def recognise(name: str, head: bytes) -> str:
    """``long`` by the columns; "" if it is something else."""
    return table_of(head, {"long": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_state_indicators``, one per state, year and indicator; the nation's state is ``_T``.

    Raises
    ------
    WrongShape
    """
    indicators, dataset = catalog.codelists["mx_indicators"], catalog.datasets["mx_state_indicators"]
    sheet = RawTable(read_csv(file, COLUMNS))
    sheet.codes("cve_ent", "mex_state", catalog.codelists["state"], "inegi", NATION)
    sheet.codes("id_dim_ind", "indicator", indicators, "mcv")
    sheet.month("anio", None, "period")
    sheet.values("indicador_value", "value", _number, pl.Decimal(18, DECIMALS), Text("a number", "un número"), ("", "NA"))  # fmt: skip
    frame = _repeated(sheet.good())
    if count := frame.filter(pl.col("repeats").is_not_null()).height:
        file.notes.append(
            Text(
                f"figures of years without a survey, which repeat those of the year before: {count}",
                f"cifras de años sin levantamiento, que repiten las del año anterior: {count}",
            )
        )
    rows = sheet.rows(dataset, "value", frame=frame)
    estimates = [code.id for code in indicators.codes.values() if code.attributes["kind"] == ESTIMATE]
    estimated = (pl.col("status") == "A") & pl.col("indicator").is_in(estimates)
    yield Rows(
        rows.dataset,
        rows.frame.with_columns(status=pl.when(estimated).then(pl.lit("E")).otherwise("status")),
        rows.rejected,
    )


def _number(text: str) -> Decimal | None:
    number = decimal_of(text)
    return None if number is None else rounded(number, DECIMALS)


def _repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows without the figures that every state (the nation aside) has from the year before, and `repeats`: of which year."""
    keys = ["indicator", "mex_state"]
    before = frame.select(*keys, period=pl.col("period").dt.offset_by("1y"), before="value").unique(
        [*keys, "period"], keep="first"
    )
    joined = frame.join(before, on=[*keys, "period"], how="left", maintain_order="left")
    same = (pl.col("value") == pl.col("before")).fill_null(value=False)
    years = (
        joined.filter(pl.col("mex_state") != TOTAL)
        .group_by("indicator", "period")
        .agg(carried=same.all() & (pl.len() > 1))
    )
    told = joined.join(years, on=["indicator", "period"], how="left", maintain_order="left").with_columns(
        carried=pl.col("carried").fill_null(value=False) & same
    )
    own = pl.when(~pl.col("carried")).then(pl.col("period").dt.year()).cast(pl.Int64)
    return told.with_columns(
        repeats=pl.when(pl.col("carried")).then(own.forward_fill().over(keys, order_by="period")),
        value=pl.when(~pl.col("carried")).then("value"),
    ).select(*frame.columns, "repeats")


CONNECTOR = Connector("mcv_indicators", recognise, read)
