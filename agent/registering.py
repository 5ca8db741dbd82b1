"""A new register in the place of the old one: an address counts once two people stand for it.

`decide_import` is pure; `import_register` reads, decides and records in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.authority import roles_of
from agent.errors import NotAuthorised, RefusedAct
from agent.model.decision import Decision, LogLine, Note, Task
from agent.model.register import Agency, Contact, Entry, Register
from agent.profile import Office
from agent.record import record_act
from agent.store.contacts import list_entries, write_entries
from agent.store.db import Database, Session


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
    _check_person(office, by)
    slug = office.profile.slug
    with database.write() as session:
        done = decide_import(list_entries(session, slug), wanted, by, now)
        write_entries(session, slug, done.entries)
        record_act(session, slug, done.decision, by, now)
    return done


def confirm_contact(
    database: Database, office: Office, agency_id: str, email: str, by: str, now: datetime
) -> None:
    """Let a proposed contact count, on the word of a second person.

    Raises:
        RefusedAct: there is no such proposal, or it is the same person's.
        NotAuthorised: the person holds no role.
    """

    def change(entry: Entry) -> Entry | None:
        if entry.proposed_by == by.strip().lower():
            raise RefusedAct("You proposed it yourself: a second person has to confirm it.")
        return replace(entry, confirmed_by=by.strip().lower(), confirmed_at=now)

    _change_proposal(database, office, (agency_id, email), by, now, change)


def drop_contact(
    database: Database, office: Office, agency_id: str, email: str, by: str, now: datetime
) -> None:
    """Take a proposed contact back out of the register; see `confirm_contact`."""
    _change_proposal(database, office, (agency_id, email), by, now, lambda _entry: None)


def propose_contact(
    database: Database, office: Office, agency: Agency, contact: Contact, by: str, now: datetime
) -> None:
    """Add a contact to an agency, to count once a second person confirms it.

    Raises:
        RefusedAct: the agency has this address already.
        NotAuthorised: the person holds no role.
    """
    _check_person(office, by)
    slug = office.profile.slug
    with database.write() as session:
        stored = list_entries(session, slug)
        if any(one.agency.id == agency.id and one.contact.email == contact.email for one in stored):
            raise RefusedAct("The agency has this address already.")
        fresh = Entry(agency, contact, by.strip().lower(), now)
        _write(session, slug, stored, (*stored, fresh), by, now)


def _change_proposal(
    database: Database,
    office: Office,
    which: tuple[str, str],
    by: str,
    now: datetime,
    change: Callable[[Entry], Entry | None],
) -> None:
    _check_person(office, by)
    slug = office.profile.slug
    with database.write() as session:
        stored = list_entries(session, slug)
        meant = [one for one in stored if _is_proposal(one, which)]
        if not meant:
            raise RefusedAct("There is no such proposal any more.")
        after = [change(one) if one is meant[0] else one for one in stored]
        _write(session, slug, stored, tuple(filter(None, after)), by, now)


def _is_proposal(entry: Entry, which: tuple[str, str]) -> bool:
    return entry.confirmed_by is None and which == (entry.agency.id, entry.contact.email)


def _write(
    session: Session,
    slug: str,
    stored: Sequence[Entry],
    entries: Sequence[Entry],
    by: str,
    now: datetime,
) -> None:
    """Put these entries in the place of the stored ones, with the task that follows and the log."""
    waiting = [one for one in entries if one.confirmed_by is None]
    ids = ", ".join(dict.fromkeys(one.agency.id for one in waiting))
    decision = Decision(
        overtakes=(Task.CONFIRM_CONTACTS,),
        tasks=(Note(Task.CONFIRM_CONTACTS, ids),) if waiting else (),
        log=_log(stored, entries, by.strip().lower()),
    )
    write_entries(session, slug, entries)
    record_act(session, slug, decision, by, now)


def _check_person(office: Office, by: str) -> None:
    if "@" not in by:
        raise RefusedAct(f"`{by}` is no person: name yourself by your address in site.toml.")
    if not roles_of(by, office):
        raise NotAuthorised(f"{by} holds no role in site.toml and may not change the register.")


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
