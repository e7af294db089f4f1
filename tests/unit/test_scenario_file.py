"""Scenario files: every example is read and fits the schema; every fault is told with its line, and refused by both."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.catalog.lines import line_of, lines
from ambos.crossing import lanes
from ambos.crossing.scenario.check import problems
from ambos.crossing.scenario.file import read
from ambos.crossing.scenario.format import LAW_PARAMETERS, TOP, sections
from ambos.crossing.scenario.schema import schema
from ambos.errors import BadScenario, CannotOpen, UnknownName
from ambos.model.crossing import Booth, MoveLanes, OpenLanes, Option, Scenario, Shift
from ambos.text import LANGUAGES, Language, Text

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
VALIDATOR = jsonschema.Draft202012Validator(schema())

GOOD = """
[scenario]
name = "One lane"

[[line]]
id = "cars"
crossing = "here"
mode = "pov"
service = { law = "gamma", mean = 1.0, cv2 = 0.5 }
referrals = [{ station = "yard", risk = 0.03 }]
opens = "06:00"
closes = "22:00"

[[stream]]
id = "cars"
line = "cars"
rates = 40

[[booth]]
id = "b"
crossing = "here"
count = 2
lines = ["cars"]
lanes = 1

[[station]]
id = "yard"
crossing = "here"
service = { law = "exponential", mean = 20 }
servers = 1
"""

#: What stands in the good file, what is put in its place, the line that is named, and a word of what is said.
FAULTS = [
    ('name = "One lane"', "name = 7", 3, "not a text"),
    ('name = "One lane"', 'nmae = "One lane"', 3, "nearest: name"),
    ('name = "One lane"', 'discipline = "any"', 3, "write one of one_line, shortest_line"),
    ('name = "One lane"', "length = 3000", 3, "60 to 1440"),
    ('name = "One lane"', "officers = 1.5", 3, "whole number"),
    ('mode = "pov"', 'mode = "car"', 8, "write one of pov, truck"),
    ('mode = "pov"\n', "", 5, "mode is missing"),
    ('law = "gamma"', 'law = "gama"', 9, "not a choice"),
    ("mean = 1.0", "mean = -1.0", 9, "too small"),
    (", cv2 = 0.5", "", 9, "gamma needs cv2"),
    (", cv2 = 0.5", ", cv2 = 0.5, phases = 2", 9, "gamma has no phases"),
    ("risk = 0.03", "risk = 3", 10, "write 0 to 1"),
    ('opens = "06:00"', 'opens = "6 am"', 11, "not a clock time"),
    ('opens = "06:00"', "opens = 06:00:00", 11, "in quotes"),
    ("rates = 40", "rates = []", 17, "0 values"),
    ("rates = 40", "rates = -4", 17, "0 or more"),
    ("rates = 40\n", "", 14, "exactly one"),
    ("rates = 40", 'rates = 40\ntimes = ["08:00"]', 14, "exactly one"),
    ("rates = 40", "rates = 40\nbatch = [2]", 18, "write 0 to 1"),
    ('line = "cars"', 'line = ["cars"]', 16, "not a name"),
    ("lanes = 1", "lanes = 0.5", 24, "whole number"),
    ("lanes = 1", 'shifts = [{ from = "06:10", to = "12:00" }]', 24, "quarter-hour"),
    ("lanes = 1", 'shifts = [{ from = "06:00" }]', 24, "to is missing"),
    ("count = 2", "count = 0", 22, "1 to 500"),
    ("servers = 1", 'servers = "one"', 30, "whole number"),
    ("servers = 1", "servers = true", 30, "whole number"),
    ("[[station]]", "[[stations]]", 26, "no such section"),
    ("[[station]]", "[station]", 26, "a list of tables"),
    ('name = "One lane"', 'name = "x"\nport = "mariposa"', 4, "day is missing"),
    ("servers = 1", 'servers = 1\n[[change]]\nline = "cars"', 31, "nothing to change"),
    ("servers = 1", 'servers = 1\n[[policy]]\nkind = "open"', 32, "open_lanes, move_lanes"),
]

#: What only the reader knows: how parts fit each other.
MISFITS = [
    ('line = "cars"', 'line = "trucks"', 16, "nearest: cars"),
    ('station = "yard"', 'station = "lot"', 10, "nearest: yard"),
    ('lines = ["cars"]', 'lines = ["car"]', 23, "nearest: cars"),
    ("lanes = 1", "lanes = 3", 24, "more lanes than booths (2)"),
    ("lanes = 1", "lanes = [1, 1, 1]", 24, "24 (by hour) or 96"),
    ("lanes = 1", 'lanes = 1\nbehind = "front"', 25, "no booth"),
    ("lanes = 1", 'lanes = 1\nbehind = "b"', 25, "pairs do not match"),
    ("lanes = 1", 'lanes = 1\nshifts = [{ from = "06:00", to = "08:00" }]', 19, "give one of them"),
    ("lanes = 1", 'shifts = [{ from = "06:00", to = "08:00" }, { from = "07:45", to = "09:00" }]', 24, "overlap"),
    ('lines = ["cars"]\n', "", 19, "lines is missing"),
    ("risk = 0.03", "risk = 0.6, random = 0.6", 10, "more than 1"),
    ("rates = 40", 'times = ["09:00", "08:00"]', 17, "times go back"),
    ("rates = 40", "rates = 40\nbatch = [0.5, 0.4]", 18, "do not sum to 1"),
    ("rates = 40", 'times_file = "nowhere.csv"', 17, "nowhere.csv"),
    ("rates = 40", 'times_file = "\\u0000"', 17, "cannot be read"),
    ('opens = "06:00"\n', "", 11, "opens is missing"),
    ('closes = "22:00"', 'closes = "22:00"\napproach_m = 100', 5, "needs spacing_m"),
    ('closes = "22:00"', 'closes = "22:00"\nwhen_full = "spill"', 5, "spill needs behind"),
    ("servers = 1", 'servers = 1\n[[station]]\nid = "yard"\ncrossing = "here"\nservers = 1\nservice = { law = "exponential", mean = 1 }', 32, "stands twice"),
    ('name = "One lane"', 'name = "x"\nlength = 90', 4, "multiple of 60"),
    ("servers = 1", 'servers = 1\n[[policy]]\nkind = "open_lanes"\nline = "cars"\nbooths = ["b"]\nopen_above = 3\nclose_below = 9', 31, "above open_above"),
    ("servers = 1", 'servers = 1\n[[policy]]\nkind = "move_lanes"\nfrom_line = "cars"', 31, "move_lanes needs ratio"),
]  # fmt: skip


def plain(written: str) -> object:
    """As a JSON Schema sees it: dates and times are text."""
    return json.loads(json.dumps(tomllib.loads(written), default=str))


def faults(written: str) -> list[str]:
    with pytest.raises(BadScenario) as caught:
        read(written.encode())
    return caught.value.say("en").splitlines()[1:-1]


def base(names: tuple[str, ...], day: date) -> Scenario:
    """Stands in for the crossings as they are: cars and trucks at one crossing, from 6 to 22."""
    if names != ("here",):
        raise UnknownName(kind=Text("place", "el lugar"), name=names[0], nearest="here")
    assert day == date(2025, 7, 14)
    hours = [0] * 6 + [2] * 17 + [0]
    made = (
        GOOD.replace("count = 2", "count = 4")
        .replace("lanes = 1", f"lanes = {hours}")
        .replace('"cars"', '"here.pov.cars"')
    )
    return read(made.replace('id = "b"', 'id = "here.pov"').encode())


BASE = '[scenario]\nport = "here"\nday = 2025-07-14\n'


def open_lanes(scenario: Scenario, hour: int) -> int:
    return sum("here.pov.cars" in lanes.by_quarter(b.shifts)[hour * 4] for b in scenario.booths)


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("es"))
    assert schema("es") != schema("en")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda p: p.stem)
def test_examples_fit_the_schema(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(plain(path.read_text(encoding="utf-8")))) == []


def test_the_benchmark_example() -> None:
    scenario = read(EXAMPLES / "three-classes.toml")
    assert sum(sum(s.arrivals.rates) for s in scenario.streams) == pytest.approx(10_000, rel=0.02)
    assert {r.random + r.risk for x in scenario.lines for r in x.referrals} == {0.05}
    assert scenario.stations[0].lot > 0
    assert len(scenario.lines) == 3


def test_the_choices_of_a_law_are_those_that_have_parameters() -> None:
    (law,) = (key for key in sections()["law"] if key.name == "law")
    assert law.choices == tuple(LAW_PARAMETERS)


def test_the_example_of_every_key_has_every_key() -> None:
    tree = tomllib.loads((EXAMPLES / "every-key.toml").read_text(encoding="utf-8"))
    scenario = read(EXAMPLES / "every-key.toml")
    assert [type(p) for p in scenario.policies] == [OpenLanes, MoveLanes]
    for section in TOP:
        used = {k for body in tree.get(section, []) for k in body}
        if section != "change":
            assert {key.name for key in sections()[section]} == used
    assert {k.name for k in sections()["scenario"]} - set(tree["scenario"]) == {"port", "day", "basis", "demand"}
    rear, front = (next(b for b in scenario.booths if b.id == i) for i in ("rear.2", "front.2"))
    assert rear.behind == front.id
    assert next(s for s in scenario.streams if s.id == "trucks").arrivals.times[:3] == (485.0, 500.0, 500 + 40 / 60)
    assert scenario.policies[0].booths == ("spare.1", "spare.2")  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_every_key_and_no_other(language: Language) -> None:
    page = (EXAMPLES.parent / language / "how-to" / "scenario.md").read_text(encoding="utf-8")
    rows = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| `")]
    told = [(row[0].strip("`"), row[-1]) for row in rows]
    assert told == [(key.name, key.about[language]) for keys in sections().values() for key in keys]
    must = {"en": "yes", "es": "sí"}[language]
    assert [row[2].strip() == must for row in rows] == [key.must for keys in sections().values() for key in keys]


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS, ids=[f"{f[1]}-{f[3]}"[:50] for f in FAULTS])
def test_a_fault_is_refused_by_reader_and_schema(old: str, new: str, line: int, said: str) -> None:
    assert GOOD.count(old) >= 1
    broken = GOOD.replace(old, new, 1)
    told = faults(broken)
    assert any(said in t for t in told), told
    assert any(t.startswith(f"  line {line},") for t in told), told
    assert not VALIDATOR.is_valid(plain(broken))


@pytest.mark.parametrize(("old", "new", "line", "said"), MISFITS, ids=[f"{f[1]}-{f[3]}"[:50] for f in MISFITS])
def test_what_does_not_fit_together_is_refused(old: str, new: str, line: int, said: str) -> None:
    assert GOOD.count(old) >= 1
    (told,) = [t for t in faults(GOOD.replace(old, new, 1)) if said in t]
    assert told.startswith(f"  line {line},")


def test_all_faults_at_once_in_order_and_both_languages() -> None:
    broken = GOOD.replace('"pov"', '"car"').replace("mean = 1.0", "mean = 0").replace("rates = 40", "rates = [1]")
    with pytest.raises(BadScenario) as caught:
        read(broken.encode())
    english, spanish = caught.value.say("en").splitlines(), caught.value.say("es").splitlines()
    assert len(english) == len(spanish) == 5
    assert [int(t.split()[1].strip(",")) for t in english[1:4]] == [8, 9, 17]
    assert "3 problema(s)" in spanish[0]
    assert all(t.startswith("  renglón ") for t in spanish[1:4])


def test_a_fault_is_told_once() -> None:
    assert len(faults(GOOD.replace("mean = 1.0", 'mean = "1"'))) == 1
    assert len(faults(GOOD.replace("rates = 40", 'rates = "40"'))) == 1
    assert len(faults(GOOD.replace('law = "gamma"', 'law = "gama"'))) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('closes = "22:00"', 'closes = "22:00"\napproach_m = 5\nspacing_m = 7', 5, "does not hold one"),
        ('line = "cars"', 'options = [{ line = "cars" }, { line = "cars" }]', 14, "twice"),
        ("lanes = 1", 'lanes = 1\n[[booth]]\nid = "c"\ncount = 2\ncrossing = "here"\nlines = ["cars"]\nbehind = "b"\n[[booth]]\nid = "d"\ncount = 2\ncrossing = "here"\nlines = ["cars"]\nbehind = "b"', 25, "one front and one rear"),
        ("servers = 1", 'servers = 1\n[[policy]]\nkind = "move_lanes"\nfrom_line = "cars"\nto_line = "cars"\nratio = 1\nlimit = 9', 31, "to itself"),
    ],
    ids=["approach", "options", "pairs", "policy"],
)  # fmt: skip
def test_what_the_simulation_asks_for_has_a_line_too(old: str, new: str, line: int, said: str) -> None:
    told = faults(GOOD.replace(old, new, 1))
    assert any(t.startswith(f"  line {line},") and said in t for t in told), told


def test_empty_broken_and_missing_files(tmp_path: Path) -> None:
    assert len(faults("")) == 3
    with pytest.raises(BadScenario, match="not TOML"):
        read(b"[scenario\n")
    with pytest.raises(BadScenario, match="not TOML"):
        read(b"\xff\xfe")
    with pytest.raises(CannotOpen) as caught:
        read(tmp_path / "nothing.toml")
    assert "falta un archivo o una carpeta. Revise el nombre y los permisos." in caught.value.say("es")


def test_shifts_past_midnight() -> None:
    made = GOOD.replace("lanes = 1", 'shifts = [{ from = "22:00", to = "06:00" }]')
    booth = read(made.encode()).booths[0]
    assert [(s.start, s.end) for s in booth.shifts] == [(0, 360), (1320, 1440)]


def test_a_file_of_arrivals_is_read_or_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace("rates = 40", 'times_file = "a.csv"'), encoding="utf-8")
    (tmp_path / "a.csv").write_text("time\n08:00\n08:00:30\n", encoding="utf-8")
    assert read(tmp_path / "a.toml").streams[0].arrivals.times == (480.0, 480.5)
    for content, said in (
        ("when\n08:00\n", "no column time"),
        ("time\n8h\n", "a.csv:2"),
        ("time\n09:00\n08:00\n", "a.csv:3"),
        ("time\n\n09:00\n08:00\n", "a.csv:4"),
        *(
            (f"time\n05:00\n{cell}\n", "a.csv:3")
            for cell in ("06:75", "25:00", "06:00:40:10", "06:00:99", "24:00", '""')
        ),
    ):
        (tmp_path / "a.csv").write_text(content, encoding="utf-8")
        with pytest.raises(BadScenario, match=said):
            read(tmp_path / "a.toml")


def test_nobody_comes_after_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time\n06:30\n07:59:59\n08:00\n", encoding="utf-8")
    day = GOOD.replace('name = "One lane"', "length = 480")
    for told, where in (('times = ["07:59:59", "08:00"]', ""), ('times_file = "a.csv"', "a.csv:4: ")):
        (tmp_path / "a.toml").write_text(day.replace("rates = 40", told), encoding="utf-8")
        with pytest.raises(BadScenario) as caught:
            read(tmp_path / "a.toml")
        (line,) = caught.value.say("en").splitlines()[1:-1]
        assert line.startswith("  line 17, stream.times") and f"{where}at 08:00 the 480 minutes" in line
        assert "ya terminaron los 480 minutos" in caught.value.say("es")


def test_a_shorter_day() -> None:
    made = GOOD.replace('name = "One lane"', "length = 120").replace("lanes = 1", "lanes = [0, 2]")
    scenario = read(made.encode())
    assert scenario.length == 120
    assert scenario.booths[1].shifts[0].start == 60
    assert scenario.streams[0].arrivals.rates == (40, 40)


@pytest.mark.parametrize("officers", [[2, 3], [2, 2, 3, 3, 3, 3, 2, 2]], ids=["hours", "quarters"])
def test_officers_of_a_shorter_day_are_one_an_hour_or_quarter_hour(officers: list[int]) -> None:
    made = GOOD.replace('name = "One lane"', f"officers = {officers}\nlength = 120")
    assert read(made.encode()).officers == tuple(officers)
    with pytest.raises(BadScenario, match=r"24 values → write one, 2 \(by hour\) or 8 \(by quarter-hour\)"):
        read(made.replace(str(officers), str([2] * 24)).encode())


def test_changes_of_lanes() -> None:
    more = BASE + '[[change]]\nline = "here.pov.cars"\nadd_lanes = 2\nfrom = "08:00"\nto = "10:00"\n'
    scenario = read(more.encode(), base)
    assert [open_lanes(scenario, h) for h in (5, 7, 8, 9, 10, 23)] == [0, 2, 4, 4, 2, 0]
    assert len(scenario.booths) == 4
    many = read(more.replace("add_lanes = 2", "add_lanes = 5").encode(), base)
    assert open_lanes(many, 8) == 7
    assert len(many.booths) == 7
    fewer = read((BASE + '[[change]]\nline = "here.pov.cars"\nadd_lanes = -1\n').encode(), base)
    assert [open_lanes(fewer, h) for h in (5, 8, 22)] == [0, 1, 1]
    one = read((BASE + '[[change]]\nline = "here.pov.cars"\nlanes = 3\n').encode(), base)
    assert [open_lanes(one, h) for h in (5, 8, 22, 23)] == [0, 3, 3, 0]


def test_changes_of_hours() -> None:
    said = '[[change]]\nline = "here.pov.cars"\nopens = "04:00"\ncloses = "20:00"\n'
    scenario = read((BASE + said).encode(), base)
    assert (scenario.lines[0].opens, scenario.lines[0].closes) == (240, 1200)
    assert [open_lanes(scenario, h) for h in (3, 4, 19, 20, 21)] == [0, 2, 2, 2, 0]
    always = read((BASE + said.replace("04:00", "00:00").replace("20:00", "24:00")).encode(), base)
    assert always.lines[0].opens == always.lines[0].closes == 0
    assert all(open_lanes(always, h) == 2 for h in range(24))
    for opens, closes in (("06:00", "05:30"), ("06:00", "05:00"), ("00:30", "23:45")):
        again = read((BASE + said.replace("04:00", opens).replace("20:00", closes)).encode(), base)
        assert all(open_lanes(again, h) == 2 for h in range(24))
    longer = read((BASE + said.replace("04:00", "06:00").replace("20:00", "04:00")).encode(), base)
    assert [open_lanes(longer, h) for h in (0, 4, 5, 6, 23)] == [2, 2, 0, 2, 2]


def test_a_scenario_changes_demand_service_and_stations() -> None:
    said = (
        'demand = 2\n[[change]]\nline = "here.pov.cars"\ndemand = 1.5\napproach_m = 0\n'
        'service = { law = "deterministic", mean = 2 }\nreferrals = [{ station = "yard", random = 1 }]\n'
        '[[change]]\nstation = "yard"\nservers = 3\nlot = 4\n'
    )
    scenario = read((BASE + said).encode(), base)
    assert scenario.streams[0].arrivals.rates[0] == pytest.approx(40 * 3)
    assert scenario.lines[0].service.mean == 2
    assert scenario.lines[0].referrals[0].random == 1
    assert (scenario.stations[0].servers, scenario.stations[0].lot) == ((3,), 4)


def shared(names: tuple[str, ...], day: date) -> Scenario:
    """The same with a second crossing, between which the cars choose."""
    made = base(names, day)
    cars, stream = made.lines[0], made.streams[0]
    arrivals = replace(stream.arrivals, initial=5)
    return replace(
        made,
        lines=(*made.lines, replace(cars, id="there.pov.cars")),
        booths=(*made.booths, Booth("there.pov.1", "there", (Shift(360, 1380, ("there.pov.cars",)),))),
        streams=(
            replace(stream, id="port.pov", arrivals=arrivals, options=(Option(cars.id), Option("there.pov.cars"))),
        ),
    )


def test_demand_of_one_line_where_travellers_choose_is_refused() -> None:
    said = '[[change]]\nline = "here.pov.cars"\ndemand = 2\n'
    with pytest.raises(BadScenario) as caught:
        read((BASE + said).encode(), shared)
    for language, words in (("en", "choose between"), ("es", "eligen entre")):
        (told,) = caught.value.say(language).splitlines()[1:-1]
        assert f"{words} here.pov.cars, there.pov.cars" in told
        assert 'stream = "port.pov"' in told
    together = read((BASE + '[[change]]\nstream = "port.pov"\ndemand = 2\n').encode(), shared)
    assert together.streams[0].arrivals.rates[0] == 80
    assert together.streams[0].arrivals.initial == 5


@pytest.mark.parametrize(
    ("said", "line", "word"),
    [
        ('line = "here.pov.car"', 5, "nearest: here.pov.cars"),
        ('line = "here.pov.cars"\nservers = 2', 6, "a line has no servers"),
        ('station = "yard"\nadd_lanes = 2', 6, "a station has no add_lanes"),
        ("add_lanes = 2", 4, "one of line, station and stream"),
        ('line = "here.pov.cars"\nstream = "here.pov.cars"', 4, "one of line, station and stream"),
        ('stream = "here.pov.cars"\nadd_lanes = 2', 6, "a stream has no add_lanes"),
        ('stream = "here.pov.car"\ndemand = 2', 5, "nearest: here.pov.cars"),
        ('line = "here.pov.cars"\nfrom = "08:00"', 4, "go with add_lanes"),
        ('line = "here.pov.cars"\nadd_lanes = 1\nlanes = 3', 4, "lanes and add_lanes"),
    ],
)
def test_a_wrong_change_is_refused_at_its_line(said: str, line: int, word: str) -> None:
    with pytest.raises(BadScenario) as caught:
        read(f"{BASE}[[change]]\n{said}\n".encode(), base)
    (told,) = caught.value.say("en").splitlines()[1:-1]
    assert told.startswith(f"  line {line},")
    assert word in told


def test_an_unknown_crossing_is_a_fault_of_its_line() -> None:
    with pytest.raises(BadScenario, match=r"line 2, .*“there”.*here"):
        read(BASE.replace('"here"', '"there"').encode(), base)
    with pytest.raises(BadScenario, match="no crossings are at hand"):
        read(BASE.encode())


NAMES = st.text("abcxyz_-19", min_size=1, max_size=4)
VALUES = st.recursive(
    st.one_of(st.integers(0, 9), st.booleans(), st.text("a [](){}#=\"'", max_size=6)),
    lambda v: st.lists(v, max_size=3),
    max_leaves=5,
)


@given(
    st.lists(
        st.tuples(NAMES, st.booleans(), st.dictionaries(NAMES, VALUES, max_size=4)),
        max_size=6,
        unique_by=lambda t: t[0],
    )
)
def test_every_key_is_found_on_its_line(tables: list[tuple[str, bool, dict[str, object]]]) -> None:
    """Whatever stands in strings, comments and lists over several lines."""
    written: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    for name, array, body in tables:
        for place in range(2 if array else 1):
            path: tuple[str | int, ...] = (name, place) if array else (name,)
            written.append(f"[[{name}]] # [x]" if array else f"[{name}]")
            expected[path] = len(written)
            for key, value in body.items():
                shown = json.dumps(value)
                expected[*path, key] = len(written) + 1
                if isinstance(value, list):
                    written += [f"{key} = [ # ]", *(json.dumps(v) + ", # a = 1" for v in value), "]"]
                else:
                    written.append(f"{key} = {shown}")
    text = "\n".join(written)
    tomllib.loads(text)
    found = lines(text)
    assert {p: found[p] for p in expected} == expected
    for path, line in expected.items():
        assert line_of(found, (*path, "inner", 3)) == line


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, list) else json.dumps(value)


def any_value(section: str, key: str) -> st.SearchStrategy[object]:
    """Mostly what is wanted, or what is not."""
    of = next(k for k in sections()[section] if k.name == key)
    likely: list[object] = [
        1,
        0.5,
        -1,
        1440,
        1e308,
        True,
        "",
        "a",
        "a.1",
        "06:00",
        "24:00",
        "06:07",
        [],
        ["a"],
        [1, 0],
        [0.5] * 24,
    ]
    plain = st.sampled_from([*likely, *of.choices])
    if not of.of:
        return plain
    one = any_table(of.of)
    return st.one_of(plain, one, st.lists(one, max_size=2))


def any_table(section: str) -> st.SearchStrategy[dict[str, object]]:
    keys = st.lists(st.sampled_from([k.name for k in sections()[section]]), unique=True)
    return keys.flatmap(lambda names: st.fixed_dictionaries({n: any_value(section, n) for n in names}))


@given(
    st.fixed_dictionaries(
        {}, optional={name: st.lists(any_table(name), min_size=1, max_size=2) for name in ("scenario", *TOP)}
    )
)
def test_whatever_is_written_is_read_or_refused(tree: dict[str, list[dict[str, object]]]) -> None:
    """No file makes the reader fail in any other way, and whatever it lets pass fits the schema and can be played."""
    written = ""
    for section, bodies in tree.items():
        for body in bodies[:1] if section == "scenario" else bodies:
            written += "[scenario]\n" if section == "scenario" else f"[[{section}]]\n"
            written += "".join(f"{key} = {toml(value)}\n" for key, value in body.items())
    try:
        scenario = read(written.encode(), lambda names, day: read(GOOD.encode()))
    except BadScenario as error:
        assert error.say("es").strip()
    else:
        assert problems(scenario) == []
        assert VALIDATOR.is_valid(plain(written))


def test_lines_of_long_strings() -> None:
    text = 'a = """\nb = 1\n[c]\n"""\nb = 2\n[c.d]\n"e f" = 3\n'
    assert lines(text) == {(): 1, ("a",): 1, ("b",): 5, ("c",): 6, ("c", "d"): 6, ("c", "d", "e f"): 7}


@given(st.lists(st.integers(0, 5), min_size=24, max_size=24), st.lists(st.integers(0, 7), min_size=24, max_size=24))
def test_lanes_are_as_many_as_wanted(first: list[int], then: list[int]) -> None:
    made = GOOD.replace("count = 2", "count = 5").replace("lanes = 1", f"lanes = {first}")
    scenario = read(made.encode())
    booths = lanes.with_lanes(scenario.booths, "cars", "here", "b", lanes.quarters(then))
    plans = [lanes.by_quarter(b.shifts) for b in booths]
    assert [sum(bool(p[q]) for p in plans) for q in range(0, 96, 4)] == then
