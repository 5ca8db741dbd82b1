"""The alarm's cause is the clock: rounds that are due are rung by the second route and queued.

The second route rings before the mails are recorded, so that a crash in between rings twice and
never zero times. It decides nothing (alarms does).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from agent.alarms import OpenAlarm, Round, alarm_text, due_alarms, due_rounds, latest_round
from agent.alarms import next_alarm_at as _next_alarm_at
from agent.errors import SendError
from agent.letters import render
from agent.line import Line
from agent.model.decision import Decision, LogLine
from agent.model.draft import Hold
from agent.record import ACTOR, record_act
from agent.store.alarms import RaisedAlarm, list_raised

log = structlog.get_logger()

# Rings one round by the second route; raises SendError.
Ring = Callable[[Round, str], None]


def ring_due(line: Line, now: datetime, ring: Ring | None = None) -> int:
    """Raise every alarm that is due at `now`; return how many mails were queued.

    Without `ring` only mails are written. Nothing is rung but in live mode.
    """
    if line.mode == "intake":
        return 0
    alarms = _open_alarms(line)
    if ring is not None and line.mode == "live":
        for due in due_rounds(alarms, line.office, now):
            try:
                ring(due, alarm_text(due, line.office))
            except SendError as error:
                log.error("alarm not raised", mail=due.alarm.digest[:10], why=str(error))
    drafts = due_alarms(alarms, line.office, now)
    if line.mode == "shadow":
        drafts = tuple(replace(draft, hold=Hold.SHADOW) for draft in drafts)
    mails = [render(draft, line.office, line.templates, now) for draft in drafts]
    for mail in mails:
        lines = (LogLine("alarm raised", "Nobody has acknowledged it yet."),)
        decision = Decision(log=lines, case=mail.draft.case)
        with line.database.write() as session:
            slug = line.office.profile.slug
            record_act(session, slug, decision, ACTOR, now, (mail,), line.mailbox)
    return len(mails)


def next_alarm_at(line: Line) -> datetime | None:
    """Return when the next alarm is due, or None."""
    return _next_alarm_at(_open_alarms(line), line.office)


def _open_alarms(line: Line) -> list[OpenAlarm]:
    with line.database.read() as session:
        raised = list_raised(session, line.office.profile.slug)
    return [_as_open(one) for one in raised]


def _as_open(raised: RaisedAlarm) -> OpenAlarm:
    return OpenAlarm(
        raised.note_id,
        raised.digest,
        raised.case,
        raised.received_at,
        raised.raised_at,
        latest_round(raised.keys),
    )
