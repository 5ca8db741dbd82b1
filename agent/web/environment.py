"""The templates of the page, with what every one of them may use. Everything is escaped."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)

from agent.config import shipped
from agent.london import LONDON
from agent.model.message import Address
from agent.shown import harmless, mark_evidence
from agent.web import words


def make_environment(overrides: Path | None) -> Environment:
    """Return the environment; an office's own template of the same path comes first."""
    own = [] if overrides is None else [FileSystemLoader(overrides / "templates")]
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    environment = Environment(
        loader=ChoiceLoader([*own, FileSystemLoader(shipped("templates")), macros]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )
    environment.filters.update(
        moment=_moment,
        day=_day,
        kind=words.kind,
        plain=words.plain,
        event=words.event,
        state=words.outbox_state,
        code=words.code,
        letter=words.letter,
        field=words.field,
        size=words.size,
        problem_words=words.problem,
        harmless=harmless,
        said=_said,
        paragraphs=lambda text: mark_evidence(text, ()),
        reason=words.reason,
        address=_address,
        addresses=lambda some: ", ".join(map(_address, some)),
    )
    environment.globals.update(
        tag=words.tag_of,
        zipped=_with_words,
        zipped_plain=lambda names: [(one, one) for one in names],
        lettered=lambda names: [(one, words.letter(one)) for one in names],
    )
    return environment


def _with_words(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, words.plain(code)) for code in codes]


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(words.plain, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.plain(value)


def _address(address: Address) -> str:
    name = harmless(address.name)
    return f"{name} <{address.email}>" if name else address.email


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%b %Y}, {local:%H:%M}"


def _day(on: date | None) -> str:
    return "" if on is None else f"{on:%a} {on.day} {on:%b %Y}"
