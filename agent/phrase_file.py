"""Loads sets of phrases as people write them down, and the lists of words their phrases name.

In a phrase `<name>` stands for any word of the list `name` under `[words]` of the same file. A
phrase that cannot be used stops the start, with its file and set named.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.declared import Declared, read_toml, validate
from agent.errors import RuleError
from agent.phrases import STRAIGHT, Phrases, PhraseSet, pattern_of

_LIST = re.compile(r"<([a-z_]+)>")


class _Words(Declared):
    words: Mapping[str, tuple[str, ...]] = {}


def load_phrases(paths: Sequence[Path]) -> Phrases:
    """Return the sets of these files; a set in an earlier file comes before one of its name.

    Raises:
        RuleError: a file cannot be read or a phrase is not well formed; the text names it.
    """
    sets: dict[str, PhraseSet] = {}
    for path in paths:
        content = read_toml(path)
        lists = write_out(
            validate({"words": content.pop("words", {})}, _Words, f"{path}").words, path
        )
        for name, declared in content.items():
            if name not in sets:
                one = validate(declared, PhraseSet, f"{path}: [{name}]")
                sets[name] = filled_in(one, lists, f"{path}: [{name}]")
                check_phrases(path, name, sets[name])
    return Phrases(sets)


def filled_in(declared: PhraseSet, lists: Mapping[str, str], where: str) -> PhraseSet:
    """Return the set with every `<name>` in its phrases written out; raises RuleError."""
    return PhraseSet(
        why=declared.why,
        phrases=tuple(_fill_in(phrase, lists, where) for phrase in declared.phrases),
        unless=tuple(_fill_in(phrase, lists, where) for phrase in declared.unless),
    )


def write_out(words: Mapping[str, Sequence[str]], path: Path) -> Mapping[str, str]:
    """Return each list as one group; a list may name those above it, so none names itself.

    Raises:
        RuleError: a list names one that does not stand above it.
    """
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


def check_phrases(path: Path, name: str, declared: PhraseSet) -> None:
    """Raise RuleError, naming file and set, where a phrase is not well formed."""
    for phrase in (*declared.phrases, *declared.unless):
        if phrase != phrase.lower().translate(STRAIGHT) or not phrase.strip():
            raise RuleError(f"{path}: [{name}]: write `{phrase}` in lower case, straight quotes.")
        try:
            pattern_of(phrase)
        except re.error as error:
            raise RuleError(f"{path}: [{name}]: `{phrase}` is not well formed: {error}.") from error
