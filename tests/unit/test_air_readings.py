"""Files of hourly readings: what is read, what is refused, and both indices beside each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambos.air.hourly import hourly
from ambos.air.readings import read as read_readings
from ambos.catalog.air import load_air
from ambos.errors import BadReadings, BadRequest, NoRule
from ambos.flows.air.index import _at_least, index_of_value, judge_hours, judge_value
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import records

PLAUSIBLE = load_air().plausible
HEAD = "station,time,pollutant,value,unit\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("none"))


def hours(here: Workspace, path: Path) -> list[dict[str, Any]]:
    return records(judge_hours(here, path).table("hours"))


def read(path: Path) -> pl.DataFrame:
    return read_readings(path, PLAUSIBLE).frame


@pytest.fixture
def made_up(specimens: Path) -> Path:
    return specimens / "air" / "made_up.csv"


def test_units_and_names_are_understood(made_up: Path) -> None:
    frame = read(made_up)
    assert frame["pollutant"].to_list() == ["pm25"] * 4 + ["o3"] * 2
    assert frame["amount"].to_list() == [30_000_000, 30_000_000, None, 41_000_000, 95_000_000, 130_000_000]
    assert frame["at"].dt.hour().to_list() == [4, 5, 6, 7, 8, 9]
    assert frame["day"].to_list() == [date(2025, 12, 31)] * 3 + [date(2026, 1, 1)] * 3


def test_both_indices_hour_by_hour(made_up: Path, here: Workspace) -> None:
    """By hand: 30, 30, -, 41 weigh .5 at least: w = 30/41; Mexico's cut moves from 33 to 25 at midnight of the zone."""
    answer = judge_hours(here, made_up)
    judged = hours(here, made_up)
    rows = {(r["station"], r["time"]): r for r in judged}
    first = rows["made-up-west", "2025-12-31T21:00-07:00"]
    assert first["us_index"] is None and first["mx_category"] is None and first["us_table"] == "us_aqi_2024"
    second = rows["made-up-west", "2025-12-31T22:00-07:00"]
    assert (second["us_index"], second["us_category"], second["us_value"]) == (
        90,
        {"en": "Moderate", "es": "Moderada"},
        30.0,
    )
    assert (second["mx_category"], second["mx_value"]) == ({"en": "Acceptable", "es": "Aceptable"}, 21.0)
    gap = rows["made-up-west", "2025-12-31T23:00-07:00"]
    assert gap["value"] is None and gap["us_index"] == 90
    w = Decimal(30) / 41
    mean = (41 + 30 * w**2 + 30 * w**3) / (1 + w**2 + w**3)
    last = rows["made-up-west", "2026-01-01T00:00-07:00"]
    assert last["us_value"] == float(int(mean * 10)) / 10
    assert last["mx_value"] == float(int(mean * Decimal("0.694") + Decimal("0.5")))
    assert last["mx_table"] == "mx_ias_2023_step_2026"
    ozone = [r for r in judged if r["pollutant"] == "o3"]
    assert [(r["us_index"], r["mx_category"]["es"]) for r in ozone] == [(None, "Mala"), (107, "Mala")]
    assert [r["mx_value"] for r in ozone] == [0.095, 0.13]
    assert len(answer.sources) == 3 and answer.notes == ()


BAD = [
    (",2026-01-01T00:00Z,pm25,1,ug/m3", "no station"),
    ("a,2026-01-01T00:00Z,pm1,1,ug/m3", "pollutant is none of"),
    ("a,2026-01-01T00:00Z,pm25,1,ppm", "unit does not fit"),
    ("a,2026-01-01T00:00Z,o3,1,mg/m3", "unit does not fit"),
    ("a,2026-01-01T00:00,pm25,1,ug/m3", "with its zone"),
    ("a,2026-02-30T00:00Z,pm25,1,ug/m3", "with its zone"),
    ("a,2026-01-01T00:30Z,pm25,1,ug/m3", "not a whole hour"),
    ("a,2026-01-01T00:00Z,pm25,high,ug/m3", "not a number"),
    ("a,2026-01-01T00:00Z,pm25,nan,ug/m3", "not a number"),
    ("a,2026-01-01T00:00Z,pm25,-50.1,ug/m3", "no instrument gives -50.1 ug/m3 for pm25: the range is −50 to 10,000"),
    ("a,2026-01-01T00:00Z,pm25,1e9,ug/m3", "no instrument gives 1e9 ug/m3 for pm25: the range is −50 to 10,000"),
    ("a,2026-01-01T00:00Z,o3,1000,ppm", "no instrument gives 1000 ppm for o3: the range is −50 to 10,000 ppb"),
    ("a,2026-01-01T00:00Z,so2,-999,ppb", "no instrument gives -999 ppb for so2"),
    ("a,2026-01-01T00:00Z,pm25,1,ug/m3,x,y", "more cells than the first"),
    ('"a,2026-01-01T00:00Z,pm25,1,ug/m3\nc,2026-01-01T00:00Z,pm25,1,ug/m3"', "joins it with the lines that follow"),
    ("b,2025-12-31T17:00-07:00,pm25,1.0,ug/m3", "there twice"),
]


