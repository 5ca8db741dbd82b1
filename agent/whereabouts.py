"""Whether a referral tells of another authority than the area's own: by where the child lives,
where it happened, or who looks after the child.

Pure. It makes work for a person and nothing else: no other area is ever told of a case by itself.
"""

import re
from collections.abc import Iterator

from agent import answers
from agent.model.decision import Note, Task
from agent.model.facts import Facts
from agent.model.form import Form
from agent.phrases import split_sentences
from agent.profile import Office

# The answers that are places, as a person calls them.
_PLACES = {"child_address": "the child's home", "incident_location": "the place of the incident"}
# The answers that may name the authority a child belongs to.
_OF_AUTHORITIES = (*_PLACES, "looked_after", "open_to_social_care", "child_protection_plan")
_TOLD_IN = (*_OF_AUTHORITIES, "carer_at_incident", "summary", "reason_for_referral")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_NAME = r"(?:[A-Z][\w'’-]+(?:\s+(?:and|of|upon|on|with)\s+|\s+)?){1,4}"
_AUTHORITY = re.compile(
    rf"\b(?:(?:London|Royal|Metropolitan)\s+)?(?:Borough|Council|County|City)\s+of\s+"
    rf"(?P<behind>{_NAME})|\b(?P<before>{_NAME})(?:Council|Borough|Local\s+Authority)\b"
)
_OTHER_WORDS = """
    borough by city council county district from here home in la lb local london metropolitan no
    placed royal the yes
"""
_NO_NAME = frozenset(_OTHER_WORDS.split())
_PLACED = re.compile(r"\bplace(?:d|ment)\b|\blooked after\b", re.IGNORECASE)
_LOOKED_AFTER = re.compile(
    r"\W*(?:y|yes|true)\b|.*\b(?:s(?:ection|\.)?\s*(?:20|31|38)|care\s+order|ico\b|accommodated"
    r"|foster\w*|in\s+care|children['’]?s\s+home|residential|c?lac\b|cla\b|placed\s+by)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_LOOKED_AFTER = re.compile(
    r"\W*(?:n|no|not|never|nil|none|false|previous\w*|former\w*|until|ceased|was)\b", re.IGNORECASE
)


def placement_tasks(facts: Facts, office: Office) -> Iterator[Note]:
    """Yield a task where a referral tells of another authority, and where of a looked-after child.

    What it says names no child: which answer tells of it, and what the rules ask.
    """
    form, notices = facts.form, office.limits.notices
    if form is None:
        return
    if found := list(dict.fromkeys(_signs(form, office))):
        text = f"{_sentence(found)} {notices.out_of_area.value}"
        yield Note(Task.OUT_OF_AREA, text)
    if is_looked_after(form):
        text = notices.looked_after.value
        if form.value("incident_is_death") is True:
            text += f" {notices.looked_after_death.value}"
        yield Note(Task.LOOKED_AFTER, text)


def is_looked_after(form: Form) -> bool:
    """Return whether the form says that the child is looked after; that it was, is no answer."""
    said = form.text("looked_after") or ""
    return _NOT_LOOKED_AFTER.match(said) is None and _LOOKED_AFTER.match(said) is not None


def _signs(form: Form, office: Office) -> Iterator[str]:
    if office.site.places:
        for name, words in _PLACES.items():
            if _is_elsewhere(form.text(name) or "", office):
                yield f"{words} is none of the area's places"
    for name in _OF_AUTHORITIES:
        for authority in _authorities(form.text(name) or "", office):
            yield f"{authority} is named"
    for name in _TOLD_IN:
        text = form.text(name) or ""
        if office.phrases.find("out_of_area", split_sentences(text)) is not None:
            yield f"the answer on {name.replace('_', ' ')} says so"
        for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text):
            if _PLACED.search(sentence):
                yield from (f"{one} is named" for one in _authorities(sentence, office))


def _is_elsewhere(address: str, office: Office) -> bool:
    """Return whether an address that can be told is in none of the area's places.

    "At home" or "the park" is no address; nor is a pointer to another answer.
    """
    if answers.is_not_known(address) or answers.points_elsewhere(address):
        return False
    spaced = _POSTCODE.sub(r"\1 \2", address)
    if not _POSTCODE.search(spaced) and not re.search(r"[,\n]\s*\w", spaced.strip()):
        return False
    return not any(_has_word(place, spaced) for place in office.site.places)


def _authorities(text: str, office: Office) -> Iterator[str]:
    """Yield the authorities that a text names and that are not the area's own."""
    own = " ".join((office.profile.name, office.profile.short_name, *office.site.places))
    for found in _AUTHORITY.finditer(text):
        words = re.findall(r"[^\W\d_]+", found["before"] or found["behind"] or "")
        names = [word for word in words if word[0].isupper() and word.casefold() not in _NO_NAME]
        if names and not any(_has_word(name, own) for name in names):
            yield " ".join(found[0].split())


def _has_word(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def _sentence(found: list[str]) -> str:
    text = "; ".join(found)
    return f"{text[:1].upper()}{text[1:]}."
