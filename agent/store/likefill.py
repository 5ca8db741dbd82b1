"""Gives the cases of earlier versions the keys by which a case is found whose child is alike.

Done once, by `migrate`, from the name and birth date that the case has; until then those cases are
found by exact keys alone. What a referral said of home and family then is not read again.
"""

from sqlalchemy import Connection, insert, select

from agent.likekeys import Told, stored_keys
from agent.model.case import Child
from agent.store.columns import bounded
from agent.store.tables import CASE_KEYS, CASES, SETTINGS

_DONE = "like_keys"
# How many rows are inserted at once: an office's cases of decades stay small in memory.
_BATCH = 5_000


def give_like_keys(connection: Connection) -> None:
    """Write the keys that are missing; the second time it does nothing."""
    if connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == _DONE)) is not None:
        return
    columns = (CASES.c.id, CASES.c.partnership, CASES.c.child_name, CASES.c.child_dob)
    had = select(CASE_KEYS.c.case_id, CASE_KEYS.c.sort).distinct()
    known = {(row.case_id, row.sort) for row in connection.execute(had)}
    rows = [
        {"case_id": id_, "partnership": partnership, "sort": key.sort, "value": bounded(key.value)}
        for id_, partnership, name, dob in connection.execute(select(*columns))
        for key in stored_keys(Told(Child(name, dob)))
        if (id_, key.sort) not in known
    ]
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(CASE_KEYS), rows[start : start + _BATCH])
    connection.execute(insert(SETTINGS), {"name": _DONE, "value": "1"})
