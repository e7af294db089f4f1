"""The web door on a real socket of this machine, in a thread, and a client that sends what it is told."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ambos.flows.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI


class WebServer:
    """Serves a workspace between entering and leaving."""

    def __init__(self, workspace: Workspace, answer_within: float | None = None) -> None:
        from ambos.web.app import create_app
        from ambos.web.server import Patient, listen, most_connections, server_of

        self.app: FastAPI = create_app(workspace, answer_within=answer_within)
        Patient.most = most_connections()
        self._sock = listen("127.0.0.1", 0)
        self.port: int = self._sock.getsockname()[1]
        self._server = server_of(self.app)
        self._server.config.lifespan = "off"  # nothing is made before it is asked for
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[self._sock])))

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        self.app.state.jobs.close()

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), 60)

    def ask(self, path: str, *, method: str = "GET", headers: str = "", body: bytes = b"") -> tuple[int, str, bytes]:
        """Send a request as it stands, whatever its path holds; give status, head and body of the response."""
        with self.connect() as connection:
            head = f"{method} {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n{headers}"
            if body:
                head += f"Content-Length: {len(body)}\r\n"
            connection.sendall(f"{head}\r\n".encode() + body)
            return read(connection)


def read(connection: socket.socket) -> tuple[int, str, bytes]:
    """Read a response until the server closes the connection; status 0 if there is none."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    return (int(text.split()[1]) if text else 0), text, body


def embedded(folder: Path) -> Workspace:
    """A workspace that holds nothing but the embedded figures."""
    from ambos.flows.workspace import open_workspace

    return open_workspace(folder / "none")
