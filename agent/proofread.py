"""Reads a filled Word file over before it leaves, by the same reader that will read the answer.

Pure. Says what is wrong, never whose name it is: what is said here may stand in a log.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from agent.documents.docx import read_docx
from agent.documents.package import Unreadable
from agent.model.document import Block, Paragraph

_TEMPLATE_TAG = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
# What the printed forms and letters of the areas leave for a person to overwrite.
_PROMPT = re.compile(
    r"""[\[(<{]\s*(?:please\s+)?(?:insert|delete\s+as|enter|add|type|click|name\s+of)\b
      | \bday,\s+date,?\s+month,?\s+year\b | \bperson\s+person\b | \bx{3,}\b
      | \bclick\s+(?:or\s+tap\s+)?here\b | \bfirstname\.lastname@""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
# A full name has at least two words; with a single one nobody is told from anybody else.
_LEAST_WORDS, _MOST_WORDS = 2, 5
_SHOWN_CHARS = 40

_Name = tuple[str, ...]


def proofread(
    content: bytes,
    required: Mapping[str, str],
    own_names: Iterable[str],
    foreign_names: Iterable[str],
    told: Iterable[str] = (),
) -> str | None:
    """Return what is wrong with a filled Word file, in plain words, or None.

    `required` are the values it has to show, by what a person calls them. `own_names` are the names
    that may stand in it, which no `foreign_names` are taken for. `told` are further values: what
    they say is text, so that braces in them are no placeholder left over.
    """
    try:
        blocks, _ = read_docx(content)
    except Unreadable as unreadable:
        return f"it cannot be read back ({unreadable.code})"
    text = _one_line("\n".join(_texts(blocks)))
    shown = _letters(text)
    for name, value in required.items():
        if not value.strip():
            return f"{name} is empty"
        if _letters(value) not in shown:
            return f"{name} does not stand in it as it should"
    if (prompt := _PROMPT.search(text)) is not None:
        return f"a prompt was left in it: {text[prompt.start() :][:_SHOWN_CHARS]!r}"
    if _TEMPLATE_TAG.search(_without(text, [*required.values(), *told])):
        return "a placeholder of the template was left in it"
    if has_foreign_name(text, own_names, foreign_names):
        return "another child's name stands in it"
    return None


def texts_of(value: object) -> Iterator[str]:
    """Yield every text of a template's values, however deep it lies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in texts_of(one))
    elif isinstance(value, Iterable):
        yield from (text for one in value for text in texts_of(one))


# What each of the shipped Word files has to show, by the names of the values.
_REQUIRED: Mapping[str, Mapping[str, str]] = {
    "scoping.docx": {
        "the case's reference": "reference",
        "the child's name": "child_name",
        "the summary": "summary",
        "the period": "period",
        "the due date": "due",
        "the address for returns": "return_address",
        "the contact": "contact",
    },
    "scoping-letter.docx": {
        "the case's reference": "reference",
        "the addressee": "addressee",
        "the due date": "due",
        "the address for returns": "return_address",
        "the time that the review may take": "timeframe",
        "the contact": "contact",
        "who signs": "signatory",
    },
    "rapid-review-report.docx": {
        "the case's reference": "reference",
        "the child's name": "child_name",
        "the summary": "summary",
        "the date of the meeting": "meeting",
    },
    "panel-letter.docx": {
        "the case's reference": "reference",
        "the day of the notification": "notified_on",
        "the decision": "decision",
        "who signs": "signatory",
    },
}


def required_of(template: str, values: Mapping[str, object]) -> dict[str, str]:
    """Return what a Word file has to show that was filled with these values, for `proofread`."""
    names = _REQUIRED.get(template.rpartition("/")[2], {})
    return {words: str(values.get(name, "")) for words, name in names.items()}


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for cell in (cell for row in block.rows for cell in row):
                yield cell.text
                yield from _texts(cell.nested)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    """Return letters and digits alone: the reader may break and mark a text otherwise."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _without(text: str, values: Iterable[str]) -> str:
    told = {one for value in values if _TEMPLATE_TAG.search(one := _one_line(value))}
    for value in sorted(told, key=len, reverse=True):
        text = text.replace(value, " ")
    return text


def has_foreign_name(text: str, own: Iterable[str], foreign: Iterable[str]) -> bool:
    words = _words(text)
    mine = {name for one in own for name in _orders(_words(one))}
    places: set[int] = set()
    for at, name in _runs(words):
        if name in mine:
            places.update(range(at, at + len(name)))
    # A word of a name that may stand there is part of no other name.
    others = {name for at, name in _runs(words) if places.isdisjoint(range(at, at + len(name)))}
    return any(name in others for one in foreign for name in _orders(_words(one)))


def _orders(name: _Name) -> tuple[_Name, ...]:
    """Return a full name as it is spoken and with the surname first; none of a single word."""
    return (name, (name[-1], *name[:-1])) if len(name) >= _LEAST_WORDS else ()


def _runs(words: _Name) -> Iterator[tuple[int, _Name]]:
    for at in range(len(words)):
        for length in range(_LEAST_WORDS, _MOST_WORDS + 1):
            if at + length <= len(words):
                yield at, words[at : at + length]


def _words(text: str) -> _Name:
    return tuple(word.replace("’", "'") for word in _WORD.findall(text.casefold()))
