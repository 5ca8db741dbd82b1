"""Loads the contact register from its CSV file, strictly: a wrong line stops the program at start,
because a letter about a child goes where this file says."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from agent.errors import ConfigError
from agent.model.register import Agency, Channel, Contact, Register, Role

COLUMNS = ("agency_id", "agency", "role", "name", "title", "email", "aliases", "domains", "channel")

_ROLES: Mapping[str, Role] = {role: role for role in get_args(Role)}
_CHANNELS: Mapping[str, Channel] = {channel: channel for channel in get_args(Channel)}
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")
_EMAIL = re.compile(rf"[^\s@<>,;:()\"]+@{_DOMAIN.pattern}")

Row = Mapping[str, str]


@dataclass(slots=True)
class _Entry:
    """An agency while its lines are read."""

    agency: Agency
    contacts: list[Contact] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)


def load_register(path: Path) -> Register:
    """Return the register of a CSV file with exactly the columns of `COLUMNS`.

    Lines of one `agency_id` are contacts of one agency, the first its addressee; later ones may
    leave `agency` and `role` empty, or have a role of their own, and their domains are added.
    `aliases` are further addresses, or further names of the agency. Lists are separated by ";".

    Raises:
        ConfigError: the file cannot be read or a line is wrong; the text names file and line.
    """
    return parse_register(_read(path), str(path))


def parse_register(content: bytes, path: str) -> Register:
    """Return the register of a CSV file's bytes; see `load_register`. `path` is what it is called.

    Raises:
        ConfigError: a line is wrong; the text names it.
    """
    reader = csv.reader(io.StringIO(_decoded(content, path), newline=""), strict=True)
    entries: dict[str, _Entry] = {}
    try:
        header = next((cells for cells in reader if any(map(str.strip, cells))), [])
        names = _check_header(path, header)
        for cells in reader:
            if any(map(str.strip, cells)):
                _add(entries, _row(names, cells), _Line(path, reader.line_num))
    except csv.Error as error:
        raise ConfigError(
            f"{path}, line {reader.line_num}: not well formed ({error}); "
            "a cell with a comma needs quotation marks around all of it."
        ) from error
    return Register(
        tuple(
            replace(entry.agency, contacts=tuple(entry.contacts), domains=tuple(entry.domains))
            for entry in entries.values()
        )
    )


@dataclass(frozen=True, slots=True)
class _Line:
    path: str
    number: int

    def error(self, text: str) -> ConfigError:
        return ConfigError(f"{self.path}, line {self.number}: {text}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise ConfigError(f"{path}: there is no such file.") from missing
    except OSError as unreadable:
        raise ConfigError(f"{path}: cannot be read ({unreadable}).") from unreadable


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ConfigError(f"{path}: is not UTF-8; save it as `CSV UTF-8`.") from wrong


def _check_header(path: str, header: list[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    if sorted(names) != sorted(COLUMNS):
        found = ",".join(names)[:200]
        raise ConfigError(
            f"{path}, line 1: the first line must be `{','.join(COLUMNS)}`; it is `{found}`."
        )
    return names


def _row(names: list[str], cells: list[str]) -> Row:
    """Return the line by column; what is missing at its end is empty, what is too much is kept."""
    short = [*cells, *[""] * (len(names) - len(cells))]
    row = {name: " ".join(cell.split()) for name, cell in zip(names, short, strict=False)}
    return row | {"too much": " ".join(cells[len(names) :]).strip()}


def _add(entries: dict[str, _Entry], row: Row, line: _Line) -> None:
    if row["too much"]:
        raise line.error(
            f"`{row['too much'][:60]}` stands after the last column; separate lists by `;` and put "
            "quotation marks around a cell with a comma."
        )
    agency_id = row["agency_id"]
    if not _ID.fullmatch(agency_id):
        raise line.error(
            f"agency_id `{agency_id}`: use small letters, digits, `-`, `_` or `.`, without blanks."
        )
    if agency_id not in entries:
        entries[agency_id] = _Entry(_new_agency(row, line))
    entry = entries[agency_id]
    _check_same_agency(entry.agency, row, line)
    contact = _contact(entry.agency, row, line)
    if contact in entry.contacts:
        raise line.error(f"this contact of `{agency_id}` stands here twice; remove one line.")
    entry.contacts.append(contact)
    entry.domains += [one for one in _domains(row, line) if one not in entry.domains]


def _new_agency(row: Row, line: _Line) -> Agency:
    if not row["agency"]:
        raise line.error(f"agency `{row['agency_id']}` has no name; fill in the column `agency`.")
    return Agency(row["agency_id"], row["agency"], _role(row, line), ())


def _role(row: Row, line: _Line) -> Role:
    role = _ROLES.get(row["role"].lower())
    if role is None:
        raise line.error(f"role `{row['role']}` is not known; write one of {', '.join(_ROLES)}.")
    return role


def _check_same_agency(agency: Agency, row: Row, line: _Line) -> None:
    if row["agency"] and row["agency"] != agency.name:
        raise line.error(
            f"`{agency.id}` is `{agency.name}` further up and `{row['agency']}` here; "
            "write one name, or give the other agency an id of its own."
        )


def _contact(agency: Agency, row: Row, line: _Line) -> Contact:
    channel = _CHANNELS.get(row["channel"].lower() or "tls")
    if channel is None:
        known = ", ".join(_CHANNELS)
        raise line.error(f"channel `{row['channel']}` is not known; write one of {known}.")
    if not row["email"] and channel not in ("portal", "phone"):
        raise line.error(f"no email: a contact by `{channel}` needs one.")
    # A contact goes by other addresses, their agency by other names; both stand in one column.
    aliases = [part.strip() for part in row["aliases"].split(";") if part.strip()]
    addresses = [row["email"].lower(), *(one.lower() for one in aliases if "@" in one)]
    for address in filter(None, addresses):
        if not _EMAIL.fullmatch(address):
            raise line.error(
                f"`{address}` is not one mail address; write name@domain, and several by `;`."
            )
    role = _role(row, line) if row["role"] else agency.role
    return Contact(
        row["name"],
        row["title"],
        addresses[0],
        tuple(addresses[1:]),
        channel,
        "" if role == agency.role else role,
        tuple(one for one in aliases if "@" not in one),
    )


def _domains(row: Row, line: _Line) -> list[str]:
    domains = [domain.removeprefix("@") for domain in _list(row["domains"])]
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise line.error(f"`{domain}` is not a domain; write what follows the @.")
    return domains


def _list(cell: str) -> list[str]:
    return [part.strip().lower() for part in cell.split(";") if part.strip()]
