"""The documents of a meeting: what of the area's list came in by mail, and what is missing.

It reads the store and the received files and releases nothing; putting the pack into a folder is a
person's act (`packrelease`). Names of files in it say the case's reference and nothing of a child.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from agent.caseclocks import clocks_of
from agent.documents.formats import tell_format
from agent.documents.mailbody import BODY_NAME
from agent.documents.parts import LeftOut
from agent.documents.unpack import unpack
from agent.london import spoken_day, spoken_time
from agent.meetingrules import PackDocument, documents_wanted
from agent.model.case import CaseFile
from agent.model.decision import REVIEW_MEANING, Review
from agent.model.message import Message
from agent.parse import parse
from agent.profile import Office
from agent.requests import Request, RequestState, requests_of
from agent.store import inbox
from agent.store.cases import find_case_id
from agent.store.db import Session
from agent.store.files import FileStore
from agent.store.inbox import StoredMessage
from agent.store.tables import MESSAGES, NOTES, OPEN

# A mail for which one of these still waits may be another child's or another sender's: it is not
# handed to a meeting before a person has looked.
_KEEPS_OUT = frozenset(
    {
        Review.WRONG_CHILD,
        Review.OTHER_CHILD_NAMED,
        Review.UNVERIFIED_SENDER,
        Review.WRONG_REFERENCE,
        Review.POSSIBLE_CASE,
        Review.NO_CASE_FOUND,
        Review.SECURE_MAIL,
        Review.QUARANTINED,
    }
)
_MACHINES = frozenset({"auto_reply", "bounce"})
_PROGRAMS = frozenset({"exe", "lnk"})
# Endings of the sender's that say what the content alone does not.
_KEPT_ENDINGS = frozenset(
    {"docm", "xlsm", "png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "heic", "webp", "csv"}
)
_ENDINGS = {"text": "txt", "image": "jpg", "calendar": "ics", "card": "vcf"}
_FORMATS = frozenset({"docx", "doc", "odt", "rtf", "pdf", "xlsx", "xls", "ods", "pptx", "html"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One document as received. `problem` is a code of `PROBLEMS` where it could not be opened;
    `filename` is what it is called in the pack."""

    name: str
    short: str
    received_at: datetime
    format: str
    ending: str
    content: bytes = field(repr=False)
    problem: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything for one meeting: the documents in order, what is missing (name and why), what is
    left out until a person has looked."""

    reference: str
    pieces: tuple[Piece, ...]
    missing: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail of the case with the files it brought."""

    row: StoredMessage
    kinds: frozenset[str]
    subject: str
    pieces: tuple[tuple[str, Piece], ...]


def collect(
    session: Session, files: FileStore, file: CaseFile, office: Office, now: datetime
) -> Collected:
    """Return the documents that the area gives to the meeting on this case."""
    wanted = documents_wanted(office.profile.pack, office.limits.pack)
    rows = _mails_of(session, office.profile.slug, file.case.ref)
    left_out: list[str] = []
    mails: list[_Mail] = []
    for row in rows:
        if why := _kept_out(session, row):
            left_out.append(f"A mail received on {spoken_time(row.received_at)}: {why}")
            continue
        mail, programs = _open(row, files)
        left_out += programs
        mails.append(mail)
    pieces: list[Piece] = []
    missing: list[tuple[str, str]] = []
    for document in wanted:
        found = list(_of_kind(document, wanted, mails, office))
        pieces += (piece for _, piece in found)
        if document.per_agency:
            clocks = clocks_of(file, office, now)
            requests = requests_of(file, clocks)
            missing += _missing_agencies(document, requests, {one for one, _ in found}, office)
        elif not found:
            missing.append((document.name, document.if_absent))
    return Collected(
        file.case.ref, _numbered(pieces, file.case.ref), tuple(missing), tuple(left_out)
    )


