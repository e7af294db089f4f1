"""Series on small tables: places, items, periods, whole and broken years, local time, currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import BadRequest, NoData
from ambos.indicators import FIGURES, change, figures, observe, to_currency, top_items
from ambos.indicators.periods import Grain, Years, whole_months, widen
from ambos.model import Series
from indicator_samples import ask, crossing, months, table, values, wait

NOGALES, SAN_LUIS, CALEXICO_EAST, DETROIT = "2604", "2608", "2507", "3801"


def exports(period: date, value: int, **more: Any) -> dict[str, Any]:
    row = {"period": period, "flow": "export", "port": NOGALES, "hs2": "85", "mode": "truck", "country": "MX"}
    return {**row, "origin": "domestic", "container": "not_containerised", "value_usd": value, **more}


# -- sums, places and periods -----------------------------------------------------------------------------------
def test_a_state_is_the_sum_of_its_ports(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 100) for m in months(2023)] + [crossing(m, SAN_LUIS, 10) for m in months(2023)]
    rows += [crossing(m, CALEXICO_EAST, 7) for m in months(2023)]
    frame = ask(catalog, "crossings.trucks", rows, [NOGALES, "US-AZ", CALEXICO_EAST], frequency="A")
    assert tuple(frame.columns) == FIGURES
    assert frame["place"].to_list() == [NOGALES, "US-AZ", CALEXICO_EAST]  # in the order asked for
    assert values(frame) == [1200, 1320, 84]
    assert frame["n"].to_list() == [12, 24, 12]
    assert frame["period"].to_list() == ["2023"] * 3
    assert frame["unit"].unique().to_list() == ["truck"]


def test_without_places_each_is_answered(catalog: Catalog) -> None:
    rows = [crossing(date(2023, 1, 1), NOGALES, 1), crossing(date(2023, 1, 1), SAN_LUIS, 2)]
    assert ask(catalog, "crossings.trucks", rows, None)["place"].to_list() == [NOGALES, SAN_LUIS]


def test_only_ports_of_the_regions_border_count(catalog: Catalog) -> None:
    assert catalog.places[DETROIT].border == "CA"
    rows = [crossing(date(2023, 1, 1), NOGALES, 1), crossing(date(2023, 1, 1), DETROIT, 50)]
    assert values(ask(catalog, "crossings.trucks", rows, ["US"])) == [1]


def test_nine_months_are_not_a_year(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 1) for m in months(2023)[:9]]
    (row,) = ask(catalog, "crossings.trucks", rows, [NOGALES], frequency="A").to_dicts()
    assert row["value"] is None
    assert (row["status"], row["held"], row["wanted"]) == ("M", 9, 12)


def test_a_mean_of_months_of_which_one_has_no_value_is_not_given(catalog: Catalog) -> None:
    """October 2025: no household survey was taken, so its quarter and its year have no unemployment rate either."""
    rows = [
        {"period": m, "us_state": "US-AZ", "adjusted": "sa", "rate": Decimal("4.4"), "status": "A"}
        | ({"rate": None, "status": "M"} if m.month == 10 else {})
        for m in months(2025)
    ]
    (year,) = ask(catalog, "work.us_unemployment", rows, ["US-AZ"], frequency="A").to_dicts()
    assert (year["value"], year["status"], year["held"], year["wanted"]) == (None, "M", 11, 12)
    quarters = ask(catalog, "work.us_unemployment", rows, ["US-AZ"], frequency="Q")
    assert quarters.select("value", "status", "held").rows() == [(Decimal("4.4"), "A", 3)] * 3 + [(None, "M", 2)]
    (every,) = ask(catalog, "work.us_unemployment", rows, ["US-AZ"], frequency="all").to_dicts()
    assert (every["value"], every["n"]) == (Decimal("4.4"), 11)


def test_a_month_without_a_row_is_not_held_for_that_port(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 1) for m in months(2023)] + [crossing(m, SAN_LUIS, 5) for m in months(2023)[:11]]
    (year,) = ask(catalog, "crossings.trucks", rows, [SAN_LUIS], frequency="A").to_dicts()
    assert (year["value"], year["status"], year["held"], year["wanted"]) == (None, "M", 11, 12)
    monthly = ask(catalog, "crossings.trucks", rows, [SAN_LUIS])
    assert monthly.select("period", "value", "status", "held").rows()[-2:] == [
        ("2023-11", 5, "A", 1),
        ("2023-12", None, "M", 0),  # a row, above all no 0
    ]


def test_a_sum_is_not_given_without_a_part_that_counts(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 100) for m in months(2023)] + [crossing(m, SAN_LUIS, 10) for m in months(2023)[:11]]
    (year,) = ask(catalog, "crossings.trucks", rows, ["US-AZ"], frequency="A").to_dicts()
    assert (year["value"], year["status"], year["held"], year["wanted"]) == (None, "M", 11, 12)
    assert year["without"] == ""


def test_a_sum_without_a_small_part_is_given_and_names_it(catalog: Catalog) -> None:
    """A part below 1 % of the sum by its latest counts (`absent_percent` of crossings)."""
    rows = [crossing(m, NOGALES, 1000) for m in months(2023)] + [crossing(m, SAN_LUIS, 10) for m in months(2023)[:10]]
    (year,) = ask(catalog, "crossings.trucks", rows, ["US-AZ"], frequency="A").to_dicts()
    assert (year["value"], year["status"], year["held"]) == (12_100, "A", 12)
    assert year["without"] == f"{SAN_LUIS}/trucks:2"
    rows += [crossing(m, "2606", 0) for m in months(2023)[:3]]  # it never counted anything: nothing is left out
    assert ask(catalog, "crossings.trucks", rows, ["US-AZ"], frequency="A")["without"].to_list() == [year["without"]]


def test_an_item_without_a_row_is_a_part_too(catalog: Catalog) -> None:
    """Lukeville: loaded containers are counted, empty ones have no row; the sum is not the loaded ones."""
    loaded, empty = "truck_containers_loaded", "truck_containers_empty"
    rows = [crossing(m, NOGALES, 10, loaded) for m in months(2023)]
    rows += [crossing(m, NOGALES, 10, empty) for m in months(2023)[:6]]
    frame = ask(catalog, "crossings.truck_containers", rows, [NOGALES])
    assert values(frame) == [20] * 6 + [None] * 6


def test_a_table_that_lists_every_flow_has_no_missing_part(catalog: Catalog) -> None:
    rows = [exports(m, 7) for m in months(2023)[:6]] + [exports(m, 9, port=SAN_LUIS) for m in months(2023)]
    (year,) = ask(
        catalog, "trade.through_ports_commodity.exports", rows, [NOGALES], items=["85"], frequency="A"
    ).to_dicts()
    assert (year["value"], year["held"]) == (42, 12)


def test_periods_that_are_not_held_are_rows_without_a_value(catalog: Catalog) -> None:
    held = [m for m in months(2020, 2021) if not date(2020, 10, 1) <= m <= date(2020, 12, 1)]
    rows = [exports(m, 7) for m in held]
    frame = ask(
        catalog,
        "trade.through_ports_commodity.exports",
        rows,
        [NOGALES],
        start=date(2020, 8, 1),
        end=date(2021, 2, 28),
    )
    assert frame.select("period", "frequency", "value", "status", "held").rows() == [
        ("2020-08", "M", 7, "A", 1),
        ("2020-09", "M", 7, "A", 1),
        ("2020-10", "M", None, "M", 0),
        ("2020-11", "M", None, "M", 0),
        ("2020-12", "M", None, "M", 0),
        ("2021-01", "M", 7, "A", 1),
        ("2021-02", "M", 7, "A", 1),
    ]


def test_bounds_inside_a_year_do_not_cut_it(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 1) for m in months(2022, 2023, 2024)]
    frame = ask(
        catalog, "crossings.trucks", rows, [NOGALES], frequency="A", start=date(2023, 5, 9), end=date(2023, 6, 2)
    )
    assert frame.select("period", "value").rows() == [("2023", 12)]


def test_a_fiscal_year_begins_in_october_and_wants_every_month(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, m.year * 100 + m.month) for m in months(2022, 2023)]
    frame = ask(catalog, "crossings.trucks", rows, [NOGALES], frequency="A", year_basis="fiscal")
    assert frame["period"].to_list() == ["FY2022", "FY2023", "FY2024"]
    expected = sum(202200 + m for m in (10, 11, 12)) + sum(202300 + m for m in range(1, 10))
    assert values(frame) == [None, expected, None]
    assert frame["start"].to_list()[1] == date(2022, 10, 1)
    assert frame["held"].to_list() == [9, 12, 3]


def test_a_missing_input_makes_the_sum_missing(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 1) for m in months(2023)]
    rows += [crossing(date(2023, 2, 1), SAN_LUIS, None, status="M")]
    frame = ask(catalog, "crossings.trucks", rows, [NOGALES, "US-AZ"], frequency="A")
    assert values(frame) == [12, None]
    assert frame["status"].to_list() == ["A", "M"]


def test_status_is_the_worst_and_as_of_the_latest(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 1) for m in months(2023)[:11]]
    rows += [crossing(date(2023, 12, 1), NOGALES, 1, status="P", as_of=date(2025, 5, 5))]
    (row,) = ask(catalog, "crossings.trucks", rows, [NOGALES], frequency="A").to_dicts()
    assert (row["value"], row["status"], row["as_of"]) == (12, "P", date(2025, 5, 5))


def test_a_stock_counts_once(catalog: Catalog) -> None:
    what = catalog.series["crossings.trucks"]
    assert isinstance(what, Series)
    stock = replace(what, kind="stock", aggregate="last")
    rows = [crossing(m, p, m.month * k) for m in months(2023) for p, k in ((NOGALES, 1), (SAN_LUIS, 100))]
    frame = observe(table(catalog, "crossings", rows), stock, catalog, places=[catalog.places["US-AZ"]], frequency="A")
    assert values(frame) == [12 + 1200]


def test_a_year_of_a_stock_needs_its_last_month_only(catalog: Catalog) -> None:
    what = catalog.series["crossings.trucks"]
    assert isinstance(what, Series)
    stock = replace(what, kind="stock", aggregate="last")
    rows = [crossing(m, NOGALES, m.month) for m in (date(2023, 12, 1), *months(2024)[:11])]
    frame = observe(table(catalog, "crossings", rows), stock, catalog, frequency="A")
    assert frame.select("period", "value", "status", "held", "wanted").rows() == [
        ("2023", 12, "A", 1, 1),
        ("2024", None, "M", 0, 1),
    ]


def test_a_range_of_months_is_counted_in_months(catalog: Catalog) -> None:
    what = catalog.series["crossings.trucks"]
    assert isinstance(what, Series)
    stock = replace(what, kind="stock", aggregate="last")
    rows = [crossing(m, NOGALES, m.month) for m in months(2022, 2023) if m != date(2022, 5, 1)]
    source = table(catalog, "crossings", rows)
    (row,) = observe(source, stock, catalog, places=[catalog.places[NOGALES]], frequency="all").to_dicts()
    assert (row["period"], row["held"], row["wanted"], row["value"]) == ("2022-01/2023-12", 23, 24, 12)


# -- items ------------------------------------------------------------------------------------------------------
def test_items_are_totals_single_or_each(catalog: Catalog) -> None:
    rows = [crossing(date(2023, 1, 1), NOGALES, n, m) for m, n in (("pedestrians", 5), ("bus_passengers", 2))]
    rows += [crossing(date(2023, 1, 1), NOGALES, 99, "trucks")]
    frame = ask(catalog, "crossings.people", rows, [NOGALES])
    assert frame.select("item", "value").rows() == [("_T", 7)]
    frame = ask(catalog, "crossings.people", rows, [NOGALES], items=["*", "_T"])
    assert frame.select("item", "value").rows() == [("_T", 7), ("bus_passengers", 2), ("pedestrians", 5)]
    assert values(ask(catalog, "crossings.people", rows, [NOGALES], items=["pedestrians"])) == [5]


def test_a_total_that_the_source_gives_is_not_added_to_its_parts(catalog: Catalog) -> None:
    base = {"period": date(2023, 1, 1), "flow": "export", "mex_state": "MX-SON", "mode": "truck"}
    rows = [{**base, "commodity_group": g, "value_usd": v} for g, v in (("_T", 10), ("minerals", 6), ("wood", 3))]
    assert values(ask(catalog, "trade.to_mexican_state.exports", rows, ["MX-SON"])) == [10]
    frame = ask(catalog, "trade.to_mexican_state_group.exports", rows, ["MX-SON"], items=["*", "_T"])
    assert frame.select("item", "value").rows() == [("_T", 9), ("minerals", 6), ("wood", 3)]


def test_chapters_gather_into_groups(catalog: Catalog) -> None:
    rows = [exports(date(2023, 1, 1), v, hs2=h) for h, v in (("84", 1), ("85", 2), ("07", 4))]
    frame = ask(catalog, "trade.through_ports_group.exports", rows, [NOGALES], items=["*"])
    assert frame.select("item", "value").rows() == [("machinery_electrical", 3), ("vegetable_products", 4)]


def test_the_largest_items(catalog: Catalog) -> None:
    rows = [exports(m, v, hs2=h) for m in months(2023) for h, v in (("84", 10), ("85", 25), ("07", 15))]
    rows += [exports(date(2024, 1, 1), 10**9)]  # a year not held wholly has no ranking
    every = ask(catalog, "trade.through_ports_commodity.exports", rows, [NOGALES], items=["*"], frequency="A")
    best = top_items(every, 2)
    assert best.select("period", "item", "rank", "share").rows() == [("2023", "85", 1, 50.0), ("2023", "07", 2, 30.0)]


# -- requests without meaning -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("series", "places", "options"),
    [
        ("crossings.trucks", ["MX-SON"], {}),  # no port there
        ("crossings.trucks", [NOGALES], {"frequency": "D"}),
        ("crossings.trucks", [NOGALES], {"frequency": "all"}),  # a sum over a range with gaps
        ("crossings.trucks", [NOGALES], {"items": ["truck"]}),
        ("crossings.people", [NOGALES], {"items": ["pedestrians/standard"]}),
        ("trade.by_state.exports", ["US-AZ"], {"year_basis": "fiscal"}),
    ],
)
def test_meaningless_requests_are_refused(
    catalog: Catalog, series: str, places: list[str], options: dict[str, Any]
) -> None:
    with pytest.raises(BadRequest) as error:
        ask(catalog, series, [], places, **options)
    assert error.value.say("es") != error.value.say("en")


def test_places_that_are_not_held(catalog: Catalog) -> None:
    with pytest.raises(NoData):
        ask(catalog, "trade.by_state_commodity.exports", [], ["US-TX"])
    with pytest.raises(NoData):
        ask(catalog, "fx.usd_mxn", [], ["US"])


def test_nothing_held_gives_an_empty_frame(catalog: Catalog) -> None:
    for series in ("crossings.trucks", "waits.mean", "fx.usd_mxn"):
        frame = ask(catalog, series, [], None)
        assert frame.is_empty()
        assert tuple(frame.columns) == FIGURES


# -- waits ------------------------------------------------------------------------------------------------------
def hours(start: datetime, count: int) -> list[datetime]:
    return [start + timedelta(hours=i) for i in range(count)]


PHOENIX = ZoneInfo("America/Phoenix")


def test_waits_rest_on_reports_only(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, None if i % 4 == 3 else 10 + 60 * (i % 4)) for i, t in enumerate(times)]
    rows[0] |= {"state": "closed", "delay_minutes": None, "lanes_open": None}
    one = ["260401"]
    mean = ask(catalog, "waits.mean", rows, one).to_dicts()[0]
    reports = [r["delay_minutes"] for r in rows if r["delay_minutes"] is not None]
    assert mean["item"] == "passenger/standard"  # a rate is not pooled over kinds of traveller unless asked
    assert mean["value"] == pytest.approx(sum(reports) / len(reports))
    assert (mean["n"], mean["status"], mean["period"]) == (len(reports), "A", "2025-07")
    over = ask(catalog, "waits.share_over_60", rows, one)
    assert values(over) == [pytest.approx(100 * sum(r > 60 for r in reports) / len(reports))]
    missing = ask(catalog, "waits.share_missing", rows, one).to_dicts()[0]
    assert missing["value"] == pytest.approx(100 * 186 / (len(reports) + 186))
    assert (missing["n"], missing["status"]) == (len(reports) + 186, "A")
    assert values(ask(catalog, "waits.lanes_open", rows, one)) == [3.0]


def test_few_reports_are_not_shown(catalog: Catalog) -> None:
    rows = [wait(t, 10) for t in hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)]
    rows += [wait(datetime(2025, 7, 4, i, tzinfo=PHOENIX), 10, "260402") for i in range(24)]
    frame = ask(catalog, "waits.mean", rows, ["260401", "260402"])
    assert frame.select("value", "status", "n").rows() == [(10.0, "A", 744), (None, "S", 24)]


def test_a_lane_that_never_reports_has_no_share_missing(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10) for t in times] + [wait(t, None, lane="ready") for t in times]
    frame = ask(catalog, "waits.share_missing", rows, ["260401"])
    assert frame.select("item", "value", "status").rows() == [
        ("passenger/ready", None, "M"),
        ("passenger/standard", 0.0, "A"),
    ]


def test_a_lane_that_never_reports_counts_for_nothing_in_the_share_of_all_lanes(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10 if i % 4 else None) for i, t in enumerate(times)] + [wait(t, None, lane="sentri") for t in times]
    frame = ask(catalog, "waits.share_missing", rows, ["260401"], items=["passenger/_T"])
    assert frame.select("value", "n").rows() == [(25.0, 744)]


def test_one_hour_of_the_day_can_be_asked_for(catalog: Catalog) -> None:
    rows = [wait(t, 10 + t.hour) for t in hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)]
    for frequency in ("M", "all"):
        frame = ask(
            catalog, "waits.mean_by_hour", rows, ["260401"], items=["passenger/standard/15"], frequency=frequency
        )
        assert frame.select("item", "value", "held").rows() == [("passenger/standard/15", 25.0, 31)]


def test_a_port_pools_the_reports_of_its_crossings(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10) for t in times] + [wait(t, 40, "260402") for t in times[::3]]
    frame = ask(catalog, "waits.mean", rows, [NOGALES, "260402"], items=["passenger/standard"])
    assert values(frame) == [pytest.approx((744 * 10 + 248 * 40) / 992), 40.0]


def test_a_day_on_which_a_lane_was_closed_is_held(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10) for t in times[24:]] + [wait(t, None, state="closed") for t in times[:24]]
    (month,) = ask(catalog, "waits.mean", rows, ["260401"]).to_dicts()
    assert (month["value"], month["held"], month["wanted"]) == (10.0, 31, 31)


def test_coverage_is_that_of_the_place_and_item(catalog: Catalog) -> None:
    """One crossing has eleven days, another and another lane a month: each says its own."""
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10) for t in times] + [wait(t, 40, "260402") for t in times[: 11 * 24]]
    rows += [wait(t, 20, lane="sentri") for t in times[24 : 20 * 24]]
    frame = ask(catalog, "waits.mean", rows, ["260401", "260402"], frequency="all")
    assert frame.select("place", "item", "period", "held", "wanted", "value").rows() == [
        ("260401", "passenger/sentri", "2025-07-02/2025-07-20", 19, 19, 20.0),
        ("260401", "passenger/standard", "2025-07/2025-07", 31, 31, 10.0),
        ("260402", "passenger/standard", "2025-07-01/2025-07-11", 11, 11, 40.0),
    ]
    (month,) = ask(catalog, "waits.mean", rows, ["260402"]).to_dicts()
    assert (month["value"], month["status"], month["held"], month["wanted"]) == (None, "M", 11, 31)
    by_hour = ask(catalog, "waits.mean_by_hour", rows, ["260402"], frequency="all")
    assert set(by_hour.select("period", "held", "wanted").rows()) == {("2025-07-01/2025-07-11", 11, 11)}


def test_items_can_be_pooled_in_part(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10) for t in times] + [wait(t, 30, lane="sentri") for t in times]
    rows += [wait(t, 99, mode="pedestrian") for t in times]
    frame = ask(catalog, "waits.mean", rows, ["260401"], items=["passenger/_T", "passenger/sentri"])
    assert frame.select("item", "value").rows() == [("passenger/_T", 20.0), ("passenger/sentri", 30.0)]


@pytest.mark.parametrize(("crossing_id", "zone"), [("260401", "America/Phoenix"), ("250301", "America/Los_Angeles")])
def test_hours_and_weekdays_are_the_crossings_own(catalog: Catalog, crossing_id: str, zone: str) -> None:
    assert catalog.places[crossing_id].zone == zone
    # across the change of clocks of 9 March 2025 in California
    times = hours(datetime(2025, 3, 1, tzinfo=UTC), 31 * 24)
    rows = [wait(t, t.astimezone(ZoneInfo(zone)).hour, crossing_id) for t in times]
    frame = ask(catalog, "waits.mean_by_hour", rows, [crossing_id], frequency="all")
    assert [(i.split("/")[2], v) for i, v in frame.select("item", "value").rows()] == [
        (f"{h:02d}", float(h)) for h in range(24)
    ]
    rows = [wait(t, t.astimezone(ZoneInfo(zone)).isoweekday(), crossing_id) for t in times]
    frame = ask(catalog, "waits.mean_by_weekday", rows, [crossing_id], frequency="all")
    assert [(i.split("/")[2], v) for i, v in frame.select("item", "value").rows()] == [
        (str(d), float(d)) for d in range(1, 8)
    ]


def test_crossings_of_two_zones_in_one_question(catalog: Catalog) -> None:
    moment = datetime(2025, 7, 14, 12, tzinfo=UTC)
    rows = [wait(moment, 1), wait(moment, 2, "240201")]
    frame = ask(catalog, "waits.reports", rows, ["260401", "240201"])
    assert frame["period"].to_list() == ["2025-07-14T05:00-07:00", "2025-07-14T06:00-06:00"]


def test_a_span_that_is_asked_for_ends_with_the_first_and_last_local_day_of_all_zones(catalog: Catalog) -> None:
    # half past midnight in El Paso, and ten minutes later still the day before in Nogales; at the end the other way round
    moments = [datetime(2025, 7, 10, 6, 30, tzinfo=UTC), datetime(2025, 7, 13, 6, 40, tzinfo=UTC)]
    rows = [wait(moments[0], 1, "240201"), wait(moments[0] + timedelta(minutes=10), 2)]
    rows += [wait(moments[1], 3), wait(moments[1] - timedelta(minutes=10), 4, "240201")]
    both = ["260401", "240201"]
    frame = ask(catalog, "waits.reports", rows, both, frequency="D", start=date(2025, 7, 1), end=date(2025, 7, 31))
    days = [f"2025-07-{day:02}" for day in range(9, 14)]
    assert frame["period"].to_list() == [*days, *days]
    assert values(frame) == [2, None, None, 3, None, None, 1, None, None, 4]


@pytest.mark.parametrize(("frequency", "count"), [("M", 1), ("D", 31), ("H", 31 * 24)])
def test_a_span_of_hours_is_cut_from_the_whole_by_local_days(catalog: Catalog, frequency: Grain, count: int) -> None:
    series = "waits.mean" if frequency == "M" else "waits.reports"
    rows = [wait(t, i % 90) for i, t in enumerate(hours(datetime(2025, 6, 1, tzinfo=UTC), 92 * 24))]
    whole = ask(catalog, series, rows, ["260401"], frequency=frequency)
    july = ask(catalog, series, rows, ["260401"], frequency=frequency, start=date(2025, 7, 1), end=date(2025, 7, 31))
    assert july.height == count == july["value"].count()
    assert july.equals(whole.filter(pl.col("period").str.starts_with("2025-07")))


def test_a_part_of_a_month_is_not_the_month_but_the_range_can_be_asked_for(catalog: Catalog) -> None:
    rows = [wait(t, 10) for t in hours(datetime(2025, 7, 1, 12, tzinfo=UTC), 10 * 24)]
    (month,) = ask(catalog, "waits.mean", rows, ["260401"]).to_dicts()
    assert (month["value"], month["status"], month["held"], month["wanted"]) == (None, "M", 11, 31)
    (whole,) = ask(catalog, "waits.mean", rows, ["260401"], frequency="all").to_dicts()
    assert (whole["value"], whole["period"], whole["held"]) == (10.0, "2025-07-01/2025-07-11", 11)


# -- indicators -------------------------------------------------------------------------------------------------
def indicator(catalog: Catalog, name: str, rows: dict[str, list[dict[str, Any]]], **more: Any) -> pl.DataFrame:
    tables = {dataset: table(catalog, dataset, own) for dataset, own in rows.items()}
    places = more.pop("places", None)
    return figures(
        tables.__getitem__, catalog.series[name], catalog, places=[catalog.places[p] for p in places], **more
    )


def test_share_of_the_border(catalog: Catalog) -> None:
    rows = [crossing(m, p, v) for m in months(2023) for p, v in ((NOGALES, 30), (SAN_LUIS, 10), (CALEXICO_EAST, 60))]
    rows += [crossing(m, DETROIT, 10**6) for m in months(2023)]
    frame = indicator(catalog, "crossings.share.trucks", {"crossings": rows}, places=["US-AZ", NOGALES], frequency="A")
    assert frame.select("place", "value", "unit").rows() == [
        ("US-AZ", pytest.approx(40), "percent"),
        (NOGALES, pytest.approx(30), "percent"),
    ]
    assert tuple(frame.columns) == FIGURES


def test_share_by_item_is_of_the_same_item(catalog: Catalog) -> None:
    state = [
        {"period": date(2023, 1, 1), "flow": "export", "us_state": "US-AZ", "mode": m, "country": "MX", "value_usd": v}
        for m, v in (("truck", 5), ("rail", 1))
    ]
    nation = [
        {"period": p, "flow": "export", "mode": m, "country": "MX", "value_usd": v}
        for p in months(2023)
        for m, v in (("truck", 10), ("rail", 2))
    ]
    rows = {"freight_annual_state": state, "freight_national_month": nation}
    total = indicator(catalog, "trade.share.exports", rows, places=["US-AZ"])
    assert total.select("period", "item", "value").rows() == [("2023", "_T", pytest.approx(100 * 6 / 144))]
    truck = indicator(catalog, "trade.share.exports", rows, places=["US-AZ"], items=["truck"])
    assert values(truck) == [pytest.approx(100 * 5 / 120)]


def test_lanes_open_against_lanes_built(catalog: Catalog) -> None:
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10, lanes_open=2) for t in times] + [wait(t, 0, lane="sentri", lanes_open=1) for t in times]
    frame = indicator(catalog, "waits.lanes_open_share", {"waits": rows}, places=["260401"])
    assert frame.select("item", "value").rows() == [("passenger", 37.5)]  # 2 + 1 of 8
    # both crossings of a port: 3 + 4 lanes of 8 + 13
    rows += [wait(t, 10, "260402", lanes_open=4, maximum_lanes=13) for t in times]
    port = indicator(catalog, "waits.lanes_open_share", {"waits": rows}, places=[NOGALES])
    assert values(port) == [pytest.approx(100 * 7 / 21)]


def test_a_class_of_lanes_that_hardly_ever_reports_is_not_added(catalog: Catalog) -> None:
    """Douglas reported its Ready Lane 33 times in nine months: it is not a lane that is open."""
    times = hours(datetime(2025, 7, 1, tzinfo=PHOENIX), 31 * 24)
    rows = [wait(t, 10, lanes_open=2) for t in times] + [
        wait(t, None, lane="ready", lanes_open=None) for t in times[31:]
    ]
    rows += [wait(t, 10, lane="ready", lanes_open=3) for t in times[:31]]
    frame = ask(catalog, "waits.lanes_open_all", rows, ["260401"])
    assert frame.select("item", "value", "n").rows() == [("passenger", 2.0, 744)]
    ready = ask(catalog, "waits.lanes_open", rows, ["260401"], items=["passenger/ready"])
    assert ready.select("value", "status", "n").rows() == [(None, "S", 31)]


def test_lanes_built_are_what_most_reports_say(catalog: Catalog) -> None:
    """San Luis I: 7 in most reports of 2025, 8 in half of November, 9 once in 2022."""
    times = hours(datetime(2025, 11, 1, tzinfo=PHOENIX), 30 * 24)
    rows = [wait(t, 10, "260801", maximum_lanes=7 if i < 400 else 8) for i, t in enumerate(times)]
    rows[0]["maximum_lanes"] = 16
    assert values(ask(catalog, "waits.lanes_built", rows, ["260801"])) == [7]
    rows[:80] = [{**r, "maximum_lanes": 8} for r in rows[:80]]
    assert values(ask(catalog, "waits.lanes_built", rows, ["260801"])) == [8]
    rows[:40] = [{**r, "maximum_lanes": 7} for r in rows[:40]]
    assert [r["maximum_lanes"] for r in rows].count(7) == [r["maximum_lanes"] for r in rows].count(8) == 360
    assert values(ask(catalog, "waits.lanes_built", rows, ["260801"])) == [7]


@pytest.mark.parametrize(
    ("reports_a_day", "closed_a_day", "value"),
    [(24, 0, 10.0), (8, 0, 10.0), (7, 0, None), (7, 16, 10.0), (2, 16, None)],
)
def test_a_mean_needs_reports_in_a_third_of_the_hours_that_may_be_open(
    catalog: Catalog, reports_a_day: int, closed_a_day: int, value: float | None
) -> None:
    """In June 2026 the feed was read a few times a day: DeConcini has 115 reports in 720 hours."""
    times = hours(datetime(2026, 6, 1, tzinfo=PHOENIX), 30 * 24)
    rows = [wait(t, 10) for t in times if t.hour < reports_a_day]
    shut = {"state": "closed", "delay_minutes": None, "lanes_open": None, "crossing_state": "closed"}
    rows += [wait(t, None, **shut) for t in times if t.hour >= 24 - closed_a_day]
    mean = ask(catalog, "waits.mean", rows, ["260401"]).to_dicts()[0]
    assert (mean["value"], mean["n"]) == (value, 30 * reports_a_day)
    assert mean["status"] == ("A" if value else "S")


def test_a_ratio_is_missing_where_either_side_is(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 2, "personal_vehicle_passengers") for m in months(2023)]
    rows += [crossing(m, NOGALES, 0, "personal_vehicles") for m in months(2023)[:6]]
    frame = indicator(catalog, "crossings.people_per_vehicle", {"crossings": rows}, places=[NOGALES])
    assert values(frame) == [None] * 12  # divided by 0, then by nothing
    assert set(frame["status"]) == {"M"}


# -- changes and currencies -------------------------------------------------------------------------------------
def test_change_on_the_year_before(catalog: Catalog) -> None:
    rows = [crossing(m, NOGALES, 10 if m.year == 2022 else 12) for m in [*months(2022, 2023), *months(2024)[:3]]]
    frame = change(ask(catalog, "crossings.trucks", rows, [NOGALES], frequency="A"))
    assert frame.select("previous", "change", "change_percent").rows() == [
        (None, None, None),
        (120, 24, pytest.approx(20.0)),
        (144, None, None),
    ]
    monthly = change(ask(catalog, "crossings.trucks", rows, [NOGALES]))
    assert monthly.filter(pl.col("period") == "2023-07")["change"].to_list() == [2]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_day_after_a_year_from_a_leap_day_does_not_depend_on_the_order(backwards: bool) -> None:
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28)]
    frame = pl.DataFrame({"series": "s", "place": "p", "item": "_T", "start": days, "value": [1, 2, 4]})
    made = change(frame.reverse() if backwards else frame)
    assert made.filter(pl.col("start") == days[2])["previous"].to_list() == [1]


def rates(catalog: Catalog, days: list[date], frequency: Any, rate: str = "17.123456") -> pl.DataFrame:
    rows = [{"date": d, "rate_id": "fix", "rate": Decimal(rate)} for d in days]
    return ask(catalog, "fx.usd_mxn", rows, None, frequency=frequency)


def weekdays(start: date, end: date) -> list[date]:
    days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
    return [d for d in days if d.weekday() < 5]


def test_exchange_rates_are_exact_means(catalog: Catalog) -> None:
    days = weekdays(date(2023, 1, 1), date(2023, 1, 31))
    rows = [{"date": d, "rate_id": "fix", "rate": Decimal("17.1") + Decimal(i) / 10} for i, d in enumerate(days)]
    (row,) = ask(catalog, "fx.usd_mxn", rows, None).to_dicts()
    assert row["value"] == (sum((r["rate"] for r in rows), Decimal(0)) / len(rows)).quantize(Decimal("0.000001"))
    assert isinstance(row["value"], Decimal)


def test_money_in_pesos(catalog: Catalog) -> None:
    what = catalog.series["trade.through_ports.exports"]
    assert isinstance(what, Series)
    rows = [
        {**{k: v for k, v in exports(m, 10**15 + 1).items() if k != "hs2"}, "us_state": "US-AZ", "mex_state": "MX-SON"}
        for m in months(2023)
    ]
    dollars = ask(catalog, what.id, rows, [NOGALES])
    held = weekdays(date(2023, 1, 1), date(2023, 11, 10))
    pesos = to_currency(dollars, rates(catalog, held, "M"), what, "MXN", 4)
    assert values(pesos)[:10] == [17_123_500_000_000_000] * 10  # 17.1235 pesos per dollar has six digits
    assert values(pesos)[10:] == [None, None]  # November is held in part, December not at all
    assert pesos["status"].to_list()[10:] == ["M", "M"]
    assert pesos["unit"].unique().to_list() == ["mxn"]
    provisional = rates(catalog, held, "M").with_columns(
        status=pl.when(pl.col("period") == "2023-02").then(pl.lit("P")).otherwise("status")
    )
    assert to_currency(dollars, provisional, what, "MXN", 4)["status"].to_list()[:3] == ["A", "P", "A"]
    assert to_currency(dollars, rates(catalog, held, "M"), what, "USD", 4).equals(dollars)
    with pytest.raises(BadRequest):
        to_currency(dollars, rates(catalog, held, "M"), what, "EUR", 4)


@pytest.mark.parametrize(
    ("dollars", "rate", "pesos"),
    [
        (8_014_983_446, "17.762040", 142_362_000_000),  # 142,362,455,566.… : 17.7620 has six digits
        (8_014_983_446, "3.106843", 24_901_000_000),  # 3.1068 has five
        (12_345, "17.762040", 219_272),  # whole pesos at the finest
        (-12_345_678, "17.762040", -219_284_000),
        (0, "17.762040", 0),
    ],
)
def test_pesos_have_no_more_digits_than_their_rate(catalog: Catalog, dollars: int, rate: str, pesos: int) -> None:
    what = catalog.series["trade.through_ports_commodity.exports"]
    assert isinstance(what, Series)
    frame = ask(catalog, what.id, [exports(m, dollars) for m in months(2023)], [NOGALES], frequency="M")
    given = rates(catalog, weekdays(date(2023, 1, 1), date(2023, 12, 31)), "M", rate)
    assert set(values(to_currency(frame, given, what, "MXN", 4))) == {pesos}


# -- periods ----------------------------------------------------------------------------------------------------
def test_years_by_first_month() -> None:
    fiscal, calendar = Years(10), Years()
    assert [fiscal.number(d) for d in (date(2022, 9, 30), date(2022, 10, 1))] == [2022, 2023]
    assert (fiscal.start(2023), fiscal.start(2024)) == (date(2022, 10, 1), date(2023, 10, 1))
    assert (fiscal.label(2023), calendar.label(2023)) == ("FY2023", "2023")
    assert widen(date(2023, 2, 3), date(2023, 2, 3), "A", fiscal) == (date(2022, 10, 1), date(2023, 9, 30))
    assert widen(date(2024, 2, 3), date(2024, 2, 3), "M", calendar) == (date(2024, 2, 1), date(2024, 2, 29))
    assert widen(None, date.max, "A", calendar) == (None, date.max)
    assert widen(None, date.max, "A", fiscal) == (None, date.max)  # its year would end in 10000


def test_whole_months_of_banking_days() -> None:
    # Maundy Thursday and Good Friday fell on 28 and 29 March 2024: the bank's last day was the 27th
    march = [d for d in weekdays(date(2024, 3, 1), date(2024, 3, 27)) if d != date(2024, 3, 18)]
    assert whole_months(march, "B") == {date(2024, 3, 1)}
    assert whole_months(march[:-1], "B") == set()
    assert whole_months([*march[:5], *march[8:]], "B") == set()  # three days in a row within it
    assert whole_months(weekdays(date(2025, 11, 1), date(2025, 11, 25)), "B") == set()


def test_days_of_every_day_leave_none_out() -> None:
    days = [date(2024, 3, 1) + timedelta(days=i) for i in range(31)]
    assert whole_months(days, "D") == {date(2024, 3, 1)}
    assert whole_months([d for d in days if d.day != 16], "D") == set()


# -- portability ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("series", "place", "options"),
    [
        ("crossings.people", "US", {"frequency": "A", "year_basis": "fiscal", "start": date(2020, 1, 1)}),
        ("trade.through_ports_group.exports", "US-AZ", {"items": ["*", "_T"]}),
        ("waits.p95_by_hour", "US-AZ", {"frequency": "all"}),
        ("waits.mean", NOGALES, {}),
        ("waits.share_missing_by_hour", NOGALES, {}),
        ("waits.share_missing_by_hour", NOGALES, {"start": date(2025, 6, 1)}),
        ("waits.reports", "US", {"frequency": "D", "end": date(2025, 7, 31)}),
        ("fx.usd_mxn", "MX", {"frequency": "A"}),
    ],
)
def test_expressions_compile_for_spark(
    catalog: Catalog, series: str, place: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark itself is not installed here: this proves that nothing is DuckDB's own, not that Spark runs it."""
    import ibis.backends.sql.compilers.pyspark as spark

    monkeypatch.setattr(spark, "options", SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False)))
    asked: list[str] = []

    def collect(expression: Any) -> pl.DataFrame:
        asked.append(spark.compiler.to_sqlglot(expression.unbind()).sql("spark"))
        frame: pl.DataFrame = expression.to_polars()
        return frame

    what = catalog.series[series]
    assert isinstance(what, Series)
    row = wait(datetime(2025, 7, 1, tzinfo=UTC), 5) if what.dataset == "waits" else {}
    ask(catalog, series, [row] if row else [], [place], collect=collect, **options)
    # the periods held and one question; the hours with a report, if enough are wanted; where there is anything, what is held
    # of it in longer periods than days, and how far the series goes if only a part was asked for
    bounded = "start" in options or "end" in options
    longer = options.get("frequency") != "D"
    assert len(asked) == 2 + bool(what.minimum_share) + bool(row and longer) + bool(row and bounded)
    assert all(q.startswith(("SELECT", "WITH")) for q in asked)


def test_ibis_expressions_are_lazy(catalog: Catalog) -> None:
    """`observe` runs what it is given only through `collect`."""
    source = ibis.memtable(pl.DataFrame({"period": [date(2023, 1, 1)]}))
    with pytest.raises(RuntimeError, match="asked"):
        observe(source, catalog.series["crossings.trucks"], catalog, collect=_refuse)  # type: ignore[arg-type]


def _refuse(expression: Any) -> pl.DataFrame:
    raise RuntimeError("asked")
