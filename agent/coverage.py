"""Which of several children an answer speaks of: a return is owed on every child of the incident.

Pure. Children are told apart by their numbers in the case, so that nothing here names one. An
answer that names no child is about all of them.
"""

import re
from collections.abc import Iterator, Sequence

from agent.likekeys import names_of, plain_letters
from agent.match import children_of, same_child
from agent.model.case import CaseFile, Child
from agent.model.facts import Facts

# The questions of a return whose answers tell of what an agency knows.
_NARRATIVE = (
    "involvement_summary",
    "practice_analysis",
    "partnership_concerns",
    "other_agencies_known",
    "further_info",
)
_ANSWERS = ("return_received", "nil_received")
_NOUN = r"(?:children|child|kids|boys|girls|siblings|brothers|sisters|twins|subjects|names)\b"
_NOT_OF_A_PLACE = r"(?!['’]?s?['’]?\s+(?:home|cent|social|service|hospital|ward|board|trust|team))"
_ALL = re.compile(
    rf"""\b(?:both|neither|either|all|any|each|none|every|no)\s+(?:of\s+)?
            (?:(?:the|these|those|our|your)\s+)?(?:(?:two|three|four|subject|named)\s+)?
            (?:{_NOUN}|them\b){_NOT_OF_A_PLACE}
      | \b(?:the|these|those|said|named)\s+(?:(?:two|three|four|subject|named)\s+)?
            (?:children|twins|siblings)\b(?!['’]|\s*\d){_NOT_OF_A_PLACE}""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = r"(?:[1-9]|one|two|three|four)\b"
_BY_NUMBER = re.compile(
    rf"\bchild(?:ren)?\s*(?:no\.?|number|\#)?\s*({_NUMBER}(?:\s*(?:,|and|&)\s*(?:child\s*)?{_NUMBER})*)"
    r"|\b(first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:named\s+)?child\b",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_PLACES = {
    **{word: at for at, word in enumerate(("one", "two", "three", "four"), start=1)},
    **{word: at for at, word in enumerate(("first", "second", "third", "fourth"), start=1)},
    **{word: at for at, word in enumerate(("1st", "2nd", "3rd", "4th"), start=1)},
}


def children_left_out(
    facts: Facts, agency: str, file: CaseFile
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of the children that an agency's answer speaks of, and of those that
    neither it nor an earlier answer of the agency does; both empty where nobody is left out."""
    children = file.case.children
    every = range(1, len(children) + 1)
    covered = _spoken_of(facts, children) if len(children) > 1 else frozenset(every)
    if len(covered) == len(children):
        return (), ()
    before = {
        int(number)
        for event in file.events
        if event.anchor in _ANSWERS and event.detail.get("agency") == agency
        for number in event.detail.get("children", "").split(";")
        if number
    }
    left = tuple(number for number in every if number not in covered | before)
    return (tuple(sorted(covered)), left) if left else ((), ())


def _spoken_of(facts: Facts, children: Sequence[Child]) -> frozenset[int]:
    every = frozenset(range(1, len(children) + 1))
    text = "\n".join(_narrative(facts))
    if _ALL.search(text):
        return every
    told = {number for number in (*_by_number(text), *_by_name(text, children)) if number in every}
    return frozenset(told or _on_form(facts, children) or every)


def _narrative(facts: Facts) -> Iterator[str]:
    yield from (one.text for one in facts.reading.said)
    if facts.form is not None:
        yield from filter(None, (facts.form.text(name) for name in _NARRATIVE))


def _by_number(text: str) -> Iterator[int]:
    for found in _BY_NUMBER.finditer(text):
        words = _ONE_NUMBER.findall(found[1]) if found[1] else [found[2]]
        for word in words:
            yield int(word) if word.isdigit() else _PLACES[word.lower()]


def _by_name(text: str, children: Sequence[Child]) -> Iterator[int]:
    """Yield the number of each child whose given name stands in the text."""
    said = set(re.findall(r"[^\W\d_]+", plain_letters(text)))
    for number, child in enumerate(children, start=1):
        if any(name[0] in said for name in names_of(child.name) if len(name[0]) > 1):
            yield number


def _on_form(facts: Facts, children: Sequence[Child]) -> set[int]:
    known = (same_child(one, children) for one in children_of(facts))
    return {children.index(one) + 1 for one in known if one is not None}
