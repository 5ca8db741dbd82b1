"""The outbox: every mail once, in one state at a time, taken by one sender."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from agent.errors import CaseMoved, DataError
from agent.model.draft import Hold
from agent.model.message import Address
from agent.store import cases, inbox, outbox, pause
from agent.store.outbox import MOVES, State
from tests.mails import MONDAY_9AM
from tests.stored import MAILBOX, PARTNERSHIP, a_case, a_letter, a_mail

MINUTE = timedelta(minutes=1)

# How a mail gets into each state by the program's own steps.
PATHS = {
    State.HELD: (),
    State.QUEUED: (),
    State.SENDING: ("claim",),
    State.SENT: ("claim", State.SENT),
    State.UNCERTAIN: ("claim", State.UNCERTAIN),
    State.RETRY: ("claim", State.RETRY),
    State.FAILED: ("claim", State.FAILED),
    State.BOUNCED: ("claim", State.SENT, State.BOUNCED),
    State.CANCELLED: (State.CANCELLED,),
}


def queue(session, mail=None, now=MONDAY_9AM, answers=None, case_id=None):
    return outbox.queue(
        session,
        mail or a_letter(),
        partnership=PARTNERSHIP,
        mailbox=MAILBOX,
        answers=answers,
        case_id=case_id,
        now=now,
    )


def brought_into(session, state, key="ack:one"):
    """Queue a mail, bring it into that state and return its row id."""
    queue(session, a_letter(key, hold=Hold.PROFILE if state is State.HELD else None))
    row_id = outbox.list_outbox(session, limit=1)[0].id
    for step in PATHS[state]:
        if step == "claim":
            assert outbox.claim_due(session, MONDAY_9AM).id == row_id
        else:
            outbox.settle(session, row_id, step, MONDAY_9AM)
    return row_id


def test_a_queued_mail_is_handed_to_the_sender_as_the_exact_bytes_that_were_rendered(database):
    with database.write() as session:
        row = inbox.add_message(session, a_mail())
        case_id = cases.open_case(session, PARTNERSHIP, a_case(), row, MONDAY_9AM)
        assert queue(session, answers=row, case_id=case_id)
    with database.write() as session:
        claimed = outbox.claim_due(session, MONDAY_9AM)
        [listed] = outbox.list_answers(session, row)
        assert outbox.list_answers(session, row + 1) == ()
    assert claimed.mail == a_letter().raw
    assert (claimed.key, claimed.to_address) == ("ack:one", "anna@school.example")
    assert (claimed.message_id, claimed.attempts) == ("<ack:one@northshire.example>", 1)
    assert (claimed.case_id, claimed.mailbox) == (case_id, MAILBOX)
    assert (listed.state, listed.in_reply_to) == ("sending", "<one@school.example>")


def test_the_same_mail_is_never_queued_twice(database):
    with database.write() as session:
        assert queue(session)
        assert not queue(session)
    with database.write() as session:
        row_id = outbox.claim_due(session, MONDAY_9AM).id
        outbox.settle(session, row_id, State.SENT, MONDAY_9AM)
    with database.write() as session:
        assert not queue(session)
        assert outbox.claim_due(session, MONDAY_9AM) is None
        assert len(outbox.list_outbox(session)) == 1


def test_two_processes_that_queue_one_mail_at_once_make_one_row(database):
    together, outcomes = threading.Barrier(2), []

    def queue_one():
        together.wait()
        try:
            with database.write() as session:
                outcomes.append(queue(session))
        except CaseMoved:
            outcomes.append(False)

    run_in_threads(queue_one, 2)
    assert sorted(outcomes) == [False, True]


def test_a_held_mail_leaves_only_once_a_person_has_released_it(database):
    with database.write() as session:
        row_id = brought_into(session, State.HELD)
        assert outbox.claim_due(session, MONDAY_9AM) is None
        assert outbox.list_outbox(session, State.HELD)[0].hold == "profile"
        outbox.settle(session, row_id, State.QUEUED, MONDAY_9AM)
        assert outbox.list_outbox(session, State.QUEUED)[0].hold is None
        assert outbox.claim_due(session, MONDAY_9AM).id == row_id


def test_a_mail_is_not_due_before_its_time_and_the_longest_due_goes_first(database):
    with database.write() as session:
        first = brought_into(session, State.SENDING, "ack:first")
        again_at = MONDAY_9AM + 2 * MINUTE
        outbox.settle(session, first, State.RETRY, MONDAY_9AM, "451 later", again_at)
        queue(session, a_letter("ack:second"), MONDAY_9AM + MINUTE)
    taken = []
    for minutes in (0, 1, 1, 2, 9):
        with database.write() as session:
            claimed = outbox.claim_due(session, MONDAY_9AM + minutes * MINUTE)
            taken.append(claimed and (claimed.key, claimed.attempts))
    assert taken == [None, ("ack:second", 1), None, ("ack:first", 2), None]


@pytest.mark.parametrize("source", State)
def test_a_mail_moves_only_along_the_permitted_ways(database, source):
    for target in State:
        with database.write() as session:
            row_id = brought_into(session, source)
            if source in MOVES.get(target, ()):
                outbox.settle(session, row_id, target, MONDAY_9AM)
                assert outbox.list_outbox(session)[0].state == target
            else:
                with pytest.raises(DataError, match=f"is `{source}` and cannot become `{target}`"):
                    outbox.settle(session, row_id, target, MONDAY_9AM)
            session.rollback()


def test_a_mail_that_may_have_left_goes_back_only_to_where_a_person_puts_it():
    """`queued` is entered from there by a person's word alone (outgoing.resend)."""
    ahead = {to for to, sources in MOVES.items() if State.UNCERTAIN in sources}
    assert ahead == {State.QUEUED, State.SENT, State.FAILED, State.BOUNCED}


