"""Places are found by the names of both sides; a place of which nothing is held names the nearest that is."""

from __future__ import annotations

from datetime import date

import pytest

from ambos.errors import BadRequest
from ambos.flows.data.figures import answer
from ambos.flows.data.listing import places_answer
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import records


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("places"))


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
def test_a_name_of_the_other_side_is_answered_with_the_port(
    embedded: Workspace, name: str, place: str, said: bool
) -> None:
    shown = show(embedded, "crossings.pedestrians", places=[name])
    assert set(shown.frame["place"]) == {place}
    notes = answer(embedded, shown, for_people=False).notes
    assert any("al otro lado de la línea" in note.es for note in notes) == said


def test_a_crossing_is_found_by_its_number_in_mexico(embedded: Workspace) -> None:
    shown = show(embedded, "waits.lanes_built", places=["Nogales III"])
    assert set(shown.frame["place"]) == {"260402"}


def test_a_place_without_figures_names_the_nearest_that_has_some(embedded: Workspace) -> None:
    """Hermosillo to Nogales is about 260 km by the coordinates of both."""
    with pytest.raises(BadRequest) as refused:
        show(embedded, "crossings.trucks", places=["Hermosillo"])
    assert "Held nearest: Nogales, 162 mi (260 km) away." in refused.value.say("en")
    assert "Lo más cercano: Nogales, a 260 km (162 mi)." in refused.value.say("es")
    with pytest.raises(BadRequest, match=r"Held nearest: Sonora, in which it lies\."):
        show(embedded, "trade.to_mexican_state.exports", places=["Hermosillo"])


@pytest.mark.parametrize(
    ("series", "name", "said"),
    [
        ("crossings.trucks", "Phoenix", "ninguno en Phoenix. Lo más cercano: Lukeville"),  # a port without figures
        ("crossings.trucks", "Yuma", "ninguno en Yuma. Lo más cercano: San Luis, a"),
        ("economy.mx_product", "Agua Prieta", "ninguno en Agua Prieta. Lo más cercano: Sonora, donde se ubica."),
        ("economy.mx_product", "Tucson", "ninguno en Tucson. Se tiene de: Sonora."),
        ("river.elevation", "Guaymas", "Se tiene de: Lago Powell, Lago Mead."),
    ],
)
def test_a_refusal_names_the_place_as_it_was_asked_for(embedded: Workspace, series: str, name: str, said: str) -> None:
    """Not the port on the other side of the line from it."""
    with pytest.raises(BadRequest) as refused:
        show(embedded, series, places=[name])
    assert said in refused.value.say("es")


def test_a_city_is_answered_with_its_county_which_is_told(embedded: Workspace) -> None:
    """The Census of 2020 counted 4,420,568 people in Maricopa County."""
    shown = show(embedded, "people.us_census", places=["Phoenix"], start=date(2020, 1, 1))
    assert shown.frame["value"].to_list() == [4420568]
    assert [note.en for note in shown.notes] == ["Phoenix: these figures are of Maricopa County, in which it lies."]
    nogales = show(embedded, "people.us_census", places=["Nogales"])
    assert set(nogales.frame["place"]) == {"04023"}


def test_what_is_not_held_nearby_is_not_named(embedded: Workspace) -> None:
    """No export by US state is held of Sonora."""
    with pytest.raises(BadRequest) as refused:
        show(embedded, "trade.by_state.exports", places=["Hermosillo"])
    assert "Held nearest" not in refused.value.say("en")


def test_places_lists_the_port_on_the_other_side(embedded: Workspace) -> None:
    by_id = {row["place"]: row for row in records(places_answer(embedded).table("places"))}
    assert by_id["2602"]["counterpart"] == "Sonoyta" and by_id["2602"]["across"] == "MX-26070"
    assert by_id["260403"]["counterpart"] is None  # no source held gives it
    found = records(places_answer(embedded, "obregón").table("places"))
    assert [row["place"] for row in found] == ["oviachic", "MX-26018"]  # the dam Álvaro Obregón, and Ciudad Obregón
