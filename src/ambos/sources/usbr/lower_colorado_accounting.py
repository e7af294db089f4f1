"""Reclamation's Lower Colorado water accounts, as transcribed by riverwar: one file per account, one line per year.

Words parted by blanks, ``Year Jan … Dec Total`` in acre-feet (``Year Oct … Sep Water_Year_Total`` in thousands of them
for the figures of the 24-Month Studies), comments after ``#``, commas between thousands in some files. Which account a
file holds follows from its name alone: the code list `river_accounts` names the files that are read. Of the others most
are small users; some hold a year several times, once for each point of diversion.

Read from a line:

* the year and nothing else: the year is known to be missing;
* twelve months and a total: these; a ``-`` after the year stands for nothing;
* months that are all 0 beside a total that is not, or of which a comment says that only the year was known: the months
  are missing, the total is not;
* fewer or more numbers (two of them run together, or a month left out): it is not known which month is missing, so they are
  missing; the total is taken if the others add up to it, else it is missing too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

import polars as pl

from ambos.catalog import DEFINITIONS
from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import MONTHS, RawTable
from ambos.sources.shared.strict import BOM, decoded, table, wrong
from ambos.sources.shared.water import year_of
from ambos.text import Text

CALENDAR = ("Year", *MONTHS, "Total")
WATER = ("Year", *MONTHS[9:], *MONTHS[:9], "Water_Year_Total")
#: The month that a water year begins with, in the calendar year before the one it is named for.
OCTOBER = 10
#: What a comment says where the months are not the report's own.
NO_MONTHS = re.compile(r"FIXME Monthly|only total|annual total only", re.IGNORECASE)
#: A whole number, with commas between the thousands or without.
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})", re.ASCII)
AF_PER_KAF = 1000


class _Year(NamedTuple):
    """A line: its number, the year, the months and the total as text; "" where it is missing."""

    line: int
    year: str
    months: list[str]
    total: str


def recognise(name: str, head: bytes) -> str:
    """``calendar`` or ``water`` by the line that heads the columns, if the file is that of a known account; else ""."""
    if stem(name) not in accounts():
        return ""
    for line in head.removeprefix(BOM).split(b"\n"):
        if not line.startswith(b"#"):
            words = tuple(line.decode("utf-8", "replace").split())
            return "calendar" if words == CALENDAR else "water" if words == WATER else ""
    return ""


def stem(name: str) -> str:
    """The file's own name, without folders and ending."""
    return PurePosixPath(name.removesuffix(".gz")).stem


