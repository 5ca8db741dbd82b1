"""Loading one partnership from where its files lie: the site's own folder, then the shipped one."""

from pathlib import Path
from typing import Literal

from agent.config import shipped
from agent.letterrules import TEMPLATES
from agent.letters import Templates, load_templates
from agent.model.register import Register
from agent.predicates import PREDICATES
from agent.profile import Office, Site, load_office

# Before an office has a register, nobody is known and nobody is verified.
NOBODY = Register(())


def load_area(
    partnership: str,
    site: Site,
    overrides: Path | None = None,
    register: Register = NOBODY,
) -> tuple[Office, Templates]:
    """Return everything declared for one partnership, checked as far as it can be without mail.

    Raises:
        RuleError: a profile, rule, layout or template is wrong or missing; the text names it.
    """
    rules = _folders("rules", overrides)
    office = load_office(partnership, site, register, rules, frozenset(PREDICATES))
    templates = load_templates(_folders("templates", overrides))
    templates.check(partnership, [name for name in TEMPLATES if office.sending(name) != "off"])
    return office, templates


def _folders(kind: Literal["rules", "templates"], overrides: Path | None) -> tuple[Path, ...]:
    own = () if overrides is None else (overrides / kind,)
    return (*own, shipped(kind))
