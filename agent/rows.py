"""What was recorded of one mail, as the JSON row of the contract: for `rehearse` and `explain`.

Everything is read back from the store, so that a row never says more than was done.
"""

from typing import Any

from agent.london import local_time
from agent.store import cases, outbox, work
from agent.store.db import Session
from agent.store.inbox import StoredMessage
from agent.store.outbox import Listed, State

Row = dict[str, Any]


def mail_row(session: Session, message: StoredMessage, file: str, *, repeated: bool = False) -> Row:
    """Return the row of one mail, its keys in the order of the contract.

    Where the same bytes came before (`repeated`), the row says what the mail is and that nothing
    was opened, sent or held this time.
    """
    trace = message.reading
    notes = work.list_for_message(session, message.id)
    mails = () if repeated else outbox.list_answers(session, message.id)
    left = [mail for mail in mails if mail.state == State.SENT]
    return {
        "type": "mail",
        "file": file,
        "sha256": message.digest,
        "message_id": message.message_id,
        "received": local_time(message.received_at),
        "kind": message.kind,
        "also": trace["also"],
        "confidence": message.confidence,
        "live_risk": message.live_risk,
        "rule": message.rule,
        "evidence": trace["evidence"],
        "needs_review": message.needs_review,
        "review_reasons": [note.code for note in notes if note.sort == "review"],
        "tasks": [note.code for note in notes if note.sort == "task"],
        "case": cases.find_ref(session, message.case_id),
        "case_opened": not repeated and cases.is_opened_by(session, message.id),
        "agency": message.agency,
        "documents": trace["documents"],
        "fields": trace["fields"],
        "field_sources": trace["field_sources"],
        "problems": trace["problems"],
        "replied": any(mail.to_address == trace["sender"] for mail in left),
        "sent": [_outgoing(mail) for mail in left],
        "held": [_outgoing(mail) for mail in mails if mail.state == State.HELD],
    }


def _outgoing(mail: Listed) -> Row:
    return {
        "key": mail.key,
        "template": mail.template,
        "to": [mail.to_address],
        "subject": mail.subject,
        "at": local_time(mail.sent_at or mail.created_at),
    }
