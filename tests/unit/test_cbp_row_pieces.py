"""The quick ways of the rows of waits give what the plain ones give: local clocks, times of labels, last rows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ambos.sources.cbp.reports import TIME, _last_of_each, _local, _minutes, _times, _with_label_times

ZONES = ("America/Phoenix", "America/Hermosillo", "America/Los_Angeles", "America/Chicago", "America/Ojinaga")


def minutes_of(times: list[datetime]) -> pl.Series:
    return pl.DataFrame({"time": times}, schema={"time": TIME}).select(_minutes(pl.col("time"))).to_series()


@pytest.mark.parametrize("zone", ZONES)
def test_a_clock_by_quarters_of_an_hour_is_that_of_the_zone(zone: str) -> None:
    times = [datetime(2022, 10, 29, tzinfo=UTC) + timedelta(minutes=7 * i) for i in range(4_000)]
    times += [datetime(1965, 4, 24, tzinfo=UTC) + timedelta(minutes=11 * i) for i in range(1_000)]
    minutes = minutes_of(times)
    shown = (
        pl.Series(times, dtype=TIME).dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.replace_time_zone("UTC")
    )
    assert _local(minutes, zone).to_list() == minutes_of(shown.to_list()).to_list()
    assert _local(minutes.clear(), zone).is_empty()


@pytest.mark.parametrize("zone", ZONES)
def test_times_of_labels_are_those_of_the_zone_on_every_day(zone: str) -> None:
    rng = random.Random(17)
    starts = [datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)]
    polls = [start + timedelta(minutes=rng.randrange(5 * 1440)) for start in starts for _ in range(700)]
    labels = [rng.choice([None, rng.randrange(1440)]) for _ in polls]
    schema = {"observed_at": pl.Int32, "minute": pl.Int16}
    found = _with_label_times(pl.DataFrame({"observed_at": minutes_of(polls), "minute": labels}, schema=schema), zone)
    asked = pl.DataFrame({"observed_at": polls, "minute": labels}, schema={"observed_at": TIME, "minute": pl.Int16})
    plain = _times(asked, zone).select(_minutes(pl.col("past")), _minutes(pl.col("coming")))
    assert found.select("past", "coming").equals(plain)


def test_the_last_row_of_each_key_is_found_wherever_its_others_are() -> None:
    rng = random.Random(17)
    for most in (1, 3, 20, 400):
        keys = pl.Series([rng.choice([None, *[rng.randrange(most)] * 3]) for _ in range(300)], dtype=pl.Int64)
        for key in (keys, keys.sort(), keys.head(1), keys.clear()):
            assert _last_of_each(key).to_list() == (key.is_last_distinct() | key.is_null()).to_list()
