"""Time limits, retries and errors of a delivery."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ambos.numbers import size
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Limits of one delivery.

    Attributes
    ----------
    connect : float
        Seconds to wait for a connection, and for the next bytes.
    total : float
        Seconds that one delivery may take from the connection on.
    size : int
        Bytes that a message may have.
    answer : int
        Bytes that are read of an answer.
    """

    connect: float = 10.0
    total: float = 30.0
    size: int = 256 * 1024
    answer: int = 64 * 1024


class NotDelivered(Exception):
    """The error of a failed delivery.

    Attributes
    ----------
    problem : Text
        Without password, and without what an address has after its host.
    final : bool
        Whether the receiver refuses it for good, so that there is no use in trying again.
    down : bool
        Whether the server could not be talked to at all: other deliveries to it would fail as well.
    """

    def __init__(self, problem: Text, *, final: bool = False, down: bool = False) -> None:
        super().__init__(problem.en)
        self.problem, self.final, self.down = problem, final, down


@contextmanager
def ended_after(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """End a connection after so many seconds, whatever it is at: a server that sends a byte a second keeps within every
    time limit of a single read."""

    def end() -> None:
        if (held := connection()) is not None:
            with suppress(OSError):
                # Not the method of `ssl.SSLSocket`, which would take the layer away under the reader.
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def no_connection(host: str, error: Exception) -> NotDelivered:
    """The failure of a server that is not there, or that ended the connection."""
    words = " ".join(str(getattr(error, "strerror", None) or error).split())[:200].rstrip(".") or type(error).__name__
    problem = Text(
        "{host} could not be reached or ended the connection ({words})",
        "no se pudo contactar a {host} o cortó la conexión ({words})",
    )
    return NotDelivered(problem.format(host=host, words=words), down=True)


def too_large(limit: int) -> NotDelivered:
    """The failure of a message that has more bytes than are sent."""
    most = size(limit)
    return NotDelivered(Text(f"the message is larger than {most}", f"el mensaje mide más de {most}"), final=True)
