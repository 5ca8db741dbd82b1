"""Turns the corpus's entries into raw mails with their labels; run as a module, it prints counts.

The same files always give the same bytes. Nothing here knows how the agent judges a mail.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tests.corpus import attachments, machines, mime, render
from tests.corpus.world import AREAS, Area, Contact, Letter, furniture, load_area, paths

MAILS = Path(__file__).parent / "mails"
LABELS = {
    "kind",
    "also",
    "accept",
    "live_risk",
    "case",
    "proposal",
    "review",
    "door",
    "why",
    "hard",
}
INGREDIENTS = {
    *("id", "area", "client", "agency", "from", "reply_to", "to", "cc", "subject", "at", "text"),
    *("banner", "banner_below", "foot", "sign", "thread", "threaded", "history", "bottom", "only"),
    *("charset", "encoding", "attach", "headers", "auth", "machine", "bounce_to"),
}
REVIEWS = ("must", "may", "no")

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail and what an experienced officer says about it.

    `kind` is the label, `accept` further kinds that are no error, `also` second points. `case` is
    the office's reference that the mail is certain to belong to; `proposal` one that may only be
    proposed. `review` is "must", "may" or "no". `hard` marks a mail written to mislead.
    """

    id: str
    area: str
    kind: str
    also: tuple[str, ...]
    accept: tuple[str, ...]
    live_risk: bool
    case: str | None
    proposal: str | None
    review: str
    door: str | None
    why: str
    hard: bool
    half: Literal["tune", "held"]
    raw: bytes = field(repr=False)


@cache
def load(half: Literal["tune", "held"] | None = None) -> tuple[Entry, ...]:
    """Return every mail of the corpus, or of one half, in the order of its files."""
    paths_ = [path for path in sorted(MAILS.glob("*.toml")) if half in (None, half_of(path))]
    return tuple(_entry(one, half_of(path)) for path in paths_ for one in _read(path))


def half_of(path: Path) -> Literal["tune", "held"]:
    """Return which half a file's mails belong to; `held` is never looked at while rules are tuned,
    and is written by somebody else."""
    return "held" if path.name.startswith("held_") else "tune"


def write_area(slug: str, folder: Path, half: str | None = None) -> dict[str, Path]:
    """Write an area's mails as <id>.eml into `folder`; return its register, cases and site file."""
    for entry in load():
        if entry.area == slug and half in (None, entry.half):
            (folder / f"{entry.id}.eml").write_bytes(entry.raw)
    return paths(slug)


def _read(path: Path) -> list[dict[str, Any]]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for told in content["mail"]:
        unknown = set(told) - LABELS - INGREDIENTS
        if unknown:
            raise ValueError(f"{path.name}: {told.get('id')} has unknown {sorted(unknown)}")
    return list(content["mail"])


def _entry(told: Told, half: Literal["tune", "held"]) -> Entry:
    return Entry(
        id=told["id"],
        area=told["area"],
        kind=told["kind"],
        also=tuple(told.get("also", ())),
        accept=tuple(told.get("accept", ())),
        live_risk=told.get("live_risk", False),
        case=told.get("case"),
        proposal=told.get("proposal"),
        review=told["review"],
        door=told.get("door"),
        why=told["why"],
        hard=told.get("hard", False),
        half=half,
        raw=_raw(told, load_area(told["area"])),
    )


def _raw(told: Told, area: Area) -> bytes:
    contact = _contact(told, area)
    sender = told.get("from") or (contact.address if contact else "")
    letter = area.letters[told["thread"]] if "thread" in told else None
    envelope = mime.Envelope(
        client=told.get("client", "outlook"),
        sender=sender,
        to=told.get("to", area.mailbox),
        subject=told["subject"],
        at=told["at"],
        mailbox=area.mailbox,
        bounce_to=told.get("bounce_to"),
        extra=_headers(told, letter),
        results=_results(told, area, sender),
    )
    if "machine" in told:
        machine = told["machine"]
        return mime.write_mail(envelope, machines.MACHINES[machine["writes"]](machine, letter))
    return mime.write_mail(envelope, _entity(told, area, contact, letter))


def _headers(told: Told, letter: Letter | None) -> list[str]:
    lines = [f"{name}: {told[key]}" for key, name in _NAMED.items() if key in told]
    if letter is not None and told.get("threaded", True) and "machine" not in told:
        lines += [f"In-Reply-To: {letter.message_id}", f"References: {letter.message_id}"]
    return [*lines, *told.get("headers", ())]


_NAMED = {"reply_to": "Reply-To", "cc": "Cc"}


