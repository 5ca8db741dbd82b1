"""Which lines of a mail are quoted or forwarded, and from whom.

A quote is shown line by line (">", an HTML blockquote), and then what stands between is the
sender's; or only its beginning is shown (a header, a separator), and then it goes to the end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.banner_rules import BannerRules
from agent.htmlquotes import HtmlQuotes
from agent.quoteheads import BLANKS, Opener, QuoteHeads, may_rule

_QUOTED_BLANK = re.compile(r"\s*>\s*(?:>|\Z)")


@dataclass(frozen=True, slots=True)
class Quotes:
    """For each line whether it is quoted. Of the first quote: whether it says that it forwards,
    whether a mail's header stands over it as forwards and answers both have it, and its author."""

    quoted: Sequence[bool]
    is_forward: bool = False
    is_headed: bool = False
    sender: str = ""


def find_quotes(
    lines: Sequence[str], html: HtmlQuotes | None, rules: BannerRules, is_answer: bool
) -> Quotes:
    """Return which lines are quoted.

    Args:
        is_answer: The mail answers or forwards another one by its headers or its subject. In one
            that does not, lines with ">" and nobody's name above them may be somebody's list.
    """
    return _Reader(lines, html, rules).read(is_answer)


class _Reader:
    def __init__(self, lines: Sequence[str], html: HtmlQuotes | None, rules: BannerRules) -> None:
        self.lines = lines
        self.html = html
        self.rules = rules
        self.angled = list(map(is_angled, lines))
        in_html = html.quoted if html else [False] * len(lines)
        self.marked = [a or h for a, h in zip(self.angled, in_html, strict=True)]
        self.heads = QuoteHeads(lines, self.marked, html.header if html else None, rules)

    def read(self, is_answer: bool) -> Quotes:
        if any(self.angled) and not is_answer and not self._is_sure_of_angles():
            self.marked[:] = self.html.quoted if self.html else [False] * len(self.lines)
        quoted = list(self.marked)
        first = quoted.index(True) if True in quoted else len(quoted)
        announces: Opener | None = None
        is_open = False
        for at in self._candidates():
            if is_open:
                break
            opener = None if quoted[at] else self.heads.find_opener(at)
            if opener is None:
                continue
            is_open = not self.heads.is_marked_after(opener.end)
            end = len(self.lines) if is_open else opener.end
            quoted[at:end] = [True] * (end - at)
            if at < first:
                first, announces = at, opener
        if announces is None:
            return Quotes(quoted, sender=self.heads.find_sender(first, first))
        return Quotes(
            quoted,
            is_forward=announces.is_forward,
            is_headed=announces.is_headed and not self.heads.is_marked_after(announces.end),
            sender=self.heads.find_sender(first, announces.end),
        )

    def _candidates(self) -> Iterator[int]:
        """Yield the lines with which a quote might begin: nearly every line is none of them."""
        openings = tuple(f"{word} " for word in self.rules.wrote_openings)
        for at, line in enumerate(self.lines):
            if (
                ":" in line
                or may_rule(line[:2].strip(BLANKS))
                or line[:8].lstrip().lower().startswith(openings)
            ):
                yield at

    def _is_sure_of_angles(self) -> bool:
        """Return whether ">" means a quote here: quoted blank lines, quotes in quotes, somebody
        announced above, or nothing but such lines."""
        if all(
            angled or not line.strip() for line, angled in zip(self.lines, self.angled, strict=True)
        ):
            return True
        before = ""
        for line, angled in zip(self.lines, self.angled, strict=True):
            if angled and (_QUOTED_BLANK.match(line) or self.heads.says_wrote(before[-80:])):
                return True
            before = line if line.strip() else before
        return False


def is_angled(line: str) -> bool:
    """Return whether the line begins with ">"; not for mbox's own ">From the school ..."."""
    start = line[:20].lstrip()
    return start.startswith(">") and not (start.startswith(">From ") and ":" not in start)
