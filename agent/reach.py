"""Which rules of a table can never decide, because an earlier one takes every mail they would take.

Pure: it compares what rules ask, and looks at no mail. It claims only what is certain: `true` and
`false` exclude each other, a list of `_ANY_OF` asks for any one of its words, and of a predicate
that is not known here the same argument means the same.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from agent.ruleset import AlsoRule, Asking, MailRule

_CHOICES = """
    says also_says thread_says subject_says document_says form_says screened_as filled_form
    blank_form sender_is
"""
_ANY_OF = frozenset(_CHOICES.split())
# `also_says` is a second `says`, for a rule that asks for two meanings at once.
_OWN_WORDS = ("says", "also_says")
# Beyond so many readings of one rule's lists nothing is claimed of it.
_MAX_READINGS = 5_000


class _Asked(NamedTuple):
    """What must be so, and what must not be; a `true` that must not be is a `false` that must."""

    required: Mapping[str, Any]
    forbidden: Mapping[str, Any]
    is_possible: bool


def is_unconditional(rule: Asking) -> bool:
    """Return whether the rule holds for every mail."""
    asked = _asked(rule)
    return asked.is_possible and not asked.required and not asked.forbidden


def is_impossible(rule: Asking) -> bool:
    """Return whether the rule holds for no mail, because it asks for what it excludes."""
    return not _asked(rule).is_possible


def find_hiders(rule: MailRule, earlier: Sequence[MailRule]) -> tuple[MailRule, ...]:
    """Return the earlier rules that together take every mail this one would take; () for none.

    A rule that asks for any of several words is hidden where each of them is taken, be it by
    different rules.
    """
    asked = _asked(rule)
    found: dict[str, MailRule] = {}
    for reading in _readings(asked):
        hider = next((one for one in earlier if _is_wider(_asked(one), reading)), None)
        if hider is None:
            return ()
        found[hider.id] = hider
    return tuple(found.values())


def adds_nothing(second: AlsoRule, earlier: Sequence[AlsoRule]) -> bool:
    """Return whether earlier second points of that kind hold wherever this one holds."""
    asked = _asked(second)
    alike = [one for one in earlier if one.kind is second.kind]
    return bool(second.beside) and all(
        any(kind in one.beside and _is_wider(_asked(one), asked) for one in alike)
        for kind in second.beside
    )


def _asked(rule: Asking) -> _Asked:
    required = {name: value for name, value in rule.when.items() if name != "always"}
    forbidden: dict[str, Any] = {}
    is_possible = "always" not in rule.unless and [] not in required.values()
    for name, value in rule.unless.items():
        if isinstance(value, bool):
            is_possible = is_possible and required.get(name) is not value
            required[name] = not value
        elif value != []:
            forbidden[name] = value
    asked = _Asked(required, forbidden, is_possible)
    excludes = any(_is_promised(name, value, asked) for name, value in forbidden.items())
    return asked._replace(is_possible=is_possible and not excludes)


def _readings(asked: _Asked) -> Iterator[_Asked]:
    """Yield the rule once for each choice among the words of its lists; nothing for too many."""
    lists = {name: value for name, value in asked.required.items() if name in _ANY_OF}
    if math.prod(map(len, lists.values())) > _MAX_READINGS:
        return
    for choice in product(*lists.values()):
        chosen = {name: [word] for name, word in zip(lists, choice, strict=True)}
        yield asked._replace(required={**asked.required, **chosen})


def _is_wider(wide: _Asked, narrow: _Asked) -> bool:
    """Return whether `wide` holds for every mail that `narrow` holds for."""
    return (
        wide.is_possible
        and all(_is_promised(name, value, narrow) for name, value in wide.required.items())
        and all(_is_excluded(name, value, narrow) for name, value in wide.forbidden.items())
    )


def _is_promised(name: str, value: object, asked: _Asked) -> bool:
    """Return whether the predicate holds for every mail of the rule."""
    required = asked.required
    if name == "header_present" and "header_is" in required:
        return bool(required["header_is"][0] == value)
    if (
        name in _OWN_WORDS
        and "tells" in required
        and _is_narrower(name, required["tells"][:1], value)
    ):
        return True
    return any(
        other in required and _is_narrower(name, required[other], value) for other in _alike(name)
    )


def _is_excluded(name: str, value: object, asked: _Asked) -> bool:
    """Return whether the predicate holds for no mail of the rule."""
    forbidden = asked.forbidden
    return any(
        other in forbidden and _is_narrower(name, value, forbidden[other]) for other in _alike(name)
    )


def _alike(name: str) -> tuple[str, ...]:
    return _OWN_WORDS if name in _OWN_WORDS else (name,)


def _is_narrower(name: str, narrow: Any, wide: Any) -> bool:
    """Return whether the predicate holds with `wide` wherever it holds with `narrow`."""
    if name == "at_most_words":
        return bool(narrow <= wide)
    if name == "tells":
        return bool(narrow[0] == wide[0] and narrow[1] >= wide[1])
    if name in _ANY_OF:
        return set(narrow) <= set(wide)
    return bool(narrow == wide)
