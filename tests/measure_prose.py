"""`python -m tests.measure_prose`: precision and recall of every field told in prose, by half.

Prints what is wrong for the tune half only; of the held half only the counts. A held file that
somebody has looked at is renamed to `tune_*`, and a new one is written before the next count.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.banner_rules import BannerRules, load_banners
from agent.model.form import Form
from agent.model.message import Kind
from agent.ownwords import own_words
from agent.parse import parse
from agent.prose import read_prose
from tests.mails import mail

MAILS = Path(__file__).parent / "prose"
BANNERS = Path(__file__).parents[1] / "rules" / "banners.toml"
HALVES = ("tune", "held")
# Fields told by words that must stand in them; the rest have to be equal.
HOLDING = {
    *("summary", "reason_for_referral", "learning", "incident_location", "referrer_contact"),
    *("involvement_summary", "practice_analysis", "partnership_concerns", "other_agencies_known"),
    "further_info",
}


@dataclass(frozen=True)
class Told:
    """One labelled mail and the form that was read from it."""

    id: str
    half: str
    expected: Mapping[str, Any]
    form: Form | None


def load_told() -> list[Told]:
    """Return every labelled mail, read."""
    banners = load_banners(BANNERS)
    return [
        Told(entry["id"], path.stem.partition("_")[0], entry["expect"], read(entry, banners))
        for path in sorted(MAILS.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mail"]
    ]


def read(entry: Mapping[str, Any], banners: BannerRules) -> Form | None:
    """Return the form told in one entry's mail."""
    at: datetime = entry["at"]
    raw = mail(
        entry["from"],
        entry["subject"],
        entry["text"],
        received=at,
        in_reply_to="<asked-1@lscp.example>" if entry.get("reply") else None,
    )
    message = parse(raw)
    return read_prose(Kind(entry["kind"]), message, own_words(message, banners))


def is_right(name: str, expected: object, value: object) -> bool:
    """Return whether a value is the one expected, whatever its spacing and case."""
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    one, other = _folded(str(expected)), _folded(str(value))
    return one in other if name in HOLDING else one == other


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[,.;:]+(?=\s|$)", "", text.casefold().replace("’", "'")).split())


def counts(told: list[Told], half: str) -> dict[str, Counter[str]]:
    """Return for each field how many values of a half are right, wrong, missing and surplus."""
    found: dict[str, Counter[str]] = {}
    for one in told:
        if one.half == half:
            for name, _, _, sort in judged(one):
                found.setdefault(name, Counter())[sort] += 1
    return found


def judged(one: Told) -> Iterator[tuple[str, object, object, str]]:
    """Yield each field that is expected or read, both values, and what that makes."""
    fields = one.form.fields if one.form else {}
    for name in dict.fromkeys((*one.expected, *fields)):
        answer = fields.get(name)
        value, expected = (None if answer is None else answer.value), one.expected.get(name)
        if value is None and expected is None:
            continue
        if value is None:
            yield name, expected, value, "missing"
        elif expected is None:
            yield name, expected, value, "surplus"
        else:
            right = is_right(name, expected, value)
            yield name, expected, value, "right" if right else "wrong"


def figures(count: Counter[str]) -> tuple[float, float]:
    """Return precision and recall."""
    said = count["right"] + count["wrong"] + count["surplus"]
    there = count["right"] + count["wrong"] + count["missing"]
    return (count["right"] / said if said else 1.0), (count["right"] / there if there else 1.0)


def _lines(told: list[Told]) -> Iterator[str]:
    for half in HALVES:
        found = counts(told, half)
        yield f"{half}: {sum(one.half == half for one in told)} mails"
        for name in sorted(found):
            precision, recall = figures(found[name])
            shares = f"precision {precision:6.1%}  recall {recall:6.1%}"
            yield f"  {name:<24}{shares}  {dict(found[name])}"
        precision, recall = figures(sum(found.values(), Counter()))
        yield f"  {'together':<24}precision {precision:6.1%}  recall {recall:6.1%}"
    for one in told:
        if one.half == "tune":
            for name, expected, value, sort in judged(one):
                if sort != "right":
                    yield f"{one.id} {name} {sort}: expected {expected!r}, read {value!r}"


def main() -> None:
    """Print the figures and, of the tune half, what is wrong."""
    for line in _lines(load_told()):
        print(line)


if __name__ == "__main__":
    main()