def file_reference(ref: str) -> str:
    """Return a reference as it stands in the name of a file; an office's own may have slashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", ref).strip("-")


def _mails_of(session: Session, partnership: str, ref: str) -> list[StoredMessage]:
    """Return the mails that people wrote on the case, in the order in which they came."""
    case_id = find_case_id(session, partnership, ref)
    query = (
        select(MESSAGES)
        .where(MESSAGES.c.case_id == case_id, MESSAGES.c.partnership == partnership)
        .order_by(MESSAGES.c.received_at, MESSAGES.c.id)
    )
    rows = [StoredMessage(**row._mapping) for row in session.execute(query)]
    return [row for row in rows if row.kind not in _MACHINES and row.state != inbox.QUARANTINED]


def _kept_out(session: Session, row: StoredMessage) -> str:
    """Return in words why a mail waits for a person, or ""."""
    query = select(NOTES.c.id, NOTES.c.code).where(NOTES.c.message_row == row.id, OPEN)
    for note in session.execute(query.order_by(NOTES.c.id)):
        if note.code in _KEEPS_OUT:
            return f"{REVIEW_MEANING[Review(note.code)]} (review {note.id})"
    return ""


def _open(row: StoredMessage, files: FileStore) -> tuple[_Mail, list[str]]:
    """Return a mail with its files as received, and in words the programs among them."""
    message = parse(files.get(row.digest), row.received_at)
    found = list(_files_of(message, row.received_at))
    if not found or _answers_in_body(row):
        text = message.text.encode()
        found.insert(0, ("", Piece("", "", row.received_at, "text", "txt", text)))
    programs = sum(piece.format in _PROGRAMS for _, piece in found)
    told = f"A program that came with a mail received on {spoken_time(row.received_at)}."
    kept = tuple(one for one in found if one[1].format not in _PROGRAMS)
    kinds = frozenset({row.kind, *row.reading.get("also", ())})
    return _Mail(row, kinds, message.subject, kept), [told] * programs


def _answers_in_body(row: StoredMessage) -> bool:
    """Return whether the form stands in the mail itself, or its words are the answer."""
    in_body = any(
        one.get("form") and str(one.get("filename", "")).startswith(BODY_NAME)
        for one in row.reading.get("documents", ())
    )
    return in_body or row.kind == "nil_return"


def _files_of(message: Message, received_at: datetime) -> Iterator[tuple[str, Piece]]:
    """Yield the files of a mail, those in containers singly; one that cannot be opened whole."""
    for part in message.attachments:
        leaves = unpack(replace(message, attachments=(part,)))
        locked = next((one for one in leaves if isinstance(one, LeftOut)), None)
        for leaf in (part,) if locked is not None else leaves:
            format_ = tell_format(leaf.content)
            ending = leaf.filename.rpartition(".")[2].lower()
            if ending not in _KEPT_ENDINGS:
                ending = format_ if format_ in _FORMATS else _ENDINGS.get(format_, "bin")
            problem = locked.problem if locked is not None else ""
            piece = Piece("", "", received_at, format_, ending, leaf.content, problem)
            yield leaf.filename, piece


def _of_kind(
    document: PackDocument, wanted: Sequence[PackDocument], mails: Sequence[_Mail], office: Office
) -> Iterator[tuple[str, Piece]]:
    """Yield agency and piece of every document of the kind, each content once an agency."""
    names = {one.id: one.name for one in office.register.agencies}
    others = [one for one in wanted if one.words and one is not document]
    listed = {kind.value for one in wanted for kind in one.kinds}
    seen: set[tuple[str, str]] = set()
    for mail in mails:
        is_its_mail = not mail.kinds.isdisjoint(kind.value for kind in document.kinds)
        by_subject = mail.kinds.isdisjoint(listed) and _says(document, mail.subject)
        for filename, piece in mail.pieces:
            own = _says(document, filename) or by_subject
            if not own and (not is_its_mail or any(_says(one, filename) for one in others)):
                continue
            agency = (mail.row.agency or "") if document.per_agency else ""
            key = (agency, hashlib.sha256(piece.content).hexdigest())
            if key not in seen:
                seen.add(key)
                name = _name(document, mail.row, names)
                yield agency, replace(piece, name=name, short=document.short)


def _says(document: PackDocument, text: str) -> bool:
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    return any(f" {word} " in plain for word in document.words)


def _name(document: PackDocument, row: StoredMessage, names: Mapping[str, str]) -> str:
    if not document.per_agency:
        return document.name
    who = names.get(row.agency or "", "sender not in the register")
    return f"{document.name}{' (nil)' if row.kind == 'nil_return' else ''}, {who}"


def _missing_agencies(
    document: PackDocument, requests: Sequence[Request], there: set[str], office: Office
) -> Iterator[tuple[str, str]]:
    names = {one.id: one.name for one in office.register.agencies}
    for request in requests:
        if request.agency not in there and request.state is not RequestState.WITHDRAWN:
            yield f"{document.name}, {names.get(request.agency, request.agency)}", _why(request)


def _why(request: Request) -> str:
    answered = [one for one in request.since if one.anchor in ("return_received", "nil_received")]
    if answered:
        return f"recorded as received on {spoken_day(answered[-1].on)}, but no file of it is here"
    if request.letter is None:
        return "no letter has gone to it"
    if request.state is RequestState.BOUNCED:
        return "the letter came back"
    if request.due is None:
        return "missing"
    is_late = request.state in (RequestState.LATE, RequestState.ESCALATED)
    return f"{'late: it was due' if is_late else 'not in yet; due'} {spoken_time(request.due)}"


def _numbered(pieces: Sequence[Piece], ref: str) -> tuple[Piece, ...]:
    base = file_reference(ref)
    return tuple(
        replace(one, filename=f"{base}-{number:02d}-{one.short}.{one.ending}")
        for number, one in enumerate(pieces, 1)
    )
