"""Where a form's title stands in a document: the document's own title, or a mention of another."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent.labels import label_key

# A title as short as "MARF" may stand inside other words; longer ones may be typed without blanks.
_SHORT_TITLE = 8
# A title with "Appendix 7:" or a version beside it is a title still; a sentence only mentions it.
_BESIDE_TITLE = 15


class TitleFound(NamedTuple):
    """Where a form's title stands: the greater, the more it is the document's own title.

    `is_whole` tells a line that is the title from one that mentions it; `before` counts the texts
    before it, as a negative number; `length` is that of the title found.
    """

    is_whole: bool
    before: int
    length: int


class Titles:
    """A form's titles, ready to be looked for; `...` in one stands for words between."""

    def __init__(self, titles: Sequence[str]) -> None:
        keys = ((title, label_key(title)) for title in titles if "..." not in title)
        self._whole = tuple(
            (key, re.compile(rf"\b{re.escape(title)}\b", re.I) if len(key) < _SHORT_TITLE else None)
            for title, key in keys
        )
        spread = (title.split("...") for title in titles if "..." in title)
        self._parted = tuple(tuple(map(label_key, parts)) for parts in spread)

    def find(self, texts: Sequence[tuple[str, str]]) -> TitleFound | None:
        """Return the best place where a title stands among texts, each given with its key."""
        found = [
            TitleFound(len(key) <= len(title) + _BESIDE_TITLE, -index, len(title))
            for index, (text, key) in enumerate(texts)
            for title, short in self._whole
            if title in key and (short is None or short.search(text))
        ]
        found += [
            TitleFound(False, -index, len(words[0]))
            for index, (_, key) in enumerate(texts)
            for words in self._parted
            if _are_in_order(words, key)
        ]
        return max(found, default=None)


def _are_in_order(words: Sequence[str], key: str) -> bool:
    at = 0
    for word in words:
        found = key.find(word, at)
        if found < 0:
            return False
        at = found + len(word)
    return True
