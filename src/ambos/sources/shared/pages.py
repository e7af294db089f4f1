"""Answers in pages: asked for one after the other and, when read, whole or refused. One place for all sources.

A page says how many rows there are in all, or where the next one lies; a file that holds fewer, or that ends with such
a page, is a part of the answer and not taken for the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ambos.errors import FetchFailed, WrongShape
from ambos.sources.shared.base import Fetched, File
from ambos.sources.shared.strict import wrong

if TYPE_CHECKING:
    from ambos.sources.shared.http import Response

#: Pages of one list, and bytes of all of them. The whole history of border crossings has some 400 pages of 1,000 rows.
MOST_PAGES, MOST_BYTES = 1_000, 512 * 1024**2


class Pages(list["Response"]):
    """The pages of one list in their order, each unlike every other, and not without end."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[bytes] = set()
        self._size = 0

    def take(self, page: Response, rows: bytes) -> None:
        """Add a page.

        Parameters
        ----------
        page : Response
        rows : bytes
            What must not come twice; empty if the page has no rows.

        Raises
        ------
        FetchFailed
            If its rows came before, or the list does not end.
        """
        digest = hashlib.sha256(rows).digest()
        if rows and digest in self._seen:
            raise page.unfit("the same rows came twice", "los mismos renglones llegaron dos veces")
        self._size += len(page.content)
        if len(self) >= MOST_PAGES or self._size > MOST_BYTES:
            raise page.unfit(
                f"the list does not end after {len(self):,} pages", f"la lista no termina tras {len(self):,} páginas"
            )
        self._seen.add(digest)
        self.append(page)


def each(questions: Iterable[Callable[[], Iterator[Fetched]]]) -> Iterator[Fetched]:
    """The answers to all questions. One that fails does not stop the others; the first failure is raised at the end.

    Without a connection, and where the source refuses or asks for fewer questions, the next one would fare no better.

    Raises
    ------
    FetchFailed
    """
    failed: FetchFailed | None = None
    for question in questions:
        try:
            yield from question()
        except FetchFailed as error:
            if error.values["problem"] in ("connection", "timeout") or error.values["status"] in (401, 403, 429):
                raise
            failed = failed or error
    if failed:
        raise failed


def require_rows(file: File, promised: object, came: int, whose: str = "") -> None:
    """Refuse a file with fewer rows than it promises.

    Parameters
    ----------
    file : File
    promised : object
        The number as `read_json` gives it (text); what is no number promises nothing.
    came : int
        Rows in the file.
    whose : str
        A name or a code in front of the reason.

    Raises
    ------
    WrongShape
    """
    text = str(promised)
    if text.isascii() and text.isdigit() and came < int(text):
        raise incomplete(
            file,
            f"{whose}{came} of the {text} rows that it promises are there",
            f"{whose}trae {came} de los {text} renglones que promete",
        )


def incomplete(file: File, en: str, es: str) -> WrongShape:
    """The error for a file that lacks pages."""
    return wrong(
        file,
        f"{en}: pages of the answer are missing.",
        f"{es}: faltan páginas de la respuesta.",
    )


def joined(name: str, answers: Sequence[Response]) -> Fetched:
    """Join answers as a JSON list, each byte for byte as it came.

    The first one's marks (ETag, Last-Modified) are left out: they say nothing of the others.
    """
    content = b"[" + b",\n".join(a.content.removeprefix(b"\xef\xbb\xbf").strip() for a in answers) + b"]\n"
    return Fetched(name, content, answers[0].url, answers[0].at)


def without(answer: Response, members: str) -> FetchFailed:
    """The failure of a JSON answer that lacks members of its source's shape."""
    return answer.unfit(
        f"it is not in the source's shape: {members} missing", f"no tiene la forma de la fuente: falta {members}"
    )
