"""From a configuration to the lines of its mailboxes: site file, register, rules and templates of
each. Nothing connects here."""

from dataclasses import replace

from agent.area import load_area
from agent.config import Config, MailboxSection
from agent.documents.reader import FileReader
from agent.errors import ConfigError
from agent.line import Line
from agent.profile import Site, load_site
from agent.store.contacts import load_stored
from agent.store.db import Database
from agent.store.files import FileStore
from agent.store.numbering import get_reference_key


def load_line_of(config: Config, name: str, database: Database, reader: FileReader) -> Line:
    """Return the line of the mailbox of that name.

    What letters print and the site file leaves out is a marked stand-in: see `load_site_of`.
    """
    section = config.mailbox[name]
    site = Site() if section.site is None else load_site(section.site)
    with database.read() as session:
        secret = get_reference_key(session)
        register = load_stored(session, section.partnership)
    office, templates = load_area(
        section.partnership, site.with_stand_ins(), config.overrides, register=register
    )
    files = FileStore(config.files)
    return Line(name, section.mode, office, templates, database, files, reader, secret)


def load_site_of(name: str, section: MailboxSection) -> Site:
    """Return a mailbox's site file; raises ConfigError where a live one lacks what letters say."""
    site = Site() if section.site is None else load_site(section.site)
    missing = site.missing()
    if section.mode == "live" and missing:
        where = section.site or "a site file (key `site`)"
        raise ConfigError(
            f"mailbox.{name} is live, but {where} does not say: {', '.join(missing)}. "
            "Every acknowledgement prints them."
        )
    return site


def with_stored_register(line: Line) -> Line:
    """Return the line with the register as it is stored now; the same line where it is the same."""
    with line.database.read() as session:
        register = load_stored(session, line.office.profile.slug)
    if register.agencies == line.office.register.agencies:
        return line
    return replace(line, office=replace(line.office, register=register))
