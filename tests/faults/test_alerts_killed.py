"""Killed at any moment, `evaluate` and `deliver` lose no alert, and repeat at most the one that was on its way."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import alert_child
import pytest

from alert_samples import CARS, NOW, event
from ambos.catalog.alerts import load_alerts
from ambos.delivery.outbox import Outbox
from ambos.errors import CannotRead
from ambos.flows.alerts.deliver import deliver
from ambos.model.alert import Memory
from local_server import Asked, LocalServer, Reply

#: Events of one round.
EVENTS = 6


def rounds(processes: Any, folder: Path, number: int, seed: int) -> tuple[int, int]:
    """Kill a process that evaluates and delivers, then let another finish; how many kills met it at work, and how many
    deliveries were repeated in all."""
    chance, met, repeated, got = random.Random(seed), 0, 0, Counter[str]()

    def take(asked: Asked) -> Reply:
        got[json.loads(asked.body)["id"]] += 1
        return Reply(b"ok", wait=0.004)

    with LocalServer() as server:
        server.routes["/hook"] = take
        toml = CARS + f'[recipient.desk]\nlanguage = "es"\nwebhook = "{server.url}/hook"\n'
        for count in range(number):
            got.clear()
            own = folder / str(count)
            own.mkdir()
            (own / "alerts.toml").write_text(toml, encoding="utf-8")
            process = processes.Process(target=alert_child.run, args=(own, EVENTS))
            process.start()
            while process.is_alive() and not (own / "alerts.sqlite").exists():
                time.sleep(0.001)
            process.join(chance.uniform(0, 0.15))
            process.kill()
            process.join()
            before = Counter(got)
            sent = Outbox(own).states().get("sent", 0)
            met += process.exitcode != 0
            assert len(before) - sent in (0, 1), "at most one that was taken is not noted as sent"
            alert_child.run(own, EVENTS)
            deliver(alert_child.workspace_at(own), again=True)  # the one on its way waits for its pause
            assert len(got) == EVENTS, "each event arrived"
            more = got.total() - EVENTS
            assert more <= 1, "one was on its way"
            repeated += more
    return met, repeated


@pytest.mark.timeout(300)
def test_killed_six_times(processes: Any, tmp_path: Path) -> None:
    met, _ = rounds(processes, tmp_path, 6, seed=20261129)
    assert met > 0, "no kill met a process at work"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_three_hundred_times(processes: Any, tmp_path: Path) -> None:
    met, repeated = rounds(processes, tmp_path, 300, seed=20261130)
    assert met > 100 and repeated > 0


def test_events_and_what_a_rule_remembers_are_kept_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails between the events and what is remembered: the next evaluation finds the same event again."""
    (tmp_path / "alerts.toml").write_text(CARS + '[recipient.a]\nlanguage = "es"\nwebhook = "https://e.mx/"\n')
    told = load_alerts(alert_child.CATALOG, tmp_path).recipients_of("cars")
    outbox, unwritable = Outbox(tmp_path), Memory("cars", NOW, {"no": {1}}, None)
    with pytest.raises(TypeError):
        outbox.keep(unwritable, [event()], told)
    assert not outbox.events(9) and not outbox.states() and not outbox.memories()
    assert outbox.keep(Memory("cars", NOW, {}, None), [event()], told) == 1
    assert outbox.keep(Memory("cars", NOW, {}, None), [event()], told) == 0
    assert outbox.states() == {"waiting": 1}


def test_a_damaged_outbox_is_named(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.path.write_bytes(b"no database" * 100)
    with pytest.raises(CannotRead) as caught:
        outbox.events(9)
    assert "alerts.sqlite" in caught.value.say("en")


def test_an_outbox_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    with sqlite3.connect(outbox.path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(CannotRead) as caught:
        outbox.events(9)
    assert "newer version of Ambos" in caught.value.say("en")
