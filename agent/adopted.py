"""Cases the office had before or beside the agent, read from a JSON file; nothing is recorded here.

An entry is never refused for missing steps: only its reference is needed.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from agent.caseclocks import DAY_UNKNOWN
from agent.clockrules import EVENTS, MEETINGS, OUTCOMES
from agent.declared import Declared, validate
from agent.errors import ConfigError
from agent.lifecycle import state_after
from agent.likekeys import Told, stored_keys
from agent.london import LONDON
from agent.match import child_keys
from agent.model.case import CaseSnapshot, Child, Key
from agent.model.decision import AddEvents, AdoptCase, Decision, EventFact, LogLine
from agent.model.register import Register
from agent.reference import office_key

_USUAL_MEETING = "rapid_review"


class Letter(Declared):
    """A letter the office has sent to an agency; one without dates has no clock."""

    agency: str
    to: str = ""
    message_id: str = ""
    sent_on: date | None = None
    due: datetime | None = None


class AdoptedCase(Declared):
    """One case under the office's own reference, with the London day of each event.

    An event may name its meeting or outcome after a colon: `meeting_set:learning_group`. A meeting
    that names none is the rapid review's.
    """

    ref: str
    child_name: str | None = None
    child_dob: date | None = None
    events: Mapping[str, date] = {}
    letters: tuple[Letter, ...] = ()

    @property
    def child(self) -> Child:
        """Return the subject child."""
        return Child(self.child_name, self.child_dob)


class _Cases(Declared):
    cases: tuple[AdoptedCase, ...]


def load_cases(path: Path) -> tuple[AdoptedCase, ...]:
    """Return the entries of the file; raises ConfigError naming what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read as JSON ({error}).") from error
    cases = validate({"cases": content}, _Cases, str(path), ConfigError).cases
    for case in cases:
        for anchor in case.events:
            if anchor.partition(":")[0] not in EVENTS:
                raise ConfigError(
                    f"{path}: {case.ref}: there is no event `{anchor}`; known: {', '.join(EVENTS)}."
                )
    return cases


def adoption_keys(entry: AdoptedCase) -> tuple[Key, ...]:
    """Return what a case can be found by that is this entry's already, or its child's."""
    return (Key("office_ref", office_key(entry.ref)), *child_keys(entry.child))


def decide_adoption(
    entry: AdoptedCase,
    by: str,
    register: Register,
    own: CaseSnapshot | None = None,
    until: date | None = None,
) -> Decision:
    """Decide what taking over one case does: a case under the office's reference, found by that
    reference, by its child and by the letters sent on it.

    `own` is the case that the agent itself has opened for the child: it gets the office's reference
    and letters, and nothing is opened. Events later than `until` are left out.
    """
    sent = tuple(Key("message_id", one.message_id) for one in entry.letters if one.message_id)
    letters = _letters(entry, by, register)
    office_ref = Key("office_ref", office_key(entry.ref))
    if own is not None:
        line = LogLine("case joined", f"The office has this case as {entry.ref}.")
        change = AddEvents(own.ref, own.version, letters, (office_ref, *sent))
        return Decision(changes=(change,), log=(line,), case=own.ref)
    facts = (*(_fact(anchor, on, by) for anchor, on in entry.events.items()), *letters)
    known = [one for one in facts if until is None or one.on <= until or DAY_UNKNOWN in one.detail]
    events = tuple(sorted(known, key=lambda one: one.on))
    adopted = AdoptCase(
        ref=entry.ref,
        child=entry.child,
        incident_on=entry.events.get("incident"),
        keys=(office_ref, *sent, *child_keys(entry.child), *stored_keys(Told(entry.child))),
        events=events,
        state=state_after((), events) or "open",
    )
    line = LogLine("case adopted", "The office had this case before or beside the agent.")
    return Decision(changes=(adopted,), log=(line,), case=entry.ref)


def later_events(
    entry: AdoptedCase, by: str, register: Register, after: date
) -> tuple[EventFact, ...]:
    """Return the events and letters of an entry that are later than a day, the earliest first."""
    events = (_fact(anchor, on, by) for anchor, on in entry.events.items())
    facts = (*events, *_letters(entry, by, register))
    later = (one for one in facts if one.on > after and DAY_UNKNOWN not in one.detail)
    return tuple(sorted(later, key=lambda one: one.on))


def _fact(anchor: str, on: date, by: str) -> EventFact:
    event, _, mark = anchor.partition(":")
    mark = mark or (_USUAL_MEETING if event in MEETINGS else "")
    adopted = {"adopted": "yes"}
    if not mark:
        return EventFact(event, on, by, adopted)
    name = "kind" if event in MEETINGS else "outcome" if event in OUTCOMES else "agency"
    return EventFact(event, on, by, {name: mark, **adopted})


def _letters(entry: AdoptedCase, by: str, register: Register) -> tuple[EventFact, ...]:
    """Return an event for each letter of which a day is known."""
    return tuple(_letter(one, by, register) for one in entry.letters if one.sent_on or one.due)


def _letter(letter: Letter, by: str, register: Register) -> EventFact:
    detail = {"agency": _agency_id(letter, register), "adopted": "yes"}
    detail |= {"message_id": letter.message_id} if letter.message_id else {}
    detail |= {"to": letter.to} if letter.to else {}
    if letter.due is not None:
        local = letter.due.replace(tzinfo=LONDON) if letter.due.tzinfo is None else letter.due
        detail["until"] = local.astimezone(LONDON).isoformat()
    if letter.sent_on is not None:
        return EventFact("scoping_sent", letter.sent_on, by, detail)
    assert letter.due is not None
    return EventFact("scoping_sent", letter.due.date(), by, detail | {DAY_UNKNOWN: "yes"})


def _agency_id(letter: Letter, register: Register) -> str:
    """Return the id of the agency a letter went to: by id, name or address; else as written."""
    ids: Sequence[str] = [agency.id for agency in register.agencies]
    if letter.agency in ids:
        return letter.agency
    found = register.agency_named(letter.agency) or register.find_agency(letter.to)
    return letter.agency if found is None else found.id
