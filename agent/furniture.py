"""Which of the sender's lines are not the sender's: banners, disclaimers, markings, device lines.

Unsure means kept: a line goes only if it begins as furniture does, or goes on with furniture that
has begun.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from agent.banner_rules import BannerRules, first_word, normalise

# A text folded by a mail program has lines about this long, the last of a sentence apart.
_FOLDED = range(40, 120)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_DECORATION = re.compile(r"[\s*_=~#|+-]{4,200}\Z")
_SIGNS = re.compile(r"[\W_]+")
_MAX_MARKING = 60
_MAX_BANNER_SENTENCES = 12


class Furniture:
    """Takes the sender's lines one by one, in order; `kept` and `dropped` grow with them."""

    def __init__(self, lines: Sequence[str], rules: BannerRules) -> None:
        self.lines = lines
        self.rules = rules
        self.kept: dict[int, str] = {}
        self.dropped: set[int] = set()
        self._openings = rules.openings
        self._within = ""
        self._before = ""
        self._gap = True
        self._has_text = False

    def sort(self, own: Iterable[int]) -> dict[int, str]:
        """Return what is left of the lines at these places, by place."""
        places = [at for at in own if self.lines[at].strip()]
        for n, at in enumerate(places):
            self._gap = n == 0 or at != places[n - 1] + 1
            after = self.lines[places[n + 1]] if n + 1 < len(places) else ""
            self._take(at, self.lines[at], after)
        self._drop_decoration(places)
        return self.kept

    def _take(self, at: int, line: str, after: str) -> None:
        kind = self._begins(line, after)
        if kind:
            self._within = kind
        elif not self._goes_on(line):
            self._within = ""
        rest = self._rest_of_banner(line) if self._within == "banner" else ""
        if self._within and not rest:
            self.dropped.add(at)
            self._before = line
        else:
            self.kept[at] = rest or line
            self._within, self._has_text = "", True
        if self._within == "line":
            self._within = ""

    def _begins(self, line: str, after: str) -> str:
        """Return what begins with this line: banner, disclaimer, a single line, or ""."""
        rules, word = self.rules, first_word(line)
        if word not in self._openings and word.partition("-")[0] not in self._openings:
            return ""
        head = normalise(line)
        if len(head) <= _MAX_MARKING and _SIGNS.sub("", head) in rules.marking_lines:
            return "line"
        if _opens(head, word, rules.device_openings) and len(line) <= 2 * _MAX_MARKING:
            return "line"
        if self._is_banner(head, word) or self._announces(head, after):
            return "banner"
        is_start = self._gap or line.lstrip(" \t*_\"'(")[:1].isupper()
        return "disclaimer" if is_start and _opens(head, word, rules.disclaimer_openings) else ""

    def _announces(self, head: str, after: str) -> bool:
        """Return whether this line says "Caution:" and no more, and the banner is the next."""
        if len(head) > _MAX_MARKING or not self.rules.banner_head.fullmatch(head):
            return False
        return self._is_banner(normalise(after), first_word(after))

    def _is_banner(self, head: str, word: str) -> bool:
        if _opens(head, word, self.rules.banner_openings):
            return True
        if word.partition("-")[0] not in self.rules.banner_head_words:
            return False
        found = self.rules.banner_head.match(head)
        rest = head[found.end() :] if found else ""
        return _opens(rest, first_word(rest), self.rules.banner_openings)

    def _goes_on(self, line: str) -> bool:
        if not self._within:
            return False
        words = self.rules.banner_word if self._within == "banner" else self.rules.disclaimer_word
        count = len(set(words.findall(line[:1_000].lower())))
        folded = len(self._before) in _FOLDED and self._before.rstrip()[-1:] not in ".!?:"
        if not self._gap and folded and (count or not line.lstrip()[:1].isupper()):
            return True
        if self._within == "banner":
            return not self._gap and count >= 2
        return count >= 2 or (count == 1 and not self._gap and self._has_text)

    def _rest_of_banner(self, line: str) -> str:
        """Return what the sender wrote behind the banner on its line: some systems make one line
        of both. A sentence that speaks of links and senders is still the banner's."""
        if len(line) < _FOLDED.stop:
            return ""
        sentences = _SENTENCE.split(line.strip(), maxsplit=_MAX_BANNER_SENTENCES)
        for n, sentence in enumerate(sentences[1:], 1):
            if not any(map(str.isalnum, sentence)):
                continue
            words = set(self.rules.banner_word.findall(sentence[:1_000].lower()))
            if len(words) < 2 and not self._is_banner(normalise(sentence), first_word(sentence)):
                rest = " ".join(sentences[n:])
                return rest if rest in line else line
        return ""

    def _drop_decoration(self, places: Sequence[int]) -> None:
        """Drop rows of signs that framed what was dropped."""
        for n, at in enumerate(places):
            if at in self.kept and _DECORATION.match(self.lines[at]):
                around = places[max(0, n - 1) : n + 2]
                if len(around) < 3 or any(place in self.dropped for place in around):
                    del self.kept[at]
                    self.dropped.add(at)


def _opens(head: str, word: str, openings: Mapping[str, re.Pattern[str]]) -> bool:
    pattern = openings.get(word)
    return pattern is not None and pattern.match(head) is not None
