"""What a rule of rules/mail.toml may ask of a mail. Pure; each predicate says what it saw, or None.

The names and arguments are explained in the README; a rule that asks for another name is refused at
start.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from agent.model.document import LOCKED
from agent.model.facts import Reading
from agent.model.form import Form
from agent.model.message import Evidence, Kind
from agent.model.words import Sentence
from agent.phrases import Phrases, split_sentences

# What a predicate found, in words and place; None where it does not hold.
Found = tuple[Evidence, ...] | None
Predicate = Callable[[Reading, Phrases, Any], Found]

_SNIPPET = 120
# What a scoping form asks about the agency's own involvement; a nil return says little there.
_ABOUT_INVOLVEMENT = (
    "involvement_summary",
    "practice_analysis",
    "partnership_concerns",
    "other_agencies_known",
    "further_info",
)
_SHORT_ANSWERS = 60
# Two or more groups joined by hyphens or strokes, letters first, the last with a digit.
_CASE_LIKE = re.compile(r"\b[A-Z]{2,6}(?:[ /-][A-Z]{1,4}){0,2}[ /-]\d{2,4}[/-][A-Z]?\d{1,4}\b")
_LOOKED_AT = 2_000
# What machines write is told by headers; danger has a flag of its own.
_NOT_TOLD_BY_WORDS = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.IMMEDIATE_RISK, Kind.UNKNOWN})
# Pictures, calendar entries and cards come with a mail; nobody sends them as their answer.
_NOT_SENT_AS_ANSWER = frozenset({"body", "image", "calendar", "card", "unknown", "html"})


def _always(_reading: Reading, _phrases: Phrases, _argument: object) -> Found:
    return ()


def _screened_as(reading: Reading, _phrases: Phrases, words: Sequence[str]) -> Found:
    screening = reading.screening
    return screening.evidence if screening.automatic in words else None


def _filled_form(reading: Reading, _phrases: Phrases, kinds: Sequence[str]) -> Found:
    return _forms(form for form in reading.forms if form.kind in kinds and form.filled)


def _blank_form(reading: Reading, _phrases: Phrases, kinds: Sequence[str]) -> Found:
    return _forms(form for form in reading.forms if form.kind in kinds and not form.filled)


def _forms(forms: Iterable[Form]) -> Found:
    found = tuple(Evidence(f"attachment {form.filename}", form.layout) for form in forms)
    return found or None


def _says(reading: Reading, phrases: Phrases, sets: Sequence[str]) -> Found:
    return _say_in(phrases, sets, "own words", reading.said)


def _thread_says(reading: Reading, phrases: Phrases, sets: Sequence[str]) -> Found:
    return _say_in(phrases, sets, "thread", reading.thread_said)


def _subject_says(reading: Reading, phrases: Phrases, sets: Sequence[str]) -> Found:
    """The subject, whoever wrote it: of an answer it is that of the mail answered."""
    return _say_in(phrases, sets, "subject", reading.subject_said)


def _document_says(reading: Reading, phrases: Phrases, sets: Sequence[str]) -> Found:
    """A file's name or first lines."""
    return _say_in(phrases, sets, "document", reading.titles)


def _tells(reading: Reading, phrases: Phrases, pair: Sequence[Any]) -> Found:
    """At least so many sentences of the own words say what the set means."""
    name, count = pair
    found = [one.text for one in reading.said if phrases.find(name, [one]) is not None]
    if len(found) < count:
        return None
    return tuple(Evidence(f"own words: {name}", text[:_SNIPPET]) for text in found[:count])


