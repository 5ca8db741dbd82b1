"""`python -m tests.measure_liverisk`: recall and false alarms of the live-risk flag, half by half.

Prints the texts that are wrong for the tune half only, with what the flag saw: nobody looks at the
held half, of which only the counts are printed.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.banner_rules import BannerRules, load_banners
from agent.liverisk import LiveRiskRules, find_live_risk, load_live_risk
from agent.model.message import Evidence
from agent.model.words import Sentence
from agent.ownwords import own_words
from agent.parse import parse
from agent.phrases import split_sentences
from tests.mails import mail

TEXTS = Path(__file__).parent / "live_risk"
RULES = Path(__file__).parents[1] / "rules"
HALVES = ("tune", "held")


@dataclass(frozen=True)
class Text:
    """One labelled text as the sentences that its sender wrote."""

    id: str
    half: str
    is_risk: bool
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Judged:
    """One text and what the flag saw."""

    text: Text
    evidence: tuple[Evidence, ...]

    @property
    def is_right(self) -> bool:
        return bool(self.evidence) == self.text.is_risk


def load_texts() -> list[Text]:
    """Return every labelled text, told apart from quotes, banners and footers as in the line."""
    banners = load_banners(RULES / "banners.toml")
    return [
        Text(entry["id"], entry["half"], is_risk, said(entry["subject"], entry["body"], banners))
        for name, is_risk in (("positive", True), ("negative", False))
        for entry in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))["text"]
    ]


def said(subject: str, body: str, banners: BannerRules) -> tuple[Sentence, ...]:
    """Return the sentences of the mail's subject and own words, in a forward all that came."""
    asked = "<asked@lscp.example>" if subject.lower().startswith("re:") else None
    words = own_words(parse(mail(subject=subject, body=body, in_reply_to=asked)), banners)
    parts = (words.subject, words.text, words.quoted if words.forwarded else "")
    return split_sentences("\n\n".join(filter(None, parts)))


def judge(texts: list[Text], rules: LiveRiskRules) -> list[Judged]:
    """Return every text with what the flag saw in it."""
    return [Judged(text, find_live_risk(text.sentences, rules)) for text in texts]


def counts(judged: list[Judged], half: str) -> tuple[int, int, int, int]:
    """Return of one half: risks caught, risks in all, false alarms, texts without risk in all."""
    risks = [one for one in judged if one.text.half == half and one.text.is_risk]
    others = [one for one in judged if one.text.half == half and not one.text.is_risk]
    caught = sum(one.is_right for one in risks)
    return caught, len(risks), sum(not one.is_right for one in others), len(others)


def _lines(judged: list[Judged]) -> Iterator[str]:
    for half in HALVES:
        caught, risks, alarms, others = counts(judged, half)
        yield (
            f"{half}: recall {caught / risks:.1%} ({caught} of {risks}), "
            f"false alarms {alarms / others:.1%} ({alarms} of {others})"
        )
    for one in judged:
        if one.text.half == "tune" and not one.is_right:
            yield f"  {'missed' if one.text.is_risk else 'false alarm'}: {one.text.id}"
            yield from (f"      {seen.place}: {seen.snippet}" for seen in one.evidence)


def main() -> None:
    """Print the figures and, of the tune half, what is wrong."""
    for line in _lines(judge(load_texts(), load_live_risk(RULES / "live_risk.toml"))):
        print(line)


if __name__ == "__main__":
    main()
