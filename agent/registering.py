"""A new register in the place of the old one: an address counts once two people stand for it.

`decide_import` is pure; `import_register` reads, decides and records in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.authority import roles_of
from agent.errors import NotAuthorised, RefusedAct
from agent.model.decision import Decision, LogLine, Note, Task
from agent.model.register import Agency, Contact, Entry, Register
from agent.profile import Office
from agent.record import record_act
from agent.store.contacts import list_entries, write_entries
from agent.store.db import Database


@dataclass(frozen=True, slots=True)
class Import:
    """The register as it then is, and what is logged and left to do."""

    entries: tuple[Entry, ...]
    decision: Decision

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """Return the contacts that wait for a second person."""
        return tuple(entry for entry in self.entries if entry.confirmed_by is None)


def decide_import(stored: Sequence[Entry], wanted: Register, by: str, now: datetime) -> Import:
    """Decide what a file does to the register.

    A contact whose addresses and domains are all confirmed for its agency stays confirmed; what
    somebody else proposed just so is confirmed; everything else is proposed. What is not in the
    file any more is removed.
    """
    by = by.strip().lower()
    entries = tuple(
        _judge(_of(agency, contact), replace(contact, role=""), stored, by, now)
        for agency in wanted.agencies
        for contact in agency.contacts
    )
    waiting = [entry for entry in entries if entry.confirmed_by is None]
    ids = ", ".join(dict.fromkeys(entry.agency.id for entry in waiting))
    return Import(
        entries,
        Decision(
            overtakes=(Task.CONFIRM_CONTACTS,),
            tasks=(Note(Task.CONFIRM_CONTACTS, ids),) if waiting else (),
            log=(*_log(stored, entries, by),),
        ),
    )


def import_register(
    database: Database, office: Office, wanted: Register, by: str, now: datetime
) -> Import:
    """Put a register in the place of the stored one, as far as two people stand for it.

    Raises:
        RefusedAct: `by` is no address: who two people are can only be told by their addresses.
        NotAuthorised: it is the address of nobody who holds a role.
    """
    if "@" not in by:
        raise RefusedAct(f"`{by}` is no person: name yourself by your address in site.toml.")
    if not roles_of(by, office):
        raise NotAuthorised(f"{by} holds no role in site.toml and may not change the register.")
    slug = office.profile.slug
    with database.write() as session:
        done = decide_import(list_entries(session, slug), wanted, by, now)
        write_entries(session, slug, done.entries)
        record_act(session, slug, done.decision, by, now)
    return done


def _of(agency: Agency, contact: Contact) -> Agency:
    """Return the agency as its entry for this contact has it: with the contact's own role."""
    return replace(agency, role=contact.role or agency.role, contacts=())


def _judge(
    agency: Agency, contact: Contact, stored: Sequence[Entry], by: str, now: datetime
) -> Entry:
    of_agency = [entry for entry in stored if entry.agency.id == agency.id]
    for entry in of_agency:
        if (entry.agency, entry.contact) != (agency, contact):
            continue
        if entry.confirmed_by is None and entry.proposed_by != by:
            return replace(entry, confirmed_by=by, confirmed_at=now)
        return entry
    confirmed = [entry for entry in of_agency if entry.confirmed_by is not None]
    addresses = {one for entry in confirmed for one in entry.contact.addresses}
    domains = {one for entry in confirmed for one in entry.agency.domains}
    same_channel = {entry.contact.channel for entry in confirmed}
    if (
        confirmed
        and addresses.issuperset(contact.addresses)
        and domains.issuperset(agency.domains)
        and contact.channel in same_channel
    ):
        return replace(confirmed[0], agency=agency, contact=contact)
    return Entry(agency, contact, by, now)


def _log(stored: Sequence[Entry], entries: Sequence[Entry], by: str) -> tuple[LogLine, ...]:
    """Return a line for each contact that was proposed, confirmed or removed."""
    before, after = set(stored), set(entries)
    kept = {(entry.agency, entry.contact) for entry in entries}
    lines = []
    for entry in entries:
        if entry in before:
            continue
        if entry.confirmed_by is None:
            lines.append(_line("contact proposed", "A second person has to confirm it.", entry, by))
        else:
            lines.append(_line("contact confirmed", "Two people stand for it.", entry, by))
    for entry in stored:
        if entry not in after and (entry.agency, entry.contact) not in kept:
            lines.append(_line("contact removed", "The new register has it no more.", entry, by))
    return tuple(lines)


def _line(action: str, reason: str, entry: Entry, by: str) -> LogLine:
    addresses = "; ".join(entry.contact.addresses)
    return LogLine(action, reason, detail={"agency": entry.agency.id, "by": by}, private=addresses)
