"""The air's readers and damaged files: a SourceError or sound rows, never anything else; and what holds of all rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from air_samples import (
    airnow_hour,
    aqs,
    aqs_day,
    aqs_hour,
    openaq,
    openaq_hour,
    openaq_page,
    sinaica,
    sinaica_hour,
)
from ambos.catalog import Catalog
from ambos.errors import SourceError
from ambos.model import CodeList
from ambos.sources.epa import airnow
from ambos.sources.epa import aqi_county as epa_aqi_county
from ambos.sources.epa import aqs as epa_aqs
from ambos.sources.openaq import measurements as openaq_reader
from ambos.sources.shared.base import REJECT_SCHEMA, File, Rows
from ambos.sources.sinaica import hourly as sinaica_reader
from ambos.sources.sinaica import stations as sinaica_stations
from examples import examples

SPECIMENS = Path(__file__).resolve().parents[1] / "specimens"
KNOWN = date(2026, 2, 28)
CASES: list[tuple[Any, bytes]] = [
    (epa_aqi_county, (SPECIMENS / "epa_aqi" / "annual_aqi_by_county_2018.csv").read_bytes()),
    (epa_aqi_county, (SPECIMENS / "epa_aqi" / "annual_aqi_by_county_2024.csv").read_bytes()),
    (sinaica_stations, (SPECIMENS / "sinaica" / "stations_sinaica.csv").read_bytes()),
    (epa_aqs, aqs(aqs_hour(0, 12.4), aqs_hour(1, None), aqs_hour(23, -1.5))),
    (epa_aqs, aqs(aqs_day("2024-01-01", 9.1), aqs_day("2024-01-02", 9.3, aqi=None))),
    (airnow, json.dumps([airnow_hour(1, 4.0), airnow_hour(2, -999)]).encode()),
    (sinaica_reader, sinaica(sinaica_hour(0, 31.2), sinaica_hour(1, "9", valid=0))),
    (openaq_reader, openaq(openaq_page(openaq_hour(0, 31.2), openaq_hour(1, 3.0, flags=True)))),
]
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Any, str, bytes]:
    """A specimen, cut, with bytes changed, put in, taken out or repeated."""
    module, content = draw(st.sampled_from(CASES))
    kind = module.recognise("f", content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 60)))
        known = [
            b"",
            b'"',
            b",",
            b"\n",
            b"[",
            b"]",
            b"{",
            b"}",
            b"\xef\xbb\xbf",
            b"9",
            b"-",
            b"e9",
            b"null",
            b"\\ud800",
        ]
        piece = draw(st.one_of(st.binary(max_size=6), st.sampled_from(known)))
        content = draw(
            st.sampled_from([content[:at], content[:at] + piece + content[at:], content[:at] + piece + content[to:]])
        )
    return module, kind, content


def check(rows: Rows, catalog: Catalog) -> None:
    """The frame is what its dataset says, whatever the file was."""
    dataset = catalog.datasets[rows.dataset]
    assert set(rows.frame.columns) == {*(c.id for c in dataset.columns), "status"}
    assert rows.rejected.schema == REJECT_SCHEMA
    assert not any(rows.frame.select(*dataset.keys, "status").null_count().row(0))
    for column in dataset.columns:
        if isinstance(catalog.codelists.get(column.codes or ""), CodeList):
            codes = set(rows.frame[column.id].drop_nulls())
            assert codes <= {*catalog.codelists[column.codes or ""].codes, "_T", "_Z"}
    if "value" in rows.frame.columns and "status" in rows.frame.columns and rows.dataset == "air_readings":
        assert ((rows.frame["status"] == "M") == rows.frame["value"].is_null()).all()


@settings(calm, max_examples=examples(150))
@given(case=damaged())
def test_a_damaged_file_raises_a_source_error_or_gives_sound_rows(
    catalog: Catalog, case: tuple[Any, str, bytes]
) -> None:
    module, kind, content = case
    file = File("damaged", content, as_of=KNOWN)
    module.recognise(file.name, file.head())
    try:
        found = list(module.read(file, kind, catalog))
    except SourceError as error:
        assert error.say("en") != error.say("es")
        return
    for rows in found:
        check(rows, catalog)


@settings(calm, max_examples=examples(150))
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore"))))
def test_random_bytes_break_no_reader(catalog: Catalog, content: bytes) -> None:
    for module, specimen in CASES:
        kind = module.recognise("f", specimen)
        try:
            list(module.read(File("random", content, as_of=KNOWN), kind, catalog))
        except SourceError:
            continue
        raise AssertionError(f"{module.__name__} read random bytes")


@settings(calm, max_examples=examples(100))
@given(
    value=st.decimals(min_value=-50, max_value=9_000, places=4, allow_nan=False, allow_infinity=False),
    ppm=st.booleans(),
)
def test_no_digit_is_lost(catalog: Catalog, value: Decimal, ppm: bool) -> None:
    """Four decimals of a ppb or a µg/m³ come through exactly, written as a number of JSON."""
    if ppm:
        record = aqs_hour(0, 0, parameter_code="44201", units_of_measure="Parts per million")
        written = f"{value / 1000:f}"
    else:
        record, written = aqs_hour(0, 0), f"{value:f}"
    content = aqs(record).replace(b'"sample_measurement": 0', f'"sample_measurement": {written}'.encode())
    (rows,) = epa_aqs.read(File("f", content), "hours", catalog)
    assert rows.frame["value"].to_list() == [value]


@settings(calm, max_examples=examples(60))
@given(first=st.integers(0, 130_000), count=st.integers(1, 60))
def test_local_hours_of_a_zone_without_summer_time_never_fold(catalog: Catalog, first: int, count: int) -> None:
    """Each hour of SINAICA's local clock is another hour in UTC, an hour after the one before."""
    hours = [datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=first + i) for i in range(count)]
    records = [
        {**sinaica_hour(0, 1.0), "id": f"187PM10{h:%y%m%d%H}", "fecha": f"{h:%Y-%m-%d}", "hora": h.hour} for h in hours
    ]
    (rows,) = sinaica_reader.read(File("f", sinaica(*records)), "chart", catalog)
    assert rows.frame["hour"].to_list() == [h + timedelta(hours=7) for h in hours]
