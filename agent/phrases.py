"""Finding declared phrases in what people wrote, sentence by sentence.

A phrase is written as people read it: words in lower case; `*` stands for the rest of a word, `...`
for a few words between, `(a|b)` for either, `(a )?` for a word that may be there, `$` for the end,
`#` for one digit.
It is looked for inside one sentence only, and a set's `unless` phrases in the same sentence take it
back ("not known to this team, try ..."). A word is also found with `'s`, `'d` or `'re` behind it,
but never in its opposite ("can" is not in "can't").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from pydantic import Field

from agent.declared import Declared
from agent.model.words import Sentence

# A sentence longer than this is a list or a pasted table; it is cut so that gaps stay short.
_MAX_SENTENCE = 600
# More than this much text says nothing new about what kind of mail it is.
_MAX_TEXT = 40_000
_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n\s*[-*•·]\s*|\n(?=[A-Z0-9])")
_WORD = re.compile(r"[a-z0-9_']+")
STRAIGHT = str.maketrans("’‘“”–—\u00a0", "''\"\"-- ")
_GAP = r"[^.!?]{0,60}?"
_TOKEN = re.compile(r"\.\.\.|\)\?|[()|*$]|\s+|(?:(?!\.\.\.)[^\s()|*$])+")
# How much of a word that goes on with `*` tells where to look.
_FRONT = 4
# The keys of phrases that hold no sure word, and of those that ask for a digit.
_ANY = frozenset({""})
_DIGIT = frozenset({"#"})
_COMMON = """
    a an and are as at be been but by for from had has have he her him his i if in is it me my no
    not of off on or our out she so that the their them they this to up was we were will with you
"""
_IS_COMMON = frozenset(_COMMON.split())
_HAS_DIGIT = re.compile("[0-9]")


class PhraseSet(Declared):
    """Phrases that mean one thing, and phrases that take it back in the same sentence."""

    why: str
    phrases: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text; a line break before a capital or a bullet ends one too."""
    found = []
    for piece in _END.split(text[:_MAX_TEXT]):
        plain = " ".join(piece.translate(STRAIGHT).lower().split())
        for start in range(0, len(plain), _MAX_SENTENCE):
            cut = plain[start : start + _MAX_SENTENCE]
            words = _WORD.findall(cut)
            # "mum's" is also found under "mum".
            words += [word.partition("'")[0] for word in words if "'" in word and "'t" not in word]
            found.append(Sentence(cut, frozenset(words)))
    return tuple(found)


class Phrases:
    """Every declared set, ready to look for."""

    def __init__(self, sets: Mapping[str, PhraseSet]) -> None:
        self._sets = {name: _Compiled(one) for name, one in sets.items()}
        self._words: dict[str, set[str]] = {}
        self._under: dict[str, list[tuple[str, _Phrase]]] = {}
        for name, one in self._sets.items():
            for phrase in one.phrases:
                for key in phrase.keys or _ANY:
                    if phrase.is_word:
                        self._words.setdefault(key, set()).add(name)
                    else:
                        self._under.setdefault(key, []).append((name, phrase))

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the sets."""
        return frozenset(self._sets)

    def find(self, name: str, sentences: Sequence[Sentence]) -> str | None:
        """Return the first sentence that says what the set means, or None."""
        return next((one.text for one in sentences if self._sets[name].holds(one)), None)

    def held_in(self, sentence: Sentence) -> frozenset[str]:
        """Return the names of every set whose meaning the sentence has; one pass for all sets."""
        keys = _keys_in(sentence)
        said = {name for key in keys & self._words.keys() for name in self._words[key]}
        for key in keys & self._under.keys():
            for name, phrase in self._under[key]:
                if name not in said and phrase.is_in(sentence, keys):
                    said.add(name)
        return frozenset(name for name in said if not self._sets[name].is_taken_back(sentence))


class _Compiled:
    def __init__(self, declared: PhraseSet) -> None:
        self.phrases = _compiled(declared.phrases)
        self._unless = _compiled(declared.unless)
        self._unless_keys = frozenset().union(*(one.keys or _ANY for one in self._unless))

    def holds(self, sentence: Sentence) -> bool:
        keys = _keys_in(sentence)
        if not any(phrase.is_in(sentence, keys) for phrase in self.phrases):
            return False
        return not self.is_taken_back(sentence)

    def is_taken_back(self, sentence: Sentence) -> bool:
        keys = _keys_in(sentence)
        if self._unless_keys.isdisjoint(keys):
            return False
        return any(phrase.is_in(sentence, keys) for phrase in self._unless)


def _compiled(phrases: Sequence[str]) -> tuple["_Phrase", ...]:
    return tuple(_Phrase(one) for phrase in phrases for one in _alternatives(phrase.strip()))


def _alternatives(phrase: str) -> Iterator[str]:
    """Yield what a phrase that is nothing but a group offers, each alone; any other as it is."""
    if not (phrase.startswith("(") and phrase.endswith(")")):
        yield phrase
        return
    depth, start, found = 0, 1, []
    for at, sign in enumerate(phrase):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at < len(phrase) - 1:
            yield phrase
            return
        if (depth == 1 and sign == "|") or depth == 0:
            found.append(phrase[start:at])
            start = at + 1
    for one in found:
        yield from _alternatives(one.strip())


class _Phrase:
    """One phrase. Most sentences are passed over because none of its `keys` is in them, or not all
    of `_all`; `is_word` says that nothing more than the key is asked for."""

    def __init__(self, phrase: str) -> None:
        tokens = _TOKEN.findall(phrase)
        self.keys = _keys_of(tokens)
        self._all = _sure_keys(tokens)
        self.is_word = self.keys == {phrase}
        self._pattern = None if self.is_word else pattern_of(phrase)

    def is_in(self, sentence: Sentence, keys: frozenset[str]) -> bool:
        """Return whether the sentence, whose keys are these, has the phrase."""
        if not self._all <= keys or (self.keys and self.keys.isdisjoint(keys)):
            return False
        return self._pattern is None or self._pattern.search(sentence.text) is not None


@lru_cache(maxsize=256)
def _keys_in(sentence: Sentence) -> frozenset[str]:
    keys = sentence.words | {f"{word[:_FRONT]}*" for word in sentence.words} | _ANY
    return keys | _DIGIT if _HAS_DIGIT.search(sentence.text) else keys


def _keys_of(tokens: Sequence[str]) -> frozenset[str]:
    """Return words (or fronts of words) of which every text with the phrase has one; empty where
    nothing is sure to be said. Of several such sets the rarest is taken, by the words' length."""
    keys, _ = _keys_from(tokens, 0)
    return keys


