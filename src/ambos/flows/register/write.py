"""`ambos register add`, `update`, `accept`, `evidence`, `comment`, `moderate` and `reply`: what an office does."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from ambos.catalog.register import Given, load_labels, read_record
from ambos.errors import bad_request
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell
from ambos.model.register import KINDS, Comment, Evidence, Phrase, Record
from ambos.text import LANGUAGES, Text

if TYPE_CHECKING:
    from ambos.register.desk import Desk


def set_fields(kind: str, body: Mapping[str, Any], given: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Any]:
    """Set fields of a record as files have it.

    Parameters
    ----------
    kind : str
    body : mapping
    given : iterable of str
        ``key=value``; the key of a part has dots (``name.es``). A value that is a TOML table, list or text in quotes is
        read so, any other is a text; of a list of ids, ids parted by commas.
    taken : iterable of str
        Keys of fields to be emptied.

    Raises
    ------
    BadRequest
        If one has no equals sign, or its key names no part.
    """
    lists = _id_lists(kind)
    changed: dict[str, Any] = _copied(body)
    for one in given:
        key, equals, written = one.partition("=")
        if not equals or not key:
            raise bad_request(
                f"“{one}”: a field is given as KEY=VALUE.", f"«{one}»: un campo se indica como CLAVE=VALOR."
            )
        value: Any = _value(written.strip())
        if key in lists and isinstance(value, str):
            value = [id.strip() for id in value.split(",") if id.strip()]
        _put(changed, key, value)
    for key in taken:
        _put(changed, key, None)
    return changed


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _id_lists(kind: str) -> set[str]:
    hints = get_type_hints(KINDS[kind])
    return {name for name, hint in hints.items() if get_origin(hint) is tuple and get_args(hint)[0] is str}


def _value(written: str) -> Any:
    if written[:1] in ("[", "{", '"', "'"):
        try:
            return tomllib.loads(f"x = {written}")["x"]
        except tomllib.TOMLDecodeError:
            return written
    return written


def _put(body: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    at: Any = body
    for parent in parents:
        at = at.setdefault(parent, {}) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise bad_request(f"“{key}” is no field with parts.", f"«{key}» no es un campo con partes.")
    if value is None:
        at.pop(last, None)
    else:
        at[last] = value


def read(kind: str, id: str, body: Mapping[str, Any]) -> Record:
    """Read a record that a user gave.

    Raises
    ------
    BadRecord
        With every problem, each with the path of its field.
    """
    from ambos.register.desk import bad_record

    file = Given()
    record = read_record(file, kind, id, body, ())
    if file.faults:
        raise bad_record(file)
    return record


def act(
    workspace: Workspace, office: str, kind: str, id: str, title: Text, do: Callable[[Desk], object], *, url: str = ""
) -> Answer:
    """Let an office do something in one transaction, and say what came of it.

    Parameters
    ----------
    workspace : Workspace
    office : str
    kind, id : str
        Of the record.
    title : Text
        What was done.
    do : callable
        Takes the desk; False if nothing was to be done.
    url : str

    Raises
    ------
    UnknownName, NotAllowed, RecordChanged, BadRecord, RegisterFailed
    """
    from ambos.register.rules import content_hash

    register = open_register(workspace, url)
    with register.writing(office, workspace.clock()) as desk:
        before = desk.head[0]
        done = do(desk)
        seq, hash = desk.head
        state = desk.state(kind, id)
    facts: dict[str, Cell] = {
        "kind": kind,
        "id": id,
        "office": office,
        "events": seq - before,
        "event": desk.seq(kind, id),
        "hash": hash,
        "content_hash": content_hash(kind, id, state["record"]) if state else None,
        "draft": state["draft"] if state else None,
    }
    name = load_labels().kind[kind] + Text.same(f" {id}: ")
    if done is False:
        title = Text("nothing differs, nothing was entered.", "nada difiere, no se registró nada.")
    notes = []
    if state and state["draft"] and kind != "comment":
        notes.append(
            Text(
                "It is a draft that its own side sees. Propose it: ambos register update … --propose",
                "Es un borrador que solo ve su propia parte. Propóngalo: ambos register update … --propose",
            )
        )
    return Answer("register.write", name + title, (), facts, head=(name + title,), hints=tuple(notes))


def add(
    workspace: Workspace,
    kind: str,
    id: str,
    given: Iterable[str],
    *,
    office: str,
    why: str = "",
    propose: bool = False,
    url: str = "",
) -> Answer:
    """Enter a record of fields given one by one; see `set_fields` and `act`."""
    record = read(kind, id, set_fields(kind, {}, given))
    title = Text("entered.", "se registró.")
    return act(workspace, office, kind, id, title, lambda desk: desk.create(record, why, draft=not propose), url=url)


def update(
    workspace: Workspace,
    kind: str,
    id: str,
    given: Iterable[str],
    *,
    office: str,
    taken: Iterable[str] = (),
    steps: Iterable[str] = (),
    why: str = "",
    propose: bool = False,
    withdraw: bool = False,
    base: int | None = None,
    url: str = "",
) -> Answer:
    """Change a record: fields, the day on which steps were done, proposing a draft, or withdrawing it.

    Parameters
    ----------
    workspace : Workspace
    kind, id : str
    given, taken : iterable of str
        See `set_fields`.
    office : str
    steps : iterable of str
        ``2=2026-05``: when a step was done; ``2=`` that it was not.
    why : str
    propose, withdraw : bool
    base : int, optional
        Number of the event that the change rests on.
    url : str

    Raises
    ------
    BadRequest, UnknownName, NotAllowed, RecordChanged, BadRecord, RegisterFailed
    """
    given, taken, steps = list(given), list(taken), list(steps)
    if not (given or taken or steps or propose or withdraw):
        raise bad_request("Say what is to change.", "Indique qué debe cambiar.")

    def do(desk: Desk) -> bool:
        done = False
        if given or taken:
            body = desk.body(kind, id)
            only = [one.partition("=")[2] for one in given] if not taken and _keys(given) == ["status"] else []
            if only:
                desk.status(id, only[-1], why)
                done = True
            else:
                done = desk.change(read(kind, id, set_fields(kind, body, given, taken)), why, base=base)
        for one in steps:
            number, _, label = one.partition("=")
            if not number.isdecimal():
                raise bad_request(
                    f"“{one}”: a step is given as NUMBER=DAY.", f"«{one}»: un paso se indica como NÚMERO=FECHA."
                )
            desk.step(id, int(number), label, why)
            done = True
        if propose:
            desk.propose(kind, id, why)
        if withdraw:
            desk.withdraw(kind, id, why)
        return done or propose or withdraw

    title = Text("withdrawn.", "se retiró.") if withdraw else Text("changed.", "se modificó.")
    if propose and not (given or taken or steps):
        title = Text("proposed; it is public now.", "se propuso; ya se ve en público.")
    return act(workspace, office, kind, id, title, do, url=url)


def _keys(given: Iterable[str]) -> list[str]:
    return [one.partition("=")[0] for one in given]


def accept(
    workspace: Workspace,
    kind: str,
    id: str,
    hash: str,
    *,
    office: str,
    outcome: bool = False,
    take_back: bool = False,
    why: str = "",
    url: str = "",
) -> Answer:
    """Accept a record's content or outcome for the side of an office, or take that back.

    Raises
    ------
    BadRequest
        If the content that was read is not named.
    UnknownName, NotAllowed, RecordChanged, RegisterFailed
    """
    if not take_back and len(hash) < 8:
        raise bad_request(
            "Name the content that you accept: --hash, as ambos register show prints it.",
            "Indique el contenido que acepta: --hash, como lo imprime ambos register show.",
        )

    def do(desk: Desk) -> None:
        if take_back:
            desk.take_back(kind, id, why)
        else:
            desk.accept(kind, id, hash, outcome=outcome, why=why)

    title = Text("content accepted.", "contenido aceptado.")
    if outcome:
        title = Text("outcome accepted.", "resultado aceptado.")
    if take_back:
        title = Text("acceptance taken back.", "aceptación retirada.")
    return act(workspace, office, kind, id, title, do, url=url)


def evidence(
    workspace: Workspace,
    id: str,
    text: Phrase,
    *,
    office: str,
    address: str = "",
    on: str = "",
    why: str = "",
    url: str = "",
) -> Answer:
    """Add evidence to a commitment.

    Raises
    ------
    UnknownName, NotAllowed, BadRecord, RegisterFailed
    """
    one = {"text": plain_phrase(text), "url": address, "on": on}
    record = read("commitment", id, {"name": {"en": "?"}, "evidence": [one]})
    found: Evidence = record.evidence[0]  # type: ignore[attr-defined]
    title = Text("evidence added.", "evidencia agregada.")
    return act(workspace, office, "commitment", id, title, lambda desk: desk.evidence(id, found, why), url=url)


def plain_phrase(text: Phrase) -> dict[str, str]:
    """Give a text as files have it."""
    return {k: getattr(text, k) for k in LANGUAGES if getattr(text, k)}


def comment(
    workspace: Workspace,
    target_kind: str,
    target: str,
    text: str,
    *,
    language: str,
    organisation: str = "",
    office: str = "public",
    url: str = "",
) -> Answer:
    """Enter a comment, which is held until it is moderated.

    Raises
    ------
    UnknownName, NotAllowed, BadRecord, RegisterFailed
    """
    from ambos.register.desk import new_comment_id

    id = new_comment_id(text, workspace.clock())
    body = {
        "target_kind": target_kind,
        "target": target,
        "text": text,
        "language": language,
        "organisation": organisation,
    }
    record = read("comment", id, body)
    assert isinstance(record, Comment)
    title = Text(
        "received; it is shown once an office has moderated it.", "se recibió; se muestra cuando una oficina lo modere."
    )
    return act(workspace, office, "comment", id, title, lambda desk: desk.comment(record), url=url)


def moderate(
    workspace: Workspace, id: str, state: Any, *, office: str, reason: Phrase, why: str = "", url: str = ""
) -> Answer:
    """Publish or refuse a comment.

    Raises
    ------
    UnknownName, NotAllowed, RegisterFailed
    """
    title = Text("published.", "se publicó.") if state == "published" else Text("refused.", "se rechazó.")
    return act(workspace, office, "comment", id, title, lambda desk: desk.moderate(id, state, reason, why), url=url)


def reply(workspace: Workspace, id: str, text: Phrase, *, office: str, why: str = "", url: str = "") -> Answer:
    """Reply to a comment as an office.

    Raises
    ------
    UnknownName, NotAllowed, BadRecord, RegisterFailed
    """
    title = Text("reply added.", "respuesta agregada.")
    return act(workspace, office, "comment", id, title, lambda desk: desk.reply(id, text, why), url=url)
