"""Debian's Chromium, driven by Playwright, and axe in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.webdesk import PASSWORD, Site

AXE = Path(__file__).parents[1] / ".tools/assets/node_modules/axe-core/axe.min.js"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def opened() -> Iterator[Browser]:
    """Give the browser; without one installed the test is skipped and says so."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed (Debian's package `chromium`)")
    with sync_playwright() as playwright:
        # Root may not use Chromium's own sandbox; it visits nothing but this machine.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, site: Site, size: dict[str, int], **more: Any) -> Iterator[Page]:
    """Give a page of the site; a script's error or a refused source fails the test."""
    context = browser.new_context(base_url=site.url, viewport=size, locale="en-GB", **more)
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None
    )
    try:
        yield page
    finally:
        context.close()
    assert wrong == []


def sign_in(page: Page, email: str) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong on the page: the rule, and the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])} places)"
        for one in found["violations"]
    ]
