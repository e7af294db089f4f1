"""The checks find the faults that the real files are known to have, without being told where, and little else.

The faults are those listed in ../shared/data/MANIFEST.md ("the manifest") and in the notes to each source; what was
found by eye while the thresholds were set is marked so.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.repeated import set_aside_repeated
from ambos.model import Finding
from ambos.quality import run
from ambos.sources.bts import border_crossing as bts_border_crossing
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.bts import transborder_annual as bts_transborder_annual
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.shared.base import File

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]
FILES: list[tuple[Any, str]] = [
    (bts_border_crossing, "bts-border-crossing/Border_Crossing_Entry_Data_1996-01_2025-02.csv.gz"),
    (bts_transborder, "bts-transborder/dot1_mexico_2020_2024.csv.gz"),
    (bts_transborder, "bts-transborder/dot2_mexico_az_or_sonora_2020_2024.csv.gz"),
    (bts_transborder, "bts-transborder/dot3_mexico_2020_2024.csv.gz"),
    (bts_transborder_annual, "bts-transborder-annual-unt/us_state_trade.csv"),
    (cbp_border_waits, "cbp-bwt-archive-borderbuddy/borderbuddy_lanes_arizona.csv.gz"),
    (cbp_border_waits, "cbp-bwt-archive-borderpulse/borderpulse_lanes_arizona.csv.gz"),
]
#: More than can be read in one sitting is no help.
REVIEWABLE = 175


@pytest.fixture(scope="module")
def findings(catalog: Catalog) -> list[Finding]:
    frames: dict[str, list[pl.DataFrame]] = {}
    refused = []
    for module, path in FILES:
        file = File(path, (RAW / path).read_bytes())
        for rows in module.read(file, module.recognise(path, file.head()), catalog):
            good, repeated = set_aside_repeated(rows.frame, catalog.datasets[rows.dataset], catalog.resolutions)
            frames.setdefault(rows.dataset, []).append(good)
            refused.append(
                repeated.with_columns(pl.lit(rows.dataset).alias("dataset"), pl.col("reason").cast(pl.String))
            )
    tables = {
        name: ibis.memtable(pl.concat(parts, how="diagonal").unique(catalog.datasets[name].keys, keep="last"))
        for name, parts in frames.items()
    }
    tables["quarantine"] = ibis.memtable(pl.concat(refused))
    return run(tables, catalog)


def found(findings: list[Finding], check: str, **values: object) -> list[Finding]:
    return [f for f in findings if f.check == check and all(getattr(f, k) == v for k, v in values.items())]


def test_the_list_can_be_reviewed(findings: list[Finding]) -> None:
    assert 60 < len(findings) <= REVIEWABLE, Counter(f.check for f in findings)
    assert sum(f.severity == "high" for f in findings) <= 40
    assert max(Counter(f.id for f in findings).values()) == 1


@pytest.mark.parametrize(("port", "ratio"), [("2604", 1.67), ("2608", 1.75), ("2601", 1.51)])
def test_containers_leave_trucks_behind_from_july_2023(findings: list[Finding], port: str, ratio: float) -> None:
    """The manifest: containers exceed trucks from 2024 at the Arizona ports. By eye: from July 2023, everywhere."""
    (drift,) = found(findings, "ratio_drift", place=port, item="truck_containers", start=date(2023, 7, 1))
    assert drift.end == date(2025, 2, 1)
    assert f"{ratio:.2f}" in drift.text.en
    assert drift.events == ("truck_containers_recount",)


def test_the_break_of_july_2023_is_seen_at_most_ports(findings: list[Finding]) -> None:
    (shift,) = found(findings, "level_shift", item="truck_containers", start=date(2023, 7, 1))
    assert shift.place == "_T" and "July 2023" in shift.text.en


def test_containers_of_april_and_may_2017_are_counted_twice(findings: list[Finding]) -> None:
    """By eye: containers per truck are 2.02 at Nogales in these two months, 1.00 before and after."""
    (shift,) = found(findings, "level_shift", item="truck_containers", start=date(2017, 4, 1))
    assert shift.end == date(2017, 5, 1) and "+100%" in shift.text.en
    (drift,) = found(findings, "ratio_drift", place="2604", item="truck_containers", start=date(2017, 4, 1))
    assert drift.end == date(2017, 5, 1)


def test_sasabe_has_no_buses(findings: list[Finding]) -> None:
    """The manifest: Sasabe, February 2021, bus passengers given as 0 and as 2,175; there is no bus service."""
    (conflict,) = found(findings, "duplicate_key", place="2606")
    assert (conflict.start, conflict.size) == (date(2021, 2, 1), 2175)
    (impossible,) = found(findings, "impossible", place="2606", item="bus_passengers")
    assert (impossible.start, impossible.size, impossible.severity) == (date(2021, 2, 1), 2175, "high")


def test_the_exact_duplicates_of_june_2019(findings: list[Finding]) -> None:
    """The manifest: ten keys, at Fort Kent, Del Rio, Roma, Santa Teresa and Detroit."""
    (twice,) = found(findings, "duplicate_key", place="_T")
    assert (twice.size, twice.start, twice.end) == (10, date(2019, 6, 1), date(2019, 6, 1))
    for name in ("Fort Kent", "Del Rio", "Roma", "Santa Teresa", "Detroit"):
        assert name in twice.text.en


def test_lukeville_closed_in_december_2023(findings: list[Finding]) -> None:
    (closed,) = found(findings, "collapse", place="2602", start=date(2023, 12, 1))
    assert closed.end == date(2023, 12, 1)
    assert "3,966" in closed.text.en
    assert closed.events == ("lukeville_closed_2023",)


def test_the_pandemic_is_one_event_of_all_ports(findings: list[Finding]) -> None:
    for item in ("personal_vehicles", "pedestrians"):
        (shift,) = found(findings, "level_shift", item=item)
        assert shift.start == date(2020, 3, 1)
        assert shift.events == ("covid_land_border",)


@pytest.mark.parametrize("table", ["freight_state_port", "freight_state_commodity", "freight_port_commodity"])
def test_transborder_months_that_nobody_has(findings: list[Finding], table: str) -> None:
    """The manifest: October to December 2020 are missing, and March 2024 of table 3."""
    missing = found(findings, "absent_month", dataset=table, place="_T", start=date(2020, 10, 1))
    assert [f.end for f in missing] == [date(2020, 12, 1)]
    march = found(findings, "absent_month", dataset=table, place="_T", start=date(2024, 3, 1))
    assert len(march) == (table == "freight_port_commodity")
    years = [f.text.en for f in found(findings, "year_basis", dataset=table) if "twelve" in f.text.en]
    assert any("2020 has 9 months, not twelve" in said for said in years)


def test_the_year_2025_of_crossings_has_two_months(findings: list[Finding]) -> None:
    (years,) = [f for f in found(findings, "year_basis", dataset="crossings") if "twelve" in f.text.en]
    assert "2025 has 2 months, not twelve" in years.text.en


def test_arizona_air_exports_of_2025_jump(findings: list[Finding]) -> None:
    """The manifest: the 2025 jump of Arizona's exports is not verified elsewhere. By eye: it is air freight, ×4."""
    (jump,) = found(findings, "annual_jump", place="US-AZ", start=date(2025, 1, 1))
    assert jump.item == "export/air/MX" and "Exports of Arizona to Mexico, air: 6,181 million" in jump.text.en


def test_the_faults_of_the_waits_are_those_of_the_manifest(findings: list[Finding]) -> None:
    """The manifest: rounded to 5 minutes, 500 minutes at DeConcini, a gap of 86 days. Half of its rows are pending, but
    most of these while the crossing is closed: a tenth of the hours or more is missing at two crossings only."""
    (typo,) = found(findings, "waits_out_of_line", place="260401")
    assert (typo.start, typo.size) == (date(2025, 10, 23), 500)
    assert len(found(findings, "waits_rounded")) == 8
    assert {f.place for f in found(findings, "waits_unreported") if f.place != "_T"} == {"260802", "260201"}
    (gap,) = [f for f in found(findings, "waits_not_polled") if f.size > 30 * 24]
    assert (gap.start, gap.events) == (date(2026, 1, 18), ("cbp_archive_gap_2026",))


def test_every_text_is_in_both_languages(findings: list[Finding]) -> None:
    assert [f.id for f in findings if f.text.en == f.text.es] == []
    assert [f.id for f in findings if "{" in f.text.en + f.text.es] == []
