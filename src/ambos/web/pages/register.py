"""Public pages of the register: lists, records with their history, comments. They look at no cookie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from ambos.catalog.claims import load_claims
from ambos.flows.register.linked import linked_table, moved
from ambos.flows.workspace import Workspace
from ambos.model.answer import Table
from ambos.model.register import KINDS, Comment, Commitment, Committee
from ambos.text import Text
from ambos.web import offices, record_view
from ambos.web.filled import Filled, Given
from ambos.web.page import Asked, Page
from ambos.web.record_form import MOST_LINE, MOST_TEXT
from ambos.web.record_view import ADDRESSES, PLURALS, Names

if TYPE_CHECKING:
    from ambos.model.register_entry import Change, Held
    from ambos.register.store import Register

router = APIRouter()

#: Seconds for which a page of the register is kept: what an office writes is seen soon.
FRESH = 10
#: Entries on one page, and on the overview.
PER_PAGE, FIRST = 50, 8
#: What is computed of an entry and may be asked for.
MARKS: Mapping[str, Sequence[str]] = {
    "commitment": ("late", "no_news", "agreed", "kept"),
    "agreement": ("expiring", "expired", "agreed"),
}
Mark = Literal["", "late", "no_news", "agreed", "kept", "expiring", "expired"]
Word = Annotated[str, Query(max_length=200)]
Moment = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True)
class View:
    """The register as a page shows it: the names of its records, the day for which it is judged, and the moment shown."""

    names: Names
    as_of: str

    @property
    def register(self) -> Register:
        """The register."""
        return self.names.register

    @property
    def seen(self) -> dict[str, Any]:
        """What all questions to the register have in common."""
        return {"day": self.names.today, "viewer": self.names.viewer, "at": self.names.at}


def view(page: Page, as_of: str = "") -> View:
    """Open the register for a page.

    Parameters
    ----------
    page : Page
    as_of : str
        A day or an instant; now if it is "".

    Raises
    ------
    BadRequest
        If it is neither.
    """
    page.site.passes = True  # the register is not in the store
    today, at = page.site.state().today, None
    if as_of:
        from ambos.flows.register.open import moment

        at = moment(page.workspace, as_of)
        today = min(today, record_view.local(page, at).date()) if at else today
    return View(Names(page, offices.offices_of(page).register, today, at=at), as_of)


def _kind_of(plural: str) -> str:
    if plural not in PLURALS:
        raise HTTPException(404)
    return PLURALS[plural]


# -- the overview --------------------------------------------------------------------------------------------------
@router.get("/register")
def overview(page: Asked) -> HTMLResponse:
    """Say what the register holds, what is late, what ends soon, and who can write."""
    shown = view(page)
    ask = shown.register.entries
    return page.render(
        "register.html.j2",
        fresh=FRESH,
        counts={plural: ask(kind=kind, limit=1, **shown.seen).total for plural, kind in PLURALS.items()},
        late=ask(kind="commitment", late=True, order="due", limit=FIRST, **shown.seen),
        quiet=ask(kind="commitment", no_news=True, order="news", limit=FIRST, **shown.seen),
        ending=ask(kind="agreement", expiring=True, order="ends", limit=FIRST, **shown.seen),
        meetings=ask(kind="meeting", order="made", descending=True, limit=3, **shown.seen),
        plurals=PLURALS,
        names=shown.names,
        view=record_view,
        days_left=_days_left(shown.names.today),
        writable=offices.writable(page),
    )


def _days_left(today: date) -> Any:
    def left(ends: str) -> int | None:
        return (date.fromisoformat(ends) - today).days if ends else None

    return left


# -- lists ---------------------------------------------------------------------------------------------------------
@router.get("/register/{plural}")
def listing(
    page: Asked,
    plural: str,
    committee: Word = "",
    side: Word = "",
    status: Word = "",
    type: Word = "",
    mark: Mark = "",
    text: Word = "",
    as_of: Moment = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """List the records of a kind, in pages."""
    kind = _kind_of(plural)
    shown = view(page, as_of)
    wanted: dict[str, Any] = {"kind": kind, "committee": committee, "side": side, "type": type, "text": text}
    if mark:
        wanted[mark] = True
    if kind == "committee":
        del wanted["committee"]
    if status:
        wanted["effective"] = status
    order, descending = _ORDER.get(kind, ("title", False))
    found = shown.register.entries(
        **wanted,
        **shown.seen,
        order=order,
        descending=descending,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
        language=page.language,
    )
    held = shown.register.held(found.entries, shown.names.today) if kind in ("committee", "comment") else ()
    day = shown.names.today
    return page.render(
        "register_list.html.j2",
        fresh=FRESH,
        kind=kind,
        plural=plural,
        found=found,
        held=held,
        number=number,
        pages=max(1, -(-found.total // PER_PAGE)),
        given={
            "committee": committee,
            "side": side,
            "status": status,
            "type": type,
            "mark": mark,
            "text": text,
            "as_of": as_of,
        },
        types=_types(kind),
        marks=MARKS.get(kind, ()),
        statuses=shown.register.rules.on(day).statuses,
        status_name=_status_name(page, shown),
        names=shown.names,
        view=record_view,
        days_left=_days_left(day),
        became=_became(held) if kind == "committee" else {},
        moment=_shown(page, shown),
        writable=offices.writable(page),
    )


_ORDER: Mapping[str, tuple[Any, bool]] = {
    "commitment": ("made", True),
    "agreement": ("ends", False),
    "committee": ("made", True),
    "meeting": ("made", True),
    "comment": ("made", True),
}


def _types(kind: str) -> Sequence[str]:
    from ambos.web.record_form import asked_of

    return next((one.choices for one in asked_of(KINDS[kind]) if one.key == "type"), ())


def _status_name(page: Page, shown: View) -> Any:
    def name(id: str) -> str:
        known = shown.register.rules.find(id, shown.names.today)
        return page.text(known.name) if known else id

    return name


def _shown(page: Page, shown: View) -> str:
    """The moment that a page shows, in words; "" for now."""
    if shown.names.at is None:
        return ""
    whole_day = len(shown.as_of) <= 10
    return record_view.local_day(page, shown.names.at) if whole_day else record_view.local_time(page, shown.names.at)


def _became(held: Sequence[Held]) -> dict[str, list[str]]:
    """The committees that came of each."""
    became: dict[str, list[str]] = {}
    for one in held:
        assert isinstance(one.record, Committee)
        for id in one.record.predecessors:
            became.setdefault(id, []).append(one.record.id)
    return became


# -- comments by the public ----------------------------------------------------------------------------------------
@router.get("/register/comments/new")
def comment_form(page: Asked, kind: Word = "", id: Word = "") -> HTMLResponse:
    """Ask for a comment on a record."""
    offices.refuse_read_only(page)
    return _comment_page(page, _target(page, kind, id), Filled(), {})


@router.post("/register/comments/new")
def comment(page: Asked, given: Given, kind: Word = "", id: Word = "") -> HTMLResponse:
    """Keep a comment until it is moderated."""
    offices.refuse_read_only(page)
    target = _target(page, kind, id)
    if not offices.reader_token_fits(page, given):
        return _comment_page(page, target, given, {}, 403, page.say("register.form_old"))
    errors: dict[str, Text] = {}
    words, organisation = given.one("text").strip(), given.line("organisation")
    say = page.workspace.catalog.message
    if not words:
        errors["text"] = say("web.register.missing")
    elif len(words) > MOST_TEXT:
        errors["text"] = say("web.register.too_long", most=MOST_TEXT)
    if len(organisation) > MOST_LINE:
        errors["organisation"] = say("web.register.too_long", most=MOST_LINE)
    language = given.one("language")
    if language not in ("en", "es"):
        errors["language"] = say("web.register.choose")
    if errors:
        return _comment_page(page, target, given, errors, 400)
    own = offices.offices_of(page)
    if wait := own.comments.take(offices.client_of(page)) or own.of_all.take(""):
        return _comment_page(page, target, given, {}, 429, page.text(offices.too_many(page, wait)))
    from ambos.register.desk import new_comment_id
    from ambos.register.rules import PUBLIC

    now = page.workspace.clock()
    with own.register.writing(PUBLIC, now) as desk:
        desk.comment(
            Comment(
                id=new_comment_id(words, now),
                target_kind=target.entry.kind,  # type: ignore[arg-type]
                target=target.entry.id,
                text=words,
                language=language,  # type: ignore[arg-type]
                submitted=now.isoformat(timespec="seconds"),
                organisation=organisation,
            )
        )
    return page.render("comment_sent.html.j2", fresh=0, target=target, view=record_view, names=view(page).names)


def _target(page: Page, kind: str, id: str) -> Held:
    if kind not in KINDS or kind in ("office", "comment"):
        raise HTTPException(404)
    shown = view(page)
    return shown.register.get(kind, id, **shown.seen)


def _comment_page(
    page: Page, target: Held, given: Filled, errors: Mapping[str, Text], status: int = 200, problem: str = ""
) -> HTMLResponse:
    secret = offices.reader_secret(page)
    response = page.render(
        "comment_form.html.j2",
        status=status,
        fresh=0,
        target=target,
        given=given,
        errors=errors,
        problem=problem,
        token=offices.token_of(secret),
        names=view(page).names,
        most=MOST_TEXT,
        most_line=MOST_LINE,
    )
    offices.keep_secret(page, response, secret)
    return response


# -- one record ----------------------------------------------------------------------------------------------------
@router.get("/register/{plural}/{id}", response_model=None)
def one(page: Asked, plural: str, id: str, as_of: Moment = "") -> HTMLResponse | RedirectResponse:
    """Show a record with its acceptances, evidence, history and comments."""
    kind = _kind_of(plural)
    shown = view(page, as_of)
    held = shown.register.get(kind, id, **shown.seen)
    if isinstance(held.record, Comment):
        record = held.record
        return RedirectResponse(page.url(f"/register/{ADDRESSES[record.target_kind]}/{record.target}") + f"#{id}", 303)
    known = page.site.once("claims read", lambda workspace: load_claims(workspace.catalog))
    return page.render(
        "register_record.html.j2",
        fresh=FRESH,
        moment=_shown(page, shown),
        writable=offices.writable(page),
        as_of=as_of,
        claims=[claim for claim in known.values() if f"{kind}/{id}" in claim.records],
        **record_context(page, shown, held),
    )


def record_context(page: Page, shown: View, held: Held) -> dict[str, Any]:
    """What the page of a record and the desk's page of it have in common."""
    kind, id, names = held.entry.kind, held.entry.id, shown.names
    ask = shown.register.entries
    field = {"committee": "committee", "meeting": "meeting", "objective": "objective", "office": "office"}.get(kind)
    lineage = _lineage(shown, id) if kind == "committee" else (id,)
    wanted: dict[str, Any] = shown.seen | {str(field): lineage if kind == "committee" else id}
    related = {
        plural: ask(kind=other, order="made", descending=True, limit=200, **wanted)
        for plural, other in PLURALS.items()
        if field and other in _RELATED[kind]
    }
    comments = ask(kind="comment", target=(kind, id), order="made", **shown.seen)
    return {
        "kind": kind,
        "plural": ADDRESSES[kind],
        "held": held,
        "entry": held.entry,
        "record": held.record,
        "lines": record_view.lines(names, held.record) if kind != "comment" else [],
        "accepted": list(record_view.accepted(names, held)) if kind in ("commitment", "agreement") else [],
        "status_name": _status_name(page, shown),
        "statuses": shown.register.rules.on(names.today).statuses,
        "history": [_told(page, shown, one) for one in reversed(_history(shown, kind, id))],
        "comments": shown.register.held(comments.entries, names.today) if kind != "comment" else [],
        "related": related,
        "became": _became_of(shown, id) if kind == "committee" else [],
        "indicators": _indicators(page, shown, held),
        "names": names,
        "view": record_view,
        "days_left": _days_left(names.today),
    }


