"""The definitions of the twin fit together; every fault in them is reported with its file and line."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import DEFINITIONS, Catalog, load
from ambos.catalog.twin import find_crossings, load_twin, port_of
from ambos.errors import DefinitionError, UnknownName
from ambos.model.twin import Twin

REGION = Path("regions") / "arizona_sonora"


@pytest.fixture(scope="module")
def twin(catalog: Catalog) -> Twin:
    return load_twin(catalog)


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    return shutil.copytree(DEFINITIONS, tmp_path / "definitions", ignore=shutil.ignore_patterns("*.parquet"))


def change(path: Path, old: str, new: str) -> int:
    """Put something else in a file; the line where it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(definitions: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_twin(load(definitions=definitions), definitions)
    return caught.value.say("en")


def test_the_region_has_nine_crossings_at_its_ports(catalog: Catalog, twin: Twin) -> None:
    assert set(twin.crossings) == {
        *("deconcini", "mariposa", "morley", "san_luis_i", "san_luis_ii", "douglas", "naco", "lukeville", "sasabe")
    }
    assert {port_of(catalog, c) for c in twin.crossings.values()} == set(catalog.region.ports)


def test_lanes_are_of_cbp(twin: Twin) -> None:
    """Hours and lanes built as in CBP's feed of July 2026."""
    mariposa = twin.crossings["mariposa"]
    assert (mariposa.opens, mariposa.closes) == (360, 1320)
    assert (mariposa.built["pov"], mariposa.built["truck"], mariposa.built["pedestrian"]) == (13, 8, 6)
    assert twin.crossings["san_luis_i"].built["pov"] == 16
    assert twin.crossings["san_luis_ii"].built == {"truck": 2}
    assert twin.crossings["morley"].built == {"pedestrian": 4}
    assert twin.crossings["sasabe"].basis.prior
    assert not mariposa.basis.prior


def test_lines_stay_within_what_is_built_and_open(twin: Twin) -> None:
    for crossing in twin.crossings.values():
        assert {x.mode for x in crossing.lines} == set(crossing.built)
        for line in crossing.lines:
            for day in range(1, 8):
                assert max(line.lanes[day]) <= crossing.built[line.mode]
                for hour in range(24):
                    if line.demand[day][hour]:
                        assert line.lanes[day][hour] > 0, (crossing.id, line.mode, line.lane_class, day, hour)
                    if crossing.opens != crossing.closes and line.lanes[day][hour]:
                        assert crossing.opens <= hour * 60 < crossing.closes


def test_priors_are_marked(twin: Twin) -> None:
    assert twin.laws["pedestrian", "standard"].mean.prior
    assert not twin.laws["pov", "standard"].mean.prior
    assert twin.laws["pov", "standard"].law.mean == pytest.approx(60 / 47)
    assert all(law.spread.prior for law in twin.laws.values())
    assert not twin.inspections["nii"].share.prior
    assert twin.inspections["nii"].time.prior
    usdot = [v for v in twin.rates.hours if v.convention == "usdot"]
    assert usdot and all(v.prior for v in usdot)
    (atri,) = [v for v in twin.rates.hours if v.convention == "atri"]
    assert (atri.low, atri.prior, atri.mode) == (Decimal("90.89"), False, "truck")


def test_both_conventions_and_the_summer(twin: Twin) -> None:
    of_cars = {v.convention: (v.low, v.high) for v in twin.rates.hours if v.mode == "pov" and not v.lane_class}
    assert of_cars == {"usdot": (Decimal(21), Decimal(21)), "stated": (Decimal("7.38"), Decimal("9.36"))}
    (cars,) = [i for i in twin.rates.idling if i.mode == "pov"]
    assert cars.months[6] == 2 and cars.months[0] == 1
    assert cars.pm25_g is None  # not known is not 0
    # carbon dioxide is that of the fuel: 8,887 g a gallon of petrol, 10,180 g of diesel
    assert cars.fuel_gal and cars.co2_g == pytest.approx(cars.fuel_gal * 8887, rel=0.001)
    (trucks,) = [i for i in twin.rates.idling if i.mode == "truck"]
    assert trucks.fuel_gal and trucks.co2_g == pytest.approx(trucks.fuel_gal * 10180, rel=0.001)


def test_names_of_crossings(catalog: Catalog, twin: Twin) -> None:
    for name in ("mariposa", "nogales-mariposa", "260402", "Nogales – Mariposa"):
        assert [c.id for c in find_crossings(catalog, twin, name)] == ["mariposa"]
    assert [c.id for c in find_crossings(catalog, twin, "nogales")] == ["deconcini", "mariposa", "morley"]
    assert [c.id for c in find_crossings(catalog, twin, "sasabe")] == ["sasabe"]
    for name in ("laredo", "mariposas"):
        with pytest.raises(UnknownName):
            find_crossings(catalog, twin, name)


def test_a_region_without_a_twin(definitions: Path) -> None:
    for name in ("twin.toml", "twin_archive.csv", "twin_assumed.csv"):
        (definitions / REGION / name).unlink()
    twin = load_twin(load(definitions=definitions), definitions)
    assert not twin.crossings and twin.laws


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("twin/laws.toml", "per_hour = 47", 'per_hour = "47"', "wrong type"),
        ("twin/laws.toml", "per_hour = 24", "per_hour = 0", "not from"),
        ("twin/laws.toml", 'law = "lognormal"', 'law = "normal"', "nearest / más parecido: lognormal"),
        ("twin/laws.toml", '["pov.ready"]', '["car.ready"]', "not a mode"),
        ("twin/laws.toml", "cv2 = 0.5", "cv2 = -0.5", "not from 0"),
        ("twin/inspections.toml", 'law = "gamma"', 'law = "empirical"', "a law with a mean"),
        ("twin/modes.toml", "[bus]", "[buss]", "nearest / más parecido: bus"),
        ("twin/modes.toml", 'measure = "trucks"', 'measure = "lorries"', "lorries"),
        ("twin/modes.toml", "spacing_m = 22", "spacing = 22", "not known"),
        ("twin/inspections.toml", "risk = 0.27", "risk = 1.27", "not from"),
        ("twin/inspections.toml", "[nii]", "[scan]", "twin.stage.scan"),
        ("twin/costs.toml", 'per = "person"', 'per = "head"', "person, vehicle; nearest"),
        ("twin/costs.toml", 'low = "7.38"', "low = 7.38", "wrong type"),
        ("twin/costs.toml", 'low = "7.38"', 'low = "73.8"', "low is above high"),
        ("twin/costs.toml", 'convention = "atri"', 'convention = "ata"', "twin.convention.ata"),
        ("twin/costs.toml", "months = [1, 1,", "months = [1,", "twelve"),
        (f"{REGION}/twin.toml", 'place = "260402"', 'place = "2604020"', "not a crossing"),
        (f"{REGION}/twin.toml", 'opens = "06:00"', 'opens = "6:10"', "quarter-hour"),
        (f"{REGION}/twin.toml", 'kind = "secondary"', 'kind = "second"', "inspections.toml"),
        (f"{REGION}/twin.toml", "truck = 8, ", "", "no lanes of truck"),
        (f"{REGION}/twin.toml", "wait_weight = -0.0625", "wait_weight = 0.06", "not from"),
        (f"{REGION}/twin_assumed.csv", "sasabe,pov", "sasabee,pov", "not in twin.toml"),
        (f"{REGION}/twin_assumed.csv", "sasabe,pov,standard,lanes", "sasabe,car,standard,lanes", "no such mode"),
        (f"{REGION}/twin_archive.csv", "mariposa,truck,fast,lanes,3", "mariposa,truck,fast,lanes,2", "stands twice"),
        (f"{REGION}/twin_archive.csv", "mariposa,truck,fast,demand,3", "mariposa,truck,fast,demand,9", "no weekday"),
    ],
)
def test_faults_are_reported_with_their_line(definitions: Path, file: str, old: str, new: str, said: str) -> None:
    line = change(definitions / file, old, new)
    problem = next(t for t in problems(definitions).splitlines() if said in t)
    where, _, _ = problem.strip().partition(" ")
    name, _, number = where.strip(":").partition(":")
    assert name == Path(file).name
    # a mode of which no lanes are built is reported where it is read; all else where it stands
    assert abs(int(number) - line) <= 1


def test_all_faults_at_once(definitions: Path) -> None:
    change(definitions / "twin/laws.toml", "per_hour = 47", "per_hour = -1")
    change(definitions / "twin/modes.toml", "spacing_m = 22", "spacing_m = true")
    change(definitions / REGION / "twin.toml", "servers = 8", "servers = -8")
    assert len([t for t in problems(definitions).splitlines() if ".toml:" in t]) == 3


def test_a_source_in_both_languages_is_wanted(definitions: Path) -> None:
    line = change(definitions / "twin/laws.toml", ', es = "Otay Mesa, carriles generales', ', sp = "Otay Mesa')
    assert f"laws.toml:{line}" in problems(definitions)


def test_missing_and_broken_files(definitions: Path) -> None:
    (definitions / "twin/costs.toml").unlink()
    (definitions / "twin/modes.toml").write_text("[pov", encoding="utf-8")
    said = problems(definitions)
    assert "costs.toml: the file is missing" in said
    assert "modes.toml: not TOML" in said
