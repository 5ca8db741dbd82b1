"""Finding declared phrases in what people wrote, sentence by sentence.

A phrase is written as people read it: words in lower case; `*` stands for the rest of a word, `...`
for a few words between, `(a|b)` for either, `(a )?` for a word that may be there, `$` for the end.
It is looked for inside one sentence only, and a set's `unless` phrases in the same sentence take it
back ("not known to this team, try ..."). A word is also found with `'s`, `'d` or `'re` behind it,
but never in its opposite ("can" is not in "can't").
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from agent.declared import Declared, read_toml, validate
from agent.errors import RuleError
from agent.model.words import Sentence

# A sentence longer than this is a list or a pasted table; it is cut so that gaps stay short.
_MAX_SENTENCE = 600
# More than this much text says nothing new about what kind of mail it is.
_MAX_TEXT = 40_000
_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n\s*[-*•·]\s*|\n(?=[A-Z0-9])")
_WORD = re.compile(r"[a-z0-9']+")
_STRAIGHT = str.maketrans("’‘“”–—\u00a0", "''\"\"-- ")
_GAP = r"[^.!?]{0,60}?"
_TOKEN = re.compile(r"\.\.\.|\)\?|[()|*$]|\s+|(?:(?!\.\.\.)[^\s()|*$])+")
# How much of a word that goes on with `*` tells where to look.
_FRONT = 4


class PhraseSet(Declared):
    """Phrases that mean one thing, and phrases that take it back in the same sentence."""

    why: str
    phrases: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text; a line break before a capital or a bullet ends one too."""
    found = []
    for piece in _END.split(text[:_MAX_TEXT]):
        plain = " ".join(piece.translate(_STRAIGHT).lower().split())
        for start in range(0, len(plain), _MAX_SENTENCE):
            cut = plain[start : start + _MAX_SENTENCE]
            words = _WORD.findall(cut)
            # "mum's" is also found under "mum".
            words += [word.partition("'")[0] for word in words if "'" in word]
            found.append(Sentence(cut, frozenset(words)))
    return tuple(found)


class Phrases:
    """Every declared set, ready to look for."""

    def __init__(self, sets: Mapping[str, PhraseSet]) -> None:
        self._sets = {name: _Compiled(one) for name, one in sets.items()}
        self._under: dict[str, list[tuple[str, _Phrase]]] = {}
        for name, one in self._sets.items():
            for phrase in one.phrases:
                for key in phrase.keys or ("",):
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
        said: set[str] = set()
        for key in {"", *_keys_in(sentence)} & self._under.keys():
            for name, phrase in self._under[key]:
                if name not in said and phrase.pattern.search(sentence.text):
                    said.add(name)
        return frozenset(name for name in said if not self._sets[name].is_taken_back(sentence))


class _Compiled:
    def __init__(self, declared: PhraseSet) -> None:
        self.phrases = tuple(map(_Phrase, declared.phrases))
        self._unless = tuple(map(_Phrase, declared.unless))

    def holds(self, sentence: Sentence) -> bool:
        if not any(phrase.is_in(sentence) for phrase in self.phrases):
            return False
        return not self.is_taken_back(sentence)

    def is_taken_back(self, sentence: Sentence) -> bool:
        return any(phrase.is_in(sentence) for phrase in self._unless)


class _Phrase:
    """One phrase. Most sentences are passed over because none of its `keys` is in them."""

    def __init__(self, phrase: str) -> None:
        self.keys = _keys_of(_TOKEN.findall(phrase))
        self.pattern = re.compile(_regex(phrase))

    def is_in(self, sentence: Sentence) -> bool:
        if self.keys and self.keys.isdisjoint(_keys_in(sentence)):
            return False
        return self.pattern.search(sentence.text) is not None


@lru_cache(maxsize=256)
def _keys_in(sentence: Sentence) -> frozenset[str]:
    return sentence.words | {f"{word[:_FRONT]}*" for word in sentence.words}


def _keys_of(tokens: Sequence[str]) -> frozenset[str]:
    """Return words (or fronts of words) of which every text with the phrase has one; empty where
    nothing is sure to be said. Of several such sets the rarest is taken, by the words' length."""
    keys, _ = _keys_from(tokens, 0)
    return keys


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
    word = _WORD.findall(token)[0] if _WORD.match(token) else ""
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
    # "(a )?word": the blank stands inside the group.
    return not (tokens[at - 1] in (")", ")?") and tokens[at - 2].isspace())


def _commonness(keys: frozenset[str]) -> float:
    return sum(4.0 ** -min(len(key), 8) for key in keys)


def _regex(phrase: str) -> str:
    parts = re.split(r"(\.\.\.|\)\?|[()|*$]|\s+)", phrase)
    signs = {"...": _GAP, "(": "(?:", ")": ")", ")?": ")?", "|": "|", "*": r"\w*", "$": r"\W*$"}
    inner = "".join(
        signs.get(part, r"\s+" if part.isspace() else re.escape(part)) for part in parts if part
    )
    # A gap swallows the blanks around it.
    inner = inner.replace(r"\s+" + _GAP + r"\s+", r"\b" + _GAP + r"\b")
    return rf"(?<![\w'])(?:{inner})(?!\w|'t)"


def load_phrases(paths: Sequence[Path]) -> Phrases:
    """Return the sets of these files; a set in an earlier file comes before one of its name.

    Raises:
        RuleError: a file cannot be read or a phrase is not well formed; the text names it.
    """
    sets: dict[str, PhraseSet] = {}
    for path in paths:
        for name, content in read_toml(path).items():
            if name not in sets:
                sets[name] = validate(content, PhraseSet, f"{path}: [{name}]")
                check_phrases(path, name, sets[name])
    return Phrases(sets)


def check_phrases(path: Path, name: str, declared: PhraseSet) -> None:
    """Raise RuleError, naming file and set, where a phrase is not well formed."""
    for phrase in (*declared.phrases, *declared.unless):
        if phrase != phrase.lower().translate(_STRAIGHT) or not phrase.strip():
            raise RuleError(f"{path}: [{name}]: write `{phrase}` in lower case, straight quotes.")
        try:
            re.compile(_regex(phrase))
        except re.error as error:
            raise RuleError(f"{path}: [{name}]: `{phrase}` is not well formed: {error}.") from error
