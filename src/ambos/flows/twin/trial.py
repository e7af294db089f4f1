"""A decision tried on the twin: a crossing on a day, changed; as it is beside it, with the same travellers.

A trial is named by the hash of its question, so that the same question is played once and its address lasts. Its answers
are kept as runs of the workspace (`ambos.flows.twin.runs`), its pictures and scenario files in a folder beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ambos import __version__
from ambos.briefing.chart_day import svg
from ambos.errors import AmbosError, BadRequest, UnknownName
from ambos.flows.twin import by_question, compare, runs, simulate
from ambos.flows.twin.cells import class_name, crossing_name, stage_name
from ambos.flows.twin.page import figures
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import Progress, Run
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer
from ambos.model.crossing import Scenario
from ambos.text import LANGUAGES, Language, Text

#: Names of the parts of a trial: the answer of a scenario or of two, and the file and pictures of each scenario.
COMPARED, AS_IS, CHANGED = "compared", "as_is", "changed"
_PIXELS = 900
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):(00|15|30|45)")


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Options of a class of a crossing that a trial can change.

    Attributes
    ----------
    id : str
    name : Text
    opens, closes : str
        Clock times; equal for all day.
    lanes : tuple of int
        Lanes open at each hour.
    referred, random : float
        Share sent to a station, and the part of it that is chosen at random.
    station : str
        Its id; "" if none are sent.
    shared : bool
        Whether its travellers may choose another crossing, so that it has no demand that could be changed by itself.
    """

    id: str
    name: Text
    opens: str
    closes: str
    lanes: tuple[int, ...]
    referred: float
    random: float
    station: str
    shared: bool


@dataclass(frozen=True, slots=True)
class StationChoice:
    """A station of which the staff can be changed."""

    id: str
    name: Text
    servers: int


