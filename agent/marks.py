"""What a rehearsal's mails say of what came before: `@@REF@@` and its like in raw bytes. Pure."""

import re
from collections.abc import Callable

_MARK = re.compile(rb"@@(REF|MESSAGE-ID|SUBJECT)((?::[^@:\r\n]+){0,2})@@")

Find = Callable[[str, tuple[str, ...]], str | None]


def fill_marks(raw: bytes, find: Find) -> tuple[bytes, tuple[str, ...]]:
    """Return the bytes with every mark filled in, and those that nothing was found for.

    `find` is asked by the mark's name (`REF`, `MESSAGE-ID`, `SUBJECT`) and what follows it.
    """
    missing: list[str] = []

    def fill(found: re.Match[bytes]) -> bytes:
        name, rest = (part.decode("utf-8", "replace") for part in found.groups())
        text = find(name, tuple(filter(None, rest.split(":"))))
        if text is None:
            missing.append(found[0].decode("utf-8", "replace"))
            return found[0]
        return text.encode()

    return _MARK.sub(fill, raw), tuple(dict.fromkeys(missing))
