"""A new figure out of proportion with its own past is taken, and told at the build and among the findings."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.build import build
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.codes import TOTAL
from ambos.quality import Context, load_checks
from ambos.quality.arrival import jumps
from build_samples import crossing, crossings_file, workspace
from quality_samples import MONTHS, clean

NOGALES = "2604"
#: Three years of trucks and of pedestrians with a season: 30,000 to 36,000, and 200,000 to 250,000.
PAST = [
    crossing(f"{date(year, month, 1):%b %Y}", measure, base + step * (month % 7))
    for year in (2023, 2024, 2025)
    for month in range(1, 13)
    for measure, base, step in (("Trucks", 30_000, 1_000), ("Pedestrians", 200_000, 8_000), ("Trains", 60, 1))
]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Path:
    """The folder of a workspace in which the past is held, known on 28 February 2026."""
    here = workspace(tmp_path_factory.mktemp("past") / "ws", catalog)
    assert not taken(here, *PAST, known=date(2026, 2, 28))
    return here.folder


@pytest.fixture
def here(past: Path, tmp_path: Path, catalog: Catalog) -> Workspace:
    """A copy of it."""
    return workspace(shutil.copytree(past, tmp_path / "ws"), catalog)


def taken(here: Workspace, *lines: str, known: date = date(2026, 3, 1)) -> list[Finding]:
    """What a build of a file says of its figures; all of them are taken."""
    path = here.folder.parent / f"{known}.csv"
    path.write_bytes(crossings_file(*lines))
    (loaded,) = build(here, path, as_of=known).loaded
    assert not loaded.errors and loaded.counts["refused"] == 0
    return list(loaded.findings)


@pytest.mark.parametrize("trucks", [130_000, 0])
def test_a_count_out_of_its_own_past_is_taken_and_told(here: Workspace, trucks: int) -> None:
    (found,) = taken(here, crossing("Jan 2026", "Trucks", trucks), crossing("Jan 2026", "Pedestrians", 190_000))
    assert (found.check, found.place, found.item, found.start) == ("arrival", NOGALES, "trucks", date(2026, 1, 1))
    assert (
        f"Nogales, trucks, January 2026: {trucks:,} trucks. In the 36 periods before it was from 30,000 to 36,000,"
        in (found.text.en)
    )
    assert (
        f"enero de 2026: {trucks:,} camiones de carga. En los 36 periodos previos fue de 30,000 a 36,000"
        in found.text.es
    )
    held = here.store.frame(here.store.table("crossings"))
    assert held.filter(pl.col("period") == date(2026, 1, 1), pl.col("measure") == "trucks")["value"].item() == trucks


@pytest.mark.parametrize(
    "line",
    [
        crossing("Jan 2026", "Trucks", 45_000),  # more than ever, and less than double
        crossing("Jan 2026", "Trains", 1),  # below 100 counts scatter
        crossing("Jan 2026", "Buses", 5_000),  # without a past
        crossing("Jan 2026", "Trucks", 130_000, "2310"),  # not of the region
        crossing("Jun 2024", "Trucks", 31_000),  # an ordinary revision
    ],
)
def test_what_is_ordinary_is_not_told(here: Workspace, line: str) -> None:
    assert taken(here, line) == []


def test_a_storage_out_of_its_own_past_is_taken_and_told(tmp_path: Path, catalog: Catalog, specimens: Path) -> None:
    """Lake Powell, 75 acre-feet after a month of six and a half million: thousands, or a slip."""
    item, page = json.loads((specimens / "river" / "rise_powell.json").read_bytes())[2:4]
    assert item["data"]["attributes"]["_id"] == 509

    def answer(days: Sequence[date], storage: Sequence[int]) -> bytes:
        about = page["data"][0]["attributes"]
        results = [
            {"attributes": {**about, "dateTime": f"{day}T07:00:00+00:00", "result": value}}
            for day, value in zip(days, storage, strict=True)
        ]
        return json.dumps([item, {"meta": {"totalItems": len(results)}, "data": results}]).encode()

    here = workspace(tmp_path / "ws", catalog)
    path = tmp_path / "rise.json"
    path.write_bytes(answer([date(2026, 1, d) for d in range(1, 31)], [6_500_000 + 1_000 * d for d in range(1, 31)]))
    assert build(here, path, as_of=date(2026, 2, 1)).loaded[0].findings == ()
    path.write_bytes(answer([date(2026, 1, 31)], [75]))
    (found,) = build(here, path, as_of=date(2026, 2, 2)).loaded[0].findings
    assert "Lake Powell, January 31, 2026: 75 af. In the 30 periods before it was from 6,501,000" in found.text.en


def export(days: Sequence[tuple[date, float]], gauge: str = "09522000") -> bytes:
    """What the IBWC's portal exports of a gauge, in cubic metres per second."""
    end = '"Data are being provided with the understanding they are provisional and subject to future revision.",'
    rows = [f"{day} 00:00:00,{value}" for day, value in days]
    head = [f"#Data Set Export - Discharge.Daily Rounded cfs@{gauge},", "Timestamp (UTC-07:00),Value (m^3/s)"]
    return "\n".join([*head, *rows, end]).encode()


