"""When the alarm on a live risk is raised again, whom each round reaches, and what it says. Pure.

It stops only because the caller leaves out what a named person has acknowledged. Nothing it says
is about a child: the mail itself is opened in the mailbox.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, chain
from urllib.parse import urlsplit

from agent.london import spoken_time
from agent.model.draft import Draft, Hold
from agent.model.message import Address
from agent.profile import Office, Site
from agent.recipients import holders_of

TEMPLATE = "alarm"
SECOND_ROUTES = ("address", "webhook", "command")

_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """A live risk that nobody has acknowledged. `rounds_made` is the number of its latest round
    (see `latest_round`), 0 before the first."""

    note_id: int
    digest: str
    case: str | None
    received_at: datetime
    raised_at: datetime
    rounds_made: int


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is due. Its number tells how long the alarm stands: missed ones are skipped."""

    alarm: OpenAlarm
    number: int


def latest_round(keys: Iterable[str]) -> int:
    """Return the number of the latest round among one alarm's outbox keys; 0 where there is none.

    Numbers may be missing between 1 and it: a missed round never had a mail.
    """
    return max((int(key.rsplit(":", 2)[1]) for key in keys), default=0)


def due_rounds(open_alarms: Sequence[OpenAlarm], office: Office, now: datetime) -> Iterator[Round]:
    """Yield the round that each alarm is due, if any; of several missed ones only the latest."""
    for alarm in open_alarms:
        number = _round_by(now - alarm.raised_at, office)
        if number > alarm.rounds_made:
            yield Round(alarm, number)


def due_alarms(
    open_alarms: Sequence[OpenAlarm], office: Office, now: datetime
) -> tuple[Draft, ...]:
    """Return the alarm mails due at `now`, one for each address of the rounds that are due."""
    return tuple(
        _draft(due, index, address, office)
        for due in due_rounds(open_alarms, office, now)
        for index, address in enumerate(_recipients(due.number, office), start=1)
    )


def next_alarm_at(open_alarms: Sequence[OpenAlarm], office: Office) -> datetime | None:
    """Return when the next alarm mail is due, which may be past; None where none ever will be."""
    if not _recipients(1, office):
        return None
    due = (one.raised_at + _starts_after(one.rounds_made + 1, office) for one in open_alarms)
    return min(due, default=None)


def alarm_text(due: Round, office: Office) -> str:
    """Return the one line that the second route carries."""
    site, alarm = office.site, due.alarm
    about = f", case {alarm.case}" if alarm.case else ""
    return (
        f"{office.profile.short_name}: a mail that may say that a child is in danger now came to "
        f"{site.mailbox} on {spoken_time(alarm.received_at)} (mail {alarm.digest[:10]}{about}). "
        "Open it in the mailbox and act on it at once, then acknowledge this alarm: it repeats "
        f"until a named person does. This is round {due.number}. MASH: {site.mash_phone}; out of "
        f"hours: {site.out_of_hours_phone}."
    )


def alarm_gaps(office: Office) -> tuple[str, ...]:
    """Return what keeps the alarm from reaching somebody, a sentence each; empty where nothing."""
    return (*_route_gaps(office.site), *_people_gaps(office))


def values_of(settings: Mapping[str, str | tuple[str, ...]], key: str) -> tuple[str, ...]:
    """Return what site.toml says under a key that takes one value or a list, as written there;
    none where all of it is blank."""
    value = settings.get(key, ())
    values = (value,) if isinstance(value, str) else value
    return values if any(map(str.strip, values)) else ()


def is_web_address(webhook: str) -> bool:
    """Return whether the webhook is an https address that can be posted to, without a sign-in."""
    try:
        parts = urlsplit(webhook)
        plain = parts.username is None and parts.port != 0
    except ValueError:  # brackets that do not match, a port that is none
        return False
    ascii_only = webhook.isascii() and webhook.isprintable() and " " not in webhook
    return parts.scheme == "https" and bool(parts.hostname) and plain and ascii_only


def _round_by(elapsed: timedelta, office: Office) -> int:
    """Return the number of the latest round that should have begun by then; at least 1.

    A clock that was set back leaves the first one due: a child may be waiting.
    """
    waits = office.limits.alarm.repeat_after_minutes.value
    starts = tuple(accumulate(waits))
    minutes = elapsed // _MINUTE
    if minutes < starts[-1]:
        return 1 + bisect_right(starts, minutes)
    return 1 + len(waits) + (minutes - starts[-1]) // waits[-1]


