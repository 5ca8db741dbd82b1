"""Sentences -> Evidence that a child may be in danger now, whatever else the mail is.

Pure. The words stand in rules/live_risk.toml: signs and hints bring points, calming words take
points or silence a sentence, and a sentence that tells of somebody and says when brings more.
Sentences that stand together are added up, so that what one of them leaves out another may tell.
It never decides what is done about it, and prefers a false alarm to silence.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pydantic import Field

from agent.declared import Declared, load_declared
from agent.errors import RuleError
from agent.model.facts import Leaning
from agent.model.message import Evidence
from agent.model.words import Sentence
from agent.phrase_file import check_phrases, filled_in, write_out
from agent.phrases import Phrases, PhraseSet
from agent.ruleset import Figure

_SNIPPET = 120
# The trace shows what weighs most; a page of it would be read by nobody.
_SHOWN = 6


class Sign(PhraseSet):
    """A danger, or a hint of one, and how much it weighs: `alarm_at` points raise the flag."""

    points: int = Field(gt=0)


class Calm(PhraseSet):
    """Words that speak against it: they take points from what stands near, or, where `points` is
    not given, silence their own sentence."""

    points: int = Field(default=0, ge=0)


class _File(Declared):
    alarm_at: Figure[int]
    hints_alone_at: Figure[int]
    answer_alarm_at: Figure[int]
    answer_hints_alone_at: Figure[int]
    told_now: Figure[int]
    told_now_at_most: Figure[int]
    together: Figure[int]
    calm_reach: Figure[int]
    words_alone_from: Figure[float]
    signs_need: Figure[float]
    words: Mapping[str, tuple[str, ...]]
    sign: Mapping[str, Sign] = Field(min_length=1)
    who: Mapping[str, Sign] = {}
    when: Mapping[str, Sign] = {}
    hint: Mapping[str, Sign]
    calm: Mapping[str, Calm]
    form: Mapping[str, PhraseSet]


@dataclass(frozen=True, slots=True)
class LiveRiskRules:
    """The declared sets, ready to look for, with the points of each; names as in the file.

    `who` and `when` are hints too; a sentence with one of each brings `told_now` points more.
    """

    phrases: Phrases
    signs: Mapping[str, int]
    hints: Mapping[str, int]
    who: frozenset[str]
    when: frozenset[str]
    calming: Mapping[str, int]
    in_forms: frozenset[str]
    alarm_at: int
    hints_alone_at: int
    answer_alarm_at: int
    answer_hints_alone_at: int
    told_now: int
    told_now_at_most: int
    together: int
    calm_reach: int
    words_alone_from: float
    signs_need: float


def find_live_risk(
    sentences: Sequence[Sentence],
    leaning: Leaning,
    rules: LiveRiskRules,
    *,
    is_answer: bool = False,
) -> tuple[Evidence, ...]:
    """Return what speaks for a child being in danger now; empty for none.

    Two witnesses are heard: the declared signs, and what all the words of the mail lean to. Either
    may be wrong alone: signs count only where the words do not lean quite the other way, and words
    that lean far enough need no sign.
    """
    signs = find_signs(sentences, rules, is_answer=is_answer)
    if leaning.share < (rules.signs_need if signs else rules.words_alone_from):
        return ()
    said = Evidence(f"own words: lean to danger ({leaning.share:.2f})", ", ".join(leaning.words))
    return (*signs, said)


def find_signs(
    sentences: Sequence[Sentence], rules: LiveRiskRules, *, is_answer: bool = False
) -> tuple[Evidence, ...]:
    """Return the declared signs of a danger now, the weightiest first; empty for too few.

    Each set counts once among sentences that stand together, however often it is said. An answer
    to our own request (`is_answer`) tells of the past in the same words, so more is asked of it.
    """
    held = [rules.phrases.held_in(sentence) for sentence in sentences]
    calming = [said & rules.calming.keys() for said in held]
    # What one sentence says of the past, or of what might be, counts for nothing.
    spoken = [
        said if all(rules.calming[name] for name in calm) else frozenset()
        for said, calm in zip(held, calming, strict=True)
    ]
    end = _weightiest(spoken, calming, rules, is_answer)
    if end is None:
        return ()
    start = max(0, end - rules.together)
    return _evidence(sentences[start:end], spoken[start:end], rules)


def find_live_risk_in_form(
    sentences: Sequence[Sentence], rules: LiveRiskRules, place: str
) -> tuple[Evidence, ...]:
    """Return what a form's answers say of a danger that goes on; empty for none.

    A form tells of past harm in nearly every answer, so that only the sets for forms count, and
    none beside a sentence that calms by itself.
    """
    held = [rules.phrases.held_in(sentence) for sentence in sentences]
    settled = {name for name, points in rules.calming.items() if points >= rules.alarm_at}
    calm = [not said.isdisjoint(settled) for said in held]
    return tuple(
        Evidence(f"{place}: {name}", sentences[at].text[:_SNIPPET])
        for at, said in enumerate(held)
        for name in sorted(said & rules.in_forms)
        if not any(calm[max(0, at - 1) : at + 2])
    )


def _weightiest(
    spoken: Sequence[frozenset[str]],
    calming: Sequence[frozenset[str]],
    rules: LiveRiskRules,
    is_answer: bool,
) -> int | None:
    """Return where the passage that speaks most of danger ends, or None where none does enough."""
    with_signs = rules.answer_alarm_at if is_answer else rules.alarm_at
    alone = rules.answer_hints_alone_at if is_answer else rules.hints_alone_at
    signs = _added_up(spoken, rules.signs, rules.together)
    hints = _added_up(spoken, rules.hints, rules.together)
    told_now = [not (said.isdisjoint(rules.who) or said.isdisjoint(rules.when)) for said in spoken]
    # Calming words are looked for further back, and further on, than what they calm.
    calms = _added_up(calming, rules.calming, rules.together + 2 * rules.calm_reach)
    best, end = -1, None
    for at, (sign, hint) in enumerate(zip(signs, hints, strict=True)):
        calm = calms[min(at + rules.calm_reach, len(calms) - 1)]
        told = sum(told_now[max(0, at + 1 - rules.together) : at + 1])
        points = sign + hint + rules.told_now * min(told, rules.told_now_at_most)
        beyond = points - calm - (with_signs if sign else alone)
        if beyond > best:
            best, end = beyond, at + 1
    return end


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
) -> tuple[Evidence, ...]:
    points = {**rules.signs, **rules.hints}
    found: dict[str, str] = {}
    for sentence, names in zip(sentences, spoken, strict=True):
        for name in names & points.keys():
            found.setdefault(name, sentence.text[:_SNIPPET])
    weighty = sorted(found.items(), key=lambda item: (-points[item[0]], item[0]))
    return tuple(Evidence(f"own words: {name}", snippet) for name, snippet in weighty[:_SHOWN])


def load_live_risk(path: Path) -> LiveRiskRules:
    """Return the declared signs; in a phrase `<name>` stands for any word of the list `name`.

    Raises:
        RuleError: the file cannot be read, a phrase is not well formed or names no list, or
            two sets are called alike.
    """
    declared = load_declared(path, _File)
    lists = write_out(declared.words, path)
    sets: dict[str, PhraseSet] = {}
    hints = {**declared.who, **declared.when, **declared.hint}
    if len(hints) < len(declared.who) + len(declared.when) + len(declared.hint):
        raise RuleError(f"{path}: two of [who], [when] and [hint] are called alike; rename one.")
    tables = (declared.sign, hints, declared.calm, declared.form)
    for name, one in chain.from_iterable(table.items() for table in tables):
        if name in sets:
            raise RuleError(f"{path}: two sets are called `{name}`; rename one.")
        sets[name] = filled_in(one, lists, f"{path}: [{name}]")
        check_phrases(path, name, sets[name])
    return LiveRiskRules(
        phrases=Phrases(sets),
        signs={name: one.points for name, one in declared.sign.items()},
        hints={name: one.points for name, one in hints.items()},
        who=frozenset(declared.who),
        when=frozenset(declared.when),
        in_forms=frozenset(declared.form),
        calming={name: one.points for name, one in declared.calm.items()},
        alarm_at=declared.alarm_at.value,
        hints_alone_at=declared.hints_alone_at.value,
        answer_alarm_at=declared.answer_alarm_at.value,
        answer_hints_alone_at=declared.answer_hints_alone_at.value,
        told_now=declared.told_now.value,
        told_now_at_most=declared.told_now_at_most.value,
        together=declared.together.value,
        calm_reach=declared.calm_reach.value,
        words_alone_from=declared.words_alone_from.value,
        signs_need=declared.signs_need.value,
    )
