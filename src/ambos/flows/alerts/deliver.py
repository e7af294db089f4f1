"""Deliver what waits in the outbox of a workspace, each event to each recipient in their language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ambos.catalog.alerts import load_alerts
from ambos.delivery import mail, webhook
from ambos.delivery.limits import NotDelivered, SendLimits
from ambos.delivery.outbox import Outbox
from ambos.flows.workspace import Workspace
from ambos.model.alert import Alerts, Delivery, Event, Recipient
from ambos.numbers import both
from ambos.text import Language, Text

_NO_RECIPIENT = Text(
    "alerts.toml no longer has this recipient, or no such address of it",
    "alerts.toml ya no tiene a este destinatario, o no esa dirección",
)


def deliver(workspace: Workspace, *, again: bool = False, limits: SendLimits | None = None) -> Counter[str]:
    """Try every delivery that is due, once each; what fails is tried again at a later call, after a growing pause.

    A delivery is noted as tried before it is sent and as sent after it was taken: a process that is killed repeats at
    most the one that was on its way, with the same id. Only one process at a time delivers.

    Parameters
    ----------
    workspace : Workspace
    again : bool
        Do not wait for the pauses, and try what was refused as well.
    limits : SendLimits, optional

    Returns
    -------
    Counter of str
        The number of deliveries by what became of them: ``sent``, ``waiting``, ``refused``; ``busy`` is 1 if another
        process delivers.

    Raises
    ------
    DefinitionError, CannotRead, CannotWrite
    """
    alerts = load_alerts(workspace.catalog, workspace.folder)
    outbox, done = Outbox(workspace.folder), Counter[str]()
    if not outbox.path.exists():
        return done
    down: set[str] = set()
    with outbox.exclusive() as held:
        if not held:
            return Counter(busy=1)
        if again:
            outbox.again(workspace.clock())
        for one in outbox.due(workspace.clock()):
            host = _host(alerts, one)
            if host in down:  # it was found down in this call: the others wait without an attempt
                done["waiting"] += 1
                continue
            outbox.attempt(one, workspace.clock())
            try:
                _send(workspace, alerts, one, limits or SendLimits())
            except NotDelivered as error:
                if error.down:
                    down.add(host)
                state = "refused" if error.final else "waiting"
                outbox.failed(one, error.problem, "refused" if error.final else "waiting")
                done[state] += 1
            else:
                outbox.sent(one, workspace.clock())
                done["sent"] += 1
    return done


def _address(alerts: Alerts, one: Delivery) -> str:
    recipient = alerts.recipients.get(one.recipient)
    return getattr(recipient, one.channel) if recipient else ""


def _host(alerts: Alerts, one: Delivery) -> str:
    if one.channel == "email":
        return f"{alerts.mail.host}:{alerts.mail.port}" if alerts.mail else ""
    return urlsplit(_address(alerts, one)).netloc


def _send(workspace: Workspace, alerts: Alerts, one: Delivery, limits: SendLimits) -> None:
    """Send one delivery.

    Raises
    ------
    NotDelivered
    """
    address, recipient = _address(alerts, one), alerts.recipients.get(one.recipient)
    if recipient is None or not address or (one.channel == "email" and alerts.mail is None):
        raise NotDelivered(_NO_RECIPIENT, final=True)
    now = workspace.clock()
    if one.channel == "webhook":
        webhook.post(address, content(alerts, one, recipient, now), one.id, limits)
        return
    assert alerts.mail is not None
    language = recipient.language
    text = "\n\n".join(body(alerts, one.event, now)[language].split("\n"))
    message = mail.written(alerts.mail, address, one.id, one.event.title[language], text + "\n", language, now)
    mail.send(alerts.mail, message, limits)


def body(alerts: Alerts, event: Event, now: datetime) -> Text:
    """The text of an event with the age of its figure, its sources and the link to its page."""
    lines = [event.text]
    if event.began is not None:
        age = now - event.began
        lines.append(
            Text(
                "When this was sent, the period of the figure had begun {age} before.",
                "Al enviar esto, el periodo de la cifra había comenzado {age} antes.",
            ).format(age=_age(age))
        )
    lines += [Text("Source: ", "Fuente: ") + source for source in event.sources]
    if alerts.site:
        lines.append(Text(*(link(alerts, event, language) for language in ("en", "es"))))
    return Text("\n".join(line.en for line in lines), "\n".join(line.es for line in lines))


def link(alerts: Alerts, event: Event, language: Language) -> str:
    """The address of the page of an event; empty if the pages are not served."""
    return f"{alerts.site}/{language}{event.link}" if alerts.site else ""


def content(alerts: Alerts, one: Delivery, recipient: Recipient, now: datetime) -> Mapping[str, object]:
    """Make the body of a webhook."""
    event, language = one.event, recipient.language
    return {
        "id": one.id,
        "rule": event.rule,
        "language": language,
        "title": event.title[language],
        "text": body(alerts, event, now)[language],
        "sources": [source[language] for source in event.sources],
        "figure": event.figure,
        "fired_at": event.fired_at.isoformat(),
        "sent_at": now.isoformat(),
        "link": link(alerts, event, language) or None,
    }


def _age(age: timedelta) -> Text:
    """An age in whole minutes, hours or days."""
    if age < timedelta(hours=2):
        return both(age // timedelta(minutes=1)) + Text(" minutes", " minutos")
    if age < timedelta(days=2):
        return both(age // timedelta(hours=1)) + Text(" hours", " horas")
    return both(age.days) + Text(" days", " días")
