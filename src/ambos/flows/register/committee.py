"""One page on a committee: its action items, what is asked of it, its agreements and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ambos.catalog.register import side_name
from ambos.flows.register.progress import TO_DO, Standing, ordered, standing
from ambos.flows.register.reading import Reading
from ambos.flows.register.wording import said, sides_named, type_name
from ambos.model.register import Commitment, Committee, Meeting
from ambos.model.register_entry import Held
from ambos.text import Text, joined, lowered


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """What a page on a committee says.

    Attributes
    ----------
    held : Held
        The committee.
    lineage : tuple of str
        Ids of the committee and all that it came of.
    items : tuple of Standing
        Its action items and those of the committees that it came of; what is to be done first.
    asks : mapping of str to Text or None
        What is asked of both sides for each of its items, by id.
    agreements : tuple of str
        Ids of agreements of these committees, and of those that its items rest on.
    meetings : tuple of Held
        Of the committee itself and of the whole commission: the last that was held, and those to come.
    """

    held: Held
    lineage: tuple[str, ...]
    items: tuple[Standing, ...]
    asks: Mapping[str, Text | None]
    agreements: tuple[str, ...]
    meetings: tuple[Held, ...]


def committee_page(
    register: Reading,
    id: str,
    *,
    without: Iterable[str] = (),
    commitments: Iterable[str] = (),
    agreements: Iterable[str] = (),
    most: int | None = None,
) -> CommitteePage:
    """Gather what a page on a committee says.

    Parameters
    ----------
    register : Reading
    id : str
    without : iterable of str
        Committees that it came of, whose items belong to others.
    commitments, agreements : iterable of str
        Ids of further ones of its subject.
    most : int, optional
        Items of which is said what is asked; all if not given.
    """
    left_out = set(without)
    lineage = tuple(each for each in register.lineage(id) if each not in left_out)
    entries = [e for of in lineage for e in register.entries("commitment", committee=of)]
    entries += [e for each in commitments for e in register.entries("commitment", id=each)]
    items = ordered(standing(e) for e in {e.id: e for e in entries}.values())
    items = tuple(sorted(items, key=lambda s: s.outcome not in TO_DO))
    records = register.held(s.entry for s in items[:most])
    rests_on = [a for held in records if isinstance(held.record, Commitment) for a in held.record.agreements]
    own = [e.id for of in lineage for e in register.entries("agreement", committee=of)]
    return CommitteePage(
        register.committees[id],
        lineage,
        items,
        {one.entry.id: asked_of(register, one, held) for one, held in zip(items, records, strict=False)},
        tuple(dict.fromkeys((*own, *rests_on, *agreements))),
        tuple(_meetings(register, id)),
    )


def asked_of(register: Reading, one: Standing, held: Held) -> Text | None:
    """Say what is asked of both sides for a commitment: computed of what is late, silent or incomplete."""
    say, entry, record = register.workspace.catalog.message, one.entry, held.record
    assert isinstance(record, Commitment)
    if one.outcome == "delivered":
        return say("register.ask.outcome")
    if one.outcome not in TO_DO:
        return None
    asks = [] if one.outcome == "open" else [say(f"register.ask.{one.outcome}")]
    if not entry.agreed:
        asks.append(say("register.ask.accept"))
    if not entry.due:
        asks.append(say("register.ask.due"))
    responsible = {register.side_of(id) for id in record.responsible}
    lacking = [side for side in register.register.sides if side not in responsible]
    if lacking:
        asks.append(say("register.ask.office", sides=sides_named(register.workspace.catalog, lacking)))
    return joined(asks, "; ") if asks else None


def _meetings(register: Reading, id: str) -> list[Held]:
    """The last meeting of the committee or the whole commission, and those to come, in order of time."""
    today = register.day.isoformat()
    found = sorted(
        (e for e in register.entries("meeting") if e.committee in ("", id) and e.type != "other" and e.starts),
        key=lambda e: e.starts,
    )
    past = [e for e in found if e.starts <= today]
    plenaries = [e for e in past if e.type in ("plenary", "inter-plenary", "committee")]
    return register.held([*plenaries[-1:], *(e for e in found if e.starts > today)][:4])


def seats_of(register: Reading, held: Held) -> tuple[Text, ...]:
    """Name the offices that hold seats in a committee, with their role; none where they are not known."""
    say, record = register.workspace.catalog.message, held.record
    assert isinstance(record, Committee)
    today = register.day.isoformat()
    made = []
    for seat in record.seats:
        if (seat.end and seat.end < today) or not seat.office:
            continue
        office = register.offices.get(seat.office)
        name = said(office.entry.title) if office else Text.same(seat.office)
        side = side_name(register.workspace.catalog, seat.side or register.side_of(seat.office) or "other")
        made.append(say("register.committee.seat", office=name, role=lowered(type_name(seat.role)), side=side))
    return tuple(made)


def where_of(held: Held) -> Text:
    """Say where a meeting is held; a dash where that is not known."""
    record = held.record
    assert isinstance(record, Meeting)
    return said(record.where)
