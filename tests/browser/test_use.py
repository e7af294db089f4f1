"""What a reader does: switch the language, filter a series, play a day, by keyboard and without script."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from visits import Visit, Visitor

SERIES = "/series/crossings.trucks?place=nogales&from=2015&freq=A"


def focus(visit: Visit, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(300):
        visit.tab.keyboard.press("Tab")
        if visit.tab.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_switch_of_language_keeps_the_selection(visitor: Visitor) -> None:
    visit = visitor.visit()
    tab = visit.open(f"/en{SERIES}")
    tab.get_by_role("link", name="Español").click()
    expect(tab).to_have_url(re.compile(re.escape(f"/es{SERIES}")))


def test_first_tab_leads_past_the_menu(visitor: Visitor) -> None:
    visit = visitor.visit()
    tab = visit.open("/es/series")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_a_day_is_played_by_keyboard_from_form_to_picture(visitor: Visitor) -> None:
    visit = visitor.visit()
    tab = visit.open("/es/try?crossing=sasabe&day=2025-07-14")
    focus(visit, "[name='add_lanes:sasabe.pov.standard']")
    tab.keyboard.type("+1")
    focus(visit, "[name='replications']")
    tab.keyboard.type("2")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Qué cambia")).to_be_visible(timeout=290_000)
    picture = tab.locator("figure img").first
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth > 0)")
    assert visit.complaints == []


def test_a_day_is_played_without_script(visitor: Visitor) -> None:
    tab = visitor.visit(script=False).open("/en/try?crossing=sasabe&day=2025-07-14")
    tab.locator("[name='replications']").fill("3")
    tab.get_by_role("button", name="Play the day").click()
    again = tab.get_by_role("link", name="Look again")
    while again.count():  # the limit of the test ends it
        tab.wait_for_timeout(500)
        again.click()
    assert tab.get_by_text("Simulated, not measured").first.is_visible()
