"""The packaged definitions fit together, names are found, and faults are reported all at once."""

from __future__ import annotations

import csv
import hashlib
import json
import pickle
import shutil
import tarfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ambos.cache import packed
from ambos.catalog import DEFINITIONS, Catalog, load
from ambos.catalog.catalog import plain
from ambos.errors import DefinitionError, UnknownName
from ambos.text import LANGUAGES

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
real = pytest.mark.real


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


# -- what is packaged -------------------------------------------------------------------------------------------
def test_region_is_arizona_sonora(catalog: Catalog) -> None:
    assert catalog.region.members == ("US-AZ", "MX-SON")
    assert [catalog.places[p].name.en for p in catalog.region.ports] == [
        "Nogales",
        "San Luis",
        "Douglas",
        "Lukeville",
        "Naco",
        "Sasabe",
    ]
    crossings = [catalog.places[p] for p in catalog.region_places() if catalog.places[p].kind == "crossing"]
    assert len(crossings) == 8  # Naco is one, under two numbers of the feed
    assert {c.zone for c in crossings} == {"America/Phoenix"}
    assert catalog.members(catalog.places["2604"], "crossing") == ["260401", "260402", "260403"]
    assert catalog.members(catalog.places["2606"], "crossing") == []  # Sasabe is not in CBP's feed


def test_packaged_tables_hold_what_they_should(catalog: Catalog) -> None:
    lists = {k: len(v.codes) for k, v in catalog.codelists.items()}
    assert lists["measures"] == 12
    assert lists["commodity_groups"] == 22
    assert lists["hs2"] == 98  # 01 to 99 without 77, which is reserved
    mexican = [p for p in catalog.places.values() if p.parent == "MX" and "inegi" in p.codes]
    assert sorted(p.codes["inegi"][0] for p in mexican) == [f"{i:02}" for i in range(1, 33)]
    assert set(catalog.codelists["commodity_groups"].codes) == {
        c.attributes["group"] for c in catalog.codelists["hs2"].codes.values()
    }
    measures = catalog.codelists["measures"]
    for code in measures.codes.values():
        assert code.attributes["unit"] in catalog.units
        assert code.attributes["parent"] in {"", *measures.codes}


def test_every_text_stands_in_both_languages() -> None:
    """Read from the files, not through the loader: a loader that forgave one would hide it."""
    found = 0
    for path in DEFINITIONS.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for row in rows:
            for en in [c for c in row if c == "en" or c.endswith("_en")]:
                found += 1
                assert row[en].strip() and row[en[:-2] + "es"].strip(), f"{path.name}: {row}"
    for path in DEFINITIONS.rglob("*.toml"):
        for where, text in _texts(tomllib.loads(path.read_text(encoding="utf-8"))):
            found += 1
            assert set(text) == set(LANGUAGES), f"{path.name} {where}: {text}"
            assert all(text[language].strip() for language in LANGUAGES), f"{path.name} {where}"
    assert found > 1000


def _texts(tree: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(tree, dict):
        if any(isinstance(tree.get(language), str) for language in LANGUAGES):  # not the names of languages
            yield where, tree
        else:
            for key, value in tree.items():
                yield from _texts(value, f"{where}.{key}")
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value, where)


def test_a_foreign_code_has_one_meaning(catalog: Catalog) -> None:
    for codelist in catalog.codelists.values():
        seen: dict[tuple[str, str], str] = {}
        for code in codelist.codes.values():
            for system, foreign in code.codes.items():
                for spelling in foreign:
                    other = seen.setdefault((system, spelling), code.id)
                    assert other == code.id, f"{codelist.id} {system} {spelling}: {other} and {code.id}"


def test_places_hang_together(catalog: Catalog) -> None:
    parent_kind = {
        "state": "country",
        "port": "state",
        "crossing": "port",
        "county": "state",
        "municipality": "state",
        "dam": "state",
    }
    for place in catalog.places.values():
        assert place.slug == plain(place.slug)
        if place.kind in ("country", "reservoir", "basin"):
            assert place.parent is None
            continue
        assert catalog.places[place.parent or ""].kind == parent_kind[place.kind], place.id
        if place.kind == "crossing" or (place.kind == "port" and place.latitude is not None):
            assert place.border in ("MX", "CA"), place.id
            ZoneInfo(place.zone)
    for port in catalog.codelists["port"].codes:
        assert len(port) == 4
    at_border = [p for p in catalog.places.values() if p.kind == "port" and p.border == "MX"]
    assert len(at_border) == 28
    assert all(25 < (p.latitude or 0) < 33 and -118 < (p.longitude or 0) < -97 for p in at_border)


