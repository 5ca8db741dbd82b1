"""One mail as it came: what it says, what the agent took it for and why, and its form's answers
beside the document they were read from. Reading it is logged."""

from functools import lru_cache
from typing import Any

from agent.correcting import TABLES, written
from agent.documents.reader import FileReader
from agent.errors import DataError
from agent.line import Line
from agent.model.document import PROBLEMS, WARNINGS, Document
from agent.ownwords import own_words
from agent.parse import parse
from agent.shown import ShownDocument, anchor_of, clean_html, files_of, mark_evidence, show_document
from agent.store import cases, inbox, outbox, work
from agent.store.corrections import corrections_of
from agent.store.files import FileStore
from agent.store.inbox import StoredMessage
from agent.web.access import READ_MAIL, note_view, open_case
from agent.web.visit import Download, NotHere, Shown, Visit
from agent.web.words import KINDS

# Files read for a page are kept for the next look at the same mail, a few of them.
_KEPT = 8
_LONG = 80


def show(visit: Visit) -> Shown:
    """Return the page of a mail."""
    message = find_mail(visit)
    with visit.database.read() as session:
        values: dict[str, Any] = {
            "notes": work.list_for_message(session, message.id),
            "open_notes": work.list_for_message(session, message.id, is_open=True),
            "case": cases.find_ref(session, message.case_id),
            "is_opened_by": cases.is_opened_by(session, message.id),
            "answers": outbox.list_answers(session, message.id),
            "corrections": corrections_of(session, message.id),
        }
    note_view(visit, READ_MAIL, f"mail {message.id}", values["case"], message.digest)
    reading = message.reading
    shown = _shown(visit, message)
    return Shown(
        "mail.html",
        {
            **values,
            **shown,
            "message": message,
            "reading": reading,
            "fields": _fields(visit, reading),
            "kinds": list(KINDS.items()),
            "section": "/review",
        },
    )


def download_file(visit: Visit) -> Download:
    """Return one attached file as it came."""
    message = find_mail(visit)
    parts = parse(_raw(visit.line, message)).attachments
    number = visit.number("file")
    if not 1 <= number <= len(parts):
        raise NotHere
    part = parts[number - 1]
    shown = files_of(parse(_raw(visit.line, message)))[number - 1]
    note_view(visit, READ_MAIL, f"file {number} of mail {message.id}", None, message.digest)
    name = shown.filename.replace("/", "-").replace("\\", "-")
    return Download(name, "application/octet-stream", [part.content])


def download_mail(visit: Visit) -> Download:
    """Return the mail's exact bytes."""
    message = find_mail(visit)
    note_view(visit, READ_MAIL, f"mail {message.id}, its bytes", None, message.digest)
    raw = _raw(visit.line, message)
    return Download(f"mail-{message.id}.eml", "application/octet-stream", [raw])


def find_mail(visit: Visit) -> StoredMessage:
    """Return the mail that the address names; raises NotHere where it is not for this person."""
    with visit.database.read() as session:
        found = inbox.find_row(session, visit.slug, visit.number("mail"))
        ref = None if found is None else cases.find_ref(session, found.case_id)
    if found is None:
        raise NotHere
    if ref is not None:
        open_case(visit, ref)
    return found


def _raw(line: Line, message: StoredMessage) -> bytes:
    return line.files.get(message.digest)


def _shown(visit: Visit, message: StoredMessage) -> dict[str, Any]:
    """Return the mail itself, made safe; where its bytes were never fetched, that there is none."""
    try:
        raw = _raw(visit.line, message)
    except DataError as error:
        nothing = {"mail": None, "own": "", "whole": "", "html": "", "files": (), "documents": ()}
        return {**nothing, "lost": str(error)}
    mail = parse(raw, message.received_at)
    snippets = [one["snippet"] for one in message.reading["evidence"]]
    words = own_words(mail, visit.line.office.banners)
    mine = "\n\n".join(filter(None, (words.text, words.signature)))
    return {
        "mail": mail,
        "own": mark_evidence(mine, snippets),
        "whole": mark_evidence(mail.text, snippets) if words.quoted else "",
        "html": clean_html(mail.html) if mail.html else "",
        "files": files_of(mail),
        "documents": _documents(visit.line, message.digest, message.reading["field_sources"]),
    }


def _documents(
    line: Line, digest: str, sources: dict[str, str]
) -> list[tuple[ShownDocument, str, tuple[str, ...]]]:
    """Return each document, why it was not read, and what a person wants to know of it."""
    read = _read_files(line.reader, line.files, digest)
    shown = [show_document(one, sources) for one in read]
    return [
        (
            one,
            "" if one.problem is None else PROBLEMS.get(one.problem, one.problem),
            tuple(WARNINGS.get(code, code) for code in one.warnings),
        )
        for one in shown
    ]


@lru_cache(maxsize=_KEPT)
def _read_files(reader: FileReader, files: FileStore, digest: str) -> tuple[Document, ...]:
    return reader.read_files(parse(files.get(digest)))


def _fields(visit: Visit, reading: Any) -> list[dict[str, Any]]:
    """Return every field with its value as written, where it came from, and what was entered."""
    rows = []
    for name, value in reading["fields"].items():
        source = reading["field_sources"].get(name, "")
        text = visit.form.get(f"field-{name}", written(name, value))
        rows.append(
            {
                "name": name,
                "id": f"field-{name}",
                "text": text,
                "source": source,
                "anchor": anchor_of(source) if source else "",
                "is_long": name in TABLES or len(text) > _LONG or "\n" in text,
                "hint": " | ".join(TABLES.get(name, ())),
            }
        )
    return rows
