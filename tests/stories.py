"""Scripted rehearsals for tests: a script's text and its mails in, rows and warnings out."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.adopted import load_cases
from agent.area import NOBODY, load_area
from agent.profile import Site
from agent.register import load_register
from agent.rehearse import find_mails, on_stage
from agent.script import load_script
from agent.story import tell_story

EXAMPLE = Path(__file__).parent / "example"
SITE = Site(
    mailbox="reviews@lscp.example",
    phone="01632 960100",
    mash_phone="01632 960999",
    out_of_hours_phone="01632 960998",
    roles={
        "strategic_lead": "lead@lscp.example",
        "lead_representatives": ("la@lscp.example", "icb-lead@lscp.example"),
        "business_manager": "manager@lscp.example",
    },
)
Row = dict[str, Any]


def head(start: str, until: str, partnership: str = "lewisham") -> str:
    return f'partnership = "{partnership}"\nstart = {start}\nuntil = {until}\n'


def mail_step(at: str, mail: str) -> str:
    return f'[[step]]\nat = {at}\nmail = "{mail}"\n'


def event_step(at: str, event: str, by: str = "strategic_lead", more: str = "") -> str:
    """Return a step that records an event; `more` holds further lines, such as `on` or a detail."""
    return f'[[step]]\nat = {at}\nevent = "{event}"\nby = "{by}"\n{more}\n'


def detail(**values: str | list[str]) -> str:
    """Return a step's detail."""
    lines = (f"{key} = {json.dumps(value)}" for key, value in values.items())
    return "[step.detail]\n" + "\n".join(lines)


def play(
    folder: Path,
    text: str,
    mails: Mapping[str, bytes] | None = None,
    cases: Sequence[Mapping[str, Any]] = (),
    path: Path | None = None,
    site: Site = SITE,
) -> tuple[list[Row], list[str]]:
    """Play a script whose mails lie beside it; return its rows and the warnings."""
    for name, raw in (mails or {}).items():
        (folder / name).write_bytes(raw)
    (folder / "story.toml").write_text(text, encoding="utf-8")
    (folder / "cases.json").write_text(json.dumps(list(cases)), encoding="utf-8")
    script = load_script(folder / "story.toml")
    register = load_register(EXAMPLE / "register.csv") if cases or mails else NOBODY
    office, templates = load_area(script.partnership, site, register=register)
    others = () if path is None else find_mails(path)
    adopted = load_cases(folder / "cases.json")
    warnings: list[str] = []
    with on_stage(office, templates, None) as stage:
        return list(tell_story(stage, script, others, adopted, warnings.append)), warnings


def of_type(rows: Sequence[Row], *types: str) -> list[Row]:
    return [row for row in rows if row["type"] in types]


def clock_rows(rows: Sequence[Row], clock: str) -> list[tuple[str, str | None, str]]:
    """Return when a clock changed, when it is then due, and how it stands."""
    return [
        (row["at"], row["due"], row["state"])
        for row in rows
        if row["type"] == "clock" and row["clock"] == clock
    ]
