"""Nobody reaches what is not theirs: every page and act, for every role, signed out, and for the
people of another partnership."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.rights import RIGHTS, Right, Role, rights_of
from agent.store import cases, inbox
from agent.web.pages import ACTS, PAGES
from tests.webdesk import ADA, ANNA, ARTHUR, DEV, LEAD, LEWIS, PEOPLE, VERA, Site, serving

_NUMBER = {
    "mail": "1",
    "file": "1",
    "note": "1",
    "event": "aware",
    "what": "release",
    "sort": "csv",
}


@pytest.fixture(scope="module")
def shared(made_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One served page for all tests here: none of them may change anything."""
    with serving(made_office, tmp_path_factory.mktemp("shared")) as site:
        yield site


def _address(site: Site, path: str, slug: str) -> str:
    """Return a page's address with real numbers of that partnership's things."""
    with site.database.read() as session:
        newest = cases.list_cases(session, slug)[0].ref
        mail = inbox.list_newest(session, slug, 1, None)[0].id
    values = {**_NUMBER, "ref": newest, "mail": str(mail)}
    if "/outbox/" in path:
        values["mail"] = str(site.mails(slug=slug)[0].id)
    filled = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)
    return f"/{slug}{filled}"


def _rows(site: Site) -> tuple[int, int]:
    """Return how far events and outbox go: nothing else is a change that matters here."""
    from agent.store.casefiles import find_mark

    with site.database.read() as session:
        mark = find_mark(session)
    return mark.event, mark.mail


@pytest.mark.parametrize("email", [ANNA, LEAD, DEV, VERA, ARTHUR, ADA])
def test_each_role_opens_what_it_may_and_nothing_else(shared, email):
    rights = rights_of(PEOPLE[email][2])
    with shared.visitor(email) as visitor:
        for page in PAGES:
            if page.path.endswith(("/raw", "{file}")):
                continue  # The newest mail may have none.
            status = visitor.get(_address(shared, page.path, "northshire")).status
            expected = 200 if page.needs in rights else 404
            assert status == expected, f"{page.path} for {email}"


@pytest.mark.parametrize("email", [DEV, VERA, ARTHUR, ADA])
def test_an_act_beyond_a_role_does_nothing_whatever_is_posted(shared, email):
    rights = rights_of(PEOPLE[email][2])
    before = _rows(shared)
    with shared.visitor(email) as visitor:
        marks = visitor.get("/northshire").fields("/sign-out")
        for act in ACTS:
            if act.needs in rights:
                continue
            visitor.send(_address(shared, act.path, "northshire"), marks)
            assert visitor.status == 404, f"{act.path} for {email}"
    assert _rows(shared) == before


def test_the_people_of_another_partnership_reach_nothing(shared):
    before = _rows(shared)
    with shared.visitor(LEWIS) as visitor:
        marks = visitor.get("/lewisham").fields("/sign-out")
        for page in PAGES:
            assert visitor.get(_address(shared, page.path, "northshire")).status == 404, page.path
            assert "Theo" not in visitor.text
        for act in ACTS:
            visitor.send(_address(shared, act.path, "northshire"), marks)
            assert visitor.status == 404, act.path
    assert _rows(shared) == before


def test_numbers_of_another_partnerships_things_are_none_here(shared):
    """The address is one's own partnership's, but the mail, letter or case is not."""
    with shared.database.read() as session:
        mail = inbox.list_newest(session, "northshire", 1, None)[0].id
        ref = cases.list_cases(session, "northshire")[0].ref
        theirs = cases.list_cases(session, "lewisham")[0].ref
    letter = shared.mails()[0].id
    before = _rows(shared)
    with shared.visitor(LEWIS) as visitor:
        for path in (f"/mails/{mail}", f"/mails/{mail}/raw", f"/cases/{ref}", f"/outbox/{letter}"):
            assert visitor.get(f"/lewisham{path}").status == 404, path
        for path in (
            f"/mails/{mail}/accept",
            f"/mails/{mail}/case",
            f"/outbox/{letter}/release",
            f"/cases/{ref}/record/closed",
            f"/cases/{ref}/complete",
            f"/cases/{ref}/readers",
        ):
            marks = visitor.get("/lewisham").fields("/sign-out")
            assert visitor.send(f"/lewisham{path}", marks).status == 404, path
        visitor.get(f"/lewisham/cases/{theirs}").post(f"/lewisham/cases/{theirs}/links", other=ref)
        assert "There is no case" in visitor.problem
    assert _rows(shared) == before


def test_nobody_who_is_signed_out_sees_or_does_anything(shared):
    with shared.visitor() as visitor:
        for page in PAGES:
            visitor.get(_address(shared, page.path, "northshire"))
            assert visitor.path == "/sign-in", page.path
        for act in ACTS:
            visitor.send(_address(shared, act.path, "northshire"), [])
            assert visitor.status == 401, act.path


def test_an_unknown_partnership_and_odd_numbers_are_no_pages(shared):
    with shared.visitor(ANNA) as visitor:
        for path in (
            "/nowhere",
            "/nowhere/cases",
            "/northshire/mails/0",
            "/northshire/mails/999999999999999999999999",
            "/northshire/mails/-1",
            "/northshire/mails/1'--",
            "/northshire/cases/%00",
            "/northshire/cases/..%2f..",
            "/northshire/outbox/\u0661",
            "/northshire/log.exe",
            f"/northshire/cases/{shared.case(1)}/record/erased",
        ):
            assert visitor.get(path).status == 404, path


def test_who_may_not_read_names_is_shown_none(shared):
    """Viewer, auditor and administrator see references, never a child, a mail or an address."""
    for email in (VERA, ARTHUR, ADA):
        with shared.visitor(email) as visitor:
            first = f"/cases/{shared.case(1)}"
            for path in ("", "/cases", "/outbox", first, "/statistics"):
                visitor.get(f"/northshire{path}")
                assert visitor.status == 200
                for word in ("Theo", "Marlowe", "helen.varga", "priya.raman"):
                    assert word not in visitor.answer.text, f"{word} on {path} for {email}"


def test_every_page_asks_for_a_right_that_some_role_gives():
    given = frozenset[Right]().union(*RIGHTS.values())
    assert {page.needs for page in PAGES} | {act.needs for act in ACTS} <= given
    assert set(RIGHTS) == set(Role)
