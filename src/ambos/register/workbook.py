"""Rows of records as a workbook (XLSX): a sheet for each kind of row; every text is a text, never a formula."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from ambos.register.layout import layouts
from ambos.register.rows import ID, RECORD, Headings, Row, number_text
from ambos.text import Text

#: Characters of one cell: Excel takes 32,767 units of UTF-16, of which a character has one or two.
LONGEST = 16_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
#: How XLSX writes a character that XML has not.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Where a text is cut that the library would not write as it is: markup of its own (``<r>…</r>``), two signs that look like
#: such ones and share an underscore.
_CUT = re.compile(r"(?<=\A<)(?=r>)|(?<=_x[0-9A-Fa-f]{4})(?=_x[0-9A-Fa-f]{4}_)")
#: Built-in formats of days, and what a format of days of one's own is known by.
_DAYS = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
_DAY_FORMAT = re.compile(r"[ymdhs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_FIRST, _FIRST_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a calendar day has no zone


def workbook_of(rows: Iterable[Row]) -> bytes:
    """Write rows, a sheet for each name of rows; a text too long for a cell goes on in further columns (``text#2``)."""
    import xlsxwriter

    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    for name, layout in layouts().items():
        held = by_name.get(name, ())
        if not held:
            continue
        sheet = book.add_worksheet(name)
        cells = [{column: pieces(text) for column, text in row.cells.items()} for row in held]
        most = {column: max(len(one.get(column, ())) for one in cells) for column in layout.cells}
        at = {ID: 0}
        for column, count in most.items():
            for i in range(count):
                at[f"{column}#{i + 1}" if i else column] = len(at)
        for head, place in at.items():
            sheet.write_string(0, place, head, bold)
        for number, (row, own) in enumerate(zip(held, cells, strict=True), 1):
            sheet.write_string(number, 0, row.id)
            for column, parts in own.items():
                for i, part in enumerate(parts):
                    sheet.write_string(number, at[f"{column}#{i + 1}" if i else column], part)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(at) - 1, 24)
    if not by_name:
        book.add_worksheet(next(iter(layouts()))).write_string(0, 0, ID, bold)
    book.close()
    return written.getvalue()


def pieces(text: str) -> list[str]:
    """Cut a text for its cells."""
    return [part[i : i + LONGEST] for part in _CUT.split(text) for i in range(0, len(part), LONGEST)]


def workbook_rows(part: Callable[[str], bytes]) -> Iterator[Row]:
    """Read the rows of every sheet; a day is its label, a number as it would be typed, a formula its last result.

    Parameters
    ----------
    part : callable
        Gives the bytes of a part of the workbook by its name; `KeyError` if there is none.

    Raises
    ------
    KeyError, ValueError, IndexError, xml.etree.ElementTree.ParseError
        If the workbook is damaged.
    """
    book = ET.fromstring(_sound(part("xl/workbook.xml")))
    targets = {
        link.get("Id"): link.get("Target", "") for link in ET.fromstring(_sound(part("xl/_rels/workbook.xml.rels")))
    }
    strings = _strings(part)
    days = _day_styles(part)
    setting = book.find(f"{_MAIN}workbookPr")
    old = setting is not None and setting.get("date1904") in ("1", "true")
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets[sheet.get(_LINK)]
        name = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        yield from _sheet_rows(sheet.get("name", ""), _sound(part(name)), strings, days, _FIRST_1904 if old else _FIRST)


def _sound(content: bytes) -> bytes:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # no workbook has them; what could grow is not opened
        raise ValueError(Text("it declares entities", "declara entidades"))
    return content


def _strings(part: Callable[[str], bytes]) -> list[str]:
    try:
        content = part("xl/sharedStrings.xml")
    except KeyError:
        return []
    return [_text(one) for one in ET.fromstring(_sound(content)).iter(f"{_MAIN}si")]


def _text(node: ET.Element) -> str:
    """The text of a string, without how its signs are pronounced."""
    said = "".join(
        t.text or ""
        for child in node
        if child.tag != f"{_MAIN}rPh"
        for t in ([child] if child.tag == f"{_MAIN}t" else child.iter(f"{_MAIN}t"))
    )
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said)


def _day_styles(part: Callable[[str], bytes]) -> frozenset[str]:
    """The numbers of the styles that show a day."""
    try:
        tree = ET.fromstring(_sound(part("xl/styles.xml")))
    except KeyError:
        return frozenset()
    own = {
        int(one.get("numFmtId", "0"))
        for one in tree.iter(f"{_MAIN}numFmt")
        if _DAY_FORMAT.search(_QUOTED.sub("", one.get("formatCode", "")))
    }
    forms = tree.find(f"{_MAIN}cellXfs")
    listed = enumerate(forms if forms is not None else ())
    return frozenset(str(i) for i, form in listed if int(form.get("numFmtId", "0")) in _DAYS | own)


def _sheet_rows(
    sheet: str, content: bytes, strings: Sequence[str], days: frozenset[str], first: datetime
) -> Iterator[Row]:
    heads: Headings | None = None
    below = 0
    for _, row in ET.iterparse(io.BytesIO(content)):
        if row.tag != f"{_MAIN}row":
            continue
        below += 1
        number = int(row.get("r") or below)
        cells: dict[int, str] = {}
        for at, cell in enumerate(row.iter(f"{_MAIN}c")):
            text = _value(cell, strings, days, first, sheet)
            if text:
                found = _ADDRESS.fullmatch(cell.get("r", ""))
                cells[_place(found[1]) if found else at] = text
        row.clear()
        if heads is None:
            heads = Headings(cells.get(i, "") for i in range(max(cells, default=-1) + 1))
        elif cells:
            held = heads.cells(cells)
            yield Row(held.pop(RECORD, sheet).strip(), held.pop(ID, "").strip(), held, number, sheet)


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _value(cell: ET.Element, strings: Sequence[str], days: frozenset[str], first: datetime, sheet: str) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        node = cell.find(f"{_MAIN}is")
        return "" if node is None else _text(node)
    node = cell.find(f"{_MAIN}v")
    text = (node.text or "") if node is not None else ""
    if kind == "n" and not text and cell.find(f"{_MAIN}f") is not None:  # a result that is no text has a value
        at = f"{sheet}!{cell.get('r', '')}"
        raise ValueError(
            Text(
                f"cell {at} has a formula without a result; open and save it in a spreadsheet, or type the value",
                f"la celda {at} tiene una fórmula sin resultado; abra y guarde el libro en una hoja de cálculo, o escriba el valor",
            )
        )
    if kind == "s":
        return strings[int(text)] if text else ""
    if kind == "b":
        return "true" if text == "1" else "false"
    if kind != "n" or not text:
        return text
    if cell.get("s", "0") in days:
        moment = first + timedelta(days=float(text))
        return moment.date().isoformat()
    return number_text(text)
