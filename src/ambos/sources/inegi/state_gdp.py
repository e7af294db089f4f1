"""INEGI, gross domestic product by state and industry (PIBE), annual: three shapes.

* ``entity``: INEGI's open data, one CSV for each state. The state stands in the file's name alone (``…_entidad_son2024_r.csv``), a
  year's mark in its column (``2024<R>``: revised, ``<P>``: preliminary), and what a row is in a path such as ``Millones de
  pesos|B.1bV---Valor agregado bruto|…|21---Minería<C1>``. Growth, shares and indexes follow from the amounts and are passed over.
* ``long``: the same amounts of all states in one table, as the public repository of `known_files.csv` put them together.
* ``base2013``: the workbooks of the former base year in one table. Amounts of two bases have different `prices` and never meet.

Amounts are millions of pesos with three decimals at most, some with the noise of binary fractions. A figure that INEGI marks as
revised or preliminary will change again: it is provisional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import header, read_csv, table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

PATH = "Descriptores"
_YEAR = re.compile(r"(\d{4})(<([A-Z])>)?", re.ASCII)
_FILE = re.compile(r"pibe_(entidad|actividad)_([^\d_/]+)", re.IGNORECASE)
#: The nation in the files by state, the long table and the table of base 2013.
NATION = {"nac": TOTAL, "0": TOTAL, "Estados Unidos Mexicanos": TOTAL}
#: Gross domestic product, as each shape names it.
GDP = {"B.1bP": TOTAL, "PIB": TOTAL, "______aB.1bP": TOTAL}
#: What amounts begin with; other rows are worked out from them.
AMOUNTS = "Millones de pesos"
MILLION, LAST_DIGIT = 1_000_000, "0.001"
LONG = ("PERIODO", "CVE_ENT", "ENTIDAD", "CLAVE_INDUSTRIA", "INDUSTRIA", "VALOR_CONSTANTE", "VALOR_CORRIENTE")
BASE_2013 = ("entity", "price_basis", "concept", "year", "flag", "mxn_million")
#: The long table's columns of amounts, and the prices that they are at.
COLUMNS = {"VALOR_CONSTANTE": "constant_2018", "VALOR_CORRIENTE": "current_2018"}


def recognise(name: str, head: bytes) -> str:
    """``entity``, ``activity`` (the same figures by industry), ``long`` or ``base2013``; "" if it is none of these."""
    names = header(head)
    if names[:1] == (PATH,) and all(_YEAR.fullmatch(n) for n in names[1:]):
        kind = _FILE.search(name)
        return {"entidad": "entity", "actividad": "activity"}[kind[1].lower()] if kind else ""
    return table_of(head, {"long": LONG, "base2013": BASE_2013})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_state_gdp``, one per state, industry, year and prices; the nation's state is ``_T``.

    Raises
    ------
    WrongShape
    """
    if kind == "activity":
        file.notes.append(Text("the figures of the files by state, by industry", "las cifras de los archivos por entidad, por actividad"))  # fmt: skip
        return
    raw = {"entity": _entity, "long": _long, "base2013": _base_2013}[kind](file)
    sheet = RawTable(raw)
    sheet.codes(
        "state", "mex_state", catalog.codelists["state"], "inegi_accounts" if kind != "long" else "inegi", NATION
    )
    sheet.codes("industry", "industry", catalog.codelists["industries"], "inegi", GDP)
    if kind == "long":
        sheet.made["prices"] = raw["prices"].cast(pl.Categorical)
    else:
        sheet.codes("prices", "prices", catalog.codelists["gdp_prices"], "inegi" if kind == "entity" else "base2013")
    sheet.month("year", None, "period")
    sheet.amounts("amount", "value_mxn", MILLION, LAST_DIGIT, missing=("", "NA", "ND"))
    dataset = catalog.datasets["mx_state_gdp"]
    if kind == "long":
        yield sheet.rows(dataset, "value_mxn", revised=(catalog.sources["inegi_state_gdp"], file.as_of))
        return
    marked = [int(year) for year in raw.filter(pl.col("mark") != "")["year"].unique() if year.isdigit()]
    yield sheet.rows(dataset, "value_mxn", since=date(min(marked), 1, 1) if marked else None)


def _entity(file: File) -> pl.DataFrame:
    """The amounts of one state: a row per industry, year and prices."""
    names = header(file.head())
    raw = read_csv(file, names)
    place = _FILE.search(file.name)
    units = pl.col(PATH).str.split("|").list.first()
    amounts = raw.filter(units.str.starts_with(AMOUNTS))
    if place is None or amounts.is_empty():
        raise wrong(file, f"no row begins with “{AMOUNTS}”.", f"ningún renglón empieza con «{AMOUNTS}».")
    if passed := raw.height - amounts.height:
        file.notes.append(
            Text(
                f"rows of growth, shares and indexes, which follow from the amounts: {passed}",
                f"renglones de variaciones, estructuras e índices, que resultan de los montos: {passed}",
            )
        )
    return (
        amounts.unpivot(names[1:], index=["line", PATH], variable_name="column", value_name="amount")
        .with_columns(
            state=pl.lit(place[2].lower()),
            prices=units,
            industry=_code(pl.col(PATH).str.split("|").list.last().str.replace(r"(<\w+>\s*)+$", ""), "---"),
            year=pl.col("column").str.slice(0, 4),
            mark=pl.col("column").str.slice(4),
        )
        .drop(PATH, "column")
    )


def _long(file: File) -> pl.DataFrame:
    raw = read_csv(file, LONG)
    return raw.unpivot(
        list(COLUMNS),
        index=["line", "PERIODO", "CVE_ENT", "CLAVE_INDUSTRIA"],
        variable_name="prices",
        value_name="amount",
    ).select(
        "line",
        "amount",
        # the files by state name states by two digits
        state=pl.when(pl.col("CVE_ENT") == "0").then(pl.col("CVE_ENT")).otherwise(pl.col("CVE_ENT").str.zfill(2)),
        prices=pl.col("prices").replace_strict(COLUMNS),
        industry="CLAVE_INDUSTRIA",
        year="PERIODO",
    )


def _base_2013(file: File) -> pl.DataFrame:
    raw = read_csv(file, BASE_2013)
    return raw.select(
        "line",
        "year",
        state="entity",
        prices="price_basis",
        industry=_code(pl.col("concept"), " - "),
        mark="flag",
        amount="mxn_million",
    )


def _code(text: pl.Expr, between: str) -> pl.Expr:
    """The code before a name, or the name itself where there is none."""
    return text.str.split(between).list.first().str.strip_chars()


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """INEGI's archive of all states; it holds all years, and is asked for on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["inegi_state_gdp"].endpoint
    yield client.get(endpoint, expect="zip").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("inegi_state_gdp", recognise, read, fetch)