def _results(told: Told, area: Area, sender: str) -> str:
    """Return the boundary's Authentication-Results, where the office has a boundary that says."""
    domain = sender.rpartition("@")[2].rstrip("> ")
    said = told.get("auth", "pass")
    if not area.authserv_id or said == "none":
        return ""
    return (
        f"Authentication-Results: {area.authserv_id}; spf={said} smtp.mailfrom={domain};\r\n"
        f"\tdkim={'none' if said == 'fail' else said}; dmarc={said} header.from={domain}"
    )


def _entity(told: Told, area: Area, contact: Contact | None, letter: Letter | None) -> bytes:
    written = _written(told, area, contact, letter)
    client = written.client
    charset, encoding = told.get("charset", "utf-8"), told.get("encoding", _ENCODINGS[client])
    plain = mime.text_part(render.plain_body(written), "plain", charset, encoding)
    page = mime.text_part(render.html_body(written), "html", "utf-8", encoding)
    only = told.get("only", "plain" if client in _PLAIN else "")
    if only:
        body = plain if only == "plain" else page
    else:
        body = mime.multipart("alternative", [plain, page])
    if "attach" not in told:
        return body
    return mime.multipart("mixed", [body, *(_attached(one, area) for one in told["attach"])])


_PLAIN = {"thunderbird", "gateway", "machine", "samsung"}
_ENCODINGS = dict.fromkeys(mime.CLIENTS, "qp") | {"nhsmail": "base64", "machine": "8bit"}


def _written(
    told: Told, area: Area, contact: Contact | None, letter: Letter | None
) -> render.Written:
    words = furniture()
    text = told.get("text", "").strip("\n")
    if told.get("sign") and contact:
        number = int(hashlib.sha256(contact.email.encode()).hexdigest()[:4], 16) % 100
        lines = (contact.name, contact.title, contact.agency, f"Tel 01632 9603{number:02d}")
        text += "\n\n" + "\n".join(line for line in lines if line)
    earlier = told.get("history", ["letter"] if letter else [])
    return render.Written(
        client=told.get("client", "outlook"),
        text=text,
        banner=words["banner"].get(told.get("banner", ""), ""),
        banner_below=words["banner"].get(told.get("banner_below", ""), ""),
        foot=words["foot"].get(told.get("foot", ""), ""),
        history=[_past(one, area, letter) for one in earlier],
        bottom=told.get("bottom", False),
    )


def _past(told: str | Told, area: Area, letter: Letter | None) -> render.Past:
    if isinstance(told, str):
        if letter is None or told != "letter":
            raise ValueError(f"no letter to quote for {told!r}")
        return render.Past(letter.sender, letter.to, letter.subject, letter.sent_at, letter.text)
    at: datetime = told["at"]
    return render.Past(
        told["from"], told.get("to", area.mailbox), told["subject"], at, told["text"]
    )


def _attached(told: Told, area: Area) -> bytes:
    if "eml" in told:
        return mime.raw_part("message/rfc822", _raw(told["eml"], area))
    content_type, content = attachments.make_file(told)
    return mime.file_part(told["name"], content_type, content)


def _contact(told: Told, area: Area) -> Contact | None:
    """Return the register's contact who writes: "police" is the first of that agency, "police#2"
    the second."""
    if "agency" not in told:
        return None
    agency, _, number = told["agency"].partition("#")
    return area.contacts[agency][int(number or 1) - 1]


def main() -> None:
    """Print how many mails there are, by kind, by area and by half."""
    entries = load()
    kinds = Counter(entry.kind for entry in entries)
    print(f"{'kind':<28}{'all':>5}{'tune':>6}{'held':>6}{'hard':>6}  areas")
    for kind, count in kinds.most_common():
        mine = [entry for entry in entries if entry.kind == kind]
        halves = Counter(entry.half for entry in mine)
        areas = Counter(entry.area for entry in mine)
        spread = " ".join(f"{slug}:{areas[slug]}" for slug in AREAS if areas[slug])
        hard = sum(entry.hard for entry in mine)
        print(f"{kind:<28}{count:>5}{halves['tune']:>6}{halves['held']:>6}{hard:>6}  {spread}")
    total = Counter(entry.half for entry in entries)
    hard = sum(entry.hard for entry in entries)
    print(f"{'together':<28}{len(entries):>5}{total['tune']:>6}{total['held']:>6}{hard:>6}")
    print(f"live risk: {sum(entry.live_risk for entry in entries)}")
    print("review: " + ", ".join(f"{r} {sum(e.review == r for e in entries)}" for r in REVIEWS))


if __name__ == "__main__":
    main()
