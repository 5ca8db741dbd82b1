"""The tables of the page: who may sign in and to what, who is signed in, what they corrected."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Base, table_of
from agent.store.columns import Label


class AccountRow(Base):
    """A person who may sign in: by a password, or by an outside provider that names the address."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Label, unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class AccountRoleRow(Base):
    """A role that an account holds in a partnership."""

    __tablename__ = "account_roles"
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    partnership: Mapped[str] = mapped_column(Label, primary_key=True)
    role: Mapped[str] = mapped_column(Label, primary_key=True)


class VisitRow(Base):
    """A browser that is signed in, known by the digest of its cookie."""

    __tablename__ = "visits"
    token_digest: Mapped[str] = mapped_column(Label, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class SpentFormRow(Base):
    """A form that was posted: posted once more it does nothing."""

    __tablename__ = "spent_forms"
    token: Mapped[str] = mapped_column(Label, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class CaseReaderRow(Base):
    """Somebody who may open a restricted case."""

    __tablename__ = "case_readers"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    by: Mapped[str]
    at: Mapped[datetime]


class CorrectionRow(Base):
    """What a person said of a mail in place of what the agent had read: the last one counts."""

    __tablename__ = "corrections"
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership: Mapped[str]
    message_row: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    sort: Mapped[str]
    name: Mapped[str]
    was: Mapped[str]
    becomes: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "partnership", "id"),)


class ApprovalRow(Base):
    """One person's word that a mail may leave, for exactly these bytes."""

    __tablename__ = "approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    digest: Mapped[str]
    by: Mapped[str] = mapped_column(Label)
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("outbox_id", "digest", "by"),)


ACCOUNTS = table_of(AccountRow)
ACCOUNT_ROLES = table_of(AccountRoleRow)
VISITS = table_of(VisitRow)
SPENT_FORMS = table_of(SpentFormRow)
CASE_READERS = table_of(CaseReaderRow)
CORRECTIONS = table_of(CorrectionRow)
APPROVALS = table_of(ApprovalRow)
