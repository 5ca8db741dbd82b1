"""Cases: opened once under a number, found by their keys, moved only by who has read them last."""

import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select, text

from agent.errors import CaseMoved, DataError
from agent.model.case import Candidate, CaseSnapshot, Key
from agent.model.decision import AddEvents, EventFact
from agent.store import cases, inbox, numbering
from agent.store.tables import CASE_KEYS, CASES
from tests.mails import MONDAY_9AM
from tests.stored import PARTNERSHIP, a_case, a_mail

CHILD = Key("child", "robin sample|2019-03-04")
JOINED = EventFact("referral_added", date(2026, 12, 22), "ben@surgery.example", {"agency": "gp"})


def opened(database, change, partnership=PARTNERSHIP, now=MONDAY_9AM):
    with database.write() as session:
        return cases.open_case(session, partnership, change, None, now)


def snapshot(change, version=1):
    return CaseSnapshot(
        change.ref, change.type, version, change.child, change.incident_on, MONDAY_9AM
    )


def test_a_case_is_read_back_with_its_child_and_events(database):
    with database.write() as session:
        row = inbox.add_message(session, a_mail())
        case_id = cases.open_case(session, PARTNERSHIP, a_case(), row, MONDAY_9AM)
        inbox.set_case(session, row, case_id)
    with database.read() as session:
        assert cases.get_case(session, a_case().ref) == snapshot(a_case())
        [event] = cases.events_of(session, a_case().ref)
        assert inbox.get_message(session, row).case_id == case_id
        assert cases.find_case_id(session, PARTNERSHIP, a_case().ref) == case_id
        assert cases.find_ref(session, case_id) == a_case().ref
        assert cases.find_ref(session, None) is None
    assert (event.anchor, event.on, event.at) == (
        "referral_received",
        date(2026, 12, 21),
        MONDAY_9AM,
    )
    assert (event.by, event.message_row, event.detail) == ("anna@school.example", row, {})


def test_only_the_mail_that_opened_a_case_is_said_to_have(database):
    with database.write() as session:
        first = inbox.add_message(session, a_mail("a" * 64))
        second = inbox.add_message(session, a_mail("b" * 64))
        cases.open_case(session, PARTNERSHIP, a_case(), first, MONDAY_9AM)
        change = AddEvents(a_case().ref, 1, (JOINED,))
        cases.add_events(session, PARTNERSHIP, change, second, MONDAY_9AM)
    with database.read() as session:
        assert cases.is_opened_by(session, first)
        assert not cases.is_opened_by(session, second)


def test_numbers_run_by_partnership_and_year(database):
    opened(database, a_case(1))
    opened(database, a_case(2))
    opened(database, a_case(1, ref="SW-2026-1-ABC"), "southwood")
    with database.read() as session:
        assert numbering.next_number(session, PARTNERSHIP, 2026) == 3
        assert numbering.next_number(session, "southwood", 2026) == 2
        assert numbering.next_number(session, PARTNERSHIP, 2027) == 1
    opened(database, a_case(1, ref="NS-2027-1-ABC"), now=datetime(2027, 1, 4, tzinfo=UTC))


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_number_that_is_not_the_next_one_is_never_taken(database, number):
    opened(database, a_case(1))
    opened(database, a_case(2))
    with pytest.raises(CaseMoved):
        opened(database, a_case(number, ref="NS-2026-9-XYZ"))
    with database.read() as session:
        assert len(cases.list_cases(session)) == 2
        assert numbering.next_number(session, PARTNERSHIP, 2026) == 3


def test_a_reference_names_one_case_only(database):
    opened(database, a_case(1))
    with pytest.raises(CaseMoved):
        opened(database, a_case(2, ref=a_case(1).ref))


def test_two_processes_that_saw_the_same_number_open_one_case(database):
    together, outcomes = threading.Barrier(2), []

    def open_one(ref):
        together.wait()
        try:
            opened(database, a_case(1, ref=ref))
            outcomes.append("opened")
        except CaseMoved:
            outcomes.append("moved")

    threads = [threading.Thread(target=open_one, args=(ref,)) for ref in ("NS-A", "NS-B")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "opened"]


