"""The page of projects ranked: by the scores of the register, or by files that are sent, judged and deleted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from ambos.catalog.words import load_words
from ambos.errors import AmbosError, BadRequest, WeightsMissing, bad_request
from ambos.flows.register.rank import rank
from ambos.model.answer import Answer
from ambos.text import LANGUAGES, Text
from ambos.web.forms import Field, asked, status_of
from ambos.web.page import Asked, Page
from ambos.web.pages.register import FRESH

router = APIRouter()

#: Most bytes of both files and the form around them.
MOST_BYTES = 2 * 2**20
_FIELDS = (
    Field("scores", "ranking.scores", "file"),
    Field("weights", "ranking.weights", "file", required=True),
    Field("top", "ranking.top", "year"),
)
_MOST_TOP = 1000


def _render(page: Page, flow: Callable[[], Answer], fresh: int) -> HTMLResponse:
    page.site.passes = True  # the register is not in the store
    answer, error = asked(flow)
    return page.render(
        "ranking.html.j2",
        status=status_of(error),
        fresh=fresh,
        subject=load_words(page.workspace.catalog).pages["ranking"],
        fields=_FIELDS,
        answer=answer,
        refused=error.on_page() if error else None,
        most=MOST_BYTES // 2**20,
    )


@router.get("/ranking")
def ranking(page: Asked) -> HTMLResponse:
    """Show the scheme of weights, and the ranking where the register has scores and the scheme is whole."""

    def flow() -> Answer:
        try:
            return rank(page.workspace)
        except (BadRequest, WeightsMissing):  # scores are held, and not all weights: the form asks for them
            return rank(page.workspace, held=False)

    return _render(page, flow, FRESH)


async def _files(request: Request) -> Mapping[str, bytes | str]:
    """Read the files of the form; their size is known before they are read.

    Raises
    ------
    HTTPException
        If they are larger than allowed, or do not say how large they are.
    """
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise HTTPException(411, "Content-Length?")
    if int(length) > MOST_BYTES:
        raise HTTPException(413, f"> {MOST_BYTES // 2**20} MiB")
    async with request.form(max_files=2, max_fields=4) as form:
        sent = {name: form.get(name) for name in ("scores", "weights")}
        made: dict[str, bytes | str] = {
            name: await file.read() for name, file in sent.items() if isinstance(file, UploadFile) and file.filename
        }
        return {**made, "top": str(form.get("top") or "").strip()}


@router.post("/ranking")
def of_files(page: Asked, given: Annotated[Mapping[str, bytes | str], Depends(_files)]) -> HTMLResponse:
    """Rank by files of weights and scores; they are deleted before the answer is sent."""

    def flow() -> Answer:
        top = given["top"]
        if top and not (isinstance(top, str) and top.isascii() and top.isdigit() and 0 < int(top[:9]) <= _MOST_TOP):
            raise bad_request(
                f"The top is a number from 1 to {_MOST_TOP}.", f"Los primeros son un número de 1 a {_MOST_TOP}."
            )
        with tempfile.TemporaryDirectory(prefix="ambos-") as folder:
            paths: dict[str, Path] = {}
            for name in ("scores", "weights"):
                content = given.get(name)
                if isinstance(content, bytes):
                    paths[name] = Path(folder) / f"{name}.csv"
                    paths[name].write_bytes(content)
            try:
                return rank(page.workspace, paths.get("scores"), paths.get("weights"), int(top) if top else None)
            except AmbosError as error:  # it names the files by their path here, which is nobody's affair
                said = error.on_page()
                raise BadRequest(detail=Text(*(said[k].replace(f"{folder}/", "") for k in LANGUAGES))) from error

    return _render(page, flow, 0)
