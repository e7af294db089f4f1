"""CBP's waits on the real files: figures of the manifest, and independent archives that say the same.

The files are described in ../shared/data/MANIFEST.md, section 2 ("the manifest").
"""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.cbp.reports import time_in_name
from ambos.sources.cbp.waits_xml import Snapshots
from ambos.sources.shared.base import File, Rows

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]
ARCHIVE = "cbp-bwt-archive-borderbuddy/bwt_xml_snapshots.tar.xz"
PULLS = "cbp-bwt-archive-borderbuddy/borderbuddy_lanes_usmex.csv.gz"
ARIZONA = "cbp-bwt-archive-borderbuddy/borderbuddy_lanes_arizona.csv.gz"
COMMITS = "cbp-bwt-archive-borderpulse/borderpulse_lanes_all.csv.gz"
RSS = "cbp-bwt-archive-brownsville-aug2026/brownsville_rss_lanes.csv.gz"
STATUSES = "cbp-bwt-archive-elpaso-aug2026/elpaso_wait_times.csv"
CAPTURE = "cbp-bwt-samples/bwtnew_2022-06-29.json"
KEY = ["crossing", "mode", "lane", "observed_at"]
REPORTS = pl.col("state").is_in(["delay", "no_delay"])
#: Snapshots compared with a real XML parser: every so many of 7,124.
EVERY = 200


