"""A case that is ready for its scoping letters, and what the letters say, for tests of both."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from agent import documents
from agent.config import shipped
from agent.enclosures import DocumentTemplates, load_documents, render_enclosure
from agent.london import LONDON
from agent.model.case import CaseEvent, CaseFile, CaseSnapshot, CaseType, Child
from agent.model.document import Document, Paragraph
from agent.model.draft import Enclosure
from agent.model.message import Part
from agent.model.register import Agency, Contact, Register
from agent.predicates import PREDICATES
from agent.prefill import prefill, report_values
from agent.profile import Office, Site, load_office

AREAS = ("kscp", "lambeth", "lancashire", "leeds", "lewisham", "northshire")
SITE = Site(
    mailbox="reviews@northshirescp.example",
    phone="01632 960100",
    mash_phone="01632 960999",
    out_of_hours_phone="01632 960998",
    panel_address="panel@panel.example",
)
POLICE = Agency(
    "police",
    "Northshire Police",
    "statutory_partner",
    (Contact("Morgan Quill", "Detective Inspector", "morgan.quill@police.northshire.example"),),
)
DUE = datetime(2026, 12, 30, 17, 0, tzinfo=LONDON)
DUE_WORDS = "Wednesday 30 December 2026 at 5.00 pm"
REFERRAL: Mapping[str, Any] = {
    "child_name": "Robin Alder",
    "child_dob": "2021-05-04",
    "child_address": "2 Harbour Row, Southwood",
    "incident_date": "2026-12-15",
    "incident_is_death": False,
    "criminal_investigation": "Yes - DI Quill is looking at the stepfather",
    "coroner": "No",
    "other_agencies": [{"agency": "Southwood Infant School", "contact": "x", "reason": "Pupil"}],
    "family": [
        {"name": "Jo Alder", "relationship": "Mother", "dob": "1995-06-12"},
        {"name": "Kit Alder", "relationship": "Half-sister", "dob": "2024-03-03"},
        {"name": "Sam Fenn", "relationship": "Mother's partner", "dob": None},
    ],
    "summary": "Robin was found unresponsive at home.\nThe injuries are not explained.",
}
PERIOD = {"period": "January 2025 to December 2026"}


@cache
def office(area: str) -> Office:
    """Return an area's office with one agency in its register."""
    folders = (shipped("rules"),)
    return load_office(area, SITE, Register((POLICE,)), folders, frozenset(PREDICATES))


def event(anchor: str, on: date, **detail: str) -> CaseEvent:
    """Return an event that somebody has recorded."""
    return CaseEvent(anchor, on, "anna", datetime(2026, 12, 17, tzinfo=UTC), None, detail)


def case_file(
    referral: Mapping[str, Any] = REFERRAL,
    completed: Mapping[str, str] = PERIOD,
    events: tuple[CaseEvent, ...] = (),
) -> CaseFile:
    """Return the case of Robin Alder with these things known of it."""
    child = Child(referral.get("child_name"), date(2021, 5, 4), "9434765919")
    opened = datetime(2026, 12, 17, 10, 5, tzinfo=UTC)
    case = CaseSnapshot(
        "NOR-2026-0001-7MX", CaseType.SERIOUS_INCIDENT, 1, child, date(2026, 12, 15), opened
    )
    return CaseFile(case, events, referral=referral, completed=completed)


def letter_values(area: str, file: CaseFile | None = None) -> dict[str, object]:
    """Return everything that letter and form of one agency are filled with."""
    ready = prefill(file or case_file(), office(area), DUE)
    assert ready.missing == ()
    return {
        **ready.values,
        "addressee": "Morgan Quill, Detective Inspector",
        "agency": "Northshire Police",
        "meeting": "Wednesday 6 January 2027 at 10.00 am, Room 2",
        "basis": "We ask for this under section 16H of the Children Act 2004.",
        "timeframe": "15 working days",
        "return_address": SITE.mailbox,
        "panel_guidance": "Working Together to Safeguard Children 2023",
        "dated": "Monday 21 December 2026",
    }


def reviewed() -> CaseFile:
    """Return the case once its rapid review is over and the decision approved."""
    return case_file(
        events=(
            event("referral_received", date(2026, 12, 17)),
            event("panel_notified", date(2026, 12, 17)),
            event("nil_received", date(2026, 12, 22), agency="police"),
            event("meeting_held", date(2027, 1, 6), kind="rapid_review", outcome="local_review"),
            event("recommendation_approved", date(2027, 1, 8), outcome="local_review"),
        )
    )


def filled(
    template: str,
    values: Mapping[str, object],
    area: str = "northshire",
    templates: DocumentTemplates | None = None,
) -> bytes:
    """Return a shipped Word file filled with these values."""
    known = templates or load_documents([shipped("templates")])
    return render_enclosure(Enclosure("x.docx", template, values), known, area)[2]


DOCUMENTS = ("form of Lewisham", "neutral form", "letter", "report", "letter to the Panel")


@cache
def every_document() -> dict[str, bytes]:
    """Return each of the shipped Word files as it goes out."""
    report = report_values(reviewed(), office("lewisham"))
    made = (
        filled("forms/scoping.docx", letter_values("lewisham"), "lewisham"),
        filled("forms/scoping.docx", letter_values("lambeth"), "lambeth"),
        filled("letters/scoping-letter.docx", letter_values("lambeth"), "lambeth"),
        filled("forms/rapid-review-report.docx", report),
        filled("letters/panel-letter.docx", report),
    )
    return dict(zip(DOCUMENTS, made, strict=True))


def read(content: bytes) -> Document:
    """Return a file as the agent reads it when it comes back under the name it left with."""
    document = documents.read(Part("NOR-2026-0001-7MX scoping form.docx", "", content))
    assert document.problem is None
    return document


def words(content: bytes) -> str:
    """Return every word of a file, a paragraph or cell a line."""
    said = []
    for block in read(content).blocks:
        if isinstance(block, Paragraph):
            said.append(block.text)
        else:
            said += [cell.text for row in block.rows for cell in row]
    return "\n".join(said)
