"""What every table is built on: how a type of column is stored, how keys and indexes are named."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, Integer, LargeBinary, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from agent.store.columns import UtcDateTime, Words


class Base(DeclarativeBase):
    """The base of the tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        str: Words,
        int: BigInteger().with_variant(Integer, "sqlite"),
        bytes: LargeBinary,
        date: Date,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
    }


def table_of(model: type[Base]) -> Table:
    """Return the table of a class; statements are run on it."""
    table = model.__table__
    assert isinstance(table, Table)
    return table
