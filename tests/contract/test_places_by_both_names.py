"""Places are found by the names of both sides; a place of which nothing is held names the nearest that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Shell


@pytest.fixture
def ask(shells: dict[str, Shell], tmp_path: Path):  # type: ignore[no-untyped-def]
    return lambda *arguments, language="en": shells[language](*arguments, folder=tmp_path)


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("Agua Prieta", "2601", True),
        ("San Luis Río Colorado", "2608", True),
        ("Sonoyta", "2602", True),
        ("sásabe", "2606", False),  # the same name, but for the accent
        ("Nogales", "2604", False),
        ("nogales-sonora", "2604", True),
        ("General Plutarco Elías Calles", "2602", True),
    ],
)
def test_a_name_of_the_other_side_is_answered_with_the_port(ask, name: str, place: str, said: bool) -> None:  # type: ignore[no-untyped-def]
    answer = ask("show", "crossings.pedestrians", "--place", name, "--json").json()
    assert {row["place"] for row in answer["data"]} == {place}
    notes = [note["es"] for note in answer["notes"] if "al otro lado de la línea" in note["es"]]
    assert bool(notes) == said


def test_a_crossing_is_found_by_its_number_in_mexico(ask) -> None:  # type: ignore[no-untyped-def]
    answer = ask("show", "waits.lanes_built", "--place", "Nogales III", "--json").json()
    assert {row["place"] for row in answer["data"]} == {"260402"}


def test_a_place_without_figures_names_the_nearest_that_has_some(ask) -> None:  # type: ignore[no-untyped-def]
    """Hermosillo to Nogales is about 260 km by the coordinates of both."""
    refused = ask("show", "crossings.trucks", "--place", "Hermosillo")
    assert refused.code and "Held nearest: Nogales, 162 mi (260 km) away." in refused.err
    refused = ask("show", "crossings.trucks", "--place", "Hermosillo", language="es")
    assert "Lo más cercano: Nogales, a 260 km (162 mi)." in refused.err
    within = ask("show", "trade.to_mexican_state.exports", "--place", "Hermosillo")
    assert within.code and "Held nearest: Sonora, in which it lies." in within.err
    # no export by US state is held of Sonora, so it is not named
    assert "Held nearest" not in ask("show", "trade.by_state.exports", "--place", "Hermosillo").err


def test_places_lists_the_port_on_the_other_side(ask) -> None:  # type: ignore[no-untyped-def]
    by_id = {row["place"]: row for row in ask("places", "--json").json()["places"]}
    assert by_id["2602"]["counterpart"] == "Sonoyta" and by_id["2602"]["across"] == "MX-26070"
    assert by_id["260403"]["counterpart"] is None  # no source held gives it
    assert [row["place"] for row in ask("places", "obregón", "--json").json()["places"]] == ["MX-26018"]
