"""Trying a changed file of rules over stored mail: what would be treated otherwise. Nothing is
kept, sent, or changed by it; the file in force stays as it is."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from agent.errors import ConfigError, RefusedAct
from agent.rehearse import StoredMail, compare, load_offices
from agent.rehearse import rehearse as rows_of
from agent.rows import Row
from agent.rulecheck import find_sources
from agent.store.inbox import list_newest
from agent.web.access import note_view, reader_of
from agent.web.visit import Download, Moved, NotHere, Shown, Visit

# A person waits for it.
_COUNTS = (50, 100, 200, 400)
_SHARED = (
    "mail.toml",
    "words.toml",
    "live_risk.toml",
    "screening.toml",
    "banners.toml",
    "letters.toml",
    "limits.toml",
)


def show(visit: Visit) -> Shown:
    """Return the form, and where to get the files in force."""
    return _page(visit, None, 0)


def download(visit: Visit) -> Download:
    """Return a file of rules as it is in force."""
    number = visit.number("file")
    names = _names(visit)
    if not 0 <= number < len(names):
        raise NotHere
    for folder in find_sources(visit.overrides).rules:
        if (folder / names[number]).is_file():
            content = (folder / names[number]).read_bytes()
            return Download(Path(names[number]).name, "application/octet-stream", [content])
    raise NotHere


def rehearse(visit: Visit) -> Shown | Moved:
    """Take stored mails down the line by the rules in force and by those to try, and compare."""
    name, content = visit.form.get("name", ""), visit.uploads.get("file", b"")
    count = visit.form.get("count", "")
    if name not in _names(visit):
        raise RefusedAct("Choose which file it takes the place of.")
    if not content:
        raise RefusedAct("Choose the changed file.")
    if count not in map(str, _COUNTS):
        raise RefusedAct("Choose how many mails to try it on.")
    with visit.database.read() as session:
        stored = list_newest(session, visit.slug, int(count), reader_of(visit))
    mails = [StoredMail(str(one.id), partial(visit.line.files.get, one.digest)) for one in stored]
    note_view(visit, "rules rehearsed", f"{name} over {len(mails)} mails", None)
    try:
        rows = list(_compared(visit, name, content, mails))
    except ConfigError as error:
        raise RefusedAct(_without_folder(str(error))) from None
    return _page(visit, [row for row in rows if row["type"] == "difference"], len(mails))


def _compared(visit: Visit, name: str, content: bytes, mails: list[StoredMail]) -> Iterator[Row]:
    office = visit.line.office
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        tried, before, templates = load_offices(
            visit.slug, office.site, office.register, visit.overrides, Path(folder)
        )
        assert before is not None
        after = rows_of(mails, tried, templates)
        yield from compare(after, rows_of(mails, before, templates))


def _page(visit: Visit, found: list[Row] | None, count: int) -> Shown:
    return Shown(
        "rehearsal.html",
        {
            "names": _names(visit),
            "counts": [(str(one), f"the newest {one} mails") for one in _COUNTS],
            "found": found,
            "count": count,
            "section": "/rehearsal",
        },
    )


def _names(visit: Visit) -> tuple[str, ...]:
    own = f"partnerships/{visit.slug}"
    return (*_SHARED, f"{own}/profile.toml", f"{own}/mail.toml")


def _without_folder(text: str) -> str:
    """Return what is wrong without where the file lay meanwhile."""
    words = text.split(" ")
    return " ".join(
        word.partition("/rules-")[2].partition("/")[2] if "/rules-" in word else word
        for word in words
    )
