"""Alerts: what is watched, who is told, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, uuid5

from ambos.model.definition import Number, Within
from ambos.text import Language, Text

#: What a rule waits for: a figure past a threshold, a new finding, another tier of Lake Mead, new figures of a series,
#: figures that replace others.
When = Literal["threshold", "finding", "tier", "figures", "revision"]


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule that is evaluated after each build."""

    id: str
    name: Text
    when: When
    series: str = ""  #: Of all but rules of findings.
    place: str = ""  #: Slug, id or name; empty for every place.
    item: str = ""  #: Of the series, as ``ambos show`` takes it; empty for every item.
    above: Number | None = None  #: Fires on a figure above it, in the unit of the series.
    below: Number | None = None  #: Fires on a figure below it.
    #: Fires again only after a figure of at most (above) or at least (below) this; default: the threshold itself.
    clears: Number | None = None
    #: A figure whose period began longer ago, in hours, neither fires nor clears; required of a threshold.
    newest_hours: Annotated[float | None, Within(1)] = None
    #: Distance from the edge of a tier, in feet, from which on a level counts as having crossed it.
    margin: Annotated[float, Within(0)] = 0.0
    #: `severity`, `check`, `dataset`: only such findings.
    severity: Literal["", "low", "medium", "high"] = ""
    check: str = ""
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: by e-mail, by webhook, or both."""

    id: str
    language: Language
    email: str = ""
    webhook: str = ""  #: https, or http on this machine.
    alerts: tuple[str, ...] = ()  #: Ids of rules; empty for all.


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes e-mail (SMTP)."""

    host: str
    sender: str  #: Address in From and of the envelope.
    port: Annotated[int, Within(1, 65535)] = 587
    #: STARTTLS, TLS from the first byte, or none (on this machine only).
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""  #: Empty for a server that wants no password.
    password_variable: str = "AMBOS_SMTP_PASSWORD"  #: Environment variable that holds the password.


@dataclass(frozen=True, slots=True)
class Alerts:
    """All rules and recipients of a workspace."""

    rules: Mapping[str, AlertRule] = field(default_factory=dict)
    recipients: Mapping[str, Recipient] = field(default_factory=dict)
    mail: MailServer | None = None
    site: str = ""  #: Address under which the pages are served, for links; empty if they are not.

    def recipients_of(self, rule: str) -> tuple[Recipient, ...]:
        """The recipients of a rule."""
        return tuple(r for r in self.recipients.values() if not r.alerts or rule in r.alerts)


@dataclass(frozen=True, slots=True)
class Event:
    """A finding of an alert rule, as it is delivered."""

    key: str  #: Of the rule and of what it found; the same event is never kept twice.
    rule: str
    title: Text
    text: Text  #: The figure with its unit and period, and what is to be known of it.
    sources: tuple[Text, ...]
    link: str  #: Address of the page after the language.
    fired_at: datetime  #: UTC.
    began: datetime | None = None  #: When the period of the figure began; None for what is about no figure.
    figure: Mapping[str, object] = field(default_factory=dict)  #: Raw values, for programs.


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to a recipient."""

    event: Event
    recipient: str
    channel: Literal["email", "webhook"]
    state: Literal["waiting", "sent", "refused"]
    attempts: int
    due_at: datetime  #: When it is tried (again), UTC.
    sent_at: datetime | None
    problem: Text | None  #: Why the last attempt failed.

    @property
    def id(self) -> str:
        """A name that stays the same however often it is tried, so that a receiver can tell a repetition."""
        return str(uuid5(NAMESPACE_URL, f"ambos/alert/{self.event.key}/{self.recipient}/{self.channel}"))


@dataclass(frozen=True, slots=True)
class Memory:
    """State of an alert rule between two evaluations."""

    rule: str
    evaluated_at: datetime  #: UTC.
    kept: Mapping[str, Any]  #: Per subject: whether the rule stands fired, which findings, figures or tier were seen.
    problem: Text | None  #: Why it could not be evaluated.