def _sure_keys(tokens: Sequence[str]) -> frozenset[str]:
    """Return the keys that every text with the phrase has, all of them; groups are left out."""
    depth, found = 0, []
    for at, token in enumerate(tokens):
        depth += (token == "(") - (token in (")", ")?"))
        if depth == 0:
            found.append(_keys_of_word(tokens, at))
    return frozenset().union(*found)


def _keys_from(tokens: Sequence[str], at: int) -> tuple[frozenset[str], int]:
    """Return the keys of the alternatives from `at`, and where the closing sign stands."""
    of_each: list[list[frozenset[str]]] = [[]]
    while at < len(tokens) and tokens[at] not in (")", ")?"):
        before = at
        if tokens[at] == "|":
            of_each.append([])
        elif tokens[at] == "(":
            keys, at = _keys_from(tokens, at + 1)
            if tokens[at : at + 1] == [")"] and not _goes_on(tokens, before, at):
                of_each[-1].append(keys)
        else:
            of_each[-1].append(_keys_of_word(tokens, at))
        at += 1
    sure = [[keys for keys in one if keys] for one in of_each]
    if not all(sure):
        return frozenset(), at
    return frozenset().union(*(min(one, key=_commonness) for one in sure)), at


def _keys_of_word(tokens: Sequence[str], at: int) -> frozenset[str]:
    token = tokens[at]
    if "#" in token:
        return _DIGIT
    word = next(iter(_WORD.findall(token)), "")
    is_whole = not _goes_on(tokens, at, at) or len(word) < len(token)
    if _is_glued_before(tokens, at) or not word:
        return frozenset()
    if is_whole:
        return frozenset({word})
    return frozenset({f"{word[:_FRONT]}*"} if len(word) >= _FRONT else ())


def _goes_on(tokens: Sequence[str], first: int, last: int) -> bool:
    """Return whether what stands here is only a part of a word; "mum('s)?" is a whole one."""
    after = "".join(tokens[last + 1 : last + 3])
    ends = not after or after[0].isspace() or after[0] in "|)$." or after.startswith("('")
    return not ends or _is_glued_before(tokens, first)


def _is_glued_before(tokens: Sequence[str], at: int) -> bool:
    if at == 0 or tokens[at - 1] in ("(", "|", "...") or tokens[at - 1].isspace():
        return False
    # "(a )?word": the blank stands inside the group; in "( )?word" it may be missing.
    in_group = tokens[at - 1] in (")", ")?") and tokens[at - 2].isspace()
    return not (in_group and tokens[at - 3] != "(")


def _commonness(keys: frozenset[str]) -> float:
    return sum(1.0 if key in _IS_COMMON else 4.0 ** -min(len(key), 8) for key in keys)


@cache
def pattern_of(phrase: str) -> re.Pattern[str]:
    """Return the phrase compiled; every area has the shared sets, so each is compiled once."""
    return re.compile(_regex(phrase))


def _regex(phrase: str) -> str:
    parts = re.split(r"(\.\.\.|\)\?|[()|*$#]|\s+)", phrase.strip())
    signs = {
        "...": _GAP,
        "(": "(?:",
        ")": ")",
        ")?": ")?",
        "|": "|",
        "*": r"\w*",
        "$": r"\W*$",
        "#": "[0-9]",
    }
    inner = "".join(
        signs.get(part, r"\s+" if part.isspace() else re.escape(part)) for part in parts if part
    )
    # A gap swallows the blanks around it.
    inner = inner.replace(r"\s+" + _GAP + r"\s+", r"\b" + _GAP + r"\b")
    return rf"(?<![\w'])(?:{inner})(?!\w|'t)"
