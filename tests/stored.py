"""Rows for the tests of the store: an invented partnership, its mailbox, its cases and letters."""

from datetime import date, timedelta

from agent.model.case import CaseType, Child, Key
from agent.model.decision import EventFact, OpenCase
from agent.model.draft import Draft, Mail
from agent.model.message import Address
from agent.store.inbox import NewMessage
from tests.mails import MONDAY_9AM

PARTNERSHIP = "northshire"
MAILBOX = "safeguarding"


def a_mail(digest: str = "ab" * 32, **differing: object) -> NewMessage:
    """Return a processed mail of the shared mailbox, with what the test wants to be different."""
    values: dict[str, object] = {
        "partnership": PARTNERSHIP,
        "mailbox": MAILBOX,
        "folder": "INBOX",
        "item": "1:1",
        "digest": digest,
        "message_id": "<one@northshire.example>",
        "received_at": MONDAY_9AM,
        "stored_at": MONDAY_9AM + timedelta(seconds=1),
        "size_bytes": 1234,
        "state": "processed",
    }
    return NewMessage(**{**values, **differing})  # type: ignore[arg-type]


def a_case(number: int = 1, **differing: object) -> OpenCase:
    """Return the opening of a case about an invented child, with what the test wants different."""
    values: dict[str, object] = {
        "ref": f"NS-2026-{number}-ABC",
        "number": number,
        "type": CaseType.SERIOUS_INCIDENT,
        "child": Child("Robin Sample", date(2019, 3, 4), "943 476 5919"),
        "incident_on": date(2026, 12, 18),
        "keys": (Key("ref", f"NS-2026-{number}-ABC"), Key("child", "robin sample|2019-03-04")),
        "events": (EventFact("referral_received", date(2026, 12, 21), "anna@school.example"),),
    }
    return OpenCase(**{**values, **differing})  # type: ignore[arg-type]


def a_letter(key: str = "ack:one", **differing: object) -> Mail:
    """Return a rendered mail; what the test wants different goes into its draft."""
    values: dict[str, object] = {
        "key": key,
        "template": "ack-referral",
        "to": Address("anna@school.example"),
        "case": None,
        "values": {},
        "in_reply_to": "<one@school.example>",
    }
    draft = Draft(**{**values, **differing})  # type: ignore[arg-type]
    raw = b"Subject: Received\r\n\r\nWe have it.\r\n"
    return Mail(draft, f"<{key}@northshire.example>", "Received", raw, "We have it.")
