"""What `case requests REF` prints: every agency's request from letter to answer, one line each."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from agent.caseclocks import clocks_of
from agent.london import LONDON
from agent.model.case import CaseEvent, CaseFile
from agent.profile import Office
from agent.recipients import find_agency
from agent.requests import Request, requests_of
from agent.show import print_table

_REMINDERS = ("reminder", "chaser")
_ANSWERS = ("return_received", "nil_received")
_HEADINGS = ("agency", "state", "letter", "due", "reminded", "answered", "records")


def print_requests(file: CaseFile, office: Office, now: datetime, out: Console) -> None:
    """Print how it stands with every agency that the go names or that a letter went to."""
    requests = requests_of(file, clocks_of(file, office, now))
    out.print(Text(f"{file.case.ref}, {len(requests)} agencies"))
    rows = [_row(request, file, office) for request in requests]
    print_table(out, _HEADINGS, rows, "No agency is asked yet: the go names them.")


def _row(request: Request, file: CaseFile, office: Office) -> tuple[str, ...]:
    agency = find_agency(request.agency, office)
    reminders = [
        mail
        for mail in file.mails
        if mail.agency == request.agency and mail.template in _REMINDERS and mail.sent_at
    ]
    answers = [one for one in request.since if one.anchor in _ANSWERS]
    secured = any(one.detail.get("secured") for one in request.since)
    return (
        agency.name if agency else request.agency,
        request.state.value,
        "" if request.letter is None else _day(request.letter),
        "" if request.due is None else f"{request.due.astimezone(LONDON):%Y-%m-%d %H:%M}",
        str(len(reminders)),
        ", ".join(_day(one) for one in answers),
        "secured" if secured else "",
    )


def _day(event: CaseEvent) -> str:
    return f"{event.on:%Y-%m-%d} {event.detail.get('time', '')}".rstrip()
