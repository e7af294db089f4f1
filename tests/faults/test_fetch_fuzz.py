"""Whatever the servers answer: files are stored or a documented error is, in both languages, and no key is seen."""

from __future__ import annotations

import hashlib
import os
import resource
import ssl
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fake_network import Clock, Network, Octets, Question, answer
from fetch_specimens import KEYS, SENT, SERVERS
from hostile_answers import Chance

from ambos.catalog import Catalog
from ambos.errors import AmbosError, FetcherFault, SourceError
from ambos.flows.data.fetch import fetch
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared import wire
from ambos.sources.shared.http import Client, RequestLimits
from ambos.sources.shared.keys import holds
from ambos.store import Store

NOW = datetime(2024, 9, 30, 18, 0, tzinfo=UTC)
SINCE = date(2024, 8, 1)
#: Seconds of processor time above which a fetch counts as hung, and megabytes that all of them may add.
HUNG, MEMORY = 5.0, 600
#: How often each fetcher asks at least: one that asks a hundred times in a turn takes most of the wrong answers.
TURNS = 9
ASKED = [name for name in CONNECTORS if name in SERVERS]


@pytest.fixture(autouse=True)
def keys_and_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in the environment; nothing waits for the disk or reads certificates."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


@dataclass
class Fuzzer:
    """Fetches from servers of which some answers are wrong."""

    catalog: Catalog
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    wrong: int = 0

    def run(self, source: str, seed: str, share: float) -> list[str]:
        """One fetch; the results, and what was stored and said is looked at."""
        chance, clock = Chance(seed), Clock()
        secrets = [KEYS[variable] for variable in SENT.get(source, ())]

        def server(asked: Question) -> Octets | Exception:
            try:
                good = SERVERS[source](asked)
            except (KeyError, ValueError):  # asked for something else, after a redirect
                good = answer(b"not here", status=404)
            if chance.random() >= share:
                return Octets([good])
            self.wrong += 1
            return chance.answer(good, secrets)

        network = Network(server, clock)
        self.monkeypatch.setattr(wire, "_Network", network)
        limits = RequestLimits(attempts=2, size=4_000_000)
        workspace = Workspace(
            self.folder,
            self.catalog,
            Store(self.folder / "store", self.catalog.datasets, None),
            clock=lambda: NOW,
            http=lambda: Client(limits, clock=lambda: NOW, monotonic=clock, sleep=clock.sleep),
        )
        begun = time.process_time()
        outcomes = fetch(workspace, [source], SINCE)
        spent = time.process_time() - begun
        assert spent < HUNG, f"{source}, {seed}: {spent:.1f} s"
        assert outcomes
        lines = read_ledger(self.folder / "snapshots" / "ledger.jsonl")
        for outcome in outcomes:
            if outcome.error:
                self.is_said(outcome.error, f"{source}, {seed}")
                trace = "".join(traceback.format_exception(outcome.error))
                assert not holds(trace, *secrets), f"{source}, {seed}: {trace}"
                assert lines[-1]["error"] == {"en": outcome.error.say("en"), "es": outcome.error.say("es")}
        for line in lines[-len(outcomes) :]:
            if line["result"] == "stored":
                content = (self.folder / "snapshots" / line["file"]).read_bytes()
                assert hashlib.sha256(content).hexdigest() == line["sha256"]
                assert not holds(content, *secrets), f"{source}, {seed}: {content[:300]!r}"
            assert not holds(str(line), *secrets), f"{source}, {seed}: {line}"
        return [outcome.result for outcome in outcomes]

    def is_said(self, error: AmbosError, where: str) -> None:
        assert isinstance(error, SourceError) and not isinstance(error, FetcherFault), f"{where}: {error}"
        for said in (error.say("en"), error.say("es")):
            assert said.isprintable() and len(said) < 5000, f"{where}: {said[:5000]!r}"


def fuzz(catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch, seed: str, enough: int) -> None:
    """All fetchers in turn, until there were enough wrong answers, and each had its chances."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results: dict[str, set[str]] = {source: set() for source in ASKED}
    fuzzer, turn = Fuzzer(catalog, folder, monkeypatch), 0
    while fuzzer.wrong < enough or turn < TURNS:
        fuzzer.folder = folder / f"{turn // 10}"
        for source in ASKED:
            results[source].update(fuzzer.run(source, f"{seed}, {turn}", share=(0.05, 0.3, 1.0)[turn % 3]))
        turn += 1
    assert all("failed" in got and "stored" in got for got in results.values()), results
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEMORY, f"{grown:.0f} MB"


def test_every_fetcher_has_a_specimen() -> None:
    assert set(SERVERS) == {connector.id for connector in CONNECTORS.values() if connector.fetcher}


@pytest.mark.parametrize("source", ASKED)
def test_a_good_server_is_stored(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    results = Fuzzer(catalog, tmp_path, monkeypatch).run(source, "good", share=0.0)
    assert set(results) == {"stored"} or set(results) == {"stored", "unchanged"}, results


def test_three_hundred_hostile_answers_are_refused_or_stored_whole(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzz(catalog, tmp_path, monkeypatch, "push", enough=300)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_hostile_answers(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    fuzz(catalog, tmp_path, monkeypatch, f"slow {part}", enough=10_000)
