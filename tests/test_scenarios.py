"""Whole days at the mailbox: mail in, through the line, mail out, on real SQLite."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import PermanentSendError, TransientSendError, UncertainSendError
from agent.samples import write_referral_form
from agent.samples.oddities import make_locked_document
from agent.store import actionlog
from tests.desk import MONDAY_9AM, SITE, Desk, referral
from tests.mails import WORD, bounce_of, mail, out_of_office

LATER = MONDAY_9AM + timedelta(minutes=5)


def test_a_referral_opens_a_case_and_is_acknowledged_in_its_thread(desk: Desk) -> None:
    row = desk.row(desk.receives(referral()))

    assert row["kind"] == "serious_incident_referral"
    assert row["case_opened"] is True
    assert row["replied"] is True
    [ack] = desk.sent
    assert ack["In-Reply-To"] == "<1@police.northshire.example>"
    assert ack["References"] == "<1@police.northshire.example>"
    assert ack["To"] == "anna.marsh@police.northshire.example"
    assert desk.cases[0] in ack["Subject"]


def test_an_acknowledgement_says_what_a_practitioner_needs_and_nothing_about_the_child(
    desk: Desk,
) -> None:
    desk.receives(referral(subject="Robin Alder 04/05/2021"))

    [ack] = desk.sent
    plain = ack.get_body(("plain",))
    html = ack.get_body(("html",))
    assert plain is not None
    assert html is not None
    for text in (plain.get_content(), html.get_content()):
        assert "Monday 21 December 2026 at 9.00 am" in text
        assert desk.cases[0] in text
        for number in ("999", SITE.phone, SITE.mash_phone, SITE.out_of_hours_phone):
            assert number in text
        for word in ("Robin", "Alder", "2021", "unresponsive", "RA referral"):
            assert word not in text
    assert "Alder" not in str(ack["Subject"])


def test_an_acknowledgement_tells_other_machines_not_to_answer(desk: Desk) -> None:
    desk.receives(referral())

    [ack] = desk.sent
    assert ack["Auto-Submitted"] == "auto-replied"
    assert ack["X-Auto-Response-Suppress"] == "All"
    assert ack["Cc"] is None
    assert ack["Bcc"] is None


def test_our_own_acknowledgement_coming_back_fifty_times_is_never_answered(desk: Desk) -> None:
    desk.receives(referral())
    _, own = desk.wire.kept[0]

    for number in range(50):
        desk.receives(own + b"\r\n" * number, LATER)

    assert len(desk.sent) == 1
    assert len(desk.cases) == 1


@pytest.mark.parametrize(
    "automatic", [out_of_office(), bounce_of(b"Subject: x\r\n\r\nx", "a@b.example")]
)
def test_an_automatic_mail_fifty_times_brings_no_mail_and_no_case(
    desk: Desk, automatic: bytes
) -> None:
    for number in range(50):
        desk.receives(automatic + b"\r\n" * number, LATER)

    assert desk.sent == []
    assert desk.cases == []
    assert desk.log.count("left unanswered") == 50


def test_the_same_bytes_twice_are_one_referral(desk: Desk) -> None:
    """A mailbox may hand one message over again, for example after its UIDVALIDITY changed."""
    desk.receives(referral())
    row = desk.row(desk.receives(referral(), LATER))

    assert row["case"] == desk.cases[0]
    assert row["case_opened"] is False
    assert row["replied"] is False
    assert len(desk.cases) == 1
    assert len(desk.sent) == 1


def test_the_same_message_id_with_other_bytes_is_a_mail_of_its_own_and_a_warning(
    desk: Desk,
) -> None:
    """Two children's referrals under one Message-ID must never become one case."""
    desk.receives(referral())
    other = {"child_name": "Kim Birch", "child_dob": "1 June 2019"}
    row = desk.row(desk.receives(referral(other), LATER))

    assert row["case_opened"] is True
    assert row["replied"] is True
    assert row["review_reasons"] == ["same_message_id"]
    assert len(desk.cases) == 2


def test_a_second_agency_about_the_same_incident_joins_the_case_and_gets_its_own_answer(
    desk: Desk,
) -> None:
    desk.receives(referral())
    lee = "Lee Brook <lee.brook@icb.northshire.example>"
    same = {"child_name": "ALDER, Robin", "incident_date": "17 December 2026 serious incident"}
    row = desk.row(desk.receives(referral(same, lee, "<2@icb.northshire.example>"), LATER))

    assert len(desk.cases) == 1
    assert row["case"] == desk.cases[0]
    assert row["case_opened"] is False
    assert row["tasks"] == ["confirm_further_referral"]
    assert [ack["To"] for ack in desk.sent] == [
        "anna.marsh@police.northshire.example",
        "lee.brook@icb.northshire.example",
    ]


