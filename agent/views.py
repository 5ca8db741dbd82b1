"""What a decision notice brings to its case: a partner's view, or what a role decided. Pure.

A view decides nothing and is only ever proposed. A decision is proposed too, and recorded at once
only where the profile says so and nothing is doubtful; it is never read from what was passed on or
quoted, nor from a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from agent.authority import may_record, role_id, roles_of
from agent.clockrules import EVENTS
from agent.contradictions import find_contradiction
from agent.lifecycle import is_same_thing
from agent.london import LONDON, london_day
from agent.model.case import CaseFile
from agent.model.decision import AddEvents, Decision, EventFact, Footing, LogLine, Note, Task
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.profile import Office
from agent.timegranted import find_granted
from agent.viewwords import Outcome, Told, read_words

# The decisions that a role may take by mail.
BY_MAIL = frozenset({"criteria_decided", "rapid_review_agreed", "extension_granted"})
# The detail of an event that was recorded from such a mail: the roles on which it rests.
AUTHORISED = "authorised"
_PARTNER_ROLES = ("statutory_partner", "lead_representative")
_ENDED = ("closed", "withdrawn")
_SHOWN_CHARS = 300

# What was read: the names of events, each with its detail.
_Read = Sequence[tuple[str, Mapping[str, str]]]


def add_view(decision: Decision, facts: Facts, footing: Footing, office: Office) -> Decision:
    """Return the decision with the view or the decision that the notice gives."""
    file, standing = footing.file, facts.reading.standing
    if file is None or (standing.ceiling and not footing.vouched):
        return decision
    if facts.reading.words.forwarded:
        return _explained(decision, "It passes on what somebody else wrote: nothing is proposed.")
    if file.case.state in _ENDED:
        return _explained(decision, f"The case is {file.case.state}: nothing is proposed.")
    told = read_words(facts.reading.said, office)
    read = _decisions(told, facts, file, office) or _view(told, facts, file, office)
    every = (_event(anchor, detail, told, facts, footing, office) for anchor, detail in read)
    events = tuple(one for one in every if not _is_known(one, file))
    if not events:
        return _explained(decision, _why_none(told, is_known=bool(read)))
    change = AddEvents(file.case.ref, file.case.version, events)
    views = (disagreement(one, file) for one in events if one.anchor == "view_given")
    quoted = f" It says: “{told.words[:_SHOWN_CHARS]}”" if told.words else ""
    explained = _explained(decision, f"{' '.join(map(_sentence, events))}{quoted}")
    return replace(
        explained,
        changes=(*decision.changes, change),
        tasks=(*explained.tasks, *(note for note in views if note is not None)),
        log=(*decision.log, *(_line(one, facts) for one in events)),
    )


def disagreement(view: EventFact, file: CaseFile) -> Note | None:
    """Return the task for the scrutineer where this view is opposite to another partner's latest,
    proposed or recorded; None while exactly this is asked already."""
    latest = {
        one.detail.get("partner", ""): one.detail.get("outcome", "")
        for one in file.events
        if one.anchor == "view_given"
    }
    latest |= {view.detail["partner"]: view.detail["outcome"]}
    if len(set(latest.values())) < 2:
        return None
    text = "; ".join(f"{who}: {_words(latest[who])}" for who in sorted(latest))
    code = Task.ASK_SCRUTINEER
    asked = any(one.is_open and one.code == code and one.text == text for one in file.notes)
    return None if asked else Note(code, text)


def is_authorised(event: EventFact, office: Office) -> bool:
    """Return whether an event may be recorded of a mail though it is a decision: the profile says
    so, and the sender holds a role that may take it."""
    return (
        office.profile.decisions_by_mail == "auto"
        and event.anchor in BY_MAIL
        and AUTHORISED in event.detail
        and "@" in event.by
        and may_record(event.anchor, roles_of(event.by, office), office)
    )


def _decisions(told: Told, facts: Facts, file: CaseFile, office: Office) -> _Read:
    """Return what the sender's roles decide with it, as events with their details."""
    sender = facts.message.sender.email
    found: list[tuple[str, Mapping[str, str]]] = []
    if told.outcome and _may_tell("criteria_decided", told, sender, office):
        found.append(("criteria_decided", {"outcome": told.outcome}))
    is_go = told.is_go and told.outcome == "met"
    if is_go and _may_tell("rapid_review_agreed", told, sender, office):
        found.append(("rapid_review_agreed", {}))
    if may_record("extension_granted", roles_of(sender, office), office):
        received_on = london_day(facts.message.received_at)
        granted = find_granted(facts.reading.said, file, received_on, office)
        if granted is not None:
            found.append(
                ("extension_granted", dict(zip(("agency", "until"), granted, strict=True)))
            )
    return found


def _may_tell(event: str, told: Told, sender: str, office: Office) -> bool:
    """Return whether the sender's word is the deciding role's: one of several speaks for all of
    them only where the mail says that they decided together."""
    roles = [one for one in roles_of(sender, office) if may_record(event, frozenset({one}), office)]
    alone = any(_holders(role, office) == {sender} for role in roles)
    return bool(roles) and (alone or told.is_joint)


def _holders(role: str, office: Office) -> set[str]:
    return {
        address.lower()
        for name, whose in office.site.roles.items()
        if role_id(name) == role
        for address in (whose if isinstance(whose, tuple) else (whose,))
    }


