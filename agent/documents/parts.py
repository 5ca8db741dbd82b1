"""How files found inside other files are named, how many of them are taken, and how one that is
not opened is told. Opens nothing."""

import unicodedata
from dataclasses import dataclass

from agent.model.message import Part

# A referral comes with one to five files; the longest return seen in practice has about twenty.
MAX_FILES = 40
# Exchange refuses mails over 35 MB (about 26 MB of files) unless an office raises that.
MAX_FILE_BYTES = 30 * 1024 * 1024

_MAX_NAME_CHARS = 150


@dataclass(frozen=True, slots=True)
class LeftOut(Part):
    """Files that are not opened; `problem` is the code of `PROBLEMS` that says why."""

    problem: str = "too_many_files"


def left_out(part: Part, problem: str) -> LeftOut:
    """Return the part without its content, and why it is not opened."""
    return LeftOut(part.filename, part.content_type, b"", problem)


def name_of_several(first: str, count: int) -> str:
    """Return how several files are named together, by the first of them."""
    return first if count == 1 else f"{first} and {count - 1} more"


def bare_name(name: str, otherwise: str) -> str:
    """Return a file's name without folders, control or direction characters."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    name = name.strip()
    stem, dot, suffix = name.rpartition(".")
    if len(name) > _MAX_NAME_CHARS and dot and len(suffix) <= 10:
        name = f"{stem[: _MAX_NAME_CHARS - len(suffix) - 1]}.{suffix}"
    return name[:_MAX_NAME_CHARS] if name.strip(".") else otherwise
