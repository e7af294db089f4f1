"""Events and findings are chosen for figures by their own places, codes and periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.brief.figures import together
from ambos.flows.data.show import Figures
from ambos.flows.data.touching import (
    FigureRow,
    before,
    breaks_in,
    broken_between,
    concerns,
    events_on,
    findings_on,
    rows_of,
)
from ambos.indicators import FIGURES
from ambos.model import Finding, Series
from ambos.periods import days_of, frequency_of, read_period
from ambos.quality import load_checks
from ambos.text import Text

CHECKS = load_checks()


def answer(series: str, place: str, values: dict[str, float | None], item: str = "_T") -> pl.DataFrame:
    """Figures of one place and item by period."""
    rows = [
        (
            series,
            place,
            item,
            period,
            frequency_of(period),
            span[0],
            value,
            "truck",
            "A",
            date(2025, 4, 1),
            12,
            12,
            12,
            "",
        )
        for period, value in values.items()
        if (span := days_of(period, date(int(period[-4:]) - 1, 10, 1) if period.startswith("FY") else None))
    ]
    return pl.DataFrame(rows, schema=list(FIGURES), orient="row", schema_overrides={"value": pl.Float64})


def rows(
    catalog: Catalog, series: str, place: str, values: dict[str, float | None], item: str = "_T"
) -> list[FigureRow]:
    return rows_of(catalog, catalog.series[series], answer(series, place, values, item))


def finding(check: str = "collapse", **values: object) -> Finding:
    given = {"dataset": "crossings", "place": "2602", "item": "trucks", "severity": "medium", "size": 1e6}
    given |= {"start": date(2023, 12, 1), "end": date(2023, 12, 1), "events": ()} | values
    return Finding("i", check, text=Text.same("x"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-03", date(2024, 2, 3), date(2024, 2, 3)),
        ("2024-02-03T05", date(2024, 2, 3), date(2024, 2, 3)),
        ("2025-04-01/2025-12-31", date(2025, 4, 1), date(2025, 12, 31)),
        ("2024-Q2", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-02-03T05:00-07:00", date(2024, 2, 3), date(2024, 2, 3)),
        ("2025-04/2025-12", date(2025, 4, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: date, last: date) -> None:
    assert days_of(period, None) == (first, last)


def test_a_fiscal_year_lasts_twelve_months_from_its_start() -> None:
    assert [read_period("2024-Q2", last=last) for last in (False, True)] == [date(2024, 4, 1), date(2024, 6, 30)]
    assert days_of("FY2024", date(2023, 10, 1)) == (date(2023, 10, 1), date(2024, 9, 30))


def test_a_before_begins_within_the_before() -> None:
    assert before((date(2025, 1, 1), date(2025, 12, 31)))[0] == date(2024, 1, 1)
    assert before((date(2024, 2, 29), date(2024, 2, 29)))[0] == date(2023, 2, 28)


# -- events -----------------------------------------------------------------------------------------------------
YEARS = {"2019": 1.0, "2020": 2.0, "2023": 3.0, "2024": 4.0}


@pytest.mark.parametrize(
    ("series", "place", "values", "touched", "crossed"),
    [
        ("crossings.truck_containers_loaded", "2604", YEARS, True, "2023"),
        ("crossings.truck_containers_loaded", "US-AZ", YEARS, True, "2023"),
        ("crossings.truck_containers_loaded", "2604", {"2024": 1.0}, True, None),  # it lasts through the year
        ("crossings.truck_containers_loaded", "2604", {"2019": 1.0, "2020": 2.0}, False, None),
        ("crossings.truck_containers_loaded", "2604", {"2022": 1.0, "2024": None}, False, None),
        ("crossings.trucks", "2604", YEARS, False, None),
        ("crossings.truck_containers_loaded", "2604", {"2023-06": 1.0, "2023-07": 2.0}, True, "2023-07"),
    ],
)
def test_a_break_touches_the_figures_that_rest_on_it(
    catalog: Catalog, series: str, place: str, values: dict[str, float | None], touched: bool, crossed: str | None
) -> None:
    found = [
        b for b in breaks_in(rows(catalog, series, place, values), catalog) if b.event.id == "truck_containers_recount"
    ]
    assert bool(found) == touched
    if found:
        assert found[0].periods.get((place, "_T")) == crossed


@pytest.mark.parametrize(
    ("place", "values", "touched"),
    [
        ("2402", {"2024": 1.0}, True),  # long after the split: El Paso alone is still on another basis
        ("2401", {"2024": 1.0}, True),
        ("2402", {"2018": 1.0}, False),
        ("US-TX", {"2019": 1.0, "2024": 1.0}, False),  # both together
        ("2402+2401", {"2019": 1.0, "2024": 1.0}, False),
        ("2304", {"2019": 1.0, "2024": 1.0}, False),
    ],
)
def test_a_split_touches_each_of_its_ports_but_not_both_together(
    catalog: Catalog, place: str, values: dict[str, float | None], touched: bool
) -> None:
    found = breaks_in(rows(catalog, "crossings.trucks", place, values), catalog)
    assert ("ysleta_split" in {b.event.id for b in found}) == touched


def test_pedestrians_of_ysleta_are_split_in_august(catalog: Catalog) -> None:
    months = {f"2020-{m:02}": 1.0 for m in range(1, 13)}
    (found,) = breaks_in(rows(catalog, "crossings.pedestrians", "2402", months), catalog)
    assert (found.event.id, found.periods) == ("ysleta_split_pedestrians", {("2402", "_T"): "2020-08"})


@pytest.mark.parametrize(
    ("item", "touched"), [("_T", True), ("air", True), ("truck", False)], ids=["all modes", "air", "truck"]
)
def test_air_and_vessel_break_the_total_and_not_the_trucks(catalog: Catalog, item: str, touched: bool) -> None:
    years = {"2002": 1.0, "2003": 2.0, "2004": 3.0}
    found = breaks_in(rows(catalog, "trade.by_state.exports", "US-AZ", years, item), catalog)
    assert ("transborder_air_vessel" in {b.event.id for b in found}) == touched


@pytest.mark.parametrize(
    ("series", "place", "item", "broken"),
    [
        ("trade.to_mexican_state_group.exports", "MX-SON", "machinery_electrical", {"1994", "2003"}),
        ("trade.to_mexican_state.exports", "MX-SON", "_T", {"1994"}),
        ("trade.national.exports", "US", "truck", {"1994"}),
        ("trade.national.imports", "US", "truck", set()),
    ],
)
def test_exports_counted_twice_break_no_imports_and_groups_of_goods_until_2003(
    catalog: Catalog, series: str, place: str, item: str, broken: set[str]
) -> None:
    """From the files of the University of North Texas, bn USD to Mexico in 2002 and 2003: by group of goods 154.1 and 80.2,
    by Mexican state 79.5 and 80.2, by month 85.2 and 87.8; its months of exports halve after March 1994."""
    years = {str(year): 1.0 for year in range(1993, 2006)}
    found = breaks_in(rows(catalog, series, place, years, item), catalog)
    assert {period for b in found for period in b.periods.values()} == broken


def test_a_new_table_of_capacity_breaks_storage_and_not_the_level(catalog: Catalog) -> None:
    months = {"2022-05": 1.0, "2022-06": 1.0, "2022-07": 1.0}
    (storage,) = breaks_in(rows(catalog, "river.storage.kaf", "powell", months), catalog)
    assert storage.event.id == "powell_capacity_2022_months"
    assert storage.periods == {("powell", "_T"): "2022-06"}  # the end of June is 1 July
    assert breaks_in(rows(catalog, "river.elevation", "powell", months), catalog) == []
    assert breaks_in(rows(catalog, "river.storage.kaf", "mead", months), catalog) == []


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [("2022", "2023", True), ("2023", "2024", True), ("2021", "2022", False), ("2024", "2025", False)],
)
def test_periods_on_both_sides_of_a_break_are_not_compared(
    catalog: Catalog, before: str, after: str, broken: bool
) -> None:
    years = {str(y): 1.0 for y in range(2020, 2026)}
    found = breaks_in(rows(catalog, "crossings.truck_containers_loaded", "2604", years), catalog)
    told = broken_between(found, "2604", "_T", days_of(before, None), days_of(after, None))
    assert (told is not None) == broken


def test_events_of_other_places_and_days_are_left_out(catalog: Catalog) -> None:
    here = rows(catalog, "crossings.personal_vehicles", "2602", {"2023-11": 1.0, "2023-12": 1.0})
    assert [e.id for e in events_on(here, catalog)] == ["lukeville_closed_2023"]
    assert events_on(rows(catalog, "crossings.personal_vehicles", "2601", {"2023-12": 1.0}), catalog) == []


@pytest.mark.parametrize(
    ("series", "place", "item", "touched"),
    [
        ("crossings.pedestrians", "2604", "_T", True),
        ("crossings.trucks", "2604", "_T", False),
        ("waits.median", "260403", "pedestrian/standard", True),
        ("waits.median", "260403", "commercial/standard", False),
    ],
)
def test_the_works_at_a_pedestrian_gate_touch_no_trucks(
    catalog: Catalog, series: str, place: str, item: str, touched: bool
) -> None:
    here = rows(catalog, series, place, {"2023-10": 1.0}, item)
    assert ("morley_works_2023" in {e.id for e in events_on(here, catalog)}) == touched


def test_every_figure_has_the_break_in_its_own_period(catalog: Catalog) -> None:
    what = catalog.series["crossings.truck_containers_loaded"]
    frame = answer(what.id, "2604", YEARS)
    shown = Figures(what, frame, ("bts_border_crossing",), tuple(breaks_in(rows_of(catalog, what, frame), catalog)))
    assert [(r["period"], r["break"]) for r in shown.rows()] == [
        ("2019", None),
        ("2020", None),
        ("2023", "truck_containers_recount"),
        ("2024", None),
    ]


# -- findings ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "touches"),
    [
        ({}, True),
        ({"place": "_T"}, True),
        ({"place": "2604"}, False),
        ({"dataset": "waits"}, False),
        ({"severity": "low"}, False),
        ({"item": "pedestrians"}, False),
        ({"item": "_T"}, True),
        ({"item": "pedestrians+trucks"}, True),
        ({"start": date(2024, 1, 1), "end": date(2024, 1, 1)}, False),
        ({"size": 40}, True),
        ({"size": 4}, False),  # less than a hundredth of the year's figure
        ({"check": "structural_zero", "size": 4}, True),  # months, no amount
    ],
)
def test_a_finding_touches_its_own_place_item_and_days(
    catalog: Catalog, values: dict[str, object], touches: bool
) -> None:
    here = rows(catalog, "crossings.trucks", "2602", {"2023": 1000.0})
    found = findings_on(here, [finding(**values)], CHECKS, catalog)  # type: ignore[arg-type]
    assert bool(found) == touches


def test_a_ratio_of_all_containers_touches_the_loaded_ones_and_no_bus(catalog: Catalog) -> None:
    drift = finding("ratio_drift", item="truck_containers", place="2604", end=date(2024, 12, 1))
    for series, touches in (("crossings.truck_containers_loaded", True), ("crossings.buses", False)):
        here = rows(catalog, series, "US-AZ", {"2024": 1000.0})
        assert bool(findings_on(here, [drift], CHECKS, catalog)) == touches


@pytest.mark.parametrize(
    ("series", "item", "touches"),
    [
        ("trade.by_state.exports", "_T", True),
        ("trade.by_state.exports", "air", True),
        ("trade.by_state.exports", "truck", False),
        ("trade.by_state.imports", "_T", False),
        ("trade.share.exports", "_T", True),
    ],
)
def test_a_jump_of_one_mode_touches_that_mode_and_the_total(
    catalog: Catalog, series: str, item: str, touches: bool
) -> None:
    jump = finding(
        "annual_jump",
        dataset="freight_annual_state",
        place="US-AZ",
        item="export/air/MX",
        start=date(2025, 1, 1),
        end=date(2025, 12, 1),
    )
    here = rows(catalog, series, "US-AZ", {"2024": 1.0, "2025": 2.0}, item)
    assert bool(findings_on(here, [jump], CHECKS, catalog)) == touches


def test_a_finding_about_years_stands_beside_years_only(catalog: Catalog) -> None:
    short = finding("year_basis", place="_T", item="_T", start=date(2025, 1, 1), end=date(2025, 2, 1))
    months = rows(catalog, "crossings.trucks", "2604", {"2025-01": 1.0, "2025-02": 1.0})
    years = rows(catalog, "crossings.trucks", "2604", {"2025": 1.0})
    assert findings_on(months, [short], CHECKS, catalog) == []
    assert findings_on(years, [short], CHECKS, catalog) == [short]


# -- places together --------------------------------------------------------------------------------------------
def test_places_together_are_their_sum_in_the_place_of_the_first() -> None:
    frame = pl.concat(
        [
            answer("crossings.trucks", "2304", {"2024": 5.0}),
            answer("crossings.trucks", "2402", {"2023": 1.0, "2024": 2.0}),
            answer("crossings.trucks", "2401", {"2023": None, "2024": 10.0}).with_columns(status=pl.lit("P")),
        ]
    )
    summed = together(frame, ["2402", "2401"]).select("place", "period", "value", "status").rows()
    assert summed == [
        ("2304", "2024", 5.0, "A"),
        ("2402+2401", "2023", None, "M"),  # a part is missing
        ("2402+2401", "2024", 12.0, "P"),
    ]


def test_a_part_without_a_row_leaves_the_sum_missing() -> None:
    frame = answer("crossings.trucks", "2402", {"2024": 2.0})
    summed = together(pl.concat([frame, frame.with_columns(place=pl.lit("2304"))]), ["2402", "2401"])
    assert summed.select("place", "value").rows() == [("2402+2401", None), ("2304", 2.0)]


def test_an_event_without_a_break_breaks_nothing(catalog: Catalog) -> None:
    plain = {key: replace(event, breaks="") for key, event in catalog.events.items()}
    here = rows(catalog, "crossings.trucks", "2402", YEARS)
    assert breaks_in(here, replace(catalog, events=plain)) == []


@pytest.mark.parametrize(
    ("series", "item", "expected"),
    [
        ("crossings.trucks", "_T", True),
        ("crossings.trucks", "trucks", True),
        ("crossings.trucks", "pedestrians", False),
        ("crossings.pedestrians", "trucks+pedestrians", True),
        ("trade.by_state.exports", "trucks", False),
    ],
)
def test_a_finding_concerns_the_series_that_count_what_it_is_about(
    catalog: Catalog, series: str, item: str, expected: bool
) -> None:
    found = finding(dataset="crossings", place="2604", item=item, start=date(2020, 1, 1), end=date(2020, 1, 1), size=1)
    of = catalog.series[series]
    assert isinstance(of, Series)
    assert concerns(found, of, CHECKS[found.check], catalog) is expected
