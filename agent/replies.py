"""What a sender is answered by itself: that a referral arrived, that a file could not be opened.

Pure. Whether a mail may be answered at all is told by `screen`, and what leaves by itself by the
profile; nothing here says anything about a child.
"""

from collections.abc import Mapping

from agent.london import spoken_time
from agent.model.decision import Draft, Footing, Hold
from agent.model.facts import Facts
from agent.model.message import Address, Kind
from agent.profile import Office

# Files that only their sender can send again so that they can be opened, as the reply names it.
_LOCKED = {
    "password": "protected by a password",
    "rights_managed": "restricted to people of your organisation",
    "broken": "damaged",
}
_MAY_HOLD_FORM = frozenset(
    {
        Kind.SERIOUS_INCIDENT_REFERRAL,
        Kind.PRACTICE_LEARNING_REFERRAL,
        Kind.NOTIFICATION_COPY,
        Kind.SCOPING_RETURN,
        Kind.NIL_RETURN,
        Kind.EXTENSION_REQUEST,
        Kind.CASE_CORRESPONDENCE,
    }
)


def acknowledge(facts: Facts, ref: str, footing: Footing, office: Office) -> tuple[Draft, ...]:
    """Return the acknowledgement of a referral under its case's reference."""
    if facts.classification.kind is not Kind.SERIOUS_INCIDENT_REFERRAL:
        return ()
    return _answer("ack", "ack-referral", {}, facts, ref, footing, office)


def reply_on_files(
    facts: Facts, case: str | None, footing: Footing, office: Office
) -> tuple[Draft, ...]:
    """Return the plain reply on how to send a file that nobody here can open."""
    kind = facts.classification.kind
    problems = [one.problem for one in facts.reading.documents if one.problem in _LOCKED]
    if not problems or kind not in _MAY_HOLD_FORM or facts.reading.wrapper is not None:
        return ()
    said = {"problem": _LOCKED[problems[0] or ""]}
    return _answer("unreadable", "ack-unreadable", said, facts, case, footing, office)


def _answer(
    key: str,
    template: str,
    values: Mapping[str, str],
    facts: Facts,
    case: str | None,
    footing: Footing,
    office: Office,
) -> tuple[Draft, ...]:
    """Return an answer to the sender in the mail's thread, or nothing where none may be given."""
    message = facts.message
    sending = office.profile.letters.get(template, "hold")
    if not facts.reading.screening.may_answer or not footing.may_write or sending == "off":
        return ()
    received = spoken_time(message.received_at)
    draft = Draft(
        key=f"{key}:{message.digest}",
        template=template,
        to=Address(message.sender.email),
        case=case,
        values={"reference": case or "", "received": received, **values},
        in_reply_to=message.message_id,
        references=(*message.references[-10:], message.message_id),
        hold=footing.hold or _own_hold(facts, sending),
    )
    return (draft,)


def _own_hold(facts: Facts, sending: str) -> Hold | None:
    if facts.reading.standing.ceiling:
        return Hold.SENDER
    return Hold.PROFILE if sending == "hold" else None
