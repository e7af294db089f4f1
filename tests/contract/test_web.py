"""The application as a whole: languages, errors, headers, responses kept."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ambos.flows.workspace import open_workspace
from ambos.web import app
from ambos.web.app import create_app
from ambos.web.page import Page
from ambos.web.site import Site, State

SERIES = "/series/crossings.trucks?place=nogales&from=2015&freq=A"


@pytest.mark.parametrize(("language", "truck"), [("en", "Trucks"), ("es", "camiones")])
def test_a_series_is_a_page_in_each_language(web_client: TestClient, language: str, truck: str) -> None:
    response = web_client.get(f"/{language}{SERIES}")
    assert response.status_code == 200
    assert truck.casefold() in response.text.casefold()
    assert f'<html lang="{language}">' in response.text


def test_the_switch_of_language_keeps_the_selection(web_client: TestClient) -> None:
    assert f'href="/es{SERIES}"'.replace("&", "&amp;") in web_client.get(f"/en{SERIES}").text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/es/series/nada", 404, "No existe"),
        ("/en/series/crossings.trucks?from=yesterday", 400, "from"),
        ("/es/no-hay", 404, "No hay ninguna página"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_the_language_of_the_page(
    web_client: TestClient, path: str, status: int, words: str
) -> None:
    response = web_client.get(path)
    assert response.status_code == status
    assert words in response.text
    assert response.headers["cache-control"] == "no-store"


def test_a_problem_of_the_api_is_in_the_language_asked_for(web_client: TestClient) -> None:
    response = web_client.get("/api/v1/nada", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "No hay ninguna página en esta dirección."


def test_a_page_that_has_not_changed_is_not_sent_again(web_client: TestClient) -> None:
    first = web_client.get(f"/en{SERIES}")
    again = web_client.get(f"/en{SERIES}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = web_client.head(f"/en{SERIES}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_every_response_says_what_it_may_load(web_client: TestClient) -> None:
    for path in (f"/en{SERIES}", "/en/none", "/static/ambos.css", "/api/v1/none"):
        policy = web_client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_workspace_need_not_exist(web_client: TestClient) -> None:
    assert not Path(web_client.app.state.site.workspace.folder).exists()  # type: ignore[attr-defined]


def test_an_answer_is_made_once_per_state_of_the_store(web_client: TestClient) -> None:
    site = web_client.app.state.site  # type: ignore[attr-defined]
    made: list[int] = []

    def make(workspace: object) -> int:
        made.append(len(made))
        return made[-1]

    assert [site.once("a", make), site.once("a", make), site.once("b", make)] == [0, 0, 1]


def test_a_request_sees_one_state_of_the_store(tmp_path: Path) -> None:
    times = iter(range(100))
    site = Site(open_workspace(tmp_path), clock=lambda: next(times))
    before = site.now()
    was = before.workspace.store.snapshots()
    new = replace(was[0], id="new", as_of=date(2026, 1, 1))
    open_workspace(tmp_path).store.record([new])
    assert before.workspace.store.snapshots() == was
    assert before.state().tag == before.state().tag != site.now().state().tag
    assert new in site.now().workspace.store.snapshots()
    assert [before.once("a", lambda _: 1), site.once("a", lambda _: 2), before.once("a", lambda _: 3)] == [1, 2, 1]


def test_a_response_is_kept_while_the_store_stays_but_the_age_of_waits_for_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, passed, made = open_workspace(tmp_path), [0.0], Counter[str]()
    render = Page.render

    def counted(page: Page, *args: Any, **kwargs: Any) -> Any:
        made[page.request.url.path] += 1
        return render(page, *args, **kwargs)

    monkeypatch.setattr(Page, "render", counted)
    client = TestClient(create_app(replace(opened, clock=lambda: datetime(2026, 11, 20, tzinfo=UTC))))
    monkeypatch.setattr("ambos.web.kept.now", lambda: passed[0])
    for passed[0] in (0, 59, 61, 7200):
        assert client.get("/en/crossings").status_code == client.get("/en/places").status_code == 200
    assert made == {"/en/crossings": 3, "/en/places": 1}


def test_a_store_that_changed_is_made_ready_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(site: Site) -> int:
        return site.once("count", lambda workspace: len(workspace.store.snapshots()))

    monkeypatch.setattr("ambos.web.app.ONCE", (count,))
    with TestClient(create_app(open_workspace(tmp_path))) as client:
        site = client.app.state.site  # type: ignore[attr-defined]

        def made_unasked() -> tuple[State, int]:
            """The state in which the count, of which no one asked, was made, and the count."""
            until = time.monotonic() + 120
            while not (own := site._edition.slots.get("count")) or not own.made:
                assert time.monotonic() < until
                time.sleep(0.05)
            return site._edition.state, own.made[0]

        before, count_before = made_unasked()
        old = open_workspace(tmp_path).store.snapshots()[0]
        open_workspace(tmp_path).store.record([replace(old, id="new", as_of=date(2026, 1, 1))])
        until = time.monotonic() + 60
        while site._edition.state is before:  # nobody looks but the one that makes ready
            assert time.monotonic() < until
            time.sleep(0.05)
        after, count_after = made_unasked()
        assert (after.store != before.store, count_after) == (True, count_before + 1)


def test_the_numbers_of_the_home_page_are_among_what_is_made_unasked(web_client: TestClient) -> None:
    site = web_client.app.state.site.now()  # type: ignore[attr-defined]
    for make in app.ONCE:
        make(site)
    assert site._edition.slots["numbers"].made