def _asks(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    """The own words hold a question mark."""
    asked = next((one.text for one in reading.said if one.text.endswith("?")), None)
    if (asked is not None) != wanted:
        return None
    return (Evidence("own words", asked[:_SNIPPET]),) if asked else ()


def _is_forward(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    return () if reading.words.forwarded == wanted else None


def _leans_to(reading: Reading, _phrases: Phrases, pair: Sequence[Any]) -> Found:
    """The words lean to this kind before any other, with at least this share of 1."""
    kind, share = pair
    first = next(iter(reading.leaning), None)
    if first is None or first.to != kind or first.share < share:
        return None
    return (Evidence(f"leans to {kind} ({first.share:.2f})", ", ".join(first.words)),)


def _leans(reading: Reading, _phrases: Phrases, share: float) -> Found:
    """The words lean with at least this share to a kind that words can tell."""
    first = next(iter(reading.leaning), None)
    if first is None or first.to in _NOT_TOLD_BY_WORDS:
        return None
    return _leans_to(reading, _phrases, (first.to, share))


def _form_says(reading: Reading, phrases: Phrases, sets: Sequence[str]) -> Found:
    """Every answer of a filled scoping form, taken together, says no more than these sets."""
    answers = [
        text
        for form in reading.forms
        if form.kind == Kind.SCOPING_RETURN and form.filled
        for name in _ABOUT_INVOLVEMENT
        if (text := form.text(name))
    ]
    if not answers or len(" ".join(answers).split()) > _SHORT_ANSWERS:
        return None
    return _say_in(phrases, sets, "form", split_sentences("\n\n".join(answers)))


def _say_in(
    phrases: Phrases, sets: Sequence[str], place: str, sentences: Sequence[Sentence]
) -> Found:
    for name in sets:
        if (sentence := phrases.find(name, sentences)) is not None:
            return (Evidence(f"{place}: {name}", sentence[:_SNIPPET]),)
    return None


def _is_reply(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    return () if reading.is_reply == wanted else None


def _answers_letter(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    """It is a reply in the thread of a request for information."""
    return () if (reading.thread == "letter") == wanted else None


def _has_document(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    files = [one for one in reading.documents if one.format not in _NOT_SENT_AS_ANSWER]
    if bool(files) != wanted:
        return None
    return tuple(Evidence(f"attachment {file.filename}", file.format) for file in files)


def _locked_file(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    """A file is attached that nobody here can open, and none that could be read."""
    files = [one for one in reading.documents if one.format not in _NOT_SENT_AS_ANSWER]
    locked = [one for one in reading.documents if one.problem in LOCKED]
    if (bool(locked) and all(one.problem is not None for one in files)) != wanted:
        return None
    return tuple(Evidence(f"attachment {file.filename}", file.problem or "") for file in locked)


def _is_passcode(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    return () if reading.is_passcode == wanted else None


def _live_risk(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    return reading.live_risk if bool(reading.live_risk) == wanted else None


def _sender_is(reading: Reading, _phrases: Phrases, words: Sequence[str]) -> Found:
    """One of `known` (in the register), its role, `decider` or `panel` (of the site), a domain."""
    address = reading.message.sender
    held = {address.domain, f"@{address.domain}"}
    if reading.standing.known is not None:
        held |= {"known", reading.standing.known.role}
    if reading.is_decider:
        held.add("decider")
    if reading.is_panel:
        held.add("panel")
    said = [word for word in words if word in held or address.domain.endswith(f".{word}")]
    return (Evidence("sender", said[0]),) if said else None


def _at_most_words(reading: Reading, _phrases: Phrases, count: int) -> Found:
    return () if len(reading.words.text.split()) <= count else None


def _names_case(reading: Reading, _phrases: Phrases, wanted: bool) -> Found:
    """A reference of ours, or what an office's own references look like (ABC/26/014)."""
    subject = f"{reading.words.subject} {reading.words.text}"[:_LOOKED_AT]
    seen = next(iter(reading.references), None) or next(iter(_CASE_LIKE.findall(subject)), None)
    if bool(seen) != wanted:
        return None
    return (Evidence("reference", seen),) if seen else ()


def _header_present(reading: Reading, _phrases: Phrases, name: str) -> Found:
    value = reading.message.header(name)
    return None if value is None else (Evidence(f"header {name}", value[:_SNIPPET]),)


def _header_is(reading: Reading, _phrases: Phrases, pair: Sequence[str]) -> Found:
    name, wanted = pair
    value = reading.message.header(name)
    if value is None or value.strip().lower() != wanted.lower():
        return None
    return (Evidence(f"header {name}", value[:_SNIPPET]),)


PREDICATES: Mapping[str, Predicate] = {
    "always": _always,
    "screened_as": _screened_as,
    "filled_form": _filled_form,
    "blank_form": _blank_form,
    "says": _says,
    "also_says": _says,
    "thread_says": _thread_says,
    "subject_says": _subject_says,
    "document_says": _document_says,
    "form_says": _form_says,
    "leans_to": _leans_to,
    "leans": _leans,
    "tells": _tells,
    "asks": _asks,
    "is_forward": _is_forward,
    "is_reply": _is_reply,
    "answers_letter": _answers_letter,
    "has_document": _has_document,
    "locked_file": _locked_file,
    "is_passcode": _is_passcode,
    "live_risk": _live_risk,
    "sender_is": _sender_is,
    "at_most_words": _at_most_words,
    "names_case": _names_case,
    "header_present": _header_present,
    "header_is": _header_is,
}
