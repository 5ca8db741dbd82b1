"""What recorded events make of a case: which of them are one thing said twice, and how it stands.

Pure; it judges nothing.
"""

from collections.abc import Sequence

from agent.model.case import CaseEvent
from agent.model.decision import EventFact

# By whom the agent records what its own mails did.
AGENT = "agent"
# What happens once: told again with another day or detail, it is a correction of what was told.
LASTING = frozenset(
    {
        "incident",
        "aware",
        "referral_received",
        "partners_alerted",
        "recommended",
        "considered",
        "view_given",
        "criteria_decided",
        "panel_notified",
        "partnership_notified",
        "rapid_review_agreed",
        "extension_granted",
        "meeting_set",
        "agenda_set",
        "review_started",
        "recommendation_approved",
    }
)
# What tells two events of one name apart.
_MARKS = ("agency", "partner", "kind")
_LIFTED = "lifted"


def is_same_thing(one: EventFact | CaseEvent, other: EventFact | CaseEvent) -> bool:
    """Return whether two events tell of one thing: of one name, agency, partner and meeting."""
    return one.anchor == other.anchor and all(
        one.detail.get(mark, "") == other.detail.get(mark, "") for mark in _MARKS
    )


def state_after(events: Sequence[CaseEvent], fresh: Sequence[EventFact]) -> str | None:
    """Return how the case stands after the fresh events; None where they leave it as it is.

    A restricted case stays so, closed or not, until a person lifts it (`restricted` with the
    detail `lifted`): it is hidden from lists.
    """
    if not any(one.anchor in _MOVES for one in fresh):
        return None
    state, restricted = "open", False
    every: tuple[EventFact | CaseEvent, ...] = (*events, *fresh)
    for event in every:
        if event.anchor == "restricted":
            restricted = _LIFTED not in event.detail
        elif event.anchor in _MOVES and not event.detail.get("agency"):
            state = _MOVES[event.anchor]
    return "restricted" if restricted else state


_MOVES = {
    "paused": "paused",
    "withdrawn": "withdrawn",
    "closed": "closed",
    "reopened": "open",
    "restricted": "restricted",
}
