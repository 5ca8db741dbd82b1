"""Which decisions stay human, and whose roles may record them. Pure.

It says who may, never whether it is right; what a person wants to record is judged by `acts`.
"""

from agent.clockrules import EVENTS
from agent.profile import Office

# What the agent may record of a mail by itself. Everything else is a person's to record.
FACTS_OF_MAIL = frozenset(
    {
        "incident",
        "referral_received",
        "referral_added",
        "partners_alerted",
        "scoping_sent",
        "scoping_bounced",
        "return_received",
        "nil_received",
        "extension_asked",
        "meeting_answered",
    }
)
# Facts that anybody who holds a role in the office may record.
_PLAIN_FACTS = FACTS_OF_MAIL | {"aware", "partnership_notified", "panel_responded"}

HUMAN_DECISIONS = frozenset(EVENTS) - _PLAIN_FACTS

# A step of a rehearsal counts as authorised.
ANY_ROLE = frozenset({"*"})


def role_id(text: str) -> str:
    """Return a role as site.toml writes its id: "Business Manager" as `business_manager`."""
    return "_".join(text.lower().replace(".", " ").replace("-", " ").split())


def roles_of(by: str, office: Office) -> frozenset[str]:
    """Return the roles that `by` holds in site.toml: an address there, or a role's own id."""
    address, named = by.strip().lower(), role_id(by)
    held = set()
    for role, whose in office.site.roles.items():
        addresses = whose if isinstance(whose, tuple) else (whose,)
        if role_id(role) == named or address in {one.lower() for one in addresses}:
            held.add(role_id(role))
    return frozenset(held)


def deciders_of(event: str, office: Office) -> tuple[str, ...]:
    """Return the roles that may record the event; none means that any role may.

    A decision that nobody is named for may be recorded by nobody (see `may_record`).
    """
    own = office.profile.decides.get(event)
    shared = office.limits.decides.get(event)
    return own if own is not None else () if shared is None else shared.value


def may_record(event: str, roles: frozenset[str], office: Office) -> bool:
    """Return whether somebody with these roles may record the event."""
    if roles == ANY_ROLE:
        return True
    named = deciders_of(event, office)
    if named:
        return not roles.isdisjoint(map(role_id, named))
    return bool(roles) and event not in HUMAN_DECISIONS
