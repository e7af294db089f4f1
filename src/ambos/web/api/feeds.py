"""Atom feeds (RFC 4287) of new figures, revisions and findings, and a calendar (RFC 5545) of what ends or is expected."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ambos.flows.alerts.answer import fired
from ambos.flows.data.catalogue import numerator
from ambos.flows.data.findings import Filters, selected
from ambos.flows.data.vintages import Change, changes
from ambos.flows.register.calendar import days, icalendar
from ambos.numbers import day, number
from ambos.text import Language, Text
from ambos.web.page import FRESH, site_of

router = APIRouter(tags=["feeds"])
_ATOM, _CALENDAR = "application/atom+xml", "text/calendar"
#: Entries of a feed.
MOST = 50
Name = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    id: str
    title: str
    text: str
    link: str
    updated: datetime


def _urn(*parts: str) -> str:
    """A name that is always the same for the same thing."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'ambos/' + '/'.join(parts))}"


def _atom(request: Request, title: str, language: Language, entries: Iterable[Entry], since: datetime) -> Response:
    """Write a feed; links are relative to the host, whose name a proxy may change."""
    listed = list(entries)
    updated = max((e.updated for e in listed), default=since)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    parts = [
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
        f"<id>{_urn('feed', here)}</id><title>{escape(title)}</title><updated>{_moment(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(here)}/><author><name>Ambos</name></author>',
    ]
    parts += [
        f"<entry><id>{e.id}</id><title>{escape(e.title)}</title><updated>{_moment(e.updated)}</updated>"
        f'<link rel="alternate" type="text/html" href={quoteattr(e.link)}/>'
        f'<content type="text">{escape(e.text)}</content></entry>'
        for e in listed
    ]
    headers = {"Cache-Control": f"public, max-age={FRESH}", "Content-Language": language}
    return Response("".join([*parts, "</feed>"]), headers=headers, media_type=_ATOM)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _midnight(of: date) -> datetime:
    return datetime.combine(of, time(), UTC)


def _at(path: str, title: Text) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Answer an address that gives a feed or a calendar."""
    kind = _CALENDAR if path.endswith(".ics") else _ATOM
    return router.get(
        path,
        summary=title.en,
        openapi_extra={"x-es": title.es},
        response_class=Response,
        responses={200: {"content": {kind: {"schema": {"type": "string"}}}}},
    )


@_at("/feeds/{language}/figures.atom", Text("Feed of new figures", "Canal de cifras nuevas"))
def figures(request: Request, language: Language, place: Name = "", source: Name = "", series: Name = "") -> Response:
    """New figures by dataset and day of knowledge, newest first."""
    title = Text("Ambos: new figures", "Ambos: cifras nuevas")
    return _changes(request, language, title, "new", place, source, series)


@_at("/feeds/{language}/revisions.atom", Text("Feed of revised figures", "Canal de cifras revisadas"))
def revisions(request: Request, language: Language, place: Name = "", source: Name = "", series: Name = "") -> Response:
    """Figures that replaced others, by dataset and day of knowledge, newest first."""
    title = Text("Ambos: revised figures", "Ambos: cifras revisadas")
    return _changes(request, language, title, "revised", place, source, series)


def _changes(
    request: Request,
    language: Language,
    title: Text,
    kind: Literal["new", "revised"],
    place: str,
    source: str,
    series: str,
) -> Response:
    site = site_of(request)
    found = changes(site.workspace, place=place, source=source, series=series, count=1000)
    own = [c for c in found if getattr(c, kind)][:MOST]
    return _atom(request, title[language], language, (_entry(c, kind, language) for c in own), site.state().since)


def _entry(change: Change, kind: Literal["new", "revised"], language: Language) -> Entry:
    count = change.new if kind == "new" else change.revised
    words = (
        Text("{n} new rows", "{n} renglones nuevos")
        if kind == "new"
        else Text("{n} rows revised", "{n} renglones revisados")
    )
    periods = Text(
        "periods from {first} to {last}; known since {as_of}",
        "periodos del {first} al {last}; conocidas desde el {as_of}",
    )
    said = words.format(n=number(count, 0, language))[language]
    span = periods.format(
        first=day(change.first, language), last=day(change.last, language), as_of=day(change.as_of, language)
    )
    name = change.dataset.title[language]
    query = urlencode({"q": change.dataset.title[language]})
    id = _urn(kind, change.dataset.id, change.as_of.isoformat())
    return Entry(
        id, f"{name}: {said}", f"{said}; {span[language]}.", f"/{language}/search?{query}", _midnight(change.as_of)
    )


@_at("/feeds/{language}/findings.atom", Text("Feed of findings", "Canal de hallazgos"))
def findings(request: Request, language: Language, place: Name = "", source: Name = "", series: Name = "") -> Response:
    """Findings, those of the newest periods first; each is dated by the last day of the figures that it is about."""
    site = site_of(request)
    dataset = numerator(site.workspace, series).dataset if series else ""
    found = selected(site.workspace, site.findings(), Filters(place=place, source=source, dataset=dataset))
    checks = site.workspace.catalog
    own = sorted(found, key=lambda f: f.end, reverse=True)[:MOST]
    entries = (
        Entry(
            _urn("finding", f.id),
            f"{checks.datasets[f.dataset].title[language]}: {checks.message(f'brief.page.{f.severity}')[language]}",
            f.text[language],
            f"/{language}/findings/{quote(f.id, safe='')}",
            _midnight(f.end),
        )
        for f in own
    )
    title = Text("Ambos: findings", "Ambos: hallazgos")
    return _atom(request, title[language], language, entries, site.state().since)


@_at("/feeds/{language}/alerts.atom", Text("Feed of alerts", "Canal de alertas"))
def alerts(request: Request, language: Language) -> Response:
    """List the events of the alert rules, newest first."""
    site = site_of(request)
    site.passes = True  # the outbox
    entries = (
        Entry(
            _urn("alert", e.key),
            e.title[language],
            "\n".join([e.text[language], *(source[language] for source in e.sources)]),
            f"/{language}{e.link}",
            e.fired_at,
        )
        for e in fired(site.workspace, MOST)
    )
    title = Text("Ambos: alerts", "Ambos: alertas")
    return _atom(request, title[language], language, entries, site.state().since)


@_at(
    "/calendar/{language}.ics",
    Text(
        "Calendar: meetings, due dates, ends of rules and agreements, figures expected",
        "Calendario: reuniones, plazos, fin de reglas y acuerdos, cifras que se esperan",
    ),
)
def calendar(request: Request, language: Language) -> Response:
    """List meetings, due dates, what ends and what is expected, from today on."""
    site = site_of(request)
    site.passes = True  # the register
    body = icalendar(days(site.workspace), language, site.state().since)
    headers = {"Cache-Control": f"public, max-age={FRESH}", "Content-Language": language}
    return Response(body, headers=headers, media_type=f"{_CALENDAR}; charset=utf-8")
