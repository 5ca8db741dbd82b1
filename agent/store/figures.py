"""What the statistics of a period are made of: few statements, whatever the number of cases."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from agent.model.case import CaseEvent
from agent.statistics import Recorded
from agent.store.corrections import count_corrections
from agent.store.db import Session
from agent.store.tables import CASES, EVENTS, MESSAGES, OUTBOX


def load_recorded(session: Session, partnership: str, since: datetime, until: datetime) -> Recorded:
    """Return what was recorded on the cases opened from `since` until before `until`, and the
    mails of that time."""
    opened = (CASES.c.partnership == partnership, CASES.c.opened_at >= since)
    mine = (*opened, CASES.c.opened_at < until)
    types = dict(session.execute(select(CASES.c.id, CASES.c.type).where(*mine)).all())
    columns = (EVENTS.c.anchor, EVENTS.c.on_day, EVENTS.c.at, EVENTS.c.by, EVENTS.c.detail)
    query = select(EVENTS.c.case_id, *columns).join_from(EVENTS, CASES).where(*mine)
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for case_id, anchor, on, at, by, detail in session.execute(query.order_by(EVENTS.c.id)):
        events[case_id].append(CaseEvent(anchor, on, by, at, None, detail))
    received = (MESSAGES.c.received_at >= since, MESSAGES.c.received_at < until)
    kinds = session.execute(
        select(
            MESSAGES.c.kind,
            func.count(),
            func.count().filter(MESSAGES.c.needs_review),
        )
        .where(MESSAGES.c.partnership == partnership, *received)
        .group_by(MESSAGES.c.kind)
    )
    left = (OUTBOX.c.sent_at >= since, OUTBOX.c.sent_at < until)
    sent = session.execute(
        select(OUTBOX.c.template, func.coalesce(OUTBOX.c.agency, ""), func.count())
        .where(OUTBOX.c.partnership == partnership, *left)
        .group_by(OUTBOX.c.template, OUTBOX.c.agency)
    )
    return Recorded(
        cases=[(types[case_id], events[case_id]) for case_id in types],
        kinds={kind: (count, reviewed) for kind, count, reviewed in kinds},
        sent={(template, agency): count for template, agency, count in sent},
        corrections=count_corrections(session, partnership, since, until),
    )
