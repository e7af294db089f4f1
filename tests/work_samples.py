"""Workbooks in the shapes of the county data sets of ERS, with a few real figures."""

from __future__ import annotations

from economy_samples import book

LABOUR, SCHOOLING = "Unemployment2023.xlsx", "Education2023.xlsx"


def labour() -> bytes:
    """The nation, Arizona, two of its counties and one that is no place here; the codes and an income beside them."""
    head = [f"{name}_{year}" for year in (2000, 2023) for name in ("Civilian_labor_force", "Employed", "Unemployed", "Unemployment_rate")]  # fmt: skip
    return book(
        [
            ("FIPS_Code", "State", "Area_Name", "Metro_2023", *head, "Median_Household_Income_2022"),
            ("00000", "US", "United States", None, 142601576, 136904853, 5696723, 4, 166689556, 160623678, 6065878, 3.6, 74755),
            ("04000", "AZ", "Arizona", None, 2510611, 2410825, 99786, 4, 3690974, 3546508, 144466, 3.9000000000000004, 74355),
            ("04003", "AZ", "Cochise County, AZ", 1, 48657, 46466, 2191, 4.5, 49585, 47337, 2248, 4.5, 55254),
            ("04023", "AZ", "Santa Cruz County, AZ", 0, 14755, 13539, 1216, 8.2000000000000011, 19216, 17760, 1456, 7.6000000000000005, 53467),
            ("36061", "NY", "New York County, NY", 1, 853715, 810590, 43125, 5.1, None, None, None, None, 95514),
        ],
        [("Variable", "Description"), ("FIPS_Code", "State-county FIPS code")],
    )  # fmt: skip


def schooling() -> bytes:
    """Arizona and one of its counties, in a census and in a survey of five years."""
    head = [
        "Less than a high school diploma, 1970",
        "Four years of college or higher, 1970",
        "Percent of adults completing four years of college or higher, 1970",
        "Less than high school graduate, 2019-23",
        "Bachelor's degree or higher, 2019-23",
        "Percent of adults who are not high school graduates, 2019-23",
        "Percent of adults with a bachelor's degree or higher, 2019-23",
    ]
    return book(
        [
            ("FIPS Code", "State", "Area name", "2023 Rural-urban Continuum Code", *head),
            ("04000", "AZ", "Arizona", None, 383873, 115020, 12.6, 544528, 1627462, 10.911000668652655, 32.610332196336614),
            ("04023", "AZ", "Santa Cruz County", 6, 3934, 634, 9.1, 6978, 7534, 22.293217469090447, 24.069518545733363),
            ("36061", "NY", "New York County", 1, 468098, 213586, 20.7, 136464, 806709, 10.826798516059624, 64.00278318158594),
        ],
        [("Column variable name", "Description"), ("FIPS Code", "5-digit code")],
    )  # fmt: skip
