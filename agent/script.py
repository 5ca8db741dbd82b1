"""Rehearsal scripts: dated steps and an end, strictly loaded; what is wrong is told by its step.

It only reads the file. What a step does is the story's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from agent.declared import Declared, read_toml, validate
from agent.errors import ConfigError
from agent.london import LONDON, london_day

ActName = Literal[
    "release",
    "cancel",
    "resend",
    "register",
    "complete",
    "file",
    "open",
    "link",
    "unlink",
    "reject",
    "confirm",
    "restrict",
    "pause",
    "mode",
    "acknowledge_alarm",
    "restart",
]


class Step(Declared):
    """One step: a mail that arrives, an event that a person records, or another act of theirs.

    `at` is a local time and, for a mail, its received time. `case` is a reference, or the file name
    of the mail that opened it; without it the newest case is meant.
    """

    at: datetime
    mail: str | None = None
    event: str | None = None
    act: ActName | None = None
    on: date | None = None
    by: str = ""
    role: str | None = None
    case: str | None = None
    detail: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        named = [name for name in ("mail", "event", "act") if getattr(self, name)]
        if len(named) != 1:
            raise ValueError("a step needs exactly one of `mail`, `event`, `act`")
        if self.event and not self.by:
            raise ValueError("say who records the event (`by`)")
        return self

    @property
    def at_moment(self) -> datetime:
        """Return when it happens, in London time."""
        return _in_london(self.at)

    @property
    def on_day(self) -> date:
        """Return the day an event happened: as stated, else that of the step."""
        return self.on or london_day(self.at_moment)

    @property
    def texts(self) -> dict[str, str]:
        """Return the detail as texts; lists are separated by ";"."""
        return {key: _text(value) for key, value in self.detail.items()}


class _Head(Declared):
    partnership: str
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script; `folder` is where its mails lie, and the steps are in the file's order."""

    partnership: str
    start: datetime
    until: datetime
    steps: tuple[Step, ...]
    folder: Path

    def path_of(self, step: Step) -> Path | None:
        """Return where the mail of a step lies, or None where the step is no mail."""
        return None if step.mail is None else self.folder / step.mail


def load_script(path: Path) -> Script:
    """Return the script of a TOML file.

    Raises:
        ConfigError: a key is unknown, a value is wrong or a mail is not there; the text names the
            step by its number, the first being 1.
    """
    content = read_toml(path, ConfigError)
    tables = content.pop("step", [])
    head = validate(content, _Head, str(path), ConfigError)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{path}: write each step under its own [[step]].")
    places = [f"{path}, step {number}" for number in range(1, len(tables) + 1)]
    steps = [
        validate(table, Step, place, ConfigError)
        for table, place in zip(tables, places, strict=True)
    ]
    start, until = _in_london(head.start), _in_london(head.until)
    if until < start:
        raise ConfigError(f"{path}: `until` is before `start`.")
    script = Script(head.partnership, start, until, tuple(steps), path.parent)
    for step, place in zip(steps, places, strict=True):
        if step.at_moment < start:
            raise ConfigError(f"{place}: `at` is before the script's `start`.")
        if (file := script.path_of(step)) is not None and not file.is_file():
            raise ConfigError(f"{place}: there is no mail {file}.")
    return script


def _in_london(moment: datetime) -> datetime:
    local = moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment
    return local.astimezone(LONDON)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ";".join(map(_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