def test_a_changed_copy_holds_each_place_once(catalog: Catalog) -> None:
    copy = replace(replace(catalog), codelists={})
    for kept in (copy, catalog):
        ports = kept.members(kept.places["US"], "port")
        assert len(ports) == len(set(ports)) > 28


def test_zones_are_those_of_the_place(catalog: Catalog) -> None:
    zones = {p.id: p.zone for p in catalog.places.values()}
    assert zones["2402"] == zones["240201"] == zones["l24501"] == "America/Denver"
    assert zones["240301"] == zones["230401"] == "America/Chicago"
    assert zones["250301"] == zones["300402"] == "America/Los_Angeles"
    assert zones["380001"] == "America/Detroit"


def test_events_say_when_where_and_why(catalog: Catalog) -> None:
    for event in catalog.events.values():
        assert event.start <= event.end, event.id
        assert event.datasets, event.id
    closure = catalog.events["lukeville_closed_2023"]
    assert (closure.start.isoformat(), closure.end.isoformat()) == ("2023-12-04", "2024-01-03")
    assert {"2602", "260201"} == set(closure.places)


def test_sources_say_how_late_they_are(catalog: Catalog) -> None:
    wanted = {d for dataset in catalog.datasets.values() for d in dataset.sources}
    assert wanted == set(catalog.sources)
    assert catalog.sources["bts_border_crossing"].revision_periods == 2
    assert catalog.sources["banxico_fix"].key_variable == "BANXICO_TOKEN"
    assert catalog.sources["census_trade"].key_variable == "CENSUS_API_KEY"
    for source in catalog.sources.values():
        assert source.trust in "AB"
        assert source.url.startswith("https://") and source.endpoint.startswith("https://")
        assert bool(source.key_variable) == bool(source.key_signup)


# -- finding places ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("nogales", "2604"),
        ("nogales-mariposa", "260402"),
        ("Mariposa", "260402"),
        ("morley", "260403"),
        ("260401", "260401"),
        ("san luis", "2608"),
        ("SAN LUIS II", "260802"),
        ("sonora", "MX-SON"),
        ("AZ", "US-AZ"),
        ("Nuevo Mexico", "US-NM"),
        ("nuevo leon", "MX-NLE"),
        ("Ciudad de México", "MX-CMX"),
        ("Coahuila", "MX-COA"),
        ("MEXICO", "MX"),
        ("0712", "0712"),
        ("712", "0712"),
        ("Hidalgo", "MX-HID"),
        ("hidalgo-tx", "2305"),
        ("Fabens", "2404"),
        ("Sonoyta", "2602"),
        ("agua prieta", "2601"),
        ("San Luis Río Colorado", "2608"),
        ("Nogales III", "260402"),
        ("Garita Mariposa", "260402"),
        ("Hermosillo", "MX-26030"),
        ("Ciudad Obregón", "MX-26018"),
        ("26043", "MX-26043"),
        ("naco", "2603"),
    ],
)
def test_place_by_slug_name_code_or_alias(catalog: Catalog, name: str, place: str) -> None:
    assert catalog.place(name).id == place


def test_every_port_and_crossing_of_the_region_has_a_place_across_the_line(catalog: Catalog) -> None:
    """Its name on the other side is left empty where no source gives it."""
    own = [catalog.places[p] for p in catalog.region_places() if catalog.places[p].kind in ("port", "crossing")]
    assert all(catalog.places[p.across or ""].kind == "municipality" for p in own)
    assert [p.id for p in own if p.counterpart is None] == ["260403"]


