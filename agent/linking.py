"""Which other cases a case may have to do with: what they share, and what a person linked.

Cases are never merged; a link only shows the one on the other's page.
"""

from dataclasses import dataclass
from datetime import datetime

from agent.errors import RefusedAct
from agent.likekeys import LIKE_SORTS
from agent.line import Line
from agent.match import child_keys
from agent.model.case import CaseFile
from agent.model.decision import LogLine
from agent.profile import Office
from agent.store import actionlog, cases
from agent.store.casefiles import get_case_file
from agent.store.db import Session
from agent.store.linked import find_keys, find_linked, set_link

_SHARED = {
    "child": "the same child",
    "nhs_number": "the same NHS number",
    "born": "a child born on the same day",
    "sounds": "a child whose name sounds alike",
    "home": "the same home",
    "family": "the same family",
}
# Alone, these mean nothing: many children are born on one day.
_WEAK = frozenset({"born", "sounds"})


@dataclass(frozen=True, slots=True)
class Related:
    """Another case, why it is shown, and whether a person linked it."""

    ref: str
    state: str
    why: str
    is_linked: bool


def find_related(
    session: Session, office: Office, file: CaseFile, *, sees_all: bool
) -> tuple[Related, ...]:
    """Return the cases linked to this one, and those that share a child, a home or a family."""
    slug = office.profile.slug
    linked = find_linked(session, slug, file.case.ref)
    keys = [key for one in file.case.children for key in child_keys(one)]
    like = [one for one in find_keys(session, slug, file.case.ref) if one.sort in LIKE_SORTS]
    found: dict[str, Related] = {}
    for candidate in cases.find_candidates(session, slug, [*keys, *like]):
        sorts = {key.sort for key in candidate.shared}
        case = candidate.case
        if case.ref == file.case.ref or (sorts <= _WEAK and len(sorts) < len(_WEAK)):
            continue
        why = ", ".join(words for sort, words in _SHARED.items() if sort in sorts)
        found[case.ref] = Related(case.ref, case.state, why, case.ref in linked)
    for ref in linked:
        if ref not in found:
            found[ref] = Related(ref, cases.get_case(session, ref).state, "linked", True)
    return tuple(one for one in found.values() if sees_all or one.state != "restricted")


def link_cases(
    line: Line, ref: str, other: str, by: str, now: datetime, *, is_linked: bool
) -> None:
    """Link two cases of the partnership, or unlink them; each then shows the other or not.

    Raises:
        DataError: there is no such case.
        RefusedAct: it is one and the same case.
    """
    if ref == other:
        raise RefusedAct("That is this case itself.")
    with line.database.write() as session:
        for one in (ref, other):
            _, whose = get_case_file(session, one)
            if whose != line.office.profile.slug:
                raise RefusedAct(f"There is no case {one}.")
        set_link(session, line.office.profile.slug, ref, other, is_linked=is_linked)
        for one, two in ((ref, other), (other, ref)):
            action = "cases linked" if is_linked else "cases unlinked"
            actionlog.note(
                session,
                line.office.profile.slug,
                LogLine(action, f"with {two}", detail={"by": by}),
                by,
                now,
                case=one,
            )
