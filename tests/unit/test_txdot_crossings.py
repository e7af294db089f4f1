"""Crossings by bridge: a mode that a bridge does not have is no 0, and a month left out is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ambos.catalog import Catalog
from ambos.sources.shared.base import File, Rows
from ambos.sources.txdot import crossings

NAME = "monthly_crossings_2008_2025.csv"


def read(catalog: Catalog, content: bytes) -> tuple[Rows, File]:
    file = File(NAME, content, as_of=date(2026, 4, 20))
    (rows,) = crossings.read(file, crossings.recognise(NAME, file.head()), catalog)
    return rows, file


def test_a_bridge_has_the_modes_that_ever_crossed_it(catalog: Catalog, specimens: Path) -> None:
    rows, file = read(catalog, (specimens / "txdot" / NAME).read_bytes())
    assert rows.rejected.is_empty()
    assert rows.frame.select("period", "port", "bridge", "mode", "value").sort("bridge", "period").rows() == [
        (date(2024, 11, 1), "2304", "laredo_rail", "railcars", 40_313),
        (date(2024, 12, 1), "2304", "laredo_rail", "railcars", 38_298),
        (date(2024, 11, 1), "2304", "world_trade", "trucks", 186_663),
        (date(2024, 12, 1), "2304", "world_trade", "trucks", 165_107),
    ]
    assert [note.en for note in file.notes] == ["zeros of modes that a bridge does not have: 16"]


def test_a_month_without_a_row_between_others_is_missing_and_a_zero_among_counts_is_kept(catalog: Catalog) -> None:
    """May 2008 has no rows of three railroad bridges; the cars of Gateway to the Americas are 0 from June 2016 on."""
    rail, gateway = "Canadian Pacific Kansas City Laredo Railroad Bridge,Railcars", "Gateway to the Americas Bridge,Passenger Vehicles"  # fmt: skip
    lines = (f"a,2008,4,Laredo,Laredo,{rail},29735", f"b,2008,6,Laredo,Laredo,{rail},28274", f"c,2008,5,Laredo,Laredo,{gateway},0", f"d,2008,4,Laredo,Laredo,{gateway},9")  # fmt: skip
    rows, _ = read(catalog, "\n".join([",".join(crossings.COLUMNS), *lines, ""]).encode())
    may = rows.frame.filter(period=date(2008, 5, 1)).select("bridge", "value", "status").sort("bridge").rows()
    assert may == [("gateway_americas", 0, "A"), ("laredo_rail", None, "M")]


def test_every_bridge_stands_at_a_port_of_the_border(catalog: Catalog) -> None:
    bridges = catalog.codelists["bridges"].codes.values()
    assert len(bridges) == 33
    assert {catalog.places[b.attributes["parent"]].border for b in bridges} == {"MX"}
