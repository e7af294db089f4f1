"""Reading CBP's border wait times: states, shapes, archives."""

from __future__ import annotations

import gzip
import lzma
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.cbp.reports import minutes_of_wait, posted_hours
from ambos.sources.shared.base import File
from cbp_samples import CLOCK, name, one_lane, port_xml, read, read_xml, snapshot, tar

POLL = datetime(2025, 7, 30, 20, 4, 31, tzinfo=UTC)
FLOOR = POLL.replace(second=0)
PENDING = ("Update Pending", "", "", "")
KEY = ["crossing", "mode", "lane", "observed_at"]
VALUES = ["state", "delay_minutes", "lanes_open", "maximum_lanes"]


@pytest.mark.parametrize(
    ("lane", "maximum", "expected", "status"),
    [
        (("delay", "At 1:00 pm MST", "40", "3"), "7", ("delay", 40, 3, 7), "A"),
        (("no delay", "At 1:00 pm MST", "0", "1"), "7", ("no_delay", 0, 1, 7), "A"),
        # minutes of a lane without delay are kept; lanes that are not given are not 0
        (("no delay", "At 1:00 pm MST", "5", ""), "7", ("no_delay", 5, None, 7), "A"),
        (("Lanes Closed", "", "", ""), "7", ("closed", None, None, 7), "A"),
        (("N/A", "", "", ""), "7", ("not_offered", None, None, 7), "A"),
        (("Update Pending", "", "", ""), "7", ("pending", None, None, 7), "M"),
        # offered is what has lanes, not what is pending
        (("Update Pending", "", "", ""), "N/A", ("not_offered", None, None, None), "A"),
        (("Update Pending", "", "", ""), "0", ("not_offered", None, None, 0), "A"),
        (("delay", "At 1:00 pm MST", "53", "3"), "N/A", ("delay", 53, 3, None), "A"),
        # a number beside a state that is no report is no wait
        (("Update Pending", "At 1:00 pm MST", "0", "0"), "7", ("pending", None, None, 7), "M"),
        (("Lanes Closed", "", "0", "0"), "7", ("closed", None, None, 7), "A"),
        # the feed answers in Spanish at times
        (("demora", "En 1:00 pm MST", "40", "3"), "7", ("delay", 40, 3, 7), "A"),
        (("Sin demora", "En 1:00 pm MST", "0", "3"), "7", ("no_delay", 0, 3, 7), "A"),
        (("Carriles cerrados", "", "", ""), "7", ("closed", None, None, 7), "A"),
        (("Actualización Pendiente", "", "", ""), "7", ("pending", None, None, 7), "M"),
        (("Actualizacion pendiente", "", "", ""), "7", ("pending", None, None, 7), "M"),
        (("No aplica", "", "", ""), "7", ("not_offered", None, None, 7), "A"),
        # captures of 2013 and 2014 have waits in words
        (("delay", "At 1:00 pm MST", "35 min", "3"), "7", ("delay", 35, 3, 7), "A"),
        (("delay", "At 1:00 pm MST", "1 hr", "3"), "7", ("delay", 60, 3, 7), "A"),
        (("delay", "At 1:00 pm MST", "1 hrs 20 min", "3"), "7", ("delay", 80, 3, 7), "A"),
        (("delay", "At 1:00 pm MST", " 55 ", " 5 "), "7", ("delay", 55, 5, 7), "A"),
        # no delay without a number is a wait of 0, a delay without one is no report
        (("no delay", "At 1:00 pm MST", "", "2"), "7", ("no_delay", 0, 2, 7), "A"),
        (("delay", "At 1:00 pm MST", "", "3"), "7", ("pending", None, None, 7), "M"),
        (("delay", "At 1:00 pm MST", "N/A", "3"), "7", ("pending", None, None, 7), "M"),
    ],
)
def test_a_lane_and_its_state(
    catalog: Catalog,
    lane: tuple[str, str, str, str],
    maximum: str,
    expected: tuple[str, int | None, int | None, int | None],
    status: str,
) -> None:
    frame = read_xml(one_lane("260401", lane, maximum), POLL, catalog)
    row = frame.filter(mode="passenger", lane="standard").row(0, named=True)
    assert tuple(row[v] for v in VALUES) == expected
    assert row["status"] == status
    assert row["observed_at"] == (FLOOR if row["label"] is None else POLL.replace(minute=0, second=0))
    assert (row["label"] is not None) == (row["delay_minutes"] is not None)


