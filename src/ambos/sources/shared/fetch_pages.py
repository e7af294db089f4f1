"""Questions with several answers: the pages of a list, and questions of which one may fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from ambos.errors import FetchFailed
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Answer

#: Pages of one list, and bytes of all of them. The whole history of border crossings has some 400 pages of 1,000 rows.
MOST_PAGES, MOST_BYTES = 1_000, 512 * 1024**2


class Pages(list[Answer]):
    """The pages of one list in their order, each unlike every other, and not without end."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[bytes] = set()
        self._size = 0

    def take(self, page: Answer, rows: bytes) -> None:
        """Add a page.

        Parameters
        ----------
        page : Answer
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
