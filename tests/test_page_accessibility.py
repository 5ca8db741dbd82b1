"""Every page, for every kind of person, at the width of a desk and of a telephone: nothing that axe
finds wrong with it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from agent.rights import rights_of
from agent.web.pages import PAGES
from tests.browser import DESK, PHONE, opened, page_of, sign_in, violations
from tests.webdesk import ANNA, ARTHUR, PEOPLE, VERA, Site, serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests here."""
    with opened() as browser:
        yield browser


@pytest.fixture(scope="module")
def shared(made_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One served page: nothing is changed here."""
    with serving(made_office, tmp_path_factory.mktemp("shared")) as site:
        yield site


def _addresses(site: Site, email: str) -> list[str]:
    """Return the address of every page that the person may open and that is no download."""
    held = site.mails("held")[0].id
    values = {"ref": site.case(1), "mail": "1", "event": "rapid_review_agreed"}
    found = []
    for page in PAGES:
        is_file = page.path.endswith(("/raw", "{file}", "csv", "jsonl", "{sort}", "/health"))
        if is_file or page.needs not in rights_of(PEOPLE[email][2]):
            continue
        mine = {**values, "mail": str(held)} if "/outbox/" in page.path else values
        found.append(re.sub(r"\{(\w+)\}", lambda one, mine=mine: mine[one[1]], page.path))
    more = ["/review?sort=task", "/cases?late=yes", "/log?views=yes", "/mails/17", "/nowhere"]
    return [f"/northshire{path}" for path in (*found, *(more if email == ANNA else []))]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("email", [ANNA, VERA, ARTHUR])
def test_axe_finds_nothing_on_any_page(shared, chromium, email, size):
    wrong: dict[str, list[str]] = {}
    with page_of(chromium, shared, size) as page:
        sign_in(page, email)
        for path in [*_addresses(shared, email), "/accessibility"]:
            page.goto(path)
            if found := violations(page):
                wrong[path] = found
    assert wrong == {}


def test_axe_finds_nothing_where_something_was_refused(shared, chromium):
    with page_of(chromium, shared, DESK) as page:
        page.goto("/sign-in")
        assert violations(page) == []
        page.get_by_role("button", name="Sign in").click()
        assert violations(page) == []
        sign_in(page, ANNA)
        page.goto(f"/northshire/cases/{shared.case(1)}/record/extension_granted")
        page.get_by_role("button", name="Record it").click()
        summary = page.locator(".govuk-error-summary")
        assert "Say until when" in summary.inner_text()
        assert page.title().startswith("Error: ")
        assert violations(page) == []
        page.goto("/northshire/review")
        page.get_by_role("button", name="Sign out").click()
        assert violations(page) == []


def test_every_heading_has_its_place(shared, chromium):
    """One first heading a page, and no level left out."""
    with page_of(chromium, shared, DESK) as page:
        sign_in(page, ANNA)
        for path in _addresses(shared, ANNA):
            page.goto(path)
            levels = page.evaluate(
                "() => [...document.querySelectorAll('h1,h2,h3,h4')]"
                ".filter(it => it.closest('.app-mail, .app-document, details') === null)"
                ".map(it => Number(it.tagName[1]))"
            )
            assert levels.count(1) == 1, path
            for before, after in pairwise(levels):
                assert after - before <= 1, f"{path}: h{before} then h{after}"
