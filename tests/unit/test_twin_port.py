"""Crossings as they are on a day: totals are kept, hours hold, every assumption is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from runpy import run_path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.catalog.twin import load_twin
from ambos.crossing import lanes as plans
from ambos.crossing import port
from ambos.crossing.demand import days_by_weekday, in_line, rates, utilities
from ambos.crossing.scenario.check import problems
from ambos.crossing.scenario.file import read
from ambos.errors import NoData, UnknownName
from ambos.model.crossing import Scenario
from ambos.model.twin import Basis, LineFacts, Twin
from ambos.text import Text

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
MONDAY = date(2025, 7, 14)


@dataclass(frozen=True)
class Volume:
    counts: Mapping[str, int]
    month: date = date(2024, 7, 1)
    note: Text | None = None


#: BTS border crossing data, July 2024 (Nogales) and made-up ones of the same size where only the arithmetic counts.
COUNTS = {"personal_vehicles": 298189, "trucks": 24523, "pedestrians": 311586, "buses": 964}


@pytest.fixture(scope="module")
def twin(catalog: Catalog) -> Twin:
    return load_twin(catalog)


def made(
    catalog: Catalog, twin: Twin, *names: str, when: date = MONDAY, counts: Mapping[str, int] = COUNTS
) -> Scenario:
    return port.day(catalog, twin, names, when, {p: Volume(counts) for p in port.ports(catalog, twin, names)})


def lanes_open(scenario: Scenario, line: str, hour: int) -> int:
    return sum(line in plans.by_quarter(b.shifts)[hour * 4] for b in scenario.booths)


@pytest.mark.parametrize(
    "name", ["deconcini", "mariposa", "morley", "san_luis_i", "san_luis_ii", "douglas", "naco", "lukeville", "sasabe", "nogales"]
)  # fmt: skip
@pytest.mark.parametrize("when", [MONDAY, date(2025, 7, 13)], ids=["monday", "sunday"])
def test_every_crossing_is_a_sound_scenario(catalog: Catalog, twin: Twin, name: str, when: date) -> None:
    scenario = made(catalog, twin, name, when=when)
    assert problems(scenario) == []
    assert scenario.streams and scenario.notes
    for crossing in {c.place: c for c in port.crossings(catalog, twin, [name])}.values():
        for mode, built in crossing.built.items():
            own = [b for b in scenario.booths if b.id.startswith(f"{crossing.id}.{mode}.")]
            assert len(own) >= built


def test_the_days_of_a_month_add_up_to_its_total(catalog: Catalog, twin: Twin) -> None:
    total: dict[str, float] = {}
    for day in range(31):
        scenario = made(catalog, twin, "nogales", when=date(2024, 7, 1) + timedelta(days=day))
        for stream in scenario.streams:
            mode = stream.options[0].line.split(".")[1]
            total[mode] = total.get(mode, 0.0) + sum(stream.arrivals.rates)
    assert total == pytest.approx({"pov": 298189, "truck": 24523, "pedestrian": 311586, "bus": 964})


def test_a_crossing_alone_has_its_share(catalog: Catalog, twin: Twin) -> None:
    """What DeConcini, Mariposa and Morley have one by one is what Nogales has."""
    together = made(catalog, twin, "nogales")
    alone = [made(catalog, twin, n) for n in ("deconcini", "mariposa", "morley")]
    hours = [sum(s.arrivals.rates[h] for s in together.streams) for h in range(24)]
    assert [sum(s.arrivals.rates[h] for a in alone for s in a.streams) for h in range(24)] == pytest.approx(hours)
    assert all(len(s.options) == 1 for a in alone for s in a.streams)


def test_cars_at_nogales_choose_between_two_crossings(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "nogales")
    cars = next(s for s in scenario.streams if s.id == "nogales.pov.standard")
    assert [o.line for o in cars.options] == ["deconcini.pov.standard", "mariposa.pov.standard"]
    assert cars.wait_weight == twin.wait_weight == -0.0625
    assert cars.arrivals.rates[2] > 0  # at night, when only DeConcini is open
    lines = {x.id: x for x in scenario.lines}
    assert (lines["mariposa.pov.standard"].opens, lines["mariposa.pov.standard"].closes) == (360, 1320)
    assert lines["deconcini.pov.standard"].opens == lines["deconcini.pov.standard"].closes
    walkers = next(s for s in scenario.streams if s.id == "nogales.pedestrian.standard")
    assert len(walkers.options) == 3


def test_crossings_of_different_ports_do_not_choose(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "douglas", "naco")
    assert all(len(s.options) == 1 for s in scenario.streams)
    assert not any("hoice" in n.en for n in scenario.notes)


def test_lanes_follow_the_definitions(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "mariposa")
    line = next(x for x in twin.crossings["mariposa"].lines if (x.mode, x.lane_class) == ("pov", "standard"))
    opened = [lanes_open(scenario, "mariposa.pov.standard", h) for h in range(24)]
    assert opened[:6] == [0] * 6 and opened[23] == 0
    assert opened[22] == opened[21]  # an hour more for those in line
    assert sum(opened[6:22]) == pytest.approx(sum(line.lanes[1]), abs=1)
    told = port.day(
        catalog, twin, ["mariposa"], MONDAY, {"2604": Volume(COUNTS)}, lanes={"mariposa.pov.standard": [9] * 24}
    )
    assert [lanes_open(told, "mariposa.pov.standard", h) for h in (0, 12)] == [9, 9]


def test_trucks_have_their_inspections(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "mariposa")
    lines = {x.id: x for x in scenario.lines}
    (scan,) = lines["mariposa.truck.fast"].referrals
    assert (scan.station, scan.random + scan.risk) == ("mariposa.nii", 0.27)
    assert [r.station for r in lines["mariposa.truck.fast"].after] == ["mariposa.state"]
    assert [r.station for r in lines["mariposa.pov.standard"].referrals] == ["mariposa.secondary"]
    assert lines["mariposa.pedestrian.standard"].referrals == ()
    assert {s.id: s.lot for s in scenario.stations}["mariposa.secondary"] == 56


def test_sundays_have_no_trucks(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "mariposa", when=date(2025, 7, 13))
    trucks = [s for s in scenario.streams if ".truck." in s.id]
    assert trucks and not any(sum(s.arrivals.rates) for s in trucks)


def test_every_prior_is_told(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "mariposa")
    english, spanish = ["\n".join(n[lang] for n in scenario.notes) for lang in ("en", "es")]
    assert len(set(scenario.notes)) == len(scenario.notes)
    for basis in (
        twin.laws["pov", "standard"].mean,
        twin.laws["pov", "standard"].spread,
        twin.laws["bus", "standard"].mean,
        twin.modes["truck"].spacing,
        twin.inspections["nii"].time,
        twin.crossings["mariposa"].stations[0].basis,
        twin.crossings["mariposa"].lines[0].basis,
    ):
        assert basis.source.en in english
        assert basis.source.es in spanish
    assert "298,189" in english and "July 2024" in english
    assert "julio de 2024 (contados)" in spanish
    assert twin.choice.source.en not in english
    assert twin.choice.source.en in "\n".join(n.en for n in made(catalog, twin, "nogales").notes)
    assert twin.crossings["sasabe"].basis.source.en in "\n".join(n.en for n in made(catalog, twin, "sasabe").notes)


@pytest.mark.parametrize("name", ["mariposa-two-lanes", "nogales-hours", "trucks-all-scanned"])
def test_examples_that_change_a_crossing(catalog: Catalog, twin: Twin, name: str) -> None:
    def base(names: tuple[str, ...], when: date) -> Scenario:
        return made(catalog, twin, *names, when=when)

    scenario = read(EXAMPLES / f"{name}.toml", base)
    assert problems(scenario) == []
    before = base(("deconcini", "mariposa") if name == "nogales-hours" else ("mariposa",), MONDAY)
    line = "mariposa.pov.standard"
    opened = [lanes_open(scenario, line, h) - lanes_open(before, line, h) for h in range(24)]
    if name == "mariposa-two-lanes":
        assert opened == [0] * 6 + [2] * 6 + [0] * 12
        assert len(scenario.booths) == len(before.booths)  # there were closed ones
    if name == "nogales-hours":
        assert {h for h in range(24) if lanes_open(scenario, line, h)} == set(range(8, 21))
        assert {h for h in range(24) if opened[h] < 0} == {6, 7, 21, 22}
    if name == "trucks-all-scanned":
        assert {s.id: s.servers for s in scenario.stations}["mariposa.nii"] == (8,)
        assert {x.referrals[0].risk for x in scenario.lines if x.mode == "truck"} == {1}


def test_the_tables_of_the_archive_are_what_their_command_writes(catalog: Catalog, tmp_path: Path) -> None:
    run_path(str(ROOT / "tools" / "twin_tables.py"))["main"](tmp_path / "new.csv")
    held = catalog.snapshot_folder.parent / "twin_archive.csv"
    assert (tmp_path / "new.csv").read_bytes() == held.read_bytes(), "run tools/twin_tables.py"


def test_what_is_not_counted_is_left_out_and_told(catalog: Catalog, twin: Twin) -> None:
    scenario = made(catalog, twin, "mariposa", counts={"trucks": 24523, "personal_vehicles": 0})
    assert {x.mode for x in scenario.lines} == {"truck"}
    assert any("Pedestrians of Nogales are not counted" in n.en for n in scenario.notes)
    assert not any("Passenger vehicles of Nogales are not" in n.en for n in scenario.notes)
    assert problems(scenario) == []
    with pytest.raises(NoData):
        made(catalog, twin, "mariposa", counts={})
    with pytest.raises(UnknownName):
        made(catalog, twin, "otay-mesa")


def test_weekdays_of_a_month() -> None:
    assert days_by_weekday(date(2024, 2, 1)) == {1: 4, 2: 4, 3: 4, 4: 5, 5: 4, 6: 4, 7: 4}
    assert sum(days_by_weekday(date(2025, 7, 1)).values()) == 31


def line(demand: float, wait: float = 0.0, lanes: float = 1.0) -> LineFacts:
    week = dict.fromkeys(range(1, 8), (demand,) * 24)
    return LineFacts(
        "pov",
        "standard",
        dict.fromkeys(week, (lanes,) * 24),
        week,
        dict.fromkeys(week, (wait,) * 24),
        Basis(Text.same("–")),
    )


def test_shares_and_utilities_by_hand() -> None:
    few, many = line(1, wait=10), line(3, wait=20)
    assert rates(few, [few, many], 2880, date(2024, 6, 1), 1) == pytest.approx((1.0,) * 24)  # 30 days × 24 hours × 4
    assert rates(many, [few, many], 2880, date(2024, 6, 1), 1) == pytest.approx((3.0,) * 24)
    first, second = utilities([few, many], -0.05)
    assert (first, second) == (0.0, pytest.approx(1.0986122887 + 0.5))  # ln 3 + 0.05 × 10 minutes
    assert in_line(few, (12.0,) * 24, 1) == 2  # 12 an hour × 10 minutes
    assert in_line(replace(few, waits={}), (12.0,) * 24, 1) == 0


def test_a_wait_that_nobody_reports_is_not_a_wait_of_0() -> None:
    few, many = line(1, wait=10), line(3, wait=20)
    assert utilities([few, replace(many, waits={})], -0.05) == [0.0, pytest.approx(1.0986122887)]  # ln 3
    monday = replace(many, waits={1: (20.0,) * 24})
    week = replace(few, waits={d: (10.0 if d == 1 else 50.0,) * 24 for d in range(1, 8)})
    assert utilities([week, monday], -0.05)[1] == pytest.approx(1.0986122887 + 0.5)  # the Mondays of both


@given(st.lists(st.floats(0.5, 9, allow_nan=False), min_size=24, max_size=24))
def test_rounding_keeps_lane_hours(means: list[float]) -> None:
    facts = replace(line(1), lanes={1: tuple(means)})
    planned = port.lane_plan(facts, 1)[::4]
    assert min(planned) >= 1
    if min(means) >= 1.5:
        assert sum(planned) == pytest.approx(sum(means), abs=0.51)