@pytest.mark.parametrize(("row", "said"), BAD)
def test_one_bad_row_is_set_aside_and_named_and_the_others_are_read(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "b,2026-01-01T00:00Z,pm25,1,ug/m3\n" + row + "\nb,2026-01-01T01:00Z,pm25,2,ug/m3\n")
    found = read_readings(path, PLAUSIBLE)
    assert found.frame["amount"].to_list() == [1_000_000, 2_000_000]
    (note,) = found.notes
    assert note.en.startswith("rows of r.csv set aside: 1. line 3: ") and said in note.en
    assert note.es.startswith("renglones de r.csv apartados: 1. renglón 3: ")


@pytest.mark.parametrize(("row", "said"), BAD[:-1])
def test_a_file_without_a_good_row_is_refused_with_its_lines(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(BadReadings) as caught:
        read(path)
    (told,) = (line for line in caught.value.say("en").splitlines() if line.startswith("  line"))
    assert told.startswith("  line 2: ") and said in told
    assert "  renglón 2: " in caught.value.say("es")


def test_an_hour_given_twice_with_different_values_is_none(tmp_path: Path) -> None:
    """Neither is kept: nothing says which one is right. A bad row takes no part."""
    path = tmp_path / "r.csv"
    hours = ["00:00Z,pm25,1", "00:00Z,pm25,3", "01:00Z,pm25,2", "01:00Z,pm25,1e9", "02:00Z,pm25,4"]
    path.write_text(HEAD + "\n".join(f"a,2026-01-01T{h},ug/m3" for h in hours), encoding="utf-8")
    found = read_readings(path, PLAUSIBLE)
    assert found.frame["amount"].to_list() == [2_000_000, 4_000_000]
    assert found.notes[0].en.startswith("rows of r.csv set aside: 3. line 2: this time")
    assert "with different values; line 3:" in found.notes[0].en and "line 5: no instrument" in found.notes[0].en


def test_a_reading_a_little_below_zero_counts_as_0(tmp_path: Path, here: Workspace) -> None:
    """As the fetched readings do; the value stays as it was given."""
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "a,2026-01-01T00:00Z,pm25,-0.4,ug/m3\na,2026-01-01T01:00Z,pm25,9,ug/m3\n", encoding="utf-8")
    found = read_readings(path, PLAUSIBLE)
    assert found.frame.select("value", "amount").rows() == [(-0.4, 0), (9.0, 9_000_000)]
    (note,) = found.notes
    assert note.en.endswith("count as 0: 1") and "cuentan como 0" in note.es
    assert note in judge_hours(here, path).notes and hours(here, path)[1]["us_index"] is not None


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "a,2026-01-01T00:00Z,pm25,x,ug/m3\n" * 30, encoding="utf-8")
    with pytest.raises(BadReadings, match=r"30 problem\(s\)(.|\n)*line 21: (.|\n)*and 10 more"):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "problem"),
        (HEAD.encode(), "no rows"),
        (b"station,time\na,b\n", "no column pollutant, value, unit"),
        (HEAD.encode() + b"\xff\xfe,2026-01-01T00:00Z,pm25,1,ug/m3\n", "problem"),
        (None, "no such file"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "r.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadReadings, match=said):
        read(path)


def test_hours_before_any_table_are_said(tmp_path: Path, here: Workspace) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "a,2018-01-01T00:00Z,pm25,1,ug/m3\na,2018-01-01T01:00Z,pm25,1,ug/m3\n", encoding="utf-8")
    judged = hours(here, path)
    assert [(r["us_index"], r["mx_table"]) for r in judged] == [(None, None), (4, None)]
    (note,) = judge_hours(here, path).notes
    assert (
        note.en.startswith("2 hours: Mexico's")
        and "February 18, 2020" in note.en
        and "18 de febrero de 2020" in note.es
    )
    path.write_text(HEAD + "a,2010-01-01T00:00Z,pm25,1,ug/m3\n", encoding="utf-8")
    with pytest.raises(NoRule):
        judge_hours(here, path)