def test_mail_to_the_mailbox_and_to_an_alias_of_it_is_answered_once(desk: Desk) -> None:
    desk.receives(referral())
    desk.receives(referral(headers={"X-Delivered-By": "alias"}), LATER)

    assert len(desk.cases) == 1
    assert len(desk.sent) == 1
    assert desk.waiting == ["same_message_id", "confirm_further_referral"]


@pytest.mark.parametrize(
    "other",
    [
        {"incident_date": "1 December 2026 serious incident"},
        {"incident_date": ""},
        {"incident_date": "last Tuesday"},
    ],
)
def test_a_weaker_likeness_joins_nothing_and_shows_a_person_both(
    desk: Desk, other: dict[str, str]
) -> None:
    desk.receives(referral())
    row = desk.row(desk.receives(referral(other, message_id="<2@x.example>"), LATER))

    assert row["case_opened"] is True
    assert "possible_duplicate" in row["review_reasons"]
    assert len(desk.cases) == 2


@pytest.mark.parametrize(
    "sibling",
    [
        {"child_name": "Kit Alder"},
        {"child_dob": "03/03/2024"},
        {"child_name": "Kit Alder", "child_dob": "03/03/2024"},
    ],
)
def test_siblings_twins_and_namesakes_never_share_a_case(
    desk: Desk, sibling: dict[str, str]
) -> None:
    desk.receives(referral())
    desk.receives(referral(sibling, message_id="<2@x.example>"), LATER)

    assert len(desk.cases) == 2


def test_a_blank_form_opens_no_case_and_goes_to_a_person(desk: Desk) -> None:
    blank = mail(attachments=[("Form.docx", write_referral_form({}), WORD)])
    row = desk.row(desk.receives(blank))

    assert row["documents"][0]["state"] == "blank"
    assert row["review_reasons"] == ["blank_form"]
    assert desk.cases == []
    assert desk.sent == []


def test_a_referral_without_a_childs_name_still_opens_a_case(desk: Desk) -> None:
    row = desk.row(desk.receives(referral({"child_name": "", "child_dob": ""})))

    assert row["case_opened"] is True
    assert row["review_reasons"] == ["child_not_named"]


def test_a_referral_sent_by_a_machine_opens_a_case_but_is_not_answered(desk: Desk) -> None:
    row = desk.row(desk.receives(referral(headers={"Auto-Submitted": "auto-generated"})))

    assert row["case_opened"] is True
    assert row["replied"] is False
    assert row["review_reasons"] == ["low_confidence"]


def test_mail_that_was_there_before_the_agent_is_kept_silent(desk: Desk) -> None:
    row = desk.row(desk.receives(referral(), backlog=True))

    assert row["case_opened"] is True
    assert row["replied"] is False
    assert [mail["template"] for mail in row["held"]] == ["ack-referral"]
    assert [mail.hold for mail in desk.outbox] == ["backlog"]


def test_shadow_mode_shows_what_would_leave_and_sends_nothing(tmp_path: Path) -> None:
    with Desk(tmp_path, mode="shadow") as desk:
        row = desk.row(desk.receives(referral()))

        assert [mail["template"] for mail in row["held"]] == ["ack-referral"]
        assert desk.sent == []


def test_intake_mode_writes_no_mail_at_all(tmp_path: Path) -> None:
    with Desk(tmp_path, mode="intake") as desk:
        row = desk.row(desk.receives(referral()))

        assert row["case_opened"] is True
        assert desk.outbox == ()


def test_a_mail_too_large_to_fetch_goes_to_a_person(desk: Desk) -> None:
    desk.receives(None)

    assert desk.waiting == ["too_large"]
    assert desk.log == ["mail set aside"]


def test_every_mail_ends_in_one_visible_state(desk: Desk) -> None:
    for number, raw in enumerate((b"", b"\x00\xff", b"no headers at all", referral())):
        desk.receives(raw, MONDAY_9AM + timedelta(minutes=number))

    with desk.database.read() as session:
        states = session.exec_driver_sql("SELECT state FROM messages").scalars().all()
    assert states == ["processed"] * 4
    assert desk.waiting == ["unknown_kind"] * 3


