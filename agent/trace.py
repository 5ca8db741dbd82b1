"""What the agent saw in one mail, as plain JSON values: kept with the mail, shown by `explain`,
printed by `rehearse`. Pure; it says what was found, never what was done."""

from collections.abc import Mapping
from typing import Any

from agent.model.document import Document
from agent.model.facts import Facts
from agent.model.form import FieldValue, Form, Value

# JSON values of any shape; the keys are fixed by `trace_of`.
Trace = dict[str, Any]


def trace_of(facts: Facts) -> Trace:
    """Return the trace of one mail, its keys in the order of a rehearsal's row."""
    found = facts.classification
    fields = facts.form.fields if facts.form else {}
    return {
        "sender": facts.message.sender.email,
        "also": [kind.value for kind in found.also],
        "why": found.why,
        "evidence": [{"place": one.place, "snippet": one.snippet} for one in found.evidence],
        "passed_over": list(found.passed_over),
        "documents": [_document(one, facts.reading.forms) for one in facts.reading.documents],
        "fields": {name: _plain(answer) for name, answer in fields.items()},
        "field_sources": {name: answer.source for name, answer in fields.items() if answer},
        "problems": [str(problem) for problem in facts.form.problems] if facts.form else [],
        "defects": list(facts.message.defects),
    }


def trace_of_unread(why: str) -> Trace:
    """Return the trace of a mail that could not be taken down the line."""
    empty: Trace = {"sender": "", "also": [], "why": why, "evidence": [], "passed_over": []}
    return {
        **empty,
        "documents": [],
        "fields": {},
        "field_sources": {},
        "problems": [],
        "defects": [],
    }


def _document(document: Document, forms: tuple[Form, ...]) -> Trace:
    form = next((one for one in forms if one.filename == document.filename), None)
    return {
        "filename": document.filename,
        "format": document.format,
        "form": form.layout if form else None,
        "state": _state(document, form),
        "problem": document.problem,
    }


def _state(document: Document, form: Form | None) -> str:
    if document.problem is not None:
        return "unread"
    return "blank" if form is not None and not form.filled else "read"


def _plain(answer: FieldValue | None) -> Any:
    return None if answer is None else _plain_value(answer.value)


def _plain_value(value: Value) -> Any:
    return [_row(row) for row in value] if isinstance(value, tuple) else value


def _row(row: Mapping[str, str | None]) -> dict[str, str | None]:
    return dict(row)
