"""Today: what needs a person now, the most urgent first; and the switch that stops all sending."""

from typing import Any

from agent.errors import RefusedAct
from agent.rights import Right
from agent.settling import acknowledge_alarms, set_sending
from agent.store.alarms import list_raised
from agent.store.outboxlist import count_waiting, list_waiting
from agent.store.work import Sort, count_open
from agent.web.access import reader_of
from agent.web.duework import find_due_work
from agent.web.health import find_health
from agent.web.visit import Moved, Shown, Visit
from agent.web.waiting import find_waiting

# So much of each list stands here; the whole of it is one click away.
_SOME = 6
_SORTS: tuple[Sort, ...] = ("review", "task")


def show(visit: Visit) -> Shown:
    """Return the page that the day begins with."""
    reader = reader_of(visit)
    with visit.database.read() as session:
        values: dict[str, Any] = {
            "alarms": list_raised(session, visit.slug),
            "counts": count_open(session, visit.slug),
            "held": list_waiting(session, visit.slug, reader, _SOME),
            "held_count": count_waiting(session, visit.slug),
        }
    reviews, tasks = (find_waiting(visit, sort, _SOME) for sort in _SORTS)
    values |= {"reviews": reviews, "tasks": tasks, "due": find_due_work(visit)}
    return Shown("today.html", values)


def show_health(visit: Visit) -> Shown:
    """Return the banner alone, for the script that keeps it fresh."""
    return Shown("health.html", {"health": find_health(visit.line, visit.now)})


def acknowledge(visit: Visit) -> Moved:
    """Note that the person has acted on what a mail says of a child in danger."""
    if acknowledge_alarms(visit.line, visit.number("mail"), visit.by, visit.now) == 0:
        raise RefusedAct("Somebody has acknowledged this alarm already.")
    return Moved("", "You have acknowledged the alarm.")


def stop(visit: Visit) -> Moved:
    """Stop all sending, or let mails leave again; only an approver or administrator lets them."""
    is_on = visit.form.get("sending") == "on"
    if is_on and not (visit.may(Right.APPROVE) or visit.may(Right.PEOPLE)):
        raise RefusedAct("An approver or an administrator lets mails leave again.")
    set_sending(visit.line, visit.by, visit.now, is_on=is_on)
    return Moved("", "Mails leave again." if is_on else "All sending is stopped.")
