"""A copy of the site as files, for any web host or a USB stick: the pages as they stand without a choice, in both
languages, with the pictures, files and feeds that they link to.

The application is asked in this process, page after page, as links lead on; then links become relative ones. A link with a
selection that is not in the copy leads to the whole page and is marked; one that leads nowhere in it is a link no more;
a form is replaced by a sentence, but for the search.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import html
import json
import os
import posixpath
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

import httpx

from ambos import __version__
from ambos.errors import CannotSave, bad_request, reason
from ambos.files import make_folder, sync_folder
from ambos.flows.workspace import Workspace
from ambos.text import LANGUAGES, Language
from ambos.web.app import create_app
from ambos.web.drawing import darkened
from ambos.web.pages.places import find_newest, held

#: Says that a folder is a copy, and what is in it.
ABOUT = "ambos-site.json"
#: Where the copy begins; links lead to the rest.
_START = ("", "/copy")
#: What the application believes to be its address; it stands in no file.
_HOST = "http://copy.invalid"
_FILE = re.compile(r"/(static|feeds|calendar|api/v1/bulk|en|es)/.*\.(\w+)")
_SUFFIXES = {"atom", "css", "csv", "ics", "js", "json", "parquet", "png", "svg", "toml", "woff2", "xlsx"}
_PAGE = re.compile(r"/(en|es)((/(?!embed/)[^?]*)?(\?page=[0-9]+)?)")
#: An address within a tag or a style; texts are escaped, so that nothing else looks like one.
_TAG = re.compile(r"<(a|form|img|link|script|source)\b[^<>]*>")
_ADDRESS = re.compile(r' (?:href|src|srcset|action)="([^"]*)"')
_STYLE = re.compile(r"url\((/[^)]*)\)")
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_CHART = re.compile(r' data-chart="[^"]*"')
#: What the address of a drawing for a dark page has more than the one for a light page.
_DARK = re.compile(r"(?:(?<=\?)dark=true&?|&dark=true)")
_STARRED = re.compile(r'<span class="starred">.*?</span>', re.DOTALL)
#: Letters of a name that every file system takes, and the most of them.
_SAFE, _MOST_LETTERS = re.compile(r"[^A-Za-z0-9._-]"), 100

#: Called with an address, how many are done and how many are known.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An address that could not be written, and why."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """Count the pages, files and bytes of a copy, and list what it lacks.

    Attributes
    ----------
    day : date
        Of the copy, in the region.
    pages, files : int
        HTML pages, and all others.
    bytes : int
    seconds : float
        From beginning to end.
    """

    day: date
    version: str
    pages: int
    files: int
    bytes: int
    seconds: float
    left_out: tuple[LeftOut, ...]


def write_site(
    workspace: Workspace, folder: Path, *, pages: Collection[str] = (), progress: Progress | None = None
) -> Written:
    """Write a copy of the site; a former copy is replaced once the new one is whole.

    Parameters
    ----------
    workspace : Workspace
    folder : Path
        Made if it is not there.
    pages : collection of str
        Only these, by their addresses without the language (``/series/crossings.trucks``; "" is the home page), with the
        files that they link to; all pages if none is given.
    progress : callable, optional

    Returns
    -------
    Written
        What a page or file fails with is in `left_out`; the others are written all the same.

    Raises
    ------
    BadRequest
        If the folder holds anything but a copy.
    CannotSave
        If it cannot be written to.
    """
    begun = time.monotonic()
    gc.enable()  # the command line has it off, for verbs of seconds
    folder = folder.resolve()
    _refuse_other(folder)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    copy = _Copy(workspace, beside, progress or (lambda *_: None))
    try:
        make_folder(folder.parent)
        beside.mkdir()
        with ThreadPoolExecutor(1) as thread:  # whoever calls may have an event loop running
            thread.submit(asyncio.run, copy.crawl(pages or _START, follow=not pages)).result()
        copy.link()
        found = [path.stat().st_size for path in beside.rglob("*") if path.is_file()]
        written = Written(
            day=copy.day,
            version=__version__,
            pages=len(copy.pages),
            files=len(found) - len(copy.pages),
            bytes=sum(found),
            seconds=round(time.monotonic() - begun, 1),
            left_out=tuple(copy.left_out),
        )
        (beside / ABOUT).write_text(json.dumps(asdict(written), default=str, ensure_ascii=False, indent=1), "utf-8")
        _put(beside, folder)
    except OSError as error:
        raise CannotSave(path=folder, detail=reason(error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return written


def _refuse_other(folder: Path) -> None:
    if not folder.exists() or (folder / ABOUT).is_file():
        return
    if folder.is_dir() and not folder.is_mount() and not any(folder.iterdir()):
        return
    raise bad_request(
        f"{folder} is not a copy of the site and would be replaced; name a new folder.",
        f"{folder} no es una copia del sitio y se reemplazaría; indique una carpeta nueva.",
    )


def _put(beside: Path, folder: Path) -> None:
    """Rename a new copy to its name; the one before goes when the new one stands."""
    before = beside.with_name(f"{beside.name}.before")
    if folder.exists():
        folder.rename(before)
    try:
        beside.rename(folder)
    except OSError:
        if before.exists():
            before.rename(folder)
        raise
    sync_folder(folder.parent)
    shutil.rmtree(before, ignore_errors=True)


class _Copy:
    """A copy that is being written to a folder."""

    def __init__(self, workspace: Workspace, folder: Path, progress: Progress) -> None:
        self._app = create_app(workspace, copied=True)
        self._needs = workspace.catalog.message("web.copy.needs")
        self._folder = folder
        self._progress = progress
        self.day: date = self._app.state.copied
        self.left_out: list[LeftOut] = []
        #: The file of each address that was written, and those that are pages.
        self._files: dict[str, str] = {}
        self._names: set[str] = set()
        self._same: dict[bytes, str] = {}
        self.pages: set[str] = set()

    async def crawl(self, pages: Collection[str], *, follow: bool) -> None:
        """Store pages with the files they link to and, if asked to follow, all pages that they lead to."""
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url=_HOST, timeout=None) as client:
            known = list(dict.fromkeys(pages))
            asked = set(known)
            files: dict[str, None] = {}
            await self._store(client, "/")
            site = self._app.state.site
            for kind in {one.place.kind for one in held(site)} if follow else ():
                self._progress(f"/places ({kind})", 0, len(known))
                find_newest(site, kind)
            for done, path in enumerate(known):  # grows on the way
                for language in LANGUAGES:  # one after the other: they share what is made once per state
                    address = f"/{language}{path}"
                    self._progress(address, done, len(known))
                    for link in _links(await self._store(client, address)):
                        page = _PAGE.fullmatch(link)
                        if _is_file(link):
                            files[link] = None
                        elif page and follow and page[2] not in asked:
                            asked.add(page[2])
                            known.append(page[2])
                while files:
                    link = next(iter(files))
                    del files[link]
                    if link not in self._files:
                        files |= dict.fromkeys(filter(_is_file, _links(await self._store(client, link))))

    async def _store(self, client: httpx.AsyncClient, address: str) -> str:
        """Ask for an address and store what comes; return it if it may have links, else ""."""
        light = _DARK.sub("", address).rstrip("?")
        if light != address:  # the same drawing in other colours
            if light not in self._files:
                await self._store(client, light)
            if light in self._files:
                drawn = darkened((self._folder / self._files[light]).read_text("utf-8"))
                return self._keep(address, drawn.encode(), "image/svg+xml")
        try:
            response = await client.get(address)
        except Exception as error:  # noqa: BLE001 - one bad page does not keep the others out
            self.left_out.append(LeftOut(address, f"{type(error).__name__}: {error}"))
            return ""
        if response.status_code != 200:
            self.left_out.append(LeftOut(address, f"HTTP {response.status_code}"))
            return ""
        return self._keep(address, response.content, response.headers["content-type"])

    def _keep(self, address: str, content: bytes, kind: str) -> str:
        same = hashlib.sha256(content).digest()
        if same in self._same and not kind.startswith("text/html"):  # figures in both languages, say
            self._files[address] = self._same[same]
            return ""
        name = self._same[same] = self._name(address, page=kind.startswith("text/html"))
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._files[address] = name
        if kind.startswith("text/html"):
            self.pages.add(name)
        return content.decode() if kind.startswith(("text/html", "text/css", "application/atom")) else ""

    def _name(self, address: str, *, page: bool) -> str:
        """Choose the file of an address, with a name that no file system confuses with another."""
        path, _, query = address.partition("?")
        *above, last = [_safe(part) for part in unquote(path).strip("/").split("/")]
        choice = re.sub("[=&]", "-", query)
        stem, dot, suffix = ("", "", "") if page else last.rpartition(".")
        if page:
            parts = [*above, last, *([_safe(choice)] if choice else []), "index.html"]
        else:
            parts = [*above, _safe(f"{stem}-{choice}" if choice else stem) + dot + suffix]
        name = "/".join(filter(None, parts))
        if name.casefold() in self._names:
            folder, _, end = name.rpartition("/")
            name = f"{folder}-{_short(address)}/{end}" if page else f"{folder}/{_short(address)}-{end}"
        self._names.add(name.casefold())
        return name

    def link(self) -> None:
        """Turn links of all that was stored into relative ones."""
        for name in self._files.values():
            path = self._folder / name
            if name in self.pages:
                path.write_text(self._page(path.read_text("utf-8"), name), "utf-8")
            elif name.endswith(".atom"):
                text = path.read_text("utf-8")
                path.write_text(_TAG.sub(lambda tag: self._tag(tag[0], name)[0], text), "utf-8")  # noqa: B023
            elif name.endswith(".css"):
                text = path.read_text("utf-8")
                path.write_text(_STYLE.sub(lambda found: f"url({self._target(found[1], name)[0]})", text), "utf-8")  # noqa: B023

    def _page(self, text: str, name: str) -> str:
        language: Language = "es" if name.startswith("es/") else "en"
        sentence = f'<p class="notes">{html.escape(self._needs[language])}</p>'

        def form(found: re.Match[str]) -> str:
            address = _ADDRESS.search(found[0].partition(">")[0])
            search = address and address[1].endswith("/search") and self._target(address[1], name)[0]
            return found[0] if search else sentence

        selected = False

        def tag(found: re.Match[str]) -> str:
            nonlocal selected
            new, whole = self._tag(found[0], name)
            selected |= whole
            return new

        text = _TAG.sub(tag, _CHART.sub("", _FORM.sub(form, text)))
        return text if selected else _STARRED.sub("", text)

    def _tag(self, tag: str, name: str) -> tuple[str, bool]:
        """A tag with its address turned into a relative one; whether it leads to a whole page instead of a selection."""
        found = _ADDRESS.search(tag)
        if not found:
            return tag, False
        target, whole = self._target(html.unescape(found[1]), name)
        if target is None:
            return (tag.replace(found[0], ""), False) if tag.startswith("<a") else ("", False)
        start, end = found.span(1)
        new = f"{tag[:start]}{html.escape(target)}{tag[end:]}"
        if whole and tag.startswith("<a"):
            new = (
                new.replace('class="', 'class="whole-page ', 1)
                if 'class="' in new
                else f'{new[:-1]} class="whole-page">'
            )
        return new, whole and tag.startswith("<a")

    def _target(self, address: str, name: str) -> tuple[str | None, bool]:
        """Resolve a link of a file to its target, None if the copy lacks it, and say if a whole page replaces a selection."""
        if not address.startswith("/"):
            return address, False
        rest, _, fragment = address.partition("#")
        end = f"#{fragment}" if fragment else ""
        rest = _plain(rest)
        path, _, query = rest.partition("?")
        file = self._files.get(rest)
        if file is None:
            file = self._files.get(path)
            if file is None or file == name:
                return None, False
            if path.endswith("/search"):
                end = f"?{query}"
            elif not _is_file(path):
                return _relative(file, name) + end, True
        return _relative(file, name) + end, False


def _links(text: str) -> Iterator[str]:
    """The addresses of this site that a page, a feed or a style links to, each in one spelling."""
    for tag in _TAG.finditer(text):
        if (found := _ADDRESS.search(tag[0])) and found[1].startswith("/"):
            yield _plain(html.unescape(found[1]).partition("#")[0])
    yield from (found[1] for found in _STYLE.finditer(text))


def _plain(address: str) -> str:
    path, mark, query = address.partition("?")
    return quote(unquote(path)) + mark + query


def _is_file(address: str) -> bool:
    found = _FILE.fullmatch(address.partition("?")[0])
    return bool(found) and found[2] in _SUFFIXES  # type: ignore[index]


def _relative(file: str, name: str) -> str:
    return quote(posixpath.relpath(file, posixpath.dirname(name) or "."))


def _safe(part: str) -> str:
    """A part of a file's name without signs that some file system refuses."""
    plain = _SAFE.sub("-", part)[:_MOST_LETTERS].rstrip(".")
    return plain if plain == part else f"{plain}-{_short(part)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
