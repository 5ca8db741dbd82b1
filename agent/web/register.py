"""The contact register: whom letters go to. A new address counts once two people stand for it."""

import csv
import io

from agent.errors import ConfigError, RefusedAct
from agent.model.register import Entry
from agent.register import COLUMNS, parse_register
from agent.registering import confirm_contact, drop_contact, import_register, propose_contact
from agent.store.contacts import list_entries
from agent.web.visit import Download, Moved, Shown, Visit

_ROLES = ("statutory_partner", "lead_representative", "education", "legal", "other")
_CHANNELS = ("tls", "secure_subject", "portal", "phone")


def show(visit: Visit) -> Shown:
    """Return every contact, those first that wait for a second person."""
    with visit.database.read() as session:
        entries = list_entries(session, visit.slug)
    waiting = [one for one in entries if one.confirmed_by is None]
    return Shown(
        "register.html",
        {
            "waiting": waiting,
            "entries": [one for one in entries if one.confirmed_by is not None],
            "agencies": list(dict.fromkeys((one.agency.id, one.agency.name) for one in entries)),
            "roles": _ROLES,
            "channels": _CHANNELS,
            "section": "/register",
        },
    )


def export(visit: Visit) -> Download:
    """Return the register as the CSV file that it can be imported from."""
    with visit.database.read() as session:
        entries = list_entries(session, visit.slug)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(_cells(entry))
    return Download("register.csv", "text/csv; charset=utf-8", [written.getvalue().encode()])


def take_file(visit: Visit) -> Moved:
    """Put a file in the place of the register."""
    content = visit.uploads.get("file", b"")
    if not content:
        raise RefusedAct("Choose a CSV file.")
    try:
        wanted = parse_register(content, "The file")
    except ConfigError as error:
        raise RefusedAct(str(error)) from None
    done = import_register(visit.database, visit.line.office, wanted, visit.by, visit.now)
    said = f"{len(done.entries)} contacts; {len(done.waiting)} wait for a second person."
    return Moved("/register", said)


def propose(visit: Visit) -> Moved:
    """Add one contact, to be confirmed by somebody else."""
    form = visit.form
    row = {name: form.get(name, "").replace("\n", " ").strip() for name in COLUMNS}
    known = {one.id: one for one in visit.line.office.register.agencies}
    if (agency := known.get(row["agency_id"])) is not None:
        row |= {"agency": agency.name, "role": agency.role}
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerow([row[name] for name in COLUMNS])
    try:
        found = parse_register(written.getvalue().encode(), "The form").agencies[0]
    except ConfigError as error:
        raise RefusedAct(str(error).removeprefix("The form, line 2: ")) from None
    office = visit.line.office
    propose_contact(visit.database, office, found, found.contacts[0], visit.by, visit.now)
    return Moved("/register", "Proposed. A second person has to confirm it before it counts.")


def settle(visit: Visit) -> Moved:
    """Confirm a proposed contact, or drop it."""
    form, office = visit.form, visit.line.office
    which = (form.get("agency_id", ""), form.get("email", ""))
    if form.get("confirm") == "yes":
        confirm_contact(visit.database, office, *which, visit.by, visit.now)
        return Moved("/register", "Confirmed: letters may go there now.")
    drop_contact(visit.database, office, *which, visit.by, visit.now)
    return Moved("/register", "Dropped.")


def _cells(entry: Entry) -> list[str]:
    agency, contact = entry.agency, entry.contact
    return [
        agency.id,
        agency.name,
        agency.role,
        contact.name,
        contact.title,
        contact.email,
        ";".join((*contact.aliases, *contact.names)),
        ";".join(agency.domains),
        contact.channel,
    ]