# -- one value ------------------------------------------------------------------------------------------------------
def test_one_value_side_by_side(here: Workspace) -> None:
    us, mx = map(dict, records(judge_value(here, "pm25", Decimal("28.4"), day=date(2026, 11, 1)).table("indices")))
    assert (us["index"], us["value"], us["breakpoint_low"], us["breakpoint_high"]) == (
        87,
        Decimal("28.4"),
        Decimal("9.1"),
        Decimal("35.4"),
    )
    assert us["category"] == {"en": "Moderate", "es": "Moderada"} and us["colour"] == {"en": "yellow", "es": "amarillo"}
    assert mx["index"] is None and mx["category"] == {"en": "Acceptable", "es": "Aceptable"}
    assert (mx["value"], mx["factor"], mx["table"]) == (Decimal(20), Decimal("0.694"), "mx_ias_2023_step_2026")


def test_beyond_the_index() -> None:
    us, mx = index_of_value("pm25", Decimal(400), date(2026, 11, 1))
    assert us.judged and us.judged.beyond and us.judged.index == 649
    assert mx.judged and not mx.judged.beyond


def test_eight_hours_of_ozone_are_too_high_for_their_scale() -> None:
    """The reference, 2.3: above .200 the 1-hour mean decides what is above 300; 0.2009 is cut off to 0.200."""
    for value, wanted, at_least in (("0.2009", 300, False), ("0.201", 300, True)):
        us, _ = index_of_value("o3", Decimal(value), date(2026, 11, 1), unit="ppm", hours=8)
        assert us.judged and (us.judged.index, us.judged.at_least) == (wanted, at_least)
    us, _ = index_of_value("o3", Decimal("0.3"), date(2026, 11, 1), unit="ppm")
    assert us.judged and (us.judged.scale.hours, us.judged.index, us.judged.at_least) == (8, 300, True)
    us, _ = index_of_value("o3", Decimal("0.405"), date(2026, 11, 1), unit="ppm")
    assert us.judged and (us.judged.scale.hours, us.judged.index, us.judged.at_least) == (1, 301, False)


def test_sulphur_dioxide_above_200_is_of_24_hours() -> None:
    """The reference, 2.3: above 304 ppb one hour says 200 or more, and 24 hours how much more."""
    hour, _ = index_of_value("so2", Decimal(305), date(2026, 11, 1), unit="ppb", hours=1)
    day, _ = index_of_value("so2", Decimal("0.305"), date(2026, 11, 1), unit="ppm")
    assert hour.judged and (hour.judged.index, hour.judged.scale.hours, hour.judged.at_least) == (200, 1, True)
    assert day.judged and (day.judged.index, day.judged.scale.hours, day.judged.at_least) == (201, 24, False)


def hours_of(here: Workspace, tmp_path: Path, pollutant: str, values: list[int]) -> list[tuple[int | None, bool]]:
    path = tmp_path / "r.csv"
    rows = [f"x,2026-01-15T{k:02}:00-07:00,{pollutant},{v},ppb" for k, v in enumerate(values)]
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    return [(r["us_index"], r["us_at_least"]) for r in hours(here, path)]


def test_a_country_whose_scales_are_all_open_has_a_mark_for_every_hour(made_up: Path) -> None:
    """A file of 52,608 hours ended in a fault: the mark of Mexico's hours was a single one."""
    rules = load_air()
    judged = hourly(read(made_up), rules)
    marks = judged.select(_at_least("mx", rules.tables["mx"])).to_series()
    assert marks.to_list() == [False] * judged.height


def test_an_hour_of_sulphur_dioxide_above_its_scale_is_not_blank(tmp_path: Path, here: Workspace) -> None:
    """One hour of 420 ppb among hours of 6: Unhealthy, at the end of the 1-hour scale."""
    found = hours_of(here, tmp_path, "so2", [6] * 20 + [420] + [6] * 3)
    assert found[20] == (200, True) and found[19] == (9, False) and found[21] == (9, False)


