"""The words of one mail, told apart by who wrote them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in lower case with straight quotes, and the words in it."""

    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the sender wrote in this mail, apart from everything that came along with it.

    `text` holds no quote, banner, disclaimer or signature. `signature` is the block under it with
    its closing words ("Kind regards", name, role, phone). `quoted` is what was quoted or forwarded,
    as it stands. In a mail that is `forwarded`, what is forwarded counts as content. `subject` is
    without RE:, FW:, [SECURE] and their like. `quoted_sender` is the address of the first author
    quoted, where the mail shows one. Missing parts are "".
    """

    text: str = field(repr=False)
    signature: str = field(repr=False)
    quoted: str = field(repr=False)
    forwarded: bool
    subject: str = field(repr=False)
    quoted_sender: str
