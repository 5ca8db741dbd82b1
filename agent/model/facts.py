"""What is known of one mail once every reading stage has looked at it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from agent.model.document import Document
from agent.model.form import Form
from agent.model.message import Classification, Evidence, Message, Screening
from agent.model.sender import DeliveryReport, SenderStanding, Wrapper
from agent.model.words import OwnWords, Sentence

# What the mail answers: a request for information, an invitation, a question for views; else "".
Thread = Literal["letter", "meeting", "views", ""]


@dataclass(frozen=True, slots=True)
class Leaning:
    """What words lean to (a kind, or danger), its share of 1, the words that say most."""

    to: str
    share: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail with what every reading stage found; not yet judged.

    `said` are the sentences the sender wrote, in a forward also those passed on, and the subject
    where it is the sender's own; `thread_said` those of the subject and the quoted history;
    `subject_said` those of the subject, whoever wrote it; `titles` what files that can be
    opened are called and begin with. `references` are what looks like our case references, genuine
    or not. `is_decider` says that the sender holds a role in the site file, `is_panel` that the
    mail, or the one it passes on, comes from the Panel's domain. `report` is what a mail server
    says of a mail of ours; `away_until` is when the sender of an automatic reply is back, where it
    says so. `leaning` holds the likeliest kinds by the words alone, the likeliest first.
    """

    message: Message
    words: OwnWords
    screening: Screening
    standing: SenderStanding
    documents: tuple[Document, ...]
    forms: tuple[Form, ...]
    said: tuple[Sentence, ...]
    thread_said: tuple[Sentence, ...]
    subject_said: tuple[Sentence, ...]
    titles: tuple[Sentence, ...]
    references: tuple[str, ...]
    report: DeliveryReport | None
    away_until: date | None
    wrapper: Wrapper | None
    is_passcode: bool
    is_reply: bool
    thread: Thread
    is_decider: bool
    is_panel: bool
    live_risk: tuple[Evidence, ...]
    leaning: tuple[Leaning, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A mail read and judged. `form` is the one the kind rests on, if it rests on one."""

    reading: Reading
    classification: Classification
    form: Form | None

    @property
    def message(self) -> Message:
        """Return the mail itself."""
        return self.reading.message
