"""Which phrases of a word set are of no use: found by spelling each out and looking for it in that.

Pure. Nothing is worked out from how a phrase is compiled: the very search of a mail is asked, so
that whatever the search cannot see is seen to be missed here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from agent.phrases import Phrases, PhraseSet, split_sentences

# A phrase with more spellings is not judged.
_MAX_SPELLINGS = 1_000
_SHOWN = 60
# A word nobody writes, which no phrase finds by chance.
_WORD = "zq"
# The ways to write what the signs of a phrase stand for. A gap, with the blanks around it, is at
# its shortest, at its longest (60 signs), or a word right before what comes next.
_WRITTEN: Sequence[Mapping[str, str]] = (
    {"...": " ", "*": "", "#": "7"},
    {"...": f", {_WORD}".ljust(58, "q") + ", ", "*": _WORD, "#": "7"},
    {"...": f" {_WORD}", "*": "", "#": "7"},
)
_BARE = {"...": "", "*": "", "#": "#", "$": "$"}
_AROUND = ("{}", f"{_WORD} {{}} {_WORD}", f"{_WORD}, {{}}.")
_AT_END = ("{}", f"{_WORD} {{}}", f"{_WORD}, {{}}.")
_LISTS = ("phrases", "unless")
# A gap takes the blanks around it.
_PIECE = re.compile(r"(?:\s+(?=\.\.\.\s)|(?<=\s\.\.\.)\s+)|(\.\.\.|\)\?|[()|*$#]|\s+)")
_EMPTY = re.compile(r"^\||[(|][|)]|\|$")
_NUMBER_SIGN = re.compile(r"(?<!\S)#[0-9]")
# What is said wherever anything is: nothing, the end, one digit.
_WORDLESS = re.compile(r"\s*[#$]?\s*")
_OPTIONAL = re.compile(r"(\w)\?")
_NOT_AT_END = re.compile(r"\$(?![|)]|$)")


class Fault(NamedTuple):
    """A phrase, what is wrong with it and what to do."""

    phrase: str
    wrong: str
    advice: str


class _Looked(NamedTuple):
    """What became of looking for a phrase in its own spellings.

    `found` has, for each sentence in which the search finds it, the places of every phrase that is
    found there; `never` holds what it can be read as and is never found.
    """

    found: Sequence[frozenset[str]]
    never: Sequence[str]


def find_faults(declared: PhraseSet, filled: PhraseSet) -> tuple[Fault, ...]:
    """Return what is of no use in a set whose phrases are well formed.

    `filled` is the set with its lists of words written out; a fault names the phrase as declared.
    """
    faults: list[Fault] = []
    shown: dict[str, str] = {}
    sound: dict[str, str] = {}
    for name in _LISTS:
        for at, phrase in enumerate(getattr(filled, name)):
            place = f"{name} {at}"
            shown[place] = getattr(declared, name)[at]
            if (fault := _misspelled(shown[place], phrase)) is not None:
                faults.append(fault)
            elif phrase in (sound[one] for one in sound if _list_of(one) == name):
                wrong = "It stands twice in the list."
                faults.append(Fault(shown[place], wrong, "Remove one of the two."))
            else:
                sound[place] = phrase
    return (*faults, *_judged(sound, shown))


def _list_of(place: str) -> str:
    return place.partition(" ")[0]


def _spell_out(phrase: str, signs: Mapping[str, str]) -> list[str] | None:
    """Return what a phrase stands for, one text a choice, always in one order; None for too many.

    `signs` says what to write for each sign; one that it does not name stays.
    """
    pieces = [piece for piece in _PIECE.split(phrase) if piece]
    try:
        spellings, _ = _spell_choices(pieces, 0, signs)
    except OverflowError:
        return None
    return spellings


def _spell_choices(
    pieces: Sequence[str], at: int, signs: Mapping[str, str]
) -> tuple[list[str], int]:
    """Return the spellings of the alternatives from `at`, and where their closing sign stands."""
    every: list[str] = []
    parts: list[list[str]] = []
    while at < len(pieces) and pieces[at] not in (")", ")?"):
        if pieces[at] == "|":
            every += _joined(parts)
            parts = []
        elif pieces[at] == "(":
            inner, at = _spell_choices(pieces, at + 1, signs)
            parts.append([*inner, ""] if pieces[at] == ")?" else inner)
        else:
            parts.append([signs.get(pieces[at], pieces[at])])
        at += 1
    return every + _joined(parts), at


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    joined = list(islice(("".join(one) for one in product(*parts)), _MAX_SPELLINGS + 1))
    if len(joined) > _MAX_SPELLINGS:
        raise OverflowError
    return joined


def _misspelled(shown: str, phrase: str) -> Fault | None:
    """Return what the look of a phrase alone shows to be wrong, or None."""
    if _EMPTY.search(phrase):
        return Fault(
            shown,
            "One of its alternatives is empty.",
            "Write `(word )?` for a word that may be missing.",
        )
    if any(_WORDLESS.fullmatch(spelling) for spelling in _spell_out(phrase, _BARE) or ()):
        return Fault(
            shown,
            "It can be said without any word of its own: it holds for nearly every sentence.",
            "Add a word that must be there; `#` is one digit, `*` the rest of a word.",
        )
    if number := _NUMBER_SIGN.search(phrase):
        return Fault(
            shown,
            f"`#` stands for one digit: `{number[0]}` finds 1{number[0][1:]}, not {number[0]}.",
            "Write the digits alone.",
        )
    return None


def _judged(phrases: Mapping[str, str], shown: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults that the search itself shows; both go by the places of the phrases."""
    if not phrases:
        return
    search = Phrases({at: PhraseSet(why="", phrases=(one,)) for at, one in phrases.items()})
    looked = {
        place: one
        for place, phrase in phrases.items()
        if (one := _look_for(search, place, phrase)) is not None
    }
    # Of each phrase the places of those that are found wherever it is.
    beside = {
        place: frozenset.intersection(*one.found) if one.found else frozenset({place})
        for place, one in looked.items()
    }
    for place, one in looked.items():
        found = _unseen(one, phrases[place]) or _covered(place, beside, shown)
        found = found or _taken_back(place, one)
        if found is not None:
            yield Fault(shown[place], *found)


