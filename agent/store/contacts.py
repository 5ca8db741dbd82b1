"""The contact register of a partnership, as stored: read whole, written anew whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import RowMapping, delete, insert, select

from agent.model.register import Agency, Channel, Contact, Entry, Register, Role
from agent.store.db import Session
from agent.store.tables import CONTACTS


def list_entries(session: Session, partnership: str) -> tuple[Entry, ...]:
    """Return every contact of the partnership, in the order of the file it came from."""
    mine = select(CONTACTS).where(CONTACTS.c.partnership == partnership)
    return tuple(_entry(row) for row in session.execute(mine.order_by(CONTACTS.c.id)).mappings())


def load_stored(session: Session, partnership: str) -> Register:
    """Return the register to write by: confirmed contacts only."""
    agencies: dict[str, Agency] = {}
    for entry in list_entries(session, partnership):
        if entry.confirmed_by is None:
            continue
        known = agencies.get(entry.agency.id, entry.agency)
        own_role = "" if entry.agency.role == known.role else entry.agency.role
        contact = replace(entry.contact, role=own_role)
        contacts = (*known.contacts, contact)
        domains = tuple(dict.fromkeys((*known.domains, *entry.agency.domains)))
        agencies[known.id] = replace(known, contacts=contacts, domains=domains)
    return Register(tuple(agencies.values()))


def write_entries(session: Session, partnership: str, entries: Sequence[Entry]) -> None:
    """Put these contacts in the place of the partnership's register."""
    session.execute(delete(CONTACTS).where(CONTACTS.c.partnership == partnership))
    rows = [_row(partnership, entry) for entry in entries]
    if rows:
        session.execute(insert(CONTACTS), rows)


def _row(partnership: str, entry: Entry) -> dict[str, object]:
    agency, contact = entry.agency, entry.contact
    return {
        "partnership": partnership,
        "agency_id": agency.id,
        "agency": agency.name,
        "role": agency.role,
        "domains": ";".join(agency.domains),
        "name": contact.name,
        "title": contact.title,
        "email": contact.email,
        "aliases": ";".join((*contact.aliases, *contact.names)),
        "channel": contact.channel,
        "proposed_by": entry.proposed_by,
        "proposed_at": entry.proposed_at,
        "confirmed_by": entry.confirmed_by,
        "confirmed_at": entry.confirmed_at,
    }


def _entry(row: RowMapping) -> Entry:
    agency = Agency(
        row["agency_id"], row["agency"], cast(Role, row["role"]), (), _list(row["domains"])
    )
    contact = Contact(
        row["name"],
        row["title"],
        row["email"],
        tuple(one for one in _list(row["aliases"]) if "@" in one),
        cast(Channel, row["channel"]),
        names=tuple(one for one in _list(row["aliases"]) if "@" not in one),
    )
    told = ("proposed_by", "proposed_at", "confirmed_by", "confirmed_at")
    return Entry(agency, contact, **{name: row[name] for name in told})


def _list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))
