"""Faults that damaged files once caused, one by one; the fuzzer found most of them."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from air_samples import aqs, aqs_hour, openaq, openaq_hour, openaq_page, sinaica, sinaica_hour
from ambos.air import readings
from ambos.catalog import Catalog
from ambos.catalog.air import load_air
from ambos.csv_text import csv_text
from ambos.errors import BadReadings, BadSchedule, BadTraces, SourceError, WrongShape
from ambos.river import schedule_file, trace_file
from ambos.sources.banxico import fix as banxico_fix
from ambos.sources.cbp import border_waits
from ambos.sources.cbp.reports import minute_of_day, minutes_of_wait, posted_hours, time_in_name
from ambos.sources.epa import aqs as epa_aqs
from ambos.sources.openaq import measurements as openaq_reader
from ambos.sources.shared.base import File
from ambos.sources.shared.strict import read_csv
from ambos.sources.sinaica import hourly as sinaica_reader
from ambos.text import Text


@pytest.mark.parametrize("text", ["²", "2²", "٣", "1 hr ٣ min", "9" * 5000, "2147483648", "9" * 140_000 + "x"])
def test_a_wait_in_other_digits_or_out_of_range_is_none(text: str) -> None:
    assert minutes_of_wait(text) is None


@pytest.mark.parametrize("text", ["٦ am-١٠ pm", "a" * 100_000, "6 am-" + "a" * 100_000, "1²am-2 pm"])
def test_posted_hours_that_are_none_are_told_at_once(text: str) -> None:
    assert posted_hours(text) is None


def test_a_clock_in_other_digits_is_none() -> None:
    assert minute_of_day("At ٣:٠٠ pm MST") is None
    assert time_in_name("rss-٢٠٢٥-03-28_15-34-57.xml") is None


def test_a_snapshot_whose_mode_ends_after_its_first_tag_is_refused(catalog: Catalog, specimens: Path) -> None:
    sound = (specimens / "cbp" / "bwt-2025-07-30_21-04-44.xml").read_bytes()
    cut = re.sub(rb"(.*<maximum_lanes>).*?(</port>)", rb"\1\2", sound, count=1, flags=re.DOTALL)
    assert len(cut) < len(sound)
    with pytest.raises(SourceError):
        list(border_waits.CONNECTOR.read(File("bwt-2025-07-30_21-04-44.xml", cut), "xml", catalog))


def test_a_number_of_a_hundred_thousand_digits_is_written_at_once() -> None:
    assert csv_text(["a"], [["-" + "9" * 100_000 + "x"]]).startswith("a\n'-9")


@pytest.mark.parametrize("header", [{"rows": 1}, None, "x", [], [None], [[]]])
def test_a_header_of_another_shape_promises_nothing(catalog: Catalog, header: object) -> None:
    content = json.dumps({**json.loads(aqs(aqs_hour(0, 8.1))), "Header": header}).encode()
    (rows,) = epa_aqs.read(File("f", content, as_of=date(2026, 2, 28)), "hours", catalog)
    assert rows.frame.height == 1


@pytest.mark.parametrize(
    "record",
    [{"fecha": "0001-01-01"}, {"fecha": "9999-12-31", "hora": 23}, {"hora": "²"}, {"hora": "٣"}, {"hora": "9" * 5000}, {"hora": None},
     {"fecha": None}, {"fecha": "٢٠٢٦-٠٢-٢٤"}, {"fecha": "0000-00-00"}, {"id": "١٨٧PM1026022400"}],
)  # fmt: skip
def test_a_chart_with_a_time_that_cannot_be_is_refused_by_row(catalog: Catalog, record: dict[str, object]) -> None:
    page = sinaica({**sinaica_hour(0, 1.0), **record})
    (rows,) = sinaica_reader.read(File("f", page, as_of=date(2026, 2, 28)), "chart", catalog)
    assert rows.frame.height == 0


def test_a_header_of_a_million_cells_is_refused_at_once() -> None:
    with pytest.raises(WrongShape, match="columns missing: a"):
        read_csv(File("f", b"," * 1_000_000 + b"\n1"), ("a",))


@pytest.mark.parametrize("cell", ['"2604"²', '"2604"x', 'x"2604"', '"26"04"06"'])
def test_quotation_marks_around_a_part_of_a_cell_are_refused_with_their_line(cell: str) -> None:
    with pytest.raises(WrongShape, match="line 3: quotation marks enclose a part of a cell"):
        read_csv(File("f", f'a,b\n"1",2\n{cell},2\n'.encode()), ("a", "b"))


@pytest.mark.parametrize("cell", ['"2604"', '"26,04"', '"a ""quoted"" word"', '""', '""""'])
def test_a_whole_cell_in_quotation_marks_is_read(cell: str) -> None:
    assert read_csv(File("f", f"a,b\r\n1,{cell}\r\n".encode()), ("a", "b")).height == 1


