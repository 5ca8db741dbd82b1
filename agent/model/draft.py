"""A mail to be written, what goes with it, and the mail once it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agent.model.message import Address


class Hold(StrEnum):
    """Why a mail waits for a person instead of leaving."""

    PROFILE = "profile"
    SENDER = "sender"
    BACKLOG = "backlog"
    SHADOW = "shadow"
    RESTRICTED = "restricted"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail: a Word template filled with `values`, `content` as it is, or
    the files that came with a received mail, which `from_mail` names by its row.

    `template` is a path under templates/, such as `forms/scoping.docx`. `filename` says nothing
    about a child.
    """

    filename: str
    template: str = ""
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    from_mail: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be written: template, one recipient, the thread it stands in, facts for the text.

    `key` is unique for ever: the same mail is never made twice. `event` is what is recorded on the
    case once the mail has left, with `detail`; "" records nothing. `answers` is the row of the
    received mail that brought it about, where it is not the one being decided. `foreign_names`
    must not stand in what goes with the mail: the children of other cases.
    """

    key: str
    template: str
    to: Address
    case: str | None
    values: Mapping[str, str] = field(repr=False)
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    agency: str | None = None
    hold: Hold | None = None
    enclosures: tuple[Enclosure, ...] = ()
    event: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    answers: int | None = None
    foreign_names: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A rendered draft: the exact bytes that will leave, under a Message-ID fixed for ever."""

    draft: Draft
    message_id: str
    subject: str
    raw: bytes = field(repr=False)
    text: str = field(repr=False)
