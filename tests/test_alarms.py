"""When the alarm on a live risk is raised again, and whom it reaches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.alarms import (
    OpenAlarm,
    Round,
    alarm_gaps,
    alarm_text,
    due_alarms,
    due_rounds,
    latest_round,
    next_alarm_at,
)
from agent.area import NOBODY
from agent.config import shipped
from agent.errors import RuleError
from agent.model.draft import Draft, Hold
from agent.model.message import Address
from agent.predicates import PREDICATES
from agent.profile import Office, Site, load_office
from agent.ruleset import load_limits

RAISED = datetime(2026, 12, 17, 22, 5, tzinfo=UTC)
DIGEST = "3f9c" * 16
DUTY, MANAGER, LEAD = "duty@nscp.example", "manager@nscp.example", "lead@nscp.example"
CHAIR, PAGER = "chair@nscp.example", "pager@oncall.example"
ROLES: dict[str, str | tuple[str, ...]] = {
    "duty": DUTY,
    "Business Manager": (MANAGER, "Duty@NSCP.example"),
    "strategic_lead": LEAD,
    "chair": CHAIR,
    "learning_group_chair": "learning@nscp.example",
}
SITE = Site(
    mailbox="reviews@nscp.example",
    own_addresses=("partnership@nscp.example",),
    phone="01632 960100",
    mash_phone="01632 960199",
    out_of_hours_phone="01632 960198",
    roles=ROLES,
    alarm={"address": PAGER},
)


@pytest.fixture(scope="module")
def shipped_office() -> Office:
    return load_office("northshire", SITE, NOBODY, (shipped("rules"),), frozenset(PREDICATES))


@pytest.fixture
def office(shipped_office: Office) -> Office:
    return letting(shipped_office, "auto")


def letting(office: Office, sending: str) -> Office:
    """Return the office with a profile that says so of the alarm."""
    letters = {**office.profile.letters, "alarm": sending}
    return replace(office, profile=office.profile.model_copy(update={"letters": letters}))


def with_site(office: Office, **facts: object) -> Office:
    return replace(office, site=office.site.model_copy(update=facts))


def alarm(rounds_made: int = 0, case: str | None = None) -> OpenAlarm:
    return OpenAlarm(7, DIGEST, case, RAISED - timedelta(minutes=1), RAISED, rounds_made)


def after(minutes: float) -> datetime:
    return RAISED + timedelta(minutes=minutes)


def addresses(drafts: tuple[Draft, ...]) -> list[str]:
    return [draft.to.email for draft in drafts]


def watched(office: Office, until: int, down: range = range(0)) -> list[tuple[int, int, int]]:
    """Return minute, round and number of mails of all that leaves while nobody acknowledges.

    The agent looks every minute, except in the minutes that it is `down`.
    """
    made: list[str] = []
    left = []
    for minute in sorted(set(range(until + 1)) - set(down)):
        drafts = due_alarms([alarm(latest_round(made))], office, after(minute))
        if drafts:
            made += [draft.key for draft in drafts]
            left.append((minute, latest_round(made), len(drafts)))
    assert len(made) == len(set(made))
    return left


def test_the_first_round_goes_at_once_to_the_duty_person_and_the_alarm_address(
    office: Office,
) -> None:
    drafts = due_alarms([alarm(case="NOR-2026-0001-K4M")], office, RAISED)

    assert addresses(drafts) == [PAGER, DUTY]
    assert drafts[1] == Draft(
        key=f"alarm:{DIGEST}:1:2",
        template="alarm",
        to=Address(DUTY),
        case="NOR-2026-0001-K4M",
        values={
            "received": "Thursday 17 December 2026 at 10.04 pm",
            "reference": "NOR-2026-0001-K4M",
            "round": "1",
            "mail": DIGEST[:10],
        },
    )


@pytest.mark.parametrize(
    ("minutes", "round_", "reached"),
    [
        pytest.param(-90, 1, [PAGER, DUTY], id="the clock was set back"),
        (0, 1, [PAGER, DUTY]),
        (9.99, 1, [PAGER, DUTY]),
        (10, 2, [PAGER, DUTY, MANAGER]),
        (30, 3, [PAGER, DUTY, MANAGER, LEAD, CHAIR]),
        (60, 4, [PAGER, DUTY, MANAGER, LEAD, CHAIR]),
        (90, 5, [PAGER, DUTY, MANAGER, LEAD, CHAIR]),
        (60 + 30 * 2000, 2004, [PAGER, DUTY, MANAGER, LEAD, CHAIR]),
    ],
)
def test_each_round_reaches_more_people_until_all_are_reached(
    office: Office, minutes: float, round_: int, reached: list[str]
) -> None:
    """An address that stands in two roles, however it is written, gets one mail a round."""
    drafts = due_alarms([alarm(rounds_made=round_ - 1)], office, after(minutes))

    assert addresses(drafts) == reached
    assert {draft.values["round"] for draft in drafts} == {str(round_)}
    assert due_alarms([alarm(rounds_made=round_)], office, after(minutes)) == ()


def test_it_never_stops_by_itself(office: Office) -> None:
    rounds = watched(office, 7 * 24 * 60)

    assert [minute for minute, _, _ in rounds[:5]] == [0, 10, 30, 60, 90]
    assert {second[0] - first[0] for first, second in pairwise(rounds[3:])} == {30}
    assert rounds[-1][0] == 7 * 24 * 60


@pytest.mark.parametrize(
    ("down", "rounds"),
    [
        (range(5, 12), [(0, 1, 2), (12, 2, 3), (30, 3, 5), (60, 4, 5)]),
        (range(5, 45), [(0, 1, 2), (45, 3, 5), (60, 4, 5)]),
        (range(0, 32), [(32, 3, 5), (60, 4, 5)]),
    ],
)
def test_rounds_missed_while_the_agent_was_down_go_once_and_as_wide_as_the_last(
    office: Office, down: range, rounds: list[tuple[int, int, int]]
) -> None:
    assert watched(office, 60, down) == rounds


def test_the_next_round_is_told_to_the_minute_and_brings_a_mail_then(office: Office) -> None:
    for made, minutes in enumerate([0, 10, 30, 60, 90, 120]):
        due_at = next_alarm_at([alarm(made)], office)

        assert due_at == after(minutes)
        assert due_alarms([alarm(made)], office, due_at)
        if made:
            just_before = due_at - timedelta(seconds=1)
            assert not due_alarms([alarm(made)], office, just_before)


def test_of_several_alarms_each_has_its_own_rounds_and_the_earliest_is_next(
    office: Office,
) -> None:
    later = replace(alarm(1), note_id=8, digest="ab12" * 16, raised_at=after(15))
    keys = [one.key for one in due_alarms([alarm(1), later], office, after(25))]

    assert next_alarm_at([], office) is None
    assert next_alarm_at([alarm(3), later], office) == after(25)
    assert keys == [f"alarm:{one}:2:{n}" for one in (DIGEST, later.digest) for n in (1, 2, 3)]


def test_where_nobody_is_on_duty_the_first_round_goes_to_the_next_circle(office: Office) -> None:
    lone = with_site(office, alarm={}, roles={"chair": CHAIR, "strategic_lead": LEAD})

    assert addresses(due_alarms([alarm()], lone, RAISED)) == [LEAD, CHAIR]


def test_a_circle_without_anybody_leaves_those_reached_before(office: Office) -> None:
    """Also where an office's own limits.toml names in each step only whom it adds."""
    widen = office.limits.alarm.widen.model_copy(update={"value": (("duty",), ("chair",))})
    alarms = office.limits.alarm.model_copy(update={"widen": widen})
    lone = with_site(office, alarm={}, roles={"duty": DUTY})
    lone = replace(lone, limits=office.limits.model_copy(update={"alarm": alarms}))

    assert [mails for _, _, mails in watched(lone, 120)] == [1] * 6


