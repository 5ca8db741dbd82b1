"""What a person records on a case: an Act and the case as it stands in, a Decision out.

Pure. It checks that the person may, that the day can be, and that nothing recorded contradicts it;
what does not hold is refused whole. Corrections are new events. Clocks are counted elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from agent.actdetails import facts_of
from agent.authority import deciders_of, may_record
from agent.clockrules import EVENTS
from agent.contradictions import find_contradiction
from agent.errors import NotAuthorised, RefusedAct
from agent.grouprules import find_group
from agent.lifecycle import AGENT, LASTING, is_same_thing, state_after
from agent.london import london_day, spoken_day
from agent.model.case import CaseEvent, CaseFile
from agent.model.decision import AddEvents, Decision, EventFact, LogLine, Note, Task
from agent.profile import Office
from agent.views import disagreement
from agent.workdays import FIRST_YEAR, LAST_YEAR

# What of a detail is made of codes, ids and hours.
_LOGGED = ("agency", "agencies", "partner", "kind", "outcome", "time", "until")
# What is set for a day to come.
_PLANS = frozenset({"meeting_set", "agenda_set"})
# Told again by somebody else it is a new decision, not another account of the old one.
_RENEWED = frozenset({"view_given", "extension_granted", "meeting_set", "agenda_set"})
# What of a detail says how it became known, not what happened.
_ASIDE = frozenset({"from", "adopted", "authorised", "hold", "message_id", "to"})
# What goes on with a case, and so needs one that goes on.
_ONWARD = frozenset(
    {
        "rapid_review_agreed",
        "scoping_sent",
        "extension_granted",
        "meeting_set",
        "agenda_set",
        "review_started",
        "panel_notified",
        "criteria_decided",
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """An event that a person records: the London day it happened, who says so, in which roles.

    `roles` are those the person is known to hold (`authority.roles_of`). Lists in `detail` are
    separated by ";". `source` says from what it was recorded, such as "command line".
    """

    event: str
    on: date
    by: str
    roles: frozenset[str]
    detail: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


def decide_event(file: CaseFile, act: Act, office: Office, now: datetime) -> Decision:
    """Decide what recording this event does to the case.

    Raises:
        NotAuthorised: the person holds no role that may record it.
        RefusedAct: it cannot be so; the text says why, for the person.
    """
    _check_who(act, office)
    _check_day(act, now)
    _check_state(file, act)
    facts = facts_of(act.event, act.on, act.by, act.source, act.detail, file, office)
    for fact in facts:
        if contradiction := find_contradiction(fact, file.events):
            raise RefusedAct(contradiction)
    news = [(fact, _find_earlier(fact, file.events)) for fact in facts]
    news = [(fact, old) for fact, old in news if old is None or _differs(fact, old)]
    if not news:
        raise RefusedAct(f"It is recorded already that {_said(facts[0])}.")
    corrections = [(fact, old) for fact, old in news if old is not None]
    fresh = tuple(fact for fact, _ in news)
    change = AddEvents(
        file.case.ref, file.case.version, fresh, state=state_after(file.events, fresh)
    )
    return Decision(
        changes=(change,),
        tasks=(*_tasks(file, act, fresh, office), *_differing(act, corrections)),
        log=(
            *(_recorded_line(fact, act) for fact, old in news if old is None),
            *(_corrected_line(fact, old, act) for fact, old in corrections),
        ),
        case=file.case.ref,
    )


def decide_refusal(ref: str | None, act: Act, refusal: RefusedAct, *, unattended: bool) -> Decision:
    """Decide what stays of an act that was refused: a log line, and a task where the person did
    not have the right or, with `unattended`, is not there to read why."""
    is_task = unattended or isinstance(refusal, NotAuthorised)
    text = f"{act.by}, {act.event}: {refusal}"
    return Decision(
        tasks=(Note(Task.EVENT_REFUSED, text),) if is_task else (),
        log=(LogLine("act refused", str(refusal), detail={"event": act.event, "by": act.by}),),
        case=ref,
    )


def _check_who(act: Act, office: Office) -> None:
    if act.event not in EVENTS:
        raise RefusedAct(f"There is no event `{act.event}`; known are {', '.join(EVENTS)}.")
    if not act.by.strip():
        raise RefusedAct("Say who records it: an event without a name is worth nothing later.")
    if may_record(act.event, act.roles, office):
        return
    named = deciders_of(act.event, office)
    who = ", ".join(named) if named else "somebody who holds a role"
    raise NotAuthorised(
        f"{act.by} may not record that {EVENTS[act.event]}: in {office.profile.name} that is for "
        f"{who} (see [roles] in site.toml)."
    )


def _check_day(act: Act, now: datetime) -> None:
    today = london_day(now)
    if not FIRST_YEAR <= act.on.year <= LAST_YEAR:
        raise RefusedAct(f"{spoken_day(act.on)} cannot be right: look at the year.")
    if act.on > today and act.event not in _PLANS:
        raise RefusedAct(
            f"{spoken_day(act.on)} is still to come (today is {spoken_day(today)}); record it "
            "once it has happened."
        )
    if act.on < today and act.event == "meeting_set":
        raise RefusedAct(
            f"{spoken_day(act.on)} is past; if the meeting took place, record `meeting_held`."
        )


def _check_state(file: CaseFile, act: Act) -> None:
    ref, ended = file.case.ref, _find_end(file.events)
    if act.event == "reopened":
        if ended is None and file.case.state != "paused":
            raise RefusedAct(f"The case {ref} is neither paused, closed nor withdrawn.")
        return
    if ended is None or act.event == "restricted":
        return
    if ended.anchor == "closed" or act.event in _ONWARD:
        word = "closed" if ended.anchor == "closed" else "withdrawn"
        raise RefusedAct(
            f"The case {ref} was {word} on {spoken_day(ended.on)}; reopen it first (`reopened`)."
        )


def _find_end(events: Sequence[CaseEvent]) -> CaseEvent | None:
    """Return the event that ended the whole case, unless it was reopened since."""
    ended = None
    for event in events:
        if event.anchor in ("closed", "withdrawn") and not event.detail.get("agency"):
            ended = event
        elif event.anchor == "reopened":
            ended = None
    return ended


def _find_earlier(fact: EventFact, events: Sequence[CaseEvent]) -> CaseEvent | None:
    """Return what this event would correct: the same thing as last recorded by somebody.

    What was only proposed is confirmed, not corrected.
    """
    events = [one for one in events if "proposed" not in one.detail]
    if fact.anchor not in LASTING:
        return next(
            (one for one in events if is_same_thing(fact, one) and not _differs(fact, one)), None
        )
    return next((one for one in reversed(events) if is_same_thing(fact, one)), None)


def _differs(fact: EventFact, old: CaseEvent) -> bool:
    return fact.on != old.on or _told(fact.detail) != _told(old.detail)


def _told(detail: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in detail.items() if key not in _ASIDE}


def _tasks(
    file: CaseFile, act: Act, facts: Sequence[EventFact], office: Office
) -> tuple[Note, ...]:
    tasks = []
    for fact in facts:
        if act.event == "view_given":
            if (asked := disagreement(fact, file)) is not None:
                tasks.append(asked)
        elif act.event == "rapid_review_agreed" and not fact.detail.get("agencies"):
            tasks.append(Note(Task.NAME_AGENCIES))
        elif act.event == "meeting_held" and (asked := _unlisted(fact, office)) is not None:
            tasks.append(asked)
        elif act.event in ("return_received", "nil_received") and not _has_letter(fact, file):
            agency = fact.detail["agency"]
            text = f"A return of {agency} is recorded, but no letter to it."
            tasks.append(Note(Task.CHECK_EVENT, text))
    return tuple(tasks)


def _unlisted(fact: EventFact, office: Office) -> Note | None:
    """Return the question whether an outcome is meant that the group's document does not name."""
    group = find_group(office.profile.group, fact.detail.get("kind", ""))
    outcome = fact.detail.get("outcome", "")
    if group is None or not outcome or group.knows(outcome):
        return None
    known = "; ".join(group.outcomes)
    return Note(Task.CHECK_EVENT, f"`{outcome}` is no outcome of {group.name}; it has: {known}.")


