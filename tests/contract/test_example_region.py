"""A region is a folder of definitions: an invented one works, and nothing of the packaged one appears in it."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import ambos
from ambos.catalog import DEFAULT_REGION, load
from ambos.errors import DefinitionError, UnknownName
from command_line import Result, Shell

SOURCE = Path(ambos.__file__).parent
#: Names and codes of the packaged region and its places, in any spelling that a text could have.
OURS = re.compile(
    r"arizona|sonora|nogales|deconcini|mariposa|morley|san luis|lukeville|sasabe|sásabe|\bnaco\b|agua prieta"
    r"|sonoyta|hermosillo|phoenix|tucson|\bUS-AZ\b|\bMX-SON\b|\b260[1-8](0\d)?\b",
    re.IGNORECASE,
)


class Example:
    """The example region and a workspace of its own, in both languages."""

    def __init__(self, shells: dict[str, Shell], region: Path, folder: Path) -> None:
        self.shells, self.region, self.folder = shells, region, folder

    def __call__(self, *arguments: object, language: str = "en") -> Result:
        """Run a verb for the region; it must work, and say nothing on standard error but what a build set aside."""
        result = self.shells[language]("--region", self.region, *arguments, folder=self.folder)
        told = [line for line in result.err.splitlines() if line.strip()]
        assert result.code == 0 and (arguments[0] == "build" or not told), result
        assert all("Rows set aside (given " in line for line in told), result
        return result


@pytest.fixture(scope="module")
def example(shells: dict[str, Shell], specimens: Path, tmp_path_factory: pytest.TempPathFactory) -> Example:
    running = Example(shells, specimens / "example_region", tmp_path_factory.mktemp("example") / "workspace")
    running("build", "--from", running.region / "data")
    return running


@pytest.fixture(scope="module")
def dossier(example: Example) -> Path:
    """The folder of its dossier."""
    out = example.folder.parent / "dossier"
    example("brief", "--out", out)
    return out


def test_it_is_clearly_invented() -> None:
    """Its places are nobody's: no packaged place has their ids or names."""
    packaged = load().places
    example = load(Path(__file__).parent.parent / "specimens" / "example_region")
    own = {p.id: p for p in example.places.values() if p.id not in packaged}
    assert len(own) == 6
    for place in own.values():
        assert re.search("example|ejemplo", place.name.en, re.I) and re.search("example|ejemplo", place.name.es, re.I)
    assert set(example.region_places()) == set(own)


def test_build_read_every_file(example: Example) -> None:
    again = example("build", "--from", example.region / "data", "--json").json()
    assert {s["source"]: s["files_unchanged"] for s in again["sources"]} == {
        "bts_border_crossing": 1,
        "bts_transborder": 2,
        "cbp_border_waits": 1,
    }
    assert again["unrecognised"] == []


def test_figures_are_those_of_the_file(example: Example) -> None:
    """They are those of the file, added up here by other means."""
    lines = (example.region / "data" / "made_up_border_crossings.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    trucks = sum(int(r[6]) for r in rows if r[5] == "Trucks" and r[4].endswith("2023"))
    (figure,) = example(
        "show", "crossings.trucks", "--place", "Estado Example", "--freq", "A", "--to", "2023", "--json"
    ).json()["data"]
    assert (figure["place"], figure["value"]) == ("US-XE", trucks)
    waits = example("show", "waits.mean", "--item", "passenger/standard", "--freq", "all", "--json").json()["data"]
    assert {w["place"] for w in waits} == {"990101", "990201"}


def test_a_place_is_a_port_of_its_own_region_only(example: Example) -> None:
    places = example("places", "--json").json()["places"]
    assert [p["place"] for p in places] == ["US-XE", "MX-XEJ", "9901", "9902", "990101", "990201"]
    usual = example("show", "crossings.trucks", "--freq", "A", "--json").json()["data"]
    assert {f["place"] for f in usual} == {"9901", "9902"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("places",),
        ("series",),
        ("series", "--json"),
        ("sources",),
        ("sources", "--json"),
        ("show", "crossings.trucks"),
        ("show", "trade.through_ports.imports", "--json"),
        ("check", "definitions"),
        ("check", "data"),
        ("check", "data", "--json"),
    ],
)
def test_nothing_of_the_packaged_region_is_said(example: Example, arguments: tuple[str, ...], language: str) -> None:
    said = example(*arguments, language=language).out
    assert said and not OURS.search(said), OURS.findall(said)


def test_the_dossier_is_its_own(dossier: Path) -> None:
    pages = {language: (dossier / f"{language}.html").read_text(encoding="utf-8") for language in ("en", "es")}
    assert "Example Port East" in pages["en"] and "Puerto de Ejemplo Oriente" in pages["es"]
    for language, page in pages.items():
        assert not OURS.search(page), (language, OURS.findall(page))
        assert (dossier / f"{language}.pdf").read_bytes().startswith(b"%PDF")


def test_the_data_of_its_dossier_are_its_own(dossier: Path) -> None:
    files = sorted((dossier / "data").iterdir())
    assert {f.suffix for f in files} == {".csv", ".json"}
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not OURS.search(text), (file.name, OURS.findall(text))


