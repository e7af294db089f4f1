"""An office at its desk: from a draft to a kept commitment without script, and forms that everybody can use."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from test_pages import faults_of
from visits import Visit, Visitor

from ambos.web.app import create_app
from register_web import NORTH, PASSWORD, SOUTH, Clock, Served, empty_workspace, make_hashing_quick


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with two offices and their accounts."""
    make_hashing_quick()
    workspace = empty_workspace(tmp_path_factory.mktemp("desks"), clock := Clock())
    Served(workspace, clock).with_accounts()
    server = uvicorn.Server(uvicorn.Config(create_app(workspace), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def enter(browser: Browser, site: str, account: str, *, language: str = "en", script: bool = True) -> Visit:
    """Log in at a desk by the keyboard."""
    visit = Visitor(browser, site).visit(script=script)
    tab = visit.open(f"/{language}/register/log-in")
    tab.locator("#account").fill(account)
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator(".desk-bar")).to_contain_text(account)
    return visit


def press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def test_a_commitment_goes_from_draft_to_kept_without_script(browser: Browser, desks: str) -> None:
    north = enter(browser, desks, f"{NORTH}.acceptor", script=False)
    tab = north.tab
    tab.get_by_role("link", name="Commitment", exact=True).click()
    tab.get_by_label("Due", exact=True).fill("by summer")
    press(tab, "Save as a draft of your side")
    expect(tab.get_by_role("alert")).to_contain_text("Fields to correct: 2")
    assert tab.get_by_label("Due", exact=True).input_value() == "by summer"
    expect(tab.locator("#due-error")).to_be_visible()
    tab.get_by_label("Due", exact=True).fill("2027-06")
    tab.locator("[id='name.en']").fill("Open a lane")
    tab.locator("[id='name.es']").fill("Abrir un carril")
    tab.locator("[id='steps.0.text.en']").fill("Hire officers")
    press(tab, "Save as a draft of your side")
    expect(tab.get_by_role("status")).to_have_text("Saved.")
    expect(tab.locator(".tags").first).to_contain_text("draft")
    press(tab, "Propose")

    south = enter(browser, desks, f"{SOUTH}.acceptor", language="es", script=False)
    south.tab.get_by_role("link", name="Abrir un carril").click()
    press(south.tab, "Aceptar el contenido por Sonora")
    tab.reload()
    press(tab, "Accept the content for Arizona")
    expect(tab.locator(".tags").first).to_contain_text("agreed")

    tab.locator("[id='step.done']").fill("2026-12-01")
    press(tab, "Mark a step as done")
    tab.locator("[id='evidence.text.en']").fill("Opened on 1 December")
    press(tab, "Add evidence")
    tab.locator("#status").select_option("complete")
    press(tab, "Set the status")
    press(tab, "Accept the outcome for Arizona")
    south.tab.reload()
    press(south.tab, "Aceptar el resultado por Sonora")

    public = Visitor(browser, desks).visit(script=False).open("/en/register/commitments/open-a-lane")
    expect(public.locator(".tags").first).to_contain_text("kept")
    expect(public.get_by_role("region", name="History").get_by_role("row")).to_have_count(9)


def test_pages_of_the_desk_are_accessible_at_both_widths(browser: Browser, desks: str) -> None:
    visit = enter(browser, desks, f"{NORTH}.acceptor")
    tab = visit.open("/en/register/desk/new/meeting")
    tab.locator("[id='name.en']").fill("Plenary")
    tab.locator("#type").select_option("plenary")
    tab.locator("[id='name.en']").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("status")).to_have_text("Saved.")
    paths = ("", "/new/commitment", "/meeting/plenary")
    wrong = [
        f"{path}: {fault}" for path in paths for fault in faults_of(visit, f"/register/desk{path}", judged=("en",))
    ]
    press(tab, "Cerrar sesión")
    for path in ("/register/log-in", "/register/comments"):
        wrong += [f"{path}: {fault}" for fault in faults_of(visit, path, judged=("es",))]
    assert not wrong, "\n".join(wrong)
    assert visit.complaints == []
