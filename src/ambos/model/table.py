"""A table of texts, ready to be shown in either language on a terminal or a page."""

from __future__ import annotations

from dataclasses import dataclass

from ambos.text import Text


@dataclass(frozen=True, slots=True)
class TextTable:
    """Rows and columns of texts.

    Attributes
    ----------
    id : str
        Lower case letters, digits and hyphens.
    title : Text
    columns : tuple of Text
        The first heads the rows.
    rows : tuple of tuples of Text
    texts : int
        How many columns from the left hold words; the others hold numbers.
    note : Text or None
    folded : bool
        A long one: a page shows it only when it is opened, a terminal not at all.
    """

    id: str
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    texts: int = 1
    note: Text | None = None
    folded: bool = False