def test_its_faults_are_found(example: Example) -> None:
    found = example("check", "data", "--json").json()["findings"]
    kinds = {(f["check"], f["place"]) for f in found}
    assert ("duplicate_key", "9902") in kinds  # two figures for one key, made up for this
    assert {f["place"] for f in found} <= {"_T", "9901", "9902", "990101", "990201", "US-XE", "MX-XEJ"}


def test_the_reference_pages_are_its_own(example: Example, tmp_path: Path) -> None:
    example("reference", "--write", tmp_path)
    pages = list(tmp_path.rglob("*.md"))
    assert pages
    for page in pages:
        # The name of the packaged region is the default of an option.
        text = page.read_text(encoding="utf-8").replace(DEFAULT_REGION, "")
        assert not OURS.search(text), (page.name, OURS.findall(text))


def test_a_region_may_say_oddities_of_known_sources_only(specimens: Path, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    shutil.copytree(specimens / "example_region", folder)
    more = '[banxico_fix]\noddities = [{ en = "Odd here.", es = "Raro aquí." }]\n'
    (folder / "sources.toml").write_text(more, encoding="utf-8")
    assert load(folder).sources["banxico_fix"].oddities[-1].es == "Raro aquí."
    (folder / "sources.toml").write_text(more + "[nobody]\noddities = []\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="nobody"):
        load(folder)


def test_a_region_by_any_path(specimens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder where the user stands needs no slash; a packaged region of that name comes first."""
    monkeypatch.chdir(specimens)
    assert load("example_region").region.name == load(Path("example_region")).region.name
    with pytest.raises(UnknownName):
        load("bts")  # a folder, but no region


def test_a_region_can_carry_a_snapshot(example: Example, tmp_path: Path) -> None:
    """Built from its files by `ambos snapshot`: then its figures show in a folder without a store."""
    region, nowhere = tmp_path / "region", tmp_path / "nowhere"
    shutil.copytree(example.region, region)
    shell = example.shells["en"]
    made = shell("--region", region, "snapshot", "--from", region / "data", "--json", folder=nowhere)
    assert made.code == 0 and "crossings.parquet" in made.json()
    for question in (
        ("show", "crossings.trucks", "--json"),
        ("show", "waits.lanes_built", "--json"),
        ("check", "data", "--json"),
    ):
        here = shell("--region", region, *question, folder=nowhere).json()
        stored = example(*question).json()
        here, stored = (answer["data" if question[0] == "show" else "findings"] for answer in (here, stored))
        assert [{**f, "as_of": ""} for f in here] == [{**f, "as_of": ""} for f in stored] != []
    assert {
        s["snapshots"] for s in shell("--region", region, "sources", "--json", folder=nowhere).json()["sources"]
    } == {0, 1, 2}


def test_a_failed_source_leaves_the_snapshot_alone(example: Example, tmp_path: Path) -> None:
    region, files = tmp_path / "region", tmp_path / "files"
    shutil.copytree(example.region, region)
    shutil.copytree(example.region / "data", files)
    shell = example.shells["es"]
    assert shell("--region", region, "snapshot", "--from", files).code == 0
    before = {p.name: p.read_bytes() for p in (region / "snapshot").iterdir()}
    (files / "Border_Crossing_Entry_Data.csv").write_bytes(b"<html></html>")
    failed = shell("--region", region, "snapshot", "--from", files)
    assert failed.code == 1 and "Border_Crossing_Entry_Data.csv" in failed.err
    assert {p.name: p.read_bytes() for p in (region / "snapshot").iterdir()} == before


# -- the code knows no region ---------------------------------------------------------------------------------------
def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """The texts, names and numbers of a module's code, without docstrings and comments, each with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    with_docstring = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, with_docstring) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield node.lineno, str(node.value)
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, with_docstring[1:]):
            yield node.lineno, node.name


def test_code_names_no_place() -> None:
    modules = sorted(SOURCE.rglob("*.py"))
    assert len(modules) > 50
    found = [f"{p.name}:{line}: {text}" for p in modules for line, text in spoken(p) if OURS.search(text)]
    assert not found


def test_common_definitions_are_of_no_region() -> None:
    """What is true of one region only is in its folder. Places and files of the whole border are tables (CSV)."""
    for path in (SOURCE / "definitions").rglob("*.toml"):
        if "regions" in path.parts or path.name == "defaults.toml":
            continue  # the name of the packaged region
        if "river" in path.parts:
            continue  # a law names its parties
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [f"{path.name}:{n}: {line}" for n, line in enumerate(lines, 1) if OURS.search(line.split(" #")[0])]
        assert not found


def test_the_search_finds_what_it_should(tmp_path: Path) -> None:
    """So that the tests above can fail."""
    module = tmp_path / "module.py"
    module.write_text('"""Of Arizona."""\n# Nogales\nport = "2604"\n\n\ndef sonora() -> None:\n    """Naco."""\n')
    assert [line for line, text in spoken(module) if OURS.search(text)] == [6, 3]
    assert not OURS.search(json.dumps({"a": 12604, "b": "26040"}))
