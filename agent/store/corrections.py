"""What people said of a mail in place of what the agent had read; nothing of it is ever changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, or_, select

from agent.store.db import Session
from agent.store.restricted import closed_to
from agent.store.tables import CORRECTIONS, MESSAGES


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. `sort` is `kind`, `field`, `case` or `verdict`; `name` is the field's.

    `was` and `becomes` are the values, as text or JSON; a verdict becomes `accepted` or `rejected`.
    """

    sort: str
    name: str
    was: str = field(repr=False)
    becomes: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptCorrection(Correction):
    """A correction as it stands in the store, with the digest of the mail."""

    id: int = 0
    message_row: int = 0
    digest: str = ""
    by: str = ""
    at: datetime | None = None

    def as_json(self) -> str:
        """Return it as a line of JSON: an example for whoever keeps the rules."""
        told = {
            "mail": self.digest,
            "sort": self.sort,
            "name": self.name,
            "was": self.was,
            "becomes": self.becomes,
            "by": self.by,
            "at": None if self.at is None else self.at.isoformat(),
        }
        return json.dumps(told, ensure_ascii=False)


_QUERY = select(
    *(CORRECTIONS.c[name] for name in ("sort", "name", "was", "becomes", "id", "message_row")),
    *(CORRECTIONS.c[name] for name in ("by", "at")),
    MESSAGES.c.digest,
).join_from(CORRECTIONS, MESSAGES)


def add_corrections(
    session: Session,
    partnership: str,
    message_row: int,
    corrections: Sequence[Correction],
    by: str,
    now: datetime,
) -> None:
    """Keep what a person said of a mail."""
    common = {"partnership": partnership, "message_row": message_row, "by": by, "at": now}
    rows = [
        {**common, "sort": one.sort, "name": one.name, "was": one.was, "becomes": one.becomes}
        for one in corrections
    ]
    if rows:
        session.execute(insert(CORRECTIONS), rows)


def corrections_of(session: Session, message_row: int) -> tuple[KeptCorrection, ...]:
    """Return the corrections of one mail, the oldest first."""
    query = _QUERY.where(CORRECTIONS.c.message_row == message_row).order_by(CORRECTIONS.c.id)
    return tuple(KeptCorrection(**row._mapping) for row in session.execute(query))


def list_corrections(
    session: Session, partnership: str, reader: int | None = None
) -> tuple[KeptCorrection, ...]:
    """Return every correction of the partnership, the oldest first.

    `reader` is the account that asks, which sees nothing of restricted cases closed to it.
    """
    query = _QUERY.where(CORRECTIONS.c.partnership == partnership).order_by(CORRECTIONS.c.id)
    if reader is not None:
        closed = MESSAGES.c.case_id.in_(closed_to(reader))
        query = query.where(or_(MESSAGES.c.case_id.is_(None), ~closed))
    return tuple(KeptCorrection(**row._mapping) for row in session.execute(query))


def count_corrections(
    session: Session, partnership: str, since: datetime, until: datetime
) -> dict[str, int]:
    """Return how many corrections of each sort were made from `since` until before `until`."""
    made = (CORRECTIONS.c.at >= since, CORRECTIONS.c.at < until)
    query = select(CORRECTIONS.c.sort, func.count()).where(
        CORRECTIONS.c.partnership == partnership, *made
    )
    return dict(session.execute(query.group_by(CORRECTIONS.c.sort)).all())
