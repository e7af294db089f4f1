"""Laws of the reader of CBP's border wait times: against a slow reader, and on damaged bytes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.errors import SourceError
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.shared.base import REJECT_SCHEMA, File
from cbp_samples import SHAPE, name, port_xml, read, slow_reader, snapshot, tar
from examples import examples

SPECIMENS = Path(__file__).resolve().parents[1] / "specimens" / "cbp"
FILES = {p.name: p.read_bytes() for p in sorted(SPECIMENS.iterdir())}
FILES["archive.tar"] = tar({n: c for n, c in FILES.items() if n.endswith(".xml")})
KINDS = {n: cbp_border_waits.recognise(n, c[:65536]) for n, c in FILES.items()}
#: One crossing of each zone, one with two numbers, one of the other border.
CROSSINGS = ("260401", "260101", "260301", "260305", "240201", "250401", "230402", "l24501", "070801")
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

labels = st.one_of(
    st.sampled_from(["At Noon MST", "At Midnight CDT"]),
    st.builds(
        lambda h, m, half: f"At {h}:{m:02d} {half} MDT",
        st.integers(1, 12),
        st.sampled_from([0, 7]),
        st.sampled_from("ap"),
    ).map(lambda t: t.replace("a M", "am M").replace("p M", "pm M")),
)
lanes = st.one_of(
    st.just(("N/A", "", "", "")),
    st.just(("Lanes Closed", "", "", "")),
    st.just(("Update Pending", "", "", "")),
    st.tuples(
        st.sampled_from(["delay", "no delay"]),
        labels,
        st.one_of(st.just(""), st.integers(0, 500).map(str)),
        st.sampled_from(["", "1", "12"]),
    ),
)


@st.composite
def ports(draw: st.DrawFn) -> str:
    port: dict[object, object] = {}
    for mode, classes in SHAPE.items():
        port[mode] = draw(st.sampled_from(["N/A", "0", "4", "13"]))
        for lane in classes:
            port[mode, lane] = draw(lanes)
    hours = draw(st.sampled_from(["24 hrs/day", "6 am-10 pm", "9 am-5 pm"]))
    status = draw(st.sampled_from(["Open", "Closed"]))
    return port_xml(draw(st.sampled_from(CROSSINGS)), port, draw(st.booleans()), hours=hours, status=status)


@settings(calm, max_examples=examples(40))
@given(data=st.data())
def test_the_quick_reader_agrees_with_a_slow_one(catalog: Catalog, data: st.DataObject) -> None:
    # between two changes of the clocks
    start = datetime(2025, 5, 1, tzinfo=UTC) + timedelta(seconds=data.draw(st.integers(0, 170 * 24 * 3600)))
    known = data.draw(st.lists(ports(), min_size=1, max_size=5))
    polls = {}
    for _ in range(data.draw(st.integers(1, 6))):
        start += timedelta(minutes=data.draw(st.integers(1, 200)))
        # of each port one record in a snapshot, and often the one of the snapshot before
        chosen = data.draw(st.lists(st.sampled_from(known), max_size=4, unique_by=lambda p: p[:40]))
        polls[start] = snapshot(chosen)
    rows = read(tar({name(t): c for t, c in polls.items()}), catalog)
    assert rows.rejected.is_empty()
    frame = rows.frame.sort("crossing", "mode", "lane", "observed_at")
    assert frame.rows() == slow_reader(polls, catalog)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A specimen, cut, with bytes changed, put in, taken out or repeated."""
    file = draw(st.sampled_from(sorted(FILES)))
    content = FILES[file]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 80)))
        piece = draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"<", b"</port>", b"&amp;", b"<port>", b"N/A", b'"', b",", b"\n", b"\xf3", b"-9", b"{"]
                ),
            )
        )
        content = draw(
            st.sampled_from([content[:at], content[:at] + piece + content[at:], content[:at] + piece + content[to:]])
        )
    return KINDS[file], content


@settings(calm, max_examples=examples(100))
@given(case=damaged())
def test_damaged_bytes_raise_a_source_error_or_give_sound_rows(catalog: Catalog, case: tuple[str, bytes]) -> None:
    kind, content = case
    file = File("damaged-2025-07-30_20-04-31", content)
    cbp_border_waits.recognise(file.name, file.head())
    try:
        (rows,) = cbp_border_waits.read(file, kind, catalog)
    except SourceError as error:
        assert error.say("en") != error.say("es")
        return
    frame = rows.frame
    assert rows.rejected.schema == REJECT_SCHEMA
    assert frame.select("crossing", "mode", "lane", "observed_at").is_unique().all()
    keys = ["crossing", "mode", "lane", "observed_at", "state", "fetched_at", "clamped", "status", "as_of"]
    assert not any(frame.select(keys).null_count().row(0)) or frame.is_empty()
    reports = pl.col("state").is_in(["delay", "no_delay"])
    silent = frame.filter(~reports)
    assert silent["delay_minutes"].null_count() == silent.height
    assert silent["lanes_open"].null_count() == silent.height
    assert frame.filter(reports)["delay_minutes"].null_count() == 0
    assert (frame["observed_at"] <= frame["fetched_at"]).all()
    assert (frame["delay_minutes"].drop_nulls() >= 0).all()
    assert ((frame["status"] == "M") == (frame["state"] == "pending")).all()


@settings(calm, max_examples=examples(100))
@given(content=st.binary(max_size=400), kind=st.sampled_from(sorted(set(KINDS.values()))))
def test_random_bytes_never_break_it(catalog: Catalog, content: bytes, kind: str) -> None:
    # Random bytes can hold a table's mark (hypothesis draws on the constants of the code): that is then its kind.
    assert cbp_border_waits.recognise("random", content) in {"", *KINDS.values()}
    with suppress(SourceError):
        list(cbp_border_waits.read(File("random", content), kind, catalog))
