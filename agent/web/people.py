"""Who may sign in to this partnership's page and what they may be; everybody's own password."""

import secrets

from agent.errors import RefusedAct
from agent.people import change_password, give_roles, invite, is_password
from agent.rights import ROLE_MEANING, Role
from agent.store.accounts import list_accounts
from agent.web.visit import Moved, Shown, Visit


def show(visit: Visit) -> Shown:
    """Return the people of the partnership."""
    return _page(visit)


def add(visit: Visit) -> Shown:
    """Let a person sign in; their first password is shown once."""
    email = visit.form.get("email", "").strip().lower()
    roles = _roles(visit)
    if not roles:
        raise RefusedAct("Choose at least one role.")
    needs = visit.form.get("password") != "no"
    password = secrets.token_urlsafe(12) if needs else None
    name = visit.form.get("name", "").strip()
    is_new = invite(visit.line, email, name, password, visit.by, visit.now)
    give_roles(visit.line, email, roles, visit.by, visit.now)
    return _page(visit, email, password if is_new else None, is_added=True)


def change(visit: Visit) -> Moved:
    """Give a person exactly these roles; none shuts them out of the partnership."""
    email = visit.form.get("email", "")
    give_roles(visit.line, email, _roles(visit), visit.by, visit.now)
    return Moved("/people", "Changed the person's roles.")


def renew(visit: Visit) -> Shown:
    """Give a person a new password, which is shown once; wherever they are signed in, it ends."""
    email, password = visit.form.get("email", ""), secrets.token_urlsafe(12)
    if email == visit.by:
        raise RefusedAct("Change your own password under your name.")
    change_password(visit.line, email, password, visit.by, visit.now)
    return _page(visit, email, password)


def show_own(visit: Visit) -> Shown:
    """Return the form for one's own password."""
    return Shown("account.html", {"roles": sorted(visit.account.roles[visit.slug])})


def change_own(visit: Visit) -> Moved:
    """Change one's own password; every visit ends, this one too."""
    if not is_password(visit.account, visit.form.get("old", "")):
        raise RefusedAct("The present password is not that.")
    if visit.form.get("new", "") != visit.form.get("again", ""):
        raise RefusedAct("The new password is not the same both times.")
    change_password(visit.line, visit.by, visit.form.get("new", ""), visit.by, visit.now)
    return Moved("", "")


def _page(
    visit: Visit, email: str = "", password: str | None = None, *, is_added: bool = False
) -> Shown:
    with visit.database.read() as session:
        people = list_accounts(session, visit.slug)
    return Shown(
        "people.html",
        {
            "people": [(one, one.roles[visit.slug]) for one in people],
            "roles": list(ROLE_MEANING.items()),
            "fresh_email": email,
            "fresh_password": password,
            "is_added": is_added,
            "section": "/people",
        },
    )


def _roles(visit: Visit) -> frozenset[Role]:
    known = {str(role): role for role in Role}
    return frozenset(known[one] for one in visit.lists.get("roles", ()) if one in known)
