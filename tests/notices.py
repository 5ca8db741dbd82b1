"""Mails about one case that give a view or a decision, for tests: the mail in, the Decision out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from agent.area import load_area
from agent.decide import decide
from agent.model.case import (
    CaseEvent,
    CaseFile,
    CaseMatch,
    CaseSnapshot,
    CaseType,
    Certainty,
    Child,
)
from agent.model.decision import Decision, EventFact, Footing, Task
from agent.model.message import Kind
from agent.pipeline import read_mail
from agent.profile import Office, Site
from agent.register import load_register
from tests.mails import mail
from tests.stories import EXAMPLE

POLICE = "Morgan Quill <morgan.quill@police.northshire.example>"
ICB = "Lee Brook <lee.brook@icb.northshire.example>"
CHAIR = "Sasha Fenn <chair@lscp.example>"
ONE_OF_THREE = "Jo Lake <la@lscp.example>"
PASSED = {"Authentication-Results": "mx.lscp.example; dmarc=pass header.from=lscp.example"}
RECEIVED = datetime(2026, 12, 18, 10, 30, tzinfo=UTC)
SNAPSHOT = CaseSnapshot(
    "LEW-2026-0001-K4M", CaseType.SERIOUS_INCIDENT, 3, Child("Robin Alder", None), None, RECEIVED
)
UNANIMOUS = "The three partners have unanimously decided that the criteria are met.\n"
GO = "Please proceed to a rapid review.\n"


@cache
def desk_of(by_mail: str = "confirm") -> Office:
    """Return an office whose chair starts reviews alone, and in which two decide together."""
    site = Site(
        mailbox="reviews@lscp.example",
        authserv_id="mx.lscp.example",
        roles={
            "chair": "chair@lscp.example",
            "strategic_lead": "chair@lscp.example",
            "lead_representatives": ("la@lscp.example", "icb-lead@lscp.example"),
            "duty": "duty@lscp.example",
        },
    )
    loaded = load_area("lewisham", site, register=load_register(EXAMPLE / "register.csv"))[0]
    profile = loaded.profile.model_copy(update={"decisions_by_mail": by_mail})
    return replace(loaded, profile=profile)


def event(anchor: str, **detail: str) -> CaseEvent:
    return CaseEvent(anchor, date(2026, 12, 17), "somebody", RECEIVED, None, detail)


def notice(
    raw: bytes, office: Office, *events: CaseEvent, state: str = "open", **footing: Any
) -> Decision:
    """Return what a mail about the case brings about, once it is known to be a decision notice."""
    read = read_mail(office, raw, RECEIVED)
    found = replace(read.classification, kind=Kind.DECISION_NOTICE, confidence=0.9)
    case = replace(SNAPSHOT, state=state)
    match = CaseMatch(Certainty.CERTAIN, case)
    told = Footing(match, "LEW-2", 2, file=CaseFile(case, events), **footing)
    return decide(replace(read, classification=found), told, office)


def written(sender: str, body: str, subject: str = "LEW-2026-0001-K4M", **more: Any) -> bytes:
    return mail(sender, subject, body, received=RECEIVED, **more)


def events_of(decision: Decision) -> list[EventFact]:
    return [one for change in decision.changes for one in getattr(change, "events", ())]


def confirm_text(decision: Decision) -> str:
    return next(one.text for one in decision.tasks if one.code is Task.CONFIRM_DECISION)
