"""The log of public comments: those published, with the replies of offices."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ambos.flows.register.reading import Reading
from ambos.flows.register.wording import kind_name, said
from ambos.model.answer import Answer, Column, Named, Row, Table
from ambos.model.register import Comment, Phrase
from ambos.model.register_entry import Held
from ambos.text import Text, joined

#: Letters of a comment that a document shows.
MOST_LETTERS = 1000


def comments(register: Reading) -> Answer:
    """Tabulate the comments that were published, the oldest first.

    Returns
    -------
    Answer
        A row per comment, with all replies.
    """
    say = register.workspace.catalog.message
    found = sorted(register.entries("comment"), key=lambda e: (e.made, e.seq))
    rows = tuple(_row(register, held) for held in register.held(e for e in found if e.type == "published"))
    columns = (
        Column("submitted", say("register.comments.submitted")),
        Column("about", say("register.comments.about")),
        Column("comment", say("register.comments.comment")),
        Column("organisation", say("register.comments.from")),
        Column("replies", say("register.comments.replies")),
    )
    title = say("register.comments.title")
    return Answer(
        "register.comments",
        title,
        (Table("comments", title, columns, rows),),
        {"day": register.day, "published": len(rows)},
        () if rows else (say("register.comments.none"),),
    )


def _row(register: Reading, held: Held) -> Row:
    say, record = register.workspace.catalog.message, held.record
    assert isinstance(record, Comment)
    text = record.text.strip()
    written = said(Phrase(text, "") if record.language == "en" else Phrase("", text))
    if len(text) > MOST_LETTERS:
        short = text[:MOST_LETTERS].rstrip()
        written = say(
            "register.comments.cut", text=said(Phrase(short, "") if record.language == "en" else Phrase("", short))
        )
    about = register.entries(record.target_kind, id=record.target)
    name = kind_name(record.target_kind) + Text.same(": ")
    replies = [_office(register, reply.office) + Text.same(": ") + said(reply.text) for reply in record.replies]
    zone = ZoneInfo(register.workspace.catalog.region.zone)
    return (
        datetime.fromisoformat(record.submitted).astimezone(zone).date() if record.submitted else None,
        Named(record.target, name + (said(about[0].title) if about else Text.same(record.target))),
        written,
        record.organisation or None,
        joined(replies, "; ") if replies else say("register.comments.no_reply"),
    )


def _office(register: Reading, id: str) -> Text:
    held = register.offices.get(id)
    return said(held.entry.title) if held else Text.same(id)
