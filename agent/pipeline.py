"""The straight line: one mail from its bytes to what is recorded. Read this first.

    bytes -> parse -> own words -> screen -> unpack + read -> extract -> classify -> match
          -> decide -> render -> record (one transaction) ... and later, from the outbox, send

Everything up to `render` is pure. `record` checks that the case has not moved since it was read;
if it has, the mail is decided again on what the case is now.
"""

import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent.bodyform import BODY_FILENAME, read_body
from agent.classify import classify
from agent.decide import decide
from agent.disagreements import find_disagreements
from agent.documents.reader import FileReader
from agent.errors import CaseMoved, StoreError
from agent.extract import extract
from agent.gather import gather
from agent.letters import render
from agent.line import Line
from agent.match import keys_of, match
from agent.model.case import CaseFile
from agent.model.decision import Footing, Review
from agent.model.document import Document
from agent.model.draft import Hold
from agent.model.facts import Facts
from agent.model.form import Form
from agent.model.message import Fetched, Kind, Message
from agent.model.words import OwnWords
from agent.ownwords import own_words
from agent.parse import parse
from agent.profile import Office
from agent.prose import QUESTIONS, read_prose
from agent.record import Arrival, record, record_seen_again, record_unread, unread_digest
from agent.reference import make_reference
from agent.screen import screen
from agent.store import cases, inbox
from agent.store.casefiles import load_case_file
from agent.store.db import Session
from agent.store.inbox import find_fields
from agent.store.numbering import next_number
from agent.suspicions import find_suspicions

_TRIES = 5
IN_THIS_PROCESS = FileReader()

_UNREAD = {"too_large": Review.TOO_LARGE, "unreadable": Review.UNREADABLE_MAIL}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail: its row in the store, and whether its bytes were there before."""

    digest: str
    message_row: int
    repeated: bool = False


def take(line: Line, fetched: Fetched, now: datetime) -> Outcome:
    """Take one mail down the line; one that breaks the code is set aside with its traceback.

    Raises:
        StoreError: disk full or database away; nothing of this mail was recorded, take it later.
    """
    try:
        return process(line, fetched, now)
    except StoreError:
        raise
    # The one broad except of the program: whatever a mail breaks, the next hundred are processed.
    except Exception:
        return _set_aside(line, fetched, Review.QUARANTINED, traceback.format_exc(), now)


def process(line: Line, fetched: Fetched, now: datetime) -> Outcome:
    """Take one mail down the whole line. The same bytes a second time do nothing."""
    if fetched.raw is None:
        return _set_aside(line, fetched, _UNREAD[fetched.problem or "unreadable"], None, now)
    arrival = _arrival(line, fetched, line.files.put(fetched.raw))
    if (row := _find_row(line, arrival)) is not None:
        return _seen_again(line, arrival, row, now)
    facts = read_mail(line.office, fetched.raw, fetched.received_at, line.reader)
    return _settle(line, arrival, facts, now)


def read_mail(
    office: Office,
    raw: bytes,
    received_at: datetime | None = None,
    reader: FileReader = IN_THIS_PROCESS,
) -> Facts:
    """Return what a mail is and what it holds; never raises on any bytes."""
    message = parse(raw, received_at)
    words = own_words(message, office.banners)
    screening = screen(message, office.screening, office.site.addresses)
    read = reader.read_files(message)
    forms = tuple(form for one in read if (form := _form_in(one, office)) is not None)
    if not any(form.filled for form in forms):
        body = read_body(message, words)
        typed = None if body is None else _form_in(body, office)
        if body is not None and typed is not None:
            read, forms = (*read, body), (*forms, typed)
    reading = gather(office, message, words, screening, read, forms)
    facts = _with_form(classify(reading, office.rules, office.phrases), message, words)
    if facts.form is not None:
        found = find_disagreements(facts.form, facts, office.layouts, office.register)
        problems = (*facts.form.problems, *found)
        return replace(facts, form=replace(facts.form, problems=problems)) if found else facts
    return facts


def _with_form(facts: Facts, message: Message, words: OwnWords) -> Facts:
    """Return the facts with what the mail tells without a form, where there is none: also where
    labels in the mail found fewer answers than its numbers and headings do."""
    form = facts.form
    if form is not None and form.filename != BODY_FILENAME:
        return facts
    told = read_prose(facts.classification.kind, message, words)
    if form is None:
        return replace(facts, form=told)
    if told is None or _answers(told) <= _answers(form):
        return facts
    return replace(facts, form=told)


def _answers(form: Form) -> int:
    """Return how many of a return's questions are answered."""
    return sum(form.fields.get(name) is not None for name in QUESTIONS)


