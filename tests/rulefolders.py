"""Small folders of rules, as somebody tries them; nothing of the shipped words is judged."""

import tomllib
from pathlib import Path

from agent.config import shipped
from agent.profile import ASKED_BY_THE_PROGRAM
from agent.rulecheck import check_rules, find_sources

ASKED = "".join(
    f'[{name}]\nwhy = "The program asks for it."\nphrases = ["{name.replace("_", " ")}"]\n'
    for name in sorted(ASKED_BY_THE_PROGRAM)
)
WORDS = """
[thanks]
why = "Thanks."
phrases = ["thanks"]
[enquiry]
why = "A question."
phrases = ["who do i"]
"""
WORDS += ASKED
SIGN = '[sign.danger]\nwhy = "Danger."\nphrases = ["danger now"]\n'
SIGN += '[form.danger_told]\nwhy = "Danger."\nphrases = ["danger goes on"]\n'


def no_live_risk() -> str:
    """Return a live_risk.toml with the shipped figures and one sign."""
    shipped_one = tomllib.loads((shipped("rules") / "live_risk.toml").read_text(encoding="utf-8"))
    figures = [
        f'{name} = {{ value = {one["value"]}, source = "x", checked_on = 2026-11-24 }}'
        for name, one in shipped_one.items()
        if "value" in one
    ]
    return "\n".join([*figures, "words = {}", SIGN])


def rule(id_: str, asked: str, kind: str = "unrelated") -> str:
    """Return one rule of a mail.toml."""
    return f'[[rule]]\nid = "{id_}"\nkind = "{kind}"\nwhy = "So it is."\n{asked}\n'


def folder_of(path: Path, mail: str, words: str = "") -> Path:
    """Return a small folder of rules, so that nothing of the shipped words is judged."""
    rules = path / "rules"
    rules.mkdir()
    (rules / "mail.toml").write_text(mail, encoding="utf-8")
    (rules / "words.toml").write_text(WORDS + words, encoding="utf-8")
    (rules / "live_risk.toml").write_text(no_live_risk(), encoding="utf-8")
    return rules


def told(rules: Path, partnership: str = "northshire") -> list[tuple[str, str, bool]]:
    """Return where, what and whether it stops the agent, of everything found in the folder."""
    found = check_rules(find_sources(None, rules), partnership)
    return [(one.where, one.wrong, one.stops) for one in found]
