"""Fill the pages of the book: how tall each chart is drawn, so that no page ends far above its foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Least height left on a page, in points, for the head and the first rows of a table that goes on overleaf; and of what
#: goes on there.
HEAD, TAIL = 120.0, 60.0
#: A chart of a section on one page is left out where its lowest height leaves more than a page by this share or more.
FULLEST = 0.82


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a section, in the order of the page.

    Attributes
    ----------
    id : str
        Empty for a block that is no chart.
    height : float
        With the space to the next block, in points.
    least, most : float
        The height of a chart that is drawn lower or taller; that of other blocks is `height`.
    breakable : bool
        Whether it may go on overleaf.
    """

    id: str
    height: float
    least: float
    most: float
    breakable: bool = False


def heights(pieces: Sequence[Piece], room: float) -> dict[str, float]:
    """Choose the height of each chart of a section, page by page.

    As many blocks stand on a page as fit with its charts drawn lower; then its charts are drawn as tall as the page has
    room. The last page keeps the usual heights.

    Parameters
    ----------
    pieces : sequence of Piece
    room : float
        The height of a page in points.

    Returns
    -------
    dict of str to float
        Heights by the id of the chart, where they are not the usual ones.
    """
    chosen: dict[str, float] = {}
    start, used = 0, 0.0
    while start < len(pieces):
        end, least = start, used
        while end < len(pieces) and least + pieces[end].least <= room:
            least += pieces[end].least
            end += 1
        page = pieces[start:end]
        usual = used + sum(piece.height for piece in page)
        if end == len(pieces):
            chosen |= _fitted(page, room - used) if usual > room else {}
            break
        following = pieces[end]
        left = room - usual
        if following.breakable and left >= HEAD and following.height - left >= TAIL:
            start, used = end + 1, following.height - left + TAIL / 2  # its head is repeated overleaf
            continue
        chosen |= _fitted(page, room - used)
        if end == start:  # higher than a page: it runs over by itself
            used = max(0.0, used + following.height - room) if following.breakable else 0.0
            start = end + 1
            continue
        start, used = end, 0.0
    return chosen


def one_page(pieces: Sequence[Piece], room: float) -> tuple[dict[str, float], list[str]]:
    """Fit a section on one page: its charts are drawn as tall as fills it.

    Where not even the lowest fit, the last chart is left out, unless the page is only a little too full: then it is set
    smaller.

    Parameters
    ----------
    pieces : sequence of Piece
    room : float
        The height of a page in points.

    Returns
    -------
    heights : dict of str to float
        Of the charts, by id.
    left_out : list of str
        Ids of the charts left out.
    """
    kept, left_out = list(pieces), list[str]()
    while True:
        least = sum(piece.least for piece in kept)
        elastic = [piece for piece in kept if piece.least < piece.most]
        if not elastic or least * FULLEST <= room:
            return _fitted(kept, room), left_out
        kept.remove(elastic[-1])
        left_out.append(elastic[-1].id)


def _fitted(page: Sequence[Piece], room: float) -> dict[str, float]:
    """Give the charts of a page a common share of the room that its other blocks leave."""
    wanted = room - sum(piece.height for piece in page)
    elastic = [piece for piece in page if piece.least < piece.most]
    if wanted < 0:
        give = sum(piece.height - piece.least for piece in elastic)
        share = min(1.0, -wanted / give) if give else 0.0
        return {piece.id: piece.height - share * (piece.height - piece.least) for piece in elastic}
    take = sum(piece.most - piece.height for piece in elastic)
    share = min(1.0, wanted / take) if take else 0.0
    return {piece.id: piece.height + share * (piece.most - piece.height) for piece in elastic}
