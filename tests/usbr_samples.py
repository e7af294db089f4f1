"""Files of Reclamation for tests: the specimens, and a workbook made of the parts that are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "specimens" / "usbr"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = "LFnatFlow1906-2024.xlsx"
#: The first years of the real workbook and its last, by title; the average is written below a blank line there too.
FLOWS = {
    "WY Lees Ferry Natural Flow": {"1906": "18214678", "1907": "21234305", "2024": "11875000"},
    "CY Lees Ferry Natural Flow": {"1906": "18723760", "1907": "20892589", "2024": "12132000"},
}


def workbook(flows: Mapping[str, Mapping[str, str]] = FLOWS, unit: str = "(AF)") -> bytes:
    """A workbook in the exact shape of the natural flow's: titles in B2, the unit in B3, years from row 4 on."""
    strings = [unit, *flows, "1906-2020 average"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        items = "".join(f"<si><t>{text}</t></si>" for text in strings)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>')
        for number, (title, years) in enumerate(flows.items(), 1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(strings, title, list(years.items())))
    return content.getvalue()


def _sheet(strings: Sequence[str], title: str, years: Sequence[tuple[str, str]]) -> str:
    rows = [
        f'<row r="2"><c r="A2" s="12"/><c r="B2" t="s"><v>{strings.index(title)}</v></c></row>',
        '<row r="3"><c r="B3" t="s"><v>0</v></c></row>',
    ]
    rows += [
        f'<row r="{n}"><c r="A{n}"><v>{year}</v></c><c r="B{n}"><v>{flow}</v></c></row>'
        for n, (year, flow) in enumerate(years, 4)
    ]
    n = len(years) + 5
    rows.append(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{len(strings) - 1}</v></c>'
        f'<c r="B{n}"><f>AVERAGE(B4:B6)</f><v>1.5</v></c></row>'
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def files() -> dict[str, bytes]:
    """All specimens that a reader reads, by name."""
    found = {p.name: p.read_bytes() for p in sorted(FOLDER.iterdir()) if p.name != "mead_month_end_page.csv"}
    return {**found, WORKBOOK: workbook()}
