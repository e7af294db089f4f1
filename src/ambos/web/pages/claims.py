"""Pages of claims: a sentence with its verdict and chart, the checked claims, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from ambos.catalog.catalog import unknown
from ambos.catalog.claims import load_claims
from ambos.catalog.register import load_register
from ambos.errors import AmbosError, BadRequest, BriefFailed, NoData, UnknownName
from ambos.flows.brief.picture import picture
from ambos.flows.claims.answer import claims_answer, plain_fields, proposal, reading_answer
from ambos.flows.claims.check import MOST_LETTERS, Checked, of_fields, of_sentence
from ambos.flows.data import profile
from ambos.flows.register.words import phrase
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer
from ambos.model.claim import Claim, Comparison, Reading
from ambos.periods import frequency_of
from ambos.text import Text
from ambos.web import drawing
from ambos.web.forms import status_of
from ambos.web.page import Asked, Page
from ambos.web.params import FirstDay
from ambos.web.record_view import ADDRESSES

router = APIRouter()

_Word = Annotated[str, Query(max_length=120)]


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer to a claim, and what was checked."""

    answer: Answer
    claim: Claim
    checked: tuple[Checked, ...]


def _fields(
    series: _Word = "",
    place: _Word = "",
    item: _Word = "",
    period: _Word = "",
    comparison: _Word = "",
    value: _Word = "",
    unit: _Word = "",
    direction: _Word = "",
    since: _Word = "",
    of: _Word = "",
    among: _Word = "",
) -> dict[str, str]:
    """The fields of a reading in an address."""
    return dict(locals())


Given = Annotated[dict[str, str], Depends(_fields)]


@router.get("/claims")
def claims(
    page: Asked, fields: Given, q: Annotated[str, Query(max_length=MOST_LETTERS)] = "", said: FirstDay = None
) -> HTMLResponse:
    """Check a sentence or a reading, and list the checked claims."""
    text = " ".join(q.split())
    judged: Judged | None = None
    refused: AmbosError | None = None
    if text or fields["series"]:
        key = ("claim", text, said, *fields.items())

        def make(workspace: Workspace) -> Judged:
            claim = of_fields(workspace, fields, text, said) if fields["series"] else of_sentence(workspace, text, said)
            return _judge(workspace, claim)

        try:
            judged = page.site.once(key, make)
        except (BadRequest, UnknownName, NoData) as error:
            refused = error
    return page.render(
        "claims.html.j2",
        status=status_of(refused),
        q=text,
        said=said,
        refused=refused.on_page() if refused else None,
        given=fields,
        claim=None,
        **_shown(page, judged),
        listed=None if judged or refused else _listed(page),
        most=MOST_LETTERS,
        comparisons=get_args(Comparison),
    )


@router.get("/claims/{id}")
def one_claim(page: Asked, id: str) -> HTMLResponse:
    """Show a checked claim."""
    known = load_claims(page.workspace.catalog)
    if id not in known:
        raise unknown(Text("claim", "la afirmación"), id, known)
    judged = page.site.once(("claim", id), lambda workspace: _judge(workspace, known[id]))
    return page.render(
        "claims.html.j2",
        q="",
        said=None,
        refused=None,
        given={},
        claim=known[id],
        records=_records(page, known[id]),
        **_shown(page, judged),
        listed=None,
        most=MOST_LETTERS,
        comparisons=get_args(Comparison),
    )


def _records(page: Page, claim: Claim) -> list[tuple[str, str, Text]]:
    """The records of the register that a claim is about: part of the address, id and title."""
    known = load_register(page.workspace.catalog)
    names = [(kind, id) for kind, _, id in (record.partition("/") for record in claim.records)]
    return [(ADDRESSES[kind], id, phrase(known[kind, id].title) or Text.same(id)) for kind, id in names]


def _judge(workspace: Workspace, claim: Claim) -> Judged:
    if not claim.reading and claim.missing is None:
        return Judged(proposal(workspace, claim), claim, ())
    checked, answer = reading_answer(workspace, claim)
    return Judged(answer, claim, tuple(checked))


def _listed(page: Page) -> dict[str, Any]:
    """The table of the checked claims, each row with its address."""
    answer = page.site.once("claims", claims_answer)
    table = answer.table("verdicts")
    return {
        "table": page.seen(table)[0] if table.rows else None,
        "links": [page.url(f"/claims/{row[table.at('claim')]}") for row in table.rows],
    }


def _shown(page: Page, judged: Judged | None) -> dict[str, Any]:
    """What the template shows of a judged claim."""
    if judged is None:
        return {"answer": None, "readings": [], "charts": []}
    readings = [c.reading for c in judged.checked if c.reading]
    charts = {}
    for reading in readings:
        question = _question(reading)
        if question not in charts and (drawn := _chart(page, question)):
            charts[question] = drawn
    return {
        "answer": judged.answer,
        "readings": [plain_fields(page.workspace, reading) for reading in readings],
        "charts": list(charts.values()),
    }


def _question(reading: Reading) -> profile.Question:
    """The series of a reading over all periods of the kind that it speaks of."""
    grain = frequency_of(reading.period) if reading.period else "A"
    return profile.Question(
        reading.series,
        (reading.place,) if reading.place else (),
        (reading.item,) if reading.item else (),
        frequency="M" if grain == "all" else grain,
        year_basis="fiscal" if reading.period.startswith("FY") else "calendar",
    )


def _chart(page: Page, question: profile.Question) -> drawing.Picture | None:
    """The chart of a series; None where nothing is held or it is not drawn."""
    try:
        asked = page.site.once(("figures", question), lambda workspace: profile.ask(workspace, question))
        chart = picture(page.workspace, asked.shown)
        if chart is None:
            return None
        return drawing.picture(
            page,
            chart,
            f"/series/{question.series}/chart",
            place=question.places,
            item=question.items,
            freq=question.frequency,
            year=question.year_basis,
        )
    except (BadRequest, NoData, BriefFailed):
        return None
