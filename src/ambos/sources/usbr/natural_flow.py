"""Natural flow of the Colorado at Lees Ferry, Reclamation's workbook of annual figures since 1906.

A workbook (XLSX) is a zip of XML. Two of its sheets hold a year and its flow in acre-feet in columns A and B, below a
title in B2 that says which year is meant (`year_bases`) and the unit in B3; averages below the last year are left out.
The large workbook of all nodes of the river is not read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import DAMAGE, ZIP, broken, open_zip, read_zip
from ambos.sources.shared.strict import table, wrong
from ambos.sources.shared.water import year_of
from ambos.text import Text

NAMES = "lfnatflow*.xlsx"
STRINGS = "xl/sharedStrings.xml"
SHEETS = "xl/worksheets/sheet*.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: No part of such a workbook is so large, in bytes; what would be is not opened.
LARGEST = 5_000_000
UNIT = "(AF)"
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def recognise(name: str, head: bytes) -> str:
    """``lees_ferry`` for a workbook of that name: the first bytes of a zip do not show what it holds; else ""."""
    own = PurePosixPath(name.lower()).name
    return "lees_ferry" if head.startswith(ZIP) and fnmatch(own, NAMES) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``natural_flow``."""
    known = catalog.codelists["year_bases"].from_system("usbr")
    cells, lines = [], []
    for sheet in _sheets(file):
        title = sheet.get("B2", "")
        if title not in known:
            continue
        if sheet.get("B3") != UNIT:
            raise wrong(file, f"B3 is not “{UNIT}”.", f"B3 no es «{UNIT}».")
        rows = sorted(int(at[1:]) for at in sheet if at[0] == "A" and at[1:].isdigit())
        years = [n for n in rows if n > 3 and year_of(sheet[f"A{n}"])]
        cells += [(title, sheet[f"A{n}"], sheet.get(f"B{n}", "")) for n in years]
        lines += years
    if not cells:
        raise wrong(
            file,
            f"no sheet has one of these titles in B2: {', '.join(known)}.",
            f"ninguna hoja tiene en B2 uno de estos títulos: {', '.join(known)}.",
        )
    made = RawTable(table(file, ("basis", "year", "flow"), cells).with_columns(line=pl.Series(lines, dtype=pl.Int64)))
    made.codes("basis", "year_basis", catalog.codelists["year_bases"], "usbr")
    made.values("year", "period", year_of, pl.Date(), Text("a year", "un año"))
    whole = Text("a whole number", "un número entero")
    made.values(
        "flow", "volume_af", lambda t: int(t) if _WHOLE.fullmatch(t) else None, pl.Int64(), whole, missing=("",)
    )
    revised = catalog.sources["usbr_natural_flow"], file.as_of
    yield made.rows(catalog.datasets["natural_flow"], "volume_af", revised=revised)


def _sheets(file: File) -> Iterator[dict[str, str]]:
    """The cells of each sheet by their address, as text."""
    try:
        with open_zip(file.raw, file.name, file.budget) as book:
            names = book.namelist()
            strings = [_text(node) for node in _parse(file, book, STRINGS)] if STRINGS in names else []
            for name in sorted(n for n in names if fnmatch(n, SHEETS)):
                yield {
                    cell.get("r", ""): _value(cell, strings)
                    for cell in _parse(file, book, name).iter(f"{_MAIN}c")
                    if cell.get("r")
                }
    except (*DAMAGE, IndexError, ET.ParseError) as error:
        raise broken(file.name, error) from error


def _parse(file: File, book: zipfile.ZipFile, name: str) -> ET.Element:
    member = book.getinfo(name)
    if member.file_size > LARGEST:
        raise ValueError(f"{name}: {member.file_size} bytes")
    content = read_zip(book, member, f"{file.name}/{name}", file.budget)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # no workbook has them; what could grow is not opened
        raise ValueError(f"{name}: DOCTYPE")
    return ET.fromstring(content)


def _text(node: ET.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{_MAIN}t"))


def _value(cell: ET.Element, strings: list[str]) -> str:
    value = cell.find(f"{_MAIN}v")
    text = (value.text or "") if value is not None else ""
    return strings[int(text)] if cell.get("t") == "s" and text else text


CONNECTOR = Connector("usbr_natural_flow", recognise, read)
