"""No genuine figure is outside what its range allows: the embedded snapshot and the real files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.build import build
from ambos.flows.data.check import check_data
from ambos.flows.data.implausible import set_aside_implausible
from ambos.flows.workspace import open_workspace
from build_samples import workspace

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
real = pytest.mark.real
here_only = pytest.mark.skipif(not RAW.is_dir(), reason="the real files are not here (../shared/data/raw)")


def test_every_embedded_figure_is_within_its_range(catalog: Catalog) -> None:
    seen = 0
    for dataset in catalog.datasets.values():
        for path in sorted(catalog.snapshot_folder.glob(f"{dataset.id}.parquet")):
            rows = pl.read_parquet(path)
            good, aside = set_aside_implausible(rows, dataset, catalog)
            assert aside["reason_en"].to_list() == [], dataset.id
            seen += good.height
    assert seen > 1_000_000


def test_no_newest_embedded_figure_is_out_of_its_past(tmp_path: Path) -> None:
    found = check_data(open_workspace(tmp_path), datasets=["crossings", "freight_state_port", "fx", "reservoir_levels"])
    assert [f.text.en for f in found if f.check == "arrival"] == []


@real
@here_only
@pytest.mark.parametrize(
    "folder",
    [
        "bts-border-crossing",
        "banxico-fix",
        "epa-annual-aqi-by-county",
        "usbr-reservoirs-monthly",
        "usbr-lake-powell-daily",
        "usbr-lower-colorado-accounting",
        "usbr-natural-flow",
        "usbr-mead-24ms-2026",
        "bts-transborder-annual-unt",
        "inegi-customs-nogales-2024-2026",
        "mx-state-panel-2006-2022",
        "sonora-reservoirs-daily-1941-2024",
        "txdot-unt-texas-crossings-2008-2025",
    ],
)
def test_no_figure_of_a_real_file_is_set_aside_as_one_that_cannot_be(
    tmp_path: Path, catalog: Catalog, folder: str
) -> None:
    here = workspace(tmp_path, catalog)
    report = build(here, RAW / folder)
    assert sum(entry.counts["new"] for entry in report.loaded) > 0
    aside = here.store.frame(here.store.quarantined())
    assert "implausible" not in aside["reason"].to_list()


@real
@here_only
def test_lanes_that_are_waits_are_set_aside(tmp_path: Path, catalog: Catalog) -> None:
    """Since 30 May 2026 the archive has the wait and the lanes of pedestrians' Ready Lanes exchanged."""
    here = workspace(tmp_path, catalog)
    build(here, RAW / "cbp-bwt-archive-borderpulse" / "borderpulse_lanes_all.csv.gz")
    aside = here.store.frame(here.store.quarantined()).filter(pl.col("reason") == "implausible")
    rows = aside["row"].str.json_decode(
        pl.Struct(dict.fromkeys(("crossing", "mode", "lane", "observed_at"), pl.String))
    )
    assert Counter((r["mode"], r["lane"]) for r in rows) == {("pedestrian", "ready"): 91}
    assert min(r["observed_at"] for r in rows).startswith("2026-05-30 14:00")
    assert not {r["crossing"] for r in rows} & set(catalog.region_places())


@real
@here_only
def test_the_long_wait_at_deconcini_stays(tmp_path: Path, catalog: Catalog) -> None:
    here = workspace(tmp_path, catalog)
    build(here, RAW / "cbp-bwt-archive-borderbuddy" / "borderbuddy_lanes_arizona.csv.gz")
    held = here.store.frame(here.store.table("waits"))
    assert held.filter(pl.col("crossing") == "260401")["delay_minutes"].max() == 500
    assert "implausible" not in here.store.frame(here.store.quarantined())["reason"].to_list()
