"""Today: what needs a person now, the most urgent first; and the switch that stops all sending."""

from agent.errors import RefusedAct
from agent.rights import Right
from agent.settling import acknowledge_alarms, set_sending
from agent.store.alarms import list_raised
from agent.store.outboxlist import count_waiting, list_waiting
from agent.store.work import count_open, list_open
from agent.web.access import reader_of
from agent.web.duework import find_due_work
from agent.web.health import find_health
from agent.web.visit import Moved, Shown, Visit

# So much of each list stands here; the whole of it is one click away.
_SOME = 8


def show(visit: Visit) -> Shown:
    """Return the page that the day begins with."""
    reader = reader_of(visit)
    with visit.database.read() as session:
        values = {
            "alarms": list_raised(session, visit.slug),
            "reviews": list_open(session, visit.slug, "review", _SOME, reader=reader),
            "tasks": list_open(session, visit.slug, "task", _SOME, reader=reader),
            "counts": count_open(session, visit.slug),
            "held": list_waiting(session, visit.slug, reader, _SOME),
            "held_count": count_waiting(session, visit.slug),
        }
    return Shown("today.html", {**values, "due": find_due_work(visit)})


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
