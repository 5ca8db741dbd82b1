"""A Maildir is read without touching it, and letters are put into one whole or not at all."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.config import MaildirSection
from agent.errors import ConfigError, MailboxUnavailable, TransientSendError
from agent.mail import Fetched
from agent.mail.maildir import MaildirMailbox, MaildirTransport
from tests.waits import waiting

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LIMIT = 100_000


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    return tmp_path / "Maildir"


@pytest.fixture
def mailbox(maildir: Path) -> MaildirMailbox:
    return opened(maildir)


def opened(maildir: Path, poll_s: float = 1) -> MaildirMailbox:
    return MaildirMailbox(MaildirSection(path=maildir, poll_s=poll_s))


def put(maildir: Path, name: str, minute: int = 1, raw: bytes | None = None) -> Path:
    """Put a mail into new/ that arrived so many minutes after the agent's first contact."""
    draft = maildir / "tmp" / name
    draft.write_bytes(raw if raw is not None else name.encode())
    at_s = (START + timedelta(minutes=minute)).timestamp()
    os.utime(draft, (at_s, at_s))
    return draft.rename(maildir / "new" / name)


def read(mailbox: MaildirMailbox, known: frozenset[str] = frozenset()) -> list[Fetched]:
    position = mailbox.first_position("INBOX", START)
    return list(mailbox.new_mail("INBOX", position, known, LIMIT))


def make_quiet(maildir: Path) -> None:
    """Let nothing have happened in the folders for an hour, so that only a change is noticed."""
    quiet_s = START.timestamp() - 3600
    for part in ("new", "cur"):
        os.utime(maildir / part, (quiet_s, quiet_s))


def items(mails: list[Fetched]) -> list[str]:
    return [mail.item for mail in mails]


def listing(maildir: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in maildir.rglob("*"))


def test_mails_are_read_oldest_first_and_nothing_is_touched(maildir, mailbox):
    put(maildir, "c", minute=1)
    put(maildir, "a", minute=3)
    put(maildir, "b", minute=3).rename(maildir / "cur" / "b:2,S")
    before = listing(maildir)
    mails = read(mailbox)

    assert [(mail.item, mail.raw) for mail in mails] == [("c", b"c"), ("a", b"a"), ("b", b"b")]
    assert mails[0].received_at == START + timedelta(minutes=1)
    assert mails[0].folder == "INBOX"
    assert listing(maildir) == before


def test_what_is_older_than_first_contact_is_backlog(maildir, mailbox):
    for name, minute in (("old", -1), ("same", 0), ("later", 1)):
        put(maildir, name, minute)

    assert [(mail.item, mail.backlog) for mail in read(mailbox)] == [
        ("old", True),
        ("same", True),
        ("later", False),
    ]


def test_a_mail_is_taken_once_also_when_a_person_reads_it_meanwhile(maildir, mailbox):
    path = put(maildir, "a")
    assert items(read(mailbox)) == ["a"]
    path.rename(maildir / "cur" / "a:2,S")
    put(maildir, "b")

    assert items(read(mailbox)) == ["b"]
    assert items(read(opened(maildir), known=frozenset({"a"}))) == ["b"]


def test_a_mail_that_could_not_be_stored_is_handed_over_again(maildir, mailbox):
    put(maildir, "a")
    put(maildir, "b", minute=2)
    position = mailbox.first_position("INBOX", START)
    reading = mailbox.new_mail("INBOX", position, frozenset(), LIMIT)
    assert [next(reading).item, next(reading).item] == ["a", "b"]
    reading.close()

    assert items(read(mailbox)) == ["b"]


def test_a_mail_that_is_too_large_is_reported_and_not_read(maildir, mailbox):
    put(maildir, "a", raw=b"x" * (LIMIT + 1))
    put(maildir, "b", raw=b"x" * LIMIT)

    assert [(mail.problem, mail.size_bytes, mail.raw is None) for mail in read(mailbox)] == [
        ("too_large", LIMIT + 1, True),
        (None, LIMIT, False),
    ]