def test_the_mailbox_itself_is_no_place_for_an_alarm(office: Office) -> None:
    """Its own mail is known as such and comes to nobody's notice."""
    own = with_site(
        office,
        alarm={"address": "Partnership@NSCP.example"},
        roles={**ROLES, "duty": SITE.mailbox, "Business Manager": MANAGER},
    )

    assert addresses(due_alarms([alarm()], own, RAISED)) == [MANAGER]


def test_with_nobody_configured_nothing_is_due_by_mail_but_the_second_route_is(
    office: Office,
) -> None:
    nobody = with_site(office, roles={}, alarm={"command": ("page-duty",)})

    assert due_alarms([alarm()], nobody, RAISED) == ()
    assert next_alarm_at([alarm()], nobody) is None
    assert list(due_rounds([alarm()], nobody, RAISED)) == [Round(alarm(), 1)]


@pytest.mark.parametrize(("sending", "holds"), [("hold", [Hold.PROFILE] * 2), ("off", [])])
def test_mails_that_are_held_or_switched_off_are_said_before_it_matters(
    office: Office, sending: str, holds: list[Hold]
) -> None:
    quiet = letting(office, sending)

    assert [draft.hold for draft in due_alarms([alarm()], quiet, RAISED)] == holds
    assert alarm_gaps(quiet) == (
        f"The alarm's mails do not leave by themselves: the rules say `{sending}`.",
    )


