"""Which case a mail belongs to, told by keys and never by the likeness of subjects.

Pure: `keys_of` says what to look for, the store finds the cases that share a key, and `match`
judges them. Only a certain match joins a case; anything weaker is shown to a person, as are the
cases whose child is merely alike.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from agent.likekeys import Told, asked_keys
from agent.likeness import Likeness, likeness
from agent.model.case import Candidate, CaseMatch, CaseSnapshot, Certainty, Child, Key
from agent.model.facts import Facts
from agent.model.form import Form
from agent.model.message import Kind
from agent.reference import find_references, is_genuine, office_key
from agent.ruleset import MatchLimits

# A thread's References grow without bound; the newest ids are the ones that can be ours.
_MAX_THREAD_IDS = 20
_MAX_REFERENCES = 5
_MAX_OFFICE_REFERENCES = 40
_LOOKED_AT = 3_000
_RUN = re.compile(r"[A-Za-z0-9]+(?:[ /-][A-Za-z0-9]+)+")

_REFERRALS = frozenset({Kind.SERIOUS_INCIDENT_REFERRAL, Kind.PRACTICE_LEARNING_REFERRAL})
_ENDED = frozenset({"closed", "withdrawn"})
_NO_CASE = CaseMatch(Certainty.NONE)


def child_of(facts: Facts) -> Child:
    """Return the subject child as the form names them; every part may be None."""
    return _child_on(facts.form)


def children_of(facts: Facts) -> tuple[Child, ...]:
    """Return every subject child as the form names them: the first, of whom every part may be
    None, and those beside it. Siblings in the family are none."""
    return _children_on(facts.form)


def told_of(facts: Facts) -> tuple[Told, ...]:
    """Return what the mail's form tells of each subject child, of the first also its home: the
    form the kind rests on, or else the first filled one."""
    form = _form_of(facts)
    if form is None:
        return (Told(Child(None, None)),)
    rows = form.value("family")
    family = (row.get("name") for row in rows) if isinstance(rows, tuple) else ()
    first, *others = _children_on(form)
    home = Told(first, form.text("child_address"), tuple(filter(None, family)))
    return (home, *map(Told, others))


def same_child(told: Child, children: Sequence[Child]) -> Child | None:
    """Return which of these children is the told one, by what both have; None where it is none."""
    best = max(children, key=lambda one: _agreements(told, one), default=None)
    return best if best is not None and _agreements(told, best) else None


def incident_on(facts: Facts) -> date | None:
    """Return the incident's day as the form states it, or None."""
    return _incident_on(facts.form)


def child_keys(child: Child) -> tuple[Key, ...]:
    """Return the keys a child can be found by: name with birth date, and NHS number."""
    keys = []
    if child.name and child.dob and (name := _normal_name(child.name)):
        keys.append(Key("child", f"{name}|{child.dob.isoformat()}"))
    if child.nhs_number:
        keys.append(Key("nhs_number", re.sub(r"\D", "", child.nhs_number)))
    return tuple(keys)


def keys_of(facts: Facts, prefix: str, secret: bytes) -> tuple[Key, ...]:
    """Return everything this mail can be matched by: genuine references, its thread, the child."""
    message, reading = facts.message, facts.reading
    words = f"{message.subject}\n{message.text}"
    references = find_references(words, prefix)[:_MAX_REFERENCES]
    reported = reading.report.original_ids if reading.report else ()
    thread = (*message.in_reply_to, *message.references[-_MAX_THREAD_IDS:])
    return (
        *(Key("ref", reference) for reference in references if is_genuine(reference, secret)),
        *(Key("message_id", id_) for id_ in dict.fromkeys(thread)),
        *(Key("message_id", id_) for id_ in reported),
        *(Key("office_ref", reference) for reference in _office_references(words)),
        *(key for child in children_of(facts) for key in child_keys(child)),
        *(key for told in told_of(facts) for key in asked_keys(told)),
    )


def match(facts: Facts, candidates: Sequence[Candidate], limits: MatchLimits) -> CaseMatch:
    """Return the case this mail belongs to.

    A referral joins a case only where the child is the same and the incident is: dates within
    `incident_days`, or the mail names the case by a genuine reference or its thread. Any other
    mail belongs to the one case it names. Everything weaker is proposed: what the mail names, or
    else the cases whose child is like the one on its form.
    """
    named = _cases(candidates, "ref", "message_id")
    # An office's own reference has no check characters: it counts from people who are known.
    by_office = _cases(candidates, "office_ref")
    if facts.reading.standing.known is not None or facts.reading.is_decider:
        named = named or by_office
    if facts.classification.kind not in _REFERRALS:
        if len(named) == 1 and not _is_other_child(children_of(facts), named[0].children):
            return CaseMatch(Certainty.CERTAIN, named[0], why="reference or thread")
        if named := named or by_office:
            return _proposed(named, "it names the case")
        return _alike(facts, [one for one in candidates if one.case.state not in _ENDED], limits)
    of_child = _cases(candidates, "child", "nhs_number")
    day = incident_on(facts)
    same_incident = [case for case in of_child if _near(case, day, limits.incident_days.value)]
    certain = same_incident or [case for case in of_child if day is None and case in named]
    if len(certain) == 1:
        return CaseMatch(Certainty.CERTAIN, certain[0], why="same child and incident")
    if of_child:
        return _proposed(of_child, "same child")
    return _proposed(named, "it names it") if named else _alike(facts, candidates, limits)


