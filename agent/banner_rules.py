"""The furniture of mails (banners, disclaimers, closings, headers of quotes), strictly loaded.

Knows how its phrases are spelled and compared; what a found phrase means is said elsewhere.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from agent.declared import Declared, load_declared

# No phrase is longer, and a line may have a million characters.
MAX_HEAD = 400
_DECORATION = " \t\xa0\u200b\u200e\u200f\ufeff\ufe0f*_[]{}()<>|#=~-–—•·!:;.,\"'⚠❗🔒"
# No first word of a phrase is longer.
_MAX_WORD = 60
_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u200b": None, "\ufeff": None}
)
_SIGNS = {"(": "(?:", ")": ")", ")?": ")?", "|": "|", "...": r"\b.{0,60}?\b"}
_FIRST = re.compile(r"[^\W\d_][^\s()|.]*(?=\s|$)")
_PIECES = re.compile(r"(\.\.\.|\)\?|[()|])")


def normalise(line: str) -> str:
    """Return the beginning of a line as phrases are compared: lower case, one blank between words,
    straight quotes, "email" for "e-mail", and no signs around it."""
    head = line[:MAX_HEAD].lower()
    if not head.isascii():
        head = head.translate(_STRAIGHT)
    return " ".join(head.replace("e-mail", "email").split()).strip(_DECORATION)


def first_word(line: str) -> str:
    """Return the first word of a line as `normalise` has it, at less cost; "" where none is."""
    word = line[:_MAX_WORD].lstrip(_DECORATION).partition(" ")[0].lower()
    return word.rstrip(_DECORATION).replace("e-mail", "email")


def _spelled(phrase: str) -> str:
    """Return the phrase as a regular expression; raises `ValueError` for one that is none."""
    if phrase + "a" != normalise(phrase + "a") or not _FIRST.match(phrase):
        raise ValueError(f"`{phrase}`: lower case, straight quotes, email for e-mail, a word first")
    # A gap swallows the blanks around it.
    parts = _PIECES.split(phrase.replace(" ... ", "..."))
    return "".join(_SIGNS.get(part) or re.escape(part) for part in parts)


def _checked(phrase: str) -> str:
    try:
        re.compile(_spelled(phrase))
    except re.error as error:
        raise ValueError(f"`{phrase}` is not well formed: {error}") from error
    return phrase


def _lower(word: str) -> str:
    if word != word.lower().strip() or not word:
        raise ValueError(f"write `{word}` in lower case without blanks around it")
    return word


Phrase = Annotated[str, AfterValidator(_checked)]
Word = Annotated[str, AfterValidator(_lower)]


def _by_first_word(phrases: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Return for each first word the pattern of the phrases that begin with it."""
    spelled: dict[str, list[str]] = {}
    for phrase in phrases:
        spelled.setdefault(first_word(phrase), []).append(_spelled(phrase))
    return {word: re.compile("|".join(found)) for word, found in spelled.items()}


