"""One partnership: its procedure (profile.toml), its office (site.toml), all that is loaded for it.

The profile is public and shipped; the site file holds the office's own addresses and telephones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from agent.declared import Declared, load_declared
from agent.errors import ConfigError, RuleError
from agent.layouts import Layout, load_layouts
from agent.ruleset import Limits, MailRule, load_limits, load_mail_rules
from agent.screening_rules import ScreeningRules, load_screening

Sending = Literal["auto", "hold", "off"]


class Profile(Declared):
    """An area's procedure, as its own document says; `source` names that document.

    `letters` says for each kind of outgoing mail whether it leaves by itself, waits for a person
    or is not made; a kind that is not named is held.
    """

    slug: str
    name: str
    short_name: str
    prefix: str
    source: str
    checked_on: date
    forms: tuple[str, ...]
    published_address: str | None = None
    incident_words: str
    letters: Mapping[str, Sending]


class Site(Declared):
    """The office's own facts. What `live` mode needs and is missing is named by `missing`."""

    mailbox: str = ""
    own_addresses: tuple[str, ...] = ()
    phone: str = ""
    mash_phone: str = ""
    out_of_hours_phone: str = ""
    panel_address: str = ""
    authserv_id: str = ""
    roles: Mapping[str, str | tuple[str, ...]] = {}
    alarm: Mapping[str, str | tuple[str, ...]] = {}

    def missing(self) -> tuple[str, ...]:
        """Return the keys a live mailbox needs and that are not set."""
        needed = ("mailbox", "phone", "mash_phone", "out_of_hours_phone")
        return tuple(key for key in needed if not getattr(self, key))

    def with_stand_ins(self) -> "Site":
        """Return the site with a marked stand-in for everything missing, for rehearsals."""
        stand_in = {key: f"[{key} is not set in site.toml]" for key in self.missing()}
        if "mailbox" in stand_in:
            stand_in["mailbox"] = "mailbox-not-set@site.example"
        return self.model_copy(update=stand_in)

    @property
    def addresses(self) -> frozenset[str]:
        """Return every address the mailbox itself goes by, lower case."""
        return frozenset(address.lower() for address in (self.mailbox, *self.own_addresses))


@dataclass(frozen=True, slots=True)
class Office:
    """Everything the stages need to know of one partnership; loaded once, never changed."""

    profile: Profile
    site: Site
    rules: tuple[MailRule, ...]
    layouts: tuple[Layout, ...]
    screening: ScreeningRules
    limits: Limits


def load_site(path: Path) -> Site:
    """Return the office's site file; raises ConfigError naming what is wrong with it."""
    return load_declared(path, Site, ConfigError)


def load_office(
    slug: str, site: Site, folders: tuple[Path, ...], predicates: frozenset[str]
) -> Office:
    """Return one partnership as declared in `folders`: the site's own rules folder first.

    Raises:
        RuleError: there is no such partnership, or a file is wrong; the text names it.
    """
    areas = sorted(
        {
            area.name
            for folder in folders
            for area in (folder / "partnerships").glob("*")
            if area.is_dir()
        }
    )
    if slug not in areas:
        raise RuleError(f"There is no partnership `{slug}`; known: {', '.join(areas)}.")
    area = f"partnerships/{slug}"
    profile = load_declared(find_file(folders, f"{area}/profile.toml"), Profile)
    layouts = load_layouts(
        [
            find_file(folders, f"{area}/forms/{form}.toml", f"forms/{form}.toml")
            for form in profile.forms
        ]
    )
    if absent := sorted(set(profile.forms) - {layout.id for layout in layouts}):
        raise RuleError(f"{area}/profile.toml: forms {', '.join(absent)} are not under forms/.")
    own_rules = [folder / area / "mail.toml" for folder in folders]
    rules = [path for path in own_rules if path.is_file()] + [find_file(folders, "mail.toml")]
    return Office(
        profile=profile,
        site=site,
        rules=load_mail_rules(rules, predicates),
        layouts=layouts,
        screening=load_screening(find_file(folders, "screening.toml")),
        limits=load_limits(find_file(folders, "limits.toml")),
    )


def find_file(folders: tuple[Path, ...], *names: str) -> Path:
    """Return the first of these files that exists, by name and then by folder.

    Where there is none, the last place looked in, so that the loader's error names it.
    """
    places = [folder / name for name in names for folder in folders]
    return next((place for place in places if place.is_file()), places[-1])
