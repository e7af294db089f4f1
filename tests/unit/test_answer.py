"""An answer's cells are formatted once, by the door that shows them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from ambos.cli.door import show
from ambos.model.answer import (
    NOT_APPLICABLE,
    Answer,
    Cell,
    Column,
    Named,
    Shown,
    Table,
    View,
    as_seen,
    cell_text,
    cell_values,
)
from ambos.text import Text

_VOLUME = Column("volume_hm3", Text("Volume, hm³", "Volumen, hm³"), 1)
_LABEL = Text("Party", "Parte")


def _answer(*more: Table) -> Answer:
    rows: tuple[tuple[Cell, ...], ...] = (
        (Named("mx", Text("Mexico", "México")), Decimal("1234.5678901"), True),
        (Named("az", Text("Arizona", "Arizona")), None, False),
    )
    columns = (Column("party", _LABEL), _VOLUME, Column("decided", None))
    first = Table("parties", Text("Parties", "Partes"), columns, rows)
    return Answer(
        "river.example",
        Text("An example", "Un ejemplo"),
        (first, *more),
        {"year": 2026, "known": date(2026, 8, 15)},
        (Text("A note.", "Una nota."),),
    )


def _added() -> Table:
    columns = (
        Column("year", Text("Year", "Año"), grouped=False),
        Column("change_af", Text("Change", "Cambio"), signed=True),
    )
    return Table("changes", Text("Changes", "Cambios"), columns, ((2026, Decimal(-1500)), (2027, 2500)))


@pytest.mark.parametrize(
    ("cell", "column", "en", "es"),
    [
        (None, _VOLUME, "–", "–"),
        (Decimal("1234.25"), _VOLUME, "1,234.3", "1,234.3"),
        (float("nan"), _VOLUME, "–", "–"),
        (2026, Column("year", None, grouped=False), "2026", "2026"),
        (Decimal("0.4"), Column("change", None, signed=True), "0", "0"),
        (1500, Column("change", None, signed=True), "+1,500", "+1,500"),
        (date(2026, 8, 15), _VOLUME, "August 15, 2026", "15 de agosto de 2026"),
        (True, _VOLUME, "yes", "sí"),
        (Named("mx", Text("Mexico", "México")), _VOLUME, "Mexico", "México"),
        ("af", _VOLUME, "af", "af"),
        (NOT_APPLICABLE, _VOLUME, "·", "·"),
        ((Decimal("1024.99"), Decimal(1020)), _VOLUME, "1,025.0; 1,020.0", "1,025.0; 1,020.0"),
        (Shown(300, Text.same("≥ 300")), _VOLUME, "≥ 300", "≥ 300"),
    ],
)
def test_a_cell_is_written_as_each_language_writes_it(cell: Cell, column: Column, en: str, es: str) -> None:
    assert cell_text(cell, column) == Text(en, es)


def test_raw_values_keep_codes_names_and_digits() -> None:
    assert cell_values("party", Named("mx", Text("  Mexico", "  México"))) == {
        "party": "mx",
        "party_name": {"en": "Mexico", "es": "México"},
    }
    assert cell_values("x", Decimal("2.00000049")) == {"x": 2.0}
    assert cell_values("x", Decimal("15.000")) == {"x": 15}
    assert cell_values("x", None) == cell_values("x", NOT_APPLICABLE) == {"x": None}
    assert cell_values("x", (Decimal("1024.99"), "a")) == {"x": [Decimal("1024.99"), "a"]}
    assert cell_values("x", Shown(Decimal("2.50"), Text("two and a half", "dos y medio"))) == {"x": Decimal("2.5")}


def test_a_table_added_to_an_answer_appears_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(_added())
    show(answer, "en")
    printed = capsys.readouterr().out
    assert "Changes" in printed and "−1,500" in printed and "+2,500" in printed and "· A note." in printed
    assert "decided" not in printed
    show(answer, "en", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == [{"year": 2026, "change_af": -1500}, {"year": 2027, "change_af": 2500}]
    assert told["parties"][0]["volume_hm3"] == 1234.56789 and told["parties"][1]["decided"] is False
    assert told["known"] == "2026-08-15" and told["title"] == {"en": "An example", "es": "Un ejemplo"}
    show(answer, "en", as_csv=True, table="changes")
    assert capsys.readouterr().out == "year,change_af\n2026,-1500\n2027,2500\n"


def test_csv_prints_the_first_table_and_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    show(_answer(_added()), "en", as_csv=True)
    printed = capsys.readouterr()
    assert printed.out.splitlines()[:2] == [
        "party,party_name_en,party_name_es,volume_hm3,decided",
        "mx,Mexico,México,1234.56789,true",
    ]
    assert "changes" in printed.err and "A note." in printed.err


def test_csv_of_a_table_without_rows_has_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    show(_answer(replace(_added(), rows=())), "en", as_csv=True, table="changes")
    assert capsys.readouterr().out == "year,change_af\n"


def test_a_table_asked_for_by_name_that_has_no_rows_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(replace(_added(), rows=()))
    show(answer, "es", table="changes")
    assert "Cambios: sin renglones." in capsys.readouterr().out
    show(answer, "en")
    assert "no rows" not in capsys.readouterr().out


def test_csv_cells_stay_under_their_names_where_the_first_row_has_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (Column("party", _LABEL), _VOLUME)
    table = Table("named", _LABEL, columns, ((None, 1), (Named("mx", Text("Mexico", "México")), 2)))
    show(_answer(table), "en", as_csv=True, table="named")
    assert capsys.readouterr().out.splitlines() == [
        "party,party_name_en,party_name_es,volume_hm3",
        ",,,1",
        "mx,Mexico,México,2",
    ]


def test_a_column_for_people_only_is_in_no_data_and_a_table_of_them_neither(capsys: pytest.CaptureFixture[str]) -> None:
    columns = (_VOLUME, Column("words", Text("In words", "En palabras"), kept=None))
    mixed = Table("mixed", _LABEL, columns, ((1, "one"),), totals=((2, "two"), (3, "three")))
    people = Table("people", _LABEL, columns[1:], (("four",),))
    show(_answer(mixed, people), "en")
    printed = capsys.readouterr().out
    assert [w for w in ("one", "two", "three", "four") if w not in printed] == []
    show(_answer(mixed, people), "en", as_json=True)
    record = json.loads(capsys.readouterr().out)
    assert record["mixed"] == [{"volume_hm3": 1}] and "people" not in record
    show(_answer(mixed, people), "en", as_csv=True, table="mixed")
    assert capsys.readouterr().out == "volume_hm3\n1\n"
    with pytest.raises(click.UsageError, match="people"):
        show(_answer(people), "en", as_csv=True, table="people")


def test_a_view_shows_some_rows_with_a_line_under_them(capsys: pytest.CaptureFixture[str]) -> None:
    view = View(_LABEL, ("volume_hm3",), rows=range(1, 3), note=Text("The last 2 of 3.", "Los últimos 2 de 3."))
    show(_answer(Table("some", _LABEL, (_VOLUME,), ((11,), (12,), (13,)), views=(view,))), "en", table="some")
    shown = capsys.readouterr().out.split()
    assert [w in shown for w in ("11.0", "12.0", "13.0")] == [False, True, True]
    assert "The last 2 of 3." in " ".join(shown)


def test_a_turned_view_has_a_column_per_row(capsys: pytest.CaptureFixture[str]) -> None:
    view = View(_LABEL, ("party", "volume_hm3"), turned=True)
    parties = (("mx", 5), ("az", 6))
    show(
        _answer(Table("turned", _LABEL, (Column("party", _LABEL), _VOLUME), parties, views=(view,))),
        "en",
        table="turned",
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["Party", "mx", "az"] in lines and ["Volume,", "hm³", "5.0", "6.0"] in lines


def test_sources_are_named_after_the_notes(capsys: pytest.CaptureFixture[str]) -> None:
    answer = replace(_answer(), sources=(Text("A norm", "Una norma"),))
    show(answer, "en")
    assert capsys.readouterr().out.splitlines()[-2:] == ["· A note.", "Source: A norm"]
    show(answer, "en", as_json=True)
    assert json.loads(capsys.readouterr().out)["sources"] == [{"en": "A norm", "es": "Una norma"}]


def test_several_codes_and_texts_of_a_cell_are_a_list_in_json_and_one_cell_in_csv(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = (Column("events", None), Column("warnings", None), Column("rate", None, exact=True))
    warnings = (Text("One.", "Una."), Text("Two.", "Dos."))
    rows: tuple[tuple[Cell, ...], ...] = (((), (), Decimal("18.4300")), (("a", "b"), warnings, None))
    answer = _answer(Table("listed", _LABEL, columns, rows))
    show(answer, "en", as_json=True)
    assert json.loads(capsys.readouterr().out)["listed"] == [
        {"events": [], "warnings": [], "rate": 18.43},
        {"events": ["a", "b"], "warnings": [w.record() for w in warnings], "rate": None},
    ]
    show(answer, "en", as_csv=True, table="listed")
    assert capsys.readouterr().out.splitlines() == [
        "events,warnings_en,warnings_es,rate",
        ",,,18.4300",
        "a b,One.; Two.,Una.; Dos.,",
    ]


def test_the_schema_of_an_answer_holds_for_it_and_for_one_with_other_and_missing_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def printed(answer: Answer, **form: bool) -> Any:
        show(answer, "en", **form)
        return json.loads(capsys.readouterr().out)

    validator = jsonschema.Draft202012Validator(printed(_answer(_added()), as_schema=True))
    validator.check_schema(validator.schema)
    other = replace(_added(), rows=((None, Decimal("1.5")),))
    for answer in (_answer(_added()), _answer(other)):
        assert not [*validator.iter_errors(printed(answer, as_json=True))]
    wrong = replace(_added(), rows=((2026, Text("many", "muchos")),))
    assert [*validator.iter_errors(printed(_answer(wrong), as_json=True))]
    assert [*validator.iter_errors(printed(_answer(), as_json=True))], "a table is missing"


@pytest.mark.parametrize("form", [{}, {"as_json": True}, {"as_csv": True}])
def test_what_was_not_done_is_on_standard_error_in_every_form(
    capsys: pytest.CaptureFixture[str], form: dict[str, bool]
) -> None:
    problem = Text("A file was refused.", "Se rechazó un archivo.")
    with pytest.raises(SystemExit) as end:
        show(replace(_answer(), problems=(problem,), failed=True), "en", **form)
    printed = capsys.readouterr()
    assert end.value.code == 1 and problem.en in printed.err and problem.en not in printed.out


def _by_level() -> Table:
    """Cuts of two rule sets by level; the second has none at 1,000 ft."""
    one, two = Named("one", Text("Rules", "Reglas")), Named("two", Text("Others", "Otras"))
    columns = (
        Column("rules", _LABEL),
        Column("level_ft", Text("Feet", "Pies")),
        Column("cut_kaf", Text("Cut", "Reducción")),
    )
    rows = ((one, 1050, 10), (one, 1000, 20), (two, 1050, None))
    return Table("cuts", Text("Cuts", "Reducciones"), columns, rows)


def test_a_view_spreads_names_over_columns_and_leaves_the_data_long(capsys: pytest.CaptureFixture[str]) -> None:
    cuts = _by_level()
    view = View(Text("By level", "Por elevación"), ("level_ft", "cut_kaf"), by="rules")
    columns, rows, _ = cuts.select(view)
    assert [c.label and c.label.en for c in columns] == ["Feet", "Rules", "Others"]
    assert rows == ((1050, 10, None), (1000, 20, None))
    show(replace(_answer(), tables=(replace(cuts, views=(view,)),)), "en", as_csv=True)
    assert capsys.readouterr().out.splitlines()[1] == "one,Rules,Reglas,1050,10"


def test_a_view_shows_its_rows_under_its_own_labels() -> None:
    view = View(_LABEL, ("rules", "cut_kaf"), rows=(2, 0), labels={"cut_kaf": Text("Less", "Menos")})
    columns, rows, _ = _by_level().select(view)
    assert [c.label and c.label.en for c in columns] == ["Party", "Less"]
    assert [row[1] for row in rows] == [None, 10]


def test_csv_of_texts_has_a_column_per_language_though_the_first_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("texts", _LABEL, (Column("why", _LABEL), _VOLUME), ((None, 1), (Text("so", "así"), 2)))
    show(_answer(table), "en", as_csv=True, table="texts")
    assert capsys.readouterr().out.splitlines() == ["why_en,why_es,volume_hm3", ",,1", "so,así,2"]


def test_a_table_that_an_answer_has_not_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(click.UsageError, match="parties"):
        show(_answer(), "en", table="rivers")


@pytest.mark.parametrize(
    ("columns", "row"),
    [((Column("a", None),), (1, 2)), ((Column("a", None), Column("a", None)), (1, 2))],
)
def test_a_table_has_one_cell_per_column_and_one_column_per_key(
    columns: tuple[Column, ...], row: tuple[Cell, ...]
) -> None:
    with pytest.raises(ValueError, match="one cell per column"):
        Table("t", Text.same("t"), columns, (row,))


def test_people_read_the_head_for_the_title_and_the_files_last(capsys: pytest.CaptureFixture[str]) -> None:
    answer = replace(_answer(), head=(Text("A: one", "A: uno"),), files=(Path("page.html"),))
    show(answer, "en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A: one" and lines[-1] == "page.html" and "An example" not in lines
    show(answer, "en", as_json=True)
    assert json.loads(capsys.readouterr().out)["files"] == ["page.html"]


def test_spanish_has_metric_columns_first_and_english_customary_ones() -> None:
    columns = (
        Column("party", Text.same("Party")),
        Column("cut_kaf", Text.same("kaf")),
        Column("cut_af", Text.same("af")),
        Column("cut_hm3", Text.same("hm³")),
        Column("share_percent", Text.same("%")),
        Column("left_hm3", Text.same("left hm³")),
    )
    table = Table("cuts", None, columns, (("a", 1, 2, 3, 4, 5),))
    (view,) = table.as_seen()
    english, spanish = (as_seen(table, view, language) for language in ("en", "es"))
    assert [head for head, _ in english[0]] == ["Party", "kaf", "af", "hm³", "%", "left hm³"]
    assert [head for head, _ in spanish[0]] == ["Party", "hm³", "kaf", "af", "%", "left hm³"]
    assert spanish[1] == [["a", "3", "1", "2", "4", "5"]]


def test_sentences_after_numbers_are_set_to_the_left_and_short_words_to_the_right() -> None:
    columns = (
        Column("rule", _LABEL),
        _VOLUME,
        Column("from", Text.same("from")),
        Column("source", Text.same("source")),
    )
    source = Text("A treaty of 1944, as the tables of a report use it", "Un tratado de 1944, como lo usan las tablas")
    row: tuple[Cell, ...] = (Text("Most", "Máximo"), Decimal(5), date(2018, 1, 1), source)
    view = View(_LABEL, ("rule", "volume_hm3", "from", "source"))
    heads, _ = as_seen(Table("rules", _LABEL, columns, (row,)), view, "es")
    assert [side for _, side in heads] == ["left", "right", "right", "left"]
