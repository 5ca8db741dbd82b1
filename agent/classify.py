"""What kind of mail it is: the rules of rules/mail.toml tried in order, with what each one saw.

Pure. The policy stands in the rule file; this module only knows how to look.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.model.facts import Facts, Reading
from agent.model.form import Form
from agent.model.message import Classification, Evidence, Kind
from agent.ruleset import MailRule

# What a predicate found, in words and place; None where it does not hold.
Found = tuple[Evidence, ...] | None
Predicate = Callable[[Reading, Any], Found]

_SNIPPET = 80


def classify(reading: Reading, rules: Sequence[MailRule]) -> Facts:
    """Return the mail judged by the first rule that holds, with the rules passed over before it.

    Where no rule holds the mail is `unknown`; the shipped rules end with one that always holds.
    """
    passed_over: list[str] = []
    for rule in rules:
        found = _holds(rule, reading)
        if found is not None:
            classification = Classification(
                kind=rule.kind,
                rule=rule.id,
                why=rule.why,
                confidence=rule.confidence,
                evidence=found,
                passed_over=tuple(passed_over),
            )
            return Facts(reading, classification, _form_of(rule.kind, reading.forms))
        passed_over.append(rule.id)
    nothing = Classification(
        Kind.UNKNOWN, "", "No rule recognises this mail.", 0.0, passed_over=tuple(passed_over)
    )
    return Facts(reading, nothing, None)


def _holds(rule: MailRule, reading: Reading) -> Found:
    seen: list[Evidence] = []
    for name, argument in rule.when.items():
        found = PREDICATES[name](reading, argument)
        if found is None:
            return None
        seen.extend(found)
    for name, argument in rule.unless.items():
        if PREDICATES[name](reading, argument) is not None:
            return None
    return tuple(seen)


def _form_of(kind: Kind, forms: Sequence[Form]) -> Form | None:
    """Return the filled form this kind rests on, else the blank one, else None."""
    of_kind = [form for form in forms if form.kind == kind]
    return next((form for form in of_kind if form.filled), next(iter(of_kind), None))


def _always(_reading: Reading, _argument: object) -> Found:
    return ()


def _screened_as(reading: Reading, words: Sequence[str]) -> Found:
    screening = reading.screening
    return screening.evidence if screening.automatic in words else None


def _filled_form(reading: Reading, kind: str) -> Found:
    return _form_evidence(form for form in reading.forms if form.kind == kind and form.filled)


def _blank_form(reading: Reading, kind: str) -> Found:
    return _form_evidence(form for form in reading.forms if form.kind == kind and not form.filled)


def _form_evidence(forms: Any) -> Found:
    found = tuple(Evidence(f"attachment {form.filename}", form.layout) for form in forms)
    return found or None


def _header_present(reading: Reading, name: str) -> Found:
    value = reading.message.header(name)
    return None if value is None else (Evidence(f"header {name}", value[:_SNIPPET]),)


def _header_is(reading: Reading, pair: Sequence[str]) -> Found:
    name, wanted = pair
    value = reading.message.header(name)
    if value is None or value.strip().lower() != wanted.lower():
        return None
    return (Evidence(f"header {name}", value[:_SNIPPET]),)


PREDICATES: Mapping[str, Predicate] = {
    "always": _always,
    "screened_as": _screened_as,
    "filled_form": _filled_form,
    "blank_form": _blank_form,
    "header_present": _header_present,
    "header_is": _header_is,
}
