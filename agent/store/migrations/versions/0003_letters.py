"""What letters need: when to look at a case next, what a mail records once it has left, and what a
person has said for the letters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("cases", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_look_at", "cases", ["look_at"])
    op.add_column("outbox", sa.Column("on_sent", sa.JSON(), nullable=True))
    op.create_table(
        "completed",
        sa.Column("id", NUMBER, nullable=False, autoincrement="auto"),
        sa.Column("case_id", NUMBER, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "value", "by")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_completed_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_completed"),
    )
    op.create_index("ix_completed_case_id", "completed", ["case_id"])
