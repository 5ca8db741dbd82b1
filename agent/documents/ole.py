"""Opens OLE containers (old Office files, Outlook messages, protected files) within limits.

Knows their folders and streams only, not what stands in them.
"""

import io

import olefile  # type: ignore[import-untyped]

from agent.documents.package import Unreadable

# A message with a hundred attachments has some 3,000 streams.
MAX_STREAMS = 20_000

OlePath = tuple[str, ...]


class Ole:
    """One opened container; every method raises `Unreadable` only."""

    def __init__(self, content: bytes) -> None:
        try:
            # A file object, because short bytes would be taken for the name of a file to open.
            self._file = olefile.OleFileIO(io.BytesIO(content))
            sizes = [one.size for one in self._file.direntries if one and one.entry_type == 2]
            listed = self._file.listdir(streams=True, storages=True)
        # The library lets damaged files fail in many ways: lookups, arithmetic, recursion.
        except Exception as broken:
            raise Unreadable("broken") from broken
        # Streams that share their bytes would unpack to any size.
        if len(sizes) > MAX_STREAMS or sum(sizes) > len(content):
            raise Unreadable("too_complex")
        self._paths = frozenset(tuple(path) for path in listed)

    def __contains__(self, path: OlePath) -> bool:
        return path in self._paths

    def names(self, folder: OlePath = ()) -> list[str]:
        """Return the names in a folder, sorted."""
        depth = len(folder)
        return sorted(
            path[depth] for path in self._paths if len(path) == depth + 1 and path[:depth] == folder
        )

    def read(self, path: OlePath) -> bytes:
        """Return the bytes of a stream, b"" where there is none of that name."""
        if path not in self._paths:
            return b""
        try:
            content: bytes = self._file.openstream(list(path)).read()
        except Exception as broken:
            raise Unreadable("broken") from broken
        return content
