"""How alike the child of a mail and the child of a case are, in points, and why. It only ever
proposes: what joins a mail to a case is in `match`.

Pure. The reasons name what agrees, never the child: they are shown wherever a review is.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from agent.likekeys import is_unnamed, names_of, sound_of, turned_round
from agent.model.case import CaseSnapshot, Child
from agent.ruleset import LikenessPoints, MatchLimits

_EXACT = 100


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two children are; `why` says what speaks for it and what against it."""

    points: int
    why: str


def likeness(
    told: Child,
    incident_on: date | None,
    case: CaseSnapshot,
    shared: Collection[str],
    limits: MatchLimits,
) -> Likeness:
    """Return how alike the child a mail tells of is to that of a case.

    Args:
        shared: The sorts of keys that both have; `home` and `family` count.
    """
    found = [
        name_verdict(told.name, case.child.name, limits),
        birth_verdict(told.dob, case.child.dob, limits),
        _number_verdict(told.nhs_number, case.child.nhs_number, limits),
        _incident_verdict(incident_on, case.incident_on, limits),
        "same_home" if "home" in shared else "same_family" if "family" in shared else "",
    ]
    said = [verdict for verdict in found if verdict]
    points = sum(_points(verdict, limits.points) for verdict in said)
    return Likeness(points, ", ".join(verdict.replace("_", " ") for verdict in said))


def name_verdict(one: str | None, other: str | None, limits: MatchLimits) -> str:
    """Return what two names are to each other, by the names of each that are most alike: a code of
    `LikenessPoints`, or "" where that cannot be told."""
    verdicts = {
        _of_names(mine, theirs, limits) for mine in names_of(one) for theirs in names_of(other)
    }
    best = max(verdicts, key=lambda verdict: _points(verdict, limits.points), default="")
    if best == "other_name" and (is_unnamed(one) or is_unnamed(other)):
        return ""
    return best


def birth_verdict(one: date | None, other: date | None, limits: MatchLimits) -> str:
    """Return what two birth dates are to each other, as `name_verdict` does."""
    if one is None or other is None:
        return ""
    if one == other:
        return "same_birth"
    if turned_round(one) == other:
        return "birth_nearly"
    typed = OSA.distance(f"{one:%d%m%Y}", f"{other:%d%m%Y}")
    return "birth_nearly" if typed <= limits.birth_digits.value else "other_birth"


def _of_names(one: tuple[str, ...], other: tuple[str, ...], limits: MatchLimits) -> str:
    # "Mary Ann" and "Maryann" are one name.
    if "".join(one) == "".join(other) and min(map(len, (one, other, *one, *other))) > 1:
        return "same_name"
    short, long = sorted((one, other), key=len)
    pairs = tuple(_pairs(short, long))
    if len(short) < 2:
        return "part_of_name" if _is_alike(*pairs[0], limits) else "other_name"
    if all(_is_alike(*pair, limits) for pair in pairs):
        return _alike(pairs, limits)
    # A child keeps its given name where the surname changes; a surname is its family's.
    given = (one[0], other[0])
    return (
        "part_of_name" if min(map(len, given)) > 1 and _is_spelt(*given, limits) else "other_name"
    )


def _alike(pairs: tuple[tuple[str, str], ...], limits: MatchLimits) -> str:
    """Return how alike two names are that agree in every word of the shorter one."""
    initials = [min(map(len, pair)) == 1 for pair in pairs]
    if any(initials):
        return "initials" if all(initials) else "initial_and_name"
    if all(one == other for one, other in pairs):
        return "same_name"
    return "name_alike" if all(_is_spelt(*pair, limits) for pair in pairs) else "sounds_alike"


def _pairs(short: tuple[str, ...], long: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each word of the shorter name with the word of the longer one it is most like."""
    left = list(long)
    for word in sorted(short, key=len, reverse=True):
        nearest = max(left, key=lambda one: _share(word, one))
        left.remove(nearest)
        yield word, nearest


def _share(one: str, other: str) -> float:
    if 1 in (len(one), len(other)):
        return _EXACT - 1 if one[0] == other[0] else 0
    return fuzz.ratio(one, other)


def _is_alike(one: str, other: str, limits: MatchLimits) -> bool:
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    sounds = sound_of(one) == sound_of(other)
    return _is_spelt(one, other, limits) or (
        sounds and _share(one, other) >= limits.word_sounding.value
    )


def _is_spelt(one: str, other: str, limits: MatchLimits) -> bool:
    return fuzz.ratio(one, other) >= limits.word_alike.value


def _number_verdict(one: str | None, other: str | None, limits: MatchLimits) -> str:
    digits = ["".join(filter(str.isdigit, number or "")) for number in (one, other)]
    if not all(digits):
        return ""
    if (apart := OSA.distance(*digits)) == 0:
        return "same_nhs_number"
    return "other_nhs_number" if apart > limits.nhs_digits.value else ""


def _incident_verdict(one: date | None, other: date | None, limits: MatchLimits) -> str:
    if one is None or other is None:
        return ""
    near = abs((one - other).days) <= limits.incident_days.value
    return "same_incident_date" if near else "other_incident_date"


def _points(verdict: str, points: LikenessPoints) -> int:
    return int(getattr(points, verdict).value) if verdict else 0
