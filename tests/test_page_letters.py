"""Letters and decisions on the page: approved, reworded, stopped; what is recorded, and by whom."""

import pytest

from agent.config import shipped
from agent.store import actionlog, outbox
from agent.store.casefiles import get_bytes, get_case_file
from tests.webdesk import ANNA, DEV, LEAD, VERA, serving

DANGER = (
    "He hit her again this morning and she has a black eye. She goes home to him at three today. "
    "Please act now, the child is not safe tonight.\n"
)


def test_anybody_who_works_stops_sending_and_an_approver_lets_it_go_on(site, anna):
    with site.visitor(DEV) as dev:
        dev.get("/northshire").post("/northshire/stop")
        assert dev.said == "All sending is stopped."
        assert "Sending is stopped: " + DEV in dev.text
        assert "/northshire/stop" not in dev.actions, "an officer cannot let it go on"
    site.moments.passes(minutes=1)
    letter = site.mails("held")[0].id
    anna.get(f"/northshire/outbox/{letter}").post(f"/northshire/outbox/{letter}/release")
    site.works()
    assert [one.state for one in site.mails() if one.id == letter] == ["queued"]
    anna.get("/northshire").post("/northshire/stop")
    assert anna.said == "Mails leave again."
    site.works()
    assert [one.state for one in site.mails() if one.id == letter] == ["sent"]


def test_who_may_not_decide_is_told_who_may(site):
    """Dev is on duty: site.toml gives him no word on the criteria."""
    ref = site.case(2)
    page = f"/northshire/cases/{ref}/record/criteria_decided"
    with site.visitor(DEV) as dev:
        dev.get(page).post(page, outcome="met")
        assert "that is for lead_representatives" in dev.problem
        assert LEAD not in dev.answer.text, "an officer enters nothing for somebody else"
        fields = [one for one in dev.get(page).fields(page) if one[0] != "by"]
        dev.send(page, [*fields, ("by", LEAD), ("outcome", "met")])
        assert "Only an approver" in dev.problem
    with site.database.read() as session:
        anchors = [one.anchor for one in get_case_file(session, ref)[0].events]
    assert "criteria_decided" not in anchors
    assert "act refused" in site.actions()


def test_a_correction_of_an_event_stands_beside_what_was_said(site, anna):
    ref = site.case(1)
    page = f"/northshire/cases/{ref}/record/panel_notified"
    anna.get(page)
    assert "Recorded already: Mon 9 Nov 2026" in anna.text
    anna.post(page, on="2026-11-10")
    with site.database.read() as session:
        events = get_case_file(session, ref)[0].events
    days = [str(one.on) for one in events if one.anchor == "panel_notified"]
    assert days == ["2026-11-09", "2026-11-10"]
    assert "event corrected" in site.actions()


@pytest.fixture
def careful(made_office, tmp_path):
    """An office whose profile asks two people for an escalation."""
    profile = "rules/partnerships/northshire/profile.toml"
    shipped_text = (shipped("rules").parent / profile).read_text()
    own = {profile: f'two_people = ["escalation"]\n{shipped_text}'}
    with serving(made_office, tmp_path, own=own) as site:
        yield site


def test_a_letter_for_two_people_leaves_on_the_second_ones_word(careful):
    held = next(one for one in careful.mails("held") if one.template == "escalation")
    page = f"/northshire/outbox/{held.id}"

    def state() -> str:
        return next(one.state for one in careful.mails() if one.id == held.id)

    with careful.visitor(ANNA) as anna, careful.visitor(LEAD) as lead:
        anna.get(page).post(f"{page}/release")
        assert "once a second person approves it too" in anna.said
        anna.get(page).post(f"{page}/release")
        assert "a second person has to" in anna.problem
        assert state() == "held"
        lead.get(page).post(f"{page}/words", text=lead.page.get_element_by_id("text").value + "!")
        assert lead.said.startswith("Changed")
        lead.post(f"{page}/release")
        assert state() == "held", "other words have nobody's approval but Sam's"
        anna.get(page).post(f"{page}/release")
        assert anna.said.startswith("Released")
        assert state() == "queued"


def test_words_that_no_letter_of_ours_may_say_are_refused(site, anna):
    held = next(one for one in site.mails("held") if one.template == "escalation")
    page = f"/northshire/outbox/{held.id}"
    with site.database.read() as session:
        before = get_bytes(session, held.id)
        other = get_case_file(session, site.case(2))[0].case.child.name
    for text, says in (
        ("", "Write something"),
        ("Dear {{ name }}", "placeholder"),
        (f"It is about {other}.", "another case"),
        ("x" * 20_001, "under 20000"),
    ):
        anna.get(page).post(f"{page}/words", text=text)
        assert says in anna.problem
    with site.database.read() as session:
        assert get_bytes(session, held.id) == before


