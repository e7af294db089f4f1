"""Golden figures of people: CONAPO at mid-year, US counties by Census and estimate. Where each comes from stands beside it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(Path(tmp_path_factory.mktemp("people")))


def of(embedded: Workspace, series: str, place: str) -> dict[str, tuple[int, str]]:
    frame = show(embedded, series, places=[place]).frame
    return {period: (value, status) for period, value, status in frame.select("period", "value", "status").iter_rows()}


@pytest.mark.parametrize(
    ("series", "place", "year", "people", "status"),
    [
        # ../shared/data/raw/conapo-population-2025/ORIGIN.txt
        ("people.mid_year", "sonora", "2020", 3_002_286, "F"),
        ("people.mid_year", "sonora", "2025", 3_140_762, "F"),
        ("people.mid_year_municipality", "sonora", "2025", 3_140_762, "F"),
        # population_state_mid_year.csv, the line of the state
        ("people.mid_year", "sonora", "2010", 2_704_187, "E"),
        ("people.mid_year", "baja-california", "2040", 4_835_262, "F"),
        # the US Census Bureau's count of Arizona, 1 April 2020
        ("people.us_census", "arizona", "2020", 7_151_502, "A"),
        # PopulationEstimates.xlsx, POP_ESTIMATE_2023 of Arizona and of county 04023
        ("people.us_estimate", "arizona", "2023", 7_431_344, "E"),
        ("people.us_estimate", "santa-cruz-county-az", "2023", 49_158, "E"),
    ],
)
def test_people(embedded: Workspace, series: str, place: str, year: str, people: int, status: str) -> None:
    assert of(embedded, series, place)[year] == (people, status)


@pytest.fixture(scope="module")
def conapo() -> dict[str, list[list[str]]]:
    """The cells of both files, read plainly."""
    found = {}
    for path in (RAW / "conapo-population-2025").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            found[path.stem] = list(csv.reader(lines))
    return found


@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_every_year_of_sonora_is_the_file_s_and_municipalities_add_up(
    embedded: Workspace, conapo: dict[str, list[list[str]]]
) -> None:
    names, *states = conapo["population_state_mid_year"]
    sonora = next(row for row in states if row[0] == "Sonora")
    wanted = {year: int(people) for year, people in zip(names[1:], sonora[1:], strict=True)}
    assert {year: people for year, (people, _) in of(embedded, "people.mid_year", "sonora").items()} == wanted
    years, *places = conapo["population_municipio_son_bc_chih"]
    sums = {
        year: sum(int(row[column]) for row in places if row[1] == "Sonora")
        for column, year in enumerate(years)
        if year.isdigit()
    }
    held = of(embedded, "people.mid_year_municipality", "sonora")
    assert {year: people for year, (people, _) in held.items()} == sums
    assert {year: sums[year] - wanted[year] for year in ("2020", "2025")} == {"2020": 0, "2025": 0}