def _form_in(document: Document, office: Office) -> Form | None:
    """Return the form in a document, with what on it does not belong there among its problems."""
    form = extract(document, office.layouts)
    if form is None:
        return None
    names = (office.profile.name, office.profile.short_name)
    suspicions = find_suspicions(document, form, names)
    return replace(form, problems=(*form.problems, *suspicions)) if suspicions else form


def _settle(line: Line, arrival: Arrival, facts: Facts, now: datetime) -> Outcome:
    """Decide on the case as it stands and record it; again where the case moved meanwhile."""
    for _ in range(_TRIES):
        footing = read_footing(line, facts, _hold(line, arrival), now)
        decision = decide(facts, footing, line.office)
        mails = [render(draft, line.office, line.templates, now) for draft in decision.drafts]
        try:
            with line.database.write() as session:
                row = record(session, arrival, facts, decision, mails, now)
        except CaseMoved:
            if (known := _find_row(line, arrival)) is not None:
                return _seen_again(line, arrival, known, now)
            continue
        return Outcome(arrival.digest, row)
    raise StoreError("The case kept changing while this mail was decided; it is taken again later.")


def read_footing(line: Line, facts: Facts, hold: Hold | None, now: datetime) -> Footing:
    """Read the case as it stands, and the next free reference, in one look at the database.

    `hold` is why nothing may leave by itself, else None.
    """
    profile = line.office.profile
    keys = keys_of(facts, profile.prefix, line.secret)
    with line.database.read() as session:
        candidates = cases.find_candidates(session, profile.slug, keys)
        number = next_number(session, profile.slug, now.year)
        message_id = facts.message.message_id
        repeats = bool(message_id) and inbox.has_message_id(session, line.mailbox, message_id)
        matched = match(facts, candidates, line.office.limits.match)
        file = None
        if matched.case is not None:
            case_id = cases.find_case_id(session, profile.slug, matched.case.ref)
            file = None if case_id is None else load_case_file(session, case_id)
        earlier = _earlier_return(session, facts, file)
    return Footing(
        match=matched,
        new_ref=make_reference(profile.prefix, now.year, number, line.secret),
        new_number=number,
        hold=hold,
        may_write=line.mode != "intake",
        repeats_id=repeats,
        file=file,
        earlier=earlier,
    )


def _earlier_return(session: Session, facts: Facts, file: CaseFile | None) -> dict[str, Any]:
    """Return the fields of the return that the sender's agency has sent on the case before."""
    known = facts.reading.standing.known
    if file is None or known is None or facts.classification.kind is not Kind.SCOPING_RETURN:
        return {}
    rows = [
        one.message_row
        for one in file.events
        if one.anchor == "return_received" and one.detail.get("agency") == known.id
    ]
    return {} if not rows or rows[-1] is None else find_fields(session, rows[-1])


def _hold(line: Line, arrival: Arrival) -> Hold | None:
    if arrival.fetched.backlog:
        return Hold.BACKLOG
    return Hold.SHADOW if line.mode == "shadow" else None


def _arrival(line: Line, fetched: Fetched, digest: str) -> Arrival:
    return Arrival(line.mailbox, line.office.profile.slug, fetched, digest)


def _find_row(line: Line, arrival: Arrival) -> int | None:
    with line.database.read() as session:
        known = inbox.find_message(session, line.mailbox, arrival.digest)
    return None if known is None else known.id


def _seen_again(line: Line, arrival: Arrival, row: int, now: datetime) -> Outcome:
    with line.database.write() as session:
        record_seen_again(session, arrival, now)
    return Outcome(arrival.digest, row, repeated=True)


def _set_aside(
    line: Line, fetched: Fetched, review: Review, trouble: str | None, now: datetime
) -> Outcome:
    raw = fetched.raw
    digest = unread_digest(fetched, line.mailbox) if raw is None else line.files.put(raw)
    arrival = _arrival(line, fetched, digest)
    if (row := _find_row(line, arrival)) is not None:
        return _seen_again(line, arrival, row, now)
    with line.database.write() as session:
        row = record_unread(session, arrival, review, trouble, now)
    return Outcome(digest, row)
