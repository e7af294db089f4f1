"""CONAPO, people at the middle of the year: reconciled to 2019, projected from 2020 on. Three shapes.

* ``official``: CONAPO's open data, a row per year, state, age and sex; the ages and sexes of a state and year are added up. Key 0 is
  the nation. The year's column is ``AÑO``, in newer copies ``ANIO``.
* ``states``: the same people by state, a column for each year, as the public repository of `known_files.csv` added them up.
* ``municipalities``: the reconstruction and projections of municipalities, 1990 to 2040, in the same form.

Mid-year people are not those of the Census, which counts dwellers in March: the reconciliation corrects what the Census missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import header, read_csv, wrong

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

STATE, PLACE = ("ENTIDAD",), ("CVE", "Entidad", "Municipio")
YEARS = ("AÑO", "ANIO")
OFFICIAL = ("CVE_GEO", "EDAD", "SEXO", "POBLACION")
#: What the open data also say, in this or that copy.
BESIDE = ("RENGLON", "ENTIDAD", "ENTIDAD_FEDERATIVA", "FECHA")
NATION = {"00": TOTAL}
#: Reconciliation 1950 to 2019, projections 2020 to 2070: the title of the publication.
PROJECTED = date(2020, 1, 1)


def recognise(name: str, head: bytes) -> str:
    """``official``, ``states`` or ``municipalities`` by the columns; "" if it is something else."""
    names = header(head)
    if set(OFFICIAL) <= set(names) and len(set(YEARS) & set(names)) == 1:
        return "official"
    for kind, before in (("municipalities", PLACE), ("states", STATE)):
        if names[: len(before)] == before and len(names) > len(before) and all(map(_is_year, names[len(before) :])):
            return kind
    return ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_population_state`` or ``mx_population_municipality``, one per place and year.

    Municipalities of states none of whose municipalities is a place are passed over.

    Raises
    ------
    WrongShape
    """
    names = header(file.head())
    if kind == "official":
        yield _rows(_added(file, names), catalog, "mx_population_state", "inegi")
        return
    before = PLACE if kind == "municipalities" else STATE
    wide = read_csv(file, names)
    if kind == "municipalities":
        states = sorted({code[:2] for code in catalog.codelists["municipality"].from_system("inegi")})
        wide = wide.filter(pl.col("CVE").str.slice(0, 2).is_in(states))
    raw = wide.unpivot(names[len(before) :], index=["line", before[0]], variable_name="year", value_name="people")
    raw = raw.rename({before[0]: "place"})
    if kind == "municipalities":
        yield _rows(raw, catalog, "mx_population_municipality", "inegi")
    else:
        yield _rows(raw, catalog, "mx_population_state", "conapo")


def _rows(raw: pl.DataFrame, catalog: Catalog, dataset: str, system: str) -> Rows:
    sheet = RawTable(raw)
    column = next(c for c in catalog.datasets[dataset].columns if c.id in ("mex_state", "municipality"))
    sheet.codes("place", column.id, catalog.codelists[column.codes or ""], system, NATION)
    sheet.month("year", None, "period")
    sheet.whole("people", "population")
    projected = pl.when(pl.col("period") >= PROJECTED).then(pl.lit("F")).otherwise(pl.lit("E"))
    return Rows(dataset, sheet.good().with_columns(status=projected), sheet.rejected())


def _added(file: File, names: tuple[str, ...]) -> pl.DataFrame:
    """The open data with ages and sexes added up; `people` is not a number where one of them is none.

    Raises
    ------
    WrongShape
        If an age of a place, year and sex stands in it twice.
    """
    year = next(n for n in names if n in YEARS)
    beside = [n for n in names if n in BESIDE]
    raw = read_csv(file, (*OFFICIAL, year, *beside), coded=("CVE_GEO", "EDAD", "SEXO", year))
    cells = raw.select(
        "line", year, *OFFICIAL[:3], people=pl.col("POBLACION").cast(pl.Int64, strict=False), text="POBLACION"
    )
    twice = cells.filter(pl.struct(year, *OFFICIAL[:3]).is_duplicated())
    if twice.height:
        line = twice["line"][1]
        raise wrong(file, f"line {line}: this age, sex and place stands here twice.", f"renglón {line}: esta edad, sexo y lugar aparece dos veces.")  # fmt: skip
    bad = (pl.col("people").is_null() | (pl.col("people") < 0)).any()
    return (
        cells.group_by("CVE_GEO", year, maintain_order=True)
        .agg(
            pl.col("line").min(),
            people=pl.when(bad)
            .then(pl.col("text").filter(pl.col("people").is_null() | (pl.col("people") < 0)).first())
            .otherwise(pl.col("people").sum().cast(pl.String)),
        )
        .select(
            "line", "people", place=pl.col("CVE_GEO").cast(pl.String).str.zfill(2), year=pl.col(year).cast(pl.String)
        )
    )


def _is_year(name: str) -> bool:
    return len(name) == 4 and name.isascii() and name.isdigit()


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """CONAPO's open data of states with all years, asked for on condition that they changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["conapo_population"].endpoint
    yield client.get(endpoint, expect="csv").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("conapo_population", recognise, read, fetch)
