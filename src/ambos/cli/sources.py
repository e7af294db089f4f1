"""`ambos sources`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import (
    as_json,
    common,
    left_out_as_json,
    left_out_in_words,
    print_json,
    print_table,
    workspace,
)
from ambos.cli.language import LANGUAGE, tr
from ambos.numbers import MISSING, day, number, period
from ambos.periods import frequency_of


@click.command(
    "sources",
    help=tr(
        "List sources: last snapshot, newest period, lag.",
        "Enumera fuentes: última copia, periodo más reciente, rezago.",
    ),
)
@as_json
@common
def command(as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.listing import list_sources
    from ambos.sources.shared.base import REASONS

    opened = workspace(folder, region)
    states = list_sources(opened)
    message = opened.catalog.message
    if as_json:
        print_json(
            [
                {
                    "source": s.source.id,
                    "title": s.source.title[LANGUAGE],
                    "agency": s.source.agency[LANGUAGE],
                    "url": s.source.url,
                    "licence": s.source.licence[LANGUAGE],
                    "trust": s.source.trust,
                    "snapshots": s.snapshots,
                    "last_snapshot": s.last.id if s.last else None,
                    "last_snapshot_file": s.last.file if s.last else None,
                    "known_on": s.last.as_of if s.last else None,
                    "newest_period": s.newest,
                    "period": s.period,
                    "frequency": frequency_of(s.period) if s.period else None,
                    "expected_lag_days": s.source.lag_days,
                    "late": s.late,
                    "set_aside": dict(s.set_aside),
                    "left_out": left_out_as_json(s.left_out),
                    "oddities": [o[LANGUAGE] for o in s.source.oddities],
                }
                for s in states
            ]
        )
        return
    one, several = tr(" day", " día"), tr(" days", " días")
    late = tr(" (newer figures should be out)", " (ya debería haber cifras más recientes)")
    print_table(
        [
            (message("column.source")[LANGUAGE], "left"),
            (message("column.title")[LANGUAGE], "left"),
            (message("column.agency")[LANGUAGE], "left"),
            (message("column.newest")[LANGUAGE], "left"),
            (message("column.snapshot")[LANGUAGE], "left"),
            (message("column.lag")[LANGUAGE], "right"),
        ],
        [
            [
                s.source.id,
                s.source.title[LANGUAGE],
                s.source.agency[LANGUAGE],
                (period(s.period, LANGUAGE) if s.period else MISSING) + (late if s.late else ""),
                f"{day(s.last.as_of, LANGUAGE)} · {s.last.id}" if s.last else MISSING,
                number(s.source.lag_days, 0, LANGUAGE) + (one if s.source.lag_days == 1 else several),
            ]
            for s in states
        ],
    )
    for s in states:
        if s.set_aside:
            kinds = ", ".join(
                f"{REASONS[reason][LANGUAGE]} {number(count, 0, LANGUAGE)}" for reason, count in s.set_aside.items()
            )
            said = tr("Rows set aside", "Renglones apartados")
            click.echo(f"[{s.source.id}] {said}: {number(sum(s.set_aside.values()), 0, LANGUAGE)} ({kinds}).")
        if s.left_out:
            click.echo(f"[{s.source.id}] {left_out_in_words(s.left_out)}")