def test_the_columns_are_those_of_the_dataset(catalog: Catalog) -> None:
    frame = read_xml(one_lane("260401", ("delay", "At 1:00 pm MST", "40", "3")), POLL, catalog)
    types = {"str": pl.Categorical(), "int": pl.Int64(), "datetime": pl.Datetime("us", "UTC")}
    wanted = {c.id: types[c.type] for c in catalog.datasets["waits"].columns}
    assert dict(frame.schema) == {**wanted, "status": pl.Categorical(), "as_of": pl.Date()}
    assert frame["as_of"].to_list() == [date(2025, 7, 30)] * frame.height


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0", 0),
        ("35", 35),
        ("120.0", 120),
        ("40 min", 40),
        ("1 hr", 60),
        ("1 hrs 15 min", 75),
        ("1 hrs 20 min", 80),
        ("1 hr 95 min", None),
        ("2 horas 5 minutos", 125),
        ("", None),
        ("-5", None),
        ("many", None),
        ("1 hr 20 min late", None),
        ("min", None),
    ],
)
def test_minutes_of_a_wait_in_words(text: str, minutes: int | None) -> None:
    assert minutes_of_wait(text) == minutes


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24 hrs/day", (0, 0)),
        ("6 am-10 pm", (360, 1320)),
        ("7 am-Midnight", (420, 1440)),
        ("6:30 am - Noon", (390, 720)),
        ("6 am-2 pm", (360, 840)),
        ("", None),
        ("by appointment", None),
        ("16 am-10 pm", None),
    ],
)
def test_the_posted_hours_are_read_from_their_text(text: str, hours: tuple[int, int] | None) -> None:
    assert posted_hours(text) == hours


@pytest.mark.parametrize(
    ("hour", "minute", "hours", "status", "expected"),
    [
        # Arizona is UTC-7: 05:59, 06:00, 21:59 and 22:00
        (12, 59, "6 am-10 pm", "Open", ("closed", "closed")),
        (13, 0, "6 am-10 pm", "Open", ("pending", "open")),
        (4, 59, "6 am-10 pm", "Open", ("pending", "open")),
        (5, 0, "6 am-10 pm", "Open", ("closed", "closed")),
        (20, 0, "6 am-10 pm", "Closed", ("closed", "closed")),
        (20, 0, "6 am-10 pm", "Cerrado", ("closed", "closed")),
        (20, 0, "6 am-10 pm", "", ("pending", "open")),
        (20, 0, "", "Abierto", ("pending", "open")),
        (20, 0, "", "Closed", ("closed", "closed")),
        (20, 0, "", "", ("pending", "unknown")),
    ],
)
def test_a_lane_without_report_is_closed_while_its_crossing_is(
    catalog: Catalog, hour: int, minute: int, hours: str, status: str, expected: tuple[str, str]
) -> None:
    lanes = {"passenger_vehicle_lanes": "13", ("passenger_vehicle_lanes", "standard_lanes"): PENDING}
    poll = datetime(2025, 7, 30, hour, minute, tzinfo=UTC)
    frame = read_xml(snapshot([port_xml("260402", lanes, hours=hours, status=status)]), poll, catalog)
    row = frame.filter(mode="passenger", lane="standard").row(0, named=True)
    assert (row["state"], row["crossing_state"]) == expected
    assert row["status"] == ("M" if expected[0] == "pending" else "A")
    assert row["delay_minutes"] is None


def test_a_crossing_that_opens_that_day_was_not_closed_in_its_posted_hours(catalog: Catalog) -> None:
    """San Luis II of 2025-12-29 said "Closed" in its hours (9 am to 5 pm) until the first report of the day."""
    lanes = {"commercial_vehicle_lanes": "2", ("commercial_vehicle_lanes", "standard_lanes"): PENDING}
    first = datetime(2025, 12, 29, 17, 4, tzinfo=UTC)
    closed, opened = (port_xml("260802", lanes, hours="9 am-5 pm", status=s) for s in ("Closed", "Open"))
    whole_day = {name(first): snapshot([closed]), name(first + timedelta(hours=5)): snapshot([closed])}
    half_day = whole_day | {name(first + timedelta(hours=6)): snapshot([opened])}
    states = [
        read(tar(polls), catalog).frame.filter(mode="commercial", lane="standard")["state"].to_list()
        for polls in (whole_day, half_day)
    ]
    assert states == [["closed", "closed"], ["pending", "pending", "pending"]]


def test_a_report_has_the_hours_of_its_label_not_of_the_poll(catalog: Catalog) -> None:
    """The feed goes on showing the last report of the day when the crossing is closed."""
    lanes = {
        "commercial_vehicle_lanes": "2",
        ("commercial_vehicle_lanes", "standard_lanes"): ("delay", "At 4:00 pm MST", "40", "2"),
    }
    night = datetime(2025, 7, 31, 5, 5, tzinfo=UTC)
    frame = read_xml(snapshot([port_xml("260802", lanes, hours="9 am-5 pm", status="Closed")]), night, catalog)
    assert frame.filter(state="delay").select("observed_at", "crossing_state", "delay_minutes").rows() == [
        (datetime(2025, 7, 30, 23, tzinfo=UTC), "open", 40)
    ]


