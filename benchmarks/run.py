"""`make bench`: the limit, the peer and Ambos in one run, on the same files.

Each command is timed as a whole process; the median of the runs counts. Its memory is what it and the processes that it
starts occupy together, looked at twenty times a second; what they share counts for each of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from files import ARCHIVE, CSVS, FIX

HERE = Path(__file__).parent
AMBOS = str(Path(sys.executable).with_name("ambos"))


def timed(command: list[str], runs: int, before: Path | None = None) -> dict[str, float]:
    """Median seconds and the largest memory of a command; `before` is a folder removed before each run."""
    seconds, memory = [], 0.0
    for _ in range(runs):
        if before:
            shutil.rmtree(before, ignore_errors=True)
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        ended = threading.Event()
        with ThreadPoolExecutor(1) as beside:
            most = beside.submit(occupied, process.pid, ended)
            status = process.wait()
            seconds.append(time.perf_counter() - start)
            ended.set()
            memory = max(memory, most.result())
        if status:
            raise SystemExit(f"{' '.join(command)} failed ({status})")
    return {"seconds": statistics.median(seconds), "peak_mib": memory, "runs": runs}


def occupied(session: int, ended: threading.Event) -> float:
    """The most memory that the processes of a session occupied together at one time until the event, in MiB."""
    page, most = os.sysconf("SC_PAGE_SIZE"), 0
    while not ended.wait(0.05):
        pages = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended just now
                _, _, fields = (folder / "stat").read_text().rpartition(")")
                if int(fields.split()[3]) == session:
                    pages += int((folder / "statm").read_text().split()[1])
        most = max(most, pages)
    return most * page / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not ARCHIVE.is_file():
        raise SystemExit(
            "the real files are not there (../shared/data/raw): nothing to measure / no están los archivos reales"
        )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "workspace"
        same = Path(scratch) / "files"
        for path in (ARCHIVE, *CSVS, FIX):
            (same / path.parent.name).mkdir(parents=True, exist_ok=True)
            (same / path.parent.name / path.name).symlink_to(path)
        build = [AMBOS, "build", "--from", str(same), "--workspace", str(folder)]
        everything = [AMBOS, "build", "--from", str(ARCHIVE.parents[1]), "--workspace", str(folder)]
        steps = [
            ("limit: decompress and scan", [sys.executable, str(HERE / "limit.py")], options.runs, None),
            (
                "pandas + ElementTree script",
                [sys.executable, str(HERE / "script.py"), str(Path(scratch) / "script")],
                1,
                None,
            ),
            ("ambos build, the same files", build, options.runs, folder),
            ("ambos build again, unchanged", build, options.runs, None),
            ("ambos build, all real files", everything, options.runs, folder),
            (
                "ambos show",
                [AMBOS, "show", "crossings.trucks", "--place", "US-AZ", "--freq", "A", "--json"],
                5,
                None,
            ),
            ("ambos --help", [AMBOS, "--help"], 5, None),
            ("ambos brief", [AMBOS, "brief", "--out", str(Path(scratch) / "brief")], options.runs, None),
        ]
        results = {}
        for name, command, runs, before in steps:
            results[name] = timed(command, runs, before)
            print(
                f"{name:32} {results[name]['seconds']:8.2f} s {results[name]['peak_mib']:8.0f} MiB",
                flush=True,
            )
    limit, script, ours = (results[steps[i][0]]["seconds"] for i in range(3))
    print(f"\nambos build: {script / ours:.1f} times the script's speed, {ours / limit:.2f} times the limit's time")
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{p: version(p) for p in ("polars", "pandas", "duckdb", "deltalake")},
    }
    print(json.dumps({"machine": machine, "results": results}, indent=2))


if __name__ == "__main__":
    main()
