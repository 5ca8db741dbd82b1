"""Taking over a case that the office had before the agent: the one without a running number."""

from datetime import datetime

from sqlalchemy import select

from agent.model.case import CaseType
from agent.model.decision import AdoptCase
from agent.store.cases import add_keys, insert_events
from agent.store.db import Session
from agent.store.execute import insert_row
from agent.store.tables import CASES


def adopt_case(session: Session, partnership: str, change: AdoptCase, now: datetime) -> int:
    """Record the case under the office's reference and return its row id; known ones stay."""
    known: int | None = session.scalar(select(CASES.c.id).where(CASES.c.ref == change.ref))
    if known is not None:
        return known
    values = {
        "partnership": partnership,
        "ref": change.ref,
        "type": CaseType.SERIOUS_INCIDENT,
        "state": change.state,
        "version": 1,
        "number": 0,
        "opened_at": now,
        "child_name": change.child.name,
        "child_dob": change.child.dob,
        "nhs_number": change.child.nhs_number,
        "incident_on": change.incident_on,
        "look_at": now,
    }
    case_id = insert_row(session, CASES, values)
    add_keys(session, partnership, case_id, change.keys)
    insert_events(session, case_id, change.events, None, now)
    return case_id
