"""`make bench`: what people wait for, in seconds of processor time, each beside its goal and beside its floor in the same run.

The floor is what nobody can go below who does the same work: importing what a verb needs, the bare query on the same file,
setting the finished document, decompressing and scanning, loading machine code. Seconds on the clock say little on a machine
that is shared; seconds of processor time, of the command and all that it starts, say more, and ratios in one run most.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from files import ARCHIVE, CSVS, FIX
from run import timed

HERE = Path(__file__).parent
PYTHON = sys.executable
AMBOS = (PYTHON, "-m", "ambos")
LISTS = ("series", "places", "sources", "river status", "air index --pollutant pm25 --value 12")
SHOW = ("show", "crossings.trucks", "--place", "nogales", "--freq", "A")
DAY = ("simulate", "--port", "nogales-deconcini", "--day", "2025-07-14")
#: A real crossing, by number and name.
CROSSING = ("260401", "nogales-deconcini")
#: Vintages of the two stores that are compared, and rows that each revises.
FEW, MANY, REVISED = 2, 500, 300

PARTS = ("lists", "show", "twin", "growth", "builds", "large")

SHOWN = "import click, rich.console, rich.table, babel.dates"
QUERY = """
import sys, duckdb
duckdb.sql(f'''SELECT year(period), sum("value") FROM read_parquet('{sys.argv[1]}')
    WHERE port = '2604' AND measure = 'trucks' GROUP BY 1 ORDER BY 1''').fetchall()
"""
TYPESET = """
import resource, sys
from pathlib import Path
from ambos.briefing import pdf
from ambos.flows.brief.dossier import brief
from ambos.flows.workspace import open_workspace

run, finished = pdf._run, []

def kept(how, *given, **settings):
    if how.__name__ == "compile":
        finished.append((how, given, settings))
    return run(how, *given, **settings)

