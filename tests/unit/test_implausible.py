"""A figure that cannot be is set aside with its reason before it reaches the store; what is merely unusual is taken."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.flows.brief.figures import DossierContext, table
from ambos.flows.brief.quotes import quote
from ambos.flows.data.build import build
from ambos.flows.data.implausible import set_aside_future, set_aside_implausible
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, Range
from ambos.numbers import amount
from ambos.sources.shared.base import REJECT_SCHEMA
from build_samples import NOGALES, crossing, crossings_file, workspace
from cbp_samples import port_xml, snapshot

LAKE = {"period": date(2024, 1, 1), "reservoir": "mead", "storage_af": None, "published_storage_af": None}
LANE = {"crossing": "260401", "mode": "passenger", "lane": "standard", "observed_at": datetime(2025, 6, 1, tzinfo=UTC)}
WAIT = LANE | {"state": "delay", "delay_minutes": 60, "lanes_open": 5, "maximum_lanes": 7}


def part(catalog: Catalog, dataset: str, **row: Any) -> tuple[int, pl.DataFrame]:
    """How many rows are taken of one row, and those set aside."""
    frame = pl.DataFrame([row | {"status": "A"}], infer_schema_length=None)
    good, aside = set_aside_implausible(frame, catalog.datasets[dataset], catalog)
    assert aside.schema == REJECT_SCHEMA
    return good.height, aside


@pytest.mark.parametrize(
    ("dataset", "row", "en", "es"),
    [
        (
            "waits",
            WAIT | {"delay_minutes": 2**31 - 1},
            "Reported wait: 2,147,483,647 min",
            "Puede ser de 0 a 1,440 min",
        ),
        ("waits", WAIT | {"lanes_open": 999}, "Lanes open: 999 lanes. It can be 0 to 60 lanes", "999 carriles"),
        ("waits", WAIT | {"lanes_open": 9}, "Lanes open: 9 lanes. It can be 0 to 7 lanes", "de 0 a 7 carriles"),
        ("waits", WAIT | {"delay_minutes": -5}, "Reported wait: −5 min", "−5 min"),
        (
            "reservoir_levels",
            LAKE | {"elevation_ft": Decimal(0)},
            ": 0 ft. It can be 895 to 1,232 ft",
            "de 272.80 m (895 pies) a 375.51 m",
        ),
        (
            "reservoir_levels",
            LAKE | {"elevation_ft": Decimal(9000)},
            "9,000 ft. It can be 895 to 1,232 ft",
            "2,743.20 m (9,000 pies)",
        ),
        ("reservoir_levels", LAKE | {"elevation_ft": Decimal("894.99")}, "894.99 ft", "272.79 m (894.99 pies)"),
        (
            "fx",
            {"date": date(2025, 1, 2), "rate_id": "fix", "rate": Decimal("205.1")},
            "205.1 MXN/USD",
            "1 a 60 MXN/USD",
        ),
        (
            "air_quality_index_county",
            {"period": date(2024, 1, 1), "county": "04023", "table": "us_aqi_2024", "measure": "days", "value": 367},
            "367 d. It can be 0 to 366 d: the days of a year.",
            "de 0 a 366 d: los días de un año.",
        ),
    ],
)
def test_what_cannot_be_is_set_aside_with_value_range_and_unit(
    catalog: Catalog, dataset: str, row: dict[str, Any], en: str, es: str
) -> None:
    taken, aside = part(catalog, dataset, **row)
    assert (taken, aside.height) == (0, 1)
    (told,) = aside.rows(named=True)
    assert told["reason"] == "implausible"
    assert en in told["reason_en"]
    assert es in told["reason_es"]
    assert set(json.loads(told["row"])) == {*row, "status"}


@pytest.mark.parametrize(
    ("dataset", "row"),
    [
        ("waits", WAIT | {"delay_minutes": 500}),  # Nogales – DeConcini, 2025: reported so
        ("waits", WAIT | {"delay_minutes": None, "lanes_open": None}),
        ("waits", WAIT | {"maximum_lanes": None}),
        ("reservoir_levels", LAKE | {"period": date(1935, 3, 1), "elevation_ft": Decimal("701.4")}),  # it was filling
        ("reservoir_levels", LAKE | {"elevation_ft": Decimal("1225.35")}),
        (
            "reservoir_flows",
            {"period": date(2024, 1, 1), "reservoir": "powell", "measure": "inflow", "volume_af": -49894},
        ),
    ],
)
def test_what_is_unusual_is_taken(catalog: Catalog, dataset: str, row: dict[str, Any]) -> None:
    taken, aside = part(catalog, dataset, **row)
    assert (taken, aside.height) == (1, 0)


# -- through a build --------------------------------------------------------------------------------------------
@pytest.fixture
def here(tmp_path: Path, catalog: Catalog) -> Workspace:
    return workspace(tmp_path / "ws", catalog)


def built(here: Workspace, folder: Path, *lines: str) -> dict[str, int]:
    """The counts of a build of one file of crossings."""
    folder.mkdir(exist_ok=True)
    (folder / "a.csv").write_bytes(crossings_file(*lines))
    (loaded,) = build(here, folder).loaded
    assert not loaded.errors
    return dict(loaded.counts)


@pytest.mark.parametrize("trucks", [4 * 10**12, 2**63 - 1])
def test_trucks_that_cannot_be_are_counted_as_set_aside(here: Workspace, tmp_path: Path, trucks: int) -> None:
    counts = built(here, tmp_path / "in", *NOGALES, crossing("Mar 2021", "Trucks", trucks))
    assert (counts["read"], counts["new"], counts["refused"]) == (5, 4, 1)
    (row,) = here.store.frame(here.store.quarantined()).rows(named=True)
    assert (row["reason"], json.loads(row["row"])["value"]) == ("implausible", str(trucks))
    shown = show(here, "crossings.trucks", places=("2604",), frequency="M").frame
    assert shown["value"].drop_nulls().to_list() == [36384]


def test_of_two_values_of_a_key_the_one_that_can_be_is_kept(here: Workspace, tmp_path: Path) -> None:
    built(here, tmp_path / "in", crossing("Feb 2021", "Trucks", 36384), crossing("Feb 2021", "Trucks", 4 * 10**12))
    assert here.store.frame(here.store.table("crossings"))["value"].to_list() == [36384]


@pytest.mark.parametrize(
    ("before", "in_table", "on_cover"),
    [
        (1, "more than 10 times", "more than 10 times February 2020"),
        (3600, "more than 10 times", "more than 10 times February 2020"),
        (3639, "+899.8%", "+899.8% on February 2020"),
        (0, None, None),
    ],
)
def test_growth_on_a_tiny_base_has_no_percentage(
    here: Workspace, tmp_path: Path, before: int, in_table: str | None, on_cover: str | None
) -> None:
    built(here, tmp_path / "in", *NOGALES, crossing("Feb 2020", "Trucks", before))
    asked = {"series": "crossings.trucks", "places": ["2604"], "frequency": "M", "start": date(2020, 2, 1)}
    words = {key: {"en": "x", "es": "x"} for key in ("title", "head", "label", "unit", "do_not_say")}
    desk = DossierContext(here, [])
    grown = table(desk, asked | words | {"id": "t"}).rows[0][-1]
    change = quote(desk, asked | words | {"id": "q"}).change
    assert (grown and grown.en, change and change.en) == (in_table, on_cover)
    if before == 1:
        assert (grown.es, change.es) == ("más de 10 veces", "más de 10 veces la cifra de febrero de 2020")


MEAD = [f"2026-02-{day:02d},1064.{day:02d}\n" for day in range(1, 10)]


@pytest.mark.parametrize("feet", ["0", "9000", "-1064.10", "10641.0", "NaN", "inf", "1e300", str(2**63)])
def test_a_level_of_lake_mead_that_cannot_be_reaches_no_answer(here: Workspace, tmp_path: Path, feet: str) -> None:
    (tmp_path / "mead_daily_elevation_2026.csv").write_text(
        "".join(["date,elevation_ft\n", *MEAD, f"2026-02-10,{feet}\n"])
    )
    (loaded,) = build(here, tmp_path / "mead_daily_elevation_2026.csv").loaded
    assert (loaded.errors, loaded.counts["new"], loaded.counts["refused"]) == ((), 9, 1)
    (row,) = here.store.frame(here.store.quarantined()).rows(named=True)
    assert "2026-02-10" in row["row"] and row["reason_en"] != row["reason_es"]
    shown = show(here, "river.elevation_daily", places=("mead",)).frame
    assert (shown["value"].min(), shown["value"].max()) == (Decimal("1064.01"), Decimal("1064.09"))


@pytest.mark.parametrize(
    ("delay", "lanes", "most"),
    [("2147483647", "3", "7"), ("10", "999", "7"), ("10", "8", "7"), ("-10", "3", "7"), ("NaN", "3", "7")],
)
def test_a_wait_or_lanes_that_cannot_be_reach_no_answer(
    here: Workspace, tmp_path: Path, delay: str, lanes: str, most: str
) -> None:
    """Nogales – DeConcini: Ready Lanes as absurd, the lanes beside them as reported."""
    label = "At 4:00 pm EDT"
    port = {
        "passenger_vehicle_lanes": most,
        ("passenger_vehicle_lanes", "standard_lanes"): ("delay", label, "30", "3"),
        ("passenger_vehicle_lanes", "ready_lanes"): ("delay", label, delay, lanes),
    }
    file = tmp_path / "bwt-2025-07-30_20-04-31.xml"
    file.write_bytes(snapshot([port_xml("260401", port)]))
    (loaded,) = build(here, file).loaded
    assert not loaded.errors
    waits = here.store.frame(here.store.table("waits"))
    assert waits.filter(mode="passenger", lane="standard")["delay_minutes"].to_list() == [30]
    assert waits.filter(pl.col("delay_minutes").is_not_null())["lane"].to_list() == ["standard"]
    (row,) = here.store.frame(here.store.quarantined()).rows(named=True)
    assert loaded.counts["refused"] == 1 and row["reason_en"] != row["reason_es"]


# -- any absurd value -------------------------------------------------------------------------------------------
@given(data=st.data())
@settings(deadline=None)
def test_no_value_outside_its_range_is_taken(catalog: Catalog, data: st.DataObject) -> None:
    limits = data.draw(st.sampled_from([r for r in catalog.ranges.values() if not r.most_column]))
    dataset = catalog.datasets[data.draw(st.sampled_from(limits.datasets))]
    column = data.draw(st.sampled_from([c for c in limits.columns if c in dataset.values]))
    past = st.integers(int(limits.high) + 1, 2**63 - 1) | st.integers(-(2**63), int(limits.low) - 1)
    values = {"int": 7, "decimal": Decimal(7), "str": "x", "date": date(2020, 1, 1)}
    row = {c.id: values.get(c.type, datetime(2020, 1, 1, tzinfo=UTC)) for c in dataset.columns}
    row |= dict.fromkeys(dataset.values) | {key: codes[0] for key, codes in limits.where.items()}
    row[column] = data.draw(past)
    good, aside = set_aside_implausible(pl.DataFrame([row]), dataset, catalog)
    assert (good.height, aside.height) == (0, 1)


def rows_of(dataset: Dataset, limits: Range, column: str, values: list[Any]) -> pl.DataFrame:
    """Rows of a dataset to which a range applies, one for each value of a column."""
    keys = {c.id: {"int": 7, "date": date(2020, 1, 1)}.get(c.type, "x") for c in dataset.columns if c.role == "key"}
    if dataset.column(dataset.period).type == "datetime":
        keys[dataset.period] = datetime(2020, 1, 1, tzinfo=UTC)
    keys |= {key: codes[0] for key, codes in limits.where.items()}
    return pl.DataFrame([keys | dict.fromkeys(dataset.values) | {column: value} for value in values])


def test_no_number_of_any_dataset_is_taken_far_outside_its_range(catalog: Catalog) -> None:
    """Ten and a hundred times the most, minus the most, 2^31, 2^63, 1e300, NaN and infinity among good values."""
    tried = set()
    for limits in (r for r in catalog.ranges.values() if not r.most_column):
        for dataset in map(catalog.datasets.__getitem__, limits.datasets):
            for column in set(limits.columns) & set(dataset.values):
                tried.add((dataset.id, column))
                top = int(limits.high)
                whole = [10 * top, 100 * top, -top, 2**31, 2**63 - 1, -(2**63)]
                absurd = [v for v in whole if not limits.low <= v <= limits.high]
                floats = [*map(float, absurd), 1e300, float("nan"), float("inf"), float("-inf")]
                for values in (absurd, [Decimal(v) for v in absurd], floats):
                    fine = type(values[0])(top)
                    frame = rows_of(dataset, limits, column, [fine, *values, fine])
                    good, aside = set_aside_implausible(frame, dataset, catalog)
                    assert good[column].to_list() == [fine, fine], (dataset.id, column)
                    reasons = aside["reason_en"].to_list()
                    assert len(reasons) == len(values)
                    assert all(any(f": {amount(v).en} " in said for said in reasons) for v in values)
    assert tried == {
        (d.id, c.id)
        for d in catalog.datasets.values()
        for c in d.columns
        if c.role == "value" and c.type in ("int", "decimal")
    }


# -- figures of days to come ------------------------------------------------------------------------------------
KNOWN = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("dataset", "period", "taken"),
    [
        ("air_readings", datetime(2026, 3, 2, 6, tzinfo=UTC), True),  # 1 March, 23 h, in Nogales
        ("air_readings", datetime(2026, 3, 3, 0, tzinfo=UTC), False),
        ("air_readings", datetime(2062, 3, 1, 0, tzinfo=UTC), False),
        ("river_flows", date(2026, 3, 2), True),
        ("river_flows", date(2026, 3, 3), False),
        ("crossings", date(2026, 3, 1), True),
        ("crossings", date(2026, 4, 1), False),
        ("reservoir_projections", date(2027, 12, 1), True),
    ],
)
def test_a_figure_of_a_period_that_had_not_begun_is_set_aside(
    catalog: Catalog, dataset: str, period: date, taken: bool
) -> None:
    """A projection may lie ahead; an observation may not."""
    about = catalog.datasets[dataset]
    good, future = set_aside_future(pl.DataFrame({about.period: [period]}), about, KNOWN)
    assert (good.height, future.height) == (int(taken), int(not taken)) and future.schema == REJECT_SCHEMA
    if not taken:
        assert "had not begun when the figure was known (2026-03-01)" in future["reason_en"][0]
        assert "no había comenzado cuando se conoció la cifra (2026-03-01)" in future["reason_es"][0]


def test_a_row_that_says_when_it_was_known_goes_by_that(catalog: Catalog) -> None:
    about = catalog.datasets["crossings"]
    frame = pl.DataFrame({about.period: [date(2026, 3, 1)] * 2, "as_of": [date(2026, 4, 1), date(2026, 1, 1)]})
    good, future = set_aside_future(frame, about, KNOWN)
    assert good["as_of"].to_list() == [date(2026, 4, 1)] and future.height == 1
