"""The first schema: mail, cases, notes, outbox and the action log with its guards.

Written out in full and never changed again: a later schema is a later revision. Forward only; the
way back is the backup taken before.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NO_HASH = "0" * 64

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def words(name: str, *, null: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=null)


def number(name: str, *, null: bool = False, auto: bool = True) -> sa.Column[int]:
    """Return a column of whole numbers; `auto=False` for a key that the program counts itself."""
    return sa.Column(name, NUMBER, nullable=null, autoincrement="auto" if auto else False)


def moment(name: str, *, null: bool = False) -> sa.Column[object]:
    """Return a column of UTC moments."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return the constraint that `table.column` names a row of `target` ("cases.id")."""
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the table's primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def index(table: str, *columns: str) -> None:
    """Make an index named after its columns."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def partial_index(name: str, table: str, columns: Sequence[str], condition: str) -> None:
    """Make an index of the rows that meet a condition."""
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """Make every table of the first version."""
    _make_deployment()
    _make_cases()
    _make_messages()
    _make_events()
    _make_notes()
    _make_outbox()
    _make_log()
    _guard_log()


def _make_deployment() -> None:
    op.create_table("settings", words("name"), words("value"), key("settings", "name"))
    op.create_table(
        "counters",
        words("partnership"),
        number("year", auto=False),
        number("next_number"),
        key("counters", "partnership", "year"),
    )
    op.create_table(
        "positions",
        words("mailbox"),
        words("folder"),
        number("uidvalidity"),
        number("last_uid"),
        number("backlog_uid"),
        moment("first_contact_at"),
        moment("last_poll_at"),
        key("positions", "mailbox", "folder"),
    )


def _make_cases() -> None:
    op.create_table(
        "cases",
        number("id"),
        words("partnership"),
        words("ref"),
        words("type"),
        words("state"),
        number("version"),
        number("number"),
        moment("opened_at"),
        words("child_name", null=True),
        sa.Column("child_dob", sa.Date(), nullable=True),
        words("nhs_number", null=True),
        sa.Column("incident_on", sa.Date(), nullable=True),
        key("cases", "id"),
        sa.UniqueConstraint("ref", name="uq_cases_ref"),
    )
    index("cases", "partnership", "id")
    op.create_table(
        "case_keys",
        number("case_id"),
        words("partnership"),
        words("sort"),
        words("value"),
        link("case_keys", "case_id", "cases.id"),
        key("case_keys", "case_id", "partnership", "sort", "value"),
    )
    index("case_keys", "partnership", "sort", "value")


def _make_messages() -> None:
    op.create_table(
        "messages",
        number("id"),
        *map(words, ("partnership", "mailbox", "folder", "item", "digest", "message_id")),
        moment("received_at"),
        moment("stored_at"),
        number("size_bytes"),
        *map(words, ("state", "kind")),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("live_risk", sa.Boolean(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        words("rule"),
        number("case_id", null=True),
        words("agency", null=True),
        sa.Column("reading", sa.JSON(), nullable=False),
        words("trouble", null=True),
        link("messages", "case_id", "cases.id"),
        key("messages", "id"),
        sa.UniqueConstraint("mailbox", "digest", name="uq_messages_mailbox_digest"),
    )
    index("messages", "case_id")
    index("messages", "mailbox", "folder", "item")
    index("messages", "mailbox", "message_id")
    index("messages", "received_at")


def _make_events() -> None:
    op.create_table(
        "events",
        number("id"),
        number("case_id"),
        words("anchor"),
        sa.Column("on_day", sa.Date(), nullable=False),
        moment("at"),
        words("by"),
        number("message_row", null=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        link("events", "case_id", "cases.id"),
        link("events", "message_row", "messages.id"),
        key("events", "id"),
    )
    index("events", "case_id")
    index("events", "message_row")


def _make_notes() -> None:
    op.create_table(
        "notes",
        number("id"),
        *map(words, ("partnership", "sort", "code", "text")),
        number("case_id", null=True),
        number("message_row", null=True),
        moment("created_at"),
        moment("done_at", null=True),
        words("done_by", null=True),
        link("notes", "case_id", "cases.id"),
        link("notes", "message_row", "messages.id"),
        key("notes", "id"),
    )
    index("notes", "case_id")
    index("notes", "message_row")
    partial_index("ix_notes_open", "notes", ("partnership", "sort", "id"), "done_at IS NULL")


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        number("id"),
        *map(words, ("partnership", "mailbox", "key")),
        number("case_id", null=True),
        number("answers", null=True),
        *map(words, ("template", "to_address", "subject", "state")),
        words("hold", null=True),
        sa.Column("mail", sa.LargeBinary(), nullable=False),
        *map(words, ("digest", "message_id", "in_reply_to")),
        words("agency", null=True),
        moment("created_at"),
        moment("not_before_at"),
        number("attempts"),
        words("last_error", null=True),
        moment("claimed_at", null=True),
        moment("sent_at", null=True),
        link("outbox", "answers", "messages.id"),
        link("outbox", "case_id", "cases.id"),
        key("outbox", "id"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    index("outbox", "answers")
    index("outbox", "case_id", "sent_at")
    index("outbox", "message_id")
    index("outbox", "sent_at")
    index("outbox", "to_address", "sent_at")
    due = "state IN ('queued', 'retry')"
    partial_index("ix_outbox_due", "outbox", ("not_before_at", "id"), due)
    partial_index("ix_outbox_unsent", "outbox", ("state", "id"), "state <> 'sent'")


def _make_log() -> None:
    op.create_table(
        "action_log",
        number("seq", auto=False),
        moment("at"),
        *map(words, ("partnership", "actor", "action", "case_ref", "message_digest")),
        *map(words, ("outbox_key", "rule", "reason", "detail")),
        *map(words, ("private_digest", "prev_hash", "hash")),
        key("action_log", "seq"),
    )
    index("action_log", "case_ref", "seq")
    op.create_table(
        "action_private",
        number("seq", auto=False),
        words("salt"),
        words("text"),
        link("action_private", "seq", "action_log.seq"),
        key("action_private", "seq"),
    )
    head = op.create_table(
        "log_head", number("id", auto=False), number("seq"), words("hash"), key("log_head", "id")
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": NO_HASH}])


def _guard_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'the action log is only ever added to'); END"
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER action_log_no_{verb.lower()} BEFORE {verb} ON action_log {refuse}"
            )
        # INSERT OR REPLACE deletes without asking the trigger above.
        op.execute(
            "CREATE TRIGGER action_log_no_replace BEFORE INSERT ON action_log "
            f"WHEN EXISTS (SELECT 1 FROM action_log WHERE seq = NEW.seq) {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the action log is only ever added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER action_log_no_change BEFORE UPDATE OR DELETE ON action_log "
        "FOR EACH ROW EXECUTE FUNCTION refuse_log_change()"
    )
    op.execute(
        "CREATE TRIGGER action_log_no_truncate BEFORE TRUNCATE ON action_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
    )
