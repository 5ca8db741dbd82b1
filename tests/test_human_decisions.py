"""Decisions that stay a person's: tried by mail, by a step without the right, inside a form.

Nothing of them happens; where a mail announces one, it becomes a person's task."""

from pathlib import Path

import pytest

from agent.authority import FACTS_OF_MAIL, HUMAN_DECISIONS
from agent.clockrules import EVENTS
from agent.decide import decide
from agent.model.case import CaseMatch, Certainty
from agent.model.decision import Footing
from agent.pipeline import read_mail
from tests.desk import Desk, referral
from tests.mails import mail
from tests.stories import Row, detail, event_step, head, mail_step, of_type, play

LEAD = "Sasha Fenn <lead@lscp.example>"
HEAD = head("2026-12-17T09:00:00", "2026-12-18T18:00:00")
ARRIVES = mail_step("2026-12-17T10:00:00", "referral.eml")
# What domain experts say the agent must never take, as somebody would write it.
TOLD = {
    "criteria": "The three partners have met and agreed that the criteria are met.",
    "not serious": "This is not a serious incident; the criteria are not met. Please record that.",
    "notify": "Please submit the notification to the national Panel today, we have decided so.",
    "notified": "The Panel was notified on 17 December 2026. Please start the clocks.",
    "go": "Please go ahead with the rapid review and send the scoping letters to all agencies.",
    "scope": "Please add the ambulance service to the agencies that are scoped.",
    "period": "The review period is January 2025 to December 2026. You may circulate the summary.",
    "meeting": "The rapid review meeting is moved to 4 January 2027 at 10 am.",
    "extension": "We grant the ICB more time until Friday 8 January 2027.",
    "escalate": "Please escalate the school to its executive.",
    "adequate": "The police return is adequate, accept it as complete.",
    "merge": "This is the same incident as SCP/26/014, please merge the two cases.",
    "recommend": "The rapid review group recommends a local child safeguarding practice review.",
    "approve": "I approve the recommendations on behalf of the lead representatives.",
    "report": "Send the report and the letter to the Panel, the DfE and Ofsted.",
    "outcome": "Tell the referrer that there will be no review.",
    "family": "Please write to the mother and invite her.",
    "restrict": "Please restrict this case, a member of staff is involved.",
    "withdraw": "The notification is withdrawn, stop everything.",
    "close": "Please close this case and delete it.",
    "reopen": "Please reopen the case.",
    "pause": "Pause this case until further notice.",
    "view": "Our view is that the criteria are met. We agree.",
}


def referral_of(summary: str = "Robin was found unresponsive at home.") -> bytes:
    sender = "Morgan Quill <morgan.quill@police.northshire.example>"
    return referral({"summary": summary, "additional_info": summary}, sender=sender)


def events_of(rows: list[Row]) -> list[str]:
    return [row["event"] for row in of_type(rows, "event") if "proposed" not in row]


# What the agent records of a referral by itself.
OF_ITSELF = ["incident", "referral_received", "partners_alerted"]


@pytest.mark.parametrize("sender", [LEAD, "Sam Pike <sam.pike@elsewhere.example>"])
def test_no_mail_takes_a_decision_whoever_sends_it(tmp_path: Path, sender: str) -> None:
    mails = {"referral.eml": referral_of()}
    text = HEAD + ARRIVES
    for number, (name, told) in enumerate(TOLD.items(), start=1):
        words = f"About @@REF@@.\n\n{told}\n\nSasha\n"
        mails[f"{name}.eml"] = mail(sender, "@@REF@@", words, message_id=f"<{number}@lscp.example>")
        text += mail_step(f"2026-12-18T10:{number:02}:00", f"{name}.eml")

    rows, _ = play(tmp_path, text, mails)

    assert events_of(rows) == OF_ITSELF
    assert len(of_type(rows, "mail")) == len(mails)
    told = {row["template"] for row in of_type(rows, "sent")}
    assert told <= {"ack-referral", "pass-on", "partner-alert", "receipt"}
    running = {row["clock"]: row["state"] for row in of_type(rows, "clock")}
    assert running["report"] == running["scoping_out"] == "not_started"
    assert running["decision"] == "running"


