"""Every fault in the definitions of the river is reported with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ambos.catalog import DEFINITIONS, Catalog
from ambos.catalog.river import load_river, load_scenarios
from ambos.errors import DefinitionError


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    shutil.copytree(DEFINITIONS / "river", tmp_path / "river")
    return tmp_path


def change(definitions: Path, name: str, old: str, new: str) -> int:
    """Put something else in a file; the line where it stands."""
    path = definitions / "river" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(catalog: Catalog, definitions: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_river(catalog, definitions)
    return caught.value.say("en")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("guidelines_2007.toml", 'arizona = "320"', 'arizona = "many"', "not a number of 0 or more"),
        ("guidelines_2007.toml", 'arizona = "320"', 'arizona = "-1"', "not a number of 0 or more"),
        ("guidelines_2007.toml", 'arizona = "320"', "arizona = 320.5", "wrong type"),
        ("guidelines_2007.toml", 'arizona = "320"', 'sonora = "320"', "nearest"),
        ("guidelines_2007.toml", "reliability", "prior", "is not known"),
        (
            "dcp_2019.toml",
            'reliability = "B"',
            'reliability = "C"',
            "reliability 'C' is not known / no se conoce: A, B, M",
        ),
        ("guidelines_2007.toml", 'kaf = { arizona = "320", nevada = "13" }', "kaf = 320", "wrong type"),
        ("parties.toml", "[party.nevada]", 'party.utah = "no"\n[party.nevada]', ""),
        ("bwscp.toml", 'part = "bwscp"', 'part = "other"', ""),
        ("parties.toml", 'place = "US-NV"', 'place = "US-QQ"', "not a place"),
        ("parties.toml", 'apportionment = "2800"', 'apportionment = "NaN"', "not a number of 0 or more"),
        ("determinations.toml", 'declared = "2a"', 'declared = "2c"', "tier of tiers.toml '2c' is not known"),
        ("determinations.toml", "year = 2021", "year = 2020", ""),
        ("instruments.toml", 'state = "terms_not_read"', 'state = "unread"', "in_force, terms_not_read; nearest"),
        ("instruments.toml", 'standing = "decided"', 'standing = "sure"', "is not known"),
        ("instruments.toml", 'party = "mexico"', 'party = "baja"', "is not known"),
        ("instruments.toml", "on = 2024-03-21", "on = 2026-12-01", "is after known"),
        ("instruments.toml", "signed = 2024-03-21", 'signed = "2024"', "a date is wanted"),
        ("instruments.toml", "known = 2026-11-28", "seen = 2026-11-28", "is not known"),
        ("storage.toml", 'error_kaf = "2.5"', 'error_kaf = ""', "not a number of 0 or more"),
        ("mead_storage.csv", "1050,7682.9", "1050,seven", "a number is wanted"),
        ("mead_storage.csv", "1050,7682.9", "1050,7000.0", "must rise"),
        ("mead_storage.csv", "live_storage_kaf", "kaf", "is missing"),
    ],
)
def test_faults_are_reported(catalog: Catalog, definitions: Path, name: str, old: str, new: str, said: str) -> None:
    line = change(definitions, name, old, new)
    reported = problems(catalog, definitions)
    assert said in reported
    if said and said not in ("is missing",):
        assert f"{name}:{line}:" in reported, reported


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('at_most = "1075"', 'below = "1075"'),  # nobody has 1,075.00
        ('at_most = "1075"', 'at_most = "1074"'),
        ('above = "1075"', 'at_least = "1075"'),  # two have it
        ('below = "1025"', 'below = "1025"\nabove = "1000"'),  # nobody has what is below
    ],
)
def test_holes_and_overlaps_are_reported(catalog: Catalog, definitions: Path, old: str, new: str) -> None:
    change(definitions, "guidelines_2007.toml", old, new)
    assert "guidelines_2007.toml:" in problems(catalog, definitions)


def test_two_bounds_on_one_side_are_reported(catalog: Catalog, definitions: Path) -> None:
    change(definitions, "dcp_2019.toml", 'above = "1090"', 'above = "1090"\nat_least = "1090"')
    assert "exclude each other" in problems(catalog, definitions)


def test_a_range_backwards_is_reported(catalog: Catalog, definitions: Path) -> None:
    line = change(definitions, "minute_323.toml", "to = 2026-12-31", "to = 2016-12-31")
    assert f"minute_323.toml:{line - 1}: from is after to" in problems(catalog, definitions)


def test_all_problems_are_reported_at_once(catalog: Catalog, definitions: Path) -> None:
    change(definitions, "tiers.toml", 'es = "Nivel 0"', 'es = ""')
    change(definitions, "parties.toml", 'apportionment = "1500"', 'apportionment = "?"')
    (definitions / "river" / "bwscp.toml").unlink()
    reported = problems(catalog, definitions)
    assert all(name in reported for name in ("tiers.toml", "parties.toml", "bwscp.toml: the file is missing"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('arizona = "80.00"', 'arizona = "79.00"', "do not add up to 100"),
        ('up_to = "1500"', 'up_to = "200"', "up_to must rise"),
        ('["1125", "1500"]', '["1150", "1500"]', "levels must fall"),
        ('["1125", "1500"]', '["1125"]', "2 values are wanted, not 1"),
        ('["1125", "1500"]', '["1125", "x"]', "not a number"),
        ('below = "1075", at_least = "1050"', 'below = "1075", above = "1050"', "hole or an overlap"),
        (
            'share = [{ percent = { arizona = "77.40"',
            'share = [7, { percent = { arizona = "77.40"',
            "a table is wanted",
        ),
        ("rules = true", "rules = false", "are wanted"),
        ("to = 2028", "to = 2026", "from is after to"),
        ("[guidelines_2027.unread.mexico]", "[guidelines_2027.unread.nevada]", "terms_not_read"),
        ("[guidelines_2027.unread.mexico]", "[guidelines_2027.unread.utah]", "party 'utah' is not known"),
        ('share = [{ percent = { arizona = "77.40"', 'share = [{ percent = { sonora = "77.40"', "shares of arizona"),
        ('published_to = "1000"', 'publish_to = "1000"', "is not known"),
    ],
)
def test_faults_in_scenarios_are_reported(catalog: Catalog, definitions: Path, old: str, new: str, said: str) -> None:
    change(definitions, "scenarios.toml", old, new)
    with pytest.raises(DefinitionError) as caught:
        load_scenarios(load_river(catalog), definitions)
    assert said in caught.value.say("en") and "scenarios.toml:" in caught.value.say("en")


def test_an_instrument_without_its_scenario_is_reported(catalog: Catalog, definitions: Path) -> None:
    change(definitions, "instruments.toml", 'scenario = "guidelines_2027"', 'scenario = "guidelines_2029"')
    with pytest.raises(DefinitionError, match="guidelines_2027 names 'guidelines_2029'"):
        load_scenarios(load_river(catalog, definitions), definitions)
