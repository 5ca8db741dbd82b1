"""Words written like a person's name, at their places in a sentence: "Jean-Luc de la Cruz", "K.B.".

Pure. Whose name it is, and whether it is one, is not its business.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.prose.passage import Said
from agent.prose.vocabulary import ACRONYMS, NOT_NAMES, PARTICLES, SURNAMES, TITLES

_TOKEN = re.compile(r"(?:[^\W\d_]\.[ ]?){2,4}(?![^\W\d_])|[^\W\d_]+(?:['’‑-][^\W\d_]+)*")
# "Child L" is how some write a child who is not to be named.
LONE = re.compile(r"\b(?:Child|Baby|Twin|Young Person)\s[A-Z]\b(?![.'’-]?\w)")
_POSSESSIVE = re.compile(r"['’]s?$")

_BABY = re.compile(r"\bbaby\s+(?:(?:girl|boy)\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Run:
    """Words written like a name, at their place in a sentence."""

    name: str
    said: Said
    start: int
    end: int

    @property
    def before(self) -> str:
        return self.said.text[max(0, self.start - 90) : self.start]

    @property
    def after(self) -> str:
        return self.said.text[self.end : self.end + 110]

    @property
    def words(self) -> frozenset[str]:
        return words_of(self.name)


def words_of(name: str) -> frozenset[str]:
    """Return a name's words as they are compared."""
    return frozenset(re.findall(r"[^\W\d_]{2,}", name.casefold()))


def find_runs(said: Said) -> Iterator[Run]:
    """Yield runs of words that may be a name: "Jean-Luc de la Cruz", "K.B.", "OKORO, Ben"."""
    text = said.text
    tokens = list(_TOKEN.finditer(text))
    at = 0
    for lone in LONE.finditer(text):
        yield Run(lone[0], said, *lone.span())
    while at < len(tokens):
        if not _may_begin(tokens, at):
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and (step := _goes_on(text, tokens, last)):
            last += step
        if not _is_professional(text, tokens[at]):
            yield from _run(said, tokens, at, last)
        at = last + 1


def _run(said: Said, tokens: Sequence[re.Match[str]], first: int, last: int) -> Iterator[Run]:
    text, start, end = said.text, tokens[first].start(), tokens[last].end()
    name = text[start:end].strip()
    bare = _POSSESSIVE.sub("", name) if not name.lower().endswith("s'") else name
    end = start + len(bare)
    baby = _BABY.search(text[:start])
    if first == last and baby is not None and not is_initials(bare):
        # "Baby Smith" is all that a child without a forename is called.
        start = baby.start()
        bare = text[start:end]
    if len(bare) > 1 or is_initials(bare):
        yield Run(bare, said, start, end)


def _may_begin(tokens: Sequence[re.Match[str]], at: int) -> bool:
    word = tokens[at][0]
    if is_initials(word):
        return word.strip(". ").upper() not in ACRONYMS and word.lower() not in TITLES
    if _is_name_word(word):
        return True
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    return word.lower() in ("al", "el", "von", "van", "de") and _is_name_word(following)


def _goes_on(text: str, tokens: Sequence[re.Match[str]], at: int) -> int:
    """Return by how many tokens a name goes on behind this one, 0 where it ends."""
    between = text[tokens[at].end() : tokens[at + 1].start()]
    word = tokens[at][0]
    if _POSSESSIVE.search(word):
        return 0
    following = tokens[at + 1][0]
    if between == ", ":
        is_surname = word.isupper() and len(re.sub(r"\W", "", word)) > 2
        return int(is_surname and _is_name_word(following) and not following.isupper())
    if between not in (" ", ". "):
        return 0
    if between == ". " and len(word) > 1:
        return 0
    if _is_name_word(following) or (len(following) == 1 and following.isupper()):
        return 1
    if following.istitle() and following.lower() in SURNAMES:
        return 1
    for step in (1, 2):
        if at + step + 1 >= len(tokens) or tokens[at + step][0].lower() not in PARTICLES:
            return 0
        if _is_name_word(tokens[at + step + 1][0]):
            gap = text[tokens[at].end() : tokens[at + step + 1].start()]
            return step + 1 if re.fullmatch(r"[\s\w]+", gap) else 0
    return 0


def _is_name_word(word: str) -> bool:
    bare = _POSSESSIVE.sub("", word)
    if len(bare) < 2 or bare.lower() in NOT_NAMES or bare in ACRONYMS:
        return False
    parts = re.split(r"['’‑-]", bare)
    if len(parts) == 2 and parts[1].lower() in ("s", "ve", "m", "ll", "d", "re", "t"):
        return False
    return any(part[:1].isupper() for part in parts) and not (
        bare[0].islower() and len(parts[0]) > 2
    )


def is_initials(word: str) -> bool:
    bare = re.sub(r"[.\s]", "", word)
    return bare.isupper() and (len(bare) == 2 or ("." in word and len(bare) <= 4))


def _is_professional(text: str, first: re.Match[str]) -> bool:
    """Return whether a name begins with the title of a grown-up, or one or "St" stands before."""
    if first[0].lower() in TITLES:
        return True
    word = re.search(r"([^\W\d_]+)\.?\s+$", text[: first.start()][-20:])
    return word is not None and (word[1].lower() in TITLES or word[1].lower() == "st")
