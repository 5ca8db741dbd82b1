"""The contact register: which agencies there are, whom to write to, whose an address is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeVar

Role = Literal["statutory_partner", "lead_representative", "education", "legal", "other"]
Channel = Literal["tls", "secure_subject", "portal", "phone"]

_SHARED = """
    aol.com btinternet.com fastmail.com gmail.com gmx.co.uk gmx.com googlemail.com hotmail.co.uk
    hotmail.com icloud.com live.co.uk live.com mac.com mail.com me.com msn.com ntlworld.com
    outlook.com proton.me protonmail.com sky.com talktalk.net tiscali.co.uk virginmedia.com
    yahoo.co.uk yahoo.com ymail.com zoho.com
    nhs.net cjsm.net ac.uk co.uk gov.uk nhs.uk org.uk police.uk sch.uk
"""
# Anybody, or anybody in a whole service, may have an address there: it names no agency.
SHARED_DOMAINS = frozenset(_SHARED.split())
# CJSM puts this after an ordinary address of the same agency, once it is written to securely
# (cjsm.justice.gov.uk, "How to apply").
_CJSM = ".cjsm.net"

ThingT = TypeVar("ThingT")


@dataclass(frozen=True, slots=True)
class Contact:
    """One person or box to write to. `email` and `aliases` are lower case; `email` may be "" only
    where the channel is `portal` or `phone`. `role` is theirs where it is not the agency's, ""
    else; `names` are others by which their agency goes."""

    name: str
    title: str
    email: str
    aliases: tuple[str, ...] = ()
    channel: Channel = "tls"
    role: Role | Literal[""] = ""
    names: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every address this contact goes by."""
        return tuple(filter(None, (self.email, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact of the stored register, and the two people who stand for its addresses.

    `agency` is the agency without its contacts. It is written to once it is confirmed.
    """

    agency: "Agency"
    contact: Contact
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency; the first contact is the addressee. `domains` are lower case, without @."""

    id: str
    name: str
    role: Role
    contacts: tuple[Contact, ...]
    domains: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name the agency goes by, its own first."""
        return (self.name, *(name for one in self.contacts for name in one.names))

    @property
    def addresses(self) -> frozenset[str]:
        """Return every address of every contact."""
        return frozenset(address for one in self.contacts for address in one.addresses)


@dataclass(frozen=True)
class Register:
    """Every agency of one partnership. What two agencies share tells neither, and finds None."""

    agencies: tuple[Agency, ...] = field(default=())

    def find_agency(self, email: str) -> Agency | None:
        """Return whose address this is: by the exact address or alias, else by the nearest domain.

        A domain counts with its subdomains; webmail and domains of a whole service never count.
        """
        email = email.strip().lower()
        for known in (email, email.removesuffix(_CJSM)):
            if known in self._by_address:
                return self._by_address[known]
        domain = email.removesuffix(_CJSM).partition("@")[2]
        while domain:
            if domain in self._by_domain:
                return self._by_domain[domain]
            domain = domain.partition(".")[2]
        return None

    def is_verified(self, email: str) -> bool:
        """Return whether exactly this address stands in the register."""
        return email.strip().lower() in self._by_address

    def get(self, agency_id: str) -> Agency:
        """Return the agency of that id; raises KeyError."""
        return self._by_id[agency_id]

    def agency_named(self, text: str) -> Agency | None:
        """Return the agency that goes by exactly that name, capitals and blanks apart, or None."""
        return self._by_name.get(fold_name(text))

    @cached_property
    def domains(self) -> frozenset[str]:
        """Return every domain that names agencies of the register, alone or several together."""
        return frozenset(one for agency in self.agencies for one in agency.domains) - SHARED_DOMAINS

    @cached_property
    def _by_id(self) -> dict[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def _by_name(self) -> dict[str, Agency | None]:
        return _unshared(
            (fold_name(name), agency) for agency in self.agencies for name in agency.names
        )

    @cached_property
    def _by_address(self) -> dict[str, Agency | None]:
        return _unshared((one, agency) for agency in self.agencies for one in agency.addresses)

    @cached_property
    def _by_domain(self) -> dict[str, Agency | None]:
        return _unshared(
            (domain, agency)
            for agency in self.agencies
            for domain in set(agency.domains) - SHARED_DOMAINS
        )


def fold_name(name: str) -> str:
    """Return a name for comparing: small letters, single blanks."""
    return " ".join(name.casefold().split())


def _unshared(pairs: Iterable[tuple[str, ThingT]]) -> dict[str, ThingT | None]:
    """Return the pairs as a mapping in which what belongs to two maps to None."""
    found: dict[str, ThingT | None] = {}
    for key, thing in pairs:
        found[key] = None if key in found and found[key] is not thing else thing
    return found
