"""The action log: it can only grow, and whatever is done to it behind our back is seen."""

import hashlib
import json
import threading
import tracemalloc
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from agent.errors import DataError
from agent.model.decision import LogLine
from agent.store import actionlog
from agent.store.actionlog import NO_HASH
from agent.store.tables import ACTION_LOG, ACTION_PRIVATE, LOG_HEAD
from tests.mails import MONDAY_9AM
from tests.stored import PARTNERSHIP

CASE = "NS-2026-1-ABC"
WORDS = "Robin Sample, born 4 March 2019"


def write(session, *lines, case=CASE, now=MONDAY_9AM):
    actionlog.append(
        session,
        lines,
        actor="agent",
        partnership=PARTNERSHIP,
        case=case,
        message_digest="ab" * 32,
        outbox_key=None,
        now=now,
    )


@pytest.fixture
def written(database):
    """A database with six lines, the second of them with words about a child."""
    with database.write() as session:
        write(session, LogLine("mail taken", "It is a referral.", "form", {"kind": "referral"}))
        write(
            session, LogLine("case opened", "The child is new.", private=WORDS), LogLine("a", "b")
        )
        later = MONDAY_9AM + timedelta(days=1)
        write(session, *(LogLine("c", str(number)) for number in range(3)), case=None, now=later)
    return database


def check(database, head=None):
    with database.read() as session:
        return actionlog.verify(session, head)