def test_a_cancelled_letter_never_leaves(site, anna):
    held = site.mails("held")[0]
    page = f"/northshire/outbox/{held.id}"
    anna.get(page).post(f"{page}/cancel")
    site.works()
    assert [one.state for one in site.mails() if one.id == held.id] == ["cancelled"]
    assert f"{page}/release" not in anna.get(page).actions


def test_an_uncertain_mail_is_taken_for_sent_on_a_persons_word(site, anna):
    held = next(one for one in site.mails("held") if one.agency)
    now = site.moments.now
    with site.database.write() as session:
        outbox.settle(session, held.id, outbox.State.QUEUED, now, not_before_at=now)
        claimed = outbox.claim_due(session, now)
        assert claimed is not None
        outbox.settle(session, claimed.id, outbox.State.UNCERTAIN, now, "the line broke")
    page = f"/northshire/outbox/{claimed.id}"
    anna.get("/northshire")
    assert "Uncertain: may have left" in anna.text
    anna.get(page).post(f"{page}/arrived")
    assert anna.said == "Taken for sent."
    assert [one.state for one in site.mails() if one.id == claimed.id] == ["sent"]


def test_a_restricted_case_is_open_to_whom_it_is_opened_and_to_nobody_else(site, anna):
    ref = site.case(2)
    page = f"/northshire/cases/{ref}"
    anna.get(f"{page}/record/restricted").post(f"{page}/record/restricted")
    assert "restricted" in anna.get(page).text
    with site.visitor(DEV) as dev:
        assert dev.get(page).status == 404
        for path in ("", "/cases", "/review", "/outbox", "/log", f"/log?case={ref}"):
            assert ref not in dev.get(f"/northshire{path}").text, path
        anna.get(page).post(f"{page}/readers", email=DEV)
        assert "Changed who may open" in anna.said
        assert dev.get(page).status == 200
        assert ref in dev.get("/northshire/cases").text
        anna.get(page).post(f"{page}/readers", 0, email=DEV)
        assert dev.get(page).status == 404


def test_cases_are_linked_and_show_each_other(site, anna):
    one, two = site.case(1), site.case(3)
    anna.get(f"/northshire/cases/{one}").post(f"/northshire/cases/{one}/links", other=two)
    assert anna.said == "Linked."
    assert one in anna.get(f"/northshire/cases/{two}").text
    action = f"/northshire/cases/{two}/links"
    anna.post(action, 0)
    assert anna.said == "Unlinked."


def test_cases_are_found_by_reference_state_agency_lateness_and_name(site, anna):
    first, second = site.case(1), site.case(2)
    assert first in anna.get("/northshire/cases?agency=hospital").text
    assert second not in anna.text
    assert "NSCP-14" in anna.get("/northshire/cases?ref=nscp-14").text
    assert first not in anna.text
    assert first in anna.get("/northshire/cases?late=yes").text
    assert "No case fits" in anna.get("/northshire/cases?state=closed").text
    anna.get("/northshire/cases").post("/northshire/cases", 1, child="marlowe theo")
    assert first in anna.text
    assert second not in anna.text
    assert "Theo" not in str(anna.answer.url), "no name stands in an address"
    assert "list searched" in site.actions()
    with site.database.read() as session:
        assert not any("marlowe" in line.reason.lower() for line in actionlog.show(session))


def test_the_letter_and_the_form_are_shown_as_they_will_be_read(site, anna):
    letter = next(one for one in site.mails() if one.template == "scoping-letter")
    anna.get(f"/northshire/outbox/{letter.id}")
    assert "Theo Marlowe" in anna.text, "the form is filled in"
    assert "Tuesday 17 November 2026 at 5.00 pm" in anna.text
    assert len(anna.page.find_class("app-document")) >= 2
    files = [one for one in anna.page.xpath("//a/@href") if "/files/" in one]
    assert len(files) >= 2
    assert anna.get(files[0]).answer.headers["content-disposition"].startswith("attachment")
    with site.visitor(VERA) as vera:
        assert "Theo" not in vera.get(f"/northshire/outbox/{letter.id}").text
        assert vera.get(files[0]).status == 404
