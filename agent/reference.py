"""Case references: opaque, short, typable, and keyed, so that a guessed or mistyped one is noticed.

`LEW-2026-0007-K4M` is prefix, year of opening, running number, and three characters of an HMAC
over the rest. It says nothing about the child.
"""

import hashlib
import hmac
import re

# No 0/O, 1/I/L, 5/S, 2/Z or 8/B: people read references out on the telephone.
_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_CHECK_LENGTH = 3


def make_reference(prefix: str, year: int, number: int, key: bytes) -> str:
    """Return the reference of the case with that running number in that year."""
    stem = f"{prefix}-{year}-{number:04d}"
    return f"{stem}-{_check(stem, key)}"


def is_genuine(reference: str, key: bytes) -> bool:
    """Return whether the check characters are those this deployment would have given."""
    stem, _, check = reference.rpartition("-")
    return hmac.compare_digest(check, _check(stem, key))


def find_references(text: str, prefix: str) -> tuple[str, ...]:
    """Return what looks like this partnership's references, in order, in their canonical spelling.

    People retype them: lower case, blanks or slashes for hyphens are accepted. None is checked
    here; `is_genuine` tells a real one from a mistyped one.
    """
    parts = r"[-\s/]?(\d{4})[-\s/]?(\d{4,6})[-\s/]?([A-Z0-9]{3})"
    pattern = rf"(?<![A-Z0-9]){re.escape(prefix)}{parts}(?![A-Z0-9])"
    found = re.findall(pattern, text.upper())
    return tuple(
        dict.fromkeys(f"{prefix}-{year}-{number}-{check}" for year, number, check in found)
    )


def office_key(reference: str) -> str:
    """Return an office's own reference as it is compared: letters and digits in upper case."""
    return re.sub(r"[^A-Z0-9]", "", reference.upper())


def _check(stem: str, key: bytes) -> str:
    digest = hmac.new(key, stem.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(_CHECK_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)
