"""Cells of a workbook (XLSX), which is a zip of XML. Values are the text that stands in it; of a formula its last result."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from xml.etree import ElementTree as ET

from ambos.numbers import size
from ambos.sources.shared.base import File
from ambos.sources.shared.opener import DAMAGE, broken, open_zip, read_zip
from ambos.text import Text

STRINGS = "xl/sharedStrings.xml"
SHEETS = "xl/worksheets/sheet*.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: No part of a workbook that is read is so large, in bytes; what would be is not opened.
LARGEST = 20_000_000
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)


def sheets(file: File) -> Iterator[dict[str, str]]:
    """The cells of each sheet by their address, as text.

    Raises
    ------
    WrongShape
        If the workbook is cut, damaged or holds a part that is too large.
    """
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


def table_rows(cells: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a sheet with their number: text by the name that its column has in row 1, without the spaces around it.

    Columns without a name and rows without a cell are left out.
    """
    rows: dict[int, dict[str, str]] = {}
    for address, text in cells.items():
        if text and (found := _ADDRESS.fullmatch(address)):
            rows.setdefault(int(found[2]), {})[found[1]] = text
    names = {column: text.strip() for column, text in rows.pop(1, {}).items()}
    return [(n, {names[c]: text for c, text in row.items() if c in names}) for n, row in sorted(rows.items())]


def _parse(file: File, book: zipfile.ZipFile, name: str) -> ET.Element:
    member = book.getinfo(name)
    if member.file_size > LARGEST:
        large = size(LARGEST)
        raise ValueError(Text(f"{name} has more than {large}", f"{name} mide más de {large}"))
    content = read_zip(book, member, f"{file.name}/{name}", file.budget)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # no workbook has them; what could grow is not opened
        raise ValueError(Text(f"{name} declares entities", f"{name} declara entidades"))
    return ET.fromstring(content)


def _text(node: ET.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{_MAIN}t"))


def _value(cell: ET.Element, strings: Sequence[str]) -> str:
    value = cell.find(f"{_MAIN}v")
    text = (value.text or "") if value is not None else ""
    return strings[int(text)] if cell.get("t") == "s" and text else text
