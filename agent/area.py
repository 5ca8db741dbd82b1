"""Loading one partnership from where its files lie: the site's own folder, then the shipped one."""

from pathlib import Path
from typing import Literal

from agent.classify import PREDICATES
from agent.config import shipped
from agent.letters import Templates, load_templates
from agent.profile import Office, Site, load_office


def load_area(
    partnership: str, site: Site, overrides: Path | None = None
) -> tuple[Office, Templates]:
    """Return everything declared for one partnership, checked as far as it can be without mail.

    Raises:
        RuleError: a profile, rule, layout or template is wrong or missing; the text names it.
    """
    office = load_office(partnership, site, _folders("rules", overrides), frozenset(PREDICATES))
    templates = load_templates(_folders("templates", overrides))
    letters = office.profile.letters.items()
    templates.check(partnership, [name for name, sending in letters if sending != "off"])
    return office, templates


def _folders(kind: Literal["rules", "templates"], overrides: Path | None) -> tuple[Path, ...]:
    own = () if overrides is None else (overrides / kind,)
    return (*own, shipped(kind))