def test_a_mail_that_cannot_be_read_holds_up_no_other(maildir, mailbox):
    (maildir / "new" / "a").mkdir()
    put(maildir, "b")

    assert {mail.item: mail.problem for mail in read(mailbox)} == {"a": "unreadable", "b": None}


def test_a_mail_moved_while_we_read_is_found_in_its_new_place(maildir, mailbox):
    put(maildir, "a", minute=1)
    path = put(maildir, "b", minute=2)
    position = mailbox.first_position("INBOX", START)
    reading = mailbox.new_mail("INBOX", position, frozenset(), LIMIT)
    next(reading)
    path.rename(maildir / "cur" / "b:2,")

    assert [*reading, *read(mailbox)] == read(opened(maildir))[1:]


def test_a_mail_that_comes_late_in_a_long_quiet_is_still_found(maildir, mailbox):
    """An unchanged folder is not listed again, so a change must never be missed."""
    make_quiet(maildir)
    for name in ("a", "b"):
        assert read(mailbox) == []
        put(maildir, name)
        assert items(read(mailbox)) == [name]


def test_new_mail_ends_the_wait_long_before_the_poll_interval(maildir):
    mailbox = opened(maildir, poll_s=3600)
    make_quiet(maildir)
    assert read(mailbox) == []
    with waiting(mailbox):
        put(maildir, "a")
    assert items(read(mailbox)) == ["a"]


def test_mail_that_comes_between_reading_and_waiting_is_not_slept_on(maildir):
    mailbox = opened(maildir, poll_s=3600)
    make_quiet(maildir)
    assert read(mailbox) == []
    put(maildir, "a")
    with waiting(mailbox):
        pass
    assert items(read(mailbox)) == ["a"]


def test_a_folder_that_changed_just_now_is_soon_listed_anew(maildir):
    """Its time may be too coarse to show that a second mail came after the first was seen."""
    mailbox = opened(maildir, poll_s=3600)
    put(maildir, "a")
    assert items(read(mailbox)) == ["a"]
    changed_ns = (maildir / "new").stat().st_mtime_ns
    put(maildir, "b")
    os.utime(maildir / "new", ns=(changed_ns, changed_ns))
    with waiting(mailbox):
        pass
    assert items(read(mailbox)) == ["b"]


def test_a_wait_ends_when_stop_is_asked_for(maildir):
    mailbox = opened(maildir, poll_s=3600)
    make_quiet(maildir)
    assert read(mailbox) == []
    with waiting(mailbox) as stop:
        stop.set()


def test_a_folder_that_is_no_maildir_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(ConfigError, match="new, cur and tmp"):
        opened(tmp_path)


def test_a_maildir_that_disappears_is_a_matter_of_time(maildir, mailbox):
    (maildir / "new").rmdir()
    with pytest.raises(MailboxUnavailable, match="new"):
        read(mailbox)


def test_a_letter_is_written_as_it_is_and_can_be_read_back(tmp_path):
    transport = MaildirTransport(tmp_path / "out" / "Maildir")
    letters = [b"Subject: 1\r\n\r\nJos\xe9\r\n", b"Subject: 2\n\nb\n"]
    for letter in letters:
        transport.send("a@northshire.example", "anna@northshire.example", letter)
    transport.close()

    mails = read(opened(tmp_path / "out" / "Maildir"))
    assert [mail.raw for mail in mails] == letters
    assert list((tmp_path / "out" / "Maildir" / "tmp").iterdir()) == []


def test_a_letter_that_cannot_be_written_is_kept_for_later(tmp_path):
    transport = MaildirTransport(tmp_path / "out")
    (tmp_path / "out" / "new").rmdir()
    with pytest.raises(TransientSendError, match="make room"):
        transport.send("a@northshire.example", "anna@northshire.example", b"x")

    assert list((tmp_path / "out" / "tmp").iterdir()) == []


def test_a_file_where_the_outgoing_maildir_should_be_is_a_wrong_setting(tmp_path):
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(ConfigError, match="correct the path"):
        MaildirTransport(tmp_path / "out")