def _has_letter(fact: EventFact, file: CaseFile) -> bool:
    agency = fact.detail["agency"]
    return any(
        one.anchor == "scoping_sent" and one.detail.get("agency") == agency for one in file.events
    )


def _differing(act: Act, corrections: Sequence[tuple[EventFact, CaseEvent]]) -> tuple[Note, ...]:
    """Return a task for each correction of what somebody else had recorded.

    That a person says again what the agent recorded of the same day is none.
    """
    return tuple(
        Note(Task.DATES_DIFFER, _old_and_new(fact, old))
        for fact, old in corrections
        if act.event not in _RENEWED
        and old.by.strip().lower() != act.by.strip().lower()
        and not (old.by == AGENT and old.on == fact.on)
    )


def _recorded_line(fact: EventFact, act: Act) -> LogLine:
    return LogLine("event recorded", _sentence(fact), detail=_log_detail(fact, act))


def _corrected_line(fact: EventFact, old: CaseEvent, act: Act) -> LogLine:
    return LogLine("event corrected", _old_and_new(fact, old), detail=_log_detail(fact, act))


def _log_detail(fact: EventFact, act: Act) -> dict[str, str]:
    detail = {"event": fact.anchor, "on": fact.on.isoformat(), "by": act.by}
    return detail | ({"agency": fact.detail["agency"]} if "agency" in fact.detail else {})


def _old_and_new(fact: EventFact, old: CaseEvent) -> str:
    """Return what was recorded and what takes its place."""
    return f"{_told_of(old)} (recorded by {old.by}) becomes {_told_of(fact)} (by {fact.by})."


def _told_of(event: EventFact | CaseEvent) -> str:
    return f"{event.anchor} {spoken_day(event.on)}{_detail_words(event.detail)}"


def _detail_words(detail: Mapping[str, str]) -> str:
    """Return what may stand in the log of a detail: free words can name a child."""
    told = ", ".join(f"{key} {_words(detail[key])}" for key in _LOGGED if key in detail)
    return f" ({told})" if told else ""


def _said(fact: EventFact) -> str:
    return f"{EVENTS[fact.anchor]}, {spoken_day(fact.on)}"


def _sentence(fact: EventFact) -> str:
    said = f"{_said(fact)}{_detail_words(fact.detail)}"
    return f"{said[:1].upper()}{said[1:]}."


def _words(value: str) -> str:
    return value.replace("_", " ").replace(";", ", ")
