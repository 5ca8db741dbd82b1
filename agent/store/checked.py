"""What the last check of the whole log found: kept beside it, for whoever asks later."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from agent.store.actionlog import Verification
from agent.store.db import Session
from agent.store.tables import SETTINGS

_NAME = "log_checked"


@dataclass(frozen=True, slots=True)
class Check:
    """When the log was checked, whether it held, and the digest of the line it ended in then."""

    at: datetime
    ok: bool
    sentence: str
    head: str


def keep_check(session: Session, found: Verification, now: datetime) -> None:
    """Keep what a check found."""
    told = {"at": now.isoformat(), "ok": found.ok, "sentence": found.sentence, "head": found.head}
    session.execute(delete(SETTINGS).where(SETTINGS.c.name == _NAME))
    session.execute(insert(SETTINGS), {"name": _NAME, "value": json.dumps(told)})


def find_check(session: Session) -> Check | None:
    """Return what the last check found, or None where there was none."""
    text = session.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == _NAME))
    if text is None:
        return None
    told = json.loads(text)
    return Check(datetime.fromisoformat(told["at"]), told["ok"], told["sentence"], told["head"])
