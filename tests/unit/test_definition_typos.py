"""A key or a choice that nobody knows is refused in every kind of definition, with file, line and the nearest name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ambos import quality
from ambos.catalog import DEFINITIONS, Catalog
from ambos.catalog.load import load
from ambos.errors import DefinitionError
from ambos.flows.data import history, hold
from ambos.flows.data.definitions import check_definitions
from ambos.flows.workspace import Workspace
from ambos.quality import load_checks
from ambos.store import Store

#: File, what stands there, what is written instead, and what is said.
TYPOS = [
    ("units.toml", "decimals = 4", "decimal = 4", "decimal is not known / no se conoce: decimals"),
    ("units.toml", "decimals = 4", 'decimals = "4"', "decimals: '4' has the wrong type"),
    ("units.toml", 'es = "conteo" }', 'ess = "conteo" }', "ess is not known / no se conoce: es"),
    (
        "warnings.toml",
        'en = "Northbound only: entries',
        'eng = "Northbound only: entries',
        "eng is not known / no se conoce: en",
    ),
    ("messages.toml", ', es = "', ', sp = "', "sp is not known / no se conoce: es"),
    ("sources.toml", "revision_periods = 2", "revision_period = 2", "no se conoce: revision_periods"),
    ("sources.toml", 'trust = "B"', 'trust = "C"', "trust 'C' is not known / no se conoce: A, B;"),
    ("sources.toml", "lag_days = 60", 'lag_days = "60"', "lag_days: '60' has the wrong type"),
    (
        "datasets.toml",
        'frequency = "M"',
        'frequency = "X"',
        "frequency 'X' is not known / no se conoce: A, Q, M, D, H;",
    ),
    ("datasets.toml", 'frequency = "M"', 'frequenzy = "M"', "frequenzy is not known / no se conoce: frequency"),
    (
        "datasets.toml",
        'role = "value", type',
        'role = "valeu", type',
        "no se conoce: key, value, note; nearest / más parecido: value",
    ),
    ("datasets.toml", 'codes = "port"', 'code = "port"', "code is not known / no se conoce: codes"),
    ("datasets.toml", 'codes = "port"', 'codes = "prot"', "code list 'prot' is not defined / no está definido: port"),
    ("datasets.toml", 'period = "period"', 'period = "month"', "key column 'month' is not defined"),
    ("datasets.toml", '["bts_border_crossing"]', '["bts_border_crosing"]', "no está definido: bts_border_crossing"),
    ("claims/rules.toml", "digits = 2", "digit = 2", "digit is not known / no se conoce: digits"),
    ("claims/rules.toml", 'close = "5"', "close = 5", "close: 5 has the wrong type"),
    ("claims/words.toml", "quarters = [", "quarter = [", "quarter is not known / no se conoce: quarters"),
    ("claims/senses.toml", "kinds = ", "kind = ", "kind is not known / no se conoce: kinds"),
    ("ranges.toml", "most_column = ", "most_colum = ", "most_colum is not known / no se conoce: most_column"),
    ("ranges.toml", '["trains"]', '["train"]', "measure 'train' is not defined / no está definido: trains"),
    ("ranges.toml", "high = 1_232", "high = 123", "high is not above low"),
    ("datasets.toml", '"clamped", role = "note"', '"clamped", role = "value"', "clamped has no range in ranges.toml"),
    ("series/waits.toml", "minimum = ", "minimun = ", "minimun is not known / no se conoce: minimum"),
    ("series/waits.toml", 'aggregate = "median"', 'aggregate = "medain"', "nearest / más parecido: median"),
    ("series/crossings.toml", 'kind = "flow"', 'kind = "flows"', "flow, stock, rate; nearest / más parecido: flow"),
    ("series/crossings.toml", 'frequency = "M"', 'frequency = "monthly"', "A, Q, M, D, H; nearest / más parecido: "),
    ("series/crossings.toml", 'value = "value"', 'value = "values"', "column 'values' is not defined"),
    (
        "series/crossings.toml",
        '"port.border" = ',
        '"port.borders" = ',
        "attribute 'borders' is not defined / no está definido: border",
    ),
    ("series/crossings.toml", '"@borders"', '"@border"', "'@border' is not defined / no está definido: @borders"),
    ("series/trade.toml", "denominator = ", "denominater = ", "no se conoce: denominator"),
    ("events.toml", "places = ", "place = ", "place is not known / no se conoce: places"),
    ("events.toml", 'datasets = ["crossings"', 'datasets = ["crossing"', "no está definido: crossings"),
    ("checks.toml", 'severity = "high"', 'severity = "hihg"', "high, medium, low; nearest / más parecido: high"),
    ("checks.toml", 'explained_by = "any"', 'explained_by = "eny"', "nearest / más parecido: any"),
    ("checks.toml", "{ value = 60, why", "{ valeu = 60, why", "valeu is not known / no se conoce: value"),
    ("checks.toml", "[ratio_drift.settings]", "[ratio_drift.setings]", "setings is not known / no se conoce: settings"),
    ("checks.toml", 'datasets = ["crossings"]', 'datasets = ["crossing"]', "'crossing' is not known"),
    ("checks.toml", 'dataset = "fx"', 'dataset = "fix"', "dataset 'fix' is not known"),
    ("checks.toml", 'value = "rate"', 'value = "rates"', "value: column 'rates' is not known"),
    ("checks.toml", '"truck_containers_loaded", ', '"truck_containers_load", ', "parecido: truck_containers_loaded"),
    ("checks.toml", 'closed = "closed"', 'closed = "close"', "closed 'close' is not known"),
    (
        "series/trade.toml",
        'currency = "USD"',
        'currency = "US"',
        "currency 'US' is not defined / no está definido: USD",
    ),
    ("regions/arizona_sonora/resolutions.toml", '"2606"', '"2699"', "port '2699' is not defined"),
    ("regions/arizona_sonora/brief.toml", 'figure = "state-trade"', 'figure = "state-trad"', "parecido: state-trade"),
    ("known_files.csv", ",2025-04-29,", ",April 2025,", "as_of: 'April 2025' is not a date"),
    ("known_files.csv", ",bts_border_crossing,", ",bts_border_crosing,", "no está definido: bts_border_crossing"),
    ("known_files.csv", ",as_of,", ",known,", "column as_of is missing"),
    ("places/ports.csv", "id,kind,en,es,slug,parent", "id,kind,en,es,slug,parents", "la columna: parent"),
    ("places/ports.csv", ",port,", ",prot,", "nearest / más parecido: port"),
    ("places/ports.csv", "America/Los_Angeles", "America/Los_Angles", "'America/Los_Angles' is not a time zone"),
    ("places/ports.csv", ",43.659,", ",93.659,", "latitude: 93.659 is not from -90 to 90"),
    ("places/ports.csv", ",43.659,", ",43° 39',", 'latitude "43° 39\'" is not a number'),
    ("codes/measures.csv", ",parent,", ",parents,", "la columna: parent"),
    ("regions/arizona_sonora/region.toml", "fiscal_year_start", "fiscal_year_begin", "no se conoce: fiscal_year_start"),
    ("regions/arizona_sonora/region.toml", "America/Phoenix", "America/Phenix", "is not a time zone"),
    ("regions/arizona_sonora/resolutions.toml", "why = ", "because = ", "because is not known"),
    ("regions/arizona_sonora/sources.toml", "oddities = ", "oddity = ", "oddity is not known / no se conoce: oddities"),
    ("regions/arizona_sonora/events.toml", "start = ", "begin = ", "begin is not known"),
    ("regions/arizona_sonora/brief.toml", "do_not_say", "dont_say", "no se conoce: do_not_say"),
    ("regions/arizona_sonora/brief.toml", 'kind = "bar"', 'kind = "bars"', "'bars' is not known"),
    ("regions/arizona_sonora/brief.toml", 'by = "place"', 'by = "plaza"', "nearest / más parecido: place"),
    ("regions/arizona_sonora/brief.toml", 'answer = "river.cuts"', 'answer = "river.cut"', "más parecido: river.cuts"),
    ("regions/arizona_sonora/brief.toml", 'places = ["US-AZ"]', 'places = ["US-AX"]', "place 'US-AX' is not known"),
    ("regions/arizona_sonora/brief.toml", "crossings.trucks", "crossings.truks", "más parecido: crossings.trucks"),
    ("regions/arizona_sonora/air.toml", "elevation_m", "elevation", "no se conoce: elevation_m"),
    ("regions/arizona_sonora/twin.toml", "opens = ", "open = ", "open is not known / no se conoce: opens"),
    ("air/limits.toml", 'average = "', 'averages = "', "averages is not known / no se conoce: average"),
    ("air/us_aqi.toml", "hours = ", "hour = ", "hour is not known / no se conoce: hours"),
    ("air/idling.toml", "vehicle = ", "vehicles = ", "vehicles is not known / no se conoce: vehicle"),
    ("river/dcp_2019.toml", "kaf = ", "kafs = ", "kafs is not known / no se conoce: kaf"),
    ("twin/costs.toml", "prior = ", "priors = ", "priors is not known / no se conoce: prior"),
    ("twin/scenario_file.toml", 'kind = "text"', 'kind = "txt"', "'txt' is not known"),
    ("twin/scenario_file.toml", "must = true", "most = true", "most is not known / no se conoce: must"),
]


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packaged definitions without the snapshot, for tests that leave it as they found it."""
    folder = tmp_path_factory.mktemp("typos") / "definitions"
    return shutil.copytree(DEFINITIONS, folder, ignore=shutil.ignore_patterns("*.parquet"))


