"""Workbooks of weekly respiratory surveillance in the shapes of SISVER's, with real figures of 2024 and 2025."""

from __future__ import annotations

from economy_samples import book

CURVES, TESTS, TOTALS = "CURVA_ETI_IRAG.xlsx", "casos_positividad.xlsx", "municipios_flu.xlsx"
ETI, IRAG = "ENFERMEDAD TIPO INFLUENZA (ETI)", "INFECCION RESPIRATORIA AGUDA GRAVE (IRAG)"


def curves() -> bytes:
    """Confirmed and suspected cases of three weeks, a week of zeros among them, and zeros to the end; a sheet of ages."""
    return book(
        [
            ("semana", "COVID19", "INFLUENZA", "VSR"),
            ("2024-01", 2, 12, 3),
            ("2024-35", 0, 0, 0),
            ("2025-01", 2, 11, 20),
            ("2025-15", 0, 0, 0),
            ("2025-52", 0, 0, 0),
        ],
        [
            ("semana", ETI, IRAG, "Total"),
            ("2024-01", 12, 46, 58),
            ("2024-35", 7, 5, 12),
            ("2025-01", 20, 35, 55),
            ("2025-15", 0, 0, 0),
            ("2025-52", 0, 0, 0),
        ],
        [("GPO_EDAD", "FEM_covid19", "MAS_covid19"), ("0 - 5", 6, 9)],
    )


def results() -> bytes:
    """Results of three numbers of a week in 2020 and 2025; only 2020 has a 53rd."""
    return book(
        [
            ("epiweek(FECINISI)", "NEGATIVO_2020", "CONF LAB_2020", "CONF LAB_2025", "NEGATIVO_2025", "p_2025"),
            (1, 7, 0, 2, 45, 4.3),
            (15, 90, 10, 0, 0, "#NUM!"),
            (53, 1411, 1535, 0, 0, "#NUM!"),
        ]
    )


def totals() -> bytes:
    """Cases of a season by municipality."""
    return book([("Municipio", "Casos", "Defunciones"), ("AGUA PRIETA", 1, 0)])
