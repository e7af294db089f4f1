"""Every fault in the definitions of Mexico's water, the canal and the plant, and in a user's schedule, is reported."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ambos.catalog import DEFINITIONS, Catalog
from ambos.catalog.river import load_canal, load_mexico, load_plant, load_river
from ambos.errors import BadSchedule, DefinitionError
from ambos.river.schedule_file import read


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("mexico.toml", "[limit.notice]", "[limit.other]", "notice is missing"),
        ("mexico.toml", 'value = "20"\nunit = "percent"', 'value = "20"\nunit = "af"', "percent is wanted"),
        ("mexico.toml", 'value = "140000"', 'value = "many"', "not a number"),
        ("mexico.toml", "from = 2018-01-01", "from = 2030-01-01", "from is after to"),
        ("mexico.toml", "from = 1973-08-30", 'from = "1973"', "a date is wanted"),
        ("mexico_ledger.toml", 'party = "mexico"', 'party = "utah"', "party 'utah' is not known"),
        ("mexico_ledger.toml", "[point.mx_nib]", "[point.nib]", "river_accounts.csv"),
        ("mexico_ledger.toml", 'excess = "mx_excess"', 'excess = "excess"', "river_accounts.csv"),
        ("mexico_ledger.toml", "sign = 1\n", "sign = 2\n", "sign 2 is not known / no se conoce: 1, -1"),
        ("mexico_ledger.toml", 'of = "closure"', 'of = "month"', "closure, schedule; nearest"),
        ("mexico_ledger.toml", '"mx_reserve_created", ', "", "2 values are wanted, not 1"),
        ("mexico_ledger.toml", "2020 = 159903", "end = 159903", "not a year"),
        ("mexico_ledger.toml", 'reliability = "M"', 'reliability = "?"', "A, B, M; nearest"),
        ("cap.toml", 'formula = "indian"', 'formula = "nia"', "formula names one"),
        ("cap.toml", 'formula = "indian"', "", "one pool with formula"),
        ("cap.toml", 'least = "853079"', 'least = "2000000"', "does not fit"),
        ("cap.toml", 'nia = "364698"', 'other = "364698"', "is not known"),
        ("cap.toml", "from = 2017", "from = 2018", "one size is wanted for 2017"),
        ("cap.toml", "to = 2030-12-31", "", "to is missing"),
        ("cap.toml", 'party = "arizona"', 'party = "sonora"', "party 'sonora' is not known"),
        ("plant.toml", 'sonora = "80"', 'sonora = "70"', "100 percent"),
        ("plant.toml", 'allocation = "9.9"', 'allocation = "0"', "more than 0"),
        ("plant.toml", 'party = "sonora"', 'party = "mexico"', "party 'mexico' is not known"),
        ("plant.toml", "[units]", "[unit]", "is missing"),
    ],
)
def test_faults_are_reported(catalog: Catalog, tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    shutil.copytree(DEFINITIONS / "river", tmp_path / "river")
    (tmp_path / "snapshot").mkdir()
    shutil.copy(catalog.snapshot_folder.parent / "plant.toml", tmp_path)
    path = tmp_path / name if name == "plant.toml" else tmp_path / "river" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    river = load_river(catalog)
    with pytest.raises(DefinitionError) as caught:
        if name == "cap.toml":
            load_canal(river, tmp_path)
        elif name == "plant.toml":
            load_plant(replace(catalog, snapshot_folder=tmp_path / "snapshot"))
        else:
            load_mexico(catalog, river, tmp_path)
    assert said in caught.value.say("en") and name in caught.value.say("en")


def months(*lines: str) -> str:
    """A schedule of 100 each month, with lines in place of the first ones."""
    rest = [f"{m},100,,," for m in range(len(lines) + 1, 13)]
    return "\n".join(["month,scheduled,revised,notice,land", *lines, *rest])


def test_a_schedule_is_read(tmp_path: Path) -> None:
    csv, toml = tmp_path / "year.csv", tmp_path / "year.toml"
    csv.write_text(months("1,100.5,110,2025-11-30,7"), encoding="utf-8-sig")
    lines = [f"[[month]]\nmonth = {m}\nscheduled = 100\n" for m in range(2, 13)]
    first = "[[month]]\nmonth = 1\nscheduled = 100.5\nrevised = 110\nnotice = 2025-11-30\nland = 7\n"
    toml.write_text("\n".join([*lines, first]), encoding="utf-8")
    assert read(csv, Fraction(2)) == read(toml, Fraction(2))
    one = read(csv, Fraction(2)).months[0]
    assert (one.scheduled, one.revised, one.notice, one.land) == (201, 220, date(2025, 11, 30), 14)
    assert read(csv, Fraction(1)).shares is None and read(csv, Fraction(1)).months[1].final == 100
    csv.write_text("month,share\n" + "\n".join(f"{m},{m}" for m in range(1, 13)), encoding="utf-8")
    assert read(csv, Fraction(2)).shares == tuple(range(1, 13))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (months("13,100,,,"), "line 2: month '13' is not 1 to 12"),
        (months("2,100,,,"), "month '2' is not 1 to 12, or twice"),
        (months("1,-5,,,"), "scheduled: '-5'"),
        (months("1,1e99999999,,,"), "is not a number of 0 or more"),
        (months("1,100,110,30/11/2025,"), "not a day like"),
        (months("1,100,110,2025-11-30,1,2"), "is not known"),
        (months("1,,,,"), "share or scheduled is wanted"),
        ("month,scheduled\n1,100", "no month 2, 3"),
        ("month,volume\n1,100", "“volume” is not known"),
        ("month,share\n" + "\n".join(f"{m},0" for m in range(1, 13)), "all shares are 0"),
        ("month,share,scheduled\n1,,100\n" + "\n".join(f"{m},1," for m in range(2, 13)), "share in some months only"),
        ("", "it is empty"),
        ("mes,volumen\n1,100", "no column month"),
        ("month,scheduled\n,100", "month is not 1 to 12"),
    ],
)
def test_faults_of_a_schedule_are_reported(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "year.csv"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(BadSchedule) as caught:
        read(path, Fraction(1))
    assert said in caught.value.say("en") and "year.csv" in caught.value.say("es")


@pytest.mark.parametrize("written", ["month = 1", "month = [1]", "[[month]", "[[month]]\nmonth = 1\n[other]\n"])
def test_a_toml_file_of_another_shape(tmp_path: Path, written: str) -> None:
    path = tmp_path / "year.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(BadSchedule):
        read(path, Fraction(1))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.csv").write_bytes(b"month\xff")
    for path in (tmp_path / "no.csv", tmp_path, tmp_path / "bytes.csv"):
        with pytest.raises(BadSchedule):
            read(path, Fraction(1))