@pytest.fixture(scope="module")
def sound(definitions: Path) -> Catalog:
    """The catalog of the copy."""
    return load("arizona_sonora", definitions)


#: Files that the catalog does not hold: its loading is left out where one of them is changed.
_APART = re.compile(
    r"(air|register|river|twin)/|checks\.toml|regions/.*/(air|brief|plant|ranking|twin|register/\w+)\.toml"
)


def _check(definitions: Path, file: str, sound: Catalog) -> str:
    """What `ambos check definitions` says of a folder of definitions with a changed file; nothing if it is sound."""
    try:
        catalog = sound if _APART.match(file) else load("arizona_sonora", definitions)
        check_definitions(Workspace(definitions, catalog, Store(definitions / "store", catalog.datasets)), definitions)
    except DefinitionError as error:
        return error.say("en")
    return ""


def test_the_packaged_definitions_are_sound(definitions: Path, sound: Catalog) -> None:
    assert _check(definitions, "units.toml", sound) == ""


@pytest.mark.parametrize(("file", "old", "new", "words"), TYPOS, ids=[f"{t[0]}: {t[2]}" for t in TYPOS])
def test_a_typo_is_refused_with_file_line_and_nearest_name(
    definitions: Path, sound: Catalog, file: str, old: str, new: str, words: str
) -> None:
    path = definitions / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    try:
        said = _check(definitions, file, sound)
    finally:
        path.write_text(before, encoding="utf-8")
    line = before[: before.index(old)].count("\n") + 1
    at = "" if "is missing" in words else f":{line}\\b"
    assert re.search(rf"{path.name}{at}.*{re.escape(words)}", said), said


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("events.toml", "event.toml"),
        ("air.toml", "airs.toml"),
        ("codes/gauges.csv", "codes/gauge.csv"),
        ("codes", "code"),
    ],
)
def test_a_file_of_a_region_under_a_wrong_name_is_refused(
    definitions: Path, sound: Catalog, name: str, wrong: str
) -> None:
    region = definitions / "regions" / "arizona_sonora"
    (region / name).rename(region / wrong)
    try:
        said = _check(definitions, "regions", sound)
    finally:
        (region / wrong).rename(region / name)
    assert re.search(rf"{Path(wrong).name}: n.*{Path(name).name}", said), said