def naco(number: str, *lane: str, hours: str = "6 am-10 pm") -> str:
    lanes = {"passenger_vehicle_lanes": "2", ("passenger_vehicle_lanes", "standard_lanes"): lane}
    return port_xml(number, lanes, hours=hours)


def test_naco_under_two_numbers_is_one_crossing(catalog: Catalog) -> None:
    """Its numbers alternate; the silence of the second one is no missing report, and nothing is added or averaged."""
    hour = timedelta(hours=1)
    label = "At {}:00 pm MST"
    polls = {
        POLL: [naco("260301", "delay", label.format(1), "10", "1"), naco("260305", *PENDING, hours="24 hrs/day")],
        POLL + hour: [naco("260305", *PENDING, hours="24 hrs/day")],
        POLL + 2 * hour: [naco("260305", "no delay", label.format(3), "4", "1", hours="24 hrs/day")],
        # both report the same hour: the first number counts, though the second is read later too
        POLL + 3 * hour: [
            naco("260301", "delay", label.format(4), "30", "2"),
            naco("260305", "no delay", label.format(4), "0", "1", hours="24 hrs/day"),
        ],
        POLL + 4 * hour: [naco("260305", "no delay", label.format(4), "0", "1", hours="24 hrs/day")],
    }
    frame = read(tar({name(t): snapshot(ports) for t, ports in polls.items()}), catalog).frame
    own = frame.filter(mode="passenger", lane="standard")
    assert set(frame["crossing"]) == {"260301"}
    assert own.select("observed_at", "state", "delay_minutes", "lanes_open").rows() == [
        (datetime(2025, 7, 30, 20, tzinfo=UTC), "delay", 10, 1),
        (datetime(2025, 7, 30, 22, tzinfo=UTC), "no_delay", 4, 1),
        (datetime(2025, 7, 30, 23, tzinfo=UTC), "delay", 30, 2),
    ]


def said(frame: pl.DataFrame) -> list[tuple[datetime, int, int]]:
    reports = frame.filter(pl.col("state").is_in(["delay", "no_delay"])).sort("observed_at")
    return [(t, m, c) for t, m, c in reports.select("observed_at", "delay_minutes", "clamped").iter_rows()]


def polled(catalog: Catalog, *polls: tuple[datetime, str, str]) -> list[tuple[datetime, int, int]]:
    """The reports of San Luis I from polls with a label and minutes."""
    members = {name(t): one_lane("260801", ("delay", label, minutes, "3")) for t, label, minutes in polls}
    return said(read(tar(members), catalog).frame)


def test_a_new_label_ahead_of_the_clock_is_early_not_a_day_old(catalog: Catalog) -> None:
    """San Luis I: "At 11:00 pm MST" in an answer of 20:41, 2 h 19 min early; alone it could be of the evening before."""
    before, poll = datetime(2026, 7, 21, 2, 41, tzinfo=UTC), datetime(2026, 7, 21, 3, 41, tzinfo=UTC)
    label = "At 11:00 pm MST"
    assert polled(catalog, (poll, label, "90")) == [(datetime(2026, 7, 20, 6, tzinfo=UTC), 90, 0)]
    assert polled(catalog, (before, "At 7:00 pm MST", "60"), (poll, label, "90")) == [
        (datetime(2026, 7, 21, 2, tzinfo=UTC), 60, 0),
        (poll, 90, 1),
    ]


def test_a_label_that_stays_is_the_same_report_even_a_day_later(catalog: Catalog) -> None:
    first = datetime(2026, 6, 13, 4, 10, tzinfo=UTC)  # 21:10
    label, at = "En 9:00 pm PST", datetime(2026, 6, 13, 4, tzinfo=UTC)
    stale = [(first + timedelta(hours=h), label, "30") for h in range(26)]
    assert polled(catalog, *stale) == [(at, 30, 0)]
    # its time came round and the wait changed: a new report
    assert polled(catalog, *stale[:24], (first + timedelta(hours=24), label, "110")) == [
        (at, 30, 0),
        (at + timedelta(days=1), 110, 0),
    ]
    # nobody read the feed for long: the label may well have come round
    assert len(polled(catalog, stale[0], (first + timedelta(hours=24), label, "30"))) == 2


