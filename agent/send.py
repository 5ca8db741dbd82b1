"""From the outbox to the mail server: claim, check the brakes, hand over, settle.

A mail is claimed in one transaction and settled in another, so that a crash between the two leaves
it `sending`; the next start makes that `uncertain`, for a person. It is never sent twice.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from agent.alarms import TEMPLATE as ALARM
from agent.clock import Clock
from agent.errors import PermanentSendError, TransientSendError, UncertainSendError
from agent.left import decide_left
from agent.letterrules import REPLIES
from agent.mail import Transport
from agent.model.decision import LogLine, Note, Task
from agent.profile import Office
from agent.recipients import is_ours_to_write
from agent.record import record_act
from agent.store import actionlog, outbox, pause, work
from agent.store.casefiles import load_case_file
from agent.store.db import Database, Session
from agent.store.inbox import find_sender
from agent.store.outbox import Claimed, State

log = structlog.get_logger()

ACTOR = "agent"


@dataclass(frozen=True, slots=True)
class Route:
    """How one mailbox's mail leaves: under which envelope sender, by which transport."""

    sender: str
    transport: Transport


class Sender:
    """Sends what is due, one mail at a time; two threads may ask for it, one works.

    `routes` and `offices` go by mailbox and may be exchanged between two mails.
    """

    def __init__(
        self, database: Database, routes: Mapping[str, Route], offices: Mapping[str, Office]
    ) -> None:
        self.routes = routes
        self.offices = offices
        self._database = database
        self._lock = threading.Lock()
        self._settled = True  # no mail of ours stands claimed

    def recover(self, now: datetime) -> None:
        """Put before a person every mail that a process that died was handing over."""
        with self._database.write() as session:
            for row in outbox.strand_claimed(session, now):
                _tell(session, row.partnership, row.case_id, Task.MAIL_UNCERTAIN, row.key, now)
                _log(session, row.partnership, row.key, "mail uncertain", row.last_error or "", now)

    def deliver_due(self, clock: Clock, stop: threading.Event | None = None) -> int:
        """Hand over everything that is due and return how many mails were tried."""
        tried = 0
        with self._lock:
            if not self._settled:
                # The last one was handed over, but the store did not take what became of it.
                self.recover(clock())
            while stop is None or not stop.is_set():
                self._settled = False
                claimed = self._claim(clock())
                if claimed is not None:
                    self._hand_over(claimed, clock)
                    tried += 1
                self._settled = True
                if claimed is None:
                    break
        return tried

    def close(self) -> None:
        """Let go of every connection."""
        for route in self.routes.values():
            route.transport.close()

    def _claim(self, now: datetime) -> Claimed | None:
        with self._database.write() as session:
            claimed = outbox.claim_due(session, now)
            if claimed is None:
                return None
            brake = self._tripped(session, claimed, now)
            if brake is None:
                return claimed
            # Nothing is lost: this mail waits for a person and everything behind it stays queued.
            outbox.settle(session, claimed.id, State.HELD, now, error=brake)
            pause.pause_sending(session, brake)
            _tell(session, claimed.partnership, claimed.case_id, Task.SENDING_PAUSED, brake, now)
            _log(session, claimed.partnership, claimed.key, "sending paused", brake, now)
        log.error("sending paused", why=brake)
        return None

    def _tripped(self, session: Session, claimed: Claimed, now: datetime) -> str | None:
        """Return which brake this mail would trip, in words, or None. The brakes ask no header."""
        office = self.offices.get(claimed.mailbox)
        if office is None:
            return None  # the mailbox is not served any more, and no mail of it will leave
        if claimed.template == ALARM:
            return None  # An alarm repeats until somebody acknowledges it; it is never braked.
        limits = office.limits.send
        day, hour = now - timedelta(days=1), now - timedelta(hours=1)
        if outbox.sent_since(session, hour) >= limits.all_an_hour.value:
            return f"More than {limits.all_an_hour.value} mails in an hour."
        address = claimed.to_address
        if outbox.sent_since(session, day, to_address=address) >= limits.per_address_a_day.value:
            return f"More than {limits.per_address_a_day.value} mails to one address in a day."
        if claimed.case_id is None:
            return None
        on_case = outbox.sent_since(session, day, case_id=claimed.case_id)
        if on_case >= limits.per_case_a_day.value:
            return f"More than {limits.per_case_a_day.value} mails on one case in a day."
        return None

    def _hand_over(self, claimed: Claimed, clock: Clock) -> None:
        route = self.routes.get(claimed.mailbox)
        if route is None:
            reason = f"Mailbox {claimed.mailbox} has no way out in the configuration any more."
            self._settle(claimed, State.HELD, clock(), reason, Task.MAIL_FAILED)
            return
        if (wrong := self._find_wrong_recipient(claimed)) is not None:
            self._settle(claimed, State.HELD, clock(), wrong, Task.LETTER_REFUSED)
            return
        try:
            route.transport.send(route.sender, claimed.to_address, claimed.mail)
        except UncertainSendError as error:
            self._settle(claimed, State.UNCERTAIN, clock(), str(error), Task.MAIL_UNCERTAIN)
        except PermanentSendError as error:
            self._settle(claimed, State.FAILED, clock(), str(error), Task.MAIL_FAILED)
        except TransientSendError as error:
            self._try_later(claimed, clock(), str(error))
        else:
            self._settle(claimed, State.SENT, clock())

    def _find_wrong_recipient(self, claimed: Claimed) -> str | None:
        """Return in words why this mail must not go where it is addressed, or None.

        It was written to that address, but the register may have changed since.
        """
        if claimed.template in REPLIES:
            with self._database.read() as session:
                sender = None if claimed.answers is None else find_sender(session, claimed.answers)
            if sender == claimed.to_address:
                return None
        if is_ours_to_write(claimed.to_address, self.offices[claimed.mailbox]):
            return None
        return "The address is not, or no longer, confirmed in the register or in site.toml."

    def _try_later(self, claimed: Claimed, now: datetime, error: str) -> None:
        waits_s = self.offices[claimed.mailbox].limits.send.retry_after_s.value
        if claimed.attempts > len(waits_s):
            self._settle(claimed, State.FAILED, now, error, Task.MAIL_FAILED)
            return
        due_at = now + timedelta(seconds=waits_s[claimed.attempts - 1])
        self._settle(claimed, State.RETRY, now, error, not_before_at=due_at)

    def _settle(
        self,
        claimed: Claimed,
        state: State,
        now: datetime,
        error: str | None = None,
        task: Task | None = None,
        not_before_at: datetime | None = None,
    ) -> None:
        reason = error or "The mail server took it."
        with self._database.write() as session:
            outbox.settle(session, claimed.id, state, now, error, not_before_at)
            if state is State.SENT:
                record_left(session, claimed, now)
            if task is not None:
                text = f"{claimed.key}: {reason}" if task is Task.LETTER_REFUSED else claimed.key
                _tell(session, claimed.partnership, claimed.case_id, task, text, now)
            _log(session, claimed.partnership, claimed.key, f"mail {state}", reason, now)
        log.info("mail handed over", key=claimed.key, state=state.value, attempt=claimed.attempts)


def record_left(session: Session, claimed: Claimed, now: datetime) -> None:
    """Record on the case what the leaving of this mail is, in the transaction that settles it."""
    if claimed.on_sent is None or claimed.case_id is None:
        return
    file = load_case_file(session, claimed.case_id)
    decision = decide_left(claimed.on_sent, claimed.key, claimed.message_id, file, now)
    if decision is not None:
        record_act(session, claimed.partnership, decision, ACTOR, now)


def _tell(
    session: Session, partnership: str, case_id: int | None, task: Task, text: str, now: datetime
) -> None:
    work.add_notes(
        session,
        "task",
        (Note(task, text),),
        partnership=partnership,
        case_id=case_id,
        message_row=None,
        now=now,
    )


def _log(
    session: Session, partnership: str, key: str, action: str, reason: str, now: datetime
) -> None:
    actionlog.append(
        session,
        (LogLine(action, reason),),
        actor=ACTOR,
        partnership=partnership,
        case=None,
        message_digest=None,
        outbox_key=key,
        now=now,
    )
