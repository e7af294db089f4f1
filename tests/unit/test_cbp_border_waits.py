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
from ambos.sources import cbp_border_waits
from ambos.sources.base import File
from cbp_samples import name, one_lane, port_xml, read, read_xml, snapshot, tar

POLL = datetime(2025, 7, 30, 20, 4, 31, tzinfo=UTC)
FLOOR = POLL.replace(second=0)
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
        (("delay", "At 1:00 pm MST", "", "3"), "bad_value", "delay_minutes"),
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


def test_an_archive_counts_what_it_cannot_use(catalog: Catalog) -> None:
    good = one_lane("260401", ("delay", "At 1:00 pm MST", "40", "3"))
    members = {
        name(POLL): good,
        name(POLL + timedelta(minutes=1)): b"<HTML><HEAD><TITLE>Error</TITLE></HEAD><BODY>An error<p></BODY></HTML>",
        name(POLL + timedelta(minutes=2)): b"The page cannot be displayed because an internal server error occurred.",
        name(POLL + timedelta(minutes=3)): good[:-30],
        name(POLL + timedelta(minutes=4)): b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>",
        "notes.xml": good.replace(b"last_updated", b"x"),
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
    assert packed.height > 60
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
    rows = read(one_lane("260401", ("Lanes Closed", "", "", "")), catalog, "bwt.xml")
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


def test_one_port_as_json(catalog: Catalog, specimens: Path) -> None:
    import json

    ports = json.loads((specimens / "cbp" / "bwtnew_2022-06-29.json").read_bytes())
    port = next(p for p in ports if p["port_number"] == "260401")
    frame = read(json.dumps(port).encode(), catalog, "x", POLL).frame
    assert set(frame["crossing"]) == {"260401"}
    assert frame.height == 7


def test_json_in_spanish_says_the_same(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "cbp" / "bwtnew_2022-06-29.json").read_text(encoding="utf-8")
    words = {
        "no delay": "Sin demora",
        '"delay"': '"demora"',
        "Lanes Closed": "Carriles cerrados",
        "Update Pending": "Actualización Pendiente",
        "Mexican Border": "Frontera mexicana",
        "At Noon": "En Mediodía",
        "At ": "En ",
    }
    spanish = content
    for english, other in words.items():
        spanish = spanish.replace(english, other)
    assert spanish != content
    frames = [read(c.encode(), catalog, "bwtnew.json", POLL).frame.drop("label") for c in (content, spanish)]
    assert frames[0].equals(frames[1])


def test_the_table_of_pulls_says_what_the_xml_says(catalog: Catalog, specimens: Path) -> None:
    table = read((specimens / "cbp" / "pulls.csv").read_bytes(), catalog).frame
    files = sorted((specimens / "cbp").glob("*.xml"))
    archive = read(tar({f.name: f.read_bytes() for f in files}), catalog).frame
    offered = pl.col("state") != "not_offered"
    assert table.filter(offered).height > 40
    assert table.filter(offered).equals(archive.filter(offered))
    keys = archive.filter(~offered)
    assert table.filter(~offered).join(keys, on=[*KEY, "maximum_lanes"], how="anti", nulls_equal=True).is_empty()


def test_the_table_of_commits(catalog: Catalog, specimens: Path) -> None:
    rows = read((specimens / "cbp" / "commits.csv").read_bytes(), catalog)
    (frozen,) = rows.rejected.to_dicts()
    assert frozen["line"] == 2
    assert "waittimes" in frozen["reason_en"]
    pending = rows.frame.filter(state="pending")
    assert pending.height == 14
    assert pending["lanes_open"].null_count() == 14  # its 0 stands for none given
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
