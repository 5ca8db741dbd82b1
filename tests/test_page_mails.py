"""What a person says of a mail on the page: an alarm, another kind, another case, other answers."""

import json

import pytest

from agent.model.message import Fetched, Position
from agent.pipeline import take
from agent.store import inbox, work
from agent.store.casefiles import get_case_file
from agent.store.corrections import corrections_of, list_corrections
from tests.mails import mail
from tests.webdesk import DEV, LEAD

DANGER = (
    "He hit her again this morning and she has a black eye. She goes home to him at three today. "
    "Please act now, the child is not safe tonight.\n"
)


def test_an_alarm_stands_first_until_a_named_person_acknowledges_it(site, anna):
    site.receives(
        mail(
            "Jo Okell <jo.okell@southwoodhigh.example>",
            subject="please read",
            body=DANGER,
            message_id="<danger@southwoodhigh.example>",
        )
    )
    anna.get("/northshire")
    assert "A child may be in danger now (1)" in anna.text
    row = site.newest().id
    anna.post(f"/northshire/alarms/{row}")
    assert anna.said == "You have acknowledged the alarm."
    assert "alarms" not in [one.get("id") for one in anna.page.xpath("//h2")]
    assert "alarm acknowledged" in site.actions()
    with site.visitor(DEV) as dev:
        dev.send(f"/northshire/alarms/{row}", dev.get("/northshire").fields("/sign-out"))
        assert "acknowledged this alarm already" in dev.problem


def test_a_task_is_done_once_and_leaves_the_list(site, anna):
    anna.get("/northshire/review?sort=task")
    action = next(one for one in anna.actions if one.startswith("/northshire/notes/"))
    fields = anna.fields(action)
    anna.post(action)
    assert anna.said == "Done."
    assert action not in anna.actions
    with site.visitor(LEAD) as lead:
        marks = lead.get("/northshire").fields("/sign-out")
        lead.send(action, [*marks, *[one for one in fields if one[0] not in ("once", "proof")]])
        assert "done already" in lead.problem


def test_a_mail_taken_for_the_wrong_thing_is_put_right_and_acted_on(site):
    """The agent could not tell that the ICB knows nobody: Dev can."""
    ref = site.case(1)
    site.receives(
        mail(
            "Lee Brook <lee.brook@icb-nhs.example>",
            subject="hello",
            body="As discussed on the telephone with Anna.\n",
            message_id="<odd@icb-nhs.example>",
        )
    )
    row = site.newest().id
    with site.visitor(DEV) as dev:
        page = f"/northshire/mails/{row}"
        dev.get(page).post(f"{page}/kind", kind="nil_return", case=ref.lower())
        assert dev.said == f"Corrected. The mail is on {ref}."
    with site.database.read() as session:
        events = [one for one in get_case_file(session, ref)[0].events if one.message_row == row]
        kept = corrections_of(session, row)
    assert [(one.anchor, one.detail["agency"]) for one in events] == [("nil_received", "icb")]
    assert [(one.sort, one.becomes, one.by) for one in kept] == [("kind", "nil_return", DEV)]
    assert site.newest().kind == "nil_return"
    assert site.asked_of(row) == []
    site.works()
    assert "ack-nil" in [one.template for one in site.mails("sent")]


def test_a_kind_is_not_corrected_by_two_people_from_one_old_page(site, anna):
    row = site.newest().id
    page = f"/northshire/mails/{row}"
    anna.get(page)
    with site.visitor(DEV) as dev:
        dev.get(page).post(f"{page}/kind", kind="enquiry")
        assert dev.said.startswith("Corrected.")
    anna.post(f"{page}/kind", kind="bounce")
    assert "Somebody has corrected this mail meanwhile" in anna.problem
    assert site.newest().kind == "enquiry"


def test_a_mail_on_no_case_opens_one_and_does_so_once(site, anna):
    row = site.newest().id
    page = f"/northshire/mails/{row}"
    anna.get(page).post(f"{page}/case", 1)
    assert "The mail is on NOR-2026-0006" in anna.said
    marks = [*anna.get(page).fields("/sign-out"), ("where", "new")]
    anna.send(f"{page}/case", marks)
    assert "already" in anna.problem
    anna.get(page).post(f"{page}/case", 0, case="NOR-2026-9999-XYZ")
    assert "There is no case NOR-2026-9999-XYZ open to you." in anna.problem


def test_a_further_referral_of_another_incident_gets_a_case_of_its_own(site, anna):
    ref = site.case(1)
    with site.database.read() as session:
        events = get_case_file(session, ref)[0].events
    row = next(one.message_row for one in events if one.anchor == "referral_added")
    page = f"/northshire/mails/{row}"
    anna.get(page).post(f"{page}/unlink")
    assert anna.said.startswith("It opened NOR-2026-0006")


def test_a_rejected_mail_asks_nothing_more(site, anna):
    row = site.newest().id
    page = f"/northshire/mails/{row}"
    anna.get(page).post(f"{page}/reject")
    assert anna.path == "/northshire/review"
    assert site.asked_of(row) == []
    assert "mail rejected" in site.actions()


