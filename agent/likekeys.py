"""By which keys a case can be found whose child is written otherwise: how names sound, the birth
date, the home, the family. Finding is not judging: see `likeness`.

Pure. A case gets its keys when it opens, so that a mail finds the few cases worth comparing
without reading the others.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from agent.model.case import Child, Key

# The sorts of keys by which a case is only like what a mail tells; many cases may share one.
LIKE_SORTS = ("born", "sounds", "home", "family")
_MAX_WORDS = 6
_MAX_FAMILY = 8
_MAX_INITIALS = 3
_ALIAS = re.compile(
    r"""\b(?:(?:also|otherwise|better|now|formerly|previously)?\s*known\s+(?:to\s+\w+\s+)?as|goes\s+by
    |a\.?\s?k\.?\s?a\b\.?|k/a|alias|formerly|previously|preferred\s+name|n[ée]e|or)\b[:\s]*|[/;]""",
    re.IGNORECASE | re.VERBOSE,
)
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
# What stands beside a name, in brackets or before it, and names nobody.
_BESIDE_A_NAME = """
he him his she her hers they them male female boy girl aged age years months old weeks dob born
deceased died subject child sibling brother sister twin baby unborn infant master miss mr mrs ms dr
unnamed unknown not known yet nk tbc none above see as the of and
"""
_NO_NAME = frozenset(_BESIDE_A_NAME.split())
_UNNAMED = frozenset({"baby", "unborn", "infant", "unnamed", "unknown"})
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"['’ʼ`]")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d+[a-z]?\b")
_NUMBERED = re.compile(r"^(?:no\.?\s*)?(\d+[a-z]?)[\s,]+(.*[a-z].*)$")
_SHORT = {"road": "rd", "street": "st", "avenue": "ave", "lane": "ln", "close": "cl", "court": "ct"}
_SHORT |= {"drive": "dr", "crescent": "cres", "terrace": "terr", "gardens": "gdns", "place": "pl"}
_CLASSES = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells of a child and its home; `family` are the names of others in it."""

    child: Child = field(repr=False)
    address: str | None = field(default=None, repr=False)
    family: tuple[str, ...] = field(default=(), repr=False)


def names_of(text: str | None) -> tuple[tuple[str, ...], ...]:
    """Return every name a child goes by, each as its words, the given name first.

    "Robin Alder (known as Bobby)" is Robin Alder and Bobby Alder; one word alone stands with the
    given name too, for it may be another surname. What names nobody is left out.
    """
    if not text:
        return ()
    aliases = _BRACKET.findall(text)
    first, *others = _ALIAS.split(_BRACKET.sub(" ", text))
    main = _words(first)
    found = {main: None} if main else {}
    for piece in (*others, *(part for one in aliases for part in _ALIAS.split(one))):
        alias = _words(piece)
        if len(alias) == 1 and len(main) > 1:
            found |= {(*alias, main[-1]): None, (main[0], *alias): None}
        elif alias:
            found[alias] = None
    return tuple(found)


def is_unnamed(text: str | None) -> bool:
    """Return whether a text stands for a child that had no name yet ("Baby Alder")."""
    return bool(text) and not _UNNAMED.isdisjoint(_WORD.findall((text or "").casefold()))


def sound_of(word: str) -> str:
    """Return a rough code that most spellings of a spoken name share: its first letter, and which
    classes of consonants follow, in no order."""
    head = "a" if word[0] in "aeiouy" else word[0]
    head = {"c": "k", "q": "k", "z": "s", "g": "j"}.get(head, head)
    if word.startswith("ph"):
        head = "f"
    rest = {letter for letter in word[1:].translate(_CLASSES) if letter.isdigit()}
    return head + "".join(sorted(rest))


def stored_keys(told: Told) -> tuple[Key, ...]:
    """Return the keys by which a case of this child is found."""
    return tuple(dict.fromkeys((*_shared_keys(told), *_found_by_initials(told.child))))


