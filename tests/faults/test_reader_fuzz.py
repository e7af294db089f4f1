"""Whatever bytes a file has: its reader gives rows or a documented error in both languages, soon and in little memory."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from unicodedata import category

import polars as pl
import pytest
from mutations import Damage
from reader_specimens import EXAMPLES, GIVEN, Specimen, of_real_files, of_sources, of_users, rows_of

from ambos.air import readings
from ambos.catalog import Catalog
from ambos.catalog.air import load_air
from ambos.crossing.scenario import file as scenario_file
from ambos.errors import (
    AmbosError,
    BadReadings,
    BadScenario,
    BadSchedule,
    BadTraces,
    CannotOpen,
    ReaderFault,
    SourceError,
)
from ambos.flows.data.reading import SourceFile, read_file
from ambos.flows.twin.port_days import PortDays
from ambos.flows.workspace import open_workspace
from ambos.model.air import Plausible
from ambos.model.crossing import Scenario
from ambos.river import schedule_file, trace_file
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from ambos.store import schema

#: Seconds of processor time above which a reader counts as hung, and megabytes that all bodies together may add.
HUNG, MEMORY = 5.0, 1500
AS_OF = date(2026, 11, 1)
#: Every kind of file that each reader of the registry recognises.
KINDS = {
    "bts_border_crossing": {"export", "api", "json"},
    "bts_transborder": {"freight_state_port", "freight_state_commodity", "freight_port_commodity", "zip"},
    "bts_transborder_annual": {
        "us_state_trade", "us_transborder", "mexican_state_trade", "commodity_mexstate_trade", "monthly_trends", "containerization_trade",
    },
    "cbp_border_waits": {"json", "xml", "tar", "pulls", "commits", "rss", "statuses"},
    "banxico_fix": {"sie", "list", "days"},
    "census_trade": {"exports_statehs", "exports_porths", "imports_statehs", "imports_porths", "no_key"},
    "inegi_municipalities": {"catalogue"},
    "epa_aqi_county": {"annual"},
    "epa_aqs": {"hours", "days"},
    "airnow": {"data"},
    "sinaica_stations": {"stations"},
    "sinaica": {"chart"},
    "openaq": {"hours"},
    "usbr_reservoirs_monthly": {"monthly"},
    "usbr_rise": {"items"},
    "usgs_water": {"daily", "readings"},
    "ibwc_water": {"export"},
    "usbr_lake_powell_daily": {"daily"},
    "usbr_lower_colorado_accounting": {"calendar", "water"},
    "usbr_owdi_2016": {"levels", "levels_2016", "projection", "decree"},
    "usbr_natural_flow": {"lees_ferry"},
    "usbr_mead_24ms": {"daily", "study"},
    "inegi_state_gdp": {"entity", "activity", "long", "base2013"},
    "inegi_state_exports": {"open", "state", "states", "sums", "sums of states", "tables", "panel"},
    "inegi_customs": {"open", "several", "one"},
    "bea_state_gdp": {"interface", "workbook"},
    "conagua_reservoirs": {"report", "long", "catalogue"},
    "txdot_crossings": {"months"},
    "mcv_indicators": {"long"},
    "economia_fdi": {"table", "investment", "investment answer"},
    "conapo_population": {"official", "states", "municipalities"},
    "usda_population": {"estimates"},
    "banxico_remittances": {"states", "origins", "months", "older", "sie"},
    "banxico_prices": {"prices", "rates"},
    "datamexico_enoe": {"workforce", "wages", "workforce answer", "wages answer"},
    "imss_jobs": {"states", "divisions"},
    "fred_laus": {"rate"},
    "usda_unemployment": {"workbook"},
    "usda_education": {"workbook"},
    "conasami_wages": {"months"},
    "single_values": {"values"},
    "sisver_respiratory": {"curves", "tests", "totals"},
    "ssa_measles": {"counts"},
    "nps_visits": {"xml", "json"},
    "sectur_hotels": {"centres"},
    "bts_air_segments": {"segments"},
}  # fmt: skip
#: Errors that each reader of a user's file may raise.
ERRORS = {
    "air_index": BadReadings, "air_design": BadReadings, "traces": BadTraces, "schedule_csv": BadSchedule, "schedule_toml": BadSchedule,
    "scenario": BadScenario, "arrivals": BadScenario,
}  # fmt: skip
#: A scenario that begins with a file of arrival times.
ARRIVALS = b"""
[[line]]
id = "cars"
crossing = "port"
mode = "pov"
class = "standard"
service = { law = "exponential", mean = 1.0 }
[[stream]]
id = "cars"
line = "cars"
times_file = "arrivals.csv"
[[booth]]
id = "1"
crossing = "port"
shifts = [{ from = "00:00", to = "24:00", lines = ["cars"] }]
"""
#: What the specimens give that hold no rows.
NOTHING = {
    "census_exports_statehs_empty.json": "no rows",
    "census_page.html": "NeedsKey",
    "municipios_flu.xlsx": "no rows",
    "conjunto_de_datos_pibe_actividad_tot2024_r.csv": "no rows",
}


@dataclass
class Readers:
    """Reads bodies, sees to what must hold of each, and counts the outcomes."""

    catalog: Catalog
    folder: Path
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)

    def read(self, specimen: Specimen, content: bytes, where: str) -> str:
        """Read one body; ``rows``, or the name of the error."""
        begun = time.process_time()
        outcome = self._given(specimen, content) if specimen.source in GIVEN else self._source(specimen, content, where)
        spent = time.process_time() - begun
        assert spent < HUNG, f"{where}: {spent:.1f} s"
        self.outcomes.setdefault(specimen.source, Counter())[outcome] += 1
        return outcome

    @cached_property
    def _plausible(self) -> Mapping[str, Plausible]:
        return load_air().plausible

    @cached_property
    def _days(self) -> Callable[[tuple[str, ...], date], Scenario]:
        """Crossings as they are on a day, with which scenarios begin."""
        return cache(PortDays(open_workspace(self.folder / "workspace")))

    def _source(self, specimen: Specimen, content: bytes, where: str) -> str:
        path = self.folder / "body"
        path.write_bytes(content)
        at = datetime(2024, 9, 30, 18, tzinfo=UTC) if specimen.name.startswith(("aqs", "openaq")) else None
        entry = SourceFile(path, specimen.name, "0" * 64, len(content), AS_OF, True, at, "")
        try:
            head = File(specimen.name, content).head()
            for reader in CONNECTORS.values():  # a build asks all of them
                assert isinstance(reader.recognise(specimen.name, head), str)
            parts, left_out = read_file(self.catalog, specimen.source, entry)
        except SourceError as error:
            assert not isinstance(error, ReaderFault), f"{where}: {error}"
            is_said(error, where)
            return type(error).__name__
        for one in left_out:
            for text in (one.name, one.reason.en, one.reason.es):
                assert is_harmless(text) and len(text) < 3000, f"{where}: {text[:3000]!r}"
        for part in parts:
            self._is_whole(part, where)
        rows = rows_of(specimen, content)
        if rows is not None and parts:
            given = sum(part.given for part in parts)
            assert given == rows, f"{where}: {given} of {rows} rows"
        return "rows" if any(part.frame.height for part in parts) else "no rows"

    def _is_whole(self, part: Rows, where: str) -> None:
        """Each row given is good or refused with its reason, and the good ones fit their table."""
        conflicts = part.rejected.filter(pl.col("reason") == "conflict").height
        emptied = part.frame.height + part.rejected.height - part.given
        assert 0 <= emptied <= conflicts // 2, (
            f"{where}: {part.given} rows, {part.frame.height} good, {part.rejected.height} refused"
        )
        reasons = part.rejected.select("reason", "reason_en", "reason_es", "row")
        assert not part.rejected["reason_en"].str.contains(r"\p{Cc}").any(), f"{where}: {reasons}"
        assert not sum(reasons.null_count().row(0)), f"{where}: {reasons}"
        assert not (reasons["reason_en"] == "").any() and not (reasons["reason_es"] == "").any(), where
        schema.check(self.catalog.datasets[part.dataset], part.frame)

    def _given(self, specimen: Specimen, content: bytes) -> str:
        path = self.folder / ("arrivals.csv" if specimen.source == "arrivals" else specimen.name)
        path.write_bytes(content)
        try:
            match specimen.source:
                case "air_index":
                    readings.read(path, self._plausible)
                case "air_design":
                    readings.read_days(path, self._plausible)
                case "traces":
                    trace_file.read(path, 895.0, 1229.0)
                case "schedule_csv" | "schedule_toml":
                    schedule_file.read(path, Fraction(1))
                case "arrivals":
                    scenario_file.read(ARRIVALS, folder=self.folder)
                case _:
                    scenario_file.read(path, self._days, EXAMPLES)
        except (ERRORS[specimen.source], CannotOpen) as error:
            is_said(error, specimen.id)
            return type(error).__name__
        return "rows"


def is_harmless(text: str) -> bool:
    """Whether a text has no character that a terminal obeys, besides line ends."""
    return not any(category(c) in ("Cc", "Cf", "Cs") for c in text if c != "\n")


def is_said(error: AmbosError, where: str) -> None:
    """The error reads well in both languages."""
    for said in (error.say("en"), error.say("es")):
        assert is_harmless(said) and len(said) < 30_000, f"{where}: {said[:3000]!r}"


def fuzz(readers: Readers, specimens: Sequence[Specimen], seed: str, count: int) -> None:
    """So many damaged bodies, of all specimens in turn; each is known by seed and number."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        specimen = specimens[number % len(specimens)]
        where = f"{seed}, {number}, {specimen.id}"
        content = Damage(f"{seed}, {number}").body(specimen.content, specimen.name)
        try:
            readers.read(specimen, content, where)
        except Exception as error:
            error.add_note(where)
            raise
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEMORY, f"{grown:.0f} MB"


