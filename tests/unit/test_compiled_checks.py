"""A repeated survey is named once with its years; a total of another table is held against its parts."""

from __future__ import annotations

from datetime import date

import ibis
import polars as pl

from ambos.catalog import Catalog
from ambos.model import Finding
from ambos.quality import load_checks
from ambos.quality.compiled import parts_elsewhere, repeated_survey
from ambos.quality.context import Context

DAY, TEXT, COUNT = pl.Date(), pl.String(), pl.Int64()
#: Remittances of the second quarter of 2025: two states, and the nation by month.
STATES = {"MX-SON": 179_377_956, "MX-CHH": 335_132_954}


def context(catalog: Catalog, **tables: pl.DataFrame) -> Context:
    return Context({name: ibis.memtable(frame) for name, frame in tables.items()}, catalog, ibis.Table.to_polars)


def remittances(catalog: Catalog, months: dict[int, int | None], states: dict[str, int | None]) -> list[Finding]:
    quarter = pl.DataFrame(
        [(date(2025, q, 1), s, v) for q in (1, 4) for s, v in ({**STATES, **states} if q == 4 else STATES).items()],
        {"period": DAY, "mex_state": TEXT, "value_usd": COUNT},
        orient="row",
    )
    month = pl.DataFrame(
        [(date(2025, m, 1), flow, v) for m, v in months.items() for flow in ("received", "sent")],
        {"period": DAY, "flow": TEXT, "value_usd": COUNT},
        orient="row",
    )
    made = context(catalog, remittances_state=quarter, remittances_month=month)
    return list(parts_elsewhere(made, load_checks()["parts_elsewhere"]))


def test_months_of_a_quarter_are_held_against_its_states(catalog: Catalog) -> None:
    total = sum(STATES.values())
    thirds = {4: total - 200, 5: 100, 6: 100}
    assert remittances(catalog, thirds, {}) == []
    (one,) = remittances(catalog, {**thirds, 6: 5_000_100}, {})
    assert (one.dataset, one.start, one.end, one.size) == (
        "remittances_state",
        date(2025, 4, 1),
        date(2025, 6, 1),
        5_000_000,
    )
    assert "5,000,000" in one.text.en and "Mexican states" in one.text.en and "Entidades de México" in one.text.es


def test_without_a_month_or_a_state_nothing_is_said(catalog: Catalog) -> None:
    assert remittances(catalog, {4: 1, 5: 1}, {}) == []
    assert remittances(catalog, {4: 1, 5: 1, 6: None}, {}) == []
    assert remittances(catalog, {4: 1, 5: 1, 6: 1}, {"MX-SON": None}) == []


def test_municipalities_are_held_against_their_state(catalog: Catalog) -> None:
    year = date(2025, 1, 1)
    own = pl.DataFrame(
        {"period": [year] * 2, "municipality": ["MX-26030", "MX-26043"], "population": [1_028_894, 291_698]},
        {"period": DAY, "municipality": TEXT, "population": COUNT},
    )
    state = pl.DataFrame(
        {"period": [year] * 2, "mex_state": ["MX-SON", "_T"], "population": [1_320_592, 5_000_000]},
        {"period": DAY, "mex_state": TEXT, "population": COUNT},
    )
    check = load_checks()["parts_elsewhere"]
    assert (
        list(parts_elsewhere(context(catalog, mx_population_municipality=own, mx_population_state=state), check)) == []
    )
    wrong = state.with_columns(pl.col("population") + 1_000)
    (one,) = parts_elsewhere(context(catalog, mx_population_municipality=own, mx_population_state=wrong), check)
    assert (one.place, one.size) == ("MX-SON", 1_000) and "Sonora, 2025" in one.text.en


def test_years_that_repeat_a_survey_are_one_finding(catalog: Catalog) -> None:
    rows = pl.DataFrame(
        [
            (date(year, 1, 1), state, "food_access", repeats)
            for state in ("MX-SON", "_T")
            for year, repeats in ((2020, None), (2021, 2020), (2022, None), (2023, 2022))
        ],
        {"period": DAY, "mex_state": TEXT, "indicator": TEXT, "repeats": COUNT},
        orient="row",
    )
    check = load_checks()["repeated_survey"]
    (one,) = repeated_survey(context(catalog, mx_state_indicators=rows), check)
    assert (one.item, one.start, one.end, one.size) == ("food_access", date(2021, 1, 1), date(2023, 12, 1), 2)
    assert "in 2021 and 2023" in one.text.en and "en 2021 y 2023" in one.text.es
    assert (
        list(repeated_survey(context(catalog, mx_state_indicators=rows.filter(pl.col("repeats").is_null())), check))
        == []
    )