pdf._run = kept
brief(open_workspace(Path(sys.argv[1])), Path(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF)
for how, given, settings in finished:
    run(how, *given, **settings)
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
"""
MACHINE_CODE = "from ambos.crossing.kernel.machine import kernel; kernel().normal_quantile(0.5)"
VINTAGES = """
import random, resource, sys
from datetime import date, timedelta
from pathlib import Path
import polars as pl
from ambos.flows.data.reading import SourceFile, read_file
from ambos.flows.workspace import open_workspace

def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

workspace, real, revision, count = open_workspace(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
first = date(2025, 5, 1)
entry = SourceFile(real, real.name, "0" * 64, real.stat().st_size, first, True, None, "")
file = read_file(workspace.catalog, "bts_border_crossing", entry).parts[0].frame
recent, chance, times = (file["period"] >= date(2015, 1, 1)).arg_true(), random.Random(1), []

def revised():
    places = recent[sorted(chance.sample(range(len(recent)), int(sys.argv[5])))]
    return file["value"] + pl.zeros(file.height, pl.Int64, eager=True).scatter(places, 1)

for number in range(count):
    before = spent()
    known = dict(as_of=pl.lit(first + timedelta(days=number)), snapshot_id=pl.lit(f"{number:016x}"))
    file = file.with_columns(value=revised())
    workspace.store.append("crossings", file.with_columns(**known))
    workspace.store.tidy()
    times.append(spent() - before)
tenth = max(count // 10, 1)
print(sum(times), sum(times[-tenth:]) / sum(times[:tenth]), len(list((workspace.folder / "store" / "crossings").rglob("*.parquet"))))
theirs = {
    column: {ours: text for text, ours in workspace.catalog.codelists[codes].from_system(system).items()}
    for column, codes, system in (("port", "port", "bts_border"), ("measure", "measures", "bts"))
}
columns = {column: pl.col(column).cast(pl.String).replace_strict(texts) for column, texts in theirs.items()}
columns |= {"period": pl.col("period").dt.strftime("%b %Y"), "value": revised()}
named = {"port": "Port Code", "measure": "Measure", "period": "Date", "value": "Value"}
file.select(**columns).rename(named).write_csv(revision)
"""
LARGE = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
import polars as pl
from ambos.flows.workspace import open_workspace

def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

store = open_workspace(Path(sys.argv[1])).store
real = pl.read_parquet(store.base / "waits.parquet")
said = real.filter(pl.col("delay_minutes").is_not_null()).drop("crossing", "mode", "lane", "observed_at", "fetched_at", "status", "as_of", "snapshot_id")
lanes = real.select("mode").unique().join(real.select("lane").unique(), how="cross").sort("mode", "lane").head(10)
crossings = pl.DataFrame({"crossing": [sys.argv[4], *(f"99{n:04}" for n in range(1, int(sys.argv[2])))]})
years = []
for year in range(2012, 2012 + int(sys.argv[3])):  # before the real ones begin
    before = spent()
    for month in range(1, 13):
        first, end = datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        hours = pl.datetime_range(first, end, "1h", closed="left", time_unit="us", eager=True).alias("observed_at")
        rows = crossings.join(lanes, how="cross").join(hours.to_frame(), how="cross")
        rows = rows.hstack(said[(pl.int_range(rows.height, eager=True) * 7 + month * 31 + year) % said.height].get_columns())
        known = dict(fetched_at=pl.col("observed_at"), status=pl.lit("A"), as_of=pl.lit(end.date()), snapshot_id=pl.lit(f"{year:08}{month:08}"))
        store.append("waits", rows.with_columns(**known).select(real.columns))
    store.tidy()
    years.append(spent() - before)
print(years[0], years[-1], sum(years), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""
ASKED = """
import resource, sys
from pathlib import Path
from ambos.flows.workspace import open_workspace

store = open_workspace(Path(sys.argv[1])).store
table = store.table("waits")
own = table.filter(table.crossing == sys.argv[2], table.delay_minutes.notnull())
by_hour = own.group_by(hour=own.observed_at.epoch_seconds() // 3600 % 24)
assert store.frame(by_hour.aggregate(mean=own.delay_minutes.mean(), n=own.count())).height == 24
"""


@dataclass(frozen=True)
class Line:
    """What is waited for, in seconds of processor time; or how many times as long as something else."""

    what: str
    measured: float
    goal: float | None = None
    floor: float | None = None
    least: bool = False  #: Whether the goal is the least, not the most.

    def __str__(self) -> str:
        line = f"{self.what:52} {self.measured:9.2f}"
        if self.goal is not None:
            met = self.measured >= self.goal if self.least else self.measured <= self.goal
            line += f" {'≥' if self.least else '≤'}{self.goal:7.2f} {'yes' if met else 'NO':>4}"
        if self.floor is not None:
            line += f" {self.floor:9.2f} {self.measured / self.floor:7.1f}×"
        return line


class Run(NamedTuple):
    """What a command, with all that it started, took and said."""

    seconds: float  #: Of processor time.
    memory: float  #: The most that one of its processes occupied, in GiB.
    said: str


class Bench:
    """A folder, and a cache of the user's that is empty at first."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder = folder
        self.runs = runs
        here = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONDONTWRITEBYTECODE", "NUMBA_CACHE_DIR")
        }
        self.around = {**here, "XDG_CACHE_HOME": str(folder / "cache")}

    def spent(self, command: Sequence[str], runs: int | None = None, **more: str) -> float:
        """The median seconds of processor time of a command."""
        return statistics.median(self._once(command, more).seconds for _ in range(runs or self.runs))

    def _once(self, command: Sequence[str], more: Mapping[str, str]) -> Run:
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as faults:
            run = subprocess.Popen(command, stdout=said, stderr=faults, cwd=self.folder, env={**self.around, **more})
            _, status, used = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            faults.seek(0)
            if run.returncode:
                raise SystemExit(f"{' '.join(command)} failed ({run.returncode}): {faults.read()[-500:]}")
            return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, said.read())

    def verb(self, *arguments: str, runs: int | None = None) -> float:
        """The same of a verb, once what can be kept is kept."""
        self._once((*AMBOS, *arguments), {})
        return self.spent((*AMBOS, *arguments), runs)

    def python(self, code: str, *arguments: str, runs: int | None = None) -> float:
        """The same of a piece of Python."""
        return self.spent((PYTHON, "-c", code, *arguments), runs)

    # -- the parts ------------------------------------------------------------------------------------------------
    def lists(self) -> Iterator[Line]:
        """Verbs that list or look up."""
        floor = self.python(SHOWN)
        yield Line("ambos --help", self.verb("--help"), 0.25, self.python("import click"))
        for name in LISTS:
            yield Line(f"ambos {' '.join(name.split()[:2])}", self.verb(*name.split()), 0.4, floor)

    def show(self) -> Iterator[Line]:
        """A series, and the whole dossier."""
        from ambos.catalog import load

        held = str(load().snapshot_folder / "crossings.parquet")
        yield Line("ambos show (floor: DuckDB, the bare query)", self.verb(*SHOW), 0.6, self.python(QUERY, held))
        pages = str(self.folder / "brief")
        set_again = float(self._once((PYTHON, "-c", TYPESET, str(self.folder / "none"), pages), {}).said.split()[-1])
        brief = (*AMBOS, "brief", "--out", pages)
        self._once(brief, {})
        for composed in (self.folder / "cache" / "ambos").glob("dossier-*"):
            composed.unlink()
        yield Line("ambos brief of new figures (floor: Typst)", self.spent(brief, 1), 10.0, set_again)
        yield Line("ambos brief of the same figures (floor: Typst)", self.spent(brief), 10.0, set_again)

    def twin(self) -> Iterator[Line]:
        """A day at a port: with an empty cache, and afterwards."""
        self._once((*AMBOS, "--help"), {})
        floor = self.python(MACHINE_CODE)
        first = [self.spent((*AMBOS, *DAY), 1, XDG_CACHE_HOME=str(self.folder / f"new-{n}")) for n in range(self.runs)]
        yield Line("first use of the twin (floor: its machine code)", statistics.median(first), 3.0, floor)
        yield Line("ambos simulate of a day", self.verb(*DAY), 1.0, floor)

    def growth(self) -> Iterator[Line]:
        """Stores of few and of many vintages of the whole file of crossings, and a build of one more."""
        made: dict[int, list[float]] = {}
        times: dict[tuple[str, int], float] = {}
        memory: dict[int, float] = {}
        for count in (FEW, MANY):
            workspace, revision = self.folder / f"vintages-{count}", self.folder / f"revision-{count}.csv"
            arguments = (str(workspace), str(CSVS[0]), str(revision), str(count), str(REVISED))
            made[count] = [float(one) for one in self._once((PYTHON, "-c", VINTAGES, *arguments), {}).said.split()]
            times["show", count] = self.verb(*SHOW, "--workspace", str(workspace))
            times["show --as-of", count] = self.verb(*SHOW, "--as-of", "2025-05-02", "--workspace", str(workspace))
            builds = []
            for _ in range(self.runs):
                again = self.folder / "again"
                shutil.rmtree(again, ignore_errors=True)
                shutil.copytree(workspace, again)
                build = ("build", "--from", str(revision), "--as-of", "2026-10-01", "--workspace", str(again))
                builds.append(self._once((*AMBOS, *build), {}))
            times["build", count] = statistics.median(run.seconds for run in builds)
            memory[count] = max(run.memory for run in builds)
        for name in ("show", "show --as-of", "build"):
            yield Line(f"{name}: {MANY} vintages beside {FEW}, times", times[name, MANY] / times[name, FEW], 1.5)
        yield Line(f"ambos build of one more, {MANY} held", times["build", MANY])
        yield Line(f"the most memory of it, GiB (floor: {FEW} held)", memory[MANY], 3.0, memory[FEW])
        whole, growth, files = made[MANY]
        yield Line(f"a vintage stored, the mean of {MANY}", whole / MANY)
        yield Line("the last tenth of them, times the first", growth, 1.5)
        yield Line("Parquet files of the table", files)

    def large(self) -> Iterator[Line]:
        """Waits of 100 crossings in 10 years, 88 million lane-hours: the real ones again and again, under other numbers but
        for one crossing."""
        workspace = str(self.folder / "large")
        said = self._once((PYTHON, "-c", LARGE, workspace, "100", "10", CROSSING[0]), {}).said
        first, last, whole, memory = map(float, said.split())
        yield Line("88 million lane-hours stored", whole)
        yield Line("the last of ten years, times the first", last / first, 1.5)
        yield Line("the most memory, GiB", memory, 3.0)
        self.python(ASKED, workspace, "990042", runs=1)
        yield Line("the mean wait of a crossing by hour, start and all", self.python(ASKED, workspace, "990042"), 1.0)
        asked = ("show", "waits.mean", "--place", CROSSING[1], "--workspace", workspace)
        yield Line("ambos show of the mean waits of a crossing", self.verb(*asked), 1.0)
        yield Line("the same from 2025 on", self.verb(*asked, "--from", "2025"), 1.0)

    def builds(self) -> Iterator[Line]:
        """Reading the large archive, and everything; again, when nothing is new."""
        same = self.folder / "files"
        for path in (ARCHIVE, *CSVS, FIX):
            (same / path.parent.name).mkdir(parents=True, exist_ok=True)
            (same / path.parent.name / path.name).symlink_to(path)
        self._once((*AMBOS, "series"), {})
        limit = self.spent((PYTHON, str(HERE / "limit.py")), 1)
        script = self.spent((PYTHON, str(HERE / "script.py"), str(self.folder / "script")), 1)
        workspace = self.folder / "workspace"
        build = ("build", "--from", str(same), "--workspace", str(workspace))
        made = []
        for _ in range(self.runs):
            shutil.rmtree(workspace, ignore_errors=True)
            made.append(self.spent((*AMBOS, *build), 1))
        ours = statistics.median(made)
        yield Line("ambos build of the large archive", ours, None, limit)
        yield Line("the script over the same files", script, None, limit)
        yield Line("ambos build, times the limit", ours / limit, 1.8)
        yield Line("the script, times ambos build", script / ours, 8.0, least=True)
        peak = timed([*AMBOS, *build], 1, workspace)["peak_mib"] * 2**20 / 1e9
        yield Line("the most memory of its processes together, GB", peak, 1.5)
        yield Line("ambos build again, nothing new", self.verb(*build), 0.5)


@contextmanager
def bench(runs: int) -> Iterator[Bench]:
    """A bench in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        yield Bench(Path(scratch), runs)


def main() -> None:
    """Measure and print line by line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--part", action="append", choices=PARTS)
    options = parser.parse_args()
    print(f"{'':52} {'seconds':>9} {'goal':>8} {'met':>4} {'floor':>9} {'ratio':>8}")
    with bench(options.runs) as made:
        for part in options.part or PARTS:
            if part in ("builds", "growth") and not ARCHIVE.is_file():
                print(f"{part}: the real files are not there (../shared/data/raw)")
                continue
            for line in getattr(made, part)():
                print(line, flush=True)


if __name__ == "__main__":
    main()
