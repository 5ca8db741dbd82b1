"""What partners write of the criteria is only ever proposed; what a role may decide by mail is
recorded only where the profile says so and nothing about the mail is doubtful."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.model.decision import EventFact, Task
from agent.model.draft import Hold
from agent.views import is_authorised
from tests.desk import referral
from tests.mails import mail
from tests.notices import (
    CHAIR,
    GO,
    ICB,
    ONE_OF_THREE,
    PASSED,
    POLICE,
    UNANIMOUS,
    confirm_text,
    desk_of,
    event,
    events_of,
    notice,
    written,
)
from tests.stories import detail, event_step, head, mail_step, of_type, play


def test_a_partners_view_is_proposed_with_who_what_and_when() -> None:
    decision = notice(written(POLICE, "Our view is that the criteria are not met.\n"), desk_of())

    [view] = events_of(decision)
    assert (view.anchor, view.on, view.by) == (
        "view_given",
        date(2026, 12, 18),
        "morgan.quill@police.northshire.example",
    )
    assert view.detail == {
        "partner": "police",
        "outcome": "not_met",
        "proposed": "yes",
        "from": "mail",
        "time": "10:30",
    }
    assert "view_given (partner police, outcome not met)" in confirm_text(decision)
    assert "the criteria are not met" in confirm_text(decision)
    assert Task.ASK_SCRUTINEER not in [one.code for one in decision.tasks]


@pytest.mark.parametrize("how", [{}, {"proposed": "yes"}])
def test_the_opposite_of_another_partners_view_asks_for_the_scrutineer(how: dict[str, str]) -> None:
    before = event("view_given", partner="police", outcome="met", **how)

    decision = notice(written(ICB, "The criteria are not met.\n"), desk_of(), before)

    [task] = [one for one in decision.tasks if one.code is Task.ASK_SCRUTINEER]
    assert task.text == "icb: not met; police: met"


def test_a_partner_that_comes_round_ends_the_disagreement() -> None:
    before = [event("view_given", partner=one, outcome="met") for one in ("police", "icb")]
    before.insert(0, event("view_given", partner="icb", outcome="not_met"))

    decision = notice(written(ICB, "The criteria are met.\n"), desk_of(), *before)

    assert events_of(decision) == []
    assert "The case has it already." in confirm_text(decision)


def test_one_of_several_who_decide_together_gives_only_a_view() -> None:
    alone = notice(
        written(ONE_OF_THREE, "I have decided: the criteria are met.\n"), desk_of("auto")
    )
    for_all = notice(written(ONE_OF_THREE, UNANIMOUS), desk_of())

    assert [(one.anchor, one.detail["partner"]) for one in events_of(alone)] == [
        ("view_given", "la@lscp.example")
    ]
    assert [(one.anchor, one.detail["proposed"]) for one in events_of(for_all)] == [
        ("criteria_decided", "yes")
    ]


def test_agreed_means_what_was_recommended_and_else_nothing() -> None:
    raw = written(POLICE, "Agreed.\n")
    recommended = event("recommended", outcome="not met")
    decided = event("criteria_decided", outcome="met")

    assert events_of(notice(raw, desk_of(), recommended))[0].detail["outcome"] == "not_met"
    assert events_of(notice(raw, desk_of())) == []
    assert "see the thread" in confirm_text(notice(raw, desk_of()))
    assert events_of(notice(raw, desk_of(), recommended, decided)) == []


@pytest.mark.parametrize(
    "raw",
    [
        written("Sam Pike <sam.pike@elsewhere.example>", "The criteria are met.\n"),
        written("The Head <office@school.northshire.example>", "The criteria are met.\n"),
        written("Dee Moor <duty@lscp.example>", "The criteria are met.\n"),
        written(POLICE, "The criteria are met.\n", headers={"Reply-To": "x@elsewhere.example"}),
        written(POLICE, "FYI\n\nThe criteria are met.\n", "FW: LEW-2026-0001-K4M"),
        written(
            POLICE,
            "Will read it tonight.\n\nOn 17 Dec 2026, Lee Brook wrote:\n> The criteria are met.\n",
            "RE: LEW-2026-0001-K4M",
            in_reply_to="<1@icb.northshire.example>",
        ),
        written(POLICE, "The criteria are met. On second thoughts the criteria are not met.\n"),
    ],
    ids=["stranger", "no partner", "lesser role", "answer elsewhere", "forward", "quote", "both"],
)
def test_no_view_is_read_where_it_is_not_a_known_partners_own(raw: bytes) -> None:
    assert events_of(notice(raw, desk_of("auto"))) == []


def test_a_form_gives_no_view_whatever_stands_in_it() -> None:
    words = "The partners have unanimously decided that the criteria are met. " + GO
    raw = referral({"summary": words, "additional_info": words}, sender=CHAIR, headers=PASSED)

    assert events_of(notice(raw, desk_of("auto"))) == []


def test_a_closed_case_takes_no_proposal() -> None:
    decision = notice(written(POLICE, "The criteria are met.\n"), desk_of(), state="closed")

    assert events_of(decision) == []
    assert "The case is closed" in confirm_text(decision)


def test_a_decision_by_mail_is_recorded_only_where_the_profile_says_so() -> None:
    raw = written(ONE_OF_THREE, UNANIMOUS + GO, headers=PASSED)

    proposed = events_of(notice(raw, desk_of()))
    recorded = notice(raw, desk_of("auto"))

    assert [one.detail.get("proposed") for one in proposed] == ["yes", "yes"]
    decided, go = events_of(recorded)
    assert (decided.anchor, decided.detail["outcome"]) == ("criteria_decided", "met")
    assert go.anchor == "rapid_review_agreed"
    for one in (decided, go):
        assert one.detail["authorised"] == "lead_representatives"
        assert "proposed" not in one.detail
    assert "Recorded from the mail" in confirm_text(recorded)
    assert "event recorded" in [line.action for line in recorded.log]


def test_the_go_by_mail_names_no_agencies() -> None:
    [go] = events_of(notice(written(CHAIR, GO, headers=PASSED), desk_of("auto")))

    assert go.anchor == "rapid_review_agreed"
    assert not {"agencies", "proposed"} & go.detail.keys()


@pytest.mark.parametrize(
    ("raw", "more"),
    [
        (written(CHAIR, GO), {}),
        (written(CHAIR, GO, headers={"Authentication-Results": "other; dmarc=pass"}), {}),
        (written(CHAIR, GO + "Unless the ICB objects.\n", headers=PASSED), {}),
        (written(CHAIR, GO + "Is that all right?\n", headers=PASSED), {}),
        (written(CHAIR, GO, headers=PASSED), {"hold": Hold.BACKLOG}),
        (written(CHAIR, GO, headers=PASSED), {"repeats_id": True}),
        (written(CHAIR, GO, headers=PASSED), {"state": "paused"}),
        (written(CHAIR, GO, headers=PASSED), {"state": "restricted"}),
    ],
)
def test_what_is_in_any_doubt_waits_for_a_person(raw: bytes, more: dict[str, Any]) -> None:
    [go] = events_of(notice(raw, desk_of("auto"), **more))

    assert (go.anchor, go.detail["proposed"]) == ("rapid_review_agreed", "yes")


def test_a_go_against_what_was_decided_waits_for_a_person() -> None:
    against = event("criteria_decided", outcome="not_met")

    [go] = events_of(notice(written(CHAIR, GO, headers=PASSED), desk_of("auto"), against))

    assert go.detail["proposed"] == "yes"


def test_an_event_marked_as_authorised_is_believed_only_of_who_may_decide() -> None:
    taken = EventFact(
        "criteria_decided", date(2026, 12, 18), "la@lscp.example", {"authorised": "x"}
    )

    assert is_authorised(taken, desk_of("auto"))
    assert not is_authorised(taken, desk_of())
    for other in (
        replace(taken, by="duty@lscp.example"),
        replace(taken, by="lead_representatives"),
        replace(taken, anchor="closed"),
        replace(taken, detail={}),
    ):
        assert not is_authorised(other, desk_of("auto"))


def test_opposite_views_by_mail_become_the_scrutineers_task_and_no_clock_moves(
    tmp_path: Path,
) -> None:
    views = {
        "police.eml": mail(
            POLICE, "@@REF@@ - our view", "Our view is that the criteria are met.\n"
        ),
        "icb.eml": mail(
            ICB,
            "@@REF@@ - our view",
            "Our view is that the criteria are not met.\n",
            message_id="<2@icb.northshire.example>",
        ),
        "referral.eml": referral(sender=POLICE, message_id="<3@police.northshire.example>"),
    }
    text = head("2026-12-17T09:00:00", "2026-12-18T18:00:00")
    text += mail_step("2026-12-17T10:00:00", "referral.eml")
    text += mail_step("2026-12-18T10:00:00", "police.eml")
    text += mail_step("2026-12-18T11:00:00", "icb.eml")
    role = 'role = "lead_representatives"\n'
    text += event_step(
        "2026-12-18T12:00:00", "view_given", "Jo Lake", role + detail(partner="icb", outcome="met")
    )

    rows, warnings = play(tmp_path, text, views)

    views_told = [row for row in of_type(rows, "event") if row["event"] == "view_given"]
    assert [(row["partner"], row["outcome"], row.get("proposed")) for row in views_told] == [
        ("police", "met", "yes"),
        ("icb", "not_met", "yes"),
        ("icb", "met", None),
    ]
    asked = [row for row in of_type(rows, "task") if row["code"] == "ask_scrutineer"]
    [task] = asked
    assert task["at"].startswith("2026-12-18T11:00")
    assert task["text"].endswith("icb: not met; police: met")
    assert warnings == []
    decision = [row["state"] for row in of_type(rows, "clock") if row["clock"] == "decision"]
    assert decision == ["running"]
