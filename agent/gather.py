"""What the reading stages found in one mail, put together for the rules to ask about. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from agent.authenticity import judge_sender
from agent.away import find_away_until
from agent.extract import short_texts
from agent.leaning import danger_marks, marks_of, passages_of
from agent.liverisk import find_live_risk, find_live_risk_in_form
from agent.model.document import LOCKED, Document
from agent.model.facts import Reading, Thread
from agent.model.form import Form
from agent.model.message import Evidence, Message, Screening
from agent.model.words import OwnWords, Sentence
from agent.phrases import Phrases, split_sentences
from agent.profile import Office
from agent.reference import find_references
from agent.reports import read_delivery_report
from agent.securemail import find_secure_wrapper, is_passcode_mail

# A form says what it is in its first lines.
_TITLE_TEXTS = 6
_REPLY = re.compile(r"\s*(re|aw|sv|antw|vs|atb)\s*(\[\d+\])?\s*:", re.IGNORECASE)


def gather(
    office: Office,
    message: Message,
    words: OwnWords,
    screening: Screening,
    documents: tuple[Document, ...],
    forms: tuple[Form, ...],
) -> Reading:
    """Return the mail as the rules see it."""
    own_domains = {address.rpartition("@")[2] for address in office.site.addresses}
    standing = judge_sender(
        message, office.site.authserv_id, office.register, own_domains, office.screening
    )
    wrapper = find_secure_wrapper(message, documents, office.screening)
    is_reply = bool(message.in_reply_to) or _REPLY.match(message.subject) is not None
    # What is passed on counts as said; the subject of an answer is somebody else's.
    passed_on = words.quoted if words.forwarded else ""
    said = "" if wrapper else f"{words.text}\n\n{passed_on}"
    is_report = screening.automatic == "bounce"
    is_away = screening.automatic == "auto_reply"
    report = read_delivery_report(message, office.screening) if is_report else None
    with_subject = split_sentences(f"{words.subject}\n\n{said}")
    thread_said = split_sentences(f"{words.subject}\n\n{words.quoted}")
    thread = _thread(office.phrases, is_reply, thread_said, split_sentences(words.subject))
    is_answer = thread == "letter"
    danger = partial(office.danger.share_of, "danger")
    reading = Reading(
        message=message,
        words=words,
        screening=screening,
        standing=standing,
        documents=documents,
        forms=forms,
        said=split_sentences(said) if is_reply else with_subject,
        thread_said=thread_said,
        subject_said=split_sentences(words.subject),
        titles=tuple(chain.from_iterable(_titles(one) for one in documents)),
        references=find_references(f"{message.subject}\n{words.text}", office.profile.prefix),
        report=report,
        away_until=find_away_until(message, office.screening) if is_away else None,
        wrapper=wrapper,
        is_passcode=is_passcode_mail(message, office.screening),
        is_reply=is_reply,
        thread=thread,
        is_decider=message.sender.email in office.site.deciders,
        is_panel=_is_panel(message, words, office),
        live_risk=(
            *find_live_risk(
                with_subject,
                danger(danger_marks(words, is_answer=is_answer)),
                map(danger, passages_of(words, is_answer=is_answer)),
                office.live_risk,
            ),
            *(seen for form in forms for seen in _live_risk_in(form, office)),
        ),
    )
    return replace(reading, leaning=office.leanings.lean(marks_of(reading, office.phrases)))


def _thread(
    phrases: Phrases,
    is_reply: bool,
    thread_said: Sequence[Sentence],
    subject_said: Sequence[Sentence],
) -> Thread:
    """Return what the mail answers, by the subject and quoted words of the mail before it."""
    if not is_reply:
        return ""
    # A request for information speaks of the meeting too, and of what the partners decided.
    if phrases.find("scoping_letter", subject_said) is not None:
        return "letter"
    if phrases.find("decision_thread", subject_said) is not None:
        return "views"
    if phrases.find("meeting_thread", subject_said) is not None:
        return "meeting"
    return "letter" if phrases.find("scoping_letter", thread_said) is not None else ""


def _is_panel(message: Message, words: OwnWords, office: Office) -> bool:
    """Return whether a mail, or the one passed on, comes from where the Panel's address is."""
    address = words.quoted_sender if words.forwarded else message.sender.email
    domain = office.site.panel_address.rpartition("@")[2].lower()
    return bool(domain) and address.rpartition("@")[2].lower() == domain


def _titles(document: Document) -> tuple[Sentence, ...]:
    """Return what a file is called and what stands first in it, as the rules look for it; nothing
    for a file that nobody here can open, since its name alone says too little."""
    if document.problem in LOCKED:
        return ()
    name = re.sub(r"[\W_]+", " ", document.filename.rpartition(".")[0])
    first = islice(short_texts(document.blocks), _TITLE_TEXTS)
    return split_sentences("\n\n".join((name, *first)))


def _live_risk_in(form: Form, office: Office) -> tuple[Evidence, ...]:
    """Return what the answers of a form say of a danger that goes on."""
    answers = [text for name in form.fields if (text := form.text(name))]
    sentences = split_sentences("\n\n".join(answers))
    return find_live_risk_in_form(sentences, office.live_risk, f"attachment {form.filename}")
