"""Record what every verb prints, and compare it with a recording made before a change.

    .venv/bin/python tools/frozen.py record build/frozen
    .venv/bin/python tools/frozen.py compare build/frozen

`record` writes one text file per command line and language: exit code, standard output, standard error, and the text
files that the command line wrote. `compare` records again, shows the first lines that differ and exits with 1 if any
do. The clock stands still, the figures are those of the embedded snapshot and of made-up files, nothing is fetched. Leave `src` alone
while it runs (three to four minutes on two processors): modules are imported when a verb needs them.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "es")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
#: Lines of a difference that are shown.
SHOWN = 4

#: Command lines, one a line. Each is also run with `--json` and with `--csv` where the verb has them.
COMMANDS = """
build --from aqs.json --workspace stations
build --from aqs.json --workspace stations --again
--version
shw
--workspace
show crossings.trucks
show crossings.trucks --freq A --from 2019 --to 2025
show crossings.trucks --freq Q --from 2023-Q2 --to 2024-Q4
show crossings.trucks --place nogales --freq M --from 2024-01 --to 2025-12
show crossings.trucks --place 2604 --as-of 2025-01-01 --freq A
show crossings.trucks --freq A --year fiscal --from 2019
show crossings.trucks --place nogales --plot --freq A
show crossings.trucks --place "San Luiz"
show crossings.trucks --from 2025 --to 2024
show crossings.trucks --from tomorrow
show crossings.truks
search agua prieta
search exportaciones agricolas
search xyzzyq
search
search nogales --table results
show crossings.trucks --item nothing
show crossings.trucks --freq A --from 2024 --table licences
show crossings.trucks --csv --json
show crossings.trucks --xlsx figures.xlsx --csv
show crossings.trucks --freq A --from 2024 --xlsx figures.xlsx
show crossings.trucks --freq A --from 2024 --table statuses
serve --host
serve --port 65536
serve --port 65536 --refresh
site --out specimens
forecast crossings.trucks --place nogales
forecast series crossings.trucks --place nogales --horizon 3 --level 90 --from 2012 --table leads
forecast crossings.trucks
forecast crossings.truks
forecast crossings.trucks --place sasabe
forecast trade.by_state.exports --place arizona
forecast series trade.by_state.exports --place arizona --item truck
show trade.by_state.imports --freq A --currency MXN --from 2020
show fx.usd_mxn --freq A
show economy.mx_product --from 2019
show economy.mx_product --from 2019 --currency USD
dams
dams --date 2024-06-30 --json
dams --date 1965-01-01
dams --as-of 2026-01-01 --csv --table dams
economy
economy --year 2024 --json
economy --year 1900
economy --as-of 2026-01-01 --csv --table industries
show economy.mx_exports --from 2024-Q1
show investment.mx_direct --freq A --from 2020
show work.us_unemployment --from 2025-07
show work.mx_insured_jobs --from 2025-06
show education.us_schooling --place AZ --from 2012
show fx.usd_mxn --freq A --json-schema
simulate --port nogales-mariposa --day 2025-07-14 --replications 2
staff sasabe --day 2025-07-14 --replications 2 --seed 3 --mode waits --keep --workspace kept
staff lukeville --day 2025-07-14 --replications 2 --officers officers.toml --floors floors.toml --out planned
staff lukeville --day 2025-07-14 --replications 2 --officers officers.toml --floors many.toml
staff lukeville --day 2025-07-14 --officers wrong-officers.toml
staff lukeville --day 2020-07-14 --mode worked
staff sasabe --day 2025-07-14 --mode frontier --replications 2
staff sasabe --day 2025-07-14 --replications 2 --table shifts
staff nogales --day 2025-07-14
whatif
whatif lane_more lukeville --day 2025-07-14 --replications 2 --seed 3 --keep --workspace kept
whatif closed_next_door nogales-mariposa --day 2025-07-14 --replications 2 --out whatif --table figures
whatif lane_more lukeville
whatif nothing lukeville --day 2025-07-14
whatif closed_next_door lukeville --day 2025-07-14
staff sasabe --day 2025-07-14 --target soon
register list commitment --late
register list agreement --expiring
register list --text nobodyknows
register list commitment --as-of 2020-01-01
register list commitment --as-of yesterday
register show agreement minute-323
register show commitment border-master-plan-2013
register show agreement minute-32
register statuses
register verify
register add office stop --set name.en=Stop --set side=US-AZ --office ambos
register add commitment stop --set name.en=Stop --set due=later --office adot
register update agreement minute-323 --set to=2027 --office nobody
register accept agreement minute-323 --hash 00000000 --office adot
register evidence border-master-plan-2013 --en Plan --on 2013 --office adot
register import records.csv --office adot --workspace kept
register import records.csv --office adot --propose --why again --workspace kept
register import wrong-records.csv --office adot
register import wrong-records.toml --office adot
register import absent.xlsx --office adot
register export all.toml
register export meetings.csv --kind meeting
register export meetings.txt
register due --side US-AZ --responsible adot --as-of 2026-11-30 --office adot --table due --url sqlite:///other.sqlite
register export old.toml --as-of 2026-11-30 --office adot --table exported --url sqlite:///other.sqlite
register import records.csv --office adot --table imported --url sqlite:///other.sqlite
calendar --url sqlite:///other.sqlite
register list commitment --committee tourism-2025 --objective economy --meeting plenary-2024 --side US-AZ --responsible adot --status ongoing --group open
register list --type mou --due-from 2026-01-01 --due-to 2027-01-01 --expired --no-news --agreed --kept
register list commitment --draft --withdrawn --office adot
register list meeting --order made --descending --limit 3 --offset 1 --table records --url sqlite:///other.sqlite
register show agreement minute-323 --as-of 2026-11-30 --office adot --table fields --url sqlite:///other.sqlite
register statuses --table statuses
register verify --head 00000000 --table verify --url sqlite:///other.sqlite
register add commitment stop --set name.en=Stop --propose --why Plan --office adot --table fields --url sqlite:///other.sqlite
register update commitment stop --step 1=2026 --base 1 --why Plan --office adot --table fields --url sqlite:///other.sqlite
register update commitment stop --unset due --propose --office adot
register update commitment stop --withdraw --office adot
register accept commitment stop --outcome --why Plan --hash 00000000 --office adot --table fields --url sqlite:///other.sqlite
register accept agreement minute-323 --take-back --office adot
register evidence border-master-plan-2013 --es Plan --address https://example.org --why Plan --office adot --table evidence --url sqlite:///other.sqlite
register comment agreement minute-323 --text Good --language en --organisation Firm --table fields --url sqlite:///other.sqlite
register moderate c-1 publish --en Yes --es Sí --office adot --table fields --url sqlite:///other.sqlite
register reply c-1 --en Yes --es Sí --office adot --table fields --url sqlite:///other.sqlite
register due
register due --within 800 --committee water-environment-2025
calendar
calendar --from 2024 --table calendar
calendar commission.ics
register report
register report --since 2024-10-25 --table agreements
register report --as-of 2026-11-29
register report --out reported --sections progress --format html
register report --out reported --sections ranking --format html --scores scores.csv --weights weights.csv --top 1
register report --url nowhere
register report --format pdf
register report --out reported --sections progres
register rank
register rank --scores scores.csv
register rank --table scheme
register rank --url nowhere
register rank --scores scores.csv --weights weights.csv --top 1
register rank --scores weights.csv --weights weights.csv
register account
register account add nobody --role writer --name other
register account --table accounts
register account --url nonsense
register account close nobody
simulate --port nogales-mariposa --day 2025-07-14 --replications 2 --priors
simulate --port sasabe --year 2024 --replications 2 --priors
calibrate sasabe
calibrate lukeville --from 2025-04-01 --to 2025-06-30 --table tested --workspace kept
simulate --port sasabe --year 2024 --replications 2
simulate --port lukeville --year 2024 --reported --replications 2
simulate --port nogales-mariposa --day 2025-07-14 --reported --replications 2
simulate --all --day 2025-07-14 --replications 1
simulate
simulate --schema
simulate morning.toml --replications 2 --seed 3
simulate morning.toml --replications 2 --out runs
simulate morning.toml --replications 2 --seed 3 --table nothing
simulate absent.toml
simulate wrong.toml
compare morning.toml fewer.toml --replications 2 --seed 3
compare morning.toml fewer.toml --replications 2 --seed 3 --out compared
compare morning.toml fewer.toml --replications 2 --table nothing
compare morning.toml absent.toml
simulate morning.toml --replications 2 --seed 3 --keep --workspace kept
compare morning.toml fewer.toml --replications 2 --seed 3 --keep --workspace kept
runs --workspace kept
forecast
forecast waits 260301 --class commercial/standard --at 2026-06-20T12:00
forecast waits 260301 --class commercial/standard --at 2026-06-20T12:00 --table errors
forecast waits 260301 --class nothing
forecast waits 260301 --at yesterday
forecast waits 260301 --at 2030-01-01T12:00
forecast waits 260301 --at 2025-04-01T12:00
forecast waits nogales
forecast waits nowhere
alerts
alerts --again
alerts --table rules
alerts deliver --again
runs nothing --workspace kept
runs --workspace kept --table runs
river cap --year 2026
river cap --year 2022 --cut 512000
river cap --year 2022 --elevation 1044.82
river cap --year 2022 --cut 512000 --supply 1400000
river cap --year 2022 --cut 512000 --csv --table pools
river cap --year 2031 --cut 5
river ledger
river ledger --year 2024
river ledger --year 1950
river ledger --year 2021 --csv --table months
river outlook --years 3 --traces 30 --seed 1
river outlook --years 2 --traces 10 --seed 1 --set continued --since 1988 --mead 1050 --powell 3525 --start 2026-10
river outlook --years 2 --traces 10 --seed 1 --mexico 120
river outlook --from traces.csv
river outlook --from traces.csv --table nothing
river outlook --from traces.csv --seed 1
river outlook --years 2 --traces 5 --out traces_out.csv
river status --table rules
river schedule --year 2026 --table rules
river plant
river plant --flow 10 --unit mgd --concentration 30 --retain 60
river plant --flow ten
river plant --table flows
river reserve
river reserve --table rules
river reserve --year 2026 --opening 100 --created 60000 --delivered 30000
river reserve --year 2026 --delivered 200000
river scenario
river scenario --elevation 1041.06
river scenario --elevation 990 --set supply_priority --mexico 120
river scenario --elevation 1060 --probabilities
river scenario --set nothing
river scenario --csv --table crossings
river schedule --year 2026 --order 1270000
river schedule --year 2021 --created 38962 --delivered 35023 --like 2021 --unit hm3
river schedule --file year.csv --year 2026 --order 1270000
river schedule --file absent.csv --year 2026
river status
river status --year 2023
river status --year 2027
river status --as-of 2022-08-30 --year 2023
river status --year 2026 --elevation 1020
river status --year 2026 --elevation 1170 --flood-control
river status --year 2025 --observed
air design daily.csv
air design daily.csv --year 2023 --every 6
air design daily.csv --date 2024-01-01
air design daily.csv --table completeness
air design --station 04-023-0004
air design absent.csv
air exceedances hourly.csv
air exceedances hourly.csv --table exceedances
air exceedances --station 04-023-0004 --workspace stations
air health
air health --workspace stations
air health --table silent
air idling
air idling --port nogales --year 2025 --less 85
air idling --year 2025 --table months
air index --pollutant pm25 --value 28.4 --date 2026-11-01
air index --pollutant o3 --value 80 --unit ppb --hours 8
air index --pollutant pm25 --value -5
air index --pollutant pm25 --value 5 --table limits
air index --pollutant pm2
air index --series hourly.csv
air index --series hourly.csv --area
air index --station 04-023-0004 --workspace stations
air pair
air pair --stations 04-023-0004 187 --pollutant pm25
air pair hourly.csv --pair nogales
air pair hourly.csv --pair yuma
air pair hourly.csv --pair nogales --table lags
air readings nogales_post_office --workspace stations
air readings 04-023-0004 --workspace stations --pollutant pm25 --network aqs --monitor 88101-3 --from 2024 --to 2024
air readings nowhere
series
series trucks
series nothing-like-it
series trucks --table series
series trucks --json-schema
places
places nogales
places --all
places nogales --table places
sources
sources --table left_out
sources --workspace stations
check data
check data --place nogales
check data --check nothing
check data --place nogales --table findings
check definitions
check definitions --table definitions
check definitions --region specimens/example_region
check definitions --region nowhere
check claim
check claim trade_2022
check claim trade_2022 --table verdicts
check claim "Arizona exported $8.9 billion in goods to Mexico in 2024."
check claim "Sonora exportó 28,471 millones de dólares en 2024." --yes --as-of 2026-10-01
check claim nothing_of_this_name
check claim nothing.toml
check store
check store --table damaged
check store --workspace stations
check store --repair --workspace stations
fetch nothing
fetch nothing --table outcomes
fetch bts_border_crossing --since yesterday
build --from specimens/bts --as-of 2026-01-01 --workspace built
build --from absent --workspace built
build --from wrong.toml --workspace built --table unrecognised
build --from wrong.toml --workspace built
build --accept absent --workspace built
show crossings.trucks --workspace built --freq A --place nogales
sources --workspace built
snapshot
snapshot --from specimens/example_region/data --region nowhere
snapshot --from specimens/example_region/data --region specimens/example_region
show crossings.trucks --region specimens/example_region
reference --write pages
reference --check pages
reference --check specimens
brief --out dossier
brief --out dossier_then --as-of 2026-10-01
brief --out dossier_part --sections money,economy --since 2026-03-31 --format summary,slides
"""

OFFICERS = """[officers]
most = 40
[[shift]]
name = "day"
starts = ["05:00", "06:00", "13:00"]
hours = {hours}
"""
FLOORS = """[[floor]]
line = "lukeville.pov.standard"
lanes = {lanes}
"""
MORNING = """
[scenario]
name = {{ en = "A morning", es = "Una mañana" }}
length = 240
[[line]]
id = "general"
crossing = "here"
mode = "pov"
class = "standard"
service = {{ law = "exponential", mean = 1.0 }}
spacing_m = 7.5
approach_m = 300
[[stream]]
id = "general"
line = "general"
rates = 100
[[booth]]
id = "booth"
crossing = "here"
count = 2
lines = ["general"]
lanes = {lanes}
"""


def verbs() -> dict[tuple[str, ...], click.Command]:
    """Every verb and sub-verb of the parser, by its words."""
    from ambos.cli import program

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command, obj="en")
            for name in command.list_commands(context):
                if under := command.get_command(context, name):
                    yield from walk(under, (*words, name))

    return dict(walk(program("en"), ()))


def verb_of(words: list[str], known: dict[tuple[str, ...], click.Command]) -> tuple[str, ...]:
    """The longest verb that a command line begins with."""
    return max((v for v in known if tuple(words[: len(v)]) == v), key=len)


def command_lines() -> list[list[str]]:
    """The help of every verb, then `COMMANDS`, each in all forms that its verb can print. In order: some build."""
    known = verbs()
    lines = [[*verb, "--help"] for verb in known]
    for words in map(shlex.split, COMMANDS.strip().splitlines()):
        options = {name for p in known[verb_of(words, known)].params for name in p.opts}
        lines += [words, *([*words, form] for form in ("--json", "--csv") if form in options)]
    return lines


def write_files(folder: Path) -> None:
    """Write the made-up files that `COMMANDS` name."""
    from air_samples import aqs, aqs_hour

    days = [date(2023, 1, 1) + timedelta(days=k) for k in range(1096)]
    hours = [f"2026-03-{d:02}T{h:02}:00-07:00" for d in range(1, 8) for h in range(24)]
    schedule = [f"{m},100000,{125000 if m == 3 else ''},2025-12-10,12000" for m in range(1, 13)]
    tables = {
        "daily.csv": ["station,day,pollutant,value,unit", *(f"here,{d},pm25,9.19,ug/m3" for d in days)],
        "hourly.csv": [
            "station,time,pollutant,value,unit",
            *(f"{s},{t},pm25,{v},ug/m3" for s, v in (("04-023-0004", 30), ("187", 60)) for t in hours),
        ],
        "traces.csv": ["trace,year,elevation_ft", "1,2026,1091", "2,2026,1050.00", "3,2026,1049.99", "4,2026,990"],
        "year.csv": ["month,scheduled,revised,notice,land", *schedule],
        "morning.toml": [MORNING.format(lanes=2)],
        "weights.csv": ["criterion,port-of-entry,rail", "capacity,60,100", "cost,40,"],
        "records.csv": [
            "record,id,name.en,name.es,due,text.en,series,place,period",
            "commitment,sign,Put up signs,Poner letreros,2027-03,,,,",
            "commitment.step,sign,,,2027-01,Draw them,,,",
            "commitment.linked,sign,,,,,crossings.trucks,douglas,2023",
        ],
        "wrong-records.csv": [
            "record,id,name.en,due",
            "commitment,sign,Signs,soon",
            "comitment,Road,,",
            "meeting,m,M,",
        ],
        "wrong-records.toml": ["[commitment.sign]", 'name = { en = "S" }', 'committee = "nowhere"', "duee = 2027"],
        "scores.csv": ["project,type,capacity,cost", "a,port-of-entry,8,2", "b,port-of-entry,4,7", "c,rail,,1"],
        "fewer.toml": [MORNING.format(lanes=1)],
        "officers.toml": [OFFICERS.format(hours=8)],
        "wrong-officers.toml": [OFFICERS.format(hours=80)],
        "floors.toml": [FLOORS.format(lanes=2)],
        "many.toml": [FLOORS.format(lanes=30)],
        "wrong.toml": [MORNING.format(lanes=2).replace("spacing_m", "spacing")],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "aqs.json").write_bytes(aqs(aqs_hour(0, 28.4), aqs_hour(1, -0.3), aqs_hour(2, None), aqs_hour(3, 40.0)))
    shutil.copytree(ROOT / "tests" / "specimens", folder / "specimens")


def stop_the_clock() -> None:
    """Let every workspace think that it is `NOW`."""
    from ambos.flows import workspace

    made = workspace.Workspace.__init__
    assert made.__defaults__ and workspace.utc_now in made.__defaults__
    made.__defaults__ = tuple((lambda: NOW) if d is workspace.utc_now else d for d in made.__defaults__)


def record_language(language: str, into: Path) -> None:
    """Run all command lines in this process's language, each in a fork; see `tests/command_line.py`."""
    import command_line
    from ambos.cli import main
    from ambos.crossing.simulate import warm_up

    stop_the_clock()
    warm_up()  # else the first simulation says that it is compiled
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        write_files(folder)
        os.chdir(folder)
        before = written(folder)
        for words in command_lines():
            result = command_line.run({"arguments": words, "environment": {"COLUMNS": "200"}}, main)
            after = written(folder)
            parts = [
                f"$ ambos {shlex.join(words)}\nexit {result['code']}\n",
                result["out"],
                "-- stderr\n",
                result["err"],
            ]
            for path in sorted(p for p in after if after[p] != before.get(p)):
                parts += [f"-- {path.relative_to(folder)}\n", path.read_text(encoding="utf-8")]
            before = after
            text = "".join(parts).replace(str(folder), "FOLDER").replace(str(ROOT), "ROOT")
            (into / file_name(language, words)).write_text(text, encoding="utf-8")


