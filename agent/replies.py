"""What a sender is answered by itself: that a referral arrived, that a file could not be opened.

Pure. Whether a mail may be answered at all is told by `screen`, and what leaves by itself by the
profile; nothing here says anything about a child.
"""

import hashlib
from collections.abc import Mapping

from agent.london import london_day, spoken_time
from agent.model.decision import Footing
from agent.model.draft import Draft, Hold
from agent.model.facts import Facts
from agent.model.message import Address, Kind
from agent.profile import Office

# Files that only their sender can send again so that they can be opened, as the reply names it.
_MAX_THREAD = 10
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
        Kind.UNKNOWN,
    }
)


_ACKNOWLEDGED = {
    Kind.SERIOUS_INCIDENT_REFERRAL: "ack-referral",
    Kind.PRACTICE_LEARNING_REFERRAL: "ack-practice-learning",
}
# The door whose mail may be about a child in danger now.
_FRONT_DOOR = "front_door"
# Fixed texts that nobody needs twice on one day: a robot without any header of a machine must not
# keep the agent talking. The alarm rings for every mail all the same.
_ONCE_A_DAY = frozenset({"safety-reply", "receipt"})


def acknowledge(facts: Facts, ref: str, footing: Footing, office: Office) -> tuple[Draft, ...]:
    """Return the acknowledgement of a referral under its case's reference.

    Somebody whom the register does not know gets a receipt that says nothing of the referral.
    """
    if is_stranger(facts, office):
        return answer("ack", "receipt", {"signpost": ""}, facts, ref, footing, office)
    template = _ACKNOWLEDGED[facts.classification.kind]
    form = facts.form
    blank = [] if form is None else [one for one in form.problems if one.code == "required_empty"]
    asks_lead = form is not None and "dsl_name" in form.fields
    named = "yes" if form is not None and form.text("dsl_name") else "no"
    values = {
        "blank": "\n".join(one.label for one in blank),
        "lead_named": named if asks_lead else "",
    }
    return answer("ack", template, values, facts, ref, footing, office)


def is_stranger(facts: Facts, office: Office) -> bool:
    """Return whether the register, where there is one, knows nobody of the sender's house."""
    if not office.register.agencies or facts.reading.is_decider:
        return False
    return facts.reading.standing.known is None


def reply_to_others(
    facts: Facts, case: str | None, footing: Footing, office: Office
) -> tuple[Draft, ...]:
    """Return the answer to an enquiry, and to what came to the wrong door."""
    found = facts.classification
    if found.kind is Kind.ENQUIRY:
        return answer("ack", "ack-enquiry", {}, facts, case, footing, office)
    if found.kind is not Kind.WRONG_DOOR:
        return ()
    if found.door == _FRONT_DOOR:
        return answer("safety", "safety-reply", {}, facts, None, footing, office)
    signpost = office.letters.signposts.get(found.door or "", "")
    return answer("ack", "receipt", {"signpost": signpost}, facts, None, footing, office)


def reply_on_danger(
    facts: Facts, case: str | None, footing: Footing, office: Office
) -> tuple[Draft, ...]:
    """Return the fixed reply to a mail that may be about a child in danger now."""
    found = facts.classification
    if not found.live_risk and found.kind is not Kind.IMMEDIATE_RISK:
        return ()
    if found.kind is Kind.WRONG_DOOR and found.door == _FRONT_DOOR:
        return ()  # It has just been written.
    return answer("safety", "safety-reply", {}, facts, case, footing, office)


def reply_on_files(
    facts: Facts, case: str | None, footing: Footing, office: Office
) -> tuple[Draft, ...]:
    """Return the plain reply on how to send a file that nobody here can open."""
    kind = facts.classification.kind
    problems = [one.problem for one in facts.reading.documents if one.problem in _LOCKED]
    if not problems or kind not in _MAY_HOLD_FORM or facts.reading.wrapper is not None:
        return ()
    said = {"problem": _LOCKED[problems[0] or ""]}
    return answer("unreadable", "ack-unreadable", said, facts, case, footing, office)


def answer(
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
    sending = office.sending(template)
    if not facts.reading.screening.may_answer or not footing.may_write or sending == "off":
        return ()
    received = spoken_time(message.received_at)
    draft = Draft(
        key=f"{key}:{_occasion(template, facts, case)}",
        template=template,
        to=Address(message.sender.email),
        case=case,
        values={"reference": case or "", "received": received, **values},
        in_reply_to=message.message_id,
        references=(*message.references[-_MAX_THREAD:], message.message_id),
        hold=footing.hold or _own_hold(facts, sending),
    )
    return (draft,)


def _occasion(template: str, facts: Facts, case: str | None) -> str:
    """Return what an answer is given once for: the mail or, where one is enough, the day."""
    message = facts.message
    if template not in _ONCE_A_DAY:
        return message.digest
    about = case or facts.classification.door or ""
    # Keys stand in logs, where an address does not belong.
    who = hashlib.sha256(message.sender.email.encode()).hexdigest()[:16]
    return f"{who}:{about}:{london_day(message.received_at)}"


def _own_hold(facts: Facts, sending: str) -> Hold | None:
    if facts.reading.standing.ceiling:
        return Hold.SENDER
    return Hold.PROFILE if sending == "hold" else None
