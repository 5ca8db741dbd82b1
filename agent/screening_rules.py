"""The words by which automatic mail without a telling header is recognised, strictly loaded."""

from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from agent.declared import Declared, load_declared

# Subjects and addresses are compared in small letters: an entry with a capital would never match.
Word = Annotated[str, StringConstraints(min_length=2, pattern=r"^[^A-Z\s]([^A-Z]*[^A-Z\s])?$")]


class ScreeningRules(Declared):
    """What rules/screening.toml declares; each list is explained there."""

    subject_tags: tuple[Word, ...]
    auto_reply_subjects: tuple[Word, ...]
    auto_reply_whole_subjects: tuple[Word, ...]
    daemon_senders: tuple[Word, ...]
    daemon_names: tuple[Word, ...]
    bounce_subjects: tuple[Word, ...]
    no_reply_words: tuple[Word, ...]


def load_screening(path: Path) -> ScreeningRules:
    """Return the screening words; raises `RuleError` naming the file and the entry at fault."""
    return load_declared(path, ScreeningRules)
