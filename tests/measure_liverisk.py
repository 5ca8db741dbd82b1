"""`python -m tests.measure_liverisk`: recall and false alarms of the live-risk flag.

Every labelled text and every mail of the corpus goes down the line as far as the classification.
Prints the figures source by source, what kinds of mail cry wolf, and the tune texts that are wrong
with what was seen in them. The held half is measured with --held only, and only counted: nobody
looks at it.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from agent.area import load_area
from agent.model.facts import Reading
from agent.model.message import Evidence
from agent.pipeline import read_mail
from agent.profile import Office, load_site
from tests.corpus import build
from tests.corpus.world import paths
from tests.desk import SITE
from tests.mails import mail

TEXTS = Path(__file__).parent / "live_risk"
Half = Literal["tune", "held"]
FILES: dict[Half, tuple[str, ...]] = {
    "tune": ("", "more_", "casework_", "wide_", "deep_"),
    "held": ("held_",),
}


@dataclass(frozen=True)
class Text:
    """One labelled mail; `group` is what it is counted under, `area` whose mailbox it comes to."""

    id: str
    source: str
    group: str
    is_risk: bool
    area: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Judged:
    """One text, whether it is flagged and what was seen."""

    text: Text
    is_flagged: bool
    evidence: tuple[Evidence, ...]

    @property
    def is_right(self) -> bool:
        return self.is_flagged == self.text.is_risk


def load_texts(half: Half) -> list[Text]:
    """Return the labelled texts of one half, each as the mail it would be."""
    return [
        _text(entry, source, is_risk)
        for source in FILES[half]
        for name, is_risk in (("positive", True), ("negative", False))
        for entry in read_file(f"{source}{name}.toml")
    ]


def read_file(name: str) -> list[dict[str, str]]:
    """Return the entries of one file of labelled texts as they stand in it."""
    content = tomllib.loads((TEXTS / name).read_text(encoding="utf-8"))
    return list(content["text"])


def load_corpus(half: Half) -> list[Text]:
    """Return the corpus's mails of one half."""
    return [
        Text(one.id, "corpus", one.kind, one.live_risk, one.area, one.raw)
        for one in build.load(half)
    ]


def read(texts: Sequence[Text]) -> list[Reading]:
    """Return every text as its office reads it."""
    return [read_mail(_office(text.area), text.raw).reading for text in texts]


def judge(texts: Sequence[Text]) -> list[Judged]:
    """Return every text with what the line makes of it."""
    judged = []
    for text in texts:
        found = read_mail(_office(text.area), text.raw).classification
        seen = tuple(one for one in found.evidence if ": " in one.place)
        judged.append(Judged(text, found.live_risk, seen))
    return judged


def counts(judged: Sequence[Judged]) -> tuple[int, int, int, int]:
    """Return risks caught, risks in all, false alarms, texts without risk in all."""
    risks = [one for one in judged if one.text.is_risk]
    others = [one for one in judged if not one.text.is_risk]
    caught = sum(one.is_right for one in risks)
    return caught, len(risks), sum(not one.is_right for one in others), len(others)


def _text(entry: dict[str, str], source: str, is_risk: bool) -> Text:
    # A "RE:" that answers nothing is rare; the header makes a quote below it a quote.
    asked = "<asked@lscp.example>" if entry["subject"].lower().startswith("re:") else None
    raw = mail(subject=entry["subject"], body=entry["body"], in_reply_to=asked)
    name = source.rstrip("_") or "first"
    return Text(entry["id"], name, name, is_risk, "northshire", raw)


@cache
def _office(area: str) -> Office:
    site = SITE if area == "northshire" else load_site(paths(area)["site"])
    return load_area(area, site)[0]


def _figures(judged: Sequence[Judged]) -> Iterator[str]:
    for source in dict.fromkeys(one.text.source for one in judged):
        caught, risks, alarms, others = counts([one for one in judged if one.text.source == source])
        yield (
            f"{source}: recall {caught / risks:.1%} ({caught} of {risks}), "
            f"false alarms {alarms / others:.1%} ({alarms} of {others})"
        )
    kinds = Counter(
        one.text.group
        for one in judged
        if one.is_flagged and one.text.source == "corpus"
        if not one.text.is_risk
    )
    yield "  by kind: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())


def _wrong(judged: Sequence[Judged]) -> Iterator[str]:
    for one in judged:
        if not one.is_right:
            yield f"  {'missed' if one.text.is_risk else 'false alarm'}: {one.text.id}"
            yield from (f"      {seen.place}: {seen.snippet}" for seen in one.evidence)


def main() -> None:
    """Print the figures of one half and, of the tune half, what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="count the held half, nothing else")
    half: Half = "held" if parser.parse_args().held else "tune"
    judged = judge([*load_texts(half), *load_corpus(half)])
    print(*_figures(judged), sep="\n")
    if half == "tune":
        print(*_wrong(judged), sep="\n")


if __name__ == "__main__":
    main()
