"""`ambos snapshot`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, check_terminal, common, option, print_json, print_table, progress
from ambos.cli.language import LANGUAGE, tr


@click.command(
    "snapshot",
    help=tr(
        "Rebuild the snapshot that the package carries, from the real files.",
        "Reconstruye la copia de datos que trae el paquete, a partir de los archivos reales.",
    ),
)
@option(
    "--from", "origin", required=True, type=click.Path(path_type=Path), en="Folder of files.", es="Carpeta de archivos."
)
@as_json
@common
def command(origin: Path, as_json: bool, folder: Path, region: str) -> None:
    """Rebuild the embedded snapshot."""
    from ambos.flows.data.snapshot import snapshot
    from ambos.numbers import number

    check_terminal()
    with progress(tr("Reading", "Leyendo")) as tell:
        _, sizes = snapshot(region, origin, tell)
    if as_json:
        print_json(sizes)
    else:
        rows = [[name, number(size, 0, LANGUAGE)] for name, size in sizes.items()]
        rows.append(["", number(sum(sizes.values()), 0, LANGUAGE)])
        print_table([(tr("File", "Archivo"), "left"), ("bytes", "right")], rows)
