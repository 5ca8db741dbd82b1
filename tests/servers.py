"""Real mail servers for the tests: a private Dovecot, an SMTP sink, and a line that can go dead.

All listen on loopback, live in temporary folders and end with their `with` block; nothing of the
system's own services is touched.
"""

import asyncio
import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DOVECOT = Path("/usr/sbin/dovecot")
needs_dovecot = pytest.mark.skipif(
    not DOVECOT.exists(),
    reason="Dovecot is not installed (Debian: apt-get install dovecot-imapd); "
    "this test needs a real IMAP server",
)


def free_port() -> int:
    """Return a loopback port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for `localhost` and its key; return both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


class Running:
    """Something that is stopped when its `with` block ends."""

    def stop(self) -> None:
        """End it for good."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


_TOKEN_KEY = b"a key for the tests only, known to Dovecot and to token()"

_DOVECOT_CONF = """
base_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
imap_idle_notify_interval = 2 mins
mailbox_idle_check_interval = 1 secs
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
auth_username_chars =
auth_cache_size = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

_OAUTH2_CONF = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={home}/keys/
username_attribute = sub
"""


class Dovecot(Running):
    """A private Dovecot with one Maildir for each user; `users` maps names to passwords.

    Delivering writes into the Maildir, as a local delivery agent does. A bearer `token` is a JWT
    that this server checks by itself.
    """

    def __init__(self, users: dict[str, str] | None = None) -> None:
        self.users = users or {"anna": "open sesame"}
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.home.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        self.ca_file, _ = write_certificate(self.home)
        self._process: subprocess.Popen[bytes] | None = None
        self._configure()
        self.start()

    def _configure(self) -> None:
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        # As root Dovecot drops its rights to the users of Debian's package; else it runs as we do.
        self._owner = pwd.getpwnam("nobody") if root else me
        group = "dovecot" if root else grp.getgrgid(me.pw_gid).gr_name
        values = {
            "home": self.home,
            "port": self.port,
            "tls_port": self.tls_port,
            "internal": "dovecot" if root else me.pw_name,
            "login": "dovenull" if root else me.pw_name,
            "group": group,
        }
        (self.home / "dovecot.conf").write_text(_DOVECOT_CONF.format(**values))
        (self.home / "oauth2.conf").write_text(_OAUTH2_CONF.format(**values))
        key = self.home / "keys/default/HS256/default"
        key.parent.mkdir(parents=True)
        key.write_text(base64.b64encode(_TOKEN_KEY).decode())
        lines = []
        for user, password in self.users.items():
            for name in ("", "new", "cur", "tmp"):
                self.make_folder(name, user)
            ids = f"{self._owner.pw_uid}:{self._owner.pw_gid}"
            lines.append(f"{user}:{{PLAIN}}{password}:{ids}::{self.maildir(user).parent}::\n")
        (self.home / "users").write_text("".join(lines))

    def start(self) -> None:
        """Start the server and return once it greets on both ports."""
        command = [str(DOVECOT), "-F", "-c", str(self.home / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        deadline = time.monotonic() + 20
        for port in (self.port, self.tls_port):
            while not _listens(port):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Dovecot does not start: {self.log()}")
                time.sleep(0.02)

    def halt(self) -> None:
        """Stop the server, mailboxes kept, and return once none of its processes is left."""
        if self._process is None:
            return
        group = self._process.pid
        self._process.terminate()
        self._process.wait(20)
        self._process = None
        # What serves an open connection outlives the master for as long as its client does.
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        while any(_is_alive(stat, group) for stat in Path("/proc").glob("[0-9]*/stat")):
            time.sleep(0.02)

    def restart(self) -> None:
        """Stop and start the server on the same ports; every connection breaks."""
        self.halt()
        self.start()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.halt()
        shutil.rmtree(self.home)

    def log(self) -> str:
        """Return what the server has logged."""
        path = self.home / "dovecot.log"
        return path.read_text() if path.exists() else ""

    def maildir(self, user: str = "anna") -> Path:
        """Return the folder of that user's INBOX."""
        return self.home / "mail" / user / "Maildir"

    def make_folder(self, name: str, user: str = "anna") -> None:
        """Make a folder inside that user's Maildir, "" for the Maildir itself."""
        folder = self.maildir(user) / name
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for path in (folder, self.maildir(user).parent):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def renumber(self, user: str = "anna") -> None:
        """Forget every UID of that user, as a migration does; only while halted."""
        for path in self.maildir(user).glob("dovecot*"):
            path.unlink()
        # The new UIDVALIDITY is a time in seconds, and must not be the old one.
        time.sleep(1.1)

    def files(self, user: str = "anna") -> list[str]:
        """Return the path of every mail in that user's INBOX, sorted; a name holds the flags."""
        box = self.maildir(user)
        return sorted(str(path.relative_to(box)) for path in box.glob("[nc][eu][wr]/*"))

    def deliver(self, raw: bytes, user: str = "anna", folder: str = "") -> Path:
        """Put one mail into a folder of that user, "" for INBOX, atomically; return its file."""
        # Dovecot numbers what it finds at one time by the seconds and the M part.
        now_ns = time.time_ns()
        name = f"{now_ns // 10**9}.M{now_ns // 1000 % 10**6:06}R{uuid.uuid4().hex}.localhost"
        draft = self.maildir(user) / folder / "tmp" / name
        draft.write_bytes(raw)
        if os.geteuid() == 0:
            os.chown(draft, self._owner.pw_uid, self._owner.pw_gid)
        return draft.rename(self.maildir(user) / folder / "new" / name)

    def token(self, user: str = "anna", lasts_s: int = 3600) -> str:
        """Return a bearer token for that user; one with a negative life has expired."""
        issued_at = int(time.time()) - 7200
        claims = {"sub": user, "iat": issued_at, "exp": issued_at + 7200 + lasts_s}
        head = {"alg": "HS256", "typ": "JWT", "kid": "default"}
        signed = b".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
        mark = hmac.new(_TOKEN_KEY, signed, hashlib.sha256).digest()
        return (signed + b"." + _base64url(mark)).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _is_alive(stat: Path, group: int) -> bool:
    """Return whether a /proc entry is a process of that group, and more than a zombie."""
    try:
        state, _, process_group = stat.read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return int(process_group) == group and state != "Z"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Sent:
    """One mail as the sink took it; `user` is who had signed in, "" for nobody."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    raw: bytes
    user: str


class _SinkProtocol(SMTP):
    """aiosmtpd's server, asking the sink before each verb."""

    async def _handle_client(self) -> None:
        self.event_handler.connections += 1
        self.event_handler.open_protocols.add(self)
        if not await self._refused("connect"):
            await super()._handle_client()

    async def _refused(self, verb: str) -> bool:
        sink = self.event_handler
        sink.verbs.append(verb)
        if verb == sink.hang_up_at:
            self.transport.abort()
            return True
        if verb in sink.refuse:
            await self.push(sink.refuse[verb])
            return True
        return False

    async def smtp_EHLO(self, arg: str) -> None:
        if not await self._refused("ehlo"):
            await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        if not await self._refused("ehlo"):
            await super().smtp_HELO(arg)

    async def smtp_MAIL(self, arg: str) -> None:
        if not await self._refused("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:
        if not await self._refused("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.hang_up_at == "body":
            await self.push("354 go on")
            await self._reader.readexactly(100)
            self.transport.abort()
        elif not await self._refused("data"):
            await super().smtp_DATA(arg)


class SmtpSink(Running):
    """An SMTP server that keeps what it takes, in `mails`, and misbehaves as told.

    `refuse` maps a verb (connect ehlo mail rcpt data dot) to the reply it gets instead.
    `hang_up_at` names where the connection breaks: one of these verbs, "body" (in the middle of
    the mail) or "dot" (after the final dot: taken and kept, but never answered). `security` is as
    in the configuration; `users` and `tokens` may sign in. Connections and verbs are counted.
    """

    def __init__(
        self,
        security: str = "plain",
        users: dict[str, str] | None = None,
        tokens: set[str] | None = None,
        size_limit: int = 33_554_432,
    ) -> None:
        self.port = free_port()
        self.mails: list[Sent] = []
        self.refuse: dict[str, str] = {}
        self.hang_up_at = ""
        self.connections = 0
        self.verbs: list[str] = []
        self.open_protocols: set[_SinkProtocol] = set()
        self.users, self.tokens = users or {}, tokens or set()
        self._arrived = threading.Condition()
        self._home = Path(tempfile.mkdtemp(prefix="smtp-"))
        self.ca_file, key_file = write_certificate(self._home)
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(self.ca_file, key_file)
        self._security, self._size_limit = security, size_limit
        self.start()

    def start(self) -> None:
        """Listen on the same port as before, with the mails kept."""
        self._controller = _SinkController(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=self._tls if self._security == "tls" else None,
            server_hostname="localhost",
            tls_context=self._tls if self._security == "starttls" else None,
            require_starttls=self._security == "starttls",
            auth_require_tls=False,
            authenticator=self._authenticate,
            data_size_limit=self._size_limit,
        )
        self._controller.start()
        self.connections = 0  # starting makes one of its own
        self.verbs.clear()

    def halt(self) -> None:
        """Stop listening and break every connection."""
        hanging_up = asyncio.run_coroutine_threadsafe(self._hang_up(), self._controller.loop)
        hanging_up.result(20)
        self._controller.stop()

    async def _hang_up(self) -> None:
        for protocol in self.open_protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        while any(protocol.transport is not None for protocol in self.open_protocols):
            await asyncio.sleep(0)
        self.open_protocols.clear()

    def restart(self) -> None:
        """Stop and start on the same port; every connection breaks."""
        self.halt()
        self.start()

    def stop(self) -> None:
        """Stop for good."""
        self.halt()
        shutil.rmtree(self._home)

    def wait_for(self, count: int, timeout_s: float = 20) -> list[Sent]:
        """Return the mails once there are that many; raises AssertionError when they never come."""
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: len(self.mails) >= count, timeout_s)
        assert arrived, f"{len(self.mails)} of {count} mails came"
        return list(self.mails)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, or refuse it, or keep it and hang up (aiosmtpd's hook)."""
        if "dot" in self.refuse:
            return self.refuse["dot"]
        assert isinstance(envelope.content, bytes)
        user = getattr(session.auth_data, "login", b"") or b""
        sender = (envelope.mail_from or "").replace("<>", "")  # aiosmtpd writes the null sender so
        sent = Sent(sender, tuple(envelope.rcpt_tos), envelope.content, user.decode())
        with self._arrived:
            self.mails.append(sent)
            self._arrived.notify_all()
        if self.hang_up_at == "dot":
            server.transport.abort()
        return "250 taken"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """Check a bearer token as Exchange does: the reason of a refusal is a challenge."""
        words = base64.b64decode(args[1]).decode()
        user = words.partition("\1")[0].removeprefix("user=")
        token = words.partition("auth=Bearer ")[2].rstrip("\1")
        if token in self.tokens:
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)

    def _authenticate(self, *call: Any) -> AuthResult:
        login = call[-1]  # after server, session, envelope and mechanism
        password = self.users.get(login.login.decode())
        known = password is not None and password == login.password.decode()
        return AuthResult(success=known, handled=False, auth_data=login)


class _SinkController(Controller):
    def factory(self) -> SMTP:
        return _SinkProtocol(self.handler, **self.SMTP_kwargs)


class Wire(Running):
    """A wire to a local port that can go dead: the connections stay open and nothing passes.

    `brought_bytes` counts what the far end sent.
    """

    def __init__(self, to_port: int) -> None:
        self.port = free_port()
        self.brought_bytes = 0
        self._to_port = to_port
        self._live = threading.Event()
        self._live.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def swallow(self) -> None:
        """From now on lose whatever the present connections carry; new ones work."""
        self._live.clear()
        self._live = threading.Event()
        self._live.set()

    def cut(self) -> None:
        """Break every present connection."""
        for end in self._sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Close everything."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        self.cut()
        for thread in self._pumps():
            thread.join()
        for end in self._sockets:
            end.close()

    def _pumps(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == f"wire {self.port}"]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to_port))
                self._sockets += [near, far]
                for ends in ((near, far, False), (far, near, True)):
                    threading.Thread(
                        target=self._pump,
                        args=(*ends, self._live),
                        name=f"wire {self.port}",
                        daemon=True,
                    ).start()

    def _pump(
        self, source: socket.socket, target: socket.socket, inwards: bool, live: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if inwards:
                    self.brought_bytes += len(data)
                if live.is_set():
                    target.sendall(data)
            if live.is_set():
                target.shutdown(socket.SHUT_RDWR)