def _alike(facts: Facts, candidates: Sequence[Candidate], limits: MatchLimits) -> CaseMatch:
    """Propose the cases with a child like one that the mail's form names, the likest first.

    The mail still names no case: what is said of a wrong reference stays true.
    """
    children, day = [one.child for one in told_of(facts)], _incident_on(_form_of(facts))
    found = [(_likest(children, day, one, limits), one.case) for one in candidates]
    found = [one for one in found if one[0].points >= limits.propose_from.value]
    found.sort(key=lambda one: one[0].points, reverse=True)
    likest = found[: limits.propose_most.value]
    why = "; ".join(dict.fromkeys(how.why for how, _ in likest))
    match = _proposed(tuple(case for _, case in likest), why)
    return replace(match, by_likeness=bool(likest))


def _likest(
    children: Sequence[Child], day: date | None, candidate: Candidate, limits: MatchLimits
) -> Likeness:
    """Return how alike the two children are who are most alike."""
    case, shared = candidate.case, {key.sort for key in candidate.shared}
    pairs = ((told, replace(case, child=one)) for told in children for one in case.children)
    each = (likeness(told, day, about, shared, limits) for told, about in pairs)
    return max(each, key=lambda one: one.points)


def _form_of(facts: Facts) -> Form | None:
    return facts.form or next((one for one in facts.reading.forms if one.filled), None)


def _child_on(form: Form | None) -> Child:
    if form is None:
        return Child(None, None)
    return Child(form.text("child_name"), _day(form.text("child_dob")), form.text("nhs_number"))


def _children_on(form: Form | None) -> tuple[Child, ...]:
    first = _child_on(form)
    rows = form.value("children") if form is not None else None
    if not isinstance(rows, tuple):
        return (first,)
    # The first of the rows is the child of the form's own fields.
    others = (Child(row.get("name"), _day(row.get("dob"))) for row in rows[1:])
    named = (one for one in others if one.name or one.dob)
    return (first, *(one for one in dict.fromkeys(named) if one != first))


def _incident_on(form: Form | None) -> date | None:
    return None if form is None else _day(form.text("incident_date"))


def _is_other_child(told: Sequence[Child], known: Sequence[Child]) -> bool:
    """Return whether a form is about other children than the case: names and birth dates that
    all differ. One alone may be misspelt, married, or typed wrong."""
    return all(_differ(one, other) for one in told for other in known)


def _differ(told: Child, known: Child) -> bool:
    if told.name is None or known.name is None or told.dob is None or known.dob is None:
        return False
    return _normal_name(told.name) != _normal_name(known.name) and told.dob != known.dob


def _agreements(one: Child, other: Child) -> int:
    """Return how much two children have in common; a name counts most, for twins share a day."""
    names = [_normal_name(child.name or "") for child in (one, other)]
    numbers = [re.sub(r"\D", "", child.nhs_number or "") for child in (one, other)]
    return (
        2 * (names[0] == names[1] != "")
        + (one.dob == other.dob is not None)
        + 2 * (numbers[0] == numbers[1] != "")
    )


def _office_references(words: str) -> tuple[str, ...]:
    """Return what may be an office's own references: words joined by a hyphen, stroke or blank,
    from a capital to a digit ("SCP/26/014"), each beginning of such a run."""
    found: dict[str, None] = {}
    for run in _RUN.findall(words[:_LOOKED_AT]):
        parts = re.split(r"[ /-]", run)
        for start in range(len(parts)):
            for end in range(start + 2, min(start + 6, len(parts)) + 1):
                if parts[start][:1].isupper() and parts[end - 1][-1:].isdigit():
                    found[office_key("".join(parts[start:end]))] = None
    return tuple(found)[:_MAX_OFFICE_REFERENCES]


def _proposed(cases: tuple[CaseSnapshot, ...], why: str) -> CaseMatch:
    return CaseMatch(Certainty.PROPOSED, proposals=cases, why=why) if cases else _NO_CASE


def _cases(candidates: Sequence[Candidate], *sorts: str) -> tuple[CaseSnapshot, ...]:
    return tuple(one.case for one in candidates if any(key.sort in sorts for key in one.shared))


def _near(case: CaseSnapshot, day: date | None, days: int) -> bool:
    if case.incident_on is None or day is None:
        return False
    return abs((case.incident_on - day).days) <= days


def _normal_name(name: str) -> str:
    """Return the name's words in one order, so that "ALDER, Robin" equals "Robin Alder"."""
    return " ".join(sorted(re.findall(r"\w+", name.casefold())))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
