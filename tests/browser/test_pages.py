"""Every kind of page: it stands at both widths, in both languages, without a complaint, and is accessible."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from visits import NARROW, WIDE, Visitor

#: An address of every kind of page, without its language.
PAGES = (
    "",
    "/topics",
    "/topics/waits",
    "/series",
    "/series/crossings.trucks?place=nogales&from=2015&freq=A",
    "/crossings",
    "/crossings/nogales",
    "/places",
    "/places/nogales",
    "/try?crossing=mariposa&day=2025-07-14",
    "/river",
    "/air",
    "/findings",
    "/sources",
    "/glossary",
    "/faq",
    "/about",
    "/search?q=camiones",
)
#: WCAG 2.2 at level AA, and what the makers of axe hold for good practice.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(tab: object) -> list[str]:
    """What axe finds, one line a rule."""
    found = Axe().run(tab, options={"runOnly": STANDARDS}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_page_stands_at_both_widths_in_both_languages(visitor: Visitor, path: str) -> None:
    for width in (WIDE, NARROW):
        visit = visitor.visit(width)
        for language in ("en", "es"):
            tab = visit.open(f"/{language}{path}")
            assert tab.evaluate(OVERFLOW) <= 0, f"{path} is wider than {width} pixels"
            assert tab.locator("h1").count() == 1
            assert tab.evaluate("document.documentElement.lang") == language
        assert visit.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_light_and_dark(visitor: Visitor, path: str) -> None:
    found = [
        (dark, one)
        for dark in (False, True)
        for one in violations(visitor.visit(NARROW if dark else WIDE, dark=dark).open(f"/es{path}"))
    ]
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_page_stands_without_script(visitor: Visitor, path: str) -> None:
    tab = visitor.visit(script=False).open(f"/en{path}")
    assert tab.locator("main").inner_text().strip()
