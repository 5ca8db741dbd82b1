"""Reading rule files that may be wrong: what can be read of each, and everything wrong inside it.

The strict loaders stop at the first mistake; a person who mends a file wants to see all of them.
Nothing here compares one file with another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, StrictInt, StrictStr, TypeAdapter, ValidationError

from agent.declared import read_toml, validate
from agent.errors import RuleError
from agent.model.message import Kind
from agent.phrase_file import check_phrases, filled_in, write_out
from agent.phrasecheck import find_faults
from agent.phrases import PhraseSet
from agent.predicates import PREDICATES
from agent.ruleset import AlsoRule, Asking, Door, DoubtRule, MailRule, MailRules

ModelT = TypeVar("ModelT", bound=BaseModel)

_MEND = "Mend it: the agent does not start with it."
# The only words that these predicates ever meet (`Screening.automatic`, and the kinds of forms).
_SCREENED = ("own", "bounce", "auto_reply", "read_receipt", "calendar_reply", "list", "no_reply")
_WORDS: Mapping[str, Sequence[str]] = {
    "screened_as": _SCREENED,
    "filled_form": tuple(Kind),
    "blank_form": tuple(Kind),
}
# What stands in a list of two; their annotations say no more than that it is a list.
_PAIRS: Mapping[str, TypeAdapter[Any]] = {
    "header_is": TypeAdapter(tuple[StrictStr, StrictStr]),
    "tells": TypeAdapter(tuple[StrictStr, StrictInt]),
}
# The tables of live_risk.toml that hold sets of phrases.
_LIVE_RISK = ("sign", "form")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: in which file, at which rule or set, and what to do about it.

    `stops` says that the agent does not start, or takes no mail, with it.
    """

    file: str
    where: str
    wrong: str
    advice: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class RuleTable:
    """What can be read of one mail.toml."""

    path: Path
    rules: tuple[MailRule, ...]
    also: tuple[AlsoRule, ...]
    doubts: tuple[DoubtRule, ...]
    doors: tuple[Door, ...] = ()
    findings: tuple[Finding, ...] = ()

    def asked_sets(self) -> Iterator[tuple[str, str]]:
        """Yield each set of phrases that is asked for, with the rule that asks."""
        for where, rule in self.named():
            for asked in (rule.when, rule.unless):
                for key, value in asked.items():
                    if (key.endswith("says") or key == "tells") and _fits(key, value):
                        names = value[:1] if key == "tells" else value
                        yield from ((where, name) for name in names)
        yield from ((f"door `{one.door}`", one.says) for one in self.doors)

    def named(self) -> Iterator[tuple[str, Asking]]:
        """Yield every rule with the words by which a person finds it."""
        yield from ((f"rule `{rule.id}`", rule) for rule in self.rules)
        yield from ((f"second point `{one.kind}`", one) for one in self.also)
        yield from ((f"doubt `{one.why}`", one) for one in self.doubts)


@dataclass(frozen=True, slots=True)
class WordFile:
    """The names of the sets of one words.toml; empty where it cannot be read."""

    path: Path
    names: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_rules(path: Path) -> RuleTable:
    """Return what can be read of a mail.toml; rules that cannot are among the findings."""
    found: list[Finding] = []
    rules: list[MailRule] = []
    also: list[AlsoRule] = []
    doubts: list[DoubtRule] = []
    doors: list[Door] = []
    try:
        content = read_toml(path)
        for item in _take_tables(content, "rule"):
            where = f"rule `{item.get('id', '(without an id)')}`"
            rules += _validated(item, MailRule, path, where, found)
        for item in _take_tables(content, "also"):
            where = f"second point `{item.get('kind', '(without a kind)')}`"
            also += _validated(item, AlsoRule, path, where, found)
        for item in _take_tables(content, "doubt"):
            where = f"doubt `{item.get('why', '(without a why)')}`"
            doubts += _validated(item, DoubtRule, path, where, found)
        for item in _take_tables(content, "door"):
            doors += _validated(item, Door, path, f"door `{item.get('door', '?')}`", found)
        validate(content, MailRules, str(path))
    except RuleError as error:
        found.append(_refused(path, "", error))
    table = RuleTable(path, tuple(rules), tuple(also), tuple(doubts), tuple(doors))
    for where, rule in table.named():
        found += _wrongly_asked(path, where, rule)
    return replace(table, findings=tuple(found))


