"""One IMAP connection: made when first needed, signed in, and made again after any error.

It knows how to talk to a server and how to say what went wrong; which mails are asked for is the
mailbox's affair. Folders are only ever opened by EXAMINE.
"""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
    ProtocolError,
)
from imapclient.imapclient import SENT

from agent.config import ImapSection
from agent.errors import MailboxError, MailboxRefused, MailboxUnavailable
from agent.mail import describe_failure, secure_context
from agent.mail.oauth import TokenCommand, bearer

_TEMPORARY = ("[unavailable]", "[inuse]", "[limit]", "throttl", "busy", "temporar", "try again")


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


class Session:
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
            if isinstance(error, IMAPClientAbortError) or is_temporary(error):
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

    def find_sent_folder(self) -> str:
        """Return the account's folder of sent mail, by its mark or a usual name; "" for none."""
        if self._client is None:
            self._client = self._connect()
        return self._client.find_special_folder(SENT) or ""

    def holds(self, message_id: str) -> bool:
        """Return whether a mail of the open folder has that Message-ID."""
        return bool(self._client.search(["HEADER", "Message-ID", message_id]))

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
        link, read_s = self._client.socket(), self._settings.read_timeout_s
        link.settimeout(min(read_s, max(2.0, self._settings.poll_s / 6)))
        command()
        link.settimeout(read_s)

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
            # The library sends a SEARCH in two packets: the second would wait 40 ms for a receipt.
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


def is_temporary(error: Exception) -> bool:
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
        if is_temporary(error):
            raise
        what = "token" if token else "user name or password"
        raise MailboxRefused(
            f"{settings.host} refuses the {what} configured for the mailbox: correct it. The agent "
            "tries again only now and then, lest the account be locked."
        ) from None
