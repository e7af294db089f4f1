"""Golden figures of health in Mexico. Where each comes from stands beside it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.errors import BadRequest
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
MEASLES = RAW / "mx-measles-surveillance-2020-2025" / "measles_rubella_by_state_year_diagnosis.csv"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(Path(tmp_path_factory.mktemp("health")))


@pytest.mark.parametrize(
    ("series", "place", "year", "figure", "status"),
    [
        # ../shared/data/raw/mcv-ips-state-indicators-2015-2024/ORIGIN.txt
        ("health.life_expectancy", "sonora", "2024", 76.8, "E"),
        ("health.homicide_rate", "sonora", "2024", 50.8, "A"),
        # ips_long_2015_2024.csv.gz: indicators 0226, 0103, 0112 and 0102 of areas 00 and 26
        ("health.life_expectancy", "mexico", "2024", 75.5, "E"),
        ("health.infant_mortality", "sonora", "2024", 8.0, "A"),
        ("health.homicide_rate", "mexico", "2024", 25.1, "A"),
        ("health.maternal_mortality", "sonora", "2024", 34.4, "A"),
        # ../shared/data/raw/mx-measles-surveillance-2020-2025/ORIGIN.txt
        ("health.measles", "sonora", "2025", 69, "P"),
        ("health.measles", "mexico", "2025", 2153, "P"),
        ("health.measles", "mexico", "2020", 196, "A"),
        ("health.measles", "mexico", "2021", 0, "A"),
        ("health.measles", "sonora", "2024", 0, "A"),
        ("health.measles_deaths", "sonora", "2025", 1, "P"),
    ],
)
def test_a_year(embedded: Workspace, series: str, place: str, year: str, figure: float, status: str) -> None:
    frame = show(embedded, series, places=[place]).frame.filter(period=year)
    ((value, found),) = frame.select("value", "status").rows()
    assert (round(float(value), 1), found) == (figure, status)


def test_a_rate_of_states_is_not_averaged_over_them(embedded: Workspace) -> None:
    with pytest.raises(BadRequest, match="no mean over"):
        show(embedded, "work.us_unemployment", places=["US"])


@pytest.mark.parametrize(
    ("series", "week", "cases"),
    [
        # CURVA_ETI_IRAG.xlsx: weeks 2024-01 (2 + 12 + 3; 12 + 46), 2024-35, of which the first sheet has only zeros
        ("health.respiratory_confirmed", date(2023, 12, 31), 17),
        ("health.respiratory_suspected", date(2023, 12, 31), 58),
        ("health.respiratory_confirmed", date(2024, 8, 25), 0),
        # casos_positividad.xlsx: week 53 of 2020 (1,411 + 1,535) and week 1 of 2025 (45 + 2)
        ("health.covid_tests", date(2020, 12, 27), 2946),
        ("health.covid_tests", date(2024, 12, 29), 47),
        # no figure after week 14 of 2025
        ("health.respiratory_suspected", date(2025, 4, 6), None),
        ("health.covid_tests", date(2025, 7, 13), None),
    ],
)
def test_a_week(embedded: Workspace, series: str, week: date, cases: int | None) -> None:
    frame = show(embedded, series, places=["sonora"]).frame.filter(start=week)
    assert frame["value"].to_list() == [cases]


def test_no_week_after_the_28th_of_2025_is_a_zero(embedded: Workspace) -> None:
    table = embedded.store.frame(embedded.store.table("respiratory_weeks"))
    assert (
        table.filter(pl.col("period") >= date(2025, 7, 6))["cases"].null_count()
        == table.filter(pl.col("period") >= date(2025, 7, 6)).height
    )


@pytest.mark.real
@pytest.mark.skipif(not MEASLES.is_file(), reason="the real files (../shared/data/raw) are not here")
def test_measles_of_every_state_are_the_file_s(embedded: Workspace) -> None:
    states = embedded.catalog.codelists["state"].from_system("inegi")
    wanted: Counter[tuple[int, str]] = Counter()
    with MEASLES.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["DIAGNOSTICO"] == "1":
                state = states.get(row["ENTIDAD_RES"].zfill(2), "_Z")
                wanted[int(row["file_year"]), state] += int(row["cases"])
    table = embedded.store.frame(embedded.store.table("mx_measles")).filter(diagnosis="confirmed")
    held = {(p.year, s): n for p, s, n in table.select("period", "mex_state", "cases").iter_rows() if s != "_T"}
    assert {of: n for of, n in held.items() if n} == dict(wanted)
    assert {s for year, s in held if year == 2021} >= set(states.values())  # where the file has no case there is a 0
