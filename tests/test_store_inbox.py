"""Mails that arrived, positions of folders, and what waits for a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import CaseMoved, DataError
from agent.model.decision import Note, Review, Task
from agent.store import cases, inbox, work
from agent.store.inbox import Position
from tests.mails import MONDAY_9AM
from tests.stored import MAILBOX, PARTNERSHIP, a_case, a_mail


def test_a_mail_is_read_back_as_it_was_recorded(database):
    reading = {"also": [], "fields": {"child_name": "Robin Sample", "incident_is_death": False}}
    mail = a_mail(
        kind="serious_incident_referral",
        confidence=0.9,
        live_risk=True,
        needs_review=True,
        rule="form",
        agency="police",
        reading=reading,
    )
    with database.write() as session:
        row = inbox.add_message(session, mail)
    with database.read() as session:
        stored = inbox.find_message(session, MAILBOX, mail.digest)
        assert inbox.get_message(session, row) == stored
        assert inbox.find_message(session, "another", mail.digest) is None
    assert stored.id == row
    same = {name: getattr(stored, name) for name in mail.__dataclass_fields__}
    assert same == {name: getattr(mail, name) for name in mail.__dataclass_fields__}


def test_the_same_bytes_are_recorded_once_in_a_mailbox(database):
    with database.write() as session:
        inbox.add_message(session, a_mail())
        inbox.add_message(session, a_mail(mailbox="another"))
    with pytest.raises(CaseMoved), database.write() as session:
        inbox.add_message(session, a_mail(item="1:2"))


def test_explain_finds_a_mail_by_row_digest_beginning_or_message_id(database):
    digests = ("abcdef" + "0" * 58, "abcdef" + "1" * 58)
    with database.write() as session:
        first, second = (
            inbox.add_message(session, a_mail(digest, message_id=f"<{digest[:8]}@a.example>"))
            for digest in digests
        )
    with database.read() as session:
        meant = {
            mark: [found.id for found in inbox.find_messages(session, mark)]
            for mark in (str(second), "ABCDEF1", "abcdef", "<abcdef00@a.example>", "abc", "%", "x")
        }
    assert meant == {
        str(second): [second],
        "ABCDEF1": [second],
        "abcdef": [first, second],
        "<abcdef00@a.example>": [first],
        "abc": [],
        "%": [],
        "x": [],
    }


def test_a_mail_nobody_stored_is_an_error_to_read(database):
    with database.read() as session, pytest.raises(DataError, match="no stored mail 7"):
        inbox.get_message(session, 7)


def test_mails_without_a_message_id_are_not_repeats_of_each_other(database):
    with database.write() as session:
        inbox.add_message(session, a_mail(message_id=""))
        assert not inbox.has_message_id(session, MAILBOX, "")


def test_the_items_of_a_folder_are_known_by_name(database):
    with database.write() as session:
        inbox.add_message(session, a_mail("a" * 64, item="7:1"))
        inbox.add_message(session, a_mail("b" * 64, item="7:2"))
        inbox.add_message(session, a_mail("c" * 64, item="7:3", folder="Archive"))
        assert inbox.known_items(session, MAILBOX, "INBOX") == {"7:1", "7:2"}


def test_a_position_is_remembered_for_each_folder_by_itself(database):
    first = Position(2**32 - 1, 41, 40, MONDAY_9AM)
    later = replace(first, last_uid=2**32 - 1)
    with database.write() as session:
        assert inbox.find_position(session, MAILBOX, "INBOX") is None
        inbox.set_position(session, MAILBOX, "INBOX", first, MONDAY_9AM)
        inbox.set_position(session, MAILBOX, "Archive", first, MONDAY_9AM)
    with database.write() as session:
        inbox.set_position(session, MAILBOX, "INBOX", later, MONDAY_9AM)
    with database.read() as session:
        assert inbox.find_position(session, MAILBOX, "INBOX") == later
        assert inbox.find_position(session, MAILBOX, "Archive") == first


def test_what_waits_for_a_person_stands_with_its_case_and_mail_until_it_is_done(database):
    with database.write() as session:
        row = inbox.add_message(session, a_mail())
        case_id = cases.open_case(session, PARTNERSHIP, a_case(), row, MONDAY_9AM)
        where = {"partnership": PARTNERSHIP, "now": MONDAY_9AM}
        about = {"case_id": case_id, "message_row": row}
        reviews = (Note(Review.BLANK_FORM, "The form is blank."),)
        work.add_notes(session, "review", reviews, **about, **where)
        task = (Note(Task.CONFIRM_FURTHER_REFERRAL),)
        work.add_notes(session, "task", task, case_id=None, message_row=None, **where)
    with database.write() as session:
        review, task = work.list_open(session)
        assert (review.code, review.case, review.digest) == ("blank_form", a_case().ref, "ab" * 32)
        assert (task.code, task.case, task.digest) == ("confirm_further_referral", None, None)
        assert [note.sort for note in work.list_open(session, PARTNERSHIP, "task")] == ["task"]
        assert work.list_open(session, "southwood") == ()
        work.finish(session, review.id, "anna", MONDAY_9AM + timedelta(hours=1))
        assert work.list_open(session) == (task,)
        assert work.list_for_message(session, row) == (review,)
        with pytest.raises(DataError, match="no open review or task"):
            work.finish(session, review.id, "anna", MONDAY_9AM)