def _look_for(search: Phrases, place: str, phrase: str) -> _Looked | None:
    """Return what the search finds in the spellings of a phrase; None where they are too many."""
    written = [_spell_out(phrase, signs) for signs in _WRITTEN]
    if any(one is None for one in written):
        return None
    found: list[frozenset[str]] = []
    never: list[str] = []
    for spellings in zip(*filter(None, written), strict=True):
        around = (names for spelling in spellings for names in _held_around(search, spelling))
        held = [names for names in around if place in names]
        found += held
        if not held:
            never.append(spellings[0])
    return _Looked(found, never)


def _held_around(search: Phrases, spelling: str) -> Iterator[frozenset[str]]:
    """Yield what the search finds in it, alone and among other words."""
    for words in _AT_END if "$" in spelling else _AROUND:
        for sentence in split_sentences(words.format(spelling.replace("$", ""))):
            yield search.held_in(sentence)


def _unseen(one: _Looked, phrase: str) -> tuple[str, str] | None:
    """Return that a phrase, or one reading of it, is never found, with advice; None otherwise."""
    if not one.never:
        return None
    what = "One of its readings" if one.found else "It"
    advice = "Reword it: a sentence ends after each of . ! ? ; and signs stand as people type them."
    if _NOT_AT_END.search(phrase):
        advice = "`$` stands for the end of the sentence: nothing may follow it."
    elif letter := _OPTIONAL.search(phrase):
        advice = f"Without brackets `?` is a question mark: write `({letter[1]})?`."
    return f"{what} can never be found in a mail: `{one.never[0].strip()}`.", advice


def _covered(
    place: str, beside: Mapping[str, frozenset[str]], shown: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return that another phrase of its list finds all it finds, with advice; None otherwise."""
    order = list(shown)
    for other in sorted(beside[place] - {place}, key=order.index):
        # Of two that find the same, the first may stay.
        is_same = place in beside.get(other, ()) and order.index(place) < order.index(other)
        if _list_of(other) == _list_of(place) and not is_same:
            wrong = f"It adds nothing: `{_begin(shown[other])}` finds all that it finds."
            return wrong, "Remove it."
    return None


def _begin(phrase: str) -> str:
    return phrase if len(phrase) <= _SHOWN else f"{phrase[:_SHOWN]} [...]"


def _taken_back(place: str, one: _Looked) -> tuple[str, str] | None:
    """Return that `unless` takes the phrase back however it is said; None otherwise."""
    if _list_of(place) == "unless":
        return None
    if not all(any(_list_of(other) == "unless" for other in names) for names in one.found):
        return None
    wrong = "The set's own `unless` takes it back however it is said."
    return wrong, "Remove it, or narrow what stands under `unless`."
