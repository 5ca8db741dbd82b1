"""Cases the office had before or beside the agent, read from a JSON file; nothing is recorded here.

An entry is never refused for missing steps: only its reference is needed.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from agent.declared import Declared, validate
from agent.errors import ConfigError
from agent.match import child_keys
from agent.model.case import Child, Key
from agent.model.decision import AdoptCase, Decision, EventFact, LogLine
from agent.reference import office_key


class Letter(Declared):
    """A letter the office has sent to an agency; one without dates has no clock."""

    agency: str
    to: str = ""
    message_id: str = ""
    sent_on: date | None = None
    due: datetime | None = None


class AdoptedCase(Declared):
    """One case under the office's own reference, with the London day of each event."""

    ref: str
    child_name: str | None = None
    child_dob: date | None = None
    events: Mapping[str, date] = {}
    letters: tuple[Letter, ...] = ()


class _Cases(Declared):
    cases: tuple[AdoptedCase, ...]


def load_cases(path: Path) -> tuple[AdoptedCase, ...]:
    """Return the entries of the file; raises ConfigError naming what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read as JSON ({error}).") from error
    return validate({"cases": content}, _Cases, str(path), ConfigError).cases


def decide_adoption(entry: AdoptedCase, by: str) -> Decision:
    """Decide what taking over one case does: a case under the office's reference, found by that
    reference, by its child and by the letters sent on it."""
    child = Child(entry.child_name, entry.child_dob)
    letters = (Key("message_id", one.message_id) for one in entry.letters if one.message_id)
    change = AdoptCase(
        ref=entry.ref,
        child=child,
        incident_on=entry.events.get("incident"),
        keys=(Key("office_ref", office_key(entry.ref)), *letters, *child_keys(child)),
        events=tuple(EventFact(anchor, on, by) for anchor, on in entry.events.items()),
    )
    line = LogLine("case adopted", "The office had this case before or beside the agent.")
    return Decision(changes=(change,), log=(line,), case=entry.ref)
