"""Workbooks in the shapes of INEGI's exports by state and of the copy of BEA's table, with a few real figures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EXPORTS, PRODUCT = "Tabulados_INEGI_Exportaciones.xlsx", "SAGDP2N__ALL_AREAS_1997_2022_cleaned.xlsx"
PANEL = "panel_data.xlsx"
DAMS = "Catalogo_presas.xlsx"
_QUARTERS = ("1_trimestre", "2_trimestre", "3_trimestre ", "4_trimestre ", "Suma_trimestres")


def book(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook: texts are shared strings, numbers stand in the cells, None is no cell."""
    strings = list(dict.fromkeys(c for rows in sheets for row in rows for c in row if isinstance(c, str)))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        items = "".join(f"<si><t>{text}</t></si>" for text in strings)
        made.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>')
        for number, rows in enumerate(sheets, 1):
            body = "".join(
                f'<row r="{n}">' + "".join(_cell(strings, n, at, cell) for at, cell in enumerate(row)) + "</row>"
                for n, row in enumerate(rows, 1)
            )
            made.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
            )
    return content.getvalue()


def _cell(strings: Sequence[str], row: int, at: int, cell: object) -> str:
    if cell is None:
        return ""
    kind, value = (' t="s"', strings.index(cell)) if isinstance(cell, str) else ("", cell)
    return f'<c r="{chr(65 + at)}{row}"{kind}><v>{value}</v></c>'


def exports() -> bytes:
    """The directory, the sheet of states and the sheet of subsectors."""
    return book(
        [("id_indicador ", None), ("01_", "Exportaciones trimestrales por entidad federativa")],
        [
            ("cve_ent", "entidad_abr_m", "anio", *_QUARTERS),
            ("00", "Nacional", 2015, 80028821, 86829973, 85699522, 84611879, 337170195),
            ("26", "SON", 2021, 4768451, 5820599, 4531183, 5633188, 20753421),
        ],
        [
            ("cve_ent", "entidad_abr_m", "anio", "subsector ", *_QUARTERS),
            (26, "SON", 2021, "Agricultura A/ B/ C/", 476691, 798223, 117405, 470608, 1862927),
            (26, "SON", 2021, "Industria química  B/", "C", "-", "N.S.", None, None),
        ],
    )


def panel() -> bytes:
    """Exports of a state, of the two whose names are exchanged, and a year without them."""
    return book(
        [
            ("state", "year", "total_fdi", "exports_miles_dlls"),
            ("Sonora", 2006, 313.2, None),
            ("Sonora", 2021, 215.8, 20199091),
            ("Baja California", 2015, 1167.27, 199662),
            ("Baja California Sur", 2015, 400.1, 38441997),
            ("Queretaro ", 2015, 1000.5, 10400468),
        ],
        [("Variable", "Description"), ("new_fdi", "New Foreign Direct Investment Inflows. Millions of Dollars. ")],
    )


def dams() -> bytes:
    """CONAGUA's catalogue of a state's reservoirs, two of them, and a sheet that is none."""
    return book(
        [
            ("Clave", "Nombre_comun", "cap_name", "cap_namo", "vol_muerto", "Altitud"),
            ("LCDSO", "La Angostura", 1116, 703, 10, 860),
            ("PECSO", "El Novillo", 3312, 2833, 200, 2110),
        ],
        [("MUNI", "MUNICIPIOS"), (1, "Aconchi")],
    )


def product() -> bytes:
    """The nation, a state and a region in 2020 and 2021."""
    units = "Millions of current dollars"
    return book(
        [
            ("GeoName", "Description", "Unit", "2020", "2021"),
            ("United States *", "All industry total ", units, 21060474, 23315081),
            ("Arizona", "All industry total ", units, 382072.3, 420026.70000000001),
            ("Arizona", "  Mining, quarrying, and oil and gas extraction ", units, None, 6883.1),
            ("Far West", "Private goods-producing industries 2/", units, 1, 2),
        ]
    )
