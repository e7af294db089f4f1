"""Northbound crossings by bridge and mode, monthly since 2008: field offices of CBP, put together for TxDOT.

One table with the names of bridges and modes. Rows of a bridge and month before it opened do not exist. Until 2024 the table has
a 0 for a mode that a bridge does not have (railcars over a road bridge), since 2025 no row: a mode with nothing but 0 at a bridge is
counted and passed over. Any other 0 is what the table says; some are months in which nothing was reported (the project's own notes
list them). A month without a row between others of a bridge and mode is missing, not 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import read_csv, table_of

if TYPE_CHECKING:
    from datetime import date

    from ambos.sources.shared.http import Client

COLUMNS = ("ID", "Year", "Month", "Region", "POE", "Crossing", "Modes", "Northbound Crossing")


def recognise(name: str, head: bytes) -> str:
    """``months`` by the header; else ""."""
    return table_of(head, {"months": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``bridge_crossings``, each under the port of entry of its bridge.

    Raises
    ------
    WrongShape
    """
    bridges = catalog.codelists["bridges"]
    sheet = RawTable(read_csv(file, COLUMNS))
    sheet.codes("Crossing", "bridge", bridges, "txdot")
    sheet.codes("Modes", "mode", catalog.codelists["bridge_modes"], "txdot")
    sheet.month("Year", "Month", "period")
    sheet.whole("Northbound Crossing", "value", blank=True)
    ports = {code.id: code.attributes["parent"] for code in bridges.codes.values()}
    frame = _gaps_missing(_with_traffic(file, sheet.good())).with_columns(
        port=pl.col("bridge").replace_strict(ports, return_dtype=pl.String)
    )
    revised = catalog.sources["txdot_crossings"], file.as_of
    yield sheet.rows(catalog.datasets["bridge_crossings"], "value", revised=revised, frame=frame)


def _with_traffic(file: File, good: pl.DataFrame) -> pl.DataFrame:
    """The rows of the modes that each bridge has; the others are counted."""
    kept = good.filter((pl.col("value") > 0).any().over("bridge", "mode") | pl.col("value").is_null())
    passed = good.height - kept.height
    file.counted("zeros of modes that a bridge does not have", "ceros de modos que un puente no tiene", passed)
    return kept


def _gaps_missing(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, and one without a value for each month between the first and the last of a bridge and mode that has none."""
    spans = rows.group_by("bridge", "mode").agg(first=pl.col("period").min(), last=pl.col("period").max())
    months = rows.select(pl.col("period").unique())
    wanted = spans.join(months, how="cross").filter(pl.col("period").is_between("first", "last"))
    absent = wanted.join(rows, on=["bridge", "mode", "period"], how="anti").sort("bridge", "mode", "period")
    added = absent.select("bridge", "mode", "period", value=pl.lit(None, pl.Int64()))
    return pl.concat([rows, added.select(rows.columns)])


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The whole table from the project's repository; it is asked for on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["txdot_crossings"].endpoint
    yield client.get(endpoint, expect="csv").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("txdot_crossings", recognise, read, fetch)
