"""Tabs of a browser, each with no memory of the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

#: Pixels: a desk and a telephone.
WIDE, NARROW = 1280, 390


@dataclass
class Visit:
    """A tab of a browser, and what it complained of."""

    tab: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page and wait until it stands."""
        response = self.tab.goto(f"{self.site}{path}", wait_until="load")
        assert response is not None and response.ok, (path, response and response.status)
        return self.tab


@dataclass
class Visitor:
    """Opens tabs."""

    browser: Browser
    site: str

    def visit(self, width: int = WIDE, *, script: bool = True, dark: bool = False, language: str = "en-US") -> Visit:
        """A new tab with no memory of the others."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale=language,
        )
        context.set_default_timeout(120_000)
        visit = Visit(context.new_page(), self.site)
        visit.tab.on("console", lambda m: visit.complaints.append(m.text) if m.type in ("error", "warning") else None)
        visit.tab.on("pageerror", lambda error: visit.complaints.append(str(error)))
        return visit
