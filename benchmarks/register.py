"""How fast a register of 10,000 commitments and 200,000 events is listed, filtered and shown as it was.

Without arguments in a new file of SQLite; with the address of an empty database on a PostgreSQL server, in that one::

    .venv/bin/python benchmarks/register.py [postgresql://user@host/name]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ambos.flows.register.answers import list_answer, show_answer
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.register import Commitment, Evidence, Office, Phrase, Step
from ambos.register.store import Register

COMMITMENTS, EVENTS, RUNS = 10_000, 20, 7
FIRST = datetime(2027, 1, 1, 12, tzinfo=UTC)  # after the region's records were compiled
LAST = FIRST + timedelta(days=EVENTS * 100)
STATUSES = ("planned", "initial", "ongoing", "initial", "ongoing", "delivered", "complete")


def fill(register: Register) -> float:
    """Write the commitments: each is entered, then changed 19 times over five years. Returns the seconds."""
    with register.writing("ambos", FIRST) as desk:
        for side, name in (("US-AZ", "bench-north"), ("MX-SON", "bench-south")):
            desk.create(Office(id=name, name=Phrase(name), side=side))
    begin = time.perf_counter()
    for turn in range(EVENTS):
        with register.writing(("bench-north", "bench-south")[turn % 2], FIRST + timedelta(days=turn * 100)) as desk:
            desk.load(("commitment", f"bench-{i}") for i in range(COMMITMENTS))
            for i in range(COMMITMENTS):
                act(desk, i, turn)
    return time.perf_counter() - begin


def act(desk: Any, i: int, turn: int) -> None:
    """Enter a commitment, or change it."""
    id = f"bench-{i}"
    if turn == 0:
        desk.create(
            Commitment(
                id=id,
                name=Phrase(f"Commitment {i} on lanes, water and training", f"Compromiso {i} sobre carriles y agua"),
                goal=Phrase(
                    "Shorter waits at the ports of entry " * 3, "Menores tiempos de espera en las garitas " * 3
                ),
                action=Phrase("Extend the hours " * 10, "Ampliar el horario " * 10),
                due=f"{2028 + i % 10}-{1 + i % 12:02}",
                made=f"{2022 + i % 5}",
                responsible=("bench-north", "bench-south"),
                steps=tuple(Step(Phrase(f"Step {k}", f"Paso {k}")) for k in range(4)),
            ),
            draft=False,
        )
    elif turn % 3 == 1:
        desk.status(id, STATUSES[(turn // 3) % len(STATUSES)])
    elif turn % 3 == 2 and turn // 3 < 4:
        desk.step(id, turn // 3 + 1, f"{2027 + turn // 4}")
    else:
        desk.evidence(id, Evidence(Phrase(f"Report {turn}", f"Informe {turn}"), on=f"{2027 + turn // 4}"))


def views(workspace: Workspace, register: Register, url: str) -> dict[str, Callable[[], object]]:
    """What is asked, by its name."""
    middle = (FIRST + timedelta(days=EVENTS * 50)).date().isoformat()
    kind: dict[str, Any] = {"url": url, "kind": "commitment"}
    return {
        "list, first hundred": lambda: list_answer(workspace, **kind),
        "list by due date, the 50th hundred": lambda: list_answer(workspace, **kind, order="due", offset=4900),
        "filter: late": lambda: list_answer(workspace, **kind, late=True),
        "filter: side and status": lambda: list_answer(workspace, **kind, side="MX-SON", status="complete"),
        "filter: no news": lambda: list_answer(workspace, **kind, no_news=True, order="news"),
        "filter: words": lambda: list_answer(workspace, **kind, text="compromiso 77"),
        f"as of {middle}": lambda: list_answer(workspace, **kind, as_of=middle),
        f"as of {middle}, late": lambda: list_answer(workspace, **kind, as_of=middle, late=True),
        "show, with history": lambda: show_answer(workspace, "commitment", "bench-77", url=url),
        f"show as of {middle}": lambda: show_answer(workspace, "commitment", "bench-77", url=url, as_of=middle),
        "all 10,000 entries, for programs": lambda: register.entries(day=date(2032, 1, 1), kind="commitment"),
    }


def main() -> None:
    """Write a register and time the views of it."""
    url = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as folder:
        workspace = replace(open_workspace(Path(folder)), clock=lambda: LAST)
        register = open_register(workspace, url)
        seconds = fill(register)
        count = COMMITMENTS * EVENTS
        print(
            f"{count:,} events of {COMMITMENTS:,} commitments written in {seconds:.0f} s: {count / seconds:,.0f} a second"
        )
        if not url:
            print(f"file: {(Path(folder) / 'register.sqlite').stat().st_size / 1e6:.0f} MB")
        for name, ask in views(workspace, register, url).items():
            times = []
            for _ in range(RUNS):
                begin = time.perf_counter()
                ask()
                times.append((time.perf_counter() - begin) * 1000)
            print(f"{name}: {statistics.median(times):.0f} ms (median of {RUNS}; first {times[0]:.0f})")
        begin = time.perf_counter()
        found = register.verify()
        print(f"verify: {time.perf_counter() - begin:.0f} s, {found.count} problems in {found.events:,} events")


if __name__ == "__main__":
    main()
