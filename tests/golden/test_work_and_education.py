"""Work and education in the embedded snapshot, each figure by its source, and in the real files by another reading."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace, open_workspace

SHARED = Path(__file__).resolve().parents[3] / "shared"
RAW = SHARED / "data" / "raw"
real = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("work")) / "none")


def figure(shown: Figures, period: str) -> tuple[object, str]:
    (found,) = shown.frame.filter(period=period).select("value", "status").rows()
    return found


#: IMSS to September 2021 (the ORIGIN.txt of its folder) and single months by the press; ENOE by DataMéxico, whose figures of 2022 and
#: 2023 are those of INEGI's releases; LAUS by FRED, BLS's page and ERS; CONASAMI; México, ¿cómo vamos?; the census and the ACS by ERS.
@pytest.mark.parametrize(
    ("series", "place", "item", "period", "expected"),
    [
        ("work.mx_insured_jobs", "MX-SON", "", "2021-09", 640_048),
        ("work.mx_insured_jobs", "MX-SON", "", "2025-12", 633_106),
        ("work.mx_insured_jobs", "MX", "", "2021-09", 20_594_919),
        ("work.mx_insured_jobs", "MX", "", "2021-08", 20_420_823),
        ("work.mx_informality", "MX", "", "2024", 54.45),
        ("education.us_schooling", "US", "bachelor", "2023", 35.0),
        ("work.mx_insured_jobs_municipality", "MX-26043", "", "2025-12", 75_180),
        ("work.mx_workforce", "MX-SON", "", "2023-Q2", 1_509_288),
        ("work.mx_employed", "MX-SON", "", "2023-Q2", 1_470_217),
        ("work.mx_employed", "MX-SON", "", "2025-Q3", 1_437_198),
        ("work.mx_rates", "MX-SON", "informality", "2025-Q2", 41.3),
        ("work.mx_rates", "MX-SON", "unemployment", "2025-Q3", 3.5),
        ("work.mx_informality", "MX-SON", "", "2024", 40.19),
        ("work.mx_income", "MX-SON", "", "2025-Q1", 6996.20),
        ("work.minimum_wage", "", "border", "2026-01", 440.87),
        ("work.minimum_wage", "", "general", "2026-01", 315.04),
        ("work.us_unemployment", "US-AZ", "", "2023-10", 4.2),
        ("work.us_unemployment", "US-AZ", "", "2026-02", 4.6),
        ("work.us_unemployment_unadjusted", "US-TX", "", "2023-10", 3.8),
        ("work.us_workforce", "US-AZ", "", "2025-09", 3_812_500),
        ("work.us_employed", "US-AZ", "", "2026-01", 3_642_800),
        ("work.us_unemployed", "US-AZ", "", "2025-12", 167_300),
        ("work.us_jobs", "US-AZ", "", "2025-10", 3_249_600),
        ("work.us_jobs_sectors", "US-AZ", "construction", "2025-12", 222_700),
        ("work.us_county_unemployment", "04023", "", "2023", 7.6),
        ("work.us_county_unemployment", "04027", "", "2023", 13.2),
        ("work.us_county_labour_force", "04023", "", "2023", 19_216),
        ("education.us_schooling", "US-AZ", "bachelor", "2023", 32.61),
        ("education.us_county_schooling", "04023", "bachelor", "2023", 24.07),
        ("education.us_county_schooling", "04023", "bachelor", "1970", 9.1),
        ("education.mx_tertiary_coverage", "MX-SON", "", "2024", 37.6),
        ("education.mx_enrolment", "MX-SON", "primary_school", "2024", 90.8),
        ("education.mx_tertiary_absorption", "MX-SON", "", "2024", 109.5),
        ("education.mx_schooling_of_women", "MX-SON", "", "2024", 10.6),
        ("education.mx_illiteracy", "MX-SON", "", "2024", 1.4),
    ],
)
def test_figures_are_those_of_their_source(
    here: Workspace, series: str, place: str, item: str, period: str, expected: float
) -> None:
    shown = show(here, series, places=(place,) if place else (), items=(item,) if item else ())
    value, _ = figure(shown, period)
    assert value is not None
    assert float(value) == pytest.approx(expected, abs=0.051 if isinstance(expected, float) else 0)  # type: ignore[arg-type]


def test_months_that_the_table_lacks_are_not_held_and_never_0(here: Workspace) -> None:
    frame = show(here, "work.mx_insured_jobs", places=("MX-SON",), start=date(2021, 6, 1), end=date(2021, 9, 30)).frame
    assert frame["value"].to_list() == [624_071, None, None, 640_048]
    year = show(here, "work.mx_insured_jobs", places=("MX-SON",), frequency="A")
    assert figure(year, "2020")[0] == 602_703  # the last month of the year
    assert figure(year, "2021")[0] is None


def test_the_nation_has_the_months_that_its_states_lack(here: Workspace) -> None:
    table = here.store.frame(here.store.table("insured_jobs")).filter(mex_state="_T")
    given = {f"{day:%Y-%m}": jobs for day, jobs in table.select("period", "jobs").rows()}
    assert given["2021-07"] == 20_291_923 and given["2021-08"] == 20_420_823
    assert given["2010-02"] == 14_204_647  # given twice: once with the rows of March, once as the states add up to


def test_october_2025_does_not_exist_nor_a_year_with_it(here: Workspace) -> None:
    for series in ("work.us_unemployment", "work.us_workforce", "work.us_employed", "work.us_unemployed"):
        assert figure(show(here, series, places=("US-AZ",)), "2025-10") == (None, "M")
    assert figure(show(here, "work.us_unemployment", places=("US-AZ",), frequency="A"), "2025")[0] is None


def test_the_rate_of_august_2025_was_another_one_before_the_benchmark(here: Workspace) -> None:
    before = show(here, "work.us_unemployment", places=("US-AZ",), as_of=date(2026, 1, 15))
    assert float(figure(before, "2025-08")[0]) == 4.1  # type: ignore[arg-type]
    now = show(here, "work.us_unemployment", places=("US-AZ",))
    assert float(figure(now, "2025-08")[0]) == 4.4  # type: ignore[arg-type]
    assert figure(now, "2025-07")[0] is None  # the revised figure is not held


def test_the_origins_of_an_item_are_its_own(here: Workspace) -> None:
    """The rate of informality is not read where that of the informal sector is."""
    notes = [note.en for note in show(here, "work.mx_rates", places=("MX-SON",), items=("informality",)).notes]
    assert len(notes) == 2 and not any("informal SECTOR" in note for note in notes)


def test_each_single_figure_shows_where_it_was_read_and_when(here: Workspace) -> None:
    shown = show(here, "work.mx_insured_jobs", places=("MX-SON",), start=date(2025, 12, 1), end=date(2025, 12, 31))
    (note,) = shown.notes
    assert note.es.startswith(
        "diciembre de 2025: IMSS puestos de trabajo, via Diario del Yaqui · https://diariodelyaqui"
    )
    assert note.en.endswith("2026-01-09")
    old = show(here, "work.mx_insured_jobs", places=("MX-SON",), start=date(2020, 1, 1), end=date(2020, 12, 31))
    assert old.notes == ()


def test_the_first_figure_of_investment_in_2024_is_a_vintage(here: Workspace) -> None:
    first = show(here, "investment.mx_direct", places=("MX-SON",), as_of=date(2024, 7, 1))
    assert figure(first, "2024-Q1")[0] == 63_900_000
    assert figure(show(here, "investment.mx_direct", places=("MX-SON",)), "2024-Q1")[0] == 93_256_000


def test_the_workforce_of_the_nation_is_the_sum_of_its_states_and_a_year_their_mean(here: Workspace) -> None:
    quarters = show(here, "work.mx_workforce", places=("MX",), start=date(2024, 1, 1), end=date(2024, 12, 31)).frame
    year = show(
        here, "work.mx_workforce", places=("MX",), frequency="A", start=date(2024, 1, 1), end=date(2024, 12, 31)
    )
    assert quarters.height == 4
    assert int(figure(year, "2024")[0]) == pytest.approx(quarters["value"].cast(pl.Int64).mean(), abs=40)  # type: ignore[call-overload]


def test_the_rate_of_exchange_of_2025_is_the_mean_of_all_its_months(here: Workspace) -> None:
    year = show(here, "fx.usd_mxn", frequency="A")
    assert round(float(figure(year, "2025")[0]), 4) == 19.1996  # type: ignore[arg-type]
    assert round(float(figure(show(here, "fx.usd_mxn_daily"), "2026-03-04")[0]), 4) == 17.5445  # type: ignore[arg-type]


class TestAgainstTheFiles:
    pytestmark = real

    def test_jobs_of_the_states_add_up_to_the_nation(self, here: Workspace) -> None:
        sums: dict[str, int] = defaultdict(int)
        with (RAW / "imss-jobs-by-state-1997-2021" / "imss_jobs_state_monthly.csv").open(newline="") as handle:
            for row in csv.DictReader(handle):
                sums[row["periodo"].replace("_", "-")] += int(row["tot_imss"])
        frame = show(here, "work.mx_insured_jobs", places=("MX",)).frame.filter(pl.col("period") <= "2021-09")
        given = dict(frame.select("period", "value").rows())
        assert len(sums) == 288
        assert all(given[month] == total for month, total in sums.items())

    def test_every_quarter_of_the_survey_of_work_is_that_of_the_file(self, here: Workspace) -> None:
        folder = RAW / "mx-datamexico-state-quarterly"
        for name, series, column in (
            ("pea_raw.csv", "work.mx_workforce", "Workforce"),
            ("salario_raw.csv", "work.mx_employed", "Workforce"),
            ("salario_raw.csv", "work.mx_income", "Monthly Wage"),
        ):
            with (folder / name).open(encoding="utf-8", newline="") as handle:
                rows = [row for row in csv.DictReader(handle) if row["State"] == "Sonora"]
            given = dict(show(here, series, places=("MX-SON",)).frame.select("period", "value").rows())
            assert len(rows) == 60
            assert "2020-Q2" not in {row["Quarter"] for row in rows} and given["2020-Q2"] is None
            for row in rows:
                assert float(given[row["Quarter"]]) == pytest.approx(float(row[column]), abs=0.51)

    def test_rates_of_arizona_are_those_of_the_file(self, here: Workspace) -> None:
        with (RAW / "bls-laus-states-fred-2023" / "AZURN.csv").open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        shown = show(here, "work.us_unemployment_unadjusted", places=("US-AZ",))
        given = dict(shown.frame.select("period", "value").rows())
        assert len(rows) == 574
        assert all(float(given[row["Date"][:7]]) == float(row["AZURN"]) for row in rows)

    def test_fifteen_counties_add_up_to_arizona(self, here: Workspace) -> None:
        counties = [p.id for p in here.catalog.places.values() if p.kind == "county" and p.parent == "US-AZ"]
        frame = show(here, "work.us_county_labour_force", places=counties).frame
        sums = frame.group_by("period").agg(pl.col("value").sum(), pl.len())
        table = here.store.frame(here.store.table("us_county_labour")).filter(us_state="US-AZ", county="_T")
        state = {f"{day:%Y}": people for day, people in table.select("period", "labour_force").rows()}
        assert (sums["len"] == 15).all() and sums.height == len(state) == 24
        for year, people in sums.select("period", "value").rows():
            assert people == pytest.approx(state[year], abs=300)  # the counties are rounded one by one

    def test_informality_is_that_of_the_compilation(self, here: Workspace) -> None:
        with gzip.open(RAW / "mcv-ips-state-indicators-2015-2024" / "ips_long_2015_2024.csv.gz", "rt") as handle:
            rows = [r for r in csv.DictReader(handle) if r["cve_ent"] == "26" and r["id_dim_ind"] == "0343"]
        given = dict(show(here, "work.mx_informality", places=("MX-SON",)).frame.select("period", "value").rows())
        assert len(rows) == 10
        assert all(float(given[r["anio"]]) == pytest.approx(float(r["indicador_value"]), abs=1e-4) for r in rows)