def file_name(language: str, words: list[str]) -> str:
    """The name of a command line's recording."""
    return f"{language}.{re.sub(r'[^A-Za-z0-9.]+', '-', '-'.join(words)).strip('-')}.txt"


def written(folder: Path) -> dict[Path, int]:
    """The text files that command lines wrote, outside of stores, with the time of each."""
    found = (p for p in folder.rglob("*") if p.suffix in (".csv", ".json", ".html", ".md", ".toml"))
    return {
        p: p.stat().st_mtime_ns
        for p in found
        if not {".ambos", "stations", "built", "kept"} & {*p.relative_to(folder).parts}
    }


def record(into: Path) -> None:
    """Record both languages at once, each in a process of its own; what is in the folder is replaced."""
    if into.exists() and any(p.suffix != ".txt" for p in into.iterdir()):
        sys.exit(f"{into} holds more than recordings; name another folder.")
    shutil.rmtree(into, ignore_errors=True)
    dropped = ("AMBOS_", "LC_", "LANG", "AQS_", "AIRNOW_", "OPENAQ_", "BANXICO_", "CENSUS_", "BTS_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests")))
    environment["PYTHONHASHSEED"] = "0"
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "--lang", language, str(into.resolve())],
            env={**environment, "AMBOS_LANG": language},
        )
        for language in LANGUAGES
    ]
    codes = [process.wait() for process in running]
    if any(codes):
        sys.exit("Recording failed.")


def compare(folder: Path) -> int:
    """Record again and show what differs; the number of files that do."""
    with tempfile.TemporaryDirectory() as temporary:
        record(Path(temporary) / "now")
        old, new = (
            {p.name: p.read_text(encoding="utf-8") for p in f.iterdir()} for f in (folder, Path(temporary) / "now")
        )
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    for name in differing:
        pair = (old.get(name, "").splitlines(), new.get(name, "").splitlines())
        lines = [x for x in difflib.unified_diff(*pair, n=0, lineterm="") if not x.startswith(("---", "+++"))]
        print(f"{name}: {len(lines)}", *(f"  {x[:200]}" for x in lines[:SHOWN]), sep="\n")
    print(f"{len(new)} recorded, {len(differing)} differ.")
    return len(differing)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--lang", language, into]:
            record_language(language, Path(into))
        case ["record", into]:
            record(Path(into))
        case ["compare", folder] if Path(folder).is_dir():
            sys.exit(compare(Path(folder)) > 0)
        case _:
            sys.exit(__doc__)
