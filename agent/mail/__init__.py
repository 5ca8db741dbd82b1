"""What every mailbox and every way of sending has in common; it talks to no server itself.

A mailbox is only ever read: nothing behind these contracts sets a flag, moves or deletes.
"""

import ssl
import threading
from collections.abc import Callable, Collection, Container, Iterator
from datetime import datetime
from typing import Protocol

from agent.config import LOOPBACK, Server
from agent.errors import ConfigError
from agent.model.message import Fetched, Position, Problem

__all__ = [
    "Fetched",
    "Mailbox",
    "Position",
    "Problem",
    "Transport",
    "backoff_s",
    "describe_failure",
    "secure_context",
]


# The first wait and the longest one: a refused password tried too often gets an address banned.
_NETWORK_S = (1.0, 300.0)
_REFUSED_S = (60.0, 3600.0)


class Mailbox(Protocol):
    """Where mail arrives. Every method may raise `MailboxUnavailable` or `MailboxRefused`."""

    folders: tuple[str, ...]

    def first_position(self, folder: str, now: datetime) -> Position:
        """Return where reading starts at first contact: all that is there now is backlog."""

    def new_mail(
        self, folder: str, position: Position, known: Container[str], max_bytes: int
    ) -> Iterator[Fetched]:
        """Yield what came after `position` in order of arrival, without the `known` items.

        A mail counts as taken when the next one is asked for: after an abandoned loop it is
        handed over again. A mail larger than `max_bytes` is not downloaded.
        """

    def wait(self, stop: threading.Event) -> None:
        """Return once mail may have arrived, the poll interval is over, or `stop` is set."""

    def find_sent(self, message_ids: Collection[str]) -> frozenset[str]:
        """Return which of these mails lie in the folder of sent mail; none where there is none."""

    def close(self) -> None:
        """Let go of the connection; the next call makes a new one."""


class Transport(Protocol):
    """How mail leaves."""

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Hand over one mail to one recipient; `sender` "" is the null envelope sender.

        Raises:
            TransientSendError: Not handed over; worth another attempt.
            PermanentSendError: Refused for good.
            UncertainSendError: Handed over whole, but no answer came.
        """

    def close(self) -> None:
        """Let go of the connection; the next mail makes a new one."""


def backoff_s(failures: int, refused: bool, random: Callable[[], float]) -> float:
    """Return how long to wait after that many failures in a row (1 or more).

    Doubles each time up to a ceiling, far longer where the server `refused` us. Between half and
    all of it, as `random` (0 to 1) says, so that many agents do not come back at one moment.
    """
    first_s, ceiling_s = _REFUSED_S if refused else _NETWORK_S
    full_s = min(ceiling_s, first_s * 2.0 ** min(failures - 1, 16))
    return full_s * (1 - random() / 2)


def secure_context(server: Server) -> ssl.SSLContext | None:
    """Return the TLS settings for that server, or None where it is plain and on this machine.

    Raises:
        ConfigError: `plain` to another machine, or `ca_file` cannot be read.
    """
    if server.security == "plain":
        if server.host not in LOOPBACK:
            raise ConfigError(
                f'security = "plain" is only allowed to this machine itself, not to {server.host}: '
                'set "tls" or "starttls".'
            )
        return None
    context = ssl.create_default_context()
    if server.ca_file is not None:
        try:
            context.load_verify_locations(server.ca_file)
        except OSError as error:  # ssl.SSLError is an OSError
            raise ConfigError(
                f"ca_file {server.ca_file} is not a readable file of PEM certificates."
            ) from error
    return context


def describe_failure(protocol: str, server: Server, error: OSError) -> str:
    """Return what went wrong between us and that server, and what to do, in one sentence."""
    where = f"The {protocol} server {server.host}, port {server.port},"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where} has a certificate that is not trusted here: set ca_file or correct host."
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS as configured: check port and security."
    if isinstance(error, TimeoutError):
        return f"{where} did not answer in time; the agent tries again by itself."
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return f"{where} closed the connection; the agent tries again by itself."
    return f"{where} cannot be reached: check host and port; the agent tries again by itself."
