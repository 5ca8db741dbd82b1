"""Who may do what on the page: five roles, each a set of rights in one partnership. Pure.

What a person may *decide* on a case is not said here but by the roles of site.toml (`authority`):
the right APPROVE opens the form, the office's own rule says whose word counts.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What an account may be in a partnership; one may hold several."""

    VIEWER = "viewer"
    OFFICER = "officer"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a page or an act asks for."""

    SEE = "see"
    PERSONAL = "personal"
    WORK = "work"
    APPROVE = "approve"
    LOG = "log"
    STOP = "stop"
    PEOPLE = "people"


_OFFICER = frozenset({Right.SEE, Right.PERSONAL, Right.WORK, Right.LOG, Right.STOP})
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.SEE}),
    Role.OFFICER: _OFFICER,
    Role.APPROVER: _OFFICER | {Right.APPROVE},
    Role.ADMINISTRATOR: frozenset({Right.SEE, Right.STOP, Right.PEOPLE}),
    Role.AUDITOR: frozenset({Right.SEE, Right.LOG}),
}
ROLE_MEANING: Mapping[Role, str] = {
    Role.VIEWER: "sees cases by their reference, clocks, agencies and letters' state; no names",
    Role.OFFICER: "reads mails and forms, corrects, files, completes, prepares; stops sending",
    Role.APPROVER: "does what an officer does, lets letters leave and records decisions",
    Role.ADMINISTRATOR: "gives people their roles, stops sending; sees no names and no mails",
    Role.AUDITOR: "reads and exports the action log and the statistics; no names and no mails",
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Return every right that these roles give together."""
    return frozenset[Right]().union(*(RIGHTS[role] for role in roles))
