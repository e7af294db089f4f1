"""Two stations side by side: lag, months without a twin, both indices; the pairs of the region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import sin
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ambos.air.hourly import DECIMALS
from ambos.air.pair import analyse, distance_km, together
from ambos.catalog import Catalog
from ambos.catalog.air import find_pair, find_station, load_air, load_stations
from ambos.errors import BadRequest, UnknownName
from ambos.flows.air.pair import pairs
from ambos.flows.workspace import open_workspace

RULES = load_air()
OFFSET = timedelta(hours=-7)
START = datetime(2026, 1, 1, 7, tzinfo=UTC)  # midnight at UTC-7


def station(name: str, values: list[float | None], first: int = 0) -> pl.DataFrame:
    at = [START + timedelta(hours=first + k) for k in range(len(values))]
    return pl.DataFrame(
        {
            "station": [name] * len(values),
            "pollutant": ["pm25"] * len(values),
            "at": at,
            "day": [(t + OFFSET).date() for t in at],
            "amount": [None if v is None else round(v * 10**DECIMALS) for v in values],
        },
        schema_overrides={"amount": pl.Int64, "at": pl.Datetime("us", "UTC")},
    )


def wave(hours: int, shift: int = 0, plus: float = 0.0) -> list[float]:
    """Something that never repeats within two weeks."""
    return [20 + 5 * sin((k - shift) / 3.7) + 3 * sin((k - shift) / 17.3) + plus for k in range(hours)]


def test_the_same_air_a_little_later() -> None:
    """b is a, two hours later and 4 higher: the mean difference is 4 but for the ends, and the lag is +2."""
    found = analyse(station("a", wave(24 * 14)), station("b", wave(24 * 14, 2, 4)), RULES, OFFSET)
    assert found.best_lag == 2 and dict(found.lags)[2].correlation == pytest.approx(1)
    assert found.whole.difference == pytest.approx(4, abs=0.3) and found.whole.hours == 24 * 14
    back = analyse(station("b", wave(24 * 14, 2, 4)), station("a", wave(24 * 14)), RULES, OFFSET)
    assert back.best_lag == -2 and back.whole.difference == pytest.approx(-found.whole.difference)


def test_hours_of_the_day() -> None:
    """b is 10 higher at 18:00 local only."""
    a = [10.0] * 72
    b = [20.0 if k % 24 == 18 else 10.0 for k in range(72)]
    found = analyse(station("a", a), station("b", b), RULES, OFFSET)
    assert [t.difference for t in found.by_hour] == [10 if h == 18 else 0 for h in range(24)]
    assert found.whole.correlation is None and found.best_lag is None  # a never changes


def test_months_without_a_twin() -> None:
    """January: 744 hours, of which 558 are three quarters. February: b is silent. March: b has just begun again."""
    hours = 24 * (31 + 28 + 31)
    some: list[float | None] = [10.0] * 558 + [None] * (hours - 558)
    some[24 * 59 : 24 * 59 + 30] = [10.0] * 30
    found = analyse(station("a", [10.0] * hours), station("b", some), RULES, OFFSET)
    assert [(m.month, m.due, m.a, m.b, m.both) for m in found.months] == [
        (date(2026, 1, 1), 744, 744, 558, 558),
        (date(2026, 2, 1), 672, 672, 0, 0),
        (date(2026, 3, 1), 744, 744, 30, 30),
    ]
    assert [m.valid(m.both) for m in found.months] == [True, False, False]
    some[557] = None
    less = analyse(station("a", [10.0] * hours), station("b", some), RULES, OFFSET)
    assert not less.months[0].valid(less.months[0].both)


def test_what_each_side_is_told() -> None:
    """A steady 30 is Moderate and Acceptable, a steady 5 Good and Good; two hours are wanted for either."""
    found = analyse(station("a", [30.0] * 24), station("b", [5.0] * 24), RULES, OFFSET)
    counts = {
        (m.us, m.mx): {(int(i), int(j)): int(m.counts[i, j]) for i, j in np.argwhere(m.counts)} for m in found.matrices
    }
    assert counts == {("a", "b"): {(1, 0): 23}, ("a", "a"): {(1, 1): 23}, ("b", "b"): {(0, 0): 23}}


def test_nothing_in_common() -> None:
    found = analyse(station("a", [10.0] * 24), station("b", [10.0] * 24, first=100), RULES, OFFSET)
    assert (found.whole.hours, found.whole.mean_a, found.best_lag) == (0, None, None)
    assert together(np.array([1.0]), np.array([np.nan])).hours == 0


# -- the pairs of the region: the reference, 2.1 --------------------------------------------------------------------
def test_distances_between_stations_are_the_measured_ones(catalog: Catalog) -> None:
    """Nogales PO – ITN 5.3 km, – old fire station 1.5; Douglas – Agua Prieta 2.4 and 4.2; Yuma – San Luis 28.8."""
    stations = load_stations(catalog).stations

    def apart(one: str, other: str) -> float:
        a, b = stations[one], stations[other]
        return round(distance_km((a.latitude, a.longitude), (b.latitude, b.longitude)), 1)

    assert apart("nogales_post_office", "nogales_itn") == 5.3
    assert apart("nogales_post_office", "nogales_fire") == 1.5
    assert apart("douglas_red_cross", "agua_prieta_fire") == 2.4
    assert apart("douglas_red_cross", "agua_prieta_it") == 4.2
    assert apart("yuma_supersite", "san_luis_well_10") == 28.8


def test_what_is_known_on_both_sides(catalog: Catalog, tmp_path: Path) -> None:
    found = pairs(open_workspace(tmp_path))
    told = {(us.id, mx.id): common for k in found.known for us, mx, _, common in k.rows}
    assert told["nogales_post_office", "nogales_itn"] == ("pm25", "pm10")
    assert told["yuma_supersite", "san_luis_well_10"] == ("o3",)
    assert told["douglas_red_cross", "agua_prieta_it"] == ()
    network = load_stations(catalog)
    assert find_station(network, "187").id == find_station(network, "80-026-0006").id == "nogales_itn"
    with pytest.raises(UnknownName, match="nogales"):
        find_pair(network, "nogale")


def test_stations_of_files(tmp_path: Path) -> None:
    head = "station,time,pollutant,value,unit\n"
    rows = [f"{s},2026-01-01T{h:02}:00-07:00,pm25,{h},ug/m3\n" for s in ("04-023-0004", "187") for h in range(24)]
    both, three, other = (tmp_path / n for n in ("both.csv", "three.csv", "other.csv"))
    both.write_text(head + "".join(rows))
    three.write_text(head + "".join(rows) + "x,2026-01-01T00:00-07:00,pm25,1,ug/m3\n")
    other.write_text(head + "x,2026-01-01T00:00-07:00,o3,1,ppb\n")
    workspace = open_workspace(tmp_path)
    assert len(pairs(workspace, [both]).comparisons) == 1
    (found,) = pairs(workspace, [three, three], pair="nogales").comparisons
    assert (found.station_a, found.station_b, found.whole.hours) == ("04-023-0004", "187", 24)
    (found,) = pairs(workspace, [three], stations=("x", "187")).comparisons
    assert found.hours_a == 1
    for files, how, said in (
        ([three], {}, "do not hold just two stations"),
        ([both, other], {"pair": "nogales"}, "No station of Nogales"),
        ([both, other], {"stations": ("187", "x")}, "no such pollutant in common"),
        ([both], {"stations": ("187", "y")}, "has no value of station y"),
    ):
        with pytest.raises(BadRequest, match=said):
            pairs(workspace, files, **how)  # type: ignore[arg-type]
