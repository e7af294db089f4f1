"""Readers of what the river's sources answer, and damaged bytes: a SourceError or sound rows, never anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.errors import SourceError
from ambos.model import CodeList
from ambos.sources.ibwc import water as ibwc_water
from ambos.sources.shared.base import REJECT_SCHEMA, File, Rows
from ambos.sources.usbr import rise as usbr_rise
from ambos.sources.usgs import water as usgs_water
from ambos.store import schema
from examples import examples

RIVER = Path(__file__).resolve().parents[1] / "specimens" / "river"
END = '"Data are being provided with the understanding they are provisional and subject to future revision.",\n'
HEAD = "#Data Set Export - Discharge.Daily Rounded cfs@09522000,\nTimestamp (UTC-07:00),Value (cfs)\n"
FILES: dict[str, tuple[Any, bytes]] = {
    "rise": (usbr_rise, (RIVER / "rise_powell.json").read_bytes()),
    "daily": (usgs_water, (RIVER / "usgs_daily.json").read_bytes().replace(b"05427718", b"09522000")),
    "latest": (usgs_water, (RIVER / "usgs_latest.json").read_bytes()),
    "ibwc": (ibwc_water, f"{HEAD}2024-08-01 00:00:00,1850\n2024-08-02 00:00:00,NaN\n{END}".encode()),
}
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def kind_of(name: str) -> str:
    module, content = FILES[name]
    kind = module.recognise(name, content)
    assert kind
    return str(kind)


def check(rows: Rows, catalog: Catalog) -> None:
    """The frame is what its dataset says and can be stored, whatever the file was."""
    dataset = catalog.datasets[rows.dataset]
    assert set(rows.frame.columns) == {*(c.id for c in dataset.columns), "status"}
    assert rows.rejected.schema == REJECT_SCHEMA
    stamp = [pl.lit(date(2026, 1, 1)).alias("as_of"), pl.lit("s").alias("snapshot_id")]
    schema.check(dataset, rows.frame.with_columns(stamp))
    assert set(rows.frame["status"]) <= {"A", "P", "E", "M"}
    for column in dataset.columns:
        codes = catalog.codelists.get(column.codes or "")
        if isinstance(codes, CodeList):
            assert set(rows.frame[column.id]) <= set(codes.codes)
    values = [c.id for c in dataset.columns if c.role == "value"]
    empty = pl.all_horizontal(pl.col(c).is_null() for c in values)
    assert rows.frame.select(((pl.col("status") == "M") == empty).all()).item()


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A specimen with bytes cut, changed, put in, taken out or repeated."""
    name = draw(st.sampled_from(sorted(FILES)))
    content = FILES[name][1]
    bits = [b"", b'"', b",", b"\n", b"[", b"{", b"null", b"\xef\xbb\xbf", b"9", b"-", b"e9", b"true", b"\xff"]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 60)))
        piece = draw(st.one_of(st.binary(max_size=6), st.sampled_from(bits)))
        content = draw(
            st.sampled_from([content[:at], content[:at] + piece + content[at:], content[:at] + piece + content[to:]])
        )
    return name, content