def asked_keys(told: Told) -> tuple[Key, ...]:
    """Return the keys by which cases of a child like this one are looked for."""
    keys = [*_shared_keys(told), *_cases_with_initials(told.child)]
    if told.child.dob is not None and (turned := turned_round(told.child.dob)):
        keys.append(_born(turned))
    return tuple(dict.fromkeys(keys))


def turned_round(day: date) -> date | None:
    """Return the date with day and month the other way round, or None where there is none."""
    return date(day.year, day.day, day.month) if day.day <= 12 else None


def _shared_keys(told: Told) -> Iterator[Key]:
    """Yield the keys that a case has and a mail asks for alike."""
    names = names_of(told.child.name)
    if told.child.dob is not None:
        yield _born(told.child.dob)
    for name in names:
        full = [word for word in name if len(word) > 1]
        for pair in combinations(sorted({sound_of(word) for word in full}), 2):
            yield Key("sounds", ".".join(pair))
    for home in _homes(told.address or ""):
        yield Key("home", home)
    for relative in told.family[:_MAX_FAMILY]:
        for name in names_of(relative):
            if len(name) > 1 and len(name[0]) > 1 and name not in names:
                yield Key("family", f"{sound_of(name[0])}.{sound_of(name[-1])}")


def _born(day: date) -> Key:
    return Key("born", day.isoformat())


def _found_by_initials(child: Child) -> Iterator[Key]:
    """Yield the keys by which a case is found from an initial and a surname, and the other way."""
    for name in names_of(child.name):
        if len(name) > 1 and len(name[-1]) > 1:
            sign = "-" if len(name[0]) > 1 else "."
            yield Key("sounds", f"{name[0][0]}{sign}{sound_of(name[-1])}")


def _cases_with_initials(child: Child) -> Iterator[Key]:
    for name in names_of(child.name):
        if len(name) > 1 and len(name[-1]) > 1:
            initial = f"{name[0][0]}.{sound_of(name[-1])}"
            yield Key("sounds", initial)
            if len(name[0]) == 1:
                yield Key("sounds", initial.replace(".", "-"))


def _homes(address: str) -> Iterator[str]:
    """Yield what one home's address has in every writing: postcode with the numbers before it, and
    number with street. A street or a postcode alone is no home."""
    plain = plain_letters(address)
    code = _POSTCODE.search(plain)
    before = plain[: code.start()] if code else plain
    numbers = "-".join(_NUMBER.findall(before))
    if code and numbers:
        yield f"{code[1]}{code[2]}|{numbers}"
    elif code and (house := " ".join(_WORD.findall(re.split(r"[,\n]", before)[0]))):
        yield f"{code[1]}{code[2]}|{house}"
    for piece in re.split(r"[,\n]", before):
        if found := _NUMBERED.match(piece.strip()):
            street = (_SHORT.get(word, word) for word in _WORD.findall(found[2]))
            yield f"{numbers}|{' '.join(street)}"
            return


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a name, the given name first ("ALDER, Robin" and "ALDER Robin" too)."""
    surname, comma, given = text.partition(",")
    if comma:
        # Behind the comma stands the given name, or an address that strayed into the cell.
        text = surname if re.search(r"\d", given) else f"{given} {surname}"
    typed = _WORD.findall(_APOSTROPHE.sub("", text))
    if len(typed) == 1 and typed[0].isupper() and len(typed[0]) <= _MAX_INITIALS:
        typed = list(typed[0])
    capitals = [word for word in typed if word.isupper() and len(word) > 2]
    if capitals and typed[: len(capitals)] == capitals and len(capitals) < len(typed):
        typed = [*typed[len(capitals) :], *capitals]
    words = [plain_letters(word) for word in typed]
    return tuple(word for word in words if word and word not in _NO_NAME)[:_MAX_WORDS]


def plain_letters(text: str) -> str:
    """Return the text in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
