"""What a person says of a mail: it is of another kind, on another case, its form reads otherwise;
that it is right, or nothing for this office; that it is to be read again."""

from agent.correcting import correct_fields
from agent.errors import RefusedAct
from agent.filing import (
    accept_mail,
    correct_kind,
    file_mail,
    open_from_mail,
    reject_mail,
    reprocess,
    unlink_mail,
)
from agent.model.message import Kind
from agent.web.access import open_case
from agent.web.mailpage import find_mail
from agent.web.visit import Moved, NotHere, Visit


def accept(visit: Visit) -> Moved:
    """Note that the agent is right; what it left undone for being unsure is done."""
    message = find_mail(visit)
    _check_state(visit, message.kind)
    accept_mail(visit.line, message, visit.by, visit.now)
    return _back(message.id, "Accepted: the agent read it rightly.")


def reject(visit: Visit) -> Moved:
    """Note that nothing is to be done about a mail."""
    message = find_mail(visit)
    reject_mail(visit.line, message, visit.by, visit.now)
    return Moved("/review", "Noted: nothing is to be done about that mail.")


def change_kind(visit: Visit) -> Moved:
    """Take the mail for what the person says it is."""
    message = find_mail(visit)
    try:
        kind = Kind(visit.form.get("kind", ""))
    except ValueError:
        raise RefusedAct("Choose what the mail is.") from None
    _check_state(visit, message.kind)
    ref = _named_case(visit)
    decision = correct_kind(visit.line, message, kind, ref, visit.by, visit.now)
    return _back(message.id, f"Corrected. {_told(decision.case)}")


def file(visit: Visit) -> Moved:
    """Put the mail on a case, or on one of its own."""
    message = find_mail(visit)
    if visit.form.get("where") == "new":
        decision = open_from_mail(visit.line, message, visit.by, visit.now)
    else:
        ref = _named_case(visit)
        if ref is None:
            raise RefusedAct("Write the case's reference, or choose that it opens one.")
        decision = file_mail(visit.line, message, ref, visit.by, visit.now)
    return _back(message.id, _told(decision.case))


def unlink(visit: Visit) -> Moved:
    """Take a further referral off its case; it opens one of its own."""
    message = find_mail(visit)
    decision = unlink_mail(visit.line, message, visit.by, visit.now)
    return _back(message.id, f"It opened {decision.case}.")


def read_again(visit: Visit) -> Moved:
    """Read the mail again by the rules as they are now."""
    message = find_mail(visit)
    reprocess(visit.line, message, visit.by, visit.now)
    return _back(message.id, "Read again by the rules as they are now.")


def change_fields(visit: Visit) -> Moved:
    """Put answers of the form right."""
    message = find_mail(visit)
    wanted = {
        key.removeprefix("field-"): text
        for key, text in visit.form.items()
        if key.startswith("field-") and key.removeprefix("field-") in message.reading["fields"]
    }
    changed = correct_fields(visit.line, message, wanted, visit.by, visit.now)
    words = ", ".join(name.replace("_", " ") for name in changed)
    return _back(message.id, f"Corrected: {words}.")


def _check_state(visit: Visit, kind: str) -> None:
    """Raise RefusedAct where somebody took the mail for something else since the page was made."""
    seen = visit.form.get("seen")
    if seen is not None and seen != kind:
        raise RefusedAct("Somebody has corrected this mail meanwhile: see what it is now.")


def _named_case(visit: Visit) -> str | None:
    """Return the reference of the case that was written; raises RefusedAct where there is none."""
    ref = visit.form.get("case", "").strip().upper()
    if not ref:
        return None
    try:
        open_case(visit, ref)
    except NotHere:
        raise RefusedAct(f"There is no case {ref[:40]} open to you.") from None
    return ref


def _told(ref: str | None) -> str:
    return f"The mail is on {ref}." if ref else "The mail is on no case."


def _back(row: int, said: str) -> Moved:
    return Moved(f"/mails/{row}", said)
