"""An IMAP mailbox, read without leaving a trace.

Folders are only ever opened by EXAMINE and bodies asked for by BODY.PEEK[]; there is no command
here that sets a flag, moves or deletes. Progress is by UIDVALIDITY and UID, never by a read flag.
"""

import threading
from collections.abc import Collection, Container, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientError,
)

from agent.clock import system_clock
from agent.config import ImapSection
from agent.errors import MailboxRefused, MailboxUnavailable
from agent.mail import Fetched, Position, Problem
from agent.mail.imap_session import Session, is_temporary

_BATCH_MAILS = 50
_BATCH_BYTES = 16_000_000
# imaplib refuses an answer line over 1,000,000 bytes; a UID takes at most 11 of them.
_SEARCH_UIDS = 80_000
_RENUMBERED = -1
_SIZE = b"RFC822.SIZE"

# What the server says of each mail it was asked about: None for one that it cannot deliver.
Answers = dict[int, dict[bytes, Any] | None]


class ImapMailbox:
    """One IMAP account; it connects when first needed and again after any error."""

    def __init__(self, settings: ImapSection) -> None:
        self.folders = settings.folders
        self._settings = settings
        self._session = Session(settings)
        self._searched: dict[str, int] = {}  # the session's `uidnext` at each folder's last search

    def first_position(self, folder: str, now: datetime) -> Position:
        """Return where reading starts at first contact: all that is there now is backlog."""
        with self._session.talk():
            self._session.examine(folder)
            last_uid = max(self._session.search("*"), default=0)
        return Position(self._session.uidvalidity, 0, last_uid, now)

    def new_mail(
        self, folder: str, position: Position, known: Container[str], max_bytes: int
    ) -> Iterator[Fetched]:
        """Yield what came after `position`, lowest UID first.

        After a change of UIDVALIDITY the whole folder is handed over again: whoever takes it knows
        the mails by their digest.
        """
        with self._session.talk():
            self._session.examine(folder)
        uidvalidity = self._session.uidvalidity
        if uidvalidity != position.uidvalidity:
            position = Position(uidvalidity, 0, _RENUMBERED, position.first_contact_at)
        for uids in self._search(folder, position):
            new = [uid for uid in uids if f"{uidvalidity}:{uid}" not in known]
            for start in range(0, len(new), _BATCH_MAILS):
                batch = new[start : start + _BATCH_MAILS]
                yield from self._mails(folder, position, batch, max_bytes)

    def wait(self, stop: threading.Event) -> None:
        """Return once mail may have arrived, the poll interval is over, or `stop` is set.

        The last sixth of the interval is left for the server to answer: a connection that died
        silently is noticed within one interval, and dropped. Without a connection it returns at
        once. Only the first folder wakes it.
        """
        if not self._session.connected:
            return
        first = self.folders[0]
        with self._session.talk():
            if self._session.folder != first:
                self._session.open(first)
            # The server tells only once: what it told since the last search must not be slept on.
            missed = self._session.news() or self._session.uidnext != self._searched.get(first)
            if not missed:
                interval_s = min(self._settings.poll_s * 5 / 6, self._settings.idle_renew_s)
                self._session.wait(stop, interval_s)

    def find_sent(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of these mails lie in the account's folder of sent mail."""
        with self._session.talk():
            folder = self._session.find_sent_folder()
            if not folder:
                return frozenset()
            # One that may not be opened tells nothing, and must not keep new mail waiting.
            with suppress(MailboxRefused):
                self._session.open(folder)
            if self._session.folder != folder:
                return frozenset()
            return frozenset(one for one in message_ids if self._session.holds(one))

    def close(self) -> None:
        """Sign off; the next call connects again."""
        self._session.close()

    def _ready(self, folder: str, uidvalidity: int) -> Session:
        """Return the session with that folder open, under the UIDVALIDITY we count by."""
        if self._session.folder != folder:
            self._session.open(folder)
        if self._session.uidvalidity != uidvalidity:
            raise MailboxUnavailable(f"Folder {folder} was renumbered meanwhile; it is read anew.")
        return self._session

    def _search(self, folder: str, position: Position) -> Iterator[list[int]]:
        """Yield the UIDs after `position` in ascending lists, so that no answer is over-long."""
        start, last = position.last_uid + 1, ""
        while last != "*":
            with self._session.talk():
                session = self._ready(folder, position.uidvalidity)
                far = session.uidnext - start > _SEARCH_UIDS
                last = str(start + _SEARCH_UIDS - 1) if far else "*"
                found = session.search(f"{start}:{last}")
                self._searched[folder] = session.uidnext
            # `n:*` means the last mail even when its UID is below n.
            yield sorted(uid for uid in found if uid >= start)
            start += _SEARCH_UIDS

    def _mails(
        self, folder: str, position: Position, uids: list[int], max_bytes: int
    ) -> Iterator[Fetched]:
        """Yield the mails of one batch; sizes are asked before any body is."""
        heads = self._fetch(folder, position.uidvalidity, uids, ("RFC822.SIZE", "INTERNALDATE"))
        for group in _groups(heads, max_bytes):
            small = [uid for uid in group if 0 <= _size(heads[uid]) <= max_bytes]
            bodies = self._fetch(folder, position.uidvalidity, small, ("BODY.PEEK[]",))
            for uid in group:
                head, raw = heads[uid], None
                problem: Problem | None = "too_large" if head else "unreadable"
                if uid in small:
                    if uid not in bodies:
                        continue  # somebody has moved or deleted it meanwhile
                    raw = (bodies.pop(uid) or {}).get(b"BODY[]")
                    problem = "unreadable" if raw is None else None
                yield _fetched(folder, replace(position, last_uid=uid), head or {}, raw, problem)

    def _fetch(
        self, folder: str, uidvalidity: int, uids: list[int], items: tuple[str, ...]
    ) -> Answers:
        """Return what the server gives, by UID; there is no key for a mail that is gone.

        A request that fails as a whole is halved until the mail at fault stands alone, also where
        the server hangs up on it (Dovecot does); that one is asked for twice.
        """
        if not uids:
            return {}
        key = items[0].replace(".PEEK", "").encode()
        for _ in range(2 if len(uids) == 1 else 1):
            with self._session.talk():
                session = self._ready(folder, uidvalidity)
                try:
                    given = session.fetch(uids, items)
                    return {uid: item for uid, item in given.items() if key in item}
                except IMAPClientError as error:
                    if is_temporary(error):
                        raise
                    if len(uids) == 1 and "[EXPUNGEISSUED]" in str(error):
                        return {}
                    # What the server told with the failed answer is lost: search before waiting.
                    self._searched.pop(folder, None)
                    if isinstance(error, IMAPClientAbortError):
                        session.drop()
                    else:
                        session.news()
        if len(uids) == 1:
            return {uids[0]: None}
        half = len(uids) // 2
        lower = self._fetch(folder, uidvalidity, uids[:half], items)
        return lower | self._fetch(folder, uidvalidity, uids[half:], items)


def _groups(heads: Answers, max_bytes: int) -> Iterator[list[int]]:
    """Yield the UIDs in ascending order, cut so that one download stays small."""
    group: list[int] = []
    total = 0
    for uid in sorted(heads):
        size = _size(heads[uid])
        load = size if 0 <= size <= max_bytes else 0
        if group and total + load > _BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(uid)
        total += load
    if group:
        yield group


def _size(head: dict[bytes, Any] | None) -> int:
    """Return the size the server states, or -1 where it could not say."""
    return int(head[_SIZE]) if head else -1


def _fetched(
    folder: str,
    position: Position,
    head: dict[bytes, Any],
    raw: bytes | None,
    problem: Problem | None,
) -> Fetched:
    arrived_at = head.get(b"INTERNALDATE")
    received_at = arrived_at.astimezone(UTC) if arrived_at else system_clock()
    if position.backlog_uid == _RENUMBERED:
        # INTERNALDATE has whole seconds only.
        backlog = received_at < position.first_contact_at.replace(microsecond=0)
    else:
        backlog = position.last_uid <= position.backlog_uid
    return Fetched(
        folder=folder,
        item=f"{position.uidvalidity}:{position.last_uid}",
        received_at=received_at,
        size_bytes=int(head.get(_SIZE, 0)),
        raw=raw,
        backlog=backlog,
        position=position,
        problem=problem,
    )
