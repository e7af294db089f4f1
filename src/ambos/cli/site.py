"""`ambos site`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ambos.cli.common import print_json, progress, workspace
from ambos.cli.declare import AS_JSON, option, path_type
from ambos.cli.door import tool
from ambos.cli.language import spoken, tr
from ambos.numbers import day, number


@tool(
    "site",
    "Write the site as files that are read without the service: from a folder, a USB stick or any web host.",
    "Escribe el sitio como archivos que se consultan sin el servicio: desde una carpeta, una memoria USB o cualquier servidor web.",
    option("--out", default="build/site", show_default=True, type=path_type)(
        "Folder; a former copy in it is replaced.", "Carpeta; se reemplaza la copia anterior que contenga."
    ),
    AS_JSON,
)
def command(out: Path, as_json: bool, folder: Path, region: str) -> None:
    """Write the copy and say what it holds and what is left out."""
    from ambos.web.static_site import write_site

    with progress(tr("Writing the site", "Escribiendo el sitio")) as tell:
        written = write_site(workspace(folder, region), out, progress=tell)
    if as_json:
        print_json({"folder": str(out), **asdict(written)})
    else:
        language = spoken()
        pages, files, size = (number(n, 0, language) for n in (written.pages, written.files, written.bytes // 2**20))
        known = day(written.day, language)
        click.echo(
            tr(
                f"{out}: {pages} pages and {files} files, {size} MiB, copy of {known}. Open index.html.",
                f"{out}: {pages} páginas y {files} archivos, {size} MiB, copia del {known}. Abra index.html.",
            )
        )
    for one in written.left_out:
        click.echo(tr(f"Left out: {one.address}: {one.why}", f"Quedó fuera: {one.address}: {one.why}"), err=True)
    if written.left_out:
        sys.exit(1)
