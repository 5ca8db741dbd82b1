"""The contact register: each contact with the two people who stand for its addresses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = "partnership agency_id agency role name title email aliases domains channel proposed_by"


def upgrade() -> None:
    """Make the table of contacts."""
    op.create_table(
        "contacts",
        sa.Column("id", NUMBER, nullable=False, autoincrement="auto"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS.split()),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_partnership_id", "contacts", ["partnership", "id"])