def tamper(database, *statements):
    """Do what only the owner of the database can: switch the guards off, then change rows."""
    with database.write() as session:
        if session.dialect.name == "sqlite":
            for name in ("no_update", "no_delete", "no_replace"):
                session.execute(text(f"DROP TRIGGER action_log_{name}"))
        else:
            session.execute(text("ALTER TABLE action_log DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(statement)


def line(seq):
    return ACTION_LOG.c.seq == seq


def test_lines_are_read_back_in_order_with_the_words_beside_them(written):
    with written.read() as session:
        lines = actionlog.show(session)
        on_case = actionlog.show(session, case=CASE)
        last = actionlog.show(session, limit=2)
    assert [one.seq for one in lines] == [1, 2, 3, 4, 5, 6]
    assert [one.seq for one in on_case] == [1, 2, 3]
    assert [one.seq for one in last] == [5, 6]
    assert lines[0].detail == {"kind": "referral"}
    assert (lines[0].at, lines[0].rule, lines[0].private) == (MONDAY_9AM, "form", None)
    assert lines[1].private == WORDS
    assert WORDS not in repr(lines)


def test_an_untouched_log_is_whole(written):
    found = check(written)
    assert (found.ok, found.rows, found.broken_seq) == (True, 6, None)
    with written.read() as session:
        assert found.head == session.scalar(select(LOG_HEAD.c.hash))
    assert check(written, found.head).ok
    assert check(written, NO_HASH).ok


def test_an_empty_log_is_whole(database):
    found = check(database)
    assert (found.ok, found.rows, found.head) == (True, 0, NO_HASH)


def test_a_line_can_be_checked_by_hand_from_its_description(written):
    with written.read() as session:
        row = session.execute(select(ACTION_LOG).where(line(2))).one()._asdict()
    hash_of_row = row.pop("hash")
    row["at"] = "2026-12-21T09:00:00.000000+00:00"
    plain = json.dumps(row, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == hash_of_row
    assert WORDS not in plain


def test_no_line_means_no_change(database):
    with database.write() as session:
        write(session)
    assert check(database).rows == 0


def test_lines_vanish_with_the_step_that_failed(written):
    def fail():
        with written.write() as session:
            write(session, LogLine("x", "y", private="z"))
            raise RuntimeError("the step failed")

    with pytest.raises(RuntimeError, match="the step failed"):
        fail()
    assert check(written).rows == 6


@pytest.mark.parametrize(
    "statement",
    [
        update(ACTION_LOG).where(line(2)).values(reason="x"),
        update(ACTION_LOG).values(actor="x"),
        delete(ACTION_LOG).where(line(6)),
        delete(ACTION_LOG),
    ],
    ids=str,
)
def test_the_database_itself_refuses_to_change_the_log(written, statement):
    with pytest.raises(DataError, match="refused"), written.write() as session:
        session.execute(statement)
    assert check(written).ok


def test_the_log_cannot_be_emptied_or_replaced_in_one_stroke(written, engine_name):
    statement = {
        "sqlite": "INSERT OR REPLACE INTO action_log SELECT seq, at, partnership, actor, action, "
        "case_ref, message_digest, outbox_key, rule, 'x', detail, private_digest, prev_hash, hash "
        "FROM action_log WHERE seq = 2",
        "postgresql": "TRUNCATE action_log CASCADE",
    }[engine_name]
    with pytest.raises(DataError, match="refused"), written.write() as session:
        session.execute(text(statement))
    assert check(written).ok


@pytest.mark.parametrize("column", [c for c in ACTION_LOG.columns if c.name != "seq"], ids=str)
def test_a_change_to_any_column_is_seen_at_its_line(written, column):
    value = MONDAY_9AM + timedelta(microseconds=1) if column.name == "at" else "0123"
    tamper(written, update(ACTION_LOG).where(line(4)).values({column: value}))
    found = check(written)
    assert (found.ok, found.broken_seq) == (False, 4)


@pytest.mark.parametrize(
    ("seq", "says"),
    [(1, "Line 1 has been removed"), (4, "Line 4 has been removed"), (6, "the end is cut off")],
)
def test_a_removed_line_is_seen(written, seq, says):
    beside = delete(ACTION_PRIVATE).where(ACTION_PRIVATE.c.seq == seq)
    tamper(written, beside, delete(ACTION_LOG).where(line(seq)))
    found = check(written)
    assert (found.ok, found.broken_seq) == (False, seq)
    assert says in found.sentence


def test_a_line_removed_with_all_numbers_moved_up_is_seen(written):
    closed_up = update(ACTION_LOG).where(ACTION_LOG.c.seq == 5).values(seq=4)
    tamper(written, delete(ACTION_LOG).where(line(4)), closed_up)
    assert check(written).broken_seq == 4


def forged(session, seq, previous):
    """Return a line that is right in itself, put after the line with that hash."""
    row = session.execute(select(ACTION_LOG).where(line(1))).one()._asdict()
    row |= {"seq": seq, "prev_hash": previous, "reason": "forged"}
    return {**row, "hash": actionlog.hash_of(row)}


@pytest.mark.parametrize(("seq", "broken"), [(7, 7), (0, 0), (9, 7)])
def test_an_inserted_line_is_seen(written, seq, broken):
    head = check(written).head
    with written.write() as session:
        session.execute(insert(ACTION_LOG), forged(session, seq, head))
    found = check(written)
    assert (found.ok, found.broken_seq) == (False, broken)


def test_a_line_put_in_the_place_of_another_is_seen_though_its_own_hash_is_right(written):
    with written.read() as session:
        hashes = session.scalars(select(ACTION_LOG.c.hash).order_by(ACTION_LOG.c.seq)).all()
        row = forged(session, 4, hashes[2])
    tamper(written, update(ACTION_LOG).where(line(4)).values(row))
    found = check(written)
    assert (found.ok, found.broken_seq) == (False, 5)
    assert "does not follow" in found.sentence


def test_a_cut_tail_with_its_note_rewritten_is_seen_by_the_digest_kept_elsewhere(written):
    kept = check(written).head
    with written.read() as session:
        fifth = session.scalar(select(ACTION_LOG.c.hash).where(line(5)))
    note = update(LOG_HEAD).values(seq=5, hash=fifth)
    tamper(written, delete(ACTION_LOG).where(line(6)), note)
    assert check(written).ok
    found = check(written, kept)
    assert not found.ok
    assert "digest given is not in the log" in found.sentence


def test_the_digest_of_an_earlier_day_still_holds_when_the_log_has_grown(written):
    kept = check(written).head
    with written.write() as session:
        write(session, LogLine("d", "e"))
    assert check(written, kept).ok


def test_a_log_without_the_note_of_its_end_is_not_whole(written):
    with written.write() as session:
        session.execute(delete(LOG_HEAD))
    assert "note of where the log ends" in check(written).sentence


def test_words_about_people_can_be_erased_but_not_changed(written):
    beside = ACTION_PRIVATE.c.seq == 2
    with written.write() as session:
        session.execute(update(ACTION_PRIVATE).where(beside).values(text="someone else"))
    found = check(written)
    assert (found.ok, found.broken_seq) == (False, 2)
    with written.write() as session:
        session.execute(delete(ACTION_PRIVATE).where(beside))
    assert check(written).ok
    with written.read() as session:
        assert actionlog.show(session)[1].private is None


def test_words_put_beside_a_line_that_had_none_are_seen(written):
    with written.write() as session:
        session.execute(insert(ACTION_PRIVATE), {"seq": 3, "salt": "", "text": ""})
    assert check(written).broken_seq == 3


def test_words_no_engine_can_hold_do_not_break_the_chain(database):
    odd = "a\0b\ud800é"
    with database.write() as session:
        write(session, LogLine(odd, odd, odd, {odd: odd}, odd), case=None)
    assert check(database).ok


def test_writers_at_the_same_time_never_fork_the_chain(database):
    together = threading.Barrier(4)

    def write_some():
        together.wait()
        for number in range(10):
            with database.write() as session:
                write(session, LogLine("a", str(number)), LogLine("b", str(number), private="c"))

    threads = [threading.Thread(target=write_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = check(database)
    assert (found.ok, found.rows) == (True, 80)


def test_checking_needs_no_more_memory_for_a_long_log(database):
    needed = {}
    for total in (2000, 10000):
        with database.write() as session:
            length = session.scalar(select(LOG_HEAD.c.seq))
            write(session, *(LogLine("a", "b" * 500) for _ in range(total - length)))
        check(database)
        tracemalloc.start()
        assert check(database).rows == total
        needed[total] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert needed[10000] < 1.5 * needed[2000]
