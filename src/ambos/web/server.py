"""The HTTP server: one process, patient with its readers, but not for ever."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from ambos.errors import CannotListen, reason
from ambos.web.limits import MOST_HEAD

#: Seconds for the head of a request to arrive, from the connection or the last response on; and so long must a client
#: that reads slowly have taken something.
HEAD_SECONDS = 20.0
#: Seconds for a response to begin.
ANSWER_SECONDS = 30.0
#: Seconds for which a connection without a request is kept open after a response, and for requests to end at the stop.
KEEP_ALIVE, END_SECONDS = 15, 5
#: Open files that are left for the store when connections take the others.
FILES_LEFT = 256


class Patient(H11Protocol):
    """HTTP/1.1 whose clients have a time limit: to send a request, and to take a response."""

    #: Most connections; more are closed at once.
    most = 1000

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
            return
        self._wait()

    def handle_events(self) -> None:
        """Stop the clock once the head of a request is there."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()

    def on_response_complete(self) -> None:
        """Expect the response to be taken, and another request."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._unsent = 0
            self._wait()

    def pause_writing(self) -> None:
        """Expect the client to take what was sent."""
        super().pause_writing()
        self._unsent = 0
        self._wait()

    def resume_writing(self) -> None:
        """Stop the clock: the client took it."""
        super().resume_writing()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop()
        self._timer = self.loop.call_later(HEAD_SECONDS, self._late)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        """Close the connection, unless its client took a part of the response since the clock was started."""
        unsent = self.transport.get_write_buffer_size()
        if unsent and (not self._unsent or unsent < self._unsent):
            self._unsent = unsent
            self._wait()
        else:
            self.transport.abort()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket of a server.

    Raises
    ------
    CannotListen
        If the address is not one of this machine, or taken.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.create_server(address[:2], family=family, backlog=2048)
        # connections inherit it; asyncio sets it only on sockets it opened itself, and without it a body waits 40 ms
        # for the client's delayed acknowledgement of the head
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    except (OSError, UnicodeError) as error:
        why = reason(error) if isinstance(error, OSError) else reason(OSError(str(error)))
        raise CannotListen(host=host, port=port, detail=why) from error


def server_of(app: FastAPI) -> uvicorn.Server:
    """Make the server of an application, with its limits."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Patient,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=MOST_HEAD,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=END_SECONDS,
        )
    )


def run(app: FastAPI, sock: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; then requests in progress are answered.

    Parameters
    ----------
    app : FastAPI
    sock : socket.socket
        From `listen`.
    ready : callable
        Called once requests are answered.
    """
    Patient.most = most_connections()
    # The command line turned it off, for programs that live for seconds.
    gc.enable()

    async def serve() -> None:
        asyncio.get_running_loop().call_soon(ready)
        await server_of(app).serve(sockets=[sock])

    # The server gives the signal that ended it on to who started it, for whom it is an interruption.
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())


def most_connections() -> int:
    """Allow as many open files as the system lets this process have; connections may take all but `FILES_LEFT`."""
    try:
        import resource
    except ImportError:  # Windows
        return Patient.most
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return max(soft - FILES_LEFT, 64)
