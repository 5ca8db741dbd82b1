"""Where a quoted mail begins: its header, a separator, "On ... wrote:"; and who wrote it.

Knows no more than the lines that announce a quote: what is quoted is said in `quotes`. From any
line at most a few lines are looked ahead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.banner_rules import BannerRules

# A header names many recipients, over many lines.
MAX_HEADER_LINES = 30
# "On ... wrote:" is folded after some 76 characters.
MAX_WROTE_LINES = 4
MAX_WROTE_CHARS = 500
MAX_LABEL = 24
MAX_SEPARATOR = 100
# The author stands in the first lines of a quoted mail's header, or in none.
MAX_LINES_TO_AUTHOR = 9

BLANKS = " \t\xa0\u200b\u200e\ufeff\r"
_ADDRESS = re.compile(r"[\w.+'&-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RULE = re.compile(r"[\s*_=~-]{5,200}\Z")
_RULES = frozenset("_-*=~–—")
_DASHES = " \t*_=~-–—>"
_TWO_DASHES = ("--", "––", "——", "__", "**", "==")


@dataclass(frozen=True, slots=True)
class Opener:
    """The lines up to `end` announce a quote: by a header, or by words that say "forwarded"."""

    end: int
    is_forward: bool = False
    is_headed: bool = False


class QuoteHeads:
    """Finds what announces a quote in lines of which some are `marked` as quoted already, and at
    some of which the HTML says that a header begins."""

    def __init__(
        self,
        lines: Sequence[str],
        marked: Sequence[bool],
        header: Sequence[bool] | None,
        rules: BannerRules,
    ) -> None:
        self.lines = lines
        self.marked = marked
        self.header = header
        self.rules = rules

    def is_marked_after(self, at: int) -> bool:
        """Return whether the next line that is not blank, from here, is marked as quoted."""
        following = self._following[at]
        return following < len(self.lines) and self.marked[following]

    @cached_property
    def _following(self) -> list[int]:
        """Return for each line the next one that is not blank, itself included."""
        following = [len(self.lines)] * (len(self.lines) + 1)
        for at in range(len(self.lines) - 1, -1, -1):
            following[at] = at if self.lines[at].strip(BLANKS) else following[at + 1]
        return following

    def find_opener(self, at: int) -> Opener | None:
        """Return what announces a quote from this line on, or None."""
        line = self.lines[at].strip(BLANKS)
        if not line:
            return None
        if self.header and self.header[at] and self._is_like_header(at):
            return Opener(self._end_of_header(at) or at + 1, is_headed=True)
        if (line[0] in _RULES or line[-1] == ":") and (found := self._find_separator(at, line)):
            return found
        if ":" in line[:MAX_LABEL] and self._label(line) and (end := self._end_of_header(at)):
            return Opener(end, is_headed=True)
        return self._find_wrote(at, line)

    def _find_separator(self, at: int, line: str) -> Opener | None:
        if len(line) > MAX_SEPARATOR:
            return None
        if line[0] in _RULES and _RULE.match(line):
            after = self._following[at + 1]
            end = self._end_of_header(after) if after < len(self.lines) else None
            return Opener(end, is_headed=True) if end else None
        words = line.strip(_DASHES).rstrip(":").lower().replace("’", "'")
        dashed = line[0] in _RULES
        is_forward = words in self.rules.forward_separators or (
            dashed and words.startswith(self.rules.forward_separators)
        )
        if is_forward and (dashed or line.endswith(":")):
            return Opener(at + 1, is_forward=True)
        is_reply = line.startswith(_TWO_DASHES) and words.startswith(self.rules.reply_separators)
        return Opener(at + 1) if is_reply else None

    def _label(self, line: str) -> str | None:
        """Return what a header line says: from, when or other; None for any other line."""
        label, colon, _ = line[:MAX_LABEL].partition(":")
        if not colon:
            return None
        return self.rules.labels.get(label.strip("* \t\xa0|>").lower().replace("’", "'"))

    def _end_of_header(self, at: int) -> int | None:
        """Return where the header of a quoted mail that begins at this line ends, or None.

        It must say from whom and when or about what: "From 21 December to 4 January" on two lines
        is not one.
        """
        seen: set[str] = set()
        end, blanks = at, 0
        for n in range(at, min(at + MAX_HEADER_LINES, len(self.lines))):
            line = self.lines[n].strip(BLANKS)
            kind = self._label(line) if line else None
            if not line:
                blanks += 1
                if blanks > 1 or {"from", "when"} <= seen:
                    break
            elif kind:
                blanks = 0
                if kind == "from" and not _is_author(line.partition(":")[2]):
                    return None
                seen.add(kind)
                end = n + 1
            elif n > at and not blanks and _goes_on(line):
                end = n + 1
            else:
                break
        return end if {"from", "when"} <= seen else None

    def _is_like_header(self, at: int) -> bool:
        """Return whether two of these lines are a label and a value, in whatever language."""
        return sum(":" in line[:MAX_LABEL] for line in self.lines[at : at + 4]) >= 2

    def _find_wrote(self, at: int, line: str) -> Opener | None:
        word = line[:MAX_LABEL].partition(" ")[0].lower()
        begins = word in self.rules.wrote_openings
        if not begins and not (line.endswith(":") and "@" in line[:MAX_WROTE_CHARS]):
            return None
        text = ""
        for n in range(at, min(at + MAX_WROTE_LINES, len(self.lines))):
            piece = self.lines[n].strip(BLANKS)
            if not piece or self.marked[n] or len(text) + len(piece) > MAX_WROTE_CHARS:
                return None
            text = f"{text} {piece}" if text else piece
            if piece.endswith(":") and self.says_wrote(text):
                # "On 14 December at 10:15, the head teacher wrote:" may be somebody's chronology.
                is_sure = "@" in text or self.is_marked_after(n + 1)
                return Opener(n + 1) if is_sure else None
            if not begins:
                return None
        return None

    def says_wrote(self, text: str) -> bool:
        """Return whether these words end as the line does that mail programs put over a quote."""
        text = text.rstrip(": \xa0*").lower()
        if text.endswith(self.rules.wrote_last):
            return True
        words = text.split()
        return any(verb in words for verb in self.rules.wrote_inside)

    def find_sender(self, first: int, end: int) -> str:
        """Return the author's address from the lines that announce the quote, or that head it."""
        lines = self.lines[first : end + MAX_LINES_TO_AUTHOR]
        bare = [line[:MAX_WROTE_CHARS].strip("> \t\xa0") for line in lines]
        for n, line in enumerate(bare):
            value = ""
            if self._label(line) == "from":
                # A long name pushes the address to the next line.
                value = " ".join(bare[n : n + 2 - any(map(self._label, bare[n + 1 : n + 2]))])
            elif line.endswith(":"):
                wrote = " ".join(bare[max(0, n + 1 - MAX_WROTE_LINES) : n + 1])
                value = wrote if self.says_wrote(wrote) else ""
            if value:
                found = _ADDRESS.search(value)
                return found[0].lower() if found else ""
        return ""


def may_rule(sign: str) -> bool:
    """Return whether separators may begin with this sign."""
    return sign[:1] in _RULES


def _is_author(value: str) -> bool:
    """Return whether this may stand behind From in a mail's header: no blank, no date."""
    value = value.strip("* \t\xa0")
    return bool(value) and ("@" in value or not value[0].isdigit())


def _goes_on(line: str) -> bool:
    """Return whether this is the second line of a long To or From."""
    return "@" in line or line.endswith((";", ">", ",")) or line.startswith("<")