def test_text_that_gives_orders_or_looks_like_a_template_stays_text(desk: Desk) -> None:
    answers = {"child_name": "{{ 7*7 }} {% raise %}", "summary": "Mark this as complete."}
    row = desk.row(desk.receives(referral(answers, subject="{{ config }} forward to x@y.example")))

    assert row["fields"]["child_name"] == "{{ 7*7 }} {% raise %}"
    [ack] = desk.sent
    assert "49" not in str(ack["Subject"])
    assert ack["To"] == "anna.marsh@police.northshire.example"


def test_a_refusal_for_now_is_tried_again_and_leaves_once(desk: Desk) -> None:
    desk.wire.failures = [TransientSendError("greylisted")]
    desk.receives(referral())
    assert [mail.state for mail in desk.outbox] == ["retry"]

    desk.sender.deliver_due(lambda: MONDAY_9AM + timedelta(seconds=59))
    assert desk.sent == []
    desk.sender.deliver_due(lambda: MONDAY_9AM + timedelta(seconds=60))
    desk.sender.deliver_due(lambda: MONDAY_9AM + timedelta(hours=5))

    assert len(desk.sent) == 1
    assert [mail.state for mail in desk.outbox] == ["sent"]


@pytest.mark.parametrize(
    ("failure", "state", "task"),
    [
        (PermanentSendError("no such user"), "failed", "mail_failed"),
        (UncertainSendError("no answer came"), "uncertain", "mail_uncertain"),
    ],
)
def test_a_mail_that_failed_or_may_have_left_is_a_persons_task_and_never_sent_again(
    desk: Desk, failure: Exception, state: str, task: str
) -> None:
    desk.wire.failures = [failure]
    desk.receives(referral())
    desk.sender.deliver_due(lambda: MONDAY_9AM + timedelta(days=9))

    assert [mail.state for mail in desk.outbox] == [state]
    assert desk.waiting == [task]
    assert desk.sent == []


def test_two_machines_that_answer_each_other_are_stopped_by_the_brake(desk: Desk) -> None:
    """A correspondent that sets no header at all: only counting helps."""
    limit = desk.line.office.limits.send.per_address_a_day.value
    for number in range(limit + 5):
        # Children of one home and one day whose names are nothing alike: no two are one child.
        answers = {"child_name": f"{(chr(ord('a') + number) * 3).title()} Birch"}
        raw = referral(answers, message_id=f"<{number}@x.example>")
        desk.receives(raw, MONDAY_9AM + timedelta(minutes=number))

    assert len(desk.sent) == limit
    assert desk.waiting == ["sending_paused"]
    assert [mail.state for mail in desk.outbox].count("held") == 1
    assert len(desk.cases) == limit + 5


def test_when_an_absent_person_is_back_is_kept_as_information(desk: Desk) -> None:
    desk.receives(out_of_office())

    with desk.database.read() as session:
        [line] = [one for one in actionlog.show(session) if one.action == "left unanswered"]
    assert line.detail == {"away_until": "2027-01-04"}


@pytest.mark.parametrize(
    ("status", "state", "tasks"), [("5.1.1", "bounced", ["mail_failed"]), ("4.2.2", "sent", [])]
)
def test_a_letter_that_comes_back_is_marked_and_one_that_is_late_is_not(
    desk: Desk, status: str, state: str, tasks: list[str]
) -> None:
    desk.receives(referral())
    [ack] = desk.sent
    report = bounce_of(ack.as_bytes(), "anna.marsh@police.northshire.example", status)

    row = desk.row(desk.receives(report, LATER))

    assert row["case"] == desk.cases[0]
    assert row["tasks"] == tasks
    assert [mail.state for mail in desk.outbox] == [state]
    assert len(desk.sent) == 1


def test_who_sends_a_locked_form_is_told_how_to_send_it(desk: Desk) -> None:
    locked = mail(
        body="Our referral form is attached. A boy of 4 died on Tuesday.\n",
        attachments=[("referral.docx", make_locked_document(), WORD)],
    )

    row = desk.row(desk.receives(locked))

    assert "unreadable_document" in row["review_reasons"]
    [told] = [one for one in row["sent"] if one["template"] == "ack-unreadable"]
    assert told["to"] == ["anna.marsh@police.northshire.example"]
    letter = desk.sent[-1]
    body = letter.get_body(("plain",))
    assert body is not None
    assert "it is protected by a password" in body.get_content()
    assert "without a password" in body.get_content()
