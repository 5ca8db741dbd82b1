"""What the letters of the office are filled with, at most and at least, about invented people."""

from collections.abc import Mapping

REFERENCE = "LEW-2026-0001-7MX"
DUE = "Wednesday 30 December 2026 at 5.00 pm"
RECEIVED = "Monday 21 December 2026 at 9.05 am"
OFFICE = {
    "partnership": "Lewisham Safeguarding Children Partnership",
    "partnership_short": "Lewisham SCP",
    "incident_words": "serious safeguarding incident",
    "decided_by": "the safeguarding partners",
    "phone": "01632 960100",
    "mailbox": "reviews@lewishamscp.example",
    "mash_phone": "01632 960199",
    "out_of_hours_phone": "01632 960198",
}
CONTACT = "01632 960100 or reviews@lewishamscp.example"
ACK = {"reference": REFERENCE, "received": RECEIVED}
FORM = ACK | {"blank": "Date of birth\nGender", "lead_named": "no"}
REQUEST = {
    "reference": REFERENCE,
    "addressee": "Morgan Quill, Detective Inspector",
    "due": DUE,
    "sent_on": "Monday 21 December 2026",
    "contact": CONTACT,
}
ALERT = ACK | {"what": "a referral about a serious safeguarding incident was received", "due": DUE}
OUTCOME = {"reference": REFERENCE, "outcome": "local review", "next": "practice learning"}
# Of every letter the values it is filled with at most; what may be blank stands in MAY_BE_BLANK.
VALUES: Mapping[str, Mapping[str, str]] = {
    "ack-referral": FORM,
    "ack-practice-learning": FORM,
    "ack-return": ACK,
    "ack-nil": ACK,
    "ack-unreadable": ACK | {"problem": "protected by a password"},
    "ack-enquiry": ACK,
    "receipt": ACK | {"signpost": "A concern about an adult goes to the adult safeguarding team."},
    "safety-reply": ACK,
    "alarm": ACK | {"round": "2", "mail": "0a1b2c3d4e"},
    "partner-alert": ALERT,
    "pass-on": ALERT | {"to_do": "Please recommend what to do.", "enclosed": "yes"},
    "scoping-letter": {
        "reference": REFERENCE,
        "addressee": "Morgan Quill, Detective Inspector",
        "agency": "Northshire Police",
        "due": DUE,
        "meeting": "Tuesday 5 January 2027 at 10.00 am, Town Hall, Room 2",
        "basis": "Section 16H of the Children Act 2004 allows us to ask for this.",
        "timeframe": "15 working days",
        "contact": CONTACT,
        "return_address": "reviews@lewishamscp.example",
        "signatory": "Chair of the Learning from Practice Group",
        "panel_guidance": "Working Together to Safeguard Children 2023",
    },
    "meeting-invite": {
        "reference": REFERENCE,
        "addressee": "Morgan Quill, Detective Inspector",
        "meeting_name": "rapid review meeting",
        "meeting": "Tuesday 5 January 2027 at 10.00 am",
        "place": "Town Hall, Room 2",
        "papers": "Monday 4 January 2027",
    },
    "reminder": REQUEST,
    "chaser": REQUEST | {"days_late": "2 working days", "again": "yes"},
    "escalation": REQUEST
    | {"agency": "Northshire Police", "days_late": "3 working days", "chased": "twice"},
    "extension-received": ACK | {"due": DUE, "contact": CONTACT},
    "extension-reply": {
        "reference": REFERENCE,
        "granted": "yes",
        "due": "Monday 4 January 2027 at 5.00 pm",
        "old_due": DUE,
        "contact": CONTACT,
    },
    "outcome-referrer": OUTCOME,
    "outcome-agency": OUTCOME,
    "stand-down": {"reference": REFERENCE, "why": "withdrawn"},
    "panel-report": {
        "reference": REFERENCE,
        "addressee": "Chair of the Panel",
        "notified_on": "Thursday 17 December 2026",
        "outcome": "local review",
        "copy_to": "Ofsted",
    },
}
NO_REFERENCE = {"ack-unreadable", "ack-enquiry", "receipt", "safety-reply", "alarm"}
MAY_BE_BLANK: Mapping[str, set[str]] = {
    "ack-referral": {"blank", "lead_named"},
    "ack-practice-learning": {"blank", "lead_named"},
    **{name: {"reference"} for name in NO_REFERENCE},
    "receipt": {"reference", "signpost"},
    "partner-alert": {"due"},
    "pass-on": {"due", "to_do", "enclosed"},
    "scoping-letter": {"meeting", "basis", "panel_guidance"},
    "meeting-invite": {"papers", "place"},
    "chaser": {"again"},
    "extension-received": {"due"},
    "extension-reply": {"old_due"},
    "outcome-referrer": {"outcome", "next"},
    "outcome-agency": {"outcome", "next"},
    "panel-report": {"addressee", "notified_on", "outcome", "copy_to"},
}


def least(name: str) -> dict[str, str]:
    """Return the letter's values with everything blank that may be."""
    return dict(VALUES[name]) | dict.fromkeys(MAY_BE_BLANK.get(name, ()), "")
