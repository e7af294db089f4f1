"""A page in one language: its words, its addresses, its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Table, View, as_seen
from ambos.model.register import Status
from ambos.numbers import day, number
from ambos.text import LANGUAGES, Language, Text
from ambos.web.site import IN_SCOPE, Site

TEMPLATES = Path(__file__).resolve().parent / "templates"
#: Addresses of the main menu, each with the key of its word.
MENU = (
    ("/topics", "topics"),
    ("/crossings", "crossings"),
    ("/register", "register"),
    ("/river", "river"),
    ("/air", "air"),
    ("/try", "try"),
    ("/findings", "findings"),
    ("/places", "places"),
    ("/sources", "sources_page"),
)
#: Seconds for which a browser may keep a page without asking again.
FRESH = 60

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A view of a table as its readers see it: headings with the side to which a column is set, and cells."""

    title: str
    heads: list[tuple[str, str]]
    rows: list[list[str]]
    note: str


@dataclass(frozen=True)
class Page:
    """A request for a page.

    Attributes
    ----------
    request : Request
    site : Site
    language : {"en", "es"}
    """

    request: Request
    site: Site
    language: Language

    @property
    def workspace(self) -> Workspace:
        """The workspace as its store is now."""
        return self.site.workspace

    @property
    def copied(self) -> date | None:
        """The day of the copy of the site that this page is written for (`ambos.web.static_site`); None where it is served."""
        return cast("date | None", self.request.app.state.copied)

    @property
    def cited(self) -> str:
        """The address by which this page is cited; of a copy, whose place is not known, the one within the site."""
        return self.request.url.path if self.copied else str(self.request.url)

    def say(self, key: str, **values: object) -> str:
        """A text of ``definitions/web/``: ``say("river.title")`` is ``title`` of ``river.toml``."""
        return self.workspace.catalog.message(f"web.{key}", **values)[self.language]

    def text(self, text: Text | None) -> str:
        """A text in the language of the page; "" if there is none."""
        return text[self.language] if text else ""

    def url(self, path: str = "", **query: object) -> str:
        """The address of a page in this language; ``path`` begins with a slash; a parameter that is None is left out."""
        return _address(f"/{self.language}{path}", query)

    @property
    def origin(self) -> str:
        """Give the address of this site as it was asked for, without a path; "" in a copy, whose links are relative."""
        return "" if self.copied else str(self.request.base_url).rstrip("/")

    def here(self, language: Language | None = None, **changed: object) -> str:
        """The address of this page in a language, with its selection; parameters are changed, or left out if None."""
        path = self.request.url.path.split("/", 2)
        rest = f"/{path[2]}" if len(path) > 2 else ""
        given = [(k, v) for k, v in self.request.query_params.multi_items() if k not in changed]
        new = [(k, v) for k, v in changed.items() if v is not None]
        query = urlencode([*given, *new], doseq=True)
        return f"/{language or self.language}{rest}" + (f"?{query}" if query else "")

    def selection(self) -> dict[str, list[str]]:
        """The parameters of this page's address that are not empty, in the order of their names."""
        given = self.request.query_params
        return {key: values for key in sorted(set(given)) if (values := [v for v in given.getlist(key) if v])}

    def menu(self) -> tuple[tuple[str, str], ...]:
        """Addresses of the main menu, each with the key of its word in ``base.toml``."""
        return MENU

    def within(self, path: str) -> bool:
        """Return True if this page is at an address or below it."""
        own = self.request.url.path[3:]
        return own == path or own.startswith(f"{path}/")

    def render(self, template: str, *, status: int = 200, fresh: int = FRESH, **context: Any) -> HTMLResponse:
        """Fill a template.

        Parameters
        ----------
        template : str
            Name of a file of ``templates/``; it extends ``base.html.j2`` and is given `page`, `language`, `say`, `url`,
            `text` and `seen`.
        status : int
        fresh : int
            Seconds for which the page may be kept; 0 for one that is for its reader only.
        **context
        """
        html = _ENVIRONMENT.get_template(template).render(
            page=self, language=self.language, say=self.say, url=self.url, text=self.text, seen=self.seen, **context
        )
        control = f"public, max-age={fresh}" if fresh and status == 200 else "no-store"
        return HTMLResponse(html, status, headers={"Cache-Control": control, "Content-Language": self.language})

    def seen(self, table: Table) -> list[Seen]:
        """Write the views of a table that have rows."""
        return [one for view in table.as_seen(self.language) if (one := self._seen(table, view)).rows]

    def _seen(self, table: Table, view: View) -> Seen:
        heads, cells = as_seen(table, view, self.language)
        return Seen(self.text(view.title), heads, cells, self.text(view.note))

    def answer(self, answer: Answer, template: str = "answer.html.j2", **context: Any) -> HTMLResponse:
        """Show an answer: its head, tables, notes and sources."""
        return self.render(template, answer=answer, **context)


def _address(path: str, query: dict[str, object]) -> str:
    given = urlencode([(k, v) for k, v in query.items() if v not in (None, "", ())], doseq=True)
    return f"{path}?{given}" if given else path


def language_of(request: Request) -> Language:
    """The language that an address begins with; English of any other."""
    first = request.url.path.split("/", 2)[1]
    return first if first in LANGUAGES else LANGUAGES[0]


def site_of(request: Request) -> Site:
    """The site that a request asks, in the state that it had when the request came."""
    return cast("Site", request.scope.get(IN_SCOPE) or request.app.state.site)


def _page(request: Request) -> Page:
    return Page(request, site_of(request), language_of(request))


#: The page that a function answers: ``def show(page: Asked) -> HTMLResponse``.
Asked = Annotated[Page, Depends(_page)]


def _day(value: date, language: Language) -> str:
    return day(value, language)


def _status_choice(status: Status, language: Language) -> tuple[str, str]:
    return status.id, status.name[language]


def _own_first(language: Language) -> tuple[Language, ...]:
    return (language, *(other for other in LANGUAGES if other != language))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_ENVIRONMENT.filters |= {"day": _day, "number": number, "capital": _capital, "status_choice": _status_choice}
_ENVIRONMENT.globals |= {"languages": LANGUAGES, "own_first": _own_first}
