"""Send an event by e-mail (SMTP), one message per recipient."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ambos.delivery.limits import NotDelivered, SendLimits, ended_after, no_connection, too_large
from ambos.model.alert import MailServer
from ambos.text import Language, Text

#: From this code on a server refuses for good; from 400 on it may take the same later (RFC 5321, section 4.2.1).
_FINAL = 500


def written(
    server: MailServer, to: str, id: str, subject: str, text: str, language: Language, at: datetime
) -> EmailMessage:
    """Write a message; its Message-ID is the same each time that the event is sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message["Content-Language"] = language
    return message


def send(server: MailServer, message: EmailMessage, limits: SendLimits) -> None:
    """Hand a message to the server.

    Raises
    ------
    NotDelivered
        Also where the server does not offer the encryption that is asked for: nothing is sent in plain text instead.
    """
    content = message.as_bytes()
    if len(content) > limits.size:
        raise too_large(limits.size)
    try:
        with _session(server, limits) as session:
            session.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _refused(server, code, said) from error
    except smtplib.SMTPAuthenticationError as error:
        problem = Text(
            "{host} does not take user or password (answer {code}); the password is in {variable}",
            "{host} no acepta el usuario o la contraseña (respuesta {code}); la contraseña está en {variable}",
        )
        said_so = problem.format(host=server.host, code=error.smtp_code, variable=server.password_variable)
        raise NotDelivered(said_so, down=True) from None  # what the library says may hold what was sent
    except smtplib.SMTPNotSupportedError as error:
        problem = Text(
            "{host} does not offer what is asked for (STARTTLS or a login); nothing was sent",
            "{host} no ofrece lo que se pide (STARTTLS o inicio de sesión); no se envió nada",
        )
        raise NotDelivered(problem.format(host=server.host), down=True) from error
    except smtplib.SMTPServerDisconnected as error:
        raise no_connection(server.host, error) from error
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise _refused(server, error.smtp_code, error.smtp_error, down=True) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(server, error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise no_connection(server.host, error) from error


@contextmanager
def _session(server: MailServer, limits: SendLimits) -> Iterator[smtplib.SMTP]:
    """A session that is encrypted and logged in as the definitions say, and ends in time."""
    password = ""
    if server.user:
        password = os.environ.get(server.password_variable, "")
        if not password:
            problem = Text(
                "the environment variable {variable} with the password of {host} is not set",
                "la variable de entorno {variable} con la contraseña de {host} no está definida",
            )
            raise NotDelivered(problem.format(variable=server.password_variable, host=server.host), down=True)
    context = ssl.create_default_context()
    session = (
        smtplib.SMTP_SSL(timeout=limits.connect, context=context)
        if server.security == "tls"
        else smtplib.SMTP(timeout=limits.connect)
    )
    session._host = server.host  # type: ignore[attr-defined]  # the name that the certificate is checked for
    with ended_after(limits.total, lambda: session.sock):
        try:
            code, said = session.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, said)
            if server.security == "starttls":
                session.starttls(context=context)
            if server.user:
                session.login(server.user, password)
            yield session
            with suppress(OSError, smtplib.SMTPException):
                session.quit()  # the message is taken already
        finally:
            session.close()


def _refused(server: MailServer, code: int, said: bytes | str, *, down: bool = False) -> NotDelivered:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    words = "".join(c if c.isprintable() else " " for c in words)[:200]
    problem = Text("{host} answered {code}: {words}", "{host} respondió {code}: {words}")
    shown = problem.format(host=server.host, code=code, words=" ".join(words.split()) or "-")
    return NotDelivered(shown, final=code >= _FINAL and not down, down=down)
