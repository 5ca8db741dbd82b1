"""What is recorded on a case because a mail of ours has left: a letter was sent, partners were
alerted. Pure."""

from collections.abc import Mapping
from datetime import datetime

from agent.lifecycle import AGENT
from agent.london import LONDON
from agent.model.case import CaseFile
from agent.model.decision import AddEvents, Decision, EventFact, LogLine

# Kept in the outbox beside the event: how its keys begin, where it takes several mails.
_OURS = ("event", "together")


def decide_left(
    on_sent: Mapping[str, str], key: str, message_id: str, file: CaseFile, now: datetime
) -> Decision | None:
    """Decide what the leaving of the mail with this key records; None where others of its kind are
    still to leave, or it is recorded already.

    `on_sent` holds the event and its detail, as the draft had them. `file` shows every other mail
    as it stands.
    """
    event, together = on_sent["event"], on_sent.get("together", "")
    if together:
        others = [one for one in file.mails if one.key.startswith(together) and one.key != key]
        is_told = any(one.anchor == event for one in file.events)
        if is_told or any(one.state not in ("sent", "cancelled") for one in others):
            return None
    local = now.astimezone(LONDON)
    detail = {name: value for name, value in on_sent.items() if name not in _OURS}
    fact = EventFact(
        event,
        local.date(),
        AGENT,
        {**detail, "time": f"{local:%H:%M}", **({} if together else {"message_id": message_id})},
    )
    logged = {"event": event, **({"agency": detail["agency"]} if "agency" in detail else {})}
    return Decision(
        changes=(AddEvents(file.case.ref, file.case.version, (fact,)),),
        log=(LogLine("event recorded", "The mail has left.", detail=logged),),
        case=file.case.ref,
    )