def test_two_senders_never_take_the_same_mail(database):
    count = 30
    with database.write() as session:
        for number in range(count):
            queue(session, a_letter(f"ack:{number}"))
    taken, together = [], threading.Barrier(3)

    def send_all():
        together.wait()
        while True:
            with database.write() as session:
                claimed = outbox.claim_due(session, MONDAY_9AM)
            if claimed is None:
                return
            taken.append(claimed.key)

    run_in_threads(send_all, 3)
    assert sorted(taken) == sorted(f"ack:{number}" for number in range(count))


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_sender_that_lost_a_mail_to_another_takes_the_next(database):
    """The other sender takes it after ours has chosen it and before ours has marked it."""
    with database.write() as session:
        queue(session, a_letter("ack:first"))
        queue(session, a_letter("ack:second"))
    stolen = []

    def steal(connection, cursor, statement, *_):  # noqa: ARG001
        if statement.startswith("UPDATE") and not stolen:
            stolen.append(None)
            with database.write() as other:
                stolen.append(outbox.claim_due(other, MONDAY_9AM).key)

    with database.write() as session:
        event.listen(session, "before_cursor_execute", steal)
        assert outbox.claim_due(session, MONDAY_9AM).key == "ack:second"
    assert stolen == [None, "ack:first"]


def test_what_a_dead_process_was_sending_becomes_uncertain(database):
    with database.write() as session:
        dead = brought_into(session, State.SENDING, "ack:dead")
        queue(session, a_letter("ack:alive"))
        alive = outbox.claim_due(session, MONDAY_9AM + 2 * MINUTE)
        brought_into(session, State.SENT, "ack:sent")
    with database.write() as session:
        [stranded] = outbox.strand_claimed(session, MONDAY_9AM + MINUTE)
        states = {mail.key: mail.state for mail in outbox.list_outbox(session)}
        assert outbox.claim_due(session, MONDAY_9AM + 9 * MINUTE) is None
    assert (stranded.id, stranded.sent_at) == (dead, MONDAY_9AM)
    assert "stopped while this mail was being handed over" in stranded.last_error
    assert states == {"ack:dead": "uncertain", alive.key: "sending", "ack:sent": "sent"}


def test_the_brakes_count_what_left_or_may_have_left(database):
    with database.write() as session:
        case_id = cases.open_case(session, PARTNERSHIP, a_case(), None, MONDAY_9AM)
        ben = Address("ben@surgery.example")
        queue(session, a_letter("a"), case_id=case_id)
        queue(session, a_letter("b", to=ben), case_id=case_id)
        queue(session, a_letter("c", to=ben))
        queue(session, a_letter("d", to=ben))
        for state in (State.SENT, State.UNCERTAIN, State.SENT, State.FAILED):
            row_id = outbox.claim_due(session, MONDAY_9AM).id
            outbox.settle(session, row_id, state, MONDAY_9AM)
        assert outbox.sent_since(session, MONDAY_9AM) == 3
        assert outbox.sent_since(session, MONDAY_9AM + MINUTE) == 0
        assert outbox.sent_since(session, MONDAY_9AM, to_address=ben.email) == 2
        assert outbox.sent_since(session, MONDAY_9AM, case_id=case_id) == 2


def test_one_switch_stops_all_sending_and_loses_nothing(database):
    with database.write() as session:
        pause.pause_sending(session, "Too many mails in an hour.")
        pause.pause_sending(session, "Another reason.")
        assert queue(session)
    with database.write() as session:
        assert outbox.claim_due(session, MONDAY_9AM) is None
        assert pause.find_pause(session) == "Too many mails in an hour."
        pause.resume_sending(session)
        assert pause.find_pause(session) is None
        assert outbox.claim_due(session, MONDAY_9AM).key == "ack:one"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_looking_for_due_mail_costs_the_same_however_much_was_sent(database):
    statements = []
    with database.read() as session:
        note = lambda *call: statements.append(call)  # noqa: E731
        event.listen(session, "before_cursor_execute", note)
        outbox.claim_due(session, MONDAY_9AM)
        # The first is the BEGIN.
        [_, (_, _, statement, parameters, *_)] = statements
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
    assert any("ix_outbox_due" in step for step in steps)
    assert not any("SCAN outbox" in step or "TEMP B-TREE" in step for step in steps)


def run_in_threads(work, count):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
