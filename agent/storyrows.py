"""The rows of a scripted rehearsal beside those of its mails: events, clocks, mails out, work."""

import email
import email.policy
from datetime import date, datetime

from agent.caseclocks import moment_of, until_of
from agent.clockrules import ClockRule, EventRef
from agent.deadlines import ClockState, State
from agent.london import local_time, london_day
from agent.model.case import CaseEvent
from agent.model.decision import MEANING
from agent.requests import RequestState
from agent.rows import Row
from agent.store.outbox import Listed


def event_row(case: str, event: CaseEvent, now: datetime, in_time: bool | None) -> Row:
    """Return the row of a recorded event; `outcome` is there only where the event has one."""
    until = until_of(event)
    row = {
        "type": "event",
        "at": local_time(now),
        "case": case,
        "event": event.anchor,
        "agency": event.detail.get("agency") or None,
        "on": event.on.isoformat(),
        "by": event.by,
        "until": local_time(until) if isinstance(until, datetime) else _day(until),
        "in_time": in_time,
    }
    named = ("outcome", "kind", "partner", "agencies", "recommendation", "time", "proposed")
    return row | {name: event.detail[name] for name in named if name in event.detail}


def clock_row(case: str, state: ClockState, now: datetime) -> Row:
    """Return the row of a clock as it stands."""
    return {
        "type": "clock",
        "at": local_time(now),
        "case": case,
        "clock": state.name,
        "opens": _day(state.opens),
        "due": None if state.due is None else local_time(state.due),
        "other_readings": [
            {"due": local_time(other.due), "why": other.why} for other in state.other_readings
        ],
        "state": state.state.value,
        **({"proposed": True} if state.provisional else {}),
    }


def request_row(
    case: str, agency: str, state: RequestState, due: datetime | None, now: datetime
) -> Row:
    """Return the row of a request to an agency as it stands."""
    return {
        "type": "request",
        "at": local_time(now),
        "case": case,
        "agency": agency,
        "state": state.value,
        "due": None if due is None else local_time(due),
    }


def outgoing_row(case: str | None, mail: Listed, raw: bytes) -> Row:
    """Return the row of a mail that left or is held, with its plain words."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    body = parsed.get_body(("plain",))
    return {
        "type": "held" if mail.state == "held" else "sent",
        "at": local_time(mail.sent_at or mail.created_at),
        "case": case,
        "key": mail.key,
        "template": mail.template,
        "agency": mail.agency,
        "to": [mail.to_address],
        "subject": mail.subject,
        "in_reply_to": mail.in_reply_to or None,
        "attachments": [part.get_filename() for part in parsed.iter_attachments()],
        "text": "" if body is None else body.get_content(),
    }


def note_row(sort: str, code: str, text: str, case: str | None, now: datetime) -> Row:
    """Return the row of a task or review, with what its code means."""
    said = f"{MEANING.get(code, code)} {text}".rstrip()
    return {"type": sort, "at": local_time(now), "case": case, "code": code, "text": said}


def is_in_time(
    event: CaseEvent, rules: tuple[ClockRule, ...], before: dict[str, ClockState]
) -> bool | None:
    """Return whether an event meets the clocks that waited for it in time; None if none did.

    `before` are the case's clocks as they stood when it was recorded. A clock that waits for
    another event first, such as papers that are out at the latest when the meeting is held, counts
    only where none waits for this one. Of an event of which only the day is known, the day it was
    due is in time.
    """
    waited = [
        (_is_meant(event, rule.stopped_by[0]), state)
        for rule in rules
        if (state := _waiting(event, rule, before)) is not None
    ]
    if not waited:
        return None
    moment = moment_of(event) or (event.at if london_day(event.at) == event.on else None)
    its_own = [state for is_its_own, state in waited if is_its_own]
    judged = its_own or [state for _, state in waited]
    return all(_is_by(event.on, moment, state.due) for state in judged)


def _waiting(event: CaseEvent, rule: ClockRule, before: dict[str, ClockState]) -> ClockState | None:
    """Return the clock of this rule if it ran or was late and this event meets it."""
    if not any(_is_meant(event, ref) for ref in rule.stopped_by):
        return None
    agency = event.detail.get("agency", "")
    state = before.get(f"{rule.name}:{agency}") or before.get(rule.name)
    runs = state is not None and state.state in (State.RUNNING, State.LATE)
    return state if runs else None


def _is_meant(event: CaseEvent, ref: EventRef) -> bool:
    told = (event.detail.get("kind", ""), event.detail.get("outcome", ""))
    return ref.event == event.anchor and (not ref.detail or ref.detail in told)


def _is_by(on: date, moment: datetime | None, due: datetime | None) -> bool:
    if due is None:
        return True
    return on <= london_day(due) if moment is None else moment <= due


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
