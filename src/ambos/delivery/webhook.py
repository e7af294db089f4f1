"""Post an event to a webhook: JSON, straight to its host, no redirects."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from ambos import __version__
from ambos.delivery.limits import NotDelivered, SendLimits, ended_after, no_connection, too_large
from ambos.text import Text

#: Answers to a request that may be taken later: request timeout, too early, too many requests.
_LATER = (408, 425, 429)


def post(address: str, content: Mapping[str, object], id: str, limits: SendLimits) -> None:
    """Post JSON; any status from 200 to 299 means that the receiver took it.

    Parameters
    ----------
    address : str
        https, or http on this machine.
    content : mapping
    id : str
        Sent as ``Idempotency-Key``: the same each time that the event is sent.
    limits : SendLimits

    Raises
    ------
    NotDelivered
    """
    body = json.dumps(content, ensure_ascii=False).encode()
    if len(body) > limits.size:
        raise too_large(limits.size)
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(host, parts.port, timeout=limits.connect, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=limits.connect)
    )
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Ambos/{__version__}",
        "Idempotency-Key": id,
        "Connection": "close",
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        with ended_after(limits.total, lambda: connection.sock):
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            status = answer.status
            answer.read(limits.answer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise no_connection(host, error) from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        problem = Text("{host} answered with the status {status}", "{host} respondió con el estado {status}")
        later = status >= 500 or status in _LATER
        raise NotDelivered(problem.format(host=host, status=status), final=not later)
