"""Parks, hotels and flights in the shapes that their publishers document. The figures of the specimens are made up, but the
room-nights of Cancún, which SECTUR's description of its table quotes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows

PARKS, HOTELS, AIR = "nps_visits", "sectur_hotels", "bts_air_segments"
XML, JSON, CENTRES, SEGMENTS = (
    "nps-visits-2024-2026.xml",
    "nps-visits-2024-2024.json",
    "Base70centros.csv",
    "T_T100I_SEGMENT_ALL_CARRIER.csv",
)
JANUARY = date(2024, 1, 1)
Read = Callable[..., tuple[Rows, File]]


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given, with the source's reader."""

    def read(source: str, name: str, content: bytes | None = None) -> tuple[Rows, File]:
        body = content if content is not None else (specimens / "tourism" / name).read_bytes()
        file = File(name, body, as_of=date(2026, 4, 1))
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        (rows,) = CONNECTORS[source].read(file, kind, catalog)
        return rows, file

    return read


def test_visits_in_xml_and_json_are_the_same_table(read: Read) -> None:
    xml, _ = read(PARKS, XML)
    json, _ = read(PARKS, JSON)
    of = {"park": "sagu", "period": JANUARY}
    assert xml.frame.filter(**of).rows() == json.frame.filter(**of).rows()
    assert set(xml.frame["park"]) == {"sagu", "tuma", "grca"}
    # what NPS still revises: the twelve months before
    assert xml.frame.filter(park="grca")["status"].to_list() == ["P"]
    assert json.frame.filter(park="orpi").select("recreation", "other").row(0) == (20001, None)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [(b"<UnitCode>TUMA", b"<UnitCode>ZZZZ", "unknown_code"), (b">3001<", b">many<", "bad_value"), (b"<Month>2<", b"<Month>13<", "bad_value")],
)  # fmt: skip
def test_a_month_that_makes_no_sense_is_refused(
    read: Read, specimens: Path, before: bytes, after: bytes, reason: str
) -> None:
    rows, _ = read(PARKS, XML, (specimens / "tourism" / XML).read_bytes().replace(before, after, 1))
    assert rows.rejected["reason"].to_list() == [reason]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"</VisitationData><", b"</VisitationDate><", "damaged"),
        (b"<Year>2024</Year>", b"", "VisitationData"),
        (b"<Arr", b"<!DOCTYPE a><Arr", "entities"),
    ],
)
def test_xml_of_another_shape_is_refused(read: Read, specimens: Path, before: bytes, after: bytes, said: str) -> None:
    content = (specimens / "tourism" / XML).read_bytes().replace(before, after, 1)
    if said == "entities":
        content = content.replace(b"<!DOCTYPE a>", b"").replace(b"</Arr", b"<!DOCTYPE a></Arr")
    with pytest.raises(WrongShape, match=said):
        read(PARKS, XML, content)


@pytest.mark.parametrize("separator", ["\t", ","])
def test_hotels_by_centre_and_category(read: Read, specimens: Path, separator: str) -> None:
    text = (specimens / "tourism" / CENTRES).read_text(encoding="utf-8").replace("\t", separator)
    rows, _ = read(HOTELS, CENTRES, text.encode())
    assert rows.rejected.is_empty()
    cancun = rows.frame.filter(centre="Cancún")
    assert cancun.select("period", "category", "rooms", "status").row(0) == (
        date(2016, 1, 1),
        "5 estrellas",
        734_023,
        "A",
    )
    # an empty cell is missing, never 0
    assert rows.frame.filter(centre="Hermosillo", category="4 estrellas").select("tourists_foreign", "rooms").row(
        0
    ) == (
        None,
        21001,
    )


@pytest.mark.parametrize(
    ("before", "after", "said"), [("\t95000\t", "\t", "line 2"), ("Cancún", '"Cancún', "quotation")]
)
def test_a_cut_table_of_hotels_is_refused(read: Read, specimens: Path, before: str, after: str, said: str) -> None:
    text = (specimens / "tourism" / CENTRES).read_text(encoding="utf-8").replace(before, after, 1)
    with pytest.raises(WrongShape, match=said):
        read(HOTELS, CENTRES, text.encode())


def test_flights_of_carriers_add_up_and_a_row_given_twice_counts_once(read: Read) -> None:
    rows, file = read(AIR, SEGMENTS)
    assert rows.rejected.is_empty()
    found = {(o, d): counts for o, d, *counts in rows.frame.select("origin", "destination", "passengers", "seats", "departures").iter_rows()}  # fmt: skip
    assert found == {("PHX", "HMO"): [2004, 2660, 35], ("HMO", "PHX"): [1702, 2280, 30]}
    assert [note.en for note in file.notes][1:] == [
        "rows of flights to and from other countries: 1",
        "rows given twice: 1",
    ]


def test_without_its_class_of_service_no_row_can_be_told_from_another(specimens: Path) -> None:
    head = (specimens / "tourism" / SEGMENTS).read_bytes().replace(b",CLASS,", b",KIND,")
    assert CONNECTORS[AIR].recognise(SEGMENTS, head) == ""
