"""Where somebody's prose ends and the lines begin with which it is signed.

Pure. Looks at what `ownwords` could not tell: signatures without closing words, and those of mails
that are passed on.
"""

import re
from collections.abc import Sequence

_MAX_SIGNED_LINES = 12
_MAX_SIGNED_CHARS = 110

_CLOSING = re.compile(
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|many|with)\s+)?(?:regards|rgds|wishes|thanks|thank you"
    r"(?: very much| in advance)?|yours(?: sincerely| faithfully| truly)?|cheers|ta|kr|bw|best)\b"
    r"[\s,.!–-]*(?P<rest>[^.?!]{0,40})$",
    re.I,
)


def signed_from(lines: Sequence[str], author: str) -> int:
    """Return the line with which the signature begins, or the number of lines."""
    first = max(0, len(lines) - _MAX_SIGNED_LINES - 6)
    for at in range(len(lines) - 1, first - 1, -1):
        closing = _CLOSING.match(lines[at].strip()[:_MAX_SIGNED_CHARS])
        if closing and _is_block(lines[at + 1 :]) and (at > 0 or len(lines) > 1):
            return at
    return unclosed_from(lines, author)


def unclosed_from(lines: Sequence[str], author: str) -> int:
    """Return where lines begin that sign without closing words: a name first, nothing said."""
    names = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", author)}
    for at in range(max(0, len(lines) - 8), len(lines)):
        line = lines[at].strip()
        if not line or not _is_block(lines[at:]):
            continue
        is_apart = at > 0 and (not lines[at - 1].strip() or lines[at - 1].rstrip()[-1:] in ".?!,")
        name = [word.lower() for word in re.findall(r"[^\W\d_]{2,}", re.split(r"[,|–(]", line)[0])]
        is_senders = bool(names.intersection(name)) and len(name) <= 5
        is_name = at + 1 < len(lines) and bool(_BARE_NAME.fullmatch(line))
        is_below = at > 0 and not lines[at - 1].strip()
        if is_apart and (is_senders or _SIGNS.match(line) or (is_name and is_below)):
            return at
    return len(lines)


_SIGNS = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof|PC|DC|DS|DI|DCI|Sgt|Insp|Supt|Sr|Sister|Nurse|Rev|Det)\.?\s)"
    r"[\w.'’ -]{2,40}(?:,.*)?$"
    r"|[^.:;!?]{0,60}\b(?:head\s?teacher|(?:team|service|ward|practice|registered) manager|"
    r"head of [A-Z]\w+|reception|in charge|named nurse|officer)\b[^.:;!?]{0,60}$",
    re.I,
)
_BARE_NAME = re.compile(r"[A-Z][\w'’-]+(?:\s(?:[A-Z]\.?|[a-z]{2,3}|[A-Z][\w'’-]+)){1,3}")
_SAYS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|died|found|please|we|you|i|it|they|he|she|my|"
    r"not|been|seen|told|known|because)\b",
    re.I,
)


# A label, but none of those that stand before a telephone or an address.
_LABELLED = re.compile(
    r"(?!(?:t|m|e|w|tel|telephone|phone|mob|mobile|e-?mail|web|office|direct(?:\s\w+)?|ext|fax|"
    r"address|"
    r"work|secure|pronouns|contact|ddi)\s*:)[^\W\d_][\w '’/-]{0,40}:",
    re.I,
)


def _is_block(lines: Sequence[str]) -> bool:
    """Return whether these lines may be names, roles and addresses, and none says something."""
    filled = [line.strip() for line in lines if line.strip()]
    return len(filled) <= _MAX_SIGNED_LINES and not any(
        len(line) > _MAX_SIGNED_CHARS
        or line.endswith(("?", "!", ":"))
        or (line.endswith(".") and len(line.split()) > 4)
        or len(_SAYS.findall(line)) >= 2
        or re.search(r"\bd\.?o\.?b\b|^(?:child|baby|pupil|re|name)\b", line, re.I)
        or _LABELLED.match(line)
        for line in filled
    )
