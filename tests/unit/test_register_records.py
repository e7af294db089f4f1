"""Records of the register are read from TOML, refused with their line, and written back as they were."""

from __future__ import annotations

import tomllib
from dataclasses import is_dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest

from ambos.catalog import load
from ambos.catalog.read import Problems
from ambos.catalog.register import (
    _names,
    check_names,
    load_labels,
    load_register,
    load_register_rules,
    made,
    plain,
    read_records,
)
from ambos.catalog.toml_file import TomlFile
from ambos.model.register import KINDS, Commitment, Phrase, PublicSource, Record, first_day, last_day
from ambos.model.register_entry import What
from ambos.text import in_both

SOUND = """
[office.roads-north]
name = { en = "Roads office" }
side = "US-AZ"
[committee.transport]
name = { en = "Transport", es = "Transporte" }
from = 2019
[[committee.transport.seat]]
office = "roads-north"
sector = "public"
role = "co-chair"
[commitment.permit]
name = { en = "Extend the permit", es = "Ampliar el permiso" }
action = { es = "Ampliar «el» permiso\\n=1+1" }
made = 2013
due = 2014-06-01
cost = "134000000.50"
currency = "USD"
committee = "transport"
responsible = ["roads-north"]
status = "ongoing"
source = [{ en = "Page", es = "Página", url = "https://example.org" }]
step = [{ text = { en = "Draft" }, due = "2014-03" }]
linked = [{ series = "crossings.trucks", place = "nogales", period = "2013", known = 2014-02-01 }]
"""


def read(written: str) -> tuple[list[Record], list[str]]:
    problems = Problems()
    file = TomlFile("x.toml", tomllib.loads(written), written, problems)
    records = list(read_records(file))
    names = {(r.kind, r.id) for r in records}
    for record in records:
        check_names(record, load(), names.__contains__, file.say, (record.kind, record.id))
    return records, problems.listed


def test_every_kind_of_record_is_read_and_written_back_whole() -> None:
    records, problems = read(SOUND)
    assert not problems
    commitment = records[-1]
    assert isinstance(commitment, Commitment)
    assert (commitment.due, commitment.made, commitment.action.only) == ("2014-06-01", "2013", "es")
    assert commitment.action["en"] == "Ampliar «el» permiso\n=1+1"
    for record in records:
        assert made(record.kind, record.id, plain(record)) == record


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("due = 2014-06-01", 'due = "２０１４"', "x.toml:16: due '２０１４' is no day, month, year or range"),
        ("due = 2014-06-01", 'due = "June"', "x.toml:16: due 'June' is no day, month, year or range"),
        ('status = "ongoing"', 'status = "fine"', "x.toml:21: status 'fine' is not known"),
        ('committee = "transport"', 'committee = "roads"', "there is no committee 'roads' / no existe"),
        ('side = "US-AZ"', 'side = "US-TX"', "x.toml:4: side 'US-TX' is not known"),
        ('currency = "USD"', 'goal = { en = "g" }', "a cost needs its currency"),
        ('"crossings.trucks"', '"crossings.carts"', "series 'crossings.carts' is not known"),
        ("[commitment.permit]", "[commitment.Permit]", "only a-z, 0-9 and -"),
        ("Ampliar «el»", "\\\\u0000", "characters that are none"),
        ("from = 2019", "from = 2019\nto = 2018", "x.toml:7: from is after to"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_record_is_named_with_its_line(was: str, now: str, told: str) -> None:
    assert was in SOUND
    _, problems = read(SOUND.replace(was, now.replace("\\\\", "\\")))
    assert told in "\n".join(problems)


def test_a_label_covers_from_its_first_to_its_last_day() -> None:
    assert (first_day("2014"), last_day("2014")) == (date(2014, 1, 1), date(2014, 12, 31))
    assert (first_day("2012/2015-02"), last_day("2012/2015-02")) == (date(2012, 1, 1), date(2015, 2, 28))


def test_a_text_in_one_language_says_so() -> None:
    assert Phrase("", "uno").only == "es"
    assert Phrase("one", "uno").only is None
    assert not Phrase()


def test_the_statuses_lead_only_to_statuses_of_their_list() -> None:
    rules = load_register_rules()
    assert rules.on(date(2000, 1, 1)) is rules.lists[0]
    assert {s.group for s in rules.lists[-1].statuses} == {"open", "done", "dropped", "carried"}


def test_the_records_of_the_region_are_sound_and_in_an_order_in_which_they_can_be_entered() -> None:
    order = list(KINDS)
    kinds = [kind for kind, _ in load_register(load())]
    assert kinds == sorted(kinds, key=order.index)


def test_a_problem_is_said_in_both_languages_and_in_each_by_itself() -> None:
    problems = Problems()
    told: list[str] = []

    class Heard(TomlFile):
        def say(self, path: tuple[str | int, ...], what: str) -> None:
            told.append(in_both(what).es)
            super().say(path, what)

    written = SOUND.replace("due = 2014-06-01", 'due = "June"').replace('status = "ongoing"', "statu = 1")
    list(read_records(Heard("x.toml", tomllib.loads(written), written, problems)))
    assert told == [
        "statu no se conoce: status, step, cost",
        "due 'June' no es día, mes, año ni intervalo (2014-06-01, 2014-06, 2014, 2012/2015)",
    ]


def test_every_kind_field_and_choice_has_a_label_and_no_label_is_of_nothing() -> None:
    labels = load_labels()
    fields: set[str] = set()
    choices: set[str] = set()
    seen: set[type] = set()

    def look(made: Any) -> None:
        if made in seen:
            return
        seen.add(made)
        hints = get_type_hints(made, include_extras=True)
        for name, key in _names(made):
            hint = get_args(hints[name])[0] if get_origin(hints[name]) is Annotated else hints[name]
            fields.add(key)
            inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
            if get_origin(inner) is Literal and key != "target_kind":
                choices.update(get_args(inner))
            if is_dataclass(inner) and inner not in (Phrase, PublicSource):
                look(inner)

    for kind in KINDS.values():
        look(kind)
    assert {*labels.kind} == {*labels.kinds} == {*KINDS}
    assert fields <= {*labels.field}
    assert {*labels.field} - fields == {"number"}
    assert choices - {""} <= {*labels.type}
    assert {*labels.event} == {*get_args(What)}
