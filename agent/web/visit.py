"""What a page's handler is given and what it answers with: plain values on both sides.

A handler never sees a cookie, a header or a template; it is given who asks, in which partnership,
what was entered, and answers with what to show, where to go, or a file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.line import Line
from agent.rights import Right
from agent.store.accounts import Account
from agent.store.db import Database


class NotHere(Exception):
    """There is no such page for this person: unknown, another partnership's, or restricted."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person asking for a page of one partnership, or posting a form of it.

    `overrides` is the folder of the deployment's own rules and templates. `path` are the parts of
    the address in braces, `query` what stands behind its question mark, `form` what was entered,
    `lists` every value of a field that has several, `uploads` are files, by field. `problem` says
    why what was entered was refused, when the page with the form is shown again.
    """

    account: Account
    rights: frozenset[Right]
    line: Line
    now: datetime
    overrides: Path | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    uploads: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    problem: str = ""

    @property
    def slug(self) -> str:
        """Return the partnership's name in addresses."""
        return self.line.office.profile.slug

    @property
    def by(self) -> str:
        """Return who it is, as the log and events name people."""
        return self.account.email

    @property
    def database(self) -> Database:
        """Return the store."""
        return self.line.database

    def number(self, name: str) -> int:
        """Return a part of the address that is a row's number; raises NotHere where it is none."""
        text = self.path[name]
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise NotHere
        return int(text)

    def asked_number(self, name: str) -> int | None:
        """Return a number that stands behind the question mark, or None."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None

    def may(self, right: Right) -> bool:
        """Return whether the person has the right in this partnership."""
        return right in self.rights


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the template under templates/web/, and the values that it names."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """Another page of the partnership, `to` below its own address; `said` is shown there once."""

    to: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep; it is never shown in the browser."""

    filename: str
    media_type: str
    chunks: Iterable[bytes] = field(repr=False)


Answer = Shown | Moved | Download
Handler = Callable[[Visit], Answer]
