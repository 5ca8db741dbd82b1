"""The words by which screening knows mail whose headers do not tell, strictly loaded: automatic
mail, secure mail, passcodes, delivery reports, absences, and borrowed names."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.declared import Declared, load_declared
from agent.model.sender import Wrapper

# Subjects and addresses are compared in small letters: an entry with a capital would never match.
Word = Annotated[str, StringConstraints(min_length=2, pattern=r"^[^A-Z\s]([^A-Z]*[^A-Z\s])?$")]


class SecureNotice(Declared):
    """How one service's secure mail looks: by its files (`*` stands for anything), their types, or
    words of its notice. `unless` holds words that take the words back."""

    wrapper: Wrapper
    source: str
    files: tuple[Word, ...] = ()
    types: tuple[Word, ...] = ()
    words: tuple[Word, ...] = ()
    unless: tuple[Word, ...] = ()


class ScreeningRules(Declared):
    """What rules/screening.toml declares; each list is explained there."""

    subject_tags: tuple[Word, ...]
    auto_reply_subjects: tuple[Word, ...]
    auto_reply_whole_subjects: tuple[Word, ...]
    daemon_senders: tuple[Word, ...]
    daemon_names: tuple[Word, ...]
    bounce_subjects: tuple[Word, ...]
    no_reply_words: tuple[Word, ...]
    restricted_suffixes: tuple[Word, ...]
    common_name_words: frozenset[Word]
    passcode_words: tuple[Word, ...]
    passcode_unless: tuple[Word, ...]
    bounce_words: tuple[Word, ...]
    gave_up_words: tuple[Word, ...]
    delay_words: tuple[Word, ...]
    back_words: tuple[Word, ...]
    until_words: tuple[Word, ...]
    vague_day_words: tuple[Word, ...]
    secure: tuple[SecureNotice, ...] = Field(min_length=1)


def load_screening(path: Path) -> ScreeningRules:
    """Return the screening words; raises `RuleError` naming the file and the entry at fault."""
    return load_declared(path, ScreeningRules)
