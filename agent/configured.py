"""What commands on the store work with: the configured database, and one partnership's office."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from agent.errors import ConfigError
from agent.invocation import read_config

if TYPE_CHECKING:
    from agent.profile import Office
    from agent.store.db import Database


@contextmanager
def open_database(context: typer.Context) -> "Iterator[Database]":
    """Give the configured database, at this program's schema; it is closed afterwards."""
    from agent.store.db import Database

    database = Database(read_config(context).database)
    try:
        database.check_schema()
        yield database
    finally:
        database.close()


def load_configured(context: typer.Context, partnership: str | None) -> "Office":
    """Load the partnership that is named, or the only one of the configuration, with its register.

    Raises:
        ConfigError: none is named and there are several, or it is not configured.
    """
    from agent.area import load_area
    from agent.profile import Site, load_site
    from agent.store.contacts import load_stored

    config = read_config(context)
    sections = {one.partnership: one for one in config.mailbox.values()}
    if partnership is None and len(sections) > 1:
        raise ConfigError(f"Say whose, by --partnership: {', '.join(sorted(sections))}.")
    slug = partnership or next(iter(sections))
    if slug not in sections:
        raise ConfigError(f"The configuration has no mailbox of the partnership `{slug}`.")
    path = sections[slug].site
    site = Site() if path is None else load_site(path)
    with open_database(context) as database, database.read() as session:
        register = load_stored(session, slug)
    return load_area(slug, site.with_stand_ins(), config.overrides, register=register)[0]
