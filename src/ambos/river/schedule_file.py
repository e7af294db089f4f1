"""Read a monthly schedule from a CSV or TOML file; every problem is named, and nothing is guessed."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from ambos.errors import BadSchedule, parse_fault
from ambos.given_file import content
from ambos.river.schedule import ScheduleMonth
from ambos.text import Text, joined

COLUMNS: Final = ("month", "share", "scheduled", "revised", "notice", "land")
_MONTHS: Final = range(1, 13)
#: Rows above which a file is no schedule, and its problems are not listed one by one.
_MOST_ROWS: Final = 100
#: Powers of ten from 1 that are taken for a volume and not for a slip.
_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """Content of a schedule file."""

    shares: tuple[Fraction, ...] | None  #: Weights of the twelve months, in place of volumes.
    months: tuple[ScheduleMonth, ...]  #: The twelve months, acre-feet; scheduled 0 where there are shares.


def read(path: Path, af: Fraction) -> ScheduleFile:
    """Read a schedule.

    Parameters
    ----------
    path : Path
        ``.toml``: an array of tables ``[[month]]``; else CSV with a header. Of each month: ``month`` (1 to 12),
        ``share`` or ``scheduled``, and where there are any ``revised``, ``notice`` (a day) and ``land``.
    af : Fraction
        Acre-feet in one unit of the volumes that are written.

    Raises
    ------
    BadSchedule
        With every problem found.
    """
    rows = _toml(path) if path.suffix.lower() == ".toml" else _csv(path)
    if len(rows) > _MOST_ROWS:
        raise _fault(path, Text(f"it has {len(rows):,} rows, not twelve", f"tiene {len(rows):,} renglones, no doce"))
    problems: list[Text] = []
    by_month: dict[int, tuple[Fraction | None, ScheduleMonth]] = {}
    for place, row in rows:
        for key in row:
            if key not in COLUMNS:
                problems.append(_at(place, Text(f"“{key}” is not known", f"no se conoce «{key}»")))
        number = row.get("month")
        month = next((m for m in _MONTHS if str(number).strip().lstrip("0") == str(m)), 0)
        if month not in _MONTHS or month in by_month:
            said = "" if number is None else f" {number!r}"
            what = Text(f"month{said} is not 1 to 12, or twice", f"el mes{said} no es de 1 a 12 o se repite")
            problems.append(_at(place, what))
            continue
        share, scheduled, revised, land = (
            _volume(row.get(key), key, place, problems) for key in ("share", "scheduled", "revised", "land")
        )
        if (share is None) == (scheduled is None):
            problems.append(_at(place, Text("share or scheduled is wanted", "se espera share o scheduled")))
        by_month[month] = (
            share,
            ScheduleMonth(
                month,
                (scheduled or Fraction(0)) * af,
                None if revised is None else revised * af,
                _day(row.get("notice"), place, problems),
                None if land is None else land * af,
            ),
        )
    shares = [share for share, _ in by_month.values() if share is not None]
    missing = [str(m) for m in _MONTHS if m not in by_month]
    if missing and not problems:
        names = ", ".join(missing)
        problems.append(Text(f"  no month {names}", f"  falta el mes {names}"))
    if shares and len(shares) != len(by_month):
        problems.append(Text("  share in some months only", "  share solo en algunos meses"))
    if shares and not sum(shares):
        problems.append(Text("  all shares are 0", "  todas las proporciones son 0"))
    if problems:
        lines = joined(problems, "\n")
        raise BadSchedule(file=path, count=len(problems), problems=lines)
    ordered = [by_month[m] for m in _MONTHS]
    return ScheduleFile(
        tuple(share for share, _ in ordered if share is not None) if shares else None, tuple(m for _, m in ordered)
    )


def _at(place: Text, what: Text) -> Text:
    return Text(f"  {place.en}: {what.en}", f"  {place.es}: {what.es}")


def _fault(path: Path, what: Text) -> BadSchedule:
    return BadSchedule(file=path, count=1, problems=Text(f"  {what.en}", f"  {what.es}"))


def _csv(path: Path) -> list[tuple[Text, Mapping[str, Any]]]:
    """The rows of a CSV file; empty cells are left out."""
    reader = csv.DictReader(content(path, BadSchedule).splitlines(), strict=True)
    rows: list[tuple[Text, Mapping[str, Any]]] = []
    try:
        if "month" not in (reader.fieldnames or ()):
            raise _fault(path, Text("no column month", "falta la columna month"))
        for row in reader:
            place = Text(f"line {reader.line_num}", f"renglón {reader.line_num}")
            rows.append((place, {k or "?": v for k, v in row.items() if v not in (None, "")}))
    except csv.Error as error:
        raise _fault(path, Text("it is not a CSV table: ", "no es una tabla CSV: ") + parse_fault(error)) from error
    return rows


def _toml(path: Path) -> list[tuple[Text, Mapping[str, Any]]]:
    """The tables ``[[month]]`` of a TOML file."""
    try:
        tree = tomllib.loads(content(path, BadSchedule, table=False), parse_float=Decimal)
    except RecursionError as error:
        raise _fault(
            path, Text("its tables are nested too deep", "sus tablas están anidadas a demasiada profundidad")
        ) from error
    except (ValueError, ArithmeticError) as error:  # not TOML, or a number out of range
        raise _fault(path, Text("it is not TOML: ", "no es TOML: ") + parse_fault(error)) from error
    rows = tree.get("month")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or set(tree) != {"month"}:
        raise _fault(path, Text("it is not made of tables [[month]]", "no consta de tablas [[month]]"))
    return [(Text(f"month no. {i}", f"mes núm. {i}"), row) for i, row in enumerate(rows, 1)]


def _volume(written: object, key: str, place: Text, problems: list[Text]) -> Fraction | None:
    if written is None:
        return None
    try:
        value = Decimal(str(written).strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_finite() and value >= 0 and abs(value.adjusted()) <= _DIGITS:
        return Fraction(value)
    what = Text(f"{key}: {written!r} is not a number of 0 or more", f"{key}: {written!r} no es un número de 0 o más")
    problems.append(_at(place, what))
    return Fraction(0)


def _day(written: object, place: Text, problems: list[Text]) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(str(written).strip())
    except ValueError:
        what = Text(
            f"notice: {written!r} is not a day like 2026-03-15", f"notice: {written!r} no es un día como 2026-03-15"
        )
        problems.append(_at(place, what))
        return None