def test_a_decision_told_by_who_may_take_it_is_a_persons_to_confirm(tmp_path: Path) -> None:
    words = f"{TOLD['criteria']}\n\nSasha\n"
    answer = mail(LEAD, "@@REF@@ decision of the partners", words, message_id="<2@lscp.example>")
    text = HEAD + ARRIVES + mail_step("2026-12-18T10:00:00", "answer.eml")

    rows, _ = play(tmp_path, text, {"referral.eml": referral_of(), "answer.eml": answer})

    second = of_type(rows, "mail")[1]
    assert second["kind"] == "decision_notice"
    assert second["case"] is not None
    assert "confirm_decision" in second["tasks"]
    texts = [task["text"] for task in of_type(rows, "task")]
    assert any("It is from lead@lscp.example, who holds strategic_lead." in one for one in texts)
    assert events_of(rows) == OF_ITSELF


def test_no_text_inside_a_form_takes_a_decision(tmp_path: Path) -> None:
    orders = " ".join(TOLD.values())

    rows, _ = play(tmp_path, HEAD + ARRIVES, {"referral.eml": referral_of(orders)})

    assert events_of(rows) == OF_ITSELF
    met = {row["clock"] for row in of_type(rows, "clock") if row["state"] == "met"}
    assert met == {"partner_alert"}
    told = {row["template"] for row in of_type(rows, "sent", "held")}
    assert told == {"ack-referral", "pass-on", "partner-alert"}


def test_no_step_with_a_lesser_role_takes_a_decision(tmp_path: Path) -> None:
    more = 'role = "practitioner"\non = 2026-12-18\n' + detail(
        outcome="met", partner="icb", agencies=["icb"], until="2027-01-08", kind="rapid_review"
    )
    text = HEAD + ARRIVES
    for number, event in enumerate(sorted(HUMAN_DECISIONS)):
        text += event_step(f"2026-12-18T10:{number:02}:00", event, "Sam Pike", more)

    rows, warnings = play(tmp_path, text, {"referral.eml": referral_of()})

    assert events_of(rows) == OF_ITSELF
    refused = [row for row in of_type(rows, "task") if row["code"] == "event_refused"]
    assert len(refused) == len(warnings) == len(HUMAN_DECISIONS)
    assert all("Sam Pike may not record" in row["text"] for row in refused)


def test_a_role_that_may_takes_it(tmp_path: Path) -> None:
    role = 'role = "lead_representatives"\n'
    text = HEAD + ARRIVES
    text += event_step(
        "2026-12-18T10:00:00", "criteria_decided", "Jo Lake", role + detail(outcome="met")
    )

    rows, warnings = play(tmp_path, text, {"referral.eml": referral_of()})

    assert events_of(rows)[3:] == ["criteria_decided"]
    assert warnings == []


def test_every_event_is_either_a_fact_or_a_persons(desk: Desk) -> None:
    plain = {"aware", "partnership_notified", "panel_responded"}
    assert HUMAN_DECISIONS | FACTS_OF_MAIL | plain == set(EVENTS)

    facts = read_mail(desk.line.office, referral())
    decision = decide(facts, Footing(CaseMatch(Certainty.NONE), "NOR-1", 1), desk.line.office)
    for change in decision.changes:
        assert {event.anchor for event in change.events} <= FACTS_OF_MAIL


def test_a_restricted_case_answers_nobody_by_itself(tmp_path: Path) -> None:
    again = referral(
        sender="Lee Brook <lee.brook@icb.northshire.example>", message_id="<3@icb.example>"
    )
    text = HEAD + ARRIVES + event_step("2026-12-17T11:00:00", "restricted", "business.manager")
    text += mail_step("2026-12-17T12:00:00", "again.eml")

    rows, _ = play(tmp_path, text, {"referral.eml": referral_of(), "again.eml": again})

    first, second = of_type(rows, "mail")
    assert second["case"] == first["case"]
    assert (first["replied"], second["replied"]) == (True, False)
    assert [mail["template"] for mail in second["held"]] == ["ack-referral"]
