"""The analysis of the air on stations of the store: the same as on files with the same hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ambos.errors import NoData
from ambos.flows.air.design import design
from ambos.flows.air.exceed import exceedances
from ambos.flows.air.index import judge_hours
from ambos.flows.air.pair import pairs
from ambos.flows.air.recent import recent
from ambos.flows.brief.air import newest_readings, twins
from ambos.flows.brief.figures import DossierContext
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import Answer, Column, cell_text, records

START = datetime(2026, 3, 1, 7, tzinfo=UTC)  # midnight in Nogales
HOURS = 24 * 3
ENTRY = {"id": "readings", "title": {"en": "a", "es": "a"}}


def value(network: str, hour: int) -> Decimal:
    return Decimal(30 if network == "aqs" else 60) + hour % 7


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """PM2.5 of both sides of Nogales, three days."""
    opened = open_workspace(tmp_path_factory.mktemp("store"))
    append(opened, START, HOURS)
    return opened


def append(opened: Workspace, start: datetime, hours: int) -> None:
    rows = [
        {
            "network": network,
            "station": station,
            "pollutant": "pm25",
            "monitor": "88101-3",
            "hour": start + timedelta(hours=k),
            "value": value(network, k),
            "unit": "ug/m3",
            "qualifier": None,
            "given": None,
            "local": None,
            "clock": "utc",
            "status": "A",
            "as_of": date(2026, 4, 1),
            "snapshot_id": "x",
        }
        for network, station in (("aqs", "nogales_post_office"), ("sinaica", "nogales_itn"))
        for k in range(hours)
    ]
    columns = {c.id: c.type for c in opened.catalog.datasets["air_readings"].columns}
    kinds = {"str": pl.String, "datetime": pl.Datetime("us", "UTC"), "decimal": pl.Decimal(18, 4)}
    schema = {c: kinds[t] for c, t in columns.items()} | {
        "status": pl.String,
        "as_of": pl.Date,
        "snapshot_id": pl.String,
    }
    opened.store.append("air_readings", pl.DataFrame(rows, schema=schema))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"{station},{START + timedelta(hours=k):%Y-%m-%dT%H:%MZ},pm25,{value(network, k)},ug/m3"
        for network, station in (("aqs", "nogales_post_office"), ("sinaica", "nogales_itn"))
        for k in range(HOURS)
    ]
    path = tmp_path / "both.csv"
    path.write_text("\n".join(["station,time,pollutant,value,unit", *rows]))
    return path


def test_the_index_of_stored_hours_is_that_of_a_file(workspace: Workspace, file: Path) -> None:
    stored = judge_hours(workspace, None, station="04-023-0004")
    keys = ("us_index", "us_value", "mx_category", "mx_value")

    def judged(answer: Answer) -> list[list[object]]:
        return [[r[k] for k in keys] for r in records(answer.table("hours")) if r["station"] == "nogales_post_office"]

    assert judged(stored) == judged(judge_hours(workspace, file)) and len(judged(stored)) == HOURS
    assert "88101-3" in stored.notes[0].en


def test_exceedances_of_stored_hours_are_those_of_a_file(workspace: Workspace, file: Path) -> None:
    """By the region's days, though the file is in UTC."""
    stored = records(exceedances(workspace, None, "nogales_itn").table("exceedances"))
    read = [r for r in records(exceedances(workspace, file).table("exceedances")) if r["station"] == "nogales_itn"]
    assert stored == read
    assert [r["days"] for r in read if r["average"] == "24h"] == [3, 3]


def test_a_pair_of_stored_hours_is_that_of_a_file(workspace: Workspace, file: Path) -> None:
    (stored,) = pairs(workspace, pair="nogales").comparisons
    (read,) = pairs(workspace, [file], pair="nogales").comparisons
    assert stored.whole == read.whole and stored.whole.difference == 30
    assert (
        pairs(workspace, pair="yuma").comparisons == ()
        and pairs(workspace, pair="nogales", pollutant="o3").comparisons == ()
    )


def test_the_dossier_counts_valid_months_at_the_stations_compared(tmp_path: Path) -> None:
    """A whole April and three days of March are held of two stations; a third has nothing."""
    opened = open_workspace(tmp_path)
    append(opened, START + timedelta(days=28), 24 * 33)
    entry = {"id": "twins", "title": {"en": "a", "es": "a"}, "known": date(2025, 11, 25)}
    table = twins(DossierContext(opened, []), entry)
    told = {(row[1].en, row[2].en): row[-1] for row in table.rows}
    post_office = "Nogales Post Office (04-023-0004)"
    assert told[post_office, "Instituto Tecnológico de Nogales (80-026-0006 · SINAICA 187)"].es == "PM2.5: 1 de 2"
    assert [cell for (us, _), cell in told.items() if us == post_office][1:] == [None]
    assert not any("ask for a key" in n.en for n in table.notes)


def test_newest_readings_stand_beside_both_indices_in_the_dossier(workspace: Workspace) -> None:
    """The last of three days at ITN: 60 to 66 µg/m³; an hour of NowCast and of Mexico's mean of 12 hours."""
    answer = recent(workspace, country="mx")
    (row,) = answer.table("stations").cells()
    assert (row["day"], row["hours"]) == (date(2026, 3, 3), 24)
    assert cell_text(row["highest"], Column("", None)).en == "66 µg/m³"
    hours = [r for r in judge_hours(workspace, None, station="nogales_itn").table("hours").cells() if str(r["time"])[:10] == "2026-03-03"]  # fmt: skip
    assert row["us_index"] == max(int(r["us_index"]) for r in hours)  # type: ignore[call-overload]
    assert row["mx_category"] is not None and row["us_category"] is not None
    (table,) = newest_readings(DossierContext(workspace, []), ENTRY)
    assert "Nogales" in table.rows[0][0].en and table.rows[0][1] == date(2026, 3, 3)  # type: ignore[union-attr]
    assert {row["station"] for row in records(recent(workspace).table("stations"))} == {
        "nogales_itn",
        "nogales_post_office",
    }


def test_without_readings_the_dossier_has_no_table_of_them(tmp_path: Path) -> None:
    opened = open_workspace(tmp_path)
    assert newest_readings(DossierContext(opened, []), ENTRY) == []
    with pytest.raises(NoData):
        recent(opened)


def test_design_of_a_station_with_too_little(workspace: Workspace) -> None:
    answer = design(workspace, None, station="nogales_itn")
    assert answer.facts["last_year"] == 2026
    assert [r["valid"] for r in records(answer.table("design_values"))] == [False, False]
    with pytest.raises(NoData):
        design(workspace, None, station="yuma_supersite")
