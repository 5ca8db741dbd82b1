"""Tells the story of a fortnight in an invented partnership's mailbox, from `fortnight.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.london import LONDON
from agent.samples.forms import write_referral_form, write_scoping_return
from agent.samples.mime import (
    WORD,
    Envelope,
    file_part,
    html_of,
    multipart,
    raw_part,
    text_part,
    write_mail,
)
from agent.samples.oddities import make_locked_document, make_scan

FOLDER = Path(__file__).parent
DAY = re.compile(r"\{d([+-]\d+):([^}]+)\}")


@dataclass(frozen=True, slots=True)
class SampleMail:
    """One mail of the story: when it arrives, its bytes, and in words what it is."""

    received_at: datetime
    raw: bytes = field(repr=False)
    description: str


def demo_mails(start: datetime) -> tuple[SampleMail, ...]:
    """Return about 25 mails in order of arrival, on the London day of `start` and the 13 after it.

    The story is written for a Monday. A mail that arrives twice stands twice, byte for byte.
    """
    first_on = start.astimezone(LONDON).date()
    story = _dated(_load("fortnight.toml"), first_on)
    answers = _dated(_load("referrals.toml"), first_on)
    mails = [mail for told in story["mail"] for mail in _arrivals(told, story, answers, first_on)]
    return tuple(sorted(mails, key=lambda mail: mail.received_at))


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _dated(content: Any, first_on: date) -> Any:
    """Return a copy with every `{d+3:%d %B}` written out as a day counted from `first_on`."""
    if isinstance(content, dict):
        return {key: _dated(value, first_on) for key, value in content.items()}
    if isinstance(content, list):
        return [_dated(value, first_on) for value in content]
    if not isinstance(content, str):
        return content
    return DAY.sub(
        lambda found: (first_on + timedelta(days=int(found[1]))).strftime(found[2]), content
    )


def _arrivals(
    told: Mapping[str, Any], story: Mapping[str, Any], answers: Mapping[str, Any], first_on: date
) -> list[SampleMail]:
    day = first_on + timedelta(days=told["day"])
    times = [told["time"], *([told["again"]] if "again" in told else [])]
    arrivals = [datetime.combine(day, time, LONDON).astimezone(UTC) for time in times]
    envelope = Envelope(
        client=told["client"],
        sender=told["from"],
        subject=told["subject"],
        received_at=arrivals[0],
        bounce_to=told.get("bounce_to"),
        extra=tuple(told.get("headers", ())),
    )
    raw = write_mail(envelope, _entity(told, story, answers))
    if told.get("broken"):
        raw = _broken(raw)
    return [SampleMail(at, raw, told["about"]) for at in arrivals]


def _entity(told: Mapping[str, Any], story: Mapping[str, Any], answers: Mapping[str, Any]) -> bytes:
    """Return what follows the mail's own headers: its text, and its parts where it has several."""
    if "parts" in told:
        parts = [raw_part(part["type"], part["text"]) for part in told["parts"]]
        return multipart(told["multipart"], parts)
    banner = story["banner"].get(told.get("banner"), "")
    foot = story["foot"].get(told.get("foot"), "")
    text = banner.lstrip("\n") + told["text"].lstrip("\n") + foot
    body = text_part(text)
    if told.get("html"):
        body = multipart("alternative", [body, text_part(html_of(text), "html")])
    if "attach" not in told:
        return body
    return multipart("mixed", [body, *(_attached(file, answers) for file in told["attach"])])


def _attached(file: Mapping[str, Any], answers: Mapping[str, Any]) -> bytes:
    if "form" in file:
        filled = {} if file["form"] == "blank" else answers[file["form"]]
        content, kind = write_referral_form(filled), WORD
    elif "scoping" in file:
        content, kind = write_scoping_return(answers[file["scoping"]]), WORD
    elif "scan" in file:
        content, kind = make_scan(), "application/pdf"
    else:
        content, kind = make_locked_document(), WORD
    return file_part(file["name"], kind, content)


def _broken(raw: bytes) -> bytes:
    """Return the mail as a bad gateway leaves it: wrong character set, and the end missing."""
    wrong = raw.replace(b'charset="utf-8"', b'charset="x-unknown-8"')
    return wrong.replace(b"=C3=A9", b"\xe9")[: len(wrong) // 2]
