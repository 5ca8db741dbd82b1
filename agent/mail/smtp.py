"""Outgoing mail by SMTP over one kept connection; it decides nothing about what is sent or when.

It speaks the verbs itself: what matters is whether the final dot had been sent when something
broke, and `smtplib.sendmail` does not tell.
"""

import base64
import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from agent.config import SmtpSection
from agent.errors import (
    MailboxError,
    PermanentSendError,
    TransientSendError,
    UncertainSendError,
)
from agent.mail import describe_failure, secure_context
from agent.mail.oauth import TokenCommand, bearer

# After the final dot a server may still be scanning; giving up on it makes the mail uncertain.
_ANSWER_FACTOR = 5
_FAREWELL_S = 2
_CLOSING = 421
_SIGNED_IN = (235, 503)  # or signed in already
_ADDRESS = re.compile(r"[!-;=?-~]+")  # ASCII without blanks and angle brackets
_BARE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_DOT_FIRST = re.compile(rb"(?m)^\.")


class SmtpTransport:
    """One SMTP account. Threads may share it: mails leave one after another."""

    def __init__(self, settings: SmtpSection) -> None:
        self._settings = settings
        self._context = secure_context(settings)
        self._token = TokenCommand(settings.token_command) if settings.token_command else None
        self._lock = threading.Lock()
        self._kept: smtplib.SMTP | None = None

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Hand over one mail; see `Transport.send` for the errors.

        The bytes go out as they are, except that a bare CR or LF becomes CRLF, as SMTP demands.
        """
        if not (_ADDRESS.fullmatch(to) and _ADDRESS.fullmatch(sender or to)):
            raise PermanentSendError(
                "An address holds signs that SMTP cannot carry: correct the address."
            )
        domain = to.rpartition("@")[2]
        mail = _BARE_BREAK.sub(b"\r\n", raw)
        with self._lock, self._translating():
            link = self._begin(sender, mail, domain)
            code, reply = link.rcpt(to)
            if code not in (250, 251):
                self._refuse(link, "RCPT TO", domain, code, reply)
            code, reply = link.docmd("DATA")
            if code != 354:
                self._refuse(link, "DATA", domain, code, reply)
            link.send(_DOT_FIRST.sub(b"..", mail))
            if not mail.endswith(b"\r\n"):
                link.send(b"\r\n")
            code, reply = self._finish(link, domain)
            if code // 100 != 2:
                self._refuse(link, "the mail itself", domain, code, reply)

    def close(self) -> None:
        """Sign off; the next mail connects again."""
        with self._lock:
            if self._kept is not None:
                _patience(self._kept, _FAREWELL_S)
                with suppress(OSError):
                    self._kept.quit()
            self._drop()

    def _begin(self, sender: str, mail: bytes, domain: str) -> smtplib.SMTP:
        """Return a connection that has taken MAIL FROM; a kept one may have died meanwhile."""
        link = self._kept
        if link is not None:
            with suppress(OSError):  # smtplib's own errors are OSErrors
                code, reply = self._mail_from(link, sender, mail, domain)
                if code == 250:
                    return link
                if code != _CLOSING:
                    self._refuse(link, "MAIL FROM", domain, code, reply)
            self._drop()
        link = self._kept = self._connect()
        code, reply = self._mail_from(link, sender, mail, domain)
        if code != 250:
            self._refuse(link, "MAIL FROM", domain, code, reply)
        return link

    def _mail_from(
        self, link: smtplib.SMTP, sender: str, mail: bytes, domain: str
    ) -> tuple[int, bytes]:
        options = []
        if link.has_extn("size"):
            limit = link.esmtp_features["size"].strip()
            if limit.isdigit() and 0 < int(limit) < len(mail):
                raise PermanentSendError(
                    f"The mail to {domain} has {len(mail)} bytes and {self._settings.host} takes "
                    f"at most {int(limit)}: send it in a smaller form."
                )
            options.append(f"size={len(mail)}")
        if link.has_extn("8bitmime") and not mail.isascii():
            options.append("body=8bitmime")
        return link.mail(sender, options)

    def _finish(self, link: smtplib.SMTP, domain: str) -> tuple[int, bytes]:
        """Send the final dot and return the answer; from here on, silence is uncertainty."""
        try:
            _patience(link, self._settings.read_timeout_s * _ANSWER_FACTOR)
            link.send(b".\r\n")
            code, reply = link.getreply()
            _patience(link, self._settings.read_timeout_s)
        except OSError as error:
            raise UncertainSendError(
                f"The mail to {domain} was handed over whole, but {self._settings.host} never "
                "answered: it may have left or not. Look in the sent mail before sending again."
            ) from error
        if code // 100 not in (2, 4, 5):
            raise UncertainSendError(
                f"{self._settings.host} answered the mail to {domain} in a way that says neither "
                "yes nor no: look in the sent mail before sending again."
            )
        return code, reply

    def _refuse(
        self, link: smtplib.SMTP, step: str, domain: str, code: int, reply: bytes
    ) -> NoReturn:
        """Raise what a refusal means, with the connection ready for the next mail or dropped."""
        if code == _CLOSING:
            self._drop()
        else:
            with suppress(OSError):
                if link.rset()[0] != 250:
                    self._drop()
        kind = PermanentSendError if code // 100 == 5 else TransientSendError
        raise kind(
            f"{self._settings.host} refused {step} for a mail to {domain}: {code} {_shown(reply)}"
        )

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Translate what goes wrong before the final dot; the connection is dropped then."""
        try:
            yield
        except UncertainSendError:
            self._drop()
            raise
        except MailboxError as error:  # the token command's
            raise TransientSendError(str(error)) from error
        except OSError as error:  # smtplib's errors, too, are OSErrors
            self._drop()
            raise TransientSendError(self._describe(error)) from error

    def _connect(self) -> smtplib.SMTP:
        if self._token is None:
            return self._sign_in("")
        try:
            return self._sign_in(self._token.token())
        except _SignInRefused:
            return self._sign_in(self._token.renew())

    def _sign_in(self, token: str) -> smtplib.SMTP:
        """Return a new connection, secured and signed in."""
        settings = self._settings
        address = settings.host, settings.port
        if settings.security == "tls":
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                *address, timeout=settings.connect_timeout_s, context=self._context
            )
        else:
            link = smtplib.SMTP(*address, timeout=settings.connect_timeout_s)
        assert link.sock is not None
        # The final dot is a packet of its own and must not wait for the last one's receipt.
        link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            _patience(link, settings.read_timeout_s)
            if settings.security == "starttls":
                link.starttls(context=self._context)
            link.ehlo_or_helo_if_needed()
            if settings.user:
                self._authenticate(link, token)
        except BaseException:
            link.close()
            raise
        return link

    def _authenticate(self, link: smtplib.SMTP, token: str) -> None:
        user, password = self._settings.user, self._settings.password.get_secret_value()
        if token:
            code = _auth(link, "XOAUTH2", bearer(user, token))
        elif "PLAIN" in link.esmtp_features.get("auth", "").upper().split():
            code = _auth(link, "PLAIN", f"\0{user}\0{password}")
        else:
            try:
                code = link.login(user, password)[0]
            except smtplib.SMTPAuthenticationError as error:
                code = error.smtp_code
        if code in _SIGNED_IN:
            return
        if code // 100 != 5:
            raise TransientSendError(
                f"{self._settings.host} cannot check our credentials just now ({code}); "
                "the agent tries again by itself."
            )
        what = "token" if token else "user name or password"
        raise _SignInRefused(
            f"{self._settings.host} refuses the {what} configured for sending ({code}): correct "
            "these credentials; no mail leaves until then."
        )

    def _describe(self, error: OSError) -> str:
        settings = self._settings
        where = f"The SMTP server {settings.host}, port {settings.port},"
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return f"{where} offers no STARTTLS or no way to sign in: check port and security."
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{where} takes no mail just now ({error.smtp_code}); the agent tries again."
        if isinstance(error, smtplib.SMTPException):
            return f"{where} closed the connection or fell silent; the agent tries again."
        return describe_failure("SMTP", settings, error)

    def _drop(self) -> None:
        link, self._kept = self._kept, None
        if link is not None:
            link.close()


class _SignInRefused(TransientSendError):
    """The credentials were refused: no fault of the mail, which waits until they are mended."""


def _auth(link: smtplib.SMTP, mechanism: str, words: str) -> int:
    """Return the code that the server ends one sign-in with."""
    code, _ = link.docmd("AUTH", f"{mechanism} {base64.b64encode(words.encode()).decode()}")
    if code == 334:  # XOAUTH2: the reason of a refusal, to be answered by an empty line
        code, _ = link.docmd("")
    return code


def _patience(link: smtplib.SMTP, seconds: float) -> None:
    if link.sock is not None:
        link.sock.settimeout(seconds)


def _shown(reply: bytes) -> str:
    """Return the server's words for the log: one line, of addresses only the domain."""
    words = " ".join(reply.decode("ascii", "replace").split())
    return re.sub(r"\S*@", "@", words)[:160]
