"""Where the signature lies in what a sender wrote.

Unsure means none: what follows the closing words must be short and look like names, roles and
addresses of an office, and no line of it may say something.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from agent.banner_rules import BannerRules, first_word, normalise
from agent.model.message import Address

MAX_LINES = 18
# A signature stands in the last lines, a postscript and a footer that nobody knows apart.
MAX_TAIL = 50
MAX_LINE_CHARS = 250
MAX_NAME_WORDS = 5
_DELIMITER = re.compile(r"[-_—–=*]{2,60}\Z")
_DASHES = "-_—–=*"
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# What follows the name on its line: a role, an agency, a telephone.
_AFTER_NAME = re.compile(r"[,|(–—/:]| - ")
_DATE = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b|\bd\.?o\.?b\b|\bnhs (?:no|number)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4}\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|www\.|https?:|\||\d[\d\s()]{7,}\d")
_LABEL = re.compile(r"([A-Za-z][\w /'&-]{0,40}):(?!/)")
_WORDS = re.compile(r"[\w'’]+")


def find_signature(
    lines: Mapping[int, str], rules: BannerRules, sender: Address
) -> Collection[int]:
    """Return the places of the lines, of these, that are the signature; empty if none is sure."""
    return _Finder(lines, rules, sender).find()


class _Finder:
    def __init__(self, lines: Mapping[int, str], rules: BannerRules, sender: Address) -> None:
        self.places = [at for at in lines if lines[at].strip()]
        self.raw = [lines[at] for at in self.places]
        self.lines = [line.strip() for line in self.raw]
        self.rules = rules
        self._content: dict[int, bool] = {}
        local_part = sender.email.partition("@")[0]
        shown = sender.name.partition("(")[0]
        words = _NAME_WORD.findall(f"{shown} {re.sub('[._]', ' ', local_part)}".lower())
        self.names = frozenset(word for word in words if len(word) > 1)

    def find(self) -> Sequence[int]:
        for at in range(max(0, len(self.lines) - MAX_TAIL), len(self.lines)):
            line = self.lines[at]
            if len(line) > MAX_LINE_CHARS:
                continue
            if found := self._find_from(at, line):
                return self.places[found.start : found.stop]
        return ()

    def _find_from(self, at: int, line: str) -> range | None:
        if line[0] in _DASHES:
            return self._after_delimiter(at)
        word = first_word(line)
        found = self._after_closing(at) if word in self.rules.closing_words else None
        if found is None and (word in self.names or word in self.rules.titles):
            found = self._bare_name(at)
        return found

    def _after_delimiter(self, at: int) -> range | None:
        start = at + 1
        if not _DELIMITER.match(self.lines[at]) or start == len(self.lines):
            return None
        if self._end(start) < len(self.lines):
            return None
        # RFC 3676, 4.3; any other row of dashes may part two paragraphs.
        is_sure = self.raw[at] == "-- " or self._is_senders_name(self.lines[start])
        if is_sure or any(map(_CONTACT.search, self.lines[start:])):
            return range(at, len(self.lines))
        return None

    def _after_closing(self, at: int) -> range | None:
        head = normalise(self.lines[at])
        closing = self.rules.closing.match(head)
        if closing is None:
            return None
        said = head[closing.end() :].strip(" ,.!-")
        if said and not self._is_name(self.lines[at][-len(said) - 2 :]):
            return None
        end = self._end(at + 1)
        # A mail that only says thanks says that.
        start = at + 1 if at == 0 and closing["thanks"] else at
        if end < len(self.lines) and not self._is_signed(at + 1, end):
            return None
        return range(start, end) if start < end else None

    def _bare_name(self, at: int) -> range | None:
        if at == 0 or not self._is_senders_name(self.lines[at]):
            return None
        before = self.lines[at - 1]
        is_apart = self.places[at] - self.places[at - 1] > 1 or before.endswith((".", "!", "?"))
        last = before.rpartition(" ")[2].lower()
        if not is_apart and (len(before) > 60 or last in self.rules.prose_words):
            return None
        if before.endswith((":", ",")):
            return None
        end = self._end(at)
        return range(at, end) if end == len(self.lines) else None

    def _is_signed(self, start: int, end: int) -> bool:
        """Return whether a signature that more text follows is one beyond doubt."""
        if start == end:
            return False
        after = normalise(self.lines[end])
        if first_word(after) in self.rules.postscripts:
            return True
        return self._is_senders_name(self.lines[start])

    def _end(self, start: int) -> int:
        """Return where the lines from here end that look like a signature."""
        for at in range(start, len(self.lines)):
            if at - start >= MAX_LINES:
                return start
            if self._is_content(at):
                # The paragraph may be a list of children under their names.
                while at > start and self.places[at] - self.places[at - 1] == 1:
                    at -= 1
                return at
        return len(self.lines)

    def _is_content(self, at: int) -> bool:
        if at not in self._content:
            self._content[at] = self._says_something(self.lines[at])
        return self._content[at]

    def _says_something(self, line: str) -> bool:
        head, word = normalise(line), first_word(line)
        known = self.rules.signature_openings.get(word)
        if known and known.match(head):
            return False
        if len(line) > MAX_LINE_CHARS or line.endswith("?") or _DATE.search(line):
            return True
        if word in self.rules.postscripts and len(head) > 3:
            return True
        label = _LABEL.match(line)
        if label and label[1].strip().lower() not in self.rules.contact_labels:
            return True
        if _CONTACT.search(line):
            return False
        words = [word.lower().replace("’", "'") for word in _WORDS.findall(line)]
        small = sum(word in self.rules.prose_words for word in words)
        return len(words) >= 3 and (
            small >= 3 or (small >= 1 and line.endswith((".", "!", ":", ",")))
        )

    def _is_name(self, text: str) -> bool:
        words = _NAME_WORD.findall(text)
        return 0 < len(words) <= MAX_NAME_WORDS and all(word[0].isupper() for word in words)

    def _is_senders_name(self, line: str) -> bool:
        name = _AFTER_NAME.split(line, maxsplit=1)[0]
        words = [word.lower() for word in _NAME_WORD.findall(name)]
        words = [word for word in words if word not in self.rules.titles and len(word) > 1]
        return 0 < len(words) <= MAX_NAME_WORDS and all(word in self.names for word in words)
