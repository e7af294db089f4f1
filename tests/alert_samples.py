"""What tests of alerts share: a workspace whose clock is set by hand, its alerts.toml, and a real SMTP server."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from ambos.catalog import Catalog
from ambos.delivery.outbox import Outbox
from ambos.flows.workspace import Workspace
from ambos.model.alert import Event, Memory
from ambos.store import Store
from ambos.text import Text

NOW = datetime(2026, 6, 14, 23, 30, tzinfo=UTC)
CARS = """
[alert.cars]
name = { en = "Cars over 90 minutes", es = "Autos con más de 90 minutos" }
when = "threshold"
series = "waits.reports"
place = "nogales-deconcini"
item = "passenger/standard"
above = 90
clears = 60
newest_hours = 6
"""


@dataclass
class Clock:
    """Stands still until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def workspace_at(folder: Path, catalog: Catalog, clock: Clock, *, embedded: bool = True, toml: str = "") -> Workspace:
    """A workspace with an alerts.toml, in a region without rules of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "alerts.toml").write_text(toml, encoding="utf-8")
    base = catalog.snapshot_folder if embedded else None
    bare = replace(catalog, snapshot_folder=folder / "region" / "snapshot")
    return Workspace(folder, bare, Store(folder / "store", catalog.datasets, base), clock=clock)


def event(number: int = 1, rule: str = "cars") -> Event:
    """An event of no real figure."""
    title, text = (
        Text("Cars wait", "Los autos esperan"),
        Text(f"Figure {number} — 95 min.", f"Cifra {number} — 95 min."),
    )
    source = (Text("CBP, Border Wait Times", "CBP, Tiempos de espera"),)
    return Event(f"{rule}/{number}", rule, title, text, source, "/series/waits.reports", NOW, NOW, {"value": 95.0})


def keep(workspace: Workspace, *events: Event) -> None:
    """Put events into the outbox of a workspace for all its recipients."""
    from ambos.catalog.alerts import load_alerts

    alerts = load_alerts(workspace.catalog, workspace.folder)
    for one in events:
        memory = Memory(one.rule, NOW, {}, None)
        Outbox(workspace.folder).keep(memory, [one], alerts.recipients_of(one.rule))


# -- a mail server --------------------------------------------------------------------------------------------------
@dataclass
class Mailbox:
    """What a mail server was given, and how it behaves.

    `refuses`: addresses that it does not take. `answer`: what it says to a message. `wait`: seconds before that.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    answer: str = "250 taken"
    wait: float = 0.0

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:
        """Take an address or refuse it."""
        if to in self.refuses:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        """Take a message."""
        await asyncio.sleep(self.wait)
        if self.answer.startswith("250"):
            message = message_from_bytes(bytes(envelope.content or b""), policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
        return self.answer


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(box: Mailbox, port: int, certificate: Path | None = None, password: str = "") -> Iterator[None]:
    """Run a mail server; with a certificate it wants STARTTLS, with a password a login."""
    more: dict[str, Any] = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        more = {"tls_context": context, "require_starttls": True}
    if password:

        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=data.password == password.encode(), handled=False)

        more |= {"authenticator": check, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60, **more)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself."""
    made = folder / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made.with_suffix(".key")), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return made
