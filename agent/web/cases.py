"""The list of cases: by reference, state, agency and lateness; by the child's name for those who
may read names. What is searched for by name is posted, so that no name stands in an address."""

from agent.errors import RefusedAct
from agent.store.caselist import Wanted, find_by_child, find_by_words, find_listed
from agent.web.access import note_view, reader_of
from agent.web.visit import Shown, Visit

_STATES = ("open", "paused", "closed", "withdrawn", "restricted")
_TYPES = ("serious_incident", "practice_learning")


def show(visit: Visit) -> Shown:
    """Return the newest cases that fit the filter."""
    state, type_ = visit.query.get("state", ""), visit.query.get("type", "")
    wanted = Wanted(
        state=state if state in _STATES else "",
        type=type_ if type_ in _TYPES else "",
        agency=visit.query.get("agency", ""),
        is_late=visit.query.get("late") == "yes",
        before=visit.asked_number("before"),
        reader=reader_of(visit),
    )
    words, rows = visit.query.get("ref", "").strip(), visit.line.office.limits.page.rows.value
    with visit.database.read() as session:
        if words:
            found = find_by_words(session, visit.slug, words, wanted, rows)
        else:
            found = find_listed(session, visit.slug, wanted, visit.now, rows + 1)
    return _page(visit, found[:rows], wanted, words, has_more=len(found) > rows and not words)


def search(visit: Visit) -> Shown:
    """Return the cases of a child; that somebody searched is logged, not for whom."""
    name = visit.form.get("child", "").strip()
    if len(name) < 2:
        raise RefusedAct("Write at least two letters of the child's name.")
    rows = visit.line.office.limits.page.rows.value
    note_view(visit, "list searched", "by a child's name", None)
    wanted = Wanted(reader=reader_of(visit))
    with visit.database.read() as session:
        found = find_by_child(session, visit.slug, name, wanted, rows)
    return _page(visit, found, wanted, "", searched=True)


def _page(
    visit: Visit,
    found: object,
    wanted: Wanted,
    words: str,
    *,
    has_more: bool = False,
    searched: bool = False,
) -> Shown:
    agencies = [(one.id, one.name) for one in visit.line.office.register.agencies]
    return Shown(
        "cases.html",
        {
            "found": found,
            "wanted": wanted,
            "words": words,
            "states": _STATES,
            "types": _TYPES,
            "agencies": agencies,
            "has_more": has_more,
            "searched": searched,
            "section": "/cases",
        },
    )
