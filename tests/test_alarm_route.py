"""The alarm's second route, against a real web server and real commands."""

import json
import os
import select
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.errors import SendError
from agent.mail.alarm import raise_alarm
from tests.servers import Running, free_port, write_certificate

TEXT = "Northshire SCP: a mail that may say that a child is in danger now came – open it."
REFERENCE = "NOR-2026-0001-K4M"
# Long enough for a busy machine; only what must run into it gets less.
PATIENT_S, IMPATIENT_S = 60.0, 0.3


class Hooks(Running):
    """An https server of webhooks: `/ok` takes what is posted, `/to?…` sends elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.taken: list[tuple[str, str, dict[str, Any]]] = []
        self.ca_file, key_file = write_certificate(folder)
        self.release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = False
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.ca_file, key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def stop(self) -> None:
        """End it for good."""
        self.release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(hooks: Hooks) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.headers["Content-Type"]
            path, _, where = self.path.partition("?")
            hooks.taken.append((path, kind, json.loads(body)))
            if path == "/silent":
                hooks.release.wait(PATIENT_S)
                return
            if path == "/babble":
                self.wfile.write(b"220 this is no web server\r\n")
                return
            self.send_response({"/ok": 200, "/made": 204}.get(path) or int(path[1:]))
            if where:
                self.send_header("Location", where)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            hooks.taken.append((self.path, "", {}))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine is set up with, the servers here are reached directly."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """The server, whose authority this machine trusts."""
    with Hooks(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
        yield server


def ring(settings: dict[str, str | tuple[str, ...]], timeout_s: float = PATIENT_S) -> None:
    raise_alarm(settings, TEXT, REFERENCE, 2, timeout_s)


def refused(settings: dict[str, str | tuple[str, ...]], timeout_s: float = PATIENT_S) -> str:
    with pytest.raises(SendError) as caught:
        ring(settings, timeout_s)
    return str(caught.value)


def script(folder: Path, *lines: str) -> str:
    """Write a program of the shell and return its path."""
    path = folder / "page-duty"
    path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@contextmanager
def reaching_out() -> Iterator[list[str]]:
    """Give what this process starts or connects to meanwhile, as the interpreter's audit says."""
    reached: list[str] = []
    watched, is_over = ("subprocess.Popen", "socket.connect"), threading.Event()

    def note(event: str, _: Any) -> None:
        if event in watched and not is_over.is_set():
            reached.append(event)

    sys.addaudithook(note)
    try:
        yield reached
    finally:
        is_over.set()


def heard_on(pipe: int) -> bytes | None:
    """Return what stands in a pipe, b"" once nobody can write into it, None while all is quiet."""
    ready, _, _ = select.select([pipe], [], [], PATIENT_S)
    return os.read(pipe, 1000) if ready else None


@pytest.mark.parametrize("path", ["/ok", "/made"])
def test_a_webhook_is_posted_text_reference_and_round(hooks: Hooks, path: str) -> None:
    ring({"webhook": hooks.url(path)})

    said = {"text": TEXT, "reference": REFERENCE, "round": 2}
    assert hooks.taken == [(path, "application/json", said)]


def test_several_webhooks_are_each_posted_to(hooks: Hooks) -> None:
    ring({"webhook": (hooks.url("/ok"), hooks.url("/made"))})

    assert [path for path, _, _ in hooks.taken] == ["/ok", "/made"]


@pytest.mark.parametrize("code", [400, 404, 500, 503])
def test_a_webhook_that_does_not_take_it_is_told(hooks: Hooks, code: int) -> None:
    assert refused({"webhook": hooks.url(f"/{code}?")}) == (
        f"The alarm's webhook at localhost did not take it ({code}): ask whoever runs it."
    )


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_no_redirect_is_followed_and_so_none_to_another_host(
    hooks: Hooks, code: int, host: str
) -> None:
    elsewhere = hooks.url("/ok", host)

    assert f"sends us elsewhere ({code})" in refused({"webhook": hooks.url(f"/{code}?{elsewhere}")})
    assert [path for path, _, _ in hooks.taken] == [f"/{code}"]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "a certificate that is not trusted here" in refused({"webhook": hooks.url("/ok")})
    assert hooks.taken == []


def test_a_certificate_of_another_host_is_not_trusted(hooks: Hooks) -> None:
    said = refused({"webhook": hooks.url("/ok", "127.0.0.1")})

    assert "a certificate that is not trusted here" in said
    assert hooks.taken == []


def test_a_webhook_that_stays_silent_is_given_up(hooks: Hooks) -> None:
    assert refused({"webhook": hooks.url("/silent")}, IMPATIENT_S) == (
        "The alarm's webhook at localhost did not answer within 0.3 seconds: ask whoever runs it."
    )


