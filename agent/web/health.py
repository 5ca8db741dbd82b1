"""Whether the agent is at work: told from what it last did, so that it turns bad by itself.

A daemon that has died cannot say so; here nothing is believed that is not recent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.line import Line
from agent.london import spoken_time
from agent.store.inbox import find_last_poll
from agent.store.outboxlist import find_oldest_unsent
from agent.store.pause import find_pause

_MODES = {
    "intake": "The mode is intake: mails are stored and sorted, nothing is written.",
    "shadow": "The mode is shadow: letters are written, and every one is held.",
    "live": "The mode is live.",
}


@dataclass(frozen=True, slots=True)
class Health:
    """What is well and what is not, a sentence each."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    pause: str | None


def find_health(line: Line, now: datetime) -> Health:
    """Return how it stands with one mailbox at `now`."""
    limits = line.office.limits.page
    with line.database.read() as session:
        polled_at = find_last_poll(session, line.mailbox)
        pause = find_pause(session)
        unsent_at = find_oldest_unsent(session, line.office.profile.slug, now)
    good, bad = [], []
    silent = timedelta(minutes=limits.silent_after_minutes.value)
    if polled_at is None:
        bad.append("The mailbox was never read: is `mailbox-agent run` at work?")
    elif now - polled_at > silent:
        bad.append(
            f"The mailbox was last read on {spoken_time(polled_at)}: new mail is not seen. "
            "Look into the mailbox yourselves and tell whoever runs the agent."
        )
    else:
        good.append(f"The mailbox was read on {spoken_time(polled_at)}.")
    if pause is not None:
        bad.append(f"Sending is stopped: {pause}")
    elif line.mode == "live":
        good.append("Sending is on.")
    if (
        unsent_at is not None
        and pause is None
        and now - unsent_at > timedelta(minutes=limits.unsent_after_minutes.value)
    ):
        bad.append(f"A mail has been waiting to leave since {spoken_time(unsent_at)}.")
    good.append(_MODES[line.mode])
    return Health(tuple(good), tuple(bad), pause)
