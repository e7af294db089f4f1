"""Forms of the register's records: what a record holds comes through them as it was, and faults stand beside their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from ambos.catalog import Catalog
from ambos.catalog.register import load_register
from ambos.model.register import KINDS, Commitment, Phrase, Project
from ambos.register.store import Register
from ambos.web.filled import Filled
from ambos.web.page import Page
from ambos.web.record_form import asked_of, filled_of, read, rows_of, slug_of
from ambos.web.record_view import Names


@pytest.fixture(scope="module")
def known(catalog: Catalog) -> Names:
    """What forms of the region's register may refer to."""
    records = load_register(catalog)
    entries = [
        SimpleNamespace(kind=kind, id=id, title=record.title, starts="", ends="")
        for (kind, id), record in records.items()
    ]

    class Listed:
        def entries(self, *, kind: str, **_: object) -> SimpleNamespace:
            return SimpleNamespace(entries=[one for one in entries if one.kind == kind])

    page = SimpleNamespace(workspace=SimpleNamespace(catalog=catalog), language="en")
    return Names(cast("Page", page), cast("Register", Listed()), date(2026, 12, 1))


def test_every_record_of_the_region_comes_through_its_form_as_it_was(catalog: Catalog, known: Names) -> None:
    for name, record in load_register(catalog).items():
        values, errors = read(type(record), filled_of(record), known.known)
        assert (name, errors, replace(record, **values)) == (name, {}, record)


def fields(**given: str) -> Filled:
    return Filled({name.replace("__", "."): [value] for name, value in given.items()})


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("commitment", {"name__es": " "}, "name.en"),
        ("commitment", {"name__es": "a", "due": "31/02/2027"}, "due"),
        ("commitment", {"name__es": "a", "due": "2015/2012"}, "due"),
        ("commitment", {"name__es": "a", "cost": "1e9"}, "cost"),
        ("commitment", {"name__es": "a", "committee": "none"}, "committee"),
        ("commitment", {"name__es": "a", "responsible": "none"}, "responsible"),
        ("commitment", {"name__es": "a", "linked__0__series": "none"}, "linked.0.series"),
        ("commitment", {"name__es": "a", "steps__1__due": "2027"}, "steps.1.text.en"),
        ("commitment", {"name__es": "a", "sources__0__url": "javascript:alert(1)"}, "sources.0.url"),
        ("agreement", {"name__es": "a", "type": "mou", "start": "2027", "end": "2026-12-31"}, "end"),
        ("agreement", {"name__es": "a", "type": "promise"}, "type"),
        ("project", {"name__es": "a", "type": "rail", "place": "Atlantis"}, "place"),
        ("project", {"name__es": "a", "type": "rail", "scores__0__criterion": "cost"}, "scores.0.score"),
        ("committee", {"name__es": "a", "seats__0__start": "2027", "seats__0__end": "2026"}, "seats.0.end"),
        ("committee", {"name__es": "a" * 1001}, "name.es"),
    ],
)
def test_a_fault_is_named_by_its_field(known: Names, kind: str, given: Mapping[str, str], wrong: str) -> None:
    assert list(read(KINDS[kind], fields(**given), known.known)[1]) == [wrong]


def test_dates_and_numbers_are_read_as_they_are_written_on_either_side(known: Names) -> None:
    given = fields(name__es="Vía", due="30/06/2027", made="06/2026", cost="1,250,000.50", currency="MXN")
    values, errors = read(Commitment, given, known.known)
    assert errors == {}
    assert (values["due"], values["made"], values["cost"]) == ("2027-06-30", "2026-06", Decimal("1250000.50"))


def test_empty_rows_are_left_out_and_the_others_keep_their_order(known: Names) -> None:
    given = fields(
        name__es="Vía",
        type="rail",
        scores__3__criterion="a",
        scores__3__score="2",
        scores__1__criterion="b",
        scores__1__score="1",
    )
    assert read(Project, given, known.known)[0]["scores"] == {"b": Decimal(1), "a": Decimal(2)}
    scores = next(one for one in asked_of(Project) if one.key == "scores")
    assert rows_of(scores, given) == range(6)


def test_an_id_is_made_of_the_name_and_is_new() -> None:
    taken = {"agua-y-saneamiento"}
    assert slug_of(Phrase("", "Agua y saneamiento"), taken.__contains__) == "agua-y-saneamiento-2"
    assert slug_of(Phrase("水"), taken.__contains__) == "record"
    assert len(slug_of(Phrase("long " * 40), taken.__contains__)) <= 62