#: Kinds listed on the page of another.
_RELATED: Mapping[str, Sequence[str]] = {
    "committee": ("commitment", "agreement", "meeting", "project", "initiative"),
    "meeting": ("commitment", "agreement"),
    "objective": ("commitment",),
    "office": ("commitment", "committee"),
}


def _lineage(shown: View, committee: str) -> Sequence[str]:
    """A committee and all that it came of."""
    entries = shown.register.entries(kind="committee", **shown.seen).entries
    held = {one.record.id: one.record for one in shown.register.held(entries, shown.names.today)}
    found = [committee]
    for id in found:  # grows on the way
        found += [each for each in getattr(held.get(id), "predecessors", ()) if each not in found]
    return found


def _became_of(shown: View, id: str) -> list[str]:
    entries = shown.register.entries(kind="committee", **shown.seen).entries
    return _became(shown.register.held(entries, shown.names.today)).get(id, [])


def _indicators(page: Page, shown: View, held: Held) -> Table | None:
    """The series linked to a commitment, at their baseline and now, with the vintages; None of what has none."""
    if not isinstance(held.record, Commitment) or not held.record.linked:
        return None
    commitment, then = held.record, shown.names.today if shown.names.at else None

    def make(workspace: Workspace) -> Table:
        return linked_table(workspace, moved(workspace, commitment, then))

    return page.site.once(("linked", commitment.linked, then), make)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a history: when, by which office, what it did, and why."""

    at: datetime
    seq: int
    when: str
    office: str
    what: str
    why: str


def _history(shown: View, kind: str, id: str) -> Sequence[Change]:
    return shown.register.history(kind, id, viewer=shown.names.viewer, at=shown.names.at)


def _told(page: Page, shown: View, change: Change) -> Told:
    names = shown.names
    what = names.did(change.what)
    record = change.changes.get("record", {})
    if change.what == "status" and record.get("status"):
        what = f"{what}: {_status_name(page, shown)(record['status'])}"
    elif change.what in ("changed", "step") and record:
        what = f"{what}: {', '.join(dict.fromkeys(names.field(record_view.field_of(key)) for key in record))}"
    office = page.say(f"register.office_{change.office}") if change.office in ("ambos", "public") else ""
    return Told(
        change.at,
        change.seq,
        record_view.local_time(page, change.at),
        office or names.of("office", change.office)[page.language],
        what,
        change.why,
    )
