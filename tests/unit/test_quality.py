"""Each check finds a fault that was planted, says where, when and how much in both languages, and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import DefinitionError
from ambos.model import Event, Finding
from ambos.quality import load_checks
from ambos.quality.checks import CHECKS, WAIT_CHECKS, explain
from ambos.text import Text
from quality_samples import MONTHS, World, clean, waits

#: What is said of any data: a note on the year, the direction, and that the source leaves zeros out.
NOTES = {"year_basis", "northbound_only"}
NOGALES, LUKEVILLE = "2604", "2602"


@pytest.fixture
def world(catalog: Catalog) -> World:
    return clean(catalog)


def one(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [f.text.en for f in findings]
    return findings[0]


def test_clean_counts_give_no_finding(world: World) -> None:
    assert [f.text.en for f in world.findings() if f.check not in NOTES] == []


def test_every_check_has_a_definition_and_every_definition_a_check() -> None:
    assert list(load_checks()) == [*CHECKS, *WAIT_CHECKS]


def test_definitions_with_faults_list_them_all(tmp_path: pytest.TempPathFactory) -> None:
    path = tmp_path / "checks.toml"  # type: ignore[operator]
    path.write_text('[a]\nseverity = "grave"\ntitle = { en = "x" }\n[a.thresholds]\nn = { value = "3" }\n')
    with pytest.raises(DefinitionError) as caught:
        load_checks(path)
    for words in ("grave", "title", "description", "checks.toml:5: value: '3' has the wrong type"):
        assert words in str(caught.value)


# -- related measures -------------------------------------------------------------------------------------------
def test_containers_that_double_against_trucks(world: World) -> None:
    world.edit(NOGALES, "truck_containers_loaded", date(2023, 7, 1), MONTHS[-1], lambda v: 2 * v)
    found = one(world.findings("ratio_drift"))
    assert (found.place, found.item) == (NOGALES, "truck_containers")
    assert (found.start, found.end) == (date(2023, 7, 1), MONTHS[-1])
    assert found.size == pytest.approx(1.7, abs=0.02)
    assert "Nogales" in found.text.en and "from July 2023 to December 2024" in found.text.en
    assert "18 months from July 2023 to December 2024, 1.69 in their median" in found.text.en
    assert "fewer than 100 trucks are not judged" in found.text.en
    assert "18 meses de julio de 2023 a diciembre de 2024" in found.text.es


def test_one_month_counted_twice(world: World) -> None:
    world.edit(NOGALES, "personal_vehicle_passengers", date(2017, 4, 1), date(2017, 4, 1), lambda v: 2 * v)
    found = one(world.findings("ratio_drift"))
    assert found.start == found.end == date(2017, 4, 1)
    assert "out of line in 1 month in April 2017" in found.text.en


def test_a_drift_elsewhere_is_summed_up(world: World) -> None:
    for port in ("2304", "2305"):
        world.edit(port, "personal_vehicle_passengers", date(2020, 1, 1), date(2020, 12, 1), lambda v: v * 2)
    found = one(world.findings("ratio_drift"))
    assert (found.place, found.severity, found.size) == ("_T", "low", 2)
    assert "Laredo" in found.text.en and "24 months" in found.text.en


def test_a_computed_count(world: World) -> None:
    vehicles = world.crossings.filter((pl.col("port") == LUKEVILLE) & (pl.col("measure") == "personal_vehicles"))
    per_month = dict(vehicles.select("period", "value").iter_rows())
    world.edit(LUKEVILLE, "personal_vehicle_passengers", date(2012, 1, 1), date(2012, 12, 1), lambda v: None)
    world.add(
        LUKEVILLE,
        "personal_vehicle_passengers",
        {m: round(v * 1.9) for m, v in per_month.items() if m.year == 2012},
    )
    found = one(world.findings("fixed_factor"))
    assert (found.place, found.size) == (LUKEVILLE, 12)
    assert "× 1.9" in found.text.es


def test_one_container_on_each_truck_is_ordinary(world: World) -> None:
    trucks = world.crossings.filter((pl.col("port") == LUKEVILLE) & (pl.col("measure") == "trucks"))
    world.edit(LUKEVILLE, "truck_containers_loaded", MONTHS[0], MONTHS[-1], lambda v: None)
    world.add(LUKEVILLE, "truck_containers_loaded", dict(trucks.select("period", "value").iter_rows()))
    assert world.findings("fixed_factor") == []


def test_passengers_without_buses(world: World) -> None:
    world.add(LUKEVILLE, "bus_passengers", {date(2021, 2, 1): 2175})
    found = one(world.findings("impossible"))
    assert (found.place, found.item, found.start, found.size) == (LUKEVILLE, "bus_passengers", date(2021, 2, 1), 2175)
    assert "2,175 bus passengers in February 2021" in found.text.en
    assert "2,175 pasajeros de autobús en febrero de 2021" in found.text.es


def test_passengers_beside_a_bus_that_was_forgotten_once(world: World) -> None:
    world.add(LUKEVILLE, "bus_passengers", {date(2021, m, 1): 300 for m in (1, 2, 3)})
    world.add(LUKEVILLE, "buses", {date(2021, m, 1): 12 for m in (1, 3)})
    assert world.findings("impossible") == []


def test_an_impossible_value_is_seen_in_the_quarantine(world: World) -> None:
    key = {"period": "2021-02-01", "port": "2606", "measure": "bus_passengers"}
    world.refuse("conflict", **key, value=0)
    for _ in range(2):  # two files that overlap
        world.refuse("conflict", **key, value=2175)
    impossible = one(world.findings("impossible"))
    assert (impossible.place, impossible.size) == ("2606", 2175)
    assert "(1 month)" in impossible.text.en
    found = one(world.findings("duplicate_key"))
    assert (found.place, found.size, found.severity) == ("2606", 2175, "high")
    assert "0 and 2,175. None is used." in found.text.en
    assert "0 y 2,175. No se usa ninguno." in found.text.es


def test_zero_and_absence_are_told_apart(world: World) -> None:
    world.edit(NOGALES, "truck_containers_empty", date(2010, 1, 1), date(2011, 6, 1), lambda v: 0)
    world.edit(LUKEVILLE, "truck_containers_empty", date(2015, 1, 1), date(2016, 6, 1), lambda v: None)
    absent, zero = sorted(world.findings("structural_zero"), key=lambda f: f.place)
    assert (zero.place, zero.start, zero.end) == (NOGALES, date(2010, 1, 1), date(2011, 6, 1))
    assert "exactly 0 in all 18 months with trucks" in zero.text.en
    assert (absent.place, absent.start, absent.end) == (LUKEVILLE, date(2015, 1, 1), date(2016, 6, 1))
    assert "no row in all 18 months with trucks" in absent.text.en


def test_a_run_of_zeros_counts_the_months_with_few_trucks_too(world: World) -> None:
    span = (date(2010, 1, 1), date(2011, 6, 1))
    world.edit(NOGALES, "truck_containers_empty", *span, lambda v: 0)
    world.edit(NOGALES, "trucks", date(2010, 7, 1), date(2010, 8, 1), lambda v: 4)
    found = one(world.findings("structural_zero"))
    trucks = world.crossings.filter((pl.col("port") == NOGALES) & (pl.col("measure") == "trucks"))
    total = trucks.filter(pl.col("period").is_between(*span))["value"].sum()
    assert found.size == 18
    assert f"beside {total:,} trucks" in found.text.en


def test_a_month_with_a_value_ends_a_run_of_zeros(world: World) -> None:
    world.edit(NOGALES, "truck_containers_empty", date(2010, 1, 1), date(2010, 9, 1), lambda v: 0)
    world.edit(NOGALES, "truck_containers_empty", date(2010, 11, 1), date(2011, 6, 1), lambda v: 0)
    assert world.findings("structural_zero") == []


# -- shifts -----------------------------------------------------------------------------------------------------
def test_all_ports_shift_at_one_date(world: World) -> None:
    for port in world.crossings["port"].unique():
        world.edit(port, "truck_containers_loaded", date(2019, 5, 1), MONTHS[-1], lambda v: round(v * 1.8))
    found = one(world.findings("level_shift"))
    assert (found.place, found.item, found.start) == ("_T", "truck_containers", date(2019, 5, 1))
    assert "100% of the ports (16 at most, those with 100 trucks or more in the month)" in found.text.en
    assert "May 2019" in found.text.en


def test_a_shift_of_one_port_is_not_one_of_all(world: World) -> None:
    world.edit(NOGALES, "trucks", date(2019, 5, 1), MONTHS[-1], lambda v: v * 2)
    assert world.findings("level_shift") == []


def test_a_port_closes_and_reopens(world: World) -> None:
    world.edit(LUKEVILLE, "personal_vehicles", date(2023, 12, 1), date(2023, 12, 1), lambda v: v // 10)
    found = one(world.findings("collapse"))
    assert (found.place, found.start, found.end) == (LUKEVILLE, date(2023, 12, 1), date(2023, 12, 1))
    assert found.events == ("lukeville_closed_2023",)
    assert "personal vehicles 3,493 in December 2023, usually 31,142 (−89%), 32,371 in the same months" in found.text.en
    assert "First month after it at 75% of its usual level or more: January 2024." in found.text.en
    assert "Primer mes posterior con 75% de su nivel habitual o más: enero de 2024." in found.text.es


def test_a_fall_deeper_than_that_of_all_says_how_far_all_fell_and_is_linked_to_the_event(world: World) -> None:
    for port in world.crossings["port"].unique():
        world.edit(port, "personal_vehicles", date(2020, 4, 1), date(2020, 6, 1), lambda v: v // 2)
    world.edit(LUKEVILLE, "personal_vehicles", date(2020, 4, 1), date(2020, 6, 1), lambda v: v * 2 // 5)
    counted = world.crossings.filter(
        (pl.col("port") == LUKEVILLE)
        & (pl.col("measure") == "personal_vehicles")
        & (pl.col("period").dt.year() == 2019)
        & pl.col("period").dt.month().is_between(4, 6)
    )
    found = one(world.findings("collapse"))
    assert (found.events, found.severity) == (("covid_land_border",), "medium")
    assert f"{counted['value'].sum():,} in the same months of the year before" in found.text.en
    assert "The other ports of this border together, the same months: −50%" in found.text.en


def test_a_fall_has_the_month_in_which_it_began(world: World) -> None:
    world.edit(LUKEVILLE, "personal_vehicles", date(2023, 11, 1), date(2023, 11, 1), lambda v: round(v * 0.55))
    world.edit(LUKEVILLE, "personal_vehicles", date(2023, 12, 1), MONTHS[-1], lambda v: v // 4)
    found = one(world.findings("collapse"))
    assert (found.start, found.end) == (date(2023, 11, 1), MONTHS[-1])
    assert "has not come back to 75% of its usual level" in found.text.en


def test_what_happens_to_all_is_no_collapse_of_one(world: World) -> None:
    for port in world.crossings["port"].unique():
        world.edit(port, "pedestrians", date(2015, 4, 1), date(2015, 8, 1), lambda v: v // 5)
    assert world.findings("collapse") == []
    assert one(world.findings("level_shift")).start == date(2015, 4, 1)


def test_a_zero_in_place_of_a_missing_figure(world: World) -> None:
    world.edit(NOGALES, "pedestrians", date(2012, 11, 1), date(2012, 11, 1), lambda v: 0)
    found = one(world.findings("collapse"))
    assert found.severity == "high" and "missing" in found.text.en and "faltante" in found.text.es


# -- coverage ---------------------------------------------------------------------------------------------------
def test_not_published_and_no_traffic_are_told_apart(world: World) -> None:
    world.edit(LUKEVILLE, "trucks", date(2014, 3, 1), date(2014, 4, 1), lambda v: None)
    world.crossings = world.crossings.filter(pl.col("period") != date(2018, 9, 1))
    everywhere, here = sorted(world.findings("absent_month"), key=lambda f: f.place, reverse=True)
    assert (everywhere.place, everywhere.start, everywhere.end) == ("_T", date(2018, 9, 1), date(2018, 9, 1))
    assert "not published" in everywhere.text.en and "no se publicaron" in everywhere.text.es
    assert (here.place, here.size) == (LUKEVILLE, 2)
    assert "no traffic was reported: trucks, 2 months" in here.text.en


def test_the_month_in_which_zeros_end(world: World) -> None:
    ports = world.crossings["port"].unique().to_list()
    for port in ports:
        world.add(port, "trains", {m: 0 for m in MONTHS if m < date(2017, 1, 1)})
    found = one(world.findings("absent_month"))
    assert found.start == date(2017, 1, 1)
    assert "until December 2016" in found.text.en


def test_years_that_are_not_whole(world: World) -> None:
    world.crossings = world.crossings.filter(~pl.col("period").is_between(date(2020, 10, 1), date(2020, 12, 1)))
    found = one([f for f in world.findings("year_basis") if "twelve" in f.text.en])
    assert "2020 has 9 months, not twelve" in found.text.en and "2020 tiene 9 meses, no doce" in found.text.es


def test_calendar_and_fiscal_year_are_both_stated(world: World) -> None:
    world.edit(NOGALES, "pedestrians", date(2023, 10, 1), date(2023, 12, 1), lambda v: round(v * 1.5))
    found = one(world.findings("year_basis"))
    pedestrians = world.crossings.filter((pl.col("port") == NOGALES) & (pl.col("measure") == "pedestrians"))
    calendar = pedestrians.filter(pl.col("period").dt.year() == 2024)["value"].sum()
    fiscal = pedestrians.filter(pl.col("period").is_between(date(2023, 10, 1), date(2024, 9, 1)))["value"].sum()
    assert f"{calendar:,} and {fiscal:,}" in found.text.en
    assert "año fiscal 2024 (de octubre de 2023 a septiembre de 2024)" in found.text.es


def test_a_mode_that_multiplies_alone(world: World) -> None:
    rows = [
        (date(y, 1, 1), flow, state, mode, "MX", value)
        for y in range(2020, 2026)
        for state in ("US-AZ", "US-TX")
        for flow, mode, value in (("export", "truck", 7_000_000_000), ("export", "air", 1_500_000_000))
    ]
    frame = pl.DataFrame(rows, schema=["period", "flow", "us_state", "mode", "country", "value_usd"], orient="row")
    jump = (pl.col("us_state") == "US-AZ") & (pl.col("mode") == "air") & (pl.col("period") == date(2025, 1, 1))
    world.tables["freight_annual_state"] = frame
    assert world.findings("annual_jump") == []
    world.tables["freight_annual_state"] = frame.with_columns(
        value_usd=pl.when(jump).then(4 * pl.col("value_usd")).otherwise("value_usd")
    )
    found = one(world.findings("annual_jump"))
    assert (found.place, found.item, found.start) == ("US-AZ", "export/air/MX", date(2025, 1, 1))
    assert "Exports of Arizona to Mexico, air: 6,000 million dollars in 2025" in found.text.en
    assert "Exportaciones de Arizona a México, modo aéreo: 6,000 mdd en 2025, frente a 1,500 mdd" in found.text.es


def test_months_that_do_not_add_up_to_their_year(world: World) -> None:
    def accounts(months: int | None) -> pl.DataFrame:
        rows = [("release_hoover", date(1969, 1, 1), 7_892_000, months), ("mx_tijuana", date(1969, 1, 1), 12, 5)]
        return pl.DataFrame(
            rows,
            schema={"account": pl.String, "period": pl.Date, "volume_af": pl.Int64, "months_af": pl.Int64},
            orient="row",
        )

    for agreed in (7_892_000, 7_892_300, None):
        world.tables["river_accounts_annual"] = accounts(agreed)
        assert world.findings("year_and_months") == []
    world.tables["river_accounts_annual"] = accounts(7_692_000)
    found = one(world.findings("year_and_months"))
    assert (found.item, found.start, found.size) == ("release_hoover", date(1969, 1, 1), 200_000)
    assert "Hoover Dam, 1969" in found.text.en and "la diferencia es de 246.7 hm³ (200,000 acres-pie)" in found.text.es


# -- levels and rates -------------------------------------------------------------------------------------------
def lake(change: dict[date, float], *, daily: bool = False) -> pl.DataFrame:
    """Level of Lake Mead by month or by day, with a spring flood each year; `change` is added to single values."""
    if daily:
        periods = [date(2020, 1, 1) + timedelta(days=n) for n in range(400)]
        levels = [1100 + 0.02 * n + 0.05 * (-1) ** n for n in range(400)]
    else:
        periods = [date(y, m, 1) for y in range(1950, 1980) for m in range(1, 13)]
        levels = [1150 + 12 * (p.month in (6, 7)) + (p.year * 7 + p.month * 3) % 5 for p in periods]
    rows = [(p, "mead", v + change.get(p, 0), "A") for p, v in zip(periods, levels, strict=True)]
    name = "date" if daily else "period"
    return pl.DataFrame(rows, schema=[name, "reservoir", "elevation_ft", "status"], orient="row").with_columns(
        pl.lit(None, pl.Int64).alias(column) for column in ("storage_af", "inflow_cfs", "release_cfs")
    )


@pytest.mark.parametrize(
    ("dataset", "daily", "when", "error"),
    [("reservoir_levels", False, date(1965, 11, 1), 20.0), ("reservoir_days", True, date(2020, 9, 29), -0.9)],
)
def test_a_level_that_leaves_its_neighbours_and_comes_back(
    world: World, dataset: str, daily: bool, when: date, error: float
) -> None:
    world.tables[dataset] = lake({}, daily=daily)
    assert world.findings("out_of_line") == []  # the floods of every spring are none
    world.tables[dataset] = lake({when: error}, daily=daily)
    found = one(world.findings("out_of_line"))
    assert (found.place, found.item, found.start, found.end) == ("mead", "elevation_ft", when, when)
    assert "Lake Mead" in found.text.en and "lo más probable es un error" in found.text.es


def test_a_step_of_a_level_that_stays(world: World) -> None:
    moved = {date(2020, 1, 1) + timedelta(days=n): 9.0 for n in range(200, 400)}
    world.tables["reservoir_days"] = lake(moved, daily=True)
    found = one(world.findings("out_of_line"))
    assert found.start == date(2020, 7, 19) and "and it stays" in found.text.en


@pytest.mark.parametrize(("factor", "kinds"), [(1.0, []), (1.06, ["spike"]), (10.0, ["spike"])])
def test_a_rate_with_a_wrong_digit(world: World, factor: float, kinds: list[str]) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(100)]
    rates = [17 + 0.03 * ((n * 7) % 5) for n in range(100)]
    rates[50] *= factor
    world.tables["fx"] = pl.DataFrame({"date": days, "rate_id": ["fix"] * 100, "rate": rates, "status": ["A"] * 100})
    found = world.findings("out_of_line")
    assert [f.start for f in found] == [days[50]] * len(kinds)


def test_a_year_of_deliveries_that_does_not_close(world: World) -> None:
    def accounts(satisfaction: int) -> pl.DataFrame:
        values = {"mx_nib": 1_384_347, "mx_sib": 111_247, "mx_limitrophe": 3_997, "mx_tijuana": 705}
        values |= {"mx_satisfaction": satisfaction, "mx_excess": 39_676}
        rows = [(account, date(2019, 1, 1), volume, None) for account, volume in values.items()]
        return pl.DataFrame(
            rows,
            schema={"account": pl.String, "period": pl.Date, "volume_af": pl.Int64, "months_af": pl.Int64},
            orient="row",
        )

    world.tables["river_accounts_annual"] = accounts(1_460_620)
    assert world.findings("ledger_open") == []
    world.tables["river_accounts_annual"] = accounts(1_500_000)
    found = one(world.findings("ledger_open"))
    assert (found.size, found.severity) == (39_380, "high")
    assert "they do not close by −39,380 acre-feet" in found.text.en and "36,938 acres-pie" in found.text.es


# -- records and labels -----------------------------------------------------------------------------------------
def test_exact_duplicates_are_one_finding(world: World) -> None:
    for port in ("2302", "2310"):
        world.refuse("duplicate", period="2019-06-01", port=port, measure="personal_vehicles", value=75_000)
    found = one(world.findings("duplicate_key"))
    assert (found.size, found.start, found.severity) == (2, date(2019, 6, 1), "low")
    assert "Del Rio" in found.text.en and "junio de 2019" in found.text.es


def test_revised_values_are_counted_and_both_shown(world: World) -> None:
    first = world.crossings.filter(pl.col("period") == date(2024, 12, 1)).with_columns(as_of=date(2025, 2, 1))
    changed = (
        first.filter(pl.col("measure") == "trucks")
        .head(2)
        .with_columns(as_of=date(2025, 4, 1), value=pl.Series([40_000, 3_100]))
    )
    world.tables["vintages:crossings"] = pl.concat([first, changed])
    found = one(world.findings("revised"))
    assert (found.size, found.start, found.item) == (2, date(2024, 12, 1), "2025-04-01")
    old = first.filter(pl.col("measure") == "trucks")["value"][0]
    assert f"{old:,} → 40,000" in found.text.en
    assert "1 de abril de 2025" in found.text.es


def test_a_value_withdrawn_and_one_brought_back_are_revisions(world: World) -> None:
    one_key = world.crossings.head(1).with_columns(value=pl.lit(5, dtype=world.crossings.schema["value"]))
    days = [date(2025, 2, 1), date(2025, 4, 1), date(2025, 6, 1)]
    known = [one_key.with_columns(as_of=d) for d in days]
    known[1] = known[1].with_columns(value=pl.lit(None, dtype=one_key.schema["value"]))
    world.tables["vintages:crossings"] = pl.concat(known)
    gone, back = world.findings("revised")
    assert (gone.item, back.item) == ("2025-04-01/withdrawn", "2025-06-01/restored")
    assert "are now missing" in gone.text.en and "5 → falta" in gone.text.es
    assert "falta → 5" in back.text.es and gone.size == back.size == 1


def test_a_value_missing_at_first_is_no_revision(world: World) -> None:
    first = world.crossings.head(1).with_columns(as_of=date(2025, 2, 1), value=None)
    first = first.with_columns(pl.col("value").cast(world.crossings.schema["value"]))
    world.tables["vintages:crossings"] = pl.concat([first, first.with_columns(as_of=date(2025, 4, 1))])
    assert world.findings("revised") == []


def test_an_unchanged_value_is_no_revision(world: World) -> None:
    first = world.crossings.head(50).with_columns(as_of=date(2025, 2, 1))
    world.tables["vintages:crossings"] = pl.concat([first, first.with_columns(as_of=date(2025, 4, 1))])
    assert world.findings("revised") == []


def test_a_series_that_does_not_say_northbound(world: World, catalog: Catalog) -> None:
    from dataclasses import replace

    name = next(s.id for s in catalog.series.values() if getattr(s, "dataset", "") == "crossings")
    bare = replace(catalog.series[name], title=Text.same("x"), definition=Text.same("x"), warnings=())
    world.catalog = replace(catalog, series={**catalog.series, name: bare})
    silent = [f for f in world.findings("northbound_only") if f.severity == "high" and f.dataset == "crossings"]
    assert name in one(silent).text.en


# -- waits ------------------------------------------------------------------------------------------------------
def test_clean_waits_give_no_finding(world: World) -> None:
    world.tables["waits"] = waits()
    assert [f.text.en for f in world.findings() if f.check in WAIT_CHECKS] == []


def change(frame: pl.DataFrame, where: pl.Expr, **values: object) -> pl.DataFrame:
    return frame.with_columns(
        **{k: pl.when(where).then(pl.lit(v, dtype=frame.schema[k])).otherwise(k) for k, v in values.items()}
    )


def hour(first: int, last: int | None = None, lane: str = "standard") -> pl.Expr:
    """Rows of a lane from one hour of the sample to another."""
    start = datetime(2025, 4, 1, tzinfo=UTC)
    ends = (start + timedelta(hours=first), start + timedelta(hours=first if last is None else last))
    return (pl.col("lane") == lane) & pl.col("observed_at").is_between(*ends)


@pytest.mark.parametrize(
    ("check", "where", "values", "words"),
    [
        ("waits_unreported", hour(0, 999), {"state": "pending", "delay_minutes": None}, "25% of the hours"),
        ("waits_out_of_line", hour(600), {"delay_minutes": 500}, "500 min between"),
        ("waits_frozen", hour(600, 620), {"delay_minutes": 45, "lanes_open": 3}, "45 min in 21 reports"),
        ("waits_impossible", hour(600), {"state": "closed"}, "closed or not reported"),
        ("waits_impossible", hour(600), {"lanes_open": 0}, "no lane open"),
        ("waits_impossible", hour(600), {"lanes_open": 9}, "more lanes open than were built"),
        ("waits_clock", hour(600, 640), {"clamped": 1}, "41 reports (1.0%)"),
        ("waits_rounded", hour(0, 1999), {"delay_minutes": 30}, "multiples of 5"),
    ],
)
def test_a_fault_in_the_waits(world: World, check: str, where: pl.Expr, values: dict[str, object], words: str) -> None:
    world.tables["waits"] = change(waits(), where, **values)
    found = one(world.findings(check))
    assert found.place == "260401"
    assert words in found.text.en


def test_hours_in_which_the_crossing_is_closed_are_not_missing(world: World) -> None:
    """Even if the feed shows a wait of before then."""
    shut = change(waits(), hour(0, 999), state="closed", delay_minutes=None, crossing_state="closed")
    world.tables["waits"] = change(shut, hour(1000, 1999), crossing_state="closed")
    assert world.findings("waits_unreported") == []
    world.tables["waits"] = change(shut, hour(1000, 1499), state="pending", delay_minutes=None)
    text = one(world.findings("waits_unreported")).text.en
    assert "of the hours in which the crossing is open" in text
    assert f"500 of {waits().height - 1000:,} lane-hours" in text


def test_a_lane_that_is_never_reported(world: World) -> None:
    ghost = waits(300).filter(pl.col("lane") == "standard")
    ghost = ghost.with_columns(
        lane=pl.lit("ready"),
        state=pl.lit("pending"),
        delay_minutes=pl.lit(None, pl.Int64),
        lanes_open=pl.lit(None, pl.Int64),
    )
    world.tables["waits"] = pl.concat([waits(300), ghost])
    assert "Ready Lane" in one(world.findings("waits_never")).text.en
    assert world.findings("waits_unreported") == []


def test_gaps_between_polls(world: World) -> None:
    start = datetime(2025, 4, 1, tzinfo=UTC)
    at = pl.col("observed_at")
    kept = waits().filter(
        ~at.is_between(start + timedelta(hours=100), start + timedelta(hours=102))
        & ~at.is_between(start + timedelta(hours=500), start + timedelta(hours=740))
    )
    world.tables["waits"] = kept
    long, short = sorted(world.findings("waits_not_polled"), key=lambda f: -f.size)
    assert "10 days" in long.text.en and "10 días" in long.text.es
    assert "1 gap of 2 hours or more" in short.text.en and short.size == 4


# -- events and ids ---------------------------------------------------------------------------------------------
def event(catalog: Catalog, **values: object) -> Catalog:
    from dataclasses import replace

    given = {"start": date(2020, 3, 21), "end": date(2021, 11, 7), "places": (), "datasets": ("crossings",)} | values
    text = Text.same("x")
    return replace(catalog, events={"e": Event("e", text, text, source=text, **given)})  # type: ignore[arg-type]


def finding(check: str, **values: object) -> Finding:
    given = {"place": LUKEVILLE, "item": "_T", "start": date(2020, 4, 1), "end": date(2020, 6, 1)} | values
    return Finding("i", check, "crossings", size=1, text=Text.same("x"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "event_values", "finding_values", "explained"),
    [
        ("level_shift", {}, {}, True),
        ("level_shift", {"places": (LUKEVILLE,)}, {}, False),  # one place does not explain many
        ("collapse", {}, {}, True),  # what touches all can touch one most
        ("collapse", {"items": ("buses",)}, {"item": "buses"}, True),
        ("collapse", {"items": ("buses",)}, {"item": "buses+trucks"}, False),  # it leaves the trucks unexplained
        ("collapse", {"places": (LUKEVILLE,)}, {}, True),
        ("collapse", {"places": ("260201",)}, {}, True),  # its crossing
        ("collapse", {"places": ("US-AZ",)}, {}, True),  # its state
        ("collapse", {"places": (NOGALES,)}, {}, False),
        ("level_shift", {"datasets": ("waits",)}, {}, False),
        ("level_shift", {"items": ("trucks",)}, {"item": "pedestrians"}, False),
        ("ratio_drift", {"items": ("truck_containers_loaded",)}, {"item": "truck_containers"}, True),
        ("level_shift", {}, {"start": date(2019, 1, 1), "end": date(2024, 1, 1)}, False),
        ("level_shift", {}, {"start": date(2019, 12, 1), "end": date(2021, 12, 1)}, True),  # covers most of it
        ("level_shift", {}, {"start": date(2021, 12, 1), "end": date(2024, 1, 1)}, True),  # begins as it ends
        ("impossible", {}, {}, False),
    ],
)
def test_which_events_explain(
    catalog: Catalog, check: str, event_values: dict[str, object], finding_values: dict[str, object], explained: bool
) -> None:
    found = explain(finding(check, **finding_values), load_checks()[check], event(catalog, **event_values))
    assert found.events == (("e",) if explained else ())
    assert found.severity == ("low" if explained else "medium")


def test_ids_are_unique_and_stable(world: World) -> None:
    world.edit(LUKEVILLE, "personal_vehicles", date(2023, 12, 1), date(2023, 12, 1), lambda v: v // 10)
    world.edit(NOGALES, "truck_containers_loaded", date(2020, 7, 1), MONTHS[-1], lambda v: 2 * v)
    first, again = world.findings(), world.findings()
    assert first == again
    assert max(Counter(f.id for f in first).values()) == 1
    assert f"collapse.crossings.{LUKEVILLE}.personal_vehicles.2023-12-01" in {f.id for f in first}


def test_nothing_held_gives_nothing(catalog: Catalog) -> None:
    from ambos.quality import run

    assert run({}, catalog) == []


def test_a_table_without_a_figure_has_no_finding(catalog: Catalog) -> None:
    world = clean(catalog)
    none = world.crossings.with_columns(value=pl.lit(None, pl.Int64))
    for table in (none, none.clear()):
        world.crossings = table
        assert world.findings() == []
