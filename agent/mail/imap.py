"""An IMAP mailbox, read without leaving a trace.

Folders are only ever opened by EXAMINE and bodies asked for by BODY.PEEK[]; there is no command
here that sets a flag, moves or deletes. Progress is by UIDVALIDITY and UID, never by a read flag.
"""

import select
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
    ProtocolError,
)

from agent.clock import system_clock
from agent.config import ImapSection
from agent.errors import MailboxError, MailboxRefused, MailboxUnavailable
from agent.mail import Fetched, Position, Problem, describe_failure, secure_context
from agent.mail.oauth import TokenCommand, bearer

_BATCH_MAILS = 50
_BATCH_BYTES = 16_000_000
# imaplib refuses an answer line over 1,000,000 bytes; a UID takes at most 11 of them.
_SEARCH_UIDS = 80_000
_RENUMBERED = -1
_SIZE = b"RFC822.SIZE"
_TEMPORARY = ("[unavailable]", "[inuse]", "[limit]", "throttl", "busy", "temporar", "try again")

# What the server says of each mail it was asked about: None for one that it cannot deliver.
Answers = dict[int, dict[bytes, Any] | None]


class _Client(IMAPClient):  # type: ignore[misc]
    """The library's client, with a way to ask what the server said unasked."""

    def news(self) -> bool:
        """Return whether the server has spoken of new mail since this was last asked."""
        told = "EXISTS" in self._imap.untagged_responses
        self._imap.untagged_responses.clear()
        return told

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        # News that came in one packet with the answer to IDLE is in the library's buffer already,
        # and the socket stays silent: `idle_check(timeout=0)` looks there without waiting.
        return True if timeout == 0 else super()._poll_socket(sock, timeout)


