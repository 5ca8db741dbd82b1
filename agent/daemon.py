"""The process that watches the mailboxes: one thread a mailbox takes mail down the line, one thread
empties the outbox, and a scheduler is the tick for what is due by the clock.

It wires edges to the pipeline and holds no policy. A mail that cannot be processed is set aside by
`pipeline.take` and the next one is taken; a mailbox out of reach is tried again later.
"""

import os
import random
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from agent.config import Config
from agent.errors import AgentError, MailboxError, MailboxRefused, StoreError
from agent.intake import Intake
from agent.mail import backoff_s
from agent.notify import notify_systemd
from agent.service import Service

log = structlog.get_logger()

# New mail wakes the sender at once; the tick brings what waits for its hour.
_TICK_S = 5
# A mailbox thread that has not come round for this long hangs, and systemd may restart us.
_STALLED_AFTER = timedelta(minutes=30)


class Daemon:
    """Serves every mailbox until told to stop."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._due = threading.Event()
        self._ticking = BackgroundScheduler(timezone="UTC")
        self._failure: AgentError | None = None
        work: dict[str, Callable[[], None]] = {"outbox": self._send}
        for intake in service.intakes:
            work[f"mailbox {intake.name}"] = partial(self._watch, intake)
        self._threads = [
            threading.Thread(target=self._serve, args=(serve,), name=name)
            for name, serve in work.items()
        ]

    def start(self) -> None:
        """Start every thread and return."""
        self._service.sender.recover(self._service.clock())
        self._ticking.add_job(self._tick, "interval", seconds=_TICK_S)
        self._ticking.start()
        for thread in self._threads:
            thread.start()
        notify_systemd("READY=1")
        log.info("started", mailboxes=len(self._service.intakes))

    def finish(self) -> None:
        """Stop after the mails in hand, and return when every thread has ended.

        Raises:
            AgentError: a thread had ended by itself, which stopped all others.
        """
        notify_systemd("STOPPING=1")
        self._service.stop.set()
        self._due.set()
        for thread in self._threads:
            thread.join()
        self._ticking.shutdown()
        log.info("stopped")
        if self._failure is not None:
            raise self._failure

    def reload(self, load_config: Callable[[], Config]) -> None:
        """Read rules, templates and site files again; keep the old ones if any is wrong."""
        notify_systemd("RELOADING=1")
        try:
            self._service.reload(load_config())
            log.info("settings read again")
        except AgentError as error:
            log.error("new settings refused, the old ones stay", why=str(error))
        notify_systemd("READY=1")

    def _serve(self, work: Callable[[], None]) -> None:
        """Do one thread's work until it is told to stop.

        Where it ends before that, the whole process ends with it: an agent that only looks alive
        is worse than one that its supervisor starts again.
        """
        failure: AgentError | None = AgentError("A part of the agent broke: see the traceback.")
        try:
            work()
            failure = None
        except AgentError as error:
            failure = error
        finally:
            if failure is not None:
                self._failure = failure
                os.kill(os.getpid(), signal.SIGTERM)

    def _watch(self, intake: Intake) -> None:
        failures = 0
        while not self._service.stop.is_set():
            try:
                intake.take_new(on_taken=self._due.set)
                failures = 0
                intake.wait()
            except (MailboxError, StoreError) as error:
                failures += 1
                pause_s = backoff_s(failures, isinstance(error, MailboxRefused), random.random)
                log.warning(
                    "mailbox out of reach",
                    mailbox=intake.name,
                    why=str(error),
                    again_in_s=round(pause_s),
                )
                intake.pause(pause_s)

    def _send(self) -> None:
        while not self._service.stop.is_set():
            self._due.wait()
            self._due.clear()
            try:
                self._service.do_due()
            except StoreError as error:
                log.warning("outbox out of reach", why=str(error))

    def _tick(self) -> None:
        """Wake the sender for what is due again; tell systemd while every mailbox comes round."""
        self._due.set()
        late_from = self._service.clock() - _STALLED_AFTER
        if all(intake.came_round_at > late_from for intake in self._service.intakes):
            notify_systemd("WATCHDOG=1")
