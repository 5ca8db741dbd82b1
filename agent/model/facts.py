"""What is known of one mail once every reading stage has looked at it."""

from dataclasses import dataclass

from agent.model.document import Document
from agent.model.form import Form
from agent.model.message import Classification, Message, Screening


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail with what screening, unpacking and extraction found; not yet judged."""

    message: Message
    screening: Screening
    documents: tuple[Document, ...]
    forms: tuple[Form, ...]


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
