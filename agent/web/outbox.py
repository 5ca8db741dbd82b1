"""Mails that are to leave, left, or wait: the list, and each exactly as it will leave with what a
person may do about it. Looking at one is logged."""

from agent.errors import DataError, RefusedAct
from agent.model.message import Message
from agent.outgoing import HANDLES
from agent.parse import parse
from agent.recipients import find_agency, is_ours_to_write
from agent.rewording import reword, text_of
from agent.rights import Right
from agent.shown import ShownDocument, files_of, show_document
from agent.store import approvals, cases
from agent.store.casefiles import get_bytes
from agent.store.outbox import Listed, State, get_listed
from agent.store.outboxlist import list_mails
from agent.web.access import READ_LETTER, note_view, open_case, reader_of
from agent.web.visit import Download, Moved, NotHere, Shown, Visit
from agent.web.words import OUTBOX

_SAID = {
    "release": "Released: it leaves within seconds.",
    "cancel": "Cancelled: it never leaves.",
    "resend": "It is sent again; a scoping letter is written anew first.",
    "arrived": "Taken for sent.",
}
_HOLDS = {
    "profile": "The profile has a person look at every such letter.",
    "sender": "The sender of the mail it answers may not be who they seem.",
    "backlog": "It answers a mail that was there before the agent came.",
    "shadow": "The agent runs in shadow mode: nothing leaves by itself.",
    "restricted": "The case is restricted: nothing on it leaves by itself.",
    "proposed": "It rests on something that is only proposed.",
}


def show(visit: Visit) -> Shown:
    """Return the newest mails that fit the filter."""
    state, template = visit.query.get("state", ""), visit.query.get("template", "")
    rows = visit.line.office.limits.page.rows.value
    with visit.database.read() as session:
        found = list_mails(
            session,
            visit.slug,
            state=state if state in OUTBOX else "",
            template=template,
            before=visit.asked_number("before"),
            reader=reader_of(visit),
            limit=rows + 1,
        )
        refs = {one.case_id: cases.find_ref(session, one.case_id) for one in found[:rows]}
    return Shown(
        "outbox.html",
        {
            "found": found[:rows],
            "refs": refs,
            "state": state,
            "template": template,
            "states": list(OUTBOX.items()),
            "templates": sorted(visit.line.office.letters.letters),
            "has_more": len(found) > rows,
            "section": "/outbox",
        },
    )


def show_mail(visit: Visit) -> Shown:
    """Return one mail as it will leave, or left; its words only to those who may read names."""
    mail, ref = _find(visit)
    with visit.database.read() as session:
        raw = get_bytes(session, mail.id)
        given = approvals.list_approvals(session, mail.id, mail.digest)
    parsed, office = parse(raw), visit.line.office
    agency = find_agency(mail.agency, office) if mail.agency else None
    if visit.may(Right.PERSONAL):
        note_view(visit, READ_LETTER, f"mail out {mail.id}", ref)
    return Shown(
        "letter.html",
        {
            "mail": mail,
            "ref": ref,
            "parsed": parsed,
            "text": visit.form.get("text", text_of(raw)),
            "files": files_of(parsed),
            "documents": _documents(visit, parsed),
            "agency": agency.name if agency else mail.agency or "",
            "why_held": _HOLDS.get(mail.hold or "", ""),
            "is_known": is_ours_to_write(mail.to_address, office),
            "needs_two": mail.template in office.profile.two_people,
            "given": given,
            "may_now": _possible(mail),
            "section": "/outbox",
        },
    )


def download(visit: Visit) -> Download:
    """Return one file that goes with a mail, as it will leave."""
    mail, ref = _find(visit)
    with visit.database.read() as session:
        parts = parse(get_bytes(session, mail.id)).attachments
    number = visit.number("file")
    if not 1 <= number <= len(parts):
        raise NotHere
    note_view(visit, READ_LETTER, f"file {number} of mail out {mail.id}", ref)
    part = parts[number - 1]
    return Download(part.filename, "application/octet-stream", [part.content])


def handle(visit: Visit) -> Moved:
    """Release, cancel, send again or take for sent: exactly the bytes that were shown."""
    mail, _ref = _find(visit)
    what = visit.path["what"]
    if what not in HANDLES:
        raise NotHere
    if visit.form.get("digest") != mail.digest or visit.form.get("state") != mail.state:
        raise RefusedAct(
            f"Somebody has changed this mail meanwhile: it is {OUTBOX[mail.state].lower()} now. "
            "Look at it again before you decide."
        )
    HANDLES[what](visit.line, [mail], visit.by, visit.now)
    with visit.database.read() as session:
        after = get_listed(session, mail.id)
    said = _SAID[what]
    if what == "release" and after.state == State.HELD:
        said = "Approved: it leaves once a second person approves it too."
    return Moved(f"/outbox/{mail.id}", said)


def change(visit: Visit) -> Moved:
    """Put other words into a held mail; it is made anew and stays held."""
    mail, _ref = _find(visit)
    if visit.form.get("digest") != mail.digest:
        raise RefusedAct("Somebody has changed this mail meanwhile: look at it again.")
    reword(visit.line, mail, visit.form.get("text", ""), visit.by, visit.now)
    return Moved(f"/outbox/{mail.id}", "Changed. Look at it once more, then release it.")


def _find(visit: Visit) -> tuple[Listed, str | None]:
    """Return the mail that the address names and its case's reference."""
    with visit.database.read() as session:
        try:
            mail = get_listed(session, visit.number("mail"))
        except DataError:
            raise NotHere from None
        ref = cases.find_ref(session, mail.case_id)
    if mail.partnership != visit.slug:
        raise NotHere
    if ref is not None:
        open_case(visit, ref)
    return mail, ref


def _documents(visit: Visit, parsed: Message) -> list[ShownDocument]:
    """Return the texts of the files that go with it, as their reader will see them."""
    if not visit.may(Right.PERSONAL):
        return []
    return [show_document(one, {}) for one in visit.line.reader.read_files(parsed)]


def _possible(mail: Listed) -> tuple[str, ...]:
    """Return what may be done about the mail in its state, by name of the act."""
    if mail.state == State.HELD:
        again = ("resend",) if mail.template == "scoping-letter" else ()
        return ("release", *again, "cancel")
    if mail.state in (State.QUEUED, State.RETRY):
        return ("cancel",)
    if mail.state == State.UNCERTAIN:
        return ("arrived", "resend")
    if mail.state == State.FAILED:
        return ("resend",)
    if mail.template == "scoping-letter" and mail.state in (State.SENT, State.BOUNCED):
        return ("resend",)
    return ()