def test_a_mail_is_read_again_by_the_rules_of_today(site, anna):
    row = 18  # a scan that nobody can read
    page = f"/northshire/mails/{row}"
    before = len(site.mails())
    anna.get(page).post(f"{page}/reprocess")
    assert anna.said.startswith("Read again")
    assert "unreadable_document" in site.asked_of(row), "it still waits for a person"
    assert len(site.mails()) == before, "nobody is answered twice"


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("field-child_dob", "3 February 2019", "Write the day as 2026-12-31"),
        ("field-incident_is_death", "perhaps", "Write yes or no"),
        ("field-family", "a | b | c | d", "A line has at most 3 parts"),
        ("field-summary", "x" * 20_001, "under 20000 characters"),
    ],
)
def test_a_correction_that_cannot_be_so_changes_nothing(site, anna, field, text, says):
    page = "/northshire/mails/1"
    with site.database.read() as session:
        before = inbox.get_message(session, 1).reading
    anna.get(page).post(f"{page}/fields", **{field: text})
    assert says in anna.problem
    assert anna.page.get_element_by_id(field).value.strip() == text, "what was typed stays"
    with site.database.read() as session:
        assert inbox.get_message(session, 1).reading == before
        assert list_corrections(session, "northshire") == ()


def test_corrected_answers_reach_the_case_the_letters_and_the_export(site, anna):
    page = "/northshire/mails/1"
    anna.get(page).post(
        f"{page}/fields",
        **{
            "field-child_name": "Theodore Marlowe",
            "field-incident_date": "2026-11-06",
            "field-family": "Jessica Marlowe | Mother | 2001-03-11\nA new uncle | Uncle |",
        },
    )
    assert "child name" in anna.said
    with site.database.read() as session:
        file, _ = get_case_file(session, site.case(1))
    assert file.case.child.name == "Theodore Marlowe"
    assert str(file.case.incident_on) == "2026-11-06"
    assert file.referral["family"][1]["name"] == "A new uncle"
    lines = anna.get("/northshire/corrections.jsonl").answer.text.splitlines()
    named = {json.loads(line)["name"]: json.loads(line) for line in lines}
    assert set(named) == {"child_name", "incident_date", "family"}
    assert json.loads(named["child_name"]["was"]) == "Theo Marlowe"
    anna.get(page).post(f"{page}/fields")
    assert "Nothing differs" in anna.problem


def test_a_mail_that_was_never_fetched_says_to_open_it_in_the_mailbox(site, anna):
    """It was larger than the agent downloads, so that there is nothing to show or to read again."""
    line, now = site.line(), site.moments.now
    fetched = Fetched(
        folder="",
        item="a very large mail",
        received_at=now,
        size_bytes=90_000_000,
        raw=None,
        backlog=False,
        position=Position(0, 0, 0, now),
        problem="too_large",
    )
    row = take(line, fetched, now).message_row
    page = f"/northshire/mails/{row}"
    anna.get(page)
    assert "The mail is larger than the agent downloads" in anna.text
    assert "open it in the mailbox" in anna.text
    assert anna.get(f"{page}/raw").status == 422
    marks = anna.get(page).fields("/sign-out")
    assert anna.send(f"{page}/reprocess", marks).status == 422
    anna.get(page).post(f"{page}/reject")
    assert site.asked_of(row) == []


@pytest.mark.parametrize("act", ["accept", "reject", "reprocess"])
def test_what_is_said_of_a_mail_never_silences_its_alarm(site, anna, act):
    """Only whoever acknowledges the alarm itself says that the child was seen to."""
    site.receives(
        mail(
            "Jo Okell <jo.okell@southwoodhigh.example>",
            subject="please read",
            body=DANGER,
            message_id="<danger@southwoodhigh.example>",
        )
    )
    row = site.newest().id
    page = f"/northshire/mails/{row}"
    anna.get(page).post(f"{page}/{act}")
    assert "acknowledge_alarm" in site.asked_of(row)
    with site.database.read() as session:
        (note,) = work.list_alarms(session, "northshire", row)
    marks = anna.get("/northshire").fields("/sign-out")
    anna.send(f"/northshire/notes/{note.id}", marks)
    assert "Acknowledge the alarm itself" in anna.problem
    anna.get("/northshire").post(f"/northshire/alarms/{row}")
    assert "acknowledge_alarm" not in site.asked_of(row)


def test_a_correction_leaves_what_the_form_does_not_show_of_a_table(site, anna):
    """A row holds more than the page has columns for."""
    with site.database.write() as session:
        family = [
            {"name": "Ivy", "relationship": "Sister", "dob": None, "address": "2 Harbour Row"}
        ]
        inbox.set_fields(session, 1, {"family": family}, "the form")
    page = "/northshire/mails/1"
    anna.get(page).post(f"{page}/fields", **{"field-coroner": "Yes"})
    assert anna.said == "Corrected: coroner."
    anna.get(page).post(f"{page}/fields", **{"field-family": "Ivy | Half-sister |"})
    with site.database.read() as session:
        kept = inbox.get_message(session, 1).reading["fields"]["family"]
    assert kept == [{**family[0], "relationship": "Half-sister"}]
