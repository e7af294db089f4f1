"""BEA, gross domestic product by state and industry in current dollars (table SAGDP2), annual: two shapes.

* ``interface``: what BEA's interface for programs answers. The industry is the number after the dash in `Code`; amounts are text
  with commas and in `UNIT_MULT` powers of ten; ``(D)`` is not disclosed. An error comes with status 200, in the text.
* ``workbook``: the table of all areas as a person re-shaped it, to 2021. It has one name an industry, in millions. Cells that BEA
  does not disclose were filled in by that person and cannot be told from others, so the source is of trust B.

Regions of several states are passed over. The nation is more than its states: it has activity overseas, which is a row too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import is_json, read_json, require_fields, table, wrong
from ambos.sources.shared.workbook import sheets, table_rows

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

WORKBOOK = "sagdp2*.xlsx"
AREA, INDUSTRY, UNIT = "GeoName", "Description", "Unit"
MILLIONS = "Millions of current dollars"
#: The table, its states' areas, and the unit's power of ten.
TABLE, ALL_STATES, POWER = "SAGDP2", "STATE", "6"
FIELDS = ("Code", "GeoFips", "TimePeriod", "DataValue", "UNIT_MULT")
#: The nation, by name and by area code; all industries, by name and by line.
NATION, ALL_INDUSTRIES = {"United States": TOTAL, "00": TOTAL}, {"All industry total": TOTAL, "1": TOTAL}
#: BEA's regions, by name and by the first two digits of their area codes (91 to 98).
REGIONS = ("New England", "Mideast", "Great Lakes", "Plains", "Southeast", "Southwest", "Rocky Mountain", "Far West")
REGION_CODES = tuple(f"9{n}" for n in range(1, 9))
NOT_DISCLOSED, ABSENT = "(D)", ("(NA)", "(NM)", "(L)", "")
MILLION, LAST_DIGIT = 1_000_000, "0.1"
#: Seconds between two requests: BEA takes a hundred a minute.
PACE = 0.7


def recognise(name: str, head: bytes) -> str:
    """``interface`` for an answer of BEA's interface, ``workbook`` for one of that name; "" if it is neither."""
    if head.startswith(ZIP):
        return "workbook" if fnmatch(PurePosixPath(name.lower()).name, WORKBOOK) else ""
    return "interface" if is_json(head, (b"{",), "BEAAPI") else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``us_state_gdp``, one per state, industry and year; the nation's state is ``_T``.

    Raises
    ------
    WrongShape
    """
    raw = _workbook(file) if kind == "workbook" else _interface(file)
    regions = raw["area"].is_in([*REGIONS, *REGION_CODES])
    file.counted("rows of regions of several states", "renglones de regiones de varios estados", int(regions.sum()))
    raw = raw.filter(~regions)
    sheet = RawTable(raw)
    states = catalog.codelists["state"]
    by_name = {states[id].name.en: id for id in states.from_system("fips").values()}
    sheet.codes("area", "us_state", states, "fips", by_name | NATION)
    sheet.codes("industry", "industry", catalog.codelists["industries"], "bea", ALL_INDUSTRIES)
    sheet.month("year", None, "period")
    sheet.amounts("amount", "value_usd", MILLION, LAST_DIGIT, missing=(*ABSENT, NOT_DISCLOSED))
    dataset, source = catalog.datasets["us_state_gdp"], catalog.sources["bea_state_gdp"]
    sheet.made["_why"] = raw["amount"]
    rows = sheet.rows(dataset, "value_usd", revised=(source, file.as_of))
    suppressed = pl.when(pl.col("_why") == NOT_DISCLOSED).then(pl.lit("S")).otherwise("status")
    yield Rows(dataset.id, rows.frame.with_columns(status=suppressed).drop("_why"), rows.rejected)


def _workbook(file: File) -> pl.DataFrame:
    """A row per area, industry and year as text; `line` is the row of the sheet."""
    cells, lines = [], []
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            if row.get(UNIT) != MILLIONS:
                raise wrong(
                    file, f"row {line}: {UNIT} is not “{MILLIONS}”.", f"renglón {line}: {UNIT} no es «{MILLIONS}»."
                )
            area, industry = row.get(AREA, "").rstrip(" *"), row.get(INDUSTRY, "").strip()
            for year, amount in row.items():
                if year not in (AREA, INDUSTRY, UNIT):
                    cells.append((area, industry.rstrip("/0123456789 "), year, amount))
                    lines.append(line)
    if not cells:
        raise wrong(file, "no sheet has any rows.", "ninguna hoja tiene renglones.")
    return table(file, ("area", "industry", "year", "amount"), cells).with_columns(
        line=pl.Series(lines, dtype=pl.Int64)
    )


def _interface(file: File) -> pl.DataFrame:
    """The answer's rows as text.

    Raises
    ------
    WrongShape
        If it is an error, in the words of BEA, or in another unit.
    """
    answer = read_json(file)
    body = answer.get("BEAAPI") if isinstance(answer, dict) else None
    results = body.get("Results") if isinstance(body, dict) else None
    error = next((part["Error"] for part in (body, results) if isinstance(part, dict) and "Error" in part), None)
    if error is not None:
        said = error.get("APIErrorDescription", "") if isinstance(error, dict) else ""
        raise wrong(file, f"BEA answers with an error: {said[:200]}.", f"la BEA responde con un error: {said[:200]}.")
    data: Any = results.get("Data") if isinstance(results, dict) else None
    records = [data] if isinstance(data, dict) else data  # a single row is no list
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise wrong(
            file, "the answer has no BEAAPI → Results → Data.", "la respuesta no tiene BEAAPI → Results → Data."
        )
    require_fields(file, records, FIELDS)
    if any(one["UNIT_MULT"] != POWER for one in records):
        raise wrong(file, f"UNIT_MULT is not {POWER} (millions).", f"UNIT_MULT no es {POWER} (millones).")
    cells = [
        (
            str(one["GeoFips"]).strip()[:2],
            str(one["Code"]).rpartition("-")[2],
            one["TimePeriod"],
            # a figure that is not disclosed may be written 0 with the mark beside it
            NOT_DISCLOSED if one.get("NoteRef") == NOT_DISCLOSED else str(one["DataValue"]).replace(",", "").strip(),
        )
        for one in records
    ]
    return table(file, ("area", "industry", "year", "amount"), cells)


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """All states and years, an answer for each industry; BEA revises all years every autumn.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    source = catalog.sources["bea_state_gdp"]
    key = key_of(source)
    lines = [code.codes["bea"][0] for code in catalog.codelists["industries"].codes.values() if "bea" in code.codes]
    for line in ("1", *lines):
        with key_taken(source):
            answer = client.get(
                source.endpoint,
                expect="json",
                params=[
                    ("UserID", key),
                    ("method", "GetData"),
                    ("datasetname", "Regional"),
                    ("TableName", TABLE),
                    ("LineCode", line),
                    ("GeoFips", ALL_STATES),
                    ("Year", "ALL"),
                    ("ResultFormat", "JSON"),
                ],
                secret=key,
                echoed=(key,),
                pace=PACE,
            )
        if answer.status == 200 and not answer.member("BEAAPI", "Results", "Data"):
            raise answer.unfit("it holds no figures", "no trae cifras")
        yield answer.fetched(f"{TABLE.lower()}-{line}.json")


CONNECTOR = Connector("bea_state_gdp", recognise, read, fetch)
