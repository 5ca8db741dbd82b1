"""What codes are called on the page: one word per thing, in plain English."""

from agent.clockrules import EVENTS
from agent.model.decision import MEANING
from agent.model.document import PROBLEMS
from agent.shown import harmless

KINDS = {
    "serious_incident_referral": "Serious incident referral",
    "practice_learning_referral": "Practice learning referral",
    "notification_copy": "Copy of a notification",
    "scoping_return": "Scoping return",
    "nil_return": "Nil return",
    "extension_request": "Extension request",
    "case_correspondence": "Correspondence on a case",
    "decision_notice": "Decision or view",
    "panel_response": "Panel's response",
    "meeting_response": "Answer to an invitation",
    "enquiry": "Enquiry",
    "immediate_risk": "Child in danger now",
    "wrong_door": "For another service",
    "auto_reply": "Automatic reply",
    "bounce": "Delivery failure",
    "unrelated": "Unrelated",
    "unknown": "Unknown",
}
CLOCKS = {
    "partner_alert": "Alert the partners",
    "recommendation": "Recommendation",
    "decision": "Decision on the criteria",
    "la_notification": "Notify the Panel",
    "scoping_out": "Scoping letters out",
    "papers_out": "Papers out",
    "meeting": "Rapid review meeting",
    "sign_off": "Sign-off",
    "report": "Report to the Panel",
    "panel_reply": "Panel's reply",
    "triage": "Triage",
    "review_6_months": "Six-month review",
}
OUTBOX = {
    "held": "Held for a person",
    "queued": "Waiting to leave",
    "sending": "Leaving now",
    "sent": "Sent",
    "uncertain": "Uncertain: may have left",
    "retry": "Will be tried again",
    "failed": "Failed",
    "bounced": "Came back",
    "cancelled": "Cancelled",
}
LETTERS = {
    "ack-referral": "Acknowledgement of a referral",
    "ack-practice-learning": "Acknowledgement of a learning referral",
    "ack-return": "Thanks for a return",
    "ack-nil": "Thanks for a nil return",
    "ack-unreadable": "A file could not be opened",
    "ack-enquiry": "Acknowledgement of an enquiry",
    "receipt": "Plain receipt",
    "safety-reply": "Safety reply",
    "alarm": "Alarm",
    "partner-alert": "Alert to a partner",
    "pass-on": "Pass-on inside the office",
    "scoping-letter": "Scoping letter",
    "meeting-invite": "Invitation to a meeting",
    "reminder": "Reminder",
    "chaser": "Chaser",
    "escalation": "Escalation",
    "extension-received": "Wish for more time received",
    "extension-reply": "Answer on more time",
    "outcome-referrer": "Outcome to the referrer",
    "outcome-agency": "Outcome to an agency",
    "stand-down": "Stand-down",
    "panel-report": "Report to the Panel",
}
FIELDS = {
    "child_dob": "Child's date of birth",
    "child_name": "Child's name",
    "child_address": "Child's address",
    "child_gender": "Child's gender",
    "child_ethnicity": "Child's ethnicity",
    "child_religion": "Child's religion",
    "child_disability": "Child's disability",
    "nhs_number": "NHS number",
    "incident_is_death": "The child has died",
    "dsl_name": "Safeguarding lead's name",
    "dsl_role": "Safeguarding lead's role",
    "dsl_agency": "Safeguarding lead's agency",
    "also_known_as": "Also known as",
}
# The colour of a tag stands beside its word, never instead of it.
_TAGS = {
    "held": "yellow",
    "uncertain": "orange",
    "retry": "yellow",
    "failed": "red",
    "bounced": "red",
    "cancelled": "grey",
    "sent": "green",
    "late": "red",
    "escalated": "red",
    "returned": "green",
    "nil": "green",
    "met": "green",
    "partial": "yellow",
    "extended": "yellow",
    "drafted": "grey",
    "withdrawn": "grey",
    "not_started": "grey",
    "closed": "grey",
    "paused": "yellow",
    "restricted": "orange",
    "open": "green",
    "quarantined": "red",
}


def plain(code: object) -> str:
    """Return a code as words: "not_started" as "Not started"."""
    text = str(code).replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


def kind(code: str) -> str:
    """Return what a kind of mail is called."""
    return KINDS.get(code, plain(code))


def event(anchor: str) -> str:
    """Return what an event says."""
    text = EVENTS.get(anchor, plain(anchor))
    return text[:1].upper() + text[1:]


def clock(name: str) -> str:
    """Return what a clock is called; an agency's own is its return."""
    base, _, agency = name.partition(":")
    if base == "return" and agency:
        return f"Return of {agency}"
    return CLOCKS.get(base, plain(base))


def outbox_state(state: str) -> str:
    """Return what a state of the outbox says."""
    return OUTBOX.get(state, plain(state))


def code(value: str) -> str:
    """Return what a review's or a task's code asks of a person."""
    return MEANING.get(value, plain(value))


def problem(text: str) -> str:
    """Return what stands beside a code: a problem of a file in words, else the text itself."""
    return PROBLEMS.get(text, harmless(text))


def reason(text: str) -> str:
    """Return a reason of the log; where it is a review's or a task's code, in words."""
    return MEANING.get(text, harmless(text))


def letter(template: str) -> str:
    """Return what a letter is called."""
    return LETTERS.get(template, plain(template))


def field(name: str) -> str:
    """Return what a field of a form is called."""
    return FIELDS.get(name, plain(name))


def size(count: int) -> str:
    """Return a size in bytes as people say it."""
    if count < 1024:
        return f"{count} bytes"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} kB"
    return f"{count / 1024 / 1024:.1f} MB"


def tag_of(state: str) -> str:
    """Return the class that gives a state's tag its colour."""
    colour = _TAGS.get(str(state))
    return f"govuk-tag--{colour}" if colour else ""