def _starts_after(number: int, office: Office) -> timedelta:
    """Return how long after the alarm was raised that round begins."""
    waits = office.limits.alarm.repeat_after_minutes.value
    beyond = max(0, number - 1 - len(waits))
    return _MINUTE * (sum(waits[: number - 1]) + beyond * waits[-1])


def _recipients(number: int, office: Office) -> tuple[str, ...]:
    """Return the addresses of a round, each once; none where the profile makes no alarm mail.

    A round also goes to whom the rounds before it reached. Where that is nobody, it goes to the
    next wider circle with somebody in it.
    """
    if office.sending(TEMPLATE) == "off":
        return ()
    site, steps = office.site, office.limits.alarm.widen.value
    always = values_of(site.alarm, "address")
    for last in range(min(number, len(steps)), len(steps) + 1):
        held = (holders_of(role, office) for role in chain(*steps[:last]))
        if found := _usable(site, chain(always, *held)):
            return found
    return ()


def _usable(site: Site, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return these addresses lower case, each once, without the mailbox's own: nobody is alarmed
    by one more mail in the mailbox that nobody looked into."""
    lowered = dict.fromkeys(address.lower() for address in addresses)
    return tuple(one for one in lowered if _ADDRESS.fullmatch(one) and one not in site.addresses)


def _draft(due: Round, index: int, address: str, office: Office) -> Draft:
    alarm = due.alarm
    sending = office.sending(TEMPLATE)
    return Draft(
        key=f"{TEMPLATE}:{alarm.digest}:{due.number}:{index}",
        template=TEMPLATE,
        to=Address(address),
        case=alarm.case,
        values={
            "received": spoken_time(alarm.received_at),
            "reference": alarm.case or "",
            "round": str(due.number),
            "mail": alarm.digest[:10],
        },
        hold=Hold.PROFILE if sending == "hold" else None,
    )


def _route_gaps(site: Site) -> Iterator[str]:
    """Yield what is wrong in [alarm]. Of a webhook only the key is shown: it may hold a secret."""
    for key in site.alarm:
        if key not in SECOND_ROUTES:
            yield f"site.toml, [alarm]: `{key}` is not known; known: {', '.join(SECOND_ROUTES)}."
    addresses = values_of(site.alarm, "address")
    if len(_usable(site, addresses)) < len({one.lower() for one in addresses}):
        yield "site.toml, [alarm]: an `address` is none, or the mailbox's own; no alarm goes there."
    if not all(map(is_web_address, values_of(site.alarm, "webhook"))):
        yield "site.toml, [alarm]: `webhook` must be an https address; no alarm goes there."
    command = values_of(site.alarm, "command")
    if len(command) == 1 and " " in command[0]:
        yield "site.toml, [alarm]: write `command` as a list, the program and then its arguments."
    if not any(values_of(site.alarm, key) for key in SECOND_ROUTES):
        yield (
            "The alarm has no second route: set `address`, `webhook` or `command` under [alarm] in "
            "site.toml."
        )


def _people_gaps(office: Office) -> Iterator[str]:
    """Yield why the alarm's mails do not reach whom they should."""
    sending = office.sending(TEMPLATE)
    if sending != "auto":
        yield f"The alarm's mails do not leave by themselves: the rules say `{sending}`."
    if sending == "off":
        return
    steps = office.limits.alarm.widen.value
    first = " or ".join(steps[0])
    reached = _recipients(1, office)
    if not reached:
        yield (
            f"No mail tells anybody that a child may be in danger: name {first} under [roles] in "
            "site.toml, or set `address` under [alarm]."
        )
        return
    if not _usable(office.site, chain(*(holders_of(role, office) for role in steps[0]))):
        yield f"Nobody is named as {first} under [roles] in site.toml: the alarm goes to others."
    wider = " or ".join(role for role in dict.fromkeys(chain(*steps)) if role not in steps[0])
    if wider and reached == _recipients(len(steps), office):
        yield f"No round of the alarm reaches others: name {wider} under [roles] in site.toml."
