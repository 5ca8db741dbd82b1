"""Compares printed labels whatever their typing: one key for equal labels, one pattern for a label
with an answer behind it. Knows no form.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# A longer text is an answer, never a label; the longest label printed has about 150 characters.
MAX_LABEL = 400

_TAIL = re.compile(r"\s*\([^()]*\)[\s:;.,?*-]*$")
_MARKS = re.compile(r"[\W_]+")
_NUMBERING = re.compile(r"^[\W_]*(?:\d+(?:\.\d+)*[.):]?|[a-z][.)])\s+(?=[^\W\d])")
NUMBERING_BEFORE = r"[\W_]*(?:(?:\d+(?:\.\d+)*[.):]?|[a-z][.)])\s+)?"
_WORD = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)*")
# "DOB" is also written "D.O.B"; a longer word in capitals is a word.
_MAX_INITIALS = 4
# A key word this short is whole; a longer one is how a word begins: "safeguard", "refer".
_WHOLE_WORD = 4
_MAX_LABEL_WORDS = 30


def label_key(text: str) -> str:
    """Return what is left of a label when case, spacing, punctuation, numbering, quotes and
    bracketed tails do not count; "" where nothing is left, or for a text too long for a label."""
    return _key(text) if len(text) <= MAX_LABEL else ""


# Each text of a document is held against the labels of every layout.
@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _NUMBERING.sub("", text.casefold().replace("&", " and "))
    while text.rstrip(" :;.,?*-").endswith(")") and (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return _MARKS.sub("", text)


def label_pattern(labels: Iterable[str], before: str, after: str) -> re.Pattern[str]:
    """Return a pattern for any of the labels, the longest first, over spacing and punctuation."""
    spelled = []
    for label in sorted(labels, key=len, reverse=True):
        label = _TAIL.sub("", label.casefold().strip())
        words = re.findall(r"[^\W_]+|&", label)
        parts = [r"(?:&|and)" if word in ("&", "and") else re.escape(word) for word in words]
        if len(words) == 1 and len(label) <= _MAX_INITIALS and label.isalpha():
            parts = list(label)
        spelled.append(r"[\W_]*".join(parts))
    # An empty alternative would match everything; this one matches nothing.
    alternatives = "|".join(spelled) or r"(?!)"
    return re.compile(rf"{before}(?P<label>{alternatives})(?![^\W_]){after}", re.IGNORECASE)


def label_words(text: str) -> frozenset[str]:
    """Return the words of a label and what its longer words begin with, without case; none for a
    text too long for a label."""
    words = _WORD.findall(text.casefold()) if len(text) <= MAX_LABEL else []
    if len(words) > _MAX_LABEL_WORDS:
        return frozenset()
    begun = (word[:end] for word in words for end in range(_WHOLE_WORD + 1, len(word)))
    return frozenset((*words, *begun))
