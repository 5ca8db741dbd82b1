"""Who has to be at a rapid review meeting, and which documents it is given, as declared.

Declared data and nothing else: who comes is told by `meetings`, what is there by `pack`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from agent.declared import Declared, Figure
from agent.model.message import Kind
from agent.model.register import Role

# What limits.toml declares, so that a profile may name it; its own it declares itself.
PARTNERS = ("police", "icb", "local_authority", "education", "legal")
DOCUMENTS = ("jar_minutes", "referral", "notification", "returns")

Ids = Annotated[tuple[str, ...], Field(min_length=1)]


class Partner(Declared):
    """One partner that a meeting needs: its agencies are those the register has in one of `roles`
    and, where there are `words`, with one of them in their id or name."""

    name: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    words: tuple[str, ...] = ()


class QuorumRule(Declared):
    """What an area's own document says: the partners its meeting needs, by their ids.

    `partner` declares one that limits.toml does not have, or has otherwise.
    """

    needs: Ids
    partner: Mapping[str, Partner] = Field(default_factory=dict)
    source: str
    checked_on: date

    @model_validator(mode="after")
    def _know_all(self) -> Self:
        _refuse_unknown(self.needs, (*PARTNERS, *self.partner), "partner")
        return self


class QuorumLimits(Declared):
    """The partners there are, and those that an area needs whose document is silent."""

    needs: Figure[Ids]
    partner: Mapping[str, Partner]

    @model_validator(mode="after")
    def _have_all(self) -> Self:
        _refuse_unknown((*PARTNERS, *self.needs.value), self.partner, "partner")
        return self


class PackDocument(Declared):
    """One kind of document: whatever files a mail of one of `kinds` brings, and any file that has
    one of `words` in its name, or came under a subject that has.

    `short` is its word in file names. `per_agency` asks for one of every agency that a letter went
    to. `if_absent` is what is said where there is none; without it, it is missing.
    """

    name: str
    short: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    kinds: tuple[Kind, ...] = ()
    words: tuple[str, ...] = ()
    per_agency: bool = False
    if_absent: str = "missing"

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if not self.kinds and not self.words:
            raise ValueError("say by which kinds of mail or by which words it is told")
        return self


class PackRule(Declared):
    """The documents of an area's meeting, by their ids, in the order in which they are bound.

    `document` declares one that limits.toml does not have, or has otherwise.
    """

    documents: Ids
    document: Mapping[str, PackDocument] = Field(default_factory=dict)
    source: str
    checked_on: date

    @model_validator(mode="after")
    def _know_all(self) -> Self:
        _refuse_unknown(self.documents, (*DOCUMENTS, *self.document), "document")
        return self


class PackLimits(Declared):
    """The documents there are, and those of an area whose document is silent."""

    documents: Figure[Ids]
    document: Mapping[str, PackDocument]

    @model_validator(mode="after")
    def _have_all(self) -> Self:
        _refuse_unknown((*DOCUMENTS, *self.documents.value), self.document, "document")
        return self


def partners_needed(own: QuorumRule | None, shared: QuorumLimits) -> Mapping[str, Partner]:
    """Return the partners an area's meeting needs, by id, in the order it names them."""
    if own is None:
        return {one: shared.partner[one] for one in shared.needs.value}
    known = {**shared.partner, **own.partner}
    return {one: known[one] for one in own.needs}


def documents_wanted(own: PackRule | None, shared: PackLimits) -> Sequence[PackDocument]:
    """Return the documents an area's meeting is given, in their order."""
    if own is None:
        return [shared.document[one] for one in shared.documents.value]
    known = {**shared.document, **own.document}
    return [known[one] for one in own.documents]


def _refuse_unknown(named: Iterable[str], known: Iterable[str], what: str) -> None:
    if unknown := sorted(set(named) - set(known)):
        raise ValueError(f"{what} `{unknown[0]}` is not declared; known: {', '.join(known)}")
