"""INEGI's catalogue of municipalities with the people and inhabited dwellings of the Census of 2020.

A JSON list with one record for each municipality of Mexico, named by the code of its state and its own
(``cve_completa``). INEGI's web service of geostatistical areas gives the same figures; the file held is a copy of all
states in one list, whose figures add up to the Census (126,014,024 people).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import is_json, read_records, table

#: What a record must say: the municipality; people, men, women and inhabited dwellings, with our columns.
PLACE = "cve_completa"
COUNTS = {
    "poblacion_total": "population",
    "poblacion_masculina": "men",
    "poblacion_femenina": "women",
    "viviendas_habitadas": "dwellings",
}
#: The Census of Population and Housing was taken in March 2020.
CENSUS = 2020


def recognise(name: str, head: bytes) -> str:
    """``catalogue`` by the fields; "" if it is something else."""
    return "catalogue" if is_json(head, (b"[",), PLACE, *COUNTS) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``municipality_census``, one per municipality.

    States none of whose municipalities is a place are passed over; of the others a municipality that is not known is
    refused, and a record whose men and women do not add up to its people.

    Raises
    ------
    WrongShape
    """
    fields = [PLACE, *COUNTS]
    records = read_records(file, fields)
    places = catalog.codelists["municipality"]
    states = {code[:2] for code in places.from_system("inegi")}
    raw = table(file, fields, [[record[f] for f in fields] for record in records])
    sheet = RawTable(raw.filter(pl.col(PLACE).str.slice(0, 2).is_in(states)))
    sheet.codes(PLACE, "municipality", places, "inegi")
    for name, into in COUNTS.items():
        sheet.whole(name, into)
    made = sheet.made
    sheet.refuse(
        (made["men"] + made["women"] != made["population"]).fill_null(value=False),
        "bad_value",
        "Men and women do not add up to the people.",
        "Hombres y mujeres no suman la población.",
    )
    good = sheet.good().with_columns(period=pl.date(CENSUS, 1, 1), status=pl.lit("A"))
    yield Rows("municipality_census", good, sheet.rejected())


CONNECTOR = Connector("inegi_municipalities", recognise, read)