def test_a_late_entry_is_of_its_label(catalog: Catalog) -> None:
    """Entered an hour and a half after its time, when a poll had already been: not 22 hours early."""
    assert polled(catalog, (POLL, "At Noon MST", "20"), (POLL + timedelta(minutes=30), "At 1:00 pm MST", "25")) == [
        (datetime(2025, 7, 30, 19, tzinfo=UTC), 20, 0),
        (datetime(2025, 7, 30, 20, tzinfo=UTC), 25, 0),
    ]


def test_a_frozen_answer_is_refused_with_its_age(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "cbp" / "bwtnew_2022-06-29.json").read_bytes()
    with pytest.raises(WrongShape, match=r"frozen.*2022-06-29 17:25") as error:
        read(content, catalog, "waittimes.json", POLL)
    assert "congelada" in error.value.say("es")
    snapshots = {name(t): one_lane("260401", PENDING, clock=CLOCK) for t in (POLL, POLL + timedelta(days=3))}
    rows = read(tar(snapshots), catalog)
    assert rows.frame["fetched_at"].unique().to_list() == [POLL]
    assert "frozen" in rows.rejected["reason_en"][0]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8"])
def test_spanish_in_both_encodings(catalog: Catalog, encoding: str) -> None:
    port = {
        "pedestrian_lanes": "6",
        ("pedestrian_lanes", "standard_lanes"): ("Actualización Pendiente", "", "", ""),
        ("pedestrian_lanes", "ready_lanes"): ("Sin demora", "En Mediodía MST", "0", "1"),
    }
    frame = read_xml(snapshot([port_xml("260401", port)], encoding), POLL, catalog).filter(mode="pedestrian")
    assert frame.select("lane", "state", "label").rows() == [
        ("standard", "pending", None),
        ("ready", "no_delay", "En Mediodía MST"),
    ]


def test_crossings_of_other_borders_are_left_out_by_number_whatever_the_border_text(catalog: Catalog) -> None:
    lane = {"passenger_vehicle_lanes": "8", ("passenger_vehicle_lanes", "standard_lanes"): ("Lanes Closed", "", "", "")}
    ports = [
        port_xml("070801", lane, border="Frontera mexicana"),
        port_xml("260401", lane, border="Canadian Border"),
        port_xml("l24501", lane, border=""),
    ]
    assert set(read_xml(snapshot(ports), POLL, catalog)["crossing"]) == {"260401", "l24501"}


def test_ports_that_change_places_are_told_apart_however_alike_they_are(catalog: Catalog) -> None:
    """Only what changed from one snapshot to the next is looked into: here the heads of the ports, not their lanes."""
    lane = {"passenger_vehicle_lanes": "8", ("passenger_vehicle_lanes", "standard_lanes"): ("Lanes Closed", "", "", "")}
    orders = [["070801", "260401"], ["260401", "070801"], ["l24501", "260401"]]
    polls = {POLL + timedelta(hours=n): snapshot(port_xml(p, lane) for p in o) for n, o in enumerate(orders)}
    found = read(tar({name(t): c for t, c in polls.items()}), catalog).frame
    assert found.filter(pl.col("state") == "closed").sort("fetched_at", "crossing").select(
        "fetched_at", "crossing"
    ).rows() == [
        (t, p) for t, ports in zip(polls, (["260401"], ["260401"], ["260401", "l24501"]), strict=True) for p in ports
    ]


LANE = {"passenger_vehicle_lanes": "8", ("passenger_vehicle_lanes", "standard_lanes"): ("Lanes Closed", "", "", "")}
CANADA, NOGALES, DOUGLAS = (port_xml(number, LANE) for number in ("070801", "260401", "260101"))


def without_modes(port: str, *modes: str) -> str:
    for mode in modes:
        port = re.sub(rf"<{mode}_lanes>.*</{mode}_lanes>", "", port)
    return port


@pytest.mark.parametrize(
    "ports",
    [
        [NOGALES, DOUGLAS],
        [without_modes(NOGALES, "commercial_vehicle", "passenger_vehicle", "pedestrian"), DOUGLAS],
        [without_modes(CANADA, "commercial_vehicle", "passenger_vehicle", "pedestrian"), NOGALES, DOUGLAS],
        [
            without_modes(CANADA, "commercial_vehicle", "pedestrian"),
            without_modes(NOGALES, "commercial_vehicle"),
            DOUGLAS,
        ],
        [
            without_modes(CANADA, "passenger_vehicle", "pedestrian"),
            without_modes(NOGALES, "commercial_vehicle"),
            DOUGLAS,
        ],
        [without_modes(NOGALES, "pedestrian"), DOUGLAS],
        [NOGALES.replace("<port_name>X</port_name>", "<port_name>A &amp; B</port_name>"), DOUGLAS],
    ],
)
def test_ports_with_fewer_modes_keep_their_own_waits(catalog: Catalog, ports: list[str]) -> None:
    """Whether it is cut at fixed marks or parsed: another layout takes the second way."""
    content = snapshot(ports)
    parsed = content.replace(b"<border_wait_time>", b"<border_wait_time>\n", 1)
    assert read_xml(content, POLL, catalog).equals(read_xml(parsed, POLL, catalog))


