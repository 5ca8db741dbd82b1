"""Faults planted into a process of the agent from outside: it dies, or breaks, at a chosen place.

Nothing in the product knows of this. A boundary is where the line would least like to be killed.
"""

import itertools
import os
import signal
import smtplib
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import agent.intake
import agent.pipeline
import agent.service
import agent.sweep
from agent.mail.smtp import SmtpTransport
from agent.store import outbox
from agent.store.files import FileStore


class Boundary(NamedTuple):
    """Before or after which call of what it lies; `counts` tells which calls are crossings."""

    owner: Any
    name: str
    side: Literal["before", "after"]
    counts: Callable[..., bool] = lambda *_: True


# In the order in which a mail and its acknowledgement cross them.
BOUNDARIES = {
    "after fetch": Boundary(agent.intake, "take", "before"),
    "after files": Boundary(FileStore, "put", "after"),
    "before commit": Boundary(agent.pipeline, "record", "after"),
    "after commit": Boundary(agent.intake, "take", "after"),
    "after claim": Boundary(SmtpTransport, "send", "before"),
    "after the final dot": Boundary(
        smtplib.SMTP, "send", "after", lambda _, sent: sent == b".\r\n"
    ),
    "after DATA was accepted": Boundary(SmtpTransport, "send", "after"),
    "before `sent` is committed": Boundary(outbox, "settle", "after"),
}
# The same for a round of letters; those of the sending are crossed once a letter.
ROUND = {
    "before the round is committed": Boundary(agent.sweep, "record_act", "before"),
    "while the round is committed": Boundary(agent.sweep, "record_act", "after"),
    "after the round is committed": Boundary(agent.service, "sweep", "after"),
    **{name: one for name, one in BOUNDARIES.items() if list(BOUNDARIES).index(name) >= 4},
}
# Crossed once, at a start.
RECOVERY = "while a start tidies up after the last one"
_ALL = {**BOUNDARIES, **ROUND, RECOVERY: Boundary(outbox, "strand_claimed", "after")}


def die_at(name: str, crossing: int) -> None:
    """Let this process be killed at that crossing of that boundary, counted from 1."""
    boundary = _ALL[name]
    crossings = itertools.count(1)
    whole = getattr(boundary.owner, boundary.name)

    def cross(*arguments: Any, **named: Any) -> Any:
        dies = boundary.counts(*arguments) and next(crossings) == crossing
        if dies and boundary.side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = whole(*arguments, **named)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(boundary.owner, boundary.name, cross)


def break_on(raw: bytes) -> None:
    """Let reading this one mail fail in this process, as a fault of our own would."""
    whole = agent.pipeline.read_mail

    def read_mail(office: Any, given: bytes, *rest: Any) -> Any:
        if given == raw:
            raise ZeroDivisionError("a fault of our own")
        return whole(office, given, *rest)

    setattr(agent.pipeline, "read_mail", read_mail)  # noqa: B010  mypy forbids the assignment