def test_events_move_a_case_only_from_the_version_that_was_read(database):
    opened(database, a_case())
    change = AddEvents(a_case().ref, 1, (JOINED,), (CHILD, Key("message_id", "<two@a.example>")))
    with database.write() as session:
        cases.add_events(session, PARTNERSHIP, change, None, MONDAY_9AM)
    with pytest.raises(CaseMoved), database.write() as session:
        cases.add_events(session, PARTNERSHIP, change, None, MONDAY_9AM)
    elsewhere = AddEvents(a_case().ref, 2, (JOINED,))
    with pytest.raises(CaseMoved), database.write() as session:
        cases.add_events(session, "southwood", elsewhere, None, MONDAY_9AM)
    with database.read() as session:
        assert cases.get_case(session, a_case().ref).version == 2
        anchors = [event.anchor for event in cases.events_of(session, a_case().ref)]
        assert len(session.execute(select(CASE_KEYS)).all()) == 3
    assert anchors == ["referral_received", "referral_added"]


def test_a_case_is_found_by_any_key_it_shares_and_says_which(database):
    opened(database, a_case(1))
    opened(database, a_case(2))
    opened(database, a_case(3, keys=(Key("child", "wren other|2020-01-01"),)))
    opened(database, a_case(1, ref="SW-1", keys=(CHILD,)), "southwood")
    ref = Key("ref", a_case(2).ref)
    with database.read() as session:
        found = cases.find_candidates(session, PARTNERSHIP, (CHILD, ref))
        assert cases.find_candidates(session, PARTNERSHIP, ()) == ()
        # The same words under another sort are another thing.
        assert cases.find_candidates(session, PARTNERSHIP, (Key("nhs", CHILD.value), ref)) == (
            Candidate(snapshot(a_case(2)), (ref,)),
        )
    assert [candidate.case for candidate in found] == [snapshot(a_case(1)), snapshot(a_case(2))]
    assert [set(candidate.shared) for candidate in found] == [{CHILD}, {CHILD, ref}]


def test_a_name_longer_than_an_index_takes_still_finds_its_own_case_only(database):
    long = "robin " * 2000
    opened(database, a_case(1, keys=(Key("child", long + "|2019-03-04"),)))
    with database.read() as session:
        same = (Key("child", long + "|2019-03-04"),)
        [found] = cases.find_candidates(session, PARTNERSHIP, same)
        other = (Key("child", long + "|2019-03-05"),)
        assert cases.find_candidates(session, PARTNERSHIP, other) == ()
    assert found.shared == same


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_finding_a_case_costs_the_same_however_many_there_are(database):
    statements = []
    with database.read() as session:
        event.listen(session, "before_cursor_execute", lambda *call: statements.append(call))
        cases.find_candidates(session, PARTNERSHIP, (CHILD, Key("ref", "NS-1")))
        # The first is the BEGIN.
        [_, (_, _, statement, parameters, *_)] = statements
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
    assert any("ix_case_keys_partnership_sort_value" in step for step in steps)
    assert not any(step.startswith("SCAN") for step in steps)


def test_the_newest_cases_are_listed_first(database):
    for number in (1, 2, 3):
        opened(database, a_case(number))
    opened(database, a_case(1, ref="SW-1"), "southwood")
    with database.read() as session:
        refs = [case.ref for case in cases.list_cases(session, PARTNERSHIP, limit=2)]
        assert len(cases.list_cases(session)) == 4
    assert refs == [a_case(3).ref, a_case(2).ref]


def test_a_case_nobody_opened_is_an_error_to_read(database):
    with database.read() as session, pytest.raises(DataError, match="no case NS-2026-1-ABC"):
        cases.get_case(session, a_case().ref)


def test_without_its_key_the_database_can_make_no_reference(database):
    with database.write() as session:
        session.execute(text("DELETE FROM settings"))
        with pytest.raises(DataError, match="run `mailbox-agent migrate`"):
            numbering.get_reference_key(session)
        assert session.scalar(select(CASES.c.id)) is None
