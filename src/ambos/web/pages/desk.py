"""Pages of an office that is logged in: its drafts, what waits for it, and the forms by which it writes.

Each page asks `offices.enter` who is there before anything else; the rules of sides and offices are those of the register's
own desk, which refuses what an office may not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ambos.errors import BadRecord, NotAllowed, RecordChanged
from ambos.model.register import KINDS, Commitment, Evidence, Phrase, Record, Step
from ambos.text import LANGUAGES, Text, in_both
from ambos.web import offices, record_form, record_view
from ambos.web.filled import Filled, Given
from ambos.web.forms import status_of
from ambos.web.offices import Desk
from ambos.web.page import Asked
from ambos.web.pages.register import View, record_context
from ambos.web.record_view import Names

if TYPE_CHECKING:
    from ambos.model.register_entry import Held
    from ambos.register.accounts import Right
    from ambos.register.desk import Desk as Writing

router = APIRouter(prefix=offices.DESK)

#: Kinds that an office enters by a form, in the order in which one needs the other.
ENTERED = ("commitment", "agreement", "meeting", "committee", "project", "initiative", "objective", "office")
#: Kinds that both sides accept.
_ACCEPTED = ("commitment", "agreement")
#: Entries in a list of the desk.
_MOST = 100
Found = Annotated[str, Query(max_length=200)]


def _view(desk: Desk) -> View:
    today = desk.site.state().today
    return View(Names(desk, offices.offices_of(desk).register, today, viewer=desk.side), "")


def _held(desk: Desk, kind: str, id: str) -> tuple[View, Held]:
    if kind not in KINDS:
        raise HTTPException(404)
    shown = _view(desk)
    return shown, shown.register.get(kind, id, **shown.seen)


def _here(desk: Desk, kind: str, id: str, done: str = "") -> RedirectResponse:
    address = desk.url(f"{offices.DESK}/{kind}/{id}", done=done or None)
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


# -- the desk ------------------------------------------------------------------------------------------------------
@router.get("")
def desk(page: Asked, q: Found = "") -> HTMLResponse:
    """Show what waits for the office."""
    own = offices.enter(page)
    shown = _view(own)
    ask = shown.register.entries
    unsettled = ask(
        kind=_ACCEPTED,
        draft=False,
        as_compiled=False,
        agreed=False,
        order="made",
        descending=True,
        limit=_MOST * 10,
        **shown.seen,
    )
    accepts = own.side in shown.register.sides
    waiting = [one for one in unsettled.entries if accepts and own.side not in one.accepted]
    return own.show(
        "desk.html.j2",
        q=q,
        found=ask(text=q, kind=ENTERED, order="title", limit=_MOST, language=page.language, **shown.seen)
        if q
        else None,
        drafts=ask(draft=True, kind=ENTERED, order="seq", descending=True, limit=_MOST, **shown.seen),
        waiting=waiting[:_MOST],
        outcomes=_outcomes(own, shown),
        pressing=_pressing(shown),
        held=shown.register.held(
            ask(kind="comment", type="held", order="made", limit=_MOST, **shown.seen).entries, shown.names.today
        )
        if own.may("moderate")
        else (),
        kinds=ENTERED,
        names=shown.names,
        view=record_view,
    )


def _pressing(shown: View) -> Sequence[Any]:
    """List commitments that are late, then those without news, each once."""
    ask = shown.register.entries
    late = ask(kind="commitment", late=True, order="due", limit=_MOST, **shown.seen).entries
    quiet = ask(kind="commitment", late=False, no_news=True, order="news", limit=_MOST, **shown.seen).entries
    return [*late, *quiet]


def _outcomes(own: Desk, shown: View) -> Sequence[Any]:
    """List agreed commitments with evidence, done by their status, whose outcome the side has not accepted."""
    agreed = shown.register.entries(kind="commitment", agreed=True, group="done", limit=_MOST, **shown.seen)
    return [one for one in agreed.entries if one.evidence and own.side not in one.outcome]


# -- new and changed records ---------------------------------------------------------------------------------------
@router.get("/new/{kind}")
def new(page: Asked, kind: str, committee: Found = "", meeting: Found = "") -> HTMLResponse:
    """Ask for a new record."""
    own = offices.enter(page, right="write")
    return _form(own, _entered(kind), Filled({"committee": [committee], "meeting": [meeting], "side": [own.side]}))


@router.post("/new/{kind}", response_model=None)
def create(page: Asked, kind: str, given: Given) -> Response:
    """Enter a new record."""
    own = offices.enter(page, given, "write")
    made = _entered(kind)
    if given.one("more"):
        return _form(own, made, given, spare=8)
    values, errors = record_form.read(made, given, _view(own).names.known)
    if errors:
        return _form(own, made, given, errors=errors)
    id = record_form.slug_of(values["name"], lambda id: _taken(own, kind, id))
    return _written(
        own,
        given,
        made,
        lambda writing: writing.create(made(id=id, **values), given.line("why"), draft=not given.one("propose")),
        lambda: _here(own, kind, id, "saved"),
    )


def _entered(kind: str) -> type[Record]:
    if kind not in ENTERED:
        raise HTTPException(404)
    return KINDS[kind]


def _taken(own: Desk, kind: str, id: str) -> bool:
    """Return True if an id is taken, by a draft of another side too."""
    return offices.offices_of(own).register.is_taken(kind, id)


@router.get("/{kind}/{id}/change")
def change_form(page: Asked, kind: str, id: str) -> HTMLResponse:
    """Ask for the changes of a record."""
    own = offices.enter(page, right="write")
    made = _entered(kind)
    _, held = _held(own, kind, id)
    return _form(own, made, record_form.filled_of(held.record), held=held, base=held.entry.seq)


@router.post("/{kind}/{id}/change", response_model=None)
def change(page: Asked, kind: str, id: str, given: Given) -> Response:
    """Change a record."""
    own = offices.enter(page, given, "write")
    made = _entered(kind)
    shown, held = _held(own, kind, id)
    base = int(given.one("base")) if given.one("base").isascii() and given.one("base").isdecimal() else 0
    if given.one("more"):
        return _form(own, made, given, held=held, base=base, spare=8)
    values, errors = record_form.read(made, given, shown.names.known)
    if errors:
        return _form(own, made, given, errors=errors, held=held, base=base)
    return _written(
        own,
        given,
        made,
        lambda writing: writing.change(replace(held.record, **values), given.line("why"), base=base),
        lambda: _here(own, kind, id, "saved"),
        held=held,
    )


def _written(
    own: Desk,
    given: Filled,
    made: type[Record],
    write: Callable[[Writing], object],
    then: Callable[[], Response],
    held: Held | None = None,
) -> Response:
    """Write, or show the form again with what is wrong."""
    try:
        with _writing(own) as writing:
            write(writing)
    except BadRecord as error:
        return _form(own, made, given, errors=_errors(made, error), held=held, base=held.entry.seq if held else 0)
    except (NotAllowed, RecordChanged) as error:
        newest = _held(own, made.kind, held.record.id)[1] if held else None
        said = own.say("register.changed_meanwhile") if isinstance(error, RecordChanged) else own.text(error.on_page())
        status = status_of(error)
        return _form(own, made, given, problem=said, status=status, held=newest, base=newest.entry.seq if newest else 0)
    return then()


def _errors(made: type[Record], error: BadRecord) -> dict[str, Text]:
    """Give the problems that the register found, by the names of the form's inputs."""
    asked = {one.key: one for one in record_form.asked_of(made)}
    found: dict[str, Text] = {}
    for path, what in cast("Sequence[tuple[Sequence[object], str]]", error.values["faults"]):
        key = record_view.field_of(str(path[0])) if path else "name"
        one = asked.get(key, asked["name"])
        found[one.names()[0]] = in_both(what)
    return found


