"""The people of the demonstration's office: what they had before the agent came, and what they do
in the fortnight. Everybody is invented; all of it goes through the same acts as a real office's."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from agent.acting import adopt, carry_out, complete
from agent.acts import Act
from agent.adopted import load_cases
from agent.authority import roles_of
from agent.config import Config
from agent.line import Line
from agent.lines import load_line_of
from agent.london import LONDON, london_day
from agent.people import give_roles, invite
from agent.pipeline import IN_THIS_PROCESS
from agent.register import load_register
from agent.registering import import_register
from agent.rights import Role
from agent.samples.demo import FOLDER
from agent.settling import acknowledge_alarms
from agent.store import cases
from agent.store.db import Database

OFFICE = FOLDER / "office"
_LEAD = "strategic.lead@northshirescp.example"
_MANAGER = "business.manager@northshirescp.example"
_DUTY = "duty@northshirescp.example"
_PARTNER = "lead.council@northshirescp.example"
_PEOPLE = (
    (_MANAGER, "Anna Ashworth", (Role.APPROVER, Role.ADMINISTRATOR)),
    (_DUTY, "Dev Okafor", (Role.OFFICER,)),
    ("viewer@northshirescp.example", "Vera Lind", (Role.VIEWER,)),
    ("auditor@northshirescp.example", "Arthur Bell", (Role.AUDITOR,)),
)
# Those who know the child of the first referral.
_ASKED = ("police", "council", "icb", "hospital")
_KNOWN = {
    "summary": "A baby of the family has injuries that nobody can explain.",
    "period": "from the mother's booking with the midwife to the day of the referral",
}
# Reminders leave at half past nine.
_MORNING = time(9, 30, 5)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a person does at a moment, in words; None where only the hour comes round."""

    at: datetime
    description: str
    do: Callable[[Line, datetime], None] | None = None


def move_in(line: Line, now: datetime) -> None:
    """Give the office its register, for which two people stand, and the case it had already."""
    register = load_register(OFFICE / "agencies.csv")
    for person in (_MANAGER, _LEAD):
        import_register(line.database, line.office, register, person, now)
    adopt(line.database, line.office, load_cases(OFFICE / "open.json"), _MANAGER, now)


def deeds(start: datetime) -> tuple[Deed, ...]:
    """Return what happens beside the mail, in the fortnight from the London day of `start` on."""
    told = (
        (0, time(14, 0), "The partners decide that the criteria are met", _decide),
        (0, time(16, 30), "The council has notified the Panel", _notify),
        (1, time(9, 5), "The office adds what the letters have to say", _complete),
        (1, time(9, 20), "The strategic lead agrees the rapid review: the go", _agree),
        (6, time(0, 5), "The duty officer has rung about the child and acknowledges", _acknowledge),
    )
    first = start.astimezone(LONDON).date()

    def moment(day: int, hour: time) -> datetime:
        return datetime.combine(first + timedelta(days=day), hour, LONDON)

    mornings = (Deed(moment(day, _MORNING), "") for day in range(1, 12))
    people = (Deed(moment(day, hour), words, do) for day, hour, words, do in told)
    return tuple(sorted((*people, *mornings), key=lambda deed: deed.at))


def invite_people(config: Config, now: datetime) -> list[tuple[str, str, str]]:
    """Let the office's people sign in to the page; return address, password and roles of each."""
    database = Database(config.database)
    invited = []
    try:
        line = load_line_of(config, next(iter(config.mailbox)), database, IN_THIS_PROCESS)
        for email, name, roles in _PEOPLE:
            password = secrets.token_urlsafe(9)
            invite(line, email, name, password, "the demonstration", now)
            give_roles(line, email, roles, "the demonstration", now)
            invited.append((email, password, ", ".join(roles)))
    finally:
        database.close()
    return invited


def _decide(line: Line, now: datetime) -> None:
    _record(line, "criteria_decided", _PARTNER, {"outcome": "met"}, now)


def _notify(line: Line, now: datetime) -> None:
    _record(line, "panel_notified", _LEAD, {}, now)


def _complete(line: Line, now: datetime) -> None:
    complete(line.database, line.office, find_first_case(line), _KNOWN, _MANAGER, now)


def _agree(line: Line, now: datetime) -> None:
    _record(line, "rapid_review_agreed", _LEAD, {"agencies": ";".join(_ASKED)}, now)


def _acknowledge(line: Line, now: datetime) -> None:
    acknowledge_alarms(line, None, _DUTY, now)


def _record(line: Line, event: str, by: str, detail: dict[str, str], now: datetime) -> None:
    act = Act(event, london_day(now), by, roles_of(by, line.office), detail, "the demonstration")
    carry_out(line.database, line.office, find_first_case(line), act, now)


def find_first_case(line: Line) -> str:
    """Return the reference of the first case that the agent opened."""
    with line.database.read() as session:
        found = reversed(cases.list_cases(session))
        return next(case.ref for case in found if case.ref.startswith(line.office.profile.prefix))
