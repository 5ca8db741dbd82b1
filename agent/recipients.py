"""To whom a mail about a case may go, and by what name they are addressed. Pure.

An address comes from the contact register or from site.toml, never from a mail.
"""

from agent.authority import role_id
from agent.model.message import Address
from agent.model.register import Agency, Contact
from agent.profile import Office

# A contact that is written to by mail; the others are rung up or served through a portal.
_LEADS = "lead_representatives"
_BY_MAIL = frozenset({"tls", "secure_subject"})


def addressee_of(agency_id: str, office: Office) -> Contact | None:
    """Return whom to write to at the agency, or None where the register has no address for it.

    Where the register lists domains for the agency, an address elsewhere is none.
    """
    agency = find_agency(agency_id, office)
    if agency is None:
        return None
    by_mail = (one for one in agency.contacts if one.email and one.channel in _BY_MAIL)
    return next((one for one in by_mail if _is_allowed(one.email, agency)), None)


def why_unreachable(agency_id: str, office: Office) -> str:
    """Return in words why nobody at the agency can be written to."""
    agency = find_agency(agency_id, office)
    if agency is None:
        return "it is not in the register"
    by_mail = [one for one in agency.contacts if one.channel in _BY_MAIL and one.email]
    if by_mail:
        return f"{by_mail[0].email} is outside the domains that the register lists for it"
    channels = ", ".join(sorted({one.channel for one in agency.contacts})) or "none"
    return f"it has no confirmed mail address (channel: {channels})"


def other_addresses(agency_id: str, but: str, office: Office) -> str:
    """Return the register's other addresses of the agency, as the end of a text; "" for none."""
    agency = find_agency(agency_id, office)
    found = sorted(agency.addresses - {but}) if agency else []
    return f" The register also has {', '.join(found)}." if found else ""


def find_agency(agency_id: str, office: Office) -> Agency | None:
    """Return the agency of that id, or None."""
    return next((one for one in office.register.agencies if one.id == agency_id), None)


def address_of(contact: Contact) -> Address:
    """Return a contact as a mail is addressed to it."""
    return Address(contact.email, contact.name)


def spoken_name(contact: Contact) -> str:
    """Return a contact as a letter addresses it: "Morgan Quill, Detective Inspector"."""
    return ", ".join(filter(None, (contact.name, contact.title))) or contact.email


def holders_of(role: str, office: Office) -> tuple[str, ...]:
    """Return the addresses of a role of site.toml; () where nobody holds it.

    Lead representatives may stand in the register instead.
    """
    for named, whose in office.site.roles.items():
        if role_id(named) == role_id(role):
            return tuple(filter(None, whose if isinstance(whose, tuple) else (whose,)))
    if role_id(role) != _LEADS:
        return ()
    return tuple(
        contact.email
        for agency in office.register.agencies
        for contact in agency.contacts
        if contact.email and (contact.role or agency.role) == "lead_representative"
    )


def is_ours_to_write(email: str, office: Office) -> bool:
    """Return whether mail about a case may go to this address: it stands in the register or in
    site.toml, and is not one of the mailbox's own."""
    email = email.lower()
    site = office.site
    named = {site.panel_address.lower(), *site.deciders, *_alarm_addresses(office)}
    return email not in site.addresses and (email in named or office.register.is_verified(email))


def _is_allowed(email: str, agency: Agency) -> bool:
    domain = email.removesuffix(".cjsm.net").rpartition("@")[2]
    listed = agency.domains
    return not listed or any(domain == one or domain.endswith(f".{one}") for one in listed)


def lead_of(agency_id: str, office: Office) -> str:
    """Return the lead representative of the partner that an agency belongs to, by the domain of
    their addresses; where none shares it the business manager, else the first of them; "" where
    there is nobody."""
    agency = find_agency(agency_id, office)
    leads = holders_of("lead_representatives", office)
    if agency is not None:
        for contact in agency.contacts:
            if contact.role == "lead_representative" and contact.email:
                return contact.email
        own = {one.partition("@")[2] for one in agency.addresses} | set(agency.domains)
        for lead in leads:
            domain = lead.lower().partition("@")[2]
            if any(domain == one or domain.endswith(f".{one}") for one in own):
                return lead
    return next(iter((*holders_of("business_manager", office), *leads)), "")


def _alarm_addresses(office: Office) -> frozenset[str]:
    told = office.site.alarm.get("address", ())
    return frozenset(one.lower() for one in (told if isinstance(told, tuple) else (told,)))
