"""A person corrects what was read on a form: the mail's fields are put right, and so is the case
that the mail opened. What had been read stays among the corrections."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from agent.errors import RefusedAct
from agent.line import Line
from agent.match import child_keys, children_of, incident_on
from agent.model.case import CaseSnapshot
from agent.model.decision import AddEvents, Change, CorrectChildren, Decision, EventFact, LogLine
from agent.model.facts import Facts
from agent.model.form import FieldValue, Form, Value
from agent.pipeline import read_mail
from agent.record import record_act
from agent.store import cases, inbox
from agent.store.corrections import Correction, add_corrections
from agent.store.db import Session
from agent.store.inbox import StoredMessage

_MAX_CHARS = 20_000
_DAYS = ("child_dob", "incident_date", "referral_date", "date_completed")
_TRUTHS = ("incident_is_death",)
# The columns of the fields that are tables, as people write them: a row a line, cells between |.
TABLES: Mapping[str, tuple[str, ...]] = {
    "family": ("name", "relationship", "dob"),
    "other_agencies": ("agency", "contact", "reason"),
    "chronology": ("when", "event"),
    "children": ("name", "dob"),
}


def written(name: str, value: Any) -> str:
    """Return a field's value as a person writes it; `parse_field` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        columns = TABLES.get(name, ())
        return "\n".join(" | ".join(row.get(one) or "" for one in columns) for row in value)
    return str(value)


def parse_field(name: str, text: str) -> Any:
    """Return what was written as the field's value; None where it is left empty.

    Raises:
        RefusedAct: it is no day, no yes or no, or too long.
    """
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        return None
    if len(text) > _MAX_CHARS:
        raise RefusedAct(f"Keep each answer under {_MAX_CHARS} characters.")
    if name in _DAYS:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise RefusedAct(f"Write the day as 2026-12-31, not `{text[:20]}`.") from None
    if name in _TRUTHS:
        if text.lower() not in ("yes", "no"):
            raise RefusedAct("Write yes or no.")
        return text.lower() == "yes"
    if name in TABLES:
        return [_row(name, line) for line in text.splitlines() if line.strip(" |")]
    return text


def correct_fields(
    line: Line, message: StoredMessage, wanted: Mapping[str, str], by: str, now: datetime
) -> tuple[str, ...]:
    """Put fields of a mail right and return their names; the case it opened follows.

    Raises:
        RefusedAct: nothing differs, or something cannot be so; nothing is then changed.
        CaseMoved: the case changed meanwhile.
    """
    before = message.reading["fields"]
    changed = {
        name: _with_unshown(name, parse_field(name, text), before.get(name))
        for name, text in wanted.items()
        if text.replace("\r\n", "\n").strip() != written(name, before.get(name)).strip()
    }
    if not changed:
        raise RefusedAct("Nothing differs from what was read.")
    told = LogLine("field corrected", ", ".join(sorted(changed)), detail={"by": by})
    with line.database.read() as session:
        case = _opened_case(session, message)
    # The mail is read before anything is locked: a file of an old kind takes seconds.
    changes = () if case is None else _changes(line, message, {**before, **changed}, case, by)
    said = [
        Correction("field", name, json.dumps(before.get(name)), json.dumps(new))
        for name, new in changed.items()
    ]
    decision = Decision(changes=changes, log=(told,), case=None if case is None else case.ref)
    with line.database.write() as session:
        add_corrections(session, message.partnership, message.id, said, by, now)
        inbox.set_fields(session, message.id, changed, f"corrected by {by}")
        record_act(session, message.partnership, decision, by, now)
    return tuple(changed)


def with_fields(facts: Facts, fields: Mapping[str, Any]) -> Facts:
    """Return the facts with these values on the form in place of those read."""
    kind = facts.classification.kind.value
    form = facts.form or Form("", kind, "", {})
    answers = {name: _answer(value) for name, value in fields.items()}
    return replace(facts, form=replace(form, fields={**form.fields, **answers}))


def _opened_case(session: Session, message: StoredMessage) -> CaseSnapshot | None:
    if not cases.is_opened_by(session, message.id):
        return None
    ref = cases.find_ref(session, message.case_id)
    return None if ref is None else cases.get_case(session, ref)


def _changes(
    line: Line, message: StoredMessage, fields: Mapping[str, Any], case: CaseSnapshot, by: str
) -> tuple[Change, ...]:
    """Return what a referral's corrected fields change on its case: its children, its day."""
    read = read_mail(line.office, line.files.get(message.digest), message.received_at, line.reader)
    facts = with_fields(read, fields)
    children = children_of(facts)
    changes: list[Change] = []
    version = case.version
    if children != case.children:
        keys = tuple(key for one in children for key in child_keys(one))
        changes.append(CorrectChildren(case.ref, version, children, keys))
        version += 1
    day = incident_on(facts)
    if day is not None and day != case.incident_on:
        changes.append(AddEvents(case.ref, version, (EventFact("incident", day, by),)))
    return tuple(changes)


def _with_unshown(name: str, value: Any, before: Any) -> Any:
    """Return a table's rows with what a row of the same beginning holds beside its columns."""
    if name not in TABLES or not isinstance(value, list):
        return value
    first = TABLES[name][0]
    known = {row.get(first): row for row in before or ()}
    return [{**known.get(row[first], {}), **row} for row in value]


def _row(name: str, text: str) -> dict[str, str | None]:
    columns = TABLES[name]
    cells = [cell.strip() or None for cell in text.split("|")]
    if len(cells) > len(columns):
        raise RefusedAct(f"A line has at most {len(columns)} parts: {' | '.join(columns)}.")
    return dict(zip(columns, [*cells, *[None] * len(columns)], strict=False))


def _answer(value: Any) -> FieldValue | None:
    if value is None:
        return None
    kept: Value = tuple(value) if isinstance(value, list) else value
    return FieldValue(kept, "corrected", str(value))
