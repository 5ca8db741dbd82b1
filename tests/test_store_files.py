"""The raw bytes of mails: kept whole or not at all, and checked whenever they are read."""

import errno
import hashlib
import os
import resource
import signal
import subprocess
import sys

import pytest

from agent.errors import DataError, StoreError
from agent.store.files import FileStore

RAW = b"From: anna@school.example\r\n\r\nA referral is attached.\r\n"
DIGEST = hashlib.sha256(RAW).hexdigest()


@pytest.fixture(params=[True, False], ids=["durable", "throw-away"])
def store(tmp_path, request):
    return FileStore(tmp_path / "files", durable=request.param)


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("raw", [RAW, b"", bytes(range(256)) * 5000])
def test_what_was_put_comes_back_byte_for_byte(store, raw):
    assert store.get(store.put(raw)) == raw


def test_a_file_lies_under_its_digest_for_its_owner_alone(store, tmp_path):
    old = os.umask(0)
    try:
        assert store.put(RAW) == DIGEST
    finally:
        os.umask(old)
    root = tmp_path / "files"
    assert names(root) == [f"{DIGEST[:2]}/{DIGEST}"]
    path = root / DIGEST[:2] / DIGEST
    modes = [one.stat().st_mode & 0o777 for one in (path, path.parent, root)]
    assert modes == [0o600, 0o700, 0o700]


def test_the_same_bytes_are_not_written_again(store, tmp_path):
    path = tmp_path / "files" / DIGEST[:2] / store.put(RAW)
    before = path.stat()
    store.put(RAW)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_was_cut_short_is_put_right_by_the_next_arrival(store, tmp_path):
    path = tmp_path / "files" / DIGEST[:2] / store.put(RAW)
    path.write_bytes(RAW[:10])
    store.put(RAW)
    assert store.get(DIGEST) == RAW


def test_changed_bytes_are_noticed_when_they_are_read(store, tmp_path):
    path = tmp_path / "files" / DIGEST[:2] / store.put(RAW)
    path.write_bytes(RAW.replace(b"referral", b"REFERRAL"))
    with pytest.raises(DataError, match="changed or damaged"):
        store.get(DIGEST)


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", DIGEST.upper()])
def test_a_file_that_is_not_there_is_an_error(store, digest):
    with pytest.raises(DataError):
        store.get(digest)


def test_a_store_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        FileStore(tmp_path / "files").put(RAW)


_PUTS = """
import sys
from pathlib import Path
from agent.errors import StoreError
from agent.store.files import FileStore
store = FileStore(Path(sys.argv[1]))
store.put(b"small")
try:
    store.put(b"x" * 100_000)
except StoreError as error:
    print(error)
    print(store.get(store.put(b"small again")).decode())
"""


def test_a_full_disk_keeps_nothing_of_the_mail_and_all_of_the_others(tmp_path):
    """The limit on file size stands in for the disk: it cuts a write in the middle just so."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    words = [sys.executable, "-c", _PUTS, str(tmp_path)]
    done = subprocess.run(words, preexec_fn=limit, check=True, capture_output=True, text=True)
    assert done.stdout == "The disk is full: the file store kept nothing.\nsmall again\n"
    kept = {hashlib.sha256(raw).hexdigest() for raw in (b"small", b"small again")}
    assert {name[3:] for name in names(tmp_path)} == kept


def test_a_really_full_disk_is_the_same(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("Only root may mount the small file system this test fills.")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("This machine does not let the test mount the small file system it fills.")
    try:
        store = FileStore(tmp_path / "files")
        with pytest.raises(StoreError, match="kept nothing") as caught:
            store.put(b"x" * 100_000)
        assert caught.value.__cause__.errno == errno.ENOSPC
        assert names(tmp_path) == []
        assert store.get(store.put(RAW)) == RAW
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
