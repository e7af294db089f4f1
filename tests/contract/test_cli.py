"""The contract of the command line: what is printed where, in which language, with which exit code."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ambos.catalog import Catalog
from ambos.cli import main
from ambos.cli.language import choose
from ambos.cli.wording import SPANISH
from command_line import Result, Shell

SPECIMENS = Path(__file__).resolve().parent.parent / "specimens"
REGION = SPECIMENS / "example_region"
VERBS = (
    "brief",
    "show",
    "simulate",
    "compare",
    "staff",
    "whatif",
    "runs",
    "river",
    "air",
    "dams",
    "economy",
    "search",
    "series",
    "places",
    "sources",
    "check",
    "fetch",
    "build",
    "snapshot",
    "reference",
)
#: The verbs that are groups.
GROUPS = {
    "check": ("data", "definitions"),
    "river": ("status", "scenario", "schedule", "ledger", "reserve", "cap", "plant"),
    "air": ("index",),
}
#: Words that only English sentences have. Not among them: names of sources, options, verbs and examples of commands.
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|was|were|with|for|this|that|these|which|held|must|cannot|given|missing|unknown|required"
    r"|default|usage|options|arguments|commands?|please|there|nothing|values?|months?|years?|found|written|folder|file"
    r"|place|item|period|source|unit|weight|dates)\b",
    re.IGNORECASE,
)
#: Words that only Spanish sentences have.
SPANISH_WORDS = re.compile(
    r"\b(el|los|las|una|por|para|con|que|cifras?|renglones|archivos?|lugares|carpeta|fuentes?|sin|hay|opciones|uso"
    r"|periodo|lugar|valor|meses|años?)\b",
    re.IGNORECASE,
)
#: Proper names of both languages, commands and options as one types them.
NAMES = re.compile(
    r"Border Crossing Entry Data|Border Wait Times|TransBorder Freight Data|(U\.?S\.? )?International Trade|Ready Lane"
    r"|“[^”]*”|«[^»]*»|--[a-z-]+|ambos [a-z]+( [a-z]+)?|https?://\S+|\S+\.\S+|\S+_\S+|Banco de México"
    r"|San Luis( Río Colorado)?|El Paso|Los Ebanos|Del Rio|Naco|data/definitions|\[[a-z|]+\]"
)


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


@pytest.fixture(scope="module")
def ready(shells: dict[str, Shell], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the example region with its files read."""
    folder = tmp_path_factory.mktemp("ready") / "workspace"
    assert shells["en"]("--region", REGION, "build", "--from", REGION / "data", folder=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def asked(shells: dict[str, Shell], ready: Path) -> Callable[..., Result]:
    """What a verb says of the example region in a language; the same question is asked once."""

    @cache
    def ask(language: str, *arguments: str) -> Result:
        return shells[language]("--region", REGION, *arguments, folder=ready)

    return ask


def strict(text: str) -> Any:
    """JSON as the standard has it: no NaN, no Infinity."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def english_in(text: str) -> list[str]:
    return sorted({m[0] for m in ENGLISH.finditer(NAMES.sub(" ", text))})


def spanish_in(text: str) -> list[str]:
    return sorted({m[0] for m in SPANISH_WORDS.finditer(NAMES.sub(" ", text))})


def plain(result: Result) -> bool:
    """No traceback, and no fault of ours."""
    return not any(w in result.out + result.err for w in ("Traceback", "AMBOS_DEBUG", 'File "'))


# -- JSON and CSV ---------------------------------------------------------------------------------------------------
JSON = {
    "show": ("show", "crossings.trucks"),
    "show indicator": ("show", "crossings.share.trucks", "--freq", "A"),
    "show waits": ("show", "waits.mean", "--freq", "all"),
    "series": ("series",),
    "places": ("places",),
    "all places": ("places", "--all"),
    "sources": ("sources",),
    "check data": ("check", "data"),
    "check definitions": ("check", "definitions"),
    "build": ("build", "--from", str(REGION / "data")),
    "fetch": ("fetch", "bts_transborder_annual"),
    "reference": ("reference", "--write", "docs"),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", JSON)
def test_json_is_all_that_is_printed(asked: Callable[..., Result], name: str, language: str) -> None:
    result = asked(language, *JSON[name], "--json")
    assert result.code == 0 and strict(result.out)
    if name != "fetch":  # that a source comes by hand only is said on standard error
        assert result.err == ""


def test_json_of_the_dossier(shell: Shell, ready: Path, tmp_path: Path) -> None:
    result = shell("--region", REGION, "brief", "--out", tmp_path / "out", "--json", folder=ready)
    written = [Path(p) for p in strict(result.out)]
    assert result.code == 0 and len(written) > 4 and all(p.is_file() for p in written)


def test_every_verb_has_json(shell: Shell) -> None:
    for verb in VERBS:
        for command in [[verb, part] for part in GROUPS.get(verb, ())] or [[verb]]:
            assert "--json" in shell(*command, "--help").out, command


def test_a_figure_in_json(asked: Callable[..., Result]) -> None:
    figures = strict(asked("en", "show", "crossings.trucks", "--json").out)["data"]
    assert list(figures[0]) == [
        *("series", "place", "place_en", "place_es", "item", "item_en", "item_es", "period"),
        *("frequency", "frequency_en", "frequency_es", "value", "unit", "unit_en", "unit_es"),
        *("status", "status_en", "status_es", "as_of", "source", "n", "held", "wanted", "without", "break"),
    ]
    assert all(isinstance(f["value"], int) if f["held"] else f["value"] is None for f in figures)
    assert {len(f["as_of"]) for f in figures if f["held"]} == {10}


def test_json_of_figures_is_the_same_in_both_languages_and_says_what_they_are(
    shells: dict[str, Shell], ready: Path
) -> None:
    ask = ("--region", REGION, "show", "crossings.trucks", "--freq", "A", "--json")
    english, spanish = (shells[language](*ask, folder=ready).out for language in ("en", "es"))
    answer = strict(english)
    assert english == spanish and answer["schema"] == "show/1"
    jsonschema.validate(answer, strict(shells["en"](*ask[:-1], "--json-schema", folder=ready).out))
    assert answer["unit"] == "truck" and answer["definition"]["es"] and answer["warnings"]
    missing = sum(figure["value"] is None for figure in answer["data"])
    assert (answer["coverage"]["figures"], answer["coverage"]["missing"]) == (len(answer["data"]), missing)
    assert {row["source"] for row in answer["licences"]} == {figure["source"] for figure in answer["data"]}


def test_money_keeps_its_digits(shell: Shell, ready: Path) -> None:
    """Whole dollars are whole numbers in JSON and CSV, not floating-point ones."""
    command = ("--region", REGION, "show", "trade.through_ports.exports", "--freq", "M")
    rows = (REGION / "data" / "made_up_dot3_0124.csv").read_text().splitlines()[1:]
    east = sum(int(r.split(",")[5]) for r in rows if r.startswith("1,9901"))
    (figure,) = (
        f
        for f in strict(shell(*command, "--json", folder=ready).out)["data"]
        if (f["place"], f["item"]) == ("9901", "_T")
    )
    table1 = (REGION / "data" / "made_up_dot1_0124.csv").read_text().splitlines()[1:]
    known = {east, sum(int(r.split(",")[7]) for r in table1 if r.startswith("1,XE,9901"))}
    assert figure["value"] in known and isinstance(figure["value"], int)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("series", ["crossings.trucks", "waits.mean", "crossings.share.trucks"])
def test_csv_says_what_json_says(asked: Callable[..., Result], series: str, language: str) -> None:
    command = ("show", series, "--freq", "M")
    result = asked(language, *command, "--csv")
    assert result.code == 0
    beside = ("· ", "Other tables", "Otras tablas")
    assert all(line.startswith(beside) for line in result.err.splitlines()), result.err
    rows = list(csv.DictReader(io.StringIO(result.out), strict=True))
    figures = strict(asked(language, *command, "--json").out)["data"]
    assert len(rows) == len(figures) > 0
    for row, figure in zip(rows, figures, strict=True):
        assert row.keys() == figure.keys()
        for column, cell in row.items():
            value = figure[column]
            same = cell == "" if value is None else cell == str(value) or float(cell) == pytest.approx(value)
            assert same, (column, cell, value)


def test_a_missing_value_is_an_empty_cell_and_null(shell: Shell, catalog: Catalog) -> None:
    """Not 0, and not the word for missing."""
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    command = ("show", "trade.through_ports.exports", "--place", "2604", "--freq", "A", "--from", "2024")
    (row,) = csv.DictReader(io.StringIO(shell(*command, "--csv").out))
    (figure,) = strict(shell(*command, "--json").out)["data"]
    assert (row["value"], row["status"], row["held"]) == ("", "M", "9")
    assert (figure["value"], figure["status"], figure["held"]) == (None, "M", 9)
    assert "9 of 12 held" in shell(*command).out


# -- languages ------------------------------------------------------------------------------------------------------
SPOKEN = {
    **{f"help of {verb}": (verb, "--help") for verb in VERBS},
    "help": ("--help",),
    "help of check data": ("check", "data", "--help"),
    "help of check definitions": ("check", "definitions", "--help"),
    "help of river status": ("river", "status", "--help"),
    "help of river scenario": ("river", "scenario", "--help"),
    "river scenarios": ("river", "scenario"),
    **{f"help of river {v}": ("river", v, "--help") for v in ("schedule", "ledger", "reserve", "cap", "plant")},
    "river reserve": ("river", "reserve", "--year", "2026", "--created", "60000"),
    "river pools": ("river", "cap", "--year", "2026"),
    "river": ("river", "status", "--year", "2023"),
    "help of air index": ("air", "index", "--help"),
    "air": ("air", "index", "--pollutant", "pm25", "--value", "28.4"),
    "air on an early day": ("air", "index", "--pollutant", "o3", "--value", "0.3", "--unit", "ppm", "--date", "2018"),
    "hours of air": ("air", "index", "--series", str(SPECIMENS / "air" / "made_up.csv")),
    "river, observed": ("river", "status", "--year", "2023", "--observed"),
    "version": ("--version",),
    "series": ("series",),
    "places": ("places",),
    "sources": ("sources",),
    "table": ("show", "crossings.trucks", "--freq", "A"),
    "many columns": ("show", "waits.mean", "--freq", "all"),
    "money": ("show", "trade.through_ports.exports"),
    "plot": ("show", "crossings.trucks", "--plot"),
    "bars": ("show", "crossings.trucks", "--plot", "--freq", "A", "--to", "2023"),
    "definitions": ("check", "definitions"),
    "findings": ("check", "data"),
    "build": ("build", "--from", str(REGION / "data")),
    "fetch": ("fetch", "bts_transborder_annual"),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_one_language_at_a_time(asked: Callable[..., Result], name: str) -> None:
    said = {}
    for language, foreign in (("en", spanish_in), ("es", english_in)):
        result = asked(language, *SPOKEN[name])
        assert result.code == 0 and plain(result)
        said[language] = result.out + result.err
        assert foreign(said[language]) == [], (language, said[language])
    assert said["en"] != said["es"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_findings_are_called_as_in_the_dossier(asked: Callable[..., Result], language: str) -> None:
    titles = {"en": "Counted where it cannot be", "es": "Conteo donde no puede haberlo"}
    weights = {"en": r"\b(Major|Moderate|Minor)\b", "es": r"\b(Importante|Moderado|Menor)\b"}
    command = ("check", "data")
    by_id, by_title = (asked(language, *command, "--check", name) for name in ("impossible", titles[language]))
    assert by_id.out == by_title.out and titles[language] in by_id.out and "impossible" not in by_id.out
    assert re.search(weights[language], by_id.out)
    found = strict(asked(language, *command, "--json").out)["findings"]
    assert {"impossible", "high"} <= {f[k] for f in found for k in ("check", "severity")}


@pytest.mark.parametrize(
    ("language", "one", "many"), [("en", "1 finding", "findings"), ("es", "1 hallazgo", "hallazgos")]
)
def test_one_finding_is_one(asked: Callable[..., Result], language: str, one: str, many: str) -> None:
    findings = json.loads(asked(language, "check", "data", "--json").out)["findings"]
    counts = Counter(finding["check"] for finding in findings)
    single = next(check for check, count in counts.items() if count == 1)
    said = asked(language, "check", "data", "--check", single).out
    assert one in said and many not in said


def test_one_file_of_no_source(shells: dict[str, Shell], tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear governor,")
    for language, one, more in (("en", "One file is", "2 files are"), ("es", "Un archivo no es", "2 archivos no son")):
        assert one in shells[language]("build", "--from", tmp_path / "letter.txt").err
        folder = tmp_path / language
        folder.mkdir()
        for name in ("a.txt", "b.txt"):
            (folder / name).write_text(f"Dear {name},")
        assert more in shells[language]("build", "--from", folder).err


def test_the_search_for_foreign_words_finds_them() -> None:
    """So that the test above can fail."""
    assert english_in("No existe la opción. Try this for help: the folder") == ["folder", "for", "the", "this"]
    assert spanish_in("There is no place «el lugar», pero hay archivos") == ["archivos", "hay"]


def test_all_words_of_the_parser_have_their_placeholders() -> None:
    for english, spanish in SPANISH.items():
        assert sorted(re.findall(r"\{\w+|%\(\w+", english)) == sorted(re.findall(r"\{\w+|%\(\w+", spanish)), english


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        (["show", "--lang", "es"], {}, "es"),
        (["--lang=es", "show"], {"AMBOS_LANG": "en"}, "es"),
        (["--lang", "en"], {"LANG": "es_MX.UTF-8"}, "en"),
        ([], {"AMBOS_LANG": "es", "LANG": "en_US.UTF-8"}, "es"),
        ([], {"LANG": "es_MX.UTF-8"}, "es"),
        ([], {"LC_ALL": "C", "LANG": "es_MX.UTF-8"}, "en"),
        ([], {"AMBOS_LANG": "", "LANG": "es_MX.UTF-8"}, "es"),
        (["--lang", "fr"], {}, "en"),
        (["--lang", "es", "show", "--lang", "en"], {}, "en"),
        (["--lang", "en", "show", "--lang=es"], {}, "es"),
        (["show", "--place", "es"], {}, "en"),
    ],
)
def test_choice_of_language(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert choose(arguments, environment) == language


def test_one_process_speaks_each_language_when_it_is_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing of a language stays from one command line to the next: help, words of the parser, errors and answers."""
    here = ("--workspace", str(tmp_path / "none"))
    asked = {
        ("show", "--help"): (0, "Usage: ambos show [OPTIONS] SERIES", "Uso: ambos show [OPCIONES] SERIE"),
        ("brief", "--help"): (0, "--out PATH", "--out RUTA"),
        ("river", "--help"): (0, "The tier of a year", "El nivel de escasez"),
        ("--version",): (0, "ambos, version", "ambos, versión"),
        ("show",): (2, "Missing argument 'SERIES'", "Falta el argumento 'SERIE'"),
        ("shw",): (2, "No such command 'shw'", "No existe la orden 'shw'"),
        ("river", "cap", "--cut", "x"): (2, "'x' is not a number", "'x' no es un número"),
        ("air", "pair", "a", "b", "c"): (2, "Give at most two files.", "Indique a lo más dos archivos."),
        ("places", "atlantis", *here): (0, "No place matches", "Ningún lugar coincide"),
        ("places", "--region", "atlantis", *here): (1, "There is no region", "No existe la región"),
    }
    for arguments, (code, english, spanish) in asked.items():
        for language, words, foreign in (("es", spanish, english_in), ("en", english, spanish_in)) * 2:
            ended = 0
            try:
                main(["--lang", language, *arguments])
            except SystemExit as end:
                ended = int(end.code or 0)
            said = "".join(capsys.readouterr())
            assert (ended, words in said, foreign(said)) == (code, True, []), (language, arguments, said)


# -- refusals -------------------------------------------------------------------------------------------------------
REFUSED: dict[str, tuple[tuple[str, ...], int, str, str]] = {
    "verb": (("shwo",), 2, "No such command 'shwo'", "No existe la orden 'shwo'"),
    "option": (("show", "x", "--yaer"), 2, "No such option '--yaer'", "No existe la opción '--yaer'"),
    "no series": (("show",), 2, "Missing argument 'SERIES'", "Falta el argumento 'SERIE'"),
    "too much": (("show", "a", "b"), 2, "unexpected extra argument (b)", "Sobra un argumento (b)"),
    "no value": (("show", "a", "--from"), 2, "'--from' requires an argument", "'--from' requiere un valor"),
    "series": (
        ("show", "crossings.truks"),
        1,
        "There is no series “crossings.truks”",
        "No existe la serie «crossings.truks»",
    ),
    "place": (("show", "crossings.trucks", "--place", "Atlantis"), 1, "no place “Atlantis”", "el lugar «Atlantis»"),
    "item": (("show", "crossings.people", "--item", "cats"), 1, "no item “cats”", "el concepto «cats»"),
    "group": (
        ("show", "trade.through_ports_group.imports", "--item", "cats"),
        *(1, "no item “cats”", "el concepto «cats»"),
    ),
    "no items": (("show", "crossings.trucks", "--item", "x"), 1, "has no items", "no tiene conceptos"),
    "date": (("show", "crossings.trucks", "--from", "1/2/24"), 2, "is not a date", "no es una fecha"),
    "no such day": (("show", "crossings.trucks", "--to", "2023-02-30"), 2, "is not a date", "no es una fecha"),
    "frequency": (("show", "crossings.trucks", "--freq", "W"), 2, "'W' is not one of", "'W' no es ninguno de"),
    "too fine": (("show", "crossings.trucks", "--freq", "D"), 1, "finer frequency than M", "más fina que M"),
    "sum of all": (("show", "crossings.trucks", "--freq", "all"), 1, "is a flow", "es un flujo"),
    "backwards": (
        ("show", "crossings.trucks", "--from", "2024", "--to", "2023"),
        *(1, "is after the last one", "es posterior al último"),
    ),
    "fiscal year": (
        ("show", "trade.by_state.exports", "--year", "fiscal", "--freq", "A"),
        *(1, "held by calendar year only", "solo se tiene por año calendario"),
    ),
    "ratio": (("show", "crossings.share.trucks", "--currency", "MXN"), 1, "is a ratio", "es una proporción"),
    "count": (("show", "crossings.trucks", "--currency", "MXN"), 1, "is not money", "no es dinero"),
    "currency": (
        ("show", "trade.through_ports.exports", "--currency", "EUR"),
        *(1, "cannot be shown in EUR", "no se puede mostrar en EUR"),
    ),
    "nothing held": (
        ("show", "crossings.trucks", "--from", "2090"),
        *(1, "Nothing is held for crossings.trucks", "No hay datos de crossings.trucks"),
    ),
    "other kind of place": (
        ("show", "crossings.trucks", "--place", "990101"),
        *(1, "is held by port of entry", "puerto fronterizo"),
    ),
    "region": (("places", "--region", "atlantis"), 1, "no region “atlantis”", "la región «atlantis»"),
    "source": (("fetch", "nobody"), 1, "no source “nobody”", "«nobody»"),
    "place of findings": (("check", "data", "--place", "Atlantis"), 1, "no place “Atlantis”", "el lugar «Atlantis»"),
    "check": (("check", "data", "--check", "nope"), 1, "no check “nope”", "la revisión «nope»"),
    "what to check": (("check", "dat"), 2, "No such command 'dat'", "No existe la orden 'dat'"),
    "day of knowledge": (("build", "--as-of", "yesterday"), 2, "is not a date", "no es una fecha"),
    **{
        f"{verb[0]} of a day to come": (
            (*verb, "--as-of", day),
            1,
            "Give today or an earlier day",
            "Indique el día de hoy o uno anterior",
        )
        for verb, day in ((("build",), "9999-12"), (("show", "crossings.trucks"), "9999"), (("brief",), "9999-12-31"))
    },
    "language": (("--lang", "fr", "places"), 2, "'fr' is not one of", "'fr' no es ninguno de"),
    "dossier of then": (("brief", "--as-of", "1990"), 1, "oldest one held is of", "más antigua que se tiene es del"),
    "figures of then": (
        ("show", "crossings.trucks", "--as-of", "1990"),
        *(
            1,
            "No copy of “crossings.trucks” is held from 1990-12-31",
            "No se tiene copia de «crossings.trucks» del 1990-12-31",
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_in_words(shells: dict[str, Shell], ready: Path, name: str) -> None:
    arguments, code, english, spanish = REFUSED[name]
    for language, words, foreign in (("en", english, spanish_in), ("es", spanish, english_in)):
        given = arguments if "--region" in arguments else ("--region", str(REGION), *arguments)
        result = shells[language](*given, folder=ready)
        assert result.code == code and plain(result), result
        assert result.out == "" and words in result.err, result.err
        assert foreign(result.err) == [], result.err
        if language == "en" and "brief" not in given:
            with_json = shells[language](*given, "--json", folder=ready)
            assert with_json.code == code and with_json.out == ""


def test_nearest_names_are_told(shell: Shell) -> None:
    assert "crossings.trucks" in shell("show", "crossings.truks").err
    assert "san-luis" in shell("show", "crossings.trucks", "--place", "San Luiz").err


@pytest.mark.parametrize(("typed", "meant"), [("shw", "show"), ("rivr", "river"), ("sourcs", "sources")])
def test_a_verb_that_does_not_exist_is_answered_with_the_nearest(
    shells: dict[str, Shell], typed: str, meant: str
) -> None:
    for language, words in (("en", "Did you mean '{}'?"), ("es", "¿Quiso decir '{}'?")):
        result = shells[language](typed)
        assert result.code == 2 and words.format(meant) in result.err


def test_wrong_definitions_are_told_all_at_once(shells: dict[str, Shell], tmp_path: Path) -> None:
    (tmp_path / "region.toml").write_text('name = { en = "Half" }\nmembers = ["US-ZZ"]\nports = []\nborders = []\n')
    for language, words in (("en", "problem"), ("es", "problema")):
        result = shells[language]("--region", tmp_path, "places")
        assert result.code == 1 and plain(result) and words in result.err
        assert "US-ZZ" in result.err and "zone" in result.err and "name" in result.err


# -- options before the verb, and the environment -------------------------------------------------------------------
def test_region_and_workspace_may_stand_before_the_verb(shell: Shell, ready: Path, tmp_path: Path) -> None:
    def places(*before: object, after: tuple[object, ...] = (), **environment: str) -> str:
        found = shell(*before, "places", "--json", *after, environment=environment)
        return str(strict(found.out)["places"][0]["place"])

    own, example = places(), "US-XE"
    assert own != example
    assert places("--region", REGION) == places(after=("--region", REGION)) == example
    assert places(AMBOS_REGION=str(REGION)) == example
    assert places("--region", "arizona_sonora", AMBOS_REGION=str(REGION)) == own
    assert places("--region", "arizona_sonora", after=("--region", REGION)) == example
    shown = shell("--region", REGION, "--workspace", ready, "show", "crossings.trucks", "--json", folder=tmp_path)
    assert shown.code == 0 and len(strict(shown.out)["data"]) > 20
    findings = shell("--region", REGION, "--workspace", ready, "check", "data", "--json", folder=tmp_path)
    assert findings.code == 0 and strict(findings.out)["findings"]


def test_reading_writes_nothing(shell: Shell, tmp_path: Path, catalog: Catalog) -> None:
    """A newcomer who only looks finds no folder made."""
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    for command in (("show", "crossings.trucks"), ("series",), ("places",), ("sources",), ("check", "definitions")):
        assert shell(*command, folder=tmp_path / "workspace").code == 0
    assert not (tmp_path / "workspace").exists()


# -- processes ------------------------------------------------------------------------------------------------------
HEAVY = (
    "altair",
    "deltalake",
    "duckdb",
    "ibis",
    "jinja2",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "typst",
    "vl_convert",
)
LOADED = """
import json, sys
try:
    from ambos.cli import main
    main()
except SystemExit:
    pass
print(json.dumps(sorted(m for m in sys.modules if "." not in m)), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("--help",), ("show", "--help", "--lang", "es"), ("--version",), ("shwo",)])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    loaded = json.loads(done.stderr.splitlines()[-1])
    assert "click" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(
    "arguments",
    [("places", "--all"), ("places", "--all", "--json"), ("show", "crossings.trucks", "--csv"), ("show", "--help")],
)
def test_a_pipe_closed_early_is_silent(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`ambos … | head -1`."""
    run = "import sys; from ambos.cli import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", run, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout and process.stderr
    process.stdout.close()  # before anything is written: each write then finds nobody
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert error == ""


@pytest.mark.parametrize(("language", "words"), [("en", "Stopped."), ("es", "Interrumpido.")])
def test_stopped_by_the_user(shells: dict[str, Shell], tmp_path: Path, language: str, words: str) -> None:
    day = ("simulate", "--all", "--day", "2025-07-14", "--replications", "20000")  # minutes, if nobody stops it
    shells[language].start(*day, folder=tmp_path / "w", kill_after=3, signal=int(signal.SIGINT))
    result = shells[language].finish()
    assert result.code == 130 and plain(result)
    assert words in result.err


# -- small silences ------------------------------------------------------------------------------------------------
def test_files_of_no_source_are_named(shells: dict[str, Shell], tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "data.csv").write_text("<!DOCTYPE html><html>Not found</html>")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "table.gz").write_bytes(b"\x1f\x8b\x08\x00 damaged")
    told = {
        "en": ("data.csv (a web page)", "empty.txt (empty)", "Error: table.gz: the file is cut or damaged"),
        "es": ("data.csv (página web)", "empty.txt (vacío)", "Error: table.gz: el archivo está cortado o dañado"),
    }
    for language, looks in told.items():
        result = shells[language]("build", "--from", folder, folder=tmp_path / language)
        assert result.code == 1 and plain(result)
        assert all(look in result.err for look in looks)
        assert shells[language]("build", "--from", folder / "data.csv", "--json", folder=tmp_path / language).code == 1


def test_some_files_of_no_source_are_named_too(shell: Shell, tmp_path: Path) -> None:
    shutil.copytree(REGION / "data", tmp_path / "files")
    for number in range(7):
        (tmp_path / "files" / f"zz{number}.csv").write_text("<html>")
    result = shell("--region", REGION, "build", "--from", tmp_path / "files", folder=tmp_path / "workspace")
    assert result.code == 0 and "7 files" in result.err
    assert "zz4.csv (a web page)" in result.err and "zz5" not in result.err and "--json lists them all" in result.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "crossings.trucks", "--csv"),
        ("show", "crossings.trucks", "--json"),
        ("show", "crossings.trucks", "--freq", "A", "--from", "2024", "--csv"),
        ("places",),
        ("--help",),
    ],
)
def test_output_that_cannot_be_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run = "import sys; from ambos.cli import main; sys.exit(main())"
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", run, *arguments, "--lang", "en"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "Error: cannot write the output: the disk is full.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "en", "es"),
    [
        (("series", "zzz"), 0, "No series or indicator matches", "Ninguna serie ni indicador coincide"),
        (("places", "zzz"), 0, "No place matches", "Ningún lugar coincide"),
        (("show", "crossings.trucks", "--csv", "--json"), 2, "leave --csv and --table out", "omita --csv y --table"),
        (("river", "status", "--table", "rules", "--json"), 2, "leave --csv and", "omita --csv y"),
        (("show", "trade.through_ports.exports", "--currency", "EUR"), 1, "Choose USD or MXN", "Elija USD o MXN"),
    ],
)
def test_what_gives_nothing_says_so(
    shells: dict[str, Shell], arguments: tuple[str, ...], code: int, en: str, es: str
) -> None:
    for language, words in (("en", en), ("es", es)):
        result = shells[language](*arguments)
        assert (result.code, result.out) == (code, "") and words in result.err


def test_no_noise_in_the_data(shell: Shell) -> None:
    for arguments in (("waits.p95_by_hour", "--freq", "all"), ("crossings.share.trucks", "--freq", "A")):
        rows = shell("show", *arguments, "--json").json()["data"]
        assert any(isinstance(row["value"], float) for row in rows)
        assert all(row["value"] is None or row["value"] == round(row["value"], 9) for row in rows)


def test_a_change_of_currency_is_told(shell: Shell) -> None:
    asked = ("show", "trade.through_ports.exports", "--freq", "A", "--from", "2022", "--to", "2022", "--currency")
    assert "changed into MXN at the mean rate of each period" in shell(*asked, "mxn").out
    assert "changed into" not in shell(*asked, "usd").out