def test_ozone_that_rises_above_its_8_hour_scale_does_not_fall(tmp_path: Path, here: Workspace) -> None:
    found = hours_of(here, tmp_path, "o3", [190] * 8 + [198, *range(199, 214)])
    numbers = [index or 0 for index, _ in found]
    assert numbers == sorted(numbers) and numbers[0] == 182 and numbers[7] == 289 and numbers[-1] == 300
    assert found[14] == (299, False) and found[15] == (300, True)


def test_a_pollutant_that_a_table_does_not_have() -> None:
    us, mx = index_of_value("o3", Decimal(60), date(2022, 1, 1), unit="ppb")
    assert us.judged and mx.judged is None and mx.reason and "nothing of this pollutant" in mx.reason.en


def test_what_has_no_meaning_is_refused() -> None:
    day = date(2026, 1, 1)
    with pytest.raises(BadRequest, match="Say the unit"):
        index_of_value("o3", Decimal(60), day)
    with pytest.raises(BadRequest, match="Say the unit"):
        index_of_value("pm25", Decimal(60), day, unit="ppb")
    for value in ("nan", "inf"):
        with pytest.raises(BadRequest, match="is a number"):
            index_of_value("pm25", Decimal(value), day)
    with pytest.raises(NoRule):
        index_of_value("pm25", Decimal(1), date(2010, 1, 1))


@pytest.mark.parametrize(
    ("pollutant", "unit", "value", "most"),
    [
        ("pm25", None, "1e9", "10,000 µg/m³"),
        ("pm10", "ug/m3", "-999", "100,000 µg/m³"),
        ("o3", "ppm", "10.001", "10,000 ppb"),
        ("o3", "ug/m3", "1e9", "10,000 ppb"),
        ("so2", "ppb", "998877", "20,000 ppb"),
        ("no2", "ppb", "20001", "20,000 ppb"),
        ("co", "ppm", "1000.1", "1,000,000 ppb"),
    ],
)
def test_a_value_that_no_instrument_gives_is_refused(pollutant: Any, unit: Any, value: str, most: str) -> None:
    with pytest.raises(BadRequest, match="no instrument gives") as caught:
        index_of_value(pollutant, Decimal(value), date(2026, 1, 1), unit=unit)
    assert most in caught.value.say("en") and "ningún instrumento da" in caught.value.say("es")


def test_one_value_a_little_below_zero_counts_as_0() -> None:
    us, mx = index_of_value("pm25", Decimal("-0.4"), date(2026, 1, 1))
    assert us.judged and mx.judged and (us.judged.value, us.judged.index, mx.judged.value) == (0, 0, 0)


@pytest.mark.parametrize(
    ("content", "en", "es"),
    [
        (b"", "it is empty", "vac"),
        (b"station;time;pollutant;value;unit\na;2026-01-01T00:00Z;pm25;1;ug/m3\n", "not parted by commas", "por comas"),
        ("station,time,pollutant,value,unit\nEstación,".encode("latin-1"), "not UTF-8", "UTF-8"),
        (b'station,time,pollutant,value,unit\na,b,c,d,"e\n', "not a CSV table", "no es una tabla CSV"),
        (b"station,time,pollutant,value,unit\n", "no rows", "sin renglones"),
        (b"station,time,pollutant,value,unit,value\n", "there twice: value", "aparecen dos veces: value"),
        (b"station,value,unit\n", "no column time, pollutant", "falta la columna time, pollutant"),
        (b"station,day,value,unit\n", "its values are of days (column day)", "sus valores son de días (columna «day»)"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, en: str, es: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(BadReadings) as caught:
        read(path)
    assert en in caught.value.say("en") and es in caught.value.say("es")


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "es una carpeta"), (tmp_path / "x", "no existe ese archivo")):
        with pytest.raises(BadReadings) as caught:
            read(path)
        assert said in caught.value.say("es")


def test_a_byte_order_mark_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode() + b"a,2026-01-01T00:00Z,o3,100,ug/m3\r\n")
    assert read(path)["amount"].to_list() == [50_972_777]  # 100 x 24.465404 / 47.997 ppb
