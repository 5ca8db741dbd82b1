"""One partnership: its procedure (profile.toml), its office (site.toml), all that is loaded for it.

The profile is public and shipped; the site file holds the office's own addresses and telephones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from agent.arearules import Criteria
from agent.banner_rules import BannerRules, load_banners
from agent.clockrules import Clocks, Closure, DocumentedClosure
from agent.declared import Declared, load_declared
from agent.errors import ConfigError, RuleError
from agent.grouprules import Group
from agent.layouts import Layout, load_layouts
from agent.leaning import Leanings, load_leanings
from agent.letterrules import (
    Alert,
    LetterNames,
    LetterRules,
    Letters,
    Rung,
    Scoping,
    Sending,
    merged_alerts,
)
from agent.liverisk import LiveRiskRules, load_live_risk
from agent.meetingrules import PackRule, QuorumRule
from agent.model.register import Register
from agent.phrase_file import load_phrases
from agent.phrases import Phrases
from agent.ruleset import Decides, Limits, MailRules, load_limits, load_mail_rules
from agent.screening_rules import ScreeningRules, load_screening

# The phrase sets by which `gather` tells threads apart, and by which answers are read.
ASKED_BY_THE_PROGRAM = frozenset(
    {
        "scoping_letter",
        "decision_thread",
        "meeting_thread",
        "records_secured",
        "more_to_come",
        "meeting_accepted",
        "meeting_declined",
        "meeting_tentative",
        "meeting_delegated",
        "meeting_uninvolved",
        "meeting_involved",
        "view_met",
        "view_not_met",
        "view_go",
        "view_agreed",
        "decision_told",
        "decision_joint",
        "decision_go",
        "decision_hedged",
        "extension_allowed",
        "out_of_area",
    }
)


class Profile(Declared):
    """An area's procedure, as its own document says; `source` names that document.

    `incident_words` and `decided_by` are its words in letters: what a referral is about, and who
    decides whether there is a review.
    `letters`, `alert`, `rung` and `scoping` say what is written, to whom and when, where it is not
    as in letters.toml. `criteria` are shown to whoever decides; `group` are the bodies that meet
    about cases. `decides` names the roles that
    may record an event; for one that is not named the roles are those of limits.toml.
    `two_people` are the letters that leave only on two people's word.
    `decisions_by_mail` says whether a decision that such a role takes by authenticated mail is
    recorded at once (`auto`) or only proposed to a person (`confirm`).
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
    decided_by: str = "the safeguarding partners"
    letters: Letters = Field(default_factory=dict)
    alert: tuple[Alert, ...] = ()
    rung: tuple[Rung, ...] = ()
    scoping: Scoping | None = None
    quorum: QuorumRule | None = None
    pack: PackRule | None = None
    clock: Clocks = ()
    closures: tuple[DocumentedClosure, ...] = ()
    criteria: Criteria | None = None
    group: tuple[Group, ...] = ()
    decides: Decides = Field(default_factory=dict)
    two_people: LetterNames = ()
    decisions_by_mail: Literal["confirm", "auto"] = "confirm"


class Site(Declared):
    """The office's own facts. What `live` mode needs and is missing is named by `missing`.

    `places` are the names and postcode districts by which an address is known to be in the area;
    `closures` the days on which the office itself is closed; `meetings` the days on which each
    group of the profile meets, by its id.
    """

    mailbox: str = ""
    own_addresses: tuple[str, ...] = ()
    phone: str = ""
    mash_phone: str = ""
    out_of_hours_phone: str = ""
    panel_address: str = ""
    authserv_id: str = ""
    roles: Mapping[str, str | tuple[str, ...]] = {}
    alarm: Mapping[str, str | tuple[str, ...]] = {}
    places: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()
    meetings: Mapping[str, tuple[date, ...]] = {}

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

    @property
    def deciders(self) -> frozenset[str]:
        """Return the addresses of everybody who holds a role, lower case."""
        held = (one if isinstance(one, tuple) else (one,) for one in self.roles.values())
        return frozenset(address.lower() for addresses in held for address in addresses)


@dataclass(frozen=True, slots=True)
class Office:
    """Everything the stages need to know of one partnership; loaded once, never changed."""

    profile: Profile
    site: Site
    rules: MailRules
    phrases: Phrases
    live_risk: LiveRiskRules
    leanings: Leanings
    danger: Leanings
    layouts: tuple[Layout, ...]
    screening: ScreeningRules
    banners: BannerRules
    limits: Limits
    letters: LetterRules
    register: Register

    def sending(self, template: str) -> Sending:
        """Return whether such a mail leaves by itself, waits for a person or is not written."""
        return self.profile.letters.get(template, self.letters.letters[template])

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Return what follows an event, the area's own first."""
        return merged_alerts(self.profile.alert, self.letters.alert)

    @property
    def criteria(self) -> Criteria:
        """Return what the area's document takes for a serious incident, else the national rule."""
        return self.profile.criteria or self.limits.criteria

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """Return the ladder of reminders."""
        return self.profile.rung or self.letters.rung

    @property
    def scoping(self) -> Scoping:
        """Return what the area says of its scoping letters."""
        return self.profile.scoping or self.letters.scoping


def load_site(path: Path) -> Site:
    """Return the office's site file; raises ConfigError naming what is wrong with it."""
    return load_declared(path, Site, ConfigError)


def load_office(
    slug: str, site: Site, register: Register, folders: tuple[Path, ...], predicates: frozenset[str]
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
    phrases = load_phrases(_own_before_shared(folders, area, "words.toml"))
    if missing := ASKED_BY_THE_PROGRAM - phrases.names:
        raise RuleError(f"words.toml has no set [{min(missing)}]; the program itself asks for it.")
    asked = () if profile.criteria is None else profile.criteria.asked_sets()
    if unknown := sorted(set(asked) - phrases.names):
        raise RuleError(
            f"{area}/profile.toml: [criteria] asks for the phrases `{unknown[0]}`; words.toml has "
            "none."
        )
    rules = _own_before_shared(folders, area, "mail.toml")
    return Office(
        profile=profile,
        site=site,
        rules=load_mail_rules(rules, predicates, phrases.names),
        phrases=phrases,
        live_risk=load_live_risk(find_file(folders, "live_risk.toml")),
        leanings=load_leanings(find_file(folders, "leanings.csv")),
        danger=load_leanings(find_file(folders, "danger.csv")),
        layouts=layouts,
        screening=load_screening(find_file(folders, "screening.toml")),
        banners=load_banners(find_file(folders, "banners.toml")),
        limits=load_limits(find_file(folders, "limits.toml")),
        letters=load_declared(find_file(folders, "letters.toml"), LetterRules),
        register=register,
    )


def _own_before_shared(folders: tuple[Path, ...], area: str, name: str) -> list[Path]:
    """Return the area's own file where it has one, then the shared one."""
    own = next((path for folder in folders if (path := folder / area / name).is_file()), None)
    return [path for path in (own, find_file(folders, name)) if path is not None]


def find_file(folders: tuple[Path, ...], *names: str) -> Path:
    """Return the first of these files that exists, by name and then by folder.

    Where there is none, the last place looked in, so that the loader's error names it.
    """
    places = [folder / name for name in names for folder in folders]
    return next((place for place in places if place.is_file()), places[-1])
