"""What a person may record on a case, what is refused and in which words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.acts import Act, decide_event, decide_refusal
from agent.area import load_area
from agent.authority import ANY_ROLE, HUMAN_DECISIONS, roles_of
from agent.clockrules import EVENTS
from agent.errors import NotAuthorised, RefusedAct
from agent.model.case import CaseEvent, CaseFile, CaseSnapshot, CaseType, Child
from agent.model.decision import AddEvents, Decision, EventFact, Task
from agent.profile import Office, Site
from agent.register import load_register

NOW = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parent / "example"
SITE = Site(
    mailbox="reviews@lscp.example",
    roles={
        "strategic_lead": "lead@lscp.example",
        "lead_representatives": ("la@lscp.example", "icb-lead@lscp.example"),
        "business_manager": "manager@lscp.example",
        "duty": "duty@lscp.example",
    },
)
FIRST = (("incident", 15), ("referral_received", 17))


@pytest.fixture(scope="module")
def office() -> Office:
    return load_area("lewisham", SITE, register=load_register(EXAMPLE / "register.csv"))[0]


def case(*events: tuple[str, int] | tuple[str, int, dict[str, str]], by: str = "lead") -> CaseFile:
    """Return a case of December 2026 with these events: name, day, detail."""
    snapshot = CaseSnapshot(
        "LEW-2026-0001-K4M",
        CaseType.SERIOUS_INCIDENT,
        3,
        Child("Robin Alder", date(2021, 5, 4)),
        date(2026, 12, 15),
        NOW,
    )
    recorded = tuple(
        CaseEvent(anchor, date(2026, 12, day), by, NOW, None, *detail)
        for anchor, day, *detail in events
    )
    return CaseFile(snapshot, recorded)


def act(event: str, day: int | date = 21, by: str = "lead@lscp.example", **detail: str) -> Act:
    on = date(2026, 12, day) if isinstance(day, int) else day
    return Act(event, on, by, ANY_ROLE, detail)


def recorded(decision: Decision) -> tuple[EventFact, ...]:
    [change] = decision.changes
    assert isinstance(change, AddEvents)
    assert change.version == 3
    return change.events


def test_a_decision_is_recorded_with_its_day_and_who_took_it(office: Office) -> None:
    met = act("criteria_decided", outcome="met", by="la@lscp.example")

    [event] = recorded(decide_event(case(*FIRST), met, office, NOW))

    assert (event.anchor, event.on, event.by) == (
        "criteria_decided",
        date(2026, 12, 21),
        "la@lscp.example",
    )
    assert event.detail["outcome"] == "met"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (act("criteria_agreed"), "There is no event `criteria_agreed`"),
        (act("panel_notified", by=" "), "Say who records it"),
        (act("panel_notified", 22), "Tuesday 22 December 2026 is still to come"),
        (act("panel_notified", date(1926, 12, 17)), "look at the year"),
        (act("panel_notified", 14), "before the incident on Tuesday 15 December 2026"),
        (act("criteria_decided"), "takes outcome, which is met or not_met"),
        (act("view_given", outcome="met"), "Say whose view it is"),
        (act("meeting_set", 30), "Say which meeting"),
        (act("meeting_set", 20, kind="rapid_review"), "is past; if the meeting took place"),
        (act("meeting_set", 30, kind="rapid_review", time="half past"), "no time of day"),
        (act("scoping_sent"), "Say of which agency"),
        (act("scoping_sent", agencies="police;fire"), "There is no agency `fire` in the register"),
        (act("extension_granted", agencies="icb"), "Say until when"),
        (act("extension_granted", agencies="icb", until="soon"), "`soon` is no day"),
        (act("extension_granted", agencies="icb", until="2026-12-20"), "cannot last until then"),
        (act("reopened"), "neither paused, closed nor withdrawn"),
        (act("incident", 18), "before the incident on Friday 18 December 2026"),
        (act("referral_received", 17), "It is recorded already"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(office: Office, one: Act, said: str) -> None:
    with pytest.raises(RefusedAct) as refused:
        decide_event(case(*FIRST), one, office, NOW)

    assert said in str(refused.value)


ICB = {"agency": "icb"}


@pytest.mark.parametrize(
    ("known", "one"),
    [
        (("scoping_sent", 18, ICB), act("return_received", 17, agencies="icb")),
        (("scoping_sent", 18, ICB), act("nil_received", 17, agencies="icb")),
        (("return_received", 18, ICB), act("scoping_sent", 19, agencies="icb")),
        (("aware", 18), act("panel_notified", 17)),
        (("panel_notified", 17), act("aware", 18)),
        (("panel_notified", 18), act("report_sent", 17)),
        (("criteria_decided", 18, {"outcome": "not_met"}), act("rapid_review_agreed", 19)),
    ],
)
def test_what_contradicts_the_case_is_refused(
    office: Office, known: tuple[str, int, dict[str, str]], one: Act
) -> None:
    with pytest.raises(RefusedAct):
        decide_event(case(*FIRST, known), one, office, NOW)


def test_one_unknown_agency_refuses_the_whole_list(office: Office) -> None:
    with pytest.raises(RefusedAct):
        decide_event(case(*FIRST), act("rapid_review_agreed", agencies="icb;fire"), office, NOW)


def test_a_second_letter_after_a_return_is_no_contradiction(office: Office) -> None:
    file = case(*FIRST, ("scoping_sent", 17, ICB), ("return_received", 18, ICB))

    assert recorded(decide_event(file, act("scoping_sent", 19, agencies="icb"), office, NOW))


def test_each_agency_gets_its_own_event_and_the_go_names_all(office: Office) -> None:
    sent = recorded(
        decide_event(case(*FIRST), act("scoping_sent", agencies="police;icb"), office, NOW)
    )
    [go] = recorded(
        decide_event(case(*FIRST), act("rapid_review_agreed", agencies="police;icb"), office, NOW)
    )

    assert [event.detail["agency"] for event in sent] == ["police", "icb"]
    assert go.detail["agencies"] == "police;icb"


def test_a_go_without_agencies_is_a_task(office: Office) -> None:
    decision = decide_event(case(*FIRST), act("rapid_review_agreed"), office, NOW)

    assert [task.code for task in decision.tasks] == [Task.NAME_AGENCIES]


def test_another_persons_date_is_a_correction_that_shows_old_and_new(office: Office) -> None:
    file = case(*FIRST, ("panel_notified", 17), by="Anna")

    decision = decide_event(file, act("panel_notified", 18, by="Lee"), office, NOW)

    assert [event.on for event in recorded(decision)] == [date(2026, 12, 18)]
    [task] = decision.tasks
    assert task.code == Task.DATES_DIFFER
    [line] = decision.log
    assert line.action == "event corrected"
    for text in (task.text, line.reason):
        assert "Thursday 17 December 2026 (recorded by Anna)" in text
        assert "Friday 18 December 2026 (by Lee)" in text


def test_ones_own_correction_is_no_task(office: Office) -> None:
    file = case(*FIRST, ("panel_notified", 17), by="Anna")

    decision = decide_event(file, act("panel_notified", 18, by="Anna"), office, NOW)

    assert decision.tasks == ()
    assert decision.log[0].action == "event corrected"


@pytest.mark.parametrize("told", [{"partner": "icb", "outcome": "met"}, {**ICB, "view": "met"}])
def test_one_partners_view_decides_nothing(office: Office, told: dict[str, str]) -> None:
    decision = decide_event(case(*FIRST), act("view_given", **told), office, NOW)

    [event] = recorded(decision)
    assert (event.anchor, event.detail) == ("view_given", {"partner": "icb", "outcome": "met"})
    assert decision.tasks == ()


def test_opposite_views_raise_the_scrutineer_task(office: Office) -> None:
    file = case(*FIRST, ("view_given", 18, {"partner": "police", "outcome": "met"}))

    against = act("view_given", partner="icb", outcome="not met")
    decision = decide_event(file, against, office, NOW)

    assert [event.anchor for event in recorded(decision)] == ["view_given"]
    assert [task.code for task in decision.tasks] == [Task.ASK_SCRUTINEER]
    assert "icb: not met; police: met" in decision.tasks[0].text


def test_a_partner_that_comes_round_is_no_disagreement(office: Office) -> None:
    file = case(*FIRST, ("view_given", 18, {"partner": "icb", "outcome": "not_met"}))

    decision = decide_event(file, act("view_given", partner="icb", outcome="met"), office, NOW)

    assert decision.tasks == ()


@pytest.mark.parametrize("event", ["panel_notified", "return_received", "paused", "closed"])
def test_nothing_is_recorded_on_a_closed_case(office: Office, event: str) -> None:
    file = case(*FIRST, ("closed", 18))

    with pytest.raises(RefusedAct, match="reopen it first"):
        decide_event(file, act(event, 19, agencies="icb"), office, NOW)


def test_a_reopened_case_goes_on(office: Office) -> None:
    file = case(*FIRST, ("closed", 18))
    again = decide_event(file, act("reopened"), office, NOW)
    [change] = again.changes
    assert isinstance(change, AddEvents)
    assert change.state == "open"

    file = case(*FIRST, ("closed", 18), ("reopened", 19))
    assert recorded(decide_event(file, act("panel_notified", 17), office, NOW))


def test_a_withdrawn_case_takes_facts_but_no_next_step(office: Office) -> None:
    file = case(*FIRST, ("scoping_sent", 17, ICB), ("withdrawn", 18))

    assert recorded(decide_event(file, act("return_received", 19, agencies="icb"), office, NOW))
    with pytest.raises(RefusedAct, match="was withdrawn on Friday 18 December 2026"):
        decide_event(file, act("rapid_review_agreed", 19), office, NOW)


@pytest.mark.parametrize("event", sorted(HUMAN_DECISIONS))
def test_no_decision_of_a_person_is_recorded_by_somebody_without_the_right(
    office: Office, event: str
) -> None:
    for roles in (frozenset(), frozenset({"duty"}), frozenset({"practitioner"})):
        stranger = Act(event, date(2026, 12, 21), "Sam Pike", roles)
        with pytest.raises(NotAuthorised):
            decide_event(case(*FIRST), stranger, office, NOW)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_nobody_at_all_records_without_a_role(office: Office, event: str) -> None:
    with pytest.raises(NotAuthorised):
        decide_event(case(*FIRST), Act(event, NOW.date(), "Sam", frozenset()), office, NOW)


def test_roles_are_those_of_the_site_file(office: Office) -> None:
    assert roles_of("LA@lscp.example", office) == {"lead_representatives"}
    assert roles_of("Strategic Lead", office) == {"strategic_lead"}
    assert roles_of("la@lscp.example.evil.example", office) == frozenset()


def test_the_strategic_lead_recommends_and_the_lead_representatives_decide(office: Office) -> None:
    lead = frozenset({"strategic_lead"})
    on = date(2026, 12, 21)

    assert decide_event(case(*FIRST), Act("recommended", on, "lead", lead), office, NOW)
    met = Act("criteria_decided", on, "lead", lead, {"outcome": "met"})
    with pytest.raises(NotAuthorised, match="lead_representatives"):
        decide_event(case(*FIRST), met, office, NOW)


def test_a_refusal_leaves_a_log_line_and_where_a_right_was_missing_a_task() -> None:
    one = act("closed")
    wrong = decide_refusal("LEW-1", one, RefusedAct("No."), unattended=False)
    denied = decide_refusal("LEW-1", one, NotAuthorised("No."), unattended=False)

    assert [line.action for line in (*wrong.log, *denied.log)] == ["act refused"] * 2
    assert (wrong.tasks, len(denied.tasks)) == ((), 1)
    assert (wrong.changes, denied.changes) == ((), ())


def test_a_restricted_case_stays_hidden_when_it_closes(office: Office) -> None:
    file = case(*FIRST, ("restricted", 18))

    [change] = decide_event(file, act("closed"), office, NOW).changes

    assert isinstance(change, AddEvents)
    assert change.state == "restricted"


@pytest.mark.parametrize("area", ["lambeth", "lewisham", "lancashire", "leeds", "kscp"])
def test_every_area_names_who_decides_what_stays_human(area: str) -> None:
    of_area = load_area(area, SITE)[0]

    for event in HUMAN_DECISIONS:
        assert of_area.profile.decides.get(event) or of_area.limits.decides[event].value
