"""A plan of lanes and officers asked for on the web: made once, kept under the hash of its question.

Its answer is a run of the workspace (`ambos.flows.twin.runs`), its picture lies in a folder beside it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ambos import __version__
from ambos.briefing.chart_day import svg
from ambos.errors import UnknownName
from ambos.flows.twin import by_question, runs
from ambos.flows.twin.simulate import Progress
from ambos.flows.twin.staff import Mode, answer, read_target, staff
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer
from ambos.text import LANGUAGES, Language, Text

_PIXELS = 900


@dataclass(frozen=True, slots=True)
class StaffQuestion:
    """What a plan is asked for; texts are as typed, "" where nothing is said."""

    crossing: str
    day: date
    mode: Mode
    target: str  #: With mode ``officers``.
    officers: str  #: A file of officers, its text.
    floors: str  #: A file of floors, its text.
    replications: int
    seed: int


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """A plan that was made."""

    answer: Answer
    drawn: bool  #: Whether there is a picture: of a plan, not of rules that clash.


def name_of(workspace: Workspace, asked: StaffQuestion) -> str:
    """Name a question: another name for other words, figures or another version of Ambos."""
    parts = (__version__, workspace.store.fingerprint(), {k: str(v) for k, v in asdict(asked).items()})
    return by_question.name_of(parts)


def check(workspace: Workspace, asked: StaffQuestion) -> None:
    """Refuse what can be refused at once.

    Raises
    ------
    BadRequest, UnknownName, NoData
    """
    from ambos.flows.twin.port_days import PortDays
    from ambos.flows.twin.staff import one_crossing

    if asked.target:
        read_target(asked.target)
    one_crossing(PortDays(workspace), asked.crossing, asked.day)


def play(workspace: Workspace, asked: StaffQuestion, progress: Progress | None = None) -> Path:
    """Make a plan and keep it; the folder in which its picture is.

    Raises
    ------
    BadRequest, BadScenario, UnknownName, NoData
        As `ambos.flows.twin.staff.staff`.
    CannotWrite
        If the workspace cannot be written to.
    """
    from ambos.flows.twin.staff_page import picture

    made = staff(
        workspace,
        asked.crossing,
        asked.day,
        mode=asked.mode,
        target=asked.target or None,
        officers=asked.officers.encode() if asked.officers else None,
        floors=asked.floors.encode() if asked.floors else None,
        replications=asked.replications,
        seed=asked.seed,
        progress=progress,
    )
    run = runs.keep(workspace, answer(made)).stem
    folder = _folder(workspace, name_of(workspace, asked))
    drawn = {}
    if made.plan:
        figure = picture(made)
        drawn = {f"plan.{language}.svg": svg(figure, language, _PIXELS, "plan") for language in LANGUAGES}
    by_question.write(folder, drawn | {"plan.json": json.dumps({"answer": run, "drawn": made.plan is not None})})
    return folder


def kept(workspace: Workspace, name: str) -> StaffPlan | None:
    """Read a plan; None if there is none of that name.

    Raises
    ------
    RunDamaged
        If its files are not what was kept.
    """

    def read(content: dict[str, Any]) -> StaffPlan:
        return StaffPlan(runs.show(workspace, content["answer"]), bool(content["drawn"]))

    return by_question.read(_folder(workspace, ""), name, "plan.json", read)


def kept_answer(workspace: Workspace, plan: str) -> Answer:
    """Read the answer of a plan.

    Parameters
    ----------
    workspace : Workspace
    plan : str
        Its name.

    Raises
    ------
    UnknownName
        If there is none of that name.
    RunDamaged
        If its files are not what was kept.
    """
    made = kept(workspace, plan)
    if made is None:
        raise UnknownName(kind=Text("kept plan", "el plan guardado"), name=plan, nearest="–")
    return made.answer


def drawing(workspace: Workspace, name: str, language: Language) -> str | None:
    """Read the picture of a plan, an SVG; None if there is none."""
    path = _folder(workspace, name) / f"plan.{language}.svg"
    return path.read_text("utf-8") if by_question.NAME.fullmatch(name) and path.is_file() else None


def _folder(workspace: Workspace, name: str) -> Path:
    return workspace.folder / "runs" / "plans" / name
