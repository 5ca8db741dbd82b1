"""The lists that the page shows: which cases are found, and what a closed one keeps to itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.model.case import Child
from agent.model.decision import EventFact, LogLine, Note, Task
from agent.store import accounts, actionlog, cases, work
from agent.store.casefiles import look_again
from agent.store.caselist import Wanted, find_by_child, find_by_words, find_due, find_listed
from agent.store.loglist import Asked, find_lines, list_actions
from agent.store.restricted import is_open_to, set_open
from agent.store.work import list_open
from tests.mails import MONDAY_9AM
from tests.stored import PARTNERSHIP, a_case

EVERYTHING = Wanted()


@pytest.fixture
def filled(database):
    """Three cases: Élodie with her brother Tomás, Siân, and somebody of another partnership."""
    born = date(2020, 1, 2)
    told = (
        (a_case(1), Child("Élodie Marchant", born), (Child("Tomás Marchant", born),), PARTNERSHIP),
        (a_case(2), Child("Siân O'Brien-Hale", born), (), PARTNERSHIP),
        (a_case(1, ref="SW-2026-0001-XYZ"), Child("Élodie Marchant", born), (), "southwood"),
    )
    with database.write() as session:
        for case, child, others, whose in told:
            change = replace(case, child=child, others=others)
            cases.open_case(session, whose, change, None, MONDAY_9AM)
    return database


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("élodie", [1]),
        ("ÉLODIE marchant", [1]),
        ("Marchant", [1]),
        ("tomás", [1]),
        ("Tomás Marchant", [1]),
        ("siân", [2]),
        ("o'brien", [2]),
        ("hale sian", []),
        ("%", []),
        ("_", []),
        ("   ", []),
        ("nobody", []),
    ],
)
def test_a_child_is_found_by_the_words_of_the_name(filled, name, found):
    with filled.read() as session:
        listed = find_by_child(session, PARTNERSHIP, name, EVERYTHING, 10)
    assert [one.case.ref for one in listed] == [a_case(number).ref for number in found]


def test_a_case_is_found_by_the_beginning_of_its_reference(filled):
    with filled.read() as session:
        whole = find_by_words(session, PARTNERSHIP, a_case(2).ref.lower(), EVERYTHING, 10)
        both = find_by_words(session, PARTNERSHIP, a_case(1).ref[:7], EVERYTHING, 10)
        none = find_by_words(session, PARTNERSHIP, "%", EVERYTHING, 10)
    assert [len(some) for some in (whole, both, none)] == [1, 2, 0]


def test_a_closed_case_is_on_no_list_but_for_whom_it_is_open_to(filled):
    ref = a_case(1).ref
    with filled.write() as session:
        reader = accounts.add_account(session, "a@x.example", "A", None, "test", MONDAY_9AM)
        case_id = cases.move(session, PARTNERSHIP, ref, 1, MONDAY_9AM, {"state": "restricted"})
        cases.insert_events(
            session, case_id, (EventFact("incident", date(2026, 12, 1), "x"),), None, MONDAY_9AM
        )
        look_again(session, case_id, 2, None, MONDAY_9AM)
        told = {"partnership": PARTNERSHIP, "case_id": case_id, "message_row": None}
        work.add_notes(session, "task", (Note(Task.READ_RETURN),), **told, now=MONDAY_9AM)
        actionlog.note(session, PARTNERSHIP, LogLine("x", "y"), "z", MONDAY_9AM, case=ref)
    mine = Wanted(reader=reader)

    def counts() -> list[int]:
        with filled.read() as session:
            return [
                len(find_listed(session, PARTNERSHIP, mine, MONDAY_9AM, 10)),
                len(find_by_child(session, PARTNERSHIP, "Marchant", mine, 10)),
                len(find_by_words(session, PARTNERSHIP, ref, mine, 10)),
                len(list_open(session, PARTNERSHIP, reader=reader)),
                len(find_lines(session, PARTNERSHIP, Asked(reader=reader), 10)),
            ]

    assert counts() == [1, 0, 0, 0, 0]
    with filled.write() as session:
        set_open(session, case_id, reader, "z", MONDAY_9AM, is_open=True)
        assert is_open_to(session, case_id, reader)
    assert counts() == [2, 1, 1, 1, 1]
    with filled.write() as session:
        set_open(session, case_id, reader, "z", MONDAY_9AM, is_open=False)
    assert counts() == [1, 0, 0, 0, 0]


def test_what_is_due_first_stands_first_and_ended_cases_are_not_due(filled):
    with filled.write() as session:
        ids = [cases.find_case_id(session, PARTNERSHIP, a_case(n).ref) for n in (1, 2)]
        look_again(session, ids[0] or 0, 1, None, MONDAY_9AM + timedelta(days=1))
        look_again(session, ids[1] or 0, 1, None, MONDAY_9AM)
    later = MONDAY_9AM + timedelta(days=2)
    with filled.read() as session:
        due = find_due(session, PARTNERSHIP, later, EVERYTHING, 10)
        late = find_listed(session, PARTNERSHIP, Wanted(is_late=True), MONDAY_9AM, 10)
    assert [one.case.ref for one in due] == [a_case(2).ref, a_case(1).ref]
    assert late == ()
    with filled.write() as session:
        cases.move(session, PARTNERSHIP, a_case(2).ref, 1, MONDAY_9AM, {"state": "closed"})
    with filled.read() as session:
        due = find_due(session, PARTNERSHIP, later, EVERYTHING, 10)
    assert [one.case.ref for one in due] == [a_case(1).ref]


def test_the_log_is_filtered_by_every_mark_and_paged(filled):
    with filled.write() as session:
        for number in range(6):
            now = MONDAY_9AM + timedelta(days=number)
            line = LogLine("one" if number % 2 else "two", f"line {number}", private="Robin")
            by = "ann" if number < 3 else "bob"
            actionlog.note(session, PARTNERSHIP, line, by, now)
        actionlog.note(session, "southwood", LogLine("three", "theirs"), "bob", MONDAY_9AM)

    def numbers(**asked: object) -> list[int]:
        with filled.read() as session:
            found = find_lines(session, PARTNERSHIP, Asked(**asked), 10)
        return [int(line.reason.split()[1]) for line in found]

    assert numbers() == [5, 4, 3, 2, 1, 0]
    assert numbers(actor="bob") == [5, 4, 3]
    assert numbers(action="one") == [5, 3, 1]
    assert numbers(but=("one",)) == [4, 2, 0]
    day = MONDAY_9AM + timedelta(days=2)
    assert numbers(since=day, until=day + timedelta(days=2)) == [3, 2]
    with filled.read() as session:
        third = find_lines(session, PARTNERSHIP, Asked(), 3)[-1]
        hidden = find_lines(session, PARTNERSHIP, Asked(), 1)[0].private
        shown = find_lines(session, PARTNERSHIP, Asked(private=True), 1)[0].private
        assert list_actions(session, PARTNERSHIP) == ("one", "two")
    assert numbers(before=third.seq) == [2, 1, 0]
    assert (hidden, shown) == (None, "Robin")
