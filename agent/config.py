"""The one configuration file of a deployment, with environment overrides; where shipped files lie.

Order: environment over file. `MAILBOX_AGENT_<KEY>` with `__` between levels overrides any key;
`MAILBOX_AGENT_<KEY>_FILE` takes the value from a file (a systemd credential, a container secret).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr

from agent.declared import Declared, read_toml, validate
from agent.errors import ConfigError
from agent.webconfig import WebSection

ENV_PREFIX = "MAILBOX_AGENT_"
# The command line's own name for the file, not a key in it.
CONFIG_VARIABLE = "MAILBOX_AGENT_CONFIG"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Security = Literal["tls", "starttls", "plain"]


class Server(Declared):
    """One server to talk to; `plain` is only taken for this machine itself.

    Sign-in is by `password`, or by XOAUTH2 with the token that `token_command` prints (its first
    line; run again when the server refuses the old one). `ca_file` adds a private authority.
    """

    host: str
    port: int
    security: Security = "tls"
    user: str = ""
    password: SecretStr = SecretStr("")
    token_command: tuple[str, ...] = ()
    ca_file: Path | None = None
    connect_timeout_s: float = 20
    read_timeout_s: float = 60


class ImapSection(Server):
    """The mailbox to read. `idle` waits for the server's word where it can, else polls."""

    port: int = 993
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    idle: bool = True
    idle_renew_s: float = 9 * 60
    poll_s: float = 60


class SmtpSection(Server):
    """The server that takes outgoing mail."""

    port: int = 587
    security: Security = "starttls"


class MaildirSection(Declared):
    """A Maildir to read, or to write outgoing mail into."""

    path: Path
    poll_s: float = 1


class MailboxSection(Declared):
    """One shared mailbox and the partnership it belongs to: one way in, one way out."""

    partnership: str
    mode: Literal["intake", "shadow", "live"] = "intake"
    site: Path | None = None
    imap: ImapSection | None = None
    maildir: MaildirSection | None = None
    smtp: SmtpSection | None = None
    out_maildir: MaildirSection | None = None


class Config(Declared):
    """A whole deployment. Relative paths are taken from the configuration file's folder.

    With `ocr` the text of scanned pages is recognised by tesseract; else a scan is for a person.
    """

    database: str = "sqlite:///state/agent.db"
    files: Path = Path("state/files")
    ocr: bool = False
    overrides: Path | None = None
    log: Literal["json", "text", "auto"] = "auto"
    web: WebSection = WebSection()
    mailbox: Mapping[str, MailboxSection] = Field(min_length=1)


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the configuration with its paths made absolute.

    Raises:
        ConfigError: one sentence a mistake: no such file, unknown key, unreadable secret, no way
            in or out for a mailbox.
    """
    content = read_toml(path, ConfigError)
    for name, value in sorted(environ.items()):
        if name.startswith(ENV_PREFIX) and name != CONFIG_VARIABLE:
            _override(content, name, value)
    config = validate(content, Config, str(path), ConfigError)
    for name, mailbox in config.mailbox.items():
        _require_one_each_way(str(path), name, mailbox)
    return _with_absolute_paths(config, path.resolve().parent)


def shipped(folder: Literal["rules", "templates"]) -> Path:
    """Return a shipped folder: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def _override(content: dict[str, Any], name: str, value: str) -> None:
    keys = name.removeprefix(ENV_PREFIX).lower().split("__")
    if keys[-1].endswith("_file") and keys[-1] != "ca_file":
        keys[-1] = keys[-1].removesuffix("_file")
        try:
            value = Path(value).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}: the file it names cannot be read ({error}).") from error
    at = content
    for key in keys[:-1]:
        at = at.setdefault(key, {})
        if not isinstance(at, dict):
            raise ConfigError(f"{name}: `{key}` is not a section of the configuration.")
    # A list is written as words; a token command in the environment is for the shell's eyes.
    at[keys[-1]] = value.split() if keys[-1] in {"folders", "token_command", "scopes"} else value


def _require_one_each_way(path: str, name: str, mailbox: MailboxSection) -> None:
    if (mailbox.imap is None) == (mailbox.maildir is None):
        raise ConfigError(f"{path}: mailbox.{name} needs either [imap] or [maildir] to read.")
    if mailbox.smtp is not None and mailbox.out_maildir is not None:
        raise ConfigError(f"{path}: mailbox.{name} needs either [smtp] or [out_maildir], not both.")
    if mailbox.mode == "live" and mailbox.smtp is None and mailbox.out_maildir is None:
        raise ConfigError(f"{path}: mailbox.{name} is live but has no [smtp] to send by.")


def _with_absolute_paths(config: Config, base: Path) -> Config:
    def absolute(path: Path | None) -> Path | None:
        return None if path is None else base / path

    def at_base(section: MaildirSection | None) -> MaildirSection | None:
        return section and section.model_copy(update={"path": base / section.path})

    database = config.database
    if database.startswith("sqlite:///") and not database.startswith("sqlite:////"):
        database = f"sqlite:///{base / database.removeprefix('sqlite:///')}"
    mailboxes = {
        name: mailbox.model_copy(
            update={
                "site": absolute(mailbox.site),
                "maildir": at_base(mailbox.maildir),
                "out_maildir": at_base(mailbox.out_maildir),
            }
        )
        for name, mailbox in config.mailbox.items()
    }
    return config.model_copy(
        update={
            "database": database,
            "files": base / config.files,
            "overrides": absolute(config.overrides),
            "web": _web_at(config.web, base),
            "mailbox": mailboxes,
        }
    )


def _web_at(web: WebSection, base: Path) -> WebSection:
    if web.oidc is None or web.oidc.ca_file is None:
        return web
    oidc = web.oidc.model_copy(update={"ca_file": base / web.oidc.ca_file})
    return web.model_copy(update={"oidc": oidc})