def read_words(path: Path) -> WordFile:
    """Return the sets of a words.toml and what is wrong with their phrases."""
    found: list[Finding] = []
    try:
        content = read_toml(path)
        words = content.pop("words", {})
        lists = write_out(words, path)
    except RuleError as error:
        return WordFile(path, (), (_refused(path, "", error),))
    for name, item in content.items():
        for declared in _validated(item, PhraseSet, path, f"[{name}]", found):
            found += _in_phrases(path, f"[{name}]", declared, lists)
    found += _unused_lists(path, words, content.values())
    return WordFile(path, tuple(content), tuple(found))


def read_live_risk(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with the phrases of a live_risk.toml that is otherwise in order."""
    try:
        content = read_toml(path)
        lists = write_out(content.get("words", {}), path)
        tables = [(name, item) for name, item in content.items() if name in _LIVE_RISK]
        sets = [(f"[{table}.{name}]", one) for table, of in tables for name, one in of.items()]
    except (RuleError, AttributeError):
        return  # The loader says it better.
    found: list[Finding] = []
    for where, one in sets:
        for declared in _validated(one, PhraseSet, path, where, found):
            yield from _in_phrases(path, where, declared, lists)
    yield from _unused_lists(path, content.get("words", {}), [one for _, one in sets])


def _take_tables(content: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Take the tables under `key` out of the content; what is no table stays to be refused."""
    items = content.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return []
    del content[key]
    return items


def _validated(
    item: Any, model: type[ModelT], path: Path, where: str, found: list[Finding]
) -> list[ModelT]:
    try:
        return [validate(item, model, str(path))]
    except RuleError as error:
        found.append(_refused(path, where, error))
        return []


def _refused(path: Path, where: str, error: RuleError) -> Finding:
    text = str(error).removeprefix(f"{path}: ").removeprefix(f"{where}: ")
    return Finding(str(path), where, text, _MEND, stops=True)


def _wrongly_asked(path: Path, where: str, rule: Asking) -> Iterator[Finding]:
    file = str(path)
    for name, value in (*rule.when.items(), *rule.unless.items()):
        if name not in PREDICATES:
            known = ", ".join(sorted(PREDICATES))
            wrong = f"It asks for `{name}`, which does not exist."
            yield Finding(file, where, wrong, f"Known: {known}.", stops=True)
        elif not _fits(name, value):
            wrong = f"`{name} = {value!r}` is not what `{name}` takes."
            advice = "The README's table of predicates shows how it is written."
            yield Finding(file, where, wrong, advice, stops=True)
        elif name in _WORDS and (strange := sorted(set(value) - set(_WORDS[name]))):
            wrong = f"`{name}` never meets `{strange[0]}`."
            yield Finding(file, where, wrong, f"Known: {', '.join(_WORDS[name])}.")


def _fits(name: str, value: object) -> bool:
    """Return whether a predicate can work with an argument: its own annotation says so."""
    hints = [hint for key, hint in get_type_hints(PREDICATES[name]).items() if key != "return"]
    pair = _PAIRS.get(name)
    try:
        (pair or TypeAdapter(hints[2])).validate_python(value, strict=None if pair else True)
    except ValidationError:
        return False
    return True


def _in_phrases(
    path: Path, where: str, declared: PhraseSet, lists: Mapping[str, str]
) -> Iterator[Finding]:
    try:
        filled = filled_in(declared, lists, f"{path}: {where}")
    except RuleError as error:
        yield _refused(path, where, error)
        return
    broken = False
    for phrase in (*filled.phrases, *filled.unless):
        try:
            check_phrases(path, where.strip("[]"), PhraseSet(why="", phrases=(phrase,)))
        except RuleError as error:
            broken = True
            yield _refused(path, where, error)
    if not broken:
        for fault in find_faults(declared, filled):
            yield Finding(str(path), where, f"`{fault.phrase}`: {fault.wrong}", fault.advice)


def _unused_lists(
    path: Path, words: Mapping[str, Sequence[str]], sets: Iterable[object]
) -> Iterator[Finding]:
    used = str([*words.values(), *sets])
    for name in words:
        if f"<{name}>" not in used:
            wrong = "No phrase names this list of words."
            yield Finding(str(path), f"[words] {name}", wrong, f"Write <{name}>, or remove it.")