def test_a_listener_that_never_shakes_hands_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        webhook = f"https://localhost:{deaf.getsockname()[1]}/"

        assert "did not answer within 0.3 seconds" in refused({"webhook": webhook}, IMPATIENT_S)


def test_a_webhook_that_speaks_no_http_is_told(hooks: Hooks) -> None:
    assert "gave an answer that is not HTTP" in refused({"webhook": hooks.url("/babble")})


def test_a_webhook_out_of_reach_is_told() -> None:
    webhook = f"https://localhost:{free_port()}/services/T0/secret"
    said = refused({"webhook": webhook})

    assert "at localhost cannot be reached" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "webhook",
    ["http://hooks.example/a", "file:///etc/hostname", "https:///a", "https://me:pass@a.example/"],
)
def test_what_is_no_https_address_is_never_opened(webhook: str) -> None:
    assert refused({"webhook": webhook}) == (
        "The alarm's webhook is no https address: correct `webhook` under [alarm] in site.toml."
    )


def test_a_command_gets_the_text_on_its_input_and_its_arguments_as_written(tmp_path: Path) -> None:
    """No shell stands between: what would be a second command for one stays an argument."""
    page = script(
        tmp_path, 'cat > "$1"', 'printf %s "$2" > "$1.argument"', "echo said; echo so >&2"
    )
    heard, argument = tmp_path / "heard", "; touch no-shell $(touch no-shell) 'a b'"
    ring({"command": (page, str(heard), argument)})

    assert heard.read_text(encoding="utf-8") == f"{TEXT}\n"
    assert heard.with_suffix(".argument").read_text(encoding="utf-8") == argument
    assert not Path("no-shell").exists()


def test_what_a_command_prints_goes_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ring({"command": script(tmp_path, "cat; echo aloud >&2")})

    assert capfd.readouterr() == ("", "")


def test_a_command_need_not_read_what_it_is_given(tmp_path: Path) -> None:
    """The text is far longer than what a pipe holds."""
    page = script(tmp_path, f"touch {tmp_path}/paged")

    raise_alarm({"command": page}, TEXT * 10_000, REFERENCE, 1, PATIENT_S)

    assert (tmp_path / "paged").exists()


def test_a_command_that_fails_is_told_without_its_arguments(tmp_path: Path) -> None:
    page = script(tmp_path, "exit 3")

    assert refused({"command": (page, "--token=secret")}) == (
        "The alarm's command page-duty failed (3): run it by hand to see why."
    )


@pytest.mark.parametrize("program", ["no-such-program", "page duty --now", "a\0b"])
def test_a_command_that_cannot_be_run_is_told(tmp_path: Path, program: str) -> None:
    said = refused({"command": (str(tmp_path / program), "--token=secret")})

    assert "cannot be run: correct `command` under [alarm] in site.toml." in said
    assert "secret" not in said


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """The pipe ends only when the last process that could write into it has ended."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    page = script(tmp_path, f'exec 3> "{pipe}"', "sleep 600 &", "echo up >&3", "sleep 600")
    try:
        said = refused({"command": page}, 3)
        assert [heard_on(reader), heard_on(reader)] == [b"up\n", b""]
    finally:
        os.close(reader)

    assert said == (
        "The alarm's command page-duty was not done within 3 seconds and was ended: run it by "
        "hand to see why."
    )


def test_one_way_that_fails_keeps_no_other_from_being_tried(hooks: Hooks, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    copy = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    settings: dict[str, str | tuple[str, ...]] = {
        "webhook": (hooks.url("/500"), hooks.url("/ok")),
        "command": (sys.executable, "-c", copy, str(heard)),
    }
    said = refused(settings)

    assert said == ("The alarm's webhook at localhost did not take it (500): ask whoever runs it.")
    assert [path for path, _, _ in hooks.taken] == ["/500", "/ok"]
    assert heard.exists()


def test_all_that_failed_is_told_together(hooks: Hooks) -> None:
    said = refused({"webhook": hooks.url("/500"), "command": ("false",)})

    assert "webhook at localhost did not take it (500)" in said
    assert "command false failed (1)" in said


@pytest.mark.parametrize("settings", [{}, {"address": "pager@oncall.example"}, {"command": ""}])
def test_an_office_without_a_second_route_rings_nothing(settings: dict[str, str]) -> None:
    with reaching_out() as reached:
        raise_alarm(settings, TEXT, REFERENCE, 1, PATIENT_S)

    assert reached == []


def test_what_watches_for_a_second_route_sees_one(tmp_path: Path) -> None:
    with reaching_out() as reached:
        raise_alarm({"command": script(tmp_path, "exit 0")}, TEXT, REFERENCE, 1, PATIENT_S)

    assert reached == ["subprocess.Popen"]
