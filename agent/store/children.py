"""Who a case is about, put right after it was opened."""

from datetime import datetime

from agent.model.decision import CorrectChildren
from agent.store.cases import add_keys, child_row, known_keys, move
from agent.store.db import Session


def correct_children(
    session: Session, partnership: str, change: CorrectChildren, now: datetime
) -> int:
    """Put right who the case is about; return its row id.

    Raises:
        CaseMoved: the case is not at `change.version` any more.
    """
    first, *others = change.children
    values: dict[str, object] = {
        "child_name": first.name,
        "child_dob": first.dob,
        "nhs_number": first.nhs_number,
        "other_children": [child_row(one) for one in others] or None,
    }
    case_id = move(session, partnership, change.ref, change.version, now, values)
    add_keys(session, partnership, case_id, change.keys, known_keys(session, case_id))
    return case_id
