"""Whether a referral's words tell of what the area's document leaves to another process. Pure.

It only asks a person: whether an exclusion applies is their decision, and until then everything
goes on as for any referral.
"""

from collections.abc import Iterator, Sequence

from agent.model.decision import Note, Task
from agent.model.facts import Facts
from agent.model.words import Sentence
from agent.phrases import split_sentences
from agent.profile import Office

# The answers in which a form tells what happened, and what is suspected.
_TOLD_IN = (
    "incident_date",
    "summary",
    "reason_for_referral",
    "learning",
    "coroner",
    "criminal_investigation",
    "additional_info",
)


def exclusion_tasks(facts: Facts, office: Office) -> Iterator[Note]:
    """Yield a task for each exclusion of the area that the referral's words may mean."""
    said = _said(facts)
    for one in office.criteria.excluded:
        if not one.words or office.phrases.find(one.words, said) is None:
            continue
        if not one.unless or office.phrases.find(one.unless, said) is None:
            yield Note(Task.EXCLUSION_MAY_APPLY, f"{one.says} ({one.source})")


def _said(facts: Facts) -> Sequence[Sentence]:
    form = facts.form
    values = () if form is None else (form.fields.get(name) for name in _TOLD_IN)
    # As typed: the day of the incident is read as a date, and what kind of death stands beside it.
    told = (sentence for one in values if one is not None for sentence in split_sentences(one.raw))
    return (*told, *facts.reading.said)
