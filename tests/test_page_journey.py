"""A day at the page, as a person has it: at a desk, on a telephone, without script, by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.samples import write_scoping_return
from agent.store import inbox, work
from agent.store.casefiles import get_case_file
from tests.browser import DESK, PHONE, opened, page_of, sign_in
from tests.mails import WORD, mail
from tests.webdesk import ANNA, DEV, LEAD, Site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests here."""
    with opened() as browser:
        yield browser


def _said(page: Page) -> str:
    return page.locator(".govuk-notification-banner__heading").inner_text()


def _return_of_police(site: Site, ref: str) -> bytes:
    """Return the answer that the police send in the letter's thread, with the form filled in."""
    letter = next(
        one
        for one in site.mails("sent")
        if one.template == "scoping-letter" and one.agency == "police"
        if f"{ref}:" in one.key
    )
    with site.database.read() as session:
        child = get_case_file(session, ref)[0].case.child
    form = write_scoping_return(
        {
            "agency_name": "Northshire Police",
            "respondent_name": "Morgan Quill",
            "respondent_role": "Detective Inspector",
            "date_completed": "20/11/2026",
            "child_name": child.name,
            "involvement_summary": "Two visits to the home in October after calls by neighbours.",
            "practice_analysis": "The second visit was recorded late.",
            "partnership_concerns": "None.",
            "other_agencies_known": "None.",
            "further_info": "None.",
        }
    )
    return mail(
        "Morgan Quill <morgan.quill@police.northshire.example>",
        subject=f"RE: {letter.subject}",
        body="Our return is attached.\n\nMorgan Quill\n",
        attachments=[("Scoping form.docx", form, WORD)],
        message_id="<return@police.northshire.example>",
        in_reply_to=letter.message_id,
        received=site.moments.now,
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_a_day_from_the_first_mail_to_the_log(site, chromium, size):
    ref = site.case(2)
    with page_of(chromium, site, size) as page:
        sign_in(page, ANNA)
        expect(page.get_by_role("heading", name="Today")).to_be_visible()
        expect(page.get_by_text("At work.")).to_be_visible()

        _review_a_doubtful_mail(page, site)
        _correct_a_field(page, site, ref)
        _confirm_the_go(page, ref)
        _complete_the_letters(page, ref)
        site.works()
        _approve_a_letter(page, site)
        site.works()

        site.moments.passes(minutes=20)
        site.receives(_return_of_police(site, ref))
        page.goto(f"/northshire/cases/{ref}")
        row = page.get_by_role("region", name="Agencies and their returns").locator(
            "tr", has_text="Northshire Police"
        )
        expect(row).to_contain_text("Returned")
        _grant_more_time(page, ref)
        _read_the_log(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
        page.goto("/northshire")
        expect(page).to_have_url(re.compile("/sign-in"))


def _review_a_doubtful_mail(page: Page, site: Site) -> None:
    """The agent was not sure of a mail to do with an invitation: Anna looks and agrees."""
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("link", name=re.compile("Answer to an invitation")).first.click()
    expect(page.get_by_role("heading", name="The mail as it came")).to_be_visible()
    expect(page.get_by_text("The agent is not sure enough of what this mail is.")).to_be_visible()
    assert page.locator("mark").count() > 0, "the evidence is marked"
    page.get_by_role("button", name="The agent is right: accept").click()
    assert "Accepted" in _said(page)
    row = int(page.url.rpartition("/")[2])
    with site.database.read() as session:
        assert inbox.get_message(session, row).kind == "meeting_response"
        assert work.list_for_message(session, row, is_open=True) == ()


def _correct_a_field(page: Page, site: Site, ref: str) -> None:
    """The form of the second referral says a birth date that is wrong."""
    page.goto(f"/northshire/cases/{ref}")
    page.get_by_role("link", name=re.compile("Serious incident referral")).first.click()
    page.get_by_label("Child's date of birth").fill("2019-02-03")
    page.get_by_role("button", name="Save the corrections").click()
    assert _said(page) == "Corrected: child dob."
    expect(page.get_by_label("Child's date of birth")).to_have_value("2019-02-03")
    with site.database.read() as session:
        born = get_case_file(session, ref)[0].case.child.dob
    assert str(born) == "2019-02-03", "the case follows the form"


def _confirm_the_go(page: Page, ref: str) -> None:
    """The Panel is notified and the strategic lead has agreed the review: Anna enters both."""
    page.goto(f"/northshire/cases/{ref}/record/panel_notified")
    page.get_by_role("button", name="Record it").click()
    assert "the national Panel was notified" in _said(page)
    page.goto(f"/northshire/cases/{ref}")
    page.get_by_role("link", name="Record what happened").click()
    page.get_by_role("link", name="The rapid review was agreed").click()
    for agency in ("Northshire Police", "Northshire ICB"):
        page.get_by_label(agency).check()
    page.get_by_label("Who says so").select_option(LEAD)
    page.get_by_role("button", name="Record it").click()
    assert "the rapid review was agreed" in _said(page)


def _complete_the_letters(page: Page, ref: str) -> None:
    page.goto(f"/northshire/cases/{ref}")
    page.get_by_role("link", name="Complete the letters").click()
    page.get_by_label("Summary", exact=True).fill("A child of the family was found hurt at home.")
    page.get_by_label("Period", exact=True).fill("from January 2025 to the day of the referral")
    page.get_by_label("Family", exact=True).fill("Mother; nobody else is known")
    page.get_by_role("button", name="Save").click()
    assert "Added" in _said(page)


def _approve_a_letter(page: Page, site: Site) -> None:
    """An escalation waits: Anna reads it as it will leave, changes a sentence, and lets it go."""
    held = next(one for one in site.mails("held") if one.template == "escalation")
    page.goto("/northshire/outbox?state=held")
    page.get_by_role("link", name=str(held.id), exact=True).click()
    expect(page.get_by_role("heading", name="As it will leave")).to_be_visible()
    page.get_by_text("Change its words").click()
    words = page.get_by_label("The words of the letter")
    words.fill(words.input_value().replace("Dear ", "Good morning, ", 1) + "\nThank you.")
    page.get_by_role("button", name="Change and show it again").click()
    assert "Changed" in _said(page)
    expect(page.locator(".app-mail")).to_contain_text("Thank you.")
    page.get_by_role("button", name="Approve: let it leave").click()
    assert "Released" in _said(page)
    site.works()
    page.reload()
    expect(page.locator(".govuk-tag", has_text="Sent").first).to_be_visible()


def _grant_more_time(page: Page, ref: str) -> None:
    page.goto(f"/northshire/cases/{ref}")
    page.get_by_role("link", name="More time for Northshire ICB").click()
    expect(page.get_by_label("Northshire ICB")).to_be_checked()
    page.get_by_label("Until which day").fill("2026-12-04")
    page.get_by_role("button", name="Record it").click()
    assert "more time was granted" in _said(page)
    row = page.locator("tr", has_text="Northshire ICB").filter(has_text="Extended")
    expect(row.first).to_contain_text("4 Dec 2026, 17:00")


def _read_the_log(page: Page) -> None:
    page.get_by_role("link", name="What the agent did on it").click()
    expect(page.get_by_role("heading", name="Action log")).to_be_visible()
    lines = page.get_by_role("region", name="Lines of the log")
    for act in ("Event recorded", "Case completed", "Field corrected"):
        expect(lines.get_by_text(act).first).to_be_visible()
    expect(lines).to_contain_text(ANNA)


def test_everything_works_without_a_script(site, chromium):
    with page_of(chromium, site, DESK, java_script_enabled=False) as page:
        sign_in(page, DEV)
        page.get_by_role("link", name="The whole review queue").click()
        page.get_by_role("link", name=re.compile("Unrelated, received")).first.click()
        page.get_by_role("button", name="Nothing to do: reject").click()
        assert "nothing is to be done" in _said(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Signed out")).to_be_visible()


def test_the_keyboard_alone_reaches_and_does_everything(site, chromium):
    with page_of(chromium, site, DESK) as page:
        page.goto("/sign-in")
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        sign_in(page, ANNA)
        seen: list[str] = []
        for _ in range(200):
            page.keyboard.press("Tab")
            told = page.evaluate(
                "() => { const it = document.activeElement;"
                " const style = getComputedStyle(it);"
                " const box = it.getBoundingClientRect();"
                " return [it.innerText || it.value || it.tagName,"
                " style.outlineStyle !== 'none' || style.boxShadow !== 'none', box.width > 0] }"
            )
            seen.append(told[0])
            assert told[1], f"no focus is to be seen on {told[0]!r}"
            if "Stop all sending" in told[0]:
                page.keyboard.press("Enter")
                break
        assert seen.index("Today") < seen.index("Review") < seen.index("Cases")
        page.wait_for_selector(".govuk-notification-banner__heading")
        assert _said(page) == "All sending is stopped."


def test_the_banner_turns_red_by_itself_when_the_agent_is_silent(site, chromium):
    with page_of(chromium, site, DESK) as page:
        page.clock.install()
        sign_in(page, ANNA)
        expect(page.get_by_text("At work.")).to_be_visible()
        site.moments.passes(minutes=25)
        page.clock.run_for(61_000)
        expect(page.get_by_text("new mail is not seen")).to_be_visible()
        expect(page.locator(".app-banner--bad")).to_be_visible()


def test_pages_fit_a_telephone_without_scrolling_sideways(site, chromium):
    with page_of(chromium, site, PHONE) as page:
        sign_in(page, ANNA)
        for path in (
            "",
            "/review",
            "/cases",
            f"/cases/{site.case(1)}",
            "/outbox",
            "/log",
            "/mails/1",
        ):
            page.goto(f"/northshire{path}")
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, path


def test_a_printed_case_has_its_facts_and_no_buttons(site, chromium):
    with page_of(chromium, site, DESK) as page:
        sign_in(page, ANNA)
        page.goto(f"/northshire/cases/{site.case(1)}")
        page.emulate_media(media="print")
        expect(page.locator(".app-nav")).to_be_hidden()
        expect(page.get_by_role("link", name="Record what happened")).to_be_hidden()
        expect(page.get_by_role("heading", name="Clocks")).to_be_visible()