@pytest.fixture
def readers(catalog: Catalog, tmp_path: Path) -> Readers:
    return Readers(catalog, tmp_path)


def test_every_reader_and_kind_has_a_specimen() -> None:
    found: dict[str, set[str]] = {}
    for specimen in of_sources():
        found.setdefault(specimen.source, set()).add(specimen.kind)
    assert set(found) == set(CONNECTORS)
    assert found == KINDS
    assert {s.source for s in of_users()} == set(GIVEN)


@pytest.mark.parametrize("specimen", [*of_sources(), *of_users()], ids=lambda s: s.id)
def test_a_specimen_is_read(readers: Readers, specimen: Specimen) -> None:
    assert readers.read(specimen, specimen.content, specimen.id) == NOTHING.get(specimen.name, "rows")


def test_twelve_hundred_damaged_bodies_are_read_or_refused(readers: Readers) -> None:
    fuzz(readers, [*of_sources(), *of_users()], "push", 1200)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(20))
def test_a_million_damaged_bodies(readers: Readers, part: int) -> None:
    fuzz(readers, [*of_sources(), *of_users(), *of_real_files()], f"slow {part}", 50_000)
    for source in (*CONNECTORS, *GIVEN):
        assert readers.outcomes[source]["rows"] and len(readers.outcomes[source]) > 1, readers.outcomes[source]
