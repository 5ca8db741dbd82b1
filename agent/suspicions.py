"""Finds what on a form that was read does not belong there: another child's name, another area's
form, a form of a time gone by. Pure; every finding is for a person and changes no field.
"""

import re
from collections.abc import Iterator, Sequence

from agent.childnames import FORM_WORDS, find_other_children
from agent.model.document import Block, Document, Paragraph
from agent.model.form import Form, Problem

SUSPICIONS = {
    "other_child_named": "Another child's name stands where this child's should: the form may be "
    "an old copy, or about somebody else.",
    "other_area_form": "The form names another partnership or council as its own.",
    "old_version": "The form names bodies or reviews that no longer exist: it may be an old one.",
}

_AREA = re.compile(
    r"""\b(?:safeguarding\s+(?:(?:children|adults?|child)(?:['’]?s)?\s+(?:and\s+\w+\s+)?)?
            (?:partnership|board|assurance\s+partnership) | council | borough)\b
        (?:\s+(?:of|for)\s+(?P<behind>[^\W\d_].*))?""",
    re.IGNORECASE | re.VERBOSE,
)
# Words at which a name that stands before "Council" has not begun yet.
_BEFORE_NAME = frozenset({"to", "the", "for", "from", "by", "your", "our", "referral", "form"})
_INSIDE_NAME = frozenset({"and", "of", "with", "upon", "on", "in"})
_INITIALS = re.compile(r"\b([A-Z]{1,3})SC[PB]\b")
_SUPERSEDED = re.compile(
    r"\b(?:[A-Z]{0,3}SCBs?|SCRs?|CCGs?"
    r"|(?i:safeguarding\s+children(?:['’]?s)?\s+board|serious\s+case\s+reviews?"
    r"|clinical\s+commissioning\s+groups?|area\s+child\s+protection\s+committee))\b"
)
_NUMBERED = re.compile(r"(?:appendix|annex|form|part)\s+\w{1,4}\s*[:.–—-]\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+|\S*(?:www\.|://)\S+")
# A form says what it is in its first lines, and not in a sentence.
_TOP_TEXTS = 8
_MAX_TITLE = 200

Placed = tuple[str, str]


def find_suspicions(
    document: Document, form: Form, profile_names: Sequence[str]
) -> tuple[Problem, ...]:
    """Return what does not belong on a form: codes of `SUSPICIONS`, each with its evidence.

    `profile_names` are the partnership's own names, as "Lewisham Safeguarding Children
    Partnership" and "Lewisham SCP". What is pasted into a mail has no title of its own.
    """
    own = _place_words(" ".join(profile_names))
    found = [
        Problem("other_child_named", f"{place}: {name}")
        for name, place in find_other_children(document, form, own)
    ]
    if document.format != "body":
        top = list(_top(document.blocks, form))
        found += _other_areas(top, profile_names)
        found += _old_terms(top, profile_names)
    return tuple(dict.fromkeys(found))


def _top(blocks: Sequence[Block], form: Form) -> Iterator[Placed]:
    """Yield the texts in which a form says whose and what it is, as far as they are no answers:
    page headers and the first short texts."""
    answers = "\n".join(one.raw for one in form.fields.values() if one).casefold()
    headers: list[Placed] = []
    first: list[Placed] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            into = headers if block.place.startswith("header ") else first
            into.append((block.text, block.place))
        else:
            cells = block.rows[0] if block.rows else ()
            first += [(line, one.place) for one in cells for line in one.text.split("\n")]
    for text, place in (*headers, *first[:_TOP_TEXTS]):
        title = _ADDRESS.sub(" ", _NUMBERED.sub("", text)).strip()
        answer = title.rpartition(":")[2].strip().casefold()
        if answer and len(title) <= _MAX_TITLE and title[-1] != "." and answer not in answers:
            yield title, place


def _other_areas(top: Sequence[Placed], names: Sequence[str]) -> Iterator[Problem]:
    own = _place_words(" ".join(names))
    # "LSCP" is any local one; "MKSCP" that of Milton Keynes.
    initials = {"L", *("".join(word[0] for word in _capitals(name)).upper() for name in names)}
    if any(own & _place_words(text) for text, _ in top):
        return
    # Before a colon stands whose form it is, behind it what somebody typed.
    for text, place in ((text.partition(":")[0], place) for text, place in top):
        if _names_area(text) or any(one not in initials for one in _INITIALS.findall(text)):
            yield Problem("other_area_form", f"{place}: {text}")


def _names_area(text: str) -> bool:
    """Return whether the name of a place stands before or behind "Council" and the like."""
    found = _AREA.search(text)
    if found is None:
        return False
    before: list[str] = []
    for word in reversed(re.split(r"[,;|()–—/]", text[: found.start()])[-1].split()):
        small = word.casefold()
        if small in _BEFORE_NAME or (word[0].islower() and small not in _INSIDE_NAME):
            break
        before.append(word)
    return bool(_capitals(" ".join(before)) or _capitals(found["behind"] or ""))


def _capitals(text: str) -> list[str]:
    """Return the words written with a capital that forms do not use for themselves."""
    words = re.findall(r"[^\W\d_][^\W\d_'’-]+", text)
    return [word for word in words if word[0].isupper() and word.casefold() not in FORM_WORDS]


def _place_words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]+", text)} - FORM_WORDS


def _old_terms(top: Sequence[Placed], names: Sequence[str]) -> Iterator[Problem]:
    own = " ".join(names).casefold()
    for text, place in top:
        for found in _SUPERSEDED.finditer(text):
            if found[0].casefold() not in own:
                yield Problem("old_version", f"{place}: {found[0]}")
