"""Finds a domain made to be taken for another. Pure; compares text and asks no domain."""

import unicodedata
from collections.abc import Collection
from functools import lru_cache
from itertools import takewhile

from agent.model.register import SHARED_DOMAINS

# Unicode Technical Standard 39 lists thousands; these are the digits, Cyrillic and Greek letters
# that look in a mail program like the Latin ones in the names of English organisations.
_LOOKS_LIKE = (
    "0o 1l |l il аa еe оo рp сc уy хx іl ѕs јj ԁd һh ӏl кk мm тt вb нh гr ԛq ԝw "
    "αa οo ρp ιl κk νv τt υu χx γy ıl ɡg ѡw"
)
_CONFUSABLE = str.maketrans({pair[0]: pair[1] for pair in _LOOKS_LIKE.split()})
_LETTER_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# Under these an organisation's own name is one label further left.
_UK_SECOND_LEVEL = frozenset({"ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "plc", "police"})
# Shorter names are one letter apart by chance.
_MIN_EDITED_CHARS = 7
_MIN_NAME_CHARS = 3
# RFC 1035, section 2.3.4.
_MAX_LABEL_CHARS = 63


def is_within(domain: str, other: str) -> bool:
    """Return whether a domain is the other one or lies below it."""
    return domain == other or domain.endswith(f".{other}")


@lru_cache(maxsize=4_096)
def base_of(domain: str) -> str:
    """Return the part of a domain that its owner registered ("police.example.gov.uk" -> its last
    three labels). A school's lies below its county's (name.county.sch.uk)."""
    labels = domain.split(".")
    count = 2
    if labels[-1] == "uk" and len(labels) > 2:
        count = 4 if labels[-2] == "sch" else 3 if labels[-2] in _UK_SECOND_LEVEL else 2
    return ".".join(labels[-count:])


def find_lookalike(
    domain: str, guarded: Collection[str], restricted: Collection[str]
) -> str | None:
    """Return which of the guarded domains this one imitates, or None.

    Args:
        restricted: Suffixes under which nobody can buy a name ("gov.uk"): near names there are
            neighbours ("bolton" and "boston"), not imitations.
    """
    if domain in SHARED_DOMAINS or any(is_within(domain, suffix) for suffix in restricted):
        return None
    base = base_of(domain)
    if any(base == base_of(known) for known in guarded):
        return None
    return next((known for known in sorted(guarded) if _imitates(domain, known)), None)


def _imitates(domain: str, known: str) -> bool:
    # The whole of the known name, with more behind it: who owns the end owns the domain.
    if domain.replace("-", ".").startswith(known.replace("-", ".") + "."):
        return True
    if _squash(domain) == _squash(known):
        return True
    base, known_base = base_of(domain), base_of(known)
    name, known_name = _squash(base.partition(".")[0]), _squash(known_base.partition(".")[0])
    if name == known_name and len(name) >= _MIN_NAME_CHARS:
        return True
    one, other = _skeleton(base), _skeleton(known_base)
    return min(len(one), len(other)) >= _MIN_EDITED_CHARS and _is_one_edit(one, other)


@lru_cache(maxsize=4_096)
def _squash(domain: str) -> str:
    return _skeleton(domain).replace("-", "").replace(".", "")


@lru_cache(maxsize=4_096)
def _skeleton(domain: str) -> str:
    """Return the domain as the eye takes it: two that look the same have the same one."""
    shown = ".".join(map(_decode_label, domain.lower().split(".")))
    letters = unicodedata.normalize("NFKD", shown).lower()
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    bare = bare.translate(_CONFUSABLE)
    for pair, letter in _LETTER_PAIRS:
        bare = bare.replace(pair, letter)
    return bare


def _decode_label(label: str) -> str:
    """Return an internationalised label as it is shown (RFC 3492), any other as it is."""
    if not label.startswith("xn--") or len(label) > _MAX_LABEL_CHARS:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except ValueError:
        return label


def _is_one_edit(one: str, other: str) -> bool:
    """Return whether one letter more, less or other, or two exchanged, makes one the other."""
    one, other = sorted((one, other), key=len)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    ends, other_ends = one[same:], other[same:]
    is_exchange = ends[:2] == other_ends[1::-1] and ends[2:] == other_ends[2:]
    return ends[1:] == other_ends[1:] or is_exchange