class BannerRules(Declared):
    """What rules/banners.toml declares; each list is explained there."""

    banner_heads: tuple[Word, ...]
    banners: tuple[Phrase, ...]
    banner_words: tuple[Word, ...]
    disclaimers: tuple[Phrase, ...]
    disclaimer_words: tuple[Word, ...]
    markings: tuple[Word, ...]
    device_lines: tuple[Phrase, ...]
    closings: tuple[Word, ...]
    thanks: tuple[Word, ...]
    titles: tuple[Word, ...]
    contact_labels: tuple[Word, ...]
    signature_lines: tuple[Phrase, ...]
    postscripts: tuple[Word, ...]
    prose_words: tuple[Word, ...]
    from_labels: tuple[Word, ...]
    when_labels: tuple[Word, ...]
    other_labels: tuple[Word, ...]
    reply_separators: tuple[Word, ...]
    forward_separators: tuple[Word, ...]
    wrote_openings: tuple[Word, ...]
    wrote_last: tuple[Word, ...]
    wrote_inside: tuple[Word, ...]
    subject_replies: tuple[Word, ...]
    subject_forwards: tuple[Word, ...]
    subject_markings: tuple[Word, ...]
    subject_bare_markings: tuple[Word, ...]

    @cached_property
    def device_openings(self) -> dict[str, re.Pattern[str]]:
        """Return by first word how lines that telephones add begin."""
        return _by_first_word(self.device_lines)

    @cached_property
    def banner_openings(self) -> dict[str, re.Pattern[str]]:
        """Return by first word how banners begin."""
        return _by_first_word(self.banners)

    @cached_property
    def disclaimer_openings(self) -> dict[str, re.Pattern[str]]:
        """Return by first word how disclaimers begin."""
        return _by_first_word(self.disclaimers)

    @cached_property
    def signature_openings(self) -> dict[str, re.Pattern[str]]:
        """Return by first word how lines begin that stand in signatures only."""
        return _by_first_word(self.signature_lines)

    @cached_property
    def openings(self) -> frozenset[str]:
        """Return every word that furniture begins with."""
        phrases = (*self.banners, *self.disclaimers, *self.device_lines)
        return frozenset(map(first_word, (*phrases, *self.markings, *self.banner_heads)))

    @cached_property
    def closing_words(self) -> frozenset[str]:
        """Return every word that closing words begin with."""
        return frozenset(map(first_word, (*self.closings, *self.thanks, "with")))

    @cached_property
    def banner_head_words(self) -> frozenset[str]:
        """Return every word that `banner_head` begins with."""
        return frozenset(map(first_word, self.banner_heads))

    @cached_property
    def banner_head(self) -> re.Pattern[str]:
        """Return the pattern of the words that stand before a banner ("Caution: ...")."""
        return re.compile(rf"(?:(?:{_either(self.banner_heads)})\b[\W_]*)+")

    @cached_property
    def banner_word(self) -> re.Pattern[str]:
        """Return the pattern of the words that banners use."""
        return re.compile(rf"\b(?:{_either(self.banner_words)})")

    @cached_property
    def disclaimer_word(self) -> re.Pattern[str]:
        """Return the pattern of the words that disclaimers use."""
        return re.compile(rf"\b(?:{_either(self.disclaimer_words)})")

    @cached_property
    def marking_lines(self) -> frozenset[str]:
        """Return the markings without blanks and dashes, as whole lines are compared."""
        return frozenset(re.sub(r"[\W_]+", "", marking) for marking in self.markings)

    @cached_property
    def closing(self) -> re.Pattern[str]:
        """Return the pattern of closing words ("many thanks and kind regards") at a line's start.

        The group `thanks` is there where they thank and say nothing else.
        """
        thanks, every = _either(self.thanks), _either((*self.thanks, *self.closings))
        more = rf"(?:[\s,.!&+/-]*(?:(?:and|a|with)\s+)?(?:{every})(?![^\W_]))*"
        return re.compile(rf"(?:with\s+)?(?:(?P<thanks>{thanks})|(?:{every}))(?![^\W_]){more}")

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return each label of a quote's header with what it says: from, when or other."""
        kinds = {"from": self.from_labels, "when": self.when_labels, "other": self.other_labels}
        return {label: kind for kind, labels in kinds.items() for label in labels}

    @cached_property
    def subject_front(self) -> re.Pattern[str]:
        """Return the pattern of everything that stands before the subject proper."""
        tags = _either((*self.subject_replies, *self.subject_forwards))
        every = _either((*self.subject_markings, *self.subject_bare_markings))
        bare = _either(self.subject_bare_markings)
        return re.compile(
            rf"(?:\s+|(?:{tags})\s?(?:[\[(]\d{{1,3}}[\])])?\s?[:：]"
            rf"|[\[({{<*#]{{1,3}}\s?(?:{every})\s?(?:[\])}}>*#:|]{{1,3}}|(?=\s-\s)[\s-]+)"
            rf"|(?:{every})\s?(?:[:|–—]|-\s)|(?:{bare})(?![^\W_])[\s:|–—-]*)*"
        )

    @cached_property
    def subject_mark(self) -> re.Pattern[str]:
        """Return the pattern of a marking in brackets, wherever it stands in a subject."""
        every = _either((*self.subject_markings, *self.subject_bare_markings))
        return re.compile(rf"\s?[\[({{]\s?(?:{every})\s?[\])}}]", re.IGNORECASE)


def _either(words: Iterable[str]) -> str:
    """Return the words as alternatives, longest first; a blank stands for blanks or a dash."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[\s_-]{1,3}") for word in ordered)


def load_banners(path: Path) -> BannerRules:
    """Return the furniture rules; raises `RuleError` naming the file and the entry at fault."""
    return load_declared(path, BannerRules)
