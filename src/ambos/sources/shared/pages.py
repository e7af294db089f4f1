"""Check that all pages of an answer are there. One place for all readers of sources that answer in pages.

A page says how many rows there are in all, or where the next one lies; a file that holds fewer, or that ends with such
a page, is a part of the answer and not taken for the whole.
"""

from __future__ import annotations

from ambos.errors import WrongShape
from ambos.sources.shared.base import File
from ambos.sources.shared.strict import wrong


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
