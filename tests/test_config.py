"""The configuration file: strict, overridden by the environment, with secrets from files."""

from pathlib import Path

import pytest

from agent.config import Config, load_config
from agent.errors import ConfigError

PLAIN = """
[mailbox.reviews]
partnership = "northshire"
[mailbox.reviews.imap]
host = "mail.lscp.example"
user = "reviews"
"""


def load(folder: Path, text: str = PLAIN, **environ: str) -> Config:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {f"MAILBOX_AGENT_{name}": value for name, value in environ.items()})


def test_a_short_file_is_enough_and_sends_nothing(tmp_path: Path) -> None:
    mailbox = load(tmp_path).mailbox["reviews"]

    assert mailbox.mode == "intake"
    assert mailbox.imap is not None
    assert (mailbox.imap.port, mailbox.imap.security) == (993, "tls")


def test_relative_paths_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    config = load(tmp_path)

    assert config.database == f"sqlite:///{tmp_path}/state/agent.db"
    assert config.files == tmp_path / "state/files"


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        MAILBOX__REVIEWS__IMAP__HOST="other.example",
        MAILBOX__REVIEWS__IMAP__FOLDERS="INBOX Referrals",
        DATABASE="postgresql://db.example/agent",
    )

    imap = config.mailbox["reviews"].imap
    assert imap is not None
    assert imap.host == "other.example"
    assert imap.folders == ("INBOX", "Referrals")
    assert config.database == "postgresql://db.example/agent"


def test_a_secret_is_read_from_a_file_and_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse\n", encoding="utf-8")

    config = load(tmp_path, MAILBOX__REVIEWS__IMAP__PASSWORD_FILE=str(secret))

    imap = config.mailbox["reviews"].imap
    assert imap is not None
    assert imap.password.get_secret_value() == "correct horse"
    assert "correct horse" not in repr(config)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            PLAIN.replace("user", "usr"),
            "unknown key `mailbox.reviews.imap.usr`: did you mean `user`?",
        ),
        (PLAIN + "\n[smpt]\nhost = 'x'", "unknown key `smpt`"),
        (PLAIN.replace('"northshire"', "1"), "mailbox.reviews.partnership"),
        ("", "mailbox"),
        ("[mailbox.reviews", "not valid TOML"),
        ('[mailbox.reviews]\npartnership = "x"', "needs either [imap] or [maildir]"),
        (PLAIN.replace('"northshire"', '"northshire"\nmode = "live"'), "is live but has no [smtp]"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)

    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unreadable_secret_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"IMAP__PASSWORD_FILE.*cannot be read"):
        load(tmp_path, MAILBOX__REVIEWS__IMAP__PASSWORD_FILE=str(tmp_path / "absent"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: there is no such file"):
        load_config(tmp_path / "absent.toml", {})


def test_the_shipped_example_is_a_good_configuration() -> None:
    example = Path(__file__).parents[1] / "deploy" / "agent.toml"

    assert load_config(example, {}).mailbox
