"""An import that is killed at any moment leaves the register as it was before, or has entered all of the file."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import register_child

from ambos.flows.register.open import FILE, open_register
from register_samples import DAY

OUTCOME = "nothing", "all"


def kills(processes: Any, folder: Path, number: int, records: int, seed: int) -> Counter[str]:
    """Kill imports: half of them while the register itself is being made. How many left nothing, how many all of the file,
    and how many were met while they wrote."""
    chance, found = random.Random(seed), Counter[str]()
    file, begun = folder / "records.csv", folder / "begun"
    register_child.write_file(file, records)
    workspace = register_child.workspace_at(begun)
    with open_register(workspace).writing("adot", workspace.clock()):
        pass  # makes it
    before = open_register(workspace).count()
    start = time.monotonic()
    register_child.run(folder / "whole", file)
    seconds = time.monotonic() - start
    after = open_register(register_child.workspace_at(folder / "whole")).count()
    assert after == before + records
    for count in range(number):
        own = folder / str(count)
        if count % 2:
            own.mkdir()
            shutil.copy(begun / FILE, own / FILE)
        process = processes.Process(target=register_child.run, args=(own, file))
        process.start()
        if count % 4 < 2:  # as soon as it writes, and a little more
            while process.is_alive() and not (own / f"{FILE}-journal").exists():
                time.sleep(0.0005)
            process.join(chance.uniform(0, 0.3))
        else:
            process.join(chance.uniform(0, seconds))
        process.kill()
        process.join()
        found["killed"] += process.exitcode != 0
        found["writing"] += (own / f"{FILE}-journal").exists()
        register = open_register(register_child.workspace_at(own))
        events = register.count()
        assert events in (before, after), events
        assert register.verify().count == 0
        listed = register.entries(day=DAY, kind="commitment", limit=0).total
        assert listed == 26 + (records if events == after else 0)
        found[OUTCOME[events == after]] += 1
        shutil.rmtree(own, ignore_errors=True)
    return found


@pytest.mark.timeout(300)
def test_an_import_killed_four_times_left_nothing_half_written(processes: Any, tmp_path: Path) -> None:
    found = kills(processes, tmp_path, 4, records=300, seed=20261130)
    assert found["killed"] > 0, "no kill met a process at work"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_an_import_killed_two_hundred_times_left_nothing_half_written(processes: Any, tmp_path: Path) -> None:
    found = kills(processes, tmp_path, 200, records=2500, seed=20261201)  # more than are sent at a time
    assert found["writing"] > 40 and found["nothing"] > 40, found