def test_municipalities_are_those_of_inegis_catalogue(catalog: Catalog) -> None:
    found = {p.codes["inegi"][0] for p in catalog.places.values() if p.kind == "municipality"}
    assert found == {f"26{n:03}" for n in range(1, 73)}
    assert [catalog.members(catalog.places[place], "municipality") for place in ("MX", "US-AZ")] == [[], []]
    assert len(catalog.members(catalog.places["MX-SON"], "municipality")) == 72


def test_unknown_place_names_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(UnknownName) as caught:
        catalog.place("nogalez")
    assert caught.value.say("en").startswith("There is no place “nogalez”. Nearest known: nogales")
    assert "No existe el lugar «nogalez»" in caught.value.say("es")
    with pytest.raises(UnknownName, match="arizona_sonora"):
        load("arizona_sinaloa")


# -- faults -----------------------------------------------------------------------------------------------------
@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return shutil.copytree(DEFINITIONS, tmp_path / "definitions")


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_faults_are_reported_at_once(broken: Path) -> None:
    states = broken / "places" / "us_states.csv"
    _replace(states, "Arizona,Arizona,arizona,US", "Arizona,,arizona,US")
    _replace(states, "Alaska,alaska,US", "Alaska,alabama,US")
    _replace(states, "US-AR,state,Arkansas,Arkansas,arkansas,US", "US-AR,province,Arkansas,Arkansas,arkansas,XY")
    _replace(states, "US-CO,", "US-CA,")
    _replace(broken / "places" / "ports.csv", "31.334043", "31°20'")
    _replace(broken / "codes" / "flows.csv", "import,Imports,Importaciones,2,", "import,Imports,Importaciones,1,")
    _replace(broken / "codes" / "modes.csv", "rail,Rail,Ferrocarril,yes,6,Rail", "rail,Rail,Ferrocarril,yes")
    _replace(broken / "codes" / "wait_modes.csv", "id,en,es", "code,en,es")
    _replace(broken / "units.toml", "[count]", "persons = 3\n\n[count]")
    _replace(broken / "sources.toml", 'endpoint = "https://bwt.cbp.gov/api/bwtnew"\n', "")
    region = broken / "regions" / "arizona_sonora"
    _replace(region / "region.toml", '"2608"', '"2699"')
    _replace(region / "events.toml", "end = 2021-08-31", 'end = "August 2021"')
    _replace(broken / "events.toml", 'places = ["2401", "2402"]', 'places = ["24010"]')
    (broken / "messages.toml").write_text("[label\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load("arizona_sonora", broken)
    said = caught.value.say("en")
    for part in (
        "us_states.csv:4",  # no Spanish name
        "slug alabama is also that of US-AL",
        "kind 'province'",
        "its parent XY is not a place",
        "place US-CA is defined twice",
        "ports.csv",
        "31°20'",
        "flows: bts '1' stands for export and for import",
        "modes.csv:3: wrong number of cells",
        "wait_modes.csv: column id is missing",
        "units.toml:3: [persons]: a table is wanted",
        "endpoint is missing / falta",
        "place '2699' is not defined",
        "events.toml:7: end: 'August 2021' has the wrong type",
        "[ysleta_split.places]: place '24010' is not defined / no está definido: 2410, 2401",
        "messages.toml: not TOML",
    ):
        assert part in said, f"{part}\n{said}"
    assert caught.value.say("es").startswith("Las definiciones tienen")


def test_a_topic_without_a_name_is_refused(broken: Path) -> None:
    _replace(broken / "messages.toml", "waits = {", "delays = {")
    with pytest.raises(
        DefinitionError, match=r"waits\.toml:\d+: \[waits\.mean\.topic\]: message 'topic\.waits' is not defined"
    ):
        load("arizona_sonora", broken)


def test_a_topic_of_the_region_names_what_there_is(broken: Path) -> None:
    topics = broken / "regions" / "arizona_sonora" / "topics.toml"
    _replace(topics, 'section = "state"', 'section = "estate"')
    _replace(topics, '"river-odds-levels"', '"river-odd"')
    _replace(topics, '"fx.*"', '"forex.*"')
    with pytest.raises(DefinitionError) as refused:
        load(definitions=broken)
    for problem in ("'estate' is not defined", "'river-odd' is not defined", "no series is like forex.*"):
        assert problem in str(refused.value)


def test_a_missing_file_is_a_problem_not_a_crash(broken: Path) -> None:
    (broken / "units.toml").unlink()
    with pytest.raises(DefinitionError, match=r"units\.toml: the file is missing"):
        load("arizona_sonora", broken)


def test_a_region_is_a_folder_of_definitions(broken: Path, tmp_path: Path) -> None:
    """El Paso–Juárez, from outside the package."""
    folder = tmp_path / "paso_del_norte"
    folder.mkdir()
    (folder / "region.toml").write_text(
        'name = { en = "Paso del Norte", es = "Paso del Norte" }\nmembers = ["US-TX", "MX-CHH"]\n'
        'ports = ["2402", "2401"]\nborders = ["MX"]\nzone = "America/Denver"\n',
        encoding="utf-8",
    )
    catalog = load(folder)
    assert catalog.region.id == "paso_del_norte"
    assert "240202" in catalog.region_places()
    assert "lukeville_closed_2023" not in catalog.events
    assert "ysleta_split" in catalog.events


# -- the real files ---------------------------------------------------------------------------------------------
def _raw(path: str) -> Path:
    if not RAW.is_dir():
        pytest.skip("the real files are not here (../shared/data/raw)")
    return RAW / path


def _occur(path: str) -> pl.LazyFrame:
    return pl.scan_csv(_raw(path), infer_schema=False)


def _unknown(catalog: Catalog, path: str, column: str, codelist: str, system: str, *also: str) -> set[str]:
    found = set(_occur(path).select(pl.col(column).unique()).collect().to_series().drop_nulls().to_list())
    assert found, f"{path} {column} is empty"
    return found - set(catalog.codelists[codelist].from_system(system)) - set(also)


BORDER = "bts-border-crossing/Border_Crossing_Entry_Data_1996-01_2025-02.csv.gz"
DOT = "bts-transborder/dot{}_mexico_2020_2024.csv.gz"
DOT2 = "bts-transborder/dot2_mexico_az_or_sonora_2020_2024.csv.gz"
UNT = "bts-transborder-annual-unt/{}.csv"
BUDDY = "cbp-bwt-archive-borderbuddy/borderbuddy_lanes_usmex.csv.gz"
PULSE = "cbp-bwt-archive-borderpulse/borderpulse_lanes_all.csv.gz"


@real
@pytest.mark.parametrize(
    ("path", "column", "codelist", "system"),
    [
        (BORDER, "Port Code", "port", "bts_border"),
        (BORDER, "Measure", "measures", "bts"),
        *(
            (path, column, codelist, system)
            for path, columns in (
                (DOT.format(1), "TRDTYPE USASTATE DEPE DISAGMOT MEXSTATE COUNTRY DF CONTCODE"),
                (DOT2, "TRDTYPE USASTATE COMMODITY2 DISAGMOT MEXSTATE COUNTRY DF CONTCODE"),
                (DOT.format(3), "TRDTYPE DEPE COMMODITY2 DISAGMOT COUNTRY DF CONTCODE"),
            )
            for column, codelist, system in (
                ("TRDTYPE", "flows", "bts"),
                ("USASTATE", "state", "usps"),
                ("DEPE", "port", "schedule_d"),
                ("COMMODITY2", "hs2", "bts"),
                ("DISAGMOT", "modes", "bts"),
                ("MEXSTATE", "state", "bts_mex"),
                ("COUNTRY", "country", "bts"),
                ("DF", "origins", "bts"),
                ("CONTCODE", "containers", "bts"),
            )
            if column in columns.split()
        ),
        (UNT.format("us_state_trade"), "StateCode", "state", "usps"),
        (UNT.format("us_state_trade"), "State", "state", "unt"),
        (UNT.format("us_state_trade"), "Country", "country", "unt"),
        (UNT.format("us_state_trade"), "Mode", "modes", "unt"),
        (UNT.format("us_state_trade"), "TradeType", "flows", "unt"),
        (UNT.format("mexican_state_trade"), "MexState", "state", "unt"),
        (UNT.format("commodity_mexstate_trade"), "CommodityGroup", "commodity_groups", "unt"),
        (UNT.format("containerization_trade"), "ContCode", "containers", "unt"),
        (UNT.format("containerization_trade"), "DF", "origins", "unt"),
        (BUDDY, "port_number", "crossing", "cbp"),
        (BUDDY, "mode", "wait_modes", "cbp"),
        (BUDDY, "lane", "lanes", "cbp"),
        (BUDDY, "operational_status", "lane_states", "cbp"),
        (PULSE, "port_number", "crossing", "cbp"),
        (PULSE, "lane_status", "lane_states", "cbp"),
        ("cbp-bwt-archive-brownsville-aug2026/brownsville_rss_lanes.csv.gz", "port", "crossing", "cbp_name"),
        ("cbp-bwt-archive-brownsville-aug2026/brownsville_rss_lanes.csv.gz", "mode", "wait_modes", "cbp"),
        ("cbp-bwt-archive-brownsville-aug2026/brownsville_rss_lanes.csv.gz", "lane", "lanes", "cbp"),
        ("cbp-bwt-archive-elpaso-aug2026/elpaso_wait_times.csv", "port_name", "crossing", "cbp_name"),
    ],
)
def test_every_code_that_occurs_is_known(catalog: Catalog, path: str, column: str, codelist: str, system: str) -> None:
    assert not _unknown(catalog, path, column, codelist, system)


@real
def test_border_ports_have_the_border_and_state_of_the_file(catalog: Catalog) -> None:
    ports = _occur(BORDER).select("Port Code", "State", "Border").unique().collect()
    ids = catalog.codelists["port"].from_system("bts_border")
    for code, state, border in ports.iter_rows():
        place = catalog.places[ids[code]]
        assert catalog.places[place.parent or ""].name.en == state, code
        assert place.border == ("MX" if border == "US-Mexico Border" else "CA"), code


@real
def test_every_crossing_of_the_feeds_is_known(catalog: Catalog) -> None:
    known = catalog.codelists["crossing"].from_system("cbp")
    sample = json.loads(_raw("cbp-bwt-samples/bwtnew_2022-06-29.json").read_text(encoding="utf-8"))
    crossings = json.loads(_raw("cbp-bwt-samples/bwt_portCrossings_2022.json").read_text(encoding="utf-8"))
    ids = {p["port_number"] for p in sample} | {p["bwtId"][2:] for p in crossings["portCrossings"]}
    borders = {p["port_number"]: p["border"] for p in sample}
    with tarfile.open(_raw("cbp-bwt-archive-borderbuddy/bwt_xml_snapshots.tar.xz")) as archive:
        for i, member in enumerate(archive):
            if i % 200 or not member.name.endswith(".xml"):
                continue
            handle = archive.extractfile(member)
            assert handle is not None
            for port in ET.fromstring(handle.read()).iter("port"):
                ids.add(port.findtext("port_number") or "")
                borders[port.findtext("port_number") or ""] = port.findtext("border") or ""
    assert len(ids) > 80
    assert not ids - set(known)
    for number, border in borders.items():
        assert catalog.places[known[number]].border == ("MX" if border == "Mexican Border" else "CA"), number


@real
def test_known_files_are_the_files(catalog: Catalog) -> None:
    reference = _raw("").parents[1] / "reference"
    files = {p.name: p for folder in (_raw(""), reference) for p in folder.rglob("*") if p.is_file()}
    for digest, row in catalog.known_files.items():
        assert hashlib.sha256(files[row["file"]].read_bytes()).hexdigest() == digest, row["file"]
        assert row["source"] in catalog.sources


def test_a_catalogue_is_pickled_whole_while_others_read_its_parts() -> None:
    whole = load()
    read = Catalog.of_packed({name: packed(part) for name, part in whole.parts().items()}, whole.snapshot_folder)
    state = read.__getstate__()
    held = {*read.__dict__}
    assert read.units == whole.units  # read meanwhile, as by another thread
    assert {*state} == held
    again = pickle.loads(pickle.dumps(state))
    other = object.__new__(Catalog)
    other.__dict__.update(again)
    assert other.parts() == whole.parts()
    assert pickle.loads(pickle.dumps(read)).parts() == whole.parts()
