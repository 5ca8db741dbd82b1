"""The page: accounts, who is signed in, corrections, approvals; and what its lists are found by."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# The table that each of these columns names a row of.
REFERS = {
    "account_id": "accounts",
    "case_id": "cases",
    "message_row": "messages",
    "outbox_id": "outbox",
}
INDEXES = {
    "visits": (("account_id",), ("seen_at",)),
    "spent_forms": (("at",),),
    "corrections": (("message_row",), ("partnership", "id")),
    "cases": (("partnership", "state", "id"), ("partnership", "due_at")),
    "action_log": (
        ("partnership", "seq"),
        ("partnership", "action", "seq"),
        ("partnership", "actor", "seq"),
        ("partnership", "at"),
    ),
    "messages": (("partnership", "id"),),
    "outbox": (("partnership", "id"),),
}


def upgrade() -> None:
    """Make the tables and the indexes."""
    _make(
        "accounts",
        _text("email", "name"),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        _moment("created_at"),
        _text("created_by"),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
    )
    roles = ("account_id", "partnership", "role")
    _make("account_roles", _row("account_id"), _text("partnership", "role"), key=roles)
    seen = _moment("created_at", "seen_at")
    _make("visits", _text("token_digest"), _row("account_id"), seen, key=("token_digest",))
    _make("spent_forms", _text("token"), _moment("at"), key=("token",))
    reader = ("case_id", "account_id")
    told = (_row("case_id"), _row("account_id"), *_text("by"))
    _make("case_readers", told, _moment("at"), key=reader)
    words = _text("sort", "name", "was", "becomes", "by")
    _make("corrections", _text("partnership"), _row("message_row"), words, _moment("at"))
    one_each = sa.UniqueConstraint(
        "outbox_id", "digest", "by", name="uq_approvals_outbox_id_digest_by"
    )
    _make("approvals", _row("outbox_id"), _text("digest", "by"), _moment("at"), one_each)
    op.add_column("cases", sa.Column("due_at", MOMENT, nullable=True))
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


Part = sa.Column[Any] | sa.Constraint
Parts = Part | Sequence[Part]


def _make(table: str, *parts: Parts, key: Sequence[str] = ()) -> None:
    """Make a table with these columns; without a key of its own its rows are numbered."""
    columns: list[Part] = []
    for part in parts:
        columns.extend(part if isinstance(part, Sequence) else (part,))
    for name in (one.name for one in columns if isinstance(one, sa.Column)):
        if name in REFERS:
            target = f"{REFERS[name]}.id"
            columns.append(sa.ForeignKeyConstraint([name], [target], name=f"fk_{table}_{name}"))
    if not key:
        columns.append(sa.Column("id", NUMBER, nullable=False, autoincrement="auto"))
    columns.append(sa.PrimaryKeyConstraint(*(key or ("id",)), name=f"pk_{table}"))
    op.create_table(table, *columns)


def _row(name: str) -> Part:
    return sa.Column(name, NUMBER, nullable=False)


def _text(*names: str) -> Sequence[Part]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moment(*names: str) -> Sequence[Part]:
    return [sa.Column(name, MOMENT, nullable=False) for name in names]
