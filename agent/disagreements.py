"""Finds where a form, the mail it came in and the other forms beside it cannot all be right.

Pure, and for a person: every finding is a problem on the form and changes no value. What could be
another wording of the same is none: a contradiction needs two things of which each side knows only
its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rapidfuzz import fuzz

from agent import dates
from agent.bodyform import BODY_FILENAME
from agent.layouts import Layout
from agent.london import london_day
from agent.model.facts import Facts
from agent.model.form import Form, Problem
from agent.model.message import Kind
from agent.model.register import Agency, Register
from agent.prose import incident
from agent.prose.child import find_birth
from agent.prose.days import find_days
from agent.prose.found import Found
from agent.prose.passage import Passage, take_passage
from agent.prose.people import find_child
from agent.prose.signed import find_author

DISAGREEMENTS = {
    "mail_names_other_child": "The mail names another child than the form it brings:",
    "mail_says_otherwise": "The mail says something else than the form it brings:",
    "forms_name_two_children": "The forms in this mail are about different children; this is one:",
    "forms_differ": "Another form in the same mail says something else:",
    "days_disagree": "This day cannot be right beside another on the form, or beside the day on "
    "which the mail arrived:",
}

_REFERRALS = frozenset({Kind.SERIOUS_INCIDENT_REFERRAL, Kind.PRACTICE_LEARNING_REFERRAL})
_ADULTS = ("carer_at_incident", "referrer_name", "dsl_name", "respondent_name")
# What two forms about one child must both say.
_COMPARED = ("child_dob", "nhs_number", "incident_date")
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+")
_NO_NAMES = frozenset({"baby", "child", "infant", "unborn", "twin", "not", "known", "unknown"})
# As similar as this, two names are spellings of one.
_SAME_NAME = 80
# How sure a day is that the mail gives by its number and month.
_WRITTEN_OUT = 0.8
_ON_BEHALF = r"\b(?:from|by|behalf\s+of|return\s+for)\s+(?:the\s+)?"


def find_disagreements(
    form: Form, facts: Facts, layouts: Sequence[Layout], register: Register
) -> tuple[Problem, ...]:
    """Return what contradicts a form that a mail brings: codes of `DISAGREEMENTS`, each with the
    label of the question."""
    looked_at = _Compared(
        form, facts, next((one for one in layouts if one.id == form.layout), None)
    )
    found = [*_days(looked_at), *_other_forms(looked_at)]
    if form.filename != BODY_FILENAME:
        found += _mail(looked_at)
        found += _agency(looked_at, register)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class _Compared:
    """A form beside its mail."""

    form: Form
    facts: Facts
    layout: Layout | None

    @cached_property
    def said(self) -> str:
        """The mail's own words, of a forward those passed on too."""
        words = self.facts.reading.words
        passed_on = words.quoted if words.forwarded else ""
        return "\n".join((words.subject, words.text, passed_on))

    @cached_property
    def arrived_on(self) -> date:
        return london_day(self.facts.message.received_at)

    @cached_property
    def answers(self) -> str:
        """Every answer of the form as typed."""
        return "\n".join(one.raw for one in self.form.fields.values() if one is not None)

    @cached_property
    def days(self) -> set[str]:
        """Every day that the form knows of."""
        values = [day for name in self.form.fields if (day := _day(self.form, name)) is not None]
        found = [*values, *dates.find_dates(self.answers)]
        return {day.isoformat() for day in found if day is not None}

    def problem(self, code: str, name: str) -> Problem:
        """Return a problem with the label under which the form asks for a field."""
        if self.layout is None:
            return Problem(code, name)
        asked = [(one, one.name) for one in self.layout.question]
        for table in self.layout.table:
            asked += [(one, f"{table.name}: {one.label}") for one in table.columns]
        labels = (label for one, label in asked if one.rows is None and name in one.fields)
        return Problem(code, next(labels, name))


def _day(form: Form, name: str) -> date | None:
    """Return the whole day that a field holds."""
    try:
        return date.fromisoformat(form.text(name) or "")
    except ValueError:
        return None


def _days(one: _Compared) -> Iterator[Problem]:
    """Yield days that have not come yet, or that come before what they follow."""
    for name in ("referral_date", "date_completed", "incident_date", "child_dob"):
        day = _day(one.form, name)
        if day is not None and day > one.arrived_on:
            yield one.problem("days_disagree", name)
    happened, referred = _day(one.form, "incident_date"), _day(one.form, "referral_date")
    born = _day(one.form, "child_dob")
    if happened and referred and referred < happened:
        yield one.problem("days_disagree", "incident_date")
    if happened and born and happened < born:
        yield one.problem("days_disagree", "child_dob")


def _other_forms(one: _Compared) -> Iterator[Problem]:
    """Yield what a second filled form in the mail says otherwise of the child or the incident."""
    for other in one.facts.reading.forms:
        if other is one.form or not other.filled:
            continue
        mine, theirs = _children(one.form), _children(other)
        if not mine or not theirs:
            continue
        if not any(_is_same_child(a, b) for a in mine for b in theirs):
            yield one.problem("forms_name_two_children", "child_name")
            continue
        for name in _COMPARED:
            is_day = name != "nhs_number"
            values = [_day(form, name) if is_day else form.text(name) for form in (one.form, other)]
            if None not in values and values[0] != values[1]:
                yield one.problem("forms_differ", name)


