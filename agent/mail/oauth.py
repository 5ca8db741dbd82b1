"""The bearer token for XOAUTH2, from a command that the office configures; it never shows one."""

import subprocess

from agent.errors import MailboxRefused, MailboxUnavailable

_TIMEOUT_S = 30
_NO_PERMISSION = 77


class TokenCommand:
    """Runs a command that prints a token on its first line, and keeps that token until renewed."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._token = ""

    def token(self) -> str:
        """Return the token last printed; the command runs only the first time."""
        return self._token or self.renew()

    def renew(self) -> str:
        """Run the command and return the token it prints.

        Raises:
            MailboxRefused: It cannot be run, printed no token, or ended with 77 (permission).
            MailboxUnavailable: It took too long or failed; worth another attempt.
        """
        self._token = ""
        name = self._command[0]
        try:
            done = subprocess.run(
                self._command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            # `from None`: the error of a timeout carries what the command had printed.
            raise MailboxUnavailable(
                f"The token command {name} printed nothing within {_TIMEOUT_S} seconds: "
                "run it by hand to see why."
            ) from None
        except OSError as error:
            raise MailboxRefused(
                f"The token command {name} cannot be run: correct token_command."
            ) from error
        if done.returncode:
            kind = MailboxRefused if done.returncode == _NO_PERMISSION else MailboxUnavailable
            raise kind(
                f"The token command {name} failed ({done.returncode}): run it by hand to see why."
            )
        self._token = _first_line(done.stdout)
        if not self._token:
            raise MailboxRefused(
                f"The token command {name} printed no token on its first line: correct it."
            )
        return self._token


def bearer(user: str, token: str) -> str:
    """Return what XOAUTH2 sends to sign in, before its encoding."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def _first_line(output: bytes) -> str:
    """Return the first line, or "" where it cannot be a token (blanks or other signs in it)."""
    line = output.partition(b"\n")[0].strip()
    printable = all(0x20 < byte < 0x7F for byte in line)
    return line.decode("ascii") if printable else ""