def test_an_office_where_all_is_set_has_no_gaps(office: Office) -> None:
    whole = {"address": PAGER, "webhook": "https://hooks.example/a", "command": ("page", "--now")}

    assert alarm_gaps(with_site(office, alarm=whole)) == alarm_gaps(office) == ()


def test_nobody_to_alarm_is_said_before_it_matters(office: Office) -> None:
    said = alarm_gaps(with_site(office, roles={"learning_group_chair": CHAIR}, alarm={}))

    assert said == (
        "The alarm has no second route: set `address`, `webhook` or `command` under [alarm] in "
        "site.toml.",
        "No mail tells anybody that a child may be in danger: name duty under [roles] in "
        "site.toml, or set `address` under [alarm].",
    )


@pytest.mark.parametrize(
    ("roles", "settings", "said"),
    [
        (ROLES, {"email": PAGER, "address": PAGER}, "`email` is not known; known: address"),
        (ROLES, {"address": (PAGER, "0123 456")}, "an `address` is none"),
        (ROLES, {"address": f" {PAGER}"}, "an `address` is none"),
        (ROLES, {"address": SITE.mailbox}, "or the mailbox's own"),
        (ROLES, {"webhook": "http://hooks.example/a"}, "`webhook` must be an https address"),
        (ROLES, {"webhook": "https://me:secret@hooks.example/"}, "`webhook` must be an https"),
        (ROLES, {"webhook": "https://[hooks.example/"}, "`webhook` must be an https"),
        (ROLES, {"command": "page-duty --now"}, "write `command` as a list"),
        (ROLES, {"address": " "}, "no second route"),
        ({**ROLES, "duty": ""}, {"address": PAGER}, "Nobody is named as duty"),
        ({"duty": DUTY}, {"address": PAGER}, "name business_manager or strategic_lead or chair"),
    ],
)
def test_what_is_wrong_in_the_site_file_is_said_without_its_secrets(
    office: Office, roles: dict[str, object], settings: dict[str, object], said: str
) -> None:
    gaps = " ".join(alarm_gaps(with_site(office, roles=roles, alarm=settings)))

    assert said in gaps
    assert "hooks.example" not in gaps


def test_what_the_second_route_carries_is_one_line_without_a_child(office: Office) -> None:
    assert alarm_text(Round(alarm(case="NOR-2026-0001-K4M"), 2), office) == (
        "Northshire SCP: a mail that may say that a child is in danger now came to "
        f"reviews@nscp.example on Thursday 17 December 2026 at 10.04 pm (mail {DIGEST[:10]}, "
        "case NOR-2026-0001-K4M). Open it in the mailbox and act on it at once, then acknowledge "
        "this alarm: it repeats until a named person does. This is round 2. MASH: 01632 960199; "
        "out of hours: 01632 960198."
    )


def test_a_mail_without_a_case_is_alarmed_without_a_reference(office: Office) -> None:
    first, *_ = due_alarms([alarm()], office, RAISED)

    assert (first.case, first.values["reference"]) == (None, "")
    assert f"(mail {DIGEST[:10]})" in alarm_text(Round(alarm(), 1), office)


@pytest.mark.parametrize(
    ("shipped_value", "wrong", "place"),
    [
        ("value = [10, 20, 30]", "value = [10, 0]", "alarm.repeat_after_minutes.value.1"),
        ("value = [10, 20, 30]", "value = []", "alarm.repeat_after_minutes.value"),
        ('value = [["duty"], ', "value = [[], ", "alarm.widen.value.0"),
    ],
)
def test_rounds_that_would_never_come_or_reach_nobody_are_refused(
    tmp_path: Path, shipped_value: str, wrong: str, place: str
) -> None:
    text = (shipped("rules") / "limits.toml").read_text(encoding="utf-8")
    assert text.count(shipped_value) == 1
    path = tmp_path / "limits.toml"
    path.write_text(text.replace(shipped_value, wrong), encoding="utf-8")

    with pytest.raises(RuleError, match=place):
        load_limits(path)
