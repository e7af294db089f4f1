"""A copy of the site as files, opened from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from visits import NARROW, Visitor

from ambos.flows.workspace import open_workspace
from ambos.web.static_site import write_site


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "site"
    workspace, pages = open_workspace(folder.with_name("none")), ("/search", "/glossary", "/series")
    write_site(workspace, folder, pages=pages)
    return folder


def test_a_copy_is_read_and_searched_from_a_folder(browser: Browser, copied: Path) -> None:
    visit = Visitor(browser, copied.as_uri()).visit(NARROW)
    tab = visit.tab
    tab.goto(f"{copied.as_uri()}/index.html")
    tab.goto(f"{copied.as_uri()}/es/glossary/index.html")
    tab.locator(".top input[name=q]").fill("exportaciones")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/es/search/index.html?q=exportaciones")
    found = tab.locator(".everything li").all_inner_texts()
    assert 5 < len(found) < 40
    assert all("export" in one.casefold() for one in found[:5])
    assert tab.evaluate("document.fonts.check('16px \"Ambos Sans\"')")
    assert tab.evaluate("document.documentElement.scrollWidth") <= NARROW
    tab.locator("#find").fill("xyzzyq")
    tab.keyboard.press("Enter")
    tab.locator("#nothing").wait_for()
    assert visit.complaints == []


def test_a_copy_lists_everything_without_script(browser: Browser, copied: Path) -> None:
    tab = Visitor(browser, "").visit(script=False).tab
    tab.goto(f"{copied.as_uri()}/en/search/index.html?q=trucks")
    assert tab.locator(".everything li").count() > 500
    tab.locator(".everything a[href]").first.click()
    assert tab.locator("h1").inner_text() == "Glossary"
