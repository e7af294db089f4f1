"""A file of the progress report asked for on the web: made once per state of the register, kept under the hash of its question."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ambos import __version__
from ambos.errors import CannotWrite, reason
from ambos.files import make_folder, whole
from ambos.flows.brief.figures import Asked
from ambos.flows.register.open import open_register
from ambos.flows.twin import by_question
from ambos.flows.workspace import Workspace
from ambos.text import Language

#: Forms that the web gives.
FORMS = ("pdf", "docx", "html")
#: Files that are kept; older ones go.
_KEPT = 40


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What a report is asked for.

    Attributes
    ----------
    since : date or None
        The last plenary if None.
    language : {"en", "es"}
    form : str
        One of `FORMS`.
    day : date
        Today.
    events : int
        Number of events in the register.
    """

    since: date | None
    language: Language
    form: str
    day: date
    events: int


def question(workspace: Workspace, since: date | None, language: Language, form: str) -> ReportQuestion:
    """Ask for a report of the register as it is now."""
    return ReportQuestion(since, language, form, workspace.today(), open_register(workspace).count())


def name_of(workspace: Workspace, asked: ReportQuestion) -> str:
    """Name a question: another name for another state of register or store, another day or version of Ambos."""
    parts = (__version__, workspace.store.fingerprint(), {k: str(v) for k, v in asdict(asked).items()})
    return by_question.name_of(parts)


def make(workspace: Workspace, asked: ReportQuestion, progress: Callable[[str, int, int], None]) -> Path:
    """Make the file and keep it.

    Raises
    ------
    BriefFailed
        If the plan of the region has no report.
    CannotWrite
        If the workspace cannot be written to.
    """
    from ambos.flows.brief.report import report_file  # loads what sets pages

    progress("", 0, 1)
    content = report_file(workspace, asked.language, asked.form, asked=Asked(since=asked.since))
    path = _folder(workspace) / f"{name_of(workspace, asked)}.{asked.form}"
    try:
        make_folder(path.parent)
        with whole(path) as beside:
            beside.write_bytes(content)
    except OSError as error:
        raise CannotWrite(path=path, detail=reason(error)) from error
    by_age = sorted(_folder(workspace).iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in by_age[_KEPT:]:
        with suppress(OSError):
            old.unlink()
    return path


def kept(workspace: Workspace, name: str) -> Path | None:
    """Find a file by the name of its question; None if there is none."""
    if not by_question.NAME.fullmatch(name):
        return None
    return next((path for form in FORMS if (path := _folder(workspace) / f"{name}.{form}").is_file()), None)


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / "reports"
