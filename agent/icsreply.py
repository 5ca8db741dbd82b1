"""Mail -> MeetingAnswer: who comes to a meeting, from a calendar's answer or a person's own words.

Pure, and it never raises. What is said both ways, or not surely at all, is no answer: a person
reads the mail. Whether the sender may speak for an agency is told by `meetings`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from icalendar import Calendar, Component

from agent.model.facts import Reading
from agent.model.message import Message, Part
from agent.model.words import Sentence
from agent.phrases import Phrases, split_sentences


class Coming(StrEnum):
    """What an agency's last word on the meeting is."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"


@dataclass(frozen=True, slots=True)
class MeetingAnswer:
    """One answer to an invitation; `coming` is None where it only says who was involved.

    `attendee` is whose answer it is, lower case; in a calendar's answer that need not be the
    `sender`. `delegate` is who comes instead: an address, or a name as it was written, "" where it
    is not said. `uninvolved` is what the answer says of direct involvement in the case: True that
    there was none, False that there was, None nothing. `other_time` asks for another time. `uid`
    and `sequence` are those of the invitation.
    """

    coming: Coming | None
    sender: str
    attendee: str
    delegate: str = ""
    uninvolved: bool | None = None
    other_time: bool = False
    uid: str = ""
    sequence: int = 0
    comment: str = field(default="", repr=False)


# RFC 5546, sections 3.2.3 and 3.2.7: an answer, and one that proposes another time.
_METHODS = ("REPLY", "COUNTER")
_CALENDARS = ("text/calendar", "application/ics")
# An answer takes a few kilobytes; a whole time zone table in it some more.
_MAX_CALENDAR_BYTES = 256 * 1024
_MAX_COMMENT_CHARS = 500
_PARTSTATS = {one.name: one for one in Coming}
# By the set of phrases that says it. Delegating goes before: who sends a deputy does not come.
_SAID = {
    "meeting_accepted": Coming.ACCEPTED,
    "meeting_declined": Coming.DECLINED,
    "meeting_tentative": Coming.TENTATIVE,
}
_DELEGATED = "meeting_delegated"
_UNINVOLVED, _INVOLVED = "meeting_uninvolved", "meeting_involved"
# The sets of words.toml that are asked here.
ASKED = frozenset({*_SAID, _DELEGATED, _UNINVOLVED, _INVOLVED})

_TITLE = r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Miss|Sister|Canon|Rev|PC|DC|DS|DI|DCI|Det|Sgt|Insp|Supt)\.? )*"
_WORD = r"(?:[A-Z]\. )?[A-Z][\w’-]*[a-z][\w’-]*"
_NAME = rf"{_TITLE}{_WORD}(?: {_WORD}){{0,2}}"
_NOBODY = r"(?!(?:I|We|She|He|They|It|You|This|That|There|Our|My|The|Nobody|Police|Apologies)\b)"
# "represented by Jo Brook", "am sending Jo Brook", and "Jo Brook will come".
_SENDS = "send|sending|nominate|nominating|represented by|forwarded to|asked|deputy attending is"
_COMES = "will(?! be represented)|shall|can|takes|has kindly|has agreed|is nominated|is going"
_DEPUTY = (
    re.compile(rf"\b(?:{_SENDS}) {_NOBODY}({_NAME})"),
    re.compile(rf"\b{_NOBODY}({_NAME})(?:,[^,.;]{{1,60}},){{0,2}} (?:{_COMES})\b"),
)


def read_answer(reading: Reading, phrases: Phrases) -> MeetingAnswer | None:
    """Return the answer of a mail, the calendar's where it holds one, else the person's own words.

    What the person wrote beside the calendar's answer is asked for involvement and a deputy's name.
    """
    said = reading.said
    answer = read_reply(reading.message)
    if answer is None:
        # Outlook on its own puts the answer before the subject.
        said = (*split_sentences(reading.message.subject), *said)
        answer = read_words(reading.message.sender.email, said, phrases)
    comment = split_sentences(answer.comment if answer else "")
    uninvolved = _uninvolved((*said, *comment), phrases)
    if answer is None:
        sender = reading.message.sender.email
        told = MeetingAnswer(None, sender, sender, uninvolved=uninvolved)
        return None if uninvolved is None or _is_unsure(said, phrases) else told
    delegate = answer.delegate
    if answer.coming is Coming.DELEGATED and not delegate:
        delegate = _find_deputy(f"{reading.words.text}\n{answer.comment}")
    return replace(answer, uninvolved=uninvolved, delegate=delegate)


