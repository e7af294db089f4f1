"""The workbook of people by county in the shape of USDA ERS's, with figures of the Census of 2020 and its estimates."""

from __future__ import annotations

from economy_samples import book

PEOPLE = "PopulationEstimates.xlsx"


def people() -> bytes:
    """The nation, Arizona and three counties; a sheet that documents the columns."""
    return book(
        [
            ("FIPStxt", "State", "Area_Name", "CENSUS_2020_POP", "ESTIMATES_BASE_2020", "POP_ESTIMATE_2020", "POP_ESTIMATE_2023", "BIRTHS_2023"),
            ("00000", "US", "United States", 331449281, 331464948, 331526933, 334914895, 3665000),
            ("04000", "AZ", "Arizona", 7151502, 7157902, 7186683, 7431344, 78494),
            ("04003", "AZ", "Cochise County", 125447, 125445, 125527, 124640, 1246),
            ("04023", "AZ", "Santa Cruz County", 47669, 47668, 47712, 49158, 554),
            ("01001", "AL", "Autauga County", 58805, 58802, 58902, 60342, 700),
        ],
        [("Variable", "Description"), ("CENSUS_2020_POP", "Census count")],
    )  # fmt: skip
