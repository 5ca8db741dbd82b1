"""The alarm's second route: a web address that is posted to, a command that is run. It decides
neither when nor what; mail is the first route and leaves by the outbox like all other mail."""

import json
import os
import signal
import ssl
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from agent.alarms import is_web_address, values_of
from agent.errors import SendError


def raise_alarm(
    site_alarm: Mapping[str, str | tuple[str, ...]],
    text: str,
    reference: str,
    number: int,
    timeout_s: float,
) -> None:
    """Raise the alarm by every webhook and by the command of [alarm]; with neither, do nothing.

    One that fails keeps no other from being tried. `number` is the round, and `timeout_s` how long
    a server may be silent and the command may run.

    Raises:
        SendError: at least one failed; a sentence for each, without what may be a secret.
    """
    body = json.dumps({"text": text, "reference": reference, "round": number}).encode()
    webhooks = values_of(site_alarm, "webhook")
    ways: list[Callable[[], None]] = [partial(_post, one, body, timeout_s) for one in webhooks]
    if command := values_of(site_alarm, "command"):
        ways.append(partial(_run, command, text, timeout_s))
    failures = []
    for way in ways:
        try:
            way()
        except SendError as error:
            failures.append(error)
    if failures:
        raise SendError(" ".join(map(str, failures))) from failures[0]


class _StayHere(HTTPRedirectHandler):
    """Follows no redirect: urllib would drop the text on the way, and the place is not ours."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return None, which makes every redirect an error."""


def _post(webhook: str, body: bytes, timeout_s: float) -> None:
    """Post to the webhook; any answer but a 2xx is a failure.

    Only its host is ever named: the path of a webhook is often its password.
    """
    if not is_web_address(webhook):
        raise SendError(
            "The alarm's webhook is no https address: correct `webhook` under [alarm] in site.toml."
        )
    where = f"The alarm's webhook at {urlsplit(webhook).hostname}"
    headers = {"Content-Type": "application/json"}
    request = Request(webhook, data=body, headers=headers, method="POST")
    # Made anew each time: an alarm is rare, and its authority may have been renewed meanwhile.
    opener = build_opener(HTTPSHandler(context=ssl.create_default_context()), _StayHere)
    try:
        opener.open(request, timeout=timeout_s).close()
    except HTTPError as error:
        error.close()
        if 300 <= error.code < 400:
            raise SendError(
                f"{where} sends us elsewhere ({error.code}), which is not followed: set `webhook` "
                "to the new address."
            ) from error
        raise SendError(f"{where} did not take it ({error.code}): ask whoever runs it.") from error
    except (OSError, HTTPException) as error:
        raise SendError(f"{where} {_describe(error, timeout_s)}") from error


def _describe(error: OSError | HTTPException, timeout_s: float) -> str:
    """Return what went wrong on the way to a webhook, and what to do."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            "has a certificate that is not trusted here: add its authority to this machine's, or "
            "correct `webhook`."
        )
    if isinstance(reason, TimeoutError):
        return f"did not answer within {timeout_s:g} seconds: ask whoever runs it."
    if isinstance(reason, HTTPException):
        return "gave an answer that is not HTTP: check `webhook` under [alarm] in site.toml."
    return "cannot be reached: check `webhook` under [alarm] in site.toml and the network."


def _run(command: tuple[str, ...], text: str, timeout_s: float) -> None:
    """Run the command with the text on its standard input; any exit code but 0 is a failure.

    It need not read the text. Only the program is ever named: an argument may be a password.
    """
    name = f"The alarm's command {Path(command[0]).name}"
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError):
        # `from None`, here and below: the errors carry the arguments.
        raise SendError(
            f"{name} cannot be run: correct `command` under [alarm] in site.toml."
        ) from None
    with process:
        try:
            process.communicate(f"{text}\n".encode(), timeout=timeout_s)
        except subprocess.TimeoutExpired:
            # The whole group: what a script waits for must not outlive it round after round.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise SendError(
                f"{name} was not done within {timeout_s:g} seconds and was ended: run it by hand "
                "to see why."
            ) from None
    if process.returncode:
        raise SendError(f"{name} failed ({process.returncode}): run it by hand to see why.")
