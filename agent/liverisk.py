"""Sentences, and what all words lean to -> Evidence that a child may be in danger now.

Pure. The figures and the plain signs stand in rules/live_risk.toml, what words weigh in danger.csv.
It never decides what is done about it, and prefers a false alarm to silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from agent.declared import Declared, Figure, load_declared
from agent.errors import RuleError
from agent.model.facts import Leaning
from agent.model.message import Evidence
from agent.model.words import Sentence
from agent.phrase_file import check_phrases, filled_in, write_out
from agent.phrases import Phrases, PhraseSet

_SNIPPET = 120


class _File(Declared):
    flag_from: Figure[float]
    passage_from: Figure[float]
    words: Mapping[str, tuple[str, ...]]
    sign: Mapping[str, PhraseSet]
    form: Mapping[str, PhraseSet] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LiveRiskRules:
    """The declared sets, ready to look for, and from which leaning on the words raise the flag."""

    phrases: Phrases
    signs: frozenset[str]
    in_forms: frozenset[str]
    flag_from: float
    passage_from: float


def find_live_risk(
    sentences: Sequence[Sentence],
    leaning: Leaning,
    passages: Iterable[Leaning],
    rules: LiveRiskRules,
) -> tuple[Evidence, ...]:
    """Return what speaks for a child being in danger now; empty for none.

    A plain sign is enough by itself; else all the words are weighed together (`leaning`), and in a
    long mail each passage by itself.
    """
    signs = _held(sentences, rules.signs, rules, "own words")
    if not signs and leaning.share < rules.flag_from:
        found = max(passages, key=lambda one: one.share, default=leaning)
        if found.share < rules.passage_from:
            return ()
        leaning = found
    said = ", ".join(leaning.words)
    return (*signs, Evidence(f"own words: lean to danger ({leaning.share:.2f})", said))


def find_live_risk_in_form(
    sentences: Sequence[Sentence], rules: LiveRiskRules, place: str
) -> tuple[Evidence, ...]:
    """Return what a form's answers say of a danger that goes on; empty for none.

    A form tells of past harm in nearly every answer, so that only the sets for forms count.
    """
    return _held(sentences, rules.in_forms, rules, place)


def _held(
    sentences: Sequence[Sentence], wanted: frozenset[str], rules: LiveRiskRules, place: str
) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"{place}: {name}", sentence.text[:_SNIPPET])
        for sentence in sentences
        for name in sorted(rules.phrases.held_in(sentence) & wanted)
    )


def load_live_risk(path: Path) -> LiveRiskRules:
    """Return the declared signs; in a phrase `<name>` stands for any word of the list `name`.

    Raises:
        RuleError: the file cannot be read, a phrase is not well formed or names no list, or
            two sets are called alike.
    """
    declared = load_declared(path, _File)
    lists = write_out(declared.words, path)
    sets: dict[str, PhraseSet] = {}
    for name, one in (*declared.sign.items(), *declared.form.items()):
        if name in sets:
            raise RuleError(f"{path}: two sets are called `{name}`; rename one.")
        sets[name] = filled_in(one, lists, f"{path}: [{name}]")
        check_phrases(path, name, sets[name])
    return LiveRiskRules(
        phrases=Phrases(sets),
        signs=frozenset(declared.sign),
        in_forms=frozenset(declared.form),
        flag_from=declared.flag_from.value,
        passage_from=declared.passage_from.value,
    )
