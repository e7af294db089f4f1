"""The air's readers: one row per figure, hours in UTC, nothing invented, damage told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from air_samples import (
    ITN,
    airnow_hour,
    aqs,
    aqs_day,
    aqs_hour,
    openaq,
    openaq_hour,
    openaq_location,
    openaq_page,
    sinaica,
    sinaica_hour,
)
from ambos.catalog import Catalog
from ambos.catalog.air import load_air
from ambos.errors import WrongShape
from ambos.flows.data.implausible import set_aside_implausible
from ambos.sources.epa import airnow
from ambos.sources.epa import aqi_county as epa_aqi_county
from ambos.sources.epa import aqs as epa_aqs
from ambos.sources.openaq import measurements as openaq_reader
from ambos.sources.shared.base import File, Rows
from ambos.sources.sinaica import hourly as sinaica_reader
from ambos.sources.sinaica import stations as sinaica_stations

AFTER, BEFORE = date(2026, 2, 28), date(2021, 12, 31)


def read(module: Any, content: bytes, catalog: Catalog, as_of: date | None = AFTER, name: str = "f") -> Rows:
    file = File(name, content, as_of=as_of)
    kind = module.recognise(file.name, file.head())
    assert kind
    (rows,) = module.read(file, kind, catalog)
    return rows


# -- annual index by county -------------------------------------------------------------------------------
def county(specimens: Path, year: int) -> bytes:
    return (specimens / "epa_aqi" / f"annual_aqi_by_county_{year}.csv").read_bytes()


def figures(rows: Rows, place: str) -> dict[str, int]:
    return dict(rows.frame.filter(county=place).select("measure", "value").rows())


def test_a_new_file_is_by_the_new_table(catalog: Catalog, specimens: Path) -> None:
    """Santa Cruz County, Arizona, 2019 (EPA AirData, downloaded February 2026)."""
    rows = read(epa_aqi_county, county(specimens, 2019), catalog)
    assert set(rows.frame["table"]) == {"us_aqi_2024"} and set(rows.frame["status"]) == {"A"}
    santa_cruz = figures(rows, "04023")
    assert (santa_cruz["days"], santa_cruz["aqi_000_050"], santa_cruz["aqi_051_100"]) == (362, 250, 110)
    assert (santa_cruz["max"], santa_cruz["p90"], santa_cruz["median"]) == (120, 67, 39)
    assert (santa_cruz["days_pm25"], santa_cruz["days_pm10"], santa_cruz["days_o3"]) == (323, 39, 0)
    assert "days_so2" not in santa_cruz, "a column that is not there is not 0"
    assert figures(rows, "80026")["days_o3"] == 358


def test_an_old_file_is_by_the_table_before(catalog: Catalog, specimens: Path) -> None:
    """The same county, 2018, as EPA published it until 2021."""
    rows = read(epa_aqi_county, county(specimens, 2018), catalog, BEFORE)
    assert set(rows.frame["table"]) == {"us_aqi_2015"}
    assert figures(rows, "04023")["aqi_000_050"] == 294 and figures(rows, "04023")["days_so2"] == 0
    assert set(rows.frame["county"]) == {"04003", "04023", "80026"}, "Alaska's counties are no places"
    assert rows.rejected.is_empty()


def test_a_column_of_sulfur_dioxide_tells_an_old_file_of_unknown_age(catalog: Catalog, specimens: Path) -> None:
    rows = read(epa_aqi_county, county(specimens, 2018), catalog, AFTER)
    assert set(rows.frame["table"]) == {"us_aqi_2015"}


@pytest.mark.parametrize(("known", "table"), [(date(2024, 5, 5), "us_aqi_2015"), (date(2024, 5, 6), "us_aqi_2024")])
def test_the_seam_is_the_day_the_file_was_made(catalog: Catalog, specimens: Path, known: date, table: str) -> None:
    assert set(read(epa_aqi_county, county(specimens, 2014), catalog, known).frame["table"]) == {table}


def test_a_copy_without_percentile_and_pollutants(catalog: Catalog, specimens: Path) -> None:
    santa_cruz = figures(read(epa_aqi_county, county(specimens, 2014), catalog, BEFORE), "04023")
    assert santa_cruz["median"] == 34 and not {"p90", "days_pm25"} & set(santa_cruz)


@pytest.mark.parametrize(("known", "status"), [(date(2026, 4, 30), "P"), (date(2026, 5, 1), "A")])
def test_a_year_is_provisional_until_it_is_certified(
    catalog: Catalog, specimens: Path, known: date, status: str
) -> None:
    assert set(read(epa_aqi_county, county(specimens, 2025), catalog, known).frame["status"]) == {status}


def test_figures_of_before_the_tables_held_are_refused(catalog: Catalog, specimens: Path) -> None:
    with pytest.raises(WrongShape, match="no older breakpoints are held"):
        read(epa_aqi_county, county(specimens, 2014), catalog, date(2014, 1, 1))


def test_days_must_add_up(catalog: Catalog, specimens: Path) -> None:
    content = county(specimens, 2019).replace(b'"Santa Cruz",2019,362,250', b'"Santa Cruz",2019,362,251')
    rows = read(epa_aqi_county, content, catalog)
    assert "04023" not in set(rows.frame["county"]) and rows.frame.height
    assert rows.rejected["reason_es"].to_list() == ["Los días por categorías no suman los días con índice."]
    content = county(specimens, 2019).replace(b"0,0,0,323,39", b"0,0,0,323,38")
    assert read(epa_aqi_county, content, catalog).rejected["reason_en"][0].startswith("The days by pollutants")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"120,67,39", b"9999,67,39", "The highest index is not in the highest category that has days."),
        (b"120,67,39", b"100,67,39", "The highest index is not in the highest category that has days."),
        (b"120,67,39", b"120,67,68", "The median, the 90th percentile and the highest index are not in this order."),
        (b"120,67,39", b"120,121,39", "The median, the 90th percentile and the highest index are not in this order."),
        (b"2019,362,250,110", b"2019,366,254,110", "There are more days than the year has."),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    catalog: Catalog, specimens: Path, old: bytes, new: bytes, why: str
) -> None:
    content = (
        county(specimens, 2019)
        .replace(old, new)
        .replace(b"0,0,0,323,39", b"0,0,0,327,39" if b"366" in new else b"0,0,0,323,39")
    )
    rows = read(epa_aqi_county, content, catalog)
    assert "04023" not in set(rows.frame["county"]) and rows.rejected["reason_en"].to_list() == [why]


def test_an_unknown_county_of_a_known_state_is_told(catalog: Catalog, specimens: Path) -> None:
    content = county(specimens, 2019).replace(b'"Cochise"', b'"Cochisse"')
    (told,) = read(epa_aqi_county, content, catalog).rejected["reason_en"]
    assert "Arizona/Cochisse" in told and "Cochise County" in told


@pytest.mark.parametrize(("old", "new"), [(b"Max AQI", b"Maximum AQI"), (b"Median AQI", b"Mean AQI")])
def test_a_renamed_column_is_not_recognised(specimens: Path, old: bytes, new: bytes) -> None:
    assert not epa_aqi_county.recognise("f", county(specimens, 2019).replace(old, new))


def test_a_new_column_is_refused(catalog: Catalog, specimens: Path) -> None:
    content = county(specimens, 2019).replace(b"Days PM10", b"Days Lead")
    with pytest.raises(WrongShape, match="Days Lead"):
        read(epa_aqi_county, content, catalog)


def test_the_tables_are_those_of_the_index(catalog: Catalog) -> None:
    assert set(catalog.codelists["aqi_tables"].codes) == {t.id for t in load_air().tables["us"]}


def test_no_series_mixes_tables(catalog: Catalog) -> None:
    own = [s for s in catalog.series.values() if getattr(s, "dataset", "") == "air_quality_index_county"]
    assert len(own) == 16
    for series in own:
        (table,) = series.where["table"]  # type: ignore[union-attr]
        assert (table == "us_aqi_2015") == series.id.endswith("_before_2024")
        assert "6 May 2024" in series.definition.en and "6 de mayo de 2024" in series.definition.es
        (other,) = series.not_comparable_with
        assert catalog.series[other].where["table"] != series.where["table"]  # type: ignore[union-attr]


# -- Air Quality System -----------------------------------------------------------------------------------
def test_hours_of_aqs_are_read_or_set_aside(catalog: Catalog) -> None:
    rows = read(
        epa_aqs,
        aqs(
            aqs_hour(0, 12.4),
            aqs_hour(23, -1.25),
            aqs_hour(1, None),
            aqs_hour(2, 8, sample_duration_code="7"),
            aqs_hour(3, 8, parameter_code="88502"),
            aqs_hour(4, 8, site=("04", "019", "0011")),
            aqs_hour(5, 30.1, site=ITN, poc=1),
        ),
        catalog,
    )
    found = {(r["station"], r["hour"]): r for r in rows.frame.to_dicts()}
    assert len(found) == 4 and rows.rejected.is_empty()
    first = found["nogales_post_office", datetime(2024, 1, 1, 7, tzinfo=UTC)]
    assert (first["value"], first["unit"], first["status"]) == (Decimal("12.4"), "ug/m3", "A")
    assert (first["monitor"], first["clock"], first["local"]) == ("88101-3", "utc", "2024-01-01 00:00")
    assert found["nogales_post_office", datetime(2024, 1, 2, 6, tzinfo=UTC)]["value"] == Decimal("-1.25")
    lost = found["nogales_post_office", datetime(2024, 1, 1, 8, tzinfo=UTC)]
    assert (lost["value"], lost["status"], lost["qualifier"]) == (None, "M", "AN - Machine Malfunction.")
    assert found["nogales_itn", datetime(2024, 1, 1, 12, tzinfo=UTC)]["monitor"] == "88101-1"


@pytest.mark.parametrize(
    ("value", "units", "held"),
    [
        (0.0785, "Parts per million", "78.5"),
        (41, "Parts per billion", "41"),
        (0.04531251, "Parts per million", "45.3125"),
    ],
)
def test_gases_are_kept_in_ppb(catalog: Catalog, value: float, units: str, held: str) -> None:
    record = aqs_hour(0, value, parameter_code="44201", units_of_measure=units)
    (row,) = read(epa_aqs, aqs(record), catalog).frame.to_dicts()
    assert (row["pollutant"], row["unit"], row["value"]) == ("o3", "ppb", Decimal(held))


@pytest.mark.parametrize(
    "wrong",
    [
        {"units_of_measure": "Parts per billion"},
        {"units_of_measure": "Grams"},
        {"sample_measurement": "n/a"},
        {"sample_measurement": True},
        {"time_gmt": "07:30"},
        {"time_gmt": "25:00"},
        {"date_gmt": None},
    ],
)
def test_aqs_bad_rows_are_refused_alone(catalog: Catalog, wrong: dict[str, Any]) -> None:
    rows = read(epa_aqs, aqs(aqs_hour(0, 12.4), aqs_hour(1, 12.4, **wrong)), catalog)
    assert rows.frame.height == 1 and rows.rejected["reason"].to_list() == ["bad_value"]


def test_days_of_aqs_are_read_by_standard(catalog: Catalog) -> None:
    rows = read(
        epa_aqs, aqs(aqs_day("2024-01-01", 12.041667), aqs_day("2024-01-01", 12.1, standard=None, aqi=None)), catalog
    )
    assert rows.dataset == "air_daily" and rows.rejected.is_empty()
    by = {r["standard"]: r for r in rows.frame.to_dicts()}
    assert by["PM25 24-hour 2024"]["mean"] == Decimal("12.0417") and by["PM25 24-hour 2024"]["aqi"] == 56
    assert by["_Z"]["aqi"] is None and by["_Z"]["events"] == "No Events"


@pytest.mark.parametrize(
    "content",
    [b'{"Header": [], "Data": {"sample_measurement": 1}}', b'{"Header": [], "Data": [1, "sample_measurement"]}'],
)
def test_aqs_in_another_shape(catalog: Catalog, content: bytes) -> None:
    with pytest.raises(WrongShape):
        read(epa_aqs, content, catalog)


def test_aqs_without_a_field(catalog: Catalog) -> None:
    record = aqs_hour(0, 12.4)
    del record["date_gmt"]
    with pytest.raises(WrongShape, match="date_gmt"):
        read(epa_aqs, aqs(record), catalog)


# -- AirNow -----------------------------------------------------------------------------------------------
def test_airnow_takes_the_raw_hour_not_the_nowcast(catalog: Catalog) -> None:
    """The pairs of raw hour and NowCast are those that a public client recorded on 5 and 6 August 2021."""
    rows = read(
        airnow,
        json.dumps(
            [
                airnow_hour(17, 204.0, 117.8),
                airnow_hour(19, 12.0, -999.0),
                airnow_hour(20, -999, 9.0),
                airnow_hour(21, 7.0, FullAQSCode="061030007"),
                airnow_hour(22, 30.0, Parameter="OZONE", Unit="PPB"),
            ]
        ).encode(),
        catalog,
    )
    hours = {(r["pollutant"], r["hour"].hour): (r["value"], r["status"]) for r in rows.frame.to_dicts()}
    assert hours == {
        ("pm25", 17): (Decimal(204), "P"),
        ("pm25", 19): (Decimal(12), "P"),
        ("pm25", 20): (None, "M"),
        ("o3", 22): (Decimal(30), "P"),
    }


def test_airnow_without_raw_hours_is_refused(catalog: Catalog) -> None:
    record = airnow_hour(1, 5.0)
    del record["RawConcentration"]
    with pytest.raises(WrongShape, match="RawConcentration"):
        read(airnow, json.dumps([record]).encode(), catalog)


# -- SINAICA ----------------------------------------------------------------------------------------------
def test_hours_of_sinaica_are_read_or_set_aside(catalog: Catalog) -> None:
    rows = read(
        sinaica_reader,
        sinaica(
            sinaica_hour(0, 31.2),
            sinaica_hour(23, "55"),
            sinaica_hour(1, 999.0, valid=0),
            sinaica_hour(2, None),
            sinaica_hour(3, 0.0345, parameter="O3"),
            sinaica_hour(4, 12.5, parameter="PM2.5"),
            sinaica_hour(5, 20.0, parameter="TMP"),
        ),
        catalog,
    )
    found = {(r["pollutant"], r["local"]): r for r in rows.frame.to_dicts()}
    assert len(found) == 6 and rows.rejected.is_empty()
    first = found["pm10", "2026-02-24 0 h"]
    assert (first["station"], first["hour"]) == ("nogales_itn", datetime(2026, 2, 24, 7, tzinfo=UTC))
    assert (first["value"], first["status"], first["clock"]) == (Decimal("31.2"), "P", "local_assumed")
    assert found["pm10", "2026-02-24 23 h"]["hour"] == datetime(2026, 2, 25, 6, tzinfo=UTC)
    bad = found["pm10", "2026-02-24 1 h"]
    assert (bad["value"], bad["status"], bad["qualifier"]) == (None, "M", "invalid")
    assert found["pm10", "2026-02-24 2 h"]["status"] == "M"
    assert found["o3", "2026-02-24 3 h"]["value"] == Decimal("34.5")
    assert found["pm25", "2026-02-24 4 h"]["value"] == Decimal("12.5")


def test_sinaica_brackets_in_a_text_do_not_end_the_data(catalog: Catalog) -> None:
    record = {**sinaica_hour(0, 31.2), "bandO": "]; \u00e1["}
    assert read(sinaica_reader, sinaica(record), catalog).frame["qualifier"].to_list() == ["]; á["]


def test_sinaica_an_empty_chart_has_no_rows(catalog: Catalog) -> None:
    assert read(sinaica_reader, sinaica(), catalog).frame.is_empty()


@pytest.mark.parametrize("hour", [24, -1])
def test_sinaica_no_such_hour(catalog: Catalog, hour: int) -> None:
    record = {**sinaica_hour(1, 5.0), "hora": hour}
    assert read(sinaica_reader, sinaica(record), catalog).rejected["reason"].to_list() == ["bad_value"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (sinaica(sinaica_hour(0, 1.0))[:70], "cut or damaged"),
        (b"var dat = null;", "cut or damaged"),
        (b"var dat = " + b"[" * 100_000, "cut or damaged"),
        (b"var dat = [" * 100_000, "cut or damaged"),  # took minutes when it was a pattern that looked for the end
        (b'var dat = [{"id": "187PM1026022400", "id": 1}];', "cut or damaged"),
        (sinaica(sinaica_hour(0, "\xff")).replace(b"\\u00ff", b"\xff"), "no Unicode"),
        (b"var dat = [1];", "no records"),
        (b'var dat = [{"id": ];', "damaged"),
        (sinaica({"date": "2015-01-01", "hour": 0, "value": 1}), "fields missing: id, fecha"),
    ],
)
def test_a_damaged_page_of_sinaica_is_refused(catalog: Catalog, content: bytes, told: str) -> None:
    with pytest.raises(WrongShape, match=told):
        read(sinaica_reader, content, catalog)


# -- OpenAQ -----------------------------------------------------------------------------------------------
def test_hours_of_openaq_are_read_with_their_qualifiers(catalog: Catalog) -> None:
    pages = (openaq_page(openaq_hour(0, 31.25), openaq_hour(1, 12.345678, flags=True)), openaq_page())
    rows = read(openaq_reader, openaq(*pages), catalog)
    first, second = rows.frame.to_dicts()
    assert (first["station"], first["monitor"], first["pollutant"]) == ("nogales_itn", "4242-7", "pm10")
    assert (first["hour"], first["value"], first["qualifier"]) == (
        datetime(2024, 1, 2, 0, tzinfo=UTC),
        Decimal("31.25"),
        None,
    )
    assert (second["value"], second["qualifier"]) == (Decimal("12.3457"), "flagged")


def test_openaq_gas_in_micrograms_is_refused(catalog: Catalog) -> None:
    """Without temperature and pressure it cannot be made ppb."""
    rows = read(openaq_reader, openaq(openaq_page(openaq_hour(0, 60, name="o3"), openaq_hour(1, 20))), catalog)
    assert rows.frame.height == 1 and rows.rejected.height == 1


def test_openaq_far_from_any_station(catalog: Catalog) -> None:
    away = openaq_location(coordinates={"latitude": 31.2912, "longitude": -110.9415})
    assert read(openaq_reader, openaq(openaq_page(openaq_hour(0, 1)), location=away), catalog).frame.is_empty()


def test_openaq_in_another_shape(catalog: Catalog) -> None:
    with pytest.raises(WrongShape, match="OpenAQ"):
        read(openaq_reader, openaq(openaq_page({"value": 1})), catalog)


# -- SINAICA's list of stations ---------------------------------------------------------------------------
def test_what_the_list_of_stations_does_not_state_is_empty(catalog: Catalog, specimens: Path) -> None:
    """Real rows of the list: what is not stated is empty; a longitude without its sign stays as it is."""
    content = (specimens / "sinaica" / "stations_sinaica.csv").read_bytes()
    rows = read(sinaica_stations, content, catalog, date(2024, 12, 31))
    assert rows.rejected.is_empty() and rows.frame.height == 6
    by = {r["station"]: r for r in rows.frame.to_dicts()}
    itn = by["187"]
    assert (itn["state"], itn["place"], itn["since"]) == ("MX-SON", "Nogales", date(2014, 8, 13))
    assert (itn["latitude"], itn["longitude"]) == (Decimal("31.2931"), Decimal("-110.9523"))
    assert by["184"]["state"] is None and by["188"]["latitude"] is None
    assert by["397"]["longitude"] == Decimal("98.8011")
    assert "UTC-6" in by["190"]["zone_stated"]


def test_stations_of_an_unknown_day_are_refused(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "sinaica" / "stations_sinaica.csv").read_bytes()
    with pytest.raises(WrongShape, match="not known of which day"):
        read(sinaica_stations, content, catalog, None)


def test_a_station_that_is_no_number(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "sinaica" / "stations_sinaica.csv").read_bytes().replace(b"\n187,", b"\nNA,")
    rows = read(sinaica_stations, content, catalog)
    assert rows.rejected.height == 1 and "187" not in set(rows.frame["station"])


# -- marks of a missing figure, and pages -----------------------------------------------------------------
MARKS = [-999, -999.0, "-999", "-999.00", -9999, "-9999.0", -99999, "-999999.0", "\u2212999", "-9.99e2"]


def with_mark(network: str, mark: Any) -> tuple[Any, bytes]:
    if network == "aqs":
        return epa_aqs, aqs(aqs_hour(0, 31.5), aqs_hour(1, mark), aqs_hour(2, -0.4))
    if network == "airnow":
        return airnow, json.dumps([airnow_hour(0, 31.5), airnow_hour(1, mark), airnow_hour(2, -0.4)]).encode()
    if network == "sinaica":
        return sinaica_reader, sinaica(sinaica_hour(0, 31.5), sinaica_hour(1, mark), sinaica_hour(2, -0.4))
    return openaq_reader, openaq(openaq_page(openaq_hour(0, 31.5), openaq_hour(1, mark), openaq_hour(2, -0.4)))


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("network", ["aqs", "airnow", "sinaica", "openaq"])
def test_a_mark_of_a_missing_reading_is_missing_in_every_network(catalog: Catalog, network: str, mark: Any) -> None:
    """In any spelling, as a number or as text; a reading a little below zero stays."""
    module, content = with_mark(network, mark)
    rows = read(module, content, catalog)
    assert rows.rejected.is_empty()
    found = rows.frame.sort("hour")
    assert found["value"].to_list() == [Decimal("31.5"), None, Decimal("-0.4")]
    assert [s == "M" for s in found["status"]] == [False, True, False]
    assert found["given"].to_list()[1] == str(mark), "what the source wrote is kept"


def test_what_sinaica_gave_for_an_invalid_hour_is_kept(catalog: Catalog) -> None:
    rows = read(sinaica_reader, sinaica(sinaica_hour(0, 12.5, valid=0)), catalog)
    assert rows.frame.select("value", "given", "status").rows() == [(None, "12.5", "M")]


def test_a_days_mean_that_is_a_mark_is_missing(catalog: Catalog) -> None:
    rows = read(epa_aqs, aqs(aqs_day("2024-01-01", -999.0), aqs_day("2024-01-02", -0.4)), catalog)
    assert rows.frame.sort("date").select("mean", "status").rows() == [(None, "M"), (Decimal("-0.4"), "A")]


def test_pages_of_openaq_that_promise_more_are_no_whole_answer(catalog: Catalog) -> None:
    full = json.loads(openaq_page(openaq_hour(0, 31.5), openaq_hour(1, 3.0)))
    cut = {**full, "meta": {**full["meta"], "found": 5}}
    with pytest.raises(WrongShape, match="2 of the 5 rows"):
        read(openaq_reader, openaq(json.dumps(cut).encode()), catalog)
    full["meta"] |= {"limit": 2, "found": ">2"}
    with pytest.raises(WrongShape, match="its last page is full") as caught:
        read(openaq_reader, openaq(json.dumps(full).encode()), catalog)
    assert "faltan páginas" in caught.value.say("es")
    end = json.dumps({"meta": full["meta"], "results": []}).encode()
    assert read(openaq_reader, openaq(json.dumps(full).encode(), end), catalog).frame.height == 2


def test_an_answer_of_aqs_with_fewer_rows_than_it_says_is_refused(catalog: Catalog) -> None:
    with pytest.raises(WrongShape, match="1 of the 3 rows"):
        read(epa_aqs, aqs(aqs_hour(0, 31.5), rows=3), catalog)


def test_a_reading_that_no_instrument_gives_is_set_aside_by_name(catalog: Catalog) -> None:
    """By the ranges of each pollutant that `ambos air index` goes by; however many they are, the others are kept."""
    hours = [aqs_hour(k, v) for k, v in enumerate([31.5, 1e9, -60.0, 10_000.5, 10_000, -50, None])]
    rows = read(epa_aqs, aqs(*hours), catalog)
    good, aside = set_aside_implausible(rows.frame, catalog.datasets["air_readings"], catalog)
    assert good["value"].to_list() == [Decimal("31.5"), 10_000, -50, None] and rows.rejected.is_empty()
    assert aside["reason"].to_list() == ["implausible"] * 3
    assert "1,000,000,000 ug/m3. It can be −50 to 10,000 ug/m3" in aside["reason_en"][0]
    assert "Puede ser de −50 a 10,000 ug/m3" in aside["reason_es"][0]


def test_the_marks_of_a_file_are_noted(catalog: Catalog) -> None:
    module, content = with_mark("openaq", -999.0)
    file = File("f", content)
    list(module.read(file, "hours", catalog))
    assert [note.en for note in file.notes] == ["marks of a missing figure: -999.0 (1)"]
    assert file.notes[0].es == "marcas de cifra faltante: -999.0 (1)"


def openaq_with(change: dict[str, Any]) -> bytes:
    hour = openaq_hour(0, 31.5)
    hour["period"] |= change
    return openaq(openaq_page(hour, openaq_hour(1, 3.0)))


@pytest.mark.parametrize(
    ("module", "content"),
    [
        # the clock of summer in a place that has none; the same hour twice
        (epa_aqs, aqs(aqs_hour(0, 31.5, time_gmt="06:00"), aqs_hour(1, 3.0))),
        (epa_aqs, aqs(aqs_hour(0, 31.5, date_gmt="2024-01-01", time_gmt="00:00"), aqs_hour(1, 3.0))),
        (
            openaq_reader,
            openaq_with({"datetimeFrom": {"utc": "2024-01-02T00:00:00Z", "local": "2024-01-01T18:00:00-07:00"}}),
        ),
        (openaq_reader, openaq_with({"datetimeFrom": {"utc": "2024-01-02T00:00:00Z", "local": "five o'clock"}})),
        (openaq_reader, openaq_with({"interval": "24:00:00"})),
        (sinaica_reader, sinaica({**sinaica_hour(0, 31.5), "hora": 5}, sinaica_hour(1, 3.0))),
        (sinaica_reader, sinaica({**sinaica_hour(0, 31.5), "fecha": "2026-02-25"}, sinaica_hour(1, 3.0))),
    ],
)
def test_a_record_that_says_two_times_is_refused(catalog: Catalog, module: Any, content: bytes) -> None:
    rows = read(module, content, catalog)
    assert rows.frame["value"].to_list() == [Decimal("3.0")]
    (en,), (es,) = rows.rejected["reason_en"].to_list(), rows.rejected["reason_es"].to_list()
    assert "is not the time that the record says elsewhere" in en and "no es la hora que el registro indica" in es


@pytest.mark.parametrize("network", ["aqs", "airnow", "sinaica", "openaq"])
def test_a_key_that_stands_twice_in_a_record_is_refused(catalog: Catalog, network: str) -> None:
    """JSON lets the last one count: one of two values would be lost without a word."""
    module, content = with_mark(network, -0.3)
    key = {"aqs": "sample_measurement", "airnow": "RawConcentration", "sinaica": "valor", "openaq": "value"}[network]
    twice = content.replace(f'"{key}": -0.3'.encode(), f'"{key}": 5, "{key}": -0.3'.encode())
    assert twice != content
    with pytest.raises(WrongShape, match=key):
        read(module, twice, catalog)


@pytest.mark.parametrize(
    ("module", "content", "told"),
    [
        (
            epa_aqs,
            aqs(aqs_hour(0, 3.0), aqs_hour(1, 4.0, site=("04", "013", "9999"))),
            "stations elsewhere: 1 (04-013-9999)",
        ),
        (epa_aqs, aqs(aqs_hour(0, 3.0), aqs_hour(1, 4.0, site_number=4)), "stations elsewhere: 1 (04-023-4)"),
        (epa_aqs, aqs(aqs_hour(0, 3.0), aqs_hour(1, 4.0, parameter_code="88502")), "other parameters: 1 (88502)"),
        (epa_aqs, aqs(aqs_hour(0, 3.0), aqs_hour(1, 4.0, sample_duration_code="7")), "other durations, by code: 1 (7)"),
        (
            airnow,
            json.dumps([airnow_hour(0, 3.0), airnow_hour(1, 4.0, FullAQSCode="040139999")]).encode(),
            "stations elsewhere: 1 (040139999)",
        ),
        (
            sinaica_reader,
            sinaica(sinaica_hour(0, 3.0), sinaica_hour(1, 4.0, parameter="TMP")),
            "other parameters: 1 (TMP)",
        ),
        (
            sinaica_reader,
            sinaica(sinaica_hour(0, 3.0), {**sinaica_hour(1, 4.0), "id": "999PM1026022401"}),
            "stations elsewhere: 1 (999)",
        ),
    ],
)
def test_what_is_left_out_of_a_file_is_counted_and_named(
    catalog: Catalog, module: Any, content: bytes, told: str
) -> None:
    file = File("f", content)
    (rows,) = module.read(file, module.recognise("f", content), catalog)
    assert rows.frame["value"].to_list() == [Decimal("3.0")] and rows.rejected.is_empty()
    (note,) = file.notes
    assert note.en == f"rows of {told}" or note.en == f"samples of {told}"
    assert note.es != note.en


def test_a_location_of_openaq_elsewhere_is_counted_and_named(catalog: Catalog) -> None:
    far = openaq_location(coordinates={"latitude": 33.4, "longitude": -112.1})
    file = File("f", openaq(openaq_page(openaq_hour(0, 3.0)), location=far))
    (rows,) = openaq_reader.read(file, "hours", catalog)
    assert rows.frame.is_empty() and [n.en for n in file.notes] == ["rows of stations elsewhere: 1 (4242)"]


def test_a_later_record_of_aqs_that_lacks_a_field_is_not_a_missing_reading(catalog: Catalog) -> None:
    later = aqs_hour(1, 4.0)
    del later["sample_measurement"]
    with pytest.raises(WrongShape, match="sample_measurement"):
        read(epa_aqs, aqs(aqs_hour(0, 3.0), later), catalog)