def test_bytes_that_are_no_text_set_the_snapshot_aside(catalog: Catalog) -> None:
    """Not the whole archive, and no error of another kind."""
    good = snapshot([NOGALES], "UTF-8")
    bad = [good.replace(b">8<", b">\xff<"), good.replace(b">X<", b">\xff<")]
    polls = {name(POLL + timedelta(hours=n)): c for n, c in enumerate([good, *bad])}
    rows = read(tar(polls), catalog)
    assert rows.frame["fetched_at"].unique().to_list() == [POLL]
    assert rows.rejected["line"].to_list() == [2, 3]


def test_an_unknown_crossing_is_refused_with_the_nearest(catalog: Catalog) -> None:
    rows = read(one_lane("260409", ("Lanes Closed", "", "", "")), catalog, "bwt.xml", POLL)
    assert rows.frame.is_empty()
    (bad,) = rows.rejected.to_dicts()
    assert bad["reason"] == "unknown_code"
    assert "260409" in bad["reason_en"]
    assert "26040" in bad["reason_en"].partition("Nearest known")[2]
    assert "bwt.xml" in bad["row"]


@pytest.mark.parametrize(
    ("lane", "reason", "words"),
    [
        (("long delay", "At 1:00 pm MST", "40", "3"), "unknown_code", "long delay"),
        (("delay", "", "40", "3"), "bad_value", "update_time"),
        (("no delay", "N/A", "5", "1"), "bad_value", "update_time"),
        (("delay", "At 1:00 pm MST", "-5", "3"), "bad_value", "delay_minutes"),
        (("delay", "At 1:00 pm MST", "many", "3"), "bad_value", "delay_minutes"),
        (("delay", "At 1:00 pm MST", "40", "x"), "bad_value", "lanes_open"),
    ],
)
def test_a_lane_that_makes_no_sense_is_refused_alone(
    catalog: Catalog, lane: tuple[str, str, str, str], reason: str, words: str
) -> None:
    rows = read(one_lane("260401", lane), catalog, "bwt.xml", POLL)
    (bad,) = rows.rejected.to_dicts()
    assert bad["reason"] == reason
    assert words in bad["reason_en"]
    assert rows.frame.filter(mode="passenger", lane="standard").is_empty()
    assert rows.frame.height == 6


def test_several_polls_of_a_report_are_one_row_and_the_last_counts(catalog: Catalog) -> None:
    label = "At 1:00 pm MST"
    hour = timedelta(hours=1)
    polls = {
        POLL: one_lane("260401", ("delay", label, "40", "3")),
        POLL + hour: one_lane("260401", ("delay", label, "45", "4")),
        POLL + 2 * hour: one_lane("260401", ("Update Pending", "", "", "")),
    }
    frame = read(tar({name(t): c for t, c in polls.items()}), catalog).frame.filter(mode="passenger", lane="standard")
    assert frame.select("state", "delay_minutes", "lanes_open", "fetched_at").rows() == [
        ("delay", 45, 4, POLL + hour),
        ("pending", None, None, POLL + 2 * hour),
    ]


def test_a_report_seen_ahead_of_its_time_gives_way_to_the_later_poll_of_it(catalog: Catalog) -> None:
    lane = ("delay", "At 2:00 pm MST", "40", "3")
    early, late = POLL, POLL + timedelta(hours=1)
    both = read(tar({name(t): one_lane("260401", lane) for t in (early, late)}), catalog).frame
    alone = read(tar({name(early): one_lane("260401", lane)}), catalog).frame
    said = pl.col("state") == "delay"
    assert alone.filter(said).select("observed_at", "clamped").rows() == [(FLOOR, 1)]
    assert both.filter(said).select("observed_at", "clamped").rows() == [(datetime(2025, 7, 30, 21, tzinfo=UTC), 0)]


def test_a_lane_not_offered_is_kept_once_a_local_day(catalog: Catalog) -> None:
    polls = [datetime(2025, 7, 30, hour, 5, tzinfo=UTC) for hour in (5, 6, 8, 20)]  # 22:05 and 23:05 the day before
    frame = read(tar({name(t): one_lane("260401", ("N/A", "", "", "")) for t in polls}), catalog).frame
    assert frame.filter(mode="passenger", lane="standard")["observed_at"].to_list() == [polls[0], polls[2]]


