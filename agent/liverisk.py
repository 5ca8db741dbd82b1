"""Sentences -> Evidence that a child may be in danger now, whatever else the mail is.

Pure. The words stand in rules/live_risk.toml: signs bring points, calming words take points or
silence a sentence. Sentences that stand together are added up, so that what one of them leaves out
another may tell. It never decides what is done about it, and prefers a false alarm to silence.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from agent.declared import Declared, load_declared
from agent.errors import RuleError
from agent.model.message import Evidence
from agent.model.words import Sentence
from agent.phrases import Phrases, PhraseSet, check_phrases
from agent.ruleset import Figure

_SNIPPET = 120
_LIST = re.compile(r"<([a-z_]+)>")


class Sign(PhraseSet):
    """A danger, or a hint of one, and how much it weighs: `alarm_at` points raise the flag."""

    points: int = Field(gt=0)


class Calm(PhraseSet):
    """Words that speak against it: they take points from what stands near, or, where `points` is
    not given, silence their own sentence."""

    points: int = Field(default=0, ge=0)


class _File(Declared):
    alarm_at: Figure[int]
    hints_at_most: Figure[int]
    together: Figure[int]
    calm_reach: Figure[int]
    words: Mapping[str, tuple[str, ...]]
    sign: Mapping[str, Sign] = Field(min_length=1)
    hint: Mapping[str, Sign]
    calm: Mapping[str, Calm]


@dataclass(frozen=True, slots=True)
class LiveRiskRules:
    """The declared sets, ready to look for, with the points of each; names as in the file."""

    phrases: Phrases
    signs: Mapping[str, int]
    hints: Mapping[str, int]
    calming: Mapping[str, int]
    alarm_at: int
    hints_at_most: int
    together: int
    calm_reach: int


def find_live_risk(
    sentences: Sequence[Sentence], rules: LiveRiskRules, place: str = "own words"
) -> tuple[Evidence, ...]:
    """Return what speaks for a child being in danger now, the weightiest first; empty for none.

    Each set counts once among sentences that stand together, however often it is said. `place`
    is where the sentences come from, as the trace shows it.
    """
    held = [rules.phrases.held_in(sentence) for sentence in sentences]
    calming = [said & rules.calming.keys() for said in held]
    # What one sentence says of the past, or of what might be, counts for nothing.
    spoken = [
        said if all(rules.calming[name] for name in calm) else frozenset()
        for said, calm in zip(held, calming, strict=True)
    ]
    signs = _added_up(spoken, rules.signs, rules.together)
    hints = _added_up(spoken, rules.hints, rules.together)
    # Calming words are looked for further back, and further on, than what they calm.
    calms = _added_up(calming, rules.calming, rules.together + 2 * rules.calm_reach)
    balances = [
        sign and sign + min(hint, rules.hints_at_most) - calms[min(at, len(calms) - 1)]
        for at, (sign, hint) in enumerate(zip(signs, hints, strict=True), rules.calm_reach)
    ]
    if not balances or max(balances) < rules.alarm_at:
        return ()
    end = balances.index(max(balances)) + 1
    start = max(0, end - rules.together)
    return _evidence(sentences[start:end], spoken[start:end], rules, place)


def _added_up(
    said: Sequence[frozenset[str]], points: Mapping[str, int], count: int
) -> Sequence[int]:
    """Return for each sentence the points of what it and the `count - 1` before it say."""
    inside: Counter[str] = Counter()
    total, totals = 0, []
    for at, names in enumerate(said):
        if at >= count:
            gone = said[at - count]
            inside.subtract(gone)
            total -= sum(points.get(name, 0) for name in gone if not inside[name])
        total += sum(points.get(name, 0) for name in names if not inside[name])
        inside.update(names)
        totals.append(total)
    return totals


def _evidence(
    sentences: Sequence[Sentence],
    spoken: Sequence[frozenset[str]],
    rules: LiveRiskRules,
    place: str,
) -> tuple[Evidence, ...]:
    found: dict[str, str] = {}
    for sentence, names in zip(sentences, spoken, strict=True):
        for name in names & rules.signs.keys():
            found.setdefault(name, sentence.text[:_SNIPPET])
    ordered = sorted(found.items(), key=lambda item: (-rules.signs[item[0]], item[0]))
    return tuple(Evidence(f"{place}: {name}", snippet) for name, snippet in ordered)


def load_live_risk(path: Path) -> LiveRiskRules:
    """Return the declared signs; in a phrase `<name>` stands for any word of the list `name`.

    Raises:
        RuleError: the file cannot be read, a phrase is not well formed or names no list, or a
            two sets are called alike.
    """
    declared = load_declared(path, _File)
    lists = _written_out(declared.words, path)
    sets: dict[str, PhraseSet] = {}
    for name, one in (*declared.sign.items(), *declared.hint.items(), *declared.calm.items()):
        if name in sets:
            raise RuleError(f"{path}: two sets are called `{name}`; rename one.")
        sets[name] = PhraseSet(
            why=one.why,
            phrases=tuple(_fill_in(phrase, lists, f"{path}: [{name}]") for phrase in one.phrases),
            unless=tuple(_fill_in(phrase, lists, f"{path}: [{name}]") for phrase in one.unless),
        )
        check_phrases(path, name, sets[name])
    return LiveRiskRules(
        phrases=Phrases(sets),
        signs={name: one.points for name, one in declared.sign.items()},
        hints={name: one.points for name, one in declared.hint.items()},
        calming={name: one.points for name, one in declared.calm.items()},
        alarm_at=declared.alarm_at.value,
        hints_at_most=declared.hints_at_most.value,
        together=declared.together.value,
        calm_reach=declared.calm_reach.value,
    )


def _written_out(words: Mapping[str, Sequence[str]], path: Path) -> Mapping[str, str]:
    """Return each list as one group; a list may name those above it, so none names itself."""
    lists: dict[str, str] = {}
    for name, list_of in words.items():
        filled = [_fill_in(word, lists, f"{path}: [words] {name}") for word in list_of]
        lists[name] = f"({'|'.join(filled)})"
    return lists


def _fill_in(phrase: str, lists: Mapping[str, str], where: str) -> str:
    for name in _LIST.findall(phrase):
        if name not in lists:
            raise RuleError(f"{where}: `{phrase}` asks for the words `{name}`; no list above has.")
        phrase = phrase.replace(f"<{name}>", lists[name])
    return phrase