@dataclass(frozen=True, slots=True)
class Choices:
    """A crossing as it is on a day, and what can be changed of it."""

    crossing: Text
    lines: tuple[LineChoice, ...]
    stations: tuple[StationChoice, ...]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A change of a class; what is empty or None stays as it is.

    Attributes
    ----------
    line : str
    add_lanes : int
        More lanes, or fewer, from `start` to `end` (clock times), or while any is open.
    start, end : str
    lanes : tuple of int
        Lanes of each hour, instead of `add_lanes`.
    opens, closes : str
    demand : float or None
        Factor.
    referred : float or None
        Share sent to the station.
    """

    line: str
    add_lanes: int = 0
    start: str = ""
    end: str = ""
    lanes: tuple[int, ...] = ()
    opens: str = ""
    closes: str = ""
    demand: float | None = None
    referred: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The scenarios that a trial runs.

    Attributes
    ----------
    scenarios : tuple of str
        One scenario file (TOML), or two: as it is, and changed.
    replications, seed : int
    """

    scenarios: tuple[str, ...]
    replications: int
    seed: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that was played.

    Attributes
    ----------
    question : Question
    answers : mapping of str to Answer
        `CHANGED`, and with two scenarios `AS_IS` and `COMPARED`.
    pictures : mapping of str to int
        How many pictures there are of each scenario.
    """

    question: Question
    answers: Mapping[str, Answer]
    pictures: Mapping[str, int]


def crossings(workspace: Workspace) -> list[tuple[str, Text]]:
    """List the crossings that can be simulated, by id and name."""
    twin, catalog = PortDays(workspace).twin, workspace.catalog
    return [(c.id, catalog.places[c.place].name) for c in twin.crossings.values()]


def choices(workspace: Workspace, crossing: str, day: date) -> Choices:
    """Say how a crossing is on a day.

    Raises
    ------
    BadRequest, UnknownName, NoData
        As `ambos.flows.twin.port_days.PortDays`.
    """
    scenario = PortDays(workspace)((crossing,), day)
    catalog = workspace.catalog
    shared = {o.line for s in scenario.streams if len(s.options) > 1 for o in s.options}
    lines = []
    for line in scenario.lines:
        first = line.referrals[0] if line.referrals else None
        lines.append(
            LineChoice(
                line.id,
                class_name(catalog, line),
                _clock(line.opens),
                _clock(line.closes),
                _lanes(scenario, line.id),
                first.random + first.risk if first else 0.0,
                first.random if first else 0.0,
                first.station if first else "",
                line.id in shared,
            )
        )
    stations = tuple(
        StationChoice(s.id, stage_name(catalog, s.id), max(s.servers)) for s in scenario.stations if s.servers
    )
    return Choices(crossing_name(catalog, scenario.lines[0].crossing), tuple(lines), stations)


def _lanes(scenario: Scenario, line: str) -> tuple[int, ...]:
    """Count the booths that serve a line in the middle of each hour."""
    middles = [60 * hour + 30 for hour in range(24)]
    open_now = [
        sum(any(s.start <= m < s.end and line in s.lines for s in booth.shifts) for booth in scenario.booths)
        for m in middles
    ]
    return tuple(open_now)


def question(
    workspace: Workspace,
    crossing: str,
    day: date,
    changes: Sequence[LineChange] = (),
    *,
    servers: Mapping[str, int] | None = None,
    demand: float | None = None,
    replications: int,
    seed: int,
) -> Question:
    """Write a decision as scenario files: the crossing as it is, and changed if anything is.

    Parameters
    ----------
    workspace : Workspace
    crossing : str
        Id or name.
    day : date
    changes : sequence of LineChange
    servers : mapping of str to int
        Staffed places of stations.
    demand : float, optional
        Factor of all arrivals.
    replications, seed : int

    Raises
    ------
    BadRequest, UnknownName, NoData
        If there is no such crossing, day, class or station, or a time is none.
    """
    known = choices(workspace, crossing, day)
    by_line = {line.id: line for line in known.lines}
    by_station = {station.id for station in known.stations}
    head = [f"port = {json.dumps(crossing)}", f"day = {day.isoformat()}"]
    changed = list(head)
    if demand is not None:
        changed.append(f"demand = {demand:g}")
    blocks = []
    for change in changes:
        if change.line not in by_line:
            raise UnknownName(kind=Text("class", "la clase"), name=change.line, nearest=", ".join(by_line))
        if body := _change(change, by_line[change.line]):
            blocks.append([f"line = {json.dumps(change.line)}", *body])
    for station, count in (servers or {}).items():
        if station not in by_station:
            raise UnknownName(kind=Text("station", "la estación"), name=station, nearest=", ".join(by_station))
        blocks.append([f"station = {json.dumps(station)}", f"servers = {count}"])
    as_is = "\n".join(["[scenario]", *head, ""])
    if changed == head and not blocks:
        return Question((as_is,), replications, seed)
    parts = ["\n".join(["[scenario]", *changed, ""]), *("\n".join(["[[change]]", *block, ""]) for block in blocks)]
    return Question((as_is, "\n".join(parts)), replications, seed)


def _change(change: LineChange, line: LineChoice) -> list[str]:
    """Write a change in words."""
    body = []
    if change.lanes:
        body.append(f"lanes = [{', '.join(map(str, change.lanes))}]")
    elif change.add_lanes:
        body.append(f"add_lanes = {change.add_lanes}")
        body += [f'{key} = "{_time(time)}"' for key, time in (("from", change.start), ("to", change.end)) if time]
    body += [f'{key} = "{_time(time)}"' for key, time in (("opens", change.opens), ("closes", change.closes)) if time]
    if change.demand is not None:
        body.append(f"demand = {change.demand:g}")
    if change.referred is not None and line.station:
        random = min(line.random, change.referred)
        shares = f"random = {random:g}, risk = {change.referred - random:.6g}"
        body.append(f"referrals = [{{ station = {json.dumps(line.station)}, {shares} }}]")
    return body


def _time(text: str) -> str:
    """A clock time on a quarter-hour, as it was written."""
    if not _CLOCK.fullmatch(text):
        raise BadRequest(
            detail=Text(
                f"{text[:20]!r} is no time on a quarter-hour; write 06:00 or 22:30.",
                f"{text[:20]!r} no es una hora en cuartos; escriba 06:00 o 22:30.",
            )
        )
    return text


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def name_of(workspace: Workspace, asked: Question) -> str:
    """Name a question: another name for other scenarios, draws, figures or another version of Ambos."""
    parts = (__version__, workspace.store.fingerprint(), asked.replications, asked.seed, *asked.scenarios)
    return by_question.name_of(parts)


def play(workspace: Workspace, asked: Question, progress: Progress | None = None) -> Path:
    """Play a trial and keep it.

    Parameters
    ----------
    workspace : Workspace
    asked : Question
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Returns
    -------
    Path
        The folder in which its pictures are.

    Raises
    ------
    BadScenario, BadRequest, UnknownName, NoData
        As `ambos simulate` and `ambos compare`.
    CannotWrite
        If the workspace cannot be written to.
    """
    played: dict[str, Run] = {}
    answers: dict[str, Answer] = {}
    count, seed = asked.replications, asked.seed
    files = [text.encode() for text in asked.scenarios]
    if len(files) == 1:
        played[CHANGED] = simulate.simulate(workspace, files[0], replications=count, seed=seed, progress=progress)
    else:
        both = compare.compare(workspace, files[0], files[1], replications=count, seed=seed, progress=progress)
        played |= {AS_IS: both.first, CHANGED: both.second}
        answers[COMPARED] = compare.answer(both)
    answers |= {part: simulate.answer(run) for part, run in played.items()}
    folder = _folder(workspace, name_of(workspace, asked))
    drawn = {part: figures(run) for part, run in played.items()}
    kept = {part: runs.keep(workspace, answer).stem for part, answer in answers.items()}
    content = {
        "scenarios": asked.scenarios,
        "replications": count,
        "seed": seed,
        "answers": kept,
        "pictures": {part: len(pictures) for part, pictures in drawn.items()},
    }
    texts = {
        f"{part}-{number}.{language}.svg": svg(picture, language, _PIXELS, f"{part}-{number}")
        for part, pictures in drawn.items()
        for number, picture in enumerate(pictures)
        for language in LANGUAGES
    }
    by_question.write(folder, texts | {"trial.json": json.dumps(content)})
    return folder


def kept(workspace: Workspace, name: str) -> Trial | None:
    """Read a trial; None if there is none of that name.

    Raises
    ------
    RunDamaged
        If its files are not what was kept.
    """

    def read(content: dict[str, Any]) -> Trial:
        asked = Question(tuple(content["scenarios"]), content["replications"], content["seed"])
        answers = {part: runs.show(workspace, run) for part, run in content["answers"].items()}
        return Trial(asked, answers, content["pictures"])

    return by_question.read(_folder(workspace, ""), name, "trial.json", read)


def titles(workspace: Workspace) -> list[tuple[str, Text]]:
    """List the trials that are kept by name, each with its title; of a damaged one that is its name."""
    listed = []
    for path in sorted(_folder(workspace, "").glob("*/trial.json")):
        name = path.parent.name
        try:
            found = kept(workspace, name)
        except AmbosError:
            listed.append((name, Text.same(name)))
        else:
            listed += [(name, found.answers[CHANGED].title)] if found else []
    return listed


def picture(workspace: Workspace, name: str, part: str, number: int, language: Language) -> str | None:
    """Read a picture of a trial, an SVG; None if there is none."""
    if not by_question.NAME.fullmatch(name) or part not in (AS_IS, CHANGED):
        return None
    path = _folder(workspace, name) / f"{part}-{number}.{language}.svg"
    return path.read_text("utf-8") if path.is_file() else None


def _folder(workspace: Workspace, name: str) -> Path:
    return workspace.folder / "runs" / "trials" / name