def test_every_number_and_text_of_a_check_is_asked_for() -> None:
    """A threshold, setting or template with a typo in its name would be one that nobody reads."""
    # The room of checks, and the flows that read thresholds of a check themselves.
    readers = [*Path(quality.__file__).parent.glob("*.py"), Path(hold.__file__), Path(history.__file__)]
    written = "".join(p.read_text(encoding="utf-8") for p in readers)
    for check in load_checks().values():
        series = check.settings.get("series", {})  # their thresholds are asked for as f"{by}_least"
        families = {one.get("by", name) for name, one in series.items()}
        for name in (*check.thresholds, *check.settings, *check.texts):
            ends = [name.removeprefix(f"{one}_") for one in families if name.startswith(f"{one}_")]
            words = [rf"[\"'.]{name}\b", *(rf"\}}_{end}\"" for end in ends)]
            assert any(re.search(word, written) for word in words), f"{check.id}: {name}"


TOML = sorted(
    p.relative_to(DEFINITIONS).as_posix()
    for p in DEFINITIONS.rglob("*.toml")
    if p.name not in ("defaults.toml", "labels.toml", "messages.toml")
    and p.parent.name != "web"  # whose keys are names of texts
)


@pytest.mark.parametrize("file", TOML)
def test_no_table_takes_an_unknown_key(definitions: Path, sound: Catalog, file: str) -> None:
    """In every file, one table of each kind is given a key that nobody knows."""
    path = definitions / file
    before = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kinds: dict[str, int] = {"": 0}
    for number, line in enumerate(before):
        if header := re.match(r"(\[+)([^\]]+)\]", line):
            # tables at the top have names of their own, those below them and in arrays one for each kind
            top, _, below = re.sub(r'"[^"]*"', "_", header[2]).partition(".")
            if below.startswith(("settings", "thresholds", "texts")):
                continue  # checks.toml: names that the checks of quality/ ask for
            kinds.setdefault(f"{header[1]}{top if header[1] == '[[' else ''}.{below}", number + 1)
    planted = sorted(kinds.values(), reverse=True)
    written = list(before)
    for number in planted:
        written.insert(number, "nobody_knows_this = 1\n")
    path.write_text("".join(written), encoding="utf-8")
    try:
        said = _check(definitions, file, sound)
    finally:
        path.write_text("".join(before), encoding="utf-8")
    for earlier, number in enumerate(reversed(planted)):
        line = number + earlier + 1
        # texts and years are reported at the line of their table
        assert re.search(rf"{path.name}:({line - 1}|{line})\b.*(nobody_knows_this|is not a year)", said), said


