"""`python -m tests.measure_phrasings`: how right the rules are on the bank of phrasings.

Each text is one short mail body, labelled by an officer's eye and written by somebody who had not
seen the rules. It is put into the thread or new mail it belongs to, then read and judged; no case
is looked for. `--part 0`, `1` or `2` takes a third of the bank, so that rules can be tried on
texts that nobody looked at while they were written.
"""

import argparse
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agent.area import load_area
from agent.model.facts import Facts
from agent.model.message import Classification
from agent.pipeline import read_mail
from agent.profile import Office, load_site
from agent.register import load_register
from tests.mails import mail

BANK = Path(__file__).parent / "phrasings"
SENDERS = {
    "agency": "Gemma Ash <gemma.ash@hv.example>",
    "partner": "Dean Marsh <dean.marsh@police.example>",
    "office": "Manager <manager@northshirescp.example>",
    "stranger": "Robin Vale <robin.vale@webpost.example>",
    "panel": "Panel Secretariat <mailbox@nationalpanel.example>",
}
OURS = "Northshire SCP <reviews@northshirescp.example>"
THREADS = {
    "letter": (
        "RE: Information request - our ref SCP/26/014 - reply by Wed 2 Dec 17:00",
        "Dear Gemma\n\nA rapid review must be held. Please tell us what involvement your agency "
        "has had with the child or the family on the attached scoping form, by Wednesday 2 "
        "December at 5pm. If they are not known to you, a nil return in one line is enough. An "
        "extension can only be agreed by the business manager.\n\nNorthshire SCP",
    ),
    "meeting": (
        "RE: Rapid review meeting SCP/26/014 - Thursday 10 December 10am",
        "Dear colleagues\n\nYou are invited to the rapid review meeting on Thursday 10 December at "
        "10am. Please say whether you will attend or who comes in your place.\n\nNorthshire SCP",
    ),
    "views": (
        "RE: SCP/26/014 - recommendation to the partners, views please",
        "Dear all\n\nPlease let me have your view on whether the criteria for a rapid review are "
        "met by noon on Tuesday.\n\nNorthshire SCP",
    ),
}


@dataclass(frozen=True)
class Judged:
    """One text of the bank, and what it was taken for."""

    told: dict[str, Any]
    found: Classification

    @property
    def is_right(self) -> bool:
        return self.found.kind in {self.told["kind"], *self.told.get("accept", ())}


def load(part: int | None = None) -> list[dict[str, Any]]:
    """Return the labelled texts, or a third of them."""
    files = sorted(BANK.glob("*.toml"))
    told = [one for path in files for one in _texts(path)]
    return [one for one in told if part is None or zlib.crc32(one["id"].encode()) % 3 == part]


def _texts(path: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8")).get("text", ()))


@cache
def office() -> Office:
    """Return the invented office whose mail the bank is."""
    site = load_site(BANK / "site.toml")
    found, _ = load_area("northshire", site, register=load_register(BANK / "register.csv"))
    return found


def read(told: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Facts]]:
    """Return every text with what the line makes of it as a mail."""
    return [(one, read_mail(office(), _raw(one))) for one in told]


def judge(told: Sequence[dict[str, Any]]) -> list[Judged]:
    """Return every text and what it is taken for."""
    return [Judged(one, facts.classification) for one, facts in read(told)]


def _raw(told: dict[str, Any]) -> bytes:
    text = told["text"].strip() + "\n"
    files = [(told["file"], b"%PDF-1.7\n", "application/pdf")] if told.get("file") else []
    if told["context"] in THREADS:
        subject, letter = THREADS[told["context"]]
        quoted = f"\n________________________________\nFrom: {OURS}\nSent: 26 November 2026 09:12\n"
        body = f"{text}{quoted}To: Gemma Ash\nSubject: {subject[4:]}\n\n{letter}\n"
        asked = "<letter-1@northshirescp.example>"
        return mail(SENDERS[told["sender"]], subject, body, attachments=files, in_reply_to=asked)
    if "forwarded" in told:
        text += f"\n________________________________\n{told['forwarded'].strip()}\n"
    return mail(SENDERS[told["sender"]], told.get("subject", ""), text, attachments=files)


def main(arguments: Sequence[str]) -> None:
    """Print the figures, and with --wrong every text that is taken for something else."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure_phrasings", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="show the texts that are wrong")
    parser.add_argument("--part", type=int, choices=(0, 1, 2), help="a third of the bank only")
    given = parser.parse_args(arguments)
    judged = judge(load(given.part))
    wrong = [one for one in judged if not one.is_right]
    sure = [one for one in wrong if one.found.confidence >= 0.8 and one.found.kind != "unknown"]
    right = 1 - len(wrong) / len(judged)
    print(f"{len(judged)} texts, right {right:.1%}, wrong and sure {len(sure)}")
    kinds = Counter(one.told["kind"] for one in judged)
    missed = Counter(one.told["kind"] for one in wrong)
    for kind, count in kinds.most_common():
        print(f"  {kind:28} {count - missed[kind]:3} of {count}")
    pairs = Counter((one.told["kind"], one.found.kind) for one in wrong)
    for (kind, said), count in pairs.most_common(15):
        print(f"  {count} x {kind} taken for {said}")
    for one in wrong if given.wrong else ():
        seen = one.found.evidence[0].snippet[:60] if one.found.evidence else ""
        words = " / ".join(line for line in one.told["text"].split("\n") if line.strip())
        print(
            f"{one.told['id']} {one.told['context']}/{one.told['sender']} {one.told['kind']} -> "
            f"{one.found.kind} [{one.found.rule} {one.found.confidence:.2f}] <{seen}> "
            f"{one.told.get('subject', '')} | {words}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
