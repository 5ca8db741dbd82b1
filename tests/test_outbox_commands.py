"""What a person does to mails that wait: the commands, on a real store and a real mail server."""

from pathlib import Path

import pytest

from agent.store import actionlog
from tests.desk import referral
from tests.mails import mail
from tests.office import Office, letters
from tests.servers import SmtpSink

LEAD = "lead@northshirescp.example"
ROLES = f'\n[roles]\nstrategic_lead = "{LEAD}"\n'
QUESTION = mail(
    subject="A question",
    body="Can you tell me whether a broken arm at nursery is something you look at?\n",
    message_id="<question@police.northshire.example>",
)


@pytest.fixture
def office(tmp_path: Path, sink: SmtpSink) -> Office:
    """An office with one held answer to a question; nothing has left."""
    made = Office(tmp_path, sink.port)
    site = tmp_path / "site.toml"
    site.write_text(site.read_text(encoding="utf-8") + ROLES, encoding="utf-8")
    made.migrate()
    assert made.does("once").code == 0
    made.deliver(QUESTION)
    assert made.does("once").code == 0
    assert states(made) == {"ack-enquiry": "held"}
    return made


def states(office: Office) -> dict[str, str]:
    return {row.template: row.state for row in office.outbox}


def number(office: Office) -> str:
    (row,) = office.outbox
    return str(row.id)


def said_of(office: Office, action: str) -> list[str]:
    """Return who did that, and the digest of the bytes it was about."""
    with office.read() as session:
        lines = [one for one in actionlog.show(session, limit=1000) if one.action == action]
    return [f"{one.actor} {one.detail.get('bytes', '')}" for one in lines]


def test_a_released_mail_leaves_as_it_was_and_the_log_names_its_bytes(
    office: Office, sink: SmtpSink
) -> None:
    (row,) = office.outbox

    assert office.does("outbox", "release", number(office), "--by", LEAD).code == 0
    assert office.does("once").code == 0

    assert states(office) == {"ack-enquiry": "sent"}
    assert [letter["Message-ID"] for letter in letters(sink)] == [row.message_id]
    assert said_of(office, "mail released") == [f"{LEAD} {row.digest}"]


def test_a_mail_is_released_once(office: Office, sink: SmtpSink) -> None:
    for code in (0, 65):
        assert office.does("outbox", "release", number(office), "--by", LEAD).code == code
        assert office.does("once").code == 0

    assert len(sink.mails) == 1


def test_a_cancelled_mail_never_leaves(office: Office, sink: SmtpSink) -> None:
    assert office.does("outbox", "cancel", number(office), "--by", LEAD).code == 0

    again = office.does("outbox", "release", number(office), "--by", LEAD)
    assert office.does("once").code == 0

    assert again.code == 65
    assert "is cancelled, not held" in again.err
    assert states(office) == {"ack-enquiry": "cancelled"}
    assert sink.mails == []


@pytest.mark.parametrize("act", ["release", "cancel", "resend"])
@pytest.mark.parametrize("who", ["stranger@elsewhere.example", "Somebody"])
def test_who_holds_no_role_does_nothing_to_a_mail(office: Office, act: str, who: str) -> None:
    refused = office.does("outbox", act, number(office), "--by", who)

    assert refused.code == 77
    assert who in refused.err
    assert states(office) == {"ack-enquiry": "held"}


def test_a_number_that_is_none_is_told_and_the_others_stay(office: Office) -> None:
    refused = office.does("outbox", "release", number(office), "4711", "--by", LEAD)

    assert refused.code == 65
    assert "4711" in refused.err
    assert states(office) == {"ack-enquiry": "held"}


def test_the_switch_stops_everything_until_it_is_turned_back(
    office: Office, sink: SmtpSink
) -> None:
    assert office.does("outbox", "pause", "--by", LEAD).code == 0
    office.deliver(referral(message_id="<2@police.northshire.example>"))
    assert office.does("once").code == 0
    assert states(office)["ack-referral"] == "queued"
    assert sink.mails == []

    assert office.does("outbox", "resume", "--by", LEAD).code == 0
    assert office.does("once").code == 0

    assert states(office)["ack-referral"] == "sent"
    assert len(sink.mails) == 1


def test_a_refused_mail_is_sent_again_by_a_person_alone(office: Office, sink: SmtpSink) -> None:
    sink.refuse["rcpt"] = "550 5.1.1 no such mailbox"
    assert office.does("outbox", "release", number(office), "--by", LEAD).code == 0
    for _ in range(2):
        assert office.does("once").code == 0
    assert states(office) == {"ack-enquiry": "failed"}
    assert sink.verbs.count("rcpt") == 1

    sink.refuse.clear()
    assert office.does("outbox", "resend", number(office), "--by", LEAD).code == 0
    assert office.does("once").code == 0

    assert states(office) == {"ack-enquiry": "sent"}
    assert len(sink.mails) == 1


def test_a_mail_the_server_cannot_take_now_waits_for_its_next_try(
    office: Office, sink: SmtpSink
) -> None:
    sink.refuse["rcpt"] = "451 4.3.0 try again later"
    assert office.does("outbox", "release", number(office), "--by", LEAD).code == 0
    for _ in range(3):
        assert office.does("once").code == 0

    assert states(office) == {"ack-enquiry": "retry"}
    assert sink.verbs.count("rcpt") == 1
    (row,) = office.outbox
    assert row.not_before_at > row.created_at