class _Session:
    """A connection that is made when first needed, and again after any error.

    `folder` is the open one, "" for none; `uidvalidity` and `uidnext` are as told when it was
    opened. Everything that talks to the server belongs inside `with talk()`.
    """

    def __init__(self, settings: ImapSection) -> None:
        self.folder = ""
        self.uidvalidity = self.uidnext = 0
        self._settings = settings
        self._context = secure_context(settings)
        self._token = TokenCommand(settings.token_command) if settings.token_command else None
        self._client: Any = None
        self._opened_s = 0.0
        self._fresh = False  # the server has just told all it knows of the open folder

    @property
    def connected(self) -> bool:
        """Return whether there is a connection; it may have died unnoticed."""
        return self._client is not None

    @contextmanager
    def talk(self) -> Iterator[None]:
        """Translate what goes wrong inside, and drop the connection then."""
        try:
            yield
        except MailboxError:
            self.drop()
            raise
        except OSError as error:
            self.drop()
            raise MailboxUnavailable(describe_failure("IMAP", self._settings, error)) from error
        except IMAPClientError as error:
            self.drop()
            # `from None`: these quote what the server sent, which may be words of a mail.
            raise MailboxUnavailable(self._describe(error)) from None

    def examine(self, folder: str) -> None:
        """Have that folder open, with its present state known to the server's session."""
        # Only opening it anew shows a changed UIDVALIDITY.
        old = monotonic() - self._opened_s > self._settings.idle_renew_s
        if self._client is None or self.folder != folder or old:
            self.open(folder)
        elif not self._fresh:
            self._client.noop()

    def open(self, folder: str) -> None:
        """Open that folder anew, read-only."""
        if self._client is None:
            self._client = self._connect()
        self.folder = ""
        try:
            state = self._client.select_folder(folder, readonly=True)
        except IMAPClientError as error:
            if isinstance(error, IMAPClientAbortError) or _is_temporary(error):
                raise
            raise MailboxRefused(
                f"{self._settings.host} does not open folder {folder}: check its name, and that "
                "this account has the right to read that mailbox."
            ) from error
        if not state.get(b"UIDVALIDITY"):
            raise MailboxRefused(
                f"{self._settings.host} keeps no lasting numbers in folder {folder}, so new mail "
                "cannot be told from old there: watch another folder."
            )
        self.folder, self.uidvalidity = folder, state[b"UIDVALIDITY"]
        self.uidnext, self._opened_s = state.get(b"UIDNEXT", 0), monotonic()
        self._client.news()
        self._fresh = True

    def search(self, uids: str) -> list[int]:
        """Return the UIDs of the open folder within a range such as "7:*"."""
        self._client.news()  # whatever it told of until now, this search will find
        found: list[int] = self._client.search(["UID", uids])
        self._fresh = False
        return found

    def fetch(self, uids: list[int], items: tuple[str, ...]) -> dict[int, dict[bytes, Any]]:
        """Return the items of those mails of the open folder, by UID, as far as they exist."""
        given: dict[int, dict[bytes, Any]] = self._client.fetch(uids, items)
        return given

    def news(self) -> bool:
        """Return whether the server has spoken of new mail since the last search or question."""
        return bool(self._client.news())

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Return when the server has news of the open folder, after `seconds`, or on `stop`."""
        client = self._client
        if self._settings.idle and client.has_capability("IDLE"):
            until_s = monotonic() + seconds
            self._ask(client.idle)
            heard = client.idle_check(timeout=0)
            poller = select.poll()
            poller.register(client.socket(), select.POLLIN)
            while not heard and not stop.is_set() and (left_s := until_s - monotonic()) > 0:
                heard = poller.poll(min(left_s, 1.0) * 1000)
            # Ends with an error where it was the end of the connection that woke us.
            self._ask(client.idle_done)
        elif not stop.wait(seconds):
            self._ask(client.noop)
        self._fresh = True

    def close(self) -> None:
        """Sign off; the next call connects again."""
        if self._client is not None:
            with suppress(OSError, IMAPClientError):
                self._ask(self._client.logout)
        self.drop()

    def drop(self) -> None:
        """Let go of the connection without a word."""
        client, self._client, self.folder = self._client, None, ""
        if client is not None:
            with suppress(OSError):
                client.shutdown()

    def _ask(self, command: Callable[[], Any]) -> None:
        """Run a command that any living server answers at once."""
        socket, read_s = self._client.socket(), self._settings.read_timeout_s
        socket.settimeout(min(read_s, max(2.0, self._settings.poll_s / 6)))
        command()
        socket.settimeout(read_s)

    def _connect(self) -> Any:
        if self._token is None:
            return self._sign_in("")
        try:
            return self._sign_in(self._token.token())
        except MailboxRefused:
            return self._sign_in(self._token.renew())

    def _sign_in(self, token: str) -> Any:
        """Return a new connection, signed in."""
        settings = self._settings
        timeout = SocketTimeout(settings.connect_timeout_s, settings.read_timeout_s)
        client = _Client(
            settings.host,
            port=settings.port,
            ssl=settings.security == "tls",
            ssl_context=self._context,
            timeout=timeout,
        )
        try:
            client.normalise_times = False
            client._imap.debug = 0  # else every body is formatted for a log that nobody reads
            if settings.security == "starttls":
                client.starttls(self._context)
            _log_in(client, settings, token)
            client.capabilities()
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
        return client

    def _describe(self, error: Exception) -> str:
        where = f"The IMAP server {self._settings.host}, port {self._settings.port},"
        if isinstance(error, CapabilityError):
            return f"{where} offers no STARTTLS: check port and security."
        if isinstance(error, IMAPClientAbortError):
            return f"{where} closed the connection; the agent tries again by itself."
        return f"{where} did not do what it was asked; the agent tries again by itself."


class ImapMailbox:
    """One IMAP account; it connects when first needed and again after any error."""

    def __init__(self, settings: ImapSection) -> None:
        self.folders = settings.folders
        self._settings = settings
        self._session = _Session(settings)
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

    def close(self) -> None:
        """Sign off; the next call connects again."""
        self._session.close()

    def _ready(self, folder: str, uidvalidity: int) -> _Session:
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
                    if _is_temporary(error):
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


def _is_temporary(error: Exception) -> bool:
    """Return whether the server itself said that it is only a matter of time."""
    # A ProtocolError quotes the answer: a mail's own words could be taken for the server's.
    text = "" if isinstance(error, ProtocolError) else str(error).lower()
    return any(word in text for word in _TEMPORARY)


def _log_in(client: Any, settings: ImapSection, token: str) -> None:
    user, password = settings.user, settings.password.get_secret_value()
    # After a refusal the server sends its reason as a second challenge, to be answered by nothing.
    answers = iter([bearer(user, token), ""])
    try:
        if token:
            client.sasl_login("XOAUTH2", lambda _: next(answers, None))
        elif (user + password).isascii():
            client.login(user, password)
        else:
            client.plain_login(user, password)  # LOGIN takes ASCII only
    except LoginError as error:
        # The library calls it a refusal too when the connection broke while it signed in.
        if isinstance(error.__context__, IMAPClientAbortError):
            raise error.__context__ from None
        if _is_temporary(error):
            raise
        what = "token" if token else "user name or password"
        raise MailboxRefused(
            f"{settings.host} refuses the {what} configured for the mailbox: correct it. The agent "
            "tries again only now and then, lest the account be locked."
        ) from None


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