#: A key with its value on one line, apart from settings of checks, whose names the code of the check asks for.
_ENTRY = re.compile(r"([a-z_]{4,}) = .*[^\[{(,\n]\n")


@pytest.mark.parametrize("file", TOML)
def test_ten_mistakes_in_a_file_are_all_reported_with_their_lines(definitions: Path, sound: Catalog, file: str) -> None:
    """Every other one of ten keys is misspelt, and its right name is given; the others have a value of a wrong type."""
    path = definitions / file
    before = path.read_text(encoding="utf-8")
    written = before.splitlines(keepends=True)
    table, entries = "", []
    for number, line in enumerate(written):
        if line.startswith("["):
            table = line
        elif (entry := _ENTRY.fullmatch(line)) and not re.search("settings|thresholds|texts", table):
            entries.append((number, entry[1]))
    keys = {key for _, key in entries}
    entries = [(number, key) for number, key in entries if key[:-1] not in keys]  # place for places is no mistake
    planted = entries[:: max(1, len(entries) // 10)][:10]
    for i, (number, key) in enumerate(planted):
        written[number] = f"{key} = [[true]]\n" if i % 2 else written[number].replace(key, key[:-1], 1)
    path.write_text("".join(written), encoding="utf-8")
    try:
        said = _check(definitions, file, sound)
    finally:
        path.write_text(before, encoding="utf-8")
    for i, (number, key) in enumerate(planted):
        words = "" if i % 2 else rf".*\b{key[:-1]} is not known.*\b{key}\b"
        assert re.search(rf"{path.name}:{number + 1}\b{words}", said), f"{key}\n{said}"


def test_ten_mistakes_in_a_table_of_places_are_all_reported_with_their_lines(definitions: Path, sound: Catalog) -> None:
    path = definitions / "places" / "ports.csv"
    before = path.read_text(encoding="utf-8")
    written = before.splitlines(keepends=True)
    for i in range(1, 11):
        cells = written[i].split(",")
        column, value = (("kind", "prot"), ("slug", ""), ("zone", "America/Nowhere"), ("latitude", "91"), ("en", ""))[
            i % 5
        ]
        cells[written[0].split(",").index(column)] = value
        written[i] = ",".join(cells)
    path.write_text("".join(written), encoding="utf-8")
    try:
        said = _check(definitions, "places/ports.csv", sound)
    finally:
        path.write_text(before, encoding="utf-8")
    for i in range(1, 11):
        assert re.search(rf"ports.csv:{i + 1}\b", said), said
