"""`ambos places`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, common, print_json, print_table, workspace
from ambos.cli.language import LANGUAGE, tr


@click.command("places", help=tr("List the places that are known.", "Enumera los lugares conocidos."))
@click.argument("words", nargs=-1, metavar=tr("[WORDS]...", "[PALABRAS]..."))
@click.option("--all", "everywhere", is_flag=True, help=tr("Not only the region's.", "No solo los de la región."))
@as_json
@common
def command(words: tuple[str, ...], everywhere: bool, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.listing import list_places

    opened = workspace(folder, region)
    places = list_places(opened, " ".join(words), everywhere=everywhere)
    message = opened.catalog.message
    if as_json:
        print_json(
            [
                {
                    "place": p.id,
                    "slug": p.slug,
                    "kind": p.kind,
                    "name": p.name[LANGUAGE],
                    "parent": p.parent,
                    "latitude": p.latitude,
                    "longitude": p.longitude,
                }
                for p in places
            ]
        )
        return
    if not places:
        said = tr("No place matches.", "Ningún lugar coincide.")
        hint = tr(" --all searches those outside the region too.", " --all busca también fuera de la región.")
        click.echo(said + ("" if everywhere else hint), err=True)
        return
    print_table(
        [
            (message("column.place")[LANGUAGE], "left"),
            (message("column.name")[LANGUAGE], "left"),
            ("--place", "left"),
            (message("column.kind")[LANGUAGE], "left"),
        ],
        [[p.id, p.name[LANGUAGE], p.slug, message(f"place_kind.{p.kind}")[LANGUAGE]] for p in places],
    )
