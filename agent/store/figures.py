"""What the statistics of a period are made of: few statements, whatever the number of cases."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from agent.model.case import CaseEvent
from agent.statistics import Recorded
from agent.store.corrections import count_corrections
from agent.store.db import Session
from agent.store.tables import CASES, EVENTS, MESSAGES, OUTBOX, UNSENT

# What of an event's details clocks and figures ask for; no words and no address are among them.
_DETAILS = ("agency", "kind", "outcome", "time", "until", "proposed", "day_unknown")


def load_recorded(session: Session, partnership: str, since: datetime, until: datetime) -> Recorded:
    """Return what was recorded on the cases opened from `since` until before `until`, and the
    mails of that time."""
    sent, outbox = _mails_out(session, partnership, since, until)
    return Recorded(
        cases=_cases(session, partnership, since, until),
        kinds=_kinds(session, partnership, since, until),
        sent=sent,
        corrections=count_corrections(session, partnership, since, until),
        outbox=outbox,
    )


def _cases(
    session: Session, partnership: str, since: datetime, until: datetime
) -> list[tuple[str, Sequence[CaseEvent]]]:
    """Return the type and the events of each case, with what the figures ask of them, all in two
    statements."""
    opened = (CASES.c.opened_at >= since, CASES.c.opened_at < until)
    mine = (CASES.c.partnership == partnership, *opened)
    types = session.execute(select(CASES.c.id, CASES.c.type).where(*mine).order_by(CASES.c.id))
    columns = (EVENTS.c.case_id, EVENTS.c.anchor, EVENTS.c.on_day, EVENTS.c.by, EVENTS.c.at)
    # The database picks the few details in half the time that reading each whole would take.
    details = (EVENTS.c.detail[name].as_string() for name in _DETAILS)
    # In this order the indexes yield them as they are, and nothing has to be sorted.
    query = select(*columns, *details).join_from(EVENTS, CASES).where(*mine)
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for row in session.execute(query.order_by(CASES.c.id, EVENTS.c.id)):
        case_id, anchor, on, by, at, *told = row
        detail = {name: text for name, text in zip(_DETAILS, told, strict=True) if text is not None}
        events[case_id].append(CaseEvent(anchor, on, by, at, None, detail))
    return [(type_, events[case_id]) for case_id, type_ in types]


def _kinds(
    session: Session, partnership: str, since: datetime, until: datetime
) -> dict[str, tuple[int, int]]:
    """Return how many mails of each kind arrived, and how many of them needed review."""
    reviewed = func.count().filter(MESSAGES.c.needs_review)
    query = select(MESSAGES.c.kind, func.count(), reviewed).where(
        MESSAGES.c.partnership == partnership,
        MESSAGES.c.received_at >= since,
        MESSAGES.c.received_at < until,
    )
    rows = session.execute(query.group_by(MESSAGES.c.kind))
    return {kind: (count, needed) for kind, count, needed in rows}


def _mails_out(
    session: Session, partnership: str, since: datetime, until: datetime
) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Return the mails that left by template and agency; and by state, as they stand now, both
    those and the mails made in that time that have not left."""
    mine = OUTBOX.c.partnership == partnership
    said = (OUTBOX.c.template, OUTBOX.c.agency, OUTBOX.c.state)
    left = select(*said, func.count()).where(
        mine, OUTBOX.c.sent_at >= since, OUTBOX.c.sent_at < until
    )
    sent: Counter[tuple[str, str]] = Counter()
    states: Counter[str] = Counter()
    for template, agency, state, count in session.execute(left.group_by(*said)):
        sent[template, agency or ""] += count
        states[state] += count
    made = (OUTBOX.c.created_at >= since, OUTBOX.c.created_at < until)
    kept = select(OUTBOX.c.state, func.count()).where(
        mine, UNSENT, OUTBOX.c.sent_at.is_(None), *made
    )
    for state, count in session.execute(kept.group_by(OUTBOX.c.state)):
        states[state] += count
    return dict(sent), dict(states)