def _writing(own: Desk) -> Any:
    return offices.offices_of(own).register.writing(own.session.account.office, own.workspace.clock())


def _form(
    own: Desk,
    made: type[Record],
    given: Filled,
    *,
    errors: Mapping[str, Text] | None = None,
    problem: str = "",
    status: int = 0,
    held: Held | None = None,
    base: int = 0,
    spare: int = record_form.SPARE_ROWS,
) -> HTMLResponse:
    asked = record_form.asked_of(made)
    return own.show(
        "record_form.html.j2",
        status=status or (400 if errors else 200),
        made=made,
        asked=asked,
        given=given,
        errors=errors or {},
        summary=record_form.summary(errors or {}, asked),
        problem=problem,
        held=held,
        base=base,
        spare=spare,
        form=record_form,
        names=_view(own).names,
        view=record_view,
    )


# -- one record ----------------------------------------------------------------------------------------------------
@router.get("/{kind}/{id}")
def one(page: Asked, kind: str, id: str, done: Found = "") -> HTMLResponse:
    """Show a record with what the office may do with it."""
    return _record_page(offices.enter(page), kind, id, done=done)


def _record_page(
    own: Desk,
    kind: str,
    id: str,
    *,
    done: str = "",
    problem: str = "",
    status: int = 200,
    given: Filled | None = None,
    errors: Mapping[str, Text] | None = None,
) -> HTMLResponse:
    shown, held = _held(own, kind, id)
    own_side = own.side in shown.register.sides
    return own.show(
        "desk_record.html.j2",
        status=status,
        done=done == "saved",
        problem=problem,
        given=given or Filled(),
        errors=errors or {},
        accepts=kind in _ACCEPTED and own_side and not held.entry.draft,
        form=record_form,
        **record_context(own, shown, held),
    )


