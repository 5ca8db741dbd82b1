"""Which cases a person may open: every one of the partnership but restricted ones, which are open
to those who may restrict, and to whom they opened them. Opening a case is itself logged."""

from agent.authority import may_record, roles_of
from agent.model.case import CaseSnapshot
from agent.model.decision import LogLine
from agent.store import actionlog, cases
from agent.store.restricted import is_open_to
from agent.web.visit import NotHere, Visit

READ_CASE, READ_MAIL, READ_LETTER = "case read", "mail read", "letter read"
VIEWS = (READ_CASE, READ_MAIL, READ_LETTER, "log read", "list searched")


def sees_all(visit: Visit) -> bool:
    """Return whether the person holds a role of the office that may restrict cases."""
    office = visit.line.office
    return may_record("restricted", roles_of(visit.by, office), office)


def reader_of(visit: Visit) -> int | None:
    """Return the account by which lists leave out closed cases; None where none is closed."""
    return None if sees_all(visit) else visit.account.id


def open_case(visit: Visit, ref: str) -> tuple[int, CaseSnapshot]:
    """Return the row of a case and the case; raises NotHere where it is not for this person."""
    with visit.database.read() as session:
        case_id = cases.find_case_id(session, visit.slug, ref)
        if case_id is None:
            raise NotHere
        case = cases.get_case(session, ref)
        is_shut = case.state == "restricted" and not sees_all(visit)
        if is_shut and not is_open_to(session, case_id, visit.account.id):
            raise NotHere
    return case_id, case


def note_view(visit: Visit, action: str, about: str, case: str | None, digest: str = "") -> None:
    """Write down that the person looked."""
    with visit.database.write() as session:
        actionlog.note(
            session,
            visit.slug,
            LogLine(action, about),
            visit.by,
            visit.now,
            case=case,
            message_digest=digest or None,
        )
