"""Reads fields told in prose by a mail that holds no form: a referral, a copy of a notification, an
agency's answer.

Pure, and never a guess: only what the mail says, in its author's own words. Two different answers
to one question are none, and a problem; what is not told is None.
"""

import re

from agent.bodyform import BODY_FILENAME
from agent.model.form import FieldValue, Form, Problem
from agent.model.message import Kind, Message
from agent.model.words import OwnWords
from agent.prose import child as of_child
from agent.prose import incident, reasons
from agent.prose.found import Found
from agent.prose.passage import Passage, take_passage
from agent.prose.people import find_child
from agent.prose.replies import QUESTIONS, read_reply, read_respondent
from agent.prose.signed import Author, find_author

__all__ = ["LAYOUT", "QUESTIONS", "read_prose"]

LAYOUT = "mail text"

_REFERRALS = frozenset(
    {Kind.SERIOUS_INCIDENT_REFERRAL, Kind.PRACTICE_LEARNING_REFERRAL, Kind.NOTIFICATION_COPY}
)
_RETURNS = frozenset({Kind.SCOPING_RETURN, Kind.NIL_RETURN})
_COVER = re.compile(
    r"""\b(?:attach\w*|enclos\w+|herewith|form|copy|below|as\s+(?:discussed|requested|promised
      |agreed)|zipped|password|
    let\s+me\s+know|give\s+me\s+a|shout|apolog\w+|sorry|thanks|file|circulation|records
      |submission|previously)\b""",
    re.IGNORECASE | re.VERBOSE,
)

Fields = dict[str, FieldValue | None]


def read_prose(kind: Kind, message: Message, words: OwnWords) -> Form | None:
    """Return what a mail of this kind tells without a form, as the form of layout "mail text".

    None for other kinds, and for a mail that tells nothing. Of a forward it is what is passed on.
    """
    if kind not in _REFERRALS | _RETURNS:
        return None
    passage = take_passage(message, words)
    author = find_author(passage)
    if kind in _RETURNS:
        return _form(kind, _reply(kind, passage, author), ())
    return _form(kind, *_referral(kind, passage, author))


def _form(kind: Kind, fields: Fields, problems: tuple[Problem, ...]) -> Form | None:
    if all(value is None for value in fields.values()):
        return None
    return Form(LAYOUT, kind.value, BODY_FILENAME, fields, problems)


def _reply(kind: Kind, passage: Passage, author: Author) -> Fields:
    fields = read_respondent(passage, author)
    if kind is Kind.SCOPING_RETURN:
        return fields | read_reply(passage)
    return fields | dict.fromkeys(QUESTIONS)


def _referral(kind: Kind, passage: Passage, author: Author) -> tuple[Fields, tuple[Problem, ...]]:
    others = [str(author.name.value) if author.name else "", passage.author]
    lead = reasons.find_lead(passage)
    if lead[0] is not None:
        others.append(str(lead[0].value))
    child = find_child(passage, others)
    is_death = incident.find_is_death(passage)
    if kind is Kind.PRACTICE_LEARNING_REFERRAL and is_death is not None and not is_death.value:
        is_death = None
    birth = of_child.find_birth(passage, child[0])
    readings = {
        "child_name": child,
        "child_dob": birth,
        "child_address": of_child.find_address(passage, child[0]),
        "child_gender": of_child.find_gender(passage, child[0]),
        "nhs_number": of_child.find_nhs_number(passage),
        "incident_date": incident.find_incident_day(
            passage, None if is_death is None else bool(is_death.value), birth[0]
        ),
        "incident_location": incident.find_location(passage),
        "dsl_name": lead,
    }
    is_learning = kind is Kind.PRACTICE_LEARNING_REFERRAL
    fields: dict[str, Found | None] = {name: found for name, (found, _) in readings.items()}
    fields |= {
        "incident_is_death": is_death,
        "summary": _summary(passage),
        "reason_for_referral": reasons.find_reason(passage),
        "learning": reasons.find_learning(passage) if is_learning else None,
        "referrer_name": author.name,
        "referrer_role": author.role,
        "referrer_agency": author.agency,
        "referrer_contact": author.contact,
    }
    problems = [problem for _, found in readings.values() for problem in found]
    if fields["child_dob"] is None:
        problems += of_child.unreadable_birth(passage)
    kept = {name: None if one is None else one.as_field() for name, one in fields.items()}
    return kept, tuple(dict.fromkeys(problems))


def _summary(passage: Passage) -> Found | None:
    """Return the whole account; None where every sentence only brings a file along."""
    if all(_COVER.search(one.text) or len(one.text.split()) < 4 for one in passage.sentences):
        return None
    return Found(passage.text, passage.sentences[0], passage.text, 0.8)