def _children(form: Form) -> list[str]:
    """Return the names of the children whom a form is about."""
    rows = form.value("children")
    names = [row.get("name") or "" for row in rows] if isinstance(rows, tuple) else []
    return [name for name in (form.text("child_name") or "", *names) if _words(name)]


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _NAME_WORD.findall(name)} - _NO_NAMES


def _is_same_child(one: str, other: str) -> bool:
    """Return whether two names may be one child's: a part, another spelling, or a short form of
    the forename beside the same surname."""
    a, b = _words(one), _words(other)
    if a <= b or b <= a:
        return True
    if fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= _SAME_NAME:
        return True
    rest_a, rest_b = a - b, b - a
    return bool(a & b) and {word[0] for word in rest_a} == {word[0] for word in rest_b}


def _mail(one: _Compared) -> Iterator[Problem]:
    """Yield what the mail's own words say otherwise of the child and the incident."""
    passage = take_passage(one.facts.message, one.facts.reading.words)
    child, _ = find_child(passage, _not_the_child(one, passage))
    if child is not None and _is_other_child(one, str(child.value)):
        yield one.problem("mail_names_other_child", "child_name")
        return
    born, _ = find_birth(passage, child)
    days = _days_told(passage)
    if born is not None and _is_other_day(one, "child_dob", str(born.value), days):
        yield one.problem("mail_says_otherwise", "child_dob")
    day = _incident_in(passage, born) if one.form.kind in _REFERRALS else None
    if day is not None and _is_other_day(one, "incident_date", day, days):
        yield one.problem("mail_says_otherwise", "incident_date")


def _not_the_child(one: _Compared, passage: Passage) -> list[str]:
    author = find_author(passage)
    names = [str(author.name.value) if author.name else "", passage.author]
    names += [one.form.text(name) or "" for name in _ADULTS]
    rows = one.form.value("family")
    return names + [row.get("name") or "" for row in (rows if isinstance(rows, tuple) else ())]


def _is_other_child(one: _Compared, name: str) -> bool:
    """Return whether a name is of no child of the form, nobody on the form has it, and the mail
    does not speak of the form's child."""
    children = _children(one.form)
    told = _words(name)
    if not children or not told or any(_is_same_child(name, child) for child in children):
        return False
    own = set[str]().union(*map(_words, children))
    said, answers = _words(one.said), _words(one.answers)
    return not (told - own) <= answers and not (own - told) & said


def _incident_in(passage: Passage, born: Found | None) -> str | None:
    is_death = incident.find_is_death(passage)
    day, _ = incident.find_incident_day(
        passage, None if is_death is None else bool(is_death.value), born
    )
    return None if day is None else str(day.value)


def _days_told(passage: Passage) -> dict[str, float]:
    """Return every day the mail tells of, with how surely it is that one."""
    told: dict[str, float] = {}
    for said in passage.told:
        for day in find_days(said.text, passage.written_on):
            if day.on is not None:
                key = day.on.isoformat()
                told[key] = max(told.get(key, 0.0), day.confidence)
    return told


def _is_other_day(one: _Compared, name: str, told: str, days: Mapping[str, float]) -> bool:
    """Return whether a day told in the mail stands nowhere on the form, and the form's nowhere in
    the mail. "Last night" and "on Monday" may be a day off."""
    own = _day(one.form, name)
    if own is None or told in one.days or own.isoformat() in days:
        return False
    is_written_out = days.get(told, 0.0) >= _WRITTEN_OUT
    return is_written_out or abs((date.fromisoformat(told) - own).days) > 1


def _agency(one: _Compared, register: Register) -> Iterator[Problem]:
    """Yield that the mail comes from another agency of the register than the form: by what it says
    ("on behalf of Northshire Police"), or a return by its sender."""
    name = "agency_name" if one.form.kind not in _REFERRALS else "referrer_agency"
    on_form = _named(register, one.form.text(name) or "")
    if len(on_form) != 1:
        return
    told = _named(register, one.facts.reading.words.text, _ON_BEHALF)
    sender = one.facts.reading.standing.known
    is_own_return = one.form.kind == Kind.SCOPING_RETURN and not one.facts.reading.words.forwarded
    if not told and sender is not None and is_own_return:
        told = [sender]
    if len(told) != 1 or told[0].id == on_form[0].id:
        return
    if on_form[0] in _named(register, one.said) or told[0] in _named(register, one.answers):
        return
    yield one.problem("mail_says_otherwise", name)


def _named(register: Register, text: str, before: str = r"\b") -> list[Agency]:
    """Return the agencies of the register that a text names in full."""
    return [
        agency
        for agency in register.agencies
        if re.search(before + r"\s+".join(map(re.escape, agency.name.split())) + r"\b", text, re.I)
    ]