@settings(calm, max_examples=examples(150))
@given(case=damaged())
def test_damaged_bytes_raise_a_source_error_or_give_sound_rows(catalog: Catalog, case: tuple[str, bytes]) -> None:
    name, content = case
    module, _ = FILES[name]
    module.recognise(name, content)
    try:
        found = list(module.read(File(name, content), kind_of(name), catalog))
    except SourceError as error:
        assert error.say("en") != error.say("es")
        return
    for rows in found:
        check(rows, catalog)


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON document."""
    if path:
        yield path
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("2026-01-09T07:00:00Z"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(calm, max_examples=examples(150))
@given(data=st.data(), name=st.sampled_from(["rise", "daily", "latest"]))
def test_any_other_value_in_any_place_of_an_answer(catalog: Catalog, data: st.DataObject, name: str) -> None:
    module, content = FILES[name]
    answer = json.loads(content)
    for path in data.draw(st.lists(st.sampled_from(list(places(answer))), min_size=1, max_size=3)):
        inner = answer
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = data.draw(JSON)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    text = json.dumps(answer)
    try:
        found = list(module.read(File(name, text.encode()), kind_of(name), catalog))
    except SourceError:
        return
    for rows in found:
        check(rows, catalog)


@settings(calm, max_examples=examples(150))
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore"))))
def test_random_bytes_are_refused(catalog: Catalog, content: bytes) -> None:
    for name, (module, _) in FILES.items():
        module.recognise(name, content)
        with pytest.raises(SourceError):
            list(module.read(File(name, content), kind_of(name), catalog))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_cut_anywhere_is_refused(catalog: Catalog, name: str) -> None:
    """A number cut in the middle would be a smaller number; it must not get through."""
    module, content = FILES[name]
    whole = content.rstrip()
    for end in range(0, len(whole) - 1, 1 if len(whole) < 2000 else 97):
        with pytest.raises(SourceError):
            list(module.read(File(name, whole[:end]), kind_of(name), catalog))


FLOW = st.decimals(-900, 200_000, places=2) | st.none()


@settings(calm, max_examples=examples(100))
@given(flows=st.lists(FLOW, min_size=1, max_size=30), approved=st.booleans())
def test_daily_means_there_and_back(catalog: Catalog, flows: list[Decimal | None], approved: bool) -> None:
    page = json.loads(FILES["daily"][1])
    template = page["features"][0]
    days = [date(2024, 2, 20) + timedelta(i) for i in range(len(flows))]
    page["features"] = []
    for day, flow in zip(days, flows, strict=True):
        said = {"time": day.isoformat(), "value": None if flow is None else str(flow)}
        said["approval_status"] = "Approved" if approved else "Provisional"
        page["features"].append({**template, "properties": {**template["properties"], **said}})
    page["numberReturned"] = len(flows)
    (rows,) = usgs_water.read(File("f", json.dumps(page).encode()), "daily", catalog)
    assert rows.frame.select("date", "discharge_cfs").rows() == list(zip(days, flows, strict=True))
    assert rows.frame["status"].to_list() == ["M" if f is None else "A" if approved else "P" for f in flows]


@settings(calm, max_examples=examples(100))
@given(flows=st.lists(FLOW, min_size=1, max_size=30), unit=st.sampled_from(sorted(ibwc_water.UNITS)))
def test_exports_there_and_back(catalog: Catalog, flows: list[Decimal | None], unit: str) -> None:
    lines = [HEAD.replace("(cfs)", f"({unit})")]
    lines += [f"{date(2024, 2, 20) + timedelta(i)} 00:00:00,{'NaN' if f is None else f}\n" for i, f in enumerate(flows)]
    (rows,) = ibwc_water.read(File("f", "".join([*lines, END]).encode()), "export", catalog)
    assert rows.rejected.is_empty() and rows.frame["date"].to_list()[0] == date(2024, 2, 20)
    foot = Decimal("0.3048") ** 3
    for flow, given_back in zip(flows, rows.frame["discharge_cfs"].to_list(), strict=True):
        if flow is None:
            assert given_back is None
        else:
            exact = flow if ibwc_water.UNITS[unit] == "1" else flow / foot
            assert abs(given_back - exact) <= Decimal("0.00006")


@settings(calm, max_examples=examples(100))
@given(
    levels=st.lists(st.decimals(0, 4000, places=2) | st.none(), min_size=1, max_size=30),
    hour=st.sampled_from([7, 8]),
)
def test_levels_there_and_back(catalog: Catalog, levels: list[Decimal | None], hour: int) -> None:
    described, page, *_ = json.loads(FILES["rise"][1])
    result = page["data"][0]
    page["data"], page["meta"] = [], {"totalItems": len(levels)}
    for i, level in enumerate(levels):
        stamp = datetime(2024, 2, 20, hour, tzinfo=UTC) + timedelta(i)
        value = None if level is None else float(level)
        said = {**result["attributes"], "dateTime": stamp.isoformat(), "result": value}
        page["data"].append({**result, "attributes": said})
    (rows,) = usbr_rise.read(File("f", json.dumps([described, page]).encode()), "items", catalog)
    days = [date(2024, 2, 20) + timedelta(i) for i in range(len(levels))]
    assert rows.rejected.is_empty()
    assert rows.frame.select("date", "elevation_ft").rows() == list(zip(days, levels, strict=True))