@router.get("/{kind}/{id}/{act}")
def back(page: Asked, kind: str, id: str, act: str) -> RedirectResponse:
    """Lead from the address of what was done to the record."""
    return RedirectResponse(page.url(f"{offices.DESK}/{kind}/{id}"), 303)


@router.post("/{kind}/{id}/{act}", response_model=None)
def do(page: Asked, kind: str, id: str, act: str, given: Given) -> Response:
    """Do something with a record: propose, accept, take back, withdraw, add evidence, set status or a step, moderate."""
    if act not in ACTS:
        raise HTTPException(404)
    right, done = ACTS[act]
    own = offices.enter(page, given, right)
    shown, held = _held(own, kind, id)
    errors: dict[str, Text] = {}
    write = done(given, held, errors, shown.names)
    if errors:
        return _record_page(own, kind, id, given=given, errors=errors, status=400)
    try:
        with _writing(own) as writing:
            write(writing)
    except (NotAllowed, RecordChanged, BadRecord) as error:
        said = own.text(error.on_page())
        return _record_page(own, kind, id, problem=said, given=given, status=status_of(error))
    return _here(own, kind, id, "saved")


# -- what can be done ----------------------------------------------------------------------------------------------
_NEEDED = Text("This is needed.", "Este dato es necesario.")
Write = Callable[["Writing"], object]
Act = Callable[[Filled, "Held", dict[str, Text], Names], Write]


def _propose(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    return lambda writing: writing.propose(held.entry.kind, held.entry.id, given.line("why"))


def _accept(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    return lambda writing: writing.accept(held.entry.kind, held.entry.id, given.one("content"), why=given.line("why"))


def _accept_outcome(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    kind, id = held.entry.kind, held.entry.id
    return lambda writing: writing.accept(kind, id, given.one("content"), outcome=True, why=given.line("why"))


def _take_back(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    return lambda writing: writing.take_back(held.entry.kind, held.entry.id, given.line("why"))


def _withdraw(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    if not given.line("withdraw.why"):
        errors["withdraw.why"] = _NEEDED
    return lambda writing: writing.withdraw(held.entry.kind, held.entry.id, given.line("withdraw.why"))


def _add_evidence(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    values = record_form.read_one(Evidence, "evidence.", given, names.known, errors)
    return lambda writing: writing.evidence(held.entry.id, Evidence(**values), given.line("why"))


def _set_status(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    if not given.one("status"):
        errors["status"] = _NEEDED
    return lambda writing: writing.status(held.entry.id, given.one("status"), given.line("why"))


def _set_step(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    count = len(held.record.steps) if isinstance(held.record, Commitment) else 0
    number = given.one("step")
    if not (number.isascii() and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= count):
        errors["step"] = _NEEDED
        return lambda writing: None
    done = record_form.read_one(Step, "step.", given, names.known, errors, only=("done",))["done"]
    return lambda writing: writing.step(held.entry.id, int(number), done, given.line("why"))


def _publish(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    return lambda writing: writing.moderate(held.entry.id, "published")


def _refuse(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    reason = Phrase(*(given.line(f"reason.{language}") for language in LANGUAGES))
    if not reason:
        errors["reason.en"] = _NEEDED
    return lambda writing: writing.moderate(held.entry.id, "refused", reason)


def _reply(given: Filled, held: Held, errors: dict[str, Text], names: Names) -> Write:
    text = Phrase(*(given.one(f"reply.{language}").strip() for language in LANGUAGES))
    if not text:
        errors["reply.en"] = _NEEDED
    for language in LANGUAGES:
        if len(text[language]) > record_form.MOST_TEXT:
            errors[f"reply.{language}"] = record_form.LONGER.format(most=record_form.MOST_TEXT)
    return lambda writing: writing.reply(held.entry.id, text)


#: What can be done with a record, by the last part of the address: the right that it needs, and how it is read.
ACTS: Mapping[str, tuple[Right, Act]] = {
    "propose": ("write", _propose),
    "accept": ("accept", _accept),
    "accept-outcome": ("accept", _accept_outcome),
    "take-back": ("accept", _take_back),
    "withdraw": ("write", _withdraw),
    "evidence": ("write", _add_evidence),
    "status": ("write", _set_status),
    "step": ("write", _set_step),
    "publish": ("moderate", _publish),
    "refuse": ("moderate", _refuse),
    "reply": ("reply", _reply),
}
