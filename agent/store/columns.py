"""The column types of the store: text that either engine can hold, and moments in UTC only."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# Longer labels keep their beginning and end in their digest: PostgreSQL refuses to index a value of
# more than about 2,700 bytes, and the length of a Message-ID or a name is the sender's choice.
LABEL_LIMIT = 500


def storable(words: str) -> str:
    """Return the text without what one of the engines cannot hold: NUL and lone surrogates."""
    if words.isascii():
        return words.replace("\0", "\ufffd") if "\0" in words else words
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def bounded(label: str) -> str:
    """Return the label as it is stored and compared: `storable` and at most `LABEL_LIMIT` long."""
    label = storable(label)
    if len(label) <= LABEL_LIMIT:
        return label
    digest = hashlib.sha256(label.encode()).hexdigest()
    return f"{label[: LABEL_LIMIT - len(digest) - 1]}#{digest}"


class Words(TypeDecorator[str]):
    """Text of any length and any content, from a mail too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


class Label(TypeDecorator[str]):
    """Text that is looked up by an index; see `bounded`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else bounded(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes of any zone in, aware UTC out; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a naive datetime is not a moment; the store takes aware ones only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        # SQLite keeps no offset, PostgreSQL answers in the zone of the session.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