class Read(dict[str, Rows]):
    """The rows of real files, each read once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __missing__(self, path: str) -> Rows:
        file = File(path, (RAW / path).read_bytes())
        kind = cbp_border_waits.recognise(path, file.head())
        (self[path],) = cbp_border_waits.read(file, kind, self.catalog)
        return self[path]


@pytest.fixture(scope="module")
def read(catalog: Catalog) -> Read:
    return Read(catalog)


def test_the_archive_as_the_manifest_counts_it(read: Mapping[str, Rows]) -> None:
    frame = read[ARCHIVE].frame
    assert frame.select(KEY).is_unique().all()
    reports = frame.filter(REPORTS)
    assert reports["crossing"].n_unique() == 48  # 49 numbers: Naco has two
    # The manifest: 481,986 different (port, mode, lane, date, label). A label seen on both sides of midnight, or a day
    # long, is one report; and of Naco's two numbers one counts in an hour.
    assert reports.height == 481_968
    counts = frame.group_by("state").len().sort("state").rows()
    assert counts == [
        ("closed", 541_354),
        ("delay", 232_949),
        ("no_delay", 249_019),
        ("not_offered", 47_754),
        ("pending", 202_391),
    ]


#: April to December 2025, within posted hours: reports missing in per cent of those and the reports received. Before
#: the hours in which the crossing is closed were told apart they were 33.9, 33.9, 50.3, 50.2, 68.4, 5.3.
MISSING = {
    ("260402", "passenger", "standard"): 1.1,
    ("260402", "pedestrian", "standard"): 1.1,
    ("260402", "commercial", "standard"): 2.1,
    ("260402", "commercial", "fast"): 2.1,
    ("260802", "commercial", "standard"): 24.5,
    ("260401", "passenger", "standard"): 5.3,
}


def test_what_is_missing_while_the_crossing_is_open(read: Mapping[str, Rows]) -> None:
    local = pl.col("observed_at").dt.convert_time_zone("America/Phoenix").dt.date()
    frame = read[ARCHIVE].frame.filter(
        local.is_between(date(2025, 4, 1), date(2025, 12, 31)), pl.col("crossing_state") == "open"
    )
    for (crossing, mode, lane), expected in MISSING.items():
        own = frame.filter(crossing=crossing, mode=mode, lane=lane)
        missing, reports = own.filter(state="pending").height, own.filter(REPORTS).height
        assert round(100 * missing / (missing + reports), 1) == expected


class Raw(NamedTuple):
    """The archive looked through once: lane-hours of each key of `MISSING`, and every 200th snapshot."""

    pending: Counter[tuple[str, str, str]]
    reports: dict[tuple[str, str, str], set[datetime]]
    some: list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def raw() -> Raw:
    """Each snapshot looked into with `str.find`: no code of ours but this."""
    tags = {"passenger": "passenger_vehicle", "commercial": "commercial_vehicle", "pedestrian": "pedestrian"}
    lanes = {"standard": "standard_lanes", "fast": "FAST_lanes"}
    pending, reports = Counter[tuple[str, str, str]](), {key: set[datetime]() for key in MISSING}
    some = []
    with tarfile.open(RAW / ARCHIVE, "r|xz") as archive:
        for number, member in enumerate(archive):
            handle = archive.extractfile(member)
            content = handle.read() if handle else b""
            if handle and number % EVERY == EVERY - 1:
                some.append((member.name, content))
            text = content.decode("latin-1")
            poll = (
                datetime.strptime(member.name[-23:-4], "%Y-%m-%d_%H-%M-%S").replace(tzinfo=UTC).astimezone(ARIZONA_TIME)
            )
            for crossing in {key[0] for key in MISSING}:
                port = between(text, f"<port_number>{crossing}<", "</port>")
                hours = between(port, "<hours>", "<")
                for key in (key for key in MISSING if key[0] == crossing):
                    lane = between(port, f"<{tags[key[1]]}_lanes>", f"</{tags[key[1]]}_lanes>")
                    lane = between(lane, f"<{lanes[key[2]]}>", f"</{lanes[key[2]]}>")
                    state = between(lane, "<operational_status>", "<")
                    label = between(lane, "<update_time>", "<")
                    if state == "Update Pending":
                        pending[key] += posted(hours, poll) and MISSING_FROM <= poll < MISSING_TO
                    elif state in ("delay", "no delay") and label.startswith("At "):
                        at = on_day(poll, label)
                        at -= timedelta(days=1) if at > poll + timedelta(hours=2) else timedelta()
                        if posted(hours, at) and MISSING_FROM <= at < MISSING_TO:
                            reports[key].add(at)
    return Raw(pending, reports, some)


def test_an_independent_count_of_the_raw_snapshots_says_the_same(raw: Raw) -> None:
    for key, expected in MISSING.items():
        assert 100 * raw.pending[key] / (raw.pending[key] + len(raw.reports[key])) == pytest.approx(
            expected, abs=0.06
        ), key


ARIZONA_TIME = timezone(timedelta(hours=-7))
MISSING_FROM, MISSING_TO = datetime(2025, 4, 1, tzinfo=ARIZONA_TIME), datetime(2026, 1, 1, tzinfo=ARIZONA_TIME)


def between(text: str, start: str, end: str) -> str:
    """What stands between two marks; nothing if the first is not there."""
    at = text.find(start)
    return text[at + len(start) : text.find(end, at + len(start))] if at >= 0 else ""


def on_day(day: datetime, label: str) -> datetime:
    """The time of day of ``At 7:00 am MST`` or ``9 am``."""
    words = label.removeprefix("At ").replace("Noon", "12:00 pm").replace("Midnight", "12:00 am").split()
    hour, _, minute = words[0].partition(":")
    return day.replace(hour=int(hour) % 12 + 12 * (words[1] == "pm"), minute=int(minute or 0), second=0)


def posted(hours: str, local: datetime) -> bool:
    """Whether a local time lies in posted hours such as ``6 am-10 pm``."""
    if hours.startswith("24"):
        return True
    opens, closes = (on_day(local, end) for end in hours.split("-"))
    return opens <= local < closes


@pytest.mark.parametrize(
    ("crossing", "mode", "lane", "reports", "mean"),
    [
        ("260401", "passenger", "standard", 5_765, 36.2),
        ("260801", "passenger", "standard", 5_372, 41.3),
        # the manifest counts a report as it was first seen (25.2), we as it was last seen
        ("260101", "passenger", "standard", 5_014, 25.3),
        ("260402", "passenger", "standard", 3_989, 38.0),
        ("260301", "passenger", "standard", 3_826, None),
        ("260201", "passenger", "standard", 2_092, None),
        ("260402", "commercial", "standard", 2_013, None),
        ("260402", "commercial", "fast", 2_024, None),
        ("260802", "commercial", "standard", 1_689, None),
        ("260301", "commercial", "standard", 1_079, None),
        ("260201", "commercial", "standard", 460, None),
        ("260101", "commercial", "standard", 415, None),
    ],
)
def test_lane_hours_of_the_manifest(
    read: Mapping[str, Rows], crossing: str, mode: str, lane: str, reports: int, mean: float | None
) -> None:
    frame = read[ARCHIVE].frame.filter(REPORTS, crossing=crossing, mode=mode, lane=lane)
    assert frame.height == pytest.approx(reports, abs=max(2, 0.015 * reports))
    if mean:
        assert frame["delay_minutes"].mean() == pytest.approx(mean, abs=0.06)


def test_deconcini_has_3_7_lanes_open_on_average(read: Mapping[str, Rows]) -> None:
    lanes = read[ARCHIVE].frame.filter(REPORTS, crossing="260401", mode="passenger", lane="standard")
    assert lanes["lanes_open"].mean() == pytest.approx(3.7, abs=0.05)


def test_what_the_archive_cannot_use(read: Mapping[str, Rows]) -> None:
    """20 snapshots are RSS, 6 are error pages; one report of two polls has ``N/A`` for a label."""
    rejected = read[ARCHIVE].rejected
    reasons = rejected["reason_en"]
    assert reasons.str.contains("RSS").sum() == 20
    assert reasons.str.contains("no XML").sum() == 6
    assert reasons.str.contains("N/A").sum() == 2
    assert rejected.height == 28


def test_the_tables_of_pulls_say_what_the_archive_says(read: Mapping[str, Rows]) -> None:
    archive = read[ARCHIVE].frame.filter(pl.col("state") != "not_offered")
    pulls = read[PULLS].frame.filter(pl.col("state") != "not_offered")
    assert pulls.equals(archive)
    arizona = read[ARIZONA].frame.filter(pl.col("state") != "not_offered")
    assert arizona.equals(archive.filter(pl.col("crossing").cast(pl.String).str.starts_with("26")))


def test_the_quick_reader_says_what_a_real_parser_says(
    catalog: Catalog, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, slow = Snapshots(catalog), Snapshots(catalog)
    monkeypatch.setattr(slow, "_quick", lambda content: None)
    for name, content in raw.some:
        assert quick._quick(content) is not None
        for snapshots in (quick, slow):
            assert snapshots.add(content, name, time_in_name(name)) is None
    assert len(raw.some) == 35
    one, other = quick.rows([]).frame, slow.rows([]).frame
    assert one.height > 10_000
    assert one.equals(other)


def test_the_archive_of_commits(read: Mapping[str, Rows]) -> None:
    rows = read[COMMITS]
    assert rows.rejected.height == 187  # the frozen first answer
    assert rows.frame.filter(state="pending")["lanes_open"].null_count() == 32_647
    assert rows.frame["fetched_at"].min() > datetime(2026, 4, 15, 3, tzinfo=UTC)


def test_every_crossing_of_the_small_archives_is_known(read: Mapping[str, Rows]) -> None:
    assert read[RSS].rejected.is_empty()
    assert set(read[RSS].frame["crossing"]) == {"535501", "535502", "535503", "535504"}
    assert read[STATUSES].rejected.is_empty()
    assert set(read[STATUSES].frame["crossing"]) == {"240201", "240202", "240203", "240204"}


def test_the_capture_of_2022(read: Mapping[str, Rows], catalog: Catalog) -> None:
    """46 crossings of 76 are of this border; those of Nogales, San Luis and Lukeville say MST with a Denver clock."""
    rows = read[CAPTURE]
    assert rows.rejected.is_empty()
    assert rows.frame["crossing"].n_unique() == 46
    assert set(rows.frame["fetched_at"]) == {datetime(2022, 6, 29, 17, 25, 16, tzinfo=UTC)}
    nogales = rows.frame.filter(REPORTS, crossing="260401")
    assert set(nogales["observed_at"]) == {datetime(2022, 6, 29, 17, tzinfo=UTC)}
    assert set(rows.frame.filter(REPORTS, crossing="260101")["observed_at"]) == {datetime(2022, 6, 29, 15, tzinfo=UTC)}
    assert all(catalog.places[c].border == "MX" for c in rows.frame["crossing"].unique())
