"""`ambos serve`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ambos.cli.common import workspace
from ambos.cli.declare import NAME, option
from ambos.cli.door import tool
from ambos.cli.kinds import whole
from ambos.cli.language import tr

#: Of jemalloc, which Polars allocates with: pages freed go back to the system after a tenth of a second, by a thread of
#: its own. Unasked it keeps them until it is used again; after the findings 100 MiB. Read when Polars is loaded.
ALLOCATOR = "_RJEM_MALLOC_CONF", "background_thread:true,dirty_decay_ms:100,muzzy_decay_ms:0"


@tool(
    "serve",
    "Serve pages and the API over HTTP.",
    "Publica páginas y la API por HTTP.",
    option("--host", default="127.0.0.1", show_default=True, metavar=NAME)(
        "Address to listen at; 0.0.0.0 for every network.",
        "Dirección en la que se escucha; 0.0.0.0 para todas las redes.",
    ),
    option("--port", type=whole(0, 65535), default=8000, show_default=True)(
        "Port; 0 for a free one.", "Puerto; 0 para uno libre."
    ),
    option("--refresh", is_flag=True)(
        "Ask each source for newer figures on its own rhythm, and store them in the workspace.",
        "Pide a cada fuente cifras más recientes según su propio ritmo y las guarda en el espacio de trabajo.",
    ),
)
def command(folder: Path, region: str, *, host: str, port: int, refresh: bool) -> None:
    """Serve until stopped."""
    os.environ.setdefault(*ALLOCATOR)

    from ambos.web.app import create_app
    from ambos.web.log import log_to_stderr
    from ambos.web.server import ANSWER_SECONDS, listen, run

    app = create_app(workspace(folder, region), answer_within=ANSWER_SECONDS, refreshed=refresh)
    sock = listen(host, port)
    log_to_stderr()
    if refresh:
        app.state.refresher.start()
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{sock.getsockname()[1]}/"
    run(app, sock, lambda: click.echo(tr(f"Ambos at {address}", f"Ambos en {address}"), err=True))
