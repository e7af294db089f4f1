"""A total that its parts do not add up to is found, and only where all the parts are held."""

from __future__ import annotations

from datetime import date

import ibis
import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.model import Finding
from ambos.quality import load_checks
from ambos.quality.annual import parts_and_total, two_sources
from ambos.quality.context import Context

YEAR = date(2024, 1, 1)
PRICES = "constant_2018"
#: The product, its value added and its taxes of a state, INEGI 2024.
STATE = {"_T": 824_690_159_000, "gva": 774_758_970_000, "taxes": 49_931_189_000}


def found(catalog: Catalog, rows: list[tuple[str, str, int | None]]) -> list[Finding]:
    frame = pl.DataFrame(
        [{"period": YEAR, "mex_state": s, "industry": i, "prices": PRICES, "value_mxn": v} for s, i, v in rows],
        schema={
            "period": pl.Date,
            "mex_state": pl.String,
            "industry": pl.String,
            "prices": pl.String,
            "value_mxn": pl.Int64,
        },
    )
    context = Context({"mx_state_gdp": ibis.memtable(frame)}, catalog, ibis.Table.to_polars)
    return list(parts_and_total(context, load_checks()["parts_and_total"]))


def test_what_adds_up_but_for_rounding_is_no_finding(catalog: Catalog) -> None:
    rows = [("MX-SON", item, value) for item, value in STATE.items()]
    assert found(catalog, rows) == []
    rows[0] = ("MX-SON", "_T", STATE["_T"] + 31_000)  # the most by which base 2013 is off
    assert found(catalog, rows) == []


def test_a_total_of_a_state_is_held_against_value_added_and_taxes(catalog: Catalog) -> None:
    rows = [("MX-SON", "_T", STATE["_T"] + 5_000_000_000), *(("MX-SON", k, STATE[k]) for k in ("gva", "taxes"))]
    (one,) = found(catalog, rows)
    assert (one.place, one.item, one.size) == ("MX-SON", PRICES, 5_000_000_000)
    assert (one.start, one.end) == (YEAR, date(2024, 12, 1))
    for text, words in (
        (one.text.en, "its parts add up to 824,690,159,000"),
        (one.text.es, "sus partes suman 824,690,159,000"),
    ):
        assert "Sonora" in text and "2024" in text and words in text


def test_states_are_held_against_the_nation(catalog: Catalog) -> None:
    rows = [("_T", "21", 100_000_000_000), ("MX-SON", "21", 68_770_604_000), ("MX-BCN", "21", 1_000_000_000)]
    (one,) = found(catalog, rows)
    assert (one.place, one.item) == ("_T", f"21/{PRICES}")


@pytest.mark.parametrize("taxes", [None, 0])
def test_without_one_of_its_parts_nothing_is_said(catalog: Catalog, taxes: int | None) -> None:
    rows: list[tuple[str, str, int | None]] = [("MX-BCN", k, STATE[k]) for k in STATE]
    rows += [("MX-SON", "_T", STATE["_T"]), ("MX-SON", "gva", STATE["gva"])]
    if taxes is None:
        rows += [("MX-SON", "taxes", None)]
    assert found(catalog, rows) == []


def test_parts_that_the_source_lists_are_all_of_them_be_they_many_or_few(catalog: Catalog) -> None:
    """Customs of a mode and their total, INEGI, October 2024 by rail for import (million dollars, one customs changed)."""
    rows = [
        (date(2024, 10, 1), "_T", "import", "rail", 3_641_570_000),
        (date(2024, 10, 1), "nogales", "import", "rail", 228_339_000),
        (date(2024, 10, 1), "others", "import", "rail", 3_413_231_000),
        (date(2024, 11, 1), "_T", "import", "rail", 10),
        (date(2024, 11, 1), "nogales", "import", "rail", 9),
        (date(2024, 10, 1), "nogales", "export", "road", 5),  # without a total: not judged
    ]
    columns = ["period", "customs", "flow", "mode", "value_usd"]

    def run(given: list[tuple[date, str, str, str, int]]) -> list[Finding]:
        frame = pl.DataFrame(given, schema=columns, orient="row")
        context = Context({"mx_customs_trade": ibis.memtable(frame)}, catalog, ibis.Table.to_polars)
        return list(parts_and_total(context, load_checks()["parts_and_total"]))

    assert run(rows) == []
    (one,) = run([*rows[:2], (*rows[2][:4], 3_413_331_000), *rows[3:]])
    assert one.size == 100_000 and "October 2024" in one.text.en


def test_two_sources_of_one_count_are_held_against_each_other_by_state_and_whole_year(catalog: Catalog) -> None:
    months = [date(2024, m, 1) for m in range(1, 13)]
    ports = [(m, port, "trucks", n) for m in months for port, n in (("2304", 60), ("2402", 40))]
    ports += [(m, "2304", "buses", 9) for m in months]
    half = [(m, "2304", "world_trade", "buses", 5) for m in months[:6]]  # half a year is not judged

    def run(trucks: int) -> list[Finding]:
        bridges = [(m, "2304", "world_trade", "trucks", trucks) for m in months]
        tables = {
            "bridge_crossings": pl.DataFrame(
                [*bridges, *half], schema=["period", "port", "bridge", "mode", "value"], orient="row"
            ),
            "crossings": pl.DataFrame(ports, schema=["period", "port", "measure", "value"], orient="row"),
        }
        context = Context({k: ibis.memtable(v) for k, v in tables.items()}, catalog, ibis.Table.to_polars)
        return list(two_sources(context, load_checks()["two_sources"]))

    assert run(100) == []
    (one,) = run(102)
    assert (one.place, one.item) == ("US-TX", "trucks")
    assert "2024: 1,224 against 1,200 (2.0%)" in one.text.en and "1,224 frente a 1,200" in one.text.es
