"""Every kind of page: it stands at both widths, in both languages, without a complaint, and is accessible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import cycle

import pytest
from axe_playwright_python.sync_playwright import Axe
from visits import NARROW, WIDE, Visit, Visitor

#: An address of every kind of page, without its language.
PAGES = (
    "",
    "/topics",
    "/topics/trade-by-state",
    "/topics/waits",
    "/series",
    "/series/crossings.trucks?place=nogales&from=2015&freq=A",
    "/series/crossings.trucks/revisions?place=nogales",
    "/crossings",
    "/crossings/nogales",
    "/crossings/nogales-mariposa",
    "/places",
    "/places/nogales",
    "/register",
    "/register/commitments",
    "/register/committees",
    "/register/commitments/douglas-commercial-port-2024",
    "/register/agreements/minute-323",
    "/try?crossing=mariposa&day=2025-07-14",
    "/staff",
    "/forecast",
    "/forecast/crossings.trucks?place=nogales",
    "/forecast/waits?crossing=douglas-raul-hector-castro",
    "/claims?q=Arizona+exported+%248.0+billion+to+Mexico+in+2024&said=2025-06-27",
    "/claims/trade_record_2024",
    "/economy",
    "/dams",
    "/river",
    "/air",
    "/ranking",
    "/findings",
    "/findings?weight=high",
    "/sources",
    "/sources/cbp_border_waits",
    "/air/idling",
    "/river/outlook",
    "/river/scenario",
    "/embed/series/crossings.trucks?place=nogales",
    "/glossary",
    "/faq",
    "/about",
    "/search?q=camiones",
)
#: WCAG 2.2 at level AA, and what the makers of axe hold for good practice.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(visit: Visit, path: str, *, judged: Collection[str]) -> Iterator[str]:
    """Look at a page in both languages and at both widths, and have axe judge it in some: English light and wide, Spanish
    dark and narrow. Name what is wrong with it."""
    for language, dark in (("en", False), ("es", True)):
        tab = visit.open(f"/{language}{path}")
        tab.emulate_media(color_scheme="dark" if dark else "light")
        if tab.locator("h1").count() != 1:
            yield f"{language}: not one h1"
        if tab.evaluate("document.documentElement.lang") != language:
            yield f"{language}: says that it is in another language"
        for width in (WIDE, NARROW) if dark else (NARROW, WIDE):
            tab.set_viewport_size({"width": width, "height": 900})
            if (wider := tab.evaluate(OVERFLOW)) > 0:
                yield f"{language}: {wider} px wider than {width}"
        if language in judged:
            # to describe what passed, too, takes as long as to judge
            options = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
            found = Axe().run(tab, options=options).response["violations"]
            yield from (f"{language}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found)


def see(visitor: Visitor, judged: Sequence[Collection[str]]) -> None:
    """Look at every page; axe judges one after another in the languages given in turn."""
    visit = visitor.visit()
    turns = zip(PAGES, cycle(judged), strict=False)
    wrong = [f"{path}: {fault}" for path, own in turns for fault in faults_of(visit, path, judged=own)]
    wrong += visit.complaints
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(900)
def test_every_page_fits_a_desk_and_a_telephone_and_is_accessible_in_one_language(visitor: Visitor) -> None:
    see(visitor, ("en", "es"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_page_is_accessible_light_and_dark(visitor: Visitor) -> None:
    see(visitor, [("en", "es")])


@pytest.mark.timeout(600)
def test_every_page_stands_without_script(visitor: Visitor) -> None:
    visit = visitor.visit(script=False)
    assert [path for path in PAGES if not visit.open(f"/en{path}").locator("main").inner_text().strip()] == []
