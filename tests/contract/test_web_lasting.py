"""What the home page needs is kept between starts, and made anew when anything that it rests on changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ambos.web import site as sites
from ambos.web.pages import home
from ambos.web.site import Site
from web_server import embedded


class MadeAnewError(Exception):
    """An answer was made."""


def kept(folder: Path) -> int:
    """Count what the pages keep; definitions, the table of checks, compiled questions and what the list of sources asks
    are kept besides."""
    kinds = [path.name.partition("-")[0] for path in (folder / "cache" / "ambos").iterdir()]
    return sum(kind not in ("checks", "definitions", "plan", "sources") for kind in kinds)


def test_answers_outlive_the_server_until_store_or_day_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made_anew(*_: object, **__: object) -> None:
        raise MadeAnewError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    workspace = replace(embedded(tmp_path), clock=lambda: datetime(2026, 11, 30, 12, tzinfo=UTC))
    lasting = (home._quotes, home._news, home._coming, Site.findings)
    before = [make(Site(workspace)) for make in lasting]
    assert kept(tmp_path) == len(lasting)
    for name in ("numbers", "newest_figures", "coming_answer"):
        monkeypatch.setattr(home, name, made_anew)
    monkeypatch.setattr(sites, "check_data", made_anew)
    assert [make(Site(workspace)) for make in lasting] == before
    tomorrow = replace(workspace, clock=lambda: datetime(2026, 12, 1, 12, tzinfo=UTC))
    running = Site(workspace)
    old = workspace.store.snapshots()[0]
    workspace.store.record([replace(old, id="new", as_of=date(2026, 1, 1))])
    for site in (Site(tomorrow), Site(workspace), running):
        for make in lasting:
            with pytest.raises(MadeAnewError):
                make(site)