@cache
def accounts() -> frozenset[str]:
    """The names of the files that the packaged definitions know, those of all regions included."""
    known = set()
    for path in DEFINITIONS.glob("**/codes/river_accounts.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            known |= {row["code:riverwar"] for row in csv.DictReader(lines)}
    return frozenset(known)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``river_accounts``, and of ``river_accounts_annual`` where the years are calendar years."""
    years = list(_years(file, kind))
    account = stem(file.name)
    own = catalog.codelists["river_accounts"].from_system("riverwar")
    if account in accounts() - set(own):
        return  # an account that another region keeps
    names = MONTHS if kind == "calendar" else WATER[1:-1]
    cells = [
        (account, year.year, str(MONTHS.index(month) + 1), value)
        for year in years
        for month, value in zip(names, year.months, strict=True)
    ]
    lines = pl.Series("line", [year.line for year in years for _ in names], dtype=pl.Int64)
    sheet = _sheet(table(file, ("account", "year", "month", "value"), cells).with_columns(lines), catalog)
    periods = [_month(year, int(month), kind) for _, year, month, _ in cells]
    sheet.made["period"] = pl.Series("period", periods, dtype=pl.Date())
    sheet.refuse_values(sheet.made["period"].is_null(), "year", Text("a year", "un año"))
    _volume(sheet, catalog)
    yield sheet.rows(catalog.datasets["river_accounts"], "volume_af")
    if kind == "calendar":
        yield _annual(file, years, catalog)


def _annual(file: File, years: list[_Year], catalog: Catalog) -> Rows:
    account = stem(file.name)
    cells = [(account, year.year, year.total) for year in years]
    lines = pl.Series("line", [year.line for year in years], dtype=pl.Int64)
    sheet = _sheet(table(file, ("account", "year", "value"), cells).with_columns(lines), catalog)
    sheet.values("year", "period", year_of, pl.Date(), Text("a year", "un año"))
    _volume(sheet, catalog)
    sums = [_sum(year.months) for year in years]
    sheet.made["months_af"] = pl.Series("months_af", sums, dtype=pl.Int64())
    return sheet.rows(catalog.datasets["river_accounts_annual"], "volume_af")


def _years(file: File, kind: str) -> Iterator[_Year]:
    """The lines of a file."""
    content = decoded(file).decode()
    ended = file.content().endswith((b"\n", b"\r"))
    lines = content.replace("\r\n", "\n").split("\n")
    heading = CALENDAR if kind == "calendar" else WATER
    headed = False
    for number, line in enumerate(lines, 1):
        figures, sign, comment = line.partition("#")
        words = figures.split()
        if not words:
            continue
        if not headed:
            if tuple(words) != heading:
                raise wrong(
                    file,
                    f"line {number}: the columns are not {' '.join(heading)}.",
                    f"renglón {number}: las columnas no son {' '.join(heading)}.",
                )
            headed = True
            continue
        year, *numbers = [word for i, word in enumerate(words) if (i, word) != (1, "-")]
        found = _Year(number, year, *_months_and_total(numbers, comment))
        if number == len(lines) and not (ended or sign) and not _whole(found):
            raise wrong(
                file,
                f"line {number}: the file ends in the middle of a line: it was cut.",
                f"renglón {number}: el archivo termina a la mitad de un renglón: está cortado.",
            )
        yield found
    if not headed:
        raise wrong(file, "there are no columns.", "no hay columnas.")


def _whole(year: _Year) -> bool:
    """Return True if a line without a line end is complete: a total cut short is a tenth of the sum of the months, or
    less; rounding and slips of the transcriber are smaller."""
    months, total = _sum(year.months), _integer(year.total)
    return months is not None and total is not None and abs(months - total) * 2 <= abs(total)


def _months_and_total(numbers: list[str], comment: str) -> tuple[list[str], str]:
    """The months and the total of a line; "" for what is missing."""
    missing = [""] * len(MONTHS)
    if not numbers:
        return missing, ""
    *others, total = numbers
    if len(others) != len(MONTHS):
        return missing, total if _sum(others) == _integer(total) else ""
    if NO_MONTHS.search(comment) or (_integer(total) and all(_integer(month) == 0 for month in others)):
        return missing, total
    return others, total


def _sheet(raw: pl.DataFrame, catalog: Catalog) -> RawTable:
    sheet = RawTable(raw)
    sheet.codes("account", "account", catalog.codelists["river_accounts"], "riverwar")
    return sheet


def _volume(sheet: RawTable, catalog: Catalog) -> None:
    """Acre-feet; an empty cell is missing."""
    in_kaf = {c.id for c in catalog.codelists["river_accounts"].codes.values() if c.attributes.get("unit") == "kaf"}
    sheet.values("value", "volume_af", _integer, pl.Int64(), Text("a whole number", "un número entero"), missing=("",))
    factors = [AF_PER_KAF if account in in_kaf else 1 for account in sheet.made["account"]]
    sheet.made["volume_af"] *= pl.Series(factors, dtype=pl.Int64())


def _integer(text: str) -> int | None:
    return int(text.replace(",", "")) if NUMBER.fullmatch(text) else None


def _sum(cells: list[str]) -> int | None:
    """The sum of numbers, none of which may be missing."""
    numbers = [_integer(cell) for cell in cells]
    known = [n for n in numbers if n is not None]
    return sum(known) if numbers and len(known) == len(numbers) else None


def _month(year: str, month: int, kind: str) -> date | None:
    begins = year_of(year)
    return begins and begins.replace(year=begins.year - (kind == "water" and month >= OCTOBER), month=month)


CONNECTOR = Connector("usbr_lower_colorado_accounting", recognise, read)