def test_an_archive_in_any_order_gives_the_same(catalog: Catalog) -> None:
    lanes = [("N/A", "", "", ""), ("delay", "At 1:00 pm MST", "40", "3"), ("delay", "At 2:00 pm MST", "45", "4")]
    members = {name(POLL + timedelta(hours=n)): one_lane("260401", lanes[n // 2 % 3]) for n in range(12)}
    frame = read(tar(members), catalog).frame
    assert set(frame["state"]) == {"not_offered", "delay"}
    for order in (sorted(members, reverse=True), sorted(members, key=lambda member: member[-11:])):
        assert read(tar({member: members[member] for member in order}), catalog).frame.equals(frame)


def test_an_archive_counts_what_it_cannot_use(catalog: Catalog) -> None:
    good = one_lane("260401", ("delay", "At 1:00 pm MST", "40", "3"))
    members = {
        name(POLL): good,
        name(POLL + timedelta(minutes=1)): b"<HTML><HEAD><TITLE>Error</TITLE></HEAD><BODY>An error<p></BODY></HTML>",
        name(POLL + timedelta(minutes=2)): b"The page cannot be displayed because an internal server error occurred.",
        name(POLL + timedelta(minutes=3)): good[:-30],
        name(POLL + timedelta(minutes=4)): b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>",
        "notes.xml": good,
    }
    rows = read(tar(members), catalog)
    assert rows.rejected["reason"].to_list() == ["bad_value"] * 5
    assert rows.rejected["line"].to_list() == [2, 3, 4, 5, 6]
    for member, en, es in zip(list(members)[1:], rows.rejected["reason_en"], rows.rejected["reason_es"], strict=True):
        assert en.startswith(member)
        assert es.startswith(member)
        assert en != es
    assert "RSS" in rows.rejected["reason_en"][3]
    assert rows.frame.equals(read(tar({name(POLL): good}), catalog).frame)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_an_archive_in_any_compression(catalog: Catalog, specimens: Path, pack: object) -> None:
    files = sorted((specimens / "cbp").glob("*.xml"))
    members = {f.name: f.read_bytes() for f in files}
    content = tar(members)
    packed = read(pack(content), catalog).frame  # type: ignore[operator]
    alone = pl.concat([read(m, catalog, n).frame for n, m in members.items()])
    assert packed.select(KEY).is_unique().all()
    assert packed.height > 45
    keys = alone.sort("fetched_at").unique(KEY, keep="last").filter(pl.col("state") != "not_offered")
    assert packed.filter(pl.col("state") != "not_offered").sort(KEY).equals(keys.sort(KEY))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_a_cut_archive_is_refused(catalog: Catalog, pack: object) -> None:
    poll = one_lane("260401", ("delay", "At 1:00 pm MST", "40", "3"))
    content = tar({name(POLL + timedelta(hours=h)): poll for h in range(30)})
    end = content.rstrip(b"\0")
    whole = pack(content)  # type: ignore[operator]
    at_a_member = pack(content[: -(-len(end) // 512) * 512])  # type: ignore[operator]
    for cut in (whole[: len(whole) // 2], whole[:-9], at_a_member):
        if pack is bytes and len(cut) == len(whole) - 9:
            continue  # still ends in zeros enough
        with pytest.raises(WrongShape, match="cut or damaged"):
            list(cbp_border_waits.read(File("a.tar", cut), "tar", catalog))


def test_an_archive_without_a_snapshot_is_refused(catalog: Catalog) -> None:
    content = tar({name(POLL): b"<html>"})
    with pytest.raises(WrongShape, match=r"bwt\.xml"):
        list(cbp_border_waits.read(File("a.tar", content), "tar", catalog))


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"<border_wait_time>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><border_wait_time/>"]
)
def test_what_is_no_snapshot_is_refused(catalog: Catalog, content: bytes) -> None:
    with pytest.raises(WrongShape):
        list(cbp_border_waits.read(File("bwt.xml", content, POLL), "xml", catalog))


def test_without_a_time_in_its_name_a_snapshot_has_the_feed_s_own(catalog: Catalog) -> None:
    rows = read(one_lane("260401", ("Lanes Closed", "", "", ""), clock=CLOCK), catalog, "bwt.xml")
    assert set(rows.frame["fetched_at"]) == {datetime(2025, 7, 30, 20, 1, 33, tzinfo=UTC)}


def test_xml_laid_out_otherwise_gives_the_same(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "cbp" / "bwt-2025-07-30_20-04-31.xml").read_bytes()
    spread = content.replace(b"><", b">\n  <").replace(b"'", b'"', 4)
    assert read_xml(spread, POLL, catalog).equals(read_xml(content, POLL, catalog))


def test_the_capture_of_2022(catalog: Catalog, specimens: Path) -> None:
    """Eight ports of the live report of 2022-06-29 as it was captured at 17:25:15 UTC."""
    content = (specimens / "cbp" / "bwtnew_2022-06-29.json").read_bytes()
    poll = datetime(2022, 6, 29, 17, 25, 15, tzinfo=UTC)
    frame = read(content, catalog, "bwtnew.json", poll).frame
    assert set(frame["crossing"]) == {"260101", "260401", "260402", "260802", "240201", "250401"}
    mariposa = frame.filter(crossing="260402", mode="commercial")
    assert mariposa.select("lane", "state", "delay_minutes", "lanes_open", "maximum_lanes", "label").rows() == [
        ("standard", "no_delay", 0, 4, 8, "At 10:00 am MST"),
        ("fast", "no_delay", 0, 2, 8, "At 10:00 am MST"),
    ]
    assert set(mariposa["observed_at"]) == {datetime(2022, 6, 29, 17, tzinfo=UTC)}
    douglas = frame.filter(crossing="260101", mode="passenger", lane="standard").row(0, named=True)
    assert douglas["label"].endswith("PST")
    assert poll - douglas["observed_at"] == timedelta(hours=2, minutes=25, seconds=15)
    san_luis_ii = frame.filter(crossing="260802").select("mode", "lane", "state").rows()
    assert ("commercial", "standard", "pending") in san_luis_ii
    assert ("passenger", "standard", "not_offered") in san_luis_ii  # pending on a mode that has no lanes
    # the clocks of Nogales and San Luis are an hour ahead; most ports tell the time of the capture
    own = read(content, catalog, "bwtnew.json").frame
    assert set(own["fetched_at"]) == {datetime(2022, 6, 29, 17, 25, 16, tzinfo=UTC)}
    assert own.drop("fetched_at").equals(frame.drop("fetched_at"))


def test_the_clocks_of_nogales_are_an_hour_ahead_in_summer(catalog: Catalog) -> None:
    """A lone port tells the time by its own clock, unless a label would then be ahead of it."""
    import json

    def poll(day: str, label: str, number: str = "260401") -> datetime:
        lane = {"operational_status": "delay", "update_time": label, "delay_minutes": "10", "lanes_open": "2"}
        port = {"port_number": number, "date": day, "time": "14:05:10", "port_status": "Open"}
        port["passenger_vehicle_lanes"] = {"maximum_lanes": "8", "standard_lanes": lane}  # type: ignore[assignment]
        return read(json.dumps([port]).encode(), catalog, "bwtnew.json").frame["fetched_at"][0]  # type: ignore[no-any-return]

    assert poll("7/8/2026", "At 1:00 pm MST") == datetime(2026, 7, 8, 20, 5, 10, tzinfo=UTC)
    assert poll("7/8/2026", "At 2:00 pm MST") == datetime(2026, 7, 8, 21, 5, 10, tzinfo=UTC)
    assert poll("1/8/2026", "At 1:00 pm MST") == datetime(2026, 1, 8, 21, 5, 10, tzinfo=UTC)
    assert poll("7/8/2026", "At 1:00 pm MST", "260101") == datetime(2026, 7, 8, 21, 5, 10, tzinfo=UTC)


def test_one_port_as_json(catalog: Catalog, specimens: Path) -> None:
    import json

    ports = json.loads((specimens / "cbp" / "bwtnew_2022-06-29.json").read_bytes())
    port = next(p for p in ports if p["port_number"] == "260401")
    frame = read(json.dumps(port).encode(), catalog, "x").frame
    assert set(frame["crossing"]) == {"260401"}
    assert frame.height == 7


def test_the_xml_report_written_as_json_says_the_same(catalog: Catalog, specimens: Path) -> None:
    """Its time is the server's, US Eastern; a lone port is no list."""
    import json

    ports = json.loads((specimens / "cbp" / "bwtnew_2022-06-29.json").read_bytes())
    top = {"last_updated_date": "2022-6-29", "last_updated_time": "13:25:15", "number_of_ports": "2"}
    plain = read(json.dumps(ports).encode(), catalog, "a.json").frame
    for answer in (top | {"port": ports}, {"border_wait_time": top | {"port": ports}}):
        frame = read(json.dumps(answer).encode(), catalog, "b.json").frame
        assert set(frame["fetched_at"]) == {datetime(2022, 6, 29, 17, 25, 15, tzinfo=UTC)}
        assert frame.drop("fetched_at").equals(plain.drop("fetched_at"))
    port = next(p for p in ports if p["port_number"] == "260401")
    one = read(json.dumps(top | {"port": port}).encode(), catalog, "c.json").frame
    assert set(one["crossing"]) == {"260401"}


def test_json_in_spanish_says_the_same(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "cbp" / "bwtnew_2022-06-29.json").read_text(encoding="utf-8")
    words = {
        "no delay": "Sin demora",
        '"delay"': '"demora"',
        "Lanes Closed": "Carriles cerrados",
        "Update Pending": "Actualización Pendiente",
        "Mexican Border": "Frontera mexicana",
        '"Open"': '"Abierto"',
        "At Noon": "En Mediodía",
        "At ": "En ",
    }
    spanish = content
    for english, other in words.items():
        spanish = spanish.replace(english, other)
    assert spanish != content
    capture = datetime(2022, 6, 29, 17, 25, 15, tzinfo=UTC)
    frames = [read(c.encode(), catalog, "bwtnew.json", capture).frame.drop("label") for c in (content, spanish)]
    assert frames[0].equals(frames[1])


def test_the_table_of_pulls_says_what_the_xml_says(catalog: Catalog, specimens: Path) -> None:
    table = read((specimens / "cbp" / "pulls.csv").read_bytes(), catalog).frame
    files = sorted((specimens / "cbp").glob("*.xml"))
    archive = read(tar({f.name: f.read_bytes() for f in files}), catalog).frame
    offered = pl.col("state") != "not_offered"
    assert table.filter(offered).height > 30
    assert table.filter(offered).equals(archive.filter(offered))
    keys = archive.filter(~offered)
    assert table.filter(~offered).join(keys, on=[*KEY, "maximum_lanes"], how="anti", nulls_equal=True).is_empty()


def test_the_table_of_commits(catalog: Catalog, specimens: Path) -> None:
    rows = read((specimens / "cbp" / "commits.csv").read_bytes(), catalog)
    (frozen,) = rows.rejected.to_dicts()
    assert frozen["line"] == 2
    assert "frozen: its clock says 3/26/2026 15:36:02 and it was read at 2026-04-15T02:44:51" in frozen["reason_en"]
    assert "waittimes" in frozen["row"]
    pending = rows.frame.filter(state="pending")
    # of San Luis II (9 am to 7 pm in 2026) at 18:36; at 23:23 it is closed
    assert pending.height == 7
    assert pending["lanes_open"].null_count() == 7  # its 0 stands for none given
    assert rows.frame.filter(state="closed", crossing_state="closed").height == 7
    douglas = rows.frame.filter(crossing="260101", mode="passenger", lane="standard")
    # the answer of 01:36 UTC (6:36 pm) shows the label of the evening before
    assert douglas.select("observed_at", "delay_minutes", "lanes_open", "label").rows() == [
        (datetime(2026, 6, 28, 4, tzinfo=UTC), 60, 2, "En 9:00 pm PST"),
        (datetime(2026, 6, 29, 6, tzinfo=UTC), 60, 2, "En 11:00 pm PST"),
    ]
    assert rows.frame["maximum_lanes"].null_count() == rows.frame.height


def test_the_table_of_the_rss_text(catalog: Catalog, specimens: Path) -> None:
    frame = read((specimens / "cbp" / "rss.csv").read_bytes(), catalog).frame
    first = frame.filter(crossing="535501", mode="passenger", lane="ready").row(0, named=True)
    assert first["observed_at"] == datetime(2026, 8, 12, 6, tzinfo=UTC)
    assert (first["state"], first["delay_minutes"], first["lanes_open"]) == ("delay", 15, 1)
    assert set(frame.filter(pl.col("delay_minutes") < 10)["state"]) == {"no_delay"}
    assert set(frame.filter(pl.col("delay_minutes") >= 10)["state"]) == {"delay"}


def test_the_table_of_statuses(catalog: Catalog, specimens: Path) -> None:
    frame = read((specimens / "cbp" / "statuses.csv").read_bytes(), catalog).frame
    assert set(frame["crossing"]) == {"240201"}
    poll = datetime(2026, 8, 9, 15, 26, tzinfo=UTC)
    rows = frame.filter(observed_at=poll).sort("mode", "lane").select("mode", "lane", "state", "delay_minutes").rows()
    assert ("commercial", "standard", "closed", None) in rows
    assert ("passenger", "sentri", "not_offered", None) in rows
    assert ("passenger", "standard", "delay", 50) in rows
    assert ("pedestrian", "standard", "no_delay", 1) in rows
    assert frame["lanes_open"].null_count() == frame.height


def test_what_is_of_another_source_is_not_recognised() -> None:
    for content in (b"", b"<html>", b"a,b\n1,2\n", b'{"portCrossings": []}', b"\xfd7zXZ\x00junk", b"\x1f\x8bjunk"):
        assert cbp_border_waits.recognise("bwt.xml", content) == ""