def read_reply(message: Message) -> MeetingAnswer | None:
    """Return what the calendar part of a mail answers; None where there is none, or it is broken,
    or says nothing yet."""
    sender = message.sender.email
    answers = (_read_part(part, sender) for part in message.attachments)
    return next((one for one in answers if one is not None), None)


def read_words(sender: str, said: Sequence[Sentence], phrases: Phrases) -> MeetingAnswer | None:
    """Return what a person's sentences answer; None where they do not say, or say both."""
    if phrases.find(_DELEGATED, said) is not None:
        return MeetingAnswer(Coming.DELEGATED, sender, sender)
    told = _told(said, phrases)
    # "Yes, as long as the trial ends": the doubt is the later word.
    if told == {Coming.ACCEPTED, Coming.TENTATIVE}:
        told = {Coming.TENTATIVE}
    return MeetingAnswer(told.pop(), sender, sender) if len(told) == 1 else None


def _told(said: Sequence[Sentence], phrases: Phrases) -> set[Coming]:
    return {coming for name, coming in _SAID.items() if phrases.find(name, said) is not None}


def _is_unsure(said: Sequence[Sentence], phrases: Phrases) -> bool:
    """Return whether it is said both ways: then nothing else in it is taken up either."""
    return len(_told(said, phrases)) > 1


def _uninvolved(said: Sequence[Sentence], phrases: Phrases) -> bool | None:
    if phrases.find(_INVOLVED, said) is not None:
        return False
    return True if phrases.find(_UNINVOLVED, said) is not None else None


def _find_deputy(text: str) -> str:
    found = (one for pattern in _DEPUTY for one in pattern.finditer(text))
    return next((" ".join(one[1].split()) for one in found), "")


def _read_part(part: Part, sender: str) -> MeetingAnswer | None:
    if part.content_type not in _CALENDARS or len(part.content) > _MAX_CALENDAR_BYTES:
        return None
    try:
        calendar = Calendar.from_ical(part.content.decode("utf-8-sig", "replace"))
    # Its own errors are ValueErrors; on broken bytes it also stumbles over its own assumptions.
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None
    method = _text(calendar, "METHOD").upper()
    event = next(iter(calendar.walk("VEVENT")), None)
    if method not in _METHODS or event is None:
        return None
    return _read_event(event, sender, is_counter=method == "COUNTER")


def _read_event(event: Component, sender: str, *, is_counter: bool) -> MeetingAnswer | None:
    attendees = [(_email(str(one)), _params(one)) for one in _listed(event.get("ATTENDEE"))]
    attendee, params = _speaker(attendees, sender)
    coming = _PARTSTATS.get(str(params.get("PARTSTAT", "")).upper())
    if coming is None:
        # Who proposes another time has not said yes.
        if not is_counter or not attendee:
            return None
        coming = Coming.TENTATIVE
    to = [_email(str(one)) for one in _listed(params.get("DELEGATED-TO"))]
    sequence = event.get("SEQUENCE")
    return MeetingAnswer(
        coming=coming,
        sender=sender,
        attendee=attendee,
        delegate=next(filter(None, to), ""),
        other_time=is_counter,
        uid=_text(event, "UID"),
        sequence=sequence if isinstance(sequence, int) else 0,
        comment=_text(event, "COMMENT")[:_MAX_COMMENT_CHARS],
    )


def _speaker(
    attendees: Sequence[tuple[str, dict[str, Any]]], sender: str
) -> tuple[str, dict[str, Any]]:
    """Return whose answer it is: who delegates names the deputy beside themselves, as invited."""
    delegating = (one for one in attendees if str(one[1].get("PARTSTAT")).upper() == "DELEGATED")
    own = (one for one in attendees if one[0] == sender)
    every: Iterator[tuple[str, dict[str, Any]]] = iter(attendees)
    return next(delegating, None) or next(own, None) or next(every, ("", {}))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _params(value: Any) -> dict[str, Any]:
    return dict(getattr(value, "params", {}))


def _text(component: Component, name: str) -> str:
    values = _listed(component.get(name))
    return str(values[0]).strip() if values else ""


def _email(uri: str) -> str:
    text = uri.strip().strip('"')
    return text[len("mailto:") :].strip().lower() if text.lower().startswith("mailto:") else ""
