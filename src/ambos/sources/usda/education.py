"""ERS, schooling of adults of US counties and states, a workbook: persons of 25 and more by level, since 1970.

A column such as ``Bachelor's degree or higher, 2019-23`` holds persons, the one that begins with ``Percent of adults`` their share.
One year is a decennial census (long form), a span of years the American Community Survey of those five years; its period is the
last of them. The two are different surveys, and `survey` says which; no year has both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import wrong
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.sources.usda import county_rows
from ambos.text import Text

WORKBOOK, CODE = "education20*.xlsx", "FIPS Code"
COLUMN = re.compile(r"(.+), (\d{4})(?:-(\d{2}))?", re.ASCII)
#: Persons, or percent of adults.
PERSONS, PERCENT, PERCENT_OF = "persons", "percent", "Percent of adults"
CENSUS, FIVE_YEARS = "census", "acs5"


def recognise(name: str, head: bytes) -> str:
    """``workbook`` for one of that name; else ""."""
    return "workbook" if head.startswith(ZIP) and fnmatch(PurePosixPath(name.lower()).name, WORKBOOK) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``us_schooling``, one per county or state, level, survey and year.

    Raises
    ------
    WrongShape
    """
    levels = catalog.codelists["schooling"]
    known = levels.from_system("usda")
    names = {name for sheet in sheets(file) for _, row in table_rows(sheet) for name in row}
    columns = {name: read_as for name in sorted(names) if (read_as := _column(name, known))}
    if not columns:
        raise wrong(file, "no column gives a level and a year.", "ninguna columna indica un nivel y un año.")
    raw = county_rows.cells(file, CODE, columns, catalog)
    index = ["line", "fips", "name1", "name2", "name3"]
    # a county that did not exist in a survey has no figure in it: no row
    raw = raw.filter(pl.col("cell") != "").pivot("name0", index=index, values="cell", aggregate_function="first")
    raw = raw.with_columns(pl.lit("").alias(c) for c in (PERSONS, PERCENT) if c not in raw.columns)
    sheet = RawTable(raw.with_columns(pl.col(PERSONS, PERCENT).fill_null("")))
    county_rows.places(sheet, catalog)
    sheet.codes("name1", "level", levels, "usda", {level: level for level in levels.codes})
    sheet.month("name2", None, "period")
    sheet.codes("name3", "survey", catalog.codelists["schooling_surveys"], "usda")
    sheet.whole(PERSONS, "persons", blank=True)
    sheet.decimals(PERCENT, "percent", 2, Text("a percentage", "un porcentaje"))
    yield sheet.rows(catalog.datasets["us_schooling"], "persons", "percent")


def _column(name: str, levels: Mapping[str, str]) -> tuple[str, str, str, str] | None:
    """Persons or percent, the level (ours, or in the source's words), the last year and the survey that a column's name gives."""
    found = COLUMN.fullmatch(name)
    if not found:
        return None
    level, year, end = found.groups()
    quantity = PERCENT if level.startswith(PERCENT_OF) else PERSONS
    return (
        quantity,
        levels.get(level, level),
        year if end is None else year[:2] + end,
        CENSUS if end is None else FIVE_YEARS,
    )


CONNECTOR = Connector("usda_education", recognise, read)
