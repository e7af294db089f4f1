"""Time labels of CBP: wall clock without a date, by the rules of the reference on this source."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ambos.catalog import Catalog
from ambos.sources.cbp.reports import local_time, minute_of_day, time_in_name
from cbp_samples import one_lane, read_xml

NOGALES, DOUGLAS, EL_PASO, SAN_YSIDRO, LAREDO = "260401", "260101", "240201", "250401", "230402"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "minute"),
    [
        ("At 10:00 am MST", 600),
        ("At Noon CDT", 720),
        ("At Midnight PST", 0),
        ("At 1:22 pm EDT", 802),
        ("At 0:05 am EDT", 5),
        ("At 12:05 am EDT", 5),
        ("At 12:01 pm EST", 721),
        ("4:00 pm CDT", 960),
        ("En 11:00 pm MST", 1380),
        ("En Mediodía CDT", 720),
        ("En Medianoche PST", 0),
        ("A las 3:15 p. m. MST", 915),
        ("", None),
        ("N/A", None),
        ("At 10:00", None),
        ("At 13:00 pm MST", None),
        ("At 10:60 am MST", None),
        ("Afternoon", None),
    ],
)
def test_the_time_of_day_of_a_label(label: str, minute: int | None) -> None:
    assert minute_of_day(label) == minute


@pytest.mark.parametrize(
    ("crossing", "poll", "label", "observed", "clamped"),
    [
        # 2022-06-29T17:25:15Z, the capture: Nogales says MST and means it although its own clock said 11:25.
        (NOGALES, "2022-06-29 17:25:15", "At 10:00 am MST", "2022-06-29 17:00", 0),
        # Douglas says PST; read literally 10:00 am PST would have been in the future.
        (DOUGLAS, "2022-06-29 17:25:15", "At 10:00 am PST", "2022-06-29 17:00", 0),
        (DOUGLAS, "2022-06-29 17:25:15", "At 8:00 am PST", "2022-06-29 15:00", 0),
        (EL_PASO, "2022-06-29 17:25:15", "At 11:00 am MDT", "2022-06-29 17:00", 0),
        (SAN_YSIDRO, "2022-06-29 17:25:15", "At 10:00 am PDT", "2022-06-29 17:00", 0),
        # Ahead by at most two hours: the poll's minute. Further ahead: the day before.
        (LAREDO, "2022-06-29 17:25:15", "At 2:00 pm CDT", "2022-06-29 17:25", 1),
        (LAREDO, "2022-06-29 17:25:15", "At 2:25 pm CDT", "2022-06-29 17:25", 1),
        (LAREDO, "2022-06-29 17:25:15", "At 2:26 pm CDT", "2022-06-28 19:26", 0),
        (NOGALES, "2022-06-29 17:25:15", "At 11:00 pm MST", "2022-06-29 06:00", 0),
        # The minute of the poll is not ahead of it.
        (NOGALES, "2022-06-29 17:25:15", "At 10:25 am MST", "2022-06-29 17:25", 0),
        # Around midnight the day is that of the label, not that of the poll.
        (NOGALES, "2022-06-30 07:10:00", "At 11:00 pm MST", "2022-06-30 06:00", 0),
        (NOGALES, "2022-06-30 07:10:00", "At Midnight MST", "2022-06-30 07:00", 0),
        (NOGALES, "2022-06-30 06:06:25", "At Midnight MST", "2022-06-30 06:06", 1),
        (NOGALES, "2022-06-29 20:04:31", "At Noon MST", "2022-06-29 19:00", 0),
        # In winter El Paso is UTC−7 and San Ysidro UTC−8; Nogales does not change.
        (EL_PASO, "2025-12-10 17:25:15", "At 10:00 am MST", "2025-12-10 17:00", 0),
        (SAN_YSIDRO, "2025-12-10 17:25:15", "At 9:00 am PST", "2025-12-10 17:00", 0),
        (NOGALES, "2025-12-10 17:25:15", "At 10:00 am PST", "2025-12-10 17:00", 0),
        # 2025-11-02: clocks go back at 08:00 UTC in El Paso; 1:00 am comes at 07:00 and at 08:00 UTC.
        (EL_PASO, "2025-11-02 07:30:00", "At 1:00 am MDT", "2025-11-02 07:00", 0),
        (EL_PASO, "2025-11-02 08:30:00", "At 1:00 am MST", "2025-11-02 08:00", 0),
        (EL_PASO, "2025-11-02 09:30:00", "At Midnight MDT", "2025-11-02 06:00", 0),
        # 2026-03-08: clocks go forward at 09:00 UTC in El Paso; 2:00 am is not on the clock and is taken for 3:00.
        (EL_PASO, "2026-03-08 09:10:00", "At 2:00 am MST", "2026-03-08 09:00", 0),
        (EL_PASO, "2026-03-08 10:10:00", "At 1:00 am MST", "2026-03-08 08:00", 0),
    ],
)
def test_a_label_in_utc(catalog: Catalog, crossing: str, poll: str, label: str, observed: str, clamped: int) -> None:
    frame = read_xml(one_lane(crossing, ("delay", label, "20", "3")), at(poll), catalog)
    row = frame.filter(state="delay").row(0, named=True)
    assert row["observed_at"] == at(observed)
    assert row["clamped"] == clamped
    assert row["label"] == label
    assert row["fetched_at"] == at(poll)
    assert row["as_of"] == at(poll).date()


def test_the_time_in_a_name() -> None:
    assert time_in_name("a/rss-2025-03-28_15-34-57.xml") == at("2025-03-28 15:34:57")
    assert time_in_name("bwt_2025-03-28T15:34:57Z.xml") == at("2025-03-28 15:34:57")
    assert time_in_name("bwtnew_2022-06-29.json") is None
    assert time_in_name("rss-2025-13-28_15-34-57.xml") is None


def test_a_local_clock_in_utc() -> None:
    assert local_time(("2025", "7", "30"), "16:1:33", "America/New_York") == at("2025-07-30 20:01:33")
    assert local_time(("2025", "2", "30"), "16:1:33", "America/New_York") is None
    assert local_time(("2025", "7", "30"), "noon", "America/New_York") is None
