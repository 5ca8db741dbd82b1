"""The raw bytes of every mail by their SHA-256, each in a file of its own that never changes."""

import errno
import hashlib
import os
import re
import secrets
from pathlib import Path

from agent.errors import DataError, StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileStore:
    """A folder of files named by digest, in subfolders by its first two digits.

    `durable=False` does not wait for the disk, for a store that is thrown away.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root = root
        self._durable = durable

    def put(self, raw: bytes) -> str:
        """Keep the bytes and return their digest; bytes that are there already are left alone.

        When it returns, they survive a loss of power.

        Raises:
            StoreError: the disk took nothing; no part of the file stays under its name.
        """
        digest = hashlib.sha256(raw).hexdigest()
        path = self._path(digest)
        try:
            if not self._has(path, len(raw)):
                self._write(path, raw)
            # Also for a file that was there: whoever wrote it may have died before this line.
            self._sync_folder(path.parent)
        except OSError as error:
            if error.errno in _FULL:
                raise StoreError("The disk is full: the file store kept nothing.") from error
            raise StoreError(
                f"The file store cannot be written ({error.strerror}): it kept nothing."
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes with that digest.

        Raises:
            DataError: there are none, or the file does not hold them any more.
            StoreError: the file cannot be read now.
        """
        if not _DIGEST.fullmatch(digest):
            raise DataError("That is not the digest of a mail.")
        try:
            raw = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise DataError(f"The file store has no file {digest}.") from error
        except OSError as error:
            raise StoreError(f"The file {digest} cannot be read ({error.strerror}).") from error
        if hashlib.sha256(raw).hexdigest() != digest:
            raise DataError(
                f"The file {digest} has been changed or damaged; take it from a backup."
            )
        return raw

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def _has(self, path: Path, size_bytes: int) -> bool:
        try:
            return path.stat().st_size == size_bytes
        except FileNotFoundError:
            return False

    def _write(self, path: Path, raw: bytes) -> None:
        """Write beside the final name and move into place: no reader ever sees half a file."""
        self._make_folder(path.parent)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            opened = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(opened, "wb", buffering=0) as file:
                rest = memoryview(raw)
                while rest:
                    rest = rest[file.write(rest) :]
                if self._durable:
                    os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        # Each by itself: `parents=True` would give the root above it the usual, open mode.
        if not self._root.is_dir():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sync_folder(self._root.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._sync_folder(self._root)

    def _sync_folder(self, folder: Path) -> None:
        if not self._durable:
            return
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