@pytest.mark.parametrize("meta", [None, [], "x", 5, [["limit", 1]], {"limit": "x"}])
def test_a_page_that_says_nothing_of_itself_is_read_or_refused(catalog: Catalog, meta: object) -> None:
    page = {**json.loads(openaq_page(openaq_hour(0, 31.25))), "meta": meta}
    file = File("f", openaq(json.dumps(page).encode()), as_of=date(2026, 2, 28))
    try:
        (rows,) = openaq_reader.read(file, "hours", catalog)
    except WrongShape as error:
        assert error.say("en") and error.say("es")
    else:
        assert rows.frame.height == 1


@pytest.mark.parametrize("rate", ["٣", "١٢.٣", "1²"])
def test_a_rate_in_other_digits_is_refused_by_row(catalog: Catalog, rate: str) -> None:
    content = json.dumps([{"tipo": "FIX", "fecha": "2020-03-24", "tipo_cambio": rate}]).encode()
    (rows,) = banxico_fix.read(File("f", content, as_of=date(2026, 2, 28)), "list", catalog)
    assert (rows.frame.height, rows.rejected.height) == (0, 1)


@pytest.mark.parametrize(
    "time",
    [
        "9999-12-31T23:00-07:00",
        "0000-01-01T00:00Z",
        "10000-01-01T00:00Z",
        "٢٠٢٥-07-14T15:00-07:00",
        "2025-07-14T15:00-99:99",
    ],
)
def test_an_hour_in_a_year_that_cannot_be_is_set_aside(tmp_path: Path, time: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"station,time,pollutant,value,unit\na,{time},pm10,5,ug/m3\n", encoding="utf-8")
    with pytest.raises(BadReadings, match="line 2: the time is not like"):
        readings.read(path, load_air().plausible)


@pytest.mark.parametrize("day", ["10000-01-01", "0000-01-01", "9999-12-31", "-262143-01-01", "0000-00-00"])
def test_a_day_in_a_year_that_cannot_be_is_set_aside(tmp_path: Path, day: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"station,day,pollutant,value,unit\na,{day},pm10,5,ug/m3\n", encoding="utf-8")
    with pytest.raises(BadReadings, match="line 2: the day is not like"):
        readings.read_days(path, load_air().plausible)


def test_readings_whose_first_cell_is_too_long_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("x" * 140_000 + ",time\n1,2\n", encoding="utf-8")
    with pytest.raises(BadReadings, match="not a CSV table"):
        readings.read(path, load_air().plausible)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("f.toml", "month = " + "[" * 5000, "nested too deep"),
        ("f.toml", f"[[month]]\nmonth = {'9' * 5000}", "not TOML"),
        ("f.csv", "month,share\n٣,1\n", "is not 1 to 12"),
        ("f.csv", f"month,share\n{'9' * 5000},1\n", "is not 1 to 12"),
        ("f.csv", "month,share\n" + "#\n" * 100_000, "it has 100,000 rows"),
        ("f.csv", "x" * 140_000 + ",share\n1,1\n", "not a CSV table"),
    ],
)
def test_a_schedule_out_of_shape_is_refused(tmp_path: Path, name: str, content: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadSchedule) as caught:
        schedule_file.read(path, Fraction(1))
    assert told in caught.value.say("en")


@pytest.mark.parametrize("year", ["٢٠٢٧", "²", "9" * 5000, "02027", "-2027", "2_027"])
def test_a_trace_with_a_year_that_is_none_is_refused(tmp_path: Path, year: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"trace,year,elevation_ft\na,{year},1040\n", encoding="utf-8")
    with pytest.raises(BadTraces, match="is not a year"):
        trace_file.read(path, 895.0, 1229.0)


def test_traces_that_lack_nearly_all_years_are_counted_and_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    rows = "".join(f"{trace},{2000 + trace % 100},1040\n" for trace in range(20_000))
    path.write_text(f"trace,year,elevation_ft\n{rows}", encoding="utf-8")
    with pytest.raises(BadTraces) as caught:
        trace_file.read(path, 895.0, 1229.0)
    assert "1980000 problem(s)" in caught.value.say("en") and "and 1979980 more" in caught.value.say("en")


def test_an_error_holds_no_character_that_a_terminal_obeys() -> None:
    error = WrongShape(file="\x1b[2Jf", detail=Text.same("x" * 100_000 + " \u202e\x07 end"))
    for said in (error.say("en"), error.say("es"), error.cause().en):
        assert said.replace("\n", "").isprintable() and len(said) < 1000