#: A quarter of the Colorado at the boundary, 35 to 45 m³/s and a flood of 120 on 10 January.
RIVER = [(date(2025, 1, 1) + timedelta(days=d), 120 if d == 9 else 35 + d % 11) for d in range(90)]


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        (4010, "141,612 cfs. In the 90 periods before it was from 1,236 to 4,238, 1,413 in the middle."),
        (11, "388 cfs. In the 90 periods before it was from 1,236 to 4,238, 1,413 in the middle."),
        (0, "0 cfs. In the 90 periods before it was from 1,236 to 4,238, 1,413 in the middle."),
        (350, ""),  # a flood, below three times the highest
        (13, ""),  # above a third of the lowest
    ],
)
def test_a_flow_far_beyond_the_highest_or_the_lowest_is_taken_and_told(
    tmp_path: Path, catalog: Catalog, flow: int, text: str
) -> None:
    here = workspace(tmp_path / "ws", catalog)
    path = tmp_path / "river.csv"
    path.write_bytes(export(RIVER))
    assert build(here, path, as_of=date(2025, 4, 2)).loaded[0].findings == ()
    path.write_bytes(export([(date(2025, 4, 1), flow)]))
    (loaded,) = build(here, path, as_of=date(2025, 4, 3)).loaded
    assert loaded.counts["new"] == 1 and loaded.counts["refused"] == 0
    where = "Colorado River at the northerly boundary, above Morelos Dam, "
    said = [found.text.en for found in loaded.findings]
    assert [s.split("April 1, 2025: ")[1] for s in said] == [text] * bool(text)
    assert all(s.startswith(where) for s in said)


def test_a_flow_of_a_river_that_is_mostly_dry_is_judged_by_its_highest(catalog: Catalog) -> None:
    check = load_checks()["arrival"]
    days = [(date(2025, 1, 1) + timedelta(days=d), 1_500.0 if d == 9 else 0.0) for d in range(90)]
    held = pl.DataFrame([{"place": TOTAL, "item": "santa_cruz_lochiel/usgs", "period": d, "value": v} for d, v in days])

    def told(value: float) -> int:
        new = held.tail(1).with_columns(period=pl.lit(date(2025, 6, 1)), value=pl.lit(value))
        return len(list(jumps(Context({}, catalog, pl.DataFrame), check, "river", held, new)))

    assert [told(v) for v in (4_600.0, 4_400.0, 0.0)] == [1, 0, 0]


@pytest.mark.parametrize("trucks", [360_000, 3_600, 0])
def test_a_settled_count_changed_by_a_large_factor_is_taken_and_told(here: Workspace, trucks: int) -> None:
    (found,) = taken(here, crossing("Jun 2024", "Trucks", trucks))
    assert found.text.en == f"Nogales, trucks, June 2024: {trucks:,} trucks, where 36,000 was known and settled."
    assert "donde se conocía 36,000 como cifra definitiva" in found.text.es


def test_an_event_of_the_place_and_month_is_named(tmp_path: Path, catalog: Catalog) -> None:
    here = workspace(tmp_path / "ws", catalog)
    past = [line.replace("2025", "2019").replace("2024", "2018").replace("2023", "2017") for line in PAST]
    taken(here, *past, known=date(2020, 3, 1))
    (found,) = taken(here, crossing("Apr 2020", "Pedestrians", 60_000), known=date(2020, 6, 1))
    assert "covid_land_border" in found.events and found.severity == "medium"


def test_the_newest_figures_are_among_the_findings(catalog: Catalog) -> None:
    world = clean(catalog)
    assert world.findings("arrival") == []
    world.edit(NOGALES, "trucks", MONTHS[-2], MONTHS[-2], lambda value: value * 4)
    (found,) = world.findings("arrival")
    assert (found.place, found.item, found.start) == (NOGALES, "trucks", MONTHS[-2])