def _view(told: Told, facts: Facts, file: CaseFile, office: Office) -> _Read:
    partner = find_partner(facts, office)
    outcome = told.outcome or (_recommended(file) if told.is_agreed else "")
    return [("view_given", {"partner": partner, "outcome": outcome})] if partner and outcome else []


def find_partner(facts: Facts, office: Office) -> str:
    """Return whose view the mail gives: the partner agency's id, else the role that gives views or
    decides, or the sender's address where others hold that role too; "" for anybody else."""
    known, sender = facts.reading.standing.known, facts.message.sender.email
    if known is not None:
        own = next((one.role for one in known.contacts if sender in one.addresses), "")
        if (own or known.role) in _PARTNER_ROLES:
            return known.id
    for role in sorted(roles_of(sender, office)):
        asked = frozenset({role})
        if any(may_record(one, asked, office) for one in ("view_given", "criteria_decided")):
            return role if _holders(role, office) == {sender} else sender
    return ""


def _recommended(file: CaseFile) -> Outcome:
    """Return the recommendation that a bare "agreed" is about, while the criteria are open."""
    recorded = [one for one in file.events if "proposed" not in one.detail]
    if any(one.anchor == "criteria_decided" for one in recorded):
        return ""
    last = next((one for one in reversed(recorded) if one.anchor == "recommended"), None)
    said = "" if last is None else last.detail.get("outcome", last.detail.get("recommendation", ""))
    words = said.lower().replace("_", " ").strip()
    return "met" if words == "met" else "not_met" if words == "not met" else ""


def _is_known(event: EventFact, file: CaseFile) -> bool:
    """Return whether the case has it already, as the last that was said of it; what was only
    proposed may still be recorded."""
    last = next((one for one in reversed(file.events) if is_same_thing(event, one)), None)
    if last is None or ("proposed" in last.detail and "proposed" not in event.detail):
        return False
    return all(last.detail.get(key) == value for key, value in _told(event))


def _event(
    anchor: str,
    detail: Mapping[str, str],
    told: Told,
    facts: Facts,
    footing: Footing,
    office: Office,
) -> EventFact:
    sender, local = facts.message.sender.email, facts.message.received_at.astimezone(LONDON)
    held = {} if footing.hold is None else {"hold": footing.hold.value}
    said = {**detail, "from": "mail", "time": f"{local:%H:%M}", **held}
    roles = ";".join(sorted(roles_of(sender, office)))
    taken = EventFact(anchor, local.date(), sender, {**said, AUTHORISED: roles})
    if is_authorised(taken, office) and _is_beyond_doubt(taken, told, facts, footing, office):
        return taken
    return replace(taken, detail={**said, "proposed": "yes"})


def _is_beyond_doubt(
    event: EventFact, told: Told, facts: Facts, footing: Footing, office: Office
) -> bool:
    """Return whether a decision needs no second look: whose mail, what it says, and the case."""
    reading, file = facts.reading, footing.file
    if file is None or file.case.state != "open" or told.is_hedged:
        return False
    if event.anchor == "criteria_decided" and not (told.is_decided or told.is_joint):
        return False
    is_sure = facts.classification.confidence >= office.limits.classify.sure_from.value
    is_genuine = reading.standing.verdict == "passed" and not reading.standing.ceiling
    is_plain = reading.wrapper is None and not footing.repeats_id
    is_now = footing.hold in (None, Hold.SHADOW)
    recorded = [one for one in file.events if "proposed" not in one.detail]
    is_new = not any(is_same_thing(event, one) for one in recorded)
    fits = not find_contradiction(event, recorded)
    return is_sure and is_genuine and is_plain and is_now and is_new and fits


def _explained(decision: Decision, text: str) -> Decision:
    """Return the decision with this added to what the person who confirms it is told."""
    return replace(
        decision,
        tasks=tuple(
            replace(one, text=f"{one.text} {text}".strip())
            if one.code is Task.CONFIRM_DECISION
            else one
            for one in decision.tasks
        ),
    )


def _why_none(told: Told, *, is_known: bool) -> str:
    if is_known:
        return "The case has it already."
    if told.is_mixed:
        return f"It says both met and not met: “{told.words[:_SHOWN_CHARS]}”"
    if told.is_agreed:
        return "It agrees, but not in so many words with what: see the thread."
    return "Nothing is proposed: read it."


def _sentence(event: EventFact) -> str:
    what = ", ".join(f"{key} {_words(value)}" for key, value in _told(event))
    named = f"{event.anchor} ({what})" if what else event.anchor
    if AUTHORISED in event.detail:
        return f"Recorded from the mail: {named}; if it is wrong, record it again."
    return f"Proposed, and recorded only by you: {named}."


def _told(event: EventFact) -> Iterator[tuple[str, str]]:
    for key in ("partner", "agency", "outcome", "until"):
        if key in event.detail:
            yield key, event.detail[key]


def _line(event: EventFact, facts: Facts) -> LogLine:
    proposed = "proposed" in event.detail
    action = "event proposed" if proposed else "event recorded"
    how = "a person confirms it" if proposed else "its sender may decide it by mail"
    what = f"{EVENTS[event.anchor][:1].upper()}{EVENTS[event.anchor][1:]}"
    detail = {"event": event.anchor, "on": event.on.isoformat(), "by": event.by}
    return LogLine(action, f"{what}, as the mail says: {how}.", facts.classification.rule, detail)


def _words(value: str) -> str:
    return value.replace("_", " ").replace(";", ", ")
