"""EPA's annual index by county on the real files, and SINAICA's list of stations.

Where a figure comes from is said beside it. The files are described in ../shared/data/MANIFEST.md ("the manifest").
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.build import build
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A store of the real files alone."""
    workspace = open_workspace(tmp_path_factory.mktemp("air"), embedded=False)
    for folder in ("epa-annual-aqi-by-county", "sinaica-stations"):
        report = build(workspace, RAW / folder)
        assert not report.failed and all(entry.counts["refused"] == 0 for entry in report.loaded)
    return workspace


def of(workspace: Workspace, series: str, place: str, **more: object) -> dict[str, object]:
    frame = show(workspace, series, places=[place], **more).frame  # type: ignore[arg-type]
    return dict(frame.select("period", "value").rows())


def test_good_days_of_santa_cruz_do_not_cross_the_seam(here: Workspace) -> None:
    """2019: 250 by the new breakpoints (the manifest); 2018: 294 as EPA published it until 2021 (its file of that year)."""
    new = of(here, "air.days_good", "04023")
    old = of(here, "air.days_good_before_2024", "04023")
    assert new == {"2019": 250, "2020": 208, "2021": 169, "2022": 220, "2023": 265, "2024": 213, "2025": 173}
    assert old == {"2014": 267, "2015": 294, "2016": 260, "2017": 276, "2018": 294}
    assert not set(new) & set(old)


def test_the_worst_days(here: Workspace) -> None:
    """Highest index of the border counties (EPA's files of 2023 and 2024, downloaded in February 2026)."""
    assert of(here, "air.index_max", "04027")["2023"] == 519
    assert of(here, "air.index_max", "04023")["2024"] == 494
    assert of(here, "air.index_max", "04003")["2024"] == 307


def test_douglas_lost_its_monitor_of_fine_particles(here: Workspace) -> None:
    """PM2.5 decided 45 days of Cochise County in 2019 and 4 in 2020: the monitor ended on 1 January 2020 (reference, 2.1)."""
    days = of(here, "air.days_by_pollutant", "04003", items=["days_pm25"])
    assert (days["2019"], days["2020"]) == (45, 4)


def test_sonora_reports_particles_from_2022(here: Workspace) -> None:
    days = of(here, "air.days_by_pollutant", "80026", items=["days_pm25"])
    assert days == {"2019": 0, "2020": 0, "2021": 0, "2022": 131, "2023": 142, "2024": 115, "2025": 64}


def test_every_row_of_the_four_states_is_there(here: Workspace) -> None:
    """Days by category and by pollutant add up to the days with an index in every county and year."""
    frame = here.store.frame(here.store.table("air_quality_index_county"))
    wide = frame.pivot("measure", index=["period", "county", "table"], values="value")
    days = [c for c in wide.columns if c.startswith("aqi_")]
    assert len(days) == 6 and wide.select((pl.sum_horizontal(days) == pl.col("days")).all()).item()
    by = wide.drop_nulls("days_pm25")
    parts = [c for c in by.columns if c.startswith("days_")]
    assert by.select((pl.sum_horizontal(parts) == pl.col("days")).all()).item()
    arizona = wide.filter(pl.col("county").str.starts_with("04"))
    assert arizona.group_by("period").len()["len"].unique().to_list() == [13], "13 counties each year (the manifest)"
    assert frame.filter(pl.col("period") == date(2025, 1, 1))["status"].unique().to_list() == ["P"]


def test_the_seam_is_where_the_country_says_it_is(here: Workspace) -> None:
    """Over the four states the share of good days is lower in files made since: the mean of the years by more than 3 points."""
    frame = here.store.frame(here.store.table("air_quality_index_county"))
    wide = (
        frame.pivot("measure", index=["period", "county", "table"], values="value")
        .group_by("period", "table")
        .agg(share=pl.col("aqi_000_050").sum() / pl.col("days").sum())
    )
    share = dict(wide.group_by("table").agg(pl.col("share").mean()).rows())
    assert share["us_aqi_2015"] - share["us_aqi_2024"] > 0.03


def test_the_list_of_stations_is_the_manifest_s(here: Workspace, catalog: Catalog) -> None:
    """365 stations (the manifest); Hermosillo is 186 and Nogales 187."""
    frame = here.store.frame(here.store.table("air_stations"))
    assert frame.height == 365 and frame["station"].n_unique() == 365
    places = dict(frame.select("station", "place").rows())
    assert (places["186"], places["187"]) == ("Hermosillo", "Nogales")
    known = set(frame.filter(pl.col("state") == "MX-SON")["station"])
    assert known == {"185", "186", "187", "190"}
