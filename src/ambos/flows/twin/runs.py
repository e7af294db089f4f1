"""`ambos runs`: answers of the twin kept in the workspace, each in a file named by the hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ambos.errors import AmbosError, CannotOpen, CannotWrite, RunDamaged, UnknownName, bad_request, reason
from ambos.files import make_folder, whole
from ambos.flows.twin.cells import heads
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Column, Named, Shown, Table, View
from ambos.text import Text

#: Names of the methods by the id of their answers.
METHODS = {
    "simulate": Text("twin, a day", "gemelo, un día"),
    "simulate.year": Text("twin, a year", "gemelo, un año"),
    "simulate.reported": Text("twin, a year beside reported waits", "gemelo, un año junto a las esperas reportadas"),
    "staff": Text("twin, plan of lanes and officers", "gemelo, plan de carriles y oficiales"),
    "staff.frontier": Text("twin, security against waits", "gemelo, seguridad frente a esperas"),
    "whatif": Text("twin, what-if", "gemelo, supuesto"),
    "calibrate": Text("calibration of the twin", "calibración del gemelo"),
    "compare": Text("twin, two scenarios", "gemelo, dos escenarios"),
}
#: What a kept answer is made of.
_KINDS = {kind.__name__: kind for kind in (Answer, Column, Named, Shown, Table, Text, View)}
#: Hexadecimal digits of a run's name, and the fewest by which it may be asked for.
_DIGITS, _FEWEST = 16, 4


def keep(workspace: Workspace, answer: Answer) -> Path:
    """Keep an answer of the twin in the workspace; the same answer is the same file.

    Parameters
    ----------
    workspace : Workspace
    answer : Answer
        Of `ambos simulate` or `ambos compare`; the files that it wrote are not kept with it.

    Returns
    -------
    Path
        The file; its name without the suffix is what `show` takes.

    Raises
    ------
    CannotWrite
        If the workspace cannot be written to.
    """
    content = {"status": "E", "answer": _encode(replace(answer, files=()))}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    folder = _folder(workspace)
    path = folder / f"{_name(body)}.json"
    try:
        make_folder(folder)
        with whole(path) as beside:
            beside.write_bytes(body)
    except OSError as error:
        raise CannotWrite(path=folder, detail=reason(error)) from error
    return path


def show(workspace: Workspace, run: str) -> Answer:
    """Read a kept answer.

    Parameters
    ----------
    workspace : Workspace
    run : str
        Its name, or the first digits of it.

    Raises
    ------
    UnknownName
        If no such run is kept.
    BadRequest
        If several begin so, or fewer than four digits are given.
    RunDamaged, CannotOpen
        If the file is not what was kept, or cannot be read.
    """
    names = [path.stem for path in _paths(workspace)]
    chosen = [name for name in names if name.startswith(run.lower())]
    if len(run) < _FEWEST or len(chosen) > 1:
        raise bad_request(
            f"{run!r} is too short for the name of a run; ambos runs lists them.",
            f"{run!r} es muy corto para el nombre de una corrida; ambos runs las enumera.",
        )
    if not chosen:
        raise UnknownName(kind=Text("kept run", "la corrida guardada"), name=run, nearest=", ".join(names[:5]) or "–")
    return _read(_folder(workspace) / f"{chosen[0]}.json")


def runs(workspace: Workspace) -> Answer:
    """List the kept answers with what makes each again: method, seed, replications, version, hash of the scenario.

    Returns
    -------
    Answer
        Table ``runs``; damaged files are named in `problems`.
    """
    head = heads(workspace.catalog)
    rows, problems = [], []
    for path in _paths(workspace):
        try:
            answer = _read(path)
        except AmbosError as error:
            problems.append(error.message())
            continue
        facts = answer.facts
        hashes = tuple(str(facts[key]) for key in facts if key.endswith("scenario_hash"))
        rows.append(
            (
                path.stem,
                answer.title,
                Named(answer.id, METHODS.get(answer.id, Text.same(answer.id))),
                *(facts.get(key) for key in ("seed", "replications", "version")),
                "E",
                hashes,
            )
        )
    title = Text("Kept runs, simulated", "Corridas guardadas, simuladas")
    columns = (
        Column("run", Text("Run", "Corrida")),
        Column("title", Text("Scenario", "Escenario")),
        Column("method", Text("Method", "Método")),
        Column("seed", head("seed"), grouped=False),
        Column("replications", head("replications")),
        Column("version", head("version")),
        Column("status", None),
        Column("scenario_hash", None),
    )
    none = Text(
        "No run is kept in this workspace: ambos simulate … --keep keeps one.",
        "En este espacio de trabajo no hay corridas guardadas: ambos simulate … --keep guarda una.",
    )
    return Answer(
        "runs",
        title,
        (Table("runs", title, columns, tuple(rows)),),
        notes=() if rows else (none,),
        problems=tuple(problems),
        failed=bool(problems),
    )


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / "runs"


def _paths(workspace: Workspace) -> list[Path]:
    return sorted(_folder(workspace).glob("[0-9a-f]*.json"))


def _name(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:_DIGITS]


def _read(path: Path) -> Answer:
    """Read a kept answer whose content has the hash that its name says."""
    try:
        body = path.read_bytes()
        if _name(body) != path.stem:
            raise ValueError("hash")
        answer: Answer = _decode(json.loads(body)["answer"])
    except OSError as error:
        raise CannotOpen(path=path, detail=reason(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunDamaged(path=path) from error
    return answer


def _encode(value: object) -> Any:
    """Write an answer as JSON: what is neither text nor number says its kind."""
    kind = type(value).__name__
    if kind in _KINDS:
        given = {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) != f.default}  # type: ignore[arg-type]
        return {"kind": kind, **{name: _encode(one) for name, one in given.items()}}
    if isinstance(value, Mapping):
        return {"kind": "map", "items": {key: _encode(one) for key, one in value.items()}}
    if isinstance(value, tuple | list):
        return [_encode(one) for one in value]
    if isinstance(value, Decimal | date):
        return {"kind": "Decimal" if isinstance(value, Decimal) else "date", "value": str(value)}
    return value


def _decode(value: Any) -> Any:
    """Read what `_encode` wrote."""
    if isinstance(value, list):
        return tuple(map(_decode, value))
    if not isinstance(value, dict):
        return value
    match value:
        case {"kind": "map", "items": items}:
            return {key: _decode(one) for key, one in items.items()}
        case {"kind": "Decimal", "value": text}:
            return Decimal(text)
        case {"kind": "date", "value": text}:
            return date.fromisoformat(text)
    return _KINDS[value["kind"]](**{name: _decode(one) for name, one in value.items() if name != "kind"})
