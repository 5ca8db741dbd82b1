"""Tells what a Word file carries or fetches beside its text, by the package alone.

Its text, and what stands in it (tracked changes, comments, hidden words), is the part of `docx`.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from agent.documents.package import Package, Unreadable

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
# Relations to whole files that lie in the package; the text of an `aFChunk` is shown by Word and
# read by no walk over the main part.
_EMBEDDING = ("/oleobject", "/package", "/afchunk")


def find_baggage(package: Package) -> set[str]:
    """Return the codes of `WARNINGS` for what a Word file brings along.

    Hyperlinks do not count: every mail address typed in Word is one. A part of the package that
    cannot be read spoils nothing else.
    """
    found = {"embedded_objects" for name in package.names if "/embeddings/" in f"/{name.lower()}"}
    for name in package.names:
        if name.lower().endswith(".rels"):
            found.update(_of_relations(package, name))
    return found


def _of_relations(package: Package, name: str) -> Iterator[str]:
    try:
        relations = package.xml(name)
    except Unreadable:
        return
    for relation in relations:
        kind = relation.get("Type", "").lower()
        is_outside = relation.get("TargetMode", "").lower() == "external"
        if not is_outside:
            if kind.endswith(_EMBEDDING):
                yield "embedded_objects"
        elif kind.endswith("/attachedtemplate"):
            # Word notes for every file which template on the writer's own disk it was made from.
            if _is_elsewhere(relation.get("Target", "")):
                yield "remote_template"
        elif not kind.endswith("/hyperlink"):
            yield "external_links"


def _is_elsewhere(target: str) -> bool:
    """Return whether an address names another computer: "https://...", "\\\\server\\share",
    "file://server/share"; not "C:\\Templates\\form.dotx" or "file:///C:/..."."""
    target = unquote(target).strip().replace("\\", "/").lower()
    path = target.removeprefix("file:")
    if path == target:
        return path.startswith("//") or _SCHEME.match(path) is not None
    path = path.removeprefix("//localhost")
    slashes = len(path) - len(path.lstrip("/"))
    # Three name this computer; two, and the four or five of a share, another.
    return slashes == 2 or slashes > 3
