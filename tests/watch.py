"""Watches every mail that a test lets leave: facts of a case go to the register and site only.

It knows nothing of the product's own check of recipients, so that it finds what that lets through.
"""

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from unittest.mock import patch

from agent.clock import Clock
from agent.model.register import Register
from agent.profile import Site
from agent.send import Sender
from agent.store import cases
from agent.store.outbox import Claimed


class Leaked(AssertionError):
    """Facts of a case were about to go to somebody whom nobody wrote down."""


@contextmanager
def watching() -> Iterator[list[Leaked]]:
    """Look at every mail on its way out of this process; give what leaked so far.

    The mail is stopped by the error, and the list tells of it where somebody swallows that.
    """
    leaks: list[Leaked] = []
    hand_over = Sender._hand_over

    def watched(self: Sender, claimed: Claimed, clock: Clock) -> None:
        found = find_leak(self, claimed)
        if found is not None:
            leaks.append(found)
            raise found
        hand_over(self, claimed, clock)

    with patch.object(Sender, "_hand_over", watched):
        yield leaks


def find_leak(sender: Sender, claimed: Claimed) -> Leaked | None:
    """Return what is wrong with a mail to somebody outside the register and the site file."""
    office = sender.offices.get(claimed.mailbox)
    if office is None or claimed.to_address in known_addresses(office.register, office.site):
        return None
    mail = email.message_from_bytes(claimed.mail, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    files = [part.get_filename() for part in mail.iter_attachments()]
    told = [fact for fact in facts_of(sender) if fact in said_in(mail)]
    if not files and not told:
        return None
    return Leaked(f"{claimed.template} to {claimed.to_address}: {', '.join(told) or files}")


def known_addresses(register: Register, site: Site) -> frozenset[str]:
    """Return every address that stands in the register or the site file, lower case."""
    told = [
        address
        for agency in register.agencies
        for contact in agency.contacts
        for address in (contact.email, *contact.aliases)
    ]
    told += [site.panel_address, *_values(site.roles), *_values(site.alarm)]
    return frozenset(one.lower() for one in told if one)


def facts_of(sender: Sender) -> set[str]:
    """Return the names and birth dates of every child of every case, as a mail may spell them."""
    with sender._database.read() as session:
        found = cases.list_cases(session, limit=1000)
    children = [child for case in found for child in case.children]
    names = {child.name.casefold() for child in children if child.name}
    return names | {spelt for child in children if child.dob for spelt in _spellings(child.dob)}


def said_in(mail: EmailMessage) -> str:
    """Return subject and text of a mail, in small letters."""
    body = mail.get_body(("plain", "html"))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}".casefold()


def _spellings(day: date) -> tuple[str, ...]:
    spoken = f"{day.day} {day:%B %Y}".casefold()
    return f"{day}", f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", spoken


def _values(told: Mapping[str, str | tuple[str, ...]]) -> list[str]:
    return [
        one for value in told.values() for one in ([value] if isinstance(value, str) else value)
    ]
