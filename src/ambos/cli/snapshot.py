"""`ambos snapshot`."""

from __future__ import annotations

from pathlib import Path

from ambos.cli.common import check_terminal, print_json, print_table, progress
from ambos.cli.declare import AS_JSON, option, path_type
from ambos.cli.door import tool
from ambos.cli.language import spoken, tr


@tool(
    "snapshot",
    "Rebuild the snapshot that the package carries, from the real files.",
    "Reconstruye la copia de datos que trae el paquete, a partir de los archivos reales.",
    option("--from", "origins", required=True, multiple=True, type=path_type)(
        "Folder of files, or one file; may be repeated.", "Carpeta de archivos, o un archivo; puede repetirse."
    ),
    AS_JSON,
)
def command(origins: tuple[Path, ...], as_json: bool, folder: Path, region: str) -> None:
    """Rebuild the embedded snapshot."""
    from ambos.flows.data.snapshot import snapshot
    from ambos.numbers import number

    check_terminal()
    with progress(tr("Reading", "Leyendo")) as tell:
        sizes = snapshot(region, origins, tell)
    if as_json:
        print_json(sizes)
    else:
        language = spoken()
        rows = [[name, number(size, 0, language)] for name, size in sizes.items()]
        rows.append(["", number(sum(sizes.values()), 0, language)])
        print_table([(tr("File", "Archivo"), "left"), ("bytes", "right")], rows)
