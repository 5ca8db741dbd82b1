"""Work that nobody has to do any more is done without a person, so that the list stays short."""

from dataclasses import replace
from datetime import timedelta

from agent.acting import carry_out, complete
from agent.acts import Act
from agent.register import load_register
from agent.registering import import_register
from agent.store import work
from agent.sweep import sweep
from tests.desk import MONDAY_9AM, Desk, referral
from tests.stories import EXAMPLE
from tests.stories import SITE as STORY_SITE

LATER = MONDAY_9AM + timedelta(hours=1)
LEAD, MANAGER = "lead@lscp.example", "manager@lscp.example"


def staffed(desk: Desk) -> None:
    """Give the office people in its roles."""
    desk.line = replace(desk.line, office=replace(desk.line.office, site=STORY_SITE))
    desk.sender.offices = {"reviews": desk.line.office}


def waiting(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [note.code for note in work.list_open(session)]


def test_new_contacts_wait_until_the_second_person_has_put_them_in(desk: Desk) -> None:
    staffed(desk)
    wanted = load_register(EXAMPLE / "register.csv")

    import_register(desk.database, desk.line.office, wanted, LEAD, MONDAY_9AM)
    assert waiting(desk) == ["confirm_contacts"]
    import_register(desk.database, desk.line.office, wanted, MANAGER, LATER)
    assert waiting(desk) == []


def test_what_letters_still_need_waits_until_they_are_written(desk: Desk) -> None:
    staffed(desk)
    office = replace(desk.line.office, register=load_register(EXAMPLE / "register.csv"))
    desk.line = replace(desk.line, office=office)
    desk.sender.offices = {"reviews": office}
    desk.receives(referral())
    (ref,) = desk.cases
    for event, detail in (("panel_notified", {}), ("rapid_review_agreed", {"agencies": "icb"})):
        act = Act(event, MONDAY_9AM.date(), LEAD, frozenset({"strategic_lead"}), detail)
        carry_out(desk.database, office, ref, act, MONDAY_9AM)
    sweep(desk.line, MONDAY_9AM)
    assert "complete_prefill" in waiting(desk)

    told = {"summary": "Serious harm.", "period": "2024 to 2026", "family": "Nobody is known."}
    complete(desk.database, office, ref, told, MANAGER, LATER)
    sweep(desk.line, LATER)

    assert "complete_prefill" not in waiting(desk)
    assert [one.template for one in desk.outbox].count("scoping-letter") == 1
