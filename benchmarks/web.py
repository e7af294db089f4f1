"""The web beside datasette and the bare query: one series' page and its answer of the API, under load on loopback.

Both serve the same rows. Datasette has the easier part: its table holds the figures of the series as `ambos show` gives
them, already added up, with an index on place and period; it knows neither vintages nor findings. Each is one process.
What a server makes unasked after its start is made before it is measured. Cold: every address is asked for once. Cached: one address again and again; datasette keeps no answers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from ambos.cli.common import workspace as open_here
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace
from ambos.periods import plus_months

SERIES = "crossings.trucks"
#: Months, and so rows, of one answer.
MONTHS = 96
AMBOS = Path(sys.executable).with_name("ambos")
DATASETTE = Path(__file__).resolve().parents[1] / "build" / "datasette" / "bin" / "datasette"
#: Connections that wrk holds open.
CONNECTIONS = 2
#: Pages of each kind that are opened before memory is read.
OF_A_KIND = 30
#: wrk's own language: the addresses of a file one after the other, and the result as JSON.
SCRIPT = """
local addresses, at = {}, 0
function init(args) for line in io.lines(args[1]) do addresses[#addresses + 1] = line end end
function request()
  at = at % #addresses + 1
  return wrk.format("GET", addresses[at], {["Accept-Encoding"] = "gzip"})
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "refused": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""
Question = tuple[str, date, date]  # place, first and last month


def questions(workspace: Workspace) -> tuple[list[Question], list[dict[str, Any]]]:
    """All spans of `MONTHS` months of each place that has all of them, in random order; and the rows of the series."""
    rows = show(workspace, SERIES).rows()
    held: dict[str, list[date]] = {}
    for row in rows:
        if row["value"] is not None:
            held.setdefault(str(row["place"]), []).append(date.fromisoformat(f"{row['period']}-01"))
    made = []
    for place, months in held.items():
        known = set(months)
        for first in months:
            span = [plus_months(first, i) for i in range(MONTHS)]
            if known.issuperset(span):
                made.append((place, first, span[-1]))
    random.Random(1).shuffle(made)
    return made, rows


def export(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the figures of a series as a SQLite table with the index that its questions want."""
    names = list(rows[0])
    with sqlite3.connect(path) as base:
        columns = ", ".join(f'"{n}"' for n in names)
        base.execute(f"CREATE TABLE figures ({columns})")
        marks = ", ".join("?" * len(names))
        cells = ([v.isoformat() if isinstance(v, date) else v for v in row.values()] for row in rows)
        base.executemany(f"INSERT INTO figures VALUES ({marks})", cells)
        base.execute("CREATE INDEX by_place ON figures (place, period)")
    base.close()


def ours(kind: str, asked: Question) -> str:
    place, first, last = asked
    path = f"/en/series/{SERIES}" if kind == "page" else f"/api/v1/series/{SERIES}/data"
    return f"{path}?place={place}&from={first}&to={last}"


def theirs(kind: str, asked: Question) -> str:
    place, first, last = asked
    end = "" if kind == "page" else ".json"
    shape = "" if kind == "page" else "&_shape=objects"
    return (
        f"/figures/figures{end}?place={place}&period__gte={first:%Y-%m}&period__lte={last:%Y-%m}"
        f"&_sort=period&_size={MONTHS}{shape}"
    )


@contextmanager
def served(command: Sequence[object], port: int, path: str) -> Iterator[tuple[int, float]]:
    """Start a server; give its process and the seconds until it answers."""
    # as it is where programs are installed: modules are compiled once, not at every start
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        while True:
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended by itself: {process.returncode}")
            try:
                get(port, path)
                break
            except OSError:
                if time.perf_counter() - began > 120:
                    raise
                time.sleep(0.02)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def get(port: int, path: str) -> tuple[bytes, int]:
    """A body, and its bytes as sent."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        body = answer.read()
        return (gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body), len(body)


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def load(port: int, addresses: Sequence[str], seconds: float, scratch: Path) -> dict[str, float]:
    """Ask for addresses in turn for some seconds; the result in milliseconds and requests per second."""
    (scratch / "addresses").write_text("\n".join(addresses), encoding="utf-8")
    (scratch / "wrk.lua").write_text(SCRIPT, encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "60s"]
    command += ["-s", str(scratch / "wrk.lua"), f"http://127.0.0.1:{port}", "--", str(scratch / "addresses")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result: dict[str, float] = json.loads(said.partition("RESULT ")[2])
    if result["refused"]:
        raise SystemExit(f"{result['refused']:g} requests failed: {said}")
    if len(addresses) > 1 and result["requests"] > len(addresses):
        raise SystemExit("every address was asked for: what came after was not cold; fewer --seconds")
    return {**result, "per_second": result["requests"] / result["seconds"]}


def processor(pid: int) -> float:
    """Seconds of the processor that a process used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settled(pid: int) -> float:
    """Wait until a server has made what it makes unasked after its start; seconds of the processor used by then."""
    for _ in range(150):
        before = processor(pid)
        time.sleep(2)
        if processor(pid) - before < 0.04:
            return before
    raise SystemExit("the server works without end although nothing is asked of it")


def resident(pid: int) -> float:
    """The memory that a process occupies, MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(pid: int, port: int, addresses: Sequence[str], seconds: float, scratch: Path) -> dict[str, float]:
    before = processor(pid)
    result = load(port, addresses, seconds, scratch)
    return {**result, "processor_ms": 1000 * (processor(pid) - before) / result["requests"]}


def bare(workspace: Workspace, asked: Sequence[Question], seconds: float) -> dict[str, float]:
    """The rows of each question by DuckDB alone, from the Parquet file that ours reads."""
    series = workspace.catalog.series[SERIES]
    dataset = workspace.catalog.datasets[series.dataset]
    path = workspace.catalog.snapshot_folder / f"{dataset.id}.parquet"
    where = " AND ".join(f"{column} IN {(*values, '')}" for column, values in series.where.items() if "." not in column)
    query = (
        f"SELECT {dataset.period}, {series.value}, status, as_of FROM read_parquet(?) WHERE {where} "
        f"AND {series.place} = ? AND {dataset.period} BETWEEN ? AND ? ORDER BY 1"
    )
    base = duckdb.connect(config={"threads": 1})
    taken: list[float] = []
    began = time.process_time()
    for place, first, last in asked:
        start = time.perf_counter()
        rows = base.execute(query, [str(path), place, first, last]).fetchall()
        taken.append(1000 * (time.perf_counter() - start))
        if len(rows) != MONTHS:
            raise SystemExit(f"{len(rows)} rows, not {MONTHS}: {place} {first}")
        if sum(taken) > 1000 * seconds:
            break
    used = time.process_time() - began
    return {
        "p50": statistics.median(taken),
        "p99": statistics.quantiles(taken, n=100)[98],
        "per_second": 1000 * len(taken) / sum(taken),
        "processor_ms": 1000 * used / len(taken),
    }


def home_bytes(port: int) -> int:
    """Bytes of the home page as sent, with its styles, scripts and one source of each picture, without fonts."""
    body, size = get(port, "/en")
    text = re.sub(r"<source[^>]*>", "", body.decode())
    wanted = re.findall(r'<(?:script|img)[^>]*\ssrc="(/[^"]+)"', text)
    wanted += re.findall(r'<link[^>]*rel="(?:stylesheet|icon)"[^>]*href="(/[^"]+)"', text)
    return size + sum(get(port, path.replace("&amp;", "&"))[1] for path in dict.fromkeys(wanted))


def visit(port: int) -> int:
    """Open the pages of both languages that links lead to, at most `OF_A_KIND` of each kind; how many were opened."""
    seen, waiting, kinds, opened = {"/en", "/es"}, ["/en", "/es"], dict[str, int](), 0
    while waiting:
        path = waiting.pop(0)
        kind = "/".join(path.split("/")[:3])
        if path.count("/") > 2:
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] > OF_A_KIND:
                continue
        body, _ = get(port, path)
        opened += 1
        for link in re.findall(r'<a[^>]*\shref="(/e[ns]/[^"?#]+)"', body.decode()):
            if (
                link not in seen
                and "." not in link.rpartition(".")[2]
                and not re.search(r"\.(csv|json|parquet|xlsx|svg|png|atom|pdf|md|toml|bib)$", link)
            ):
                seen.add(link)
                waiting.append(link)
    return opened


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--datasette", type=Path, default=DATASETTE)
    parser.add_argument("--pages", action="store_true", help="open the pages that links lead to and read the memory")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed: nothing is measured / wrk no está instalado: no se mide nada")
        return
    if not options.datasette.is_file():
        raise SystemExit(f"there is no datasette at {options.datasette}: make bench installs it")
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        workspace = open_here(scratch / "workspace", "arizona_sonora")
        asked, rows = questions(workspace)
        export(rows, scratch / "figures.db")
        results["bare DuckDB query"] = {"cold": bare(workspace, asked, options.seconds)}
        port = free_port()
        peer = [options.datasette, "serve", scratch / "figures.db", "--port", port]
        with served(peer, port, "/-/versions.json") as (pid, _):
            count = len(json.loads(get(port, theirs("api", asked[0]))[0])["rows"])
            if count != MONTHS:
                raise SystemExit(f"datasette gives {count} rows, not {MONTHS}")
            results["datasette"] = loads(pid, port, theirs, asked, options.seconds, scratch)
        port = free_port()
        own = [AMBOS, "serve", "--port", port, "--workspace", scratch / "workspace"]
        with served(own, port, "/static/ambos.css") as (pid, seconds):
            count = len(json.loads(get(port, ours("api", asked[0]))[0])["data"])
            if count != MONTHS:
                raise SystemExit(f"ambos gives {count} rows, not {MONTHS}")
            get(port, ours("page", asked[0]))
            results["unasked_processor_s"] = settled(pid)
            results["ambos"] = loads(pid, port, ours, asked, options.seconds, scratch)
            results["start_s"] = seconds
            results["home_bytes"] = home_bytes(port)
            if options.pages:
                results["pages_opened"] = visit(port)
            results["memory_mib"] = resident(pid)
    for server in ("bare DuckDB query", "datasette", "ambos"):
        for what, one in results[server].items():
            print(
                f"{server:18} {what:12} p50 {one['p50']:8.1f} ms  p99 {one['p99']:8.1f} ms  "
                f"{one['per_second']:8.1f}/s  processor {one['processor_ms']:7.1f} ms"
            )
    for what, one in results["ambos"].items():
        other = results["datasette"][what]
        print(f"ambos beside datasette, {what}: {one['per_second'] / other['per_second']:.2f} times as many a second")
    print(
        f"start {results['start_s']:.1f} s, made unasked {results['unasked_processor_s']:.1f} s, home {results['home_bytes']:,} bytes, {results['memory_mib']:.0f} MiB"
    )
    machine = {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "datasette": subprocess.run(
            [options.datasette, "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1],
        **{p: version(p) for p in ("fastapi", "uvicorn", "duckdb", "polars", "ibis-framework")},
    }
    print(json.dumps({"machine": machine, "results": results}, indent=2))


def loads(
    pid: int, port: int, address: Any, asked: Sequence[Question], seconds: float, scratch: Path
) -> dict[str, dict[str, float]]:
    """Each kind of address, cold and cached."""
    made = {}
    for at, kind in enumerate(("page", "api")):
        own = asked[1 + at :: 2]  # a page and an answer to the same question share work: ask other ones
        made[f"{kind} cold"] = measure(pid, port, [address(kind, one) for one in own], seconds, scratch)
        once = [address(kind, asked[0])]
        get(port, once[0])
        made[f"{kind} cached"] = measure(pid, port, once, seconds, scratch)
    return made


if __name__ == "__main__":
    main()
